"""Storing an observation of a carrier: what it says, and when it was read."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Table, bindparam, case, update

from rightsdesk.changes.edits import stated_consent
from rightsdesk.consent import Fields
from rightsdesk.consent.dialects import Suite
from rightsdesk.files.owned import DAMAGED_PACKET, XMP_DAMAGED
from rightsdesk.store import texts


def seen_row(suite: Suite, fields: Fields) -> dict[str, Any]:
    """The columns for an observation made now."""
    return {
        "fields": texts.dump_fields(fields),
        "says": texts.dump_consent(stated_consent(suite, fields)),
        "seen_at": texts.now(),
        "problem": DAMAGED_PACKET if XMP_DAMAGED in fields else "",
        "drift": "",
    }


def note_seen(connection: Connection, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    """Store observations in rows given by their `id`, with one statement.

    `since` changes only if what the carrier says has changed. All rows have the same columns.
    """
    if not rows:
        return
    named = [{f"new_{name}": value for name, value in row.items()} for row in rows]
    connection.execute(_statement(table, tuple(rows[0])), named)


@lru_cache(maxsize=8)
def _statement(table: Table, columns: tuple[str, ...]) -> Any:
    new: dict[str, Any] = {name: bindparam(f"new_{name}") for name in columns}
    since = case((table.c.says == new["says"], table.c.since), else_=new["seen_at"])
    values = {name: bound for name, bound in new.items() if name not in ("id", "essence")}
    if "essence" in new:  # keep the first: it is from before RightsDesk's first change
        stored = table.c.essence
        values["essence"] = case((stored.is_(None), new["essence"]), else_=stored)
    return update(table).where(table.c.id == new["id"]).values(since=since, **values)
