"""The table view of the matrix: fixed row height, sampled widths, everything by keyboard."""

from __future__ import annotations

import math
from collections.abc import Mapping

from PySide6.QtCore import QItemSelection, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from rightsdesk.desktop.design.style import paint_plainly
from rightsdesk.desktop.matrix.delegates import GroupDelegate, StandingDelegate
from rightsdesk.desktop.parts.texts import tr
from rightsdesk.desktop.parts.theme import em, letter_width
from rightsdesk.desktop.state.matrix_model import FIXED, MatrixModel

WIDTHS = {"release": 21, "track": 4, "title": 22, "isrc": 16, "wish": 15}
"""Column widths in letters: fixed, because measuring every row is a freeze."""
CARRIER_WIDTH = 21
TIGHT_WIDTHS = {"release": 15, "track": 4, "title": 17, "isrc": 0, "wish": 12}
TIGHT_CARRIER_WIDTH = 21
"""Where room is short; the ISRC is then for the inspector to show."""
LEAST_WIDTHS = {"release": 9, "track": 3, "title": 12, "isrc": 0, "wish": 9}
LEAST_CARRIER_WIDTH = 18
"""Where it is shorter still: what a carrier says counts more than the end of a title."""
WITH_ARTIST = 1.4
"""How much wider the releases are where each names its artist."""
SHARES = {"release": 0.45, "title": 0.55}


class MatrixView(QTableView):
    """Shows a MatrixModel. `current_changed` names the recording at hand, or None."""

    current_changed = Signal(object)
    opened = Signal()
    """A track was asked for in full: by a double click or the Enter key."""

    def __init__(self, model: MatrixModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("matrix")
        self.setAccessibleName(tr("Recordings and what is said about them"))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setShowGrid(False)
        paint_plainly(self)
        self.setWordWrap(False)
        self.setAlternatingRowColors(False)
        self.setTabKeyNavigation(False)
        self.setCornerButtonEnabled(False)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setDefaultSectionSize(em(self, 1.75))
        self._group = GroupDelegate(self)
        self._standing = StandingDelegate(self)
        self.setItemDelegate(self._group)
        self.setModel(model)
        self._model = model
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setMinimumSectionSize(em(self, 2))
        header.setSortIndicator(0, Qt.SortOrder.AscendingOrder)
        self.setSortingEnabled(True)
        model.modelReset.connect(self._columns_changed)
        self._shown_columns = (-1, False)
        self._own_widths = False
        self._given: dict[str, int] = {}
        self._widening = False
        header.sectionResized.connect(self._resized_by_hand)
        self._columns_changed()
        self.doubleClicked.connect(lambda _index: self.opened.emit())

    def show_recording(self, recording_id: int | None) -> None:
        """Make a recording the current row, or the first one there is."""
        place = self._model.place_of(recording_id) if recording_id is not None else None
        if place is None:
            place = 0
        if self._model.rowCount():
            index = self._model.index(place, 2)
            self.setCurrentIndex(index)
            self.scrollTo(index)
        else:
            self.current_changed.emit(None)

    def current_recording(self) -> int | None:
        """The recording of the current row."""
        index = self.currentIndex()
        return self._model.id_at(index.row()) if index.isValid() else None

    def selectionChanged(self, selected: QItemSelection, deselected: QItemSelection) -> None:
        super().selectionChanged(selected, deselected)
        if selected.indexes():
            self.current_changed.emit(self.current_recording())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers():
            self.opened.emit()
            return
        super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Room to spare goes to titles and releases, until the person sets widths by hand."""
        super().resizeEvent(event)
        self._spread()

    def widths_by_hand(self) -> dict[str, int]:
        """The columns' widths by their names, if the person has set any."""
        if not self._own_widths:
            return {}
        keys = [self._model.column_key(n) for n in range(self._model.columnCount())]
        widths = {key: self.columnWidth(n) for n, key in enumerate(keys)}
        return {**self._given, **{key: width for key, width in widths.items() if width}}

    def set_widths(self, widths: Mapping[str, int]) -> None:
        """Use widths that were set by hand earlier; none for those that fit the window."""
        self._given = dict(widths)
        self._own_widths = bool(widths)
        self._use_given()

    def _use_given(self) -> None:
        self._widening = True
        for column in range(self._model.columnCount()):
            key = self._model.column_key(column)
            if key in self._given:
                self.setColumnWidth(column, self._given[key])
        self._widening = False

    def _spread(self) -> None:
        if self._own_widths:
            return
        room = self.viewport().width()
        tight = False
        for wide, carrier in (
            (WIDTHS, CARRIER_WIDTH),
            (TIGHT_WIDTHS, TIGHT_CARRIER_WIDTH),
            (LEAST_WIDTHS, LEAST_CARRIER_WIDTH),
        ):
            widths = self._sampled_widths(wide, carrier)
            tight = wide is not WIDTHS
            if sum(widths) <= room:
                break
        widths = self._within(room, widths)
        spare = max(0, room - sum(widths))
        self._widening = True  # hiding a column resizes it, too
        self.setColumnHidden(FIXED.index("isrc"), tight)
        for column, width in enumerate(widths):
            share = SHARES.get(self._model.column_key(column), 0.0)
            self.setColumnWidth(column, width + int(spare * share))
        self._widening = False

    def _sampled_widths(self, widths: Mapping[str, int], carrier: int) -> list[int]:
        character = letter_width(QFontMetrics(self.font()))
        keys = [self._model.column_key(n) for n in range(self._model.columnCount())]
        if self._model.several:
            widths = {**widths, "release": round(widths["release"] * WITH_ARTIST)}
        wide = [round(widths.get(key, carrier) * character) for key in keys]
        edges = [em(self, 0.6 if key in FIXED else 1.6) for key in keys]  # carriers have an icon
        least = self.horizontalHeader().minimumSectionSize()
        pairs = zip(wide, edges, strict=True)
        return [max(least, width + edge) if width else 0 for width, edge in pairs]

    def _within(self, room: int, widths: list[int]) -> list[int]:
        """The widths, with those of releases and titles cut where the room is too short.

        What a carrier says must not end beyond the edge. A column keeps the least width of
        the header; where even that is too much, the list scrolls sideways.
        """
        missing = sum(widths) - room
        if missing <= 0 or room <= 0:
            return widths
        least = self.horizontalHeader().minimumSectionSize()
        give = [max(0, w - least) if n < len(FIXED) else 0 for n, w in enumerate(widths)]
        share = min(1.0, missing / max(1, sum(give)))
        return [w - math.ceil(spare * share) for w, spare in zip(widths, give, strict=True)]

    def _resized_by_hand(self) -> None:
        if not self._widening and self.isVisible():
            self._own_widths = True

    def _columns_changed(self) -> None:
        shown = self._model.columnCount(), self._model.several
        if self._shown_columns == shown:
            return
        self._shown_columns = shown
        for column in range(len(FIXED), self._model.columnCount()):
            self.setItemDelegateForColumn(column, self._standing)
        self._spread()
        self._use_given()
