"""The table of the catalogue: two heights of rows, columns that can be chosen and moved.

A `QTableView` by its header, its selection and what screen readers hear; where rows are and how
they look is worked out here, because Qt would have to be told the height of each row.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence

from PySide6.QtCore import (
    QEvent,
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    Qt,
    Signal,
)
from PySide6.QtGui import (
    QContextMenuEvent,
    QHoverEvent,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QRegion,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractButton, QAbstractItemView, QFrame, QTableView, QWidget

from rightsdesk.desktop.design.tokens import Size, font_of, space, theme_of
from rightsdesk.desktop.pages.catalogue.columns import ColumnLayout, laid_out, shown_columns
from rightsdesk.desktop.pages.catalogue.covers import Thumbnails
from rightsdesk.desktop.pages.catalogue.painting import (
    Column,
    RowPainter,
    RowState,
    header_height,
    row_height,
)
from rightsdesk.desktop.pages.catalogue.rows import RowPlaces
from rightsdesk.desktop.parts.selections import ranges_of, selection_of
from rightsdesk.desktop.parts.texts import tr
from rightsdesk.desktop.state.catalogue_model import TITLE, CatalogueModel
from rightsdesk.desktop.state.window_settings import Columns
from rightsdesk.workspace.overview.values import CatalogueGroup
from rightsdesk.workspace.types.scopes import Sort

Index = QModelIndex | QPersistentModelIndex
Flag = QItemSelectionModel.SelectionFlag
Ranges = Sequence[tuple[int, int]]
NO_INDEX = QModelIndex()
LEAST_WIDTH = 7.0
"""The least width of a column that was set by hand, in steps of the grid."""


KEPT = 10_000
"""So many selected recordings are looked for at most in a list that replaces another one."""


class CatalogueTable(QTableView):
    """Shows a CatalogueModel. Rows are chosen as a whole, a header with all that is below it."""

    current_changed = Signal(object)
    """The recording at hand; of a header its first one; None for none."""
    selection_changed = Signal()
    opened = Signal()
    """Enter, or a double click on a recording."""
    typed = Signal(str)
    """Letters were typed: they are for the search."""
    escaped = Signal()
    """Escape, with nothing selected."""
    menu_wanted = Signal(QPoint)
    columns_changed = Signal()

    def __init__(
        self, model: CatalogueModel, covers: Thumbnails, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("catalogue-table")
        self.setAccessibleName(tr("Recordings, and what files and platforms say"))
        self._model, self._covers = model, covers
        self._places = RowPlaces(0, (), 1, 1)
        self._ranges: list[tuple[int, int]] = []
        self._kept: list[int] = []
        self._hovered = -1
        self._chosen = Columns()
        self._laying_out = False
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        for corner in self.findChildren(QAbstractButton):  # Qt's own button for "select all"
            corner.hide()
        self.verticalHeader().hide()
        header = self.horizontalHeader()
        header.setSectionsMovable(True)
        header.setFirstSectionMovable(False)
        header.setHighlightSections(False)
        header.setMinimumSectionSize(1)
        header.setSortIndicatorClearable(True)
        header.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        header.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.setModel(model)
        self.setSortingEnabled(True)
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_Hover)
        header.sectionResized.connect(self._resized_by_hand)
        header.sectionMoved.connect(self._moved_by_hand)
        model.modelAboutToBeReset.connect(self._keep_selected)
        model.modelReset.connect(self._listed)
        covers.arrived.connect(self.viewport().update)
        self.doubleClicked.connect(self._double_clicked)
        self.restyle()

    # --- what is shown ---------------------------------------------------------------

    def show_recording(self, recording_id: int | None) -> None:
        """Make a recording the current row, or the first one there is."""
        row = self._model.row_of(recording_id) if recording_id is not None else None
        if not self._places.number:
            self.current_changed.emit(None)
            return
        if row is None:
            row = 1 if self._places.is_header(0) else 0
        index = self._model.index(row, 0)
        self.selectionModel().setCurrentIndex(index, Flag.NoUpdate)
        self.scrollTo(index)

    @property
    def places(self) -> RowPlaces:
        """Where the rows are."""
        return self._places

    @property
    def selected_ranges(self) -> Ranges:
        """The selected rows as ranges, in order, both ends included."""
        return self._ranges

    @property
    def selected_count(self) -> int:
        """How many recordings are selected; takes as long as there are ranges."""
        return sum(
            last - first + 1 - self._places.headers_in(first, last) for first, last in self._ranges
        )

    def selected_recordings(self) -> list[int]:
        """The recordings that are selected, in the order of the list."""
        grouped = self._model.listing.grouped
        return [one for first, last in self._ranges for one in grouped.recordings_in(first, last)]

    def is_row_selected(self, row: int) -> bool:
        """Whether a row is selected."""
        place = bisect_right(self._ranges, (row, self._places.number + 1))
        return place > 0 and self._ranges[place - 1][1] >= row

    def select_again(self) -> None:
        """Select what was selected before the list was replaced, as far as it is listed still."""
        kept, self._kept = self._kept, []
        if kept:
            self.selectionModel().select(self._selection_of(kept), Flag.ClearAndSelect)

    def _keep_selected(self) -> None:
        few = self.selected_count <= KEPT
        self._kept = self.selected_recordings() if few else []

    def _selection_of(self, recording_ids: Iterable[int]) -> QItemSelection:
        found = (self._model.row_of(one) for one in recording_ids)
        rows = (row for row in found if row is not None)
        return selection_of(self._model, rows, self._model.columnCount() - 1)

    def select_recordings(self, recording_ids: Sequence[int]) -> None:
        """Select these recordings as far as they are listed, and nothing else."""
        selection = self._selection_of(recording_ids)
        self.selectionModel().select(selection, Flag.ClearAndSelect)
        if selection.count():
            row = min(one.top() for one in ranges_of(selection))
            index = self._model.index(row, 0)
            self.selectionModel().setCurrentIndex(index, Flag.NoUpdate)
            self.scrollTo(index)

    # --- columns ---------------------------------------------------------------------

    @property
    def columns(self) -> Columns:
        """What a person did to the columns."""
        return self._chosen

    def set_columns(self, columns: Columns) -> None:
        """Show the columns as they were left."""
        self._chosen = columns
        self._lay_out()

    @property
    def shown_keys(self) -> list[str]:
        """The keys of the columns that are chosen, in their order."""
        return shown_columns(
            self._model.column_keys, self._model.by, self._chosen, several=self._model.several
        )

    def show_column(self, key: str, *, wanted: bool) -> None:
        """Show or hide a column."""
        shown = {**self._chosen.shown, key: wanted}
        self._chosen = Columns(shown, self._chosen.order, self._chosen.widths)
        self._lay_out()
        self.columns_changed.emit()

    def sizeHintForColumn(self, _column: int) -> int:
        """As wide as its head, after a double click there: Qt would fetch a thousand rows."""
        return space(LEAST_WIDTH)

    def show_sort(self, sort: Sort) -> None:
        """Mark the column that the list is sorted by; columns may be others than before."""
        column = -1
        if sort != Sort():
            keys = self._model.column_keys
            column = keys.index(sort.column) if sort.column in keys else -1
        order = Qt.SortOrder.DescendingOrder if sort.descending else Qt.SortOrder.AscendingOrder
        header = self.horizontalHeader()
        if (header.sortIndicatorSection(), header.sortIndicatorOrder()) != (column, order):
            header.setSortIndicator(column, order)

    def _lay_out(self) -> None:
        if self._laying_out or not self._model.columnCount():
            return
        self._laying_out = True
        header, keys = self.horizontalHeader(), self._model.column_keys
        shown = self.shown_keys
        layout = self._layout_for(shown)
        for column, key in enumerate(keys):
            wanted = key in layout.widths
            if header.isSectionHidden(column) == wanted:
                header.setSectionHidden(column, not wanted)
            if wanted and header.sectionSize(column) != layout.widths[key]:
                header.resizeSection(column, layout.widths[key])
        for place, key in enumerate([*shown, *(key for key in keys if key not in shown)]):
            now = header.visualIndex(keys.index(key))
            if now != place:
                header.moveSection(now, place)
        self._model.use_short_names(layout.short)
        self._laying_out = False
        self.viewport().update()

    def _layout_for(self, shown: Sequence[str]) -> ColumnLayout:
        metrics = self.horizontalHeader().fontMetrics()
        names = [name for key, name in self._model.carriers if key in shown]
        widest = max((metrics.horizontalAdvance(name) for name in names), default=0)
        room = self.viewport().width()
        return laid_out(shown, room, space(1000) / 1000, self._chosen.widths, widest + space(6))

    def _resized_by_hand(self, column: int, _before: int, width: int) -> None:
        if self._laying_out or not self.isVisible() or self._model.column_key(column) == TITLE:
            return
        width = max(width, space(LEAST_WIDTH))
        widths = {**self._chosen.widths, self._model.column_key(column): width}
        self._chosen = Columns(self._chosen.shown, self._chosen.order, widths)
        self._lay_out()
        self.columns_changed.emit()

    def _moved_by_hand(self, *_places: int) -> None:
        if self._laying_out:
            return
        header, keys = self.horizontalHeader(), self._model.column_keys
        order = tuple(keys[header.logicalIndex(place)] for place in range(1, header.count()))
        self._chosen = Columns(self._chosen.shown, order, self._chosen.widths)
        self._lay_out()
        self.columns_changed.emit()

    # --- where rows are --------------------------------------------------------------

    def _listed(self) -> None:
        self._hovered = -1
        self._ranges = []
        self._measure()
        self._lay_out()
        self.selection_changed.emit()

    def _measure(self) -> None:
        grouped, by = self._model.listing.grouped, self._model.by
        self._places = RowPlaces(
            self._model.rowCount(), grouped.header_rows, header_height(by), row_height(by)
        )
        self.updateGeometries()
        self.viewport().update()

    def restyle(self) -> None:
        """Measure again: rows are as high as the text asks for."""
        self.horizontalHeader().setFont(font_of(Size.SMALL))
        self._measure()
        self._lay_out()

    def updateGeometries(self) -> None:
        """Place the header, and give the scroll bars their range."""
        if not hasattr(self, "_places"):
            super().updateGeometries()
            return
        header = self.horizontalHeader()
        height = header.sizeHint().height()
        self.setViewportMargins(0, height, 0, 0)
        view = self.viewport().geometry()
        header.setGeometry(view.left(), view.top() - height, view.width(), height)
        bar = self.verticalScrollBar()
        bar.setRange(0, max(0, self._places.height - view.height()))
        bar.setPageStep(max(1, view.height()))
        bar.setSingleStep(self._places.row_height)
        across = self.horizontalScrollBar()
        across.setRange(0, max(0, header.length() - view.width()))
        across.setPageStep(max(1, view.width()))
        header.setOffset(across.value())

    def verticalOffset(self) -> int:
        return self.verticalScrollBar().value()

    def _row_rect(self, row: int) -> QRect:
        top = self._places.top(row) - self.verticalOffset()
        return QRect(0, top, self.viewport().width(), self._places.height_of(row))

    def visualRect(self, index: Index) -> QRect:
        if not index.isValid() or index.row() >= self._places.number:
            return QRect()
        row = self._row_rect(index.row())
        if self._places.is_header(index.row()):
            return row
        header = self.horizontalHeader()
        left = header.sectionViewportPosition(index.column())
        return QRect(left, row.top(), header.sectionSize(index.column()), row.height())

    def indexAt(self, pos: QPoint) -> QModelIndex:
        row = self._places.at(pos.y() + self.verticalOffset())
        if not 0 <= row < self._places.number:
            return NO_INDEX
        if self._places.is_header(row):
            return self._model.index(row, 0)
        column = self.horizontalHeader().logicalIndexAt(pos.x())
        return self._model.index(row, max(0, column))

    def scrollTo(
        self,
        index: Index,
        hint: QAbstractItemView.ScrollHint = QAbstractItemView.ScrollHint.EnsureVisible,
    ) -> None:
        if not index.isValid():
            return
        row, bar, height = index.row(), self.verticalScrollBar(), self.viewport().height()
        top, tall = self._places.top(row), self._places.height_of(row)
        if row and self._places.is_header(row - 1):
            top, tall = self._places.top(row - 1), tall + self._places.header_height
        hints = QAbstractItemView.ScrollHint
        if hint is hints.PositionAtTop or top < bar.value():
            bar.setValue(top)
        elif hint is hints.PositionAtCenter:
            bar.setValue(top - (height - tall) // 2)
        elif hint is hints.PositionAtBottom or top + tall > bar.value() + height:
            bar.setValue(top + tall - height)

    def isIndexHidden(self, _index: Index) -> bool:
        return False

    # --- choosing --------------------------------------------------------------------

    def setSelection(self, rect: QRect, command: QItemSelectionModel.SelectionFlag) -> None:
        """Select the rows in a rectangle; a header at its end takes what is below it along."""
        if not self._places.number:
            return
        area = rect.normalized().translated(0, self.verticalOffset())
        first, last = (
            min(max(self._places.at(y), 0), self._places.number - 1)
            for y in (area.top(), area.bottom())
        )
        end = self._model.columnCount() - 1
        chosen = QItemSelection()
        if command & (Flag.Toggle | Flag.Deselect) and first == last:
            on = self.is_row_selected(first)
            command = (command & ~Flag.Toggle) | (Flag.Deselect if on else Flag.Select)
            header = self._places.group_header(first)
            if on and header >= 0:  # a header is not wholly chosen any more
                chosen.select(self._model.index(header, 0), self._model.index(header, end))
        if self._places.is_header(last):
            last = self._places.group_end(last)
        chosen.select(self._model.index(first, 0), self._model.index(last, end))
        self.selectionModel().select(chosen, command)

    def visualRegionForSelection(self, _selection: QItemSelection) -> QRegion:
        return QRegion(self.viewport().rect())

    def selectionChanged(self, selected: QItemSelection, deselected: QItemSelection) -> None:
        """Keep ranges: Qt would list each cell for screen readers, a million after Ctrl+A."""
        now = ranges_of(self.selectionModel().selection())
        found = sorted({(one.top(), one.bottom()) for one in now})
        merged: list[tuple[int, int]] = []
        for first, last in found:
            if merged and first <= merged[-1][1] + 1:
                merged[-1] = (merged[-1][0], max(last, merged[-1][1]))
            else:
                merged.append((first, last))
        self._ranges = merged
        self.viewport().update()
        self.selection_changed.emit()

    def currentChanged(self, current: Index, previous: Index) -> None:
        super().currentChanged(current, previous)
        self.viewport().update()
        self.current_changed.emit(self._at_hand(current.row() if current.isValid() else -1))

    def _at_hand(self, row: int) -> int | None:
        if self._places.is_header(row):
            row += 1
        return self._model.id_at(row)

    def moveCursor(
        self, action: QAbstractItemView.CursorAction, _modifiers: Qt.KeyboardModifier
    ) -> QModelIndex:
        number, row = self._places.number, self.currentIndex().row()
        if not number:
            return NO_INDEX
        if row < 0:
            return self._model.index(0, 0)
        do = QAbstractItemView.CursorAction
        page = max(1, self.viewport().height() - self._places.row_height)
        top = self._places.top(row)
        if action in (do.MoveUp, do.MovePrevious):
            row -= 1
        elif action in (do.MoveDown, do.MoveNext):
            row += 1
        elif action is do.MovePageUp:
            row = min(row - 1, self._places.at(max(0, top - page)))
        elif action is do.MovePageDown:
            row = max(row + 1, self._places.at(top + page))
        elif action is do.MoveHome:
            row = 0
        elif action is do.MoveEnd:
            row = number - 1
        elif action is do.MoveLeft and self._places.group_header(row) >= 0:
            row = self._places.group_header(row)
        return self._model.index(min(max(row, 0), number - 1), 0)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        plain = not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if plain and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.opened.emit()
            return
        if plain and event.key() == Qt.Key.Key_Escape:
            if self._ranges:
                self.clearSelection()
            else:
                self.escaped.emit()
            return
        super().keyPressEvent(event)

    def keyboardSearch(self, search: str) -> None:
        """Letters go to the search: Qt would fetch each row to compare it."""
        if search.strip():
            self.typed.emit(search)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        by_mouse = event.reason() is QContextMenuEvent.Reason.Mouse
        index = self.indexAt(event.pos()) if by_mouse else self.currentIndex()
        if not index.isValid():
            return
        if not self.is_row_selected(index.row()):
            self.selectionModel().setCurrentIndex(index, Flag.NoUpdate)
            rect = self._row_rect(index.row())
            self.setSelection(QRect(rect.center(), rect.center()), Flag.ClearAndSelect)
        corner = self._row_rect(index.row()).bottomLeft() + QPoint(space(10), 0)
        self.menu_wanted.emit(
            event.globalPos() if by_mouse else self.viewport().mapToGlobal(corner)
        )

    def _double_clicked(self, index: QModelIndex) -> None:
        if not self._places.is_header(index.row()):
            self.opened.emit()

    # --- events ----------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.updateGeometries()
        self._lay_out()

    def dataChanged(self, _first: Index, _last: Index, _roles: Sequence[int] = ()) -> None:
        """Rows of any height have changed: paint again what is in view."""
        self.viewport().update()

    def viewportEvent(self, event: QEvent) -> bool:
        kind = event.type()
        if kind in (QEvent.Type.HoverMove, QEvent.Type.HoverEnter, QEvent.Type.HoverLeave):
            at = -1
            if kind is not QEvent.Type.HoverLeave and isinstance(event, QHoverEvent):
                at = self._places.at(round(event.position().y()) + self.verticalOffset())
            if at != self._hovered:
                for row in (at, self._hovered):
                    if 0 <= row < self._places.number:
                        self.viewport().update(self._row_rect(row))
                self._hovered = at
        return super().viewportEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._places.number:
            return
        header, offset = self.horizontalHeader(), self.verticalOffset()
        columns = [
            Column(key, header.sectionViewportPosition(n), header.sectionSize(n))
            for n, key in enumerate(self._model.column_keys)
            if not header.isSectionHidden(n)
        ]
        painter = QPainter(self.viewport())
        painter.setLayoutDirection(self.layoutDirection())
        rows = RowPainter(painter, theme_of(self.palette()), self._model, columns)
        current = self.currentIndex().row() if self.hasFocus() else -1
        row = max(0, self._places.at(event.rect().top() + offset))
        bottom = event.rect().bottom()
        while row < self._places.number:
            rect = self._row_rect(row)
            if rect.top() > bottom:
                break
            state = RowState(self.is_row_selected(row), row == self._hovered, row == current)
            here = self._model.at(row)
            if isinstance(here, CatalogueGroup):
                of = here.release_id
                rows.header(rect, here, None if of is None else self._covers.thumbnail(of), state)
            else:
                rows.track(rect, self._model.row_at(row), state)
            row += 1
        painter.end()
