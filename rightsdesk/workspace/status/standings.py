"""The standing of every recording on every carrier, computed in one pass.

There may be half a million recordings, but few distinct consents and declared texts. So rows stay
the plain tuples of the database, and each pair of consent and text is compared once.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    Table,
    and_,
    case,
    func,
    literal,
    null,
    or_,
    select,
)

from rightsdesk.consent import Comparison, Consent, Standing, compare
from rightsdesk.enums.carriers import CarrierId
from rightsdesk.store import texts
from rightsdesk.store.bulk import read_many
from rightsdesk.store.joins import (
    ACCOUNT_ITEMS,
    ARTIST_ITEMS,
    RECORDING_FILES,
    RECORDING_ITEMS,
    RECORDING_SIDECARS,
    WHOLE_ACCOUNTS,
    catalogued,
)
from rightsdesk.store.schema import ASK, accounts, files, items, recordings, sidecars
from rightsdesk.workspace.consents.consents import StoredConsents
from rightsdesk.workspace.observing.freshness import Freshness
from rightsdesk.workspace.status.consent_dates import ConsentDates, ConsentKey
from rightsdesk.workspace.status.naming import Misnaming, misnaming
from rightsdesk.workspace.suites import column_of, sayable, suite_of
from rightsdesk.workspace.types.scopes import ScopeKind

WORST_FIRST = (
    Standing.CONFLICTS,
    Standing.SILENT,
    Standing.UNKNOWN,
    Standing.TERMS_ONLY,
    Standing.ATTESTED,
    Standing.UNCHOSEN,
    Standing.AGREES,
)
RANK = {standing: rank for rank, standing in enumerate(WORST_FIRST)}
"""Of several files or items, the lowest rank decides for the recording."""

MAY_BE_THERE = "A track there may be this one: it needs matching."
"""Why a standing is unknown while an open question could link an item to the recording."""

_UNKNOWN, _NONE = RANK[Standing.UNKNOWN], len(WORST_FIRST)
_CONFLICTS, _SILENT = RANK[Standing.CONFLICTS], RANK[Standing.SILENT]
_R = recordings.c


@lru_cache(maxsize=8192)
def comparison(carrier: CarrierId, consent: Consent, says: str) -> Comparison:
    """Compare a consent with what a carrier says, as the store writes it.

    Only what the carrier has words for counts. A sidecar need not say everything: its file does,
    and the artist may switch off the sentence that says the most. Nor does an item that has only
    some of its platform's switches.
    """
    required, declared = sayable(carrier, consent), texts.load_consent(says)
    if declared and (carrier == CarrierId.SIDECARS or suite_of(carrier).only_present):
        required = Consent({use: required[use] for use in required if use in declared}) or required
    return compare(required, declared)


class RecordingPlaces(dict[int, int]):
    """Recording id → its place among those that were met, in the order in which they were."""

    def __missing__(self, number: int) -> int:
        place = self[number] = len(self)
        return place


class Ranks:
    """Recording id → the rank of its worst file or item on a carrier.

    One byte for each recording. All carriers share the `places` (id → place) of these bytes: of
    half a million recordings a dictionary for each carrier would take hundreds of megabytes.
    """

    __slots__ = ("_places", "ranks")

    def __init__(self, places: RecordingPlaces, size: int) -> None:
        """`places` grows with the recordings that are met, to `size` at most."""
        self._places = places
        self.ranks = bytearray([_NONE]) * size

    def unless_known(self, number: int, rank: int) -> None:
        """Note a rank for a recording that has none so far."""
        place = self._places[number]
        if self.ranks[place] == _NONE:
            self.ranks[place] = rank

    def counted(self, without: Iterable[int] = ()) -> Counter[Standing]:
        """How many recordings have which standing, apart from those in `without`."""
        numbers = Counter(self.ranks)
        for number in without:
            if (place := self._places.get(number)) is not None:
                numbers[self.ranks[place]] -= 1
        return Counter({s: numbers[rank] for s, rank in RANK.items() if numbers[rank]})

    def counted_by_artist(self, artist_of: Mapping[int, int]) -> dict[int, Counter[Standing]]:
        """The same for each artist, of the recordings in `artist_of` (id → artist)."""
        pairs = zip(self._places, self.ranks, strict=False)
        numbers = Counter((artist_of.get(number), rank) for number, rank in pairs)
        found: defaultdict[int, Counter[Standing]] = defaultdict(Counter)
        for (artist, rank), number in numbers.items():
            if artist is not None and rank != _NONE:
                found[artist][WORST_FIRST[rank]] = number
        return dict(found)

    def by_number(self) -> dict[int, int]:
        """The ranks by recording id, of those that have one."""
        pairs = zip(self._places, self.ranks, strict=False)
        return {number: rank for number, rank in pairs if rank != _NONE}


_Query = Select[*tuple[Any, ...]]
_Columns = Callable[..., _Query]
_About = tuple[str, int, int, int]
"""Carrier as stored, and what a consent comes from (`ResolvedConsents.key`)."""


class ResolvedConsents:
    """The effective consents of recordings; each combination is resolved once."""

    def __init__(self, stored: StoredConsents) -> None:
        self._stored = stored
        self._releases = stored.with_own_consent(ScopeKind.RELEASE)
        self._recordings = stored.with_own_consent(ScopeKind.RECORDING)
        self._resolved: dict[ConsentKey, Consent] = {}

    def key(self, artist: int, release: int | None, recording: int) -> ConsentKey:
        """The same key for all recordings with the same effective consent sources."""
        return (
            artist,
            release if release and release in self._releases else 0,
            recording if recording in self._recordings else 0,
        )

    def own(self, *, of_artists: bool) -> tuple[Collection[int], Collection[int]]:
        """The releases and the recordings with a consent of their own, which `key` names.

        None if only the consents `of_artists` count.
        """
        return ((), ()) if of_artists else (self._releases, self._recordings)

    def of(self, key: ConsentKey) -> Consent:
        """The effective consent for a key."""
        if key not in self._resolved:
            artist, release, recording = key
            self._resolved[key] = self._stored.effective(
                artist_id=artist, release_id=release or None, recording_id=recording or None
            )
        return self._resolved[key]


class _Ranked(dict[str | None, int]):
    """Declared text, as the store writes it → the rank of its standing.

    None stands for what could not be read.
    """

    def __init__(self, carrier: CarrierId, consent: Consent) -> None:
        super().__init__({None: _UNKNOWN})
        self._carrier = carrier
        self._consent = consent

    def __missing__(self, says: str) -> int:
        rank = self[says] = RANK[comparison(self._carrier, self._consent, says).standing]
        return rank


def standings(
    connection: Connection,
    stored: StoredConsents,
    condition: ColumnElement[bool],
    now: datetime,
    without: Collection[tuple[CarrierId, int]] | None = None,
    dates: ConsentDates | None = None,
) -> dict[CarrierId, Ranks]:
    """The ranks of recordings by carrier, for recordings that have something there.

    `condition` applies to recordings joined with artists and releases. Licences count as of `now`
    (aware). `without` leaves out unconfirmed items, and these items: (carrier, id). With `dates`,
    what contradicts a newer choice, or names other partners, has only to be written: it counts as
    silent, as in the overview.
    """
    fresh = Freshness.of(connection)
    misnamed = misnaming(connection, stored, condition, now)
    closer = _Closer(misnamed, dates) if misnamed or dates is not None else None
    columns = _closer_columns if closer is not None else _columns
    queries = [_of_files(columns), _of_items(columns, fresh), _of_accounts(columns, fresh)]
    _, of_items, of_accounts = queries
    if connection.execute(select(sidecars.c.id).limit(1)).first():  # most catalogues have none
        queries.append(_of_sidecars(columns))
    number = select(func.count()).select_from(catalogued()).where(condition)
    found = _Found(stored, connection.execute(number).scalar_one())
    for query in queries:
        limited = query.where(condition)
        if without is not None and query in (of_items, of_accounts):
            limited = limited.where(*_not_waiting(without))
        # An account can only declare the artist's consent.
        found.add(read_many(connection, limited), closer, of_accounts=query is of_accounts)
    gone = select(_R.id).select_from(catalogued(RECORDING_FILES)).where(files.c.missing, condition)
    for (recording,) in read_many(connection, gone):  # what is gone does not count as agreeing
        found.ranks[CarrierId.FILES].unless_known(recording, _UNKNOWN)
    for carrier, recording, _ in may_be(connection, condition):
        found.ranks[carrier].unless_known(recording, _UNKNOWN)
    return dict(found.ranks)


class _Closer:
    """What else a standing depends on: licences' partners, and how old the choice is."""

    def __init__(self, misnamed: Misnaming, dates: ConsentDates | None) -> None:
        self._misnamed = misnamed
        self._dates = dates

    def rank(self, rank: int, about: _About, target: int, since: str) -> int:
        """The rank of a file or item that could be read, by its rank from its text alone."""
        dates = self._dates
        if rank == _CONFLICTS and dates is not None and dates.is_newer(about[1:], since):
            rank = _SILENT
        if by_partners := self._misnamed.get((CarrierId(about[0]), target)):
            rank = min(rank, RANK[by_partners] if dates is None else _SILENT)
        return rank


class _Found:
    """Collects the ranks of at most `size` recordings, by column of the matrix."""

    def __init__(self, stored: StoredConsents, size: int) -> None:
        self._effective = ResolvedConsents(stored)
        self._places = RecordingPlaces()
        self.ranks = defaultdict[CarrierId, Ranks](lambda: Ranks(self._places, size))
        self._known: dict[_About, tuple[_Ranked, bytearray]] = {}

    def add(
        self, rows: Iterable[tuple[Any, ...]], closer: _Closer | None, *, of_accounts: bool
    ) -> None:
        """Add rows of `_columns`, or of `_closer_columns` for a closer look."""
        places, known = self._places, self._known
        own_releases, own = self._effective.own(of_artists=of_accounts)
        for carrier, recording, artist, release, says, *more in rows:
            # A call, or one more tuple, for each of the rows would take half as long again.
            about = (
                carrier,
                artist,
                release if release in own_releases else 0,
                recording if recording in own else 0,
            )
            of_text, ranks = known.get(about) or self._meet(about)
            rank = of_text[says]
            if closer is not None and says is not None:
                rank = closer.rank(rank, about, *more)
            place = places[recording]
            if rank < ranks[place]:
                ranks[place] = rank

    def _meet(self, about: _About) -> tuple[_Ranked, bytearray]:
        carrier = CarrierId(about[0])
        ranked = _Ranked(carrier, self._effective.of(about[1:]))
        self._known[about] = met = ranked, self.ranks[column_of(carrier)].ranks
        return met


def _not_waiting(waiting: Collection[tuple[CarrierId, int]]) -> Iterator[ColumnElement[bool]]:
    # Only the problems list needs the journal. Without the import, status loads faster.
    from rightsdesk.changes import sent_writes

    yield ~sent_writes.is_unconfirmed(accounts.c.platform, items.c.id)
    by_carrier: defaultdict[CarrierId, list[int]] = defaultdict(list)
    for carrier, number in waiting:
        by_carrier[carrier].append(number)
    for carrier, numbers in by_carrier.items():
        yield or_(accounts.c.platform != carrier, items.c.id.not_in(numbers))


def may_be(
    connection: Connection, condition: ColumnElement[bool]
) -> Iterator[tuple[CarrierId, int, str]]:
    """Yields platform, recording id and last reading for each candidate of an open question.

    An item without a link may be one of these recordings, until a person answers.
    """
    query = select(items.c.candidates, accounts.c.platform, items.c.seen_at)
    query = query.select_from(ACCOUNT_ITEMS)
    open_questions = and_(items.c.matched == ASK, items.c.recording_id.is_(None), ~items.c.gone)
    possible = [
        (platform, number, seen_at)
        for candidates, platform, seen_at in connection.execute(query.where(open_questions))
        for number, _ in json.loads(candidates)
    ]
    if possible:
        ids_query = select(_R.id).select_from(catalogued())
        matching = set(connection.execute(ids_query.where(condition)).scalars())
        yield from (entry for entry in possible if entry[1] in matching)


def _of_files(columns: _Columns) -> _Query:
    chosen = columns(literal(CarrierId.FILES.value), files, files.c.missing)
    return chosen.where(files.c.missing.is_(False)).select_from(catalogued(RECORDING_FILES))


def _of_sidecars(columns: _Columns) -> _Query:
    """Sidecars; they count among the files of a recording."""
    chosen = columns(literal(CarrierId.SIDECARS.value), sidecars, files.c.missing)
    return chosen.where(files.c.missing.is_(False)).select_from(catalogued(RECORDING_SIDECARS))


def _of_items(columns: _Columns, fresh: Freshness) -> _Query:
    chosen = columns(accounts.c.platform, items, items.c.gone, fresh.before)
    return chosen.select_from(catalogued(RECORDING_ITEMS))


def _of_accounts(columns: _Columns, fresh: Freshness) -> _Query:
    """Whole accounts and sites: they hold for each recording of their artist."""
    chosen = columns(accounts.c.platform, items, items.c.gone, fresh.before)
    return chosen.where(WHOLE_ACCOUNTS).select_from(catalogued(ARTIST_ITEMS))


def _columns(
    carrier: ColumnElement[str], seen: Table, away: ColumnElement[bool], before: str = "0"
) -> _Query:
    """Carrier, recording, its artist and release, and the text: NULL if it could not be read.

    As few columns as possible: each costs as much as the loop over the rows.
    """
    unread = or_(seen.c.problem != "", away, seen.c.seen_at < before)
    says = case((unread, null()), else_=seen.c.says)
    return select(carrier, _R.id, _R.artist_id, _R.release_id, says)


def _closer_columns(
    carrier: ColumnElement[str], seen: Table, away: ColumnElement[bool], before: str = "0"
) -> _Query:
    """Besides: the id of the file or item, and since when it says so."""
    return _columns(carrier, seen, away, before).add_columns(seen.c.id, seen.c.since)
