"""The catalogue as the window lists it: in order, below headers, with counts for chips."""

from __future__ import annotations

import os
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from sqlalchemy import Connection, func, select

from rightsdesk.consent import Consent
from rightsdesk.folding import unaccented
from rightsdesk.store import texts
from rightsdesk.store.bulk import read_many
from rightsdesk.store.schema import artists, files, recordings, releases
from rightsdesk.workspace.catalogue.filtering import conditions
from rightsdesk.workspace.overview.segments import Overview, Patterns
from rightsdesk.workspace.overview.values import (
    CatalogueGroup,
    ChipCounts,
    GroupBy,
    GroupedCatalogue,
)
from rightsdesk.workspace.status import matrix
from rightsdesk.workspace.types import Filter, Sort, State

_R = recordings.c


def recording_ids(overview: Overview, chosen: Filter, sort: Sort) -> list[int]:
    """The recordings that a filter lets through, in order; with `Filter.state`, too."""
    found = matrix.recording_ids(overview.database, chosen, sort)
    return found if chosen.state is None else _in_state(overview.patterns(), found, chosen.state)


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
    return ChipCounts(len(numbers), {state: found[state] for state in State})


def groups(overview: Overview, chosen: Filter, by: GroupBy) -> GroupedCatalogue:
    """The recordings that a filter lets through, below their headers.

    Releases come by artist and title, what is on none at the end. Other groups come by name,
    and their recordings as on their releases. A recording with files in several folders stands
    in the first of them.
    """
    now = overview.patterns()
    rows = list(overview.remembered("in order", _in_order))
    names = overview.remembered("names", _names)
    heads = overview.remembered(("heads", by), partial(_Heads, by=by))
    if replace(chosen, standing=None, carrier="", state=None) != Filter():
        with overview.database.read() as connection:
            query = select(_R.id).where(conditions(chosen))
            let_through = {number for (number,) in read_many(connection, query)}
        rows = [row for row in rows if row[0] in let_through]
    if chosen.standing is not None:
        meant = set(matrix.recording_ids(overview.database, chosen, Sort("track")))
        rows = [row for row in rows if row[0] in meant]
    if chosen.state is not None:
        rows = [row for row in rows if chosen.state in now.states(now.of.get(row[0], b""))]
    order = overview.remembered(
        "release order", lambda _: _order_of_releases(heads.releases, names)
    )
    last = len(order)
    if by is GroupBy.NONE:
        rows.sort(key=lambda row: (names[row[2]][1], order.get(row[1], last)))
        return GroupedCatalogue([number for number, *_ in rows], (), ())
    parts: defaultdict[Any, list[tuple[int, int | None, int]]] = defaultdict(list)
    for row in rows:
        parts[heads.key(row)].append(row)
    sorted_keys = sorted(parts, key=lambda key: heads.place(key, names, order))
    ids: list[int] = []
    made: list[CatalogueGroup] = []
    for key in sorted_keys:
        part = parts[key]
        if by is not GroupBy.RELEASE:
            part.sort(key=lambda row: (names[row[2]][1], order.get(row[1], last)))
        numbers = [number for number, *_ in part]
        made.append(heads.header(key, part, numbers, len(ids), names, now))
        ids += numbers
    rows_of_headers = tuple(group.start + place for place, group in enumerate(made))
    return GroupedCatalogue(ids, tuple(made), rows_of_headers)


def _in_state(now: Patterns, numbers: Iterable[int], state: State) -> list[int]:
    return [number for number in numbers if state in now.states(now.of.get(number, b""))]


def _in_order(connection: Connection) -> list[tuple[int, int | None, int]]:
    """(recording, release, artist) of all recordings, each release's in its order."""
    query = select(_R.id, _R.release_id, _R.artist_id)
    query = query.order_by(_R.release_id, _R.disc, _R.track, _R.title)
    return [(number, release, artist) for number, release, artist in read_many(connection, query)]


def _names(connection: Connection) -> dict[int, tuple[str, str]]:
    """Name and sort key of each artist."""
    rows = connection.execute(select(artists.c.id, artists.c.name, artists.c.name_key))
    return {number: (name, key) for number, name, key in rows}


def _order_of_releases(
    known: dict[int, Any], names: dict[int, tuple[str, str]]
) -> dict[int | None, int]:
    """The place of each release by artist, title and number."""
    ordered = sorted(
        known, key=lambda n: (names[known[n].artist_id][1], unaccented(known[n].title), n)
    )
    return {number: place for place, number in enumerate(ordered)}


class _Heads:
    """What the headers show, and which recording belongs below which."""

    def __init__(self, connection: Connection, by: GroupBy) -> None:
        self._by = by
        c = releases.c
        query = select(c.id, c.artist_id, c.title, c.upc, c.year, c.label)
        self.releases = {row.id: row for row in connection.execute(query)}
        self._folders = _folders(connection) if by is GroupBy.FOLDER else {}

    def key(self, row: tuple[int, int | None, int]) -> Any:
        """What is the same for all recordings below one header."""
        number, release, artist = row
        if self._by is GroupBy.RELEASE:
            return (artist, release)
        if self._by is GroupBy.ARTIST:
            return artist
        if self._by is GroupBy.FOLDER:
            return self._folders.get(number, "")
        return self.releases[release].label if release in self.releases else ""

    def place(
        self, key: Any, names: dict[int, tuple[str, str]], order: dict[int | None, int]
    ) -> tuple[Any, ...]:
        """Where a header stands; what has no name comes last."""
        if self._by is GroupBy.RELEASE:
            artist, release = key
            return (names[artist][1], order.get(release, len(order)), artist)
        if self._by is GroupBy.ARTIST:
            return (names[key][1], key)
        return (not key, unaccented(key), key)

    def header(
        self,
        key: Any,
        part: Sequence[tuple[int, int | None, int]],
        numbers: Sequence[int],
        start: int,
        names: dict[int, tuple[str, str]],
        now: Patterns,
    ) -> CatalogueGroup:
        """The header of a group."""
        owners = {artist for _, _, artist in part}
        owner = owners.pop() if len(owners) == 1 else None
        release = self.releases.get(key[1]) if self._by is GroupBy.RELEASE else None
        if self._by is GroupBy.RELEASE:
            name = release.title if release else ""
        else:
            name = names[key][0] if self._by is GroupBy.ARTIST else key
        return CatalogueGroup(
            name=name,
            start=start,
            count=len(numbers),
            artist=names[owner][0] if owner is not None else "",
            year=release.year if release else 0,
            upc=release.upc if release else "",
            wanted=_wanted(now, numbers),
            bar=now.cells(now.counted(numbers)),
            artist_id=owner,
            release_id=release.id if release else None,
        )


def _wanted(now: Patterns, numbers: Iterable[int]) -> Consent | None:
    """What is wanted of all of these; None where that differs, or they are new just now."""
    keys = {now.choices.get(number) for number in numbers}
    found = [now.wanted.get(key) if key else None for key in keys]
    return found[0] if found and all(one == found[0] for one in found) else None


def _folders(connection: Connection) -> dict[int, str]:
    """The folder of each recording: of its files that are there, the first by path."""
    f = files.c
    query = select(f.recording_id, f.path).where(f.recording_id.is_not(None))
    found: dict[int, bytes] = {}
    for number, path in read_many(connection, query.order_by(f.missing, f.path)):
        found.setdefault(number, path)
    return {number: os.path.dirname(texts.load_path(path)) for number, path in found.items()}
