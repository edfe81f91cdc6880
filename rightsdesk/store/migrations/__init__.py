"""Steps from each schema revision to the next. Alembic runs them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlalchemy import Connection

KNOWN = tuple(f"{number:04}" for number in range(1, 29))
"""All revisions, oldest first."""

HEAD = KNOWN[-1]


def own_triggers() -> dict[str, str]:
    """All triggers that a database of ours has, as SQL by name."""
    from rightsdesk.store.migrations.versions import (
        rev_0019_search,
        rev_0020_deeds,
        rev_0024_licences,
        rev_0025_ledger,
    )

    revisions = (rev_0019_search, rev_0020_deeds, rev_0024_licences, rev_0025_ledger)
    return {name: sql for one in revisions for name, sql in one.TRIGGERS.items()}


def upgrade(connection: Connection) -> None:
    """Run the missing migrations inside the connection's transaction."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", "rightsdesk.store:migrations")
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
