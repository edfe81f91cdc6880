"""Copyright lines in an MP4's user data, outside the first list of items.

QuickTime programs and phones write them as `©cpy` and as 3GPP's `cprt`. Programs that add
their own user data also add their own list of items. ffmpeg shows the last line in the
file and MediaInfo shows all, so every line is kept up to date.

Sources: Apple "QuickTime File Format", "User Data Text Strings and Language Codes"; 3GPP TS
26.244, section 8.3 (`cprt`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import BinaryIO

from rightsdesk.files.containers.base import LARGEST_TEXT, read_at
from rightsdesk.files.containers.mp4.boxes import Box, render_box
from rightsdesk.files.containers.mp4.items import Mp4Item, render_item
from rightsdesk.files.errors import TooLarge
from rightsdesk.files.owned import COPYRIGHT
from rightsdesk.files.patch.patch import Splice
from rightsdesk.files.text import raw_text

_QUICKTIME, _3GPP = b"\xa9cpy", b"cprt"
KINDS = (_QUICKTIME, _3GPP)
"""The kinds of boxes in user data that hold a copyright line."""

_LARGEST = (1 << 16) - 1  # a QuickTime text states its length in two bytes
_MACINTOSH, _UNSPECIFIED = 0x400, 0x7FFF  # language codes that imply a Macintosh encoding
_ENGLISH = 0x15C7  # "eng", packed: five bits per letter


@dataclass(frozen=True, slots=True)
class FieldLine:
    """A copyright line in its own box.

    `around`: the boxes that contain it. `raw`: the bytes of the text. `head` and `rest`:
    the bytes before and after the text.
    """

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
        """Whether the encoding is unknown, so that only ASCII can be added."""
        return not (self.raw.isascii() if self.macintosh else raw_text.is_utf8(self.raw))

    def changed(self, text: str) -> bytes:
        """Return the rendered box with another text.

        Raises `TooLarge`, and `Unsupported` as `raw_text.changed` does.
        """
        raw = raw_text.changed(self.raw, text)
        head = self.head
        if self.box.kind == _QUICKTIME:
            head = _length(raw) + head[2:]
        return render_box(self.box.kind, head + raw + self.rest)


@dataclass(frozen=True, slots=True)
class ItemLine:
    """A copyright line that is an item of a list. `around`: the boxes that contain it."""

    item: Mp4Item
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
        """Whether the encoding is unknown: see `FieldLine.unknown`."""
        return self.item.unknown

    def changed(self, text: str) -> bytes:
        """Return the rendered item with another text. Raises as `FieldLine.changed` does."""
        return render_item(COPYRIGHT, (text,), self.item)


def line_in(f: BinaryIO, box: Box, parent: Box) -> FieldLine | None:
    """Return the copyright line in a box of user data; None if its form is unknown."""
    if box.kind not in KINDS or box.header != 8 or not 6 <= box.size - 8 <= LARGEST_TEXT:
        return None
    return _quicktime(f, box, parent) if box.kind == _QUICKTIME else _3gpp(f, box, parent)


def _quicktime(f: BinaryIO, box: Box, parent: Box) -> FieldLine | None:
    """Return the line in QuickTime's form. Of texts in several languages, the first counts."""
    data = read_at(f, *box.span)
    size, language = int.from_bytes(data[:2], "big"), int.from_bytes(data[2:4], "big")
    if size > len(data) - 4:
        return None
    macintosh = language < _MACINTOSH or language == _UNSPECIFIED
    return FieldLine(box, (parent,), data[:4], data[4 : 4 + size], data[4 + size :], macintosh)


def _3gpp(f: BinaryIO, box: Box, parent: Box) -> FieldLine | None:
    data = read_at(f, *box.span)
    if data[:4] != bytes(4) or data[6:8] in (b"\xfe\xff", b"\xff\xfe"):  # UTF-16
        return None
    raw = data[6:].split(b"\0", 1)[0]
    return FieldLine(box, (parent,), data[:6], raw, data[6 + len(raw) :])


def edits(
    lines: Sequence[FieldLine | ItemLine], values: Sequence[str]
) -> Iterator[tuple[Splice, tuple[Box, ...]]]:
    """Yield the splices that set the lines, each with the boxes around it.

    Surplus lines at the end are removed. Surplus values need a `new_line`.
    """
    for index, line in enumerate(lines):
        new = line.changed(values[index]) if index < len(values) else b""
        if index >= len(values) or values[index] != line.text:
            yield Splice(line.box.offset, line.box.size, new), line.around


def new_line(text: str) -> bytes:
    """Return a rendered box with a new copyright line. Raises `TooLarge`."""
    raw = text.encode("utf-8")
    return render_box(_QUICKTIME, _length(raw) + _ENGLISH.to_bytes(2, "big") + raw)


def _length(raw: bytes) -> bytes:
    if len(raw) > _LARGEST:
        raise TooLarge("This file's copyright line is full, so RightsDesk leaves it alone.")
    return len(raw).to_bytes(2, "big")
