"""The matrix as a table model that holds nothing but recording ids.

Sorting and filtering happen in the workspace. Rows are fetched in blocks when they are
looked at, outside the main thread, and kept; a refresh marks them stale instead of
throwing them away, so that nothing flickers. `flags()` and `data()` never touch the
workspace, so that selecting 500,000 rows stays quick.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import QFont

from rightsdesk.desktop.parts.texts import (
    Absence,
    cell_meaning,
    cell_text,
    plain_tip,
    tr,
    wanted_text,
)
from rightsdesk.shown import shown
from rightsdesk.workspace.types import Cell, MatrixRow, Sort

Index = QModelIndex | QPersistentModelIndex
ROLE = Qt.ItemDataRole
CELL_ROLE = ROLE.UserRole + 1
ROW_ROLE = ROLE.UserRole + 2
FIRST_ROLE = ROLE.UserRole + 3
"""Whether the row is the first of its release, as the rows stand now."""

BLOCK = 64
LIMIT = 6000
"""Rows kept in memory: some screens of them, whatever the catalogue's size."""

FIXED = ("release", "track", "title", "isrc", "wish")


class RowSource(Protocol):
    """Who fetches rows, outside the main thread, and answers by `MatrixModel.arrived`."""

    def fetch(self, ids: Sequence[int], generation: int) -> None: ...


@dataclass(frozen=True, slots=True)
class Listing:
    """Recordings in their order, and the place of each."""

    ids: list[int]
    places: dict[int, int]

    @classmethod
    def of(cls, ids: Sequence[int]) -> Listing:
        """For a worker to make: half a million places take a tenth of a second."""
        return cls(list(ids), {recording_id: place for place, recording_id in enumerate(ids)})


class MatrixModel(QAbstractTableModel):
    """Recordings down, carriers across. `sorted_by` tells of a click on a header."""

    sorted_by = Signal(object)

    def __init__(self, source: RowSource, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._source = source
        self._ids: list[int] = []
        self._place: dict[int, int] = {}
        self._rows: dict[int, MatrixRow] = {}
        self._fresh: set[int] = set()
        self._asked: set[int] = set()
        self._wanted: set[int] = set()
        self._generation = 0
        self._carriers: list[tuple[str, str]] = []
        self._looked: Mapping[tuple[int, str], bool] = {}
        self._reached: frozenset[str] = frozenset()
        self.several = False
        """Whether releases name their artist, too."""
        self.sort_order = Sort()

    # --- what is shown ---------------------------------------------------------------

    def show_carriers(self, carriers: Sequence[tuple[str, str]]) -> None:
        """The carriers that have a column, by id and name."""
        self.beginResetModel()
        self._carriers = list(carriers)
        self.endResetModel()

    def show_accounts(
        self, reached: frozenset[str], looked: Mapping[tuple[int, str], bool]
    ) -> None:
        """Which carriers need an account, and who (artist, carrier) has one that was read or
        was not: an empty cell says why it is empty."""
        if (reached, looked) != (self._reached, self._looked):
            self._reached, self._looked = reached, looked
            self.refresh()

    def show_listing(self, listing: Listing, *, several_artists: bool) -> None:
        """The recordings to show, in their order. Rows already known stay until refetched."""
        self.several = several_artists
        if listing.ids == self._ids:
            self.refresh()
            return
        self.beginResetModel()
        self._ids, self._place = listing.ids, listing.places
        self._outdated()
        if len(self._rows) > LIMIT:
            self._rows.clear()
        self.endResetModel()

    def refresh(self) -> None:
        """Everything may have changed: fetch again what is looked at."""
        self._outdated()
        if self._ids:
            last = self.index(len(self._ids) - 1, self.columnCount() - 1)
            self.dataChanged.emit(self.index(0, 0), last)

    def arrived(self, rows: Sequence[MatrixRow], generation: int) -> None:
        """Rows that were asked for are here. Those asked for before a refresh are too old."""
        if generation != self._generation:
            return
        if len(self._rows) > LIMIT:
            self._rows = {key: row for key, row in self._rows.items() if key in self._asked}
            self._fresh &= set(self._rows)
        places = []
        for row in rows:
            self._rows[row.recording_id] = row
            self._fresh.add(row.recording_id)
            if row.recording_id in self._place:
                places.append(self._place[row.recording_id])
        self._asked.difference_update(row.recording_id for row in rows)
        if places:
            # One row more: whether that is the first of its release depends on this one.
            last = min(max(places) + 1, len(self._ids) - 1)
            self.dataChanged.emit(
                self.index(min(places), 0), self.index(last, self.columnCount() - 1)
            )

    def id_at(self, place: int) -> int | None:
        """The recording of a row."""
        return self._ids[place] if 0 <= place < len(self._ids) else None

    def place_of(self, recording_id: int) -> int | None:
        """The row of a recording."""
        return self._place.get(recording_id)

    def known_row(self, place: int) -> MatrixRow | None:
        """The row's content if it is here already; does not fetch."""
        return self._rows.get(self._ids[place]) if 0 <= place < len(self._ids) else None

    def column_key(self, column: int) -> str:
        """`release`, `track`, …, or a carrier's id."""
        return FIXED[column] if column < len(FIXED) else self._carriers[column - len(FIXED)][0]

    # --- Qt --------------------------------------------------------------------------

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  # as Qt has it
        return 0 if parent.isValid() else len(self._ids)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  # as Qt has it
        return 0 if parent.isValid() else len(FIXED) + len(self._carriers)

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Constant time: Qt asks for every selected cell."""
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        return (
            Qt.ItemFlag.ItemIsEnabled
            | Qt.ItemFlag.ItemIsSelectable
            | Qt.ItemFlag.ItemNeverHasChildren
        )

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = ROLE.DisplayRole
    ) -> Any:
        if orientation is not Qt.Orientation.Horizontal or section >= self.columnCount():
            return None
        if role == ROLE.DisplayRole:
            if section >= len(FIXED):
                return self._carriers[section - len(FIXED)][1]
            return (tr("Release"), tr("#"), tr("Title"), tr("ISRC"), tr("Wanted"))[section]
        if role == ROLE.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        if role == ROLE.ToolTipRole:
            return tr("Click to sort by this column.")
        return None

    def data(self, index: Index, role: int = ROLE.DisplayRole) -> Any:
        if role not in _ROLES or not index.isValid():
            return None
        recording_id = self._ids[index.row()]
        if recording_id not in self._fresh:
            self._want(index.row())
        row = self._rows.get(recording_id)
        if row is None:
            return "…" if role == ROLE.DisplayRole and index.column() == 2 else None
        if role == ROW_ROLE:
            return row
        if role == FIRST_ROLE:
            return self._first_of_release(index.row(), row)
        place, column = index.row(), index.column()
        if role == ROLE.AccessibleTextRole:
            return self.spoken(row)
        if column >= len(FIXED):
            return self._carrier_data(row, column, role)
        if role == ROLE.DisplayRole:
            return self._text(place, row, column)
        if role == ROLE.ToolTipRole:
            return plain_tip(self._text(place, row, column))
        if role == ROLE.FontRole and column == 0 and self._first_of_release(index.row(), row):
            font = QFont()
            font.setBold(True)
            return font
        return None

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sorting is the workspace's: this only tells it."""
        if column < 0:
            return
        key = self.column_key(column)
        descending = order is Qt.SortOrder.DescendingOrder
        self.sort_order = Sort("release" if key == "track" else key, descending)
        self.sorted_by.emit(self.sort_order)

    def spoken(self, row: MatrixRow) -> str:
        """The whole row as a screen reader says it."""
        parts = [row.title, row.release, row.artist if self.several else ""]
        parts.append(tr("wanted: {consent}").format(consent=wanted_text(row)))
        for key, name in self._carriers:
            parts.append(f"{name}: {cell_text(row.cells.get(key), self._absence(row, key))}")
        return shown(", ".join(part for part in parts if part))

    # --- parts -----------------------------------------------------------------------

    def _outdated(self) -> None:
        self._generation += 1
        self._fresh.clear()
        self._asked.clear()

    def _text(self, place: int, row: MatrixRow, column: int) -> str:
        if column == 0:
            release = row.release or tr("No release")
            first = self.several and self._first_of_release(place, row)
            return shown(f"{release} · {row.artist}" if first else release)
        texts = row.track, row.title or tr("Untitled"), row.isrc, wanted_text(row)
        return shown(texts[column - 1])

    def _carrier_data(self, row: MatrixRow, column: int, role: int) -> Any:
        key, name = self._carriers[column - len(FIXED)]
        cell: Cell | None = row.cells.get(key)
        if role == CELL_ROLE:
            return cell
        if role == ROLE.DisplayRole:
            return cell_text(cell, self._absence(row, key))
        if role == ROLE.ToolTipRole:
            return plain_tip(cell_meaning(cell, name, self._absence(row, key)))
        return None

    def _absence(self, row: MatrixRow, carrier: str) -> Absence:
        if carrier not in self._reached:
            return Absence.NOT_THERE
        read = self._looked.get((row.artist_id, carrier))
        if read is None:
            return Absence.NO_ACCOUNT
        return Absence.NOT_THERE if read else Absence.NOT_READ

    def _first_of_release(self, place: int, row: MatrixRow) -> bool:
        above = self.known_row(place - 1)
        return above is None or (above.release_id, above.artist_id) != (
            row.release_id,
            row.artist_id,
        )

    def _want(self, place: int) -> None:
        if not self._wanted:
            QTimer.singleShot(0, self, self._fetch)
        self._wanted.add(place // BLOCK)

    def _fetch(self) -> None:
        blocks, self._wanted = sorted(self._wanted), set()
        for block in blocks:
            ids = self._ids[block * BLOCK : (block + 1) * BLOCK]
            missing = [i for i in ids if i not in self._fresh and i not in self._asked]
            if missing:
                self._asked.update(missing)
                self._source.fetch(missing, self._generation)


_ROLES = frozenset(
    {
        ROLE.DisplayRole,
        ROLE.ToolTipRole,
        ROLE.FontRole,
        ROLE.AccessibleTextRole,
        CELL_ROLE,
        ROW_ROLE,
        FIRST_ROLE,
    }
)
