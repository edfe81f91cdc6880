"""The licences that hold at a moment, as the grants that they give each recording."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from functools import reduce

from sqlalchemy import Connection, select

from rightsdesk.consent.licences.grant import Grants, common, merged
from rightsdesk.consent.licences.licence import Licence, LicenceState
from rightsdesk.store.schema import licence_scopes
from rightsdesk.workspace.consents.sharing import Partners
from rightsdesk.workspace.licences.stored import load


class Holding:
    """The grants of each recording by these licences, whether they hold now or not.

    Several licences of a recording add up. A recording of several artists has only what all of
    them licensed. `artists`, `releases` and `recordings` are those with licences of
    their own.
    """

    def __init__(self, licences: Iterable[Licence], partners: Partners) -> None:
        self._partners = partners
        self._by: tuple[defaultdict[int, list[Licence]], ...] = tuple(
            defaultdict(list) for _ in range(3)
        )
        for licence in licences:
            covered = licence.covered
            for of, numbers in zip(
                self._by, (covered.artists, covered.releases, covered.recordings), strict=True
            ):
                for number in numbers:
                    of[number].append(licence)
        self.artists = frozenset(self._by[0])
        self.releases, self.recordings = frozenset(self._by[1]), frozenset(self._by[2])
        self._merged: dict[frozenset[int], Grants] = {}

    def __bool__(self) -> bool:
        return any(self._by)

    def at(
        self, artist_id: int, release_id: int | None = None, recording_id: int | None = None
    ) -> Grants:
        """The grants of the music at a place."""
        places = self._partners.get(recording_id or 0)
        if places:
            return reduce(common, (self._alone(*place) for place in places))
        return self._alone(artist_id, release_id, recording_id)

    def _alone(self, artist_id: int, release_id: int | None, recording_id: int | None) -> Grants:
        numbers = (artist_id, release_id, recording_id)
        found = [
            licence
            for of, number in zip(self._by, numbers, strict=True)
            if number is not None
            for licence in of.get(number, ())
        ]
        key = frozenset(licence.id for licence in found)
        if key not in self._merged:
            self._merged[key] = merged(licence.grant for licence in found)
        return self._merged[key]


def holding(connection: Connection, now: datetime, partners: Partners) -> Holding:
    """The licences that hold at an aware moment."""
    return Holding(
        (one for one in load(connection) if one.state(now) is LicenceState.HOLDS), partners
    )


def holding_version(connection: Connection, now: datetime) -> list[object]:
    """A value that differs whenever the licences that hold differ, or what they cover."""
    held = [one for one in load(connection) if one.state(now) is LicenceState.HOLDS]
    s = licence_scopes.c
    scopes = select(s.licence_id, s.kind, s.owner_id).order_by(s.licence_id, s.kind, s.owner_id)
    rows = connection.execute(scopes.where(s.licence_id.in_([one.id for one in held])))
    agreed = [(one.id, one.agreement.to_json(), one.ended_on) for one in held]
    return [agreed, [tuple(row) for row in rows]]


def next_turn(connection: Connection, now: datetime) -> datetime | None:
    """When a licence begins or ends next, in its own time zone (aware, UTC); None if none does."""
    left = [one for one in load(connection) if one.state(now) is not LicenceState.ENDED]
    moments = (
        moment
        for one in left
        for moment in (one.agreement.period.starts, one.agreement.period.ends, one.ended_at)
    )
    return min((moment for moment in moments if moment and moment > now), default=None)
