"""Bars in a printed document: drawn as lines and colours, not as pictures."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, QSizeF
from PySide6.QtGui import (
    QColor,
    QPainter,
    QPainterPath,
    QPyTextObject,
    QTextCharFormat,
    QTextDocument,
    QTextFormat,
)

from rightsdesk.workspace.documents.blocks import Bar
from rightsdesk.workspace.documents.html_form import COLOURS

BAR = QTextFormat.ObjectTypes.UserObject.value + 1
_PARTS, _WIDTH = (
    QTextFormat.Property.UserProperty.value + 1,
    (QTextFormat.Property.UserProperty.value + 2),
)
_HEIGHT = 6.0
"""In points, as the width is."""
OBJECT = "\ufffc"
"""The character that stands for a drawn object in a text."""


class PaintedBars(QPyTextObject):
    """Draws the bars of a document. `dots` are device pixels per point."""

    def __init__(self, dots: float, parent: QTextDocument) -> None:
        super().__init__(parent)
        self._dots = dots

    def intrinsicSize(self, _document: QTextDocument, _at: int, look: QTextFormat) -> QSizeF:
        return QSizeF(float(look.property(_WIDTH)), _HEIGHT) * self._dots

    def drawObject(
        self,
        painter: QPainter,
        rect: QRectF | QRect,
        _document: QTextDocument,
        _at: int,
        look: QTextFormat,
    ) -> None:
        parts = [(str(colour), float(share)) for colour, share in look.property(_PARTS)]
        place, shape = QRectF(rect), QPainterPath()
        shape.addRoundedRect(place, place.height() / 2, place.height() / 2)
        painter.save()
        painter.setClipPath(shape)
        left = place.left()
        for colour, share in parts:
            width = place.width() * share
            painter.fillRect(QRectF(left, place.top(), width, place.height()), QColor(colour))
            left += width
        painter.restore()


def bar_format(bar: Bar, width: float) -> QTextCharFormat:
    """The format of the character that stands for a bar, `width` points wide."""
    whole = sum(number for _tone, number in bar.parts)
    parts = [[COLOURS[tone], number / whole] for tone, number in bar.parts if whole]
    look = QTextCharFormat()
    look.setObjectType(BAR)
    look.setProperty(_PARTS, parts or [["#dcdcd6", 1.0]])
    look.setProperty(_WIDTH, width)
    look.setVerticalAlignment(QTextCharFormat.VerticalAlignment.AlignMiddle)
    return look
