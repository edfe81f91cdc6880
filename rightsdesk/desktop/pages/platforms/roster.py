"""For all artists: who has to act on platforms, and whose accounts need a sign-in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QSize, Qt, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from rightsdesk.desktop.design.tokens import space
from rightsdesk.desktop.parts.texts import counted, tr
from rightsdesk.roster.account_state import AccountState
from rightsdesk.shown import shown
from rightsdesk.workspace.types import Account, Group, Open

Index = QModelIndex | QPersistentModelIndex
NEEDS = (Group.LOOK_AGAIN, Group.TO_DO)
OVER = (AccountState.RECONNECT, AccountState.UNCONFIRMED)


class PaddedDelegate(QStyledItemDelegate):
    """Cells with the room around their text that the header has."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return super().sizeHint(option, index) + QSize(2 * space(1.5), 0)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        whole = QStyleOptionViewItem(option)
        self.initStyleOption(whole, index)
        view: QWidget = option.widget
        panel = QStyle.PrimitiveElement.PE_PanelItemViewItem
        view.style().drawPrimitive(panel, whole, painter, view)
        inner = QStyleOptionViewItem(option)
        edge = space(1.5)
        inner.rect = option.rect.adjusted(edge, 0, -edge, 0)
        super().paint(painter, inner, index)


class Roster(QWidget):
    """A row for each artist, who needs the person most first. `chosen` gives an artist's id."""

    chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.needing = 0
        self._titles = titles = [
            *(tr("Artist"), tr("Switches to set"), tr("Sign in again"), tr("Tracks to match")),
            *(tr("Accounts"), tr("You told us")),
        ]
        self.table = QTableWidget(0, len(titles))
        self.table.setObjectName("artists-on-platforms")
        self.table.setAccessibleName(tr("Platforms by artist"))
        self.table.setHorizontalHeaderLabels(titles)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
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
        header.setResizeContentsPrecision(20)  # of all rows it takes too long
        header.setMinimumSectionSize(space(12))
        self.table.itemActivated.connect(self._activated)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.table)
        self.restyle()

    def restyle(self) -> None:
        """Take the row height that the text size asks for."""
        self.table.verticalHeader().setDefaultSectionSize(space(9))

    def show_artists(self, found: Sequence[Open], accounts: Sequence[Account]) -> None:
        """Replace what is shown."""
        theirs: dict[int, list[Account]] = {}
        for account in accounts:
            theirs.setdefault(account.artist_id, []).append(account)
        rows = [(one, *self._numbers(one, theirs.get(one.artist_id, []))) for one in found]
        rows.sort(key=lambda row: (-row[2], -row[1], -row[3], row[0].artist.casefold()))
        self.needing = sum(any(row[1:4]) for row in rows)
        self.table.setRowCount(len(rows))
        titles = self._titles
        for row, (one, *numbers) in enumerate(rows):
            texts = [shown(one.artist), *(str(number or "–") for number in numbers)]
            spoken = ", ".join(
                f"{t}: {text}" for t, text in zip(titles[1:], texts[1:], strict=True)
            )
            for column, text in enumerate(texts):
                item = QTableWidgetItem(text)
                item.setData(Qt.ItemDataRole.UserRole, one.artist_id)
                if not column:
                    item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{text}. {spoken}")
                else:
                    name = f"{texts[0]}, {titles[column]}: {text}"
                    item.setData(Qt.ItemDataRole.AccessibleTextRole, name)
                self.table.setItem(row, column, item)
        if rows and self.table.currentRow() < 0:
            self.table.selectRow(0)

    def heading(self) -> str:
        """Who needs the person, in a sentence."""
        if not self.needing:
            return tr("No artist needs you on a platform")
        form = counted(
            "%n of {all} artists needs you", "%n of {all} artists need you", self.needing
        )
        return form.format(all=self.table.rowCount())

    def _numbers(self, one: Open, accounts: Sequence[Account]) -> tuple[int, int, int, int, int]:
        states = Counter(account.state in OVER for account in accounts)
        return (
            sum(one.groups.get(group, 0) for group in NEEDS),
            states[True],
            sum(account.questions for account in accounts),
            len(accounts),
            one.groups.get(Group.DONE, 0),
        )

    def _activated(self, item: QTableWidgetItem) -> None:
        self.chosen.emit(int(item.data(Qt.ItemDataRole.UserRole)))
