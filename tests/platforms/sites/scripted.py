"""Servers that count every call, and that can die or lose the connection at any of them.

A kill is a `Dead`: none of our code catches it, and nothing is sent after it. A lost connection is
an error that our code sees. A new connection works again, unless the server stays unreachable.
"""

import io
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from types import SimpleNamespace
from typing import Any
from urllib.parse import unquote, urlsplit

import httpx
from paramiko import SFTPAttributes

from rightsdesk.platforms.sign_in.credentials import Credentials
from rightsdesk.platforms.sites.local import LocalFolder, LocalSession
from rightsdesk.platforms.sites.session import FileSession
from rightsdesk.platforms.sites.sftp import SftpFolder, SftpSession
from rightsdesk.platforms.sites.webdav import WebDavFolder, WebDavSession

LIVE = "/site/robots.txt"


class Dead(BaseException):
    """The program was killed."""


@dataclass
class Disk:
    """The server's content, and the failure at a chosen call.

    `at` is the number of the call that fails. `effect` says how much of that call is done: "none",
    "half" (of the written bytes) or "all". With `fatal` it fails as soon as robots.txt meets the
    condition.
    """

    files: dict[str, bytes] = field(default_factory=dict)
    folders: dict[str, int] = field(default_factory=lambda: {"/": 0o755, "/site": 0o755})
    owners: dict[str, tuple[int, int]] = field(default_factory=dict)
    modes: dict[str, int] = field(default_factory=dict)
    at: int = 0
    fatal: Callable[[bytes | None], bool] | None = None
    effect: str = "none"
    lose: Callable[[], BaseException] = Dead
    away: bool = False
    calls: int = 0
    log: list[str] = field(default_factory=list)
    lost: bool = False

    def call(self, name: str, act: Callable[[], Any], half: Callable[[], Any] | None = None) -> Any:
        """Execute one call, as far as it gets."""
        if self.lost:
            raise self.lose()
        self.calls += 1
        self.log.append(name)
        if self.fatal is not None:
            for done in (half, act) if half is not None else (act,):
                answer = done()
                if self.fatal(self.files.get(LIVE)):
                    self.lost = True
                    raise self.lose()
            return answer
        if self.calls != self.at:
            return act()
        self.lost = True
        if self.effect == "all":
            act()
        elif self.effect == "half" and half is not None:
            half()
        raise self.lose()

    def connected(self) -> None:
        """Record a new connection."""
        if self.away and self.lost:
            raise ConnectionRefusedError
        if self.lost and self.lose is not Dead:
            self.lost, self.at = False, 0

    def revived(self) -> "Disk":
        """Return the same files, for the next run of the program."""
        return Disk(dict(self.files), dict(self.folders), dict(self.owners), dict(self.modes))

    def put(self, path: str, data: bytes) -> None:
        if str(PurePosixPath(path).parent) not in self.folders:
            raise FileNotFoundError(2, "No such file", path)
        self.files[path] = data
        self.modes.setdefault(path, 0o600)

    def move(self, source: str, target: str) -> None:
        if source not in self.files:
            raise FileNotFoundError(2, "No such file", source)
        self.files[target] = self.files.pop(source)
        self.modes[target] = self.modes.pop(source, 0o644)
        self.owners[target] = self.owners.pop(source, (0, 0))

    def remove(self, path: str) -> None:
        if path not in self.files:
            raise FileNotFoundError(2, "No such file", path)
        del self.files[path]
        self.modes.pop(path, None)
        self.owners.pop(path, None)

    def below(self, folder: str) -> Iterator[str]:
        for path in [*self.files, *self.folders]:
            if path != folder and str(PurePosixPath(path).parent) == folder:
                yield path

    @property
    def left(self) -> list[str]:
        """The temp files that are left."""
        return [path for path in self.files if ".rightsdesk-" in path]


class _File(io.RawIOBase):
    def __init__(self, disk: Disk, path: str, mode: str) -> None:
        self._disk, self._path, self._mode = disk, path, mode
        self.handle = path.encode()
        self._at = 0

    def write(self, data: Any) -> int:
        disk, path, at, size = self._disk, self._path, self._at, len(data)

        def to(count: int) -> None:
            now = disk.files[path]
            disk.put(path, now[:at] + bytes(data[:count]) + now[at + count :])

        disk.call("write", lambda: to(size), lambda: to(size // 2))
        self._at += size
        return size

    def read(self, size: int = -1) -> bytes:
        return bytes(self._disk.call("read", lambda: self._disk.files[self._path][:size]))


class Ftp:
    """The used part of `paramiko.SFTPClient`."""

    def __init__(self, disk: Disk, moves: str) -> None:
        self._disk, self._moves = disk, moves

    def stat(self, path: str) -> Any:
        return self._disk.call("stat", lambda: self._attributes(path))

    lstat = stat

    def normalize(self, path: str) -> str:
        return path

    def listdir_iter(self, path: str) -> Any:
        def listed() -> list[Any]:
            if path not in self._disk.folders:
                raise FileNotFoundError(2, "No such file", path)
            found = []
            for place in self._disk.below(path):
                attributes = self._attributes(place)
                attributes.filename = PurePosixPath(place).name
                found.append(attributes)
            return found

        return iter(self._disk.call("list", listed))

    def open(self, path: str, mode: str) -> Any:
        def opened() -> _File:
            missing = path not in self._disk.files
            if "x" in mode and not missing:
                raise OSError("Failure")
            if "r+" in mode and "fixed" in self._moves:
                raise OSError("Operation unsupported")
            if "w" in mode:
                self._disk.put(path, b"")
            elif missing:
                raise FileNotFoundError(2, "No such file", path)
            return _File(self._disk, path, mode)

        return self._disk.call(f"open {mode}", opened)

    def truncate(self, path: str, size: int) -> None:
        self._disk.call("truncate", lambda: self._disk.put(path, self._disk.files[path][:size]))

    def chmod(self, path: str, mode: int) -> None:
        def set_mode() -> None:
            (self._disk.folders if path in self._disk.folders else self._disk.modes)[path] = mode

        self._disk.call("chmod", set_mode)

    def chown(self, path: str, user: int, group: int) -> None:
        def refused() -> None:
            raise PermissionError(13, "Permission denied", path)

        self._disk.call("chown", refused)

    def posix_rename(self, source: str, target: str) -> None:
        self._disk.call("posix-rename", lambda: self._move("posix", source, target))

    def rename(self, source: str, target: str) -> None:
        def plain() -> None:
            if target in self._disk.files:
                raise OSError("Failure")
            self._move("plain", source, target)

        self._disk.call("rename", plain)

    def remove(self, path: str) -> None:
        self._disk.call("remove", lambda: self._disk.remove(path))

    def mkdir(self, path: str) -> None:
        self._disk.call("mkdir", lambda: self._disk.folders.update({path: 0o700}))

    def rmdir(self, path: str) -> None:
        def gone() -> None:
            if list(self._disk.below(path)):
                raise OSError("Failure")
            del self._disk.folders[path]

        self._disk.call("rmdir", gone)

    def _request(self, _kind: int, name: str, *_: Any) -> Any:
        def done() -> None:
            if not name.startswith("fsync"):
                raise OSError("Operation unsupported")

        return self._disk.call(name, done)

    def _move(self, how: str, source: str, target: str) -> None:
        if how not in self._moves:
            raise OSError("Operation unsupported")
        self._disk.move(source, target)

    def _attributes(self, path: str) -> Any:
        attributes = SFTPAttributes()
        if path in self._disk.folders:
            attributes.st_mode = stat.S_IFDIR | self._disk.folders[path]
        elif path in self._disk.files:
            attributes.st_mode = stat.S_IFREG | self._disk.modes.get(path, 0o644)
            attributes.st_size = len(self._disk.files[path])
        else:
            raise FileNotFoundError(2, "No such file", path)
        attributes.st_uid, attributes.st_gid = self._disk.owners.get(path, (0, 0))
        return attributes


class ScriptedSftp(SftpFolder):
    """A folder behind such a server. `moves` lists its renames: "posix plain", "plain" or "".

    A server that is "fixed" does not write into files that exist.
    """

    def __init__(self, disk: Disk, moves: str) -> None:
        self.saved: list[Credentials] = []
        super().__init__("sftp://mara@sftp.example/site", Credentials(), self.saved.append)
        self.disk, self.moves = disk, moves

    def _connect(self) -> FileSession:
        self.disk.connected()
        transport = SimpleNamespace(is_active=lambda: not self.disk.lost, join=lambda _: None)
        client = SimpleNamespace(get_transport=lambda: transport, close=lambda: None)
        return SftpSession(Ftp(self.disk, self.moves), client)


class _CountedLocal(LocalSession):
    """This computer's files, with each step counted as a call."""

    disk: Disk

    def __getattribute__(self, name: str) -> Any:
        found = super().__getattribute__(name)
        if name not in STEPS:
            return found
        disk = super().__getattribute__("disk")

        def half(place: str, data: bytes) -> None:
            Path(place).write_bytes(data[: len(data) // 2])

        def step(*given: Any) -> Any:
            part = (lambda: half(*given)) if name == "create" else None
            return disk.call(name, lambda: found(*given), part)

        return step


STEPS = frozenset(
    {"resolved", "entry", "names", "read", "create", "copy_attributes", "replace", "rename"}
)
STEPS |= {"remove", "make_folder", "remove_folder", "sync", "overwrite"}


class CountedLocal(LocalFolder):
    """A folder on this computer; `disk` shows its files while calls are counted."""

    def __init__(self, disk: Disk, root: Path) -> None:
        super().__init__(str(root))
        self.disk = disk

    def _connect(self) -> FileSession:
        self.disk.connected()
        session = _CountedLocal()
        session.disk = self.disk
        return session


class ScriptedDav(WebDavFolder):
    """A folder behind a WebDAV server with or without MOVE."""

    def __init__(self, disk: Disk, moves: str) -> None:
        super().__init__("webdavs://mara@dav.example/site", Credentials(secret="x"))
        self.disk, self.moves = disk, moves
        self.properties = "<x:colour xmlns:x='urn:x'>red</x:colour>"

    def _connect(self) -> FileSession:
        self.disk.connected()
        return WebDavSession(self._client(httpx.MockTransport(self._answer)), self._base)

    def _answer(self, request: httpx.Request) -> httpx.Response:
        path = unquote(request.url.path).rstrip("/")
        try:
            answer = self.disk.call(
                request.method,
                lambda: self._done(request, path),
                lambda: (
                    self.disk.put(path, request.content[: len(request.content) // 2])
                    if request.method == "PUT"
                    else None
                ),
            )
        except FileNotFoundError:
            return httpx.Response(404)
        except OSError as error:
            raise httpx.ReadError(str(error)) from error
        assert isinstance(answer, httpx.Response)
        return answer

    def _done(self, request: httpx.Request, path: str) -> httpx.Response:
        disk = self.disk
        match request.method:
            case "GET":
                found = disk.files.get(path)
                return httpx.Response(404) if found is None else httpx.Response(200, content=found)
            case "PUT":
                disk.put(path, request.content)
                return httpx.Response(201)
            case "DELETE":
                if path in disk.folders:
                    del disk.folders[path]
                else:
                    disk.remove(path)
                return httpx.Response(204)
            case "MKCOL":
                disk.folders[path] = 0o755
                return httpx.Response(201)
            case "PROPFIND":
                return self._status(path, request.headers["Depth"])
            case "MOVE" if self.moves:
                target = unquote(urlsplit(request.headers["Destination"]).path)
                if request.headers["Overwrite"] == "F" and target in disk.files:
                    return httpx.Response(412)
                disk.move(path, target)
                return httpx.Response(201)
        return httpx.Response(405)

    def _status(self, path: str, depth: str) -> httpx.Response:
        if path not in self.disk.folders and path not in self.disk.files:
            return httpx.Response(404)
        paths = [path, *(self.disk.below(path) if depth == "1" else ())]
        parts = []
        for found in paths:
            kind = "<D:collection/>" if found in self.disk.folders else ""
            end = "/" if kind else ""
            parts.append(
                f"<D:response><D:href>{found}{end}</D:href><D:propstat><D:prop>"
                f"<D:resourcetype>{kind}</D:resourcetype></D:prop>"
                "<D:status>HTTP/1.1 200 OK</D:status></D:propstat></D:response>"
            )
        body = f"<D:multistatus xmlns:D='DAV:'>{''.join(parts)}</D:multistatus>"
        return httpx.Response(207, content=body.encode())
