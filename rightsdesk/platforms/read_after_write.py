"""Writes that a platform accepts now and applies a moment later.

Only a read proves a write, so it is read at once and a few times more. A write that still does not
show is reported as such, not as a failure.
"""

from collections.abc import Callable

from rightsdesk.enums.causes import Cause
from rightsdesk.platforms.http.client import Client
from rightsdesk.platforms.http.errors import PlatformError
from rightsdesk.sentences import worded

PAUSES = (0.0, 0.4, 1.2)
"""Seconds before each read: in total less than a worker may be held (`LONGEST_PAUSE`)."""


class NotShownYet(PlatformError):
    """The platform or site accepted a change but does not show it yet."""

    cause = Cause.NOT_SHOWN_YET
    accepted = True


class NotMadeYet(PlatformError):
    """The platform has not made an accepted change yet, so it can't be taken back now."""

    cause = Cause.NOT_MADE_YET
    skips = True


def wait_until(shown: Callable[[], bool], client: Client) -> None:
    """Return when `shown` returns True. Raises `NotShownYet` after the last read."""
    for pause in PAUSES:
        if pause:
            client.clock.sleep(pause)
        if shown():
            return
    raise NotShownYet(
        worded("{service} accepted this change, but doesn't show it yet.", service=client.service),
        advice="Read the account again in a few minutes. There is no need to send it again.",
    )
