"""All XMP packets of a file together: read all of them, write to the first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rightsdesk.consent.fields import Fields
from rightsdesk.files.errors import DamagedXmp
from rightsdesk.files.owned import XMP_DAMAGED
from rightsdesk.files.xmp.edit import edited, fields_of, fresh
from rightsdesk.files.xmp.parse import LARGEST

_HEADS = 64  # bytes that may precede a packet in its frame, chunk or box


def fields_of_all(packets: Iterable[bytes]) -> dict[str, tuple[str, ...]]:
    """Return our properties over all packets, in file order. Raises `DamagedXmp`."""
    found: dict[str, tuple[str, ...]] = {}
    for packet in packets:
        for name, values in fields_of(packet).items():
            found[name] = found.get(name, ()) + values
    return found


def fields_and_damage(packets: Sequence[bytes]) -> dict[str, tuple[str, ...]]:
    """Return our properties over all packets, with `owned.XMP_DAMAGED` if any is damaged.

    Raises `DamagedXmp` only for a packet that is too large to be compared as a whole.
    """
    sound = [packet for packet in packets if not is_damaged(packet)]
    found = fields_of_all(sound)
    if len(sound) < len(packets):
        found[XMP_DAMAGED] = ("unreadable",)
    return found


def read_only_fields(packets: Iterable[bytes]) -> dict[str, tuple[str, ...]]:
    """Return the same for packets that are never written. A too large packet is damaged."""
    return fields_and_damage([packet[: LARGEST - _HEADS] for packet in packets])


def is_damaged(packet: bytes) -> bool:
    """Return whether a packet can't be read. Raises `DamagedXmp` as `fields_and_damage` does."""
    try:
        fields_of(packet)
    except DamagedXmp:
        if len(packet) > LARGEST - _HEADS:  # the container may have read only its beginning
            raise
        return True
    return False


def edited_all(packets: Sequence[bytes], wanted: Fields, *, padding: int) -> list[bytes | None]:
    """Return a file's packets after a change. A new packet comes last.

    A property in several packets stays only in the first. None marks a packet with no
    properties left, to be removed. If nothing is wanted, damaged packets stay as they are.
    Raises `DamagedXmp` and `Unsupported`.
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
