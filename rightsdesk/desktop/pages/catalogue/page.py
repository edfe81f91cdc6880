"""Catalogue: the table of recordings and carriers, with details on demand."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSplitter, QStackedWidget, QTabWidget, QWidget

from rightsdesk.desktop.consents.panel import ChoicePanel
from rightsdesk.desktop.jobs.main_job import MainJob
from rightsdesk.desktop.matrix.browse_bar import BrowseBar
from rightsdesk.desktop.matrix.empty import EmptyList
from rightsdesk.desktop.matrix.inspector import Inspector
from rightsdesk.desktop.matrix.summary import SummaryBar
from rightsdesk.desktop.matrix.view import MatrixView
from rightsdesk.desktop.pages.page import Page
from rightsdesk.desktop.parts.texts import tr
from rightsdesk.desktop.parts.theme import em_across
from rightsdesk.desktop.parts.widgets import vertical
from rightsdesk.desktop.state.view_state import ViewState

ONE_PANE_EMS = 50
"""Below this width the recordings become a tab next to the choice: each has all the room."""


class CataloguePage(Page):
    """The recordings. `set_side` shows or hides the panel with the choice and the details."""

    side_offered = Signal(bool)
    """Whether the panel can be shown and hidden: not while the list is one of its tabs."""
    key = "catalogue"
    icon_name = "catalogue"

    def __init__(
        self,
        desk: ViewState,
        job: MainJob,
        *,
        add_folder: Callable[[], None],
        accounts: Callable[[], None],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._desk = desk
        self._side_wanted = True
        self.browse = BrowseBar(desk)
        self.summary = SummaryBar(desk, job)
        self.matrix = MatrixView(desk.model)
        self.choice = ChoicePanel(desk)
        self.inspector = Inspector(desk)
        self.empty_list = EmptyList(
            desk,
            add_folder=add_folder,
            accounts=accounts,
            clear_search=self.browse.field.clear,
        )
        self.list = QStackedWidget()
        self.list.addWidget(self.matrix)
        self.list.addWidget(self.empty_list)
        self.middle = QWidget()
        rows = vertical(spacing=0.6)
        self.middle.setLayout(rows)
        rows.addWidget(self.browse)
        rows.addWidget(self.list, 1)
        self.middle.setMinimumWidth(em_across(self, 18))
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        self.tabs.addTab(self.choice, tr("Your &choice"))
        self.tabs.addTab(self.inspector, tr("Detail&s"))
        self.tabs.setMinimumWidth(em_across(self, 17))
        self.panes = QSplitter(Qt.Orientation.Horizontal)
        self.panes.setObjectName("panes")
        for pane, stretch in ((self.middle, 1), (self.tabs, 0)):
            self.panes.addWidget(pane)
            self.panes.setStretchFactor(self.panes.count() - 1, stretch)
        self.panes.setChildrenCollapsible(False)
        self._share_out()
        self.column.addWidget(self.summary)
        self.column.addWidget(self.panes, 1)
        self.matrix.current_changed.connect(desk.hold)
        desk.listed.connect(self._listed)
        desk.artist_changed.connect(lambda _a: self._count())
        # The button goes when all is written: Ctrl+Z is then to mean the job, not a field.
        self.summary.write.clicked.connect(lambda: self.matrix.setFocus())

    @property
    def title(self) -> str:
        return tr("Catalogue")

    def first_focus(self) -> QWidget | None:
        return self.matrix if self.list.currentWidget() is self.matrix else self.browse.field

    def search_here(self) -> bool:
        if self.one_pane:
            self.tabs.setCurrentWidget(self.middle)
        self.browse.field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.browse.field.selectAll()
        return True

    @property
    def one_pane(self) -> bool:
        """Whether the list is a tab among the others, for want of room."""
        return self.tabs.indexOf(self.middle) >= 0

    def set_side(self, wanted: bool) -> None:
        """Show the panel beside the list, or give its room to the list."""
        self._side_wanted = wanted
        self.tabs.setVisible(wanted or self.one_pane)

    def show_details(self) -> None:
        """Bring what is said about the current recording to the front."""
        self.tabs.setCurrentWidget(self.inspector)

    def show_choice(self) -> None:
        """Bring the choice to the front."""
        self.tabs.setCurrentWidget(self.choice)
        self.choice.scope.setFocus(Qt.FocusReason.TabFocusReason)

    def _count(self) -> None:
        artist = self._desk.artist
        meant = (artist,) if artist else self._desk.artists
        self.counted.emit(sum(one.recordings for one in meant), False)

    def _listed(self, number: int) -> None:
        self.matrix.show_recording(self._desk.recording_id)
        if not number:
            self.empty_list.tell()
        self.list.setCurrentWidget(self.matrix if number else self.empty_list)

    def _share_out(self) -> None:
        self.panes.setSizes([em_across(self, 57), em_across(self, 21)])

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._one_pane(self.width() < em_across(self, ONE_PANE_EMS))

    def _one_pane(self, wanted: bool) -> None:
        """Put the recordings among the tabs, or back beside them."""
        if wanted == self.one_pane:
            return
        if wanted:
            self.tabs.insertTab(0, self.middle, tr("&List"))
            self.tabs.setCurrentWidget(self.middle)
        else:
            self.tabs.removeTab(self.tabs.indexOf(self.middle))
            self.panes.insertWidget(0, self.middle)
            self.panes.setStretchFactor(0, 1)
            self._share_out()
        self.middle.show()
        self.set_side(self._side_wanted)
        self.side_offered.emit(not wanted)
