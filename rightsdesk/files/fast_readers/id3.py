"""Fast reader for plain ID3v2 tags.

Tags with unsynchronisation, an extended header or unusual frames are not plain.

Sources: id3v2-00 (2.2), id3v2.3.0, id3v2.4.0-structure and -frames.
"""

from __future__ import annotations

import re

from rightsdesk.files.containers.id3.tags import HEADER, XMP_OWNER, syncsafe
from rightsdesk.files.containers.id3.text import read_owned
from rightsdesk.files.fast_readers.base import FastReading, NotSimple, Window, text_within_reason
from rightsdesk.files.owned import OWN
from rightsdesk.files.xmp import edit

_MEANINGS = {
    b"TIT2": "title",
    b"TPE1": "artist",
    b"TALB": "album",
    b"TPE2": "album_artist",
    b"TRCK": "track",
    b"TPOS": "disc",
    b"TSRC": "isrc",
    b"TDRC": "date",
    b"TYER": "date",
    b"TPUB": "label",
    b"TXXX": "user",
    b"TCOP": "copyright",
    b"PRIV": "private",
    b"GEOB": "object",
    b"UFID": "identifier",
}
_OLD_MEANINGS = {
    b"TT2": "title",
    b"TP1": "artist",
    b"TAL": "album",
    b"TP2": "album_artist",
    b"TRK": "track",
    b"TPA": "disc",
    b"TRC": "isrc",
    b"TYE": "date",
    b"TPB": "label",
    b"TXX": "user",
    b"TCR": "copyright",
    b"GEO": "object",
    b"UFI": "identifier",
}
_FRAME_ID = re.compile(rb"[A-Z][A-Z0-9]{2,3}").fullmatch
_SPECIAL = frozenset(("user", "copyright", "private", "identifier"))
_USUAL = frozenset((b"APIC", b"COMM", b"POPM", b"TCON", b"TSSE"))
_NAMED = {
    "UPC": "upc",
    "BARCODE": "upc",
    "CATALOGNUMBER": "catalogue_number",
    "MUSICBRAINZ ARTIST ID": "mb_artist",
    "MUSICBRAINZ ALBUM ARTIST ID": "mb_album_artist",
    "MUSICBRAINZ ALBUM ID": "mb_release",
}
_MUSICBRAINZ = b"http://musicbrainz.org\0"
"""The owner of the frame UFID that holds a recording's id."""
_OBJECT_HEAD = 64
"""The first bytes of an object, which contain its media type."""

_TOP_BITS = 0x80808080
_COMPRESSED = {3: 0x80, 4: 0x08}
_LARGEST_PADDING = 1 << 20
_IN_ID3V1 = ("title", "artist", "album", "track")
_YEAR = slice(93, 97)
"""The place of the year in an ID3v1 tag."""


def read_tag(window: Window, start: int, limit: int, reading: FastReading) -> int:
    """Read the tag that begins at `start`; return its end. Raises NotSimple."""
    header = window.take(start, HEADER)
    version = header[3]
    if header[:3] != b"ID3" or version not in (2, 3, 4) or header[4] == 0xFF or header[5]:
        raise NotSimple
    end = start + HEADER + syncsafe(header[6:10])
    if end > limit:
        raise NotSimple
    reading.old_tag = version == 2
    after, sizes_differ = _frames(window, start + HEADER, end, version, reading)
    if sizes_differ and after < end:
        # iTunes' plain sizes in 2.4 might fit as well, unless padding follows.
        if end - after > _LARGEST_PADDING:
            raise NotSimple
        rest = window.take(after, end - after)
        if rest.count(0) != len(rest):
            raise NotSimple
    if limit - end >= HEADER and window.take(end, 3) == b"ID3":
        raise NotSimple
    return end


def _frames(
    window: Window, at: int, end: int, version: int, reading: FastReading
) -> tuple[int, bool]:
    """Read the frames; return their end, and whether plain and syncsafe sizes differ."""
    meanings = _OLD_MEANINGS if version == 2 else _MEANINGS
    header, id_length = (6, 3) if version == 2 else (10, 4)
    sizes_differ = False
    data, start = b"", at
    while at < end:
        i = at - start
        if i + header > len(data):
            data, start = window.hold(at, min(header, end - at))
            i = at - start
        frame_id = data[i : i + id_length]
        if not frame_id[0]:
            _only_zeros(data[i : min(i + id_length, i + end - at)])
            break
        size = int.from_bytes(data[i + id_length : i + 2 * id_length], "big")
        if version == 4 and size > 0x7F:
            if size & _TOP_BITS:
                raise NotSimple
            sizes_differ = True
            size = size & 0x7F | size >> 1 & 0x3F80 | size >> 2 & 0x1FC000 | size >> 3 & 0xFE00000
        body = at + header
        following = body + size
        if following > end:
            raise NotSimple
        if version > 2 and data[i + 9] & _COMPRESSED[version]:
            raise NotSimple
        meaning = meanings.get(frame_id)
        if meaning is None:
            if frame_id not in _USUAL and (not _FRAME_ID(frame_id) or len(frame_id) != id_length):
                raise NotSimple
            reading.foreign_frames = True
        elif meaning == "object":
            reading.foreign_frames = True
            if b"c2pa" in window.take(body, min(size, _OBJECT_HEAD)):
                raise NotSimple  # a signature, which only the containers locate
        elif not size:
            reading.foreign_frames = True
        else:
            if version > 2 and data[i + 9]:  # compressed, encrypted, grouped ...
                raise NotSimple
            text_within_reason(size)
            i += header
            content = data[i : i + size] if i + size <= len(data) else window.take(body, size)
            if meaning in _SPECIAL:
                _take(version, frame_id, meaning, content, reading)
            elif meaning in reading.found:  # mutagen joins several frames of a kind
                raise NotSimple
            else:
                reading.foreign_frames = True
                values = texts(content)
                if values:
                    reading.found[meaning] = values
        at = following
    return at, sizes_differ


def _only_zeros(name: bytes) -> None:
    if any(name):
        raise NotSimple


def _take(version: int, frame_id: bytes, meaning: str, body: bytes, reading: FastReading) -> None:
    if meaning == "private":
        if body.startswith(XMP_OWNER) and edit.is_packet(body[len(XMP_OWNER) :]):
            reading.packets.append(body[len(XMP_OWNER) :])
        else:
            reading.foreign_frames = True
    elif meaning == "identifier":
        reading.foreign_frames = True
        if body.startswith(_MUSICBRAINZ):
            if "mb_recording" in reading.found:  # mutagen keeps one of several
                raise NotSimple
            found = str(body[len(_MUSICBRAINZ) :], "ascii", "replace")
            reading.found["mb_recording"] = [found]
    elif meaning == "copyright":
        _own(version, frame_id, meaning, body, reading)
    else:
        name = _described(body).upper()
        if name in OWN:
            _own(version, frame_id, meaning, body, reading)
        else:
            reading.foreign_frames = True
            if name in _NAMED:
                reading.add(_NAMED[name], texts(body)[1:])


def _own(version: int, frame_id: bytes, meaning: str, body: bytes, reading: FastReading) -> None:
    owned = read_owned(version, frame_id.decode("ascii"), body)
    if meaning == "copyright" and (owned is None or owned.line is None or owned.line.unknown):
        raise NotSimple
    if owned is None:
        reading.foreign_frames = True
    else:
        reading.own(owned.name, owned.values)


def texts(body: bytes) -> list[str]:
    """Return the non-empty values of a text frame: an encoding byte, then texts split by NUL.

    Raises NotSimple or ValueError for invalid text.
    """
    encoding = body[0]
    if encoding == 3 or encoding == 0:
        text = str(body[1:], "utf-8" if encoding else "latin-1")
    elif encoding == 1:
        text = _wide(body)
    else:
        raise NotSimple
    if text[-1:] == "\0":
        text = text[:-1]
    if "\0" in text:
        return [value for value in text.split("\0") if value]
    return [text] if text else []


def _described(body: bytes) -> str:
    """Return the description of a user-defined text: its first text, which may be empty."""
    text = _wide(body) if body[0] == 1 else str(body[1:], "utf-8" if body[0] else "latin-1")
    if body[0] > 3 or body[0] == 2:
        raise NotSimple
    return text.partition("\0")[0]


def _wide(body: bytes) -> str:
    """Decode UTF-16 in which every text begins with the same byte order mark."""
    mark = body[1:3]
    if mark == b"\xff\xfe":
        codec = "utf-16-le"
    elif mark == b"\xfe\xff":
        codec = "utf-16-be"
    else:
        raise NotSimple
    first, *rest = str(body[3:], codec).split("\0")
    if any(text and text[0] != "\ufeff" for text in rest):
        raise NotSimple
    return "\0".join((first, *(text[1:] for text in rest)))


def _needs_id3v1(reading: FastReading) -> bool:
    """Return whether a value is missing that an ID3v1 tag could fill in."""
    return any(meaning not in reading.found for meaning in _IN_ID3V1)


def id3v1_counts(window: Window, reading: FastReading) -> bool:
    """Return whether the file may end in an ID3v1 tag with values that are missing."""
    length = min(131, window.size)
    last = window.take(window.size - length, length)
    at = last.find(b"TAG")
    if at < 0:
        return False
    year = last[at:][_YEAR].strip(b"\0 ")
    return _needs_id3v1(reading) or ("date" not in reading.found and bool(year))
