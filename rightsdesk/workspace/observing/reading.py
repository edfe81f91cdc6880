"""Looking at platforms: one account, or all that a choice of music can have items in."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from threading import Lock

from rightsdesk.changes.concurrency import run_concurrently
from rightsdesk.changes.types import Cancel, Progress
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
from rightsdesk.store.database import Database
from rightsdesk.workspace.observing import syncing
from rightsdesk.workspace.observing.settling_items import settle_account
from rightsdesk.workspace.sign_in.connections import Connections
from rightsdesk.workspace.sign_in.hosts import by_host
from rightsdesk.workspace.types import Filter, NoAccount


def read_account(
    database: Database,
    connections: Connections,
    account_id: int,
    progress: Progress,
    cancel: Cancel,
) -> int:
    """Read an account's items and link them to recordings; how many there are."""
    account = account_by_id(database, account_id)
    with noting_unread(database, account_id), connections.noting(account_id):
        settle_account(database, connections, account_id)
        client = connections.client(account_id)
        found = syncing.read_items(database, account, client, progress, cancel)
    if not cancel.is_set():
        note_read(database, account_id)
    if account.state != AccountState.CONNECTED:  # what was in the way is over
        set_state(database, account_id, AccountState.CONNECTED)
    return found


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
    return read_accounts(database, connections, accounts, progress, cancel).notes


@dataclass(frozen=True, slots=True)
class Read:
    """What reading some accounts came to: how many items, and what could not be read."""

    items: int
    notes: tuple[str, ...] = ()


def read_accounts(
    database: Database,
    connections: Connections,
    accounts: Sequence[AccountRecord],
    progress: Progress,
    cancel: Cancel,
) -> Read:
    """Read accounts, those of different hosts side by side. One that cannot be read does not
    stop the others: there is a note for each, in the order of the accounts.

    Raises vault errors: behind a locked vault is every one of them."""
    with ExitStack() as each:
        for account in accounts:
            each.enter_context(noting_unread(database, account.id))
        connections.ready(account.id for account in accounts)
    counts, notes = _Counts(progress), dict[int, str]()

    def read(together: Sequence[AccountRecord], cancel: Cancel) -> None:
        for account in together:
            if cancel.is_set():
                return
            counted = partial(counts.note, account.id)
            try:
                read_account(database, connections, account.id, counted, cancel)
            except KnownError as error:
                name = name_of(account.platform)
                notes[account.id] = f"{name} ({account.name}): {error}"

    run_concurrently([partial(read, together) for together in by_host(accounts)], cancel)
    told = tuple(notes[account.id] for account in accounts if account.id in notes)
    return Read(counts.total, told)


class _Counts:
    """Adds up how many items were read of each account; tells of one at a time."""

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
