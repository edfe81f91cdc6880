"""MP4 boxes: where they lie, and how their sizes change.

Source: ISO/IEC 14496-12, section 4.2.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import BinaryIO, NamedTuple

from rightsdesk.files.containers.base import is_zero, parsed_once, read_at
from rightsdesk.files.errors import Damaged, TooLarge
from rightsdesk.files.patch.patch import Splice

_MOST_BOXES = 1 << 14  # in one parent
_TOP_KINDS = {b"moov", b"mdat", b"moof", b"mfra", b"meta", b"uuid", b"free", b"skip", b"wide"}
"""Kinds of boxes at the top level: a file that ends within one is cut off."""


class Box(NamedTuple):
    """A box at `offset`; `header` and `size` in bytes, `open` if it runs to the file's end."""

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
    """The boxes that fill [start, end). Raises `Damaged` unless they do so exactly.

    Only the last box of a file (`top`) may leave its size open. Zeros may follow the boxes
    of user data (`closed`): QuickTime ends it by four of them.
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
    """The boxes of a whole file, and where they end: other programs append tags and padding.

    What follows the last box is nobody's here: it is kept as it is, like ffmpeg does.
    Raises `Damaged` where the boxes end before index and audio have come, or where one of a
    known kind is cut off.
    """
    return _top_boxes(size, f)


@parsed_once
def _top_boxes(size: int, f: BinaryIO) -> tuple[list[Box], int]:
    found: list[Box] = []
    at = 0
    while at < size:
        try:
            one = _box_at(f, at, size, top=True)
        except Damaged:
            cut = size - at >= 8 and read_at(f, at + 4, 4) in _TOP_KINDS
            if not cut and {b"moov", b"mdat"} <= {box.kind for box in found}:
                break
            raise
        if len(found) == _MOST_BOXES:
            raise damaged()
        found.append(one)
        at = one.end
    return found, at


def children(f: BinaryIO, parent: Box, *, skip: int = 0) -> list[Box]:
    """The boxes in a box, after `skip` bytes of its own (version and flags)."""
    if skip > parent.size - parent.header:
        raise damaged()
    return _boxes(parent.body + skip, parent.end, False, False, f)


def only(found: Sequence[Box], kind: bytes) -> Box | None:
    """The box of a kind that may stand only once. Raises `Damaged` for two."""
    of_kind = [box for box in found if box.kind == kind]
    if len(of_kind) > 1:
        raise damaged()
    return of_kind[0] if of_kind else None


def box(kind: bytes, body: bytes) -> bytes:
    """A box as bytes."""
    if len(body) + 8 >= 1 << 32:
        raise too_large()
    return (len(body) + 8).to_bytes(4, "big") + kind + body


def resized(parents: Sequence[Box], growth: int) -> Iterator[Splice]:
    """The new sizes of the boxes around something that grew."""
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
    return Damaged("This M4A file is damaged, so RightsDesk leaves it alone.")


def too_large() -> TooLarge:
    return TooLarge("This M4A file is full (4 GB), so RightsDesk leaves it alone.")
