"""Read the tags of a recording (title, artist, ISRC ...) with mutagen.

mutagen knows the habits of decades of taggers. Here it only reads, from an open file. Its
errors are handled here: a file with unreadable tags is still audio.
"""

from __future__ import annotations

import importlib
import io
import os
import struct
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, BinaryIO

from rightsdesk.files.containers import Container
from rightsdesk.files.containers.base import Tags, read_at
from rightsdesk.files.containers.chunks import Chunked
from rightsdesk.files.containers.wav import WAV
from rightsdesk.files.errors import Damaged, Unsupported
from rightsdesk.files.text import text_chunks

_LARGEST_TAG = 1 << 26  # bytes of an ID3 tag: larger tags are not read

RawTags = dict[str, list[str]]
"""Raw values by meaning: the keys of `_VORBIS`."""

_ID3 = {
    "title": "TIT2",
    "artist": "TPE1",
    "album": "TALB",
    "album_artist": "TPE2",
    "track": "TRCK",
    "disc": "TPOS",
    "isrc": "TSRC",
    "date": "TDRC",
    "label": "TPUB",
}
_ID3_NAMED = {
    "UPC": "upc",
    "BARCODE": "upc",
    "CATALOGNUMBER": "catalogue_number",
    "MUSICBRAINZ ARTIST ID": "mb_artist",
    "MUSICBRAINZ ALBUM ARTIST ID": "mb_album_artist",
    "MUSICBRAINZ ALBUM ID": "mb_release",
}
MUSICBRAINZ = "http://musicbrainz.org"
"""The owner of the ID3 frame UFID that holds a recording's id, as MusicBrainz Picard writes it."""
_VORBIS = {
    "title": ("title",),
    "artist": ("artist",),
    "album": ("album",),
    "album_artist": ("albumartist", "album artist"),
    "track": ("tracknumber",),
    "disc": ("discnumber",),
    "isrc": ("isrc",),
    "upc": ("upc", "barcode"),
    "date": ("date", "year"),
    "label": ("label", "organization"),
    "catalogue_number": ("catalognumber",),
    "mb_artist": ("musicbrainz_artistid",),
    "mb_album_artist": ("musicbrainz_albumartistid",),
    "mb_release": ("musicbrainz_albumid",),
    "mb_recording": ("musicbrainz_trackid",),
}
_MP4 = {
    "title": ("\xa9nam",),
    "artist": ("\xa9ART",),
    "album": ("\xa9alb",),
    "album_artist": ("aART",),
    "track": ("trkn",),
    "disc": ("disk",),
    "isrc": ("----:com.apple.itunes:isrc",),
    "upc": ("----:com.apple.itunes:barcode", "----:com.apple.itunes:upc"),
    "date": ("\xa9day",),
    "label": ("----:com.apple.itunes:label",),
    "catalogue_number": ("----:com.apple.itunes:catalognumber",),
    "mb_artist": ("----:com.apple.itunes:musicbrainz artist id",),
    "mb_album_artist": ("----:com.apple.itunes:musicbrainz album artist id",),
    "mb_release": ("----:com.apple.itunes:musicbrainz album id",),
    "mb_recording": ("----:com.apple.itunes:musicbrainz track id",),
}


def read(container: Container, f: BinaryIO) -> tuple[RawTags, float]:
    """Return the raw values, and mutagen's duration in seconds (which may be nonsense).

    Raises Damaged if mutagen can't read the file, and OSError.
    """
    module, name = container.reader
    reader = getattr(importlib.import_module(module), name)
    f.seek(0)
    wide = f.read(4) in WAV.form.wide
    f.seek(0)
    try:
        audio = _wide_wav(f) if wide else reader(f)
        found = _VALUES[container.tags](audio.tags) if audio.tags is not None else {}
        seconds = float(getattr(audio.info, "length", 0.0))
    except Exception as error:
        # mutagen promises MutagenError, but fuzzed files make it raise many other errors.
        # They count as damage, unless the disk reported an error.
        disk = error if isinstance(error, OSError) else error.__cause__
        if isinstance(disk, OSError) and disk.errno is not None:
            raise OSError(disk.errno, os.strerror(disk.errno)) from error
        raise Damaged("The title and other tags of this file can't be read.") from error
    if isinstance(container, Chunked):
        try:
            found = _text_chunks(container, f) | found
        except (Damaged, Unsupported):
            # The chunks state no end, so the duration is unknown.
            seconds = 0.0
    return found, seconds


@dataclass(frozen=True, slots=True)
class _WideWav:
    """The tags and duration of a WAV with 64-bit sizes, in mutagen's form.

    mutagen does not support such files.
    """

    tags: Any
    length: float

    @property
    def info(self) -> _WideWav:
        return self


def _wide_wav(f: BinaryIO) -> _WideWav:
    tags, block, rate, samples = None, 0, 0, 0
    for chunk in WAV.form.layout(f).chunks:
        if chunk.id == b"fmt " and chunk.length >= 14:
            rate, block = struct.unpack("<4xI4xH", read_at(f, chunk.data, 14))
        elif chunk.id == b"data":
            samples = chunk.length
        elif chunk.id in (b"id3 ", b"ID3 ") and tags is None and chunk.length <= _LARGEST_TAG:
            data = io.BytesIO(read_at(f, chunk.data, chunk.length))
            tags = importlib.import_module("mutagen.id3").ID3(data)
    return _WideWav(tags, samples / block / rate if block and rate else 0.0)


def _of_id3(tags: Any) -> RawTags:
    found = {
        key: [str(text) for frame in tags.getall(name) for text in frame.text]
        for key, name in _ID3.items()
    }
    for frame in tags.getall("TXXX"):
        if meaning := _ID3_NAMED.get(frame.desc.upper()):
            found.setdefault(meaning, []).extend(map(str, frame.text))
    for frame in tags.getall(f"UFID:{MUSICBRAINZ}"):
        found["mb_recording"] = [frame.data.decode("ascii", "replace")]
    return _there(found)


def _of_vorbis(tags: Any) -> RawTags:
    return _there(
        {key: [v for name in names for v in tags.get(name, ())] for key, names in _VORBIS.items()}
    )


def _of_mp4(tags: Any) -> RawTags:
    # Freeform names are written in either case.
    lower = {(name.lower() if name.startswith("----") else name): name for name in tags}
    return _there(
        {
            key: [_mp4_text(v) for name in names if name in lower for v in tags[lower[name]]]
            for key, names in _MP4.items()
        }
    )


def _mp4_text(value: Any) -> str:
    if isinstance(value, tuple):  # (number, total)
        return str(value[0])
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


def _text_chunks(container: Container, f: BinaryIO) -> RawTags:
    found: RawTags = {}
    for label, piece in container.foreign(f):
        name = label.removeprefix("chunk ").encode("latin-1", "replace")
        length = len(piece) if isinstance(piece, bytes) else piece[1]
        if label[:6] != "chunk " or name not in text_chunks.TEXTS or length > text_chunks.LARGEST:
            continue
        data = piece if isinstance(piece, bytes) else read_at(f, *piece)
        for meaning, text in text_chunks.texts_in(name, data):
            found.setdefault(meaning, [text])
    return _there(found)


def _there(found: Mapping[str, list[str]]) -> RawTags:
    return {key: values for key, values in found.items() if any(map(str.strip, values))}


_VALUES: dict[Tags, Callable[[Any], RawTags]] = {
    Tags.ID3: _of_id3,
    Tags.VORBIS: _of_vorbis,
    Tags.MP4: _of_mp4,
}
