"""Read a file as a patch would leave it, before anything is written.

A container parses such a view like any file. So the result of a change can be compared
with the original while the original is still untouched.
"""

from __future__ import annotations

import io
import os
from bisect import bisect_right
from typing import TYPE_CHECKING, BinaryIO

from rightsdesk.files.opening import BUFFER
from rightsdesk.files.patch.patch import Patch

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer


class _Patched(io.RawIOBase):
    """The pieces of a patched file as a continuous stream."""

    def __init__(self, original: BinaryIO, patch: Patch) -> None:
        self._original = original
        self._pieces = list(patch.pieces())
        self._starts: list[int] = []
        self._size = 0
        for piece in self._pieces:
            self._starts.append(self._size)
            self._size += len(piece) if isinstance(piece, bytes) else piece[1]
        self._at = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self._size}[whence]
        self._at = max(0, base + offset)
        return self._at

    def tell(self) -> int:
        return self._at

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        out = memoryview(buffer).cast("B")
        if self._at >= self._size:
            return 0
        index = bisect_right(self._starts, self._at) - 1
        piece = self._pieces[index]
        inside = self._at - self._starts[index]
        if isinstance(piece, bytes):
            data = piece[inside : inside + len(out)]
        else:
            self._original.seek(piece[0] + inside)
            data = self._original.read(min(len(out), piece[1] - inside))
        out[: len(data)] = data
        self._at += len(data)
        return len(data)


def patched(original: BinaryIO, patch: Patch) -> BinaryIO:
    """Return a read-only view of `original` with the patch applied. Nothing is written.

    Reading moves the position of `original`. Closing the view leaves `original` open.
    """
    if isinstance(original, io.BytesIO):
        out = io.BytesIO()
        patch.write(original, out)
        return out
    return io.BufferedReader(_Patched(original, patch), BUFFER)
