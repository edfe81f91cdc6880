"""The accounts of one artist, or of all: which there are, how each stands, and a new one."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QTreeWidget,
    QTreeWidgetItem,
    QWidget,
)

from rightsdesk.desktop.accounts.new_key import set_passphrase
from rightsdesk.desktop.accounts.pane import AccountPane
from rightsdesk.desktop.accounts.questions import QuestionsDialog
from rightsdesk.desktop.accounts.sign_in import PORT, SignInDialog
from rightsdesk.desktop.accounts.texts import found_short, looked_text, state_sign, state_text
from rightsdesk.desktop.parts.opening import OpenUrl, open_in_browser
from rightsdesk.desktop.parts.texts import counted, tr
from rightsdesk.desktop.parts.theme import em, em_across, icon
from rightsdesk.desktop.parts.widgets import (
    CalmComboBox,
    button,
    dim_label,
    heading,
    plain_label,
    primary,
    scrolled,
    vertical,
)
from rightsdesk.desktop.state.view_state import ViewState
from rightsdesk.roster.account_state import AccountState
from rightsdesk.shown import shown
from rightsdesk.workspace.types import Account, Artist

WHOSE, PLATFORM, LOGIN, STATE, FOUND, LOOKED = range(6)


class AccountsDialog(QDialog):
    """`account_ready` gives an account whose items can now be read."""

    account_ready = Signal(object)

    def __init__(
        self,
        desk: ViewState,
        artist: Artist | None,
        *,
        open_url: OpenUrl = open_in_browser,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("accounts")
        self._desk = desk
        self.artist = artist
        self._open_url = open_url
        self._accounts: list[Account] = []
        self._wanted: int | None = None
        self._left = ""  # what a removal could not do
        self.setWindowTitle(tr("Accounts"))
        layout = vertical(spacing=0.5, margin=1.0)
        self.setLayout(layout)
        layout.addLayout(self._top())
        self.about = dim_label()
        layout.addWidget(self.about)
        self.list = self._tree()
        self.none = plain_label()
        self.pane = AccountPane(desk)
        self.pane.again_wanted.connect(lambda account: self._sign_in(again=account))
        self.pane.questions_wanted.connect(self._ask)
        self.pane.signed_out.connect(self._removed)
        layout.addWidget(self.list, 2)
        layout.addWidget(self.none)
        layout.addWidget(scrolled(self.pane), 5)
        line = QHBoxLayout()
        self.add = primary(button(tr("&Add an account…"), self._sign_in, name="add"))
        self.passphrase = button(
            tr("&Passphrase…"), lambda: set_passphrase(desk, self), name="set-passphrase"
        )
        self.close_ = button(tr("Close"), self.accept, name="close")
        line.addWidget(self.add)
        line.addWidget(self.passphrase)
        line.addStretch(1)
        line.addWidget(self.close_)
        layout.addLayout(line)
        room = self.screen().availableGeometry()
        width, height = round(room.width() * 0.96), round(room.height() * 0.92)
        self.resize(min(em_across(self, 53), width), min(em(self, 37), height))
        desk.facts_changed.connect(self._look)
        self._look()

    def _top(self) -> QHBoxLayout:
        self.whose = CalmComboBox()
        self.whose.setObjectName("whose-accounts")
        self.whose.setAccessibleName(tr("Artist"))
        self.whose.setMinimumWidth(em_across(self, 14))
        self.whose.addItem(tr("All artists"))
        self.whose.addItems([artist.name for artist in self._desk.artists])
        ids = [None, *(artist.id for artist in self._desk.artists)]
        self.whose.setCurrentIndex(ids.index(self.artist.id if self.artist else None))
        self.whose.currentIndexChanged.connect(self._artist_chosen)
        line = QHBoxLayout()
        line.addWidget(heading(tr("Accounts of")))
        line.addWidget(self.whose)
        line.addStretch(1)
        return line

    def _tree(self) -> QTreeWidget:
        tree = QTreeWidget()
        tree.setAccessibleName(tr("Accounts"))
        tree.setRootIsDecorated(False)
        tree.setUniformRowHeights(True)
        tree.setAllColumnsShowFocus(True)
        tree.setIconSize(QSize(em(tree), em(tree)))
        tree.setHeaderLabels(
            [
                tr("Artist"),
                tr("Platform"),
                tr("Account"),
                tr("Sign-in"),
                tr("Found there"),
                tr("Last looked"),
            ]
        )
        header = tree.header()
        header.setSectionsMovable(False)
        header.setStretchLastSection(True)
        for column, width in enumerate((9, 7.5, 9, 11.5, 9.5)):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.Interactive)
            tree.setColumnWidth(column, em_across(tree, width))
        tree.setMinimumHeight(em(tree, 6))
        tree.currentItemChanged.connect(lambda _now, _before: self._chosen())
        return tree

    # --- showing ---------------------------------------------------------------------

    def _artist_chosen(self, place: int) -> None:
        self.artist = self._desk.artists[place - 1] if place > 0 else None
        self._look()

    def _look(self) -> None:
        workspace = self._desk.workspace
        artist_id = self.artist.id if self.artist else None
        asked = self.whose.currentIndex()

        def arrived(accounts: Sequence[Account]) -> None:
            if asked == self.whose.currentIndex():
                self._show(accounts)

        self._desk.work_for(self, lambda: workspace.accounts.all(artist_id), arrived)

    def _show(self, accounts: Sequence[Account]) -> None:
        current = self.account
        kept = self._wanted or (current.id if current else None)
        self._wanted = None
        self._accounts = sorted(
            accounts, key=lambda a: (a.artist.casefold(), a.platform_name.casefold(), a.id)
        )
        self.list.blockSignals(True)
        self.list.clear()
        for account in self._accounts:
            self.list.addTopLevelItem(self._line(account))
        places = (n for n, account in enumerate(self._accounts) if account.id == kept)
        if (line := self.list.topLevelItem(next(places, 0))) is not None:
            self.list.setCurrentItem(line)
        self.list.blockSignals(False)
        self.list.setColumnHidden(WHOSE, self.artist is not None)
        self.list.setVisible(bool(accounts))
        self.none.setVisible(not accounts)
        self.none.setText(self._nothing())
        self.about.setText(self._about())
        self._chosen()

    def _line(self, account: Account) -> QTreeWidgetItem:
        line = QTreeWidgetItem(
            [
                shown(account.artist),
                account.platform_name,
                shown(account.name),
                state_text(account),
                found_short(account),
                looked_text(account),
            ]
        )
        sign, colour = state_sign(account)
        line.setIcon(STATE, icon(sign, self, colour))
        font = self.list.font()
        font.setBold(True)
        line.setFont(WHOSE, font)
        spoken = ", ".join(line.text(column) for column in range(6))
        line.setData(WHOSE, Qt.ItemDataRole.AccessibleTextRole, spoken)
        return line

    def _about(self) -> str:
        words = [tr("An account acts for one artist only. Keys are kept encrypted.")]
        over = sum(account.state == AccountState.RECONNECT for account in self._accounts)
        if over:
            one, many = "%n account needs a new sign-in.", "%n accounts need a new sign-in."
            words.insert(0, counted(one, many, over))
        if self._left:
            words.insert(0, self._left)
        return " ".join(words)

    def _nothing(self) -> str:
        if self.artist is None:
            return tr("No artist has an account yet. Add one to see what a platform says.")
        return tr("{artist} has no account yet. Add one to see what a platform says.").format(
            artist=self.artist.name
        )

    @property
    def account(self) -> Account | None:
        """The chosen one."""
        place = self.list.currentIndex().row()
        return self._accounts[place] if 0 <= place < len(self._accounts) else None

    def _chosen(self) -> None:
        self.pane.show_account(self.account)

    # --- doing -----------------------------------------------------------------------

    def _sign_in(self, *, again: Account | None = None) -> None:
        artist = self.artist
        if again is not None:
            artist = next((a for a in self._desk.artists if a.id == again.artist_id), None)
        elif artist is None and len(self._desk.artists) == 1:
            artist = self._desk.artists[0]
        dialog = SignInDialog(
            self._desk,
            artist,
            again=again,
            open_url=self._open_url,
            port=PORT,
            parent=self,
        )
        dialog.signed_in.connect(self._signed_in)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _signed_in(self, account: Account) -> None:
        self._wanted = account.id
        self.pane.forget(account.id)
        if self.artist is not None and self.artist.id != account.artist_id:
            self.whose.setCurrentIndex(0)
        self._desk.something_changed()
        self.account_ready.emit(account)

    def _removed(self, told: str) -> None:
        self._left = told
        self.about.setText(self._about())

    def _ask(self, account: Account) -> None:
        dialog = QuestionsDialog(self._desk, self, account=account)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()
