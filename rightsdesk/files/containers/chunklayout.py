"""Where the chunks of a WAV or AIFF lie, 64-bit sizes included.

Sources: Microsoft/IBM "Multimedia Programming Interface and Data Specifications 1.0"
(RIFF), Apple "Audio Interchange File Format 1.3", EBU Tech 3306 and ITU-R BS.2088 (RF64
and BW64: a `ds64` chunk holds the sizes that do not fit).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import BinaryIO, Literal

from rightsdesk.files.containers.base import is_zero, parsed_once, read_at, size_of
from rightsdesk.files.errors import Damaged, TooLarge, Unsupported
from rightsdesk.files.patch.patch import Splice

IN_DS64 = (1 << 32) - 1
"""A size that stands in `ds64`; else the largest that a chunk can have."""

_NOT_TOLD = (0, IN_DS64, (1 << 31) - 1)
"""What programs write for a size that they don't know yet, as when they write to a pipe."""

_SOUND = (b"data", b"SSND")
_CLIPPED = (b"LIST", b"list", b"id3 ", b"ID3 ", b"(c) ")
"""Chunks that readers look into also where the file's end cuts them off."""

_MOST_CHUNKS = 1 << 14
_LARGEST_REST = 1 << 16  # bytes behind the last chunk that are no sound for certain
_LARGEST_TABLE = 1 << 16  # bytes of a ds64 chunk


@dataclass(frozen=True, slots=True)
class Chunk:
    """A chunk: `offset` of its header of eight bytes, `length` of its data without the `pad`
    byte that follows it, if there is one. `cut`: it says that it is longer than the file."""

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
        """Where the next chunk begins."""
        return self.end + self.pad

    @property
    def label(self) -> str:
        return f"chunk {self.id.decode('latin-1')}"


@dataclass(frozen=True, slots=True)
class Layout:
    """The chunks, and the place of the outer chunk's size: 4, or that in `ds64`.

    `filler` bytes behind the last chunk are counted by the outer one. They stay behind it.
    """

    form: Form
    chunks: list[Chunk]
    filler: int
    size: int
    size_at: int

    @property
    def end(self) -> int:
        """Where the last chunk ends, with its pad byte if it has one."""
        return self.chunks[-1].next

    def changed(
        self, inside: list[Splice], removed: set[int], added: list[tuple[bytes, bytes]]
    ) -> list[Splice]:
        """All splices for these changes: sizes and pad bytes are put right.

        `inside` are splices within chunks' data, `removed` the offsets of chunks that go,
        `added` the ids and data of chunks to append. Raises `TooLarge`.
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
            if chunk.cut and added and not resized:  # or it would swallow what is added
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
        """What a chunk needs whose inside grew: its size, and a pad byte more or less."""
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
class Form:
    """What sets the chunked kinds apart, as far as finding the chunks goes."""

    name: str
    order: Literal["big", "little"]
    outer: bytes
    wide: tuple[bytes, ...]  # names of the outer chunk with 64-bit sizes
    forms: tuple[bytes, ...]
    needed: tuple[bytes, ...]

    @parsed_once
    def layout(self, f: BinaryIO) -> Layout:
        """Find the chunks. What the outer chunk says of its size is only a hint.

        Programs write the size of the file there, or none, or forget to count what they
        append; so chunks are looked for up to the file's end. Raises `Damaged` where one is
        cut off or a needed one is missing, `Unsupported` where the sound has no end.
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
            # such a size means "up to the file's end" to some: what is added would be played
            if counted in _NOT_TOLD:
                raise self._endless()
            raise Unsupported(f"This {self.name} file holds no audio, so it is left alone.")
        end = chunks[-1].next
        self._must_end(f, end, size, cut=8 + counted > size)
        return Layout(self, chunks, max(0, limit - end), size, size_at)

    def _must_end(self, f: BinaryIO, end: int, size: int, *, cut: bool) -> None:
        """What follows the last chunk can't be sound. Raises `Damaged` and `Unsupported`.

        `cut`: the outer chunk says that there was more.
        """
        if is_zero(f, (end, size - end)):
            return
        if cut and not self._is_cut(f, end):
            raise self.damaged()
        if size - end > _LARGEST_REST:
            raise Unsupported(
                f"This {self.name} file goes on behind its last chunk, which may be sound, so "
                "RightsDesk leaves it alone.",
                advice="Open it in an audio program and save it again.",
            )

    def number(self, value: int) -> bytes:
        """A chunk's size. Raises `TooLarge`."""
        if value >= IN_DS64:
            raise TooLarge(f"This {self.name} file is full (4 GB), so RightsDesk leaves it alone.")
        return value.to_bytes(4, self.order)

    def damaged(self) -> Damaged:
        return Damaged(f"This {self.name} file is damaged, so RightsDesk leaves it alone.")

    def _endless(self) -> Unsupported:
        return Unsupported(
            f"This {self.name} file doesn't say how long it is, so RightsDesk leaves it alone.",
            advice="Open it in an audio program and save it again.",
        )

    def _ds64(self, f: BinaryIO, size: int) -> dict[bytes, int]:
        """The sizes in `ds64`, which comes first: by chunk, and b"" for the outer one."""
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
        """The chunks from the first to the last that is whole; `limit` ends the outer one."""
        size = size_of(f)
        chunks: list[Chunk] = []
        offset = 12
        while size - offset >= 8:
            chunk = self._chunk(f, offset, sizes)
            if chunk is None or (offset >= limit and chunk.id in (self.outer, *self.wide)):
                break  # filler, or another file that was appended
            if chunk.end > size:
                if offset >= limit and chunks and chunk.id not in _SOUND:
                    break  # what other programs append, such as ID3v1
                told = not (sizes and chunk.length == IN_DS64)  # or `ds64` should have it
                if told and chunk.id not in _SOUND and any(one.id in _SOUND for one in chunks):
                    if chunk.id in _CLIPPED:
                        chunks.append(Chunk(chunk.id, offset, size - chunk.data, cut=True))
                    break  # the sound is whole
                endless = chunk.id == b"data" and chunk.length in _NOT_TOLD
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
        """Whether a chunk begins there that is no sound, and is cut off by the file's end."""
        size = size_of(f)
        chunk = self._chunk(f, offset, {}) if size - offset >= 8 else None
        return chunk is not None and chunk.id not in _SOUND and chunk.end > size

    def _chunk(self, f: BinaryIO, offset: int, sizes: dict[bytes, int]) -> Chunk | None:
        """The chunk with its header there; None where no name of a chunk stands."""
        header = read_at(f, offset, 8)
        if not all(0x20 <= byte < 0x7F for byte in header[:4]):
            return None
        length = int.from_bytes(header[4:], self.order)
        if length == IN_DS64 and header[:4] in sizes:
            length = sizes[header[:4]]
        return Chunk(header[:4], offset, length)

    def _pad(self, f: BinaryIO, chunk: Chunk, limit: int, sizes: dict[bytes, int]) -> int:
        """1 where a pad byte follows a chunk of odd length. Some programs leave it out."""
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
