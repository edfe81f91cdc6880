"""Numbers of items and jobs, none of which is ever given out twice.

SQLite counts on from the highest number that is there. Once an account is removed with its
items, the next ones would get their numbers, and a plan or a job that was made for the old
ones would be carried out on the new: perhaps another artist's. A person who notes the number
of a job has to find that job under it, also after an older database came back. So the highest
number that ever was is kept: here, and of jobs also outside the database (`state.State.jobs`).
"""

from __future__ import annotations

from sqlalchemy import Connection, Table, func, select

from rightsdesk.store.schema import items, jobs
from rightsdesk.store.settings import keep_setting, setting

_ITEM, _JOB = "last_item", "last_job"


def last_item(connection: Connection) -> int:
    """The highest number that an item has, or had; 0 before the first."""
    return _last(connection, _ITEM, items)


def keep_last_item(connection: Connection) -> None:
    """Note it, in the same transaction and before items are deleted."""
    keep_setting(connection, _ITEM, str(last_item(connection)))


def last_job(connection: Connection) -> int:
    """The highest number that a job has, or had; 0 before the first."""
    return _last(connection, _JOB, jobs)


def keep_last_job(connection: Connection, number: int) -> None:
    """Note the number of a new job, or one that was given out before."""
    keep_setting(connection, _JOB, str(max(number, last_job(connection))))


def _last(connection: Connection, name: str, table: Table) -> int:
    kept = setting(connection, name)
    there = connection.execute(select(func.max(table.c.id))).scalar()
    return max(int(kept or 0), int(there or 0))
