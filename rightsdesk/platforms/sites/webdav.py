"""A site's folder behind WebDAV (RFC 4918), through httpx.

Encrypted, except on this computer; redirects are not followed, so the password goes to the
one server that it is for. What the server sends is bounded in size and in time, and its XML is
read without entities and document types.

WebDAV shows neither owner nor permissions: the server sets those by its own rules. Properties
that others set on a file stay.
"""

import ssl
from collections.abc import Iterator, Mapping
from typing import NoReturn
from urllib.parse import quote, unquote, urlsplit

import httpcore
import httpx
from lxml import etree

from rightsdesk.file_attributes import NotKept
from rightsdesk.platforms.http import trust
from rightsdesk.platforms.http.address import origin_of
from rightsdesk.platforms.http.errors import (
    AddressRefused,
    BadAnswer,
    NeedsReconnect,
    Offline,
    PlatformError,
    Refused,
    ServerTrouble,
)
from rightsdesk.platforms.http.watchdog import WATCHDOG, Limit, WatchedBackend
from rightsdesk.platforms.sign_in.credentials import Credentials
from rightsdesk.platforms.sites.files_folder import FilesFolder
from rightsdesk.platforms.sites.session import (
    LARGEST_FILE,
    Entry,
    Kind,
    NotOffered,
    Session,
    disk_full,
    no_file,
)

TIMES = httpx.Timeout(30.0, connect=10.0)
WHOLE_SECONDS = 60.0
LARGEST_XML = 2 * LARGEST_FILE
LARGEST_SENT = LARGEST_XML + 1024 * 1024
"""Bytes on the line for one answer: with its headers, trailers and what frames its chunks."""

NO_MOVE = frozenset({400, 403, 405, 501, 502})
"""Answers of servers, and of what stands in front of them, that don't do what was asked; with
502 a server says that it takes its own address for another's (RFC 4918, section 9.9.4)."""

MOVED = frozenset({301, 302, 303, 307, 308})
NO_PROPERTIES = frozenset({400, 403, 405, 415, 501})
_NO_WEBDAV = "Compare the address and the port with what your host tells you, or try again later."
DAV = "{DAV:}"
ALL = b'<?xml version="1.0" encoding="utf-8"?><propfind xmlns="DAV:"><allprop/></propfind>'
KIND = (
    b'<?xml version="1.0" encoding="utf-8"?>'
    b'<propfind xmlns="DAV:"><prop><resourcetype/></prop></propfind>'
)


class WebDavSession(Session):
    """Files below one address. Places are paths below that, without a slash at the front."""

    def __init__(self, http: httpx.Client, base_url: str) -> None:
        self._http = http
        self._base = base_url

    def close(self) -> None:
        """End the connections."""
        self._http.close()

    def resolved(self, place: str) -> str:
        """The place itself: links are the server's business."""
        return place

    def entry(self, place: str) -> Entry | None:
        """What is there; None where nothing is. Of a server that tells nothing (nginx without
        another module), what it gives out tells."""
        try:
            found = self._listed(place, "0")
        except NotOffered:
            return self._given_out(place)
        return next(iter(found.values()), Entry(Kind.FILE)) if found is not None else None

    def names(self, folder: str) -> Mapping[str, Entry | None]:
        """What is in a folder; nothing where the server doesn't tell, or far too much."""
        place = f"{folder}/" if folder else ""
        try:
            found = self._listed(place, "1")
        except (NotOffered, httpx.DecodingError):
            return {}
        if found is None:
            raise FileNotFoundError(folder)
        own = unquote(urlsplit(f"{self._base}{quote(place)}").path).rstrip("/")
        return {
            path.rstrip("/").rpartition("/")[2]: one
            for path, one in found.items()
            if path.rstrip("/").rpartition("/")[0] == own
        }

    def read(self, place: str) -> bytes | None:
        """A file's bytes; None where nothing is."""
        answer = self._ask("GET", place)
        if answer.status_code in (404, 410):
            return None
        if answer.status_code in MOVED and self._is_folder(place):
            raise no_file(place, Kind.FOLDER)
        self._expect(answer, 200)
        return answer.content

    def create(self, place: str, data: bytes) -> None:
        """Make a file."""
        self._put(place, data)

    def overwrite(self, place: str, data: bytes) -> None:
        """Write over a file, as the server does that."""
        self._put(place, data)

    def take_on(self, place: str, like: str, old: Entry | None) -> None:
        """The properties that others have set on the old file. Raises NotKept.

        Those that the server protects are its own (RFC 4918, section 9.2.1): it makes them.
        """
        lost = self._lost(place, old)
        if not lost:
            return
        values = "".join(lost.values())
        body = f'<propertyupdate xmlns="DAV:"><set><prop>{values}</prop></set></propertyupdate>'
        answer = self._ask("PROPPATCH", place, body.encode())
        if answer.status_code in NO_PROPERTIES:
            return
        self._expect(answer, 207, 200)
        refused = {
            name
            for one in _parsed(answer.content).iter(f"{DAV}propstat")
            if _status(one) == 403
            for prop in one.iter(f"{DAV}prop")
            for name in (str(child.tag) for child in prop)
        }
        if set(self._lost(place, old)) - refused:
            raise NotKept("properties")

    def replace(self, source: str, target: str) -> None:
        """Move a file over another one."""
        self._move(source, target, overwrite="T")

    def rename(self, source: str, target: str) -> None:
        """Move a file to a name that is free."""
        self._move(source, target, overwrite="F")

    def remove(self, place: str) -> None:
        """Take a file away, if it is there."""
        answer = self._ask("DELETE", place)
        if answer.status_code not in (404, 410):
            self._expect(answer, 200, 202, 204)

    def make_folder(self, place: str, mode: int | None) -> None:
        """Make a folder."""
        self._expect(self._ask("MKCOL", f"{place}/"), 200, 201)

    def remove_folder(self, place: str) -> None:
        """Take an empty folder away: DELETE takes a full one, too, so it is looked into first."""
        found = self._listed(f"{place}/", "1")
        if found is None or len(found) != 1:
            raise FileExistsError(place)
        self._expect(self._ask("DELETE", f"{place}/"), 200, 202, 204)

    def sync(self, folder: str) -> None:
        """Nothing: the server decides."""

    def _put(self, place: str, data: bytes) -> None:
        kind = {"Content-Type": "application/octet-stream"}
        self._expect(self._ask("PUT", place, data, kind), 200, 201, 204)

    def _move(self, source: str, target: str, overwrite: str) -> None:
        there = f"{self._base}{quote(target)}"
        headers = {"Destination": there, "Overwrite": overwrite}
        answer = self._ask("MOVE", source, headers=headers)
        if answer.status_code in NO_MOVE:
            raise NotOffered
        if answer.status_code == 404:
            raise FileNotFoundError(source)
        self._expect(answer, 200, 201, 204)

    def _given_out(self, place: str) -> Entry | None:
        answer = self._ask("GET", place)
        if answer.status_code in (404, 410):
            return None
        if answer.status_code == 401:
            self._refuse(answer.status_code)
        to = urlsplit(answer.headers.get("Location", "")).path
        moved = answer.status_code in MOVED and to.endswith("/")
        return Entry(Kind.FOLDER if moved or not place else Kind.FILE)

    def _is_folder(self, place: str) -> bool:
        found = self.entry(place)
        return found is not None and found.kind is Kind.FOLDER

    def _lost(self, place: str, old: Entry | None) -> dict[str, str]:
        """What the old file has and this one doesn't."""
        if old is None or not old.more:
            return {}
        mine = self.entry(place)
        now = mine.more if mine else {}
        return {name: text for name, text in old.more.items() if now.get(name) != text}

    def _listed(self, place: str, depth: str) -> dict[str, Entry] | None:
        """What PROPFIND tells, by path; None where nothing is there. Raises NotOffered."""
        headers = {"Depth": depth, "Content-Type": "application/xml"}
        answer = self._ask("PROPFIND", place, ALL if depth == "0" else KIND, headers)
        if answer.status_code in (404, 410):
            return None
        if answer.status_code in MOVED and place and not place.endswith("/"):
            return self._listed(f"{place}/", depth)  # how some say that it is a folder
        if answer.status_code in (400, 405, 501):
            raise NotOffered
        self._expect(answer, 207)
        found: dict[str, Entry] = {}
        for one in _parsed(answer.content).iter(f"{DAV}response"):
            href = (one.findtext(f"{DAV}href") or "").strip()
            try:
                path = unquote(urlsplit(href).path)
            except ValueError:
                continue
            found[path] = _told(one)
        return found

    def _ask(
        self,
        method: str,
        place: str,
        content: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> httpx.Response:
        url = f"{self._base}{quote(place)}"
        with WATCHDOG.limit(WHOLE_SECONDS, LARGEST_SENT) as limit:
            try:
                answer = self._http.request(method, url, content=content, headers=headers)
            except httpx.TransportError as error:
                _blame(limit, error)
                raise
            _blame(limit)  # a line that was cut looks like an answer's end
            return answer

    def _expect(self, answer: httpx.Response, *wanted: int) -> None:
        if answer.status_code not in wanted:
            self._refuse(answer.status_code)

    def _refuse(self, status: int) -> NoReturn:
        host = urlsplit(self._base).hostname or ""
        if status == 401:
            raise NeedsReconnect(
                f"{host} doesn't accept this user name with this password.",
                advice="Connect the site again with the right one.",
            )
        if status in MOVED:
            raise AddressRefused(
                f"{host} sends us on to another address.",
                advice="RightsDesk did not follow. Connect the site with that address.",
            )
        if status == 507:
            raise disk_full(host)
        if status in (404, 409):
            raise FileNotFoundError(host)
        if status == 423:
            raise Refused(
                f"Another program holds this file at {host} just now.",
                untouched="It was left as it is.",
                advice="Close what has it open, then try again.",
            )
        if status >= 500:
            raise ServerTrouble(f"{host} has a problem on its side ({status}).")
        raise Refused(f"{host} refused this ({status}).")


class WebDavFolder(FilesFolder):
    """`webdavs://user@host/path`."""

    def __init__(self, address: str, credentials: Credentials) -> None:
        try:
            parts = urlsplit(address)
            netloc = parts.netloc.rpartition("@")[2]
            scheme = "https" if parts.scheme.endswith("s") else "http"
            self._base = f"{scheme}://{netloc}{parts.path.rstrip('/')}/"
            origin = origin_of(self._base)
            password = parts.password
        except ValueError:
            raise _refused_address() from None
        if password or parts.query or parts.fragment:
            raise _refused_address()
        super().__init__(f"{origin.host}{parts.path}")
        self._host = origin.host
        self._user = unquote(parts.username or "")
        self._secret = credentials.secret

    def _connect(self) -> Session:
        return WebDavSession(self._client(_Bounded(trust.context())), self._base)

    def _client(self, transport: httpx.BaseTransport) -> httpx.Client:
        return httpx.Client(
            auth=(self._user, self._secret) if self._user or self._secret else None,
            timeout=TIMES,
            transport=transport,
            follow_redirects=False,
            headers={"Accept-Encoding": "identity"},
        )

    def _place(self, path: str) -> str:
        return path

    def _trouble(self, error: Exception) -> PlatformError | None:
        match error:
            case httpx.RemoteProtocolError() if not _ended(error):
                return BadAnswer(
                    f"{self._host} sent an answer that can't be read.", advice=_NO_WEBDAV
                )
            case httpx.TimeoutException() | httpx.NetworkError() | httpx.RemoteProtocolError():
                return Offline(
                    f"{self._host} can't be reached.",
                    advice="Check the internet connection and try again.",
                )
            case httpx.HTTPError() | httpx.InvalidURL():
                return BadAnswer(f"{self._host} answered in an unexpected way.")
            case etree.LxmlError():
                return BadAnswer(
                    f"{self._host} sent an answer that can't be read.", advice="Try again later."
                )
        return None


def _ended(error: Exception) -> bool:
    """Whether a connection ended too early, rather than that what came can't be HTTP. Both are
    one kind of error to httpx and h11, and told apart by what they say."""
    said = str(error).lower()
    return "disconnected" in said or "peer closed" in said


def _blame(limit: Limit, error: Exception | None = None) -> None:
    """Raise what there is to say of a line that was cut, if it was."""
    if limit.is_too_large:
        raise httpx.DecodingError("the answer is too large") from error
    if limit.is_late:
        raise httpx.ReadTimeout("the answer takes too long") from error


class _Bounded(httpx.HTTPTransport):
    """Ends answers that are too large; its connections heed limits."""

    def __init__(self, trusted: ssl.SSLContext) -> None:
        super().__init__(verify=trusted)
        self._pool.close()
        self._pool = httpcore.ConnectionPool(ssl_context=trusted, network_backend=WatchedBackend())

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send, and watch the answer's body as it is read."""
        answer = super().handle_request(request)
        stream = answer.stream
        assert isinstance(stream, httpx.SyncByteStream)
        answer.stream = _Measured(stream)
        return answer


class _Measured(httpx.SyncByteStream):
    """A body of bounded size."""

    def __init__(self, stream: httpx.SyncByteStream) -> None:
        self._stream = stream

    def __iter__(self) -> Iterator[bytes]:
        size = 0
        for piece in self._stream:
            size += len(piece)
            if size > LARGEST_XML:
                raise httpx.DecodingError("the answer is too large")
            yield piece

    def close(self) -> None:
        """End the answer."""
        self._stream.close()


def _parsed(body: bytes) -> etree._Element:
    """An answer's XML. Raises `etree.LxmlError`, also for a document type: it has no business
    in an answer, and what it declares is never expanded or fetched."""
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    root = etree.fromstring(body, parser)
    if root.getroottree().docinfo.doctype:
        raise etree.LxmlError("a document type")
    return root


def _told(response: etree._Element) -> Entry:
    more: dict[str, str] = {}
    kind = Kind.FILE
    for stat in response.iter(f"{DAV}propstat"):
        if _status(stat) not in (0, 200):
            continue
        for prop in (child for one in stat.iter(f"{DAV}prop") for child in one):
            name = str(prop.tag)
            if name == f"{DAV}resourcetype":
                if prop.find(f"{DAV}collection") is not None:
                    kind = Kind.FOLDER
            elif isinstance(prop.tag, str) and not name.startswith(DAV):
                more[name] = etree.tostring(prop, encoding="unicode", with_tail=False)
    return Entry(kind, more=more)


def _status(stat: etree._Element) -> int:
    """The number in `HTTP/1.1 200 OK`; 0 for none."""
    words = (stat.findtext(f"{DAV}status") or "").split()
    return int(words[1]) if len(words) > 1 and words[1].isascii() and words[1].isdigit() else 0


def _refused_address() -> AddressRefused:
    return AddressRefused(
        "This address can't be used.",
        advice="It has to look like webdavs://user@host/path, without the password.",
    )
