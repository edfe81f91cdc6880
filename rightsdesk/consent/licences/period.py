"""When a licence holds: days in a named time zone.

Licences name days, not moments. A licence holds from the first moment of its first day to the last
moment of its last day, as clocks show them in its own time zone. So “until 31 December 2027” in
Los Angeles holds for nine more hours after midnight in Berlin. Without a first day it has begun,
without a last day it has no end.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from rightsdesk.consent.licences.flaws import LicenceFlaw
from rightsdesk.sentences import worded

DEFAULT_ZONE = "UTC"
YEARS = range(1900, 3000)
"""The years that a licence can name. A later one is a slip, and calendars end in 9999."""

_OFFSET = re.compile("UTC([+-])([01][0-9]|2[0-3]):([0-5][0-9])")


@dataclass(frozen=True, slots=True)
class Period:
    """From `first` to `last`, both included, in the time zone `zone` (a name of the IANA
    database)."""

    first: date | None = None
    last: date | None = None
    zone: str = DEFAULT_ZONE

    @property
    def starts(self) -> datetime | None:
        """The first moment (aware, UTC); None if it has always held."""
        return None if self.first is None else _midnight(self.first, self.zone)

    @property
    def ends(self) -> datetime | None:
        """The first moment after it (aware, UTC); None if it has no end."""
        return None if self.last is None else _midnight(self.last + timedelta(days=1), self.zone)

    def begun(self, now: datetime) -> bool:
        """Whether it has begun. `now` is aware."""
        return self.starts is None or self.starts <= now

    def over(self, now: datetime) -> bool:
        """Whether it is over. `now` is aware."""
        return self.ends is not None and self.ends <= now

    def day(self, moment: datetime) -> date:
        """The day of an aware moment in the licence's time zone."""
        return moment.astimezone(zone_named(self.zone)).date()

    def check(self) -> None:
        """Raise LicenceFlaw for an unknown time zone, an odd year, or an end before the start."""
        zone_named(self.zone)
        for day in (self.first, self.last):
            if day is not None and day.year not in YEARS:
                raise LicenceFlaw(
                    worded("A licence can't name the year {year}.", year=day.year),
                    "Write days as in 2027-12-31.",
                )
        if self.first and self.last and self.last < self.first:
            raise LicenceFlaw(
                worded(
                    "The licence would end on {last}, before it starts on {first}.",
                    first=self.first.isoformat(),
                    last=self.last.isoformat(),
                ),
                "Swap the two days, or leave one out.",
            )


def ends_no_later(one: Period, other: Period) -> bool:
    """Whether `other` holds at least as long as `one`."""
    if other.ends is None:
        return True
    return one.ends is not None and one.ends <= other.ends


def parse_day(text: str) -> date | None:
    """The day from `2027-12-31`; None for an empty text. Raises LicenceFlaw."""
    if not text.strip():
        return None
    try:
        return date.fromisoformat(text.strip())
    except ValueError as error:
        raise LicenceFlaw(
            worded("“{text}” is no day.", text=text[:40]), "Write days as in 2027-12-31."
        ) from error


def last_day_before(ends: datetime) -> Period:
    """The period that ends at an aware moment, if that is midnight in its own offset.

    Its time zone is that offset (`UTC+05:30`). Raises LicenceFlaw for any other time.
    """
    offset = ends.utcoffset()
    if offset is None or ends.timetz().replace(tzinfo=None) != time():
        raise LicenceFlaw("The licence does not end at the end of a day.")
    minutes = offset // timedelta(minutes=1)
    zone = f"UTC{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"
    return Period(None, ends.date() - timedelta(days=1), zone if minutes else DEFAULT_ZONE)


@lru_cache(maxsize=256)
def zone_named(name: str) -> tzinfo:
    """The time zone of a name such as `Europe/Berlin` or `UTC+05:30`. Raises LicenceFlaw."""
    if offset := _OFFSET.fullmatch(name):
        ahead = timedelta(hours=int(offset[2]), minutes=int(offset[3]))
        return timezone(-ahead if offset[1] == "-" else ahead)
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise LicenceFlaw(
            worded("“{name}” is no time zone that this computer knows.", name=name[:60]),
            "Use a name as in: Europe/Berlin, America/New_York, UTC",
        ) from error


@lru_cache(maxsize=4096)
def _midnight(day: date, zone: str) -> datetime:
    return datetime.combine(day, time(), zone_named(zone)).astimezone(UTC)
