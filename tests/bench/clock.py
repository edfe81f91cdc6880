"""A clock that skips waiting: when all threads sleep, it jumps to the next wake-up.

It follows the real clock, so the program's own work counts. Only time in which every thread would
sleep is skipped. So an hour of calls takes a minute, but the measured times are correct.
"""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime, timedelta

from rightsdesk.clock import Clock

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
_POLL = 0.02


class SkippingClock:
    """A skipping clock. Pass its `clock` as the program's `Clock`.

    Threads with names that begin with `names` may sleep. Without such threads, only the
    calling thread counts.
    """

    def __init__(self, names: str = "host-") -> None:
        self._names = names
        self._start = time.perf_counter()
        self._skipped = 0.0
        self._asleep: list[float] = []
        self._changed = threading.Condition()
        self.clock = Clock(now=self.now, monotonic=self.seconds, sleep=self.sleep)

    def seconds(self) -> float:
        """Return the seconds since creation, skipped time included."""
        return time.perf_counter() - self._start + self._skipped

    def now(self) -> datetime:
        """Return the same as a time of day."""
        return NOON + timedelta(seconds=self.seconds())

    def sleep(self, seconds: float) -> None:
        """Return after this time has passed on this clock."""
        with self._changed:
            waking = self.seconds() + seconds
            self._asleep.append(waking)
            while (left := waking - self.seconds()) > 0:
                if len(self._asleep) >= self._awaited():
                    first = min(self._asleep)
                    self._skipped += max(first - self.seconds(), 0.0)
                    self._asleep.remove(first)  # that thread is awake, even before it runs
                    self._changed.notify_all()
                else:
                    self._changed.wait(min(left, _POLL))
            if waking in self._asleep:
                self._asleep.remove(waking)

    def _awaited(self) -> int:
        return sum(t.name.startswith(self._names) for t in threading.enumerate()) or 1
