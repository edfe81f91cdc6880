"""A list of names, however many: each is there to be read, and only what is seen is drawn."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QStringListModel, Qt
from PySide6.QtWidgets import QAbstractItemView, QListView, QWidget

from rightsdesk.desktop.parts.texts import tr
from rightsdesk.desktop.parts.theme import em

LINES = 8
"""So many names are seen at once at most; more scroll."""


class NamesList(QListView):
    """Plain names under each other, as high as they are, up to `LINES`."""

    def __init__(self, names: Sequence[str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("names")
        self.setModel(QStringListModel(list(names), self))
        self.setUniformItemSizes(True)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.setAccessibleName(tr("Names"))
        row = max(self.sizeHintForRow(0), em(self, 1.2)) if names else 0
        self.setFixedHeight(row * min(len(names), LINES) + em(self, 0.6))

    @property
    def names(self) -> list[str]:
        """All of them."""
        model = self.model()
        assert isinstance(model, QStringListModel)  # as it was made
        return model.stringList()
