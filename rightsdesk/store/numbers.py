"""Numbers of items and jobs, none of which is ever given out twice.

SQLite counts on from the highest number that is there. Once an account is removed with its
items, the next ones would get their numbers, and a plan or a job that was made for the old
ones would be carried out on the new: perhaps another artist's. A person who notes the number
of a job has to find that job under it, also after an older database came back. So the highest
number that ever was is kept: here, and of jobs also outside the database (`state.State.jobs`).
"""

from __future__ import annotations

from sqlalchemy import Connection, Table, func, select
from sqlalchemy.dialects.sqlite import insert as upsert

from rightsdesk.store.schema import items, jobs, settings

_ITEM, _JOB = "last_item", "last_job"


def last_item(connection: Connection) -> int:
    """The highest number that an item has, or had; 0 before the first."""
    return _last(connection, _ITEM, items)


def keep_last_item(connection: Connection) -> None:
    """Note it, in the same transaction and before items are deleted."""
    _keep(connection, _ITEM, last_item(connection))


def last_job(connection: Connection) -> int:
    """The highest number that a job has, or had; 0 before the first."""
    return _last(connection, _JOB, jobs)


def keep_last_job(connection: Connection, number: int) -> None:
    """Note the number of a new job, or one that was given out before."""
    _keep(connection, _JOB, max(number, last_job(connection)))


def _last(connection: Connection, name: str, table: Table) -> int:
    kept = connection.execute(select(settings.c.value).where(settings.c.name == name)).scalar()
    there = connection.execute(select(func.max(table.c.id))).scalar()
    return max(int(kept or 0), int(there or 0))


def _keep(connection: Connection, name: str, number: int) -> None:
    new = upsert(settings).values(name=name, value=str(number))
    connection.execute(
        new.on_conflict_do_update(index_elements=["name"], set_={"value": new.excluded.value})
    )
