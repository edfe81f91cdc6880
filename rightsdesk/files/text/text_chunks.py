"""The format's own text chunks: RIFF's INFO list, AIFF's NAME and AUTH.

Sources: Microsoft/IBM "Multimedia Programming Interface and Data Specifications 1.0"
(INFO), TagLib's `RIFF::Info::Tag` for the meaning of each id, Apple "Audio Interchange
File Format 1.3" (NAME, AUTH).
"""

from __future__ import annotations

from collections.abc import Iterator

from rightsdesk.files.text.codes import is_isrc

LARGEST = 1 << 16
"""Bytes that a text chunk can have. Larger chunks are ignored."""

LIST = b"LIST"
TEXTS = (LIST, b"list", b"NAME", b"AUTH")
"""The ids of text chunks."""

INFO_FRAMES = {
    b"INAM": "TIT2",
    b"IART": "TPE1",
    b"IPRD": "TALB",
    b"IPRT": "TRCK",
    b"ITRK": "TRCK",
    b"IGNR": "TCON",
    b"ICMT": "COMM",
    b"ISRC": "TSRC",
    b"IMUS": "TCOM",
    b"IWRI": "TEXT",
    b"IPRO": "TPUB",
    b"IBPM": "TBPM",
    b"ILNG": "TLAN",
    b"IMED": "TMED",
    b"ITCH": "TENC",
    b"ISFT": "TSSE",
}
"""The ID3 frames that match the items of an INFO list. Of two items for a frame, the first
counts. Despite its name, the item `ISRC` states any source: see `is_meant`."""

_MEANT = {"TIT2": "title", "TPE1": "artist", "TALB": "album", "TRCK": "track", "TSRC": "isrc"}
_MEANINGS = {
    **{item: _MEANT[frame] for item, frame in INFO_FRAMES.items() if frame in _MEANT},
    b"NAME": "title",
    b"AUTH": "artist",
}


def texts_in(name: bytes, data: bytes) -> Iterator[tuple[str, str]]:
    """Yield (meaning, text) of the texts in a chunk with this id, in order."""
    for item, value in info(data) if name.upper() == LIST else ((name, data),):
        if meaning := _MEANINGS.get(item.upper()):
            text = _text(value)
            if is_meant(item, text):
                yield meaning, text


def is_meant(item: bytes, text: str) -> bool:
    """Whether the text of an item is what its frame holds: TagLib takes `ISRC` for the code, and
    it is one where it looks like one. "Vinyl transfer" names a source."""
    return item.upper() != b"ISRC" or is_isrc(text)


def info(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield (id, value) of the items of an INFO list; nothing for another list."""
    offset = 4 if data.startswith(b"INFO") else len(data)
    while offset + 8 <= len(data):
        length = int.from_bytes(data[offset + 4 : offset + 8], "little")
        yield data[offset : offset + 4], data[offset + 8 : offset + 8 + length]
        offset += 8 + length + (length & 1)


def _text(data: bytes) -> str:
    """Return text without a stated encoding: UTF-8 if valid, else Windows-1252."""
    data = data.split(b"\0", 1)[0]
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")
