"""Connecting an account, step by step inside the page: the artist, the platform, what that
asks for, the wait, the answer. Every question on the way is a step, never a window on top."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget, QWidget
from shiboken6 import isValid

from rightsdesk.desktop.accounts.asker import PassphraseRefused
from rightsdesk.desktop.accounts.connecting import Connected, ConnectionRequest
from rightsdesk.desktop.accounts.form import FormStep
from rightsdesk.desktop.accounts.passphrase import PassphraseStep
from rightsdesk.desktop.accounts.steps import (
    ConnectStep,
    DoneStep,
    PlatformStep,
    QuestionStep,
    WaitStep,
    WhoseStep,
)
from rightsdesk.desktop.accounts.texts import place_text, removal_lines
from rightsdesk.desktop.design.announcing import announce
from rightsdesk.desktop.parts.opening import OpenUrl, open_in_browser
from rightsdesk.desktop.parts.sub_page import SubPage
from rightsdesk.desktop.parts.texts import (
    error_text,
    sentence,
    tr,
)
from rightsdesk.desktop.state.tasks import Lane, Task
from rightsdesk.desktop.state.view_state import ViewState
from rightsdesk.errors import KnownError
from rightsdesk.platforms.http.errors import UnknownHost
from rightsdesk.roster.account_state import AccountState
from rightsdesk.roster.passphrase_prompts import PromptReason
from rightsdesk.roster.vault_errors import VaultError
from rightsdesk.workspace.sign_in.form import SignInForm, concerned, flaws, form_of, forms
from rightsdesk.workspace.types.artists import Account, Artist

if TYPE_CHECKING:
    from rightsdesk.workspace import PendingSignIn

PORT = 8765


class ConnectFlow(SubPage):
    """`connected` gives an account once it is certain that it is the artist's; `end_wanted` an
    account that the person agreed to disconnect; `told` a sentence for the notice bar."""

    connected = Signal(object)
    end_wanted = Signal(object)
    told = Signal(str)

    def __init__(
        self,
        view_state: ViewState,
        *,
        open_url: OpenUrl = open_in_browser,
        port: int = PORT,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(tr("Back"), parent=parent)
        self.setObjectName("connect")
        self._view_state, self.open_url, self.port = view_state, open_url, port
        self.artist: Artist | None = None
        self._again: Account | None = None
        self._form: SignInForm | None = None
        self._task: Task | None = None
        self._pending: PendingSignIn | None = None
        self._connected: Connected | None = None
        self._came_by: list[ConnectStep] = []
        self._at: ConnectStep | None = None
        self.whose = WhoseStep()
        self.whose.chosen.connect(self._whose_chosen)
        self.platform = PlatformStep()
        self.platform.chosen.connect(self._platform_chosen)
        self.form = FormStep(self.connect_now, self._open_page)
        self.wait = WaitStep(self._open, lambda: self._pending.url if self._pending else "")
        self.question = QuestionStep()
        self.passphrase = PassphraseStep(lambda: self._task is not None)
        self.passphrase.asking.connect(lambda: self._show(self.passphrase))
        self.passphrase.answered.connect(self._passphrase_answered)
        self.done_step = DoneStep(self._agreed)
        self.steps = QStackedWidget()
        for step in (
            *(self.whose, self.platform, self.form, self.wait),
            *(self.question, self.passphrase, self.done_step),
        ):
            self.steps.addWidget(step)
        self.body.addWidget(self.steps)

    # --- beginning -------------------------------------------------------------------

    def begin(
        self, artist: Artist | None, *, platform: str = "", again: Account | None = None
    ) -> None:
        """Start: for an artist (None: asked first), on a platform (none: asked), or a new sign-in
        for a known account."""
        self._start()
        self._again, self._form, self.artist = again, None, artist
        if again is not None:
            self.artist = next(
                (a for a in self._view_state.artists if a.id == again.artist_id), None
            )
            self._fill(form_of(again.platform).again)
            return
        self._form = form_of(platform) if platform else None
        if artist is None and len(self._view_state.artists) == 1:
            self.artist = self._view_state.artists[0]
        if self.artist is None:
            self.whose.show_artists(self._view_state.artists)
            self._show(self.whose)
        else:
            self._after_artist()

    def _start(self) -> None:
        self._came_by, self._at = [], None
        self._again = self._form = self.artist = None

    def set_passphrase(self) -> None:
        """Ask for a new passphrase that opens the stored sign-ins."""
        self._start()
        about = tr(
            "Your system's keyring opens the keys to your accounts, where there is one. A "
            "passphrase opens them, too: also if the keyring loses its entry. It replaces an "
            "earlier one."
        )

        def given(new: str) -> None:
            if not new:
                self.back.emit()
                return
            self.wait.busy(tr("A new passphrase"), tr("Saving the passphrase…"))
            self._show(self.wait)
            self._view_state.work.run(
                Lane.WAIT,
                lambda _task: self._view_state.workspace.accounts.set_passphrase(new),
                lambda _none: self._passphrase_set(),
                failed=lambda error: self._told_back(error_text(error)),
                owner=self,
            )

        self.passphrase.show_question(PromptReason.NEW, given, about=about)
        self._show(self.passphrase)

    def _passphrase_answered(self) -> None:
        if self._task is not None:
            self._show(self.wait)

    def _passphrase_set(self) -> None:
        self._told_back(tr("The new passphrase opens your sign-ins now."))

    def _told_back(self, text: str) -> None:
        self.told.emit(text)
        self.back.emit()

    def ask_to_end(self, account: Account) -> None:
        """Ask whether to disconnect an account, saying what ends and what stays."""
        self._start()
        title = tr("Disconnect {login} on {platform}?")
        self._ask(
            title.format(login=account.name, platform=account.platform_name),
            tr("It is the account of {artist}.").format(artist=account.artist),
            "\n".join(f"•  {line}" for line in removal_lines(account)),
            tr("Disconnect"),
            tr("Keep"),
            lambda: self.end_wanted.emit(account),
            self.back.emit,
        )

    # --- moving ----------------------------------------------------------------------

    def _show(self, step: ConnectStep, *, forward: bool = True) -> None:
        if forward and self._at in (self.whose, self.platform) and step is not self._at:
            self._came_by.append(self._at)
        self._at = step
        self.steps.setCurrentWidget(step)
        for each in self.findChildren(ConnectStep):
            # A stack is as high as its highest page; one that is not shown takes no room.
            policy = each.sizePolicy()
            kind = policy.Policy.Preferred if each is step else policy.Policy.Ignored
            policy.setVerticalPolicy(kind)
            each.setSizePolicy(policy)
        above = ""
        if self.artist is not None and step is not self.whose:
            above = tr("For {artist}").format(artist=self.artist.name)
        self.header.show_words(step.title, step.under, above=above)
        self.back_button.setText(
            tr("Stop waiting")
            if step is self.wait
            else tr("Back")
            if self._came_by
            else tr("Cancel")
        )
        announce(self, step.title)
        self.area.verticalScrollBar().setValue(0)
        if self.isVisible():
            step.focus_first()

    @property
    def step(self) -> ConnectStep:
        """The step that is shown."""
        found = self.steps.currentWidget()
        assert isinstance(found, ConnectStep)
        return found

    def go_back(self) -> None:
        """One step back; from the first one, leave. A wait ends, an account whose owner is open
        is removed again."""
        if self.step is self.passphrase:
            self.passphrase.refuse()
            return
        if self._connected is not None:
            if self._connected.account.state == AccountState.UNCONFIRMED:
                self._take_back()
            else:
                self._agreed()
                return
        if self._task is not None:
            self._stop()
            return
        if self.step is self.question and self._form is not None:
            self._show(self.form, forward=False)
            return
        if self._came_by:
            self.form.forget_secrets()
            self._show(self._came_by.pop(), forward=False)
            return
        self.give_up()
        self.back.emit()

    def give_up(self) -> None:
        """Leave: the wait ends, no secret stays in a field, nothing half-done is kept."""
        self.passphrase.refuse()
        if self._task is not None:
            self._task.cancel()
        self._task = self._pending = None
        if (
            self._connected is not None
            and self._connected.account.state == AccountState.UNCONFIRMED
        ):
            self._take_back()
        self.form.forget_secrets()

    def _whose_chosen(self, artist: Artist) -> None:
        self.artist = artist
        self._after_artist()

    def _after_artist(self) -> None:
        if self._form is None:
            self.platform.show_forms(forms())  # only now: it imports all platforms
            self._show(self.platform)
        else:
            self._fill(self._form)

    def _platform_chosen(self, form: SignInForm) -> None:
        self._fill(form)

    def _fill(self, form: SignInForm) -> None:
        self._form = form
        if self._again is not None or not form.in_browser:
            self._ask_for(form, None)
            return
        accounts = self._view_state.workspace.accounts
        self._view_state.read(
            "app", lambda: accounts.known_app(form.platform), lambda app: self._ask_for(form, app)
        )

    def _ask_for(self, form: SignInForm, app: Account | None) -> None:
        if app is not None:
            form = self._form = form.with_app
        place = place_text(self._again) if self._again else ""
        if app is not None:
            form_of_app = tr("Your app of {artist} is used for this account, too.")
            place = form_of_app.format(artist=app.artist)
        self.form.show_form(form, again=self._again, place=place, app=app)
        self._show(self.form)

    def _open_page(self, address: str) -> object:
        return self.open_url(address)

    # --- connecting ------------------------------------------------------------------

    def connect_now(self, fingerprint: str = "") -> None:
        """Send what was typed; `fingerprint` is that of a server's key that the person
        confirmed."""
        form, artist, given = self._form, self.artist, self.form.values
        if form is None or artist is None:
            return
        found = flaws(form, given)
        self.form.show_flaws(found)
        if found:
            return
        wanted = ConnectionRequest(artist.id, form, self._again, self.port)
        workspace = self._view_state.workspace
        self.wait.asking(form.name)
        if not form.in_browser:
            self._wait_for(wanted.by_secret(workspace, given, fingerprint))
            self._show(self.wait)
            return
        # The desk owns it and outlives this page: a sign-in that was begun has to be ended also
        # where the person has left meanwhile.
        begun = self._view_state.work.run(
            Lane.WAIT,
            lambda _task: wanted.begin(workspace, given),
            lambda pending: self._begun(begun, wanted, pending),
            failed=lambda error: self._failed(begun, error),
            owner=self._view_state,
        )
        self._task = begun
        self._show(self.wait)

    def _begun(self, task: Task, wanted: ConnectionRequest, pending: PendingSignIn) -> None:
        if task.cancelled.is_set() or not isValid(self):
            pending.cancel()
            return
        self._pending = pending
        name = self.artist.name if self.artist else ""
        self.wait.in_browser(wanted.form.name, name, pending.to_register)
        self._wait_for(wanted.finish(self._view_state.workspace, pending))
        self._show(self.wait)
        self._open()

    def _wait_for(self, work: Callable[[Task], Connected | None]) -> None:
        task = self._view_state.work.run(
            Lane.WAIT,
            work,
            lambda answer: self._answered(task, answer),
            failed=lambda error: self._failed(task, error),
            owner=self,
        )
        self._task = task

    def _open(self) -> None:
        if self._pending is not None and self._form is not None:
            opened = self.open_url(self._pending.url)
            self.wait.browser(self._form.name, opened=opened is not False)

    def _stop(self) -> None:
        """Give up the wait, and go back to the form as it was."""
        if self._task is not None:
            self._task.cancel()
        self._task = self._pending = None
        self._show(self.form, forward=False)

    def _failed(self, task: Task, error: KnownError) -> None:
        if task is not self._task or not isValid(self) or self._form is None:
            return
        self._task = self._pending = None
        beside = concerned(self._form, self.form.values, error)
        self.form.show_problem("" if beside else error_text(error))
        self._show(self.form, forward=False)
        self.form.show_flaws(beside)
        if isinstance(error, UnknownHost):
            self.form.show_problem("")
            self._ask_about(error)
        elif isinstance(error, VaultError | PassphraseRefused) and error.lost:
            self._offer_new_key(error)

    def _ask(
        self,
        title: str,
        sentence: str,
        details: str,
        yes: str,
        no: str,
        agreed: Callable[[], object],
        refused: Callable[[], object],
    ) -> None:
        self.question.ask(title, sentence, details, yes, no, agreed, refused)
        self._show(self.question)

    def _ask_about(self, server: UnknownHost) -> None:
        """Whether this is the key of the server that is meant."""
        self._ask(
            tr("Is this the right server?"),
            sentence(server.sentence),
            " ".join(map(sentence, server.parts[1:])),
            tr("Yes, it is the same"),
            tr("Don't connect"),
            lambda: self.connect_now(server.fingerprint),
            lambda: self._show(self.form, forward=False),
        )

    def _offer_new_key(self, error: KnownError) -> None:
        """Ask whether to make a new key, naming the accounts that then need a new sign-in."""
        accounts = self._view_state.workspace.accounts

        def made() -> None:
            self._view_state.something_changed()
            self.connect_now()

        def agreed() -> None:
            self._view_state.work.run(
                Lane.WAIT,
                lambda _task: accounts.new_vault_key(),
                lambda _accounts: made(),
                failed=lambda failure: self._key_failed(failure),
                owner=self,
            )

        def about(concerned: Sequence[Account]) -> None:
            lines = [f"•  {one.platform_name}: {one.name} ({one.artist})" for one in concerned]
            if lines:
                lines.insert(0, tr("These accounts then need a new sign-in; nothing else is lost:"))
            self._ask(
                tr("Make a new key?"),
                sentence(error.sentence),
                "\n".join(lines),
                tr("Make a new key"),
                tr("Cancel"),
                agreed,
                lambda: self._show(self.form, forward=False),
            )

        self._view_state.work_for(self, accounts.locked_out, about)

    def _key_failed(self, error: KnownError) -> None:
        self.form.show_problem(error_text(error))
        self._show(self.form, forward=False)

    # --- the answer ------------------------------------------------------------------

    def _answered(self, task: Task, answer: Connected | None) -> None:
        if answer is None or task is not self._task:
            self._view_state.something_changed()
            return
        self._task = self._pending = None
        self.form.forget_secrets()
        self._connected = answer
        account = answer.account
        if account.state != AccountState.UNCONFIRMED:
            if not answer.new:
                self._agreed()
                return
            self.done_step.tell(account)
            self._show(self.done_step)
            self._view_state.something_changed()
            return
        words = {
            "platform": account.platform_name,
            "login": account.name,
            "artist": account.artist,
        }
        text = tr(
            "That login answered on {platform}. If it is someone else's, remove it: what "
            "{artist} wants would be written there. If you leave without an answer, it is removed."
        )
        self._ask(
            tr("Is “{login}” {artist}'s?").format(**words),
            text.format(**words),
            "\n".join((account.url, *map(sentence, account.lacks))),
            tr("Yes, it is"),
            tr("No, remove it"),
            self._agreed,
            self._not_theirs,
        )
        self._view_state.something_changed()

    def _agreed(self) -> None:
        connected, self._connected = self._connected, None
        if connected is None:
            return
        workspace, number = self._view_state.workspace, connected.account.id
        if connected.account.state != AccountState.UNCONFIRMED:
            self.connected.emit(connected.account)
            return
        self._view_state.work.run(
            Lane.WAIT,
            lambda _task: workspace.accounts.confirm(number),
            self.connected.emit,
            owner=self,
        )

    def _not_theirs(self) -> None:
        self._take_back()
        self._show(self.form, forward=False)

    def _take_back(self) -> None:
        """The login belongs to another person: nothing of it is kept."""
        connected, self._connected = self._connected, None
        if connected is None:
            return
        view_state, number = self._view_state, connected.account.id
        removed = tr("It was removed. Nothing of it is kept.")
        self.form.show_problem(removed)

        def gone(told: str) -> None:
            view_state.something_changed()
            if told and isValid(self):
                self.form.show_problem(f"{removed} {told}")

        view_state.work.run(
            Lane.WAIT,
            lambda _task: view_state.workspace.accounts.remove(number),
            gone,
            owner=view_state,
        )
