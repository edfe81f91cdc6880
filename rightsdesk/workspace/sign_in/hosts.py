"""Which host an account's calls go to: those of one host take turns, the others need not wait."""

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
from rightsdesk.store.database import Database
from rightsdesk.store.schema import items
from rightsdesk.workspace.sign_in.connections import Connections, Login

ABREAST = 4
"""Changes under way at once where a pace is known: enough to keep it with calls of 0.4 s at ten
a second, and few enough that hardly any time passes between the look and the write."""


def hosts_of(database: Database, connections: Connections) -> HostOf:
    """Tells for each item of a platform where its calls go."""
    with database.read() as connection:
        rows = connection.execute(select(items.c.id, items.c.account_id))
        owners = {row.id: row.account_id for row in rows}
    known = {account.id: account for account in all_accounts(database)}
    found: dict[int, Host] = {}

    def host_of(target: Target) -> Host:
        if target.carrier not in NAMES:
            return local_host(target)
        number = owners.get(target.id, 0)
        if number not in found:
            account = known.get(number)
            # Without its account nothing is sent: looking at the item will say so.
            found[number] = host_for(account, connections) if account else Host("nowhere")
        return found[number]

    return host_of


def host_for(account: AccountRecord, connections: Connections) -> Host:
    """An account's host: accounts of one server and one client id share theirs."""
    return Host(name_of(account), ABREAST if _paced(account, connections) else 1)


def by_host(accounts: Iterable[AccountRecord]) -> list[list[AccountRecord]]:
    """Accounts that have to take turns, together; in their order."""
    found: dict[str, list[AccountRecord]] = {}
    for account in accounts:
        found.setdefault(name_of(account), []).append(account)
    return list(found.values())


def name_of(account: AccountRecord) -> str:
    """What a limiter is for: the server, and the client id that it counts by."""
    server = Login.of(account).endpoints.api
    with suppress(KnownError):  # no address of a server: asking for it will be refused
        server = str(origin_of(server))
    return f"{server} {account.client_id}"


def _paced(account: AccountRecord, connections: Connections) -> bool:
    try:
        return connections.client(account.id).paced
    except KnownError:
        return False  # the first change there will tell
