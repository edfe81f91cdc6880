"""The artist's own site: what a crawler sees there, and the files it consists of.

Each file has two fields. `robots.txt` holds what the public address shows; `file:robots.txt` holds
the published file. They can differ: a cache lags behind, a plugin writes its own robots.txt, or a
service in front of the site adds to it. The site's statement is what it shows; only the file can be
edited. So an edit names both: the new file, and what the site should show then.

Headers and web pages belong to the server's configuration. They are read, never edited.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from rightsdesk.consent.consent import Consent
from rightsdesk.consent.declaration import Declaration
from rightsdesk.consent.dialects.base import Dialect, DialectError
from rightsdesk.consent.dialects.suite import Holds, Suite, WayBack
from rightsdesk.consent.dialects.web.aipref import AiprefHeader
from rightsdesk.consent.dialects.web.noai import NoaiHeader, NoaiMeta
from rightsdesk.consent.dialects.web.robots import FIELD as ROBOTS
from rightsdesk.consent.dialects.web.robots import is_robots
from rightsdesk.consent.dialects.web.robots_block import block_in, put_back
from rightsdesk.consent.dialects.web.robots_txt import RobotsTxt
from rightsdesk.consent.dialects.web.rsl import FIELD as RSL
from rightsdesk.consent.dialects.web.rsl import Rsl
from rightsdesk.consent.dialects.web.tdmrep import TdmrepHeader, TdmrepMeta
from rightsdesk.consent.dialects.web.tdmrep_file import FILE as TDMREP
from rightsdesk.consent.dialects.web.tdmrep_file import POLICY, TdmrepFile
from rightsdesk.consent.fields import Fields
from rightsdesk.consent.licences.grant import Grants
from rightsdesk.consent.losses import CarrierLoss, Loss

SITE = "site"
"""The field with the site's public address, without a slash at the end."""

LINKED_RSL = "linked:rsl.xml"
"""RSL files of others that the site points to."""

PATHS: Mapping[str, str] = {
    RSL: "rightsdesk/rsl.xml",
    POLICY: "rightsdesk/tdm-policy.json",
    TDMREP: ".well-known/tdmrep.json",
    ROBOTS: "robots.txt",
}
"""Path of each file below the site's root, in publishing order: a file before those that point to
it."""

NO_ROBOTS = (
    "The published robots.txt has no line of a robots.txt in it: it may be a web page. It is "
    "replaced, and an undo restores it."
)

_FILE = "file:"
FILE_FIELDS = tuple(_FILE + name for name in PATHS)

FOLDERS: Mapping[str, str] = {"folder:.well-known": ".well-known"}
"""Fields that exist while a folder exists, by name. A folder made for a file is removed with it if
it is otherwise empty. The folder `rightsdesk` is always ours."""

UNSEEN = "unseen:attributes"
"""The field that exists if publishing may lose what the connection does not show. Its value is a
key of `UNSEEN_LOSSES`."""

UNSEEN_LOSSES: Mapping[str, CarrierLoss] = {
    "sftp": CarrierLoss.UNSEEN_ATTRIBUTES,
    "webdav": CarrierLoss.UNSEEN_OWNER,
}

THERE = ("there",)

MakeDialect = Callable[[str], Dialect]


def file_field(name: str) -> str:
    """The field of the published file behind a public field."""
    return _FILE + name


def public_url(site: str, name: str) -> str:
    """Where the site shows a file; "" if the site's address is unknown."""
    return f"{site}/{PATHS[name]}" if site else ""


class ReadOnly(Dialect):
    """A dialect with fields that the site shows and RightsDesk cannot edit.

    `encode` gives the required fields, for a person to add. `fields` may have other names than the
    dialect's own.
    """

    def __init__(self, dialect: Dialect, names: Mapping[str, str] | None = None) -> None:
        self._dialect = dialect
        self._names = names or {name: name for name in dialect.fields}
        self.id = dialect.id if names is None else f"{dialect.id}-linked"
        self.name = dialect.name if names is None else f"{dialect.name} (linked)"
        self.fields = tuple(self._names)
        self.read_only = self.fields
        self.supersedes = dialect.supersedes

    def encode(self, declaration: Declaration) -> Fields:
        """The fields that would state the declaration."""
        encoded = self._dialect.encode(declaration)
        return {ours: encoded[name] for ours, name in self._names.items() if name in encoded}

    def decode(self, fields: Fields) -> Consent:
        """The consent that they state."""
        return self._dialect.decode(self._plain(fields))

    def edit(self, fields: Fields, declaration: Declaration) -> Fields:
        """Nothing."""
        return {}

    def grants_in(self, fields: Fields) -> Grants:
        """The partners that they name."""
        return self._dialect.grants_in(self._plain(fields))

    def losses(self, declaration: Declaration) -> tuple[Loss, ...]:
        """None: nothing is written here."""
        return ()

    def notes_on(self, fields: Fields) -> tuple[str, ...]:
        """The dialect's own."""
        return self._dialect.notes_on(self._plain(fields))

    def _plain(self, fields: Fields) -> Fields:
        return {name: fields[ours] for ours, name in self._names.items() if ours in fields}


class PublishedFile(Dialect):
    """A dialect in files of the site.

    `make` creates it for a site's address, which some dialects need in their statement.
    """

    def __init__(self, make: MakeDialect) -> None:
        self._make = make
        self._anywhere = make("")
        self.id, self.name = self._anywhere.id, self._anywhere.name
        self.fields = self._anywhere.fields

    def encode(self, declaration: Declaration) -> Fields:
        """The public files, for a site at any address."""
        return self._anywhere.encode(declaration)

    def decode(self, fields: Fields) -> Consent:
        """What the site shows. Raises DialectError if our block in robots.txt is damaged: a person
        must repair it before it can be edited."""
        for text in fields.get(ROBOTS, ()):
            block_in(text)
        return self._anywhere.decode(fields)

    def grants_in(self, fields: Fields) -> Grants:
        """The partners that the shown files name."""
        return self._anywhere.grants_in(fields)

    def edit(self, fields: Fields, declaration: Declaration) -> Fields:
        """The new files, and what the site should show then.

        A document that cannot be understood is left alone. If the site shows a file that was not
        published (a program makes it), the published one begins as a copy of it. Otherwise it would
        remove the program's statements.
        """
        dialect = self._make(next(iter(fields.get(SITE, ())), ""))
        held = {name: fields.get(file_field(name), fields.get(name, ())) for name in dialect.fields}
        texts = {n: values[:1] for n, values in held.items() if values and _is_base(n, values[0])}
        try:
            shown = dialect.edit(fields, declaration)
            filed = dialect.edit(texts, declaration)
        except DialectError:
            return {}
        marked = {
            file_field(name): (values[0], *held[name][1:]) if values else ()
            for name, values in filed.items()
        }
        return {**shown, **marked, **_made_for(marked, fields)}

    def unshown(self, fields: Fields, edit: Fields) -> tuple[CarrierLoss, ...]:
        """The loss of hidden file attributes when a published file is replaced."""
        replaced = any(
            fields.get(file_field(name)) for name in self.fields if file_field(name) in edit
        )
        losses = (UNSEEN_LOSSES.get(value) for value in fields.get(UNSEEN, ()))
        return tuple(loss for loss in losses if loss and replaced)

    def notes(self, declaration: Declaration) -> tuple[str, ...]:
        """The dialect's own."""
        return self._anywhere.notes(declaration)

    def notes_on(self, fields: Fields) -> tuple[str, ...]:
        """The dialect's own."""
        return self._anywhere.notes_on(fields)

    def on_replacing(self, fields: Fields) -> tuple[str, ...]:
        """Warns if the published robots.txt is not a robots.txt."""
        held = fields.get(file_field(ROBOTS), ())[:1]
        replaces_other = ROBOTS in self.fields and any(not _is_base(ROBOTS, text) for text in held)
        return (NO_ROBOTS,) if replaces_other else ()


def _made_for(files: Fields, fields: Fields) -> Fields:
    """The folders that do not exist yet and will be made for these files."""
    paths = [PATHS[name.removeprefix(_FILE)] for name, values in files.items() if values]
    return {
        name: THERE
        for name, folder in FOLDERS.items()
        if name not in fields and any(path.startswith(f"{folder}/") for path in paths)
    }


def _is_base(name: str, text: str) -> bool:
    """Whether the existing text can be extended, as a file of that name."""
    return name != ROBOTS or is_robots(text)


@dataclass(frozen=True)
class SiteSuite(Suite):
    """The site's statements. Its files belong to several writers."""

    def label(self, name: str) -> str:
        """Files by their path, and whether the published or the shown one is meant."""
        if name in FILE_FIELDS:
            return PATHS[name.removeprefix(_FILE)]
        if name in PATHS:
            return f"{PATHS[name]} (as the site shows it)"
        return f"folder {FOLDERS[name]}" if name in FOLDERS else super().label(name)

    def way_back(self, fields: Fields, written: Fields, before: Fields, holds: Holds) -> WayBack:
        """How files return. If a file was edited since, exactly our part returns. If our part
        cannot be identified, the file stays, and so does what it points to."""
        plain = super().way_back(fields, written, before, holds)
        edit, left = dict(plain.edit), list(plain.left)
        for name in PATHS:
            if (file := file_field(name)) not in written:
                continue
            merged = file in left
            if merged:
                text = _put_back(name, file, fields, written, before)
                if text is None:  # and the site continues to show it
                    edit.pop(name, None)
                    left = [field for field in left if field != name]
                    continue
                left.remove(file)
                edit[file] = text
            if name in left or (merged and name in written):
                shown: tuple[str, ...] | None = edit.get(file, fields.get(file, ()))
                if fields.get(name) not in (None, written[name], fields.get(file)):
                    # The file has lines of others, for example from a service in front of the site.
                    shown = _put_back(name, name, fields, written, before)
                if shown is not None:
                    left = [field for field in left if field != name]
                    edit[name] = shown
        needed = [n for n in PATHS if file_field(n) in edit and _is_needed(n, edit, left, fields)]
        for name in needed:
            del edit[file_field(name)]
            edit.pop(name, None)
        return WayBack(edit, tuple(left), tuple(map(file_field, needed)))


_POINTS: Mapping[str, str] = {RSL: ROBOTS, POLICY: TDMREP}
"""By file, the files that point to it."""


def _is_needed(name: str, edit: Fields, left: Collection[str], fields: Fields) -> bool:
    """Whether a file must stay because another one still points to it."""
    if name not in _POINTS:
        return False
    pointer = file_field(_POINTS[name])
    stays = pointer in left or not edit[file_field(name)]
    texts = edit.get(pointer, fields.get(pointer, ()))[:1]
    return stays and any(PATHS[name] in text.replace("\\/", "/") for text in texts)


def _put_back(
    name: str, field: str, fields: Fields, written: Fields, before: Fields
) -> tuple[str, ...] | None:
    """A file, published or shown, with our part of it as before; None if our part cannot be
    identified."""
    held, then, old = (fields_at.get(field, ()) for fields_at in (fields, written, before))
    texts = [values[0] if values else "" for values in (held, then, old)]
    if name == ROBOTS:
        text = put_back(*texts)
    elif name == TDMREP:
        text = TdmrepFile().put_back(*texts)
    else:
        return None
    if text is None or text.strip():
        return None if text is None else (text, *held[1:])
    return old if old[:1] == ("",) else ()


def site_suite(crawlers: Mapping[str, Collection[str]]) -> Suite:
    """All dialects of a site; `crawlers` as for `AiCrawlers`."""

    def robots(site: str) -> Dialect:
        return RobotsTxt(crawlers, licence_url=public_url(site, RSL))

    def tdmrep(site: str) -> Dialect:
        return TdmrepFile(policy_url=public_url(site, POLICY))

    return SiteSuite(
        (
            PublishedFile(lambda site: Rsl()),
            PublishedFile(tdmrep),
            PublishedFile(robots),
            ReadOnly(Rsl(), {LINKED_RSL: RSL}),
            ReadOnly(AiprefHeader()),
            ReadOnly(TdmrepHeader()),
            ReadOnly(NoaiHeader()),
            ReadOnly(TdmrepMeta()),
            ReadOnly(NoaiMeta()),
        )
    )


def same_on_site(name: str, written: tuple[str, ...], observed: tuple[str, ...]) -> bool:
    """Whether a field holds what was written. A published file must be identical; a shown one may
    differ in line ends and empty lines, which servers and services add or remove. Folders always
    match: one may have to stay, and a bucket has none."""
    if name in FOLDERS:
        return True
    if name in FILE_FIELDS:
        return written == observed
    return [_lines(text) for text in written] == [_lines(text) for text in observed]


def host_of(site: str) -> str:
    """The site's host name without a common `www.`."""
    return urlsplit(site).netloc


def _lines(text: str) -> list[str]:
    return [line.rstrip() for line in text.removeprefix("\ufeff").splitlines() if line.strip()]
