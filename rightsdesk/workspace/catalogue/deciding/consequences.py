"""What a decision changes for consents.

Compares the effective consent of each recording before and after. A preview makes the decision and
takes its transaction back, so that it can't differ from the decision itself.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from rightsdesk.consent import Consent, Use, widened
from rightsdesk.store.bulk import any_of
from rightsdesk.store.database import Database
from rightsdesk.store.joins import catalogued
from rightsdesk.store.schema import artists, files, items, recordings, releases
from rightsdesk.workspace.consents import consents
from rightsdesk.workspace.consents.consents import StoredConsents, WideningNotConfirmed
from rightsdesk.workspace.types.consents import Opened
from rightsdesk.workspace.types.findings import DecisionPreview, Reconsidered

_R = recordings.c


@dataclass(frozen=True, slots=True)
class _Place:
    """A recording with its artist and release, by id and name."""

    artist_id: int
    release_id: int | None
    id: int
    artist: str
    release: str
    title: str


@dataclass(frozen=True, slots=True)
class ConsentsBefore:
    """The effective consents before a change.

    Covers these recordings, and all that depend on another artist's consent.
    """

    stored: StoredConsents
    places: Mapping[int, _Place]
    carriers: Mapping[tuple[str, int], int]

    @classmethod
    def of(cls, connection: Connection, numbers: Collection[int]) -> ConsentsBefore:
        """Load the consents that apply now to these recordings."""
        stored = consents.load(connection)
        recording_ids = {*numbers, *stored.partners}
        return cls(stored, _places(connection, recording_ids), _carriers(connection, recording_ids))

    def compared(
        self, connection: Connection
    ) -> tuple[tuple[Reconsidered, ...], tuple[Opened, ...]]:
        """Consents that differ now, and recordings on which uses have opened up."""
        stored = consents.load(connection)
        now = {**self.carriers, **_carriers(connection, stored.partners)}
        now |= _where_now(connection, self.carriers)
        places = _places(connection, set(now.values()))
        pairs = [(self.carriers.get(carrier, new), new) for carrier, new in now.items()]
        changed: list[Reconsidered] = []
        opened: list[Opened] = []
        for old, new in dict.fromkeys(pairs):
            place_now = places.get(new)
            place_before = self.places.get(old, place_now)
            if place_now is None or place_before is None:
                continue
            before = _effective(self.stored, place_before)
            after = _effective(stored, place_now)
            uses = widened(before, after)
            if before != after:
                # Merged recordings are listed by their old name, separated ones by the new name.
                named = place_now if uses else place_before
                changed.append(Reconsidered(named.artist, named.title, before, after))
            if uses:
                opened.append(Opened(place_now.artist, place_now.release, place_now.title, uses))
        return tuple(changed), tuple(dict.fromkeys(opened))


def _effective(stored: StoredConsents, place: _Place) -> Consent:
    return stored.effective(
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
    """The files and items of recordings: (kind, id) → recording id."""
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


class _OnlyPreview(Exception):
    """Ends a preview's transaction, so that it changes nothing."""

    def __init__(self, preview: DecisionPreview) -> None:
        super().__init__()
        self.preview = preview


def previewed(database: Database, act: Callable[[Connection], DecisionPreview]) -> DecisionPreview:
    """Return what `act` would do. Its transaction is rolled back."""
    try:
        with database.write() as connection:
            raise _OnlyPreview(act(connection))
    except _OnlyPreview as ended:
        return ended.preview


def must_be_confirmed(result: DecisionPreview, confirmed: Collection[Use]) -> None:
    """Raise WideningNotConfirmed if the result widens a use that is not confirmed."""
    if not set(result.uses) <= set(confirmed):
        raise WideningNotConfirmed(result.uses, result.opened)
