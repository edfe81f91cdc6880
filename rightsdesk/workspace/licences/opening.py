"""What a licence opens up: uses that its partner may do and could not do before, by recording."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Connection, select

from rightsdesk.consent import Consent, Use
from rightsdesk.consent.licences.grant import beyond, newly_granted
from rightsdesk.consent.licences.licence import Covered, Licence, LicenceState
from rightsdesk.consent.words import listed
from rightsdesk.errors import KnownError
from rightsdesk.sentences import worded
from rightsdesk.store.bulk import any_of, read_many
from rightsdesk.store.joins import catalogued
from rightsdesk.store.schema import artists, recordings, releases
from rightsdesk.workspace.consents import consents
from rightsdesk.workspace.consents.consents import StoredConsents, WideningNotConfirmed
from rightsdesk.workspace.licences.holding import Holding
from rightsdesk.workspace.licences.stored import load
from rightsdesk.workspace.types.consents import Opened
from rightsdesk.workspace.types.scopes import ScopeKind


@dataclass(frozen=True, slots=True)
class Opening:
    """The uses that a licence opens to its partner, and the recordings, in catalogue order."""

    partner: str = ""
    uses: tuple[Use, ...] = ()
    opened: tuple[Opened, ...] = ()


class LicenceOpens(WideningNotConfirmed):
    """A licence would let its partner do more than before, and this was not confirmed."""

    def __init__(self, opening: Opening) -> None:
        KnownError.__init__(
            self,
            worded(
                "This licence lets {partner} do more than before: {uses}.",
                partner=opening.partner,
                uses=listed(opening.uses),
            ),
            untouched="Nothing was changed.",
            advice="Confirm that this is what you want.",
        )
        self.uses = opening.uses
        self.opened = opening.opened


def opening_of(
    connection: Connection, before: Licence | None, after: Licence | None, now: datetime
) -> Opening:
    """What replacing one licence by another opens up; None is no licence.

    A licence that begins later opens what it covers now: nothing asks again on its first day.
    """
    if after is None or after.state(now) is LicenceState.ENDED:
        return Opening()
    stored = consents.load(connection)
    others = [
        one
        for one in load(connection)
        if one.id != after.id and one.state(now) is not LicenceState.ENDED
    ]
    was = [before] if before is not None and before.state(now) is not LicenceState.ENDED else []
    compare = _Comparison(
        stored,
        Holding([*others, *was], stored.partners),
        Holding([*others, after], stored.partners),
    )
    uses: set[Use] = set()
    for place in _whole(connection, after.covered):
        uses.update(compare.opens(*place))
    found = []
    for artist, release, recording, *names in _music(connection, after.covered):
        if here := compare.opens(artist, release, recording):
            uses.update(here)
            found.append(Opened(names[0], names[1] or "", names[2], here))
    ordered = tuple(use for use in Use if use in uses)
    return Opening(after.agreement.partner, ordered, tuple(found))


class _Comparison:
    """The uses that open at each place. Places with the same consents and licences share one."""

    def __init__(self, stored: StoredConsents, before: Holding, after: Holding) -> None:
        self._stored, self._before, self._after = stored, before, after
        self._releases = stored.with_own_consent(ScopeKind.RELEASE) | before.releases
        self._releases |= after.releases
        self._recordings = stored.with_own_consent(ScopeKind.RECORDING) | before.recordings
        self._recordings |= after.recordings
        self._met: dict[tuple[int, int | None, int | None], tuple[Use, ...]] = {}

    def opens(
        self, artist: int, release: int | None = None, recording: int | None = None
    ) -> tuple[Use, ...]:
        place = (
            artist,
            release if release in self._releases else None,
            recording if recording in self._recordings else None,
        )
        if place not in self._met:
            consent: Consent = self._stored.effective(
                artist_id=place[0], release_id=place[1], recording_id=place[2]
            )
            was, is_ = self._before.at(*place), self._after.at(*place)
            self._met[place] = newly_granted(beyond(was, consent), beyond(is_, consent))
        return self._met[place]


def _whole(connection: Connection, covered: Covered) -> Iterator[tuple[int, int | None]]:
    """The artists and releases as a whole, also those without music."""
    yield from ((artist, None) for artist in sorted(covered.artists))
    query = select(releases.c.artist_id, releases.c.id)
    for part in any_of(releases.c.id, covered.releases):
        yield from ((row.artist_id, row.id) for row in connection.execute(query.where(part)))


def _music(connection: Connection, covered: Covered) -> Iterator[tuple[Any, ...]]:
    """Every recording that is covered, once, in catalogue order for each kind of scope."""
    a, r, of = artists.c, recordings.c, releases.c
    query = (
        select(r.artist_id, r.release_id, r.id, a.name, of.title, r.title)
        .select_from(catalogued())
        .order_by(a.name_key, of.title, r.disc, r.track, r.title, r.id)
    )
    seen: set[int] = set()
    owned: Sequence[tuple[Column[Any], frozenset[int]]] = (
        (r.artist_id, covered.artists),
        (r.release_id, covered.releases),
        (r.id, covered.recordings),
    )
    for column, numbers in owned:
        for part in any_of(column, numbers):
            for row in read_many(connection, query.where(part)):
                if row[2] not in seen:
                    seen.add(row[2])
                    yield row
