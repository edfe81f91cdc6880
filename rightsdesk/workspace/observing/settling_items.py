"""Items that a killed job may have left written in part: put right before they are read.

Otherwise what is there would be taken for the artist's own text: a robots.txt that is empty
since, or that lacks its end.
"""

from __future__ import annotations

from contextlib import suppress
from functools import cache

from sqlalchemy import select

from rightsdesk.changes import journal
from rightsdesk.changes.confirming import INTERRUPTED
from rightsdesk.errors import KnownError
from rightsdesk.platforms.interface import WritesInParts
from rightsdesk.platforms.registry import all_platforms, platform_by_id
from rightsdesk.store.database import Database
from rightsdesk.store.joins import CHANGED_ITEMS
from rightsdesk.store.schema import accounts, changes, items
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
    query = (
        select(changes.c.id, accounts.c.platform, items.c.remote_id)
        .select_from(CHANGED_ITEMS)
        .where(
            changes.c.state == INTERRUPTED,
            changes.c.carrier == accounts.c.platform,
            changes.c.carrier.in_(_in_parts()),
            changes.c.before_image.is_not(None),
            accounts.c.id == account_id,
        )
        .order_by(changes.c.id.desc())
    )
    with database.read() as connection:
        rows = connection.execute(query).all()
    images = journal.images(database, [row.id for row in rows])
    for row in rows:
        platform, known = platform_by_id(row.platform), of_image(images.get(row.id, b""))
        if known is not None and isinstance(platform, WritesInParts):
            platform.settle(connections.client(account_id), row.remote_id, *known)


def settle_all(database: Database, connections: Connections) -> None:
    """Put the items of all accounts right, as far as they can be reached."""
    query = (
        select(items.c.account_id)
        .select_from(CHANGED_ITEMS)
        .where(changes.c.state == INTERRUPTED, changes.c.carrier == accounts.c.platform)
        .where(changes.c.carrier.in_(_in_parts()))
        .distinct()
    )
    with database.read() as connection:
        found = list(connection.execute(query).scalars())
    for account_id in found:
        with suppress(KnownError), connections.noting(account_id):
            settle_account(database, connections, account_id)
