"""The common parts of the fast readers: a window onto the file, and `NotSimple`."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass, field

from rightsdesk.files.containers.base import LARGEST_TEXT

BLOCK = 8192
"""Bytes per read. Titles are near the start, or in the index. Larger reads cost more than
further reads."""

LARGEST = 1 << 22
"""Bytes that a fast reader reads into memory at once."""


class NotSimple(Exception):
    """The file is not plain; the containers and mutagen have to read it.

    It never leaves this package. IndexError, ValueError and `struct.error` from a fast
    reader mean the same: the data ended too early.
    """


@dataclass(slots=True)
class FastReading:
    """The result of a fast reader.

    `found`: raw values by meaning. `fields`: our fields. `packets`: XMP packets, which may
    hold more of our fields. `seconds`: the duration. `old_tag`: an ID3v2.2 tag, which has no
    place for XMP. `foreign_frames`: an ID3 tag holds foreign frames. `no_second_line`: there
    is no place for a second copyright line.
    """

    found: dict[str, list[str]] = field(default_factory=dict)
    fields: dict[str, tuple[str, ...]] = field(default_factory=dict)
    packets: list[bytes] = field(default_factory=list)
    seconds: float = 0.0
    old_tag: bool = False
    foreign_frames: bool = False
    no_second_line: bool = False

    def add(self, meaning: str, values: list[str]) -> None:
        """Append the values of a tag."""
        held = self.found.get(meaning)
        if held is None:
            self.found[meaning] = values
        else:
            held += values

    def own(self, name: str, values: tuple[str, ...]) -> None:
        """Append the values of one of our fields."""
        self.fields[name] = self.fields.get(name, ()) + values


TagPart = tuple[bytes, int, int]
"""A chunk: its id, the offset of its data, and their length. Or a box: its kind, and [start, end)
of its body."""


def only(parts: Iterable[TagPart], wanted: bytes) -> tuple[int, int]:
    """Return the place of the only part with an id. Raises ValueError otherwise."""
    ((first, second),) = [(first, second) for name, first, second in parts if name == wanted]
    return first, second


class Window:
    """A file of `size` bytes, read by offset, with the last block cached.

    `seek` and `read` make it usable by the containers' functions, too.
    """

    __slots__ = ("_at", "_block", "_descriptor", "_start", "size")

    def __init__(self, descriptor: int, size: int) -> None:
        self._descriptor = descriptor
        self.size = size
        self._start = self._at = 0
        self._block = b""

    def take(self, offset: int, length: int) -> bytes:
        """Return exactly these bytes. Raises NotSimple if the file has fewer, and OSError."""
        inside = offset - self._start
        if inside < 0 or inside + length > len(self._block):
            block, _ = self.hold(offset, length)
            return block if len(block) == length else block[:length]
        return self._block[inside : inside + length]

    def hold(self, offset: int, length: int) -> tuple[bytes, int]:
        """Return a block that contains these bytes, and its offset. Raises as `take` does."""
        inside = offset - self._start
        if inside >= 0 and inside + length <= len(self._block):
            return self._block, self._start
        if offset + length > self.size or length > LARGEST:
            raise NotSimple
        os.lseek(self._descriptor, offset, os.SEEK_SET)
        data = os.read(self._descriptor, BLOCK if length < BLOCK else length)
        if len(data) < length:
            raise NotSimple
        self._start, self._block = offset, data
        return data, offset

    def seek(self, offset: int, whence: int = 0) -> int:
        """Set the position of `read`, from the start or (2) from the end; return it."""
        self._at = offset + self.size if whence == os.SEEK_END else offset
        return self._at

    def read(self, length: int) -> bytes:
        """Return the next bytes, fewer at the end of the file."""
        data = self.take(self._at, max(0, min(length, self.size - self._at)))
        self._at += len(data)
        return data


def text_within_reason(length: int) -> None:
    """Raise NotSimple for a text that is too long for the containers, too."""
    if length > LARGEST_TEXT:
        raise NotSimple
