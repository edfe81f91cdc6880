"""Buttons of which one is chosen at most, and that screen readers name so."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QAbstractButton, QButtonGroup


class OneOf(QButtonGroup):
    """Checkable buttons that screen readers call a choice of one, not boxes to tick.

    Which of them is checked is up to whoever shows them, and may be none: a group that excludes
    by itself, or buttons without one, would not let the last one go.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.setExclusive(False)

    def add(self, button: QAbstractButton) -> None:
        """Take a button in."""
        button.setCheckable(True)
        button.setAutoExclusive(True)
        self.addButton(button)
