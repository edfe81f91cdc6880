"""Our items in an MP4 `ilst`: `cprt`, and `----` of com.apple.iTunes.

Source: Apple "QuickTime File Format", chapter "Metadata"; `----` is iTunes' own form.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import BinaryIO

from rightsdesk.files.containers.base import LARGEST_TEXT, read_at
from rightsdesk.files.containers.mp4.boxes import Box, damaged, render_box
from rightsdesk.files.owned import COPYRIGHT, OWN, owned_name
from rightsdesk.files.text import raw_text

_MEAN = b"com.apple.iTunes"
LINE = b"\xa9cpy"
"""The item that some programs use for the copyright line. Most use `cprt`."""

_UTF8, _UTF16 = 1, 2  # well-known types of values


@dataclass(frozen=True, slots=True)
class Mp4Item:
    """An item. `name` is the name of our field, None for a foreign item.

    `bodies`: the bodies of its `data` boxes (type, locale and value). `odd`: the item has
    the kind of a copyright line, but can't be read as such.
    """

    box: Box
    name: str | None = None
    values: tuple[str, ...] = ()
    bodies: tuple[bytes, ...] = ()
    odd: bool = False

    @property
    def is_line(self) -> bool:
        """Whether this is a copyright line with a single value."""
        return self.box.kind in (b"cprt", LINE) and len(self.bodies) == 1

    @property
    def unknown(self) -> bool:
        """Whether a value is not in the encoding that it states."""
        return any(_kind(body) != _UTF16 and not raw_text.is_utf8(body[8:]) for body in self.bodies)


def read_item(f: BinaryIO, found: Box) -> Mp4Item:
    """Read an item. Raises `Damaged` if an item of our own is broken.

    A `©cpy` item gets no name: only some programs use it for the copyright line.
    """
    if found.kind == LINE:
        item = read_item(f, found._replace(kind=b"cprt"))
        return replace(item, box=found, name=None, odd=False)
    if found.kind not in (b"cprt", b"----"):
        return Mp4Item(found)
    length = found.size - found.header
    data = read_at(f, found.body, min(length, LARGEST_TEXT + 1))
    parts = list(_parts(data))
    whole = sum(len(body) + 8 for _, body in parts) == length
    if found.kind == b"cprt":
        name: str | None = COPYRIGHT
    else:
        if [kind for kind, _ in parts[:2]] != [b"mean", b"name"] or parts[0][1][4:] != _MEAN:
            return Mp4Item(found)
        name = owned_name(parts[1][1][4:].decode("latin-1"))
        if name not in OWN:
            return Mp4Item(found)
        parts = parts[2:]
    bodies = tuple(body for _, body in parts)
    sound = whole and all(kind == b"data" and len(body) >= 8 for kind, body in parts)
    if not sound or not all(map(_is_readable, bodies)):
        if name == COPYRIGHT:
            return Mp4Item(found, odd=True)
        raise damaged()
    return Mp4Item(found, name, tuple(map(_text, bodies)) or ("",), bodies)


def render_item(name: str, values: tuple[str, ...], old: Mp4Item | None = None) -> bytes:
    """Return a whole item with these values, as UTF-8.

    When it replaces `old`, unchanged values keep their bytes. Raises `Unsupported` if a
    value in an unknown encoding can't be changed this way.
    """
    bodies = old.bodies if old is not None and name == COPYRIGHT else ()
    data = b"".join(
        render_box(b"data", _changed(bodies[index], value) if index < len(bodies) else _body(value))
        for index, value in enumerate(values)
    )
    if name == COPYRIGHT:
        return render_box(old.box.kind if old is not None else b"cprt", data)
    mean = render_box(b"mean", bytes(4) + _MEAN)
    return render_box(b"----", mean + render_box(b"name", bytes(4) + name.encode("ascii")) + data)


def _body(value: str, locale: bytes = bytes(4)) -> bytes:
    return _UTF8.to_bytes(4, "big") + locale + value.encode("utf-8")


def _changed(body: bytes, value: str) -> bytes:
    if _text(body) == value:
        return body
    if _kind(body) == _UTF16:
        return body[:8] + value.encode("utf-16-be")
    if raw_text.is_utf8(body[8:]):
        return _body(value, body[4:8])
    return body[:8] + raw_text.changed(body[8:], value)


def _parts(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield (kind, body) of the boxes in `data`, up to the first incomplete box."""
    at = 0
    while len(data) - at >= 8:
        size = int.from_bytes(data[at : at + 4], "big")
        if not 8 <= size <= len(data) - at:
            return
        yield data[at + 4 : at + 8], data[at + 8 : at + size]
        at += size


def _kind(body: bytes) -> int:
    return int.from_bytes(body[1:4], "big")


def _is_readable(body: bytes) -> bool:
    """Return whether a value can be shown as text. Invalid UTF-16 can't."""
    if _kind(body) != _UTF16:
        return True
    try:
        body[8:].decode("utf-16-be")
    except UnicodeDecodeError:
        return False
    return True


def _text(body: bytes) -> str:
    value = body[8:]
    return value.decode("utf-16-be") if _kind(body) == _UTF16 else raw_text.text_of(value)
