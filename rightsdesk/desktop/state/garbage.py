"""Collects reference cycles in the main thread, and in no other.

A cycle that holds a Qt object is destroyed by the thread that collects it. A worker that does so
holds a mutex of Qt and waits for Python's lock; the main thread holds Python's lock and waits for
the mutex: the window then stands still for good.

A collection holds up the window for as long as it looks through objects. So each looks through
few: what outlived a full one is set aside (`gc.freeze`), and so is what would be too much at once.
Cycles among what was set aside are found while the person is at another program, or when there may
be many.

Lines of source code are dropped too. PySide reads every module that is imported, to see whether it
uses PySide (`shibokensupport.feature`), and `linecache` keeps what it read: 25 MB.
"""

from __future__ import annotations

import gc
import linecache

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtGui import QGuiApplication

EVERY_MS, BUSY_MS = 250, 50
"""Between two looks; and while there is something to collect, so that it does not pile up."""
AWAY_MS = 60_000
"""How long a person is at another program before everything is collected."""
MOST_YOUNG = 20_000
"""Objects that outlived their first collection and wait for the second: more would take more than
about 20 ms at once."""
MOST_OLD = 40_000
"""Objects that outlived their second collection and wait for a full one, likewise."""
MOST_ASIDE = 1_000_000
"""Objects that may be set aside without a look. Beyond them everything is collected at once, even
if that holds up the window: memory would grow without an end while a person never leaves it."""


class Collector(QObject):
    """Takes the place of Python's own collections until `stop`. Belongs to the main thread."""

    def __init__(self, app: QGuiApplication) -> None:
        super().__init__(app)
        gc.disable()
        _set_aside()  # what was loaded stays for good: no collection has to look through it
        self._timer = QTimer(self)
        self._timer.setInterval(EVERY_MS)
        self._timer.timeout.connect(self._collect_due)
        self._timer.start()
        self._away = QTimer(self)
        self._away.setInterval(AWAY_MS)
        self._away.setSingleShot(True)
        self._away.timeout.connect(collect_all)
        app.applicationStateChanged.connect(self._state_changed)

    def stop(self) -> None:
        """Let Python collect by itself again."""
        self._timer.stop()
        self._away.stop()
        gc.enable()

    def _collect_due(self) -> None:
        busy = collect_due()
        if not busy:
            linecache.clearcache()
        wait = BUSY_MS if busy else EVERY_MS
        if wait != self._timer.interval():
            self._timer.setInterval(wait)

    def _state_changed(self, state: Qt.ApplicationState) -> None:
        if state is Qt.ApplicationState.ApplicationActive:
            self._away.stop()
        else:
            self._away.start()


def collect_due() -> bool:
    """Collect the oldest generation that is due: by Python's own thresholds, and the middle one
    earlier where it has grown quickly. Gives whether one was due."""
    global _aside, _old, _young
    counts, thresholds = gc.get_count(), gc.get_threshold()
    due = [generation for generation in (1, 0) if counts[generation] > thresholds[generation] > 0]
    if due and _young + counts[0] > MOST_YOUNG:
        due = [1]
    if counts[2] > thresholds[2]:
        if _old + _young <= MOST_OLD:
            gc.collect()
        else:
            _aside += _old + _young
        gc.freeze()
        _old = _young = 0
        if _aside > MOST_ASIDE:  # most of them may have ended since, without a collection
            _aside = gc.get_freeze_count() - _looked_through
        if _aside > MOST_ASIDE:
            collect_all()
    elif due == [0]:
        gc.collect(0)
        _young += counts[0]
    elif due:
        gc.collect(1)
        _old += _young + counts[0]
        _young = 0
    return bool(due)


def collect_all() -> None:
    """Collect all cycles, also among what was set aside."""
    gc.unfreeze()
    gc.collect()
    _set_aside()


def _set_aside() -> None:
    global _aside, _looked_through, _old, _young
    gc.freeze()
    _aside = _old = _young = 0
    _looked_through = gc.get_freeze_count()


_aside = _old = _young = 0
"""How many objects at most were set aside without a look, wait for a full collection, and wait for
one of the middle generation."""
_looked_through = 0
"""How many objects were set aside when all had been collected."""
