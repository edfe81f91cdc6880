"""A page within a page: a way back, a heading, and a column that scrolls. Escape goes back."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from rightsdesk.desktop.design.buttons import LinkButton
from rightsdesk.desktop.design.header import PageHeader
from rightsdesk.desktop.design.icons import icon
from rightsdesk.desktop.design.tokens import Tone, space
from rightsdesk.desktop.parts.texts import plain_mnemonic
from rightsdesk.desktop.parts.widgets import scrolled

READABLE_STEPS = 190
"""The widest that a column of text gets, in steps of the grid."""


class SubPage(QWidget):
    """`back` once the person wants to leave. Put what is shown into `body`."""

    back = Signal()

    def __init__(self, back_to: str, *, wide: bool = False, parent: QWidget | None = None) -> None:
        """`back_to` names the page that it leads back to; `wide` takes all the width."""
        super().__init__(parent)
        self.back_button = LinkButton(plain_mnemonic(back_to), self.go_back, name="back")
        self.back_button.setIcon(icon("chevron-left", Tone.ACCENT))
        self.header = PageHeader()
        self.content = QWidget()
        self.body = QVBoxLayout(self.content)
        self.body.setContentsMargins(0, 0, 0, 0)
        self.body.setSpacing(space(4))
        whole = QWidget()
        line = QHBoxLayout(whole)
        line.setContentsMargins(0, 0, 0, 0)
        line.addWidget(self.content, 1)
        if not wide:
            self.content.setMaximumWidth(space(READABLE_STEPS))
            line.addStretch(0)  # takes only what the column leaves
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.content.setSizePolicy(policy)
        self.area = scrolled(whole)
        self.fixed = QVBoxLayout()
        """What stays in view above the column: a search."""
        self.agreed = QVBoxLayout()
        """What stays in view below the column, above the buttons: a yes that they wait for."""
        self.foot = QHBoxLayout()
        self.foot.setSpacing(space(2))
        top = QHBoxLayout()
        top.addWidget(self.back_button)
        top.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(space(3))
        column.addLayout(top)
        column.addWidget(self.header)
        column.addLayout(self.fixed)
        column.addWidget(self.area, 1)
        column.addLayout(self.agreed)
        column.addLayout(self.foot)

    def go_back(self) -> None:
        """Leave. Subclasses may first take back what was begun."""
        self.back.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.go_back()
            return
        super().keyPressEvent(event)
