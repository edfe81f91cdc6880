"""The catalogue as the window lists it: in order, below headers, with counts for chips."""

from __future__ import annotations

import os
from array import array
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from itertools import accumulate
from typing import Any, cast, overload

from sqlalchemy import Connection, func, select

from rightsdesk.consent import Consent
from rightsdesk.consent.licences.grant import Grants, beyond
from rightsdesk.enums.carriers import CarrierId
from rightsdesk.folding import unaccented
from rightsdesk.store import texts
from rightsdesk.store.bulk import read_many
from rightsdesk.store.schema import artists, files, recordings, releases
from rightsdesk.workspace.catalogue.filtering import conditions
from rightsdesk.workspace.consents.sharing import Partners, partners
from rightsdesk.workspace.licences.holding import Holding, holding
from rightsdesk.workspace.overview.few_values import FewValues
from rightsdesk.workspace.overview.segments import NO_PATTERNS, Overview, Patterns, patterns
from rightsdesk.workspace.overview.steps import writes
from rightsdesk.workspace.overview.values import (
    CatalogueGroup,
    ChipCounts,
    GroupBy,
    GroupedCatalogue,
)
from rightsdesk.workspace.status import matrix
from rightsdesk.workspace.suites import holds_for_all
from rightsdesk.workspace.types.matrix import MatrixRow
from rightsdesk.workspace.types.scopes import Filter, Sort, State

_R = recordings.c
BY_RELEASE = Sort()


def recording_ids(overview: Overview, chosen: Filter, sort: Sort) -> list[int]:
    """The recordings that a filter lets through, in order; with `Filter.state`, too."""
    if sort.column in matrix.STORED_ORDERS:
        found = matrix.recording_ids(
            overview.database, _without_state(chosen), sort, overview.clock.now()
        )
        return _in_state(overview.patterns(), found, chosen)
    found = recording_ids(overview, chosen, BY_RELEASE)
    return _by_pattern(overview.patterns(), found, sort)


def _without_state(chosen: Filter) -> Filter:
    """The same without `state`; `carrier` is then that of `standing`, if any."""
    if chosen.state is None:
        return chosen
    return replace(chosen, state=None, carrier=chosen.carrier if chosen.standing else "")


def _by_pattern(now: Patterns, numbers: Sequence[int], sort: Sort) -> list[int]:
    """In the order of a carrier's segments, the worst first, or of the consents."""
    if sort.column == "consent":
        ranks = {
            key: tuple(permission.rank for permission in consent.values())
            for key, consent in now.consents.items()
        }
        ordered = _sorted_by(numbers, [ranks.get(k, ()) for k in now.keys.each(numbers, _NO_KEY)])
    elif sort.column in now.carriers:
        place = now.carriers.index(sort.column)
        ordered = _sorted_by(numbers, [codes[place] for codes in now.of.each(numbers, now.nothing)])
    else:
        ordered = list(numbers)
    return ordered[::-1] if sort.descending else ordered


def _sorted_by(numbers: Sequence[int], keys: Sequence[Any]) -> list[int]:
    """The numbers in the order of their keys; those with equal keys as they were."""
    return [numbers[place] for place in sorted(range(len(numbers)), key=keys.__getitem__)]


def count(overview: Overview, chosen: Filter) -> int:
    """How many recordings a filter lets through."""
    if chosen.standing is not None or chosen.state is not None:
        return len(recording_ids(overview, chosen, Sort("track")))
    with overview.database.read() as connection:
        query = select(func.count()).select_from(recordings).where(conditions(chosen))
        return int(connection.execute(query).scalar_one())


def chips(overview: Overview, chosen: Filter) -> ChipCounts:
    """How many recordings each chip would show. The filter's own `state` does not count."""
    with overview.database.read() as connection:
        query = select(_R.id).where(conditions(chosen))
        numbers = [number for (number,) in read_many(connection, query)]
    now = overview.patterns()
    counted = now.counted(numbers)
    found = Counter[State]()
    for pattern, number in counted.items():
        found.update(dict.fromkeys(now.states(pattern), number))
    states = {state: found[state] for state in State}
    chosen_ones = counted
    if any(now.unchosen.values()):  # without a choice there is nothing to write
        chosen_ones = now.counted(
            number
            for number, key in zip(numbers, now.keys.each(numbers, _NO_KEY), strict=True)
            if now.consents.get(key)
        )
    places = [
        place
        for place, carrier in enumerate(now.carriers)
        if writes(carrier) and not holds_for_all(CarrierId(carrier))
    ]
    to_write = sum(n for pattern, n in chosen_ones.items() if now.pending_in(pattern, places))
    return ChipCounts(len(numbers), states, now.by_carrier(counted), to_write)


_NO_KEY = (0, 0, 0)
"""No recording has this key of choices."""


def listed(overview: Overview, ids: Sequence[int]) -> list[MatrixRow]:
    """The rows of these recordings, each with its segments as bars and chips count them."""
    if overview.ready:
        now = overview.patterns()
    else:  # those of all would take longer, and change with each file that a job writes
        with overview.database.read() as connection:
            now = patterns(connection, overview.clock.now(), ids)
    return [
        replace(row, segments=now.segments(now.of.get(row.recording_id, b"")))
        for row in matrix.rows(overview.database, ids, overview.clock.now())
    ]


def groups(
    overview: Overview,
    chosen: Filter,
    by: GroupBy,
    sort: Sort = BY_RELEASE,
    *,
    at_once: bool = False,
) -> GroupedCatalogue:
    """The recordings that a filter lets through, below their headers.

    Releases come by artist and title, what is on none at the end. Other groups come by name,
    and their recordings as on their releases. A recording with files in several folders is
    in the first of them. Another `sort` holds within groups, and groups come by their first
    recording. `at_once`: without bars, where these would have to be worked out first.
    """
    rough = at_once and not overview.ready and chosen.state is None and chosen.standing is None
    rough = rough and sort == BY_RELEASE
    now = NO_PATTERNS if rough else overview.patterns()
    rows = overview.remembered("in order", _in_order)
    owners = overview.remembered("owners", lambda _: FewValues({row[0]: row[2] for row in rows}))
    known = overview.remembered("releases", _releases)
    making = partial(_Shelf, by=by, rows=rows, owners=owners, known=known)
    shelf = overview.remembered(("shelf", by), making, most=SHELVES)
    if sort != BY_RELEASE:
        parts = shelf.ordered(recording_ids(overview, chosen, sort))
    else:
        parts = shelf.holding(_let_through(overview, now, chosen))
    ids = [number for _, numbers in parts for number in numbers]
    if by is GroupBy.NONE:
        return GroupedCatalogue(ids, (), (), rough)
    headers = _Headers(shelf, parts, now, NOBODY if rough else _licensed(overview, rows))
    rows_of_headers = tuple(start + place for place, start in enumerate(headers.starts))
    return GroupedCatalogue(ids, headers, rows_of_headers, rough)


SHELVES = 2
"""Groupings that are kept at a time: each takes some megabytes."""

LARGE = 200
"""Headers above more recordings than this are made at once, and not when they are seen."""

Row = tuple[int, int | None, int]
"""A recording, its release and its artist."""


class Rows:
    """All recordings in an order. Tuples would take several times the memory; the numbers of
    recordings are objects that all listings share."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self._recordings: list[int] = []
        self._owners = array("q")
        for recording, release, artist in rows:
            self._recordings.append(recording)
            self._owners.extend((release or 0, artist))

    def __iter__(self) -> Iterator[Row]:
        owners = iter(self._owners)
        for recording, release, artist in zip(self._recordings, owners, owners, strict=True):
            yield recording, release or None, artist


GroupMembers = tuple[Any, Sequence[int]]
"""The key of a group, and its recordings in order."""


class Licensed:
    """What licences let partners do with recordings. Few recordings have licences of their own, so
    a group of many has few different places."""

    def __init__(self, held: Holding, shared: Partners, rows: Iterable[Row]) -> None:
        self._held = held
        self._single = held.recordings | shared.keys()
        self._rows = {number: (artist, release) for number, release, artist in rows}

    def of(self, numbers: Iterable[int], consent: Consent | None) -> Grants | None:
        """What partners may do with these beyond a consent; None where that differs."""
        if not self._rows or consent is None:
            return ()
        places = {
            (*self._rows.get(number, (0, None)), number if number in self._single else None)
            for number in numbers
        }
        found = {beyond(self._held.at(*place), consent) for place in places}
        return found.pop() if len(found) == 1 else None


NOBODY = Licensed(Holding((), {}), {}, ())


def _licensed(overview: Overview, rows: Iterable[Row]) -> Licensed:
    """The licences that hold now; without any, no recording is looked at."""
    with overview.database.read() as connection:
        held = holding(connection, overview.clock.now(), {})
        if not held:
            return NOBODY
        shared = partners(connection)
        return Licensed(holding(connection, overview.clock.now(), shared), shared, rows)


def _let_through(overview: Overview, now: Patterns, chosen: Filter) -> Collection[int] | None:
    """The recordings that a filter lets through; None for all."""
    found: Collection[int] | None = None
    if replace(chosen, standing=None, carrier="", state=None) != Filter():
        with overview.database.read() as connection:
            query = select(_R.id).where(conditions(chosen))
            found = {number for (number,) in read_many(connection, query)}
    if chosen.standing is not None:
        meant = matrix.recording_ids(
            overview.database, _without_state(chosen), Sort("track"), overview.clock.now()
        )
        found = set(meant) if found is None else set(meant).intersection(found)
    if chosen.state is not None:
        found = set(_in_state(now, now.of if found is None else found, chosen))
    return found


def _in_state(now: Patterns, numbers: Iterable[int], chosen: Filter) -> list[int]:
    if chosen.state is None:
        return list(numbers)
    carrier = "" if chosen.standing else chosen.carrier
    patterns, every = now.with_state(chosen.state, carrier), list(numbers)
    found = zip(every, now.of.each(every, b""), strict=True)
    return [number for number, pattern in found if pattern in patterns]


def _in_order(connection: Connection) -> Rows:
    """All recordings, each release's in its order."""
    query = select(_R.id, _R.release_id, _R.artist_id)
    query = query.order_by(_R.release_id, _R.disc, _R.track, _R.title)
    return Rows(cast(Iterator[Row], read_many(connection, query)))


def _names(connection: Connection) -> dict[int, tuple[str, str]]:
    """Name and sort key of each artist."""
    rows = connection.execute(select(artists.c.id, artists.c.name, artists.c.name_key))
    return {number: (name, key) for number, name, key in rows}


def _releases(connection: Connection) -> dict[int, Any]:
    """What headers show of each release."""
    c = releases.c
    query = select(c.id, c.artist_id, c.title, c.upc, c.year, c.label)
    return {row.id: row for row in connection.execute(query)}


def _order_of_releases(
    known: Mapping[int, Any], names: dict[int, tuple[str, str]]
) -> dict[int | None, int]:
    """The place of each release by artist, title and number."""
    ordered = sorted(
        known, key=lambda n: (names[known[n].artist_id][1], unaccented(known[n].title), n)
    )
    return {number: place for place, number in enumerate(ordered)}


class _Shelf:
    """All recordings below their headers, and what headers show."""

    def __init__(
        self,
        connection: Connection,
        by: GroupBy,
        rows: Iterable[Row],
        owners: Mapping[int, int],
        known: Mapping[int, Any],
    ) -> None:
        """`rows` are all recordings in order, `owners` the artist of each; `known` all releases."""
        self.by = by
        self._owners = owners
        self.releases = known
        self.names = _names(connection)
        self._folders = _folders(connection) if by is GroupBy.FOLDER else {}
        order = _order_of_releases(self.releases, self.names)
        if by is not GroupBy.RELEASE:
            names, last = self.names, len(order)
            rows = sorted(rows, key=lambda row: (names[row[2]][1], order.get(row[1], last)))
        found: defaultdict[Any, list[int]] = defaultdict(list)
        for row in rows:
            found[self.key(row)].append(row[0])
        self._folders = {}  # the keys have them now
        keys = sorted(found, key=lambda key: self.place(key, self.names, order))
        self._parts: list[GroupMembers] = [(key, found[key]) for key in keys]
        self._keys: dict[int, Any] = {}
        of_releases = self._parts if by is GroupBy.RELEASE else ()
        self._whole = {key: len(part) for key, part in of_releases}

    def holding(self, let_through: Collection[int] | None) -> Sequence[GroupMembers]:
        """The groups with only these recordings, in their order; None for all."""
        if let_through is None:
            return self._parts
        kept = ((key, [n for n in part if n in let_through]) for key, part in self._parts)
        return [(key, part) for key, part in kept if part]

    def ordered(self, numbers: Iterable[int]) -> Sequence[GroupMembers]:
        """The groups of recordings that come in another order."""
        if not self._keys:
            self._keys = {n: key for key, part in self._parts for n in part}
        found: dict[Any, list[int]] = {}
        keys = self._keys
        for number in numbers:
            if number in keys:
                found.setdefault(keys[number], []).append(number)
        return list(found.items())

    def key(self, row: Row) -> Any:
        """What is the same for all recordings below one header."""
        number, release, artist = row
        if self.by is GroupBy.NONE:
            return None
        if self.by is GroupBy.RELEASE:
            return (artist, release)
        if self.by is GroupBy.ARTIST:
            return artist
        if self.by is GroupBy.FOLDER:
            return self._folders.get(number, "")
        known = self.releases.get(release) if release is not None else None
        return known.label if known is not None else ""

    def place(
        self, key: Any, names: dict[int, tuple[str, str]], order: dict[int | None, int]
    ) -> tuple[Any, ...]:
        """The sort key of a header; groups without a name come last."""
        if self.by is GroupBy.NONE:
            return ()
        if self.by is GroupBy.RELEASE:
            artist, release = key
            return (names[artist][1], order.get(release, len(order)), artist)
        if self.by is GroupBy.ARTIST:
            return (names[key][1], key)
        return (not key, unaccented(key), key)

    def header(
        self, part: GroupMembers, start: int, now: Patterns, licensed: Licensed
    ) -> CatalogueGroup:
        """The header of a group."""
        key, numbers = part
        consent = _common_consent(now, numbers)
        owners = {self._owners[number] for number in numbers}
        owner = owners.pop() if len(owners) == 1 else None
        release = self.releases.get(key[1]) if self.by is GroupBy.RELEASE else None
        if self.by is GroupBy.RELEASE:
            name = release.title if release else ""
        else:
            name = self.names[key][0] if self.by is GroupBy.ARTIST else key
        return CatalogueGroup(
            name=name,
            start=start,
            count=len(numbers),
            artist=self.names[owner][0] if owner is not None else "",
            year=release.year if release else 0,
            upc=release.upc if release else "",
            consent=consent,
            grants=licensed.of(numbers, consent),
            bar=now.cells(now.counted(numbers)),
            artist_id=owner,
            release_id=release.id if release else None,
            whole=self._whole.get(key, 0) if release else 0,
        )


class _Headers(Sequence[CatalogueGroup]):
    """The headers of a listing, each made when it is first shown: few are ever seen."""

    def __init__(
        self, shelf: _Shelf, parts: Sequence[GroupMembers], now: Patterns, licensed: Licensed
    ) -> None:
        self._shelf, self._parts, self._now, self._licensed = shelf, parts, now, licensed
        self.starts = [0, *accumulate(len(numbers) for _, numbers in parts)][: len(parts)]
        self._made: dict[int, CatalogueGroup] = {}
        for place, (_, numbers) in enumerate(parts):
            if len(numbers) > LARGE:  # not for a main thread that shows it
                self[place]

    def __len__(self) -> int:
        return len(self._parts)

    @overload
    def __getitem__(self, place: int) -> CatalogueGroup: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[CatalogueGroup]: ...
    def __getitem__(self, place: int | slice) -> CatalogueGroup | Sequence[CatalogueGroup]:
        if isinstance(place, slice):
            return [self[one] for one in range(*place.indices(len(self)))]
        if place not in self._made:
            part, start = self._parts[place], self.starts[place]
            self._made[place] = self._shelf.header(part, start, self._now, self._licensed)
        return self._made[place]


def _common_consent(now: Patterns, numbers: Iterable[int]) -> Consent | None:
    """The consent of all of these; None where they differ, or they are new just now."""
    found = [now.consents.get(key) for key in set(now.keys.each(numbers, _NO_KEY))]
    return found[0] if found and all(one == found[0] for one in found) else None


def _folders(connection: Connection) -> dict[int, str]:
    """The folder of each recording: of its files that are there, the first by path."""
    f = files.c
    query = select(f.recording_id, f.path).where(f.recording_id.is_not(None))
    found: dict[int, bytes] = {}
    for number, path in read_many(connection, query.order_by(f.missing, f.path)):
        found.setdefault(number, path)
    same: dict[str, str] = {}
    named = ((n, os.path.dirname(texts.load_path(path))) for n, path in found.items())
    return {number: same.setdefault(name, name) for number, name in named}
