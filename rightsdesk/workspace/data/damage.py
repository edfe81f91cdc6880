"""Which tables of a damaged database are affected, and what can still be read of them."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from rightsdesk import phrases
from rightsdesk.sentences import worded


@dataclass(frozen=True, slots=True)
class DamagedTable:
    """A table in which SQLite finds damage.

    `rows` are those that can be read one after the other, until the first that can't. `to_end` if
    there is no such one: then an index is damaged, or a row holds a value that was not written so.
    """

    name: str
    rows: int
    to_end: bool


@dataclass(frozen=True, slots=True)
class Damage:
    """The damaged tables, and how many tables are sound."""

    tables: tuple[DamagedTable, ...]
    sound: int


def find_damage(path: Path) -> Damage:
    """Check each table of a database file. Only reads.

    Raises sqlite3.Error if the list of tables can't be read.
    """
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as connection:
        connection.execute("PRAGMA trusted_schema=OFF")
        connection.text_factory = bytes
        query = "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name"
        names = [name.decode("utf-8", "replace") for (name,) in connection.execute(query)]
        tables = tuple(
            DamagedTable(name, *_readable(connection, name))
            for name in names
            if not _is_sound(connection, name)
        )
    return Damage(tables, len(names) - len(tables))


def damage_words(damage: Damage) -> Iterator[str]:
    """What is damaged, a sentence for each table, and what is not."""
    for table in damage.tables:
        rows = phrases.counted(table.rows, "row")
        yield (
            worded(
                "Damaged: the table “{table}”. All of its rows can be read ({rows}); an index or a "
                "value is damaged.",
                table=table.name,
                rows=rows,
            )
            if table.to_end
            else worded(
                "Damaged: the table “{table}”. {rows} can be read, up to the damage.",
                table=table.name,
                rows=rows,
            )
        )
    if damage.tables:
        yield worded("Tables without damage: {number}.", number=damage.sound)


def _is_sound(connection: sqlite3.Connection, name: str) -> bool:
    try:
        return connection.execute(f"PRAGMA quick_check({_quoted(name)})").fetchall() == [(b"ok",)]
    except sqlite3.DatabaseError:
        return False


def _readable(connection: sqlite3.Connection, name: str) -> tuple[int, bool]:
    rows = 0
    try:
        for _ in connection.execute(f"SELECT * FROM {_quoted(name)} NOT INDEXED"):
            rows += 1
    except sqlite3.DatabaseError:
        return rows, False
    return rows, True


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
