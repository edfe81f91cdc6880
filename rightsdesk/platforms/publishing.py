"""Where a site's files are published: a folder on this computer, or one reached by SFTP,
WebDAV or S3.

fsspec moves the bytes, except for S3. What is added: a file is never seen half written where
the transport can help it (written beside its place, then moved there), sizes and times are
bounded, and what can go wrong has a sentence. A published file keeps its permissions.
"""

import os
import re
import secrets
import socket
import stat
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import RLock
from typing import Any

from rightsdesk.platforms.access import Access
from rightsdesk.platforms.errors import (
    AddressRefused,
    BadAnswer,
    ItemGone,
    Offline,
    PlatformError,
    Refused,
)

LARGEST_FILE = 4 * 1024 * 1024
"""RFC 9309 lets crawlers stop at an eighth of that."""

PLAIN_MODE = 0o644
"""A file that is new: everybody may read it, as the web server has to."""


class Folder(ABC):
    """The published folder. Paths are relative to it, with slashes.

    Connects when it is first used. Safe to use from several threads, one at a time. Every
    method raises a `PlatformError`.
    """

    def __init__(self, shown: str) -> None:
        self.shown = shown

    @abstractmethod
    def close(self) -> None:
        """End the connection, if there is one; the next use connects anew."""

    @abstractmethod
    def check(self) -> None:
        """Whether the folder can be reached."""

    @abstractmethod
    def read(self, path: str) -> bytes | None:
        """A file's bytes; None where there is none."""

    @abstractmethod
    def write(self, path: str, data: bytes) -> None:
        """Publish a file, with the folders above it."""

    @abstractmethod
    def remove(self, path: str) -> None:
        """Take a file away; nothing happens where there is none. A folder of ours that is
        empty then goes too."""


class FsFolder(Folder):
    """A folder behind an fsspec file system."""

    def __init__(self, shown: str) -> None:
        super().__init__(shown)
        self._lock = RLock()
        self._fs: Any = None

    def close(self) -> None:
        """End the connection, if there is one; the next use connects anew."""
        with self._lock:
            fs, self._fs = self._fs, None
            if fs is not None:
                with suppress(Exception):  # it ends either way
                    self._disconnect(fs)

    def check(self) -> None:
        """Whether the folder can be reached."""
        with self._using() as fs:
            if not fs.isdir(self._path("")):
                raise ItemGone(
                    f"There is no folder {self.shown}.",
                    advice="Compare the address with what your host tells you.",
                )

    def read(self, path: str) -> bytes | None:
        """A file's bytes; None where there is none."""
        with self._using() as fs:
            return self._read(fs, self._path(path))

    def write(self, path: str, data: bytes) -> None:
        """Publish a file, with the folders above it."""
        with self._using() as fs:
            place = self._resolved(fs, self._path(path))
            folder, _, name = place.rpartition("/")
            if folder and not fs.isdir(folder):
                fs.makedirs(folder, exist_ok=True)
            beside = f"{folder}/.{name}.{secrets.token_hex(4)}.part"
            try:
                self._put(fs, beside, data)
                self._keep_mode(fs, place, beside)
                self._move(fs, beside, place, data)
            finally:
                self._forget(fs, beside)

    def remove(self, path: str) -> None:
        """Take a file away; nothing happens where there is none. A folder of ours that is
        empty then goes too."""
        with self._using() as fs:
            with suppress(FileNotFoundError):
                fs.rm_file(self._path(path))
            folder = path.rpartition("/")[0]
            if folder and not folder.startswith("."):  # .well-known may be the site's own
                with suppress(Exception):  # not empty, or not ours to remove: it stays
                    fs.rmdir(self._path(folder))

    @abstractmethod
    def _connect(self) -> Any:
        """The fsspec file system."""

    @abstractmethod
    def _path(self, path: str) -> str:
        """A path as the file system wants it."""

    @abstractmethod
    def _trouble(self, error: Exception) -> PlatformError | None:
        """What an error of this transport means, beyond what all have in common."""

    @abstractmethod
    def _disconnect(self, fs: Any) -> None:
        """End the connection."""

    def _is_alive(self, fs: Any) -> bool:
        """Whether the connection still stands; servers end those that are idle."""
        return True

    def _resolved(self, fs: Any, place: str) -> str:
        """Where a file really lies, if its place is a link to it."""
        return place

    def _read(self, fs: Any, place: str) -> bytes | None:
        try:
            with fs.open(place, "rb") as file:
                data: bytes = file.read(LARGEST_FILE + 1)
        except FileNotFoundError:
            return None
        if len(data) > LARGEST_FILE:
            raise too_large(place)
        return data

    def _put(self, fs: Any, place: str, data: bytes) -> None:
        with fs.open(place, "wb") as file:
            file.write(data)

    @abstractmethod
    def _keep_mode(self, fs: Any, place: str, beside: str) -> None:
        """Give the new file the permissions of the one that it takes the place of."""

    def _move(self, fs: Any, beside: str, place: str, data: bytes) -> None:
        fs.mv(beside, place)

    def _forget(self, fs: Any, beside: str) -> None:
        with suppress(Exception):  # it was moved away, or the connection is gone
            fs.rm_file(beside)

    @contextmanager
    def _using(self) -> Iterator[Any]:
        with self._lock:
            try:
                if self._fs is not None and not self._is_alive(self._fs):
                    self.close()
                if self._fs is None:
                    self._fs = self._connect()
                yield self._fs
            except PlatformError:
                raise
            except Exception as error:
                known = self._trouble(error) or _known(error, self.shown)
                if known is None:
                    raise
                if known.stops:
                    self.close()
                raise known from None


class LocalFolder(FsFolder):
    """A folder on this computer: the site itself, or what a program uploads from."""

    def __init__(self, root: str) -> None:
        super().__init__(root)
        self._root = root

    def _connect(self) -> Any:
        from fsspec.implementations.local import LocalFileSystem  # slow to import

        return LocalFileSystem(skip_instance_cache=True)

    def _disconnect(self, fs: Any) -> None:
        """There is no connection."""

    def _path(self, path: str) -> str:
        return f"{Path(self._root).as_posix().rstrip('/')}/{path}".rstrip("/")

    def _resolved(self, fs: Any, place: str) -> str:
        return Path(os.path.realpath(place)).as_posix()

    def _put(self, fs: Any, place: str, data: bytes) -> None:
        with fs.open(place, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())

    def _keep_mode(self, fs: Any, place: str, beside: str) -> None:
        try:
            mode = stat.S_IMODE(os.stat(place).st_mode)
        except FileNotFoundError:
            mode = PLAIN_MODE
        os.chmod(beside, mode)

    def _move(self, fs: Any, beside: str, place: str, data: bytes) -> None:
        os.replace(beside, place)

    def _trouble(self, error: Exception) -> PlatformError | None:
        return None


def folder_at(access: Access) -> Folder | None:
    """The folder that an account publishes into; None where it has no address.

    `identifier` is a path, or an address: `sftp://user@host/path`, `webdavs://user@host/path`
    (`webdav://` on this computer only), `s3://key-id@server/bucket/path`. `secret` is the
    password, or the secret key. The key by which an SFTP server was known at first is saved.
    Raises AddressRefused for anything else.
    """
    credentials = access.credentials
    address = credentials.identifier.strip()
    scheme = address.partition("://")[0].lower() if "://" in address else ""
    match scheme:
        case "" if not address:
            return None
        case "" | "file":
            return LocalFolder(_absolute(address.removeprefix("file://")))
        case "sftp" | "ssh":
            from rightsdesk.platforms.publishing_sftp import SftpFolder  # slow to import

            return SftpFolder(address, credentials, access.save)
        case "webdavs" | "webdav" | "davs" | "dav" | "https" | "http":
            from rightsdesk.platforms.publishing_webdav import WebDavFolder  # slow to import

            return WebDavFolder(address, credentials)
        case "s3" | "s3+http":
            from rightsdesk.platforms.publishing_s3 import S3Folder

            return S3Folder(address, credentials, limits=access.limits, clock=access.clock)
    raise AddressRefused(
        f"RightsDesk can't publish to an address that begins with {scheme[:20]}://.",
        advice="It can to a folder, and by sftp://, webdavs:// and s3://.",
    )


def too_large(place: str) -> BadAnswer:
    """For a file that is not read."""
    return BadAnswer(
        f"{place.rpartition('/')[2]} is larger than {LARGEST_FILE >> 20} MB.",
        untouched="It was left as it is.",
        advice="Crawlers stop at 500 KB. Shorten it, then try again.",
    )


def _absolute(path: str) -> str:
    path = os.path.expanduser(path)
    if not (os.path.isabs(path) or re.match(r"[A-Za-z]:[/\\]", path)):
        raise AddressRefused(
            f"“{path[:80]}” is not a whole path.",
            advice="Give the folder's path from the root on, or an address with sftp://.",
        )
    return path


def _known(error: Exception, shown: str) -> PlatformError | None:
    """What the usual errors of files and networks mean."""
    match error:
        case PermissionError():
            return Refused(
                f"You may not write in {shown}.", advice="Ask whoever runs the server for it."
            )
        case FileNotFoundError() | NotADirectoryError() | IsADirectoryError():
            return ItemGone(f"Something is missing in {shown}.", advice="Look again, then repeat.")
        case TimeoutError() | ConnectionError() | EOFError() | socket.gaierror():
            return Offline(
                f"{shown} can't be reached.",
                advice="Check the internet connection and try again.",
            )
        case OSError() if error.strerror:
            return Refused(f"{shown} refused this: {error.strerror}.")
        case OSError():
            return Offline(f"{shown} can't be reached.", advice="Try again later.")
    return None
