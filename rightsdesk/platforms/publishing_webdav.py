"""A site's folder behind WebDAV (RFC 4918), through fsspec and webdav4.

Encrypted, except on this computer; redirects are not followed, so the password goes to the
one server that it is for. What the server sends is bounded in size and in time.
"""

import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote, urlsplit

import httpx
from webdav4.client import Client, HTTPError, ResourceConflict, ResourceNotFound
from webdav4.client import ClientError as WebDavError
from webdav4.fsspec import WebdavFileSystem
from webdav4.http import Client as HttpClient

from rightsdesk.platforms import trust
from rightsdesk.platforms.address import origin_of
from rightsdesk.platforms.credentials import Credentials
from rightsdesk.platforms.errors import (
    AddressRefused,
    BadAnswer,
    ItemGone,
    NeedsReconnect,
    Offline,
    PlatformError,
    Refused,
    ServerTrouble,
)
from rightsdesk.platforms.publishing import LARGEST_FILE, FsFolder

TIMES = httpx.Timeout(30.0, connect=10.0)
WHOLE_SECONDS = 60.0


class WebDavFolder(FsFolder):
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

    def _connect(self) -> Any:
        auth = (self._user, self._secret) if self._user or self._secret else None
        http = HttpClient(
            base_url=self._base,
            auth=auth,
            timeout=TIMES,
            transport=_Bounded(verify=trust.context()),
        )
        client = Client(self._base, http_client=http, retry=False)
        return WebdavFileSystem(self._base, client=client, skip_instance_cache=True)

    def _disconnect(self, fs: Any) -> None:
        fs.client.http.close()

    def _path(self, path: str) -> str:
        return path

    def _keep_mode(self, fs: Any, place: str, beside: str) -> None:
        """WebDAV knows no permissions."""

    def _put(self, fs: Any, place: str, data: bytes) -> None:
        fs.pipe_file(place, data, overwrite=True)

    def _move(self, fs: Any, beside: str, place: str, data: bytes) -> None:
        """In one step (RFC 4918, section 9.9); in place where the server has no MOVE."""
        try:
            fs.client.move(beside, place, overwrite=True)
        except WebDavError as error:
            if _status(error) == 401:
                raise
            self._put(fs, place, data)

    def _trouble(self, error: Exception) -> PlatformError | None:
        match error:
            case ResourceNotFound() | ResourceConflict():
                return ItemGone(f"Something is missing in {self.shown}.")
            case HTTPError():
                return self._refusal(_status(error))
            case WebDavError():
                return Refused(f"{self._host} refused this.")
            case httpx.TimeoutException() | httpx.NetworkError() | httpx.RemoteProtocolError():
                return Offline(
                    f"{self._host} can't be reached.",
                    advice="Check the internet connection and try again.",
                )
            case httpx.HTTPError() | httpx.InvalidURL():
                return BadAnswer(f"{self._host} answered in an unexpected way.")
        return None

    def _refusal(self, status: int) -> PlatformError:
        if status == 401:
            return NeedsReconnect(
                f"{self._host} doesn't accept this user name with this password.",
                advice="Connect the site again with the right one.",
            )
        if status in (301, 302, 303, 307, 308):
            return AddressRefused(
                f"{self._host} sends us on to another address.",
                advice="RightsDesk did not follow. Connect the site with that address.",
            )
        if status >= 500:
            return ServerTrouble(f"{self._host} has a problem on its side ({status}).")
        return Refused(f"{self._host} refused this ({status}).")


class _Bounded(httpx.HTTPTransport):
    """Ends answers that are too large or take too long."""

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send, and watch the answer's body as it is read."""
        answer = super().handle_request(request)
        stream = answer.stream
        assert isinstance(stream, httpx.SyncByteStream)
        answer.stream = _Watched(stream)
        return answer


class _Watched(httpx.SyncByteStream):
    def __init__(self, stream: httpx.SyncByteStream) -> None:
        self._stream = stream
        self._end = time.monotonic() + WHOLE_SECONDS

    def __iter__(self) -> Iterator[bytes]:
        size = 0
        for piece in self._stream:
            size += len(piece)
            if size > 2 * LARGEST_FILE or time.monotonic() > self._end:
                raise httpx.DecodingError("the answer is too large or too slow")
            yield piece

    def close(self) -> None:
        """End the answer."""
        self._stream.close()


def _status(error: Exception) -> int:
    return int(getattr(error, "status_code", 0))


def _refused_address() -> AddressRefused:
    return AddressRefused(
        "This address can't be used.",
        advice="It has to look like webdavs://user@host/path, without the password.",
    )
