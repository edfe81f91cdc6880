"""Home of all artists: one row each, those who need something first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QFontMetrics, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from rightsdesk.desktop.design.bars import paint_coverage
from rightsdesk.desktop.design.cards import paint_avatar, paint_card
from rightsdesk.desktop.design.chips import paint_chip
from rightsdesk.desktop.design.icons import paint_icon
from rightsdesk.desktop.design.style import paint_ring
from rightsdesk.desktop.design.tokens import CONTROL_RADIUS, Size, Theme, font_of, space, theme_of
from rightsdesk.desktop.pages.home.words import (
    need_of,
    newest_words,
    news_words,
    percent,
    recordings_and_choice,
)
from rightsdesk.desktop.parts.segments import coverage_of
from rightsdesk.desktop.parts.texts import plain_tip, tr
from rightsdesk.shown import shown
from rightsdesk.workspace.overview.values import RosterRow

Index = QModelIndex | QPersistentModelIndex
ROLE = Qt.ItemDataRole
ROW = ROLE.UserRole + 1
NARROW_STEPS = 170
"""Below this width the news are left to the tooltip."""


class HomeRosterModel(QAbstractListModel):
    """The artists, the most urgent first."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows: tuple[RosterRow, ...] = ()

    def show_rows(self, rows: Sequence[RosterRow]) -> None:
        """Replace what is shown. `rows` are in the order of names."""
        self.beginResetModel()
        self.rows = tuple(sorted(rows, key=_urgency))
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  # as Qt has it
        return 0 if parent.isValid() else len(self.rows)

    def data(self, index: Index, role: int = ROLE.DisplayRole) -> Any:
        if not index.isValid():
            return None
        row = self.rows[index.row()]
        if role == ROW:
            return row
        if role == ROLE.DisplayRole:
            return shown(row.name)
        if role == ROLE.AccessibleTextRole:
            return row_sentence(row)
        if role == ROLE.ToolTipRole:
            said = (row.name, recordings_and_choice(row), *(news_words(one) for one in row.news))
            return plain_tip("\n".join(said))
        return None


def _urgency(row: RosterRow) -> tuple[int, float]:
    said = row.everywhere / row.recordings if row.recordings else 1.0
    return need_of(row)[0], said


def row_sentence(row: RosterRow) -> str:
    """A row as a screen reader says it."""
    said = percent(row)
    parts = [
        shown(row.name),
        recordings_and_choice(row),
        tr("{percent} say it everywhere").format(percent=said) if said else "",
        need_of(row)[1],
        *(news_words(one) for one in row.news),
    ]
    return ", ".join(part for part in parts if part)


class RosterColumns:
    """Where the parts of a row stand, in pixels from the edge where it begins."""

    def __init__(self, width: int) -> None:
        pad, gap = space(3.5), space(2)
        room = max(1, width - 2 * pad + gap)
        self.narrow = width < space(NARROW_STEPS)
        shares = (0.40, 0.32, 0.28, 0.0) if self.narrow else (0.29, 0.25, 0.20, 0.26)
        at = pad
        self.parts: list[tuple[int, int]] = []
        for share in shares:
            self.parts.append((at, max(0, int(room * share) - gap)))
            at += int(room * share)


class RosterDelegate(QStyledItemDelegate):
    """Avatar and name, a bar with its figure, what is to do, and the newest news."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        lines = QFontMetrics(font_of(Size.BODY, strong=True)).height()
        lines += QFontMetrics(font_of(Size.SMALL)).height()
        return QSize(space(100), lines + space(5))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        row: RosterRow = index.data(ROW)
        widget = option.widget
        rect: QRect = option.rect
        state = option.state
        theme = theme_of(widget.palette())
        painter.save()
        painter.setLayoutDirection(widget.layoutDirection())
        flag = QStyle.StateFlag
        if state & flag.State_MouseOver:
            painter.fillRect(rect, QColor(theme.hover))
        if index.row() + 1 < index.model().rowCount():  # the last one ends with the card
            line = QRect(rect.left(), rect.bottom(), rect.width(), 1)
            painter.fillRect(line, QColor(theme.line))
        columns = RosterColumns(rect.width())

        def room(column: int, top: int = 0, height: int = 0) -> QRect:
            at, across = columns.parts[column]
            made = QRect(rect.left() + at, rect.top() + top, across, height or rect.height())
            if painter.layoutDirection() is Qt.LayoutDirection.RightToLeft:
                made.moveLeft(rect.right() - (made.right() - rect.left()))
            return made

        self._paint_name(painter, room(0), row, theme)
        self._paint_bar(painter, room(1), row, theme)
        _urgent, words, tone = need_of(row)
        small = font_of(Size.SMALL, strong=True)
        paint_chip(painter, room(2), words, tone, theme, small)
        if not columns.narrow:
            painter.setFont(font_of(Size.SMALL))
            painter.setPen(QColor(theme.dim))
            news = room(3).adjusted(0, 0, -space(6), 0)
            text = newest_words(row)
            _draw(painter, news, text)
            arrow = room(3)
            side = space(4)
            place = QRect(arrow.right() - side, arrow.top(), side, arrow.height())
            sign = "chevron-right"
            if painter.layoutDirection() is Qt.LayoutDirection.RightToLeft:
                place, sign = QRect(arrow.left(), arrow.top(), side, arrow.height()), "chevron-left"
            paint_icon(painter, place, sign, QColor(theme.dim))
        if state & flag.State_HasFocus:
            paint_ring(painter, rect.adjusted(2, 1, -2, -2), theme, CONTROL_RADIUS)
        painter.restore()

    def _paint_name(self, painter: QPainter, room: QRect, row: RosterRow, theme: Theme) -> None:
        side = space(7.5)
        backwards = painter.layoutDirection() is Qt.LayoutDirection.RightToLeft
        left = room.right() - side + 1 if backwards else room.left()
        disc = QRect(left, room.center().y() - side // 2, side, side)
        paint_avatar(painter, disc, row.name)
        gap = side + space(3)
        text = room.adjusted(0, 0, -gap, 0) if backwards else room.adjusted(gap, 0, 0, 0)
        body, small = font_of(Size.BODY, strong=True), font_of(Size.SMALL)
        heights = QFontMetrics(body).height(), QFontMetrics(small).height()
        top = room.top() + (room.height() - sum(heights)) // 2
        painter.setFont(body)
        painter.setPen(QColor(theme.text))
        _draw(painter, QRect(text.left(), top, text.width(), heights[0]), shown(row.name))
        painter.setFont(small)
        painter.setPen(QColor(theme.dim))
        below = QRect(text.left(), top + heights[0], text.width(), heights[1])
        _draw(painter, below, recordings_and_choice(row))

    def _paint_bar(self, painter: QPainter, room: QRect, row: RosterRow, theme: Theme) -> None:
        said, small = percent(row), font_of(Size.SMALL)
        figure = QFontMetrics(small).horizontalAdvance("100 %") + space(2)
        across = max(space(6), room.width() - figure - space(6))
        backwards = painter.layoutDirection() is Qt.LayoutDirection.RightToLeft
        left = room.right() - across + 1 if backwards else room.left()
        thick = space(2.5)
        bar = QRect(left, room.center().y() - thick // 2, across, thick)
        if row.recordings and row.wanted:
            paint_coverage(painter, bar, coverage_of(row.bar), theme)
        elif row.recordings:  # without a choice nothing can say it, so a bar would mean nothing
            said, bar = "–", QRect(bar.left(), bar.top(), 0, thick)
        painter.setFont(small)
        painter.setPen(QColor(theme.dim))
        gap = space(2.5) if bar.width() else 0
        at = QRect(bar.right() + gap, room.top(), figure, room.height())
        if backwards:
            at.moveRight((bar.left() if bar.width() else room.right()) - gap)
        _draw(painter, at, said)


def _draw(painter: QPainter, room: QRect, text: str) -> None:
    cut = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, room.width())
    backwards = painter.layoutDirection() is Qt.LayoutDirection.RightToLeft
    across = Qt.AlignmentFlag.AlignRight if backwards else Qt.AlignmentFlag.AlignLeft
    flags = across | Qt.AlignmentFlag.AlignAbsolute | Qt.AlignmentFlag.AlignVCenter
    painter.drawText(room, flags, cut)


class RosterHead(QWidget):
    """The names of the columns."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._across = 0
        self.setFixedHeight(QFontMetrics(font_of(Size.SMALL)).height() + space(4))

    def stand_above(self, width: int) -> None:
        """Take the columns of a list that is so wide: a scroll bar makes it less wide than this."""
        if width != self._across:
            self._across = width
            self.update()

    @property
    def columns(self) -> RosterColumns:
        """Where the names stand."""
        return RosterColumns(self._across or self.width())

    def restyle(self) -> None:
        """Take the height that the text size asks for."""
        self.setFixedHeight(QFontMetrics(font_of(Size.SMALL)).height() + space(4))

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter, theme = QPainter(self), theme_of(self.palette())
        painter.setLayoutDirection(self.layoutDirection())
        painter.setFont(font_of(Size.SMALL))
        painter.setPen(QColor(theme.dim))
        columns = self.columns
        names = (tr("Artist"), tr("Says what you chose"), tr("To do"), tr("What changed"))
        for name, (at, across) in zip(names, columns.parts, strict=True):
            room = QRect(at, 0, across, self.height())
            if self.layoutDirection() is Qt.LayoutDirection.RightToLeft:
                room.moveLeft(self.width() - room.right())
            if across:
                _draw(painter, room, name)
        painter.fillRect(QRect(0, self.height() - 1, self.width(), 1), QColor(theme.line))
        painter.end()


class RosterView(QWidget):
    """The roster in a card. `artist_chosen` gives the id of an artist."""

    artist_chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model = HomeRosterModel(self)
        self.head = RosterHead()
        self.list = QListView()
        self.list.setObjectName("roster")
        self.list.setAccessibleName(tr("Artists, those who need something first"))
        self.list.setModel(self.model)
        self.list.setItemDelegate(RosterDelegate(self.list))
        self.list.setUniformItemSizes(True)
        self.list.setFrameShape(QListView.Shape.NoFrame)
        self.list.setMouseTracking(True)
        self.list.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.list.clicked.connect(self._chosen)
        self.list.installEventFilter(self)
        self.list.viewport().installEventFilter(self)
        column = QVBoxLayout(self)
        edge = space(0.25)
        column.setContentsMargins(edge, space(1), edge, space(2))
        column.setSpacing(0)
        column.addWidget(self.head)
        column.addWidget(self.list, 1)

    def show_rows(self, rows: Sequence[RosterRow]) -> None:
        """Replace what is shown, and keep the place."""
        place = self.list.verticalScrollBar().value()
        current = self.list.currentIndex().row()
        self.model.show_rows(rows)
        self.list.setCurrentIndex(self.model.index(max(0, current)))
        self.list.verticalScrollBar().setValue(place)
        self.restyle()

    def restyle(self) -> None:
        """Be as high as the rows need, and no higher."""
        row = self.list.sizeHintForRow(0) if self.model.rows else 0
        edges = self.contentsMargins()
        layout = self.layout()
        if layout is not None:
            edges = layout.contentsMargins()
        high = self.head.height() + row * len(self.model.rows) + edges.top() + edges.bottom()
        self.setMaximumHeight(high)

    def eventFilter(self, watched: object, event: QEvent) -> bool:
        if watched is self.list.viewport():
            if event.type() is QEvent.Type.Resize:
                self.head.stand_above(self.list.viewport().width())
            return False
        enter = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)
        if (
            event.type() is QEvent.Type.KeyPress
            and isinstance(event, QKeyEvent)
            and event.key() in enter
        ):
            self._chosen(self.list.currentIndex())
            return True
        return False

    def _chosen(self, index: QModelIndex) -> None:
        if index.isValid():
            self.artist_chosen.emit(self.model.rows[index.row()].artist_id)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        paint_card(painter, self.rect(), theme_of(self.palette()))
        painter.end()
