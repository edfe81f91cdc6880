"""Chunk offset tables: an MP4 counts the places of its audio from the start of the file.

When the index before the audio grows, every offset after it grows by the same amount.

Source: ISO/IEC 14496-12, sections 8.7.5 (`stco`, `co64`) and 8.7.2 (`dref`).
"""

from __future__ import annotations

import struct
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import BinaryIO

from rightsdesk.files.containers.base import read_at
from rightsdesk.files.containers.mp4.boxes import Box, boxes, children, damaged, only, too_large
from rightsdesk.files.errors import Unsupported
from rightsdesk.files.patch.patch import Splice

TABLES = (b"stco", b"co64")

_LARGEST_TABLE = 1 << 22  # bytes: days of audio


@dataclass(frozen=True, slots=True)
class Track:
    """The parts of a track that a move affects. `kind` is its handler, such as b"soun"."""

    kind: bytes
    tables: tuple[Box, ...]
    movable: bool  # False if the track holds other absolute offsets
    still: bool = False  # a picture: cover art stored as a video track


def read_track(f: BinaryIO, trak: Box) -> Track:
    """Read a `trak` box. Raises `Damaged`."""
    mdia = only(children(f, trak), b"mdia")
    if mdia is None:
        raise damaged()
    parts = children(f, mdia)
    hdlr, minf = only(parts, b"hdlr"), only(parts, b"minf")
    if hdlr is None or minf is None or hdlr.size - hdlr.header < 12:
        raise damaged()
    kind = read_at(f, hdlr.body + 8, 4)
    inner = children(f, minf)
    stbl = only(inner, b"stbl")
    if stbl is None:
        raise damaged()
    samples = children(f, stbl)
    tables = tuple(box for box in samples if box.kind in TABLES)
    movable = all(box.kind != b"saio" for box in samples) and _self_contained(
        f, only(inner, b"dinf")
    )
    return Track(kind, tables, movable, kind == b"vide" and _is_still(f, samples))


def _is_still(f: BinaryIO, samples: Sequence[Box]) -> bool:
    """Return whether a video track is a single picture, by its sample count (section 8.7.3)."""
    stsz = only(samples, b"stsz")
    if stsz is None or stsz.size - stsz.header < 12:
        return False
    return int.from_bytes(read_at(f, stsz.body + 8, 4), "big") <= 1


def moved(
    f: BinaryIO, tracks: Sequence[Track], media: Sequence[Box], behind: int, by: int
) -> list[Splice]:
    """Return the splices that update the tables.

    Everything from offset `behind` on moves by `by` bytes. Raises `Unsupported` if that
    can't be done with certainty, `TooLarge` if an offset would no longer fit, `Damaged` if
    an offset points outside the audio.
    """
    if not all(track.movable for track in tracks):
        raise Unsupported(
            "This M4A file points at its audio in a way that RightsDesk can't keep up to date yet."
        )
    splices: list[Splice] = []
    for table in (table for track in tracks for table in track.tables):
        offsets = read_table(f, table)
        if any(_medium(media, offset) is None for offset in offsets):
            raise damaged()
        new = [offset + by if offset >= behind else offset for offset in offsets]
        if new != offsets:
            splices.append(Splice(table.body + 8, table.size - table.header - 8, _pack(table, new)))
    return splices


def relative(f: BinaryIO, table: Box, media: Sequence[Box]) -> bytes:
    """Return a table with each offset counted from the start of its `mdat`."""
    numbers: list[int] = []
    for offset in read_table(f, table):
        index = _medium(media, offset)
        numbers += (0, offset) if index is None else (index + 1, offset - media[index].body)
    return struct.pack(f">{len(numbers)}Q", *numbers)


def read_table(f: BinaryIO, table: Box) -> list[int]:
    """Return the absolute offsets in a table.

    Raises `Damaged` if its size and count disagree, `Unsupported` if it is too large.
    """
    if table.size > _LARGEST_TABLE:
        raise Unsupported("This M4A file's index is too large for RightsDesk.")
    data = read_at(f, *table.span)
    width = 4 if table.kind == b"stco" else 8
    if len(data) < 8 or len(data) - 8 != int.from_bytes(data[4:8], "big") * width:
        raise damaged()
    count = (len(data) - 8) // width
    return list(struct.unpack(f">{count}{'I' if width == 4 else 'Q'}", data[8:]))


def _pack(table: Box, offsets: list[int]) -> bytes:
    try:
        return struct.pack(f">{len(offsets)}{'I' if table.kind == b'stco' else 'Q'}", *offsets)
    except struct.error:
        raise too_large() from None


def _medium(media: Sequence[Box], offset: int) -> int | None:
    """Return the index of the `mdat` that an offset points into, None if there is none.

    The end of an `mdat` counts as inside: an empty chunk can point there.
    """
    index = bisect_right(media, offset, key=lambda box: box.body) - 1
    return index if index >= 0 and offset <= media[index].end else None


def _self_contained(f: BinaryIO, dinf: Box | None) -> bool:
    """Return whether the audio lies in this file: flag 1 of every data reference."""
    dref = only(children(f, dinf), b"dref") if dinf else None
    if dref is None:
        return True
    if dref.size - dref.header < 8:
        raise damaged()
    entries = boxes(f, dref.body + 8, dref.end)
    return all(
        entry.size - entry.header >= 4 and read_at(f, entry.body + 3, 1)[0] & 1 for entry in entries
    )
