"""The head of a page: the answer to its question as a sentence, and the page's buttons."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from rightsdesk.desktop.design.buttons import Button, ButtonKind
from rightsdesk.desktop.design.text import ElidedText, Text
from rightsdesk.desktop.design.tokens import Size, Tone, space

TEXTS_STEPS = 50
"""The least width of the words beside the buttons, in steps of the grid."""


class PageHeader(QWidget):
    """A heading, a line above and below it, and buttons at the end; the last one is primary.

    `under` is a row below the heading for chips and links. Empty lines take no room.
    """

    def __init__(self, title: str = "", sub: str = "", *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.above = ElidedText(size=Size.SMALL, tone=Tone.DIM)
        self.title = Text(size=Size.TITLE, wrap=True)
        self.sub = Text(tone=Tone.DIM, wrap=True)
        self.under = QHBoxLayout()
        self.under.setSpacing(space(3))
        self.buttons = QHBoxLayout()
        self.buttons.setSpacing(space(2))
        self.primary = Button(kind=ButtonKind.PRIMARY, name="page-primary")
        self.primary.hide()
        self.buttons.addWidget(self.primary)
        texts = QWidget()  # a bare layout of texts that give way would be given no room
        texts.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        words = QVBoxLayout(texts)
        words.setContentsMargins(0, 0, 0, 0)
        words.setSpacing(space(0.5))
        words.addWidget(self.above)
        words.addWidget(self.title)
        words.addWidget(self.sub)
        words.addLayout(self.under)
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(space(4))
        self._row.addWidget(texts, 1)
        self._row.addLayout(self.buttons)
        self._row.setAlignment(self.buttons, Qt.AlignmentFlag.AlignTop)
        self.show_words(title, sub)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def event(self, event: QEvent) -> bool:
        done = super().event(event)
        if event.type() is QEvent.Type.LayoutRequest:
            self._fit()
        return done

    def _fit(self) -> None:
        """Put the buttons below the words where these would be a tower beside them, and let no
        page take the height that the words need."""
        left = self.width() - self.buttons.sizeHint().width() - space(4)
        beside = left >= space(TEXTS_STEPS)
        ways = QBoxLayout.Direction
        direction = ways.LeftToRight if beside else ways.TopToBottom
        if direction != self._row.direction():  # setting a spacing asks for a layout every time
            self._row.setDirection(direction)
            self._row.setSpacing(space(4) if beside else space(2))
        self.setMinimumHeight(self._row.heightForWidth(self.width()))

    def show_words(self, title: str, sub: str = "", *, above: str = "") -> None:
        """Replace the heading and the lines around it."""
        self.title.setText(title)
        self.title.setAccessibleName(self.title.text())
        self.sub.setText(sub)
        self.sub.setVisible(bool(sub))
        self.above.show_text(above)
        self.above.setVisible(bool(above))

    def add_button(self, button: Button) -> Button:
        """Put a quiet button before the primary one."""
        self.buttons.insertWidget(self.buttons.count() - 1, button)
        return button
