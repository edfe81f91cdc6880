"""The matrix: recordings down, carriers across, and how each stands against what is wanted.

A view asks for the ids of the recordings that it shows, in order, and for the rows of
those that are visible. Standings are worked out from short stored texts, each pair of
them once, so that half a million recordings can be counted in a moment.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import ColumnElement, Connection, FromClause, Select, func, select
from sqlalchemy.engine import Row as Record

from rightsdesk.changes.types import FILES, SIDECARS
from rightsdesk.consent import Consent, Standing
from rightsdesk.store import texts
from rightsdesk.store.bulk import read_many
from rightsdesk.store.database import Database
from rightsdesk.store.joins import (
    ACCOUNT_ITEMS,
    RECORDING_FILES,
    RECORDING_ITEMS,
    RECORDING_SIDECARS,
    catalogued,
)
from rightsdesk.store.schema import accounts, artists, files, items, recordings, releases, sidecars
from rightsdesk.workspace.catalogue.filtering import conditions
from rightsdesk.workspace.consents import consents
from rightsdesk.workspace.observing.freshness import Freshness
from rightsdesk.workspace.status.attested import AttestedCells
from rightsdesk.workspace.status.standings import (
    MAY_BE_THERE,
    RANK,
    WORST_FIRST,
    Effective,
    Ranks,
    may_be,
    standings,
    verdict,
)
from rightsdesk.workspace.suites import evidence_of, sayable
from rightsdesk.workspace.types import Cell, Filter, MatrixRow, ScopeKind, Sort

IN_ONE_QUERY = 500
ONLY_FOR_ALL = "It speaks for all of the artist's music, and has no place for single choices."


@dataclass(frozen=True, slots=True)
class StoredObservation:
    """What was last seen of one file or item: texts as the store has them.

    `carrier` where it is not that of the column: a sidecar among the files. `wanted` where
    it is not what is wanted of the recording: an account can only say what the artist wants.
    """

    says: str
    problem: str = ""
    seen_at: str = ""
    away: bool = False
    carrier: str = ""
    wanted: Consent | None = None


OF_ITEM = (
    *(items.c.says, items.c.problem, items.c.seen_at, items.c.gone),
    *(accounts.c.unread_since, accounts.c.unread_why),
)
"""The columns of which `seen_of_item` makes what was last seen of an item."""


def seen_of_item(
    fresh: Freshness,
    says: str,
    problem: str,
    seen_at: str,
    away: bool,
    unread_since: str,
    unread_why: str,
) -> StoredObservation:
    """What was last seen of an item; a reading that is too old is a problem."""
    return StoredObservation(
        says, fresh.problem(seen_at, problem, unread_since, unread_why), seen_at, away
    )


def standing_of(carrier: str, wanted: Consent, seen: StoredObservation) -> Standing:
    """How one file or item stands. Nothing that could not be read is claimed."""
    if seen.problem or seen.away or not seen.seen_at:
        return Standing.UNKNOWN
    meant = wanted if seen.wanted is None else seen.wanted
    return verdict(seen.carrier or carrier, meant, seen.says).standing


def cell_of(wanted: Consent, carrier: str, seen: Sequence[StoredObservation]) -> Cell:
    """One cell for all files or items of a recording: the worst of them speaks."""
    worst = min(seen, key=lambda one: RANK[standing_of(carrier, wanted, one)])
    standing = standing_of(carrier, wanted, worst)
    return Cell(
        standing=standing,
        says=Consent() if standing is Standing.UNKNOWN else texts.load_consent(worst.says),
        evidence=evidence_of(carrier),
        seen_at=worst.seen_at,
        problem=worst.problem or _only_for_all(carrier, wanted, worst),
        count=sum(not one.carrier for one in seen),
    )


def _only_for_all(carrier: str, wanted: Consent, seen: StoredObservation) -> str:
    """A remark where an account cannot say what is wanted of this recording in particular."""
    if seen.wanted is None or sayable(carrier, seen.wanted) == sayable(carrier, wanted):
        return ""
    return ONLY_FOR_ALL


def recording_ids(database: Database, chosen: Filter, sort: Sort) -> list[int]:
    """The recordings that a filter lets through, in order."""
    with database.read() as connection:
        ordered = [number for (number,) in read_many(connection, _query(chosen, sort))]
        if chosen.standing is None and sort.column in _COLUMNS:
            return ordered
        known = consents.load(connection)
        found = standings(connection, known, conditions(chosen))
        for carrier, ranks in _told(connection, known, chosen, sort).items():
            found[carrier] = ranks | found.get(carrier, {})
        if chosen.standing is not None:
            standing = _standing_so(found, chosen)
            ordered = [number for number in ordered if number in standing]
        if sort.column == "wish":
            ordered = _by_consent(connection, known, ordered)
        elif sort.column not in _COLUMNS:
            ranks = found.get(sort.column, {})
            ordered.sort(key=lambda number: ranks.get(number, len(RANK)))
        if sort.column not in _COLUMNS and sort.descending:
            ordered.reverse()
    return ordered


def _told(
    connection: Connection, known: consents.StoredConsents, chosen: Filter, sort: Sort
) -> dict[str, Ranks]:
    """How recordings stand by what people told, where that can matter for what is looked for."""
    if chosen.carrier == FILES and sort.column in (*_COLUMNS, FILES, "wish"):
        return {}
    word = AttestedCells(connection, known)
    return word.ranks(connection, conditions(chosen)) if word.artists else {}


def _standing_so(found: Mapping[str, Ranks], chosen: Filter) -> set[int]:
    """The recordings that stand as the filter wants it, on its carrier or on any."""
    rank = RANK[Standing(chosen.standing)] if chosen.standing is not None else None
    carriers = [found.get(chosen.carrier, {})] if chosen.carrier else found.values()
    return {number for ranks in carriers for number, one in ranks.items() if one == rank}


def rows(database: Database, ids: Sequence[int]) -> list[MatrixRow]:
    """The rows of some recordings, in the order of the ids; ids that are gone are left out."""
    found: dict[int, MatrixRow] = {}
    with database.read() as connection:
        known = consents.load(connection)
        word = AttestedCells(connection, known)
        for start in range(0, len(ids), IN_ONE_QUERY):
            part = ids[start : start + IN_ONE_QUERY]
            seen = _seen(connection, recordings.c.id.in_(part), known)
            query = _select(*_SHOWN).where(recordings.c.id.in_(part))
            for record in connection.execute(query):
                told = word.cells(record.artist_id, record.release_id, record.id)
                found[record.id] = _row(record, known, seen.get(record.id, {}), told)
    return [found[number] for number in ids if number in found]


def counts(database: Database, chosen: Filter) -> dict[str, dict[Standing, int]]:
    """How many recordings stand how, by carrier."""
    with database.read() as connection:
        known = consents.load(connection)
        counted = _counted(standings(connection, known, conditions(chosen)))
        for carrier, more in (
            AttestedCells(connection, known).counts(connection, conditions(chosen)).items()
        ):
            counted[carrier] = counted.get(carrier, Counter()) + more
    return {carrier: dict(numbers) for carrier, numbers in counted.items()}


def to_write(
    database: Database, chosen: Filter, waiting: Collection[tuple[str, int]]
) -> dict[str, dict[Standing, int]]:
    """How many recordings stand how by what was read, by carrier, as far as that asks for a
    write: only where something is chosen, since elsewhere no carrier can fall short of it.

    Items that were written and are not confirmed yet are left out, and so are those that are
    `waiting` (carrier, id).
    """
    leave_out = unchosen(database, chosen)
    with database.read() as connection:
        found = standings(connection, consents.load(connection), conditions(chosen), waiting)
    for ranks in found.values():
        for number in leave_out & ranks.keys():
            del ranks[number]
    return {carrier: dict(numbers) for carrier, numbers in _counted(found).items()}


def _counted(found: Mapping[str, Ranks]) -> dict[str, Counter[Standing]]:
    return {
        carrier: Counter({WORST_FIRST[rank]: n for rank, n in Counter(ranks.values()).items()})
        for carrier, ranks in found.items()
    }


def unchosen(database: Database, chosen: Filter) -> set[int]:
    """The recordings for which nothing is chosen yet."""
    with database.read() as connection:
        effective = Effective(consents.load(connection))
        columns = (recordings.c.id, recordings.c.artist_id, recordings.c.release_id)
        rows = connection.execute(_select(*columns).where(conditions(chosen)))
        return {
            number
            for number, artist, release in rows
            if not effective.of(effective.key(artist, release, number))
        }


_SHOWN = (
    recordings.c.id,
    recordings.c.artist_id,
    recordings.c.release_id,
    artists.c.name.label("artist"),
    releases.c.title.label("release"),
    recordings.c.title,
    recordings.c.disc,
    recordings.c.track,
    recordings.c.isrc,
    recordings.c.duration_ms,
)

_IN_RELEASE = (recordings.c.disc, recordings.c.track, recordings.c.title)
_BY_RELEASE = (
    artists.c.name_key,
    releases.c.title.is_(None),
    func.unaccented(releases.c.title),
    releases.c.id,
    *_IN_RELEASE,
)
_COLUMNS: dict[str, tuple[ColumnElement[Any], ...]] = {
    "release": _BY_RELEASE,
    "track": _IN_RELEASE,
    "title": (func.unaccented(recordings.c.title), recordings.c.id),
    "artist": _BY_RELEASE,
    "isrc": (recordings.c.isrc == "", recordings.c.isrc, recordings.c.id),
}


def _select(
    *columns: ColumnElement[Any], source: FromClause = recordings
) -> Select[*tuple[Any, ...]]:
    return select(*columns).select_from(catalogued(source))


def _query(chosen: Filter, sort: Sort) -> Select[*tuple[Any, ...]]:
    order = list(_COLUMNS.get(sort.column, _BY_RELEASE))
    if sort.descending and sort.column in _COLUMNS:
        # What has no ISRC stays at the end, whichever way the others are ordered.
        first = 1 if sort.column == "isrc" else 0
        order[first] = order[first].desc()
    return _select(recordings.c.id).where(conditions(chosen)).order_by(*order)


def _seen(
    connection: Connection, condition: ColumnElement[bool], known: consents.StoredConsents
) -> dict[int, dict[str, list[StoredObservation]]]:
    """What was last seen of the files and items of recordings: recording → carrier → seen."""
    found: dict[int, dict[str, list[StoredObservation]]] = defaultdict(lambda: defaultdict(list))
    there = condition & files.c.missing.is_(False)
    query = _select(
        *(files.c.recording_id, files.c.says, files.c.problem, files.c.seen_at, files.c.missing),
        source=RECORDING_FILES,
    )
    for number, says, problem, seen_at, missing in connection.execute(query.where(there)):
        found[number][FILES].append(StoredObservation(says, problem, seen_at, missing))
    query = _select(
        *(files.c.recording_id, sidecars.c.says, sidecars.c.problem, sidecars.c.seen_at),
        source=RECORDING_SIDECARS,
    )
    for number, says, problem, seen_at in connection.execute(query.where(there)):
        found[number][FILES].append(StoredObservation(says, problem, seen_at, carrier=SIDECARS))
    fresh = Freshness.of(connection)
    query = _select(items.c.recording_id, accounts.c.platform, *OF_ITEM, source=RECORDING_ITEMS)
    for number, platform, *seen in connection.execute(query.where(condition)):
        found[number][platform].append(seen_of_item(fresh, *seen))
    _add_what_holds_for_all(connection, condition, known, fresh, found)
    for platform, number, seen_at in may_be(connection, condition):
        if platform not in found[number]:
            found[number][platform].append(StoredObservation("", MAY_BE_THERE, seen_at))
    return found


def _add_what_holds_for_all(
    connection: Connection,
    condition: ColumnElement[bool],
    known: consents.StoredConsents,
    fresh: Freshness,
    found: dict[int, dict[str, list[StoredObservation]]],
) -> None:
    """What an account or a site declares holds for each recording of its artist."""
    whole = select(accounts.c.artist_id, accounts.c.platform, *OF_ITEM)
    whole = whole.select_from(ACCOUNT_ITEMS)
    of_artist: dict[int, list[tuple[str, StoredObservation]]] = defaultdict(list)
    for artist, platform, *seen in connection.execute(whole.where(items.c.reach != "item")):
        one = replace(seen_of_item(fresh, *seen), wanted=known.effective(artist_id=artist))
        of_artist[artist].append((platform, one))
    if not of_artist:
        return
    owned = _select(recordings.c.id, recordings.c.artist_id).where(condition)
    for number, artist in connection.execute(owned):
        for platform, one in of_artist.get(artist, ()):
            found[number][platform].append(one)


def _by_consent(
    connection: Connection, known: consents.StoredConsents, ordered: list[int]
) -> list[int]:
    effective = Effective(known)
    columns = (recordings.c.artist_id, recordings.c.release_id, recordings.c.id)
    whose = {
        number: effective.key(artist, release, number)
        for artist, release, number in read_many(connection, _select(*columns))
    }
    ranks = {
        key: tuple(permission.rank for permission in effective.of(key).values())
        for key in set(whose.values())
    }
    return sorted(ordered, key=lambda number: ranks[whose[number]])


def _row(
    record: Record[*tuple[Any, ...]],
    known: consents.StoredConsents,
    seen: Mapping[str, list[StoredObservation]],
    told: Mapping[str, Cell],
) -> MatrixRow:
    layers = known.layers(record.artist_id, record.release_id, record.id)
    wanted = known.effective(
        artist_id=record.artist_id, release_id=record.release_id, recording_id=record.id
    )
    nearest = layers[-1][0] if layers else None
    track = f"{record.disc}-{record.track}" if record.disc > 1 else str(record.track or "")
    return MatrixRow(
        recording_id=record.id,
        artist_id=record.artist_id,
        release_id=record.release_id,
        artist=record.artist,
        release=record.release or "",
        title=record.title,
        track=track,
        isrc=record.isrc,
        duration_ms=record.duration_ms,
        wanted=wanted,
        inherited_from=nearest if nearest is not ScopeKind.RECORDING else None,
        cells={
            **told,
            **{carrier: cell_of(wanted, carrier, some) for carrier, some in seen.items()},
        },
    )
