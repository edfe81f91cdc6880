"""Opens the changes in terms: those of Home, of a platform, of a check, or all."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from rightsdesk.desktop.state.view_state import ViewState
from rightsdesk.desktop.terms.dialog import TermsDialog
from rightsdesk.workspace.terms.types import Alarm


class TermsReader(QObject):
    """Shows one dialog at a time. `choose` leads to the choice of an artist, by id."""

    def __init__(
        self, view_state: ViewState, choose: Callable[[int], object], window: QWidget
    ) -> None:
        super().__init__(window)
        self._view_state, self._choose, self._window = view_state, choose, window
        self.dialog: TermsDialog | None = None

    def show_one(self, alarm: Alarm) -> None:
        """Show one change."""
        self.show([alarm])

    def show_platform(self, platform: str) -> None:
        """Show all changes in the terms of a platform, also answered ones."""
        self._read(lambda found: [one for one in found if one.platform == platform])

    def show_all(self) -> None:
        """Show all changes; those that wait for an answer come first."""
        self._read(lambda found: sorted(found, key=lambda one: bool(one.answer)))

    def show(self, alarms: Sequence[Alarm]) -> None:
        """Show these changes."""
        if self.dialog is not None:
            self.dialog.close()
        self.dialog = dialog = TermsDialog(self._view_state, alarms, self._window)
        dialog.consent_wanted.connect(self._choose)
        dialog.finished.connect(lambda _code: self._gone(dialog))
        dialog.open()

    def _read(self, pick: Callable[[list[Alarm]], list[Alarm]]) -> None:
        workspace = self._view_state.workspace
        self._view_state.read(
            "terms", lambda: workspace.terms.alarms(), lambda found: self.show(pick(found))
        )

    def _gone(self, dialog: TermsDialog) -> None:
        if self.dialog is dialog:
            self.dialog = None
        dialog.deleteLater()
