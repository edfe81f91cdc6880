"""Looking at the platforms now and then: what changed there since the last look.

Off unless a person wants it. A look only lists: it takes the calls that paging forces, asks
no account whose sign-in is over, and writes nothing there. Whoever comes first, the open
window or a nightly command, takes the look; the other finds it done.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta

from rightsdesk import phrases
from rightsdesk.changes.types import FILES, Cancel, Progress
from rightsdesk.platforms.registry import name_of
from rightsdesk.roster.account_state import AccountState
from rightsdesk.roster.accounts import all_accounts
from rightsdesk.store import texts
from rightsdesk.store.database import Database
from rightsdesk.store.queries import gone_items
from rightsdesk.store.settings import keep_setting, setting
from rightsdesk.workspace.observing.check_interval import SETTING, CheckInterval, chosen_interval
from rightsdesk.workspace.observing.drift import Drift, drifted
from rightsdesk.workspace.observing.reading import read_accounts
from rightsdesk.workspace.sign_in.connections import Connections
from rightsdesk.workspace.types import Filter, NoAccount

__all__ = ["CheckInterval", "CheckResult", "due", "every", "look", "set_every"]

AGAIN = timedelta(hours=1)
"""When to try again after a look at which no account could be read."""

_LOOKED = "looked"


@dataclass(frozen=True, slots=True)
class CheckResult:
    """What a look at the platforms found: how many items, which of them changed by themselves
    since the look before, which are gone, and what could not be looked at."""

    items: int
    changed: tuple[Drift, ...] = ()
    gone: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    cancelled: bool = False

    def __str__(self) -> str:
        found = f"Looked at {phrases.counted(self.items, 'item')} on platforms:"
        parts = []
        if self.changed:
            parts.append(f"{phrases.number(len(self.changed))} changed without RightsDesk")
        if self.gone:
            parts.append(f"{phrases.counted(len(self.gone), 'is', 'are')} no longer there")
        if self.notes:
            parts.append(f"{phrases.counted(len(self.notes), 'account')} could not be read")
        return f"{found} {', '.join(parts) or 'nothing changed'}."


def every(database: Database) -> CheckInterval:
    """How often a person wants to look."""
    with database.read() as connection:
        return chosen_interval(connection)


def set_every(database: Database, often: CheckInterval) -> None:
    """Look so often from now on."""
    with database.write() as connection:
        keep_setting(connection, SETTING, often.value)


def due(database: Database, now: datetime) -> datetime | None:
    """When the next look is due, which may be over; None where none is wanted.

    After a clock was set back, the wait starts again from now.
    """
    often = every(database)
    if often is CheckInterval.NEVER:
        return None
    with database.read() as connection:
        told = setting(connection, _LOOKED)
    if not told:
        return now
    looked = json.loads(told)
    at, ok = datetime.fromisoformat(looked["at"]), bool(looked["ok"])
    if at > now:
        _note(database, now, ok=ok)
        at = now
    return often.after(at) if ok else at + AGAIN


def look(
    database: Database,
    connections: Connections,
    now: datetime,
    progress: Progress,
    cancel: Cancel,
) -> CheckResult:
    """Look at all accounts, those of different hosts side by side. Raises NoAccount."""
    accounts = all_accounts(database)
    if not accounts:
        raise NoAccount
    asked = [account for account in accounts if account.state != AccountState.RECONNECT]
    over = [
        f"{name_of(account.platform)} ({account.name}): the sign-in is over."
        for account in accounts
        if account.state == AccountState.RECONNECT
    ]
    changed, gone = _changed(database), _gone(database)
    read = read_accounts(database, connections, asked, progress, cancel)
    stopped = cancel.is_set()
    if not stopped:
        _note(database, now, ok=not asked or len(read.notes) < len(asked))
    return CheckResult(
        items=read.items,
        changed=tuple(drift for drift in _changed(database) if drift not in changed),
        gone=tuple(label for number, label in _gone(database).items() if number not in gone),
        notes=(*over, *read.notes),
        cancelled=stopped,
    )


def _changed(database: Database) -> list[Drift]:
    return [drift for drift in drifted(database, Filter()) if drift.carrier != FILES]


def _gone(database: Database) -> dict[int, str]:
    with database.read() as connection:
        return gone_items(connection)


def _note(database: Database, at: datetime, *, ok: bool) -> None:
    with database.write() as connection:
        keep_setting(connection, _LOOKED, texts.dump({"at": at.isoformat(), "ok": ok}))
