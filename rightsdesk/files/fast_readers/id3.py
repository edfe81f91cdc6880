"""ID3v2 tags of the plain kind: no unsynchronisation, no extended header, no odd frames.

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
}
_FRAME_ID = re.compile(rb"[A-Z][A-Z0-9]{2,3}").fullmatch
_SPECIAL = frozenset(("user", "copyright", "private"))
_USUAL = frozenset((b"APIC", b"COMM", b"POPM", b"TCON", b"TSSE", b"UFID"))
_NAMED = {"UPC": "upc", "BARCODE": "upc", "CATALOGNUMBER": "catalogue_number"}
_OBJECT_HEAD = 64
"""Bytes of an object within which its media type begins and ends."""

_TOP_BITS = 0x80808080
_COMPRESSED = {3: 0x80, 4: 0x08}
_LARGEST_PADDING = 1 << 20
_IN_ID3V1 = ("title", "artist", "album", "track")
_YEAR = slice(93, 97)
"""Where an ID3v1 tag has its year."""


def read_tag(window: Window, start: int, limit: int, quick: FastReading) -> int:
    """Read the tag that begins here; where it ends. Raises Unsure for any that is not plain."""
    header = window.take(start, HEADER)
    version = header[3]
    if header[:3] != b"ID3" or version not in (2, 3, 4) or header[4] == 0xFF or header[5]:
        raise NotSimple
    end = start + HEADER + syncsafe(header[6:10])
    if end > limit:
        raise NotSimple
    quick.old_tag = version == 2
    after, sizes_differ = _frames(window, start + HEADER, end, version, quick)
    if sizes_differ and after < end:
        # The sizes of iTunes' 2.4 might fit as well, unless what follows is padding.
        if end - after > _LARGEST_PADDING:
            raise NotSimple
        rest = window.take(after, end - after)
        if rest.count(0) != len(rest):
            raise NotSimple
    if limit - end >= HEADER and window.take(end, 3) == b"ID3":
        raise NotSimple
    return end


def _frames(
    window: Window, at: int, end: int, version: int, quick: FastReading
) -> tuple[int, bool]:
    """Read the frames; where they end, and whether plain sizes would differ from syncsafe."""
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
            quick.others = True
        elif meaning == "object":
            quick.others = True
            if b"c2pa" in window.take(body, min(size, _OBJECT_HEAD)):
                raise NotSimple  # a signature, which is told by other means
        elif not size:
            quick.others = True
        else:
            if version > 2 and data[i + 9]:  # compressed, encrypted, grouped ...
                raise NotSimple
            text_within_reason(size)
            i += header
            content = data[i : i + size] if i + size <= len(data) else window.take(body, size)
            if meaning in _SPECIAL:
                _take(version, frame_id, meaning, content, quick)
            elif meaning in quick.found:  # how several of a kind are joined is not for here
                raise NotSimple
            else:
                quick.others = True
                values = texts(content)
                if values:
                    quick.found[meaning] = values
        at = following
    return at, sizes_differ


def _only_zeros(name: bytes) -> None:
    if any(name):
        raise NotSimple


def _take(version: int, frame_id: bytes, meaning: str, body: bytes, quick: FastReading) -> None:
    if meaning == "private":
        if body.startswith(XMP_OWNER) and edit.is_packet(body[len(XMP_OWNER) :]):
            quick.packets.append(body[len(XMP_OWNER) :])
        else:
            quick.others = True
    elif meaning == "copyright":
        _own(version, frame_id, meaning, body, quick)
    else:
        name = _described(body).upper()
        if name in OWN:
            _own(version, frame_id, meaning, body, quick)
        else:
            quick.others = True
            if name in _NAMED:
                quick.add(_NAMED[name], texts(body)[1:])


def _own(version: int, frame_id: bytes, meaning: str, body: bytes, quick: FastReading) -> None:
    owned = read_owned(version, frame_id.decode("ascii"), body)
    if meaning == "copyright" and (owned is None or owned.line is None or owned.line.unknown):
        raise NotSimple
    if owned is None:
        quick.others = True
    else:
        quick.own(owned.name, owned.values)


def texts(body: bytes) -> list[str]:
    """The values of a text frame that say something: an encoding byte, then texts with a
    NUL between.

    Raises Unsure or ValueError for text that is not as it should be.
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
    return [one for one in text.split("\0") if one] if "\0" in text else [text] if text else []


def _described(body: bytes) -> str:
    """What a user's text is called: its first one, which may be empty."""
    text = _wide(body) if body[0] == 1 else str(body[1:], "utf-8" if body[0] else "latin-1")
    if body[0] > 3 or body[0] == 2:
        raise NotSimple
    return text.partition("\0")[0]


def _wide(body: bytes) -> str:
    """UTF-16 whose every text begins with a byte order mark, and the same one."""
    mark = body[1:3]
    if mark == b"\xff\xfe":
        codec = "utf-16-le"
    elif mark == b"\xfe\xff":
        codec = "utf-16-be"
    else:
        raise NotSimple
    first, *others = str(body[3:], codec).split("\0")
    if any(text and text[0] != "\ufeff" for text in others):
        raise NotSimple
    return "\0".join((first, *(text[1:] for text in others)))


def _lacks_what_id3v1_may_have(quick: FastReading) -> bool:
    """Whether an ID3v1 tag, if there is one, would be asked for what this one leaves out."""
    return any(meaning not in quick.found for meaning in _IN_ID3V1)


def id3v1_counts(window: Window, quick: FastReading) -> bool:
    """Whether the last bytes of the file may be an ID3v1 tag that says what this one leaves out."""
    length = min(131, window.size)
    last = window.take(window.size - length, length)
    at = last.find(b"TAG")
    if at < 0:
        return False
    year = last[at:][_YEAR].strip(b"\0 ")
    return _lacks_what_id3v1_may_have(quick) or ("date" not in quick.found and bool(year))
