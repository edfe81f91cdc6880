"""Whose files are in a folder, as the catalogue knows it."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from rightsdesk.store.database import Database
from rightsdesk.store.joins import RECORDING_FILES, within
from rightsdesk.store.schema import files, recordings


def artists_at(database: Database, places: Sequence[str]) -> dict[str, frozenset[int]]:
    """The artists who have recordings with files in each of these files and folders, by place."""
    query = select(recordings.c.artist_id).select_from(RECORDING_FILES).distinct()
    with database.read() as connection:
        return {
            place: frozenset(connection.scalars(query.where(within(files.c.path, place))))
            for place in places
        }
