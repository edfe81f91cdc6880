"""Settings: everything that can be set, each with a line of help, and a search over all."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from rightsdesk.desktop.design.appearance import appearance
from rightsdesk.desktop.design.header import PageHeader
from rightsdesk.desktop.design.text import Text
from rightsdesk.desktop.design.tokens import Tone, space
from rightsdesk.desktop.pages.page import Page
from rightsdesk.desktop.pages.places import PagePlace
from rightsdesk.desktop.pages.settings.background import BackgroundSection
from rightsdesk.desktop.pages.settings.data import DataSection
from rightsdesk.desktop.pages.settings.facts import FactsSection
from rightsdesk.desktop.pages.settings.look import LookSection
from rightsdesk.desktop.pages.settings.network import NetworkSection
from rightsdesk.desktop.pages.settings.proof import ProofSection
from rightsdesk.desktop.pages.settings.rows import Section
from rightsdesk.desktop.pages.settings.terms import TermsSection
from rightsdesk.desktop.pages.settings.writing import WritingSection
from rightsdesk.desktop.parts.search_field import SearchField
from rightsdesk.desktop.parts.texts import tr
from rightsdesk.desktop.parts.widgets import scrolled
from rightsdesk.desktop.state.view_state import ViewState
from rightsdesk.desktop.state.window_settings import WindowSettings
from rightsdesk.folding import unaccented

WIDEST_STEPS = 190
"""Lines of settings are no longer than this, in steps of the grid."""


class SettingsPage(Page):
    """Everything is saved at once. `add_checks` and `add_data` take the actions of the menus."""

    place = PagePlace.SETTINGS

    def __init__(
        self,
        desk: ViewState,
        memory: WindowSettings,
        *,
        languages: Sequence[tuple[str, str]],
        starts: Callable[[], bool],
        set_start: Callable[[bool], object],
        tray: Callable[[], bool],
        parent: QWidget | None = None,
    ) -> None:
        """`languages` are codes with names. For the others see BackgroundSection."""
        super().__init__(parent)
        self.look = LookSection(memory, languages)
        self.background = BackgroundSection(memory, starts=starts, set_start=set_start, tray=tray)
        self.terms = TermsSection(desk)
        self.writing = WritingSection(desk)
        self.network = NetworkSection(desk)
        self.facts = FactsSection(desk)
        self.proof = ProofSection(desk)
        self.data = DataSection(desk.workspace.data_dir)
        self.sections: tuple[Section, ...] = (
            *(self.look, self.background, self.terms, self.writing),
            *(self.network, self.facts, self.proof, self.data),
        )
        self.field = SearchField(tr("Search settings"), name="settings-search", pause=0)
        self.field.searched.connect(self._narrow)
        self.nothing = Text(tr("No setting is called that."), tone=Tone.DIM)
        self.nothing.hide()
        column = QWidget()
        cards = QVBoxLayout(column)
        cards.setContentsMargins(0, 0, 0, 0)
        cards.setSpacing(space(4))
        for section in self.sections:
            cards.addWidget(section)
        cards.addWidget(self.nothing)
        cards.addStretch(1)
        # The width is limited across, so that the height of each text is that of its lines.
        column.setMaximumWidth(space(WIDEST_STEPS))
        body = QWidget()
        across = QHBoxLayout(body)
        across.setContentsMargins(0, 0, 0, 0)
        across.addWidget(column, 10)
        across.addStretch(1)
        self.field.setMaximumWidth(space(WIDEST_STEPS))
        self.column.addWidget(PageHeader(tr("Settings")))
        self.column.addWidget(self.field)
        self._area = scrolled(body)
        self.column.addWidget(self._area, 1)
        appearance().changed.connect(self.look.refresh)
        self.look.refresh()
        self.background.refresh()

    @property
    def parts(self) -> list[tuple[str, str]]:
        """Sections and settings, for the palette: a key and the title of each."""
        found: list[tuple[str, str]] = []
        for section in self.sections:
            found.append((section.key, section.name))
            found += [
                (f"{section.key}/{n}", row.title)
                for n, row in enumerate(section.rows)
                if row.title != section.name
            ]
        return found

    def show_part(self, key: str) -> None:
        """Scroll to a section or a setting, and give it the keyboard."""
        self.field.clear()
        self._narrow("")
        name, _, place = key.partition("/")
        section = next(one for one in self.sections if one.key == name)
        target: QWidget = section.rows[int(place)] if place else section
        self._area.ensureWidgetVisible(target)
        for one in (target, *target.findChildren(QWidget)):
            if one.focusPolicy() & Qt.FocusPolicy.TabFocus and one.isEnabled():
                one.setFocus(Qt.FocusReason.OtherFocusReason)
                break

    def first_focus(self) -> QWidget | None:
        return self.field

    def search_here(self) -> bool:
        self.field.take_focus()
        return True

    def refresh(self) -> None:
        self.look.refresh()
        self.background.refresh()
        self.terms.refresh()
        self.writing.refresh()
        self.network.refresh()
        self.facts.refresh()
        self.proof.refresh()

    def add_checks(self, actions: Sequence[QAction]) -> None:
        """Offer how often platforms are checked: one of these checkable actions."""
        self.background.add_checks(actions)
        self._order()

    def add_data(self, actions: Sequence[QAction]) -> None:
        """Offer these actions on RightsDesk's own data as buttons."""
        self.data.add_actions(actions)
        self._order()

    def _order(self) -> None:
        """Let Tab go down the page, also to what was added later."""
        before: QWidget = self.field
        for section in self.sections:
            for row in section.rows:
                for one in row.findChildren(QWidget):
                    here = one.window() is self.window()  # the list of a drop-down is elsewhere
                    if here and one.focusPolicy() & Qt.FocusPolicy.TabFocus:
                        QWidget.setTabOrder(before, one)
                        before = one

    def _narrow(self, text: str) -> None:
        words = unaccented(text).split()
        left = [section.narrow(words) for section in self.sections]
        self.nothing.setVisible(not any(left))
