"""FLAC: metadata blocks as raw slices. Only comments and padding change.

An ID3 tag before the stream is read, too. Fields that are set in the comments are removed
from it. XMP in either place is read and never changed.

Source: RFC 9639, section 8 (file-level metadata).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import BinaryIO

from rightsdesk.consent.fields import LEFT_ALONE, UNKNOWN_ENCODING, Fields
from rightsdesk.files.containers import vorbis
from rightsdesk.files.containers.base import (
    PADDING,
    Signed,
    Span,
    Tags,
    Unframed,
    WantedFields,
    differing,
    is_zero,
    parsed_once,
    patch_of,
    read_at,
    size_of,
)
from rightsdesk.files.containers.id3 import ape
from rightsdesk.files.containers.id3 import comments as id3_comments
from rightsdesk.files.containers.id3 import edit as id3edit
from rightsdesk.files.containers.id3 import tags as id3
from rightsdesk.files.containers.id3.manifests import manifests_in
from rightsdesk.files.containers.id3.tags import after_tags
from rightsdesk.files.containers.trailing_tags import audio_end
from rightsdesk.files.errors import Damaged, TooLarge, Unsupported
from rightsdesk.files.owned import COPYRIGHT, COPYRIGHT_2, OWNED
from rightsdesk.files.patch.patch import Patch, Splice
from rightsdesk.files.text import raw_text
from rightsdesk.files.xmp import packets as xmppackets

_STREAMINFO, _PADDING, _COMMENTS, _FORBIDDEN = 0, 1, 4, 127
_NAMES = {0: "STREAMINFO", 2: "APPLICATION", 3: "SEEKTABLE", 5: "CUESHEET", 6: "PICTURE"}
_LARGEST_BLOCK = (1 << 24) - 1
_MOST_BLOCKS = 1 << 14
_LAST = 0x80


@dataclass(frozen=True, slots=True)
class _Block:
    """A metadata block: `offset` of its four bytes of header, `length` of its data."""

    kind: int
    last: bool
    offset: int
    length: int

    @property
    def data(self) -> int:
        return self.offset + 4

    @property
    def end(self) -> int:
        return self.data + self.length


@dataclass(frozen=True, slots=True)
class _Layout:
    start: int  # of "fLaC": an ID3v2 tag may precede it
    tags: list[id3.Tag]  # empty if the leading tag can't be read: then it is foreign
    blocks: list[_Block]
    audio: int
    audio_end: int
    size: int

    def all(self, kind: int) -> list[_Block]:
        return [block for block in self.blocks if block.kind == kind]

    def first(self, kind: int) -> _Block | None:
        return next(iter(self.all(kind)), None)


class Flac(Unframed):
    """The container of native FLAC files."""

    name = "FLAC"
    endings = (".flac",)
    tags = Tags.VORBIS
    second_line = "TCOP"
    reader = "mutagen.flac", "FLAC"
    room = OWNED

    def fields(self, f: BinaryIO) -> dict[str, tuple[str, ...]]:
        layout = _layout(f)
        packets = [
            packet
            for block in layout.all(_COMMENTS)
            for packet in vorbis.packets_of(_comments(f, block))
        ]
        packets += id3.packets_of(layout.tags)
        return _fields(f, layout) | xmppackets.read_only_fields(packets)

    def settable(self, f: BinaryIO) -> tuple[str, ...]:
        return (*OWNED, COPYRIGHT_2) if _layout(f).tags else OWNED

    def patch(self, f: BinaryIO, wanted: Fields) -> Patch:
        layout = _layout(f)
        requested = WantedFields.of(wanted)
        text = differing(_fields(f, layout), requested.text)
        splices = _tag_splices(f, layout, requested, text)
        block = layout.first(_COMMENTS)
        old = _comments(f, block) if block else vorbis.Comments(vorbis.VENDOR, ())
        new = vorbis.edited(old, text)
        if new != old and (copies := _copies(f, layout)):
            if requested.second is None and COPYRIGHT not in text:
                line = id3edit.fields_of(layout.tags).get(COPYRIGHT, ())
                text = {**text, COPYRIGHT: line if len(line) == 1 else ()}
            new = vorbis.edited(vorbis.Comments(old.vendor, copies, old.rest), text)
        if new != old:
            splices += _splices(f, layout, block, vorbis.render(new), pads=not new.rest)
        for later in layout.all(_COMMENTS)[1:]:
            splices += _given_up(f, later, text)
        return patch_of(f, splices)

    def manifests(self, f: BinaryIO) -> Iterator[Signed]:
        return manifests_in(f, 0, size_of(f))

    def essence(self, f: BinaryIO) -> Iterator[Span]:
        layout = _layout(f)
        yield layout.audio, layout.audio_end - layout.audio

    def foreign(self, f: BinaryIO) -> Iterator[tuple[str, bytes | Span]]:
        layout = _layout(f)
        for tag in layout.tags:
            yield from id3.foreign(f, tag)
        for packet in id3.packets_of(layout.tags):
            yield "XMP", packet
        tags_end = layout.tags[-1].end if layout.tags else 0
        yield "data before FLAC", (tags_end, layout.start - tags_end)
        copies = _copies(f, layout)
        first = layout.first(_COMMENTS)
        for block in layout.blocks:
            if block.kind == _COMMENTS:
                found = _comments(f, block)
                if copies and block == first:
                    found = replace(found, entries=(*found.entries, *copies))
                yield from foreign_comments(found)
            elif block.kind != _PADDING or not is_zero(f, (block.data, block.length)):
                label = f"FLAC {_NAMES.get(block.kind, f'block {block.kind}')}"
                yield label, (block.data, block.length)
            if first is None and block == layout.blocks[0]:
                yield from (("comment", entry) for entry in copies)
        yield "data after the audio", (layout.audio_end, layout.size - layout.audio_end)


def foreign_comments(comments: vorbis.Comments) -> Iterator[tuple[str, bytes | Span]]:
    """Yield the foreign parts of a comment block.

    Our own vendor string is not foreign: only a new block has it.
    """
    if comments.vendor != vorbis.VENDOR:
        yield "comments' vendor", comments.vendor
    for entry in comments.entries:
        if vorbis.name_of(entry) is None:
            yield "comment", entry
    if comments.rest:
        yield "data after the comments", comments.rest


def starts_flac(f: BinaryIO, offset: int) -> bool:
    """Return whether a FLAC stream begins at `offset`."""
    f.seek(offset)
    return f.read(4) == b"fLaC"


@parsed_once
def _layout(f: BinaryIO) -> _Layout:
    size = size_of(f)
    start = after_tags(f, size)
    if not starts_flac(f, start):
        raise _damaged()
    blocks = _blocks(f, start + 4, size)
    audio = blocks[-1].end
    end = audio_end(f, audio, size)
    if end > audio:
        sync = read_at(f, audio, min(2, end - audio))
        if len(sync) < 2 or sync[0] != 0xFF or sync[1] & 0xFE != 0xF8:
            raise _damaged()
    return _Layout(start, _tags(f, start), blocks, audio, end, size)


def _tags(f: BinaryIO, start: int) -> list[id3.Tag]:
    try:
        return id3.tags_at(f, 0, start)
    except (Damaged, Unsupported):
        return []


def _fields(f: BinaryIO, layout: _Layout) -> dict[str, tuple[str, ...]]:
    """Return the fields of the comments, plus further values of other blocks and a leading tag.

    A file should have a single comment block. Of several, most readers read the first.
    """
    found: dict[str, tuple[str, ...]] = {}
    for number, block in enumerate(layout.all(_COMMENTS)):
        fields = vorbis.fields_of(_comments(f, block))
        if number and fields.pop(UNKNOWN_ENCODING, ()) and COPYRIGHT not in found:
            # The first comments would need this text, but its encoding is unknown.
            found[LEFT_ALONE] = (COPYRIGHT,)
        for name, values in fields.items():
            before = found.get(name, ())
            if not (before and name == COPYRIGHT):
                found[name] = before + tuple(value for value in values if value not in before)
    for name, values in id3edit.fields_of(layout.tags).items():
        key = COPYRIGHT_2 if name == COPYRIGHT else name
        before = found.get(key, ())
        found[key] = before + tuple(value for value in values if value not in before)
    if COPYRIGHT not in found and COPYRIGHT_2 not in found:
        line = ape.line_of(ape.texts_of(f, layout.audio_end, layout.size))
        if line is not None and raw_text.is_utf8(line):
            found[COPYRIGHT_2] = (raw_text.text_of(line),)
    return found


def _tag_splices(
    f: BinaryIO, layout: _Layout, requested: WantedFields, text: Fields
) -> list[Splice]:
    """Return the splices that remove fields from a leading tag once the comments hold them.

    Raises ValueError for fields that this file can't hold.
    """
    if requested.xmp or (requested.second is not None and not layout.tags):
        raise ValueError("cannot be held here: XMP, or a second copyright line")
    in_tags = id3edit.fields_of(layout.tags)
    edit: dict[str, tuple[str, ...]] = {
        name: () for name in text if name in in_tags and name != COPYRIGHT
    }
    if requested.second is not None:
        edit[COPYRIGHT] = requested.second
    return id3edit.edits(f, layout.tags, edit) if edit else []


def _copies(f: BinaryIO, layout: _Layout) -> tuple[bytes, ...]:
    """Return the copied comments that a first block begins with: see `id3_comments`."""
    if any(_comments(f, block).entries for block in layout.all(_COMMENTS)):
        return ()
    return id3_comments.entries_of(f, layout.tags, layout.audio_end, layout.size)


def _given_up(f: BinaryIO, block: _Block, text: Fields) -> list[Splice]:
    """Return the splices that remove fields from a further block once the first holds them.

    The copyright line stays.
    """
    old = _comments(f, block)
    held = vorbis.fields_of(old)
    new = vorbis.edited(old, {name: () for name in text if name in held and name != COPYRIGHT})
    if new == old:
        return []
    data = vorbis.render(new)
    return [
        Splice(block.offset + 1, 3, len(data).to_bytes(3, "big")),
        Splice(block.data, block.length, data),
    ]


def _blocks(f: BinaryIO, offset: int, size: int) -> list[_Block]:
    blocks: list[_Block] = []
    while not blocks or not blocks[-1].last:
        if size - offset < 4 or len(blocks) == _MOST_BLOCKS:
            raise _damaged()
        header = read_at(f, offset, 4)
        block = _Block(
            kind=header[0] & 0x7F,
            last=bool(header[0] & _LAST),
            offset=offset,
            length=int.from_bytes(header[1:], "big"),
        )
        if block.end > size or block.kind == _FORBIDDEN:
            raise _damaged()
        blocks.append(block)
        offset = block.end
    if blocks[0].kind != _STREAMINFO or blocks[0].length != 34:
        raise _damaged()
    return blocks


def _comments(f: BinaryIO, block: _Block) -> vorbis.Comments:
    return _parsed_comments(block, f)


@parsed_once
def _parsed_comments(block: _Block, f: BinaryIO) -> vorbis.Comments:
    return vorbis.parse(read_at(f, block.data, block.length))


def _splices(
    f: BinaryIO, layout: _Layout, block: _Block | None, data: bytes, *, pads: bool
) -> list[Splice]:
    """Return the splices that set the comments and adjust the padding.

    `pads`: a new padding block may follow the comments. It may not if the block holds data
    after its comments: mutagen expects the next block right after them. Raises `TooLarge`.
    """
    if len(data) > _LARGEST_BLOCK:
        raise TooLarge("This FLAC file's comments are full, so RightsDesk leaves it alone.")
    host = block or layout.blocks[0]  # new comments follow STREAMINFO
    padding = _padding(f, layout, host)
    if block:
        growth = len(data) - block.length
        splices = [Splice(block.data, block.length, data)]
        if growth:
            splices.append(Splice(block.offset + 1, 3, len(data).to_bytes(3, "big")))
        after = b""
    else:
        growth = 4 + len(data)
        after = _header(_COMMENTS, len(data)) + data
        splices = []
    if padding is not None:
        room = padding.length - growth
        if not 0 <= room <= _LARGEST_BLOCK:
            room = PADDING
        if growth and padding.offset > host.end:
            return splices + _closer(layout, host, padding, after, room)
        splices.append(Splice(padding.offset + 1, 3, room.to_bytes(3, "big")))
        if room <= padding.length:
            splices.append(Splice(padding.data, padding.length - room, b""))
        else:
            splices.append(Splice(padding.data, 0, bytes(room - padding.length)))
    elif growth and pads:
        after += _header(_PADDING, PADDING) + bytes(PADDING)
    if after:
        if host.last:
            splices.append(Splice(host.offset, 1, bytes((host.kind,))))
            after = _mark_last(after)
        splices.append(Splice(host.end, 0, after))
    return splices


def _closer(
    layout: _Layout, host: _Block, padding: _Block, after: bytes, room: int
) -> list[Splice]:
    """Return the splices that move the padding from after other blocks to the comments.

    The blocks between, such as cover art, move this time and never again.
    """
    after += _header(_PADDING, room) + bytes(room)
    splices = [
        Splice(host.end, 0, after),
        Splice(padding.offset, padding.end - padding.offset, b""),
    ]
    if padding.last:
        before = layout.blocks[layout.blocks.index(padding) - 1]
        splices.append(Splice(before.offset, 1, bytes((before.kind | _LAST,))))
    return splices


def _padding(f: BinaryIO, layout: _Layout, host: _Block) -> _Block | None:
    """Return the padding block to use: the first after the comments, else the first of all.

    Only blocks of zeros count. Returns None if there is none.
    """
    candidates = [block for block in layout.blocks if block.kind == _PADDING]
    candidates.sort(key=lambda block: (block.offset < host.offset, block.offset))
    return next((block for block in candidates if is_zero(f, (block.data, block.length))), None)


def _header(kind: int, length: int) -> bytes:
    return bytes((kind,)) + length.to_bytes(3, "big")


def _mark_last(blocks: bytes) -> bytes:
    """Return rendered blocks with the last-block flag set in the last of them."""
    out = bytearray(blocks)
    at = 0
    while (end := at + 4 + int.from_bytes(out[at + 1 : at + 4], "big")) < len(out):
        at = end
    out[at] |= _LAST
    return bytes(out)


def _damaged() -> Damaged:
    return Damaged("This FLAC file is damaged, so RightsDesk leaves it alone.")
