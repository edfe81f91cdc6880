"""Clocks that a test moves."""

from datetime import UTC, datetime, timedelta

from rightsdesk.clock import Clock

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


class FakeClock:
    """A clock that the test moves. Sleeping moves it too and is recorded, so no test waits."""

    def __init__(self) -> None:
        self.wall = NOON
        self.seconds = 1000.0
        self.slept: list[float] = []
        self.clock = Clock(now=lambda: self.wall, monotonic=lambda: self.seconds, sleep=self.sleep)

    def move(self, **how: float) -> None:
        """Let time pass (or, with negative values, set the wall clock back)."""
        step = timedelta(**how)
        self.wall += step
        self.seconds += max(step.total_seconds(), 0)

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.move(seconds=seconds)


class Ticking(FakeClock):
    """Moves with every reading, as a real clock does."""

    @property
    def wall(self) -> datetime:
        self._wall += timedelta(microseconds=1)
        return self._wall

    @wall.setter
    def wall(self, moment: datetime) -> None:
        self._wall = moment
