"""Fast reader for Vorbis comments, and for FLAC files, which have them in a block.

Sources: Vorbis I specification, section 5; RFC 9639, section 8.
"""

from __future__ import annotations

from struct import Struct

from rightsdesk.files.containers.vorbis import MOST_ENTRIES, XMP
from rightsdesk.files.fast_readers.base import FastReading, NotSimple, Window
from rightsdesk.files.owned import COPYRIGHT, OWNED
from rightsdesk.files.text import raw_text

_MEANINGS = {
    b"TITLE": "title",
    b"ARTIST": "artist",
    b"ALBUM": "album",
    b"ALBUMARTIST": "album_artist",
    b"ALBUM ARTIST": "album artist",
    b"TRACKNUMBER": "track",
    b"DISCNUMBER": "disc",
    b"ISRC": "isrc",
    b"UPC": "upc",
    b"BARCODE": "barcode",
    b"DATE": "date",
    b"YEAR": "year",
    b"LABEL": "label",
    b"ORGANIZATION": "organization",
    b"CATALOGNUMBER": "catalogue_number",
    b"MUSICBRAINZ_ARTISTID": "mb_artist",
    b"MUSICBRAINZ_ALBUMARTISTID": "mb_album_artist",
    b"MUSICBRAINZ_ALBUMID": "mb_release",
    b"MUSICBRAINZ_TRACKID": "mb_recording",
}
_OWNED = {name.encode("ascii"): name for name in OWNED}
_SECOND = {
    "album artist": "album_artist",
    "barcode": "upc",
    "year": "date",
    "organization": "label",
}
_LONGEST_NAME = 40
_LONG = 8192
_number = Struct("<I").unpack_from

_STREAMINFO, _COMMENTS, _FORBIDDEN = 0, 4, 127
_LAST = 0x80
_MOST_BLOCKS = 1 << 14
_LAST_BYTES = 160  # the last bytes of a file, which show an APE tag even before an ID3v1 tag


ByteRanges = list[tuple[int, int]]
"""Ranges [start, end)."""


def read_comments(
    data: bytes, at: int, reading: FastReading, long: ByteRanges | None = None
) -> int:
    """Read the comments that begin at `at`; return their end.

    The ranges of long, skipped values are added to `long`. Raises NotSimple or
    `struct.error` if the lengths don't fit.
    """
    at += 4 + _number(data, at)[0]  # the vendor
    count = _number(data, at)[0]
    at += 4
    if count > min((len(data) - at) // 4, MOST_ENTRIES):
        raise NotSimple
    for _ in range(count):
        start = at + 4
        at = start + _number(data, at)[0]
        equals = data.find(b"=", start, min(start + _LONGEST_NAME, at))
        if equals < 0:
            continue
        name = data[start:equals].upper()
        if name in _MEANINGS:
            reading.add(_MEANINGS[name], [str(data[equals + 1 : at], "utf-8", "replace")])
        elif name in _OWNED:
            raw = bytes(data[equals + 1 : at])
            if not raw_text.is_utf8(raw):
                raise NotSimple
            reading.own(_OWNED[name], (str(raw, "utf-8"),))
        elif name == XMP:
            raise NotSimple
        elif long is not None and at - equals > _LONG:
            long.append((equals + 1, at))
    if at > len(data):
        raise NotSimple
    for second, first in _SECOND.items():
        if second in reading.found:
            reading.add(first, reading.found.pop(second))
    return at


def read_flac(window: Window) -> FastReading:
    """Read a FLAC file that begins with `fLaC`. Cover art is skipped. Raises NotSimple."""
    reading = FastReading()
    at, last, blocks, met = 4, 0, 0, False
    while not last:
        header = window.take(at, 4)
        kind, last = header[0] & 0x7F, header[0] & _LAST
        start, length = at + 4, int.from_bytes(header[1:], "big")
        at = start + length
        blocks += 1
        if kind == _FORBIDDEN or at > window.size or blocks > _MOST_BLOCKS:
            raise NotSimple
        if blocks == 1:
            if kind != _STREAMINFO or length != 34:
                raise NotSimple
            reading.seconds = _seconds(window.take(start, 34))
        elif kind == _COMMENTS:
            data = window.take(start, length)
            if met or read_comments(data, 0, reading) != length:
                raise NotSimple
            met = True
    sync = window.take(at, min(2, window.size - at))
    if sync and (sync[0] != 0xFF or sync[1] & 0xFE != 0xF8):
        raise NotSimple
    if COPYRIGHT not in reading.fields:
        length = min(_LAST_BYTES, window.size)
        if b"APETAGEX" in window.take(window.size - length, length):
            raise NotSimple  # the copyright line of an APE tag may count
    return reading


def _seconds(streaminfo: bytes) -> float:
    """Return the duration. Section 8.2: 20 bits rate, 3 channels, 5 depth, 36 samples."""
    packed = int.from_bytes(streaminfo[10:18], "big")
    rate = packed >> 44
    if not rate:
        raise NotSimple
    return (packed & (1 << 36) - 1) / rate
