"""Find the chunks of a WAV or AIFF, 64-bit sizes included.

Sources: Microsoft/IBM "Multimedia Programming Interface and Data Specifications 1.0"
(RIFF), Apple "Audio Interchange File Format 1.3", EBU Tech 3306 and ITU-R BS.2088 (RF64
and BW64: a `ds64` chunk holds the sizes that do not fit).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import BinaryIO, Literal

from rightsdesk.files.containers.base import is_zero, parsed_once, read_at, size_of
from rightsdesk.files.errors import Damaged, TooLarge, Unsupported, damaged_kind
from rightsdesk.files.patch.patch import Splice
from rightsdesk.sentences import worded

IN_DS64 = (1 << 32) - 1
"""The value that refers to a size in `ds64`. Real sizes are smaller."""

_UNKNOWN_SIZES = (0, IN_DS64, (1 << 31) - 1)
"""The values that programs write before they know a size, as when they write to a pipe."""

_SOUND = (b"data", b"SSND")
_CLIPPED = (b"LIST", b"list", b"id3 ", b"ID3 ", b"(c) ")
"""Chunks that readers read even if the file's end truncates them."""

_MOST_CHUNKS = 1 << 14
_LARGEST_REST = 1 << 16  # bytes after the last chunk: more could be sound
_LARGEST_TABLE = 1 << 16  # bytes of a ds64 chunk


@dataclass(frozen=True, slots=True)
class Chunk:
    """A chunk: the `offset` of its eight-byte header, and the `length` of its data.

    `pad`: 1 if a pad byte follows, which `length` does not count. `cut`: the chunk states
    that it is longer than the file.
    """

    id: bytes
    offset: int
    length: int
    pad: int = 0
    cut: bool = False

    @property
    def data(self) -> int:
        return self.offset + 8

    @property
    def end(self) -> int:
        return self.data + self.length

    @property
    def next(self) -> int:
        """The offset of the next chunk."""
        return self.end + self.pad

    @property
    def label(self) -> str:
        return f"chunk {self.id.decode('latin-1')}"


@dataclass(frozen=True, slots=True)
class ChunkLayout:
    """The chunks, and the offset of the outer chunk's size: 4, or a place in `ds64`.

    The outer chunk's size includes `filler` bytes after the last chunk. They stay there.
    """

    form: ChunkedForm
    chunks: list[Chunk]
    filler: int
    size: int
    size_at: int

    @property
    def end(self) -> int:
        """The end of the last chunk, pad byte included."""
        return self.chunks[-1].next

    def changed(
        self, inside: list[Splice], removed: set[int], added: list[tuple[bytes, bytes]]
    ) -> list[Splice]:
        """Return all splices for these changes, with updated sizes and pad bytes.

        `inside`: splices within chunks' data. `removed`: offsets of chunks to remove.
        `added`: ids and data of chunks to append. Raises `TooLarge`.
        """
        splices: list[Splice] = []
        lacks = 0
        for chunk in self.chunks:
            lacks = (chunk.length & 1) - chunk.pad
            if chunk.offset in removed:
                splices.append(Splice(chunk.offset, chunk.next - chunk.offset, b""))
                lacks = 0
                continue
            within = [s for s in inside if chunk.data <= s.offset and s.end <= chunk.end]
            resized = self._resized(chunk, sum(splice.growth for splice in within))
            lacks = 0 if resized else lacks
            splices += [*within, *resized]
            if chunk.cut and added and not resized:  # else it would swallow the new chunks
                splices.append(Splice(chunk.offset + 4, 4, self.form.number(chunk.length)))
        new = bytes(lacks if added else 0)
        for chunk_id, data in added:
            new += chunk_id + self.form.number(len(data)) + data + bytes(len(data) & 1)
        splices.append(Splice(self.end, 0, new))
        growth = sum(splice.growth for splice in splices)
        if growth:
            counted = self.end - 8 + self.filler + growth
            number = (
                self.form.number(counted) if self.size_at == 4 else counted.to_bytes(8, "little")
            )
            splices.append(Splice(self.size_at, len(number), number))
        return splices

    def _resized(self, chunk: Chunk, growth: int) -> list[Splice]:
        """Return the splices for a chunk that grew: its size, and a pad byte added or removed."""
        if not growth:
            return []
        length = chunk.length + growth
        resized = [Splice(chunk.offset + 4, 4, self.form.number(length))]
        if length & 1 and not chunk.pad:
            resized.append(Splice(chunk.end, 0, b"\0"))
        elif chunk.pad and not length & 1:
            resized.append(Splice(chunk.end, 1, b""))
        return resized


@dataclass(frozen=True, slots=True)
class ChunkedForm:
    """The properties of a chunked kind that are needed to find its chunks."""

    name: str
    order: Literal["big", "little"]
    outer: bytes
    wide: tuple[bytes, ...]  # ids of the outer chunk with 64-bit sizes
    forms: tuple[bytes, ...]
    needed: tuple[bytes, ...]

    @parsed_once
    def layout(self, f: BinaryIO) -> ChunkLayout:
        """Find the chunks. The outer chunk's size is only a hint.

        Some programs write the file's size there, or none, or don't count appended chunks.
        So the search goes on to the file's end. Raises `Damaged` if a chunk is truncated or a
        needed chunk is missing, `Unsupported` if the sound has no stated end.
        """
        size = size_of(f)
        header = read_at(f, 0, 12)
        if header[:4] not in (self.outer, *self.wide) or header[8:] not in self.forms:
            raise self.damaged()
        sizes: dict[bytes, int] = {}
        size_at = 4
        counted = int.from_bytes(header[4:8], self.order)
        if header[:4] in self.wide:
            sizes = self._ds64(f, size)
            if counted == IN_DS64:
                counted, size_at = sizes[b""], 20
        limit = min(8 + counted, size)
        chunks = self._chunks(f, limit, sizes)
        if any(all(chunk.id != wanted for chunk in chunks) for wanted in self.needed):
            raise self.damaged()
        if self.order == "little" and all(c.length == 0 for c in chunks if c.id == b"data"):
            # For some programs such a size means "up to the file's end". They would play
            # an appended chunk.
            if counted in _UNKNOWN_SIZES:
                raise self._endless()
            raise Unsupported(
                worded("This {name} file holds no audio, so it is left alone.", name=self.name)
            )
        end = chunks[-1].next
        self._must_end(f, end, size, cut=8 + counted > size)
        return ChunkLayout(self, chunks, max(0, limit - end), size, size_at)

    def _must_end(self, f: BinaryIO, end: int, size: int, *, cut: bool) -> None:
        """Check that the data after the last chunk can't be sound.

        `cut`: the outer chunk states a larger size than the file has. Raises `Damaged` and
        `Unsupported`.
        """
        if is_zero(f, (end, size - end)):
            return
        if cut and not self._is_cut(f, end):
            raise self.damaged()
        if size - end > _LARGEST_REST:
            raise Unsupported(
                worded(
                    "This {name} file has data after its last chunk, which may be sound, so "
                    "RightsDesk leaves it alone.",
                    name=self.name,
                ),
                advice="Open it in an audio program and save it again.",
            )

    def number(self, value: int) -> bytes:
        """Return a chunk's size as bytes. Raises `TooLarge`."""
        if value >= IN_DS64:
            raise TooLarge(
                worded(
                    "This {name} file is full (4 GB), so RightsDesk leaves it alone.",
                    name=self.name,
                )
            )
        return value.to_bytes(4, self.order)

    def damaged(self) -> Damaged:
        """Return the error for a file with a broken structure."""
        return damaged_kind(self.name)

    def _endless(self) -> Unsupported:
        return Unsupported(
            worded(
                "This {name} file doesn't say how long it is, so RightsDesk leaves it alone.",
                name=self.name,
            ),
            advice="Open it in an audio program and save it again.",
        )

    def _ds64(self, f: BinaryIO, size: int) -> dict[bytes, int]:
        """Return the sizes in `ds64`, the first chunk: by chunk id, b"" for the outer chunk.

        Raises `Damaged`.
        """
        if size < 48:
            raise self.damaged()
        head = read_at(f, 12, 8)
        length = int.from_bytes(head[4:], "little")
        if head[:4] != b"ds64" or not 28 <= length <= min(_LARGEST_TABLE, size - 20):
            raise self.damaged()
        data = read_at(f, 20, length)
        sizes = {
            b"": int.from_bytes(data[:8], "little"),
            b"data": int.from_bytes(data[8:16], "little"),
        }
        count = int.from_bytes(data[24:28], "little")
        if count > (length - 28) // 12:
            raise self.damaged()
        for at in range(28, 28 + 12 * count, 12):
            sizes.setdefault(data[at : at + 4], int.from_bytes(data[at + 4 : at + 12], "little"))
        return sizes

    def _chunks(self, f: BinaryIO, limit: int, sizes: dict[bytes, int]) -> list[Chunk]:
        """Return the chunks up to the last complete one. `limit`: the end of the outer chunk."""
        size = size_of(f)
        chunks: list[Chunk] = []
        offset = 12
        while size - offset >= 8:
            chunk = self._chunk(f, offset, sizes)
            if chunk is None or (offset >= limit and chunk.id in (self.outer, *self.wide)):
                break  # filler, or an appended file
            if chunk.end > size:
                if offset >= limit and chunks and chunk.id not in _SOUND:
                    break  # data that other programs append, such as ID3v1
                stated = not (sizes and chunk.length == IN_DS64)  # else `ds64` lacks it
                has_sound = any(earlier.id in _SOUND for earlier in chunks)
                if stated and chunk.id not in _SOUND and has_sound:
                    if chunk.id in _CLIPPED:
                        chunks.append(Chunk(chunk.id, offset, size - chunk.data, cut=True))
                    break  # the sound is complete
                endless = chunk.id == b"data" and chunk.length in _UNKNOWN_SIZES
                raise self._endless() if endless else self.damaged()
            if len(chunks) == _MOST_CHUNKS:
                raise self.damaged()
            pad = self._pad(f, chunk, limit, sizes) if chunk.length & 1 else 0
            chunks.append(Chunk(chunk.id, offset, chunk.length, pad))
            offset = chunks[-1].next
        if not chunks:
            raise self.damaged()
        return chunks

    def _is_cut(self, f: BinaryIO, offset: int) -> bool:
        """Return whether a chunk without sound begins at `offset` and is truncated."""
        size = size_of(f)
        chunk = self._chunk(f, offset, {}) if size - offset >= 8 else None
        return chunk is not None and chunk.id not in _SOUND and chunk.end > size

    def _chunk(self, f: BinaryIO, offset: int, sizes: dict[bytes, int]) -> Chunk | None:
        """Return the chunk with its header at `offset`, None if the id is not printable."""
        header = read_at(f, offset, 8)
        if not all(0x20 <= byte < 0x7F for byte in header[:4]):
            return None
        length = int.from_bytes(header[4:], self.order)
        if length == IN_DS64 and header[:4] in sizes:
            length = sizes[header[:4]]
        return Chunk(header[:4], offset, length)

    def _pad(self, f: BinaryIO, chunk: Chunk, limit: int, sizes: dict[bytes, int]) -> int:
        """Return 1 if a pad byte follows a chunk of odd length. Some programs omit it."""
        size, end = size_of(f), chunk.end
        if end == size:
            return 0
        zero = read_at(f, end, 1) == b"\0"
        if end >= limit and end + 1 == size:
            return int(zero)

        def follows(at: int) -> bool:
            after = self._chunk(f, at, sizes) if size - at >= 8 else None
            return after is not None and after.end <= size

        if follows(end + 1):
            return 1
        return int(end < limit and not follows(end))
