"""How often a person wants RightsDesk to read the platforms without being asked."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, tzinfo
from enum import StrEnum

from sqlalchemy import Connection

from rightsdesk.store.settings import setting

SETTING = "look-every"

LATE = timedelta(minutes=30)
"""How late a nightly run may start. A look that started so soon after midnight may be the one of
the day before."""


class CheckInterval(StrEnum):
    """How often to look."""

    NEVER = "never"
    DAY = "day"
    WEEK = "week"

    @property
    def days(self) -> int:
        """Days from one look to the next; 0 for never."""
        return {CheckInterval.DAY: 1, CheckInterval.WEEK: 7}.get(self, 0)

    def after(self, looked: datetime, zone: tzinfo | None = None) -> datetime | None:
        """When a look is due after one at `looked` (aware); None for never.

        From the first minute of the next day (or of the same weekday), so that a nightly run
        never finds a look due a few seconds later; and `LATE` before that if the last look may
        have been the one of the day before. `zone` is the person's time zone; None: the
        system's.
        """
        if not self.days:
            return None
        day = looked.astimezone(zone).date()
        step = timedelta(days=self.days)
        due = _begin(day + step, zone)
        late = looked - _begin(day, zone) < LATE
        return min(due, looked.astimezone(UTC) + step) - LATE if late else due


def _begin(day: date, zone: tzinfo | None) -> datetime:
    """The first moment of a day in a time zone, in UTC."""
    return datetime.combine(day, time.min, zone).astimezone(UTC)


def chosen_interval(connection: Connection) -> CheckInterval:
    """The interval that was chosen; never, while none was."""
    value = setting(connection, SETTING)
    return CheckInterval(value) if value in set(CheckInterval) else CheckInterval.NEVER
