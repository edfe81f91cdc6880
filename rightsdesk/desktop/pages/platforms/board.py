"""The board: the platforms that one artist uses, in sections by what there is to do."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from rightsdesk.desktop.design.buttons import LinkButton
from rightsdesk.desktop.design.grid import CardGrid
from rightsdesk.desktop.design.text import Text
from rightsdesk.desktop.design.tokens import Size, Tone, space
from rightsdesk.desktop.pages.platforms.card import AskCard, PlatformCard
from rightsdesk.desktop.pages.platforms.sections import Section, Used
from rightsdesk.desktop.pages.platforms.texts import section_title
from rightsdesk.desktop.parts.texts import counted, tr
from rightsdesk.desktop.parts.widgets import emptied, scrolled
from rightsdesk.workspace.types import GuidedView

CARD_STEPS = 74
"""The least width of a card, in steps of the grid: what its buttons need."""


class Board(QWidget):
    """`wanted` gives a platform and the key of a deed; `answered` a platform that was asked
    about, and the answer; `choosing` that the person wants to choose anew, `passphrase_wanted`
    to set a passphrase."""

    wanted = Signal(object, str)
    answered = Signal(object, object)
    choosing = Signal()
    passphrase_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.cards: dict[str, PlatformCard] = {}
        self.asks: dict[str, AskCard] = {}
        body = QWidget()
        self._rows = QVBoxLayout(body)
        self._rows.setContentsMargins(0, 0, space(2), 0)
        self._rows.setSpacing(space(3))
        self.area = scrolled(body)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.area)

    def show_platforms(
        self, used: Sequence[Used], asked: Sequence[GuidedView], unused: int
    ) -> None:
        """Replace what is shown. `asked` are platforms of which it is not known whether they are
        used, `unused` counts those that are not."""
        held, at = self._focused(), self.area.verticalScrollBar().value()
        emptied(self._rows)
        self.cards, self.asks = {}, {}
        sections = {part: [one for one in used if one.section is part] for part in Section}
        for section, some in sections.items():
            if some:
                self._heading(section_title(section), len(some))
                grid = CardGrid(least=CARD_STEPS)
                for one in some:
                    self.cards[one.view.platform] = self._card(one)
                grid.show_cards([self.cards[one.view.platform] for one in some])
                self._rows.addWidget(grid)
            if section is Section.NEEDS_YOU:
                self._ask(asked)
        self._rows.addWidget(self._end(unused, accounts=any(one.accounts for one in used)))
        self._rows.addStretch(1)
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

    def _heading(self, words: str, number: int) -> None:
        line = QWidget()
        row = QHBoxLayout(line)
        row.setContentsMargins(0, space(1), 0, 0)
        row.setSpacing(space(2))
        row.addWidget(Text(words, size=Size.HEADING, strong=True))
        row.addWidget(Text(str(number), tone=Tone.DIM))
        row.addStretch(1)
        self._rows.addWidget(line)

    def _card(self, one: Used) -> PlatformCard:
        card = PlatformCard(one)
        card.wanted.connect(lambda key: self.wanted.emit(one, key))
        return card

    def _ask(self, asked: Sequence[GuidedView]) -> None:
        if not asked:
            return
        self._heading(tr("Do you use these?"), len(asked))
        grid = CardGrid(least=CARD_STEPS)
        for view in asked:
            card = self.asks[view.platform] = AskCard(view)
            card.answered.connect(lambda here, view=view: self.answered.emit(view, here))
        grid.show_cards(list(self.asks.values()))
        self._rows.addWidget(grid)

    def _end(self, unused: int, *, accounts: bool) -> QWidget:
        line = QWidget()
        row = QHBoxLayout(line)
        row.setContentsMargins(0, space(2), 0, space(2))
        row.setSpacing(space(3))
        words = counted(
            "%n more platform is not yours.", "%n more platforms are not yours.", unused
        )
        row.addWidget(Text(words, size=Size.SMALL, tone=Tone.DIM))
        change = LinkButton(tr("Change what you use…"), self.choosing.emit, name="change-used")
        row.addWidget(change)
        row.addStretch(1)
        if accounts:
            row.addWidget(
                LinkButton(
                    tr("Passphrase for your accounts…"),
                    self.passphrase_wanted.emit,
                    name="set-passphrase",
                )
            )
        return line
