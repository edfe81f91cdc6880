"""Proof that the audio is what it was: read again, and compared with what was noted.

When RightsDesk changes a file for the first time, it notes the digest of its audio as it
was before. Comparing needs nothing but that and the file.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice

from sqlalchemy import Connection, select

from rightsdesk.changes.types import FILES, Cancel, Progress
from rightsdesk.errors import KnownError
from rightsdesk.files.containers import container_of
from rightsdesk.files.opening import opened
from rightsdesk.files.writing.checking import essence_digest
from rightsdesk.store import texts
from rightsdesk.store.database import Database
from rightsdesk.store.joins import RECORDING_FILES, catalogued, within
from rightsdesk.store.schema import changes, files
from rightsdesk.workspace.catalogue.filtering import conditions
from rightsdesk.workspace.types import Filter
from rightsdesk.workspace.verdicts import Verdict, VerifiedFile, VerifyReport

_READERS = 2
_AT_ONCE = 16  # files between two looks at whether to stop
_WRITTEN = ("done", "interrupted", "started")


@dataclass(frozen=True, slots=True)
class _Held:
    """A file as the store knows it. `essence` is None while nothing was noted."""

    path: str
    essence: str | None
    touched: bool


def verify(database: Database, chosen: Filter, progress: Progress, cancel: Cancel) -> VerifyReport:
    """Compare the audio of a filter's files with what it was.

    Files that RightsDesk never changed are only named, and so are those of which nothing was
    noted before that: what their audio is now proves nothing.
    """
    held = _held(database, chosen)
    found: list[VerifiedFile] = []
    rest = iter(held)
    with ThreadPoolExecutor(_READERS, thread_name_prefix="verify") as pool:
        while not cancel.is_set() and (some := list(islice(rest, _AT_ONCE))):
            for one, file in zip(some, pool.map(_look, some), strict=True):
                found.append(file)
                progress(len(found), len(held), one.path)
    return VerifyReport(tuple(found), len(found) < len(held))


def _look(held: _Held) -> VerifiedFile:
    if not held.touched:
        return VerifiedFile(held.path, Verdict.UNTOUCHED)
    if held.essence is None:
        return VerifiedFile(held.path, Verdict.NOT_RECORDED)
    try:
        with opened(held.path) as f:
            digest = essence_digest(container_of(f), f)
    except KnownError as error:
        return VerifiedFile(held.path, Verdict.UNREADABLE, str(error))
    same = digest == held.essence
    return VerifiedFile(held.path, Verdict.SAME if same else Verdict.CHANGED)


def _held(database: Database, chosen: Filter) -> list[_Held]:
    query = (
        select(files.c.id, files.c.path, files.c.identity, files.c.essence)
        .select_from(catalogued(RECORDING_FILES))
        .where(conditions(chosen), files.c.missing.is_(False))
        .order_by(files.c.path)
    )
    if chosen.path:
        query = query.where(within(files.c.path, chosen.path))
    written = select(changes.c.target_id).where(
        changes.c.carrier == FILES, changes.c.state.in_(_WRITTEN)
    )
    with database.read() as connection:
        touched = set(connection.execute(written).scalars())
        moved = dict(_moved(connection))
        # A file of several artists has a row for each of them.
        rows = list({row.path: row for row in connection.execute(query)}.values())
    return [
        _Held(
            path=texts.load_path(row.path),
            essence=row.essence or moved.get(row.identity),
            touched=row.id in touched or row.essence is not None or row.identity in moved,
        )
        for row in rows
    ]


def _moved(connection: Connection) -> Iterator[tuple[str, str]]:
    """What was noted of files that are gone from their place, by their identity.

    A file that was moved or renamed has the same one at its new place.
    """
    query = select(files.c.identity, files.c.essence).where(
        files.c.missing.is_(True), files.c.essence.is_not(None), files.c.identity != ""
    )
    for row in connection.execute(query):
        yield row.identity, row.essence
