"""The artist chooser: everybody and each, with counts; a list, or a box where room is short."""

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
    Qt,
)
from PySide6.QtGui import QPainter, QPalette
from PySide6.QtWidgets import (
    QComboBox,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from rightsdesk.desktop.parts.texts import consent_short, counted, plain_tip, tr
from rightsdesk.desktop.parts.theme import em, em_across, mixed
from rightsdesk.desktop.parts.widgets import button, heading, larger
from rightsdesk.desktop.state.view_state import ViewState
from rightsdesk.shown import shown
from rightsdesk.workspace.types import Artist

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

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  # as Qt has it
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
        tracks = counted("%n track", "%n tracks", number)
        return f"{tracks} · {consent_short(artist.consent)}" if artist else tracks

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


class ArtistChooser(QWidget):
    """The list at the left, and a box with the same in it for small windows."""

    def __init__(self, desk: ViewState, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._quiet = False
        self.model = ArtistModel(self)
        self.list = QListView()
        self.list.setObjectName("artists")
        self.list.setAccessibleName(tr("Artists"))
        self.list.setModel(self.model)
        self.list.setItemDelegate(ArtistDelegate(self.list))
        self.list.setUniformItemSizes(True)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.box = QComboBox()
        self.box.setAccessibleName(tr("Artist"))
        self.box.setModel(self.model)
        self.box.setMinimumContentsLength(18)
        self.box.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self.box.hide()
        self.add = button(tr("A&dd artist…"), lambda: None, name="add-artist")
        layout = QVBoxLayout(self)
        edge = em(self, 0.5)
        layout.setContentsMargins(edge, edge, 0, edge)
        layout.addWidget(heading(tr("Artists"), factor=1.1))
        layout.addWidget(self.list, 1)
        layout.addWidget(self.add)
        self.setMinimumWidth(em_across(self, 8))
        desk.artists_changed.connect(self._show)
        desk.artist_changed.connect(self._mark)
        self.list.selectionModel().currentChanged.connect(
            lambda now, _before: self._chosen(now.row())
        )
        self.box.activated.connect(self._chosen)

    def _show(self, artists: Sequence[Artist]) -> None:
        # A list without a current row takes the first when it gets the focus: that would
        # look like a person who chose all artists.
        self._quiet = True
        self.model.show_artists(artists)
        self._mark(self._desk.artist)
        self._quiet = False

    def _mark(self, artist: Artist | None) -> None:
        place = self.model.place_of(artist.id if artist else None)
        if self.list.currentIndex().row() != place:
            self.list.setCurrentIndex(self.model.index(place))
        self.box.setCurrentIndex(place)

    def _chosen(self, place: int) -> None:
        if place >= 0 and not self._quiet:
            self._desk.choose_artist(self.model.artist_id(place))
