"""What a reading found to have drifted, as lines for the list of its deed: before, after, evidence.

The records of drift before and after the reading are compared, so this needs memory only for what
has drifted, not for what was read.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, Table, select

from rightsdesk.consent.evidence import Evidence
from rightsdesk.store import texts
from rightsdesk.store.bulk import any_of
from rightsdesk.store.partial import is_filled

Records = Mapping[int, str]
"""Records of drift (see `store.drift`) by the carrier's id."""


def records(connection: Connection, table: Table, condition: ColumnElement[bool]) -> Records:
    """The records of drift of these files, sidecars or items; only of those that have drifted."""
    query = select(table.c.id, table.c.drift).where(condition, is_filled(table.c.drift))
    return {row.id: row.drift for row in connection.execute(query)}


def changed(was: Records, now: Records) -> list[int]:
    """The ids whose record is new or another one, in order."""
    return sorted(number for number, drift in now.items() if was.get(number) != drift)


def lines(
    connection: Connection,
    table: Table,
    numbers: Sequence[int],
    names: Sequence[Column[Any]],
    evidence: Evidence,
) -> Iterator[dict[str, Any]]:
    """A line for each of these carriers: its names, what it said before, and what it says now."""
    columns = (table.c.id, table.c.says, table.c.drift, *names)
    for part in any_of(table.c.id, numbers):
        for row in connection.execute(select(*columns).where(part).order_by(table.c.id)).all():
            yield {
                **{column.name: _text(getattr(row, column.name)) for column in names},
                "id": row.id,
                "before": json.loads(row.drift)["before"] if row.drift else None,
                "after": json.loads(row.says),
                "evidence": evidence.value,
            }


def _text(value: str | bytes) -> str:
    return texts.load_path(value) if isinstance(value, bytes) else value
