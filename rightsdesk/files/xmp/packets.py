"""All the XMP packets of one file, taken together: read, and set in the first of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rightsdesk.consent.fields import Fields
from rightsdesk.files.errors import DamagedXmp
from rightsdesk.files.owned import XMP_DAMAGED
from rightsdesk.files.xmp.edit import edited, fields_of, fresh
from rightsdesk.files.xmp.parse import LARGEST

_HEADS = 64  # bytes of what may stand before a packet in its frame, chunk or box


def fields_of_all(packets: Iterable[bytes]) -> dict[str, tuple[str, ...]]:
    """Our properties over all packets of a file, in the order in which they stand."""
    found: dict[str, tuple[str, ...]] = {}
    for packet in packets:
        for name, values in fields_of(packet).items():
            found[name] = found.get(name, ()) + values
    return found


def told_of_all(packets: Sequence[bytes]) -> dict[str, tuple[str, ...]]:
    """Our properties over all packets of a file, and `owned.XMP_DAMAGED` if one is damaged.

    Raises `DamagedXmp` only for one that is too large to be compared as a whole.
    """
    sound = [packet for packet in packets if not is_damaged(packet)]
    found = fields_of_all(sound)
    if len(sound) < len(packets):
        found[XMP_DAMAGED] = ("unreadable",)
    return found


def told_of_others(packets: Iterable[bytes]) -> dict[str, tuple[str, ...]]:
    """The same of packets where XMP is only ever read; one that is too large is a damaged one."""
    return told_of_all([packet[: LARGEST - _HEADS] for packet in packets])


def is_damaged(packet: bytes) -> bool:
    """Whether a packet cannot be read. Raises `DamagedXmp` as `told_of_all` does."""
    try:
        fields_of(packet)
    except DamagedXmp:
        if len(packet) > LARGEST - _HEADS:  # a container may have given only its beginning
            raise
        return True
    return False


def edited_all(packets: Sequence[bytes], wanted: Fields, *, padding: int) -> list[bytes | None]:
    """What becomes of a file's packets; one that is new follows the others.

    A property that stands in several packets is left in the first. None stands for a
    packet that has nothing left to say. Damaged packets stay as they are where nothing is
    wanted. Raises `DamagedXmp` and `Unsupported`.
    """
    if not wanted:
        return list(packets)
    found = fields_of_all(packets)
    changes = {name: values for name, values in wanted.items() if values != found.get(name, ())}
    if not changes:
        return list(packets)
    new: list[bytes | None] = []
    first = changes
    for packet in packets:
        new.append(edited(packet, first, padding=padding))
        first = dict.fromkeys(changes, ())
    if not packets:
        made = fresh(changes, padding=padding)
        new += [made] if made else []
    return new
