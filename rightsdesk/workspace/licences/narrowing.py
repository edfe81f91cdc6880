"""Whether licences ended since they were last taken out of carriers.

What cannot be written then, such as a file on a disk that is not connected, is tried again after a
pause, and by every `tag` and `sync`.
"""

from __future__ import annotations

import json
from datetime import datetime, timedelta

from sqlalchemy import Connection

from rightsdesk.consent.licences.licence import LicenceState
from rightsdesk.store import texts
from rightsdesk.store.database import Database
from rightsdesk.store.settings import keep_setting, setting
from rightsdesk.workspace.licences.stored import load

AGAIN = timedelta(hours=1)
"""Pause before the next try after one that could not change everything."""
_LAST = "licences_narrowed"


def is_due(database: Database, now: datetime) -> bool:
    """Whether a licence has ended since the last try that changed everything."""
    with database.read() as connection:
        ended = _ended(connection, now)
        stored = setting(connection, _LAST) if ended else ""
    if not stored:
        return bool(ended)
    last = json.loads(stored)
    if last["ended"] != ended:
        return True
    return not last["done"] and datetime.fromisoformat(last["at"]) + AGAIN <= now


def note_tried(database: Database, now: datetime, *, done: bool) -> None:
    """Note a try; `done` if it changed everything."""
    with database.write() as connection:
        value = {"ended": _ended(connection, now), "done": done, "at": now.isoformat()}
        keep_setting(connection, _LAST, texts.dump(value))


def _ended(connection: Connection, now: datetime) -> list[int]:
    return [one.id for one in load(connection) if one.state(now) is LicenceState.ENDED]
