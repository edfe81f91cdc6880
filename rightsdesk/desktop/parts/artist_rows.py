"""Lists of artists in a card: avatar and name at the start of a row, then what there is to do."""

from __future__ import annotations

from PySide6.QtCore import (
    QAbstractItemModel,
    QEvent,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QFontMetrics, QGuiApplication, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from rightsdesk.desktop.design.cards import paint_avatar, paint_card
from rightsdesk.desktop.design.icons import paint_icon
from rightsdesk.desktop.design.style import paint_box, paint_ring
from rightsdesk.desktop.design.tokens import CONTROL_RADIUS, Size, Theme, font_of, space, theme_of
from rightsdesk.shown import shown

Index = QModelIndex | QPersistentModelIndex
ARROW = 4
"""The width of the arrow at the end of a row, in steps of the grid."""
SEARCH_FROM = 12
"""Lists of more artists than these have a search."""


class ArtistRowDelegate(QStyledItemDelegate):
    """The ground, the line and the focus of a row; `paint_row` paints what is on it."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        lines = QFontMetrics(font_of(Size.BODY, strong=True)).height()
        lines += QFontMetrics(font_of(Size.SMALL)).height()
        return QSize(space(100), lines + space(5))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        widget: QWidget = option.widget
        rect: QRect = option.rect
        theme, flag = theme_of(widget.palette()), QStyle.StateFlag
        painter.save()
        painter.setLayoutDirection(widget.layoutDirection())
        chosen = bool(option.state & flag.State_Selected) and takes_several(widget)
        if chosen or option.state & flag.State_MouseOver:
            room = rect.adjusted(3, 1, -3, -2)  # clear of the round corners of the card
            ground = theme.selection if chosen else theme.hover
            paint_box(painter, room, QColor(ground), None, CONTROL_RADIUS)
        if index.row() + 1 < index.model().rowCount():  # the last one ends with the card
            line = QRect(rect.left(), rect.bottom(), rect.width(), 1)
            painter.fillRect(line, QColor(theme.line))
        self.paint_row(painter, rect, index, theme)
        if option.state & flag.State_HasFocus:
            paint_ring(painter, rect.adjusted(2, 1, -2, -2), theme, CONTROL_RADIUS)
        painter.restore()

    def paint_row(self, painter: QPainter, rect: QRect, index: Index, theme: Theme) -> None:
        """Paint what is on a row; for subclasses."""


def takes_several(view: object) -> bool:
    """Whether several rows of a list can be selected."""
    several = QAbstractItemView.SelectionMode.ExtendedSelection
    return isinstance(view, QAbstractItemView) and view.selectionMode() is several


def is_backwards(painter: QPainter) -> bool:
    """Whether rows begin at the right."""
    return painter.layoutDirection() is Qt.LayoutDirection.RightToLeft


def paint_cut(painter: QPainter, room: QRect, text: str) -> None:
    """Paint a line at the start of its room; what is too long is cut."""
    cut = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, room.width())
    across = Qt.AlignmentFlag.AlignRight if is_backwards(painter) else Qt.AlignmentFlag.AlignLeft
    flags = across | Qt.AlignmentFlag.AlignAbsolute | Qt.AlignmentFlag.AlignVCenter
    painter.drawText(room, flags, cut)


def paint_artist(painter: QPainter, room: QRect, name: str, under: str, theme: Theme) -> None:
    """Paint avatar, name, and the line below it."""
    side, backwards = space(7.5), is_backwards(painter)
    left = room.right() - side + 1 if backwards else room.left()
    paint_avatar(painter, QRect(left, room.center().y() - side // 2, side, side), name)
    gap = side + space(3)
    text = room.adjusted(0, 0, -gap, 0) if backwards else room.adjusted(gap, 0, 0, 0)
    body, small = font_of(Size.BODY, strong=True), font_of(Size.SMALL)
    heights = QFontMetrics(body).height(), QFontMetrics(small).height()
    top = room.top() + (room.height() - sum(heights)) // 2
    painter.setFont(body)
    painter.setPen(QColor(theme.text))
    paint_cut(painter, QRect(text.left(), top, text.width(), heights[0]), shown(name))
    painter.setFont(small)
    painter.setPen(QColor(theme.dim))
    paint_cut(painter, QRect(text.left(), top + heights[0], text.width(), heights[1]), under)


def paint_arrow(painter: QPainter, room: QRect, theme: Theme) -> None:
    """Paint the sign at the end of a row that leads on."""
    side = space(ARROW)
    place, sign = QRect(room.right() - side, room.top(), side, room.height()), "chevron-right"
    if is_backwards(painter):
        place, sign = QRect(room.left(), room.top(), side, room.height()), "chevron-left"
    paint_icon(painter, place, sign, QColor(theme.dim))


def _selects(modifiers: Qt.KeyboardModifier) -> bool:
    """Whether a click or a key with these selects, and does not choose."""
    modifier = Qt.KeyboardModifier
    return bool(modifiers & (modifier.ControlModifier | modifier.ShiftModifier))


class ArtistRows(QWidget):
    """A list of artists in a card that is as high as its rows. `row_chosen` gives a row.

    A click chooses, and so do Enter and the space bar. `rows_selected` tells that other rows are
    selected, where several can be: with Ctrl or Shift, by click and by key.
    """

    row_chosen = Signal(int)
    rows_selected = Signal()

    def __init__(
        self,
        model: QAbstractItemModel,
        delegate: ArtistRowDelegate,
        *,
        name: str,
        spoken: str,
        head: QWidget | None = None,
        several: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        """`name` is for tests and style, `spoken` for screen readers; `head` stands above.

        `several`: more than one row can be selected.
        """
        super().__init__(parent)
        self._head = head
        self.list = QListView()
        self.list.setObjectName(name)
        self.list.setAccessibleName(spoken)
        self.list.setModel(model)
        self.list.setItemDelegate(delegate)
        delegate.setParent(self.list)
        self.list.setUniformItemSizes(True)
        self.list.setFrameShape(QListView.Shape.NoFrame)
        self.list.setMouseTracking(True)
        self.list.viewport().setAutoFillBackground(False)  # it would cut the corners of the card
        self.list.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        if several:
            self.list.setSelectionMode(QListView.SelectionMode.ExtendedSelection)
            self.list.selectionModel().selectionChanged.connect(
                lambda *_: self.rows_selected.emit()
            )
        self.list.clicked.connect(self._clicked)
        self.list.installEventFilter(self)
        column = QVBoxLayout(self)
        edge = space(0.25)
        column.setContentsMargins(edge, space(1), edge, space(1))
        column.setSpacing(0)
        if head is not None:
            column.addWidget(head)
        column.addWidget(self.list, 1)

    def keep_place(self) -> tuple[int, int]:
        """The row with the keyboard and how far the list is scrolled, for `back_to`."""
        return self.list.currentIndex().row(), self.list.verticalScrollBar().value()

    def back_to(self, place: tuple[int, int]) -> None:
        """Go back there after the rows were replaced."""
        index = self.list.model().index(max(0, place[0]), 0)
        only = QItemSelectionModel.SelectionFlag
        update = only.NoUpdate if takes_several(self.list) else only.ClearAndSelect
        self.list.selectionModel().setCurrentIndex(index, update)
        self.list.verticalScrollBar().setValue(place[1])
        self.restyle()

    def restyle(self) -> None:
        """Be as high as the rows need, and no higher."""
        rows = self.list.model().rowCount()
        high = self.list.sizeHintForRow(0) * rows if rows else 0
        high += self._head.height() if self._head is not None else 0
        layout = self.layout()
        assert layout is not None  # as it was made
        edges = layout.contentsMargins()
        self.setMaximumHeight(high + edges.top() + edges.bottom())

    def eventFilter(self, _watched: object, event: QEvent) -> bool:
        enter = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)
        if (
            event.type() is QEvent.Type.KeyPress
            and isinstance(event, QKeyEvent)
            and event.key() in enter
            and not _selects(event.modifiers())
        ):
            self._chosen(self.list.currentIndex())
            return True
        return False

    def _clicked(self, index: QModelIndex) -> None:
        if not (takes_several(self.list) and _selects(QGuiApplication.keyboardModifiers())):
            self._chosen(index)

    def _chosen(self, index: QModelIndex) -> None:
        if index.isValid():
            self.row_chosen.emit(index.row())

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        paint_card(painter, self.rect(), theme_of(self.palette()))
        painter.end()
