"""How often RightsDesk reads the platforms on its own."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, tzinfo
from enum import StrEnum

from sqlalchemy import Connection

from rightsdesk.store.settings import setting

SETTING = "look-every"

LATE = timedelta(minutes=30)
"""How late a nightly check may start.

A check that starts this soon after midnight may be the one of the day before.
"""


class CheckInterval(StrEnum):
    """Time between two scheduled checks."""

    NEVER = "never"
    DAY = "day"
    WEEK = "week"

    @property
    def days(self) -> int:
        """Days from one check to the next; 0 for never."""
        return {CheckInterval.DAY: 1, CheckInterval.WEEK: 7}.get(self, 0)

    def after(self, checked: datetime, zone: tzinfo | None = None) -> datetime | None:
        """When the check after one at `checked` (aware) is due, in UTC; None for never.

        Due from the first minute of the next day, or of the same weekday. So a nightly run never
        finds a check due a few seconds later. If the last check may have been the one of the day
        before, it is due `LATE` earlier. `zone` is the person's time zone; None means the system's.
        """
        if not self.days:
            return None
        day = checked.astimezone(zone).date()
        step = timedelta(days=self.days)
        due = _begin(day + step, zone)
        is_late = checked - _begin(day, zone) < LATE
        return min(due, checked.astimezone(UTC) + step) - LATE if is_late else due


def _begin(day: date, zone: tzinfo | None) -> datetime:
    """The first moment of a day in a time zone, in UTC."""
    return datetime.combine(day, time.min, zone).astimezone(UTC)


def chosen_interval(connection: Connection) -> CheckInterval:
    """The interval that is set; never if none is."""
    value = setting(connection, SETTING)
    return CheckInterval(value) if value in set(CheckInterval) else CheckInterval.NEVER
