"""A site's folder on this computer: the site itself, or the source of another program's upload."""

import errno
import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from rightsdesk import file_attributes
from rightsdesk.platforms.http.errors import PlatformError
from rightsdesk.platforms.sites.files_folder import FilesFolder
from rightsdesk.platforms.sites.session import (
    LARGEST_FILE,
    PLAIN_MODE,
    EntryKind,
    FileEntry,
    FileSession,
    kind_of,
    no_file,
)


class LocalSession(FileSession):
    """The system's own files. Places are absolute paths."""

    def resolved(self, place: str) -> str:
        """Return the real path of a file, with links resolved."""
        return Path(os.path.realpath(place)).as_posix()

    def entry(self, place: str) -> FileEntry | None:
        """Return the entry, with links followed; None if there is none."""
        try:
            found = os.stat(place)
        except FileNotFoundError:
            return None
        owner = found.st_uid, found.st_gid
        return FileEntry(kind_of(found.st_mode), found.st_mode & 0o7777, owner, found.st_size)

    def names(self, folder: str) -> Mapping[str, FileEntry | None]:
        """Return the entries of a folder by name; None for files."""
        found: dict[str, FileEntry | None] = {}
        with os.scandir(folder) as entries:
            for entry in entries:
                found[entry.name] = self.entry(entry.path) if entry.is_dir() else None
        return found

    def read(self, place: str) -> bytes | None:
        """Return a file's bytes; None if there is no file. Never waits for a pipe."""
        try:
            number = os.open(place, os.O_RDONLY | _NO_WAIT | _BINARY)
        except FileNotFoundError:
            return None
        except PermissionError:
            if os.path.isdir(place):  # Windows can't open folders
                raise no_file(place, EntryKind.FOLDER) from None
            raise
        except OSError as error:
            if error.errno == errno.ENXIO:  # a socket
                raise no_file(place, EntryKind.OTHER) from None
            raise
        kind = kind_of(os.fstat(number).st_mode)
        if kind is not EntryKind.FILE:
            os.close(number)
            raise no_file(place, kind)
        with open(number, "rb") as file:
            return file.read(LARGEST_FILE + 1)

    def create(self, place: str, data: bytes) -> None:
        """Create a file under a free name, durably."""
        with open(place, "xb") as file:
            try:
                _fill(file.fileno(), data)
            except BaseException:
                with suppress(OSError):
                    os.unlink(place)
                raise

    def overwrite(self, place: str, data: bytes) -> None:
        """Overwrite a file without emptying it first, durably."""
        with open(place, "r+b") as file:
            file.write(data)
            file.truncate()
            file.flush()
            os.fsync(file.fileno())

    def copy_attributes(self, place: str, like: str, old: FileEntry | None) -> None:
        """Copy owner, permissions, access list and attributes. Raises `NotKept`."""
        if old is None:
            os.chmod(place, PLAIN_MODE)
            return
        with open(like, "rb") as original, open(place, "r+b") as new:
            file_attributes.keep_owner(os.fstat(original.fileno()), new.fileno())
            file_attributes.keep(original.fileno(), new.fileno())
            os.fsync(new.fileno())

    def replace(self, source: str, target: str) -> None:
        """Rename a file over another one in one step."""
        os.replace(source, target)

    def rename(self, source: str, target: str) -> None:
        """Rename a file to a free name."""
        os.rename(source, target)

    def remove(self, place: str) -> None:
        """Remove a file if it exists."""
        with suppress(FileNotFoundError):
            os.unlink(place)

    def make_folder(self, place: str, mode: int | None) -> None:
        """Create a folder with these permissions, durably."""
        os.mkdir(place)
        if mode is not None:
            os.chmod(place, mode)
        self.sync(place.rpartition("/")[0])

    def remove_folder(self, place: str) -> None:
        """Remove an empty folder."""
        os.rmdir(place)
        self.sync(place.rpartition("/")[0])

    def close(self) -> None:
        """Nothing: there is no connection."""

    def sync(self, folder: str) -> None:
        """Make the names in a folder durable, on systems that support it."""
        with suppress(OSError):
            number = os.open(folder or "/", os.O_RDONLY)
            try:
                os.fsync(number)
            finally:
                os.close(number)


class LocalFolder(FilesFolder):
    """A folder on this computer."""

    def __init__(self, root: str) -> None:
        super().__init__(root)
        self._root = Path(root).as_posix().rstrip("/")

    def _connect(self) -> FileSession:
        return LocalSession()

    def _place(self, path: str) -> str:
        return f"{self._root}/{path}".rstrip("/") or "/"

    def _trouble(self, error: Exception) -> PlatformError | None:
        return None


_NO_WAIT = getattr(os, "O_NONBLOCK", 0)
_BINARY = getattr(os, "O_BINARY", 0)


def _fill(number: int, data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(number, rest) :]
    os.fsync(number)
