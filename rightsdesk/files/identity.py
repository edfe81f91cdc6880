"""Which state of a file was looked at: the gate before any write.

A file may change between the preview and the write, and between a write and its undo.
Its identity is cheap to take (one `stat`) and tells the states apart without reading.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field

_STORED = re.compile(r"(\d{1,20}):(-?\d{1,20}):(\d{1,40}):(\d{1,40})", re.ASCII)


def stored_start(found: os.stat_result, inode: bool) -> str:
    """How `FileIdentity.to_str` starts for this `stat`: up to the device, which does not count.

    Without `inode` only size and time, for where a `stat` has no inode. A scan asks this of
    every file, so it makes no object.
    """
    size, time = found.st_size, found.st_mtime_ns
    return f"{size}:{time}:{found.st_ino}:" if inode else f"{size}:{time}:"


@dataclass(frozen=True, slots=True)
class FileIdentity:
    """Size in bytes, time of the last change in nanoseconds, inode and device number.

    Two identities are equal when size, time and inode are. The device number does not
    count: external disks and network shares get a new one each time they are mounted,
    and a whole catalogue would look changed after a restart.
    """

    size: int
    mtime_ns: int
    inode: int
    device: int = field(compare=False)

    @classmethod
    def of(cls, file: str | bytes | int) -> FileIdentity:
        """The identity of a path (links are followed) or an open descriptor.

        Raises OSError as `os.stat` does.
        """
        return cls.of_stat(os.stat(file))

    @classmethod
    def of_stat(cls, found: os.stat_result) -> FileIdentity:
        """The identity in a `stat` that was taken already."""
        return cls(found.st_size, found.st_mtime_ns, found.st_ino, found.st_dev)

    @property
    def stamp(self) -> str:
        """What tells a file's states apart, in one line: all but the device."""
        return f"{self.size}:{self.mtime_ns}:{self.inode}"

    @staticmethod
    def stamp_in(stored: str) -> str:
        """The `stamp` in what `to_str` wrote, without reading the numbers: a catalogue has many."""
        return stored.rpartition(":")[0]

    def to_str(self) -> str:
        """One line for the store; `from_str` gives the identity back."""
        return f"{self.stamp}:{self.device}"

    @classmethod
    def from_str(cls, stored: str) -> FileIdentity:
        """The identity that `to_str` wrote. Raises ValueError for anything else."""
        match = _STORED.fullmatch(stored)
        if match is None:
            raise ValueError(f"not a file identity: {stored!r}")
        return cls(*(int(number) for number in match.groups()))
