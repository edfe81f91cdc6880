"""A clock on which nobody waits in vain: when all are asleep, it moves on to the first waking.

What the program itself takes is on it, since it runs with the real clock; only the time in
which every thread would have slept is skipped. So an hour of calls takes a minute, and what
is measured is still what would have been.
"""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime, timedelta

from rightsdesk.clock import Clock

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
_LOOK = 0.02


class SkippingClock:
    """`clock` is handed in where a `Clock` is wanted. Threads whose names begin with `names`
    are those that may sleep; while there are none, it is the one that asks."""

    def __init__(self, names: str = "host-") -> None:
        self._names = names
        self._start = time.perf_counter()
        self._skipped = 0.0
        self._asleep: list[float] = []
        self._changed = threading.Condition()
        self.clock = Clock(now=self.now, monotonic=self.seconds, sleep=self.sleep)

    def seconds(self) -> float:
        """Seconds since it was made, the skipped ones included."""
        return time.perf_counter() - self._start + self._skipped

    def now(self) -> datetime:
        """The same as a time of day."""
        return NOON + timedelta(seconds=self.seconds())

    def sleep(self, seconds: float) -> None:
        """Come back when so much time has passed on this clock."""
        with self._changed:
            waking = self.seconds() + seconds
            self._asleep.append(waking)
            while (left := waking - self.seconds()) > 0:
                if len(self._asleep) >= self._awaited():
                    first = min(self._asleep)
                    self._skipped += max(first - self.seconds(), 0.0)
                    self._asleep.remove(first)  # it is awake, though it may not know it yet
                    self._changed.notify_all()
                else:
                    self._changed.wait(min(left, _LOOK))
            if waking in self._asleep:
                self._asleep.remove(waking)

    def _awaited(self) -> int:
        return sum(t.name.startswith(self._names) for t in threading.enumerate()) or 1
