"""Convert an APEv2 tag after an MP3 to frames for the new ID3v2.3 tag before it.

TagLib, and players built on it, read only the first tag. A new tag would hide the old one.
So the new tag gets the old tag's texts; the old tag stays unchanged. After that, these
frames are as foreign as any other. Text in an unknown encoding is not copied, because its
meaning is unknown.

Sources: Hydrogenaudio "APEv2 specification" and "APE key"; TagLib's `APE::Tag` for the
meaning of each key; id3v2.3.0 sections 4.2, 4.9 and 4.11.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import BinaryIO

from rightsdesk.files.containers.base import read_at
from rightsdesk.files.containers.id3.text import new_date, new_text
from rightsdesk.files.containers.trailing_tags import front, tails
from rightsdesk.files.owned import COPYRIGHT, owned_name
from rightsdesk.files.text import raw_text

FOOTER = 32
_LARGEST = 1 << 24  # bytes of a tag; larger tags are not read
_LARGEST_TEXT = 1 << 16  # bytes of an item; larger items are not copied
_MOST_ITEMS = 1 << 10
_KIND = 0b110  # the bits of an item's flags that state its type; text is 0

_FRAMES = {
    "TITLE": "TIT2",
    "SUBTITLE": "TIT3",
    "ARTIST": "TPE1",
    "ALBUM ARTIST": "TPE2",
    "ALBUMARTIST": "TPE2",
    "CONDUCTOR": "TPE3",
    "MIXARTIST": "TPE4",
    "ALBUM": "TALB",
    "TRACK": "TRCK",
    "TRACKNUMBER": "TRCK",
    "DISC": "TPOS",
    "DISCNUMBER": "TPOS",
    "GENRE": "TCON",
    "COMPOSER": "TCOM",
    "LYRICIST": "TEXT",
    "LABEL": "TPUB",
    "ISRC": "TSRC",
    "BPM": "TBPM",
    "MEDIA": "TMED",
    "ENCODED BY": "TENC",
    "ENCODEDBY": "TENC",
    "LANGUAGE": "TLAN",
    "COMMENT": "COMM",
    "LYRICS": "USLT",
}


@dataclass(frozen=True, slots=True)
class ApeItem:
    """A text item of an APE tag: its key in upper case, and its raw bytes."""

    key: str
    raw: bytes


def texts_of(f: BinaryIO, start: int, end: int) -> list[ApeItem]:
    """Return the text items of the last APE tag among the trailing tags in [start, end)."""
    return _last(f, tails(f, start, end))


def texts_before(f: BinaryIO, start: int, end: int) -> list[ApeItem]:
    """Return the text items of an APE tag that begins at `start`, where some programs put it."""
    length = front(f, start, end)
    return _last(f, [(start, start + length)] if length else [])


def _last(f: BinaryIO, spans: Iterable[tuple[int, int]]) -> list[ApeItem]:
    for at, stop in spans:
        head = read_at(f, stop - FOOTER, FOOTER) if stop - at >= FOOTER else b""
        if head[:8] == b"APETAGEX":
            size = int.from_bytes(head[12:16], "little")
            count = int.from_bytes(head[16:20], "little")
            if not FOOTER <= size <= min(_LARGEST, stop - at):
                return []
            return _texts(read_at(f, stop - size, size - FOOTER), min(count, _MOST_ITEMS))
    return []


def _texts(data: bytes, count: int) -> list[ApeItem]:
    items: list[ApeItem] = []
    at = 0
    for _ in range(count):
        stop = data.find(b"\0", at + 8)
        if stop < 0:
            break
        length, flags = (int.from_bytes(data[at + n : at + n + 4], "little") for n in (0, 4))
        key, at = data[at + 8 : stop], stop + 1 + length
        if at > len(data) or not all(0x20 <= byte < 0x7F for byte in key):
            break
        if not flags & _KIND:
            items.append(ApeItem(key.decode("ascii").upper(), data[stop + 1 : at]))
    return items


def line_of(items: Sequence[ApeItem]) -> bytes | None:
    """Return the bytes of the copyright line, None if there is none."""
    return next((item.raw for item in items if item.key == COPYRIGHT and item.raw), None)


def frames_of(items: Sequence[ApeItem]) -> list[tuple[str, bytes]]:
    """Return (frame id, content) for these items, without the copyright line.

    An item without a matching ID3 frame becomes a user-defined text under its key.
    """
    frames: dict[tuple[str, str], bytes] = {}
    for item in items:
        readable = item.raw and len(item.raw) <= _LARGEST_TEXT and raw_text.is_utf8(item.raw)
        if not readable or owned_name(item.key) is not None:
            continue
        text = item.raw.decode("utf-8")
        if dated := new_date(text) if item.key in ("YEAR", "DATE") else []:
            for name, content in dated:
                frames.setdefault((name, ""), content)
        elif name := _FRAMES.get(item.key, ""):
            language = b"XXX" if name in ("COMM", "USLT") else b""
            frames.setdefault((name, ""), new_text(text, language=language))
        else:
            frames.setdefault(("TXXX", item.key), new_text(text, description=item.key))
    return [(name, content) for (name, _), content in frames.items()]
