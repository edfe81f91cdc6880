"""Find a folder that was moved: everything known about its files moves to the new place.

That includes recordings, baselines of the audio, decisions, jobs and their undo: see `moving`.
"""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass

from sqlalchemy import Connection, delete, select, update

from rightsdesk.enums.causes import Cause
from rightsdesk.errors import KnownError
from rightsdesk.files.identity import FileIdentity
from rightsdesk.sentences import worded
from rightsdesk.store import texts
from rightsdesk.store.database import Database
from rightsdesk.store.joins import within
from rightsdesk.store.schema import files, folders
from rightsdesk.workspace.catalogue.moving import follow


class NotThatFolder(KnownError):
    """A folder does not hold the files that the old one held."""

    cause = Cause.NOT_THAT_FOLDER


@dataclass(frozen=True, slots=True)
class FolderFound:
    """How many files were found in the new place, and how many were not."""

    found: int
    not_found: int


def find_folder(database: Database, old: str, new: str) -> FolderFound:
    """Move the entries of files below `old` to files of the same name and size below `new`.

    Nothing on the disk is changed. The next scan reads what differs. Files that are not found keep
    their path. Raises NotThatFolder if `new` is no folder or holds none of the files.
    """
    old, new = os.path.abspath(old), os.path.abspath(new)
    if not os.path.isdir(new):
        raise NotThatFolder(
            worded("{new} is not a folder.", new=new), untouched="Nothing was changed."
        )
    query = select(files.c.path, files.c.identity).where(within(files.c.path, old)).distinct()
    with database.write() as connection:
        known = {texts.load_path(path): identity for path, identity in connection.execute(query)}
        moves = [(path, place) for path in known if (place := _there(path, known, old, new))]
        if not moves or old == new:
            raise NotThatFolder(
                worded("None of the files of {old} is in {new}.", old=old, new=new),
                untouched="Nothing was changed.",
                advice="Choose the folder that has the same files.",
            )
        follow(connection, moves)
        _follow_folders(connection, old, new)
    return FolderFound(len(moves), len(known) - len(moves))


def _there(path: str, known: dict[str, str], old: str, new: str) -> str:
    """The new path of a file; "" if there is no file of that size."""
    place = _moved(path, old, new)
    try:
        found = os.stat(place)
    except OSError:
        return ""
    if not stat.S_ISREG(found.st_mode):
        return ""
    identity = known[path]
    same = not identity or FileIdentity.from_str(identity).size == found.st_size
    return place if same else ""


def _moved(path: str, old: str, new: str) -> str:
    return os.path.normpath(os.path.join(new, os.path.relpath(path, old)))


def _follow_folders(connection: Connection, old: str, new: str) -> None:
    rows = connection.execute(select(folders).where(within(folders.c.path, old))).all()
    for row in rows:
        place = texts.dump_path(_moved(texts.load_path(row.path), old, new))
        mine = folders.c.artist_id == row.artist_id
        taken = select(folders.c.id).where(mine, folders.c.path == place)
        this = folders.c.id == row.id
        if connection.execute(taken).first():
            connection.execute(delete(folders).where(this))
        else:
            connection.execute(update(folders).where(this).values(path=place))
