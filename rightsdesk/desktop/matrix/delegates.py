"""How the matrix is painted: standings by icon, word and colour; releases as visible groups."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRect, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPalette, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from rightsdesk.consent import Evidence
from rightsdesk.desktop.parts.theme import (
    STANDING_ACCENTS,
    Accent,
    accent,
    icon_pixmap,
    letter_width,
    mixed,
)
from rightsdesk.desktop.state.matrix_model import CELL_ROLE, FIRST_ROLE
from rightsdesk.workspace.types import Cell

Index = QModelIndex | QPersistentModelIndex


class GroupDelegate(QStyledItemDelegate):
    """A line above the first row of each release; the release's name fades after it."""

    def initStyleOption(self, option: QStyleOptionViewItem, index: Index) -> None:
        super().initStyleOption(option, index)
        without_focus_frame(option)
        if index.column() == 0 and not index.data(FIRST_ROLE):
            faded = mixed(
                option.palette.color(QPalette.ColorRole.Base),
                option.palette.color(QPalette.ColorRole.Text),
                0.62,
            )
            option.palette.setColor(QPalette.ColorRole.Text, faded)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        super().paint(painter, option, index)
        draw_group_line(painter, option, index)


class StandingDelegate(QStyledItemDelegate):
    """One carrier's cell: icon, word and colour together, so that none has to do alone."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        view = QStyleOptionViewItem(option)
        self.initStyleOption(view, index)
        without_focus_frame(view)
        text, view.text = view.text, ""
        style = view.widget.style()
        style.drawControl(QStyle.ControlElement.CE_ItemViewItem, view, painter, view.widget)
        cell = index.data(CELL_ROLE)
        selected = bool(view.state & QStyle.StateFlag.State_Selected)
        colour = self._colour(view, cell, selected)
        painter.save()
        size = round(view.fontMetrics.height() * 0.95)
        gap = round(letter_width(view.fontMetrics))
        left = view.rect.left() + gap
        if cell is not None:
            top = view.rect.top() + (view.rect.height() - size) / 2
            # What a person told looks told, also where it conflicts.
            sign = "attested" if cell.evidence is Evidence.ATTESTED else cell.standing.value
            pixmap = icon_pixmap(sign, colour.name(), size, painter.device().devicePixelRatioF())
            painter.drawPixmap(QPointF(left, top), pixmap)
        left += size + gap
        room = QRect(left, view.rect.top(), view.rect.right() - left - 4, view.rect.height())
        painter.setPen(colour)
        shown = view.fontMetrics.elidedText(text, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, shown)
        painter.restore()
        draw_group_line(painter, option, index)

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        hint = super().sizeHint(option, index)
        return QSize(hint.width() + option.fontMetrics.height() * 2, hint.height())

    def _colour(self, view: QStyleOptionViewItem, cell: Cell | None, selected: bool) -> QColor:
        if cell is None:
            return accent(view.palette, Accent.TEXT if selected else Accent.DIM)
        return accent(view.palette, STANDING_ACCENTS[cell.standing])  # reads on the selection, too


def without_focus_frame(option: QStyleOptionViewItem) -> None:
    """Whole rows are chosen here: a frame around one cell would only say something else."""
    option.state &= ~QStyle.StateFlag.State_HasFocus


def draw_group_line(painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
    """The hairline between releases."""
    if index.row() == 0 or not index.data(FIRST_ROLE):
        return
    painter.save()
    base, text = QPalette.ColorRole.Base, QPalette.ColorRole.Text
    line = mixed(option.palette.color(base), option.palette.color(text), 0.28)
    painter.setPen(QPen(line, 1))
    painter.drawLine(option.rect.topLeft(), option.rect.topRight())
    painter.restore()
