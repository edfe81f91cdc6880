"""A grid of cards or tiles with as many columns as fit; the cards of a row are equally high."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from PySide6.QtCore import QEvent, QRect, QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from rightsdesk.desktop.design.tokens import space

GAP = 3.0
"""Steps of the grid between two cards."""


class CardGrid(QWidget):
    """Shows widgets in rows, in the order in which they were given; all columns are equally wide.

    It places them itself: a QGridLayout never gets narrower than all its columns.
    """

    def __init__(
        self, *, least: float = 66.0, most: int = 3, parent: QWidget | None = None
    ) -> None:
        """`least` is the least width of a column, in steps of the grid; `most` columns at most."""
        super().__init__(parent)
        self._least, self._most = least, most
        self.cards: list[QWidget] = []
        self._hidden: set[QWidget] = set()
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def show_cards(self, cards: Sequence[QWidget]) -> None:
        """Replace what is shown. What was here before is deleted, unless another has taken it."""
        for old in self.cards:
            if old not in cards and old.parent() is self:
                old.hide()
                old.deleteLater()
        self.cards = list(cards)
        for card in cards:
            if card.parent() is not self:
                card.setParent(self)
        self.show_some(cards)

    def show_some(self, wanted: Sequence[QWidget]) -> None:
        """Show only these of the cards, in their order; the others wait."""
        self._hidden = {card for card in self.cards if card not in wanted}
        for card in self.cards:
            card.setVisible(card not in self._hidden)
        self._place()
        self.updateGeometry()

    def restyle(self) -> None:
        """Place the cards again: the text size decides how many columns there are."""
        self._place()
        self.updateGeometry()

    def columns(self, width: int) -> int:
        """How many columns fit."""
        across = (width + space(GAP)) // (space(self._least) + space(GAP))
        return max(1, min(self._most, across))

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return max((rect.bottom() + 1 for _, rect in self._rects(width)), default=0)

    def sizeHint(self) -> QSize:
        width = max(self.width(), space(self._least))
        return QSize(width, self.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:
        return QSize(space(min(40.0, self._least)), 0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()
        if event.size().width() != event.oldSize().width():
            self.updateGeometry()

    def event(self, event: QEvent) -> bool:
        if event.type() is QEvent.Type.LayoutRequest:
            self._place()
            self.updateGeometry()
        elif event.type() is QEvent.Type.LayoutDirectionChange:
            self._place()
        return super().event(event)

    def _rects(self, width: int) -> Iterator[tuple[QWidget, QRect]]:
        columns, gap = self.columns(width), space(GAP)
        across = max(1, (width - gap * (columns - 1)) // columns)
        shown = [card for card in self.cards if card not in self._hidden]
        top = 0
        for start in range(0, len(shown), columns):
            row = shown[start : start + columns]
            height = max(_height(card, across) for card in row)
            for place, card in enumerate(row):
                yield card, QRect(place * (across + gap), top, across, height)
            top += height + gap

    def _place(self) -> None:
        ahead = self.layoutDirection() is Qt.LayoutDirection.LeftToRight
        for card, rect in self._rects(self.width()):
            if not ahead:
                rect.moveLeft(self.width() - rect.right() - 1)
            card.setGeometry(rect)


def _height(card: QWidget, width: int) -> int:
    layout = card.layout()
    if layout is not None and layout.hasHeightForWidth():
        return layout.totalHeightForWidth(width)
    if card.hasHeightForWidth():
        return card.heightForWidth(width)
    return card.sizeHint().height()
