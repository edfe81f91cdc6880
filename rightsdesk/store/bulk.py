"""Bulk reads and writes of rows, without an object per row."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from operator import itemgetter
from typing import Any, cast

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Select,
    Table,
    bindparam,
    func,
    select,
    update,
)
from sqlalchemy.dialects import sqlite
from sqlalchemy.dialects.sqlite import Insert, insert
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.schema import ScalarElementColumnDefault

from rightsdesk.sentence_data import dump_sentence, load_sentence
from rightsdesk.store.sentence_text import SentenceText

_DIALECT = sqlite.dialect()
_AT_ONCE = 1000
_IN_ONE_QUERY = 500


def insertion(table: Table, columns: Sequence[str]) -> Insert:
    """An INSERT with a placeholder for each of these columns, in that order."""
    return insert(table).values({table.c[name]: bindparam(name) for name in columns})


def write_many(
    connection: Connection,
    statement: Insert,
    columns: Sequence[str],
    rows: Sequence[tuple[Any, ...]],
) -> None:
    """Run an `insertion`, or a statement made from one, for each row of values.

    Values go to the driver unchanged: plain numbers, texts and bytes. Only sentences are stored
    with their form. Other columns get their plain default; other parameters of the statement get
    their own value.
    """
    if not rows:
        return
    of_table = cast(Table, statement.table).c
    stored: Iterable[tuple[Any, ...]] = rows
    for place, name in enumerate(columns):
        if name in of_table and isinstance(of_table[name].type, SentenceText):
            stored = _changed(stored, place, dump_sentence)
    compiled = _compiled(statement)
    wanted = list(compiled.positiontup or ())
    if not set(columns) <= set(wanted):
        raise ValueError(f"the statement wants {wanted}")
    if wanted != list(columns):
        defaulted = [name for name in wanted if name not in columns]
        constants = compiled.params
        defaults = tuple(
            _default(of_table[name]) if name in of_table else constants[name] for name in defaulted
        )
        in_order = itemgetter(*map([*columns, *defaulted].index, wanted))
        stored = (in_order(row + defaults) for row in stored)
    connection.exec_driver_sql(str(compiled), list(stored))


def _changed(
    rows: Iterable[tuple[Any, ...]], place: int, change: Callable[[str], str]
) -> Iterator[tuple[Any, ...]]:
    """The rows with the text at a place changed. Most are "" there, and cost next to nothing."""
    for row in rows:
        if (text := row[place]) and (changed := change(text)) is not text:
            row = (*row[:place], changed, *row[place + 1 :])
        yield row


@lru_cache(maxsize=64)
def _compiled(statement: Insert) -> SQLCompiler:
    """The SQL of a statement, which is a constant of a module: it takes longer than many rows."""
    return statement.compile(dialect=_DIALECT)


def _default(column: Column[Any]) -> Any:
    if not isinstance(column.default, ScalarElementColumnDefault):
        raise ValueError(f"{column} has no plain default")
    return column.default.arg


def update_many(
    connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]], *, by: str = "id"
) -> None:
    """Update columns of many rows. All `rows` name the same columns; `by` are those that find a
    row."""
    if not rows:
        return
    names = {name: f"new_{name}" for name in rows[0]}
    values: dict[str, Any] = {name: bindparam(new) for name, new in names.items() if name != by}
    statement = update(table).where(table.c[by] == bindparam(names[by])).values(values)
    connection.execute(statement, [{names[k]: v for k, v in row.items()} for row in rows])


def next_id(connection: Connection, column: Column[int]) -> int:
    """The id for the next row. Within a write transaction no other writer can take it."""
    return (connection.execute(select(func.max(column))).scalar() or 0) + 1


def read_many(connection: Connection, query: Select[*tuple[Any, ...]]) -> Iterator[tuple[Any, ...]]:
    """Rows as the driver returns them: plain numbers (also for booleans), texts and bytes.

    Sentences get their form. For hundreds of thousands of rows. Exhaust it before the connection
    does anything else.
    """
    rows = _fetched(connection, query)
    for place, column in enumerate(query.selected_columns):
        if isinstance(column.type, SentenceText):
            rows = _changed(rows, place, load_sentence)
    return rows


def _fetched(connection: Connection, query: Select[*tuple[Any, ...]]) -> Iterator[tuple[Any, ...]]:
    result = connection.execute(query)
    cursor = result.cursor
    assert cursor is not None  # a SELECT always has a cursor
    while rows := cursor.fetchmany(_AT_ONCE):
        yield from rows
    result.close()


def any_of(column: Column[Any], values: Collection[Any]) -> Iterator[ColumnElement[bool]]:
    """Conditions, one per query, that together select the rows whose column is one of these
    values."""
    every = list(values)
    for start in range(0, len(every), _IN_ONE_QUERY):
        yield column.in_(every[start : start + _IN_ONE_QUERY])


def rows_of(
    connection: Connection, column: Column[Any], values: Collection[Any]
) -> Iterator[dict[str, Any]]:
    """The rows of the column's table in which it is one of these values."""
    for part in any_of(column, values):
        for row in connection.execute(select(column.table).where(part)):
            yield dict(row._mapping)


def values_of(
    connection: Connection, wanted: Column[Any], column: Column[Any], values: Collection[Any]
) -> set[Any]:
    """The values of a column, except NULL, in rows where another column is one of these values."""
    return {
        value
        for part in any_of(column, values)
        for value in connection.execute(select(wanted).where(part)).scalars()
        if value is not None
    }


def numbers_in(numbers: Collection[int]) -> Select[tuple[int]]:
    """A subquery that gives these numbers, however many: for `column.in_(…)`."""
    listed = func.json_each("[" + ",".join(map(str, numbers)) + "]").table_valued("value")
    return select(listed.c.value)
