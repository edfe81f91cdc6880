"""Licences as the store has them: read, written, and as values for the history."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from rightsdesk.consent.licences.agreement import Agreement
from rightsdesk.consent.licences.licence import Covered, Licence
from rightsdesk.store import texts
from rightsdesk.store.bulk import rows_of
from rightsdesk.store.deeds import DeedValue
from rightsdesk.store.schema import artists, licence_scopes, licences, recordings, releases
from rightsdesk.workspace.types.scopes import Scope, ScopeKind

_L, _S = licences.c, licence_scopes.c
_OWNERS = {
    ScopeKind.ARTIST: (artists.c.id, artists.c.id, artists.c.name),
    ScopeKind.RELEASE: (releases.c.id, releases.c.artist_id, releases.c.title),
    ScopeKind.RECORDING: (recordings.c.id, recordings.c.artist_id, recordings.c.title),
}
"""By kind: the columns of the id, the artist's id, and the name."""


def load(connection: Connection, only: int | None = None) -> list[Licence]:
    """All licences, or the one with the id `only`, oldest first."""
    query, of_query = select(licences).order_by(_L.id), select(_S.licence_id, _S.kind, _S.owner_id)
    if only is not None:
        query, of_query = query.where(_L.id == only), of_query.where(_S.licence_id == only)
    covered: defaultdict[int, list[Scope]] = defaultdict(list)
    for licence, kind, owner in connection.execute(of_query.where(_S.owner_id.is_not(None))):
        covered[licence].append(Scope(ScopeKind(kind), owner))
    return [
        Licence(
            row.id,
            load_agreement(row.agreement),
            covered_of(covered[row.id]),
            datetime.fromisoformat(row.ended_at) if row.ended_at else None,
            row.added_at,
        )
        for row in connection.execute(query)
    ]


@lru_cache(maxsize=4096)
def load_agreement(text: str) -> Agreement:
    """The agreement from a column."""
    return Agreement.from_json(json.loads(text))


def covered_of(scopes: Iterable[Scope]) -> Covered:
    """The scopes as one value."""
    ids: defaultdict[ScopeKind, set[int]] = defaultdict(set)
    for scope in scopes:
        ids[scope.kind].add(scope.id)
    return Covered(*(frozenset(ids[kind]) for kind in ScopeKind))


def scopes_of(covered: Covered) -> list[Scope]:
    """The value as scopes, in one order."""
    ids = zip(ScopeKind, (covered.artists, covered.releases, covered.recordings), strict=True)
    return [Scope(kind, number) for kind, numbers in ids for number in sorted(numbers)]


def owners_of(connection: Connection, scopes: Sequence[Scope]) -> dict[Scope, tuple[int, str]]:
    """The artist's id and the name of each scope that still exists."""
    found: dict[Scope, tuple[int, str]] = {}
    for kind, (number, artist, name) in _OWNERS.items():
        wanted = {scope.id for scope in scopes if scope.kind is kind}
        for row in rows_of(connection, number, wanted):
            found[Scope(kind, row[number.name])] = (row[artist.name], row[name.name])
    return found


def write(connection: Connection, licence: Licence) -> int:
    """Store a licence, in place of the one with its id; 0 gets a new id. Returns the id.

    Scopes that do not exist any more are left out; those that are gone for now stay.
    """
    row: dict[str, Any] = {
        "partner": licence.agreement.partner,
        "agreement": texts.dump(licence.agreement.to_json()),
        "ended_at": licence.ended_at.isoformat() if licence.ended_at else "",
        "added_at": licence.added_at,
    }
    number = licence.id
    if number and connection.execute(select(_L.id).where(_L.id == number)).first():
        connection.execute(update(licences).where(_L.id == number).values(row))
    else:
        values = {**row, "id": number} if number else row
        statement = insert(licences).values(values).returning(_L.id)
        number = int(connection.execute(statement).scalar_one())
    there = (_S.licence_id == number) & _S.owner_id.is_not(None)
    connection.execute(delete(licence_scopes).where(there))
    scopes = scopes_of(licence.covered)
    owners = owners_of(connection, scopes)
    rows = [
        {"licence_id": number, "artist_id": owners[s][0], "kind": s.kind.value, "owner_id": s.id}
        for s in scopes
        if s in owners
    ]
    if rows:
        connection.execute(insert(licence_scopes), rows)
    return number


def forget_gone(connection: Connection, number: int) -> None:
    """Forget what a licence covered that is gone: a person named its music anew."""
    gone = (_S.licence_id == number) & _S.owner_id.is_(None)
    connection.execute(delete(licence_scopes).where(gone))


def remove(connection: Connection, number: int) -> None:
    """Delete a licence with its scopes."""
    connection.execute(delete(licences).where(_L.id == number))


def deed_value(licence: Licence | None, artist_ids: Collection[int]) -> DeedValue:
    """A licence as `before` or `after` of a deed; None if there is none."""
    return {
        "licence": None
        if licence is None
        else {
            **licence.agreement.to_json(),
            "id": licence.id,
            "ended_at": licence.ended_at.isoformat() if licence.ended_at else "",
            "added_at": licence.added_at,
            "covers": [[scope.kind.value, scope.id] for scope in scopes_of(licence.covered)],
        },
        "artists": sorted(artist_ids),
    }


def licence_in(value: DeedValue) -> Licence | None:
    """The licence from the output of `deed_value`."""
    stored: Mapping[str, Any] | None = value["licence"] if value is not None else None
    if stored is None:
        return None
    scopes = [Scope(ScopeKind(kind), number) for kind, number in stored["covers"]]
    ended = stored["ended_at"]
    return Licence(
        stored["id"],
        Agreement.from_json(stored),
        covered_of(scopes),
        datetime.fromisoformat(ended) if ended else None,
        stored["added_at"],
    )


def same_licence(held: Licence | None, noted: Licence | None) -> bool:
    """Whether a licence is as a deed noted it. What it covers may have gone since."""
    if held is None or noted is None:
        return held is noted
    agreed = held.agreement == noted.agreement and held.ended_at == noted.ended_at
    return agreed and set(scopes_of(held.covered)) <= set(scopes_of(noted.covered))
