"""Settings: which facts about platforms are in use, and where newer ones come from."""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtWidgets import QFileDialog

from rightsdesk.desktop.design.buttons import Button, allow
from rightsdesk.desktop.design.text import Text
from rightsdesk.desktop.design.tokens import Tone, space
from rightsdesk.desktop.design.words import error_text
from rightsdesk.desktop.pages.settings.rows import AddressLine, SettingsSection
from rightsdesk.desktop.parts.texts import counted, day_text, sentence, tr, under_way
from rightsdesk.desktop.parts.widgets import Flow
from rightsdesk.desktop.state.tasks import Lane
from rightsdesk.desktop.state.view_state import ViewState
from rightsdesk.errors import KnownError
from rightsdesk.resources.facts_in_use import FactsOrigin
from rightsdesk.workspace.guided.facts_updates import FactsState, FactsUpdate


class _Loaded(NamedTuple):
    state: FactsState
    address: str


class FactsSection(SettingsSection):
    """The version in use, an update by hand, and the address for the daily one."""

    def __init__(self, view_state: ViewState) -> None:
        super().__init__("facts")
        self._view_state = view_state
        self.now = Button(tr("Update now"), lambda: self._update(""), name="update-facts")
        self.file = Button(tr("From a file…"), self._from_file, name="facts-from-file")
        buttons = Flow(spacing=space(2))
        buttons.show_widgets([self.file, self.now])
        self.version = self.add("", buttons, wide=True)
        control = AddressLine(
            self._keep,
            field="facts-address",
            button="keep-facts-address",
            spoken=tr("Address of newer facts"),
        )
        self.address, self.keep = control.field, control.keep
        words = tr(
            "Looks there once a day. Only files signed by those who make RightsDesk are taken. "
            "Empty: never."
        )
        self.add(words, control, wide=True)
        self.outcome = Text(wrap=True)
        self.outcome.setObjectName("facts-outcome")
        self.outcome.hide()
        self.body.addWidget(self.outcome)

    def refresh(self) -> None:
        """Read what is in use and what is set."""
        workspace = self._view_state.workspace

        def read() -> _Loaded:
            return _Loaded(workspace.facts.state(), workspace.facts.address())

        self._view_state.read("facts", read, self._show)

    def _show(self, seen: _Loaded) -> None:
        state = seen.state
        day, _, number = state.version.partition(".")
        platforms = counted("%n platform", "%n platforms", state.platforms)
        form = (
            tr("Of {day} (number {number}), about {platforms}. Came with RightsDesk.")
            if state.origin is FactsOrigin.SHIPPED
            else tr("Of {day} (number {number}), about {platforms}. Installed as an update.")
        )
        words = form.format(day=day_text(day), number=number, platforms=platforms)
        self.version.show_help(f"{words} {sentence(state.problem)}".strip())
        self.version.help.set_tone(Tone.OPEN if state.problem else Tone.DIM)
        if not self.address.hasFocus():
            self.address.setText(seen.address)
        self.now.setVisible(bool(seen.address))

    def _from_file(self) -> None:
        chosen, _ = QFileDialog.getOpenFileName(
            self, tr("Choose a file of facts"), "", tr("Facts about platforms (*.facts)")
        )
        if chosen:
            self._update(chosen)

    def _update(self, source: str) -> None:
        for one in (self.now, self.file):
            allow(one, unless=under_way())
        facts = self._view_state.workspace.facts
        self._view_state.work.run(
            Lane.WAIT,
            lambda _task: facts.update(source),
            self._updated,
            failed=self._failed,
            owner=self,
        )

    def _updated(self, done: FactsUpdate) -> None:
        self._ready()
        form = tr("Installed. The facts about {platforms} are new.")
        platforms = counted("%n platform", "%n platforms", len(done.changed))
        self._say(form.format(platforms=platforms), Tone.GOOD)
        self._view_state.something_changed()
        self.refresh()

    def _keep(self) -> None:
        facts, address = self._view_state.workspace.facts, self.address.text()
        self._view_state.work.run(
            Lane.SHORT,
            lambda _task: facts.set_address(address),
            self._kept,
            failed=self._failed,
            owner=self,
        )

    def _kept(self, stored: str) -> None:
        self.address.setText(stored)
        words = tr("Saved. Looked for once a day.") if stored else tr("Saved. Never looked for.")
        self._say(words, Tone.GOOD)
        self.refresh()

    def _failed(self, error: KnownError) -> None:
        self._ready()
        self._say(error_text(error), Tone.BAD)

    def _ready(self) -> None:
        allow(self.now)
        allow(self.file)

    def _say(self, words: str, tone: Tone) -> None:
        self.outcome.set_tone(tone)
        self.outcome.setText(words)
        self.outcome.show()
