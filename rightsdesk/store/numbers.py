"""Highest numbers of items and jobs, so that no number is ever reused.

SQLite continues from the highest existing number. After an account and its items are removed, new
items would get their numbers, and a plan or job for the old items would change the new ones:
perhaps another artist's. A noted job number must also find that job after an older database is
restored. So the highest number ever used is kept: here, and for jobs also outside the database
(`state.DatabaseState.jobs`).
"""

from __future__ import annotations

from sqlalchemy import Connection, Table, func, select

from rightsdesk.store.schema import items, jobs
from rightsdesk.store.settings import keep_setting, setting

_ITEM, _JOB = "last_item", "last_job"


def last_item(connection: Connection) -> int:
    """The highest number that an item has or ever had; 0 before the first item."""
    return _last(connection, _ITEM, items)


def keep_last_item(connection: Connection) -> None:
    """Store that number, in the same transaction as a deletion of items and before it."""
    keep_setting(connection, _ITEM, str(last_item(connection)))


def last_job(connection: Connection) -> int:
    """The highest number that a job has or ever had; 0 before the first job."""
    return _last(connection, _JOB, jobs)


def keep_last_job(connection: Connection, number: int) -> None:
    """Store the number of a new job, or an earlier highest number."""
    keep_setting(connection, _JOB, str(max(number, last_job(connection))))


def _last(connection: Connection, name: str, table: Table) -> int:
    kept = setting(connection, name)
    highest = connection.execute(select(func.max(table.c.id))).scalar()
    return max(int(kept or 0), int(highest or 0))
