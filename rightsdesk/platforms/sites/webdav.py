"""A site's folder behind WebDAV (RFC 4918), through httpx.

Connections are encrypted, except on this computer. Redirects are not followed, so the password goes
to one server only. Answers are limited in size and time. Their XML is parsed without entities and
document types.

WebDAV shows neither owner nor permissions: the server sets those by its own rules, and the review
mentions it. Properties that other programs set on a file are kept.
"""

import re
import ssl
from collections.abc import Iterator, Mapping
from typing import NoReturn
from urllib.parse import quote, unquote, urlsplit

import httpcore
import httpx
from lxml import etree

from rightsdesk.file_attributes import NotKept
from rightsdesk.platforms.http import proxies, trust
from rightsdesk.platforms.http.address import origin_of
from rightsdesk.platforms.http.errors import (
    AddressRefused,
    BadAnswer,
    NeedsReconnect,
    Offline,
    PlatformError,
    Refused,
    ServerTrouble,
    untrusted,
)
from rightsdesk.platforms.http.watchdog import WATCHDOG, Limit, WatchedBackend
from rightsdesk.platforms.sign_in.credentials import Credentials
from rightsdesk.platforms.sites.files_folder import FilesFolder
from rightsdesk.platforms.sites.session import (
    LARGEST_FILE,
    EntryKind,
    FileEntry,
    FileSession,
    NotSupported,
    disk_full,
    no_file,
)
from rightsdesk.sentences import worded

TIMES = httpx.Timeout(30.0, connect=10.0)
WHOLE_SECONDS = 60.0
LARGEST_XML = 2 * LARGEST_FILE
LARGEST_SENT = LARGEST_XML + 1024 * 1024
"""Limit for the bytes received for one answer: body, headers, trailers and chunk framing."""

NO_MOVE = frozenset({400, 403, 405, 501, 502})
"""Status codes of servers and proxies that don't support MOVE.

With 502 a server takes its own address for another server's (RFC 4918, section 9.9.4).
"""

MOVED = frozenset({301, 302, 303, 307, 308})
NO_PROPERTIES = frozenset({400, 403, 405, 415, 501})
_NO_WEBDAV = "Check the address and the port, which your web host gives you, or try again later."
_HOST = re.compile(r"[A-Za-z0-9._:-]+")
DAV = "{DAV:}"
ALL = b'<?xml version="1.0" encoding="utf-8"?><propfind xmlns="DAV:"><allprop/></propfind>'
KIND = (
    b'<?xml version="1.0" encoding="utf-8"?>'
    b'<propfind xmlns="DAV:"><prop><resourcetype/></prop></propfind>'
)


class WebDavSession(FileSession):
    """Files below one address. Places are paths below it, without a leading slash."""

    def __init__(self, http: httpx.Client, base_url: str) -> None:
        self._http = http
        self._base = base_url

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def resolved(self, place: str) -> str:
        """Return the place itself: the server resolves links."""
        return place

    def entry(self, place: str) -> FileEntry | None:
        """Return the entry; None if there is none.

        If the server lists nothing (nginx without another module), a GET shows what it is.
        """
        try:
            found = self._listed(place, "0")
        except NotSupported:
            return self._entry_by_get(place)
        return next(iter(found.values()), FileEntry(EntryKind.FILE)) if found is not None else None

    def names(self, folder: str) -> Mapping[str, FileEntry | None]:
        """Return the entries of a folder by name.

        Empty if the server does not list, or sends far too much.
        """
        place = f"{folder}/" if folder else ""
        try:
            found = self._listed(place, "1")
        except (NotSupported, httpx.DecodingError):
            return {}
        if found is None:
            raise FileNotFoundError(folder)
        own = unquote(urlsplit(f"{self._base}{quote(place)}").path).rstrip("/")
        return {
            path.rstrip("/").rpartition("/")[2]: entry
            for path, entry in found.items()
            if path.rstrip("/").rpartition("/")[0] == own
        }

    def read(self, place: str) -> bytes | None:
        """Return a file's bytes; None if there is no file."""
        answer = self._ask("GET", place)
        if answer.status_code in (404, 410):
            return None
        if answer.status_code in MOVED and self._is_folder(place):
            raise no_file(place, EntryKind.FOLDER)
        self._expect(answer, 200)
        return answer.content

    def create(self, place: str, data: bytes) -> None:
        """Create a file."""
        self._put(place, data)

    def overwrite(self, place: str, data: bytes) -> None:
        """Overwrite a file; how is up to the server."""
        self._put(place, data)

    def copy_attributes(self, place: str, like: str, old: FileEntry | None) -> None:
        """Copy the properties that other programs set on the old file. Raises `NotKept`.

        The server sets its protected properties itself (RFC 4918, section 9.2.1).
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
            for propstat in _parsed(answer.content).iter(f"{DAV}propstat")
            if _status(propstat) == 403
            for prop in propstat.iter(f"{DAV}prop")
            for name in (str(child.tag) for child in prop)
        }
        if set(self._lost(place, old)) - refused:
            raise NotKept(worded("properties"))

    def replace(self, source: str, target: str) -> None:
        """Rename a file over another one."""
        self._move(source, target, overwrite="T")

    def rename(self, source: str, target: str) -> None:
        """Rename a file to a free name."""
        self._move(source, target, overwrite="F")

    def remove(self, place: str) -> None:
        """Remove a file if it exists."""
        answer = self._ask("DELETE", place)
        if answer.status_code not in (404, 410):
            self._expect(answer, 200, 202, 204)

    def make_folder(self, place: str, mode: int | None) -> None:
        """Create a folder."""
        self._expect(self._ask("MKCOL", f"{place}/"), 200, 201)

    def remove_folder(self, place: str) -> None:
        """Remove an empty folder. DELETE removes full ones, too, so it is listed first."""
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
            raise NotSupported
        if answer.status_code == 404:
            raise FileNotFoundError(source)
        self._expect(answer, 200, 201, 204)

    def _entry_by_get(self, place: str) -> FileEntry | None:
        answer = self._ask("GET", place)
        if answer.status_code in (404, 410):
            return None
        if answer.status_code == 401:
            self._refuse(answer.status_code)
        to = urlsplit(answer.headers.get("Location", "")).path
        moved = answer.status_code in MOVED and to.endswith("/")
        return FileEntry(EntryKind.FOLDER if moved or not place else EntryKind.FILE)

    def _is_folder(self, place: str) -> bool:
        found = self.entry(place)
        return found is not None and found.kind is EntryKind.FOLDER

    def _lost(self, place: str, old: FileEntry | None) -> dict[str, str]:
        """Return the properties of the old file that this one lacks."""
        if old is None or not old.more:
            return {}
        mine = self.entry(place)
        now = mine.more if mine else {}
        return {name: text for name, text in old.more.items() if now.get(name) != text}

    def _listed(self, place: str, depth: str) -> dict[str, FileEntry] | None:
        """Return the entries of a PROPFIND by path; None if nothing is there. Raises
        `NotSupported`."""
        headers = {"Depth": depth, "Content-Type": "application/xml"}
        answer = self._ask("PROPFIND", place, ALL if depth == "0" else KIND, headers)
        if answer.status_code in (404, 410):
            return None
        if answer.status_code in MOVED and place and not place.endswith("/"):
            return self._listed(f"{place}/", depth)  # how some servers say that it is a folder
        if answer.status_code in (400, 405, 501):
            raise NotSupported
        self._expect(answer, 207)
        found: dict[str, FileEntry] = {}
        for response in _parsed(answer.content).iter(f"{DAV}response"):
            href = (response.findtext(f"{DAV}href") or "").strip()
            try:
                path = unquote(urlsplit(href).path)
            except ValueError:
                continue
            found[path] = _prop_entry(response)
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
            _blame(limit)  # a connection that was cut looks like the end of an answer
            return answer

    def _expect(self, answer: httpx.Response, *wanted: int) -> None:
        if answer.status_code not in wanted:
            self._refuse(answer.status_code)

    def _refuse(self, status: int) -> NoReturn:
        host = urlsplit(self._base).hostname or ""
        if status == 401:
            raise NeedsReconnect(
                worded("{host} doesn't accept this user name with this password.", host=host),
                advice="Connect the site again with the right one.",
            )
        if status in MOVED:
            raise AddressRefused(
                worded("{host} redirects to another address.", host=host),
                advice="RightsDesk did not follow. Connect the site with that address.",
            )
        if status == 507:
            raise disk_full(host)
        if status in (404, 409):
            raise FileNotFoundError(host)
        if status == 423:
            raise Refused(
                worded("Another program has locked this file at {host}.", host=host),
                untouched="It was left unchanged.",
                advice="Close that program, then try again.",
            )
        if status >= 500:
            raise ServerTrouble(
                worded("{host} has a problem on its side ({status}).", host=host, status=status)
            )
        if status < 400:
            raise BadAnswer(
                worded(
                    "{host} answered in an unexpected way ({status}).", host=host, status=status
                ),
                advice=_NO_WEBDAV,
            )
        raise Refused(worded("{host} refused this ({status}).", host=host, status=status))


class WebDavFolder(FilesFolder):
    """`webdavs://user@host/path`."""

    may_lose = "webdav"

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
        self._proxy = ""

    def _connect(self) -> FileSession:
        # A proxy can't reach our own computer.
        is_here = origin_of(self._base).is_loopback
        self._proxy = "" if is_here else proxies.proxy_for(self._base)
        try:
            transport = _Bounded(trust.context(), self._proxy)
        except (ValueError, httpx.InvalidURL) as error:
            raise proxies.trouble(self._proxy, self._base, error) from None
        return WebDavSession(self._client(transport), self._base)

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
        if (reason := _tls_error(error)) is not None:
            return untrusted(self._host, reason)
        is_nonsense = isinstance(error, httpx.RemoteProtocolError) and not _ended(error)
        if self._proxy and isinstance(error, httpx.TimeoutException):
            return proxies.silent(self._proxy, self._host)
        if self._proxy and isinstance(error, httpx.TransportError) and not is_nonsense:
            return proxies.trouble(self._proxy, self._base, error)
        match error:
            case httpx.RemoteProtocolError() if is_nonsense:
                return BadAnswer(
                    worded("{host} sent an answer that can't be read.", host=self._host),
                    advice=_NO_WEBDAV,
                )
            case httpx.ReadTimeout() | httpx.WriteTimeout():
                return Offline(
                    worded("{host} took too long to answer.", host=self._host),
                    advice="Try again later.",
                )
            case httpx.TimeoutException() | httpx.NetworkError() | httpx.RemoteProtocolError():
                return Offline(
                    worded("{host} can't be reached.", host=self._host),
                    advice="Check the internet connection and the address, and try again.",
                )
            case httpx.HTTPError() | httpx.InvalidURL():
                return BadAnswer(worded("{host} answered in an unexpected way.", host=self._host))
            case etree.LxmlError():
                return BadAnswer(
                    worded("{host} sent an answer that can't be read.", host=self._host),
                    advice="Try again later.",
                )
        return None


def _tls_error(error: BaseException | None) -> ssl.SSLError | None:
    """Return the TLS error behind another one, if any."""
    while error is not None and not isinstance(error, ssl.SSLError):
        error = error.__cause__ or error.__context__
    return error


def _ended(error: Exception) -> bool:
    """Whether a connection ended too early. False if what came can't be HTTP.

    httpx and h11 raise one type for both; only the text differs.
    """
    text = str(error).lower()
    return "disconnected" in text or "peer closed" in text


def _blame(limit: Limit, error: Exception | None = None) -> None:
    """Raise the error that fits if the watchdog cut the connection."""
    if limit.is_too_large:
        raise httpx.DecodingError("the answer is too large") from error
    if limit.is_late:
        raise httpx.ReadTimeout("the answer takes too long") from error


class _Bounded(httpx.HTTPTransport):
    """Cancels answers that are too large; its connections obey limits.

    Raises ValueError and `httpx.InvalidURL` for a proxy that can't be used.
    """

    def __init__(self, trusted: ssl.SSLContext, proxy: str = "") -> None:
        super().__init__(verify=trusted)
        self._pool.close()
        self._pool = _pool(trusted, proxy)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send the request, and measure the answer's body as it is read."""
        answer = super().handle_request(request)
        stream = answer.stream
        assert isinstance(stream, httpx.SyncByteStream)
        answer.stream = _Measured(stream)
        return answer


def _pool(trusted: ssl.SSLContext, proxy: str) -> httpcore.ConnectionPool:
    backend = WatchedBackend()
    if not proxy:
        return httpcore.ConnectionPool(ssl_context=trusted, network_backend=backend)
    named = httpx.Proxy(proxy if "://" in proxy else f"http://{proxy}")
    if named.url.scheme not in ("http", "https") or not _HOST.fullmatch(named.url.host):
        raise ValueError("not an HTTP proxy")
    return httpcore.HTTPProxy(
        str(named.url),
        proxy_auth=named.raw_auth,
        proxy_ssl_context=trusted if named.url.scheme == "https" else None,
        ssl_context=trusted,
        network_backend=backend,
    )


class _Measured(httpx.SyncByteStream):
    """A body of limited size."""

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
        """Close the answer."""
        self._stream.close()


def _parsed(body: bytes) -> etree._Element:
    """Return an answer's XML. Raises `etree.LxmlError`, also for a document type.

    No answer needs a document type, and its declarations are never expanded or fetched.
    """
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    root = etree.fromstring(body, parser)
    if root.getroottree().docinfo.doctype:
        raise etree.LxmlError("a document type")
    return root


def _prop_entry(response: etree._Element) -> FileEntry:
    more: dict[str, str] = {}
    kind = EntryKind.FILE
    for stat in response.iter(f"{DAV}propstat"):
        if _status(stat) not in (0, 200):
            continue
        for prop in (child for prop_element in stat.iter(f"{DAV}prop") for child in prop_element):
            name = str(prop.tag)
            if name == f"{DAV}resourcetype":
                if prop.find(f"{DAV}collection") is not None:
                    kind = EntryKind.FOLDER
            elif isinstance(prop.tag, str) and not name.startswith(DAV):
                more[name] = etree.tostring(prop, encoding="unicode", with_tail=False)
    return FileEntry(kind, more=more)


def _status(stat: etree._Element) -> int:
    """Return the number in `HTTP/1.1 200 OK`; 0 if there is none."""
    words = (stat.findtext(f"{DAV}status") or "").split()
    return int(words[1]) if len(words) > 1 and words[1].isascii() and words[1].isdigit() else 0


def _refused_address() -> AddressRefused:
    return AddressRefused(
        "This address can't be used.",
        advice="Enter it in the form webdavs://user@host/path, without the password.",
    )
