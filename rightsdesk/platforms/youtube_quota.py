"""YouTube's daily quota: what calls cost.

Source: developers.google.com/youtube/v3/determine_quota_cost. 10,000 units a day for a client
id's project, whole again at midnight Pacific time; a list costs 1, an update 50, and a call
that is refused costs too. The look-up of a video's trainability is free.
"""

from rightsdesk.platforms.http.quota import Quota

UNITS_A_DAY = 10_000
LIST, UPDATE = 1, 50
EACH = LIST + LIST + UPDATE + LIST
"""What one change costs: a look, a second one just before the write, the write, a look back."""


def price(method: str, path: str) -> int:
    """The units that a call costs."""
    if "/youtube/v3/" not in path or path.endswith("/videoTrainability"):
        return 0
    return UPDATE if method == "PUT" else LIST


QUOTA = Quota(
    units=UNITS_A_DAY,
    zone="America/Los_Angeles",
    price=price,
    change=EACH,
    spare=LIST,
    used_up=frozenset({"quotaExceeded", "dailyLimitExceeded"}),
    too_fast=frozenset({"rateLimitExceeded", "userRateLimitExceeded"}),
)
