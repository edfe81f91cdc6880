"""Looking at platforms: one account, or all that a choice of music can have items in."""

from __future__ import annotations

from rightsdesk.changes.types import Cancel, Progress
from rightsdesk.errors import KnownError
from rightsdesk.platforms.catalogue import platform_by_id
from rightsdesk.roster.accounts import account_by_id
from rightsdesk.store.database import Database
from rightsdesk.workspace import syncing
from rightsdesk.workspace.connections import Connections
from rightsdesk.workspace.types import Filter


class NoAccount(KnownError):
    """Nothing is connected that could be looked at."""

    cause = "no-account"

    def __init__(self) -> None:
        super().__init__(
            "No account is connected for this music.", advice="Connect one, then try again."
        )


def read_account(
    database: Database,
    connections: Connections,
    account_id: int,
    progress: Progress,
    cancel: Cancel,
) -> int:
    """Read an account's items and link them to recordings; how many there are."""
    account = account_by_id(database, account_id)
    with connections.noting(account_id):
        client = connections.client(account_id)
        return syncing.read_items(database, account, client, progress, cancel)


def read_all(
    database: Database,
    connections: Connections,
    chosen: Filter,
    platform: str,
    progress: Progress,
    cancel: Cancel,
) -> tuple[str, ...]:
    """Read every account concerned. One that cannot be read does not stop the others: a
    sentence tells of each. Raises NoAccount where there is none."""
    accounts = syncing.accounts_for(database, chosen, platform)
    if not accounts:
        raise NoAccount
    notes = []
    for account in accounts:
        if cancel.is_set():
            break
        try:
            read_account(database, connections, account.id, progress, cancel)
        except KnownError as error:
            name = platform_by_id(account.platform).name
            notes.append(f"{name} ({account.name}): {error}")
    return tuple(notes)
