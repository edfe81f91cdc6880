"""Time as a parameter, so that tests of waiting need not wait."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Clock:
    """The operations on time.

    `now` is the wall clock (aware, UTC). It may be set back, and suits times that outlive a
    restart. `monotonic` (seconds) only increases, and suits measuring. `sleep` takes seconds.
    """

    now: Callable[[], datetime] = _now
    monotonic: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep


SYSTEM = Clock()
