"""Copy a file by sharing its blocks, on file systems with reflinks.

The kernel's ordinary copy shares blocks only if both sides are block-aligned. A change near
the end of a large file (WAV, AIFF, an M4A with its index after the audio) moves nothing
before it. So the whole file can be cloned, and only the differences are written.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from typing import BinaryIO

from rightsdesk.files.patch.patch import BLOCK, Patch, Splice
from rightsdesk.files.writing.durable import write_at

if sys.platform == "linux":
    import fcntl

_FICLONE = 0x40049409  # linux/fs.h; platforms with other numbers refuse it as unknown


def write_cloned(original: BinaryIO, patch: Patch, new: int) -> bool:
    """Fill the empty file `new` with the patched original, sharing the blocks that stay.

    Returns False, with nothing written, if cloning is not worth it or not supported. Raises
    OSError.
    """
    steady = _steady(patch)
    if steady < max(BLOCK, patch.new_size // 2) or not _clone(original.fileno(), new):
        return False
    for splice in patch.splices:
        if splice.end <= steady and splice.growth == 0:
            write_at(new, splice.data, splice.offset)
    at = steady
    for data in _after(original, patch, steady):
        write_at(new, data, at)
        at += len(data)
    os.ftruncate(new, patch.new_size)
    return True


def _steady(patch: Patch) -> int:
    """Return how many bytes at the start of the file keep their place."""
    return next((splice.offset for splice in patch.splices if splice.growth), patch.size)


def _after(original: BinaryIO, patch: Patch, start: int) -> Iterator[bytes]:
    """Yield the patched file from `start`, where its bytes begin to move."""
    rest = [splice for splice in patch.splices if splice.offset >= start]
    moved = (Splice(splice.offset - start, splice.length, splice.data) for splice in rest)
    for piece in Patch(patch.size - start, tuple(moved)).pieces():
        if isinstance(piece, bytes):
            yield piece
            continue
        offset, left = piece
        original.seek(start + offset)
        while left and (block := original.read(min(BLOCK, left))):
            yield block
            left -= len(block)


def _clone(original: int, new: int) -> bool:
    if sys.platform != "linux":
        return False
    try:
        fcntl.ioctl(new, _FICLONE, original)
    except OSError:
        return False
    return True
