"""How old a reading of a platform may be and still say how things are there today.

One rule for matrix, counts, inspector, exports and the list of problems. A reading that is
older is no observation any more: its standing is *unknown*, and its age is told. Files are
not concerned: they are on this computer, and each scan notices whether one has changed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection

from rightsdesk import phrases
from rightsdesk.workspace.observing.check_interval import CheckInterval, chosen_interval

GRACE = timedelta(days=2)
"""How late a scheduled check may be: a weekend without the computer, or a night's outage."""

WITHOUT_SCHEDULE = timedelta(days=7)
"""Where nothing is read by itself: as long as the longest interval that can be chosen."""


def longest_age(every: CheckInterval) -> timedelta:
    """How old a reading may be, by how often a person wants the platforms to be read."""
    return timedelta(days=every.days) + GRACE if every.days else WITHOUT_SCHEDULE


@dataclass(frozen=True, slots=True)
class Freshness:
    """Tells readings that still count from those that are too old.

    `before` is the oldest time of reading that still counts (ISO 8601 UTC, as in the store).
    """

    now: datetime
    before: str

    @classmethod
    def of(cls, connection: Connection) -> Freshness:
        """By the interval that was chosen, and the system's clock, as readings are dated."""
        now = datetime.now(UTC)
        before = now - longest_age(chosen_interval(connection))
        return cls(now, before.isoformat(timespec="seconds"))

    def is_old(self, seen_at: str) -> bool:
        """Whether a reading is too old to count; not where nothing was read at all."""
        return "" < seen_at < self.before

    def problem(self, seen_at: str, problem: str, unread_since: str, unread_why: str) -> str:
        """Why an item's standing is unknown: `problem`, or how old its reading is and since when
        its account could not be read. Empty where it counts."""
        if problem or not self.is_old(seen_at):
            return problem
        sentence = f"Last read {self.age(seen_at)}: that is too old to say how it is now."
        if unread_since:
            sentence += f" {unread_words(unread_since, unread_why)}"
        return sentence

    def age(self, moment: str) -> str:
        """`9 days ago, on 2026-11-20` for a time of the store."""
        return f"{self.span(moment)} ago, on {phrases.iso_day(moment)}"

    def span(self, moment: str) -> str:
        """`9 days`, `3 hours`, `a moment`: how long a time of the store is over."""
        then = datetime.fromisoformat(moment)
        return phrases.span(self.now - then) or "a moment"


def unread_words(since: str, why: str) -> str:
    """Since when an account could not be read, and why: `why` is one or more sentences."""
    return f"It could not be read since {phrases.iso_day(since)}: {why}"
