"""For somebody who looks after several artists: how much is open on platforms, for each."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QTableWidget,
    QTableWidgetItem,
    QWidget,
)

from rightsdesk.desktop.guided.texts import group_title
from rightsdesk.desktop.parts.texts import tr
from rightsdesk.desktop.parts.theme import em, em_across
from rightsdesk.desktop.parts.widgets import dim_label, heading, vertical
from rightsdesk.shown import shown
from rightsdesk.workspace.types import Group, Open

SHOWN = (Group.LOOK_AGAIN, Group.TO_DO, Group.DONE, Group.ASIDE)


class GuidedOverview(QWidget):
    """A row for each artist. `chosen` gives the id of the one to go to."""

    chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.table = QTableWidget(0, 1 + len(SHOWN))
        self.table.setObjectName("open-elsewhere")
        self.table.setAccessibleName(tr("What is open on other platforms, by artist"))
        self.table.setHorizontalHeaderLabels([tr("Artist"), *map(group_title, SHOWN)])
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setShowGrid(False)
        self.table.setTabKeyNavigation(False)
        self.table.verticalHeader().hide()
        self.table.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.table.verticalHeader().setDefaultSectionSize(em(self, 1.75))
        header = self.table.horizontalHeader()
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        for column in range(1, 1 + len(SHOWN)):
            self.table.setColumnWidth(column, em_across(self, 6))
        self.table.itemActivated.connect(self._activated)
        layout = vertical(spacing=0.4, margin=0.5)
        self.setLayout(layout)
        layout.addWidget(heading(tr("Platforms by artist"), factor=1.2))
        text = tr("Platforms that you visit yourself. Double-click an artist to go through them.")
        layout.addWidget(dim_label(text))
        layout.addWidget(self.table, 1)

    def show_open(self, found: Sequence[Open]) -> None:
        """Replace what is shown; who has most to look at comes first."""
        ordered = sorted(
            found,
            key=lambda one: [-one.groups.get(group, 0) for group in SHOWN[:2]],
        )
        self.table.setRowCount(len(ordered))
        for row, one in enumerate(ordered):
            texts = [shown(one.artist), *(str(one.groups.get(group, 0) or "–") for group in SHOWN)]
            for column, text in enumerate(texts):
                item = QTableWidgetItem(text)
                item.setData(Qt.ItemDataRole.UserRole, one.artist_id)
                if column:
                    spoken = f"{texts[0]}, {group_title(SHOWN[column - 1])}: {text}"
                    item.setData(Qt.ItemDataRole.AccessibleTextRole, spoken)
                self.table.setItem(row, column, item)
        if ordered and self.table.currentRow() < 0:
            self.table.selectRow(0)

    def _activated(self, item: QTableWidgetItem) -> None:
        self.chosen.emit(int(item.data(Qt.ItemDataRole.UserRole)))
