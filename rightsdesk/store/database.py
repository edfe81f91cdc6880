"""Opening the database: where it is, that its commits last, and which schema it has."""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import URL, Connection, Engine, create_engine, event, text
from sqlalchemy.exc import DatabaseError, OperationalError

from rightsdesk import folding
from rightsdesk.errors import KnownError
from rightsdesk.store.migrations import HEAD, KNOWN

FILE_NAME = "rightsdesk.sqlite3"

_NO_ROOM_TO_OPEN = "SQLITE_IOERR_SHMSIZE"
"""What SQLite calls a disk that is too full for the file which it makes when it opens another:
an I/O error, in words (https://www.sqlite.org/rescode.html#ioerr_shmsize)."""


class StoreError(KnownError):
    """The database cannot be used."""

    cause = "database"


def not_writable(folder: Path) -> StoreError:
    """The refusal to work in a folder that somebody else may write, and this person may not."""
    return StoreError(
        f"RightsDesk may not write its own data in {folder}.",
        untouched="Nothing was changed.",
        advice="Ask whoever owns that folder, or choose another one.",
    )


class NewerSchema(StoreError):
    """A later RightsDesk has worked here; this one would not understand everything."""


class Database:
    """One SQLite database in WAL mode. Reads and writes may come from any thread.

    Writes take turns. Every commit is on the disk when it returns (`synchronous=FULL`):
    the journal's promise rests on it.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.engine = _engine(path)
        self._writing = threading.RLock()
        self._own_writes = 0
        self._watch: sqlite3.Connection | None = None
        self._watching = threading.Lock()
        self._seen: tuple[int, int] | None = None

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A consistent view for reading."""
        with _in_words(self.path), self.engine.connect() as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction: all of it, durably, or on any exception nothing of it."""
        with _in_words(self.path), self._writing, self.engine.connect() as connection:
            connection = connection.execution_options(immediate=True)
            with connection.begin():
                yield connection
            self._own_writes += 1

    def changed_elsewhere(self) -> bool:
        """Whether somebody else has written since this was last asked; the first time not.

        SQLite tells a connection that another one has committed, whosever it is
        (https://www.sqlite.org/pragma.html#pragma_data_version). Where we wrote, too, it
        is left at that: whoever wrote looks again anyway.
        """
        with _in_words(self.path), self._watching:
            if self._watch is None:
                self._watch = sqlite3.connect(self.path, check_same_thread=False)
            own, before = self._own_writes, self._seen
            (version,) = self._watch.execute("PRAGMA data_version").fetchone()
            self._seen = version, own
        return before is not None and before[0] != version and before[1] == own

    def migrate(self) -> None:
        """Bring the schema to this version. Raises NewerSchema where it is ahead of us."""
        revision = self._revision()
        if revision == HEAD:
            return
        if revision is not None and revision not in KNOWN:
            raise NewerSchema(
                "These data were made by a newer RightsDesk.",
                untouched="Nothing was changed.",
                advice="Please update RightsDesk, or choose another data folder.",
            )
        from rightsdesk.store.migrations import upgrade

        with self.write() as connection:
            upgrade(connection)

    def close(self) -> None:
        """Close all connections."""
        with self._watching:
            if self._watch is not None:
                self._watch.close()
                self._watch = None
        self.engine.dispose()

    def _revision(self) -> str | None:
        with self.read() as connection:
            table = text("SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'")
            if connection.execute(table).first() is None:
                return None
            row = connection.execute(text("SELECT version_num FROM alembic_version")).first()
            return str(row[0]) if row else None


def _engine(path: Path) -> Engine:
    engine = create_engine(
        URL.create("sqlite", database=os.fspath(path)),  # a path is no address: "?" is a letter
        connect_args={"timeout": 30},
        hide_parameters=True,  # what people keep here has no place in an error's words
    )

    @event.listens_for(engine, "connect")
    def _prepare(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None  # SQLAlchemy's events below begin and end
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}")
        # SQLite's own lower() knows no letters beyond ASCII.
        connection.create_function("folded", 1, _folded, deterministic=True)
        connection.create_function("unaccented", 1, _unaccented, deterministic=True)

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        immediate = connection.get_execution_options().get("immediate")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")

    return engine


def _folded(text: str | None) -> str:
    return folding.folded(text or "")


def _unaccented(text: str | None) -> str:
    return folding.unaccented(text or "")


@contextmanager
def _in_words(path: Path) -> Iterator[None]:
    try:
        yield
    except OperationalError as error:
        raise StoreError(_sentence(error, path), untouched="Nothing was saved just now.") from error
    except DatabaseError as error:
        if "not a database" in str(error) or "malformed" in str(error):
            raise StoreError(f"RightsDesk's own data in {path} are damaged.") from error
        raise


def _sentence(error: OperationalError, path: Path) -> str:
    reason = str(error.orig).lower()
    if "full" in reason or getattr(error.orig, "sqlite_errorname", "") == _NO_ROOM_TO_OPEN:
        return f"The disk with RightsDesk's own data is full ({path.parent})."
    if "readonly" in reason or "unable to open" in reason:
        return f"RightsDesk may not write its own data in {path.parent}."
    if "locked" in reason:
        return "Another program is holding RightsDesk's own data."
    if "disk i/o" in reason:
        return f"The disk with RightsDesk's own data reports an error ({path.parent})."
    raise error
