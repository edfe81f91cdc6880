"""Catalogue: what each recording says, everywhere; details and the choice on demand."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QAction, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QSplitter, QStackedWidget, QTabWidget, QWidget

from rightsdesk.desktop.consents.many import ManyChooser
from rightsdesk.desktop.consents.panel import ConsentPanel
from rightsdesk.desktop.design.announcing import announce
from rightsdesk.desktop.design.buttons import Button, ButtonKind, action_button, allow
from rightsdesk.desktop.design.cards import Card
from rightsdesk.desktop.design.header import PageHeader
from rightsdesk.desktop.design.tokens import space
from rightsdesk.desktop.jobs.main_job import MainJob
from rightsdesk.desktop.pages.catalogue.covers import Thumbnails
from rightsdesk.desktop.pages.catalogue.details import RecordingPanel
from rightsdesk.desktop.pages.catalogue.empty import EmptyList
from rightsdesk.desktop.pages.catalogue.filter_bar import FilterBar
from rightsdesk.desktop.pages.catalogue.legend import SignLegend
from rightsdesk.desktop.pages.catalogue.menus import Menus
from rightsdesk.desktop.pages.catalogue.selection import SelectionBar
from rightsdesk.desktop.pages.catalogue.table import CatalogueTable
from rightsdesk.desktop.pages.page import Page
from rightsdesk.desktop.pages.places import PagePlace
from rightsdesk.desktop.parts.segments import write_tracks_text
from rightsdesk.desktop.parts.texts import busy_reason, counted, number_text, plain_tip, tr
from rightsdesk.desktop.parts.theme import em, em_across
from rightsdesk.desktop.parts.widgets import described, vertical
from rightsdesk.desktop.state.view_state import ViewState
from rightsdesk.desktop.state.window_settings import WindowSettings
from rightsdesk.workspace.overview.values import ChipCounts, GroupBy
from rightsdesk.workspace.types.scopes import Filter

ONE_PANE_EMS = 50
"""Below this width the side panel takes the place of the list while it is open."""
ROOMY_EMS = 50
"""From this width on the head has all its buttons; the menu has them always."""
SIDE = 21
"""The width of the panel, in lines of text."""
LOW_EMS = 28
"""Below this height the signs are not explained: rows need the room."""


class CataloguePage(Page):
    """The recordings. `set_side` shows or hides the panel with the details and the choice."""

    side_wanted = Signal(bool)
    """The panel was closed or asked for here."""
    place = PagePlace.CATALOGUE

    def __init__(
        self,
        view_state: ViewState,
        job: MainJob,
        memory: WindowSettings,
        *,
        add_folder: Callable[[], None],
        accounts: Callable[[], None],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._view_state, self._job, self._memory = view_state, job, memory
        self.list = view_state.list
        self._listed_filter = self.list.filter
        self.header = PageHeader(tr("Catalogue"))
        self.write = self.header.primary
        self.write.setObjectName("write-now")
        self.write.clicked.connect(self._write)
        self._quiet: list[tuple[Button, QAction]] = []
        self._covers = Thumbnails(view_state, self)
        self.table = CatalogueTable(self.list.model, self._covers)
        self.consent = ConsentPanel(view_state)
        self.details = RecordingPanel(view_state)
        self.chooser = ManyChooser(view_state, self.table.selected_recordings, self)
        self.menus = Menus(
            view_state,
            self.table,
            write=job.write,
            details=self.open_details,
            choices=self.chooser.fill,
        )
        self.side_button = Button(
            tr("Details"), self._side_pressed, icon_name="panel", name="show-details"
        )
        self.side_button.setCheckable(True)
        self.side_button.setToolTip(plain_tip(tr("Show details of the current track (Enter)")))
        self.filters = FilterBar(
            *(self.list, memory),
            columns_menu=self.menus.fill_columns,
            down=self.table.setFocus,
            aside=self.side_button,
        )
        self.empty_list = EmptyList(
            view_state, add_folder=add_folder, accounts=accounts, clear_search=self.filters.clear
        )
        self.selection = SelectionBar(view_state, self.table, write=job.write, chooser=self.chooser)
        self.legend = SignLegend()
        self._side_shown = False
        self._lay_out()
        self._connect()
        self._show_head()

    def _lay_out(self) -> None:
        card = Card(padding=1.5)
        card.body.addWidget(self.table)
        self.views = QStackedWidget()
        self.views.addWidget(card)
        self.views.addWidget(self.empty_list)
        self.middle = QWidget()
        rows = vertical(spacing=0.6)
        self.middle.setLayout(rows)
        rows.addWidget(self.views, 1)
        rows.addWidget(self.legend)
        self.foot = QWidget()
        self._foot_row = vertical(spacing=0)
        self.foot.setLayout(self._foot_row)
        self._foot_row.addWidget(self.selection)
        self.side = QTabWidget()
        self.side.setObjectName("side-panel")
        self.side.setDocumentMode(True)
        self.side.addTab(self.details, tr("Detail&s"))
        self.side.addTab(self.consent, tr("Your &choice"))
        self.side.setMinimumWidth(em_across(self, 17))
        self._close = Button(
            "", lambda: self.side_wanted.emit(False), kind=ButtonKind.LINK, icon_name="close"
        )
        self._close.setObjectName("close-side")
        described(self._close, tr("Close the side panel"))
        self.side.setCornerWidget(self._close)
        self.side.installEventFilter(self)
        self.panes = QSplitter(Qt.Orientation.Horizontal)
        self.panes.setObjectName("catalogue-panes")
        for pane, stretch in ((self.middle, 1), (self.side, 0)):
            self.panes.addWidget(pane)
            self.panes.setStretchFactor(self.panes.count() - 1, stretch)
        self.panes.setChildrenCollapsible(False)
        self.panes.setSizes([em_across(self, 57), em_across(self, SIDE)])
        self.side.hide()
        self.column.setSpacing(space(3))
        self.column.addWidget(self.header)
        self.column.addWidget(self.filters)
        self.column.addWidget(self.panes, 1)

    def _connect(self) -> None:
        view_state, table = self._view_state, self.table
        table.current_changed.connect(view_state.hold)
        self.details.write_wanted.connect(self._job.write)
        table.typed.connect(self.filters.take)
        table.escaped.connect(self.filters.clear)
        table.opened.connect(self.open_details)
        table.columns_changed.connect(lambda: self._memory.keep_columns(table.columns))
        table.selection_changed.connect(self._selected)
        self.list.listed.connect(self._listed)
        self.list.counted.connect(lambda _c: self._show_head())
        self.list.grouped.connect(lambda by: self._memory.keep_grouping(by.value))
        view_state.artist_changed.connect(lambda _a: self._show_head())
        self._job.busy_changed.connect(lambda _b: self._show_head())
        # The button goes when all is written: Ctrl+Z is then to mean the job, not a field.
        self.write.clicked.connect(lambda: table.setFocus())

    # --- the window's side -----------------------------------------------------------

    def first_focus(self) -> QWidget | None:
        if self.views.currentWidget() is not self.empty_list:
            return self.table
        return self.filters.field if self.filters.isVisibleTo(self) else self.empty_list.folder

    def search_here(self) -> bool:
        if self.one_pane:
            self.side_wanted.emit(False)
        self.filters.search_here()
        return True

    def add_actions(self, actions: Sequence[QAction]) -> None:
        """Offer actions of the menus as quiet buttons before the primary one."""
        for action in actions:
            button = self.header.add_button(action_button(action))
            self._quiet.append((button, action))
            action.changed.connect(self._fit_head)
        self._fit_head()

    def as_it_was(self) -> None:
        """Take the columns and the grouping that the page had when it was closed."""
        self.table.set_columns(self._memory.columns)
        kept = {by.value: by for by in GroupBy}.get(self._memory.grouping)
        if kept is not None:
            self.list.group(kept)

    @property
    def one_pane(self) -> bool:
        """Whether the panel takes the place of the list, for want of room."""
        return self._side_shown and self.middle.isHidden()

    def set_side(self, wanted: bool) -> None:
        """Show the panel beside the list, or give its room to the list."""
        focused: QWidget | None = self.window().focusWidget()  # Qt's stubs leave None out
        inside = focused is not None and self.side.isAncestorOf(focused)
        self._side_shown = wanted
        self.side_button.setChecked(wanted)
        self._fit_panes()
        if inside and not wanted:
            self.table.setFocus()

    def open_details(self) -> None:
        """Show the details of the current recording."""
        self.side_wanted.emit(True)
        self.side.setCurrentWidget(self.details)

    def _side_pressed(self) -> None:
        if self.side_button.isChecked():
            self.open_details()
        else:
            self.side_wanted.emit(False)

    def show_consent(self) -> None:
        """Show the choice, and put the keyboard there."""
        self.side_wanted.emit(True)
        self.side.setCurrentWidget(self.consent)
        self.consent.scope.setFocus(Qt.FocusReason.TabFocusReason)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Escape closes the panel."""
        if (
            event.type() is QEvent.Type.KeyPress
            and isinstance(event, QKeyEvent)
            and event.key() == Qt.Key.Key_Escape
        ):
            self.side_wanted.emit(False)
            return True
        return super().eventFilter(watched, event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_panes()
        self._fit_head()
        self._fit_foot()

    def _fit_foot(self) -> None:
        """Give the selection bar the margins of the page, and no room to the bar that is hidden."""
        edges, below = self.column.contentsMargins(), space(3) if self.selection.number > 1 else 0
        self._foot_row.setContentsMargins(edges.left(), 0, edges.right(), below)

    def _fit_panes(self) -> None:
        narrow = self.width() < em_across(self, ONE_PANE_EMS)
        self.middle.setHidden(self._side_shown and narrow)
        self.side.setVisible(self._side_shown)
        self.legend.setMaximumHeight(0 if self.height() < em(self, LOW_EMS) else 10_000)

    def _fit_head(self) -> None:
        roomy = self.width() >= em_across(self, ROOMY_EMS)
        for button, action in self._quiet:
            button.setVisible(roomy and action.isVisible())

    # --- showing ---------------------------------------------------------------------

    def _listed(self, number: int) -> None:
        self.table.show_sort(self.list.sort)
        self.table.show_recording(self._view_state.recording_id)
        if self.list.filter == self._listed_filter:  # else other recordings are meant
            self.table.select_again()
        self._listed_filter = self.list.filter
        if not number:
            self.empty_list.tell()
        self.views.setCurrentIndex(0 if number else 1)
        self._show_head()
        if self.list.narrowing and self.isVisible():
            announce(self.filters.field, counted("%n recording", "%n recordings", number))

    def _show_head(self) -> None:
        artist, artists = self._view_state.artist, self._view_state.artists
        meant = (artist,) if artist else artists
        number = sum(one.recordings for one in meant)
        self.counted.emit(number, False)
        listing = self.list.model.listing
        recordings = counted("%n recording", "%n recordings", number)
        if self.list.narrowing:
            form = tr("{n} of {recordings}")
            shown = len(listing.grouped.ids)
            recordings = form.format(n=number_text(shown), recordings=recordings)
        parts = [recordings] if number else []
        self.filters.setVisible(bool(number) or bool(self.list.narrowing))
        if artist is None:
            parts.append(counted("%n artist", "%n artists", len(artists)))
        elif number and listing.by is GroupBy.RELEASE:
            releases = len(listing.grouped.header_rows)
            parts.append(counted("%n release", "%n releases", releases))
        undecided = sum(not one.consent for one in artists)
        if artist is None and undecided:
            parts.append(
                counted("%n artist without a choice", "%n artists without a choice", undecided)
            )
        self.header.show_words(tr("Catalogue"), " · ".join(parts))
        chips = self.list.chips
        self._show_write(chips)
        present = {segment for bar in chips.bars.values() for segment in bar}
        nothing = any(sum(bar.values()) < chips.total for bar in chips.bars.values())
        self.legend.show_segments(tuple(present), nothing=nothing)

    def _show_write(self, chips: ChipCounts) -> None:
        number = chips.to_write
        self.write.setText(write_tracks_text(number))
        self.write.setVisible(bool(number))
        allow(self.write, unless=busy_reason(self._job.busy))
        many = self.selection.number > 1
        self.write.set_kind(ButtonKind.QUIET if many else ButtonKind.PRIMARY)

    def _selected(self) -> None:
        self._fit_foot()
        self._show_write(self.list.chips)
        if self.selection.number > 1:
            announce(self.table, self.selection.count.accessibleName())

    @property
    def _in_view(self) -> Filter:
        """What the search lets through; chips do not narrow what is written."""
        return replace(self.list.filter, state=None, carrier="")

    def _write(self) -> None:
        self._job.write(self._in_view)
