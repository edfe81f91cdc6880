"""The line below the table that says what the signs mean."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from rightsdesk.desktop.design.icons import paint_icon
from rightsdesk.desktop.design.text import Text, plain_tip
from rightsdesk.desktop.design.tokens import Size, space, theme_of
from rightsdesk.desktop.parts.segments import NOTHING_SIGN, SIGNS, legend_word, segment_meaning
from rightsdesk.desktop.parts.texts import tr
from rightsdesk.workspace.types.matrix import Segment


class SignLegend(Text):
    """A sign and its words for each segment that is in view, and for nothing at all. What has no
    room is left out."""

    def __init__(self, parent: QWidget | None = None) -> None:
        self._segments: tuple[Segment | None, ...] = ()
        super().__init__(parent=parent, size=Size.SMALL)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def show_segments(self, segments: Sequence[Segment], *, nothing: bool = False) -> None:
        """Replace what is explained; with `nothing` also the sign where there is nothing."""
        known = tuple(one for one in SIGNS if one in segments)
        self._segments = (*known, None) if nothing else known
        self.setAccessibleName(", ".join(map(_word, self._segments)))
        lines = [f"{legend_word(one)}: {segment_meaning(one)}" for one in known]
        if nothing:
            lines.append(f"{_word(None)}: {tr('nothing of this recording is known there')}")
        self.setToolTip(plain_tip("\n".join(lines)))
        self.setVisible(bool(self._segments))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(space(40), self.fontMetrics().height() + space(1))

    def minimumSizeHint(self) -> QSize:
        return QSize(0, self.sizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter, theme = QPainter(self), theme_of(self.palette())
        backwards = self.layoutDirection() is Qt.LayoutDirection.RightToLeft
        align = Qt.AlignmentFlag.AlignRight if backwards else Qt.AlignmentFlag.AlignLeft
        align |= Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignAbsolute
        side, gap, x = space(3.5), space(1), space(0.5)
        painter.setFont(self.font())
        for segment in self._segments:
            words = _word(segment)
            across = self.fontMetrics().horizontalAdvance(words)
            if x + side + gap + across > self.width():
                break
            name, tone = NOTHING_SIGN if segment is None else SIGNS[segment]
            sign = QRect(x, 0, side, self.height())
            text = QRect(x + side + gap, 0, across + 1, self.height())
            if backwards:
                for each in (sign, text):
                    each.moveRight(self.width() - 1 - each.left())
            paint_icon(painter, sign, name, theme.colour(tone))
            painter.setPen(QColor(theme.dim))
            painter.drawText(text, align, words)
            x += side + gap + across + space(4)
        painter.end()


def _word(segment: Segment | None) -> str:
    return tr("not there") if segment is None else legend_word(segment)
