"""The interface of a site's published folder, however it is reached: see `folder_choice`."""

from abc import ABC, abstractmethod

from rightsdesk.enums.causes import Cause
from rightsdesk.platforms.http.errors import PlatformError
from rightsdesk.platforms.interface import SettledItem


class HalfPublished(PlatformError):
    """A file may be published only in part, and could not be restored now."""

    cause = Cause.HALF_WRITTEN
    half_written = True


class Folder(ABC):
    """The published folder. Paths are relative to it, with slashes.

    It connects on first use. Thread-safe: one call at a time. Every method raises `PlatformError`.
    """

    def __init__(self, shown: str) -> None:
        self.shown = shown

    @property
    def may_lose(self) -> str:
        """What publishing may lose unseen: a key of `UNSEEN_LOSSES`, or "" for nothing.

        The review shows it. If it is "", nothing is published that would lose anything.
        """
        return ""

    @abstractmethod
    def close(self) -> None:
        """Close the connection, if any; the next use opens a new one."""

    @abstractmethod
    def check(self) -> None:
        """Raise `ItemGone` if the folder does not exist."""

    @abstractmethod
    def read(self, path: str) -> bytes | None:
        """Return a file's bytes; None if there is no file."""

    @abstractmethod
    def write(self, path: str, data: bytes) -> None:
        """Publish a file and make the folders above it.

        Afterwards the file is wholly new, or wholly old after an error. Raises `HalfPublished`
        otherwise.
        """

    @abstractmethod
    def remove(self, path: str) -> None:
        """Remove a file; does nothing if there is none."""

    @abstractmethod
    def settle(self, path: str, old: bytes | None, new: bytes | None) -> SettledItem:
        """Restore a file that may have been published only in part to `old` (None: no file).

        It is left alone if its content can't come from our write.
        """

    @abstractmethod
    def tidy(self, path: str) -> None:
        """Remove temp files that killed runs left next to a file. They are known by name."""

    @abstractmethod
    def has_folder(self, path: str) -> bool:
        """Whether the folder exists; always False if folders are only parts of names."""

    @abstractmethod
    def remove_folder(self, path: str) -> None:
        """Remove a folder if it is empty, otherwise leave it."""
