"""Registries and societies, and AI makers: places apart from the platforms that an artist uses."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from rightsdesk.desktop.design.grid import CardGrid
from rightsdesk.desktop.design.text import Text
from rightsdesk.desktop.design.tokens import Size
from rightsdesk.desktop.pages.platforms.board import CARD_STEPS
from rightsdesk.desktop.pages.platforms.card import PlatformCard
from rightsdesk.desktop.pages.platforms.sections import Used, is_used
from rightsdesk.desktop.pages.platforms.texts import kind_text, place_texts
from rightsdesk.desktop.parts.sub_page import SubPage
from rightsdesk.desktop.parts.texts import tr
from rightsdesk.resources.facts import PlatformKind, PlatformPlace
from rightsdesk.workspace.types.guided import GuidedView


class Directory(SubPage):
    """All platforms of one place, by kind, whether the artist uses them or not. `wanted` gives a
    platform and the key of a deed."""

    wanted = Signal(object, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(tr("Platforms"), wide=True, parent=parent)
        self.setObjectName("directory")
        self.place: PlatformPlace | None = None
        self.cards: dict[str, PlatformCard] = {}

    def show_place(self, place: PlatformPlace, views: Sequence[GuidedView]) -> None:
        """Show the platforms of a place."""
        at = self.area.verticalScrollBar().value() if place is self.place else 0
        self.place = place
        self.header.show_words(*place_texts(place))
        while item := self.body.takeAt(0):
            if widget := item.widget():
                widget.hide()
                widget.deleteLater()
        here = [view for view in views if view.facts.place is place]
        self.cards = {view.platform: self._card(view) for view in here}
        kinds = [kind for kind in PlatformKind if any(v.facts.kind is kind for v in here)]
        for kind in kinds:
            some = [view for view in here if view.facts.kind is kind]
            some.sort(key=lambda view: (not is_used(view), view.facts.name.casefold()))
            grid = CardGrid(least=CARD_STEPS)
            grid.show_cards([self.cards[view.platform] for view in some])
            if len(kinds) > 1:
                self.body.addWidget(Text(kind_text(kind), size=Size.HEADING, strong=True))
            self.body.addWidget(grid)
        self.body.addStretch(1)
        self.area.verticalScrollBar().setValue(at)

    def _card(self, view: GuidedView) -> PlatformCard:
        one = Used.of(view)
        card = PlatformCard(one)
        card.wanted.connect(lambda key: self.wanted.emit(one, key))
        return card
