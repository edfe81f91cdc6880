"""YouTube's daily quota: what calls cost, and how far a plan gets today.

Source: developers.google.com/youtube/v3/determine_quota_cost. 10,000 units a day for a client
id's project, whole again at midnight Pacific time; a list costs 1, an update 50, and a call
that is refused costs too. The look-up of a video's trainability is free.
"""

from datetime import datetime

from rightsdesk.platforms.quota import Quota

UNITS_A_DAY = 10_000
LIST, UPDATE = 1, 50
EACH = LIST + LIST + UPDATE + LIST
"""What one change costs: a look, a second one just before the write, the write, a look back."""

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July", "August"),
    *("September", "October", "November", "December"),
)


def price(method: str, path: str) -> int:
    """The units that a call costs."""
    if "/youtube/v3/" not in path or path.endswith("/videoTrainability"):
        return 0
    return UPDATE if method == "PUT" else LIST


QUOTA = Quota(
    units=UNITS_A_DAY,
    zone="America/Los_Angeles",
    price=price,
    spare=LIST,
    used_up=frozenset({"quotaExceeded", "dailyLimitExceeded"}),
    too_fast=frozenset({"rateLimitExceeded", "userRateLimitExceeded"}),
)


def quota_plan(updates: int, units_left: int, *, now: datetime, each: int = EACH) -> str:
    """How far the quota takes this many updates, as a sentence: “188 of 1,340 today, the rest
    by Sunday.” "" for none. `now` is aware; days are those of its own time zone.
    """
    today = min(updates, max(units_left, 0) // each)
    rest = updates - today
    if not updates:
        return ""
    if not rest:
        return "The one change today." if updates == 1 else f"All {updates:,} today."
    a_day = max(UNITS_A_DAY // each, 1)
    end = QUOTA.renewed(now, days=-(-rest // a_day)).astimezone(now.tzinfo)
    when = _spoken(end, now)
    if not today:
        what = "The one change" if updates == 1 else f"None of {updates:,} today, all"
        return f"{what} {when}."
    return f"{today:,} of {updates:,} today, the rest {when}."


def _spoken(end: datetime, now: datetime) -> str:
    days = (end.date() - now.date()).days
    if days == 0:
        return f"after {end:%H:%M}"
    if days == 1:
        return "tomorrow"
    if days < 7:
        return f"by {_DAYS[end.weekday()]}"
    year = f" {end.year}" if end.year != now.year else ""
    return f"by {end.day} {_MONTHS[end.month - 1]}{year}"
