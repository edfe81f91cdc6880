"""Chunked files (WAV, AIFF): a row of chunks in one outer chunk, and ID3 tags in some.

Sources: Microsoft/IBM "Multimedia Programming Interface and Data Specifications 1.0"
(RIFF), Apple "Audio Interchange File Format 1.3".
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, Literal

from rightsdesk.consent.fields import Fields
from rightsdesk.files.containers import id3, id3edit
from rightsdesk.files.containers.base import Span, patch_of, read_at, size_of
from rightsdesk.files.errors import Damaged, TooLarge
from rightsdesk.files.patch import Patch, Splice

_LARGEST = (1 << 32) - 1
_MOST_CHUNKS = 1 << 14
_TAG_IDS = (b"id3 ", b"ID3 ")


@dataclass(frozen=True, slots=True)
class _Chunk:
    """A chunk: `offset` of its header of eight bytes, `length` of its data without pad."""

    id: bytes
    offset: int
    length: int

    @property
    def data(self) -> int:
        return self.offset + 8

    @property
    def end(self) -> int:
        return self.data + self.length


@dataclass(frozen=True, slots=True)
class _Layout:
    chunks: list[_Chunk]
    end: int  # of the last chunk with its pad byte, so far as the file has it
    counted: int  # the size that the outer chunk states
    size: int

    @property
    def missing_pad(self) -> int:
        """1 when the last chunk has an odd length and the file ends without its pad byte."""
        return (self.chunks[-1].end - self.end) + (self.chunks[-1].length & 1)


@dataclass(frozen=True, slots=True)
class Chunked:
    """A container of chunks, described by what sets its kinds apart."""

    name: str
    order: Literal["big", "little"]
    outer: bytes
    forms: tuple[bytes, ...]
    audio: bytes
    needed: tuple[bytes, ...]
    tag_id: bytes  # how a new tag's chunk is named; both cases are read

    def fields(self, f: BinaryIO) -> dict[str, tuple[str, ...]]:
        return id3edit.fields_of(
            [tag for _, tags in self._tags(f, self._layout(f)) for tag in tags]
        )

    def patch(self, f: BinaryIO, wanted: Fields) -> Patch:
        layout = self._layout(f)
        found = self._tags(f, layout)
        tags = [tag for _, tags in found for tag in tags]
        if tags:
            splices = id3edit.edits(f, tags, wanted)
            for chunk, _ in found:
                splices += self._resize(layout, chunk, splices)
        else:
            splices = self._append(f, layout, id3edit.new_tag(wanted))
        growth = sum(splice.growth for splice in splices)
        if growth:
            splices.append(Splice(4, 4, self._number(layout.end - 8 + growth)))
        return patch_of(f, splices)

    def essence(self, f: BinaryIO) -> Iterator[Span]:
        for chunk in self._layout(f).chunks:
            if chunk.id == self.audio:
                yield chunk.data, chunk.length

    def foreign(self, f: BinaryIO) -> Iterator[tuple[str, bytes | Span]]:
        layout = self._layout(f)
        tags = {chunk.offset: tags for chunk, tags in self._tags(f, layout)}
        yield "form", read_at(f, 8, 4)
        for chunk in layout.chunks:
            label = f"chunk {chunk.id.decode('latin-1')}"
            if chunk.id == self.audio:
                yield label, b""  # its place among the others; its data is the essence
            elif tags.get(chunk.offset):
                for tag in tags[chunk.offset]:
                    yield from id3.foreign(f, tag)
                if tag.end < chunk.end:
                    yield f"data after the tag in {label}", (tag.end, chunk.end - tag.end)
            else:
                yield label, (chunk.data, chunk.length)
        yield "data after the chunks", (layout.end, layout.size - layout.end)

    def _layout(self, f: BinaryIO) -> _Layout:
        size = size_of(f)
        header = read_at(f, 0, 12)
        if header[:4] != self.outer or header[8:] not in self.forms:
            raise self._damaged()
        counted = int.from_bytes(header[4:8], self.order)
        # a last pad byte is counted by some programs and written by others
        limit = min(8 + counted, size)
        if 8 + counted > size + 1 or limit < 12:
            raise self._damaged()
        chunks = self._chunks(f, limit)
        if any(all(chunk.id != wanted for chunk in chunks) for wanted in self.needed):
            raise self._damaged()
        last = chunks[-1]
        end = last.end
        if last.length & 1 and end < size and (end < limit or self._is_last_pad(f, end, size)):
            end += 1
        if end < 8 + counted - (last.length & 1):
            raise self._damaged()
        return _Layout(chunks, end, counted, size)

    def _is_last_pad(self, f: BinaryIO, offset: int, size: int) -> bool:
        """Whether the byte after the outer chunk's stated end is a pad byte, and no more."""
        return offset == size - 1 and read_at(f, offset, 1) == b"\0"

    def _chunks(self, f: BinaryIO, limit: int) -> list[_Chunk]:
        chunks: list[_Chunk] = []
        offset = 12
        while offset < limit:
            if limit - offset < 8 or len(chunks) == _MOST_CHUNKS:
                raise self._damaged()
            header = read_at(f, offset, 8)
            chunk = _Chunk(header[:4], offset, int.from_bytes(header[4:], self.order))
            if chunk.end > limit or not all(0x20 <= byte < 0x7F for byte in chunk.id):
                raise self._damaged()
            chunks.append(chunk)
            offset = chunk.end + (chunk.length & 1)
        if not chunks:
            raise self._damaged()
        return chunks

    def _tags(self, f: BinaryIO, layout: _Layout) -> list[tuple[_Chunk, list[id3.Tag]]]:
        """The tag chunks and their tags. A chunk that holds something else is foreign."""
        return [
            (chunk, id3.tags_at(f, chunk.data, chunk.end))
            for chunk in layout.chunks
            if chunk.id in _TAG_IDS
        ]

    def _resize(self, layout: _Layout, chunk: _Chunk, splices: list[Splice]) -> list[Splice]:
        """What a chunk needs whose inside grew: its size, and a pad byte more or less."""
        growth = sum(s.growth for s in splices if chunk.data <= s.offset and s.end <= chunk.end)
        if not growth:
            return []
        length = chunk.length + growth
        resized = [Splice(chunk.offset + 4, 4, self._number(length))]
        padded = bool(chunk.length & 1) and not (chunk == layout.chunks[-1] and layout.missing_pad)
        if length & 1 and not padded:
            resized.append(Splice(chunk.end, 0, b"\0"))
        elif padded and not length & 1:
            resized.append(Splice(chunk.end, 1, b""))
        return resized

    def _append(self, f: BinaryIO, layout: _Layout, tag: bytes) -> list[Splice]:
        if not tag:
            return []
        data = bytes(layout.missing_pad) + self.tag_id + self._number(len(tag)) + tag
        return [Splice(layout.end, 0, data + bytes(len(tag) & 1))]

    def _number(self, value: int) -> bytes:
        if value > _LARGEST:
            raise TooLarge(f"This {self.name} file is full (4 GB), so RightsDesk leaves it alone.")
        return value.to_bytes(4, self.order)

    def _damaged(self) -> Damaged:
        return Damaged(f"This {self.name} file is damaged, so RightsDesk leaves it alone.")
