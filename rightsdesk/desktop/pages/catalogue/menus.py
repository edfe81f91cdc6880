"""The menus that a right click opens: on recordings, and on the heads of columns."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QMenu

from rightsdesk.desktop.design.icons import icon
from rightsdesk.desktop.design.words import within
from rightsdesk.desktop.pages.catalogue.details import folder_url
from rightsdesk.desktop.pages.catalogue.filter_bar import state_title
from rightsdesk.desktop.pages.catalogue.selection import selected_filter
from rightsdesk.desktop.pages.catalogue.table import CatalogueTable
from rightsdesk.desktop.parts.opening import tell_where
from rightsdesk.desktop.parts.segments import write_this_text, write_tracks_text
from rightsdesk.desktop.parts.texts import plain_mnemonic, tr
from rightsdesk.desktop.state.catalogue_model import FIXED, TITLE, isrc_text
from rightsdesk.desktop.state.tasks import Lane
from rightsdesk.desktop.state.view_state import ViewState
from rightsdesk.enums.carriers import ON_DISK
from rightsdesk.shown import shown
from rightsdesk.workspace.types.matrix import RecordingView
from rightsdesk.workspace.types.scopes import Filter, State


class Menus:
    """Opens the menus of a table."""

    def __init__(
        self,
        view_state: ViewState,
        table: CatalogueTable,
        *,
        write: Callable[[Filter], None],
        details: Callable[[], None],
        choices: Callable[[QMenu], None],
    ) -> None:
        self._view_state, self._table = view_state, table
        self._write, self._details, self._choices = write, details, choices
        table.menu_wanted.connect(self.open_rows)
        header = table.horizontalHeader()
        header.customContextMenuRequested.connect(self._open_header)

    # --- recordings ------------------------------------------------------------------

    def open_rows(self, where: QPoint) -> None:
        """Open the menu of the selected recordings."""
        menu = QMenu(self._table)
        menu.setObjectName("rows-menu")
        menu.aboutToHide.connect(menu.deleteLater)
        self.fill_rows(menu)
        menu.popup(where)

    def fill_rows(self, menu: QMenu) -> None:
        """Put in what can be done with the selected recordings."""
        table, number = self._table, self._table.selected_count
        row = table.currentIndex().row()
        known = self._view_state.model.known_row(row) if number == 1 else None
        words = write_this_text() if number == 1 else write_tracks_text(0)
        write = menu.addAction(
            icon("write"),
            f"&{words}",
            lambda: self._write(selected_filter(self._view_state.list, table)),
        )
        write.setEnabled(number > 0)
        self._choices(menu.addMenu(tr("Change &choice")))
        menu.addSeparator()
        details = menu.addAction(tr("&Details"), self._details)
        details.setShortcut(Qt.Key.Key_Return)
        details.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        if known is not None:
            menu.addAction(icon("folder"), tr("Show in &folder"), self._show_in_folder)
            menu.addSeparator()
            copy = QGuiApplication.clipboard().setText
            menu.addAction(tr("Copy &title"), partial(copy, shown(known.title)))
            if known.isrc:
                menu.addAction(tr("Copy &ISRC"), partial(copy, isrc_text(known.isrc)))
        menu.addSeparator()
        menu.addAction(tr("Select &all"), table.selectAll)

    def _show_in_folder(self) -> None:
        recording_id, workspace = self._view_state.recording_id, self._view_state.workspace
        if recording_id is None:
            return

        def found(view: RecordingView) -> None:
            places = [one.place for one in view.carriers if one.kind in ON_DISK and one.place]
            if places and not QDesktopServices.openUrl(folder_url(places[0])):
                tell_where(self._table, places[0])

        self._view_state.work.run(
            Lane.SHORT,
            lambda _task: workspace.catalogue.recording(recording_id),
            found,
            owner=self._table,
        )

    # --- columns ---------------------------------------------------------------------

    def _open_header(self, where: QPoint) -> None:
        header = self._table.horizontalHeader()
        menu = QMenu(self._table)
        menu.setObjectName("columns-menu")
        menu.aboutToHide.connect(menu.deleteLater)
        self.fill_header(menu, header.logicalIndexAt(where))
        menu.popup(header.mapToGlobal(where))

    def fill_header(self, menu: QMenu, column: int) -> None:
        """Put in what can be done with a column, and all columns to choose from."""
        model = self._view_state.list.model
        if 0 <= column < model.columnCount():
            key, name = model.column_key(column), model.column_name(column)
            up, down = Qt.SortOrder.AscendingOrder, Qt.SortOrder.DescendingOrder
            carrier = key not in FIXED
            first = tr("Sort: &worst first") if carrier else tr("Sort: &A to Z")
            last = tr("Sort: &best first") if carrier else tr("Sort: &Z to A")
            sort = self._table.horizontalHeader().setSortIndicator
            menu.addAction(first, partial(sort, column, up))
            menu.addAction(last, partial(sort, column, down))
            if carrier:
                only = menu.addMenu(tr("Show &only"))
                for state in State:
                    words = f"{name}: {within(state_title(state))}"
                    show = partial(self._view_state.list.show_state, state, key)
                    only.addAction(plain_mnemonic(words), show)
            if key != TITLE:
                hide = partial(self._table.show_column, key, wanted=False)
                menu.addAction(tr("&Hide {column}").format(column=plain_mnemonic(name)), hide)
            menu.addSeparator()
        self.fill_columns(menu)

    def fill_columns(self, menu: QMenu) -> None:
        """Put in each column, to be shown or hidden."""
        model, table = self._view_state.list.model, self._table
        shown_keys = table.shown_keys
        for column in range(model.columnCount()):
            key = model.column_key(column)
            action = menu.addAction(plain_mnemonic(model.column_name(column)))
            action.setCheckable(True)
            action.setChecked(key in shown_keys)
            action.setEnabled(key != TITLE)
            action.toggled.connect(lambda on, key=key: table.show_column(key, wanted=on))
