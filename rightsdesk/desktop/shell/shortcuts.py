"""Keys of actions that work while something is being typed, too.

On some systems a text field takes Ctrl+E or Ctrl+U for itself. In the window they mean what
the menus say.
"""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence


class FieldKeys(QObject):
    """An event filter for text fields: the keys of these actions are left to the window."""

    def __init__(self, actions: Iterable[QAction], parent: QObject) -> None:
        super().__init__(parent)
        self._actions = tuple(actions)

    def eventFilter(self, _field: QObject, event: QEvent) -> bool:
        """Whether the event was seen to."""
        if event.type() is not QEvent.Type.ShortcutOverride or not isinstance(event, QKeyEvent):
            return False
        pressed = QKeySequence(event.keyCombination())
        if any(pressed in action.shortcuts() for action in self._actions):
            event.ignore()
            return True
        return False
