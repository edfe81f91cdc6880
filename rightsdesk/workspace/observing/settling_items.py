"""Items that a killed job may have left written in part: put right before they are read.

Otherwise what is there would be taken for the artist's own text: a robots.txt that is empty
since, or that lacks its end.
"""

from __future__ import annotations

from contextlib import suppress
from functools import cache

from rightsdesk.changes import journal
from rightsdesk.changes.confirming import INTERRUPTED
from rightsdesk.errors import KnownError
from rightsdesk.platforms.interface import WritesInParts
from rightsdesk.platforms.registry import all_platforms, platform_by_id
from rightsdesk.store.database import Database
from rightsdesk.store.queries import changes_of_items
from rightsdesk.workspace.carriers.items import of_image
from rightsdesk.workspace.sign_in.connections import Connections


@cache
def _in_parts() -> frozenset[str]:
    """The platforms on which a kill can leave a write done only in part."""
    return frozenset(one.id for one in all_platforms() if isinstance(one, WritesInParts))


def settle_account(database: Database, connections: Connections, account_id: int) -> None:
    """Put an account's items right, the last change first. Raises the platform's errors.

    Only changes that were interrupted are looked at: what a running job writes is not. One
    with a damaged image is left: the text to put back is not certain.
    """
    with database.read() as connection:
        cut_off = changes_of_items(connection, INTERRUPTED, _in_parts())
    rows = [row for row in cut_off if row.account_id == account_id]
    images = journal.images(database, [row.id for row in rows])
    for row in rows:
        platform, known = platform_by_id(row.platform), of_image(images.get(row.id, b""))
        if known is not None and isinstance(platform, WritesInParts):
            platform.settle(connections.client(account_id), row.remote_id, *known)


def settle_all(database: Database, connections: Connections) -> None:
    """Put the items of all accounts right, as far as they can be reached."""
    with database.read() as connection:
        cut_off = changes_of_items(connection, INTERRUPTED, _in_parts())
    for account_id in dict.fromkeys(row.account_id for row in cut_off):
        with suppress(KnownError), connections.noting(account_id):
            settle_account(database, connections, account_id)
