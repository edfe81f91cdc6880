"""Fast reader for M4A: the boxes of `moov`, without the audio's index and cover art.

Sources: ISO/IEC 14496-12, Apple "QuickTime File Format".
"""

from __future__ import annotations

from struct import Struct

from rightsdesk.files.containers.mp4.copyright_lines import KINDS
from rightsdesk.files.containers.mp4.items import LINE
from rightsdesk.files.containers.mp4.xmp import XMP_BOX
from rightsdesk.files.fast_readers.base import (
    FastReading,
    NotSimple,
    TagPart,
    Window,
    only,
    text_within_reason,
)
from rightsdesk.files.owned import COPYRIGHT, OWN
from rightsdesk.files.xmp import edit

_TEXTS = {
    b"\xa9nam": "title",
    b"\xa9ART": "artist",
    b"\xa9alb": "album",
    b"aART": "album_artist",
    b"\xa9day": "date",
}
_PAIRS = {b"trkn": "track", b"disk": "disc"}
_FREEFORM = {
    "isrc": "isrc",
    "barcode": "upc",
    "upc": "upc2",
    "label": "label",
    "catalognumber": "catalogue_number",
    "musicbrainz artist id": "mb_artist",
    "musicbrainz album artist id": "mb_album_artist",
    "musicbrainz album id": "mb_release",
    "musicbrainz track id": "mb_recording",
}
_MEAN_EXACTLY = b"com.apple.iTunes"
_MEAN = _MEAN_EXACTLY.lower()
_ODD = {b"moof", b"sidx", b"styp", b"mfra", b"meta"}
_MOST_BOXES = 1 << 10
_IMPLICIT, _UTF8 = 0, 1
_header = Struct(">I4s").unpack_from
_value = Struct(">I4sI").unpack_from
_long = Struct(">Q").unpack_from
_times = Struct(">II").unpack_from
_long_times = Struct(">IQ").unpack_from


def read_mp4(window: Window) -> FastReading:
    """Read an M4A file that begins with `ftyp`. Raises NotSimple."""
    reading = FastReading()
    top = _boxes(window, 0, window.size, top=True)
    if not _ODD.isdisjoint(kind for kind, _, _ in top):
        raise NotSimple
    for kind, start, end in top:
        if kind == b"uuid":
            _unique(window, start, end, reading)
    moov = only(top, b"moov")
    parts = _boxes(window, *moov)
    if any(kind in (b"mvex", b"meta") for kind, _, _ in parts):
        raise NotSimple
    kinds: list[bytes] = []
    for kind, start, end in parts:
        if kind == b"trak":
            kinds.append(_track(window, start, end, reading, first=b"soun" not in kinds))
    if b"soun" not in kinds or b"vide" in kinds:  # chapters' pictures, or a film
        raise NotSimple
    if any(kind == b"udta" for kind, _, _ in parts):
        _user_data(window, *only(parts, b"udta"), reading)
    return reading


def _unique(window: Window, start: int, end: int, reading: FastReading) -> None:
    """Read a `uuid` box: XMP, or else maybe a signature (raises NotSimple)."""
    if end - start <= len(XMP_BOX) or window.take(start, len(XMP_BOX)) != XMP_BOX:
        raise NotSimple
    start += len(XMP_BOX)
    text_within_reason(end - start)
    packet = window.take(start, end - start)
    if edit.is_packet(packet):
        reading.packets.append(packet)


def _boxes(
    window: Window, at: int, end: int, *, top: bool = False, closed: bool = False
) -> list[TagPart]:
    """Return the boxes that fill [at, end). `closed`: four zero bytes may end user data."""
    found: list[TagPart] = []
    data, start = b"", at
    while at < end:
        if closed and end - at == 4 and window.take(at, 4) == bytes(4):
            break
        if at - start + 16 > len(data):
            data, start = window.hold(at, 8)
        size, kind = _header(data, at - start)
        body = at + 8
        if size == 1:
            size = _long(data, body - start)[0]
            body += 8
        elif size == 0 and top:
            if kind != b"mdat":  # an open box may leave no place for XMP
                raise NotSimple
            size = end - at
        at += size
        if at < body or at > end or len(found) == _MOST_BOXES:
            raise NotSimple
        found.append((kind, body, at))
    return found


def _track(window: Window, start: int, end: int, reading: FastReading, *, first: bool) -> bytes:
    """Return a track's kind. The `first` sound track sets the duration."""
    mdia = _boxes(window, *only(_boxes(window, start, end), b"mdia"))
    hdlr, minf = only(mdia, b"hdlr"), only(mdia, b"minf")
    if hdlr[1] - hdlr[0] < 12:
        raise NotSimple
    kind = window.take(hdlr[0] + 8, 4)
    if kind == b"soun" and first:
        reading.seconds = _seconds(window, *only(mdia, b"mdhd"))
    inner = _boxes(window, *minf)
    if any(kind == b"saio" for kind, _, _ in _boxes(window, *only(inner, b"stbl"))):
        raise NotSimple
    if any(kind == b"dinf" for kind, _, _ in inner):
        references = _boxes(window, *only(inner, b"dinf"))
        if any(kind == b"dref" for kind, _, _ in references):
            at, end = only(references, b"dref")
            for _, start, stop in _boxes(window, at + 8, end):
                if stop - start < 4 or not window.take(start + 3, 1)[0] & 1:
                    raise NotSimple
            if end - at < 8:
                raise NotSimple
    return kind


def _seconds(window: Window, start: int, end: int) -> float:
    data = window.take(start, end - start)
    unit, length = _long_times(data, 20) if data[0] == 1 else _times(data, 12)
    if data[0] > 1 or not unit:
        raise NotSimple
    return float(length / unit)


def _user_data(window: Window, start: int, end: int, reading: FastReading) -> None:
    inside = _boxes(window, start, end, closed=True)
    if any(kind == b"XMP_" or kind in KINDS for kind, _, _ in inside):
        raise NotSimple
    if not any(kind == b"meta" for kind, _, _ in inside):
        return
    start, end = only(inside, b"meta")
    parts = _boxes(window, start + 4, end)
    hdlr = only(parts, b"hdlr")
    if hdlr[1] - hdlr[0] < 12 or window.take(hdlr[0] + 8, 4) != b"mdir":
        raise NotSimple
    if not any(kind == b"ilst" for kind, _, _ in parts):
        return
    names: set[str] = set()
    for item in _boxes(window, *only(parts, b"ilst")):
        _item(window, item, names, reading)
    if "upc2" in reading.found:
        reading.add("upc", reading.found.pop("upc2"))


def _item(window: Window, item: TagPart, names: set[str], reading: FastReading) -> None:
    kind, start, end = item
    if kind in _TEXTS:
        text_within_reason(end - start)
        values = _values(window.take(start, end - start))
        reading.add(_TEXTS[kind], [str(value, "utf-8") for value in values])
    elif kind in _PAIRS:
        values = _values(window.take(start, end - start))
        numbers = [str(int.from_bytes(value[2:4], "big")) for value in values]
        if any(len(value) < 6 for value in values):
            raise NotSimple
        reading.add(_PAIRS[kind], numbers)
    elif kind == LINE:
        raise NotSimple
    elif kind == b"cprt":
        text_within_reason(end - start)
        reading.own(COPYRIGHT, _owned(window.take(start, end - start)))
    elif kind == b"----":
        _freeform(window, item, names, reading)


def _values(data: bytes) -> list[bytes]:
    """Return the values of the `data` boxes that fill an item. Their type must be text."""
    if len(data) >= 16 and _value(data) in ((len(data), b"data", 0), (len(data), b"data", 1)):
        return [data[16:]]  # usually a single value
    values: list[bytes] = []
    at = 0
    while at < len(data):
        size, kind = _header(data, at)
        flavour = int.from_bytes(data[at + 9 : at + 12], "big")
        if kind != b"data" or size < 16 or at + size > len(data):
            raise NotSimple
        if flavour not in (_IMPLICIT, _UTF8):
            raise NotSimple
        values.append(data[at + 16 : at + size])
        at += size
    return values


def _freeform(window: Window, item: TagPart, names: set[str], reading: FastReading) -> None:
    _, start, end = item
    text_within_reason(end - start)
    data = window.take(start, min(end - start, 256))
    size, kind = _header(data, 0)
    mean = data[12:size]
    length, second = _header(data, size)
    if kind != b"mean" or second != b"name" or size < 12 or length < 12:
        raise NotSimple
    if size + length > len(data):  # such a long name is not one of ours
        return
    name = str(data[size + 12 : size + length], "latin-1")
    at = start + size + length
    if name.upper() in OWN:
        if mean == _MEAN_EXACTLY:
            reading.own(name.upper(), _owned(window.take(at, end - at)))
    elif mean.lower() == _MEAN and (meaning := _FREEFORM.get(name.lower())):
        whole = f"{mean!r}{name}"
        if name.lower() in names and whole not in names:  # one name in two spellings
            raise NotSimple
        names.update((name.lower(), whole))
        values = _values(window.take(at, end - at))
        reading.add(meaning, [str(value, "utf-8", "replace") for value in values])


def _owned(data: bytes) -> tuple[str, ...]:
    """Return the values of our own item, as the container reads them."""
    return tuple(str(value, "utf-8") for value in _values(data)) or ("",)
