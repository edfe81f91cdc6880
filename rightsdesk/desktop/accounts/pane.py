"""One account: what is known of it, and what can be done with it, each with what that does."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QPushButton, QWidget

from rightsdesk.desktop.accounts.texts import (
    again_text,
    check_text,
    facts_text,
    removal_text,
    remove_text,
    state_sign,
    state_text,
)
from rightsdesk.desktop.parts.message_box import ask
from rightsdesk.desktop.parts.texts import counted, tr
from rightsdesk.desktop.parts.theme import em
from rightsdesk.desktop.parts.widgets import (
    button,
    dim_label,
    emptied,
    heading,
    plain_label,
    vertical,
    with_icon,
)
from rightsdesk.desktop.state.tasks import Lane, Task
from rightsdesk.desktop.state.view_state import ViewState
from rightsdesk.workspace.types import Account


class AccountPane(QWidget):
    """Shows an account, and checks or removes it. The rest is for those who listen."""

    again_wanted = Signal(object)
    questions_wanted = Signal(object)
    signed_out = Signal(str)
    """After an account was removed; what could not be done, or nothing."""

    def __init__(self, desk: ViewState) -> None:
        super().__init__()
        self._desk = desk
        self.account: Account | None = None
        self._task: Task | None = None
        self._told: dict[int, str] = {}
        layout = vertical(spacing=0.4)
        self.setLayout(layout)
        self._head = vertical(spacing=0.2)
        layout.addLayout(self._head)
        self.facts = plain_label(selectable=True)
        layout.addWidget(self.facts)
        self.deeds = QWidget()
        self._grid = QGridLayout(self.deeds)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(em(self, 0.7))
        self._grid.setColumnStretch(1, 1)
        self.check = button(tr("&Check"), self._check, name="check")
        self.again = button(tr("Sign in a&gain…"), self._again, name="again")
        self.remove = button(tr("Sign out and &remove…"), self._remove, name="remove")
        self.questions = button("", self._questions, name="account-questions")
        self._texts = [self._deed(each) for each in (self.check, self.again, self.remove)]
        self._answers = self._deed(self.questions)
        layout.addWidget(self.deeds)
        layout.addStretch(1)
        desk.work.progressed.connect(self._progressed)
        self.show_account(None)

    def _deed(self, deed: QPushButton) -> Callable[[str], None]:
        text, row = dim_label(), self._grid.rowCount()
        self._grid.addWidget(deed, row, 0)
        self._grid.addWidget(text, row, 1)

        def say(words: str) -> None:
            text.setText(words)
            text.setVisible(bool(words))
            deed.setVisible(bool(words))
            deed.setAccessibleDescription(words)

        return say

    def show_account(self, account: Account | None) -> None:
        """Show one; None where there is none."""
        self.account = account
        emptied(self._head)
        self.deeds.setVisible(account is not None)
        self.facts.setVisible(account is not None)
        if account is None:
            return
        title = tr("{login} on {platform}, for {artist}").format(
            login=account.name, platform=account.platform_name, artist=account.artist
        )
        self._head.addWidget(heading(title, factor=1.1))
        sign, colour = state_sign(account)
        self._head.addWidget(with_icon(sign, colour, plain_label(state_text(account))))
        told = self._told.get(account.id, "")
        parts = (facts_text(account), "" if told == account.problem else told)
        self.facts.setText("\n".join(part for part in parts if part))
        words = (check_text(account), again_text(account), remove_text(account))
        for say, text in zip(self._texts, words, strict=True):
            say(text)
        self.questions.setText(
            counted("Ans&wer %n question…", "Ans&wer %n questions…", account.questions)
        )
        form = tr("Which recordings they are. Answers are remembered.")
        self._answers(form if account.questions else "")
        for each in (self.check, self.again, self.remove, self.questions):
            each.setEnabled(self._task is None)

    def forget(self, account_id: int) -> None:
        """What was told of an account is out of date."""
        self._told.pop(account_id, None)

    # --- doing -----------------------------------------------------------------------

    def _again(self) -> None:
        if self.account:
            self.again_wanted.emit(self.account)

    def _questions(self) -> None:
        if self.account:
            self.questions_wanted.emit(self.account)

    def _check(self) -> None:
        if (account := self.account) is None:
            return
        workspace = self._desk.workspace

        def check(task: Task) -> str:
            workspace.accounts.check(account.id)
            workspace.accounts.read_items(account.id, progress=task.progress, cancel=task.cancelled)
            return tr("Checked: the sign-in holds.")

        self._run(account, tr("Asking {platform}…").format(platform=account.platform_name), check)

    def _remove(self) -> None:
        if (account := self.account) is None:
            return
        workspace = self._desk.workspace
        title = tr("Sign out and remove “{login}” on {platform}, the account of {artist}?")
        ask(
            self,
            title.format(login=account.name, platform=account.platform_name, artist=account.artist),
            tr("&Remove"),
            tr("&Keep"),
            lambda: self._run(
                account,
                tr("Signing out…"),
                lambda _task: workspace.accounts.remove(account.id),
                self.signed_out.emit,
            ),
            title=tr("Sign out and remove?"),
            details=removal_text(account),
            name="remove-account",
            destructive=True,
        )

    def _run(
        self,
        account: Account,
        title: str,
        function: Callable[[Task], str],
        done: Callable[[str], object] = lambda _words: None,
    ) -> None:
        def told(words: str) -> None:
            self._told[account.id] = words
            self._desk.something_changed()

        def went(words: str) -> None:
            told(words)
            done(words)

        def over() -> None:
            self._task = None
            self.show_account(self.account)

        self._task = self._desk.work.run(
            Lane.WAIT,
            function,
            went,
            failed=lambda error: told(str(error)),
            always=over,
            owner=self,
        )
        self.show_account(self.account)
        self.facts.setText(title)

    def _progressed(self, task: Task, done: int, _total: int, _label: str) -> None:
        if task is self._task and self.account and done:
            words = tr("Reading… {n} {nouns} so far").format(n=done, nouns=tr(self.account.nouns))
            self.facts.setText(words)
