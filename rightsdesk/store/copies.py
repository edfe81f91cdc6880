"""Backups of the database: consistent, durable, in one file, and checked before use.

A backup is a SQLite database: the tables as they are, and one more table with the files that belong
to the database but lie outside it (`parts`).
"""

from __future__ import annotations

import os
import secrets
import shutil
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from rightsdesk import data_folder
from rightsdesk.enums.causes import Cause
from rightsdesk.sentences import worded
from rightsdesk.store.database import DamagedDatabase, NewerSchema, StoreError, in_words
from rightsdesk.store.migrations import KNOWN, triggers_ever

PARTS = "backup_parts"
"""The table of a backup with files from outside the database: `name`, `content`."""
_NEEDED = ("alembic_version", "artists", "files", "jobs", "changes")
_HEADER = b"SQLite format 3\0"


class NoBackup(StoreError):
    """A file is not a RightsDesk backup."""

    cause = Cause.NO_BACKUP


@dataclass(frozen=True, slots=True)
class Copy:
    """What a backup holds, as checked.

    `revision` is that of the schema, `generation` see `Database.generation`. `parts` are the files
    from outside the database, by name. `artists` is their number.
    """

    revision: str
    generation: int
    parts: Mapping[str, bytes]
    artists: int = 0


def copy(source: Path, target: Path, parts: Mapping[str, bytes], *, replace: bool) -> None:
    """Back up the database at `source` to a new file, also while others write to it.

    The copy is checked before it gets its name, and only this user may open it. Raises
    FileExistsError unless `replace`, Damaged, StoreError and OSError; then there is no new file.
    """
    temporary = target.with_name(f".{target.name}-{secrets.token_hex(4)}.part")
    try:
        with in_words(source):
            data_folder.create_private(temporary)
            with closing(_opened(source)) as old, closing(sqlite3.connect(temporary)) as new:
                old.backup(new)
                _single(new)
                with new:
                    new.execute(f"DROP TABLE IF EXISTS {PARTS}")
                    new.execute(
                        f"CREATE TABLE {PARTS} (name TEXT PRIMARY KEY, content BLOB NOT NULL)"
                    )
                    new.executemany(f"INSERT INTO {PARTS} VALUES (?, ?)", parts.items())
                _look_through(new, source)
        data_folder.sync_file(temporary)
        _publish(temporary, target, replace)
    finally:
        _remove(temporary)


def staged(source: Path, target: Path) -> Copy:
    """Prepare a backup for use: a fully checked database of its own at `target`.

    `source` is only read. Raises NoBackup, Damaged, NewerSchema and OSError.
    """
    with source.open("rb") as file:
        if file.read(len(_HEADER)) != _HEADER:
            raise _no_backup(source)
    data_folder.create_private(target)
    _copy_bytes(source, target)
    log = Path(f"{source}-wal")
    if log.exists():  # a plain copy of a database that was in use
        data_folder.create_private(Path(f"{target}-wal"))
        _copy_bytes(log, Path(f"{target}-wal"))
    with _about(source), closing(_opened(target)) as copied:
        copied.execute("PRAGMA trusted_schema=OFF")
        found = _examined(copied, source)
        copied.execute(f"DROP TABLE IF EXISTS {PARTS}")
        _single(copied)
    data_folder.sync_file(target)
    return found


def generation_of(path: Path) -> int | None:
    """The generation of a backup; None if it cannot be read."""
    try:
        with closing(
            sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
        ) as connection:
            return int(connection.execute("PRAGMA user_version").fetchone()[0])
    except sqlite3.Error:
        return None


def last_job_of(path: Path) -> int:
    """The highest job number in a backup; 0 if it cannot be read."""
    queries = ("SELECT max(id) FROM jobs", "SELECT value FROM settings WHERE name = 'last_job'")
    try:
        with closing(
            sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
        ) as connection:
            rows = [row for query in queries for row in connection.execute(query)]
            return max(int(number or 0) for (number,) in rows)
    except (sqlite3.Error, ValueError):
        return 0


def in_use(path: Path) -> bool:
    """Whether another program has the database open. If not, all data is in its main file.

    A damaged or missing database counts as not in use.
    """
    if not path.exists():
        return False
    try:
        with closing(sqlite3.connect(path, timeout=0, isolation_level=None)) as connection:
            _single(connection)
    except sqlite3.OperationalError as error:
        return "locked" in str(error)
    except sqlite3.DatabaseError:
        return False
    return False


def _opened(path: Path) -> sqlite3.Connection:
    if not path.exists():
        raise sqlite3.OperationalError("unable to open database file")
    return sqlite3.connect(path, timeout=30, isolation_level=None)


def _single(connection: sqlite3.Connection) -> None:
    """Leave WAL mode, so that all data is in one file."""
    connection.execute("PRAGMA journal_mode=DELETE").fetchone()


def _look_through(connection: sqlite3.Connection, path: Path) -> None:
    if connection.execute("PRAGMA quick_check(1)").fetchone() != ("ok",):
        raise DamagedDatabase(path)


def _examined(copied: sqlite3.Connection, source: Path) -> Copy:
    _look_through(copied, source)
    made = copied.execute("SELECT type, name, sql FROM sqlite_master").fetchall()
    ours = set(triggers_ever())
    tables = {name for kind, name, _ in made if kind == "table"}
    # Triggers, views and virtual tables run code of the file's maker: only our own are allowed.
    strange = any(
        (name, sql) not in ours
        if kind == "trigger"
        else kind not in ("table", "index") or (sql or "").upper().startswith("CREATE VIRTUAL")
        for kind, name, sql in made
    )
    if strange or not tables >= set(_NEEDED):
        raise _no_backup(source)
    row = copied.execute("SELECT version_num FROM alembic_version").fetchone()
    if row is None:
        raise _no_backup(source)
    if row[0] not in KNOWN:
        raise NewerSchema(
            worded("The backup {source} was made by a newer RightsDesk.", source=source),
            untouched="Nothing was changed.",
            advice="Update RightsDesk, then restore it.",
        )
    if copied.execute("PRAGMA foreign_key_check").fetchone() is not None:
        raise DamagedDatabase(source, "rows refer to rows that are missing")
    parts = {}
    if PARTS in tables:
        parts = {
            str(name): bytes(content)
            for name, content in copied.execute(f"SELECT name, content FROM {PARTS}")
        }
    (generation,) = copied.execute("PRAGMA user_version").fetchone()
    (artists,) = copied.execute("SELECT count(*) FROM artists").fetchone()
    return Copy(str(row[0]), int(generation), parts, int(artists))


@contextmanager
def _about(source: Path) -> Iterator[None]:
    """Turn SQLite's errors about a copy into errors about its source."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        raise NoBackup(
            worded("The backup {source} is damaged.", source=source),
            untouched="Nothing was changed.",
            advice="Choose another backup.",
        ) from error
    except DamagedDatabase as error:
        raise NoBackup(
            worded("The backup {source} is damaged.", source=source),
            untouched="Nothing was changed.",
            advice="Choose another backup.",
        ) from error


def _no_backup(source: Path) -> NoBackup:
    return NoBackup(
        worded("{source} is no backup of RightsDesk.", source=source),
        untouched="Nothing was changed.",
        advice="Name a file that RightsDesk wrote as a backup.",
    )


def _copy_bytes(source: Path, target: Path) -> None:
    with source.open("rb") as old, target.open("wb") as new:
        shutil.copyfileobj(old, new, 1 << 20)


def _publish(temporary: Path, target: Path, replace: bool) -> None:
    if replace:
        os.replace(temporary, target)
    elif os.name == "nt":
        os.rename(temporary, target)  # refuses to replace on this system
    else:
        try:
            os.link(temporary, target)
        except FileExistsError:
            raise
        except OSError:  # a file system without hard links
            if target.exists():
                raise FileExistsError(target) from None
            os.replace(temporary, target)
    data_folder.sync_folder(target.parent)


def _remove(temporary: Path) -> None:
    for suffix in ("", "-journal", "-wal", "-shm"):
        with suppress(OSError):
            Path(f"{temporary}{suffix}").unlink()
