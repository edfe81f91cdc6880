"""MP4 boxes: find them, render them, and change their sizes.

Source: ISO/IEC 14496-12, section 4.2.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import BinaryIO, NamedTuple

from rightsdesk.files.containers.base import is_zero, parsed_once, read_at
from rightsdesk.files.errors import Damaged, TooLarge
from rightsdesk.files.patch.patch import Splice

_MOST_BOXES = 1 << 14  # in the same parent
_TOP_KINDS = {b"moov", b"mdat", b"moof", b"mfra", b"meta", b"uuid", b"free", b"skip", b"wide"}
"""Kinds of boxes at the top level. A file that ends inside such a box is truncated."""


class Box(NamedTuple):
    """A box at `offset`. `header` and `size` are in bytes.

    `open`: the box states no size and runs to the end of the file.
    """

    kind: bytes
    offset: int
    header: int
    size: int
    open: bool = False

    @property
    def body(self) -> int:
        return self.offset + self.header

    @property
    def end(self) -> int:
        return self.offset + self.size

    @property
    def span(self) -> tuple[int, int]:
        """The body's (offset, length)."""
        return self.body, self.size - self.header


def boxes(
    f: BinaryIO, start: int, end: int, *, top: bool = False, closed: bool = False
) -> list[Box]:
    """Return the boxes that fill [start, end). Raises `Damaged` if they do not fill it exactly.

    `top`: the last box may leave its size open, which is legal only at the top level.
    `closed`: zeros may follow the boxes. QuickTime ends user data with four zero bytes.
    """
    return _boxes(start, end, top, closed, f)


@parsed_once
def _boxes(start: int, end: int, top: bool, closed: bool, f: BinaryIO) -> list[Box]:
    found: list[Box] = []
    while start < end:
        if closed and is_zero(f, (start, min(8, end - start))) and is_zero(f, (start, end - start)):
            break
        if len(found) == _MOST_BOXES:
            raise damaged()
        found.append(_box_at(f, start, end, top=top))
        start = found[-1].end
    return found


def _box_at(f: BinaryIO, start: int, end: int, *, top: bool) -> Box:
    left = end - start
    if left < 8:
        raise damaged()
    head = read_at(f, start, 8)
    size, header, is_open = int.from_bytes(head[:4], "big"), 8, False
    if size == 1 and left >= 16:
        size, header = int.from_bytes(read_at(f, start + 8, 8), "big"), 16
    elif size == 0 and top:
        size, is_open = left, True
    if not header <= size <= left:
        raise damaged()
    return Box(head[4:], start, header, size, is_open)


def top_boxes(f: BinaryIO, size: int) -> tuple[list[Box], int]:
    """Return the boxes of a whole file, and the offset where they end.

    Other programs append tags and padding. Data after the last box is kept unchanged, as
    ffmpeg keeps it. Raises `Damaged` if the index or the audio is missing, or if a box of
    a known kind is truncated.
    """
    return _top_boxes(size, f)


@parsed_once
def _top_boxes(size: int, f: BinaryIO) -> tuple[list[Box], int]:
    found: list[Box] = []
    at = 0
    while at < size:
        try:
            box = _box_at(f, at, size, top=True)
        except Damaged:
            truncated = size - at >= 8 and read_at(f, at + 4, 4) in _TOP_KINDS
            if not truncated and {b"moov", b"mdat"} <= {before.kind for before in found}:
                break
            raise
        if len(found) == _MOST_BOXES:
            raise damaged()
        found.append(box)
        at = box.end
    return found, at


def children(f: BinaryIO, parent: Box, *, skip: int = 0) -> list[Box]:
    """Return the boxes inside `parent`, after its own `skip` bytes (version and flags).

    Raises `Damaged`.
    """
    if skip > parent.size - parent.header:
        raise damaged()
    return _boxes(parent.body + skip, parent.end, False, False, f)


def only(found: Sequence[Box], kind: bytes) -> Box | None:
    """Return the only box of a kind, or None. Raises `Damaged` if there are two."""
    of_kind = [box for box in found if box.kind == kind]
    if len(of_kind) > 1:
        raise damaged()
    return of_kind[0] if of_kind else None


def render_box(kind: bytes, body: bytes) -> bytes:
    """Return a box as bytes. Raises `TooLarge` from 4 GB."""
    if len(body) + 8 >= 1 << 32:
        raise too_large()
    return (len(body) + 8).to_bytes(4, "big") + kind + body


def resized(parents: Sequence[Box], growth: int) -> Iterator[Splice]:
    """Yield the splices that add `growth` bytes to the sizes of `parents`. Raises `TooLarge`."""
    for parent in parents:
        if parent.open or not growth:
            continue
        size = parent.size + growth
        if parent.header == 16:
            yield Splice(parent.offset + 8, 8, size.to_bytes(8, "big"))
        elif size < 1 << 32:
            yield Splice(parent.offset, 4, size.to_bytes(4, "big"))
        else:
            raise too_large()


def damaged() -> Damaged:
    """Return the error for an M4A file with a broken structure."""
    return Damaged("This M4A file is damaged, so RightsDesk leaves it alone.")


def too_large() -> TooLarge:
    """Return the error for an M4A file that would exceed a 4 GB limit."""
    return TooLarge("This M4A file is full (4 GB), so RightsDesk leaves it alone.")
