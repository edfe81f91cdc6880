"""Settings: whether the terms of the platforms in use are watched."""

from __future__ import annotations

from PySide6.QtWidgets import QCheckBox

from rightsdesk.desktop.pages.settings.rows import SettingsSection
from rightsdesk.desktop.parts.texts import tr
from rightsdesk.desktop.state.tasks import Lane
from rightsdesk.desktop.state.view_state import ViewState


class TermsSection(SettingsSection):
    """One switch, off at first."""

    def __init__(self, view_state: ViewState) -> None:
        super().__init__("terms")
        self._view_state = view_state
        self.watch = QCheckBox(tr("Watch the terms of the platforms I use"))
        self.watch.setObjectName("watch-terms")
        self.watch.clicked.connect(self._switch)
        words = tr(
            "Reads each text once a day, from the platform and from Open Terms Archive, and says "
            "when it changes what AI may do with uploads. Off until you ask for it."
        )
        self.add(words, self.watch, wide=True)

    def refresh(self) -> None:
        """Read what is set."""
        workspace = self._view_state.workspace
        self._view_state.read("terms-watch", lambda: workspace.terms.is_on(), self.watch.setChecked)

    def _switch(self, on: bool) -> None:
        workspace = self._view_state.workspace
        self._view_state.work.run(
            Lane.SHORT, lambda _task: workspace.terms.switch(on), lambda _none: None, owner=self
        )
