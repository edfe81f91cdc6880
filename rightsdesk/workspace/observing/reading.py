"""Reads platforms: one account, or all accounts that filtered music can have items in."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from threading import Lock

from rightsdesk.changes.concurrency import run_concurrently
from rightsdesk.changes.types import Cancel, Progress
from rightsdesk.enums.carriers import CarrierId
from rightsdesk.errors import KnownError
from rightsdesk.platforms.registry import name_of
from rightsdesk.roster.account_state import AccountState
from rightsdesk.roster.accounts import (
    AccountRecord,
    account_by_id,
    note_read,
    noting_unread,
    set_state,
)
from rightsdesk.sentences import worded
from rightsdesk.store.database import Database
from rightsdesk.workspace.observing import syncing
from rightsdesk.workspace.observing.settling_items import settle_account
from rightsdesk.workspace.sign_in.connections import Connections
from rightsdesk.workspace.sign_in.hosts import by_host
from rightsdesk.workspace.types.artists import NoAccount
from rightsdesk.workspace.types.scopes import Filter


def read_account(
    database: Database,
    connections: Connections,
    account_id: int,
    progress: Progress,
    cancel: Cancel,
) -> int:
    """Read an account's items and link them to recordings. Returns the number of items."""
    account = account_by_id(database, account_id)
    with noting_unread(database, account_id), connections.noting(account_id):
        settle_account(database, connections, account_id)
        client = connections.client(account_id)
        found = syncing.read_items(database, account, client, progress, cancel)
    if not cancel.is_set():
        note_read(database, account_id)
    if account.state != AccountState.CONNECTED:  # the earlier obstacle is gone
        set_state(database, account_id, AccountState.CONNECTED)
    return found


def read_all(
    database: Database,
    connections: Connections,
    chosen: Filter,
    platform: CarrierId | None,
    progress: Progress,
    cancel: Cancel,
) -> tuple[str, ...]:
    """Read every account that a filter concerns; one sentence per account that failed.

    A failed account does not stop the others. Raises NoAccount if there is none.
    """
    accounts = syncing.accounts_for(database, chosen, platform)
    if not accounts:
        raise NoAccount
    return read_accounts(database, connections, accounts, progress, cancel).notes


@dataclass(frozen=True, slots=True)
class Read:
    """The result of reading accounts: the number of items, and notes on accounts that failed."""

    items: int
    notes: tuple[str, ...] = ()


def read_accounts(
    database: Database,
    connections: Connections,
    accounts: Sequence[AccountRecord],
    progress: Progress,
    cancel: Cancel,
) -> Read:
    """Read accounts; accounts on different hosts in parallel.

    An account that fails does not stop the others. `notes` has a sentence for each, in the order of
    the accounts. Raises vault errors, since a locked vault blocks all accounts.
    """
    with ExitStack() as stack:
        for account in accounts:
            stack.enter_context(noting_unread(database, account.id))
        connections.ready(account.id for account in accounts)
    counts, notes = _Counts(progress), dict[int, str]()

    def read(of_one_host: Sequence[AccountRecord], cancel: Cancel) -> None:
        for account in of_one_host:
            if cancel.is_set():
                return
            count = partial(counts.note, account.id)
            try:
                read_account(database, connections, account.id, count, cancel)
            except KnownError as error:
                notes[account.id] = worded(
                    "{platform} ({account}): {why}",
                    platform=name_of(account.platform),
                    account=account.name,
                    why=error,
                )

    run_concurrently([partial(read, of_one_host) for of_one_host in by_host(accounts)], cancel)
    in_order = tuple(notes[account.id] for account in accounts if account.id in notes)
    return Read(counts.total, in_order)


class _Counts:
    """Sums the items read per account; reports progress from one thread at a time."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._read: dict[int, int] = {}
        self._lock = Lock()

    @property
    def total(self) -> int:
        return sum(self._read.values())

    def note(self, account_id: int, done: int, _total: int, label: str) -> None:
        with self._lock:
            self._read[account_id] = done
            self._progress(self.total, 0, label)
