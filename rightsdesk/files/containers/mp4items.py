"""Items of an MP4 `ilst` that are ours: `cprt`, and `----` of com.apple.iTunes.

Source: Apple "QuickTime File Format", chapter "Metadata"; `----` is iTunes' own form.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from rightsdesk.files.containers.base import LARGEST_TEXT, read_at
from rightsdesk.files.containers.mp4boxes import Box, box, damaged
from rightsdesk.files.owned import COPYRIGHT, OWN, owned_name
from rightsdesk.files.raw_text import text_of

_MEAN = b"com.apple.iTunes"
_UTF8, _UTF16 = 1, 2  # well-known types of a value


@dataclass(frozen=True, slots=True)
class Item:
    """One item; `name` is that of our field, None for someone else's."""

    box: Box
    name: str | None = None
    values: tuple[str, ...] = ()


def read_item(f: BinaryIO, found: Box) -> Item:
    """What an item says, if it is ours. Raises `Damaged` for one of ours that is broken."""
    if found.kind not in (b"cprt", b"----"):
        return Item(found)
    length = found.size - found.header
    data = read_at(f, found.body, min(length, LARGEST_TEXT + 1))
    parts = list(_parts(data))
    if found.kind == b"cprt":
        name: str | None = COPYRIGHT
    else:
        if [kind for kind, _ in parts[:2]] != [b"mean", b"name"] or parts[0][1][4:] != _MEAN:
            return Item(found)
        name = owned_name(parts[1][1][4:].decode("latin-1"))
        if name not in OWN:
            return Item(found)
        parts = parts[2:]
    whole = sum(len(body) + 8 for _, body in _parts(data)) == length
    if not whole or any(kind != b"data" or len(body) < 8 for kind, body in parts):
        raise damaged()
    return Item(found, name, tuple(_text(body) for _, body in parts) or ("",))


def render_item(name: str, values: tuple[str, ...]) -> bytes:
    """A whole item that says these values, as UTF-8."""
    data = b"".join(
        box(b"data", _UTF8.to_bytes(4, "big") + bytes(4) + value.encode("utf-8"))
        for value in values
    )
    if name == COPYRIGHT:
        return box(b"cprt", data)
    mean = box(b"mean", bytes(4) + _MEAN)
    return box(b"----", mean + box(b"name", bytes(4) + name.encode("ascii")) + data)


def _parts(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """(kind, body) of the boxes in `data`, as far as they are whole."""
    at = 0
    while len(data) - at >= 8:
        size = int.from_bytes(data[at : at + 4], "big")
        if not 8 <= size <= len(data) - at:
            return
        yield data[at + 4 : at + 8], data[at + 8 : at + size]
        at += size


def _text(body: bytes) -> str:
    kind = int.from_bytes(body[1:4], "big")
    return body[8:].decode("utf-16-be", "replace") if kind == _UTF16 else text_of(body[8:])
