"""M4A (AAC and ALAC): set items in moov.udta.meta.ilst.

Free space next to the items absorbs the change first, then free space after the index. If
both are too small, the audio moves, and the tables that point at it are updated.

Tags that QuickTime stores under its own keys (`mdta`) are never changed. Neither is an
index that can't grow. Such a file takes XMP only.

Sources: ISO/IEC 14496-12, Apple "QuickTime File Format".
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from rightsdesk.consent.fields import LEFT_ALONE, UNKNOWN_ENCODING, Fields
from rightsdesk.files.containers.base import (
    PADDING,
    Signed,
    Span,
    Tags,
    Unframed,
    WantedFields,
    differing,
    foreign_packets,
    is_zero,
    parsed_once,
    patch_of,
    read_at,
    size_of,
    xmp_settable,
)
from rightsdesk.files.containers.mp4 import copyright_lines, fragments, xmp
from rightsdesk.files.containers.mp4.boxes import (
    Box,
    boxes,
    children,
    damaged,
    only,
    render_box,
    resized,
    top_boxes,
)
from rightsdesk.files.containers.mp4.items import Mp4Item, read_item, render_item
from rightsdesk.files.containers.mp4.offsets import TABLES, Track, moved, read_track, relative
from rightsdesk.files.errors import Damaged, NotAudio, Unsupported
from rightsdesk.files.owned import COPYRIGHT, COPYRIGHT_2, OWNED, XMP_OWNED
from rightsdesk.files.patch.patch import Patch, Splice
from rightsdesk.files.xmp import packets as xmppackets

_AUDIO_BRANDS = {b"M4A ", b"M4B ", b"M4P "}
_FRAGMENTS = {b"moof", b"sidx", b"styp", b"mfra"}
_FREE = {b"free", b"skip"}
_BEFORE_FTYP = {*_FREE, b"wide", b"mdat"}
FIRST_KINDS = {b"ftyp", b"moov", *_BEFORE_FTYP}
"""Kinds of boxes that a file may begin with. Early QuickTime files have no `ftyp`."""

_MOST_BEFORE_FTYP = 16
_ROOM = 2048  # bytes: our items normally need less
_MANIFEST = bytes.fromhex("d8fec3d61b0e483c92975828877ec481")  # UUID of the box (C2PA 2.2, A.5.1)
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
_HDLR = bytes(8) + b"mdirappl" + bytes(9)  # the handler of metadata that iTunes reads


@dataclass(frozen=True, slots=True)
class _Movie:
    size: int
    top: list[Box]
    tail: Span  # data after the last box: other programs' tags and padding
    moov: Box
    tracks: list[Track]
    opened: dict[Box, tuple[int, list[Box]]]  # user data: where its boxes begin, and the boxes
    udta: Box | None
    meta: Box | None
    meta_parts: list[Box]
    ilst: Box | None
    items: list[Mp4Item]
    owned: frozenset[Box]  # the boxes of our own items
    lines: list[copyright_lines.FieldLine | copyright_lines.ItemLine]
    by_keys: bool  # the tags use QuickTime's keys
    fixed: bool  # the audio must not move

    @property
    def media(self) -> list[Box]:
        return [box for box in self.top if box.kind == b"mdat"]


class Mp4(Unframed):
    """The container of M4A files."""

    name = "M4A"
    endings = (".m4a", ".m4b", ".mp4", ".alac")
    tags = Tags.MP4
    second_line = "©cpy"
    reader = "mutagen.mp4", "MP4"
    room = (*OWNED, *XMP_OWNED)

    def fields(self, f: BinaryIO) -> dict[str, tuple[str, ...]]:
        """See `Container.fields`."""
        movie = _movie(f)
        found = _fields(movie) | xmppackets.fields_and_damage(xmp.packets(f, movie.top))
        unknown = [item.name for item in movie.items if item.name == COPYRIGHT and item.unknown]
        if movie.lines:
            found[COPYRIGHT_2] = tuple(line.text for line in movie.lines)
            unknown += [COPYRIGHT_2] if any(line.unknown for line in movie.lines) else []
        if unknown:
            found[UNKNOWN_ENCODING] = tuple(dict.fromkeys(filter(None, unknown)))
        if any(item.odd for item in movie.items):
            found[LEFT_ALONE] = (COPYRIGHT,)
        return found

    def settable(self, f: BinaryIO) -> tuple[str, ...]:
        movie = _movie(f)
        packets = xmp.packets(f, movie.top)
        has_place = packets or xmp.takes_more(movie.top)
        text = OWNED if _takes_text(f, movie) else ()
        second = (COPYRIGHT_2,) if text and movie.lines else ()
        return (*text, *second, *(xmp_settable(packets) if has_place else ()))

    def patch(self, f: BinaryIO, wanted: Fields) -> Patch:
        movie = _movie(f)
        requested = WantedFields.of(wanted)
        changes = differing(_fields(movie), requested.text)
        second = requested.second
        if second is not None and second == tuple(line.text for line in movie.lines):
            second = None
        splices = _splices(f, movie, changes, second) if changes or second is not None else []
        return patch_of(f, [*splices, *xmp.edits(f, movie.top, requested.xmp)])

    def manifests(self, f: BinaryIO) -> Iterator[Signed]:
        for box in top_boxes(f, size_of(f))[0]:
            room = box.kind == b"uuid" and box.size - box.header >= len(_MANIFEST)
            if room and read_at(f, box.body, len(_MANIFEST)) == _MANIFEST:
                yield Signed("uuid box", box.offset, box.size)

    def essence(self, f: BinaryIO) -> Iterator[Span]:
        for box in _movie(f).media:
            yield box.span

    def foreign(self, f: BinaryIO) -> Iterator[tuple[str, bytes | Span]]:
        movie = _movie(f)
        for box in movie.top:
            if box.kind == b"mdat":
                yield "mdat", b""  # only its position counts here; its data is the essence
            elif box == movie.moov:
                yield from _foreign_in(f, movie, box, "moov")
            elif box.kind == b"mfra":
                yield from (("mfra", part) for part in fragments.relative(f, movie.top, box))
            elif not _is_free(f, box) and xmp.packet_in(f, box) is None:
                yield _label(box), box.span
        if movie.tail[1]:
            yield "data after the last box", movie.tail
        yield from foreign_packets(xmp.packets(f, movie.top))


def starts_mp4(f: BinaryIO, size: int) -> bool:
    """Return whether a file that begins with a box of `FIRST_KINDS` is an MP4.

    Looks for `ftyp` or `moov` among the first boxes.
    """
    at = 0
    for _ in range(_MOST_BEFORE_FTYP):
        if size - at < 8:
            return False
        head = read_at(f, at, 8)
        length = int.from_bytes(head[:4], "big")
        if length == 1 and size - at >= 16:
            length = int.from_bytes(read_at(f, at + 8, 8), "big")
        if head[4:] == b"ftyp":
            return True
        if not 8 <= length <= size - at:
            return False
        if head[4:] == b"moov":
            return True
        if head[4:] not in _BEFORE_FTYP:
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
    ftyp = next((box for box in top if box.kind not in _BEFORE_FTYP), None)
    moov = only(top, b"moov")
    if ftyp is None or moov is None:
        if any(box.kind in _FRAGMENTS for box in top):
            raise Unsupported(
                "This is a piece of a stream without its index, so RightsDesk leaves it alone."
            )
        raise damaged()
    parts = children(f, moov)
    tracks = [read_track(f, box) for box in parts if box.kind == b"trak"]
    named = ftyp.kind == b"ftyp" and ftyp.size < 4096
    _must_be_audio(read_at(f, *ftyp.span) if named else b"", tracks)
    udtas = _udtas(f, parts)
    udta = _tagged(udtas)
    inside = udtas.get(udta, []) if udta else []
    meta = next((box for box in inside if box.kind == b"meta"), None)
    head, meta_parts = _in_meta(f, meta) if meta else (4, [])
    by_keys = _is_by_keys(f, meta_parts)
    ilst = None if by_keys else only(meta_parts, b"ilst")
    items = [read_item(f, box) for box in _in_ilst(f, ilst)] if ilst else []
    opened = {box: (box.body, inside) for box, inside in udtas.items()}
    if meta and not by_keys:
        opened[meta] = meta.body + head, meta_parts
    if ilst:
        opened[ilst] = ilst.body, [item.box for item in items]
    lines: list[copyright_lines.FieldLine | copyright_lines.ItemLine] = []
    for parent, found in udtas.items():
        for box in found:
            if line := copyright_lines.line_in(f, box, parent):
                lines.append(line)
            elif box == meta and ilst:
                stray = [item for item in items if item.name != COPYRIGHT and item.is_line]
                lines += [copyright_lines.ItemLine(item, (ilst, box, parent)) for item in stray]
            elif box.kind == b"meta" and box != meta:
                lines += _lines_in(f, box, parent, opened)
    return _Movie(
        size=size,
        top=top,
        tail=(end, size - end),
        moov=moov,
        tracks=tracks,
        opened=opened,
        udta=udta,
        meta=meta,
        meta_parts=meta_parts,
        ilst=ilst,
        items=items,
        owned=frozenset(item.box for item in items if item.name is not None),
        lines=lines,
        by_keys=by_keys,
        fixed=not all(track.movable for track in tracks)
        or any(box.kind == b"meta" for box in top)  # may hold absolute offsets (iloc)
        or fragments.is_fixed(f, top),
    )


def _must_be_audio(brands: bytes, tracks: list[Track]) -> None:
    named = {brands[at : at + 4] for at in range(0, len(brands), 4) if at != 4}
    kinds = {track.kind for track in tracks}
    # Audiobooks keep chapter pictures in a video track; some programs keep the cover there.
    film = any(track.kind == b"vide" and not track.still for track in tracks)
    if film and not named & _AUDIO_BRANDS:
        raise NotAudio("This is a video, not an audio file.")
    if b"soun" not in kinds:
        raise NotAudio("This MP4 file holds no audio.")


def _udtas(f: BinaryIO, parts: list[Box]) -> dict[Box, list[Box]]:
    """Return the boxes in each `udta`.

    Raises `Damaged` if the only `udta` can't be read. With several, unreadable ones are
    left out and kept unchanged.
    """
    found: dict[Box, list[Box]] = {}
    udtas = [box for box in parts if box.kind == b"udta"]
    for box in udtas:
        try:
            found[box] = boxes(f, box.body, box.end, closed=True)
        except Damaged:
            if len(udtas) == 1:
                raise
    return found


def _tagged(udtas: dict[Box, list[Box]]) -> Box | None:
    """Return the user data that holds the tags, else the first user data."""
    tagged = (box for box, inside in udtas.items() if any(part.kind == b"meta" for part in inside))
    return next(tagged, next(iter(udtas), None))


def _lines_in(
    f: BinaryIO, meta: Box, udta: Box, opened: dict[Box, tuple[int, list[Box]]]
) -> Iterator[copyright_lines.ItemLine]:
    """Yield the copyright lines of a further `meta`. ffmpeg shows the last line of a file."""
    try:
        head, parts = _in_meta(f, meta)
        ilst = None if _is_by_keys(f, parts) else only(parts, b"ilst")
        items = [read_item(f, box) for box in _in_ilst(f, ilst)] if ilst else []
    except Damaged:
        return
    lines = [item for item in items if item.is_line]
    if ilst is None or not lines:
        return
    opened[meta] = meta.body + head, parts
    opened[ilst] = ilst.body, [item.box for item in items]
    yield from (copyright_lines.ItemLine(item, (ilst, meta, udta)) for item in lines)


def _in_ilst(f: BinaryIO, ilst: Box) -> list[Box]:
    return boxes(f, ilst.body, ilst.end, closed=True)


def _in_meta(f: BinaryIO, meta: Box) -> tuple[int, list[Box]]:
    """Return the length of `meta`'s own header fields, and its boxes.

    ISO files have 4 bytes (version and flags), QuickTime files none. Raises `Damaged`.
    """
    body = read_at(f, meta.body, min(12, meta.size - meta.header))
    head = 0 if body[4:8] in _META_PARTS else 4
    if len(body) < head:
        raise damaged()
    parts = boxes(f, meta.body + head, meta.end, closed=True)
    hdlr = only(parts, b"hdlr")
    if hdlr is not None and hdlr.size - hdlr.header < 12:
        raise damaged()
    return head, parts


def _is_by_keys(f: BinaryIO, meta_parts: list[Box]) -> bool:
    """Return whether the tags are not in iTunes' form: stored by keys, or not as items.

    Without a handler, a list of items without `keys` counts as iTunes' form.
    """
    hdlr = only(meta_parts, b"hdlr")
    if hdlr is None:
        return bool(meta_parts) and (
            only(meta_parts, b"ilst") is None or only(meta_parts, b"keys") is not None
        )
    return read_at(f, hdlr.body + 8, 4) != b"mdir"


def _takes_text(f: BinaryIO, movie: _Movie) -> bool:
    """Return whether the index can grow by our items: in free space, or by moving the audio."""
    if movie.by_keys:
        return False
    behind = movie.moov.end
    if not movie.fixed or not any(box.offset >= behind for box in movie.media):
        return True
    spare = [box for box in movie.meta_parts if _is_free(f, box)][:1]
    spare += [box for box in movie.top if box.offset == behind and _is_free(f, box)]
    return sum(box.size for box in spare) >= _ROOM


def _foreign_in(
    f: BinaryIO, movie: _Movie, parent: Box, path: str
) -> Iterator[tuple[str, bytes | Span]]:
    """Yield what must not change inside a box that we edit. At most seven levels (`_OPENED`)."""
    if parent in movie.opened:
        start, inside = movie.opened[parent]
    else:
        start, inside = parent.body, children(f, parent)
    lines = {line.box: line for line in movie.lines}
    for box in inside:
        label = f"{path}.{_label(box)}"
        if box in movie.owned or (path == "moov.udta.meta" and _is_free(f, box)):
            continue
        if box in lines:
            if lines[box].rest:
                yield f"{label} rest", lines[box].rest
        elif label in _OPENED and _is_opened(movie, box):
            yield from _foreign_in(f, movie, box, label)
        elif box.kind in TABLES and path == "moov.trak.mdia.minf.stbl":
            yield label, relative(f, box, movie.media)
        elif label != "moov.udta.meta.hdlr" or read_at(f, *box.span) != _HDLR:
            yield label, box.span
    start = inside[-1].end if inside else start
    if start < parent.end:
        yield f"{path} rest", (start, parent.end - start)


def _is_opened(movie: _Movie, box: Box) -> bool:
    """Return whether we edit this box. Only some `udta`, `meta` and `ilst` boxes are edited."""
    return box.kind not in (b"udta", b"meta", b"ilst") or box in movie.opened


def _label(box: Box) -> str:
    return box.kind.decode("latin-1")


def _is_free(f: BinaryIO, box: Box) -> bool:
    """Return whether a box is free space: of a free kind, and all zeros."""
    return box.kind in _FREE and box.header == 8 and not box.open and is_zero(f, box.span)


def _splices(
    f: BinaryIO,
    movie: _Movie,
    changes: dict[str, tuple[str, ...]],
    second: tuple[str, ...] | None,
) -> list[Splice]:
    """Return the splices that set items and lines, and that make room for their growth.

    Raises `Unsupported` and `TooLarge`.
    """
    if movie.by_keys:
        raise Unsupported("This M4A file keeps its tags in a form that RightsDesk can't write yet.")
    if COPYRIGHT in changes and any(item.odd for item in movie.items):
        raise Unsupported("This M4A file's copyright line can't be read, so it is left alone.")
    grown: dict[Box, int] = {}

    def grow(by: int, *around: Box | None) -> None:
        for box in (*around, movie.moov):
            if box is not None:
                grown[box] = grown.get(box, 0) + by

    splices, added = _replace(movie, changes)
    grow(sum(splice.growth for splice in splices), movie.ilst, movie.meta, movie.udta)
    more = b"".join(map(copyright_lines.new_line, (second or ())[len(movie.lines) :]))
    for splice, around in copyright_lines.edits(movie.lines, second) if second is not None else ():
        splices.append(splice)
        grow(splice.growth, *around)
    behind: list[Splice] = []  # goes after other splices at the same offset
    if movie.udta and more:
        behind.append(Splice(_end(movie, movie.udta), 0, more))
        grow(len(more), movie.udta)
        more = b""
    free = next((box for box in movie.meta_parts if _is_free(f, box)), None)
    place: int | None = None
    if movie.ilst:
        place = movie.ilst.end
        splices.append(Splice(_end(movie, movie.ilst), 0, added))
        grow(len(added), movie.ilst, movie.meta, movie.udta)
    elif movie.meta:
        added = render_box(b"ilst", added) if added else b""
        place = free.offset if free else _end(movie, movie.meta)
        splices.append(Splice(place, 0, added))
        grow(len(added), movie.meta, movie.udta)
    elif added or more:
        return [*splices, *_new_metadata(f, movie, added, more, grown), *behind]
    total, had = grown.get(movie.moov, 0), free.size if free else 0
    room = had - total
    if place is not None and (room == 0 or room >= 8):
        grow(-total, movie.meta, movie.udta)
        return [*splices, *_refill(free, place, room), *behind, *_sizes(grown)]
    # Padding eases the next change. Try with it, then without, then move the audio.
    choices = ((8 + PADDING, False), (0, False), (8 + PADDING, True))
    for left, last_resort in choices if place is not None else ((0, False), (0, True)):
        outer = _make_room(f, movie, total + left - had, last_resort=last_resort)
        if outer is not None:
            refill = _refill(free, place, left) if place is not None else []
            grow(left - had, movie.meta, movie.udta)
            return [*splices, *refill, *behind, *_sizes(grown), *outer]
    raise AssertionError("the last resort always finds room or raises")


def _end(movie: _Movie, parent: Box) -> int:
    """Return the offset where the boxes inside `parent` end. Zeros may follow."""
    start, inside = movie.opened[parent]
    return inside[-1].end if inside else start


def _sizes(grown: dict[Box, int]) -> Iterator[Splice]:
    for box, growth in grown.items():
        yield from resized([box], growth)


def _replace(movie: _Movie, changes: dict[str, tuple[str, ...]]) -> tuple[list[Splice], bytes]:
    """Return splices over the existing items, and the rendered items to add.

    One item remains of each of our own fields. Copyright lines stay in their items, so that
    a reader keeps showing the same one.
    """
    splices: list[Splice] = []
    added = b""
    for name, values in changes.items():
        standing = [item for item in movie.items if item.name == name]
        left = values
        for number, item in enumerate(standing, 1):
            last = number == len(standing) or name != COPYRIGHT
            part, left = (left, ()) if last else (_split(left, len(item.values)))
            if part != item.values:
                data = render_item(name, part, item) if part else b""
                splices.append(Splice(item.box.offset, item.box.size, data))
        added += render_item(name, left) if left else b""
    return splices, added


def _split(values: tuple[str, ...], at: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
    return values[:at], values[at:]


def _new_metadata(
    f: BinaryIO, movie: _Movie, added: bytes, more: bytes, grown: dict[Box, int]
) -> list[Splice]:
    """Return the splices that add our own `meta` with items and padding.

    It goes into `udta` if the file has one. `more` (rendered boxes) follows it.
    """
    for left, last_resort in ((PADDING, False), (PADDING, True)):
        meta = render_box(
            b"meta",
            bytes(4)
            + render_box(b"hdlr", _HDLR)
            + render_box(b"ilst", added)
            + render_box(b"free", bytes(left)),
        )
        meta = (meta if added else b"") + more
        if movie.udta:
            place = _end(movie, movie.udta)
        else:
            meta = render_box(b"udta", meta)
            place = movie.moov.end
        growth = grown.get(movie.moov, 0) + len(meta)
        outer = _make_room(f, movie, growth, last_resort=last_resort)
        if outer is not None:
            sizes = dict(grown)
            for box in (movie.udta, movie.moov):
                if box is not None:
                    sizes[box] = sizes.get(box, 0) + len(meta)
            return [Splice(place, 0, meta), *_sizes(sizes), *outer]
    raise AssertionError("the last resort always finds room or raises")


def _refill(free: Box | None, place: int, size: int) -> list[Splice]:
    """Return the splices that give the free box `size` bytes in all (0: remove it).

    Without a free box, a new one goes to `place`.
    """
    if free is None:
        return [Splice(place, 0, render_box(b"free", bytes(size - 8)))] if size else []
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
    """Return the splices needed after `moov` when it grows.

    Returns None if only moving the audio helps and this is not the `last_resort`. Raises
    `Unsupported` if the audio can't move.
    """
    behind = movie.moov.end
    if not any(box.offset >= behind for box in movie.media):
        return []
    follower = next((box for box in movie.top if box.offset == behind), None)
    if follower and _is_free(f, follower):
        room = follower.size - growth
        if room == 0:
            return [Splice(follower.offset, follower.size, b"")]
        if 8 <= room < 1 << 32:
            return _resize_free(follower, room)
    if not last_resort:
        return None
    if movie.fixed:
        raise Unsupported(
            "This M4A file points at its audio in a way that RightsDesk can't keep up to date yet."
        )
    return [
        *moved(f, movie.tracks, movie.media, behind, growth),
        *fragments.moved(f, movie.top, behind, growth),
    ]
