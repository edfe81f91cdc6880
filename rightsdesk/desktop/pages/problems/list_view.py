"""The list of the Problems page: painted rows, however many; headings fold their groups."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QContextMenuEvent, QFontMetrics, QKeyEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTreeView,
    QWidget,
)

from rightsdesk.desktop.design.chips import paint_chip
from rightsdesk.desktop.design.icons import paint_icon
from rightsdesk.desktop.design.style import keyboard_focus, paint_box, paint_ring
from rightsdesk.desktop.design.tokens import (
    CONTROL_RADIUS,
    Size,
    Theme,
    Tone,
    font_of,
    space,
    theme_of,
)
from rightsdesk.desktop.pages.problems.lines import ProblemLine, is_folded
from rightsdesk.desktop.pages.problems.words import mend_text, mends_of, sign_of
from rightsdesk.desktop.parts.selections import selection_of
from rightsdesk.desktop.parts.texts import counted, number_text, plain_tip, tr
from rightsdesk.shown import shown
from rightsdesk.workspace.types.problems import Problem, ProblemKind

Index = QModelIndex | QPersistentModelIndex
ROLE = Qt.ItemDataRole
LINE = ROLE.UserRole + 1

ROOMY_STEPS = 140
"""Below this width the words of a row need all of it, and its button is in the details alone."""


class LinesModel(QAbstractListModel):
    """The lines as a worker gave them: nothing is copied for showing them."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.lines: Sequence[ProblemLine] = ()
        self.turned: frozenset[str] = frozenset()

    def show_lines(self, lines: Sequence[ProblemLine], turned: frozenset[str]) -> None:
        """Replace what is shown."""
        self.beginResetModel()
        self.lines, self.turned = lines, turned
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self.lines)

    def data(self, index: Index, role: int = ROLE.DisplayRole) -> Any:
        if not index.isValid():
            return None
        line = self.lines[index.row()]
        if role == LINE:
            return line
        if role == ROLE.DisplayRole:
            return shown(line.words[0])
        if role == ROLE.AccessibleTextRole:
            return self._sentence(line)
        if role == ROLE.ToolTipRole and line.about is not None:
            return plain_tip("\n".join(filter(None, line.words)))
        return None

    def _sentence(self, line: ProblemLine) -> str:
        if line.about is None:
            folded = is_folded(line.group, self.turned)
            state = tr("closed") if folded else tr("open")
            number = counted("%n entry", "%n entries", line.count)
            return ", ".join((shown(line.words[0]), number, state))
        return ", ".join(shown(word) for word in line.words if word)


class LinesDelegate(QStyledItemDelegate):
    """Headings with sign, words and count; below them what it is, where, and its first button."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        high = sum(QFontMetrics(font_of(size)).height() for size in (Size.BODY, Size.SMALL))
        return QSize(space(60), high + space(4))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        view = self.parent()
        assert isinstance(view, LinesView)
        line: ProblemLine = index.data(LINE)
        rect: QRect = option.rect
        theme, state, flag = theme_of(view.palette()), option.state, QStyle.StateFlag
        painter.save()
        painter.setLayoutDirection(view.layoutDirection())
        if line.about is None:
            self._paint_heading(painter, rect, line, view, theme)
        else:
            if state & flag.State_Selected:
                room = rect.adjusted(space(1), 1, -space(1), -2)
                paint_box(painter, room, QColor(theme.selection), None, CONTROL_RADIUS)
            elif state & flag.State_MouseOver:
                room = rect.adjusted(space(1), 1, -space(1), -2)
                paint_box(painter, room, QColor(theme.hover), None, CONTROL_RADIUS)
            self._paint_row(painter, rect, line, view, theme)
        if index.row() == view.currentIndex().row() and keyboard_focus(view):
            paint_ring(painter, rect.adjusted(2, 1, -2, -2), theme, CONTROL_RADIUS)
        painter.restore()

    def _paint_heading(
        self, painter: QPainter, rect: QRect, line: ProblemLine, view: LinesView, theme: Theme
    ) -> None:
        side = space(4)
        folded = is_folded(line.group, view.lines.turned)
        closed = "chevron-left" if view.isRightToLeft() else "chevron-right"
        bottom = rect.adjusted(space(2), space(2), -space(2), 0)
        at = view.mirrored(QRect(bottom.left(), bottom.top(), side, bottom.height()), rect)
        paint_icon(painter, at, closed if folded else "chevron-down", QColor(theme.dim))
        body = font_of(Size.BODY, strong=True)
        left = bottom.left() + side + space(2)
        if line.kind is not None:
            sign, tone = sign_of(line.kind)
            where = view.mirrored(QRect(left, bottom.top(), side, bottom.height()), rect)
            paint_icon(painter, where, sign, theme.colour(tone))
            left += side + space(2)
        metrics = QFontMetrics(body)
        text = metrics.elidedText(
            shown(line.words[0]), Qt.TextElideMode.ElideRight, bottom.right() - left - space(14)
        )
        across = metrics.horizontalAdvance(text) + 1
        painter.setFont(body)
        painter.setPen(QColor(theme.text))
        room = QRect(left, bottom.top(), across, bottom.height())
        _draw(painter, view.mirrored(room, rect), text)
        number = number_text(line.count)
        place = QRect(left + across + space(2), bottom.top(), space(13), bottom.height())
        font = font_of(Size.SMALL, strong=True)
        paint_chip(painter, view.mirrored(place, rect), number, Tone.DIM, theme, font)

    def _paint_row(
        self, painter: QPainter, rect: QRect, line: ProblemLine, view: LinesView, theme: Theme
    ) -> None:
        left = rect.left() + space(8)
        action, words = view.act_rect(rect, line), view.act_text(line)
        end = (action.left() if words else rect.right()) - space(3)
        body, small = font_of(Size.BODY), font_of(Size.SMALL)
        heights = QFontMetrics(body).height(), QFontMetrics(small).height()
        if not line.words[1]:
            heights = heights[0], 0
        top = rect.top() + (rect.height() - sum(heights)) // 2
        middle = Qt.TextElideMode.ElideMiddle
        for text, font, colour, at, high, cut_at in (
            (line.words[0], body, theme.text, top, heights[0], cut_of(line)),
            (line.words[1], small, theme.dim, top + heights[0], heights[1], middle),
        ):
            painter.setFont(font)
            painter.setPen(QColor(colour))
            room = QRect(left, at, max(1, end - left), high)
            cut = painter.fontMetrics().elidedText(shown(text), cut_at, room.width())
            _draw(painter, view.mirrored(room, rect), cut)
        if words:
            painter.setFont(font_of(Size.BODY))
            painter.setPen(QColor(theme.accent))
            painter.drawText(view.mirrored(action, rect), Qt.AlignmentFlag.AlignCenter, words)


def cut_of(line: ProblemLine) -> Qt.TextElideMode:
    """Where a row's first line gives way: a sentence at its end, the place of a file or folder in
    the middle, since its name comes last."""
    places = ProblemKind.FILE, ProblemKind.FOLDER
    if isinstance(line.about, Problem) and line.about.kind in places:
        return Qt.TextElideMode.ElideMiddle
    return Qt.TextElideMode.ElideRight


def _draw(painter: QPainter, room: QRect, text: str) -> None:
    backwards = painter.layoutDirection() is Qt.LayoutDirection.RightToLeft
    across = Qt.AlignmentFlag.AlignRight if backwards else Qt.AlignmentFlag.AlignLeft
    flags = across | Qt.AlignmentFlag.AlignAbsolute | Qt.AlignmentFlag.AlignVCenter
    painter.drawText(room, flags, text)


class LinesView(QTreeView):
    """`turned` gives a group to fold or unfold, `acted` the row whose first button was pressed,
    `menu_wanted` where on the screen all buttons of the current row are wanted.

    Up and Down go from row to row, Enter presses the button, Left and Right fold and unfold.
    """

    turned = Signal(str)
    acted = Signal(object)
    menu_wanted = Signal(QPoint)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("problems")
        self.setAccessibleName(tr("Problems, the most pressing first"))
        self.lines = LinesModel(self)
        self._pressed: tuple[ProblemLine | None, bool] = (None, False)
        self._hovered = -1
        self.setModel(self.lines)
        self.setItemDelegate(LinesDelegate(self))
        # Of 50,000 rows that change, a QListView is twice as slow.
        self.setUniformRowHeights(True)
        self.setHeaderHidden(True)
        self.setRootIsDecorated(False)
        self.setItemsExpandable(False)
        self.setIndentation(0)
        self.setFrameShape(QTreeView.Shape.NoFrame)
        self.setTabKeyNavigation(False)
        self.setMouseTracking(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)

    @property
    def current_line(self) -> ProblemLine | None:
        """The line that the keyboard is at."""
        row = self.currentIndex().row()
        return self.lines.lines[row] if 0 <= row < len(self.lines.lines) else None

    @property
    def chosen(self) -> list[ProblemLine]:
        """The selected lines, without headings. Quick, however many there are."""
        found: list[ProblemLine] = []
        selection = self.selectionModel().selection()
        for number in range(selection.count()):
            part = selection.at(number)
            found += self.lines.lines[part.top() : part.bottom() + 1]
        return [line for line in found if line.about is not None]

    def go_to(self, row: int, several: Collection[ProblemLine] = ()) -> None:
        """Put the keyboard on a row and select it; or select `several`, as far as they are there.

        `setCurrentIndex` of Qt adds to the selection while a person holds Ctrl or Shift.
        """
        keys = {line.key for line in several}
        rows = [n for n, line in enumerate(self.lines.lines) if line.key in keys] if keys else []
        flag, model = QItemSelectionModel.SelectionFlag, self.selectionModel()
        if rows:
            model.select(selection_of(self.lines, rows), flag.ClearAndSelect)
        index = self.lines.index(row)
        model.setCurrentIndex(index, flag.NoUpdate if rows else flag.ClearAndSelect)

    def drawRow(self, painter: QPainter, options: QStyleOptionViewItem, index: Index) -> None:
        # The style would paint a row of its own below what the delegate paints.
        option, flag = QStyleOptionViewItem(options), QStyle.StateFlag
        option.rect = self.visualRect(index)
        if self.selectionModel().isSelected(index):
            option.state |= flag.State_Selected
        if index.row() == self._hovered:
            option.state |= flag.State_MouseOver
        self.itemDelegate().paint(painter, option, index)

    def mirrored(self, room: QRect, rect: QRect) -> QRect:
        """A place in a row as it is where text runs from right to left."""
        return QStyle.visualRect(self.layoutDirection(), rect, room)

    def act_text(self, line: ProblemLine) -> str:
        """The words of a row's button; "" where it has none, or no room: the details have it."""
        if self.viewport().width() < space(ROOMY_STEPS):
            return ""
        if not isinstance(line.about, Problem):
            return tr("Undo…") if line.about is not None else ""
        mends = mends_of(line.about)
        return mend_text(mends[0], line.about) if mends else ""

    def act_rect(self, rect: QRect, line: ProblemLine) -> QRect:
        """Where a row's button is within the row, as if text ran from left to right."""
        across = QFontMetrics(font_of(Size.BODY)).horizontalAdvance(self.act_text(line)) + space(4)
        return QRect(rect.right() - across - space(2), rect.top(), across, rect.height())

    def _line_under(self, at: QPoint) -> tuple[ProblemLine | None, bool]:
        """The line below a point, and whether it is its button."""
        index = self.indexAt(at)
        if not index.isValid():
            return None, False
        line, rect = self.lines.lines[index.row()], self.visualRect(index)
        on = self.mirrored(self.act_rect(rect, line), rect).contains(at)
        return line, on and bool(self.act_text(line))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        at = event.position().toPoint()
        line, on = self._line_under(at)
        self._hover(self.indexAt(at).row())
        hand = on or (line is not None and line.about is None)
        shape = Qt.CursorShape.PointingHandCursor if hand else Qt.CursorShape.ArrowCursor
        self.viewport().setCursor(shape)

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._hover(-1)

    def _hover(self, row: int) -> None:
        if row != self._hovered:
            self._hovered = row
            self.viewport().update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._pressed = self._line_under(event.position().toPoint())
        super().mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        if event.button() is not Qt.MouseButton.LeftButton:
            return
        (line, on), self._pressed = self._pressed, (None, False)
        if line is not self._line_under(event.position().toPoint())[0]:
            return
        if line is None or event.modifiers() != Qt.KeyboardModifier.NoModifier:
            return
        if line.about is None:
            self.turned.emit(line.group)
        elif on:
            self.acted.emit(line)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        at = event.globalPos()
        if event.reason() is not QContextMenuEvent.Reason.Mouse:
            at = self.viewport().mapToGlobal(self.visualRect(self.currentIndex()).center())
        self.menu_wanted.emit(at)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        line, key = self.current_line, event.key()
        if line is None:
            super().keyPressEvent(event)
            return
        enter = key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)
        if line.about is None and (enter or key in (Qt.Key.Key_Left, Qt.Key.Key_Right)):
            ahead = Qt.Key.Key_Left if self.isRightToLeft() else Qt.Key.Key_Right
            folded = is_folded(line.group, self.lines.turned)
            if enter or (key == ahead) == folded:
                self.turned.emit(line.group)
        elif enter and key != Qt.Key.Key_Space:
            self.acted.emit(line)
        else:
            super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.FontChange:
            self.scheduleDelayedItemsLayout()
