"""Repairs items that a killed job may have written only in part, before they are read.

Otherwise an empty or cut-off robots.txt would pass for the artist's own text.
"""

from __future__ import annotations

from contextlib import suppress
from functools import cache

from rightsdesk.changes import journal
from rightsdesk.changes.states import INTERRUPTED
from rightsdesk.enums.carriers import CarrierId
from rightsdesk.errors import KnownError
from rightsdesk.platforms.interface import WritesInParts
from rightsdesk.platforms.registry import all_platforms, platform_by_id
from rightsdesk.store.database import Database
from rightsdesk.store.queries import changes_of_items
from rightsdesk.workspace.carriers.items import of_image
from rightsdesk.workspace.sign_in.connections import Connections


@cache
def _in_parts() -> frozenset[CarrierId]:
    """The ids of platforms on which a kill can leave a write half done."""
    return frozenset(
        platform.id for platform in all_platforms() if isinstance(platform, WritesInParts)
    )


def settle_account(database: Database, connections: Connections, account_id: int) -> None:
    """Repair an account's items, the last change first. Raises the platform's errors.

    Only interrupted changes are repaired; a running job's writes are left alone. A change with a
    damaged before-image is skipped: the text to restore is not certain.
    """
    with database.read() as connection:
        cut_off = changes_of_items(connection, INTERRUPTED, _in_parts())
    rows = [row for row in cut_off if row.account_id == account_id]
    images = journal.images(database, [row.id for row in rows])
    for row in rows:
        platform, parts = platform_by_id(row.platform), of_image(images.get(row.id, b""))
        if parts is not None and isinstance(platform, WritesInParts):
            platform.settle(connections.client(account_id), row.remote_id, *parts)


def settle_all(database: Database, connections: Connections) -> None:
    """Repair the items of all accounts that can be reached."""
    with database.read() as connection:
        cut_off = changes_of_items(connection, INTERRUPTED, _in_parts())
    for account_id in dict.fromkeys(row.account_id for row in cut_off):
        with suppress(KnownError), connections.noting(account_id):
            settle_account(database, connections, account_id)
