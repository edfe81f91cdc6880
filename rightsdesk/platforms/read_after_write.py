"""Writes that a platform takes now and carries out in a moment, by a worker of its own.

Only what was read back counts, so a write is looked for at once and a few times more. One
that still doesn't show is no failure of the platform, and says so.
"""

from collections.abc import Callable

from rightsdesk.platforms.http.client import Client
from rightsdesk.platforms.http.errors import PlatformError

PAUSES = (0.0, 0.4, 1.2)
"""Seconds before each look: together less than a worker may be held (`LONGEST_PAUSE`)."""


class NotShownYet(PlatformError):
    """The platform, or the site, took a change but does not show it yet."""

    cause = "not-shown-yet"
    accepted = True


def wait_until(shown: Callable[[], bool], client: Client) -> None:
    """Return once `shown` says yes. Raises `NotShownYet` after the last look."""
    for pause in PAUSES:
        if pause:
            client.clock.sleep(pause)
        if shown():
            return
    raise NotShownYet(
        f"{client.service} took this change, but doesn't show it yet.",
        advice="Read the account again in a few minutes. There is no need to send it again.",
    )
