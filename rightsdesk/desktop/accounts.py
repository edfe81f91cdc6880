"""An artist's accounts on platforms: sign in, check, sign in again, remove."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QMessageBox,
    QWidget,
)

from rightsdesk.desktop.desk import Desk
from rightsdesk.desktop.look import Accent, em, icon
from rightsdesk.desktop.sign_in import PORT, SignInDialog, open_in_browser
from rightsdesk.desktop.texts import counted, tr, when_text
from rightsdesk.desktop.widgets import (
    button,
    dim_label,
    heading,
    plain_label,
    primary,
    vertical,
)
from rightsdesk.desktop.work import Lane, Task
from rightsdesk.errors import KnownError
from rightsdesk.workspace.types import Account, Artist


class AccountsDialog(QDialog):
    """`account_ready` gives an account whose tracks can now be read."""

    account_ready = Signal(object)

    def __init__(
        self,
        desk: Desk,
        artist: Artist,
        *,
        open_url: Callable[[str], object] = open_in_browser,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("accounts")
        self._desk = desk
        self._artist = artist
        self._open_url = open_url
        self._accounts: list[Account] = []
        self.setWindowTitle(tr("Accounts"))
        layout = vertical(spacing=0.5, margin=1.0)
        self.setLayout(layout)
        layout.addWidget(heading(tr("Accounts of {artist}").format(artist=artist.name)))
        layout.addWidget(
            dim_label(tr("An account acts for this artist only. Keys are kept encrypted."))
        )
        self.list = QListWidget()
        self.list.setIconSize(QSize(em(self), em(self)))
        self.list.setAccessibleName(tr("Accounts"))
        self.list.currentRowChanged.connect(lambda _row: self._chosen())
        self.facts = plain_label()
        self.facts.setMinimumHeight(em(self, 4))
        layout.addWidget(self.list, 1)
        layout.addWidget(self.facts)
        line = QHBoxLayout()
        self.check = button(tr("&Check"), self._check, name="check")
        self.again = button(tr("Sign in a&gain…"), self._sign_in_again, name="again")
        self.remove = button(tr("&Remove…"), self._remove, name="remove")
        for each in (self.check, self.again, self.remove):
            line.addWidget(each)
        line.addStretch(1)
        layout.addLayout(line)
        box = QDialogButtonBox()
        for platform in desk.workspace.platforms():
            text = tr("&Add {platform}…").format(platform=platform[1])
            add = button(text, partial(self._add, platform), name=f"add-{platform[0]}")
            box.addButton(add, QDialogButtonBox.ButtonRole.ActionRole)
        close = primary(button(tr("Close"), self.accept))
        box.addButton(close, QDialogButtonBox.ButtonRole.RejectRole)
        layout.addWidget(box)
        self.resize(em(self, 34), em(self, 22))
        desk.facts_changed.connect(self._look)
        self._chosen()
        self._look()

    def _look(self) -> None:
        workspace, artist_id = self._desk.workspace, self._artist.id
        self._desk.work_for(self, lambda: workspace.accounts(artist_id), self._show)

    def _show(self, accounts: Sequence[Account]) -> None:
        kept = self.list.currentRow()
        self._accounts = list(accounts)
        self.list.clear()
        for account in accounts:
            role = Accent.GOOD if account.state == "connected" else Accent.OPEN
            sign = "agrees" if account.state == "connected" else "conflicts"
            text = f"{account.platform_name}: {account.name}   {state_text(account)}"
            self.list.addItem(QListWidgetItem(icon(sign, self, role), text))
        if accounts:
            self.list.setCurrentRow(min(max(kept, 0), len(accounts) - 1))
        self._chosen()

    def _account(self) -> Account | None:
        place = self.list.currentRow()
        return self._accounts[place] if 0 <= place < len(self._accounts) else None

    def _chosen(self) -> None:
        account = self._account()
        for each in (self.check, self.again, self.remove):
            each.setEnabled(account is not None)
        if account is None:
            self.facts.setText(tr("No account yet. Add one to see what the platform says."))
            return
        lines = [account.url] if account.url else []
        lines.append(counted("%n track known there", "%n tracks known there", account.items))
        if account.checked_at:
            lines.append(tr("Last checked {when}").format(when=when_text(account.checked_at)))
        if account.problem:
            lines.append(account.problem)
        self.facts.setText("\n".join(lines))

    # --- doing -----------------------------------------------------------------------

    def _add(self, platform: tuple[str, str], again: Account | None = None) -> None:
        dialog = SignInDialog(
            self._desk,
            self._artist,
            platform,
            again=again,
            open_url=self._open_url,
            port=PORT,
            parent=self,
        )
        dialog.signed_in.connect(self._signed_in)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _sign_in_again(self) -> None:
        if account := self._account():
            self._add((account.platform, account.platform_name), again=account)

    def _signed_in(self, account: Account) -> None:
        self._look()
        self.account_ready.emit(account)

    def _check(self) -> None:
        account = self._account()
        if account is None:
            return
        workspace, account_id = self._desk.workspace, account.id
        self.facts.setText(tr("Asking {platform}…").format(platform=account.platform_name))
        self._network(lambda _task: workspace.check_account(account_id))

    def _remove(self) -> None:
        account = self._account()
        if account is None:
            return
        question = QMessageBox(self)
        question.setObjectName("remove-account")
        question.setIcon(QMessageBox.Icon.Question)
        question.setWindowTitle(tr("Remove the account?"))
        question.setTextFormat(question.textFormat().PlainText)
        question.setText(tr("Remove “{name}”?").format(name=account.name))
        question.setInformativeText(
            tr(
                "RightsDesk signs out, and deletes its keys and what it noted about {n} "
                "tracks there. Nothing changes on {platform} itself, nor in your files."
            ).format(n=account.items, platform=account.platform_name)
        )
        yes = question.addButton(tr("&Remove"), QMessageBox.ButtonRole.DestructiveRole)
        keep = question.addButton(tr("&Keep"), QMessageBox.ButtonRole.RejectRole)
        question.setDefaultButton(keep)
        workspace, account_id = self._desk.workspace, account.id

        def answered() -> None:
            if question.clickedButton() is yes:
                self._network(lambda _task: workspace.remove_account(account_id))
            question.deleteLater()

        question.finished.connect(answered)
        question.open()

    def _network(self, function: Callable[[Task], object]) -> None:
        def failed(error: KnownError) -> None:
            self._look()
            self.facts.setText(str(error))

        def done(told: object) -> None:
            self._desk.something_changed()
            if isinstance(told, str) and told:
                self.facts.setText(told)

        self._desk.work.run(Lane.WAIT, function, done, failed=failed, owner=self)


def state_text(account: Account) -> str:
    """Whether the sign-in holds."""
    return {
        "connected": tr("signed in"),
        "reconnect": tr("sign in again"),
        "unchecked": tr("not checked yet"),
    }.get(account.state, account.state)
