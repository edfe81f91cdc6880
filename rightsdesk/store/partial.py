"""Conditions that SQLite answers from its partial indexes.

A query uses a partial index only if the condition of the index stands in it as it was written: with
a literal, not with a parameter (SQLite, "Partial Indexes", section 3). `schema` has the indexes.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, literal_column

_EMPTY: ColumnElement[str] = literal_column("''")


def is_empty(column: ColumnElement[Any]) -> ColumnElement[bool]:
    """Rows without a text in this column."""
    return column == _EMPTY


def is_filled(column: ColumnElement[Any]) -> ColumnElement[bool]:
    """Rows with a text in this column."""
    return column != _EMPTY
