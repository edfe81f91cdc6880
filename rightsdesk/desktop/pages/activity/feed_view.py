"""The history as a list: painted rows with buttons, by pointer and by keyboard."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, QPoint, QRect, QSize, Qt
from PySide6.QtCore import Signal as QtSignal
from PySide6.QtGui import (
    QContextMenuEvent,
    QFontMetrics,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPalette,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QMenu,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTreeView,
    QWidget,
)

from rightsdesk.desktop.design.style import keyboard_focus
from rightsdesk.desktop.design.tokens import Size, font_of, space, theme_of
from rightsdesk.desktop.pages.activity.feed_model import FeedModel, FeedRow
from rightsdesk.desktop.pages.activity.feed_shape import (
    CardShape,
    FeedRowState,
    paint_row,
    shape_of,
)
from rightsdesk.desktop.pages.activity.mending import Act
from rightsdesk.desktop.parts.texts import plain_mnemonic, tr

Index = QModelIndex | QPersistentModelIndex


class FeedDelegate(QStyledItemDelegate):
    """Gives each row its height, and paints it."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        view = self.parent()
        assert isinstance(view, FeedView)
        width = view.viewport().width()
        return QSize(width, shape_of(view.feed.rows[index.row()], width).height)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        view = self.parent()
        assert isinstance(view, FeedView)
        row = view.feed.rows[index.row()]
        current = index.row() == view.currentIndex().row()
        reached = current and keyboard_focus(view)
        looks = FeedRowState(
            selected=False,
            focused=reached,
            lit=view.lit,
            at=view.act_at if reached else None,
            mirrored=view.isRightToLeft(),
        )
        shape = shape_of(row, option.rect.width())
        paint_row(painter, option.rect, row, shape, theme_of(view.palette()), looks)


class FeedView(QTreeView):
    """The list. `acted` gives a row's number and the button that was pressed.

    Up and Down go from row to row, Right and Left to its buttons, Enter presses one or unfolds the
    row. The menu key and the right mouse button show all that can be done.
    """

    acted = QtSignal(int, object)

    def __init__(self, feed: FeedModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.feed = feed
        self.lit: Act | None = None
        self.act_at: Act | None = None
        self.setModel(feed)
        self.setItemDelegate(FeedDelegate(self))
        self.setObjectName("history")
        self.setAccessibleName(tr("History"))
        self.setHeaderHidden(True)
        self.setRootIsDecorated(False)
        self.setIndentation(0)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setTabKeyNavigation(False)
        self.setExpandsOnDoubleClick(False)
        self.setMouseTracking(True)
        self.viewport().setBackgroundRole(QPalette.ColorRole.Window)
        self.setViewportMargins(0, 0, space(2), 0)
        self.verticalScrollBar().setSingleStep(space(6))

        self.verticalScrollBar().valueChanged.connect(lambda _v: self._near_the_end())
        self.verticalScrollBar().rangeChanged.connect(lambda _a, _b: self._near_the_end())

    def _near_the_end(self) -> None:
        """Older entries are read a window's height before they are seen."""
        bar = self.verticalScrollBar()
        if self.isVisible() and bar.value() >= bar.maximum() - bar.pageStep():
            self.feed.more()

    # --- where things are ------------------------------------------------------------

    def shape(self, number: int) -> CardShape:
        """How a row is laid out now."""
        return shape_of(self.feed.rows[number], self.viewport().width())

    def act_rect(self, number: int, key: str) -> QRect:
        """Where a row's button is in the viewport; empty where it has none of that key."""
        where = self.visualRect(self.feed.index(number))
        for rect, act in self.shape(number).acts:
            if act.key == key:
                return self._mirrored(rect, where)
        return QRect()

    def _mirrored(self, rect: QRect, where: QRect) -> QRect:
        whole = QRect(QPoint(), where.size())
        return QStyle.visualRect(self.layoutDirection(), whole, rect).translated(where.topLeft())

    def _act_under(self, at: QPoint) -> tuple[int, Act | None]:
        index = self.indexAt(at)
        if not index.isValid():
            return -1, None
        where = self.visualRect(index)
        for rect, act in self.shape(index.row()).acts:
            if self._mirrored(rect, where).contains(at):
                return index.row(), act
        return index.row(), None

    def _row(self) -> FeedRow | None:
        number = self.currentIndex().row()
        return self.feed.rows[number] if 0 <= number < len(self.feed.rows) else None

    # --- drawing ---------------------------------------------------------------------

    def drawRow(self, painter: QPainter, options: QStyleOptionViewItem, index: Index) -> None:
        option = QStyleOptionViewItem(options)
        option.rect = self.visualRect(index)
        self.itemDelegate().paint(painter, option, index)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if any(row.unfolded for row in self.feed.rows):
            self.scheduleDelayedItemsLayout()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.FontChange:
            self.scheduleDelayedItemsLayout()

    # --- pointer ---------------------------------------------------------------------

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        _, lit = self._act_under(event.position().toPoint())
        if lit is not self.lit:
            self.lit = lit
            self.viewport().update()
        hand = Qt.CursorShape.PointingHandCursor if lit else Qt.CursorShape.ArrowCursor
        self.viewport().setCursor(hand)

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.lit = None
        self.viewport().update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        self.act_at = None

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        if event.button() is not Qt.MouseButton.LeftButton:
            return
        number, act = self._act_under(event.position().toPoint())
        if number < 0 or number != self.currentIndex().row():
            return
        if act is not None:
            self.acted.emit(number, act)
        else:
            self.feed.fold(number)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        row = self._row()
        if row is None or row.entry is None:
            return
        at = event.globalPos()
        if event.reason() is not QContextMenuEvent.Reason.Mouse:
            at = self.viewport().mapToGlobal(self.visualRect(self.currentIndex()).center())
        menu = self.menu_of(self.currentIndex().row())
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(at)

    def menu_of(self, number: int) -> QMenu:
        """All that can be done with a row."""
        menu, row = QMenu(self), self.feed.rows[number]
        menu.setObjectName("history-menu")
        for act in row.all_acts:
            made = menu.addAction(plain_mnemonic(act.text))
            made.triggered.connect(lambda _c=False, act=act: self.acted.emit(number, act))
        if row.all_acts:
            menu.addSeparator()
        fold = menu.addAction(tr("Hide &details") if row.unfolded else tr("Show &details"))
        fold.triggered.connect(lambda: self.feed.fold(number))
        return menu

    # --- keyboard --------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        row, key = self._row(), event.key()
        if row is None or row.entry is None:
            super().keyPressEvent(event)
            return
        acts = row.all_acts
        place = acts.index(self.act_at) if self.act_at in acts else -1
        ahead = Qt.Key.Key_Left if self.isRightToLeft() else Qt.Key.Key_Right
        if key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            place = min(place + 1, len(acts) - 1) if key == ahead else max(place - 1, -1)
            self.act_at = acts[place] if place >= 0 else None
            self.viewport().update()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            if self.act_at in acts and self.act_at is not None:
                self.acted.emit(self.currentIndex().row(), self.act_at)
            else:
                self.feed.fold(self.currentIndex().row())
        else:
            super().keyPressEvent(event)

    def currentChanged(self, current: Index, previous: Index) -> None:
        self.act_at = None
        super().currentChanged(current, previous)
        self.viewport().update()

    def sizeHint(self) -> QSize:
        line = QFontMetrics(font_of(Size.BODY)).height()
        return QSize(space(120), 10 * line)
