"""How every recording stands on every carrier: worked out for all of them in one go.

There may be half a million recordings, and few different things that are wanted or said.
So rows stay the plain tuples that the database gives, and each pair of wanted and said is
compared once.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterator
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

from rightsdesk.changes.types import FILES, SIDECARS
from rightsdesk.consent import Consent, Standing, Verdict, compare
from rightsdesk.platforms.interface import Reach
from rightsdesk.store import texts
from rightsdesk.store.bulk import read_many
from rightsdesk.store.joins import (
    ACCOUNT_ITEMS,
    ARTIST_ITEMS,
    RECORDING_FILES,
    RECORDING_ITEMS,
    RECORDING_SIDECARS,
    catalogued,
)
from rightsdesk.store.schema import ASK, accounts, files, items, recordings, sidecars
from rightsdesk.workspace.consents.consents import StoredConsents
from rightsdesk.workspace.observing.freshness import Freshness
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
"""Of several files or items, the one of the lowest rank speaks for the recording."""

Ranks = dict[int, int]
"""Recording → the rank of its worst file or item there."""

MAY_BE_THERE = "A track there may be this one: see the open questions."
"""Why it is unknown how a recording stands of which it is asked whether an item is it."""

_UNKNOWN, _NONE = RANK[Standing.UNKNOWN], len(WORST_FIRST)
_R = recordings.c


@lru_cache(maxsize=8192)
def verdict(carrier: str, wanted: Consent, says: str) -> Verdict:
    """Compare what is wanted with what a carrier says, as the store writes it.

    Only what the carrier has words for counts. A sidecar that speaks at all need not say
    everything: its file does, and the sentence that says the most may be switched off. Nor
    need an item that has a place for some of its platform's switches only.
    """
    meant, said = sayable(carrier, wanted), texts.load_consent(says)
    if said and (carrier == SIDECARS or suite_of(carrier).only_present):
        meant = Consent({use: meant[use] for use in meant if use in said}) or meant
    return compare(meant, said)


class Effective:
    """What is wanted of recordings; each combination of choices is laid together once."""

    def __init__(self, known: StoredConsents) -> None:
        self._known = known
        self._releases = known.with_own_choice(ScopeKind.RELEASE)
        self._recordings = known.with_own_choice(ScopeKind.RECORDING)
        self._met: dict[tuple[int, int, int], Consent] = {}

    def key(self, artist: int, release: int | None, recording: int) -> tuple[int, int, int]:
        """The same for all recordings for which the same choices count."""
        return (
            artist,
            release if release and release in self._releases else 0,
            recording if recording in self._recordings else 0,
        )

    def of(self, key: tuple[int, int, int]) -> Consent:
        """What is wanted there."""
        if key not in self._met:
            artist, release, recording = key
            self._met[key] = self._known.effective(
                artist_id=artist, release_id=release or None, recording_id=recording or None
            )
        return self._met[key]


class _Ranked(dict[str, int]):
    """What is said, as the store writes it → the rank of the standing that this makes."""

    def __init__(self, carrier: str, wanted: Consent) -> None:
        super().__init__()
        self._carrier = carrier
        self._wanted = wanted

    def __missing__(self, says: str) -> int:
        rank = self[says] = RANK[verdict(self._carrier, self._wanted, says).standing]
        return rank


def standings(
    connection: Connection,
    known: StoredConsents,
    condition: ColumnElement[bool],
    without: Collection[tuple[str, int]] | None = None,
) -> dict[str, Ranks]:
    """For each carrier, how the recordings stand that have something there.

    `condition` is one on recordings joined with artists and releases. `without` leaves out what
    was sent to items and is not confirmed yet, and these items: (carrier, id).
    """
    found: defaultdict[str, Ranks] = defaultdict(dict)
    effective = Effective(known)
    ranked: dict[tuple[str, tuple[int, int, int]], _Ranked] = {}
    fresh = Freshness.of(connection)
    accounts_as_a_whole = _of_accounts(fresh)
    queries = [_of_files(), _of_items(fresh), accounts_as_a_whole]
    if connection.execute(select(sidecars.c.id).limit(1)).first():  # most catalogues have none
        queries.append(_of_sidecars())
    of_items = (queries[1], accounts_as_a_whole)
    for query in queries:
        limited = query.where(condition)
        if without is not None and query in of_items:
            limited = limited.where(*_not_waiting(without))
        rows = read_many(connection, limited)
        for carrier, number, artist, release, says, unread in rows:
            if query is accounts_as_a_whole:  # it can only say what the artist wants
                choices = effective.key(artist, None, 0)
            else:
                choices = effective.key(artist, release, number)
            key = carrier, choices
            if key not in ranked:
                ranked[key] = _Ranked(carrier, effective.of(choices))
            rank = _UNKNOWN if unread else ranked[key][says]
            ranks = found[column_of(carrier)]
            if rank < ranks.get(number, _NONE):
                ranks[number] = rank
    for carrier, number, _ in may_be(connection, condition):
        found[carrier].setdefault(number, _UNKNOWN)
    return dict(found)


def _not_waiting(waiting: Collection[tuple[str, int]]) -> Iterator[ColumnElement[bool]]:
    # Only the list of problems needs the journal: what merely shows standings loads quickly.
    from rightsdesk.changes import journal

    yield ~journal.is_unconfirmed(accounts.c.platform, items.c.id)
    by_carrier: defaultdict[str, list[int]] = defaultdict(list)
    for carrier, number in waiting:
        by_carrier[carrier].append(number)
    for carrier, numbers in by_carrier.items():
        yield or_(accounts.c.platform != carrier, items.c.id.not_in(numbers))


def may_be(
    connection: Connection, condition: ColumnElement[bool]
) -> Iterator[tuple[str, int, str]]:
    """Which recordings an item may be, as long as nobody said: platform, recording, last look."""
    query = select(items.c.candidates, accounts.c.platform, items.c.seen_at)
    query = query.select_from(ACCOUNT_ITEMS)
    open_ones = and_(items.c.matched == ASK, items.c.recording_id.is_(None), ~items.c.gone)
    asked = [
        (platform, number, seen_at)
        for candidates, platform, seen_at in connection.execute(query.where(open_ones))
        for number, _ in json.loads(candidates)
    ]
    if asked:
        every = select(_R.id).select_from(catalogued())
        meant = set(connection.execute(every.where(condition)).scalars())
        yield from (one for one in asked if one[1] in meant)


def _of_files() -> Select[*tuple[Any, ...]]:
    seen = _recording(literal(FILES), files, files.c.missing).where(files.c.missing.is_(False))
    return seen.select_from(catalogued(RECORDING_FILES))


def _of_sidecars() -> Select[*tuple[Any, ...]]:
    """They count among the files of a recording."""
    seen = _recording(literal(SIDECARS), sidecars, files.c.missing)
    seen = seen.where(files.c.missing.is_(False))
    return seen.select_from(catalogued(RECORDING_SIDECARS))


def _of_items(fresh: Freshness) -> Select[*tuple[Any, ...]]:
    seen = _recording(accounts.c.platform, items, items.c.gone, fresh.before)
    return seen.select_from(catalogued(RECORDING_ITEMS))


def _of_accounts(fresh: Freshness) -> Select[*tuple[Any, ...]]:
    """What an account or a site declares holds for each recording of its artist."""
    seen = _recording(accounts.c.platform, items, items.c.gone, fresh.before)
    seen = seen.where(items.c.reach != Reach.ITEM.value)
    return seen.select_from(catalogued(ARTIST_ITEMS))


def _recording(
    carrier: ColumnElement[str], seen: Table, away: ColumnElement[bool], before: str = "0"
) -> Select[*tuple[Any, ...]]:
    unread = or_(seen.c.problem != "", away, seen.c.seen_at < before)
    return select(carrier, _R.id, _R.artist_id, _R.release_id, seen.c.says, unread)
