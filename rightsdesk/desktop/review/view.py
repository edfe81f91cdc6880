"""The list of a review: releases that unfold, with what is said now and after."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QFontMetrics, QGuiApplication, QKeyEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTreeView,
    QWidget,
)

from rightsdesk.desktop.design.tokens import Size, Tone, font_of, space, theme_of
from rightsdesk.desktop.parts.texts import tr
from rightsdesk.desktop.review.model import BESIDE, ReviewModel

Index = QModelIndex | QPersistentModelIndex
SHARES = (0.42, 0.2, 0.16)
"""The shares of What, Now and After in the width; the rest is for notes."""
UNFOLDED = 3
"""So few groups are shown with what is in them."""
UNFOLDED_ROWS = 60


class ReviewDelegate(QStyledItemDelegate):
    """Adds what stands dim beside the first column's text."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        super().paint(painter, option, index)
        beside = index.data(BESIDE)
        if not beside:
            return
        view = QStyleOptionViewItem(option)
        self.initStyleOption(view, index)
        style = view.widget.style()
        room = style.subElementRect(QStyle.SubElement.SE_ItemViewItemText, view, view.widget)
        taken = QFontMetrics(view.font).horizontalAdvance(view.text) + space(3)
        left = room.width() - taken
        if left < space(8):
            return
        rect = QRect(room.left() + taken, room.top(), left, room.height())
        rect = QStyle.visualRect(view.direction, room, rect)
        painter.save()
        painter.setFont(font_of(Size.SMALL))
        painter.setPen(theme_of(view.palette).colour(Tone.DIM))
        cut = painter.fontMetrics().elidedText(beside, Qt.TextElideMode.ElideMiddle, left)
        painter.drawText(rect, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, cut)
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        hint = super().sizeHint(option, index)
        return QSize(hint.width(), QFontMetrics(font_of(Size.BODY)).height() + space(3))


class ReviewView(QTreeView):
    """The tree. Space leaves a row out or takes it in, Right and Left unfold and fold."""

    def __init__(self, rows: ReviewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("changes")
        self.setAccessibleName(tr("Changes"))
        self.setItemDelegate(ReviewDelegate(self))
        self.setUniformRowHeights(True)
        self.setAllColumnsShowFocus(True)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setTabKeyNavigation(False)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.rows = rows
        self.verticalScrollBar().valueChanged.connect(lambda _v: self._near_the_end())
        self.setModel(rows)  # last: each of these lays all rows out again
        header = self.header()
        header.setStretchLastSection(True)
        header.setSectionsMovable(False)
        header.setHighlightSections(False)
        header.setMinimumSectionSize(space(12))
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        self._by_hand = False
        header.sectionResized.connect(lambda *_: self._resized())
        self._sharing = False
        few = len(rows.digest.groups) <= UNFOLDED and len(rows.digest.changes) <= UNFOLDED_ROWS
        if few:
            self.expandToDepth(0)
        if rows.digest.groups:
            self.setCurrentIndex(rows.index(0, 0))

    def _near_the_end(self) -> None:
        bar = self.verticalScrollBar()
        if self.isVisible() and bar.maximum() and bar.value() >= bar.maximum() - bar.pageStep():
            self.rows.more()

    def _resized(self) -> None:
        if QGuiApplication.mouseButtons() and not self._sharing:
            self._by_hand = True

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._by_hand:
            return
        self._sharing = True
        for column, share in enumerate(SHARES):
            self.header().resizeSection(column, round(self.viewport().width() * share))
        self._sharing = False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        index = self.currentIndex().siblingAtColumn(0)
        if event.key() == Qt.Key.Key_Space and index.isValid():
            state = index.data(Qt.ItemDataRole.CheckStateRole)
            if state is not None:
                on = Qt.CheckState(state) is not Qt.CheckState.Checked
                now = Qt.CheckState.Checked if on else Qt.CheckState.Unchecked
                self.model().setData(index, now, Qt.ItemDataRole.CheckStateRole)
                return
        super().keyPressEvent(event)

    def sizeHint(self) -> QSize:
        """A few rows: what is left of the dialog is the list's."""
        return QSize(space(120), space(34))

    def minimumSizeHint(self) -> QSize:
        return QSize(space(40), space(34))
