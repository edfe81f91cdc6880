"""A change to a file as splices of bytes, for exact undo and a small journal.

A `Patch` replaces ranges of an original by literal bytes. Bytes outside the splices are
copied, so they can't change. `Patch.inverse` holds only the replaced bytes, so the
before-image does not grow with the file.
"""

from __future__ import annotations

import errno
import io
import os
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from operator import itemgetter
from typing import BinaryIO, NamedTuple

from rightsdesk.files.errors import ChangedOnDisk, DamagedPatch

BLOCK = 1 << 20  # bytes held in memory at a time while copying

_MAGIC = b"RDp1"  # "RightsDesk patch", format 1
_NO_KERNEL_COPY = {errno.EXDEV, errno.EINVAL, errno.ENOSYS, errno.EOPNOTSUPP, errno.EBADF}


class Splice(NamedTuple):
    """The original's bytes [offset, offset + length) are replaced by `data`."""

    offset: int
    length: int
    data: bytes

    @property
    def end(self) -> int:
        return self.offset + self.length

    @property
    def growth(self) -> int:
        """The number of bytes by which the file grows (negative: shrinks)."""
        return len(self.data) - self.length


@dataclass(frozen=True, slots=True)
class Patch:
    """Splices over an original of `size` bytes, in order and not overlapping.

    Raises ValueError for splices that overlap, run backwards or leave the file. That would
    be a bug of the container.
    """

    size: int
    splices: tuple[Splice, ...] = ()

    def __post_init__(self) -> None:
        if self.size < 0:
            raise ValueError("a file cannot have a negative size")
        at = 0
        for offset, length, _ in self.splices:
            if offset < at or length < 0:
                raise ValueError(f"splices overlap or run backwards at {offset}")
            at = offset + length
        if at > self.size:
            raise ValueError("a splice reaches past the end of the file")

    @classmethod
    def of(cls, size: int, splices: Iterable[Splice]) -> Patch:
        """Return the patch of these splices, in any order, without splices that do nothing.

        Splices at the same offset keep their order, but pure insertions go before a
        replacement.
        """
        useful = [splice for splice in splices if splice.length or splice.data]
        if len(useful) > 1:
            useful.sort(key=itemgetter(0, 1))  # by offset, then by length
        return cls(size, tuple(useful))

    @property
    def new_size(self) -> int:
        """The size of the patched file in bytes."""
        return self.size + sum([len(data) - length for _, length, data in self.splices])

    @property
    def steady(self) -> bool:
        """Whether no kept byte moves. The file's end may grow or shrink."""
        last = self.splices[-1:]
        return all(len(data) == length for _, length, data in self.splices[:-1]) and all(
            splice.growth == 0 or splice.end == self.size for splice in last
        )

    @property
    def empty(self) -> bool:
        """Whether the patch changes nothing."""
        return not self.splices

    def pieces(self) -> Iterator[tuple[int, int] | bytes]:
        """Yield the patched file in order: (offset, length) in the original, or literal bytes."""
        position = 0
        for offset, length, data in self.splices:
            if offset > position:
                yield position, offset - position
            if data:
                yield data
            position = offset + length
        if self.size > position:
            yield position, self.size - position

    def inverse(self, original: BinaryIO) -> Patch:
        """Return the patch that turns the patched file back into `original`, byte for byte.

        Reads only the bytes that this patch replaces. Raises `ChangedOnDisk` if the original
        is shorter than this patch expects.
        """
        back: list[Splice] = []
        moved = 0
        for splice in self.splices:
            original.seek(splice.offset)
            old = original.read(splice.length) if splice.length else b""
            if len(old) != splice.length:
                raise _shorter()
            back.append(Splice(splice.offset + moved, len(splice.data), old))
            moved += splice.growth
        return Patch(self.new_size, tuple(back))

    def write(self, original: BinaryIO, out: BinaryIO) -> None:
        """Write the patched file to `out`, from its current position.

        Uses little memory: the kernel copies ranges if it can (and shares blocks on file
        systems that support it), else they are copied block by block. Raises
        `ChangedOnDisk` if the original does not have the size that this patch expects, and
        OSError.
        """
        if original.seek(0, io.SEEK_END) != self.size:
            raise _shorter()
        for piece in self.pieces():
            if isinstance(piece, bytes):
                out.write(piece)
            else:
                _copy(original, out, *piece)
        out.flush()

    def to_bytes(self) -> bytes:
        """Return a compact form for the journal. `from_bytes` reads it.

        Format 1: magic, then unsigned LEB128 numbers (size, count; for each splice the gap
        since the previous splice's end, length, length of data, data), then the CRC-32 of
        everything before it, big-endian.
        """
        out = bytearray(_MAGIC)
        _put(out, self.size)
        _put(out, len(self.splices))
        position = 0
        for offset, length, data in self.splices:
            _put(out, offset - position)
            _put(out, length)
            _put(out, len(data))
            out += data
            position = offset + length
        out += zlib.crc32(out).to_bytes(4, "big")
        return bytes(out)

    @classmethod
    def from_bytes(cls, stored: bytes) -> Patch:
        """Return the patch in the output of `to_bytes`. Raises `DamagedPatch` for anything else."""
        end = len(stored) - 4
        if not stored.startswith(_MAGIC) or end < len(_MAGIC):
            raise DamagedPatch
        if zlib.crc32(memoryview(stored)[:end]).to_bytes(4, "big") != stored[end:]:
            raise DamagedPatch
        size, at = _number_at(stored, len(_MAGIC), end)
        count, at = _number_at(stored, at, end)
        splices: list[Splice] = []
        position = 0
        for _ in range(count):
            gap, at = _number_at(stored, at, end)
            length, at = _number_at(stored, at, end)
            data_length, at = _number_at(stored, at, end)
            if data_length > end - at:
                raise DamagedPatch
            splices.append(Splice(position + gap, length, stored[at : at + data_length]))
            position += gap + length
            at += data_length
        if at != end or position > size:
            raise DamagedPatch
        return cls(size, tuple(splices))


def _copy(original: BinaryIO, out: BinaryIO, offset: int, length: int) -> None:
    copied = _kernel_copy(original, out, offset, length)
    original.seek(offset + copied)
    left = length - copied
    while left:
        block = original.read(min(BLOCK, left))
        if not block:
            raise _shorter()
        out.write(block)
        left -= len(block)


def _kernel_copy(original: BinaryIO, out: BinaryIO, offset: int, length: int) -> int:
    """Copy by `copy_file_range`; return how many bytes it copied (0 if unsupported)."""
    if length < BLOCK or not hasattr(os, "copy_file_range"):
        return 0
    try:
        source, target = original.fileno(), out.fileno()
    except io.UnsupportedOperation:
        return 0
    out.flush()
    start = out.tell()
    copied = 0
    while copied < length:
        try:
            done = os.copy_file_range(
                source, target, length - copied, offset + copied, start + copied
            )
        except OSError as error:
            if error.errno not in _NO_KERNEL_COPY:
                raise
            break
        if done == 0:  # some network file systems return 0 instead of an error
            break
        copied += done
    out.seek(start + copied)
    return copied


def _put(out: bytearray, number: int) -> None:
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)


def _number_at(stored: bytes, at: int, end: int) -> tuple[int, int]:
    """Return the LEB128 number that begins at `at`, and its end. Raises `DamagedPatch`."""
    number = 0
    for shift in range(0, 70, 7):
        if at >= end:
            break
        byte = stored[at]
        at += 1
        number |= (byte & 0x7F) << shift
        if byte < 0x80:
            return number, at
    raise DamagedPatch


def _shorter() -> ChangedOnDisk:
    return ChangedOnDisk(
        "This file changed while RightsDesk was reading it.",
        advice="Scan it again.",
        untouched="It was left as it is.",
    )
