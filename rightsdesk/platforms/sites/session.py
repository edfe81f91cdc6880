"""The operations of a transport that has files: read, create, rename, list."""

import stat
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from rightsdesk.enums.causes import Cause
from rightsdesk.platforms.http.errors import (
    BadAnswer,
    PlatformError,
    Refused,
)
from rightsdesk.sentences import worded

LARGEST_FILE = 4 * 1024 * 1024
"""Google reads 500 KiB of robots.txt; RFC 9309 asks crawlers to read at least as much."""

PLAIN_MODE = 0o644
"""A new file: everyone may read it, as the web server has to."""


class EntryKind(Enum):
    """What a name in a folder is."""

    FILE = "file"
    FOLDER = "folder"
    OTHER = "other"
    """A pipe or a device."""


@dataclass(frozen=True, slots=True)
class FileEntry:
    """A server's facts about a name; None for those it does not report.

    `mode` are the permissions, `owner` the ids of owner and group. `more` are properties that have
    to be kept, if the transport shows any.
    """

    kind: EntryKind
    mode: int | None = None
    owner: tuple[int, int] | None = None
    size: int | None = None
    more: Mapping[str, str] = field(default_factory=dict)


class NotSupported(Exception):
    """The server answers but does not support the operation: there may be another way."""


class SiteFull(PlatformError):
    """The site's disk is full, or a quota is used up."""

    cause = Cause.SITE_DISK_FULL


class FileSession(ABC):
    """One connection to files. Places are paths with slashes.

    A missing file or folder raises FileNotFoundError, except where None is documented. Other
    failures raise the transport's own exceptions.
    """

    hides_attributes = False
    """Whether access lists and attributes are invisible here, so that a copy can't have them."""

    @abstractmethod
    def resolved(self, place: str) -> str:
        """Return the real place of a file, with links resolved."""

    @abstractmethod
    def entry(self, place: str) -> FileEntry | None:
        """Return the entry, with links followed; None if there is none."""

    @abstractmethod
    def names(self, folder: str) -> Mapping[str, FileEntry | None]:
        """Return the entries of a folder by name; None for those of unknown kind."""

    @abstractmethod
    def read(self, place: str) -> bytes | None:
        """Return a file's bytes, at most `LARGEST_FILE` + 1; None if there is no file.

        Raises `PlatformError` if it is not a file, and never waits for a pipe.
        """

    @abstractmethod
    def create(self, place: str, data: bytes) -> None:
        """Create a file under a free name, durably if the server supports that."""

    @abstractmethod
    def overwrite(self, place: str, data: bytes) -> None:
        """Overwrite a file without emptying it first, durably if the server supports that.

        Raises `NotSupported` if the server can't; the file is unchanged then.
        """

    @abstractmethod
    def copy_attributes(self, place: str, like: str, old: FileEntry | None) -> None:
        """Copy owner, permissions and attributes of `like` (known as `old`) to a file.

        If `old` is None, it gets those of a plain file. Raises `NotKept`.
        """

    @abstractmethod
    def replace(self, source: str, target: str) -> None:
        """Rename a file over another one in one step. Raises `NotSupported`."""

    @abstractmethod
    def rename(self, source: str, target: str) -> None:
        """Rename a file to a free name. Raises `NotSupported`."""

    @abstractmethod
    def remove(self, place: str) -> None:
        """Remove a file if it exists."""

    @abstractmethod
    def make_folder(self, place: str, mode: int | None) -> None:
        """Create a folder with these permissions, if the server has permissions."""

    @abstractmethod
    def remove_folder(self, place: str) -> None:
        """Remove an empty folder. Raises for any other."""

    @abstractmethod
    def sync(self, folder: str) -> None:
        """Make the names in a folder durable, if the server supports that."""

    @abstractmethod
    def close(self) -> None:
        """Close the connection."""

    def is_alive(self) -> bool:
        """Whether the connection is open; servers close idle ones."""
        return True


def too_large(place: str) -> BadAnswer:
    """Return the error for a file that is too large to be read."""
    return BadAnswer(
        worded(
            "{name} is larger than {megabytes} MB.",
            name=place.rpartition("/")[2],
            megabytes=LARGEST_FILE >> 20,
        ),
        untouched="It was left unchanged.",
        advice="Crawlers stop at 500 KB. Shorten it, then try again.",
    )


def no_file(place: str, kind: EntryKind) -> Refused:
    """Return the error for a folder, pipe or device in a file's place."""
    return Refused(
        worded(
            "{name} is a folder. RightsDesk publishes files only."
            if kind is EntryKind.FOLDER
            else "{name} is a pipe or a device. RightsDesk publishes files only.",
            name=place.rpartition("/")[2],
        ),
        untouched="It was left unchanged.",
        advice="Remove it or give it another name, then try again.",
    )


def disk_full(shown: str) -> SiteFull:
    """Return the error for a full disk or a used-up quota."""
    return SiteFull(
        worded(
            "There is no space left for files in {shown}: its disk is full, or a quota is used up.",
            shown=shown,
        ),
        untouched="The files there were left unchanged.",
        advice="Free some space there, then try again.",
    )


def kind_of(mode: int) -> EntryKind:
    """Return the kind for a file mode."""
    if stat.S_ISDIR(mode):
        return EntryKind.FOLDER
    return EntryKind.FILE if stat.S_ISREG(mode) else EntryKind.OTHER


def not_kept(name: str, lost: str) -> Refused:
    """Return the error for a file that would lose an attribute if it were replaced."""
    return Refused(
        worded("Replacing {name} would lose this: {lost}.", name=name, lost=lost),
        untouched="Nothing was published.",
        advice="Publish as the file's owner, or put the exported file there yourself.",
    )


def not_overwritten(place: str) -> Refused:
    """Return the error for a file that could only be replaced, and not written into."""
    return Refused(
        worded(
            "The server doesn't let RightsDesk write into {name}. Replacing it could "
            "lose an access list or attributes, which SFTP does not show.",
            name=place.rpartition("/")[2],
        ),
        untouched="Nothing was published.",
        advice="Make it writable for this user, or put the exported file there yourself.",
    )


def stored_differently(place: str, untouched: str = "") -> Refused:
    """Return the error for a server that stores something else than it was sent."""
    return Refused(
        worded(
            "{place} holds different data than was sent: the server stored something else.",
            place=place,
        ),
        untouched=untouched,
        advice="Ask your web host for the reason.",
    )
