"""A field to search in: Esc clears it, and what is typed counts once typing rests."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QToolButton, QWidget

from rightsdesk.desktop.design.icons import icon
from rightsdesk.desktop.design.tokens import Tone
from rightsdesk.desktop.parts.texts import tr

PAUSE_MS = 150


def make_search(field: QLineEdit, words: str) -> None:
    """Give a field a button that clears it and the sign of a search, both with a name.

    `words` say what is searched.
    """
    field.setClearButtonEnabled(True)
    for button in field.findChildren(QToolButton):
        button.setAccessibleName(tr("Clear the search"))
    field.addAction(icon("search", Tone.DIM), QLineEdit.ActionPosition.LeadingPosition)
    for button in field.findChildren(QToolButton):
        button.setAccessibleName(button.accessibleName() or words)


class SearchField(QLineEdit):
    """`searched` gives the text, without spaces around it."""

    searched = Signal(str)

    def __init__(
        self, words: str, *, name: str, pause: int = PAUSE_MS, parent: QWidget | None = None
    ) -> None:
        """`words` say what is searched, `pause` in milliseconds."""
        super().__init__(parent)
        self.setObjectName(name)
        self.setPlaceholderText(words)
        self.setAccessibleName(words)
        make_search(self, words)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(pause)
        self._pause.timeout.connect(lambda: self.searched.emit(self.text().strip()))
        self.textChanged.connect(lambda _text: self._pause.start())

    def take_focus(self) -> None:
        """Begin to search: what was typed before is selected."""
        self.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.selectAll()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
        else:
            super().keyPressEvent(event)
