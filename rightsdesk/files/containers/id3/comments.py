"""Convert the ID3 tags around a FLAC to entries of its first comment block.

ffmpeg, TagLib and players built on them ignore those tags once there are comments. So the
new comments get the tags' texts; the tags stay unchanged. After that, these comments are
as foreign as any other. Text in an unknown encoding is not copied.

Sources: id3v2.3.0 section 4, id3v2.4.0-frames section 4; Xiph "Ogg Vorbis I format
specification: comment field", "Minimal list of standard field names"; TagLib's property map
for the names beyond it.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterator, Sequence
from typing import BinaryIO

from rightsdesk.files.containers.base import read_at
from rightsdesk.files.containers.id3 import v1
from rightsdesk.files.containers.id3.tags import HEADER, Tag
from rightsdesk.files.containers.id3.text import known_texts
from rightsdesk.files.owned import owned_name

_LARGEST = 1 << 16  # bytes of a frame; larger frames are not copied
_NAMES = {
    "TIT2": "TITLE",
    "TIT3": "SUBTITLE",
    "TPE1": "ARTIST",
    "TPE2": "ALBUMARTIST",
    "TPE3": "CONDUCTOR",
    "TPE4": "REMIXER",
    "TALB": "ALBUM",
    "TRCK": "TRACKNUMBER",
    "TPOS": "DISCNUMBER",
    "TYER": "DATE",
    "TDRC": "DATE",
    "TCON": "GENRE",
    "TCOM": "COMPOSER",
    "TEXT": "LYRICIST",
    "TPUB": "LABEL",
    "TSRC": "ISRC",
    "TBPM": "BPM",
    "TENC": "ENCODEDBY",
    "TMED": "MEDIA",
    "TLAN": "LANGUAGE",
}
_COMMENT, _USERS = "COMM", "TXXX"


def entries_of(f: BinaryIO, tags: Sequence[Tag], start: int, end: int) -> tuple[bytes, ...]:
    """Return the comments for these tags, and for an ID3v1 tag at the end of [start, end)."""
    entries: dict[str, list[str]] = {}
    for name, content in (*_frames(f, tags), *v1.frames_of(f, start, end)):
        for key, values in _comments_of(name, content):
            entries.setdefault(key, values)
    return tuple(
        f"{key}={value}".encode() for key, values in entries.items() for value in values if value
    )


def _frames(f: BinaryIO, tags: Sequence[Tag]) -> Iterator[tuple[str, bytes]]:
    """Yield (id, content) of the frames that are neither compressed nor unsynchronised."""
    for tag in tags:
        for frame in tag.frames if tag.version > 2 and not tag.unsynchronised else ():
            wanted = frame.id in _NAMES or frame.id in (_COMMENT, _USERS)
            if wanted and frame.owned is None and frame.end - frame.start <= _LARGEST:
                data = read_at(f, frame.start, frame.end - frame.start)
                if not data[9]:
                    yield frame.id, data[HEADER:]


def _comments_of(name: str, content: bytes) -> Iterator[tuple[str, list[str]]]:
    """Yield (name, values) of the comments that match a frame."""
    if name == _COMMENT:  # begins with a language and a description
        texts = known_texts(content[:1] + content[4:])
        if texts and len(texts) > 1 and not texts[0]:
            yield "COMMENT", texts[1:]
        return
    texts = known_texts(content)
    if not texts:
        return
    key = _NAMES.get(name, "")
    if name == _USERS:
        key, texts = texts[0].upper(), texts[1:]
        if not key or not key.isascii() or not key.isprintable() or "=" in key:
            return
    if owned_name(key) is None:
        yield key, [_genre(text) for text in texts] if key == "GENRE" else texts


def _genre(text: str) -> str:
    """Return the name of a genre that ID3 states by number; else the text itself."""
    number = text.strip("()")
    if not number.isdigit() or not number.isascii():
        return text
    # mutagen has the table, but its import is slow.
    names = importlib.import_module("mutagen.id3").TCON.GENRES
    return str(names[int(number)]) if len(number) < 4 and int(number) < len(names) else text
