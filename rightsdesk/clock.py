"""Time as a value that is handed in, so that waiting can be tested without waiting; and moments
and days in words."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime


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


def moment_words(moment: datetime, now: datetime) -> str:
    """A moment for a sentence: `14:05`, `tomorrow at 09:00`, `Thursday at 09:00`, or
    `3 December at 09:00`.

    Both are aware; the words are for the time zone of the person, and the same in any locale.
    """
    local, today = moment.astimezone(), now.astimezone().date()
    clock = f"{local:%H:%M}"
    return clock if local.date() <= today else f"{day_words(local.date(), today)} at {clock}"


def when_words(moment: datetime, now: datetime) -> str:
    """`moment_words` with its preposition: `at 14:05`, `on Thursday at 09:00`."""
    days = (moment.astimezone().date() - now.astimezone().date()).days
    preposition = "at " if days <= 0 else "" if days == 1 else "on "
    return preposition + moment_words(moment, now)


def day_words(day: date, today: date) -> str:
    """A day from today on: `today`, `tomorrow`, `Thursday`, `3 December`, or `3 March 2027`."""
    days = (day - today).days
    if days <= 1:
        return "tomorrow" if days == 1 else "today"
    if days < 7:
        return _DAYS[day.weekday()]
    year = "" if day.year == today.year else f" {day.year}"
    return f"{day.day} {_MONTHS[day.month - 1]}{year}"


_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July", "August"),
    *("September", "October", "November", "December"),
)
