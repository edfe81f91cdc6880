"""The four ready-made choices as large buttons, each with its meaning in a sentence."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QWidget

from rightsdesk.consent import Preset
from rightsdesk.desktop.design.cards import Tile
from rightsdesk.desktop.design.style import paint_box
from rightsdesk.desktop.design.tokens import CARD_RADIUS, theme_of
from rightsdesk.desktop.parts.texts import preset_meaning, preset_title, tr
from rightsdesk.desktop.parts.theme import em
from rightsdesk.desktop.parts.widgets import described


class ChoiceCard(Tile):
    """One choice: a title, its meaning, and a ring that fills when it is chosen.

    A suggested one has a frame in the accent colour.
    """

    def __init__(self, title: str, meaning: str, parent: QWidget | None = None) -> None:
        super().__init__(title, meaning, parent=parent)
        self.setCheckable(True)
        self.suggested = False

    def nextCheckState(self) -> None:
        """A click asks for the choice; whether it is made shows once it was made."""

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.suggested and not self.isChecked():
            painter, theme = QPainter(self), theme_of(self.palette())
            card = self.rect().adjusted(0, 0, 0, -1)
            paint_box(painter, card, None, QColor(theme.accent), CARD_RADIUS)
            painter.end()


class PresetCards(QWidget):
    """The four presets. `asked_for` names the one that was clicked; it is not chosen by that."""

    asked_for = Signal(object)

    def __init__(self, *, columns: int = 1, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        described(self, tr("What may AI do?"))
        self.cards: dict[Preset, ChoiceCard] = {}
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(em(self, 0.4))
        for place, preset in enumerate(Preset):
            card = ChoiceCard(preset_title(preset), preset_meaning(preset))
            card.setObjectName(f"preset-{preset.value}")
            card.clicked.connect(lambda _=False, p=preset: self.asked_for.emit(p))
            self.cards[preset] = card
            grid.addWidget(card, place // columns, place % columns)

    def show_choice(self, chosen: Preset | None, *, suggested: Preset | None = None) -> None:
        """Show what is chosen, if it is one of these; frame a suggestion."""
        for preset, card in self.cards.items():
            card.setChecked(preset is chosen)
            card.suggested = preset is suggested
            card.update()
