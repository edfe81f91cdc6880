"""Finds a file that was moved or renamed since RightsDesk changed it.

Only scanned files are candidates: a scan sees a rename as a missing file and a new one. So before
an undo, the folders of missing files are scanned. The best evidence is what the change wrote into
the file, since only copies match it by chance. Among copies the inode decides, which a rename on
the same disk keeps.
"""

from __future__ import annotations

import os
from collections.abc import Collection

from sqlalchemy import select

from rightsdesk.changes.carrier import Ambiguous
from rightsdesk.changes.types import Target
from rightsdesk.enums.carriers import CarrierId
from rightsdesk.errors import KnownError
from rightsdesk.files.identity import FileIdentity
from rightsdesk.files.opening import opened
from rightsdesk.files.patch.before_image import BeforeImage
from rightsdesk.sentences import worded
from rightsdesk.store import texts
from rightsdesk.store.database import Database
from rightsdesk.store.joins import CHANGED_PATHS
from rightsdesk.store.schema import changes, files, folders

_Candidate = tuple[Target, FileIdentity]


def moved_file(
    database: Database, target: Target, image: BeforeImage | None, side_effects: Collection[int]
) -> Target | None:
    """The file of the same artist that `target` is now; None if there is none.

    `image` is the before-image of the change; without it only the inode can decide. Raises
    Ambiguous if several files fit equally.
    """
    candidates, inode = _candidates(database, target, side_effects)
    if image is not None:
        same_content = [candidate for candidate in candidates if _fits(candidate, image)]
        if same_content:
            return _only(same_content, inode)
    return _only([candidate for candidate in candidates if candidate[1].inode == inode], inode)


def folders_to_search(database: Database, job: int) -> dict[int, list[str]]:
    """The folders to scan for moved files of a job, by artist.

    Files that a scan already found missing are not searched again. Folders that are not there are
    left out: their disk may be disconnected.
    """
    f, c = files.c, changes.c
    query = select(f.path, f.artist_id).select_from(CHANGED_PATHS)
    query = query.where(
        c.job_id == job, c.carrier == CarrierId.FILES, f.missing.is_(False)
    ).distinct()
    with database.read() as connection:
        written = connection.execute(query).all()
        artists = {
            row.artist_id for row in written if not os.path.lexists(texts.load_path(row.path))
        }
        roots = connection.execute(
            select(folders.c.artist_id, folders.c.path).where(folders.c.artist_id.in_(artists))
        ).all()
    found: dict[int, list[str]] = {}
    for row in roots:
        path = texts.load_path(row.path)
        if os.path.isdir(path):
            found.setdefault(row.artist_id, []).append(path)
    return found


def _only(found: list[_Candidate], inode: int | None) -> Target | None:
    if len(found) > 1:
        found = [candidate for candidate in found if candidate[1].inode == inode] or found
    if len(found) > 1:
        names = ", ".join(sorted(target.label for target, _ in found)[:3])
        raise Ambiguous(
            worded("This file was moved, and several could be it: {names}.", names=names),
            untouched="They were left as they are.",
            advice="Move it back, or change the right one by hand.",
        )
    return found[0][0] if found else None


def _candidates(
    database: Database, target: Target, side_effects: Collection[int]
) -> tuple[list[_Candidate], int | None]:
    """The artist's other files that exist, and the inode that this one had."""
    with database.read() as connection:
        same_path = files.c.path == texts.dump_path(target.locator)
        own_rows = select(files).where(same_path).order_by(files.c.id != target.id)
        # A file of several artists has one row per artist.
        own = connection.execute(own_rows).first()
        if own is None:
            return [], None
        query = select(files.c.id, files.c.path, files.c.identity).where(
            files.c.artist_id == own.artist_id,
            files.c.id != own.id,
            files.c.missing.is_(False),
            files.c.identity != "",
        )
        rows = connection.execute(query).all()
    inode = FileIdentity.from_str(own.identity).inode if own.identity else None
    found: list[_Candidate] = []
    for row in rows:
        if row.id not in side_effects:
            path = texts.load_path(row.path)
            moved_to = Target(CarrierId.FILES, row.id, path, os.path.basename(path))
            found.append((moved_to, FileIdentity.from_str(row.identity)))
    return found, inode


def _fits(candidate: _Candidate, image: BeforeImage) -> bool:
    target, identity = candidate
    if identity.size != image.back.size:
        return False
    try:
        with opened(target.locator) as f:
            return image.fits(f)
    except KnownError:
        return False  # an unreadable file can't be identified
