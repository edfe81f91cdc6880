"""Forgets a folder: its files leave the catalogue and stay unchanged on the disk."""

from __future__ import annotations

import os
from collections.abc import Sequence

from sqlalchemy import ColumnElement, Connection, and_, delete, func, not_, or_, select, update

from rightsdesk.enums.carriers import CarrierId
from rightsdesk.enums.causes import Cause
from rightsdesk.errors import KnownError
from rightsdesk.sentences import worded
from rightsdesk.store import texts
from rightsdesk.store.database import Database
from rightsdesk.store.deeds import DeedKind, DeedScope, note
from rightsdesk.store.joins import within, within_any
from rightsdesk.store.schema import changes, files, folders, sidecars
from rightsdesk.workspace.catalogue.scanning import drop_empty


class NotRemembered(KnownError):
    """The folder was not scanned for this artist."""

    cause = Cause.FOLDER_NOT_REMEMBERED


def forget_folders(database: Database, artist_id: int, places: Sequence[str]) -> int:
    """Stop scanning folders and forget their files, all or nothing. Returns the number of files.

    Raises NotRemembered.
    """
    number = 0
    with database.write() as connection:
        for place in remembered(connection, artist_id, places):
            forgotten = forget_on(connection, artist_id, place)
            value = {"folder": place, "files": forgotten}
            note(connection, DeedKind.FOLDER_FORGOTTEN, DeedScope(artist_id), before=value)
            number += forgotten
    return number


def remembered(connection: Connection, artist_id: int, places: Sequence[str]) -> list[str]:
    """The folders as they are stored, each once. Raises NotRemembered for the first that is not."""
    known = set(map(texts.load_path, _stored(connection, artist_id)))
    wanted = list(dict.fromkeys(map(os.path.abspath, places)))
    for place in wanted:
        if place not in known:
            raise NotRemembered(
                worded("{folder} is not a folder of this artist.", folder=place),
                advice="Use the path that was scanned.",
            )
    return wanted


def _stored(connection: Connection, artist_id: int) -> set[bytes]:
    query = select(folders.c.path).where(folders.c.artist_id == artist_id)
    return set(connection.execute(query).scalars())


def forget_on(connection: Connection, artist_id: int, folder: str) -> int:
    """Forget a folder in a write transaction, without a deed. Returns the number of files.

    Files that are also in another remembered folder of the artist stay. Changed files are only
    hidden: undo and the audio proof still need them. All others are deleted from the store. Raises
    NotRemembered.
    """
    remembered(connection, artist_id, [folder])
    path = texts.dump_path(folder)
    of_artist = folders.c.artist_id == artist_id
    other_folders = [texts.load_path(raw) for raw in _stored(connection, artist_id) - {path}]
    to_forget = and_(files.c.artist_id == artist_id, _only_in(folder, other_folders))
    number = connection.execute(
        select(func.count()).where(to_forget, files.c.missing.is_(False))
    ).scalar_one()
    leaving_ids = select(files.c.id).where(to_forget)
    connection.execute(delete(sidecars).where(sidecars.c.file_id.in_(leaving_ids)))
    touched = select(changes.c.target_id).where(changes.c.carrier == CarrierId.FILES)
    needed = or_(files.c.id.in_(touched), files.c.essence.is_not(None))
    connection.execute(delete(files).where(to_forget, not_(needed)))
    hide = update(files).where(to_forget)
    connection.execute(hide.values(missing=True, recording_id=None, problem=""))
    connection.execute(delete(folders).where(of_artist, folders.c.path == path))
    drop_empty(connection, artist_id)
    return int(number)


def _only_in(folder: str, other_folders: list[str]) -> ColumnElement[bool]:
    inside = within(files.c.path, folder)
    return and_(inside, not_(within_any(files.c.path, other_folders))) if other_folders else inside
