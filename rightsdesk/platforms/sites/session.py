"""What a transport that has files offers: read, create, rename, and what it tells of a name."""

import stat
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from rightsdesk.platforms.http.errors import (
    BadAnswer,
    PlatformError,
    Refused,
)

LARGEST_FILE = 4 * 1024 * 1024
"""Google reads 500 KiB of robots.txt; RFC 9309 asks crawlers to read at least as much."""

PLAIN_MODE = 0o644
"""A file that is new: everybody may read it, as the web server has to."""


class Kind(Enum):
    """What a name in a folder stands for."""

    FILE = "a file"
    FOLDER = "a folder"
    OTHER = "a pipe or a device"


@dataclass(frozen=True, slots=True)
class Entry:
    """What a server tells of a name; None for what it doesn't tell.

    `mode` are the permissions, `owner` the numbers of owner and group. `more` are properties
    that have to stay, as far as the transport shows any.
    """

    kind: Kind
    mode: int | None = None
    owner: tuple[int, int] | None = None
    size: int | None = None
    more: Mapping[str, str] = field(default_factory=dict)


class NotOffered(Exception):
    """The server doesn't do this, though it answers: there may be another way."""


class DiskFull(PlatformError):
    """The disk that holds the site has no room, or a quota is used up."""

    cause = "site-disk-full"


class Session(ABC):
    """One connection to where files have places, written with slashes.

    A missing file or folder raises FileNotFoundError, except where None is said; everything
    else raises what its transport raises.
    """

    @abstractmethod
    def resolved(self, place: str) -> str:
        """Where a file really lies, if its place is a link to it."""

    @abstractmethod
    def entry(self, place: str) -> Entry | None:
        """What is there, behind a link; None where nothing is."""

    @abstractmethod
    def names(self, folder: str) -> Mapping[str, Entry | None]:
        """What is in a folder; of some it may not be known what they are."""

    @abstractmethod
    def read(self, place: str) -> bytes | None:
        """A file's bytes, None where nothing is; no more than one above `LARGEST_FILE`. Raises
        `PlatformError` where something is that is no file, and never waits for one."""

    @abstractmethod
    def create(self, place: str, data: bytes) -> None:
        """Make a file of a name that is free, durably where the server offers that."""

    @abstractmethod
    def overwrite(self, place: str, data: bytes) -> None:
        """Write over a file without emptying it first, durably where the server offers that."""

    @abstractmethod
    def take_on(self, place: str, like: str, old: Entry | None) -> None:
        """Give a file the owner, permissions and attributes that the file `like` has, `old`; a
        plain file's where that is None. Raises NotKept."""

    @abstractmethod
    def replace(self, source: str, target: str) -> None:
        """Move a file over another one in one step. Raises NotOffered."""

    @abstractmethod
    def rename(self, source: str, target: str) -> None:
        """Move a file to a name that is free. Raises NotOffered."""

    @abstractmethod
    def remove(self, place: str) -> None:
        """Take a file away, if it is there."""

    @abstractmethod
    def make_folder(self, place: str, mode: int | None) -> None:
        """Make a folder with these permissions, where the server knows any."""

    @abstractmethod
    def remove_folder(self, place: str) -> None:
        """Take an empty folder away. Raises for any other."""

    @abstractmethod
    def sync(self, folder: str) -> None:
        """Make the names in a folder durable, where the server offers that."""

    @abstractmethod
    def close(self) -> None:
        """End the connection."""

    def is_alive(self) -> bool:
        """Whether the connection still stands; servers end those that are idle."""
        return True


def too_large(place: str) -> BadAnswer:
    """For a file that is not read."""
    return BadAnswer(
        f"{place.rpartition('/')[2]} is larger than {LARGEST_FILE >> 20} MB.",
        untouched="It was left as it is.",
        advice="Crawlers stop at 500 KB. Shorten it, then try again.",
    )


def no_file(place: str, kind: Kind) -> Refused:
    """For something else in a file's place."""
    return Refused(
        f"{place.rpartition('/')[2]} is {kind.value} there, which RightsDesk doesn't publish to.",
        untouched="It was left as it is.",
        advice="Remove it or give it another name, then try again.",
    )


def disk_full(shown: str) -> DiskFull:
    """For a disk without room, or a quota that is used up."""
    return DiskFull(
        f"There is no room left for files in {shown}: its disk is full, or a quota is used up.",
        untouched="The files there were left as they are.",
        advice="Make room there, then try again.",
    )


def kind_of(mode: int) -> Kind:
    """From the mode that a system or a server tells."""
    if stat.S_ISDIR(mode):
        return Kind.FOLDER
    return Kind.FILE if stat.S_ISREG(mode) else Kind.OTHER


def not_kept(name: str, what: str) -> Refused:
    """For a file that can't be replaced by one that has all that it has."""
    return Refused(
        f"{name} would lose its {what} by being replaced.",
        untouched="Nothing was published.",
        advice="Publish as the user whose file it is, or put the exported file there yourself.",
    )
