"""When a scheduled check ran last, and when the next one is due."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

from rightsdesk.store import texts
from rightsdesk.store.database import Database
from rightsdesk.store.settings import keep_setting, setting
from rightsdesk.workspace.observing.check_interval import CheckInterval

PLATFORMS = "looked"
"""The name of the scheduled check of all platforms."""
AGAIN = timedelta(hours=1)
"""Pause before the next try after a check that could read nothing."""


def due(database: Database, name: str, interval: CheckInterval, now: datetime) -> datetime | None:
    """When the check of this name is due, which may be in the past; None if it is off.

    After the clock was set back, the wait starts again from now.
    """
    if interval is CheckInterval.NEVER:
        return None
    with database.read() as connection:
        stored = setting(connection, name)
    if not stored:
        return now
    last = json.loads(stored)
    at, ok = datetime.fromisoformat(last["at"]), bool(last["ok"])
    if at > now:
        note(database, name, now, ok=ok)
        at = now
    return interval.after(at) if ok else at + AGAIN


def note(database: Database, name: str, at: datetime, *, ok: bool) -> None:
    """Note that a check ran. `ok`: it could read something, so that the next one can wait."""
    with database.write() as connection:
        keep_setting(connection, name, texts.dump({"at": at.isoformat(), "ok": ok}))
