"""Run the garbage collector less often during jobs over many files.

Objects for a file hardly ever form cycles, so reference counting frees nearly all of them.
But the collector scans all live objects again and again, and a catalogue has many.
"""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator
from contextlib import contextmanager

SELDOM = 100_000
"""Allocations, less deallocations, between two collections of the youngest generation."""

_lock = threading.Lock()
_previous: list[tuple[int, int, int]] = []  # the thresholds before, an entry per running job


@contextmanager
def collecting_seldom() -> Iterator[None]:
    """Collect garbage rarely during a job. Jobs may overlap; the last restores the thresholds.

    Where collecting was taken over (`gc.disable`), as in the window, nothing changes: a
    collection of so many objects at once would hold the window up.
    """
    if not gc.isenabled():
        yield
        return
    with _lock:
        _previous.append(_previous[0] if _previous else gc.get_threshold())
        gc.set_threshold(SELDOM, *_previous[0][1:])
    try:
        yield
    finally:
        with _lock:
            before = _previous.pop()
            if not _previous:
                gc.set_threshold(*before)
