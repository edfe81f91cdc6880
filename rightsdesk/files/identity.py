"""Identify the state of a file, to detect changes before any write.

A file may change between the preview and the write, and between a write and its undo. Its
identity costs a single `stat` and detects this without reading the file.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field

_STAMP = "%d:%d:%d"
_STORED = re.compile(r"(\d{1,20}):(-?\d{1,20}):(\d{1,40}):(\d{1,40})", re.ASCII)


def stored_start(found: os.stat_result, inode: bool) -> str:
    """Return the start of `FileIdentity.to_str` for this `stat`, without the device.

    With `inode` false, only size and time, for a `stat` without an inode. A scan calls this
    for every file, so it creates no object.
    """
    size, time = found.st_size, found.st_mtime_ns
    return f"{size}:{time}:{found.st_ino}:" if inode else f"{size}:{time}:"


@dataclass(frozen=True, slots=True)
class FileIdentity:
    """Size in bytes, time of the last change in nanoseconds, inode and device number.

    Two identities are equal if size, time and inode are equal. The device number does not
    count: external disks and network shares get a new number with each mount. A whole
    catalogue would look changed after a restart.
    """

    size: int
    mtime_ns: int
    inode: int
    device: int = field(compare=False)

    @classmethod
    def of(cls, file: str | bytes | int) -> FileIdentity:
        """Return the identity of a path (links are followed) or an open descriptor.

        Raises OSError as `os.stat` does.
        """
        return cls.of_stat(os.stat(file))

    @classmethod
    def of_stat(cls, found: os.stat_result) -> FileIdentity:
        """Return the identity in an existing `stat` result."""
        return cls(found.st_size, found.st_mtime_ns, found.st_ino, found.st_dev)

    @property
    def stamp(self) -> str:
        """The parts that count for equality, as a line: all but the device."""
        return _STAMP % (self.size, self.mtime_ns, self.inode)

    @staticmethod
    def stamp_now(file: str | bytes) -> str:
        """Return the `stamp` of a path, for half a million of them. Raises OSError as `os.stat`."""
        found = os.stat(file)
        return _STAMP % (found.st_size, found.st_mtime_ns, found.st_ino)

    @staticmethod
    def stamp_in(stored: str) -> str:
        """Return the `stamp` in the output of `to_str`. Fast: it parses no numbers."""
        return stored.rpartition(":")[0]

    def to_str(self) -> str:
        """Return a line for the store. `from_str` reads it."""
        return f"{self.stamp}:{self.device}"

    @classmethod
    def from_str(cls, stored: str) -> FileIdentity:
        """Return the identity in the output of `to_str`. Raises ValueError for anything else."""
        match = _STORED.fullmatch(stored)
        if match is None:
            raise ValueError(f"not a file identity: {stored!r}")
        return cls(*(int(number) for number in match.groups()))
