"""Files of several artists: who has them, and whose consents count for a recording.

A shared file has one row and one recording per artist. Such recordings get the stricter permission
for each use.
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import Connection, and_, literal_column, select

from rightsdesk.store import texts
from rightsdesk.store.bulk import read_many
from rightsdesk.store.database import Database
from rightsdesk.store.joins import with_recordings, within_any
from rightsdesk.store.partial import is_filled
from rightsdesk.store.queries import folders_by_artist
from rightsdesk.store.schema import artists, files, recordings


class ConsentPlace(NamedTuple):
    """Where a consent counts: an artist's recording, or an artist if there is no recording."""

    artist_id: int
    release_id: int | None
    recording_id: int | None


Partners = Mapping[int, tuple[ConsentPlace, ...]]
"""Recordings that others share → all places whose consents count, including their own."""


class Theirs:
    """The files within some places that belong to other artists."""

    def __init__(self, database: Database, artist_id: int, places: Sequence[str]) -> None:
        f = files.c
        forgotten = and_(f.missing, f.recording_id.is_(None))
        query = select(f.path, f.artist_id).where(f.artist_id != artist_id, ~forgotten)
        query = query.where(within_any(f.path, places))
        self._owners: defaultdict[bytes, list[int]] = defaultdict(list)
        with database.read() as connection:
            for path, owner in read_many(connection, query):
                self._owners[path].append(owner)
            self._roots = folders_by_artist(connection)
            rows = connection.execute(select(artists.c.id, artists.c.name))
            self._names = {row.id: row.name for row in rows}

    def __bool__(self) -> bool:
        return bool(self._owners)

    def whose(self, path: str, roots: Sequence[str]) -> tuple[list[str], bool]:
        """The other artists who have this file, and whether another artist may share it.

        The nearest folder decides. Scanning a folder that contains another artist's folder does not
        share that artist's files.
        """
        owners = self._owners.get(texts.dump_path(path), ())
        nearest = _depth(path, roots)
        shared = all(nearest >= _depth(path, self._roots.get(owner, ())) for owner in owners)
        return [self._names[owner] for owner in owners], shared


def _depth(path: str, roots: Iterable[str]) -> int:
    """The length of the longest folder that contains the path; -1 if none does."""
    return max((len(root) for root in roots if _holds(root, path)), default=-1)


def _holds(root: str, path: str) -> bool:
    return path == root or path.startswith(root.rstrip(os.sep) + os.sep)


def partners(connection: Connection) -> Partners:
    """Recordings that share a file with another artist's, or that a person merged with one.

    Indirect connections count, too.
    """
    f, r = files.c, recordings.c
    columns = select(f.path, f.decided, f.artist_id, r.release_id, r.id)
    joined = columns.select_from(with_recordings(files, f.recording_id))
    shared = joined.where(literal_column("shared"), f.missing.is_(False))
    decided = joined.where(is_filled(f.decided), f.missing.is_(False))
    groups: defaultdict[object, set[ConsentPlace]] = defaultdict(set)
    for path, _, *place in connection.execute(shared):
        groups[path].add(ConsentPlace(*place))
    for _, decision, *place in connection.execute(decided):
        groups[decision].add(ConsentPlace(*place))
    several = [g for g in groups.values() if len({place.artist_id for place in g}) > 1]
    return _clusters(several) if several else {}


def _clusters(groups: Iterable[set[ConsentPlace]]) -> Partners:
    clusters: dict[ConsentPlace, set[ConsentPlace]] = {}
    for group in groups:
        cluster = set(group)
        for place in group:
            if place.recording_id is not None:
                cluster |= clusters.get(place, set())
        for place in cluster:
            if place.recording_id is not None:
                clusters[place] = cluster
    return {
        place.recording_id: tuple(sorted(cluster, key=_order))
        for place, cluster in clusters.items()
        if place.recording_id is not None
    }


def _order(place: ConsentPlace) -> tuple[int, int, int]:
    return place.artist_id, place.release_id or 0, place.recording_id or 0
