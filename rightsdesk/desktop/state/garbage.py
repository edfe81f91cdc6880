"""Collects reference cycles in the main thread, and in no other.

A cycle that holds a Qt object is destroyed by the thread that collects it. A worker that does so
holds a mutex of Qt and waits for Python's lock; the main thread holds Python's lock and waits for
the mutex: the window then stands still for good.
"""

from __future__ import annotations

import gc
import time

from PySide6.QtCore import QObject, QTimer

EVERY_MS, BUSY_MS = 250, 50
"""Between two looks; and while there is something to collect, so that it does not pile up."""
MOST_YOUNG = 20_000
"""Objects that outlived their first collection and wait for the second: more would take more than
about 20 ms at once."""
FULL_SHARE = 200
"""A full collection waits for so many times as long as the last one took."""


class Collector(QObject):
    """Takes the place of Python's own collections until `stop`. Belongs to the main thread."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        gc.disable()
        gc.freeze()  # what was loaded stays for good: no collection has to look through it
        self._timer = QTimer(self)
        self._timer.setInterval(EVERY_MS)
        self._timer.timeout.connect(self._look)
        self._timer.start()

    def stop(self) -> None:
        """Let Python collect by itself again."""
        self._timer.stop()
        gc.enable()

    def _look(self) -> None:
        wait = BUSY_MS if collect_due() else EVERY_MS
        if wait != self._timer.interval():
            self._timer.setInterval(wait)


def collect_due() -> bool:
    """Collect the oldest generation that is due: by Python's own thresholds, and the middle one
    earlier where it has grown quickly. Gives whether one was due."""
    global _next_full, _young
    counts, thresholds = gc.get_count(), gc.get_threshold()
    due = [generation for generation in (1, 0) if counts[generation] > thresholds[generation] > 0]
    if due and _young + counts[0] > MOST_YOUNG:
        due = [1]
    began = time.monotonic()
    if counts[2] > thresholds[2] and began >= _next_full:
        gc.collect()
        ended = time.monotonic()
        _next_full = ended + FULL_SHARE * (ended - began)
        _young = 0
    elif due:
        gc.collect(due[0])
        _young = 0 if due[0] else _young + counts[0]
    return bool(due)


_next_full = 0.0
"""When the next full collection may be, by the monotonic clock in seconds."""
_young = 0
"""How many new objects collections of the youngest generation went through since the last of the
middle one."""
