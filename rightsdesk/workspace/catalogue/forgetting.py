"""Forgetting a folder: its files leave the catalogue, and stay as they are on the disk."""

from __future__ import annotations

import os

from sqlalchemy import ColumnElement, and_, delete, func, not_, or_, select, update

from rightsdesk.changes.types import FILES
from rightsdesk.errors import KnownError
from rightsdesk.store import texts
from rightsdesk.store.database import Database
from rightsdesk.store.deeds import DeedKind, DeedScope, note
from rightsdesk.store.joins import within
from rightsdesk.store.schema import changes, files, folders, sidecars
from rightsdesk.workspace.catalogue.scanning import drop_empty


class NotRemembered(KnownError):
    """The folder is not one that was scanned for this artist."""

    cause = "folder-not-remembered"


def forget_folder(database: Database, artist_id: int, folder: str) -> int:
    """Look into a folder no more, and list its files no longer; how many those were.

    Files that lie in another remembered folder of the artist stay. Of files that were
    changed, what is needed to undo that and to prove their audio is kept out of sight; the
    rest is deleted. Raises NotRemembered.
    """
    path = texts.dump_path(os.path.abspath(folder))
    mine = folders.c.artist_id == artist_id
    with database.write() as connection:
        known = set(connection.execute(select(folders.c.path).where(mine)).scalars())
        if path not in known:
            raise NotRemembered(
                f"{os.path.abspath(folder)} is not a folder of this artist.",
                advice="Name it as it was scanned.",
            )
        others = [texts.load_path(one) for one in known - {path}]
        leaving = and_(files.c.artist_id == artist_id, _only_in(folder, others))
        number = connection.execute(
            select(func.count()).where(leaving, files.c.missing.is_(False))
        ).scalar_one()
        leaving_ids = select(files.c.id).where(leaving)
        connection.execute(delete(sidecars).where(sidecars.c.file_id.in_(leaving_ids)))
        touched = select(changes.c.target_id).where(changes.c.carrier == FILES)
        needed = or_(files.c.id.in_(touched), files.c.essence.is_not(None))
        connection.execute(delete(files).where(leaving, not_(needed)))
        out_of_sight = update(files).where(leaving)
        connection.execute(out_of_sight.values(missing=True, recording_id=None, problem=""))
        connection.execute(delete(folders).where(mine, folders.c.path == path))
        drop_empty(connection, artist_id)
        note(
            connection,
            DeedKind.FOLDER_FORGOTTEN,
            DeedScope(artist_id),
            before={"folder": os.path.abspath(folder), "files": int(number)},
        )
    return int(number)


def _only_in(folder: str, others: list[str]) -> ColumnElement[bool]:
    inside = within(files.c.path, folder)
    return (
        and_(inside, not_(or_(*(within(files.c.path, one) for one in others))))
        if others
        else inside
    )
