"""Opens the database of a data folder: checks that it is whole, and the one that was last used."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, update

from rightsdesk import data_folder
from rightsdesk.errors import KnownError
from rightsdesk.ledger.chain import ChainFault, Head
from rightsdesk.sentences import worded
from rightsdesk.store import state
from rightsdesk.store.database import FILE_NAME, DamagedDatabase, Database, not_writable
from rightsdesk.store.deeds import DeedKind, head, note
from rightsdesk.store.numbers import keep_last_job, last_job
from rightsdesk.store.schema import files, items, sidecars
from rightsdesk.store.state import DatabaseState
from rightsdesk.workspace.catalogue.unread import NOT_READ_AGAIN
from rightsdesk.workspace.data import backups, ledger, stored_values

_OLDER = (
    "An older state of RightsDesk's own data was restored. Jobs that were done since "
    "are not in the journal, so they can't be undone here. What files and platforms say is "
    "unknown until they are read again: rescan the folders, then check the platforms."
)
_GONE = (
    "RightsDesk's database is gone, so a new one was created. To restore a backup: "
    "rightsdesk restore FILE. RightsDesk's own backups are in {folder}."
)


_SMALLEST = 512
"""Bytes of the smallest database, one page (https://www.sqlite.org/fileformat.html#pages)."""


class OpenedDatabase:
    """An open database, with notes for the person. `close` records how it is left.

    `ledger_fault` is what did not fit in the newest part of the history, if anything.
    """

    def __init__(
        self,
        folder: Path,
        database: Database,
        noted: DatabaseState,
        notes: Sequence[str],
        ledger_fault: ChainFault | None = None,
    ) -> None:
        self.database = database
        self.notes = tuple(notes)
        self.ledger_fault = ledger_fault
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
        generation, newest = self._noted.generation, self._noted.head
        with suppress(KnownError):
            generation = max(generation, self.database.generation)
            newest = self._head()
        self.database.close()
        size, mtime_ns = state.left(self.database.path)
        self.note(
            replace(
                self._noted,
                generation=generation,
                size=size,
                mtime_ns=mtime_ns,
                entry=newest.number,
                entry_hash=newest.hash,
            )
        )

    def _head(self) -> Head:
        """The ledger's head to note; the one noted so far while the ledger is not whole, so that
        each opening says it again."""
        if self.ledger_fault is not None:
            return self._noted.head
        with self.database.read() as connection:
            return head(connection)

    def _note_change(self, generation: int) -> None:
        """Record the first change, so that an older copy is noticed even after a kill."""
        if not self._changed:
            self._changed = True
            self.note(replace(self._noted, generation=generation, size=-1, mtime_ns=-1))

    def _note_job(self, number: int) -> None:
        self.note(replace(self._noted, jobs=max(number, self._noted.jobs)))

    def note(self, noted: DatabaseState) -> None:
        """Write the state to the data folder if it is new."""
        if noted != self._noted:
            self._noted = noted
            noted.write(self._folder)


def open_database(folder: Path, now: datetime) -> OpenedDatabase:
    """Open a data folder's database; create, check or update it if needed.

    It is checked after an unclean end, if its file was changed, and once a day. It is backed up
    before its schema changes, and once a day.

    Raises NotPrivate, Damaged, NewerSchema, AnotherAtWork and StoreError.
    """
    try:
        data_folder.prepare(folder)
        backups.finish_begun(folder)
    except OSError as error:
        raise not_writable(folder) from error
    path, recorded = folder / FILE_NAME, DatabaseState.read(folder)
    new_state = recorded
    was_there = path.exists()
    size = path.stat().st_size if was_there else 0
    if was_there and recorded.generation and not size:
        raise DamagedDatabase(path, "the file is empty")
    if 0 < size < _SMALLEST:
        raise DamagedDatabase(path, "the file is cut off")
    database = Database(path)
    try:
        is_vouched_for = was_there and recorded.vouches_for(path, now)
        if not is_vouched_for:
            database.check()
            new_state = replace(recorded, checked_at=state.stamp(now))
        generation = database.generation
        is_new = database.revision() is None
        if is_new and database.has_tables():
            raise DamagedDatabase(path, "another program made this database")
        database.migrate(before=lambda _revision: backups.before_update(folder, now))
        database.check_schema()
        if not (is_vouched_for or is_new):
            stored_values.check_values(database)
        said, noted_head = "", recorded.head
        if generation < recorded.generation:
            said = worded(_GONE, folder=folder / backups.FOLDER) if is_new else _OLDER
            _mark_all_unread(database)
            noted_head = _note_restored(database, recorded.head)
            new_state = replace(new_state, entry=noted_head.number, entry_hash=noted_head.hash)
            database.raise_generation(recorded.generation)
        elif not is_new:
            said = backups.daily(folder, generation, now)
        elif backups.has_remains(folder):
            said = worded(_GONE, folder=folder / backups.FOLDER)
        new_state = replace(new_state, jobs=_continue_job_ids(database, recorded.jobs))
        fault = ledger.check_newest(path, noted_head)
        notes = (said, ledger.opening_note(fault) if fault else "")
        opened = OpenedDatabase(folder, database, recorded, [*filter(None, notes)], fault)
        if database.generation != recorded.generation:
            new_state = replace(new_state, generation=database.generation, size=-1, mtime_ns=-1)
        opened.note(new_state)
        return opened
    except BaseException:
        database.close()
        raise


def _continue_job_ids(database: Database, jobs: int) -> int:
    """The highest job id ever used, here or in the database that was here before."""
    with database.read() as connection:
        highest = last_job(connection)
    if highest >= jobs:
        return highest
    with database.write() as connection:
        keep_last_job(connection, jobs)
    return jobs


def _note_restored(database: Database, lost: Head) -> Head:
    """Write down that the ledger goes on from an older state, and how far it had come before.

    Returns its head from now on.
    """
    with database.write() as connection:
        there = head(connection)
        note(
            connection,
            DeedKind.DATA_RESTORED,
            before={"entry": lost.number, "hash": lost.hash},
            after={"entry": there.number, "hash": there.hash},
        )
        return head(connection)


def _mark_all_unread(database: Database) -> None:
    """Mark all files and items as unread: what is known of them is from another time.

    The next reading then reports no drift.
    """
    with database.write() as connection:
        _files(connection)
        _items(connection)


def _files(connection: Connection) -> None:
    unread = {"problem": NOT_READ_AGAIN, "identity": ""}
    existing = files.c.missing.is_(False)
    # Without a container the next reading counts as the first, so there is no drift.
    connection.execute(update(files).where(existing).values(**unread, container="", drift=""))
    connection.execute(update(sidecars).values(**unread))


def _items(connection: Connection) -> None:
    existing = items.c.gone.is_(False)
    unread = {"problem": NOT_READ_AGAIN, "stamp": "", "seen_at": "", "drift": ""}
    connection.execute(update(items).where(existing).values(**unread))
