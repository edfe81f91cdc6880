"""For all artists: who has to act on platforms, and whose accounts need a sign-in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from rightsdesk.desktop.design.tokens import space
from rightsdesk.desktop.pages.platforms.counting import needs_you, numbers
from rightsdesk.desktop.parts.texts import counted, number_text, tr
from rightsdesk.shown import shown
from rightsdesk.workspace.overview.values import RosterRow
from rightsdesk.workspace.types import Account

Index = QModelIndex | QPersistentModelIndex
NO_INDEX = QModelIndex()


class PaddedDelegate(QStyledItemDelegate):
    """Cells with the room around their text that the header has."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return super().sizeHint(option, index) + QSize(2 * space(1.5), 0)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        view: QWidget = option.widget
        panel = QStyle.PrimitiveElement.PE_PanelItemViewItem
        view.style().drawPrimitive(panel, option, painter, view)
        inner = QStyleOptionViewItem(option)
        edge = space(1.5)
        inner.rect = option.rect.adjusted(edge, 0, -edge, 0)
        super().paint(painter, inner, index)


class PlatformRosterModel(QAbstractTableModel):
    """A row for each artist, who needs the person most first."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.titles = (
            *(tr("Artist"), tr("Switches to set"), tr("Sign in again"), tr("To write")),
            *(tr("Tracks to match"), tr("Accounts")),
        )
        self.rows: tuple[tuple[RosterRow, tuple[int, ...]], ...] = ()

    def show_artists(self, found: Sequence[RosterRow], accounts: Sequence[Account]) -> None:
        """Replace what is shown."""
        connected = Counter(account.artist_id for account in accounts)
        rows = [(one, (*numbers(one), connected[one.artist_id])) for one in found]
        rows.sort(key=lambda row: (-row[1][1], -row[1][0], -row[1][2], row[0].name.casefold()))
        self.beginResetModel()
        self.rows = tuple(rows)
        self.endResetModel()

    def rowCount(self, parent: Index = NO_INDEX) -> int:
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = NO_INDEX) -> int:
        return 0 if parent.isValid() else len(self.titles)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        across = orientation is Qt.Orientation.Horizontal
        if across and role == Qt.ItemDataRole.DisplayRole:
            return self.titles[section]
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        # A cell asks for ten roles each time that it is measured or painted; most have nothing.
        if role == Qt.ItemDataRole.DisplayRole and index.isValid():
            return self._text(index.row(), index.column())
        if role == Qt.ItemDataRole.AccessibleTextRole and index.isValid():
            return self._spoken(index.row(), index.column())
        return None

    def _text(self, row: int, column: int) -> str:
        one, counts = self.rows[row]
        if not column:
            return shown(one.name)
        count = counts[column - 1]
        return number_text(count) if count else "–"

    def _spoken(self, row: int, column: int) -> str:
        name = self._text(row, 0)
        if column:
            return f"{name}, {self.titles[column]}: {self._text(row, column)}"
        rest = ((self.titles[n], self._text(row, n)) for n in range(1, len(self.titles)))
        return f"{name}. " + ", ".join(f"{title}: {text}" for title, text in rest)


class Roster(QWidget):
    """The artists as a table. `chosen` gives an artist's id."""

    chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model = PlatformRosterModel(self)
        self.table = QTableView()
        self.table.setObjectName("artists-on-platforms")
        self.table.setAccessibleName(tr("Platforms by artist"))
        self.table.setModel(self.model)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.table.setItemDelegate(PaddedDelegate(self.table))
        self.table.setShowGrid(False)
        self.table.setTabKeyNavigation(False)
        self.table.verticalHeader().hide()
        self.table.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header = self.table.horizontalHeader()
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        header.setResizeContentsPrecision(0)  # of all rows it would take too long
        header.setMinimumSectionSize(space(12))
        self.table.activated.connect(self._activated)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.table)
        self.restyle()

    def restyle(self) -> None:
        """Take the row height that the text size asks for."""
        self.table.verticalHeader().setDefaultSectionSize(space(9))

    def show_artists(self, found: Sequence[RosterRow], accounts: Sequence[Account]) -> None:
        """Replace what is shown; the artist that was marked stays so."""
        row = max(0, self.table.currentIndex().row())
        self.model.show_artists(found, accounts)
        self.table.selectRow(min(row, len(found) - 1))

    def heading(self) -> str:
        """Who needs the person, in a sentence."""
        needing = sum(needs_you(one) for one, _ in self.model.rows)
        if not needing:
            return tr("No artist needs you on a platform")
        form = counted("%n of {all} artists needs you", "%n of {all} artists need you", needing)
        return form.format(all=number_text(len(self.model.rows)))

    def _activated(self, index: QModelIndex) -> None:
        self.chosen.emit(self.model.rows[index.row()][0].artist_id)
