"""The artist's own site: what a crawler is shown there, and the files that it is made of.

A site is known twice. Fields such as `robots.txt` hold what anybody is shown at the public
address; `file:robots.txt` holds the file that was published. They can differ: a cache lags
behind, a plugin writes its own robots.txt, a service in front of the site adds to it. What
the site says is what it shows; what can be edited is the file. So an edit names both: the
file as it shall be, and what the site ought to show then.

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
from rightsdesk.consent.losses import CarrierLoss, Loss

SITE = "site"
"""The field with the site's public address, without a slash at the end."""

LINKED_RSL = "linked:rsl.xml"
"""RSL files that the site points to and that are not ours."""

PATHS: Mapping[str, str] = {
    RSL: "rightsdesk/rsl.xml",
    POLICY: "rightsdesk/tdm-policy.json",
    TDMREP: ".well-known/tdmrep.json",
    ROBOTS: "robots.txt",
}
"""Where each file lies below the site's root, in the order in which they are published: what
is pointed to before what points to it."""

NO_ROBOTS = (
    "The published robots.txt has no line of a robots.txt in it: a web page, perhaps. It is "
    "replaced, and an undo brings it back."
)

_FILE = "file:"
FILE_FIELDS = tuple(_FILE + name for name in PATHS)

FOLDERS: Mapping[str, str] = {"folder:.well-known": ".well-known"}
"""Fields that are there while a folder is, by name: one that was made for a file goes with it,
if nothing else is in it. The folder `rightsdesk` is ours in any case."""

UNSEEN = "unseen:attributes"
"""The field that is there where the way to the files shows nothing of their access lists and
attributes, so that replacing one may lose them."""

THERE = ("there",)

MakeDialect = Callable[[str], Dialect]


def file_field(name: str) -> str:
    """The field of the published file behind a public one."""
    return _FILE + name


def public_url(site: str, name: str) -> str:
    """Where the site shows a file; "" where the site's address is not known."""
    return f"{site}/{PATHS[name]}" if site else ""


class SeenOnly(Dialect):
    """A dialect whose fields are shown by the site and can't be edited from here.

    `encode` tells what they would have to be, for a person to put there. `fields` may carry
    other names than the dialect's own.
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
        """The fields that would say it."""
        said = self._dialect.encode(declaration)
        return {ours: said[name] for ours, name in self._names.items() if name in said}

    def decode(self, fields: Fields) -> Consent:
        """What they say."""
        return self._dialect.decode(self._plain(fields))

    def edit(self, fields: Fields, declaration: Declaration) -> Fields:
        """Nothing."""
        return {}

    def losses(self, declaration: Declaration) -> tuple[Loss, ...]:
        """None: nothing is said here."""
        return ()

    def caveats(self, fields: Fields) -> tuple[str, ...]:
        """The dialect's own."""
        return self._dialect.caveats(self._plain(fields))

    def _plain(self, fields: Fields) -> Fields:
        return {name: fields[ours] for ours, name in self._names.items() if ours in fields}


class PublishedFile(Dialect):
    """A dialect that stands in files of the site.

    `make` gives it for a site's address, which some languages name in what they say.
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
        """What the site shows. Raises DialectError where our block in robots.txt is damaged:
        it can't be edited before a person has put that right."""
        for text in fields.get(ROBOTS, ()):
            block_in(text)
        return self._anywhere.decode(fields)

    def edit(self, fields: Fields, declaration: Declaration) -> Fields:
        """The files as they shall be, and what the site ought to show then.

        A document that can't be understood is left alone. Where the site shows a file that
        nobody published (a program makes it), the published one begins as a copy of that:
        else it would take away what the program says.
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
        """That a published file may lose what nobody can see when another takes its place."""
        replaced = any(
            fields.get(file_field(name)) for name in self.fields if file_field(name) in edit
        )
        return (CarrierLoss.UNSEEN_ATTRIBUTES,) if replaced and UNSEEN in fields else ()

    def notes(self, declaration: Declaration) -> tuple[str, ...]:
        """The dialect's own."""
        return self._anywhere.notes(declaration)

    def caveats(self, fields: Fields) -> tuple[str, ...]:
        """The dialect's own."""
        return self._anywhere.caveats(fields)

    def on_replacing(self, fields: Fields) -> tuple[str, ...]:
        """Says where the published robots.txt is none."""
        held = fields.get(file_field(ROBOTS), ())[:1]
        other = ROBOTS in self.fields and any(not _is_base(ROBOTS, text) for text in held)
        return (NO_ROBOTS,) if other else ()


def _made_for(files: Fields, fields: Fields) -> Fields:
    """The folders that are not there yet, and will be with these files."""
    paths = [PATHS[name.removeprefix(_FILE)] for name, values in files.items() if values]
    return {
        name: THERE
        for name, folder in FOLDERS.items()
        if name not in fields and any(path.startswith(f"{folder}/") for path in paths)
    }


def _is_base(name: str, text: str) -> bool:
    """Whether what is there can be added to, as a file of that name."""
    return name != ROBOTS or is_robots(text)


@dataclass(frozen=True)
class SiteSuite(Suite):
    """What a site says. Its files belong to several: others write into them, too."""

    def label(self, name: str) -> str:
        """Files by their path, and which of them is meant."""
        if name in FILE_FIELDS:
            return PATHS[name.removeprefix(_FILE)]
        if name in PATHS:
            return f"{PATHS[name]} (as the site shows it)"
        return f"folder {FOLDERS[name]}" if name in FOLDERS else super().label(name)

    def way_back(self, fields: Fields, written: Fields, before: Fields, holds: Holds) -> WayBack:
        """Of a file that somebody edited since, exactly our part goes back. Where that can't be
        told apart, the file stays, and so does what it points to."""
        plain = super().way_back(fields, written, before, holds)
        edit, left = dict(plain.edit), list(plain.left)
        for name in PATHS:
            if (file := file_field(name)) not in written:
                continue
            merged = file in left
            if merged:
                text = _put_back(name, file, fields, written, before)
                if text is None:  # and the site goes on showing it
                    edit.pop(name, None)
                    left = [one for one in left if one != name]
                    continue
                left.remove(file)
                edit[file] = text
            if name in left or (merged and name in written):
                shown: tuple[str, ...] | None = edit.get(file, fields.get(file, ()))
                if fields.get(name) not in (None, written[name], fields.get(file)):
                    # It has lines of others: a service in front of the site adds them, say.
                    shown = _put_back(name, name, fields, written, before)
                if shown is not None:
                    left = [one for one in left if one != name]
                    edit[name] = shown
        needed = [n for n in PATHS if file_field(n) in edit and _is_needed(n, edit, left, fields)]
        for name in needed:
            del edit[file_field(name)]
            edit.pop(name, None)
        return WayBack(edit, tuple(left), tuple(map(file_field, needed)))


_POINTS: Mapping[str, str] = {RSL: ROBOTS, POLICY: TDMREP}
"""Which file points to which: by the one that is pointed to."""


def _is_needed(name: str, edit: Fields, left: Collection[str], fields: Fields) -> bool:
    """Whether a file has to stay as it is, since another one still points to it."""
    if name not in _POINTS:
        return False
    pointer = file_field(_POINTS[name])
    stays = pointer in left or not edit[file_field(name)]
    texts = edit.get(pointer, fields.get(pointer, ()))[:1]
    return stays and any(PATHS[name] in text.replace("\\/", "/") for text in texts)


def _put_back(
    name: str, field: str, fields: Fields, written: Fields, before: Fields
) -> tuple[str, ...] | None:
    """A file, as published or as shown, with our part of it as it was before; None where that
    can't be told."""
    held, then, old = (one.get(field, ()) for one in (fields, written, before))
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
    """Everything that a site can say; `crawlers` as for `AiCrawlers`."""

    def robots(site: str) -> Dialect:
        return RobotsTxt(crawlers, licence_url=public_url(site, RSL))

    def tdmrep(site: str) -> Dialect:
        return TdmrepFile(policy_url=public_url(site, POLICY))

    return SiteSuite(
        (
            PublishedFile(lambda site: Rsl()),
            PublishedFile(tdmrep),
            PublishedFile(robots),
            SeenOnly(Rsl(), {LINKED_RSL: RSL}),
            SeenOnly(AiprefHeader()),
            SeenOnly(TdmrepHeader()),
            SeenOnly(NoaiHeader()),
            SeenOnly(TdmrepMeta()),
            SeenOnly(NoaiMeta()),
        )
    )


def same_on_site(name: str, written: tuple[str, ...], told: tuple[str, ...]) -> bool:
    """Whether a field holds what was written: a file to the letter; what the site shows also
    with other line ends and empty lines, which servers and services put in or leave out. A
    folder in any case: it may have to stay, and a bucket has none."""
    if name in FOLDERS:
        return True
    if name in FILE_FIELDS:
        return written == told
    return [_lines(text) for text in written] == [_lines(text) for text in told]


def host_of(site: str) -> str:
    """The site's name without what every address has."""
    return urlsplit(site).netloc


def _lines(text: str) -> list[str]:
    return [line.rstrip() for line in text.removeprefix("\ufeff").splitlines() if line.strip()]
