"""Checking accounts and ending sign-ins, in workers; what came of it, by account."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from rightsdesk.desktop.parts.texts import (
    error_text,
    tr,
)
from rightsdesk.desktop.state.tasks import Lane, Task
from rightsdesk.desktop.state.view_state import ViewState
from rightsdesk.errors import KnownError
from rightsdesk.workspace.types.artists import Account


class AccountChecks(QObject):
    """`changed` gives the id of an account of which something new is known, `ended` an account
    that was checked, what came of it, and whether it went well."""

    changed = Signal(int)
    ended = Signal(object, str, bool)

    def __init__(self, view_state: ViewState, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._view_state = view_state
        self._tasks: dict[int, Task] = {}
        self._told: dict[int, str] = {}
        view_state.work.progressed.connect(self._progressed)
        self._accounts: dict[int, Account] = {}

    def is_busy(self, account_id: int) -> bool:
        """Whether an account is being read, or its sign-in ended."""
        return account_id in self._tasks

    def told(self, account_id: int) -> str:
        """What the last check came to, or how far this one is."""
        return self._told.get(account_id, "")

    def forget(self, account_id: int) -> None:
        """What was shown about an account is out of date."""
        self._told.pop(account_id, None)

    def check(self, account: Account) -> None:
        """Try the sign-in, and read what the platform says now."""
        accounts = self._view_state.workspace.accounts

        def check(task: Task) -> str:
            accounts.check(account.id)
            accounts.read_items(account.id, progress=task.progress, cancel=task.cancelled)
            return tr("Checked. The sign-in works.")

        words = tr("Reading {platform}…").format(platform=account.platform_name)
        self._run(account, words, check, lambda text: self.ended.emit(account, text, True))

    def end(self, account: Account, done: Callable[[str], object]) -> None:
        """Sign out and remove an account; `done` gets what could not be done, or ""."""
        accounts = self._view_state.workspace.accounts
        words = tr("Signing out…")
        self._run(account, words, lambda _task: accounts.remove(account.id), done)

    def _run(
        self,
        account: Account,
        words: str,
        function: Callable[[Task], str],
        done: Callable[[str], object] = lambda _words: None,
    ) -> None:
        if self.is_busy(account.id):
            return

        def told(text: str) -> None:
            self._told[account.id] = text
            self._view_state.something_changed()

        def went(text: str) -> None:
            told(text)
            done(text)

        def failed(error: KnownError) -> None:
            text = error_text(error)
            told(text)
            self.ended.emit(account, text, False)

        def over() -> None:
            self._tasks.pop(account.id, None)
            self.changed.emit(account.id)

        self._accounts[account.id] = account
        self._told[account.id] = words
        self._tasks[account.id] = self._view_state.work.run(
            Lane.WAIT,
            function,
            went,
            failed=failed,
            always=over,
            owner=self,
        )
        self.changed.emit(account.id)

    def _progressed(self, task: Task, done: int, _total: int, _label: str) -> None:
        for number, mine in self._tasks.items():
            if mine is task and done:
                form = tr("Reading… {n} {nouns} so far")
                nouns = tr(self._accounts[number].nouns)
                self._told[number] = form.format(n=done, nouns=nouns)
                self.changed.emit(number)
