"""Settings: the proxy that all requests take."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from rightsdesk.desktop.design.buttons import Button
from rightsdesk.desktop.design.text import Text
from rightsdesk.desktop.design.tokens import Tone, space
from rightsdesk.desktop.pages.settings.rows import SettingsSection
from rightsdesk.desktop.parts.texts import tr
from rightsdesk.desktop.parts.widgets import CalmComboBox
from rightsdesk.desktop.state.tasks import Lane
from rightsdesk.desktop.state.view_state import ViewState
from rightsdesk.errors import KnownError

SYSTEM, NONE, OWN = "", "none", "own"


class NetworkSection(SettingsSection):
    """The system's proxy, none, or an address of one's own."""

    def __init__(self, view_state: ViewState) -> None:
        super().__init__("network")
        self._view_state = view_state
        self.kind = CalmComboBox()
        self.kind.setObjectName("proxy-kind")
        for value, words in (
            (SYSTEM, tr("System")),
            (NONE, tr("No proxy")),
            (OWN, tr("This address:")),
        ):
            self.kind.addItem(words, value)
        self.kind.activated.connect(self._picked)
        self.address = QLineEdit()
        self.address.setObjectName("proxy-address")
        self.address.setAccessibleName(tr("Address of the proxy"))
        self.address.setPlaceholderText("http://proxy.example:8080")
        self.address.returnPressed.connect(self._use)
        self.use = Button(tr("Use"), self._use, name="use-proxy")
        control = QWidget()
        line = QHBoxLayout(control)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(space(2))
        line.addWidget(self.kind)
        line.addWidget(self.address, 1)
        line.addWidget(self.use)
        line.addStretch(0)
        words = tr("All requests to platforms and sites go through it. Most networks need none.")
        self.add(words, control, wide=True)
        self.outcome = Text(wrap=True)
        self.outcome.setObjectName("proxy-outcome")
        self.outcome.hide()
        self.body.addWidget(self.outcome)
        self._show("")

    def refresh(self) -> None:
        """Read what is set."""
        workspace = self._view_state.workspace
        self._view_state.read("proxy", lambda: workspace.settings.proxy(), self._show)

    def _show(self, stored: str) -> None:
        kind = stored if stored in (SYSTEM, NONE) else OWN
        self.kind.setCurrentIndex(self.kind.findData(kind))
        if kind == OWN:
            self.address.setText(stored)
        self._offer(kind)

    def _offer(self, kind: str) -> None:
        self.address.setVisible(kind == OWN)
        self.use.setVisible(kind == OWN)

    def _picked(self, place: int) -> None:
        kind = str(self.kind.itemData(place))
        self._offer(kind)
        if kind == OWN:
            self.address.setFocus()
        else:
            self._store(kind)

    def _use(self) -> None:
        if text := self.address.text().strip():
            self._store(text)

    def _store(self, choice: str) -> None:
        workspace = self._view_state.workspace
        self._view_state.work.run(
            Lane.SHORT,
            lambda _task: workspace.settings.set_proxy(choice),
            self._stored,
            failed=self._failed,
            owner=self,
        )

    def _stored(self, stored: str) -> None:
        self._show(stored)
        self._say(tr("Saved. It is used from the next request on."), Tone.GOOD)

    def _failed(self, error: KnownError) -> None:
        self._say(str(error), Tone.BAD)

    def _say(self, words: str, tone: Tone) -> None:
        self.outcome.set_tone(tone)
        self.outcome.setText(words)
        self.outcome.show()
