"""Settings: whether new versions are looked for, and what is known of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QCheckBox

from rightsdesk.desktop.design.buttons import Button, allow
from rightsdesk.desktop.design.text import Text
from rightsdesk.desktop.design.tokens import Tone, space
from rightsdesk.desktop.design.words import error_text
from rightsdesk.desktop.pages.settings.rows import AddressLine, SettingsSection
from rightsdesk.desktop.parts.opening import OpenUrl, open_page, tell_where
from rightsdesk.desktop.parts.texts import day_text, sentence, tr, under_way
from rightsdesk.desktop.parts.widgets import Flow
from rightsdesk.desktop.state.tasks import Lane
from rightsdesk.desktop.state.view_state import ViewState
from rightsdesk.errors import KnownError
from rightsdesk.shown import shown

if TYPE_CHECKING:
    from rightsdesk.workspace.updates.types import NewestRelease, UpdateState


class UpdatesSection(SettingsSection):
    """A switch that is off at first, where the feed is read, and a look by hand."""

    def __init__(self, view_state: ViewState, *, open_url: OpenUrl = open_page) -> None:
        super().__init__("updates")
        self._view_state, self._open_url = view_state, open_url
        self._page = ""
        self.watch = QCheckBox(tr("Look once a day"))
        self.watch.setObjectName("watch-versions")
        self.watch.clicked.connect(self._switch)
        words = tr(
            "Reads one small file that is signed by those who make RightsDesk. Nothing about you "
            "is sent, and nothing is downloaded or installed. Off until you ask for it."
        )
        self.add(words, self.watch, wide=True)
        control = AddressLine(
            self._keep,
            field="update-address",
            button="keep-update-address",
            spoken=tr("Address of new versions"),
        )
        self.address, self.keep = control.field, control.keep
        self.where = self.add(tr("Where that file is."), control, wide=True)
        self.now = Button(tr("Check now"), self._check, name="check-versions")
        self.page = Button(tr("Open the page…"), self._open, name="open-release")
        buttons = Flow(spacing=space(2))
        buttons.show_widgets([self.now, self.page])
        self.version = self.add("", buttons, wide=True)
        self.outcome = Text(wrap=True)
        self.outcome.setObjectName("update-outcome")
        self.outcome.hide()
        self.body.addWidget(self.outcome)

    def refresh(self) -> None:
        """Read what is set and what is known."""
        workspace = self._view_state.workspace
        self._view_state.read("updates", lambda: workspace.updates.state(), self._show)

    def _show(self, state: UpdateState) -> None:
        self.watch.setChecked(state.on)
        if not self.address.hasFocus():
            self.address.setText(state.address)
        reason = tr("Enter the address of the feed first.")
        allow(self.now, unless="" if state.address else reason)
        newest = state.newest
        self._page = newest.page if newest and newest.newer else ""
        self.page.setVisible(bool(self._page))
        words = [tr("This is RightsDesk {version}.").format(version=state.version)]
        if newest is not None:
            words.append(newest_words(newest))
        if state.problem:
            words.append(sentence(state.problem))
        self.version.show_help(" ".join(words))
        self.version.help.set_tone(Tone.OPEN if state.problem else Tone.DIM)

    def _switch(self, on: bool) -> None:
        typed = self.address.text()
        self._set(on, typed, tr("Saved. Looked for once a day.") if on else tr("Saved."))

    def _keep(self) -> None:
        self._set(self.watch.isChecked(), self.address.text(), tr("Saved."))

    def _set(self, on: bool, address: str, words: str) -> None:
        updates = self._view_state.workspace.updates
        self._view_state.work.run(
            Lane.SHORT,
            lambda _task: updates.switch(on, address),
            lambda _none: self._said(words, Tone.GOOD),
            failed=self._failed,
            owner=self,
        )

    def _check(self) -> None:
        allow(self.now, unless=under_way())
        updates = self._view_state.workspace.updates
        self._view_state.work.run(
            Lane.WAIT, lambda _task: updates.check(), self._checked, failed=self._failed, owner=self
        )

    def _checked(self, newest: NewestRelease) -> None:
        words = sentence(newest.how) if newest.newer else tr("There is nothing newer.")
        self._said(words, Tone.GOOD)

    def _open(self) -> None:
        if self._page and self._open_url(self._page) is False:
            tell_where(self, self._page)

    def _failed(self, error: KnownError) -> None:
        self._said(error_text(error), Tone.BAD)

    def _said(self, words: str, tone: Tone) -> None:
        self.outcome.set_tone(tone)
        self.outcome.setText(words)
        self.outcome.show()
        self.refresh()


def newest_words(newest: NewestRelease) -> str:
    """The newest version, what it needs and what is new."""
    day = day_text(newest.date)
    if not newest.newer:
        form = tr("It is the newest: {version} came out on {day}.")
        return form.format(version=newest.version, day=day)
    form = tr("{version} is newer. It came out on {day}.")
    words = [form.format(version=newest.version, day=day)]
    if newest.minimum:
        words.append(tr("It needs {system}.").format(system=shown(newest.minimum)))
    return " ".join([*words, *map(shown, newest.changes)])
