"""Checks the platforms at an interval and reports what changed since the last check.

Off by default. A check only lists items: it makes the calls that paging needs, skips signed-out
accounts, and writes nothing to platforms. The open window or a nightly command runs the check,
whichever comes first; the other then finds it done.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from rightsdesk import phrases
from rightsdesk.changes.types import Cancel, Progress
from rightsdesk.enums.carriers import CarrierId
from rightsdesk.platforms.registry import name_of
from rightsdesk.roster.account_state import AccountState
from rightsdesk.roster.accounts import all_accounts
from rightsdesk.sentences import together, worded
from rightsdesk.store.database import Database
from rightsdesk.store.queries import gone_items
from rightsdesk.store.settings import keep_setting
from rightsdesk.workspace.observing import last_checks
from rightsdesk.workspace.observing.check_interval import SETTING, CheckInterval
from rightsdesk.workspace.observing.drift import Drift, drifted
from rightsdesk.workspace.observing.reading import read_accounts
from rightsdesk.workspace.sign_in.connections import Connections
from rightsdesk.workspace.types.artists import NoAccount
from rightsdesk.workspace.types.scopes import Filter

__all__ = ["CheckInterval", "CheckResult", "check_all", "set_interval"]

SIGNED_OUT = worded("the sign-in is over. Connect it again.")


@dataclass(frozen=True, slots=True)
class CheckResult:
    """The result of a check: the number of items, and what changed since the check before.

    `changed` has the new drift, `gone` the labels of deleted items. `notes` has a sentence for each
    account that could not be read.
    """

    items: int
    changed: tuple[Drift, ...] = ()
    gone: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    cancelled: bool = False

    def __str__(self) -> str:
        parts: list[str] = []
        if self.changed:
            number = len(self.changed)
            parts.append(
                phrases.counted(number, "changed without RightsDesk", "changed without RightsDesk")
            )
        if self.gone:
            parts.append(
                phrases.counted(len(self.gone), "is no longer there", "are no longer there")
            )
        if self.notes:
            accounts = phrases.counted(len(self.notes), "account")
            parts.append(worded("{accounts} could not be read", accounts=accounts))
        return worded(
            "Checked {items} on platforms: {changes}.",
            items=phrases.counted(self.items, "item"),
            changes=together(parts, ", ") or worded("nothing changed"),
        )


def set_interval(database: Database, interval: CheckInterval) -> None:
    """Set the interval between scheduled checks."""
    with database.write() as connection:
        keep_setting(connection, SETTING, interval.value)


def check_all(
    database: Database,
    connections: Connections,
    now: datetime,
    progress: Progress,
    cancel: Cancel,
) -> CheckResult:
    """Check all accounts; accounts on different hosts in parallel. Raises NoAccount."""
    accounts = all_accounts(database)
    if not accounts:
        raise NoAccount
    readable = [account for account in accounts if account.state != AccountState.RECONNECT]
    signed_out = [
        worded(
            "{platform} ({account}): {why}",
            platform=name_of(account.platform),
            account=account.name,
            why=account.problem or SIGNED_OUT,
        )
        for account in accounts
        if account.state == AccountState.RECONNECT
    ]
    changed, gone = _changed(database), _gone(database)
    read = read_accounts(database, connections, readable, progress, cancel)
    stopped = cancel.is_set()
    if not stopped:
        ok = not readable or len(read.notes) < len(readable)
        last_checks.note(database, last_checks.PLATFORMS, now, ok=ok)
    return CheckResult(
        items=read.items,
        changed=tuple(drift for drift in _changed(database) if drift not in changed),
        gone=tuple(label for number, label in _gone(database).items() if number not in gone),
        notes=(*signed_out, *read.notes),
        cancelled=stopped,
    )


def _changed(database: Database) -> list[Drift]:
    return [drift for drift in drifted(database, Filter()) if drift.carrier != CarrierId.FILES]


def _gone(database: Database) -> dict[int, str]:
    with database.read() as connection:
        return gone_items(connection)
