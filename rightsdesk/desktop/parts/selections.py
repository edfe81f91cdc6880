"""Selections of many rows: built from ranges, since Qt takes long over single rows."""

from __future__ import annotations

from collections.abc import Iterable
from typing import cast

from PySide6.QtCore import QAbstractItemModel, QItemSelection, QItemSelectionRange


def selection_of(
    model: QAbstractItemModel, rows: Iterable[int], last_column: int = 0
) -> QItemSelection:
    """The selection of rows of a flat model: one range for rows that follow each other."""
    ordered = sorted(rows)
    selection, start = QItemSelection(), 0
    for n, row in enumerate(ordered):
        if n + 1 == len(ordered) or ordered[n + 1] != row + 1:  # the end of a range
            selection.select(model.index(ordered[start], 0), model.index(row, last_column))
            start = n + 1
    return selection


def ranges_of(selection: QItemSelection) -> list[QItemSelectionRange]:
    """The ranges of a selection, which is a list, though PySide's stubs deny it."""
    return list(cast("Iterable[QItemSelectionRange]", selection))
