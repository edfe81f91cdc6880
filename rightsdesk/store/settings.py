"""Settings: texts by name."""

from __future__ import annotations

from sqlalchemy import Connection, select
from sqlalchemy.dialects.sqlite import insert

from rightsdesk.store.schema import settings


def setting(connection: Connection, name: str) -> str:
    """The value of a setting; "" if it is not set."""
    query = select(settings.c.value).where(settings.c.name == name)
    return connection.execute(query).scalar() or ""


def keep_setting(connection: Connection, name: str, value: str) -> None:
    """Store a setting, in a write transaction."""
    new = insert(settings).values(name=name, value=value)
    connection.execute(
        new.on_conflict_do_update(index_elements=["name"], set_={"value": new.excluded.value})
    )
