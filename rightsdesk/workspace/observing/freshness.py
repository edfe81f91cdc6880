"""How old a platform reading may be and still count.

The matrix, counts, inspector, exports and problems list share this rule. An older reading is no
observation any more: its standing is *unknown*, and its age is shown. Files are exempt: they are on
this computer, and each scan notices changes.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection

from rightsdesk import phrases
from rightsdesk.sentences import together, worded
from rightsdesk.workspace.observing.check_interval import CheckInterval, chosen_interval

GRACE = timedelta(days=2)
"""How late a scheduled check may be: a weekend without the computer, or an outage at night."""

WITHOUT_SCHEDULE = timedelta(days=7)
"""The limit without scheduled checks: the longest interval on offer."""


def longest_age(interval: CheckInterval) -> timedelta:
    """How old a reading may be, for an interval between checks."""
    return timedelta(days=interval.days) + GRACE if interval.days else WITHOUT_SCHEDULE


@dataclass(frozen=True, slots=True)
class Freshness:
    """Separates readings that count from those that are too old.

    `before` is the oldest time of reading that still counts (ISO 8601 UTC, as in the store).
    """

    now: datetime
    before: str

    @classmethod
    def of(cls, connection: Connection) -> Freshness:
        """The freshness for the stored interval and the system's clock, which dates readings."""
        now = datetime.now(UTC)
        before = now - longest_age(chosen_interval(connection))
        return cls(now, before.isoformat(timespec="seconds"))

    def is_old(self, seen_at: str) -> bool:
        """Whether a reading is too old to count; False if nothing was read."""
        return "" < seen_at < self.before

    def problem(self, seen_at: str, problem: str, unread_since: str, unread_why: str) -> str:
        """Why an item's standing is unknown; "" if its reading counts.

        That is `problem`, or the age of the reading and since when its account could not be read.
        """
        if problem or not self.is_old(seen_at):
            return problem
        sentence = worded(
            "Last read {age}: that is too old to say how it is now.", age=self.age(seen_at)
        )
        return together((sentence, unread_words(unread_since, unread_why) if unread_since else ""))

    def age(self, moment: str) -> str:
        """`9 days ago, on 2026-11-20`, for a time of the store."""
        return worded("{span} ago, on {day}", span=self.span(moment), day=phrases.iso_day(moment))

    def span(self, moment: str) -> str:
        """`9 days`, `3 hours` or `a moment`: the time since a time of the store."""
        then = datetime.fromisoformat(moment)
        return phrases.span(self.now - then) or worded("a moment")


def unread_words(since: str, why: str) -> str:
    """Since when an account could not be read, and why. `why` is one or more sentences."""
    return worded("It could not be read since {day}: {why}", day=phrases.iso_day(since), why=why)
