"""XMP in an MP4 file: a `uuid` box of its own at the top level.

A packet that outgrows its box before the audio goes to the end of the file, and leaves
free space behind: so the audio never moves for its sake.

Source: ISO 16684-3 (XMP part 3), "MPEG-4".
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import BinaryIO

from rightsdesk.consent.fields import Fields
from rightsdesk.files.containers.base import read_at
from rightsdesk.files.containers.mp4.boxes import Box, box
from rightsdesk.files.errors import Unsupported
from rightsdesk.files.patch.patch import Splice
from rightsdesk.files.xmp import edit
from rightsdesk.files.xmp import packets as xmppackets
from rightsdesk.files.xmp.parse import LARGEST

XMP_BOX = bytes.fromhex("be7acfcb97a942e89c71999491e3afac")
"""How a `uuid` box says that it holds XMP."""


def packet_in(f: BinaryIO, one: Box) -> bytes | None:
    """The XMP packet in a box, if it is one. No more is read than is looked at."""
    length = one.size - one.header
    if one.kind != b"uuid" or length <= len(XMP_BOX):
        return None
    data = read_at(f, one.body, min(length, len(XMP_BOX) + LARGEST + 1))
    packet = data[len(XMP_BOX) :]
    return packet if data.startswith(XMP_BOX) and edit.is_packet(packet) else None


def packets(f: BinaryIO, top: Sequence[Box]) -> list[bytes]:
    """The XMP packets among the boxes at the top level."""
    return [packet for one in top if (packet := packet_in(f, one)) is not None]


def edits(f: BinaryIO, top: Sequence[Box], wanted: Fields) -> list[Splice]:
    """The splices that set XMP properties. Raises what `xmppackets.edited_all` raises, and
    `Unsupported` where nothing can be appended to the file."""
    homes = [(one, packet) for one in top if (packet := packet_in(f, one)) is not None]
    new = xmppackets.edited_all([packet for _, packet in homes], wanted, padding=edit.PADDING)
    splices: list[Splice] = []
    moved = [packet for packet in new[len(homes) :] if packet]
    for (home, old), packet in zip(homes, new, strict=False):
        if packet == old:
            continue
        fixed = any(one.kind == b"mdat" and one.offset > home.offset for one in top)
        if packet is not None and len(packet) == len(old):
            splices.append(Splice(home.body + len(XMP_BOX), len(old), packet))
        elif not fixed:
            data = box(b"uuid", XMP_BOX + packet) if packet is not None else b""
            splices.append(Splice(home.offset, home.size, data))
        else:
            splices.append(Splice(home.offset, home.size, box(b"free", bytes(home.size - 8))))
            moved += [packet] if packet is not None else []
    return splices + (_appended(top, moved) if moved else [])


def takes_more(top: Sequence[Box]) -> bool:
    """Whether a box can be added at the end: one that is open there can be closed, or not."""
    last = top[-1]
    return not last.open or (last.kind == b"mdat" and last.size < 1 << 32)


def _appended(top: Sequence[Box], new: Sequence[bytes]) -> list[Splice]:
    last = top[-1]
    place = last.offset if last.kind == b"mfra" else last.end  # that one has to stay the last
    splices = [Splice(place, 0, b"".join(box(b"uuid", XMP_BOX + packet) for packet in new))]
    if last.open:  # it would take in what follows
        if not takes_more(top):
            raise Unsupported("This M4A file ends in a form that RightsDesk can't add XMP to.")
        splices.append(Splice(last.offset, 4, last.size.to_bytes(4, "big")))
    return splices
