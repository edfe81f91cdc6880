"""A banner: one thing to tell across the window or a page, with what can be done about it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QSizePolicy, QToolButton, QWidget

from rightsdesk.desktop.design.announcing import announce
from rightsdesk.desktop.design.buttons import Button
from rightsdesk.desktop.design.icons import Sign, icon
from rightsdesk.desktop.design.style import paint_box
from rightsdesk.desktop.design.text import Text, plain_tip
from rightsdesk.desktop.design.tokens import CARD_RADIUS, Tone, space, theme_of
from rightsdesk.shown import shown

NoticeOffer = tuple[str, Callable[[], object]]
"""The text of a button and what it does."""
SIGNS = {
    Tone.GOOD: "agrees",
    Tone.OPEN: "info",
    Tone.BAD: "problems",
    Tone.TOLD: "info",
    Tone.DIM: "info",
    Tone.TEXT: "info",
    Tone.ACCENT: "info",
}


class Banner(QFrame):
    """Shows a message until it is closed or replaced. `closed` once a person closed it."""

    closed = Signal()
    left_keyboard = Signal()
    """It went, or said something else, while one of its buttons had the keyboard."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("banner")
        self.tone = Tone.TOLD
        self._sign = Sign("info", self.tone, size=5)
        self.text = Text(wrap=True)
        self.text.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.buttons: list[QPushButton] = []
        self._close = QToolButton()
        self._close.setIcon(icon("close"))
        self._close.setAutoRaise(True)
        word = QCoreApplication.translate("QPlatformTheme", "Close")
        self._close.setToolTip(plain_tip(word))
        self._close.setAccessibleName(word)
        self._close.clicked.connect(self._closed)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(space(4), space(2), space(2), space(2))
        self._row.setSpacing(space(2.5))
        self._row.addWidget(self._sign)
        self._row.addWidget(self.text, 1)
        self._row.addWidget(self._close)
        self.hide()

    def say(
        self,
        text: str,
        *,
        tone: Tone = Tone.TOLD,
        icon_name: str = "",
        offers: Sequence[NoticeOffer] = (),
    ) -> None:
        """Say something; the first of `offers` is the likely one."""
        self.clear()
        self.tone = tone
        self._sign.show_sign(icon_name or SIGNS[tone], tone)
        self.text.setText(text)
        self.setAccessibleName(shown(text, keep="\n"))
        self.buttons = [Button(title, action) for title, action in offers]
        for made in self.buttons:
            self._row.insertWidget(self._row.count() - 1, made)
        self.update()
        self.show()
        announce(self, self.accessibleName())

    def clear(self) -> None:
        """Take it away."""
        focused: QWidget | None = self.window().focusWidget()
        had = focused is not None and self.isAncestorOf(focused)
        for made in self.buttons:
            made.hide()
            self._row.removeWidget(made)
            made.deleteLater()
        self.buttons = []
        self.hide()
        if had:
            self.left_keyboard.emit()

    def _closed(self) -> None:
        self.clear()
        self.closed.emit()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter, theme = QPainter(self), theme_of(self.palette())
        paint_box(painter, self.rect(), theme.ground(self.tone), None, CARD_RADIUS)
        line = self.rect().adjusted(0, 0, 0, 0)
        colour = theme.colour(self.tone)
        colour.setAlphaF(0.35)
        paint_box(painter, line, None, QColor(colour), CARD_RADIUS)
        painter.end()
