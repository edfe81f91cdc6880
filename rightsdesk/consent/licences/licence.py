"""Licences: an agreement, the music that it covers, and whether it holds."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from rightsdesk.consent.licences.agreement import Agreement
from rightsdesk.consent.licences.grant import Grant
from rightsdesk.consent.licences.period import Period


class LicenceState(StrEnum):
    """Whether a licence holds at a moment."""

    HOLDS = "holds"
    NOT_YET = "not-yet"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Covered:
    """The music that a licence covers, by ids: whole artists, releases, single recordings."""

    artists: frozenset[int] = frozenset()
    releases: frozenset[int] = frozenset()
    recordings: frozenset[int] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.artists or self.releases or self.recordings)

    def holds(self, artist_id: int, release_id: int | None, recording_id: int | None) -> bool:
        """Whether music at this place is covered."""
        return (
            artist_id in self.artists
            or release_id in self.releases
            or recording_id in self.recordings
        )


@dataclass(frozen=True, slots=True)
class Licence:
    """One licence. `ended_at` is the early end that a person set, also one that is still to come
    (aware, UTC); None if nobody did. What was agreed stays in `agreement`."""

    id: int
    agreement: Agreement
    covered: Covered
    ended_at: datetime | None = None
    added_at: str = ""

    def state(self, now: datetime) -> LicenceState:
        """Whether it holds at an aware moment."""
        period = self.agreement.period
        if period.over(now) or (self.ended_at is not None and self.ended_at <= now):
            return LicenceState.ENDED
        return LicenceState.HOLDS if period.begun(now) else LicenceState.NOT_YET

    @property
    def period(self) -> Period:
        """The days on which it holds: those agreed, an early end included."""
        return replace(self.agreement.period, last=self.last_day)

    @property
    def grant(self) -> Grant:
        """What others have to know of it, with the days on which it holds."""
        return replace(self.agreement.grant, period=self.period)

    @property
    def last_day(self) -> date | None:
        """Its last day in its own time zone, an early end included; None if it has no end."""
        period = self.agreement.period
        return min(filter(None, (self.ended_on, period.last)), default=None)

    @property
    def ended_on(self) -> date | None:
        """The day in its own time zone of the early end that a person set; None if nobody did."""
        return None if self.ended_at is None else self.agreement.period.day(self.ended_at)

    def days_left(self, now: datetime) -> int | None:
        """Days after today until its last one: 0 on its last day; None if it has no end, has
        ended, or has not begun."""
        if self.last_day is None or self.state(now) is not LicenceState.HOLDS:
            return None
        return (self.last_day - self.agreement.period.day(now)).days

    def ends_within(self, days: int, now: datetime) -> bool:
        """Whether it holds and its last day is at most so many days away."""
        left = self.days_left(now)
        return left is not None and left <= days


def by_partner(licences: Iterable[Licence]) -> list[Licence]:
    """The licences by partner, then by their last day: those without an end last."""
    return sorted(licences, key=_order)


def _order(licence: Licence) -> tuple[object, ...]:
    last = licence.last_day
    return (licence.agreement.grant.party, last.isoformat() if last else "9999", licence.id)
