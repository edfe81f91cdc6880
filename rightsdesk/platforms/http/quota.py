"""A daily quota: how much a platform lets one client id do in a day, counted by us.

Our count lets a plan say how much fits today. If the platform reports that the quota is used up,
that overrides our count: other programs may use the same client id.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from rightsdesk import phrases
from rightsdesk.sentences import worded


@dataclass(frozen=True, slots=True)
class Quota:
    """Units per day, and the price of a call in units.

    The day begins at midnight in `zone`. `price` maps method and path to units; `change` is the
    price of one whole change, with the reads before and after it. `spare` units are reserved for
    cheap calls, so that a write can still be read back. `used_up` and `too_fast` are the reasons
    the platform gives: units gone, or calls too fast.
    """

    units: int
    zone: str
    price: Callable[[str, str], int]
    change: int
    spare: int = 0
    used_up: frozenset[str] = field(default=frozenset())
    too_fast: frozenset[str] = field(default=frozenset())

    def day(self, now: datetime) -> date:
        """Return the quota's day that a moment belongs to."""
        return now.astimezone(ZoneInfo(self.zone)).date()

    def renewed(self, now: datetime, days: int = 1) -> datetime:
        """Return when the quota renews for the first, second, … time (UTC).

        That is a midnight in `zone`, so twice a year the distance is 23 or 25 hours.
        """
        midnight = datetime.combine(self.day(now) + timedelta(days), time(), ZoneInfo(self.zone))
        return midnight.astimezone(UTC)


@dataclass(frozen=True, slots=True)
class Spent:
    """The used part of one day's quota."""

    day: date
    units: int

    def to_json(self) -> dict[str, str | int]:
        """Return plain data for the store."""
        return {"day": self.day.isoformat(), "units": self.units}

    @classmethod
    def from_json(cls, data: Mapping[str, object]) -> "Spent | None":
        """Read what `to_json` returned. None for anything else: the platform counts too."""
        try:
            spent = cls(date.fromisoformat(str(data["day"])), int(str(data["units"])))
        except (KeyError, ValueError):
            return None
        return spent if spent.units >= 0 else None


def outlook(quota: Quota, updates: int, units_left: int, *, now: datetime) -> str:
    """Return how far the quota goes: “188 of 1,340 today, the rest by Sunday.”

    "" if there is nothing to do. `now` is aware; days are those of its time zone.
    """
    today = min(updates, max(units_left, 0) // quota.change)
    rest = updates - today
    if not updates:
        return ""
    if not rest:
        return worded(
            "The one change today." if updates == 1 else "All {updates} today.",
            updates=phrases.number(updates),
        )
    a_day = max(quota.units // quota.change, 1)
    end = quota.renewed(now, days=-(-rest // a_day)).astimezone(now.tzinfo)
    days = (end.date() - now.date()).days
    if days <= 0:
        when = worded("after {time}", time=phrases.clock_time(end, now.tzinfo))
    elif days == 1:
        when = worded("tomorrow")
    else:
        when = worded("by {day}", day=phrases.coming_day(end.date(), now.date()))
    if updates == 1:
        return worded("The one change {when}.", when=when)
    return worded(
        "{today} of {updates} today, the rest {when}."
        if today
        else "None of {updates} today, all {when}.",
        today=phrases.number(today),
        updates=phrases.number(updates),
        when=when,
    )
