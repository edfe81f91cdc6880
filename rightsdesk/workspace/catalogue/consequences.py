"""What a decision means for consents: what is wanted of each recording before it and after."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from rightsdesk.consent import Consent, widened
from rightsdesk.store.bulk import any_of
from rightsdesk.store.joins import catalogued
from rightsdesk.store.schema import artists, files, items, recordings, releases
from rightsdesk.workspace.consents import consents
from rightsdesk.workspace.consents.consents import StoredConsents
from rightsdesk.workspace.types import Opened, Reconsidered

_R = recordings.c


@dataclass(frozen=True, slots=True)
class _Place:
    """A recording: whose it is, where, and what it is called."""

    artist_id: int
    release_id: int | None
    id: int
    artist: str
    release: str
    title: str


@dataclass(frozen=True, slots=True)
class ConsentsBefore:
    """What was wanted of files and tracks before a change: of some recordings, and of all
    that depend on another artist's."""

    known: StoredConsents
    places: Mapping[int, _Place]
    carriers: Mapping[tuple[str, int], int]

    @classmethod
    def of(cls, connection: Connection, numbers: Collection[int]) -> ConsentsBefore:
        known = consents.load(connection)
        some = {*numbers, *known.partners}
        return cls(known, _places(connection, some), _carriers(connection, some))

    def compared(
        self, connection: Connection
    ) -> tuple[tuple[Reconsidered, ...], tuple[Opened, ...]]:
        """What is wanted otherwise now, and what of it opens up, by recording."""
        known = consents.load(connection)
        now = {**self.carriers, **_carriers(connection, known.partners)}
        now |= _where_now(connection, self.carriers)
        places = _places(connection, set(now.values()))
        pairs = [(self.carriers.get(carrier, new), new) for carrier, new in now.items()]
        changed: list[Reconsidered] = []
        opened: list[Opened] = []
        for old, new in dict.fromkeys(pairs):
            there = places.get(new)
            was = self.places.get(old, there)
            if there is None or was is None:
                continue
            before = _effective(self.known, was)
            after = _effective(known, there)
            uses = widened(before, after)
            if before != after:
                # What is put together is known by its old name, what is parted by its new one.
                called = there if uses else was
                changed.append(Reconsidered(called.artist, called.title, before, after))
            if uses:
                opened.append(Opened(there.artist, there.release, there.title, uses))
        return tuple(changed), tuple(dict.fromkeys(opened))


def _effective(known: StoredConsents, place: _Place) -> Consent:
    return known.effective(
        artist_id=place.artist_id, release_id=place.release_id, recording_id=place.id
    )


def _places(connection: Connection, numbers: Collection[int]) -> dict[int, _Place]:
    query = select(
        *(_R.artist_id, _R.release_id, _R.id),
        *(artists.c.name, func.coalesce(releases.c.title, ""), _R.title),
    ).select_from(catalogued())
    rows = (row for part in any_of(_R.id, numbers) for row in connection.execute(query.where(part)))
    return {row.id: _Place(*row) for row in rows}


def _carriers(connection: Connection, numbers: Collection[int]) -> dict[tuple[str, int], int]:
    """The files and items of recordings."""
    found: dict[tuple[str, int], int] = {}
    for name, table in (("file", files), ("item", items)):
        query = select(table.c.id, table.c.recording_id)
        for part in any_of(table.c.recording_id, numbers):
            found |= {(name, row[0]): row[1] for row in connection.execute(query.where(part))}
    return found


def _where_now(
    connection: Connection, carriers: Collection[tuple[str, int]]
) -> dict[tuple[str, int], int]:
    """The recordings that files and items belong to now."""
    found: dict[tuple[str, int], int] = {}
    for name, table in (("file", files), ("item", items)):
        numbers = [number for kind, number in carriers if kind == name]
        query = select(table.c.id, table.c.recording_id).where(table.c.recording_id.is_not(None))
        for part in any_of(table.c.id, numbers):
            found |= {(name, row[0]): row[1] for row in connection.execute(query.where(part))}
    return found
