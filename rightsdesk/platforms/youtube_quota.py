"""YouTube's daily quota: the price of each call.

Source: developers.google.com/youtube/v3/determine_quota_cost. 10,000 units a day for a client id's
project, renewed at midnight Pacific time. A list costs 1, an update 50, and a refused call counts,
too. Reading a video's trainability is free.
"""

from rightsdesk.platforms.http.quota import Quota

UNITS_A_DAY = 10_000
LIST, UPDATE = 1, 50
CHANGE = LIST + LIST + UPDATE + LIST
"""The price of a change: a read, a read just before the write, the write, a read after it."""


def price(method: str, path: str) -> int:
    """Return the units that a call costs."""
    if "/youtube/v3/" not in path or path.endswith("/videoTrainability"):
        return 0
    return UPDATE if method == "PUT" else LIST


QUOTA = Quota(
    units=UNITS_A_DAY,
    zone="America/Los_Angeles",
    price=price,
    change=CHANGE,
    spare=LIST,
    used_up=frozenset({"quotaExceeded", "dailyLimitExceeded"}),
    too_fast=frozenset({"rateLimitExceeded", "userRateLimitExceeded"}),
)
