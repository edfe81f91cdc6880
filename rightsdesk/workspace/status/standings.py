"""The standing of every recording on every carrier, computed in one pass.

There may be half a million recordings, but few distinct consents and declared texts. So rows stay
the plain tuples of the database, and each pair of consent and text is compared once.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    Table,
    and_,
    literal,
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
from rightsdesk.workspace.status.consent_dates import ConsentDates
from rightsdesk.workspace.status.naming import misnaming
from rightsdesk.workspace.suites import column_of, sayable, suite_of
from rightsdesk.workspace.types import ScopeKind

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

MAY_BE_THERE = "A track there may be this one: see the open questions."
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


class Ranks:
    """Recording id → the rank of its worst file or item on a carrier.

    One byte for each of the recordings in `places` (id → place), which all carriers share: of half
    a million recordings a dictionary for each carrier would take hundreds of megabytes.
    """

    __slots__ = ("_places", "ranks")

    def __init__(self, places: Mapping[int, int]) -> None:
        self._places = places
        self.ranks = bytearray([_NONE]) * len(places)

    def unless_known(self, number: int, rank: int) -> None:
        """Note a rank for a recording that has none so far."""
        place = self._places.get(number)
        if place is not None and self.ranks[place] == _NONE:
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
        pairs = zip(self._places, self.ranks, strict=True)
        numbers = Counter((artist_of.get(number), rank) for number, rank in pairs)
        found: defaultdict[int, Counter[Standing]] = defaultdict(Counter)
        for (artist, rank), number in numbers.items():
            if artist is not None and rank != _NONE:
                found[artist][WORST_FIRST[rank]] = number
        return dict(found)

    def by_number(self) -> dict[int, int]:
        """The ranks by recording id, of those that have one."""
        pairs = zip(self._places, self.ranks, strict=True)
        return {number: rank for number, rank in pairs if rank != _NONE}


class ResolvedConsents:
    """The effective consents of recordings; each combination is resolved once."""

    def __init__(self, stored: StoredConsents) -> None:
        self._stored = stored
        self._releases = stored.with_own_consent(ScopeKind.RELEASE)
        self._recordings = stored.with_own_consent(ScopeKind.RECORDING)
        self._resolved: dict[tuple[int, int, int], Consent] = {}

    def key(self, artist: int, release: int | None, recording: int) -> tuple[int, int, int]:
        """The same key for all recordings with the same effective consent sources."""
        return (
            artist,
            release if release and release in self._releases else 0,
            recording if recording in self._recordings else 0,
        )

    def of(self, key: tuple[int, int, int]) -> Consent:
        """The effective consent for a key."""
        if key not in self._resolved:
            artist, release, recording = key
            self._resolved[key] = self._stored.effective(
                artist_id=artist, release_id=release or None, recording_id=recording or None
            )
        return self._resolved[key]


class _Ranked(dict[str, int]):
    """Declared text, as the store writes it → the rank of its standing."""

    def __init__(self, carrier: CarrierId, consent: Consent) -> None:
        super().__init__()
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
    meant = read_many(connection, select(_R.id).select_from(catalogued()).where(condition))
    places = {number: place for place, (number,) in enumerate(meant)}
    found: defaultdict[CarrierId, Ranks] = defaultdict(lambda: Ranks(places))
    effective = ResolvedConsents(stored)
    ranked: dict[tuple[str, tuple[int, int, int]], tuple[_Ranked, bytearray]] = {}
    fresh = Freshness.of(connection)
    accounts_as_a_whole = _of_accounts(fresh)
    misnamed = misnaming(connection, stored, condition, now)
    queries = [_of_files(), _of_items(fresh), accounts_as_a_whole]
    if connection.execute(
        select(sidecars.c.id).limit(1)
    ).first():  # most catalogues have no sidecars
        queries.append(_of_sidecars())
    of_items = (queries[1], accounts_as_a_whole)
    for query in queries:
        limited = query.where(condition)
        if without is not None and query in of_items:
            limited = limited.where(*_not_waiting(without))
        rows = read_many(connection, limited)
        for carrier, number, artist, release, target, says, unread, since in rows:
            if query is accounts_as_a_whole:  # an account can only declare the artist's consent
                keys = effective.key(artist, None, 0)
            else:
                keys = effective.key(artist, release, number)
            key = carrier, keys
            both = ranked.get(key)
            if both is None:
                member = CarrierId(carrier)
                ranks = found[column_of(member)].ranks
                both = ranked[key] = _Ranked(member, effective.of(keys)), ranks
            of_text, ranks = both
            rank = _UNKNOWN if unread else of_text[says]
            if rank == _CONFLICTS and dates is not None and dates.is_newer(keys, since):
                rank = _SILENT
            if misnamed and not unread and (by_partners := misnamed.get((carrier, target))):
                rank = min(rank, RANK[by_partners] if dates is None else _SILENT)
            place = places.get(number)
            if place is not None and rank < ranks[place]:
                ranks[place] = rank
    gone = select(_R.id).select_from(catalogued(RECORDING_FILES)).where(files.c.missing, condition)
    for (number,) in read_many(connection, gone):  # what is gone does not count as agreeing
        found[CarrierId.FILES].unless_known(number, _UNKNOWN)
    for carrier, number, _ in may_be(connection, condition):
        found[carrier].unless_known(number, _UNKNOWN)
    return dict(found)


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


def _of_files() -> Select[*tuple[Any, ...]]:
    seen = _recording(literal(CarrierId.FILES.value), files, files.c.missing).where(
        files.c.missing.is_(False)
    )
    return seen.select_from(catalogued(RECORDING_FILES))


def _of_sidecars() -> Select[*tuple[Any, ...]]:
    """Sidecars; they count among the files of a recording."""
    seen = _recording(literal(CarrierId.SIDECARS.value), sidecars, files.c.missing)
    seen = seen.where(files.c.missing.is_(False))
    return seen.select_from(catalogued(RECORDING_SIDECARS))


def _of_items(fresh: Freshness) -> Select[*tuple[Any, ...]]:
    seen = _recording(accounts.c.platform, items, items.c.gone, fresh.before)
    return seen.select_from(catalogued(RECORDING_ITEMS))


def _of_accounts(fresh: Freshness) -> Select[*tuple[Any, ...]]:
    """Whole accounts and sites: they hold for each recording of their artist."""
    seen = _recording(accounts.c.platform, items, items.c.gone, fresh.before)
    seen = seen.where(WHOLE_ACCOUNTS)
    return seen.select_from(catalogued(ARTIST_ITEMS))


def _recording(
    carrier: ColumnElement[str], seen: Table, away: ColumnElement[bool], before: str = "0"
) -> Select[*tuple[Any, ...]]:
    unread = or_(seen.c.problem != "", away, seen.c.seen_at < before)
    owner = _R.id, _R.artist_id, _R.release_id
    return select(carrier, *owner, seen.c.id, seen.c.says, unread, seen.c.since)
