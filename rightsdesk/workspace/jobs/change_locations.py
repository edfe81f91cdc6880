"""Where changes belong: artist, release and place, for readable previews."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection

from rightsdesk.changes.names import DISK_NOUNS
from rightsdesk.changes.types import Change, Target
from rightsdesk.enums.carriers import ON_DISK, CarrierId
from rightsdesk.platforms.interface import item_nouns
from rightsdesk.platforms.registry import platform_by_id
from rightsdesk.store.database import Database
from rightsdesk.store.queries import (
    artists_by_job,
    folders_by_artist,
    places_of_files,
    places_of_items,
)

ChangeKey = tuple[CarrierId, int]
"""A target's carrier and id."""


@dataclass(frozen=True, slots=True)
class ChangeLocation:
    """Where a change belongs; unknown values are empty.

    `place` is the path below the artist's folder, or the item's title. `nouns` are singular and
    plural of its kind.
    """

    place: str
    nouns: tuple[str, str] = ("change", "changes")
    artist: str = ""
    release: str = ""
    recording: str = ""


def key_of(target: Target) -> ChangeKey:
    """The key of a target: carrier and id."""
    return target.carrier, target.id


def change_locations(
    database: Database, changes: Iterable[Change]
) -> dict[ChangeKey, ChangeLocation]:
    """The location of each change; unknown files and items are left out."""
    targets: dict[CarrierId, dict[int, Target]] = defaultdict(dict)
    for change in changes:
        targets[change.target.carrier][change.target.id] = change.target
    found: dict[ChangeKey, ChangeLocation] = {}
    with database.read() as connection:
        below = _Folders(connection)
        for carrier, by_id in targets.items():
            nouns = _nouns(carrier)
            places = places_of_files if carrier in ON_DISK else places_of_items
            for number, artist_id, artist, release, recording in places(connection, by_id):
                target = by_id[number]
                place = below.path(artist_id, target.locator) if target.on_disk else target.label
                location = ChangeLocation(place, nouns, artist, release or "", recording or "")
                found[key_of(target)] = location
    return found


def owners(database: Database) -> dict[int, dict[int, str]]:
    """The artists of each job's files and items: job id → artist id → name, sorted by name."""
    found: dict[int, dict[int, str]] = defaultdict(dict)
    with database.read() as connection:
        rows = artists_by_job(connection, ON_DISK)
    for job, artist, name in sorted(rows, key=lambda row: row[2].casefold()):
        found[job][artist] = name
    return found


def _nouns(carrier: CarrierId) -> tuple[str, str]:
    if carrier in DISK_NOUNS:
        return DISK_NOUNS[carrier]
    platform = platform_by_id(carrier)
    return item_nouns(platform)


class _Folders:
    """The folders of each artist, the longest path first."""

    def __init__(self, connection: Connection) -> None:
        self._of = {
            artist: sorted((path.rstrip(os.sep) + os.sep for path in paths), key=len, reverse=True)
            for artist, paths in folders_by_artist(connection).items()
        }

    def path(self, artist_id: int, path: str) -> str:
        """The path below the artist's folder; the whole path if it is in none."""
        for folder in self._of.get(artist_id, ()):
            if path.startswith(folder):
                return path[len(folder) :]
        return path
