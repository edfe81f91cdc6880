"""A daily allowance: what a platform lets one client id do in a day, counted by us.

Counting beforehand is what lets a plan say how far it gets today; the platform's own word
that the allowance is used up still stands above our count, since other programs may use the
same client id.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from rightsdesk import phrases


@dataclass(frozen=True, slots=True)
class Quota:
    """How many units a day, and what a call costs.

    The day begins at midnight in `zone`. `price` tells a call's units by its method and
    path, `change` those of one change in all, with the looks before and after it. `spare`
    units are never used by a call that costs more than that, so that what it wrote can still
    be read back. `used_up` and `too_fast` are the words by which the platform says that the
    day's units are gone, or that calls come too fast.
    """

    units: int
    zone: str
    price: Callable[[str, str], int]
    change: int
    spare: int = 0
    used_up: frozenset[str] = field(default=frozenset())
    too_fast: frozenset[str] = field(default=frozenset())

    def day(self, now: datetime) -> date:
        """The day that a moment belongs to."""
        return now.astimezone(ZoneInfo(self.zone)).date()

    def renewed(self, now: datetime, days: int = 1) -> datetime:
        """When the allowance is whole again for the first, second, … time (UTC).

        That is a midnight in `zone`: 23 or 25 hours after the one before it, twice a year.
        """
        midnight = datetime.combine(self.day(now) + timedelta(days), time(), ZoneInfo(self.zone))
        return midnight.astimezone(UTC)


@dataclass(frozen=True, slots=True)
class Spent:
    """What was used of one day's allowance."""

    day: date
    units: int

    def to_json(self) -> dict[str, str | int]:
        """Plain data for the store."""
        return {"day": self.day.isoformat(), "units": self.units}

    @classmethod
    def from_json(cls, data: Mapping[str, object]) -> "Spent | None":
        """What `to_json` gave; None for anything else: the platform counts too."""
        try:
            spent = cls(date.fromisoformat(str(data["day"])), int(str(data["units"])))
        except (KeyError, ValueError):
            return None
        return spent if spent.units >= 0 else None


def outlook(quota: Quota, updates: int, units_left: int, *, now: datetime) -> str:
    """How far the allowance takes this many changes, as a sentence: “188 of 1,340 today, the
    rest by Sunday.” "" for none. `now` is aware; days are those of its own time zone.
    """
    today = min(updates, max(units_left, 0) // quota.change)
    rest = updates - today
    if not updates:
        return ""
    if not rest:
        return "The one change today." if updates == 1 else f"All {phrases.number(updates)} today."
    a_day = max(quota.units // quota.change, 1)
    end = quota.renewed(now, days=-(-rest // a_day)).astimezone(now.tzinfo)
    day = phrases.coming_day(end.date(), now.date())
    when = {"today": f"after {phrases.clock_time(end, now.tzinfo)}", "tomorrow": day}.get(
        day, f"by {day}"
    )
    if not today:
        what = "The one change" if updates == 1 else f"None of {phrases.number(updates)} today, all"
        return f"{what} {when}."
    return f"{phrases.number(today)} of {phrases.number(updates)} today, the rest {when}."
