"""M4A (AAC and ALAC): items are set in moov.udta.meta.ilst, and free space takes up the change.

Free space beside the items is used first, then free space behind the index; only where
neither suffices does the audio move, and the tables that point at it are put right.

Sources: ISO/IEC 14496-12, Apple "QuickTime File Format".
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from rightsdesk.consent.fields import Fields
from rightsdesk.files import xmppackets
from rightsdesk.files.containers import mp4xmp
from rightsdesk.files.containers.base import (
    PADDING,
    Span,
    Unframed,
    Wanted,
    foreign_packets,
    is_zero,
    parsed_once,
    patch_of,
    read_at,
    size_of,
    to_set,
    xmp_settable,
)
from rightsdesk.files.containers.mp4boxes import (
    Box,
    box,
    boxes,
    children,
    damaged,
    only,
    resized,
    top_boxes,
)
from rightsdesk.files.containers.mp4items import Item, read_item, render_item
from rightsdesk.files.containers.mp4offsets import TABLES, Track, moved, read_track, relative
from rightsdesk.files.errors import Damaged, NotAudio, Unsupported
from rightsdesk.files.owned import OWNED
from rightsdesk.files.patch import Patch, Splice

_AUDIO_BRANDS = {b"M4A ", b"M4B ", b"M4P "}
_FRAGMENTS = {b"moof", b"sidx", b"styp", b"mfra"}
_FREE = {b"free", b"skip"}
_BEFORE_FTYP = {*_FREE, b"wide"}
_MOST_BEFORE_FTYP = 16
_META_PARTS = {b"hdlr", b"ilst", b"free", b"keys"}
_OPENED = {
    "moov.trak",
    "moov.trak.mdia",
    "moov.trak.mdia.minf",
    "moov.trak.mdia.minf.stbl",
    "moov.udta",
    "moov.udta.meta",
    "moov.udta.meta.ilst",
}
_HDLR = bytes(8) + b"mdirappl" + bytes(9)  # of the metadata that iTunes reads


@dataclass(frozen=True, slots=True)
class _Movie:
    size: int
    top: list[Box]
    tail: Span  # what follows the last box: other programs' tags and padding
    moov: Box
    tracks: list[Track]
    udta: Box | None
    meta: Box | None
    meta_head: int  # bytes of version and flags: 4, in QuickTime 0
    meta_parts: list[Box]
    ilst: Box | None
    items: list[Item]
    owned: frozenset[Box]  # those of `items` that are ours

    @property
    def media(self) -> list[Box]:
        return [one for one in self.top if one.kind == b"mdat"]


class Mp4(Unframed):
    """The container of M4A files."""

    name = "M4A"

    def fields(self, f: BinaryIO) -> dict[str, tuple[str, ...]]:
        movie = _movie(f)
        return _fields(movie) | xmppackets.told_of_all(mp4xmp.packets(f, movie.top))

    def settable(self, f: BinaryIO) -> tuple[str, ...]:
        top = _movie(f).top
        packets = mp4xmp.packets(f, top)
        if not packets and not mp4xmp.takes_more(top):
            return OWNED
        return (*OWNED, *xmp_settable(packets))

    def patch(self, f: BinaryIO, wanted: Fields) -> Patch:
        movie = _movie(f)
        asked = Wanted.of(wanted).without_second()
        changes = to_set(_fields(movie), asked.text)
        splices = _splices(f, movie, changes) if changes else []
        return patch_of(f, [*splices, *mp4xmp.edits(f, movie.top, asked.xmp)])

    def essence(self, f: BinaryIO) -> Iterator[Span]:
        for one in _movie(f).media:
            yield one.span

    def foreign(self, f: BinaryIO) -> Iterator[tuple[str, bytes | Span]]:
        movie = _movie(f)
        for one in movie.top:
            if one.kind == b"mdat":
                yield "mdat", b""  # its place among the others; its data is the essence
            elif one == movie.moov:
                yield from _foreign_in(f, movie, one, "moov")
            elif not _is_free(f, one) and mp4xmp.packet_in(f, one) is None:
                yield _label(one), one.span
        if movie.tail[1]:
            yield "behind the last box", movie.tail
        yield from foreign_packets(mp4xmp.packets(f, movie.top))


def starts_mp4(f: BinaryIO, size: int) -> bool:
    """Whether a file begins with free space and then `ftyp`, as some QuickTime files do."""
    at = 0
    for _ in range(_MOST_BEFORE_FTYP):
        if size - at < 8:
            return False
        head = read_at(f, at, 8)
        if head[4:] == b"ftyp":
            return True
        length = int.from_bytes(head[:4], "big")
        if head[4:] not in _BEFORE_FTYP or not 8 <= length <= size - at:
            return False
        at += length
    return False


def _fields(movie: _Movie) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for item in movie.items:
        if item.name is not None:
            found[item.name] = found.get(item.name, ()) + item.values
    return found


@parsed_once
def _movie(f: BinaryIO) -> _Movie:
    size = size_of(f)
    top, end = top_boxes(f, size)
    ftyp = next((one for one in top if one.kind not in _BEFORE_FTYP), None)
    if ftyp is None or ftyp.kind != b"ftyp":
        raise damaged()
    moov = only(top, b"moov")
    if moov is None and not any(one.kind in _FRAGMENTS for one in top):
        raise damaged()
    parts = children(f, moov) if moov else []
    if any(one.kind in _FRAGMENTS for one in top) or only(parts, b"mvex"):
        raise Unsupported("This M4A file is fragmented, which RightsDesk can't write yet.")
    assert moov is not None  # without it there are fragments, which were refused
    tracks = [read_track(f, one) for one in parts if one.kind == b"trak"]
    _must_be_audio(read_at(f, *ftyp.span) if ftyp.size < 4096 else b"", tracks)
    udta = _udta(f, parts)
    meta = only(_in_udta(f, udta), b"meta") if udta else None
    head, meta_parts = _in_meta(f, meta) if meta else (4, [])
    ilst = only(meta_parts, b"ilst")
    items = [read_item(f, one) for one in children(f, ilst)] if ilst else []
    owned = frozenset(item.box for item in items if item.name is not None)
    tail = end, size - end
    return _Movie(size, top, tail, moov, tracks, udta, meta, head, meta_parts, ilst, items, owned)


def _must_be_audio(brands: bytes, tracks: list[Track]) -> None:
    named = {brands[at : at + 4] for at in range(0, len(brands), 4) if at != 4}
    kinds = {track.kind for track in tracks}
    # an audiobook keeps its chapters' pictures in a video track, some programs the cover
    film = any(track.kind == b"vide" and not track.still for track in tracks)
    if film and not named & _AUDIO_BRANDS:
        raise NotAudio("This is a video, not an audio file.")
    if b"soun" not in kinds:
        raise NotAudio("This MP4 file holds no audio.")


def _udta(f: BinaryIO, parts: list[Box]) -> Box | None:
    """The user data that holds the tags; the first one if none does. The others are kept."""
    found = [one for one in parts if one.kind == b"udta"]
    tagged = (one for one in found if len(found) == 1 or _holds_meta(f, one))
    return next(tagged, found[0] if found else None)


def _holds_meta(f: BinaryIO, udta: Box) -> bool:
    try:
        return any(one.kind == b"meta" for one in _in_udta(f, udta))
    except Damaged:
        return False


def _in_udta(f: BinaryIO, udta: Box) -> list[Box]:
    return boxes(f, udta.body, udta.end, closed=True)


def _in_meta(f: BinaryIO, meta: Box) -> tuple[int, list[Box]]:
    """How many bytes of its own `meta` has, and its boxes: 4 in ISO files, 0 in QuickTime.

    Without a handler, a list of items alone tells that it is the one that iTunes reads.
    """
    body = read_at(f, meta.body, min(12, meta.size - meta.header))
    head = 0 if body[4:8] in _META_PARTS else 4
    parts = children(f, meta, skip=head)
    hdlr = only(parts, b"hdlr")
    if hdlr is None:
        if only(parts, b"ilst") is None or only(parts, b"keys") is not None:
            raise damaged()
        return head, parts
    if hdlr.size - hdlr.header < 12:
        raise damaged()
    if read_at(f, hdlr.body + 8, 4) != b"mdir":
        raise Unsupported(
            "This M4A file keeps its tags in a form that RightsDesk doesn't know, "
            "so it is left alone."
        )
    return head, parts


def _foreign_in(
    f: BinaryIO, movie: _Movie, parent: Box, path: str
) -> Iterator[tuple[str, bytes | Span]]:
    """The boxes in one that may change inside; at most seven deep, by `_OPENED`."""
    if parent == movie.meta:
        inside = movie.meta_parts
    elif parent == movie.udta:
        inside = _in_udta(f, parent)
    else:
        inside = children(f, parent)
    for one in inside:
        label = f"{path}.{_label(one)}"
        if one in movie.owned or (path == "moov.udta.meta" and _is_free(f, one)):
            continue
        if label in _OPENED and (one.kind != b"udta" or one == movie.udta):
            yield from _foreign_in(f, movie, one, label)
        elif one.kind in TABLES and path == "moov.trak.mdia.minf.stbl":
            yield label, relative(f, one, movie.media)
        elif label != "moov.udta.meta.hdlr" or read_at(f, *one.span) != _HDLR:
            yield label, one.span


def _label(one: Box) -> str:
    return one.kind.decode("latin-1")


def _is_free(f: BinaryIO, one: Box) -> bool:
    """Whether a box is free space: of that kind, and really empty."""
    return one.kind in _FREE and one.header == 8 and not one.open and is_zero(f, one.span)


def _splices(f: BinaryIO, movie: _Movie, changes: dict[str, tuple[str, ...]]) -> list[Splice]:
    """Set the items, then find room for what they grow."""
    splices, added = _replace(movie, changes)
    growth = sum(splice.growth for splice in splices)
    if movie.ilst:
        splices.append(Splice(movie.ilst.end, 0, added))
        splices += resized([movie.ilst], growth + len(added))
        place = movie.ilst.end
        around: list[Box | None] = [movie.meta, movie.udta]
    elif movie.meta:
        added = box(b"ilst", added)
        place = next((one.offset for one in movie.meta_parts if _is_free(f, one)), movie.meta.end)
        splices.append(Splice(place, 0, added))
        around = [movie.meta, movie.udta]
    else:
        return splices + _new_metadata(f, movie, added)
    parents = [one for one in around if one] + [movie.moov]
    growth += len(added)
    free = next((one for one in movie.meta_parts if _is_free(f, one)), None)
    had = free.size if free else 0
    room = had - growth
    if room == 0 or room >= 8:
        return splices + _refill(free, place, room)
    # in order: with padding for the next change if what follows allows it, without, with
    for left, last_resort in ((8 + PADDING, False), (0, False), (8 + PADDING, True)):
        grown = growth + left - had
        outer = _make_room(f, movie, grown, last_resort=last_resort)
        if outer is not None:
            return [*splices, *_refill(free, place, left), *resized(parents, grown), *outer]
    raise AssertionError("the last resort always finds room or raises")


def _replace(movie: _Movie, changes: dict[str, tuple[str, ...]]) -> tuple[list[Splice], bytes]:
    """Splices over the items that stand, and the items that are to be added."""
    splices: list[Splice] = []
    added = b""
    for name, values in changes.items():
        rendered = render_item(name, values) if values else b""
        for item in movie.items:
            if item.name == name:
                splices.append(Splice(item.box.offset, item.box.size, rendered))
                rendered = b""
        added += rendered
    return splices, added


def _new_metadata(f: BinaryIO, movie: _Movie, added: bytes) -> list[Splice]:
    """A `meta` of our own with items and padding, in `udta` if there is one."""
    for left, last_resort in ((PADDING, False), (PADDING, True)):
        meta = box(
            b"meta",
            bytes(4) + box(b"hdlr", _HDLR) + box(b"ilst", added) + box(b"free", bytes(left)),
        )
        if movie.udta:
            inside = _in_udta(f, movie.udta)
            place, parents = (inside[-1].end if inside else movie.udta.body), [movie.udta]
        else:
            meta = box(b"udta", meta)
            place, parents = movie.moov.end, []
        outer = _make_room(f, movie, len(meta), last_resort=last_resort)
        if outer is not None:
            return [Splice(place, 0, meta), *resized([*parents, movie.moov], len(meta)), *outer]
    raise AssertionError("the last resort always finds room or raises")


def _refill(free: Box | None, place: int, size: int) -> list[Splice]:
    """Make the free box of `size` bytes in all (0: none); a new one goes to `place`."""
    if free is None:
        return [Splice(place, 0, box(b"free", bytes(size - 8)))] if size else []
    if size == 0:
        return [Splice(free.offset, free.size, b"")]
    return _resize_free(free, size)


def _resize_free(free: Box, size: int) -> list[Splice]:
    if size == free.size:
        return []
    number = Splice(free.offset, 4, size.to_bytes(4, "big"))
    if size < free.size:
        return [number, Splice(free.body, free.size - size, b"")]
    return [number, Splice(free.body, 0, bytes(size - free.size))]


def _make_room(
    f: BinaryIO, movie: _Movie, growth: int, *, last_resort: bool
) -> list[Splice] | None:
    """What has to happen behind `moov` when it grows; None where only moving audio helps."""
    behind = movie.moov.end
    if not any(one.offset >= behind for one in movie.media):
        return []
    follower = next((one for one in movie.top if one.offset == behind), None)
    if follower and _is_free(f, follower):
        room = follower.size - growth
        if room == 0:
            return [Splice(follower.offset, follower.size, b"")]
        if 8 <= room < 1 << 32:
            return _resize_free(follower, room)
    if not last_resort:
        return None
    if any(one.kind == b"meta" for one in movie.top):  # may hold absolute places (iloc)
        raise Unsupported(
            "This M4A file points at its audio in a way that RightsDesk can't keep up to date yet."
        )
    return moved(f, movie.tracks, movie.media, behind, growth)
