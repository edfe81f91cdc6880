"""The four ready-made choices as large buttons, each with its meaning in a sentence."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QWidget

from rightsdesk.consent import Preset
from rightsdesk.desktop.design.cards import Tile
from rightsdesk.desktop.design.chips import chip_size, paint_chip
from rightsdesk.desktop.design.one_of import OneOf
from rightsdesk.desktop.design.tokens import Size, Tone, font_of, space, theme_of
from rightsdesk.desktop.parts.texts import preset_meaning, preset_title, tr
from rightsdesk.desktop.parts.widgets import described


class PresetCard(Tile):
    """One choice: a title, its meaning, and a ring that fills when it is chosen.

    A suggested one says so in a chip.
    """

    def __init__(self, title: str, meaning: str, parent: QWidget | None = None) -> None:
        super().__init__(title, meaning, parent=parent)
        self.setCheckable(True)
        self.suggested = False

    def nextCheckState(self) -> None:
        """A click asks for the choice; whether it is made shows once it was made."""

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.suggested:
            painter, theme = QPainter(self), theme_of(self.palette())
            font = font_of(Size.SMALL, strong=True)
            words = tr("suggested")
            size = chip_size(words, font)
            at = QRect(QPoint(self.width() - space(3) - size.width(), space(3.5)), size)
            if at.left() > self.title_end() + space(2):
                paint_chip(painter, self.mirrored(at), words, Tone.GOOD, theme, font)
            painter.end()

    def show_suggested(self, suggested: bool) -> None:
        """Say whether it is what most people in this place need."""
        self.suggested = suggested
        words = f"{self.sentence} {tr('Suggested.')}" if suggested else self.sentence
        self.setAccessibleDescription(words)
        self.update()


class PresetCards(QWidget):
    """The four presets. `asked_for` names the one that was clicked; it is not chosen by that."""

    asked_for = Signal(object)

    def __init__(self, *, columns: int = 1, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        described(self, tr("What may AI do?"))
        self.cards: dict[Preset, PresetCard] = {}
        one_of = OneOf(self)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(space(3))
        for preset in Preset:
            card = PresetCard(preset_title(preset), preset_meaning(preset))
            card.setObjectName(f"preset-{preset.value}")
            card.clicked.connect(lambda _=False, p=preset: self.asked_for.emit(p))
            one_of.add(card)
            self.cards[preset] = card
        self.columns = 0
        self.set_columns(columns)

    def set_columns(self, columns: int) -> None:
        """Lay the cards out in so many columns."""
        if columns != self.columns:
            self.columns = columns
            for place, card in enumerate(self.cards.values()):
                self._grid.addWidget(card, place // columns, place % columns)

    def show_preset(self, chosen: Preset | None, *, suggested: Preset | None = None) -> None:
        """Show what is chosen, if it is one of these; mark a suggestion."""
        for preset, card in self.cards.items():
            card.setChecked(preset is chosen)
            card.show_suggested(preset is suggested)
