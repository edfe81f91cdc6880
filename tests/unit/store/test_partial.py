"""Rare rows are found by an index that holds only these, not by reading the whole table."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import ColumnElement, Table, select
from sqlalchemy.dialects import sqlite

from rightsdesk.store.database import Database
from rightsdesk.store.partial import is_empty, is_filled
from rightsdesk.store.schema import files, items

BY_ARTIST, BY_ACCOUNT = files.c.artist_id == 1, items.c.account_id == 1


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """A database as the migrations make it: among equal indexes, SQLite prefers the last made."""
    database = Database(tmp_path_factory.mktemp("stored") / "x.sqlite3")
    database.migrate()
    yield database
    database.close()


@pytest.mark.parametrize(
    ("table", "index", "conditions"),
    [
        (files, "ix_files_unidentified", (BY_ARTIST, is_empty(files.c.identity))),
        (files, "ix_files_untold", (BY_ARTIST, is_empty(files.c.tags))),
        (files, "ix_files_drift", (BY_ARTIST, is_filled(files.c.drift))),
        (files, "ix_files_problem", (BY_ARTIST, is_filled(files.c.problem))),
        (files, "ix_files_drift", (is_filled(files.c.drift),)),
        (files, "ix_files_missing", (files.c.missing,)),
        (files, "ix_files_decided", (is_filled(files.c.decided),)),
        (items, "ix_items_drift", (BY_ACCOUNT, is_filled(items.c.drift))),
        (items, "ix_items_problem", (BY_ACCOUNT, is_filled(items.c.problem))),
    ],
)
def test_rare_rows_are_found_by_an_index_of_their_own(
    stored: Database, table: Table, index: str, conditions: tuple[ColumnElement[bool], ...]
) -> None:
    query = select(table).where(*conditions).compile(dialect=sqlite.dialect())
    values = tuple(query.params[name] for name in query.positiontup or ())
    with stored.read() as connection:
        steps = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {query}", values).all()

    assert index in " ".join(step.detail for step in steps)
