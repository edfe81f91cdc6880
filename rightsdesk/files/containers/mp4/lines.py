"""Copyright lines that stand in an MP4's user data, outside of the first list of items.

QuickTime programs and phones write them, as `©cpy` and as 3GPP's `cprt`; programs that add
user data of their own have a list of their own. ffmpeg shows the
line that comes last in the file and MediaInfo every one, so both are kept up to date.

Sources: Apple "QuickTime File Format", "User Data Text Strings and Language Codes"; 3GPP TS
26.244, section 8.3 (`cprt`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import BinaryIO

from rightsdesk.files.containers.base import LARGEST_TEXT, read_at
from rightsdesk.files.containers.mp4.boxes import Box, box
from rightsdesk.files.containers.mp4.items import Item, render_item
from rightsdesk.files.errors import TooLarge
from rightsdesk.files.owned import COPYRIGHT
from rightsdesk.files.patch.patch import Splice
from rightsdesk.files.text import raw_text

_QUICKTIME, _3GPP = b"\xa9cpy", b"cprt"
KINDS = (_QUICKTIME, _3GPP)
"""The boxes in user data that hold such a line."""

_LARGEST = (1 << 16) - 1  # a QuickTime text says its length in two bytes
_MACINTOSH, _UNSPECIFIED = 0x400, 0x7FFF  # language codes that stand for a Macintosh encoding
_ENGLISH = 0x15C7  # "eng", packed: five bits a letter


@dataclass(frozen=True, slots=True)
class FieldLine:
    """A box with a line, those `around` it, the bytes of its text, and what stands by them."""

    box: Box
    around: tuple[Box, ...]
    head: bytes
    raw: bytes
    rest: bytes
    macintosh: bool = False

    @property
    def text(self) -> str:
        return raw_text.text_of(self.raw)

    @property
    def unknown(self) -> bool:
        """Whether only ASCII can be added."""
        return not (self.raw.isascii() if self.macintosh else raw_text.is_utf8(self.raw))

    def changed(self, text: str) -> bytes:
        """The box with another text. Raises `Unsupported` as `raw_text.changed`, `TooLarge`."""
        raw = raw_text.changed(self.raw, text)
        head = self.head
        if self.box.kind == _QUICKTIME:
            head = _length(raw) + head[2:]
        return box(self.box.kind, head + raw + self.rest)


@dataclass(frozen=True, slots=True)
class ItemLine:
    """A line that is an item of a further list."""

    item: Item
    around: tuple[Box, ...]
    rest: bytes = b""

    @property
    def box(self) -> Box:
        return self.item.box

    @property
    def text(self) -> str:
        return self.item.values[0]

    @property
    def unknown(self) -> bool:
        """As of a `FieldLine`."""
        return self.item.unknown

    def changed(self, text: str) -> bytes:
        """As of a `FieldLine`."""
        return render_item(COPYRIGHT, (text,), self.item)


def line_in(f: BinaryIO, one: Box, parent: Box) -> FieldLine | None:
    """The line in a box of user data, if it is one of a known form."""
    if one.kind not in KINDS or one.header != 8 or not 6 <= one.size - 8 <= LARGEST_TEXT:
        return None
    return _quicktime(f, one, parent) if one.kind == _QUICKTIME else _3gpp(f, one, parent)


def _quicktime(f: BinaryIO, one: Box, parent: Box) -> FieldLine | None:
    """The first text counts where there are several, in several languages."""
    data = read_at(f, *one.span)
    size, language = int.from_bytes(data[:2], "big"), int.from_bytes(data[2:4], "big")
    if size > len(data) - 4:
        return None
    macintosh = language < _MACINTOSH or language == _UNSPECIFIED
    return FieldLine(one, (parent,), data[:4], data[4 : 4 + size], data[4 + size :], macintosh)


def _3gpp(f: BinaryIO, one: Box, parent: Box) -> FieldLine | None:
    data = read_at(f, *one.span)
    if data[:4] != bytes(4) or data[6:8] in (b"\xfe\xff", b"\xff\xfe"):  # UTF-16
        return None
    raw = data[6:].split(b"\0", 1)[0]
    return FieldLine(one, (parent,), data[:6], raw, data[6 + len(raw) :])


def edits(
    lines: Sequence[FieldLine | ItemLine], values: Sequence[str]
) -> Iterator[tuple[Splice, tuple[Box, ...]]]:
    """The splices that set the lines, each with the boxes around it.

    Of lines too many the last ones go; for more values than lines see `new_line`.
    """
    for index, line in enumerate(lines):
        new = line.changed(values[index]) if index < len(values) else b""
        if index >= len(values) or values[index] != line.text:
            yield Splice(line.box.offset, line.box.size, new), line.around


def new_line(text: str) -> bytes:
    """A box with a line of its own. Raises `TooLarge`."""
    raw = text.encode("utf-8")
    return box(_QUICKTIME, _length(raw) + _ENGLISH.to_bytes(2, "big") + raw)


def _length(raw: bytes) -> bytes:
    if len(raw) > _LARGEST:
        raise TooLarge("This file's copyright line is full, so RightsDesk leaves it alone.")
    return len(raw).to_bytes(2, "big")
