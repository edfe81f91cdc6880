"""Gives memory back to the system that glibc's allocator would keep after each peak.

glibc takes large blocks from the system one by one, and gives them back when they are freed. But
with each it raises what counts as large, up to 32 MB, and from then on keeps smaller ones in heaps,
of which each thread has its own. Workers of the window read hundreds of thousands of rows and then
wait: with 100,000 recordings a sixth of all memory was kept for nothing.
"""

from __future__ import annotations

import ctypes
import sys

_TRIM_THRESHOLD, _ARENA_MAX = -1, -8
"""Parameters of mallopt(3). Setting the first also fixes the size from which blocks are large."""
_MOST_KEPT, _ARENAS = 128 * 1024, 2
"""Bytes that are kept at the end of a heap, as at the start; and the number of heaps."""


def give_back_memory() -> None:
    """Limit what the allocator keeps. To be called before threads start; without effect where the
    C library is not glibc."""
    if sys.platform != "linux":
        return
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:  # musl has none
        mallopt(_TRIM_THRESHOLD, _MOST_KEPT)
        mallopt(_ARENA_MAX, _ARENAS)
