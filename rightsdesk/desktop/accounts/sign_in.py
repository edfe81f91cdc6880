"""Connecting an account: whose it is, which platform, what that asks for, the wait, the answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QListWidget,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QStackedWidget,
    QWidget,
)
from shiboken6 import isValid

from rightsdesk.desktop.accounts.connecting import Connected, ConnectionRequest
from rightsdesk.desktop.accounts.form import AccountForm
from rightsdesk.desktop.accounts.new_key import offer_new_key
from rightsdesk.desktop.accounts.pages import DonePage, WaitPage
from rightsdesk.desktop.accounts.passphrase import PassphraseRefused
from rightsdesk.desktop.accounts.texts import place_text
from rightsdesk.desktop.accounts.whose import Whose
from rightsdesk.desktop.parts.message_box import ask
from rightsdesk.desktop.parts.opening import OpenUrl, open_in_browser
from rightsdesk.desktop.parts.texts import tr
from rightsdesk.desktop.parts.theme import Accent, em, em_across
from rightsdesk.desktop.parts.widgets import (
    button,
    plain_label,
    primary,
    scrolled,
    vertical,
    with_icon,
)
from rightsdesk.desktop.state.tasks import Lane, Task
from rightsdesk.desktop.state.view_state import ViewState
from rightsdesk.errors import KnownError
from rightsdesk.platforms.http.errors import UnknownHost
from rightsdesk.roster.account_state import AccountState
from rightsdesk.roster.vault_errors import VaultError
from rightsdesk.workspace.sign_in.form import Part, SignInForm, concerned, flaws, form_of, forms
from rightsdesk.workspace.types import Account, Artist

if TYPE_CHECKING:
    from rightsdesk.workspace import PendingSignIn

PORT = 8765


class SignInDialog(QDialog):
    """`signed_in` gives the account, once it is certain that it is the artist's."""

    signed_in = Signal(object)

    def __init__(
        self,
        desk: ViewState,
        artist: Artist | None,
        *,
        platform: str = "",
        again: Account | None = None,
        open_url: OpenUrl = open_in_browser,
        port: int = PORT,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("sign-in")
        self._desk, self._again, self._open_url, self._port = desk, again, open_url, port
        self._task: Task | None = None
        self._pending: PendingSignIn | None = None
        self._connected: Connected | None = None
        self._forms = (form_of(again.platform).again,) if again else forms()
        self.setWindowTitle(tr("Sign in again") if again else tr("Add an account"))
        layout = vertical(spacing=0.55, margin=1.0)
        self.setLayout(layout)
        self.whose = Whose(desk.artists, artist, fixed=again is not None)
        layout.addWidget(self.whose)
        self.place = plain_label(place_text(again) if again else "")
        self.place.setVisible(bool(self.place.text()))
        layout.addWidget(self.place)
        middle = QHBoxLayout()
        middle.setSpacing(em(self, 0.8))
        self.list = self._platform_list()
        self.pages = QStackedWidget()
        middle.addWidget(self.list)
        middle.addWidget(self.pages, 1)
        layout.addLayout(middle, 1)
        self.area = scrolled(QWidget())
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # what is in it scrolls into view
        self.wait, self.done_page = WaitPage(self._open, self._copy_url), DonePage()
        for page in (self.area, self.wait, self.done_page):
            self.pages.addWidget(page)
        self.problem = plain_label()
        self.problem_row = with_icon("conflicts", Accent.BAD, self.problem)
        layout.addWidget(self.problem_row)
        layout.addLayout(self._buttons())
        names = [form.platform for form in self._forms]
        self.list.setCurrentRow(names.index(platform) if platform in names else 0)
        self.list.setVisible(again is None)
        room = self.screen().availableGeometry()
        width, height = (36, 31) if again else (48, 33)
        self.resize(
            min(em_across(self, width), round(room.width() * 0.96)),
            min(em(self, height), round(room.height() * 0.92)),
        )
        (self.form.focus_first if self.whose.artist else self.whose.box.setFocus)()

    # --- laying out ------------------------------------------------------------------

    def _platform_list(self) -> QListWidget:
        names = QListWidget()
        names.setAccessibleName(tr("Platforms"))
        names.addItems([form.name for form in self._forms])
        names.setFixedWidth(em_across(self, 9.5))
        names.setSpacing(em(self, 0.12))
        names.currentRowChanged.connect(self._platform_chosen)
        return names

    def _buttons(self) -> QHBoxLayout:
        line = QHBoxLayout()
        self.not_theirs = button(tr("&No, remove it again"), self._take_back, name="not-theirs")
        self.stop = button(tr("&Stop waiting"), self._stop, name="stop")
        self.cancel = button(tr("Cancel"), self.reject, name="cancel")
        self.go: QPushButton = primary(button("", lambda: self._go(), name="go"))
        self.yes: QPushButton = primary(button("", self._agreed, name="yes"))
        self.yes.setDefault(False)  # there is one for each page
        line.addWidget(self.not_theirs)
        line.addStretch(1)
        for each in (self.stop, self.cancel, self.go, self.yes):
            line.addWidget(each)
        return line

    def _platform_chosen(self, place: int) -> None:
        if place < 0:
            return
        if isinstance(old := self.area.takeWidget(), AccountForm):
            old.forget_secrets()
            old.deleteLater()
        chosen: SignInForm = self._forms[place]
        self.form = AccountForm(chosen, self._open_url)
        if self._again is not None:
            self.form.fill({Part.CLIENT_ID: self._again.client_id})
        _put(self.area, self.form)
        self._in_order()
        self._show(self.area)

    def _in_order(self) -> None:
        """Tab goes from the list through the form to the buttons, though the form came last."""
        inside = self.form.findChildren(QWidget)
        stops = [w for w in inside if w.focusPolicy() & Qt.FocusPolicy.TabFocus]
        before: QWidget = self.list
        for each in (*stops, self.not_theirs, self.stop, self.cancel, self.go, self.yes):
            QWidget.setTabOrder(before, each)
            before = each

    def _show(self, page: QWidget, problem: str = "") -> None:
        self.pages.setCurrentWidget(page)
        asking, waiting, done = (page is each for each in (self.area, self.wait, self.done_page))
        in_browser = self.form.form.in_browser
        self.go.setText(tr("&Sign in in the browser") if in_browser else tr("&Connect"))
        self.go.setVisible(asking)
        self.stop.setVisible(waiting)
        self.cancel.setVisible(asking)
        self.yes.setVisible(done)
        self.not_theirs.setVisible(done)
        self.go.setDefault(asking)
        self.list.setEnabled(asking)
        self.whose.settle(settled=not asking)
        self.problem.setText(problem)
        self.problem_row.setVisible(bool(problem))

    # --- connecting ------------------------------------------------------------------

    def _go(self, fingerprint: str = "") -> None:
        artist, form, given = self.whose.artist, self.form.form, self.form.values
        found = flaws(form, given)
        self.form.show_flaws(found)
        if not self.whose.require() or found or artist is None:
            return
        wanted = ConnectionRequest(artist.id, form, self._again, self._port)
        workspace = self._desk.workspace
        self.wait.asking(form.name)
        self._show(self.wait)
        if not form.in_browser:
            self._wait_for(wanted.by_secret(workspace, given, fingerprint))
            return
        # It is told to the desk, which outlives this window: a sign-in that was begun has to
        # be ended also where nobody waits for it any more.
        begun = self._desk.work.run(
            Lane.WAIT,
            lambda _task: wanted.begin(workspace, given),
            lambda pending: self._begun(begun, wanted, pending),
            failed=lambda error: self._failed(begun, error),
            owner=self._desk,
        )
        self._task = begun

    def _begun(self, task: Task, wanted: ConnectionRequest, pending: PendingSignIn) -> None:
        if task.cancelled.is_set() or not isValid(self):
            pending.cancel()
            return
        self._pending = pending
        artist = self.whose.artist
        name = artist.name if artist else ""
        self.wait.in_browser(self.form.form.name, name, pending.to_register)
        self._wait_for(wanted.finish(self._desk.workspace, pending))
        self._open()

    def _wait_for(self, work: Callable[[Task], Connected | None]) -> None:
        task = self._desk.work.run(
            Lane.WAIT,
            work,
            lambda answer: self._answered(task, answer),
            failed=lambda error: self._failed(task, error),
            owner=self,
        )
        self._task = task

    def _open(self) -> None:
        if self._pending is not None:
            opened = self._open_url(self._pending.url)
            self.wait.browser(self.form.form.name, opened=opened is not False)

    def _copy_url(self) -> str:
        return self._pending.url if self._pending else ""

    def _stop(self) -> None:
        """Give up the wait, and go back to the form as it was."""
        if self._task is not None:
            self._task.cancel()
        self._task = self._pending = None
        self._show(self.area)

    def _failed(self, task: Task, error: KnownError) -> None:
        if task is not self._task or not isValid(self):
            return
        self._task = self._pending = None
        beside = concerned(self.form.form, self.form.values, error)
        self._show(self.area, "" if beside else str(error))
        self.form.show_flaws(beside)
        if isinstance(error, UnknownHost):
            self._ask_about(error)
        if isinstance(error, VaultError | PassphraseRefused) and error.lost:
            offer_new_key(self._desk, self, error, self._go)

    def _ask_about(self, server: UnknownHost) -> None:
        """Whether this is the key of the server that is meant."""
        ask(
            *(self, server.sentence),
            *(tr("&It is the same"), tr("Do &not connect")),
            lambda: self._go(server.fingerprint),
            details=f"{server.untouched} {server.advice}",
            title=tr("Is this the right server?"),
            name="unknown-host",
        )

    def _answered(self, task: Task, answer: Connected | None) -> None:
        if answer is None or task is not self._task:
            self._desk.something_changed()
            return
        self._task = self._pending = None
        self.form.forget_secrets()
        self._connected = answer
        account = answer.account
        certain = account.state != AccountState.UNCONFIRMED
        if certain and not answer.new:
            self._agreed()
            return
        self.done_page.tell(account, certain=certain)
        self.yes.setText(tr("&Done") if certain else tr("&Yes, it is theirs"))
        self._show(self.done_page)
        # Where somebody has to think, Enter must not be the answer.
        self.yes.setDefault(certain)
        (self.yes if certain else self.not_theirs).setFocus(Qt.FocusReason.OtherFocusReason)
        self._desk.something_changed()

    # --- the answer ------------------------------------------------------------------

    def _agreed(self) -> None:
        connected, self._connected = self._connected, None
        if connected is None:
            return
        workspace, number = self._desk.workspace, connected.account.id
        if connected.account.state != AccountState.UNCONFIRMED:
            self._accepted(connected.account)
            return
        self._desk.work.run(
            Lane.WAIT,
            lambda _task: workspace.accounts.confirm(number),
            self._accepted,
            owner=self,
        )

    def _accepted(self, account: Account) -> None:
        self.signed_in.emit(account)
        self.accept()

    def _take_back(self) -> None:
        """It is somebody else's: nothing of it stays."""
        connected, self._connected = self._connected, None
        if connected is None:
            return
        desk, number = self._desk, connected.account.id
        removed = tr("It was removed again. Nothing of it is kept.")

        def gone(told: str) -> None:
            desk.something_changed()
            if told and isValid(self):
                self._show(self.area, f"{removed} {told}")

        desk.work.run(
            Lane.WAIT,
            lambda _task: desk.workspace.accounts.remove(number),
            gone,
            owner=desk,
        )
        self._show(self.area, removed)

    def reject(self) -> None:
        """Cancel: the wait ends with the dialog. An account whose owner is open goes again."""
        if self._task is not None:
            self._task.cancel()
        if self._connected is not None:
            if self._connected.account.state != AccountState.UNCONFIRMED:
                self._agreed()
                return
            self._take_back()
        super().reject()

    def done(self, result: int) -> None:
        """However it ends, no secret stays in a field."""
        self.form.forget_secrets()
        super().done(result)


def _put(area: QScrollArea, content: QWidget) -> None:
    content.setAutoFillBackground(False)
    content.setMinimumHeight(1)
    content.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
    area.setWidget(content)
    content.show()
