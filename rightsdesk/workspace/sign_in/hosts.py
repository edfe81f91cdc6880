"""The host that an account's calls go to.

Accounts of one host take turns; others run in parallel.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress

from sqlalchemy import select

from rightsdesk.changes.concurrency import Host, HostOf, local_host
from rightsdesk.changes.types import Target
from rightsdesk.errors import KnownError
from rightsdesk.platforms.http.address import origin_of
from rightsdesk.platforms.registry import NAMES
from rightsdesk.roster.accounts import AccountRecord, all_accounts
from rightsdesk.store.bulk import any_of, read_many
from rightsdesk.store.database import Database
from rightsdesk.store.schema import items
from rightsdesk.workspace.sign_in.connections import Connections
from rightsdesk.workspace.sign_in.login import Login

ABREAST = 4
"""Changes in flight at once if the pace is known.

Enough to keep the pace with calls of 0.4 s at ten a second. Few enough that hardly any time passes
between reading and writing.
"""


def hosts_of(database: Database, connections: Connections, targets: Iterable[Target]) -> HostOf:
    """A function that returns the host of the calls for each of these targets."""
    numbers = [target.id for target in targets if target.carrier in NAMES]
    owners: dict[int, int] = {}
    with database.read() as connection:
        for these in any_of(items.c.id, numbers):
            owners.update(
                read_many(connection, select(items.c.id, items.c.account_id).where(these))
            )
    accounts_by_id = {account.id: account for account in all_accounts(database)}
    found: dict[int, Host] = {}

    def host_of(target: Target) -> Host:
        if target.carrier not in NAMES:
            return local_host(target)
        number = owners.get(target.id, 0)
        if number not in found:
            account = accounts_by_id.get(number)
            # Without its account nothing is sent; reading the item reports that.
            found[number] = host_for(account, connections) if account else Host("nowhere")
        return found[number]

    return host_of


def host_for(account: AccountRecord, connections: Connections) -> Host:
    """An account's host: accounts with one server and one client id share it."""
    return Host(name_of(account), ABREAST if _paced(account, connections) else 1)


def by_host(accounts: Iterable[AccountRecord]) -> list[list[AccountRecord]]:
    """Accounts grouped by host, in their order."""
    found: dict[str, list[AccountRecord]] = {}
    for account in accounts:
        found.setdefault(name_of(account), []).append(account)
    return list(found.values())


def name_of(account: AccountRecord) -> str:
    """The key of a rate limiter: the server, and the client id that it counts by."""
    server = Login.of(account).endpoints.api
    with suppress(KnownError):  # not a server address: the call will be refused
        server = str(origin_of(server))
    return f"{server} {account.client_id}"


def _paced(account: AccountRecord, connections: Connections) -> bool:
    try:
        return connections.client(account.id).paced
    except KnownError:
        return False  # the first change there reports the error
