"""XMP in an MP4 file: a `uuid` box at the top level.

A packet that outgrows its box before the audio moves to the end of the file and leaves
free space in its place. So the audio never moves because of XMP.

Source: ISO 16684-3 (XMP part 3), "MPEG-4".
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import BinaryIO

from rightsdesk.consent.fields import Fields
from rightsdesk.files.containers.base import read_at
from rightsdesk.files.containers.mp4.boxes import Box, render_box
from rightsdesk.files.errors import Unsupported
from rightsdesk.files.patch.patch import Splice
from rightsdesk.files.xmp import edit
from rightsdesk.files.xmp import packets as xmppackets
from rightsdesk.files.xmp.parse import LARGEST

XMP_BOX = bytes.fromhex("be7acfcb97a942e89c71999491e3afac")
"""The UUID of a box that holds XMP."""


def packet_in(f: BinaryIO, box: Box) -> bytes | None:
    """Return the XMP packet in a box, None if it holds none.

    Reads at most `LARGEST` + 1 bytes of the packet.
    """
    length = box.size - box.header
    if box.kind != b"uuid" or length <= len(XMP_BOX):
        return None
    data = read_at(f, box.body, min(length, len(XMP_BOX) + LARGEST + 1))
    packet = data[len(XMP_BOX) :]
    return packet if data.startswith(XMP_BOX) and edit.is_packet(packet) else None


def packets(f: BinaryIO, top: Sequence[Box]) -> list[bytes]:
    """Return the XMP packets in the boxes at the top level."""
    return [packet for box in top if (packet := packet_in(f, box)) is not None]


def edits(f: BinaryIO, top: Sequence[Box], wanted: Fields) -> list[Splice]:
    """Return the splices that set XMP properties.

    Raises what `xmppackets.edited_all` raises, and `Unsupported` if the file can't take
    another box at its end.
    """
    holders = [(box, packet) for box in top if (packet := packet_in(f, box)) is not None]
    new = xmppackets.edited_all([packet for _, packet in holders], wanted, padding=edit.PADDING)
    splices: list[Splice] = []
    moved = [packet for packet in new[len(holders) :] if packet]
    for (holder, old), packet in zip(holders, new, strict=False):
        if packet == old:
            continue
        fixed = any(box.kind == b"mdat" and box.offset > holder.offset for box in top)
        if packet is not None and len(packet) == len(old):
            splices.append(Splice(holder.body + len(XMP_BOX), len(old), packet))
        elif not fixed:
            data = render_box(b"uuid", XMP_BOX + packet) if packet is not None else b""
            splices.append(Splice(holder.offset, holder.size, data))
        else:
            free = render_box(b"free", bytes(holder.size - 8))
            splices.append(Splice(holder.offset, holder.size, free))
            moved += [packet] if packet is not None else []
    return splices + (_appended(top, moved) if moved else [])


def takes_more(top: Sequence[Box]) -> bool:
    """Return whether a box can be added at the end of the file.

    An open last box must be closed first, which a 32-bit size must allow.
    """
    last = top[-1]
    return not last.open or (last.kind == b"mdat" and last.size < 1 << 32)


def _appended(top: Sequence[Box], new: Sequence[bytes]) -> list[Splice]:
    last = top[-1]
    place = last.offset if last.kind == b"mfra" else last.end  # `mfra` has to stay the last box
    splices = [Splice(place, 0, b"".join(render_box(b"uuid", XMP_BOX + packet) for packet in new))]
    if last.open:  # it would swallow the new box
        if not takes_more(top):
            raise Unsupported("This M4A file ends in a form that RightsDesk can't add XMP to.")
        splices.append(Splice(last.offset, 4, last.size.to_bytes(4, "big")))
    return splices
