"""The standing of each recording on each carrier, computed once for each state of the data.

There may be half a million recordings, and few different patterns over the carriers. So each
recording has a short pattern of bytes, one for each carrier, and what is counted is patterns.
The result is kept until the database changes, or readings may have become too old to count.
"""

from __future__ import annotations

import threading
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import repeat
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Connection, Select, literal, or_, select, true

from rightsdesk.clock import Clock
from rightsdesk.consent import Consent, Standing
from rightsdesk.enums.carriers import CARRIERS, CarrierId
from rightsdesk.store.bulk import numbers_in, read_many
from rightsdesk.store.database import Database
from rightsdesk.store.joins import ACCOUNT_ITEMS, FILE_SIDECARS, WHOLE_ACCOUNTS
from rightsdesk.store.schema import accounts, files, items, recordings, sidecars
from rightsdesk.workspace.consents import consents
from rightsdesk.workspace.licences.holding import next_turn
from rightsdesk.workspace.observing.freshness import Freshness
from rightsdesk.workspace.overview.few_values import FewValues
from rightsdesk.workspace.overview.values import AGREEING, PENDING, Segment
from rightsdesk.workspace.status.attested import AttestedCells
from rightsdesk.workspace.status.consent_dates import ConsentDates, ConsentKey
from rightsdesk.workspace.status.naming import Misnaming, misnaming
from rightsdesk.workspace.status.standings import WORST_FIRST, ResolvedConsents, comparison, may_be
from rightsdesk.workspace.suites import column_of
from rightsdesk.workspace.types.scopes import State

KEPT_FOR = 600.0
"""Seconds after which patterns are computed again even without a change: readings age. When a
licence begins or ends, they are computed again at once."""

T = TypeVar("T")
SEGMENTS = tuple(Segment)
CODE = {segment: code for code, segment in enumerate(SEGMENTS)}
NOTHING = len(SEGMENTS)
"""Where a carrier has nothing of a recording."""

_OF_STANDING = {
    Standing.UNKNOWN: Segment.UNKNOWN,
    Standing.TERMS_ONLY: Segment.TERMS,
    Standing.ATTESTED: Segment.TOLD,
    Standing.UNCHOSEN: Segment.UNCHOSEN,
    Standing.AGREES: Segment.SAYS,
    Standing.SILENT: Segment.SILENT,
    Standing.CONFLICTS: Segment.SAYS_OTHERWISE,
}
_UNKNOWN, _TO_WRITE = CODE[Segment.UNKNOWN], CODE[Segment.TO_WRITE]
_SILENT = CODE[Segment.SILENT]
_OTHERWISE, _SAYS = CODE[Segment.SAYS_OTHERWISE], CODE[Segment.SAYS]
_PENDING = frozenset(map(CODE.__getitem__, PENDING))
_STATES = {
    State.NEEDS_WORK: _PENDING,
    State.SAYS_OTHERWISE: frozenset((_OTHERWISE,)),
    State.UNKNOWN: frozenset((_UNKNOWN,)),
}
_GOOD = frozenset((*map(CODE.__getitem__, AGREEING), CODE[Segment.TERMS], NOTHING))
_SAYING = frozenset(map(CODE.__getitem__, AGREEING))


@dataclass(frozen=True, slots=True)
class Patterns:
    """The patterns of all recordings: for each carrier a code of `SEGMENTS`, or NOTHING.

    `keys` has the key of each recording, and `consents` the consent of each key. `pending` counts
    files, sidecars and items to write: (artist, carrier) → all, and those that say otherwise.
    What was sent and is not confirmed yet is not counted.
    """

    carriers: tuple[str, ...]
    of: FewValues[bytes]
    keys: FewValues[ConsentKey]
    consents: Mapping[ConsentKey, Consent]
    pending: Mapping[tuple[int, CarrierId], tuple[int, int]]
    by_artist: Mapping[int, Counter[bytes]]
    unchosen: Counter[int]
    """How many recordings of each artist have no consent."""
    _states: dict[bytes, frozenset[State]] = field(default_factory=dict)

    def states(self, pattern: bytes) -> frozenset[State]:
        """Which filter chips let a recording with this pattern through."""
        if pattern not in self._states:
            found = {state for state, codes in _STATES.items() if not codes.isdisjoint(pattern)}
            self._states[pattern] = frozenset(found)
        return self._states[pattern]

    def with_state(self, state: State, carrier: str = "") -> frozenset[bytes]:
        """The patterns that have a state, on one carrier or on any."""
        codes = _STATES[state]
        every = {pattern for counted in self.by_artist.values() for pattern in counted}
        if not carrier:
            return frozenset(one for one in every if not codes.isdisjoint(one))
        if carrier not in self.carriers:
            return frozenset()
        place = self.carriers.index(carrier)
        return frozenset(one for one in every if one[place] in codes)

    def pending_in(self, pattern: bytes, places: Iterable[int]) -> bool:
        """Whether one of these carriers (by their places) waits to be written."""
        return any(pattern[place] in _PENDING for place in places)

    @property
    def nothing(self) -> bytes:
        """The pattern of a recording of which no carrier has anything."""
        return bytes([NOTHING]) * len(self.carriers)

    def segments(self, pattern: bytes) -> dict[str, Segment]:
        """The segment of each carrier that has anything of a recording with this pattern."""
        pairs = zip(self.carriers, pattern, strict=False)
        return {carrier: SEGMENTS[code] for carrier, code in pairs if code != NOTHING}

    def counted(self, numbers: Iterable[int]) -> Counter[bytes]:
        """How many of these recordings have which pattern."""
        return Counter(self.of.each(numbers, self.nothing))

    def cells(self, counted: Mapping[bytes, int]) -> dict[Segment, int]:
        """How many cells there are of each segment, all carriers together."""
        found = [0] * (NOTHING + 1)
        for pattern, number in counted.items():
            for code in pattern:
                found[code] += number
        return {segment: found[code] for segment, code in CODE.items() if found[code]}

    def by_carrier(self, counted: Mapping[bytes, int]) -> dict[str, dict[Segment, int]]:
        """The same, carrier by carrier; carriers without a cell are left out."""
        bars: dict[str, dict[Segment, int]] = {}
        for place, carrier in enumerate(self.carriers):
            found = [0] * (NOTHING + 1)
            for pattern, number in counted.items():
                found[pattern[place]] += number
            bar = {segment: found[code] for segment, code in CODE.items() if found[code]}
            if bar:
                bars[carrier] = bar
        return bars


NO_PATTERNS = Patterns((), FewValues({}), FewValues({}), {}, {}, {}, Counter())
"""While the patterns are not made yet."""


def says_it_everywhere(pattern: bytes) -> bool:
    """Whether a recording states its consent somewhere, and nothing else anywhere."""
    return _GOOD.issuperset(pattern) and not _SAYING.isdisjoint(pattern)


def worst(pattern: bytes) -> Segment | None:
    """The worst segment of a recording; None where no carrier has anything of it."""
    code = min(pattern, default=NOTHING)
    return None if code == NOTHING else SEGMENTS[code]


@dataclass(frozen=True, slots=True)
class _Kept:
    """Patterns, and what they were made of: `turn` is when a licence begins or ends next."""

    patterns: Patterns
    generation: int
    monotonic: float
    turn: datetime | None


class Overview:
    """The patterns as they are now, made when they are first asked for. For any thread."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self.database = database
        self.clock = clock
        self._lock = threading.Lock()
        self._kept: _Kept | None = None
        self._made_lock = threading.Lock()
        self._made: dict[Hashable, Any] = {}
        self._made_of = -1

    def patterns(self) -> Patterns:
        """The patterns for the current state of the database."""
        with self._lock:
            if self._kept and self._holds(self._kept):
                return self._kept.patterns
            monotonic, generation = self.clock.monotonic(), self.database.generation
            now = self.clock.now()
            # What is outdated is let go of first: both together would take twice the memory.
            before, self._kept = self._kept.generation if self._kept else -1, None
            with self._made_lock:
                if before == generation or self._made_of != generation:
                    self._made.clear()
            with self.database.read() as connection:
                made = patterns(connection, now)
                turn = next_turn(connection, now)
            if before == generation:  # time alone made the difference
                with self._made_lock:
                    self._made.clear()
            self._kept = _Kept(made, generation, monotonic, turn)
            return made

    @property
    def ready(self) -> bool:
        """Whether the patterns are known already, so that `patterns` returns at once."""
        kept = self._kept
        return kept is not None and self._holds(kept)

    def remembered(self, name: Hashable, make: Callable[[Connection], T], *, most: int = 0) -> T:
        """What `make` reads from the database, kept until that changes. Not to be changed.

        Of names that begin alike, at most `most` are kept: the latest.
        """
        with self._made_lock:
            generation = self.database.generation
            if generation != self._made_of:
                self._made.clear()
                self._made_of = generation
            if name not in self._made:
                with self.database.read() as connection:
                    self._made[name] = make(connection)
                if most and isinstance(name, tuple):
                    alike = [one for one in self._made if isinstance(one, tuple)]
                    for one in [one for one in alike if one[0] == name[0]][:-most]:
                        del self._made[one]
            found: T = self._made[name]
            return found

    def _holds(self, kept: _Kept) -> bool:
        if kept.generation != self.database.generation:
            return False
        if self.clock.monotonic() - kept.monotonic >= KEPT_FOR:
            return False
        return kept.turn is None or self.clock.now() < kept.turn


def patterns(
    connection: Connection, now: datetime, among: Collection[int] | None = None
) -> Patterns:
    """Work out the patterns of all recordings, or of some. Licences count as of `now` (aware)."""
    known = consents.load(connection)
    effective, dates = ResolvedConsents(known), ConsentDates(connection, known)
    r = recordings.c

    def meant(
        query: Select[*tuple[Any, ...]], column: ColumnElement[int | None]
    ) -> Select[*tuple[Any, ...]]:
        return query if among is None else query.where(column.in_(numbers_in(among)))

    condition = true() if among is None else r.id.in_(numbers_in(among))
    keys: dict[int, ConsentKey] = {}
    same: dict[ConsentKey, ConsentKey] = {}
    rows = read_many(connection, meant(select(r.id, r.artist_id, r.release_id), r.id))
    for number, artist, release in rows:
        key = effective.key(artist, release, number)
        keys[number] = same.setdefault(key, key)
    misnamed = misnaming(connection, known, condition, now)
    made = _Making(effective, dates, keys, _unconfirmed(connection), misnamed)
    fresh, of_file = Freshness.of(connection), files.c.recording_id
    made.add(connection, meant(_files(), of_file))
    if connection.execute(select(sidecars.c.id).limit(1)).first():  # most catalogues have none
        made.add(connection, meant(_sidecars(), of_file))
    gone = meant(_missing(), of_file)
    for (number,) in read_many(connection, gone):  # what is gone does not count as agreeing
        made.add_if_nothing(CarrierId.FILES, number, _UNKNOWN)
    made.add(connection, meant(_items(fresh), items.c.recording_id))
    made.add_accounts(connection, fresh)
    for carrier, number, _ in may_be(connection, condition):
        made.add_if_nothing(carrier, number, _UNKNOWN)
    attested = AttestedCells(connection, known)
    if attested.artists:
        for platform, ranks in attested.ranks(connection, condition).items():
            for number, rank in ranks.items():
                code = CODE[_OF_STANDING[WORST_FIRST[rank]]]
                made.add_if_nothing(platform, number, code)
    return made.patterns()


class _Making:
    """Collects codes: for each carrier one byte for each recording, at the recording's place."""

    def __init__(
        self,
        effective: ResolvedConsents,
        dates: ConsentDates,
        keys: dict[int, ConsentKey],
        sent: Mapping[CarrierId, Collection[int]],
        misnamed: Misnaming,
    ) -> None:
        self._cells: defaultdict[str, bytearray] = defaultdict(
            lambda: bytearray([NOTHING]) * len(keys)
        )
        self._effective = effective
        self._dates = dates
        self._keys_of = keys
        self._places = {number: place for place, number in enumerate(keys)}
        self._keys = list(keys.values())
        self._sent = sent
        self._misnamed = misnamed
        self._codes: dict[CarrierId, defaultdict[ConsentKey, dict[str, int]]] = {}
        self._pending: dict[tuple[int, CarrierId], list[int]] = {}

    def add(self, connection: Connection, query: Select[*tuple[Any, ...]]) -> None:
        """Add what was read: rows of carrier, file or item, recording, says, unread, since."""
        places, keys, last = self._places, self._keys, ""
        misnamed = self._misnamed
        cells = bytearray()
        codes: dict[ConsentKey, dict[str, int]] = {}
        carrier = CarrierId.FILES
        for stored, target, number, says, unread, since in read_many(connection, query):
            if stored != last:
                last, carrier = stored, CarrierId(stored)
                cells = self._cells[column_of(carrier)]
                codes = self._codes.setdefault(carrier, defaultdict(dict))
            place = places.get(number)
            if place is None:
                continue
            key = keys[place]
            if unread:
                code = _UNKNOWN
            else:
                of_key = codes[key]
                found = of_key.get(says)
                code = self._code(carrier, key, says) if found is None else found
                if code == _SAYS and misnamed and (carrier, target) in misnamed:
                    code = self._to_write(carrier, key, target)
                elif code in _PENDING:
                    code = self._counted(carrier, key, code, target, since)
            if code < cells[place]:
                cells[place] = code

    def add_if_nothing(self, carrier: str, number: int, code: int) -> None:
        """Add a code for a recording of which this carrier has nothing else."""
        place, cells = self._places.get(number), self._cells[carrier]
        if place is not None and cells[place] == NOTHING:
            cells[place] = code

    def add_accounts(self, connection: Connection, fresh: Freshness) -> None:
        """What an account or a site declares holds for each recording of its artist. It can only
        say what the artist wants."""
        i, a = items.c, accounts.c
        query = select(a.artist_id, a.platform, i.id, i.says, _unread(fresh), i.since)
        query = query.select_from(ACCOUNT_ITEMS).where(WHOLE_ACCOUNTS)
        owned: dict[int, list[int]] = defaultdict(list)
        rows = list(read_many(connection, query))
        if rows:
            for place, key in enumerate(self._keys):
                owned[key[0]].append(place)
        for artist, stored, target, says, unread, since in rows:
            platform = CARRIERS[stored]
            code, key = _UNKNOWN, self._effective.key(artist, None, 0)
            if not unread:
                code = self._code(platform, key, says)
                if code == _SAYS and (platform, target) in self._misnamed:
                    code = self._to_write(platform, key, target)
                elif code in _PENDING:
                    code = self._counted(platform, key, code, target, since)
            cells = self._cells[platform]
            for place in owned[artist]:
                if code < cells[place]:
                    cells[place] = code

    def patterns(self) -> Patterns:
        """The patterns of all that was added."""
        nothing = len(self._keys_of)
        found = {
            carrier: cells
            for carrier, cells in self._cells.items()
            if cells.count(NOTHING) != nothing
        }
        carriers = tuple(found)
        each = zip(*found.values(), strict=True) if found else repeat((), nothing)
        same: dict[tuple[int, ...], bytes] = {}
        of: dict[int, bytes] = {}
        for number, codes in zip(self._keys_of, each, strict=True):
            pattern = same.get(codes)
            if pattern is None:
                pattern = same[codes] = bytes(codes)
            of[number] = pattern
        consents = {key: self._effective.of(key) for key in set(self._keys_of.values())}
        pending = {key: (count[0], count[1]) for key, count in self._pending.items()}
        by_artist: defaultdict[int, Counter[bytes]] = defaultdict(Counter)
        unchosen = Counter[int]()
        together = Counter((key, of[number]) for number, key in self._keys_of.items())
        for (key, pattern), number in together.items():
            by_artist[key[0]][pattern] += number
            unchosen[key[0]] += 0 if consents[key] else number
        made = FewValues(of), FewValues(self._keys_of)
        return Patterns(carriers, *made, consents, pending, dict(by_artist), unchosen)

    def _code(self, carrier: CarrierId, key: ConsentKey, says: str) -> int:
        codes = self._codes.setdefault(carrier, defaultdict(dict))[key]
        if says not in codes:
            standing = comparison(carrier, self._effective.of(key), says).standing
            codes[says] = CODE[_OF_STANDING[standing]]
        return codes[says]

    def _counted(
        self, carrier: CarrierId, key: ConsentKey, code: int, target: int, since: str
    ) -> int:
        """Count a target. If it is older than the consent or does not contradict it, it only has
        to be written, which is no conflict. Without a consent there is nothing to write."""
        if not self._dates.of(key):
            return code
        if code == _SILENT or self._dates.is_newer(key, since):
            code = _TO_WRITE
        self._count(carrier, key, code, target)
        return code

    def _to_write(self, carrier: CarrierId, key: ConsentKey, target: int) -> int:
        """The code of what says the consent, but names other partners than the licences do."""
        self._count(carrier, key, _TO_WRITE, target)
        return _TO_WRITE

    def _count(self, carrier: CarrierId, key: ConsentKey, code: int, target: int) -> None:
        if target not in self._sent.get(carrier, ()):
            count = self._pending.setdefault((key[0], carrier), [0, 0])
            count[0] += 1
            count[1] += code == _OTHERWISE


def _unconfirmed(connection: Connection) -> Mapping[CarrierId, Collection[int]]:
    from rightsdesk.changes import sent_writes

    return {carrier: set(found) for carrier, found in sent_writes.unconfirmed(connection).items()}


def _files() -> Select[*tuple[Any, ...]]:
    f = files.c
    unread = or_(f.problem != "", f.seen_at == "")
    query = select(literal(CarrierId.FILES.value), f.id, f.recording_id, f.says, unread, f.since)
    return query.where(f.recording_id.is_not(None), f.missing.is_(False))


def _sidecars() -> Select[*tuple[Any, ...]]:
    """They count among the files of a recording."""
    f, s = files.c, sidecars.c
    query = select(
        literal(CarrierId.SIDECARS.value), s.id, f.recording_id, s.says, s.problem != "", s.since
    )
    query = query.select_from(FILE_SIDECARS)
    return query.where(f.recording_id.is_not(None), f.missing.is_(False))


def _missing() -> Select[*tuple[Any, ...]]:
    f = files.c
    return select(f.recording_id).where(f.recording_id.is_not(None), f.missing.is_(True))


def _items(fresh: Freshness) -> Select[*tuple[Any, ...]]:
    i, a = items.c, accounts.c
    query = select(a.platform, i.id, i.recording_id, i.says, _unread(fresh), i.since)
    query = query.select_from(ACCOUNT_ITEMS).where(i.recording_id.is_not(None))
    return query.order_by(i.account_id)


def _unread(fresh: Freshness) -> ColumnElement[bool]:
    i = items.c
    return or_(i.problem != "", i.gone, i.seen_at < fresh.before)
