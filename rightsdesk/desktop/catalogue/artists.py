"""The list of artists: everybody and each, with counts and choice; how it is drawn and searched."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QSize,
    QSortFilterProxyModel,
    Qt,
)
from PySide6.QtGui import QPainter, QPalette
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from rightsdesk.desktop.parts.texts import consent_short, counted, plain_tip, tr
from rightsdesk.desktop.parts.theme import em_across, mixed
from rightsdesk.desktop.parts.widgets import larger
from rightsdesk.folding import unaccented
from rightsdesk.shown import shown
from rightsdesk.workspace.types.artists import Artist

Index = QModelIndex | QPersistentModelIndex
ROLE = Qt.ItemDataRole
SECOND_LINE = ROLE.UserRole + 1


class ArtistModel(QAbstractListModel):
    """All artists, then each."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._artists: tuple[Artist, ...] = ()

    def show_artists(self, artists: Sequence[Artist]) -> None:
        """Replace what is shown."""
        self.beginResetModel()
        self._artists = tuple(artists)
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self._artists) + 1

    def data(self, index: Index, role: int = ROLE.DisplayRole) -> Any:
        if not index.isValid():
            return None
        artist = self._artists[index.row() - 1] if index.row() else None
        if role == ROLE.DisplayRole:
            return shown(artist.name) if artist else tr("All artists")
        if role == SECOND_LINE:
            return self._second_line(artist)
        if role in (ROLE.AccessibleTextRole, ROLE.ToolTipRole):
            name = shown(artist.name) if artist else tr("All artists")
            told = f"{name}, {self._second_line(artist)}"
            return told if role == ROLE.AccessibleTextRole else plain_tip(told)
        return None

    def _second_line(self, artist: Artist | None) -> str:
        number = artist.recordings if artist else sum(a.recordings for a in self._artists)
        music = counted("%n recording", "%n recordings", number)
        return f"{music} · {consent_short(artist.consent)}" if artist else music

    def artist_id(self, place: int) -> int | None:
        """The artist of a row; None for all."""
        return self._artists[place - 1].id if 0 < place <= len(self._artists) else None

    def place_of(self, artist_id: int | None) -> int:
        """The row of an artist."""
        places = (n for n, a in enumerate(self._artists, start=1) if a.id == artist_id)
        return next(places, 0)


class ArtistDelegate(QStyledItemDelegate):
    """Name, and below it count and choice."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(em_across(count=8), round(option.fontMetrics.height() * 2.7))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        view = QStyleOptionViewItem(option)
        self.initStyleOption(view, index)
        name, view.text = view.text, ""
        style = view.widget.style()
        style.drawControl(QStyle.ControlElement.CE_ItemViewItem, view, painter, view.widget)
        role = QPalette.ColorRole
        selected = bool(view.state & QStyle.StateFlag.State_Selected)
        text = view.palette.color(role.HighlightedText if selected else role.Text)
        ground = view.palette.color(role.Highlight if selected else role.Base)
        line = view.fontMetrics.height()
        pad = round(line * 0.6)
        room = view.rect.adjusted(pad, round(line * 0.3), -pad // 2, 0)
        painter.save()
        painter.setPen(text)
        painter.setFont(larger(view.font, 1.0, bold=True))
        self._line(painter, QRect(room.left(), room.top(), room.width(), line), name)
        painter.setFont(view.font)
        painter.setPen(text if selected else mixed(ground, text, 0.68))
        below = QRect(room.left(), room.top() + round(line * 1.05), room.width(), line)
        self._line(painter, below, str(index.data(SECOND_LINE)))
        painter.restore()

    def _line(self, painter: QPainter, room: QRect, text: str) -> None:
        elided = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, elided)


class ArtistFilter(QSortFilterProxyModel):
    """The artists that hold a text in their names; accents and case do not matter."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._wanted = ""

    def search(self, text: str) -> None:
        """Narrow to artists that hold the text."""
        self._wanted = unaccented(text)
        self.invalidate()

    def filterAcceptsRow(self, row: int, parent: Index) -> bool:
        model = self.sourceModel()
        return self._wanted in unaccented(str(model.index(row, 0, parent).data()))
