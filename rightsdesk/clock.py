"""Time as a value that is handed in, so that waiting can be tested without waiting."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Clock:
    """The three things that code may ask of time.

    `now` is the wall clock (aware, UTC): it can be set back and forth under us, and is right
    for what has to outlive a restart. `monotonic` (seconds) only goes forward: it is right
    for measuring. `sleep` takes seconds.
    """

    now: Callable[[], datetime] = _now
    monotonic: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep


SYSTEM = Clock()
