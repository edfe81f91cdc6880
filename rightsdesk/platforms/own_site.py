"""The artist's own site: robots.txt, tdmrep.json and an RSL file, published and checked.

The account has two addresses. The base address is the site itself, read as a crawler reads it: what
the site shows counts. The identifier is where its files are published (a folder, SFTP, WebDAV, S3);
without one the site is only read. A file that changed since it was read is left unchanged. A
published file counts only when the site shows it. If a cache still sends the older file,
RightsDesk says so.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from rightsdesk import phrases
from rightsdesk.consent import Evidence
from rightsdesk.consent.dialects.web.own_site import (
    FILE_FIELDS,
    FOLDERS,
    LINKED_RSL,
    PATHS,
    SITE,
    THERE,
    UNSEEN,
    file_field,
    host_of,
    same_on_site,
    site_suite,
)
from rightsdesk.consent.fields import Fields
from rightsdesk.enums.carriers import CarrierId
from rightsdesk.enums.causes import Cause
from rightsdesk.platforms.http.address import Endpoints, origin_of
from rightsdesk.platforms.http.client import Client, narrowed
from rightsdesk.platforms.http.errors import (
    AddressRefused,
    PlatformError,
    Refused,
    ServerTrouble,
    changed_on_site,
)
from rightsdesk.platforms.interface import (
    Capabilities,
    Identity,
    Platform,
    Reach,
    RemoteItem,
    SettledItem,
    SignInBy,
    stamp_of,
)
from rightsdesk.platforms.read_after_write import NotShownYet
from rightsdesk.platforms.sign_in.access import Access, ByAccess
from rightsdesk.platforms.sites.folder import Folder, HalfPublished
from rightsdesk.platforms.sites.folder_choice import folder_at
from rightsdesk.platforms.sites.site_reading import HEADERS, META, shown_by, status_of
from rightsdesk.resources.crawlers import crawler_list
from rightsdesk.sentences import worded

OURS = "rightsdesk/"
BROKEN = frozenset(range(400, 600)) - {408, 425, 429}
"""Status codes for a file that is not served at all, not only for the moment."""

LATIN = "latin-1"
"""Second value of a file's field if its bytes are not UTF-8: the encoding used."""


class NotChecked(PlatformError):
    """The files are published, but the site could not be checked."""

    cause = Cause.NOT_SEEN
    accepted = True


class NotServed(PlatformError):
    """The site stopped serving a file after a new one was published."""

    cause = Cause.NOT_SERVED


class SiteClient(Client):
    """A crawler's view of one site, and the folder it is published from, if known."""

    def __init__(self, site: str, *, folder: Folder | None, **options: Any) -> None:
        super().__init__(site, **options)
        self._session.headers["Accept"] = "*/*"  # as crawlers do
        self.site = site
        self.folder = folder

    def close(self) -> None:
        """Close the connections of both."""
        super().close()
        if self.folder is not None:
            self.folder.close()


class OwnSite(ByAccess):
    """One web site. It is its own only item, identified by its address."""

    id = CarrierId.OWN_SITE
    name = id.display_name
    noun, nouns = "own site", "own sites"
    capabilities = Capabilities(
        reads=frozenset({Reach.SITE}),
        writes=frozenset({Reach.SITE}),
        evidence=Evidence.PUBLIC,
        fields=(SITE, *PATHS, *FILE_FIELDS, *FOLDERS, UNSEEN, LINKED_RSL, *HEADERS, *META.values()),
        shows_within=timedelta(hours=24),  # crawlers may cache it so long: RFC 9309, 2.4
        prompt=(*FILE_FIELDS, *FOLDERS),
        hidden="The server may hide folders that begin with a dot, or a program may generate "
        "these files: ask your web host to serve them as they are.",
    )
    endpoints = Endpoints(api="", auth="")
    sign_in = SignInBy.PASSWORD
    suite = site_suite(crawler_list().kinds)

    def connected(self, access: Access) -> Client:
        """Return a client. Raises `AddressRefused` if an address can't be used."""
        site = _site(access.endpoints.api)
        host = host_of(site)
        return SiteClient(
            site,
            folder=folder_at(access),
            limiter=access.limiter(host, ""),
            service=host,
            clock=access.clock,
        )

    def same(self, name: str, written: tuple[str, ...], observed: tuple[str, ...]) -> bool:
        """Whether files are the same byte by byte, and shown texts apart from line ends."""
        return same_on_site(name, written, observed)

    def whoami(self, client: Client) -> Identity:
        """Return the site, after reading it and checking its folder."""
        site = _of(client)
        shown_by(site, site.site, ("robots.txt",))
        if site.folder is not None:
            site.folder.check()
        return Identity(site.site, host_of(site.site), f"{site.site}/")

    def items(self, client: Client) -> Iterator[RemoteItem]:
        """Yield the site."""
        yield self.item(client, _of(client).site)

    def item(self, client: Client, remote_id: str) -> RemoteItem:
        """Read what the site shows, and its published files."""
        site = _of(client)
        if remote_id != site.site:
            raise ValueError("not the address of this account's site")
        fields = shown_by(site, site.site)
        if site.folder is not None:
            for name, path in PATHS.items():
                if (held := site.folder.read(path)) is not None:
                    fields[file_field(name)] = _values(held)
        # A new or removed empty folder does not change what the site says.
        stamp = stamp_of(fields)
        if site.folder is not None:
            for name, path in FOLDERS.items():
                if site.folder.has_folder(path):
                    fields[name] = THERE
            if may_lose := site.folder.may_lose:
                fields[UNSEEN] = (may_lose,)
        host = host_of(site.site)
        return RemoteItem(
            remote_id=site.site,
            title=host,
            artist="",
            isrc="",
            duration_ms=None,
            url=f"{site.site}/",
            fields=fields,
            stamp=stamp,
            reach=Reach.SITE,
        )

    def write(self, client: Client, remote_id: str, before: RemoteItem, fields: Fields) -> None:
        """Publish the files that differ, then check that the site shows them.

        Raises `ChangedThere` if a file changed meanwhile, `NotServed`, `NotShownYet` and
        `NotChecked`. After any other error the files are unchanged.
        """
        if unknown := set(fields) - {*PATHS, *FILE_FIELDS, *FOLDERS}:
            raise ValueError(f"not files of a site: {sorted(unknown)}")
        site = _of(client)
        wanted = {name: fields[file_field(name)] for name in PATHS if file_field(name) in fields}
        held = {name: before.fields.get(file_field(name), ()) for name in PATHS}
        new = {n: v for n, v in wanted.items() if v != held[n]}
        made = [FOLDERS[name] for name, values in fields.items() if name in FOLDERS and values]
        gone = [FOLDERS[name] for name in FOLDERS if fields.get(name) == ()]
        _publish(site, new, held, made)
        if site.folder is not None:
            for folder in gone:
                site.folder.remove_folder(folder)
        names = [name for name in PATHS if name in fields]
        if not names:
            return
        shown, trouble = _shown(site, names)
        late = [n for n in names if not self.same(n, fields[n], shown.get(n, ()))]
        # Where a file was removed, nothing or a program answers from now on.
        removed = {name for name, values in new.items() if not values}
        late = [n for n in late if n not in removed or shown.get(n) == before.fields.get(n)]
        doubtful = [n for n in late if n in new and n in before.fields and n not in removed]
        if trouble is None or isinstance(trouble, Refused | ServerTrouble):
            try:
                broken = _broken(site, doubtful)
            except PlatformError as error:
                trouble = trouble or error
            else:
                if broken:
                    raise _not_served(site, broken, _taken_back(site, list(new), held, made))
        if trouble is not None:
            raise NotChecked(
                worded(
                    "Published, but {service} could not be checked: {why}",
                    service=site.service,
                    why=trouble.sentence,
                ),
                advice=trouble.advice,
            ) from trouble
        if late:
            raise _not_shown(site, late)

    def settle(self, client: Client, remote_id: str, before: Fields, edit: Fields) -> SettledItem:
        """Restore files to `before` if a kill left them published in part.

        A file is left alone if its content can't come from `edit`.
        """
        site = _of(client)
        found = SettledItem.WHOLE
        if site.folder is None:
            return found
        for name, path in PATHS.items():
            if (field := file_field(name)) in edit:
                old, new = _bytes(before.get(field, ())), _bytes(edit[field])
                now = site.folder.settle(path, old, new)
                found = now if now is not SettledItem.WHOLE else found
        folders = [FOLDERS[n] for n in FOLDERS if n in edit and not (n in before and edit[n])]
        for folder in (*folders, OURS.rstrip("/")):
            # Created, and nothing was stored in it; or to be removed, and now empty.
            site.folder.remove_folder(folder)
        return found

    def sign_out(self, client: Client) -> None:
        """Nothing: there is no sign-in."""


def _shown(site: SiteClient, names: Sequence[str]) -> tuple[Fields, PlatformError | None]:
    """Return the site's version of these files, or the error that prevents reading it."""
    try:
        return shown_by(site, site.site, names), None
    except PlatformError as error:
        return {}, error


def _publish(site: SiteClient, wanted: Fields, held: Fields, made: Sequence[str]) -> None:
    """Write the files one by one; if one fails, restore those before it."""
    if not wanted:
        return
    folder = site.folder
    if folder is None:
        raise Refused(
            worded(
                "RightsDesk doesn't know where the files of {service} are stored.",
                service=site.service,
            ),
            advice="Connect the site again with its folder, or its address for SFTP, WebDAV or S3.",
        )
    for name in wanted:
        folder.tidy(PATHS[name])
        if folder.read(PATHS[name]) != _bytes(held[name]):
            raise changed_on_site(PATHS[name])
    done: list[str] = []
    try:
        for name, values in wanted.items():
            if not values:  # it may be removed though the answer was lost
                done.append(name)
            _put(folder, name, values)
            if values:
                done.append(name)
    except PlatformError as error:
        # Report the first error, unless some files are now new and some old.
        if _taken_back(site, done, held, made) is not None and not error.half_written:
            raise HalfPublished(
                worded(
                    "The files of {service} are published only in part: {why}",
                    service=site.service,
                    why=error.sentence,
                ),
                advice="Undo the job, or repeat it, when the site can be reached.",
            ) from error
        raise


def _taken_back(
    site: SiteClient, names: Sequence[str], held: Fields, made: Sequence[str]
) -> PlatformError | None:
    """Restore files and remove the folders made for them. Return the first error, if any."""
    assert site.folder is not None
    trouble: PlatformError | None = None
    for name in reversed(names):
        try:
            _put(site.folder, name, held[name])
        except PlatformError as error:
            trouble = trouble or error
    with suppress(PlatformError):
        for folder in made:
            site.folder.remove_folder(folder)
    return trouble


def _broken(site: SiteClient, names: Sequence[str]) -> dict[str, int]:
    """Return the files that the site no longer serves, with their status."""
    statuses = {name: status_of(site, name) for name in names}
    return {name: status for name, status in statuses.items() if status in BROKEN}


def _put(folder: Folder, name: str, values: tuple[str, ...]) -> None:
    data = _bytes(values)
    if data is None:
        folder.remove(PATHS[name])
        if PATHS[name].startswith(OURS):
            folder.remove_folder(OURS.rstrip("/"))
    else:
        folder.write(PATHS[name], data)


def _values(data: bytes) -> tuple[str, ...]:
    """Return a file as field values from which its bytes can be restored."""
    try:
        return (data.decode("utf-8"),)
    except UnicodeDecodeError:
        return (data.decode(LATIN), LATIN)


def _bytes(values: tuple[str, ...]) -> bytes | None:
    if not values:
        return None
    return values[0].encode(LATIN if values[1:] == (LATIN,) else "utf-8")


def _not_served(
    site: SiteClient, broken: Mapping[str, int], trouble: PlatformError | None
) -> NotServed:
    statuses = phrases.and_list(
        worded("{status} for {path}", status=status, path=PATHS[name])
        for name, status in broken.items()
    )
    if trouble is not None:
        return NotServed(
            worded(
                "{service} answers {statuses} since the new files were published. The old ones "
                "could not be restored: {why}",
                service=site.service,
                statuses=statuses,
                why=trouble.sentence,
            ),
            advice="Undo the job as soon as the site can be reached.",
        )
    return NotServed(
        worded(
            "{service} answers {statuses} since the new files were published.",
            service=site.service,
            statuses=statuses,
        ),
        untouched="The old files were restored.",
        advice="The web server may lack permission to read this user's files, or may refuse "
        "their content: ask your web host.",
    )


def _not_shown(site: SiteClient, late: list[str]) -> NotShownYet:
    advice = "A cache may need a while, or must be cleared. Check again later."
    if all(PATHS[name].startswith(".") for name in late):
        advice = "Its server may hide folders that begin with a dot: ask your web host."
    paths = ", ".join(PATHS[name] for name in late)
    return NotShownYet(
        worded(
            "Published, but {service} still shows the old version of {paths}.",
            service=site.service,
            paths=paths,
        ),
        advice=advice,
    )


def _site(address: str) -> str:
    """Return the site's origin: robots.txt is valid only at the top of a host."""
    if not address:
        raise AddressRefused(
            "The site's own address is missing.", advice="Enter it, such as https://artist.example."
        )
    origin = str(origin_of(address))
    if urlsplit(address).path not in ("", "/"):
        raise AddressRefused(
            worded("Crawler rules are valid only at the top of a site: {origin}/", origin=origin),
            advice=worded("Connect it as {origin}.", origin=origin),
        )
    return origin


def _of(client: Client) -> SiteClient:
    return narrowed(client, SiteClient)


PLATFORM: Platform = OwnSite()
