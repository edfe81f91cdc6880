"""Settings: how the window looks, automatic checks, RightsDesk's own data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QCheckBox,
    QGridLayout,
    QHBoxLayout,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from rightsdesk.desktop.design.appearance import TEXT_SIZES, Look, Scheme, appearance
from rightsdesk.desktop.design.buttons import action_button
from rightsdesk.desktop.design.cards import Card
from rightsdesk.desktop.design.header import PageHeader
from rightsdesk.desktop.design.text import Text
from rightsdesk.desktop.design.tokens import Size, Tone, space
from rightsdesk.desktop.pages.page import Page
from rightsdesk.desktop.parts.texts import number_text, path_text, tr
from rightsdesk.desktop.parts.widgets import CalmComboBox, scrolled
from rightsdesk.desktop.state.view_state import ViewState
from rightsdesk.desktop.state.window_settings import WindowSettings

WIDEST_STEPS = 190
"""Lines of settings are no longer than this, in steps of the grid."""


class SettingsPage(Page):
    """Everything is saved at once. `add_checks` and `add_data` take the actions of the menus."""

    key = "settings"
    icon_name = "settings"

    def __init__(
        self, desk: ViewState, memory: WindowSettings, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._memory = memory
        self._look = appearance()
        self.schemes: dict[Scheme, QRadioButton] = {}
        self.sizes = CalmComboBox()
        self.still = QCheckBox(tr("Show no motion"))
        self.checks: dict[str, QRadioButton] = {}
        self.check_card = Card(tr("Automatic checks"))
        self.data_card = Card(tr("RightsDesk's own data"))
        folder = Text(path_text(str(desk.workspace.data_dir)), tone=Tone.DIM, wrap=True)
        folder.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.data_card.body.addWidget(folder)
        body = QWidget()
        cards = QVBoxLayout(body)
        cards.setContentsMargins(0, 0, 0, 0)
        cards.setSpacing(space(4))
        self._cards = (self._appearance_card(), self.check_card, self.data_card)
        for card in self._cards:
            card.setMaximumWidth(space(WIDEST_STEPS))
            cards.addWidget(card)
        cards.addStretch(1)
        self.column.addWidget(PageHeader(tr("Settings")))
        self._area = scrolled(body)
        self.column.addWidget(self._area, 1)
        self._look.changed.connect(self.refresh)
        self.refresh()

    @property
    def parts(self) -> list[tuple[str, str]]:
        """The parts of the page, for the palette: a key and the title of each."""
        return [(str(n), card.title.text()) for n, card in enumerate(self._cards)]

    def show_part(self, key: str) -> None:
        """Scroll to a part, and give it the keyboard."""
        card = self._cards[int(key)]
        self._area.ensureWidgetVisible(card)
        inside = [
            one for one in card.findChildren(QWidget) if one.focusPolicy() and one.isEnabled()
        ]
        if inside:
            inside[0].setFocus(Qt.FocusReason.OtherFocusReason)

    @property
    def title(self) -> str:
        return tr("Settings")

    def first_focus(self) -> QWidget | None:
        return self.schemes[self._look.look.scheme]

    def refresh(self) -> None:
        look = self._look.look
        self.schemes[look.scheme].setChecked(True)
        self.sizes.setCurrentIndex(TEXT_SIZES.index(look.text) if look.text in TEXT_SIZES else -1)
        self.still.setChecked(look.still)

    def _appearance_card(self) -> Card:
        card = Card(tr("Appearance"))
        grid = QGridLayout()
        grid.setHorizontalSpacing(space(6))
        grid.setVerticalSpacing(space(3))
        grid.setColumnStretch(1, 1)
        themes = QHBoxLayout()
        themes.setSpacing(space(5))
        for scheme, words in (
            (Scheme.SYSTEM, tr("Like the system")),
            (Scheme.LIGHT, tr("Light")),
            (Scheme.DARK, tr("Dark")),
        ):
            made = QRadioButton(words)
            made.setObjectName(f"scheme-{scheme.value}")
            made.clicked.connect(
                lambda _on=False, one=scheme: self._choose(replace(self._look.look, scheme=one))
            )
            self.schemes[scheme] = made
            themes.addWidget(made)
        themes.addStretch(1)
        self.sizes.setObjectName("text-size")
        self.sizes.setAccessibleName(tr("Text size"))
        for size in TEXT_SIZES:
            self.sizes.addItem(tr("{n} %").format(n=number_text(size)), size)
        self.sizes.activated.connect(
            lambda n: self._choose(replace(self._look.look, text=TEXT_SIZES[n]))
        )
        self.still.clicked.connect(
            lambda on: self._choose(replace(self._look.look, still=bool(on)))
        )
        left = Qt.AlignmentFlag.AlignLeft
        grid.addWidget(Text(tr("Theme")), 0, 0)
        grid.addLayout(themes, 0, 1)
        grid.addWidget(Text(tr("Text size")), 1, 0)
        grid.addWidget(self.sizes, 1, 1, left)
        grid.addWidget(Text(tr("Motion")), 2, 0)
        grid.addWidget(self.still, 2, 1, left)
        card.body.addLayout(grid)
        return card

    def _choose(self, look: Look) -> None:
        self._memory.keep_look(look)
        self._look.choose(look)

    def add_checks(self, actions: Sequence[QAction]) -> None:
        """Show how often platforms are checked: one of these checkable actions."""
        words = tr("How often to see whether platforms still say what you want. Writes nothing.")
        self.check_card.body.addWidget(Text(words, size=Size.SMALL, tone=Tone.DIM, wrap=True))
        line = QHBoxLayout()
        line.setSpacing(space(5))
        for action in actions:
            made = QRadioButton(action.text().replace("&", ""))
            made.setObjectName(f"check-{action.data()}")
            made.setChecked(action.isChecked())
            made.clicked.connect(lambda _on=False, one=action: one.trigger())
            action.toggled.connect(made.setChecked)
            self.checks[str(action.data())] = made
            line.addWidget(made)
        line.addStretch(1)
        self.check_card.body.addLayout(line)

    def add_data(self, actions: Sequence[QAction]) -> None:
        """Offer these actions on RightsDesk's own data as buttons."""
        line = QHBoxLayout()
        line.setSpacing(space(2))
        for action in actions:
            line.addWidget(action_button(action))
        line.addStretch(1)
        self.data_card.body.addLayout(line)
