"""Steps from each schema revision to the next. Alembic runs them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection

KNOWN = tuple(f"{number:04}" for number in range(1, 34))
"""All revisions, oldest first."""

HEAD = KNOWN[-1]


def own_triggers() -> dict[str, str]:
    """All triggers that a database of ours has, as SQL by name."""
    return dict(triggers_ever())


def triggers_ever() -> Iterator[tuple[str, str]]:
    """All triggers that a database of ours has or had, as name and SQL, oldest first."""
    from rightsdesk.store.migrations.versions import (
        rev_0019_search,
        rev_0020_deeds,
        rev_0024_licences,
        rev_0025_ledger,
        rev_0029_fewer_marks,
    )

    for one in (
        rev_0019_search,
        rev_0020_deeds,
        rev_0024_licences,
        rev_0025_ledger,
        rev_0029_fewer_marks,
    ):
        yield from one.TRIGGERS.items()


def upgrade(connection: Connection) -> None:
    """Run the missing migrations inside the connection's transaction."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", "rightsdesk.store:migrations")
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
