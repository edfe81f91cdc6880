"""The grid of cards: it settles at every size, also where a scroll bar makes it lower."""

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from rightsdesk.desktop.design.cards import Card
from rightsdesk.desktop.design.grid import CardGrid
from rightsdesk.desktop.design.text import Text
from rightsdesk.desktop.design.tokens import space
from rightsdesk.desktop.parts.widgets import scrolled

TURNS = 60
"""A layout that is not done after so many turns goes on for ever."""


class Requests(QObject):
    """Counts the layouts that were asked for."""

    number = 0

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        self.number += event.type() is QEvent.Type.LayoutRequest
        return super().eventFilter(watched, event)


def turns_to_settle(app: QApplication, requests: Requests) -> int:
    for turn in range(TURNS):
        requests.number = 0
        app.sendPostedEvents()
        app.processEvents()
        if not requests.number:
            return turn
    return TURNS


def test_it_settles_where_fewer_columns_are_lower(qtbot: QtBot, qapp: QApplication) -> None:
    """Four cards in three columns are higher than in two: with a scroll bar they would fit."""
    grid = CardGrid(least=48, most=4)
    cards = [Card() for _ in range(4)]
    for card in cards:
        card.body.addWidget(Text("word " * 60, wrap=True))
    inner = QWidget()
    column = QVBoxLayout(inner)
    column.addWidget(grid)
    column.addStretch(1)
    area = scrolled(inner)
    qtbot.addWidget(area)
    grid.show_cards(cards)
    requests = Requests()
    qapp.installEventFilter(requests)
    area.show()
    bar = area.verticalScrollBar().sizeHint().width()
    around = range(3 * space(48), 4 * space(48))
    tricky = [w for w in around if grid.heightForWidth(w) > grid.heightForWidth(w - bar)]
    assert tricky, "there is such a width"
    edge = area.width() - inner.width()
    for width in (tricky[0], tricky[len(tricky) // 2], tricky[-1]):
        low, high = grid.heightForWidth(width - bar), grid.heightForWidth(width)
        for height in range(low, high + 2 * space(3), space(2)):
            area.resize(width + edge, height)
            assert turns_to_settle(qapp, requests) < TURNS
    qapp.removeEventFilter(requests)
