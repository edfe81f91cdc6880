"""What all quick readers share: a window onto the file, and the right to be unsure."""

from __future__ import annotations

import os
from dataclasses import dataclass, field

from rightsdesk.files.containers.base import LARGEST_TEXT

BLOCK = 8192
"""Bytes read at once. A title lies near the beginning, or in the index; to fetch more
than this costs more than to come back."""

LARGEST = 1 << 22
"""Bytes of one part that a quick reader takes into memory."""

Values = dict[str, list[str]]
Fields = dict[str, tuple[str, ...]]


class NotSimple(Exception):
    """This file is not of the plain kind; the thorough readers shall look at it.

    Never seen outside of this package. IndexError, ValueError and `struct.error` mean the
    same when a quick reader raises them: it ran into the end of something.
    """


@dataclass(slots=True)
class FastReading:
    """What a quick reader found: raw values by what they mean, the duration, our fields,
    and XMP packets with more of those.

    `old_tag`: there is an ID3v2.2 tag, which has no place for XMP. `others`: an ID3 tag holds
    what is not ours. `no_line`: there is no place for a second copyright line.
    """

    found: Values = field(default_factory=dict)
    fields: Fields = field(default_factory=dict)
    packets: list[bytes] = field(default_factory=list)
    seconds: float = 0.0
    old_tag: bool = False
    others: bool = False
    no_line: bool = False

    def add(self, meaning: str, values: list[str]) -> None:
        """Append what a tag says."""
        held = self.found.get(meaning)
        if held is None:
            self.found[meaning] = values
        else:
            held += values

    def own(self, name: str, values: tuple[str, ...]) -> None:
        """Append what one of our fields says."""
        self.fields[name] = self.fields.get(name, ()) + values


class Window:
    """A file of `size` bytes, read by offset through one block that is kept.

    `seek` and `read` let the containers' own readers look through it too.
    """

    __slots__ = ("_at", "_block", "_descriptor", "_start", "size")

    def __init__(self, descriptor: int, size: int) -> None:
        self._descriptor = descriptor
        self.size = size
        self._start = self._at = 0
        self._block = b""

    def take(self, offset: int, length: int) -> bytes:
        """Exactly these bytes. Raises Unsure where the file has fewer, and OSError."""
        inside = offset - self._start
        if inside < 0 or inside + length > len(self._block):
            block, _ = self.hold(offset, length)
            return block if len(block) == length else block[:length]
        return self._block[inside : inside + length]

    def hold(self, offset: int, length: int) -> tuple[bytes, int]:
        """A block with at least these bytes in it, and where it begins. Raises as `take`."""
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
        """Where `read` goes on, from the beginning or (2) from the end."""
        self._at = offset + self.size if whence == os.SEEK_END else offset
        return self._at

    def read(self, length: int) -> bytes:
        """The next bytes, as many as there are."""
        data = self.take(self._at, max(0, min(length, self.size - self._at)))
        self._at += len(data)
        return data


def text_within_reason(length: int) -> None:
    """Raises Unsure for a text that the containers would not believe either."""
    if length > LARGEST_TEXT:
        raise NotSimple
