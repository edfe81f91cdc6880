"""Vorbis comments as raw entries, as in FLAC, Ogg Vorbis and Opus.

Foreign entries stay byte for byte, valid UTF-8 or not. There is no official place for XMP.
Some programs put a packet into a comment `XMP`: it is read and never written.

Sources: Vorbis I specification, section 5 ("comment field and header specification");
Creative Commons, liblicense's table of places for metadata.
"""

from __future__ import annotations

from dataclasses import dataclass

from rightsdesk.consent.fields import UNKNOWN_ENCODING, Fields
from rightsdesk.files.containers.base import differing
from rightsdesk.files.errors import Damaged
from rightsdesk.files.owned import COPYRIGHT, OWNED, owned_name
from rightsdesk.files.text import raw_text
from rightsdesk.files.xmp import edit

MOST_ENTRIES = 1 << 16
"""Comments that a block can have. A larger count means damage."""

XMP = b"XMP"
"""The name of a comment that holds an XMP packet."""

_LONGEST_NAME = max(map(len, OWNED))

VENDOR = b"RightsDesk"  # only in new comment blocks


@dataclass(frozen=True, slots=True)
class Comments:
    """The raw vendor string and entries, and the data after the last entry."""

    vendor: bytes
    entries: tuple[bytes, ...]
    rest: bytes = b""


def parse(data: bytes) -> Comments:
    """Parse a block. Raises `Damaged` if its lengths don't fit."""
    at = 0

    def take() -> bytes:
        nonlocal at
        length = number()
        if length > len(data) - at:
            raise _damaged()
        at += length
        return data[at - length : at]

    def number() -> int:
        nonlocal at
        if len(data) - at < 4:
            raise _damaged()
        at += 4
        return int.from_bytes(data[at - 4 : at], "little")

    vendor = take()
    count = number()
    if count > min((len(data) - at) // 4, MOST_ENTRIES):
        raise _damaged()
    entries = tuple(take() for _ in range(count))
    return Comments(vendor, entries, data[at:])


def render(comments: Comments) -> bytes:
    """Return the block's bytes: `render(parse(data)) == data`."""
    out = bytearray(len(comments.vendor).to_bytes(4, "little") + comments.vendor)
    out += len(comments.entries).to_bytes(4, "little")
    for entry in comments.entries:
        out += len(entry).to_bytes(4, "little") + entry
    return bytes(out + comments.rest)


def name_of(entry: bytes) -> str | None:
    """Return the owned field that an entry holds, or None. ASCII case does not count."""
    equals = entry.find(b"=", 0, _LONGEST_NAME + 1)  # copies no cover art
    return owned_name(entry[:equals].decode("latin-1")) if equals >= 0 else None


def fields_of(comments: Comments) -> dict[str, tuple[str, ...]]:
    """Return the owned fields, each with its values in order."""
    found: dict[str, tuple[str, ...]] = {}
    for entry in comments.entries:
        name = name_of(entry)
        if name is not None:
            raw = entry.partition(b"=")[2]
            found[name] = (*found.get(name, ()), raw_text.text_of(raw))
            if name == COPYRIGHT and not raw_text.is_utf8(raw):
                found[UNKNOWN_ENCODING] = (COPYRIGHT,)
    return found


def packets_of(comments: Comments) -> list[bytes]:
    """Return the XMP packets in comments."""
    start = len(XMP) + 1
    named = (entry for entry in comments.entries if entry[:start].upper() == XMP + b"=")
    return [entry[start:] for entry in named if edit.is_packet(entry[start:])]


def edited(comments: Comments, wanted: Fields) -> Comments:
    """Return the block with the wanted fields set in place, or at the end.

    Entries with unchanged values stay as they are. An equal block means that nothing
    changes. An entry that would move foreign entries, such as cover art, goes to the end.
    So the next change moves none of them; the order of names has no meaning.
    """
    changes = differing(fields_of(comments), wanted)
    entries: list[bytes] = []
    behind: dict[str, bytes] = {}
    left = {name: list(values) for name, values in changes.items()}
    names = [name_of(entry) for entry in comments.entries]
    last_foreign = max((at for at, name in enumerate(names) if name is None), default=-1)
    for at, (name, entry) in enumerate(zip(names, comments.entries, strict=True)):
        if name is None or name not in left:
            entries.append(entry)
        elif left[name]:
            new = _entry(name, left[name].pop(0), entry)
            if at < last_foreign and len(new) != len(entry) and names.count(name) == 1:
                behind[name] = new
            else:
                entries.append(new)
    for name, values in left.items():
        entries += [behind[name]] if name in behind else []
        entries += [_entry(name, value) for value in values]
    return Comments(comments.vendor, tuple(entries), comments.rest)


def _entry(name: str, value: str, before: bytes | None = None) -> bytes:
    """Return an entry. With the same value, the entry `before` is kept.

    Copyright lines come from other programs. They keep the case of their name, and bytes in
    an unknown encoding.
    """
    head, equals, raw = (before or b"").partition(b"=")
    if before is not None and name == COPYRIGHT:
        return head + equals + raw_text.changed(raw, value)
    text = value.encode("utf-8")
    return before if before is not None and raw == text else name.encode("ascii") + b"=" + text


def _damaged() -> Damaged:
    return Damaged("This file's comments are damaged, so RightsDesk leaves it alone.")
