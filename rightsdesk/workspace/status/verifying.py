"""Proof that the audio is unchanged: reads files again and compares their digests.

When RightsDesk changes a file for the first time, it stores the digest of the audio before. The
proof needs only that digest and the file.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice

from sqlalchemy import Connection, select

from rightsdesk.changes.states import INTERRUPTED, STARTED
from rightsdesk.changes.types import Cancel, Outcome, Progress
from rightsdesk.enums.carriers import CarrierId
from rightsdesk.errors import KnownError
from rightsdesk.files.containers import container_of
from rightsdesk.files.opening import opened
from rightsdesk.files.writing.checking import essence_digest
from rightsdesk.store import texts
from rightsdesk.store.database import Database
from rightsdesk.store.joins import RECORDING_FILES, catalogued, within
from rightsdesk.store.schema import changes, files
from rightsdesk.workspace.audio_proof import AudioState, VerifiedFile, VerifyReport
from rightsdesk.workspace.catalogue.filtering import conditions
from rightsdesk.workspace.types.scopes import Filter

_READERS = 2
_AT_ONCE = 16  # files between two cancel checks
_WRITTEN = (Outcome.DONE.value, INTERRUPTED, STARTED)


@dataclass(frozen=True, slots=True)
class _StoredFile:
    """A file as the store knows it. `essence` is None if no digest was stored."""

    path: str
    essence: str | None
    touched: bool


def verify(database: Database, chosen: Filter, progress: Progress, cancel: Cancel) -> VerifyReport:
    """Compare the audio of the filtered files with its digest from before the first change.

    Files that RightsDesk never changed are only listed. So are files without a stored digest: their
    audio today proves nothing.
    """
    stored_files = _stored_files(database, chosen)
    found: list[VerifiedFile] = []
    remaining = iter(stored_files)
    with ThreadPoolExecutor(_READERS, thread_name_prefix="verify") as pool:
        while not cancel.is_set() and (batch := list(islice(remaining, _AT_ONCE))):
            for stored, file in zip(batch, pool.map(_verified, batch), strict=True):
                found.append(file)
                progress(len(found), len(stored_files), stored.path)
    return VerifyReport(tuple(found), len(found) < len(stored_files))


def _verified(stored: _StoredFile) -> VerifiedFile:
    if not stored.touched:
        return VerifiedFile(stored.path, AudioState.UNTOUCHED)
    if stored.essence is None:
        return VerifiedFile(stored.path, AudioState.NOT_RECORDED)
    try:
        with opened(stored.path) as f:
            digest = essence_digest(container_of(f), f)
    except KnownError as error:
        return VerifiedFile(stored.path, AudioState.UNREADABLE, str(error))
    same = digest == stored.essence
    return VerifiedFile(stored.path, AudioState.SAME if same else AudioState.CHANGED)


def _stored_files(database: Database, chosen: Filter) -> list[_StoredFile]:
    query = (
        select(files.c.id, files.c.path, files.c.identity, files.c.essence)
        .select_from(catalogued(RECORDING_FILES))
        .where(conditions(chosen), files.c.missing.is_(False))
        .order_by(files.c.path)
    )
    if chosen.path:
        query = query.where(within(files.c.path, chosen.path))
    written = select(changes.c.target_id).where(
        changes.c.carrier == CarrierId.FILES, changes.c.state.in_(_WRITTEN)
    )
    with database.read() as connection:
        touched = set(connection.execute(written).scalars())
        moved = dict(_moved(connection))
        # A file of several artists has one row per artist.
        rows = list({row.path: row for row in connection.execute(query)}.values())
    return [
        _StoredFile(
            path=texts.load_path(row.path),
            essence=row.essence or moved.get(row.identity),
            touched=row.id in touched or row.essence is not None or row.identity in moved,
        )
        for row in rows
    ]


def _moved(connection: Connection) -> Iterator[tuple[str, str]]:
    """Yields identity and digest of files that are gone from their place.

    A moved or renamed file has the same identity in its new place.
    """
    query = select(files.c.identity, files.c.essence).where(
        files.c.missing.is_(True), files.c.essence.is_not(None), files.c.identity != ""
    )
    for row in connection.execute(query):
        yield row.identity, row.essence
