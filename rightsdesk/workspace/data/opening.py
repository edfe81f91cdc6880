"""Opening the database of a data folder: is it whole, and is it the one that was there last?"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, update

from rightsdesk import data_folder
from rightsdesk.errors import KnownError
from rightsdesk.store import state
from rightsdesk.store.database import FILE_NAME, Damaged, Database, not_writable
from rightsdesk.store.numbers import keep_last_job, last_job
from rightsdesk.store.schema import files, items, sidecars
from rightsdesk.store.state import DatabaseState
from rightsdesk.workspace.data import backups

NOT_READ_AGAIN = (
    "Not read again since an older state of RightsDesk's data came back: what it says now is "
    "unknown."
)

_OLDER = (
    "An older state of RightsDesk's own data came back. Jobs that were done since "
    "are not in the journal, so they can't be undone here. What files and platforms say is "
    "unknown until they are read again: scan, then look."
)
_GONE = (
    "RightsDesk's database is no longer there, so a new one was begun. To bring a backup back: "
    "rightsdesk restore FILE. RightsDesk's own backups are in {folder}."
)


class Opened:
    """A database that was opened, with what there is to tell. `close` notes how it is left."""

    def __init__(
        self, folder: Path, database: Database, noted: DatabaseState, notes: Sequence[str]
    ) -> None:
        self.database = database
        self.notes = tuple(notes)
        self._folder = folder
        self._noted = noted
        self._closed = self._changed = False
        database.on_change = self._note_change
        database.on_job = self._note_job

    def close(self) -> None:
        """Close the database. May be called again."""
        if self._closed:
            return
        self._closed = True
        generation = self._noted.generation
        with suppress(KnownError):
            generation = max(generation, self.database.generation)
        self.database.close()
        size, mtime_ns = state.left(self.database.path)
        self.note(replace(self._noted, generation=generation, size=size, mtime_ns=mtime_ns))

    def _note_change(self, generation: int) -> None:
        """Note the first change: killed after it, an older copy shows all the same."""
        if not self._changed:
            self._changed = True
            self.note(replace(self._noted, generation=generation, size=-1, mtime_ns=-1))

    def _note_job(self, number: int) -> None:
        self.note(replace(self._noted, jobs=max(number, self._noted.jobs)))

    def note(self, noted: DatabaseState) -> None:
        """Write down what is new."""
        if noted != self._noted:
            self._noted = noted
            noted.write(self._folder)


def open_database(folder: Path, now: datetime) -> Opened:
    """Open a data folder's database, made, looked through and brought up to date where needed.

    It is looked through after an end that was not clean, where its file is not as it was left,
    and once a day. Before its schema changes, and once a day, it is backed up. Raises NotPrivate,
    Damaged, NewerSchema, AnotherAtWork and StoreError.
    """
    try:
        data_folder.prepare(folder)
        backups.finish_begun(folder)
    except OSError as error:
        raise not_writable(folder) from error
    path, noted = folder / FILE_NAME, DatabaseState.read(folder)
    checked = noted
    was_there = path.exists()
    if was_there and noted.generation and not path.stat().st_size:
        raise Damaged(path, "the file is empty")
    database = Database(path)
    try:
        if not (was_there and noted.vouches_for(path, now)):
            database.check()
            checked = replace(noted, checked_at=state.stamp(now))
        generation = database.generation
        is_new = database.revision() is None
        database.migrate(before=lambda _revision: backups.before_update(folder, now))
        database.check_schema()
        note = ""
        if generation < noted.generation:
            note = _GONE.format(folder=folder / backups.FOLDER) if is_new else _OLDER
            _claim_nothing(database)
            database.raise_generation(noted.generation)
        elif not is_new:
            note = backups.daily(folder, generation, now)
        checked = replace(checked, jobs=_go_on_counting(database, noted.jobs))
        opened = Opened(folder, database, noted, [note] if note else [])
        if database.generation != noted.generation:
            checked = replace(checked, generation=database.generation, size=-1, mtime_ns=-1)
        opened.note(checked)
        return opened
    except BaseException:
        database.close()
        raise


def _go_on_counting(database: Database, jobs: int) -> int:
    """The highest number that a job ever had, here or in the database that was here before."""
    with database.read() as connection:
        known = last_job(connection)
    if known >= jobs:
        return known
    with database.write() as connection:
        keep_last_job(connection, jobs)
    return jobs


def _claim_nothing(database: Database) -> None:
    """All that is known of files and items is from another time: unknown until read again, and
    what is found then was not done by others."""
    with database.write() as connection:
        _files(connection)
        _items(connection)


def _files(connection: Connection) -> None:
    unread = {"problem": NOT_READ_AGAIN, "identity": ""}
    known = files.c.missing.is_(False)
    # A container is known of what was read: without one, the next reading is the first.
    connection.execute(update(files).where(known).values(**unread, container="", drift=""))
    connection.execute(update(sidecars).values(**unread))


def _items(connection: Connection) -> None:
    there = items.c.gone.is_(False)
    unread = {"problem": NOT_READ_AGAIN, "stamp": "", "seen_at": "", "drift": ""}
    connection.execute(update(items).where(there).values(**unread))
