"""Fragmented MP4: audio in fragments, each with its own index (`moof`) before it.

A fragment's offsets count from its own index, so it can move as a whole. Only an absolute
base offset pins it. The list of fragments (`mfra`) holds their offsets and is updated with
them. Readers find that list by the file's last bytes, so it stays at the end.

Source: ISO/IEC 14496-12, sections 8.8.7 (`tfhd`), 8.8.10 (`tfra`) and 8.8.11 (`mfro`).
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from typing import BinaryIO

from rightsdesk.files.containers.base import Span, read_at
from rightsdesk.files.containers.mp4.boxes import Box, children, damaged, too_large
from rightsdesk.files.errors import Unsupported
from rightsdesk.files.patch.patch import Splice

_ABSOLUTE = 0x01  # flag of `tfhd`: a base data offset is given
_LARGEST_TABLE = 1 << 22  # bytes: days of audio


def is_fixed(f: BinaryIO, top: Sequence[Box]) -> bool:
    """Return whether a fragment states an absolute offset, so that it can't move."""
    return any(
        _flags(f, head) & _ABSOLUTE
        for moof in top
        if moof.kind == b"moof"
        for traf in children(f, moof)
        if traf.kind == b"traf"
        for head in children(f, traf)
        if head.kind == b"tfhd"
    )


def moved(f: BinaryIO, top: Sequence[Box], behind: int, by: int) -> Iterator[Splice]:
    """Yield the splices that update the lists of fragments.

    Everything from offset `behind` on moves by `by` bytes. Raises `TooLarge`.
    """
    for at, width, place in _places(f, top):
        if place >= behind:
            try:
                yield Splice(at, width, (place + by).to_bytes(width, "big"))
            except OverflowError:
                raise too_large() from None


def relative(f: BinaryIO, top: Sequence[Box], mfra: Box) -> Iterator[bytes | Span]:
    """Yield a list of fragments with each offset replaced by the index of the box there."""
    number = {box.offset: index for index, box in enumerate(top)}
    start = mfra.body
    for at, width, place in _places(f, [mfra]):
        yield start, at - start
        yield struct.pack(">qQ", number.get(place, -1), 0 if place in number else place)
        start = at + width
    yield start, mfra.end - start


def _places(f: BinaryIO, top: Sequence[Box]) -> Iterator[tuple[int, int, int]]:
    """Yield (place of the entry, its width in bytes, offset) for each listed fragment."""
    for mfra in (box for box in top if box.kind == b"mfra"):
        for table in (box for box in children(f, mfra) if box.kind == b"tfra"):
            if table.size > _LARGEST_TABLE:
                raise Unsupported("This M4A file's index is too large for RightsDesk.")
            data = read_at(f, *table.span)
            if len(data) < 16:
                raise damaged()
            width = 8 if data[0] == 1 else 4
            sizes = int.from_bytes(data[8:12], "big")
            entry = 2 * width + sum((sizes >> shift & 3) + 1 for shift in (4, 2, 0))
            count = int.from_bytes(data[12:16], "big")
            if len(data) != 16 + count * entry:
                raise damaged()
            for at in range(16 + width, len(data), entry):
                yield table.body + at, width, int.from_bytes(data[at : at + width], "big")


def _flags(f: BinaryIO, box: Box) -> int:
    if box.size - box.header < 8:
        raise damaged()
    return int.from_bytes(read_at(f, box.body + 1, 3), "big")
