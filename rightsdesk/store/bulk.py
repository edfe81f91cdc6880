"""Writing and reading many rows at once, without an object for each."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
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
from sqlalchemy.dialects.sqlite import Insert, insert
from sqlalchemy.sql.schema import ScalarElementColumnDefault

_AT_ONCE = 1000
_IN_ONE_QUERY = 500


def insertion(table: Table, columns: Sequence[str]) -> Insert:
    """An INSERT with a place for the value of each of these columns, in that order."""
    return insert(table).values({table.c[name]: bindparam(name) for name in columns})


def write_many(
    connection: Connection,
    statement: Insert,
    columns: Sequence[str],
    rows: Sequence[tuple[Any, ...]],
) -> None:
    """Run an `insertion`, or what became of one, for each row of values.

    The values go to the driver as they are: plain numbers, texts and bytes. Other columns
    get their plain default, and what else is in the statement its own value.
    """
    if not rows:
        return
    compiled = statement.compile(dialect=connection.dialect)
    wanted = list(compiled.positiontup or ())
    if not set(columns) <= set(wanted):
        raise ValueError(f"the statement wants {wanted}")
    if wanted != list(columns):
        others = [name for name in wanted if name not in columns]
        table = cast(Table, statement.table)
        constants = compiled.params
        defaults = tuple(
            _default(table.c[name]) if name in table.c else constants[name] for name in others
        )
        in_order = itemgetter(*map([*columns, *others].index, wanted))
        rows = [in_order(row + defaults) for row in rows]
    connection.exec_driver_sql(str(compiled), list(rows))


def _default(column: Column[Any]) -> Any:
    if not isinstance(column.default, ScalarElementColumnDefault):
        raise ValueError(f"{column} has no plain default")
    return column.default.arg


def update_many(
    connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]], *, by: str = "id"
) -> None:
    """Set columns of many rows; `rows` name the same columns, `by` being what they are found by."""
    if not rows:
        return
    names = {name: f"new_{name}" for name in rows[0]}
    values: dict[str, Any] = {name: bindparam(new) for name, new in names.items() if name != by}
    statement = update(table).where(table.c[by] == bindparam(names[by])).values(values)
    connection.execute(statement, [{names[k]: v for k, v in row.items()} for row in rows])


def next_id(connection: Connection, column: Column[int]) -> int:
    """The number for the next row. In a write transaction nobody else can take it."""
    return (connection.execute(select(func.max(column))).scalar() or 0) + 1


def read_many(connection: Connection, query: Select[*tuple[Any, ...]]) -> Iterator[tuple[Any, ...]]:
    """The rows as the driver has them: plain numbers (also for yes and no), texts and bytes.

    For rows by the hundred thousand. To be used up before the connection does anything else.
    """
    result = connection.execute(query)
    cursor = result.cursor
    assert cursor is not None  # a SELECT has one
    while rows := cursor.fetchmany(_AT_ONCE):
        yield from rows
    result.close()


def any_of(column: Column[Any], values: Collection[Any]) -> Iterator[ColumnElement[bool]]:
    """Conditions, one a query, that together say that a column is one of these values."""
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
    """What a column holds, but for NULL, where another one is one of these values."""
    return {
        one
        for part in any_of(column, values)
        for one in connection.execute(select(wanted).where(part)).scalars()
        if one is not None
    }
