"""Waits and quotas that servers asked for, kept over restarts: plain data by key."""

from __future__ import annotations

import json
from contextlib import suppress

from sqlalchemy import delete, insert, select

from rightsdesk.store import texts
from rightsdesk.store.database import Database
from rightsdesk.store.schema import limits


def stored_limits(database: Database) -> dict[str, dict[str, object]]:
    """All stored limits by key. What can't be read is ignored: a lost wait does little harm."""
    with database.read() as connection:
        rows = connection.execute(select(limits)).all()
    found = {}
    for key, state in rows:
        with suppress(ValueError, TypeError):
            if isinstance(limit := json.loads(state), dict):
                found[key] = limit
    return found


def keep_limit(database: Database, key: str, state: dict[str, str | int] | None) -> None:
    """Store a limit; None deletes it."""
    with database.write() as connection:
        connection.execute(delete(limits).where(limits.c.key == key))
        if state is not None:
            connection.execute(insert(limits).values(key=key, state=texts.dump(state)))
