"""Look for garbage less often while many files are worked on.

What is made for a file hardly ever refers to itself, so that nearly all of it goes at once;
but Python looks through everything that there is time and again, and a catalogue is much.
"""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator
from contextlib import contextmanager

SELDOM = 100_000
"""Objects made, less those gone, between two looks at the youngest."""

_lock = threading.Lock()
_working: list[tuple[int, int, int]] = []  # the threshold from before, for each that works


@contextmanager
def collecting_seldom() -> Iterator[None]:
    """For a job over many files; several may overlap, and the last one sets all back."""
    with _lock:
        _working.append(_working[0] if _working else gc.get_threshold())
        gc.set_threshold(SELDOM, *_working[0][1:])
    try:
        yield
    finally:
        with _lock:
            before = _working.pop()
            if not _working:
                gc.set_threshold(*before)
