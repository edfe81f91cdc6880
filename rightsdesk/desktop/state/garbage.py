"""Collects reference cycles in the main thread, and in no other.

A cycle that holds a Qt object is destroyed by the thread that collects it. A worker that does so
holds a mutex of Qt and waits for Python's lock; the main thread holds Python's lock and waits for
the mutex: the window then stands still for good.
"""

from __future__ import annotations

import gc
import time

from PySide6.QtCore import QObject, QTimer

EVERY_MS = 250
FULL_SHARE = 50
"""A full collection waits for so many times as long as the last one took."""


class Collector(QObject):
    """Takes the place of Python's own collections until `stop`. Belongs to the main thread."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        gc.disable()
        gc.freeze()  # what was loaded stays for good: no collection has to look through it
        self._timer = QTimer(self)
        self._timer.setInterval(EVERY_MS)
        self._timer.timeout.connect(collect_due)
        self._timer.start()

    def stop(self) -> None:
        """Let Python collect by itself again."""
        self._timer.stop()
        gc.enable()


def collect_due() -> None:
    """Collect the oldest generation that is due, by Python's own thresholds."""
    global _next_full
    counts, thresholds = gc.get_count(), gc.get_threshold()
    due = [generation for generation in (1, 0) if counts[generation] > thresholds[generation] > 0]
    began = time.monotonic()
    if counts[2] > thresholds[2] and began >= _next_full:
        gc.collect()
        ended = time.monotonic()
        _next_full = ended + FULL_SHARE * (ended - began)
    elif due:
        gc.collect(due[0])


_next_full = 0.0
"""When the next full collection may be, by the monotonic clock in seconds."""
