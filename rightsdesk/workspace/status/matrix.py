"""The matrix: recordings down, carriers across, and the standing of each against its consent.

A view asks for the ids of its recordings in order, then for the rows of the visible ones. Standings
come from short stored texts. Each pair of texts is compared once, so half a million recordings are
counted in a moment.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, FromClause, Select, func, select, true
from sqlalchemy.engine import Row as Record

from rightsdesk.consent import Consent, Standing
from rightsdesk.consent.licences.grant import beyond
from rightsdesk.enums.carriers import CarrierId
from rightsdesk.store import texts
from rightsdesk.store.bulk import read_many
from rightsdesk.store.database import Database
from rightsdesk.store.joins import (
    ACCOUNT_ITEMS,
    RECORDING_FILES,
    RECORDING_ITEMS,
    RECORDING_SIDECARS,
    WHOLE_ACCOUNTS,
    catalogued,
)
from rightsdesk.store.schema import accounts, artists, files, items, recordings, releases, sidecars
from rightsdesk.workspace.catalogue.filtering import conditions
from rightsdesk.workspace.consents import consents
from rightsdesk.workspace.licences.holding import holding
from rightsdesk.workspace.observing.freshness import Freshness
from rightsdesk.workspace.status.attested import AttestedCells
from rightsdesk.workspace.status.consent_dates import ConsentDates
from rightsdesk.workspace.status.naming import Misnaming, misnaming
from rightsdesk.workspace.status.standings import (
    MAY_BE_THERE,
    RANK,
    ResolvedConsents,
    comparison,
    may_be,
    standings,
)
from rightsdesk.workspace.suites import evidence_of, sayable
from rightsdesk.workspace.types.matrix import Cell, MatrixRow
from rightsdesk.workspace.types.scopes import Filter, ScopeKind, Sort

IN_ONE_QUERY = 500
FILES_GONE = "No file of it is where it was."
"""Why a standing is unknown while all files of a recording are gone."""
ONLY_FOR_ALL = "It holds for all of the artist's music and has no place for single consents."


@dataclass(frozen=True, slots=True)
class StoredObservation:
    """The last observation of one file or item: texts as the store has them.

    `carrier` is set if it differs from the column's: a sidecar among the files. `consent` is set if
    it differs from the recording's: an account can only match the artist's consent. `partners` is
    the standing by the partners that it names, if these are not the right ones (`naming`).
    """

    says: str
    problem: str = ""
    seen_at: str = ""
    away: bool = False
    carrier: CarrierId | None = None
    consent: Consent | None = None
    partners: Standing | None = None


OF_ITEM = (
    *(accounts.c.platform, items.c.id),
    *(items.c.says, items.c.problem, items.c.seen_at, items.c.gone),
    *(accounts.c.unread_since, accounts.c.unread_why),
)
"""The columns that `seen_of_item` takes."""


def seen_of_item(
    fresh: Freshness,
    misnamed: Misnaming,
    platform: CarrierId,
    number: int,
    says: str,
    problem: str,
    seen_at: str,
    away: bool,
    unread_since: str,
    unread_why: str,
) -> StoredObservation:
    """The last observation of an item; a reading that is too old is a problem."""
    return StoredObservation(
        *(says, fresh.problem(seen_at, problem, unread_since, unread_why), seen_at, away),
        partners=misnamed.get((platform, number)),
    )


def standing_of(carrier: CarrierId, consent: Consent, seen: StoredObservation) -> Standing:
    """The standing of one file or item; unknown if it could not be read."""
    if seen.problem or seen.away or not seen.seen_at:
        return Standing.UNKNOWN
    required = consent if seen.consent is None else seen.consent
    standing = comparison(seen.carrier or carrier, required, seen.says).standing
    if seen.partners is None:
        return standing
    return min(standing, seen.partners, key=RANK.__getitem__)


def cell_of(consent: Consent, carrier: CarrierId, seen: Sequence[StoredObservation]) -> Cell:
    """One cell for all files or items of a recording: the worst of them decides."""
    worst = min(seen, key=lambda observation: RANK[standing_of(carrier, consent, observation)])
    standing = standing_of(carrier, consent, worst)
    return Cell(
        standing=standing,
        says=Consent() if standing is Standing.UNKNOWN else texts.load_consent(worst.says),
        evidence=evidence_of(carrier),
        seen_at=worst.seen_at,
        problem=worst.problem or _only_for_all(carrier, consent, worst),
        count=sum(not observation.carrier for observation in seen),
    )


def _only_for_all(carrier: CarrierId, consent: Consent, seen: StoredObservation) -> str:
    """A remark if an account can't declare this recording's own consent."""
    if seen.consent is None or sayable(carrier, seen.consent) == sayable(carrier, consent):
        return ""
    return ONLY_FOR_ALL


def recording_ids(database: Database, chosen: Filter, sort: Sort, now: datetime) -> list[int]:
    """The ids of the filtered recordings, in order. Licences count as of `now` (aware)."""
    with database.read() as connection:
        ordered = [number for (number,) in read_many(connection, _query(chosen, sort))]
        if chosen.standing is None and sort.column in _COLUMNS:
            return ordered
        stored = consents.load(connection)
        ranked = standings(connection, stored, conditions(chosen), now)
        found: dict[str, dict[int, int]] = {
            carrier: ranks.by_number() for carrier, ranks in ranked.items()
        }
        for column, noted in _attested_ranks(connection, stored, chosen, sort).items():
            found[column] = noted | found.get(column, {})
        if chosen.standing is not None:
            standing = _with_standing(found, chosen)
            ordered = [number for number in ordered if number in standing]
        if sort.column == "consent":
            ordered = _by_consent(connection, stored, ordered)
        elif sort.column not in _COLUMNS:
            ranks = found.get(sort.column, {})
            ordered.sort(key=lambda number: ranks.get(number, len(RANK)))
        if sort.column not in _COLUMNS and sort.descending:
            ordered.reverse()
    return ordered


def _attested_ranks(
    connection: Connection, stored: consents.StoredConsents, chosen: Filter, sort: Sort
) -> dict[str, dict[int, int]]:
    """Attested ranks of recordings by platform; empty if the filter and sort don't need them."""
    if chosen.carrier == CarrierId.FILES and sort.column in (*_COLUMNS, CarrierId.FILES, "consent"):
        return {}
    attested = AttestedCells(connection, stored)
    return attested.ranks(connection, conditions(chosen)) if attested.artists else {}


def _with_standing(found: Mapping[str, Mapping[int, int]], chosen: Filter) -> set[int]:
    """The recordings with the filter's standing, on its carrier or on any."""
    rank = RANK[Standing(chosen.standing)] if chosen.standing is not None else None
    carriers = [found.get(chosen.carrier, {})] if chosen.carrier else found.values()
    return {
        number
        for ranks in carriers
        for number, recording_rank in ranks.items()
        if recording_rank == rank
    }


def rows(database: Database, ids: Sequence[int], now: datetime | None = None) -> list[MatrixRow]:
    """The rows of these recordings, in the order of the ids. Deleted ids are left out.

    Licences count as of `now` (aware; the system's clock by default).
    """
    with database.read() as connection:
        return RowReader(connection, now).rows(ids)


class RowReader:
    """Reads rows on one connection. What all rows share is read once.

    Licences count as of `now`. With `all_in_turn`, open questions are read once, too: for those
    who read a whole catalogue.
    """

    def __init__(
        self, connection: Connection, now: datetime | None = None, *, all_in_turn: bool = False
    ) -> None:
        self._connection = connection
        self._stored = consents.load(connection)
        self._attested = AttestedCells(connection, self._stored)
        self._now = now or datetime.now(UTC)
        self._licences = holding(connection, self._now, self._stored.partners)
        self._possible = _possible(connection, true()) if all_in_turn else None
        self._misnamed = self.misnamed(true()) if all_in_turn else None

    def misnamed(self, condition: ColumnElement[bool]) -> Misnaming:
        """The files and items of recordings that name the wrong partners."""
        return misnaming(self._connection, self._stored, condition, self._now)

    def rows(self, ids: Sequence[int]) -> list[MatrixRow]:
        """The rows of these recordings, in the order of the ids. Deleted ids are left out."""
        connection, stored = self._connection, self._stored
        found: dict[int, MatrixRow] = {}
        for start in range(0, len(ids), IN_ONE_QUERY):
            part = ids[start : start + IN_ONE_QUERY]
            condition = recordings.c.id.in_(part)
            misnamed = self._misnamed
            if misnamed is None:
                misnamed = self.misnamed(condition)
            seen = _seen(connection, condition, stored, misnamed)
            possible = self._possible
            if possible is None:
                possible = _possible(connection, condition)
            for number in part:
                for platform, seen_at in possible.get(number, ()):
                    maybe = StoredObservation("", MAY_BE_THERE, seen_at)
                    seen.setdefault(number, {}).setdefault(platform, [maybe])
            query = _select(*_SHOWN).where(condition)
            for record in connection.execute(query):
                owner = record.artist_id, record.release_id, record.id
                attested_cells = self._attested.cells(*owner)
                row = _row(record, stored, seen.get(record.id, {}), attested_cells)
                grants = self._licences.at(*owner)
                found[record.id] = replace(row, grants=beyond(grants, row.consent))
        return [found[number] for number in ids if number in found]


def _possible(
    connection: Connection, condition: ColumnElement[bool]
) -> dict[int, list[tuple[CarrierId, str]]]:
    """Where recordings may be, by open questions: platform and last reading."""
    found: dict[int, list[tuple[CarrierId, str]]] = defaultdict(list)
    for platform, number, seen_at in may_be(connection, condition):
        found[number].append((platform, seen_at))
    return found


def counts(database: Database, chosen: Filter, now: datetime) -> dict[str, dict[Standing, int]]:
    """How many recordings have which standing, by column. Licences count as of `now` (aware)."""
    with database.read() as connection:
        stored = consents.load(connection)
        found = standings(connection, stored, conditions(chosen), now)
        counted: dict[str, Counter[Standing]] = {
            carrier: ranks.counted() for carrier, ranks in found.items()
        }
        for column, attested in (
            AttestedCells(connection, stored).counts(connection, conditions(chosen)).items()
        ):
            counted[column] = counted.get(column, Counter()) + attested
    return {column: dict(numbers) for column, numbers in counted.items()}


def to_write(
    database: Database, chosen: Filter, waiting: Collection[tuple[CarrierId, int]], now: datetime
) -> dict[CarrierId, dict[int, dict[Standing, int]]]:
    """How many recordings need a write: carrier → artist → standing. Attestations don't count.

    Recordings without a consent are left out: no carrier can fall short of it. So are unconfirmed
    items, and the `waiting` items (carrier, id). Licences count as of `now` (aware). What is older
    than the choice is silent at most.
    """
    with database.read() as connection:
        stored = consents.load(connection)
        dates = ConsentDates(connection, stored)
        artist_of = dict(_with_artists(connection, stored, chosen, with_consent=True))
        found = standings(connection, stored, conditions(chosen), now, waiting, dates)
    by_artist = {carrier: ranks.counted_by_artist(artist_of) for carrier, ranks in found.items()}
    return {
        carrier: {artist: dict(numbers) for artist, numbers in some.items()}
        for carrier, some in by_artist.items()
    }


def unchosen(database: Database, chosen: Filter) -> dict[int, int]:
    """The recordings without a consent, each with its artist."""
    with database.read() as connection:
        stored = consents.load(connection)
        return dict(_with_artists(connection, stored, chosen, with_consent=False))


def _with_artists(
    connection: Connection, stored: consents.StoredConsents, chosen: Filter, *, with_consent: bool
) -> Iterator[tuple[int, int]]:
    """The recordings with a consent, or those without one, each with its artist."""
    effective = ResolvedConsents(stored)
    columns = (recordings.c.id, recordings.c.artist_id, recordings.c.release_id)
    query = _select(*columns).where(conditions(chosen))
    for number, artist, release in read_many(connection, query):
        # `of` keeps what each key comes to.
        if bool(effective.of(effective.key(artist, release, number))) is with_consent:
            yield number, artist


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
    "length": (recordings.c.duration_ms.is_(None), recordings.c.duration_ms, recordings.c.id),
}

STORED_ORDERS = frozenset(_COLUMNS)
"""Orders that need no standings: what `Sort.column` says of them is in the store."""


def _select(
    *columns: ColumnElement[Any], source: FromClause = recordings
) -> Select[*tuple[Any, ...]]:
    return select(*columns).select_from(catalogued(source))


def _query(chosen: Filter, sort: Sort) -> Select[*tuple[Any, ...]]:
    order = list(_COLUMNS.get(sort.column, _BY_RELEASE))
    if sort.descending and sort.column in _COLUMNS:
        # Recordings without an ISRC or a length stay last in both directions.
        first = 1 if sort.column in ("isrc", "length") else 0
        order[first] = order[first].desc()
    return _select(recordings.c.id).where(conditions(chosen)).order_by(*order)


def _seen(
    connection: Connection,
    condition: ColumnElement[bool],
    stored: consents.StoredConsents,
    misnamed: Misnaming,
) -> dict[int, dict[CarrierId, list[StoredObservation]]]:
    """The last observations of recordings: recording → carrier → observations."""
    found: dict[int, dict[CarrierId, list[StoredObservation]]] = defaultdict(
        lambda: defaultdict(list)
    )
    there = condition & files.c.missing.is_(False)
    query = _select(
        *(files.c.recording_id, files.c.id, files.c.says),
        *(files.c.problem, files.c.seen_at, files.c.missing),
        source=RECORDING_FILES,
    )
    for number, target, says, problem, seen_at, missing in connection.execute(query.where(there)):
        partners = misnamed.get((CarrierId.FILES, target))
        observation = StoredObservation(says, problem, seen_at, missing, partners=partners)
        found[number][CarrierId.FILES].append(observation)
    query = _select(
        *(files.c.recording_id, sidecars.c.says, sidecars.c.problem, sidecars.c.seen_at),
        source=RECORDING_SIDECARS,
    )
    for number, says, problem, seen_at in connection.execute(query.where(there)):
        found[number][CarrierId.FILES].append(
            StoredObservation(says, problem, seen_at, carrier=CarrierId.SIDECARS)
        )
    query = _select(files.c.recording_id, files.c.seen_at, source=RECORDING_FILES)
    for number, seen_at in connection.execute(query.where(condition & files.c.missing)):
        if CarrierId.FILES not in found[number]:
            found[number][CarrierId.FILES].append(
                StoredObservation("", FILES_GONE, seen_at, away=True)
            )
    fresh = Freshness.of(connection)
    query = _select(items.c.recording_id, *OF_ITEM, source=RECORDING_ITEMS)
    for number, platform, *seen in connection.execute(query.where(condition)):
        found[number][platform].append(seen_of_item(fresh, misnamed, platform, *seen))
    _add_what_holds_for_all(connection, condition, stored, fresh, misnamed, found)
    return found


def _add_what_holds_for_all(
    connection: Connection,
    condition: ColumnElement[bool],
    stored: consents.StoredConsents,
    fresh: Freshness,
    misnamed: Misnaming,
    found: dict[int, dict[CarrierId, list[StoredObservation]]],
) -> None:
    """Add what accounts and sites declare, to each recording of their artist."""
    whole = select(accounts.c.artist_id, *OF_ITEM)
    whole = whole.select_from(ACCOUNT_ITEMS)
    of_artist: dict[int, list[tuple[CarrierId, StoredObservation]]] = defaultdict(list)
    for artist, platform, *seen in connection.execute(whole.where(WHOLE_ACCOUNTS)):
        observation = replace(
            seen_of_item(fresh, misnamed, platform, *seen),
            consent=stored.effective(artist_id=artist),
        )
        of_artist[artist].append((platform, observation))
    if not of_artist:
        return
    owned = _select(recordings.c.id, recordings.c.artist_id).where(condition)
    for number, artist in connection.execute(owned):
        for platform, observation in of_artist.get(artist, ()):
            found[number][platform].append(observation)


def _by_consent(
    connection: Connection, stored: consents.StoredConsents, ordered: list[int]
) -> list[int]:
    effective = ResolvedConsents(stored)
    columns = (recordings.c.artist_id, recordings.c.release_id, recordings.c.id)
    owner_keys = {
        number: effective.key(artist, release, number)
        for artist, release, number in read_many(connection, _select(*columns))
    }
    ranks = {
        key: tuple(permission.rank for permission in effective.of(key).values())
        for key in set(owner_keys.values())
    }
    return sorted(ordered, key=lambda number: ranks[owner_keys[number]])


def _row(
    record: Record[*tuple[Any, ...]],
    stored: consents.StoredConsents,
    seen: Mapping[CarrierId, list[StoredObservation]],
    attested_cells: Mapping[str, Cell],
) -> MatrixRow:
    layers = stored.layers(record.artist_id, record.release_id, record.id)
    consent = stored.effective(
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
        consent=consent,
        inherited_from=nearest if nearest is not ScopeKind.RECORDING else None,
        cells={
            **attested_cells,
            **{
                carrier: cell_of(consent, carrier, observations)
                for carrier, observations in seen.items()
            },
        },
    )
