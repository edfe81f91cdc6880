"""What studios write into chunks of the format itself: RIFF's INFO list, AIFF's text chunks.

Sources: Microsoft/IBM "Multimedia Programming Interface and Data Specifications 1.0"
(INFO), TagLib's `RIFF::Info::Tag` for what its readers take each id for, Apple "Audio Interchange
File Format 1.3" (NAME, AUTH).
"""

from __future__ import annotations

from collections.abc import Iterator

LARGEST = 1 << 16
"""Bytes of such a chunk; what is larger is no title."""

LIST = b"LIST"
TEXTS = (LIST, b"list", b"NAME", b"AUTH")
"""The chunks that are looked at."""

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
"""What the items of an INFO list mean, as ID3 frames. Of two for one frame the first counts.
`ISRC` is the list's word for a source, which may be anything."""

_MEANT = {"TIT2": "title", "TPE1": "artist", "TALB": "album", "TRCK": "track"}
_MEANINGS = {
    **{item: _MEANT[frame] for item, frame in INFO_FRAMES.items() if frame in _MEANT},
    b"NAME": "title",
    b"AUTH": "artist",
}


def said(name: bytes, data: bytes) -> Iterator[tuple[str, str]]:
    """(meaning, text) of what a chunk with this id says, in order."""
    for item, value in info(data) if name.upper() == LIST else ((name, data),):
        if meaning := _MEANINGS.get(item.upper()):
            yield meaning, _text(value)


def info(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """(id, value) of the items of an INFO list; of another list, nothing."""
    offset = 4 if data.startswith(b"INFO") else len(data)
    while offset + 8 <= len(data):
        length = int.from_bytes(data[offset + 4 : offset + 8], "little")
        yield data[offset : offset + 4], data[offset + 8 : offset + 8 + length]
        offset += 8 + length + (length & 1)


def _text(data: bytes) -> str:
    """Text without a stated encoding: UTF-8 if it can be, else the one of Windows."""
    data = data.split(b"\0", 1)[0]
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")
