"""The board: the platforms that one artist uses, in sections by what there is to do."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from rightsdesk.desktop.design.buttons import LinkButton
from rightsdesk.desktop.design.grid import CardGrid
from rightsdesk.desktop.design.text import Text
from rightsdesk.desktop.design.tokens import Size, Tone, space
from rightsdesk.desktop.pages.platforms.card import AskCard, PlatformCard
from rightsdesk.desktop.pages.platforms.sections import BoardSection, Used
from rightsdesk.desktop.pages.platforms.texts import place_texts, section_title
from rightsdesk.desktop.parts.texts import counted, number_text, tr
from rightsdesk.desktop.parts.widgets import Flow, scrolled
from rightsdesk.resources.facts import PlatformPlace
from rightsdesk.workspace.types.guided import GuidedView

CARD_STEPS = 80
"""The least width of a card, in steps of the grid: what its buttons need."""
AT_ONCE = 8
"""So many cards are made in one turn of the event loop."""


class Board(QWidget):
    """`wanted` gives a platform and the key of a deed; `answered` a platform that was asked
    about, and the answer; `choosing` that the person wants to choose anew, `elsewhere` a place of
    its own that is wanted, `passphrase_wanted` to set a passphrase."""

    wanted = Signal(object, str)
    answered = Signal(object, object)
    choosing = Signal()
    elsewhere = Signal(object)
    passphrase_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.cards: dict[str, PlatformCard] = {}
        self.asks: dict[str, AskCard] = {}
        self._shown: tuple[tuple[Used, ...], tuple[GuidedView, ...], int] = ((), (), 0)
        body = QWidget()
        rows = QVBoxLayout(body)
        rows.setContentsMargins(0, 0, space(2), 0)
        rows.setSpacing(space(3))
        self._parts = {section: _Part(section_title(section), rows) for section in BoardSection}
        self._questions = _Part(tr("Do you use these?"), rows, place=2)
        self._end = self._made_end()
        rows.addWidget(self._end)
        rows.addStretch(1)
        self.area = scrolled(body)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.area)

    def show_platforms(
        self, used: Sequence[Used], asked: Sequence[GuidedView], unused: int
    ) -> None:
        """Replace what is shown; cards of which nothing changed stay. `asked` are platforms of
        which it is not known whether they are used, `unused` counts those that are not."""
        self._shown = (tuple(used), tuple(asked), unused)
        self._build()

    def _build(self) -> None:
        """Make the cards that are missing, some at a time, so that the window never waits."""
        used, asked, unused = self._shown
        held, at = self._focused(), self.area.verticalScrollBar().value()
        before, self.cards = self.cards, {}
        made = 0
        for one in used:
            card = before.get(one.view.platform)
            if card is None or card.one != one:
                if made == AT_ONCE:
                    continue
                card, made = self._card(one), made + 1
            self.cards[one.view.platform] = card
        if len(self.cards) < len(used):
            QTimer.singleShot(0, self, self._build)
        for section, part in self._parts.items():
            some = [card for card in self.cards.values() if card.one.section is section]
            part.show_cards(some)
        self.asks = {view.platform: self._asking(view) for view in asked}
        self._questions.show_cards(list(self.asks.values()))
        words = counted(
            "%n more platform is not shown.", "%n more platforms are not shown.", unused
        )
        self.unused.setText(words)
        self.passphrase.setVisible(any(one.accounts for one in used))
        self.area.verticalScrollBar().setValue(at)
        if held in self.cards:
            self.cards[held].main.setFocus()

    def first_focus(self) -> QWidget | None:
        """The button of the most urgent platform."""
        return next((card.main for card in self.cards.values()), None)

    def _focused(self) -> str:
        held = self.window().focusWidget()
        inside = (key for key, card in self.cards.items() if card.isAncestorOf(held))
        return next(inside, "")

    def _card(self, one: Used) -> PlatformCard:
        card = PlatformCard(one)
        card.wanted.connect(lambda key: self.wanted.emit(one, key))
        return card

    def _asking(self, view: GuidedView) -> AskCard:
        if (card := self.asks.get(view.platform)) is not None and card.view == view:
            return card
        card = AskCard(view)
        card.answered.connect(lambda here: self.answered.emit(view, here))
        return card

    def _made_end(self) -> QWidget:
        line = QWidget()
        column = QVBoxLayout(line)
        column.setContentsMargins(0, space(2), 0, space(2))
        self.unused = Text(size=Size.SMALL, tone=Tone.DIM, wrap=True)
        self.passphrase = LinkButton(
            tr("Passphrase for your accounts…"),
            self.passphrase_wanted.emit,
            name="set-passphrase",
        )
        change = LinkButton(tr("Change what you use…"), self.choosing.emit, name="change-used")
        links = Flow(spacing=space(3))
        column.addWidget(self.unused)
        column.addWidget(links)
        links.show_widgets([change, *place_links(self.elsewhere.emit), self.passphrase])
        return line


def place_links(wanted: Callable[[PlatformPlace], object]) -> list[LinkButton]:
    """The ways to what is shown in a place of its own."""
    return [
        LinkButton(f"{place_texts(place)[0]}…", partial(wanted, place), name=f"place-{place}")
        for place in (PlatformPlace.REGISTRIES, PlatformPlace.AI_MAKERS)
    ]


class _Part:
    """One part of the board: a heading with a number, and cards; not there without any."""

    def __init__(self, words: str, rows: QVBoxLayout, *, place: int = -1) -> None:
        self.head, self.grid = QWidget(), CardGrid(least=CARD_STEPS)
        row = QHBoxLayout(self.head)
        row.setContentsMargins(0, space(1), 0, 0)
        row.setSpacing(space(2))
        self.number = Text(tone=Tone.DIM)
        row.addWidget(Text(words, size=Size.HEADING, strong=True))
        row.addWidget(self.number)
        row.addStretch(1)
        for each in (self.grid, self.head) if place >= 0 else (self.head, self.grid):
            rows.insertWidget(place, each)

    def show_cards(self, cards: Sequence[QWidget]) -> None:
        """Replace the cards."""
        self.number.setText(number_text(len(cards)))
        self.grid.show_cards(cards)
        self.head.setVisible(bool(cards))
        self.grid.setVisible(bool(cards))
