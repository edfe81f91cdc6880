"""Chunked files (WAV, AIFF): a series of chunks inside an outer chunk.

Our fields are in an ID3 tag in a chunk. The copyright line is also in the format's own text
chunk, XMP in its own chunk. New chunks go to the end.

Readers such as TagLib read only the first tag. A new tag would hide an INFO list, so it
begins with the list's texts. An empty tag chunk is reused.

A file with foreign frames in its tag gets no new INFO list: ffmpeg, and programs built on
it, show only the list if there is one. They would no longer see the title in the tag.

Sources: see `chunklayout` and `copyright_chunks`; ISO 16684-3 for XMP in WAV and AIFF.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from rightsdesk.consent.fields import LEFT_ALONE, UNKNOWN_ENCODING, Fields
from rightsdesk.files.containers import copyright_chunks
from rightsdesk.files.containers.base import (
    LARGEST_TEXT,
    Signed,
    Span,
    Tags,
    Unframed,
    WantedFields,
    foreign_packets,
    is_zero,
    parsed_once,
    patch_of,
    read_at,
    xmp_settable,
)
from rightsdesk.files.containers.chunklayout import Chunk, ChunkedForm, ChunkLayout
from rightsdesk.files.containers.id3 import edit as id3edit
from rightsdesk.files.containers.id3 import info_frames
from rightsdesk.files.containers.id3 import tags as id3
from rightsdesk.files.containers.id3.manifests import manifests_in
from rightsdesk.files.containers.id3.text import LINE_UNREADABLE
from rightsdesk.files.errors import Unsupported
from rightsdesk.files.owned import COPYRIGHT, COPYRIGHT_2, OWNED, SETTABLE
from rightsdesk.files.patch.patch import Patch, Splice
from rightsdesk.files.xmp import edit
from rightsdesk.files.xmp import packets as xmppackets
from rightsdesk.files.xmp.parse import LARGEST as LARGEST_XMP

_TAG_IDS = (b"id3 ", b"ID3 ")
_Changes = tuple[list[Splice], set[int], list[tuple[bytes, bytes]]]
"""Splices inside chunks, offsets of chunks to remove, chunks to append."""


@dataclass(frozen=True, slots=True)
class _Found:
    """The parsed parts that may be ours: tags by chunk, XMP packets by chunk, copyright lines."""

    layout: ChunkLayout
    tags: list[tuple[Chunk, list[id3.Tag]]]
    packets: list[tuple[Chunk, bytes]]
    infos: list[copyright_chunks.InfoList]
    line_chunks: list[tuple[Chunk, bytes]]
    empty: list[Chunk]  # tag chunks with only zeros

    @property
    def reusable(self) -> Chunk | None:
        """The empty chunk that a first tag goes to, because other programs read it."""
        return self.empty[0] if self.empty and not self.all_tags else None

    @property
    def copies(self) -> list[tuple[str, bytes]]:
        """The copied frames that a first tag begins with."""
        return [] if self.all_tags else info_frames.frames_of(self.infos)

    @property
    def all_tags(self) -> list[id3.Tag]:
        return [tag for _, tags in self.tags for tag in tags]

    @property
    def all_packets(self) -> list[bytes]:
        return [packet for _, packet in self.packets] + id3.packets_of(self.all_tags)

    @property
    def has_foreign_frames(self) -> bool:
        """Whether the tags hold foreign frames."""
        frames = (frame for tag in self.all_tags for frame in tag.frames)
        return any(frame.owned is None and frame.packet is None for frame in frames)

    @property
    def raw_lines(self) -> list[bytes]:
        """The bytes of the format's own copyright lines."""
        return copyright_chunks.info_raws(self.infos) or [raw for _, raw in self.line_chunks]

    @property
    def lines_readable(self) -> bool:
        """Whether all of the format's own copyright lines are in a known encoding."""
        return not (
            copyright_chunks.have_unknown_encoding(self.raw_lines)
            or copyright_chunks.continue_after_nul(self.raw_lines)
        )

    @property
    def second_line(self) -> tuple[str, ...]:
        return tuple(map(copyright_chunks.text_of, self.raw_lines))


@dataclass(frozen=True, slots=True)
class Chunked(Unframed):
    """The container of a chunked kind. The fields describe the kind."""

    form: ChunkedForm
    audio: bytes
    tag_id: bytes  # the id of a new tag's chunk; upper and lower case are read
    xmp_id: bytes
    xmp_signature: bytes  # precedes the packet in an XMP chunk
    line_id: bytes  # the chunk with the copyright line; b"LIST": an entry in INFO
    endings: tuple[str, ...]
    second_line: str
    reader: tuple[str, str]
    tags = Tags.ID3
    room = SETTABLE

    @property
    def name(self) -> str:
        return self.form.name

    def fields(self, f: BinaryIO) -> dict[str, tuple[str, ...]]:
        found = self._found(f)
        fields = id3edit.fields_of(found.all_tags)
        if found.second_line:
            fields[COPYRIGHT_2] = found.second_line
        if copyright_chunks.have_unknown_encoding(found.raw_lines):
            fields[UNKNOWN_ENCODING] = (*fields.get(UNKNOWN_ENCODING, ()), COPYRIGHT_2)
        if copyright_chunks.continue_after_nul(found.raw_lines):
            fields[LEFT_ALONE] = (*fields.get(LEFT_ALONE, ()), COPYRIGHT_2)
        return fields | xmppackets.fields_and_damage(found.all_packets)

    def settable(self, f: BinaryIO) -> tuple[str, ...]:
        found = self._found(f)
        second = (COPYRIGHT_2,) if self._has_line(found) else ()
        return (*OWNED, *second, *xmp_settable(found.all_packets))

    def patch(self, f: BinaryIO, wanted: Fields) -> Patch:
        found = self._found(f)
        requested = WantedFields.of(wanted)
        packets = xmppackets.edited_all(found.all_packets, requested.xmp, padding=edit.PADDING)
        inside, removed, added = self._xmp_edit(found, packets)
        in_tags = packets[len(found.packets) : len(found.all_packets)]
        if found.all_tags:
            inside += id3edit.edits(f, found.all_tags, requested.text, in_tags)
        elif tag := self._new_tag(found, requested):
            if chunk := found.reusable:
                inside.append(Splice(chunk.data, chunk.length, id3edit.filled(tag, chunk.length)))
            else:
                added = [(self.tag_id, tag), *added]
        line = self._second_line(found, requested)
        in_lines, lines_gone, new_lines = self._line_edit(found, line)
        return patch_of(
            f, found.layout.changed(inside + in_lines, removed | lines_gone, added + new_lines)
        )

    def _new_tag(self, found: _Found, requested: WantedFields) -> bytes:
        """Return a first tag, b"" if it would hold none of our fields."""
        text: Fields = requested.text
        if not id3edit.new_tag(text):
            return b""
        if copyright_chunks.info_raws(found.infos) and found.lines_readable:
            line = found.second_line if requested.second is None else requested.second
            text = {COPYRIGHT: line if len(line) == 1 else (), **text}
        return id3edit.new_tag(text, copies=found.copies)

    def manifests(self, f: BinaryIO) -> Iterator[Signed]:
        for chunk in self.form.layout(f).chunks:
            if chunk.id == b"C2PA":  # C2PA 2.2, A.3.6
                yield Signed("C2PA chunk", chunk.offset, chunk.length + 8)
            elif chunk.id in (b"id3 ", b"ID3 "):
                yield from manifests_in(f, chunk.data, chunk.end)

    def essence(self, f: BinaryIO) -> Iterator[Span]:
        for chunk in self.form.layout(f).chunks:
            if chunk.id == self.audio:
                yield chunk.data, chunk.length

    def foreign(self, f: BinaryIO) -> Iterator[tuple[str, bytes | Span]]:
        found = self._found(f)
        layout = found.layout
        tags = {chunk.offset: tags for chunk, tags in found.tags}
        infos = {info.chunk.offset: info for info in found.infos}
        ours = {chunk.offset for chunk, _ in (*found.packets, *found.line_chunks)}
        yield "form", read_at(f, 0, 4) + read_at(f, 8, 4)
        new = [
            (id3edit.label_of_new(name), id3edit.as_frame(name, content))
            for name, content in found.copies
        ]
        for chunk in layout.chunks:
            if chunk.id == self.audio:
                yield chunk.label, b""  # only its position counts here; its data is the essence
            elif chunk.id == b"ds64" and layout.size_at != 4:
                yield chunk.label, (chunk.data + 8, chunk.length - 8)  # after the outer size
            elif chunk == found.reusable:
                yield from new
            elif tags.get(chunk.offset):
                for tag in tags[chunk.offset]:
                    yield from id3.foreign(f, tag)
                if tag.end < chunk.end:
                    yield f"data after the tag in {chunk.label}", (tag.end, chunk.end - tag.end)
            elif infos.get(chunk.offset):
                rest = infos[chunk.offset].rest
                if rest:
                    same = len(rest) == chunk.length
                    yield chunk.label, (chunk.data, chunk.length) if same else rest
            elif chunk.offset not in ours:
                yield chunk.label, (chunk.data, chunk.length)
        if not found.reusable:
            yield from new
        yield "data after the chunks", (layout.end, layout.size - layout.end)
        yield from foreign_packets(found.all_packets)

    @parsed_once
    def _found(self, f: BinaryIO) -> _Found:
        """Parse the chunks that may hold our fields. All other chunks are foreign."""
        found = _Found(self.form.layout(f), [], [], [], [], [])
        for chunk in found.layout.chunks:
            if chunk.id in _TAG_IDS:
                found.tags.append((chunk, id3.tags_at(f, chunk.data, chunk.end)))
                if is_zero(f, (chunk.data, chunk.length)):
                    found.empty.append(chunk)
            elif chunk.id == self.xmp_id:
                packet = self._packet(f, chunk)
                if packet is not None:
                    found.packets.append((chunk, packet))
            elif self.line_id == b"LIST" == chunk.id.upper():
                info = copyright_chunks.info_list(f, chunk)
                if info is not None:
                    found.infos.append(info)
            elif chunk.id == self.line_id and chunk.length <= LARGEST_TEXT:
                found.line_chunks.append((chunk, read_at(f, chunk.data, chunk.length)))
        return found

    def _packet(self, f: BinaryIO, chunk: Chunk) -> bytes | None:
        """Return the XMP packet in a chunk, None if it holds none.

        Reads at most `LARGEST_XMP` + 1 bytes of the packet.
        """
        signature = len(self.xmp_signature)
        data = read_at(f, chunk.data, min(chunk.length, LARGEST_XMP + signature + 1))
        if data[:signature] != self.xmp_signature or not edit.is_packet(data[signature:]):
            return None
        return data[signature:]

    def _xmp_edit(self, found: _Found, packets: list[bytes | None]) -> _Changes:
        inside: list[Splice] = []
        removed: set[int] = set()
        for (chunk, old), new in zip(found.packets, packets, strict=False):
            if new is None:
                removed.add(chunk.offset)
            elif new != old:
                start = chunk.data + len(self.xmp_signature)
                inside.append(Splice(start, chunk.end - start, new))
        added = [
            (self.xmp_id, self.xmp_signature + packet)
            for packet in packets[len(found.all_packets) :]
            if packet
        ]
        return inside, removed, added

    def _may_add_line(self, found: _Found) -> bool:
        return self.line_id != b"LIST" or not found.has_foreign_frames

    def _has_line(self, found: _Found) -> bool:
        """Return whether the format's own copyright line has a place, or may get one."""
        return bool(found.infos) or self._may_add_line(found)

    def _second_line(self, found: _Found, requested: WantedFields) -> tuple[str, ...] | None:
        """Return the new values of the format's own copyright line; None: unchanged.

        If no values are requested, it follows the tag's line, unless the two differ.
        """
        if requested.second is not None:
            return requested.second
        if COPYRIGHT not in requested.text or not self._has_line(found):
            return None
        in_tags = id3edit.fields_of(found.all_tags)
        before = in_tags.get(COPYRIGHT, ())
        now = requested.text[COPYRIGHT]
        follows = not found.second_line or found.second_line == before[:1]
        follows = follows and found.lines_readable and UNKNOWN_ENCODING not in in_tags
        return now[:1] if now != before and follows else None

    def _line_edit(self, found: _Found, values: tuple[str, ...] | None) -> _Changes:
        if values is None or values == found.second_line:
            return [], set(), []
        if copyright_chunks.continue_after_nul(found.raw_lines):
            raise Unsupported(LINE_UNREADABLE)
        if self.line_id == b"LIST":
            return copyright_chunks.info_edit(
                found.infos, values, keep=not self._may_add_line(found)
            )
        raws, new = copyright_chunks.updated_lines(found.raw_lines, values)
        inside: list[Splice] = []
        removed: set[int] = set()
        for (chunk, old), raw in zip(found.line_chunks, raws, strict=True):
            if raw is None:
                removed.add(chunk.offset)
            elif raw != old:
                inside.append(Splice(chunk.data, chunk.length, raw))
        return inside, removed, [(self.line_id, raw) for raw in new]
