"""The database: its location, durable commits, and schema version."""

from __future__ import annotations

import os
import re
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from sqlalchemy import URL, Connection, Engine, create_engine, event, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import ConnectionPoolEntry

from rightsdesk import data_folder, folding
from rightsdesk.enums.causes import Cause
from rightsdesk.errors import KnownError
from rightsdesk.sentences import worded
from rightsdesk.store import search
from rightsdesk.store.migrations import HEAD, KNOWN
from rightsdesk.store.schema import metadata

FILE_NAME = "rightsdesk.sqlite3"

_NO_ROOM_TO_OPEN = "SQLITE_IOERR_SHMSIZE"
"""SQLite's error for a disk too full for the extra file it creates on opening: an I/O error, by
message (https://www.sqlite.org/rescode.html#ioerr_shmsize)."""


_MISSING = re.compile("no such (?:table|column)|malformed json|unsupported file format")
_NO_TEXT = "could not decode to utf-8"
"""Messages of SQLite, and of Python for a column, if the file holds other data than was written.
The second message quotes the column."""

_MOST_COUNTED = 2**31 - 1
"""The file header stores the number in four bytes."""


class StoreError(KnownError):
    """The database cannot be used."""

    cause = Cause.DATABASE


def not_writable(folder: Path) -> StoreError:
    """The error for a folder that another user owns and this user may not write to."""
    return StoreError(
        worded("RightsDesk may not write its own data in {folder}.", folder=folder),
        untouched="Nothing was changed.",
        advice="Ask the owner of that folder, or choose another one.",
    )


class DamagedDatabase(StoreError):
    """The database file holds data that RightsDesk did not write."""

    cause = Cause.DATABASE_DAMAGED

    def __init__(self, path: Path, detail: str = "") -> None:
        super().__init__(
            worded(
                "RightsDesk's own data in {path} are damaged ({detail})."
                if detail
                else "RightsDesk's own data in {path} are damaged.",
                path=path,
                detail=detail,
            ),
            untouched="Nothing is reported from them, and your music was not touched.",
            advice=worded(
                "Bring a backup back: rightsdesk restore FILE. RightsDesk's own backups are in "
                "{folder}.",
                folder=path.parent / "backups",
            ),
        )


class NewerSchema(StoreError):
    """A newer RightsDesk has migrated this database; this version would not understand all of
    it."""

    cause = Cause.NEWER_SCHEMA


class Database:
    """A SQLite database in WAL mode. Reads and writes may come from any thread.

    Writes are serialised. Every commit is on disk when it returns (`synchronous=FULL`); the
    journal's guarantees depend on it.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        with suppress(OSError):  # SQLite's message names it
            data_folder.create_private(path)  # the WAL file gets the same mode
        self.engine = _engine(path)
        self._closed = False
        event.listen(self.engine, "checkin", self._given_back)
        self.on_change: Callable[[int], object] = lambda _generation: None
        """Called with the generation after each transaction that changed something."""
        self.on_job: Callable[[int], object] = lambda _number: None
        """Called with the number of each new job."""
        self._writing = threading.RLock()
        self._own_writes = 0
        self._watch: sqlite3.Connection | None = None
        self._watching = threading.Lock()
        self._seen: tuple[int, int] | None = None

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A consistent snapshot for reading."""
        with in_words(self.path), self.engine.connect() as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction: fully durable, or without any effect after an exception."""
        with in_words(self.path), self._writing, self.engine.connect() as connection:
            connection = connection.execution_options(immediate=True)
            with connection.begin():
                before = _rows_changed(connection)
                yield connection
                changed = 0
                if _rows_changed(connection) != before:
                    search.refresh(connection)
                    count = connection.exec_driver_sql("PRAGMA user_version").scalar_one()
                    changed = _next(count)
                    connection.exec_driver_sql(f"PRAGMA user_version = {changed}")
            self._own_writes += 1
        if changed:
            self.on_change(changed)

    @property
    def generation(self) -> int:
        """The number of transactions that have changed this database.

        It only grows, so it reveals an older copy of the database. It is stored in SQLite's user
        version and so changes atomically with the data
        (https://www.sqlite.org/pragma.html#pragma_user_version).
        """
        with self.read() as connection:
            return int(connection.exec_driver_sql("PRAGMA user_version").scalar_one())

    def raise_generation(self, least: int) -> None:
        """Make the generation greater than `least`."""
        with in_words(self.path), self._writing, self.engine.connect() as connection:
            connection = connection.execution_options(immediate=True)
            with connection.begin():
                count = connection.exec_driver_sql("PRAGMA user_version").scalar_one()
                higher = _next(max(count, least))
                connection.exec_driver_sql(f"PRAGMA user_version = {higher}")

    def check(self) -> None:
        """Check the whole file. Raises Damaged.

        Takes about a third of a second for 100,000 files (160 MB).
        """
        with self.read() as connection:
            answer = connection.exec_driver_sql("PRAGMA quick_check(1)").scalar_one()
        if answer != "ok":
            raise DamagedDatabase(self.path)

    def check_schema(self) -> None:
        """Check that each table has its columns. Raises Damaged."""
        query = text("SELECT m.name, c.name FROM sqlite_master m, pragma_table_info(m.name) c")
        with self.read() as connection:
            existing = {(table, column) for table, column in connection.execute(query)}
        for table in metadata.sorted_tables:
            if any((table.name, column.name) not in existing for column in table.columns):
                raise DamagedDatabase(self.path, f"the table “{table.name}” is not as it was made")

    def changed_elsewhere(self) -> bool:
        """Whether another connection has written since the last call; False on the first call.

        Uses SQLite's data version, which counts commits of other connections
        (https://www.sqlite.org/pragma.html#pragma_data_version). If this process wrote too, returns
        False: the writer refreshes anyway.
        """
        with in_words(self.path), self._watching:
            if self._closed:
                return False
            if self._watch is None:
                self._watch = sqlite3.connect(self.path, check_same_thread=False)
            own, before = self._own_writes, self._seen
            (version,) = self._watch.execute("PRAGMA data_version").fetchone()
            self._seen = version, own
        return before is not None and before[0] != version and before[1] == own

    def migrate(self, before: Callable[[str], None] = lambda _revision: None) -> None:
        """Migrate the schema to this version. Raises NewerSchema if it is newer.

        `before` is called with the current revision if that is an older one.
        """
        revision = self.revision()
        if revision == HEAD:
            return
        if revision is not None and revision not in KNOWN:
            raise NewerSchema(
                "These data were made by a newer RightsDesk.",
                untouched="Nothing was changed.",
                advice="Please update RightsDesk, or choose another data folder.",
            )
        if revision is not None:
            before(revision)
        from rightsdesk.store.migrations import upgrade

        with self.write() as connection:
            upgrade(connection)

    def has_tables(self) -> bool:
        """Whether there are any tables, of whatever program."""
        with self.read() as connection:
            return connection.execute(text("SELECT 1 FROM sqlite_master")).first() is not None

    def close(self) -> None:
        """Close all connections: those that other threads read by, when they are given back."""
        with self._watching:
            self._closed = True
            if self._watch is not None:
                self._watch.close()
                self._watch = None
        self.engine.dispose()

    def _given_back(self, _driver: object, entry: ConnectionPoolEntry) -> None:
        if self._closed:  # the pool has closed what it held, and closes nothing later
            entry.invalidate()

    def revision(self) -> str | None:
        """The schema's revision; None if there is no schema yet."""
        with self.read() as connection:
            table = text("SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'")
            if connection.execute(table).first() is None:
                return None
            row = connection.execute(text("SELECT version_num FROM alembic_version")).first()
            return str(row[0]) if row else None


def _engine(path: Path) -> Engine:
    engine = create_engine(
        URL.create(
            "sqlite", database=os.fspath(path)
        ),  # the path is not a URI: "?" is a plain character
        connect_args={"timeout": 30},
        hide_parameters=True,  # error messages must not contain people's data
    )

    @event.listens_for(engine, "connect")
    def _prepare(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None  # SQLAlchemy's events below begin and end transactions
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            "secure_delete=ON",
        ):
            _set(connection, pragma)
        # SQLite's own lower() handles ASCII only.
        connection.create_function("folded", 1, _folded, deterministic=True)
        connection.create_function("unaccented", 1, _unaccented, deterministic=True)

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        immediate = connection.get_execution_options().get("immediate")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")

    return engine


def _set(connection: sqlite3.Connection, pragma: str) -> None:
    try:
        connection.execute(f"PRAGMA {pragma}")
    except UnicodeDecodeError:  # SQLite quotes the schema that it cannot read
        raise sqlite3.DatabaseError("malformed database schema") from None


def _folded(text: str | None) -> str:
    return folding.folded(text or "")


def _unaccented(text: str | None) -> str:
    return folding.unaccented(text or "")


def _rows_changed(connection: Connection) -> int:
    driver = connection.connection.driver_connection
    assert isinstance(driver, sqlite3.Connection)
    return driver.total_changes


def _next(generation: int) -> int:
    return generation + 1 if generation < _MOST_COUNTED else 1


@contextmanager
def in_words(path: Path) -> Iterator[None]:
    """Turn SQLite's exceptions into StoreError, except those that only a bug can cause."""
    try:
        yield
    except (DBAPIError, sqlite3.DatabaseError) as error:
        cause = error.orig if isinstance(error, DBAPIError) else error
        store_error = (
            _store_error(cause, path) if isinstance(cause, sqlite3.DatabaseError) else None
        )
        if store_error is None:
            raise
        raise store_error from error


def _store_error(error: sqlite3.DatabaseError, path: Path) -> StoreError | None:
    reason = str(error).lower()
    if _NO_TEXT in reason:
        return DamagedDatabase(path, "a text is no text")
    if type(error) is sqlite3.DatabaseError or _MISSING.search(reason):
        return DamagedDatabase(
            path, "" if "malformed" in reason or "not a database" in reason else reason
        )
    if not isinstance(error, sqlite3.OperationalError):
        return None
    sentence = _sentence(reason, getattr(error, "sqlite_errorname", ""), path)
    return StoreError(sentence, untouched="Nothing was saved just now.") if sentence else None


def _sentence(reason: str, name: str, path: Path) -> str:
    if "full" in reason or name == _NO_ROOM_TO_OPEN:
        return worded("The disk with RightsDesk's own data is full ({folder}).", folder=path.parent)
    if "readonly" in reason or "unable to open" in reason:
        return worded("RightsDesk may not write its own data in {folder}.", folder=path.parent)
    if "locked" in reason:
        return worded("Another program is holding RightsDesk's own data.")
    if "disk i/o" in reason:
        return worded(
            "The disk with RightsDesk's own data reports an error ({folder}).", folder=path.parent
        )
    return ""
