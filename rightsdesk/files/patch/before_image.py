"""The record of a file that the journal keeps before a change: for undo and for recovery.

Undo needs the replaced bytes, and a check that the file still holds the written bytes. A
write in place can be interrupted. Recovery must not harm later changes by other programs,
so the image also holds the new bytes and a digest of the bytes around them. Such a change
moves nothing, but the end of the file may grow or shrink.
"""

from __future__ import annotations

import hashlib
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from itertools import zip_longest
from typing import BinaryIO

from rightsdesk.files.errors import DamagedPatch
from rightsdesk.files.patch.delta import apply, delta
from rightsdesk.files.patch.patch import Patch, Splice

_MAGIC = b"RDi3"  # "RightsDesk image", format 3
_HEAD = struct.Struct(">4s32s32s32sI?")
_MAGIC_2, _HEAD_2 = b"RDi2", struct.Struct(">4s32s32sI?")  # format 2: no `essence`
_DIGEST = hashlib.sha256().digest_size
_AROUND = 1024  # bytes before and after each splice that identify the file
_MOST_GAPS = 256


class ChangeState(Enum):
    """How far a change has been written to a file."""

    OLD = "old"
    NEW = "new"
    HALF = "half"
    """Some bytes are new, and all others are still old."""
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class BeforeImage:
    """The data to undo a change of a file.

    `back` is the patch from new to old, `written` the SHA-256 of the bytes that `back`
    replaces. A write in place also keeps `forth`, the patch from old to new, and `around`,
    the digest of the bytes near the splices. The first change of a file keeps `essence`:
    the digest of the audio before, in hexadecimal.
    """

    back: Patch
    written: bytes
    forth: Patch | None = None
    around: bytes = bytes(_DIGEST)
    essence: str = ""

    @classmethod
    def of(cls, f: BinaryIO, patch: Patch, *, in_place: bool, essence: str = "") -> BeforeImage:
        """Return the image for a patch before it is applied to `f`.

        Raises `ChangedOnDisk` if the patch was made for another state of the file.
        """
        written = hashlib.sha256(b"".join(splice.data for splice in patch.splices)).digest()
        back = patch.inverse(f)
        if not in_place:
            return cls(back, written, essence=essence)
        return cls(back, written, patch, _around(f, back), essence)

    @property
    def in_place(self) -> bool:
        """Whether the change is written in place: an interruption can leave it half done."""
        return self.forth is not None

    def fits(self, f: BinaryIO) -> bool:
        """Return whether the file still holds exactly the bytes that the change wrote."""
        if f.seek(0, 2) != self.back.size:
            return False
        held = hashlib.sha256()
        for splice in self.back.splices:
            f.seek(splice.offset)
            held.update(f.read(splice.length))
        return held.digest() == self.written

    def state(self, f: BinaryIO) -> ChangeState:
        """Return how far the change has been written to `f`. Only for writes in place.

        An interrupted write leaves each byte either old or new. Any other byte means that
        another program wrote the file. Raises ValueError for other images.
        """
        if self.forth is None:
            raise ValueError("only a change in place can be half done")
        size = f.seek(0, 2)
        sizes = (self.forth.size, self.back.size)
        if not min(sizes) <= size <= max(sizes):
            return ChangeState.OTHER
        is_old, is_new = size == self.forth.size, size == self.back.size
        for old, new in zip(self.back.splices, self.forth.splices, strict=True):
            f.seek(old.offset)
            held = f.read(max(len(old.data), len(new.data)))
            is_old = is_old and held == old.data
            is_new = is_new and held == new.data
            if not _mixed(held, old.data, new.data):
                return ChangeState.OTHER
        if is_old or is_new:
            return ChangeState.OLD if is_old else ChangeState.NEW
        return ChangeState.HALF if _around(f, self.back) == self.around else ChangeState.OTHER

    def to_bytes(self) -> bytes:
        """Return the bytes for the journal. `from_bytes` reads them.

        Format 3: magic, the three digests (zeros for no `essence`), the length of `back`,
        `back`. Then the parts of `forth`: each is a length and the delta from the replaced
        bytes to the new bytes. Last the CRC-32 of everything before it, big-endian.
        """
        back = self.back.to_bytes()
        essence = bytes.fromhex(self.essence).ljust(_DIGEST, b"\0")
        head = (_MAGIC, self.written, self.around, essence, len(back), self.in_place)
        parts = [_HEAD.pack(*head), back]
        if self.forth is not None:
            for old, new in zip(self.back.splices, self.forth.splices, strict=True):
                part = delta(old.data, new.data).to_bytes()
                parts += [len(part).to_bytes(4, "big"), part]
        body = b"".join(parts)
        return body + zlib.crc32(body).to_bytes(4, "big")

    @classmethod
    def from_bytes(cls, stored: bytes) -> BeforeImage:
        """Return the image in the output of `to_bytes`. Raises `DamagedPatch` for anything else.

        Format 1, in the oldest journals, is the digest and the inverse patch.
        """
        if not stored.startswith((_MAGIC, _MAGIC_2)):
            return cls(Patch.from_bytes(stored[_DIGEST:]), stored[:_DIGEST])
        head = _HEAD if stored.startswith(_MAGIC) else _HEAD_2
        body = stored[:-4]
        if len(body) < head.size or zlib.crc32(body).to_bytes(4, "big") != stored[-4:]:
            raise DamagedPatch
        _, written, around, *optional, length, in_place = head.unpack_from(body)
        essence = b"".join(optional)
        rest = body[head.size :]
        back = Patch.from_bytes(rest[:length])
        forth = _forth(back, rest[length:]) if in_place else None
        return cls(back, written, forth, around, essence.hex() if any(essence) else "")


def _forth(back: Patch, stored: bytes) -> Patch:
    splices: list[Splice] = []
    at = 0
    for old in back.splices:
        end = at + 4 + int.from_bytes(stored[at : at + 4], "big")
        if end > len(stored):
            raise DamagedPatch
        part = Patch.from_bytes(stored[at + 4 : end])
        if part.size != len(old.data) or part.new_size != old.length:
            raise DamagedPatch
        splices.append(Splice(old.offset, len(old.data), apply(part, old.data)))
        at = end
    return Patch(back.new_size, tuple(splices))


def _mixed(held: bytes, old: bytes, new: bytes) -> bool:
    """Return whether each byte is the old or the new byte.

    At the end of a file that grows or shrinks, one version is shorter. After its end, bytes
    may be missing or zero: unwritten bytes read as zeros.
    """
    if held in (old, new):
        return True
    if not min(len(old), len(new)) <= len(held) <= max(len(old), len(new)):
        return False
    both = zip_longest(old, new, fillvalue=0)
    return all(byte in states for byte, states in zip(held, both, strict=False))


def _around(f: BinaryIO, patch: Patch) -> bytes:
    """Return the digest of the unchanged bytes near the splices."""
    digest = hashlib.sha256()
    for offset, length in _nearby(patch):
        f.seek(offset)
        digest.update(f.read(length))
    return digest.digest()


def _nearby(patch: Patch) -> Iterator[tuple[int, int]]:
    """Yield (offset, length) of the start and the end of each gap between the splices."""
    gaps = [piece for piece in patch.pieces() if not isinstance(piece, bytes)]
    for offset, length in gaps[:_MOST_GAPS]:
        yield offset, min(length, _AROUND)
        if length > _AROUND:
            rest = min(length - _AROUND, _AROUND)
            yield offset + length - rest, rest
