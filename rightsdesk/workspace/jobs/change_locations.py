"""Whose a change is, and where it is: for previews in which people find their way."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, FromClause, Select, Table, select

from rightsdesk.changes.names import DISK_NOUNS
from rightsdesk.changes.types import FILES, SIDECARS, Change, Target
from rightsdesk.platforms.registry import platform_by_id
from rightsdesk.store import texts
from rightsdesk.store.database import Database
from rightsdesk.store.joins import (
    CHANGED_OWNED_FILES,
    CHANGED_OWNED_ITEMS,
    OWNED_FILES,
    OWNED_ITEMS,
    with_recordings,
)
from rightsdesk.store.schema import (
    artists,
    changes,
    files,
    folders,
    items,
    recordings,
    releases,
)

IN_ONE_QUERY = 500

Key = tuple[str, int]
"""A target's carrier and id."""


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """Where a change belongs. `place` is the path below the artist's folder, or the item's
    title; `nouns` what one and several of its kind are called. What is not known is empty."""

    place: str
    nouns: tuple[str, str] = ("change", "changes")
    artist: str = ""
    release: str = ""
    recording: str = ""


def key_of(target: Target) -> Key:
    """By which a target is looked up."""
    return target.carrier, target.id


def whereabouts(database: Database, some: Iterable[Change]) -> dict[Key, Whereabouts]:
    """Where each change belongs; one whose file or item is no longer known is left out."""
    targets: dict[str, dict[int, Target]] = defaultdict(dict)
    for change in some:
        targets[change.target.carrier][change.target.id] = change.target
    found: dict[Key, Whereabouts] = {}
    with database.read() as connection:
        below = _Folders(connection)
        for carrier, by_id in targets.items():
            nouns = _nouns(carrier)
            query = _files if carrier in (FILES, SIDECARS) else _items
            for number, artist_id, artist, release, recording in _rows(connection, query, by_id):
                target = by_id[number]
                place = below.path(artist_id, target.locator) if target.on_disk else target.label
                told = Whereabouts(place, nouns, artist, release or "", recording or "")
                found[carrier, number] = told
    return found


def owners(database: Database) -> dict[int, dict[int, str]]:
    """Whose files and items each job is about: job → the artists by their ids, by name."""
    local = changes.c.carrier.in_((FILES, SIDECARS))
    whose = select(changes.c.job_id, artists.c.id, artists.c.name).distinct()
    of_files = whose.select_from(CHANGED_OWNED_FILES).where(local)
    of_items = whose.select_from(CHANGED_OWNED_ITEMS).where(~local)
    found: dict[int, dict[int, str]] = defaultdict(dict)
    with database.read() as connection:
        rows = [row for query in (of_files, of_items) for row in connection.execute(query)]
    for job, artist, name in sorted(rows, key=lambda row: row.name.casefold()):
        found[job][artist] = name
    return found


def _nouns(carrier: str) -> tuple[str, str]:
    if carrier in DISK_NOUNS:
        return DISK_NOUNS[carrier]
    platform = platform_by_id(carrier)
    return f"{platform.name} {platform.noun}", f"{platform.name} {platform.nouns}"


def _files(part: list[int]) -> Select[Any]:
    return _of(OWNED_FILES, files).where(files.c.id.in_(part))


def _items(part: list[int]) -> Select[Any]:
    return _of(OWNED_ITEMS, items).where(items.c.id.in_(part))


def _of(owned: FromClause, carriers: Table) -> Select[Any]:
    query = select(
        *(carriers.c.id, artists.c.id, artists.c.name, releases.c.title),
        recordings.c.title.label("name"),
    )
    return query.select_from(with_recordings(owned, carriers.c.recording_id))


def _rows(
    connection: Connection, query: Callable[[list[int]], Select[Any]], by_id: Mapping[int, Target]
) -> Iterator[Any]:
    ids = list(by_id)
    for start in range(0, len(ids), IN_ONE_QUERY):
        yield from connection.execute(query(ids[start : start + IN_ONE_QUERY]))


class _Folders:
    """The folders of each artist, the longest path first."""

    def __init__(self, connection: Connection) -> None:
        self._of: dict[int, list[str]] = defaultdict(list)
        for row in connection.execute(select(folders.c.artist_id, folders.c.path)):
            self._of[row.artist_id].append(texts.load_path(row.path).rstrip(os.sep) + os.sep)
        for paths in self._of.values():
            paths.sort(key=len, reverse=True)

    def path(self, artist_id: int, path: str) -> str:
        """The path below the artist's folder; the whole of it where it is in none."""
        for folder in self._of.get(artist_id, ()):
            if path.startswith(folder):
                return path[len(folder) :]
        return path
