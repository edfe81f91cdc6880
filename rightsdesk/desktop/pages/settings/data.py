"""Settings: where RightsDesk's own data are, and their backups."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QWidget

from rightsdesk.desktop.design.buttons import Button, action_button
from rightsdesk.desktop.design.tokens import space
from rightsdesk.desktop.pages.settings.rows import SettingsSection
from rightsdesk.desktop.parts.opening import open_folder_of
from rightsdesk.desktop.parts.texts import breakable, path_text, tr


class DataSection(SettingsSection):
    """The data folder, and backups by hand and by itself."""

    def __init__(self, data_dir: Path) -> None:
        super().__init__("data")
        self.open = Button(
            tr("Open the folder"),
            lambda: open_folder_of(str(data_dir / "x"), self),
            name="open-data",
        )
        self.add(breakable(path_text(str(data_dir))), self.open)
        words = tr(
            "To move it: close RightsDesk, move the folder, and start with --data-dir and its new "
            "place, or set RIGHTSDESK_DATA_DIR."
        )
        self.add(words, QWidget())
        self._buttons = QWidget()
        line = QHBoxLayout(self._buttons)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(space(2))
        about = tr(
            "One is made automatically each day that something changed; the newest three are in "
            "the folder “backups” there. Your music is not part of it."
        )
        self.add(about, self._buttons)
        self._leaving = QWidget()
        around = QHBoxLayout(self._leaving)
        around.setContentsMargins(0, 0, 0, 0)
        words = tr(
            "Says what RightsDesk wrote where, and removes its own data and the keyring's entry. "
            "Your music stays."
        )
        self.add(words, self._leaving)

    def add_leaving(self, action: QAction) -> None:
        """Offer the action that removes all data."""
        line = self._leaving.layout()
        assert line is not None  # as it was made
        line.addWidget(action_button(action))

    def add_actions(self, actions: Sequence[QAction]) -> None:
        """Offer actions on the data as buttons."""
        line = self._buttons.layout()
        assert line is not None  # as it was made
        for action in actions:
            line.addWidget(action_button(action))
