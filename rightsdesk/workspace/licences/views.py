"""Licences for reading: their state today, and the music that each covers, by name."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select

from rightsdesk.consent.licences.licence import Licence, LicenceState, by_partner
from rightsdesk.folding import folded
from rightsdesk.store.bulk import any_of, rows_of
from rightsdesk.store.database import Database
from rightsdesk.store.schema import artists, licence_scopes, recordings
from rightsdesk.workspace.licences.changing import by_id
from rightsdesk.workspace.licences.stored import load, owners_of, scopes_of
from rightsdesk.workspace.types.scopes import Scope, ScopeKind


@dataclass(frozen=True, slots=True)
class LicenceFilter:
    """Which licences are listed. Empty fields select all.

    `ends_within` selects those that hold and end in at most so many days.
    """

    partner: str = ""
    state: LicenceState | None = None
    ends_within: int | None = None
    artist_id: int | None = None


@dataclass(frozen=True, slots=True)
class CoveredMusic:
    """One thing that a licence covers. `gone`: it is not in the catalogue now."""

    kind: ScopeKind
    id: int | None
    name: str
    artist_id: int
    artist: str
    gone: bool = False


@dataclass(frozen=True, slots=True)
class LicenceView:
    """A licence with its state at the time of reading, and what it covers.

    `days_left` is None unless it holds and has an end. `recordings` counts what it covers now.
    """

    licence: Licence
    state: LicenceState
    days_left: int | None
    covers: tuple[CoveredMusic, ...]
    recordings: int


def views(database: Database, chosen: LicenceFilter, now: datetime) -> list[LicenceView]:
    """The chosen licences by partner, then by their last day."""
    with database.read() as connection:
        some = [one for one in by_partner(load(connection)) if _is_chosen(one, chosen, now)]
        found = _views(connection, some, now)
    if chosen.artist_id is None:
        return found
    return [one for one in found if any(c.artist_id == chosen.artist_id for c in one.covers)]


def view(database: Database, number: int, now: datetime) -> LicenceView:
    """One licence. Raises NoSuchLicence."""
    with database.read() as connection:
        return _views(connection, [by_id(connection, number)], now)[0]


def _is_chosen(licence: Licence, chosen: LicenceFilter, now: datetime) -> bool:
    return (
        folded(chosen.partner) in licence.agreement.grant.party
        and chosen.state in (None, licence.state(now))
        and (chosen.ends_within is None or licence.ends_within(chosen.ends_within, now))
    )


def _views(connection: Connection, some: Sequence[Licence], now: datetime) -> list[LicenceView]:
    names = {
        row.id: row.name for row in connection.execute(select(artists.c.id, artists.c.name)).all()
    }
    there = owners_of(connection, [scope for one in some for scope in scopes_of(one.covered)])
    gone: defaultdict[int, list[CoveredMusic]] = defaultdict(list)
    for row in rows_of(connection, licence_scopes.c.licence_id, [one.id for one in some]):
        if row["owner_id"] is None:
            kind, artist = ScopeKind(row["kind"]), row["artist_id"]
            gone[row["licence_id"]].append(
                CoveredMusic(kind, None, row["title"], artist, names.get(artist, ""), gone=True)
            )
    return [
        LicenceView(
            one,
            one.state(now),
            one.days_left(now),
            (*_covers(one, there, names), *gone[one.id]),
            _count(connection, one),
        )
        for one in some
    ]


def _covers(
    licence: Licence, there: dict[Scope, tuple[int, str]], names: dict[int, str]
) -> list[CoveredMusic]:
    found = []
    for scope in scopes_of(licence.covered):
        if scope in there:
            artist, name = there[scope]
            found.append(CoveredMusic(scope.kind, scope.id, name, artist, names.get(artist, "")))
    return found


def _count(connection: Connection, licence: Licence) -> int:
    """How many recordings are covered, each once."""
    r, covered = recordings.c, licence.covered
    artist_ids, release_ids = covered.artists, covered.releases
    total = 0
    for column, numbers in (
        (r.artist_id, artist_ids),
        (r.release_id, release_ids),
        (r.id, covered.recordings),
    ):
        for part in any_of(column, numbers):
            query = select(func.count()).select_from(recordings).where(part)
            if column is not r.artist_id:
                query = query.where(r.artist_id.not_in(artist_ids))
            if column is r.id:
                query = query.where(r.release_id.is_(None) | r.release_id.not_in(release_ids))
            total += int(connection.execute(query).scalar_one())
    return total
