"""Copies that share their blocks with the original, on the file systems that have it.

The kernel's ordinary copying shares blocks only where both sides lie on block boundaries.
A change near the end of a large file (WAV, AIFF, an M4A with its index behind the audio)
moves nothing before it, so the whole file can be shared and only what differs is written.
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

_FICLONE = 0x40049409  # linux/fs.h; elsewhere in the numbering it is refused as unknown


def write_cloned(original: BinaryIO, patch: Patch, new: int) -> bool:
    """Fill the empty file `new` with the patched original by sharing what does not move.

    False where that would not be worth it or is not to be had; nothing is written then.
    Raises OSError as the disk does.
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
    """How many bytes at the beginning keep their place."""
    return next((one.offset for one in patch.splices if one.growth), patch.size)


def _after(original: BinaryIO, patch: Patch, start: int) -> Iterator[bytes]:
    """The patched file from where its bytes move."""
    rest = [one for one in patch.splices if one.offset >= start]
    moved = (Splice(one.offset - start, one.length, one.data) for one in rest)
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
