"""Settings: everything that can be set, each with a line of help, and a search over all.

The page is there at once with its first section; the others follow, one in each turn of the event
loop, so that no turn is long.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import TypeVar

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from rightsdesk.desktop.design.appearance import appearance
from rightsdesk.desktop.design.header import PageHeader
from rightsdesk.desktop.design.text import Text
from rightsdesk.desktop.design.tokens import Tone, space
from rightsdesk.desktop.pages.page import Page
from rightsdesk.desktop.pages.places import PagePlace
from rightsdesk.desktop.pages.settings.appearance import AppearanceSection
from rightsdesk.desktop.pages.settings.background import BackgroundSection
from rightsdesk.desktop.pages.settings.data import DataSection
from rightsdesk.desktop.pages.settings.facts import FactsSection
from rightsdesk.desktop.pages.settings.network import NetworkSection
from rightsdesk.desktop.pages.settings.proof import ProofSection
from rightsdesk.desktop.pages.settings.rows import SettingsSection
from rightsdesk.desktop.pages.settings.terms import TermsSection
from rightsdesk.desktop.pages.settings.titles import titles
from rightsdesk.desktop.pages.settings.updates import UpdatesSection
from rightsdesk.desktop.pages.settings.writing import WritingSection
from rightsdesk.desktop.parts.search_field import SearchField
from rightsdesk.desktop.parts.texts import tr
from rightsdesk.desktop.parts.widgets import scrolled
from rightsdesk.desktop.state.view_state import ViewState
from rightsdesk.desktop.state.window_settings import WindowSettings
from rightsdesk.folding import unaccented

S = TypeVar("S", bound=SettingsSection)
WIDEST_STEPS = 190
"""Lines of settings are no longer than this, in steps of the grid."""


class SettingsPage(Page):
    """Everything is saved at once. Each section is an attribute that is called like its key, and
    is built when it is first needed."""

    notifications_changed = Signal(bool)
    """Whether a person wants notifications now."""
    place = PagePlace.SETTINGS

    def __init__(
        self,
        view_state: ViewState,
        memory: WindowSettings,
        *,
        languages: Sequence[tuple[str, str]],
        starts: Callable[[], bool],
        set_start: Callable[[bool], object],
        tray: Callable[[], bool],
        checks: Sequence[QAction] = (),
        data: Sequence[QAction] = (),
        leaving: QAction,
        parent: QWidget | None = None,
    ) -> None:
        """`languages` are codes with names. `checks` say how often platforms are checked, as
        checkable actions; `data` are the actions on RightsDesk's own data, `leaving` removes them.
        For the others see BackgroundSection."""
        super().__init__(parent)
        self._view_state, self._memory, self._languages = view_state, memory, languages
        self._starts, self._set_start, self._tray = starts, set_start, tray
        self._checks, self._data_actions, self._leaving = checks, data, leaving
        self._built: dict[str, SettingsSection] = {}
        self._keys = tuple(titles())
        self.field = SearchField(tr("Search settings"), name="settings-search", pause=0)
        self.field.searched.connect(self._narrow)
        self.nothing = Text(tr("No setting is called that."), tone=Tone.DIM)
        self.nothing.hide()
        column = QWidget()
        self._cards = QVBoxLayout(column)
        self._cards.setContentsMargins(0, 0, 0, 0)
        self._cards.setSpacing(space(4))
        self._cards.addWidget(self.nothing)
        self._cards.addStretch(1)
        # The width is limited across, so that the height of each text is that of its lines.
        column.setMaximumWidth(space(WIDEST_STEPS))
        body = QWidget()
        across = QHBoxLayout(body)
        across.setContentsMargins(0, 0, 0, 0)
        across.addWidget(column, 1)
        across.addStretch(0)  # takes only what the column leaves
        self.field.setMaximumWidth(space(WIDEST_STEPS))
        self.column.addWidget(PageHeader(tr("Settings")))
        self.column.addWidget(self.field)
        self._area = scrolled(body)
        self.column.addWidget(self._area, 1)
        self._build_next()

    # --- sections, each built when it is first needed ---------------------------------

    @cached_property
    def look(self) -> AppearanceSection:
        """Theme, text size, motion, language."""
        section = AppearanceSection(self._memory, self._languages)
        appearance().changed.connect(section.refresh)
        return self._added(section)

    @cached_property
    def background(self) -> BackgroundSection:
        """What RightsDesk does by itself."""
        section = BackgroundSection(
            self._memory, starts=self._starts, set_start=self._set_start, tray=self._tray
        )
        section.add_checks(self._checks)
        section.notifications_changed.connect(self.notifications_changed)
        return self._added(section)

    @cached_property
    def terms(self) -> TermsSection:
        """Whether terms are watched."""
        return self._added(TermsSection(self._view_state))

    @cached_property
    def writing(self) -> WritingSection:
        """What goes with an artist's choice."""
        return self._added(WritingSection(self._view_state))

    @cached_property
    def network(self) -> NetworkSection:
        """The proxy."""
        return self._added(NetworkSection(self._view_state))

    @cached_property
    def facts(self) -> FactsSection:
        """Facts about platforms."""
        return self._added(FactsSection(self._view_state))

    @cached_property
    def updates(self) -> UpdatesSection:
        """New versions of RightsDesk."""
        return self._added(UpdatesSection(self._view_state))

    @cached_property
    def proof(self) -> ProofSection:
        """The history, and its time stamps."""
        return self._added(ProofSection(self._view_state))

    @cached_property
    def data(self) -> DataSection:
        """RightsDesk's own data."""
        section = DataSection(self._view_state.workspace.data_dir)
        section.add_actions(self._data_actions)
        section.add_leaving(self._leaving)
        return self._added(section)

    @property
    def sections(self) -> tuple[SettingsSection, ...]:
        """All sections, from top to bottom. Builds those that are not there yet."""
        return tuple(getattr(self, key) for key in self._keys)

    def _added(self, section: S) -> S:
        """Put a new section into its place, with what the others show already."""
        before = self._keys[: self._keys.index(section.key)]
        self._built[section.key] = section
        self._cards.insertWidget(sum(key in self._built for key in before), section)
        section.refresh()
        if self.field.text():
            section.narrow(unaccented(self.field.text()).split())
        return section

    @property
    def whole(self) -> bool:
        """Whether all sections are built."""
        return all(key in self._built for key in self._keys)

    def _build_next(self) -> None:
        """Build the next section that is missing, and the one after it in another turn."""
        left = [key for key in self._keys if key not in self._built]
        if left:
            getattr(self, left[0])
            QTimer.singleShot(0, self, self._build_next)

    # --- using it ---------------------------------------------------------------------

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
        for section in self._built.values():
            section.refresh()

    def _narrow(self, text: str) -> None:
        words = unaccented(text).split()
        left = [section.narrow(words) for section in self.sections]
        self.nothing.setVisible(not any(left))
