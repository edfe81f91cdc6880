"""Files of several artists: who has them already, and whose consents count for a recording.

A file of a collaboration has a row for each of its artists, with a recording of each. What is
wanted of such recordings is the stricter answer, use by use.
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
from rightsdesk.store.queries import folders_by_artist
from rightsdesk.store.schema import artists, files, recordings


class Place(NamedTuple):
    """Where a choice counts: an artist's recording, or what is only known to be an artist's."""

    artist_id: int
    release_id: int | None
    recording_id: int | None


Partners = Mapping[int, tuple[Place, ...]]
"""Recordings of which others have a say → all places that count for it, its own among them."""


class Theirs:
    """The files that are other artists' already."""

    def __init__(self, database: Database, artist_id: int) -> None:
        f = files.c
        forgotten = and_(f.missing, f.recording_id.is_(None))
        query = select(f.path, f.artist_id).where(f.artist_id != artist_id, ~forgotten)
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
        """The other artists who have this file, and whether it may belong to one more.

        The folder that is nearer to it decides: to look through a folder in which another
        artist's is, too, does not make that one's files everybody's.
        """
        owners = self._owners.get(texts.dump_path(path), ())
        nearest = _depth(path, roots)
        shared = all(nearest >= _depth(path, self._roots.get(owner, ())) for owner in owners)
        return [self._names[owner] for owner in owners], shared


def _depth(path: str, roots: Iterable[str]) -> int:
    """How long the longest of the folders is that hold the path; -1 where none does."""
    return max((len(root) for root in roots if _holds(root, path)), default=-1)


def _holds(root: str, path: str) -> bool:
    return path == root or path.startswith(root.rstrip(os.sep) + os.sep)


def partners(connection: Connection) -> Partners:
    """The recordings that share a file with another artist's, or that a person put together
    with one, all that hang together as one."""
    f, r = files.c, recordings.c
    columns = select(f.path, f.decided, f.artist_id, r.release_id, r.id)
    joined = columns.select_from(files.outerjoin(recordings, r.id == f.recording_id))
    shared = joined.where(literal_column("shared"), f.missing.is_(False))
    decided = joined.where(literal_column("decided != ''"), f.missing.is_(False))
    groups: defaultdict[object, set[Place]] = defaultdict(set)
    for path, _, *place in connection.execute(shared):
        groups[path].add(Place(*place))
    for _, decision, *place in connection.execute(decided):
        groups[decision].add(Place(*place))
    several = [g for g in groups.values() if len({place.artist_id for place in g}) > 1]
    return _hanging_together(several) if several else {}


def _hanging_together(groups: Iterable[set[Place]]) -> Partners:
    of: dict[Place, set[Place]] = {}
    for group in groups:
        whole = set(group)
        for place in group:
            if place.recording_id is not None:
                whole |= of.get(place, set())
        for place in whole:
            if place.recording_id is not None:
                of[place] = whole
    return {
        place.recording_id: tuple(sorted(whole, key=_order))
        for place, whole in of.items()
        if place.recording_id is not None
    }


def _order(place: Place) -> tuple[int, int, int]:
    return place.artist_id, place.release_id or 0, place.recording_id or 0
