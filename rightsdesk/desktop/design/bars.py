"""Bars that show how much of something says what: drawn first, written second."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from rightsdesk.desktop.design.text import Text, plain_tip
from rightsdesk.desktop.design.tokens import Size, Theme, Tone, space, theme_of
from rightsdesk.desktop.design.words import counted, number_text, tr

OUTLINE = 1.25
"""The width of the outline of a hollow part, in pixels."""


class BarPart(Enum):
    """A part of a bar, in the order in which parts are drawn: tone, whether hollow.

    What nobody said yet is hollow: a bar of nothing else looks empty, as its figure says.
    """

    SAYS = (Tone.GOOD, False)
    TOLD = (Tone.TOLD, False)
    OTHERWISE = (Tone.BAD, False)
    TO_WRITE = (Tone.ACCENT, True)
    SILENT = (Tone.OPEN, True)
    UNKNOWN = (Tone.DIM, True)

    @property
    def tone(self) -> Tone:
        """Its colour."""
        return self.value[0]

    @property
    def hollow(self) -> bool:
        """Whether it is drawn as an outline, so that it differs in more than its colour."""
        return self.value[1]


def part_words(part: BarPart) -> str:
    """What a part means, in a word or two."""
    return {
        BarPart.SAYS: tr("says what you chose"),
        BarPart.TOLD: tr("noted by you"),
        BarPart.TO_WRITE: tr("to write"),
        BarPart.SILENT: tr("silent"),
        BarPart.OTHERWISE: tr("says otherwise"),
        BarPart.UNKNOWN: tr("not read"),
    }[part]


def counted_words(part: BarPart, number: int) -> str:
    """`4 say otherwise`: the same with a number."""
    if part is BarPart.SAYS:
        return counted("%n says what you chose", "%n say what you chose", number)
    if part is BarPart.OTHERWISE:
        return counted("%n says otherwise", "%n say otherwise", number)
    return f"{number_text(number)} {part_words(part)}"


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many say what. Parts that are missing count zero."""

    counts: tuple[tuple[BarPart, int], ...] = ()

    @classmethod
    def of(cls, counts: Mapping[BarPart, int]) -> Coverage:
        """In the order of parts, without those that are zero."""
        return cls(tuple((part, counts[part]) for part in BarPart if counts.get(part, 0) > 0))

    @property
    def total(self) -> int:
        """All of them."""
        return sum(number for _, number in self.counts)

    @property
    def words(self) -> str:
        """`38 say what you want, 4 say otherwise`: what a screen reader says."""
        return ", ".join(counted_words(part, number) for part, number in self.counts)


def paint_coverage(
    painter: QPainter, rect: QRect | QRectF, coverage: Coverage, theme: Theme
) -> None:
    """Paint a bar that fills `rect`. Every part is at least as wide as it is high."""
    room = QRectF(rect)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    path = QPainterPath()
    path.addRoundedRect(room, room.height() / 2, room.height() / 2)
    painter.setClipPath(path)
    painter.fillRect(room, QColor(theme.line))
    widths = _widths(coverage, room.width(), room.height())
    backwards = painter.layoutDirection() is Qt.LayoutDirection.RightToLeft
    at = room.right() if backwards else room.left()
    for (part, _), width in zip(coverage.counts, widths, strict=True):
        gap = 0.0 if len(widths) == 1 else 1.5
        left = at - width if backwards else at
        piece = QPainterPath()
        piece.addRect(QRectF(left + gap / 2, room.top(), max(1.0, width - gap), room.height()))
        _paint_part(painter, path.intersected(piece), part, theme)
        at += -width if backwards else width
    painter.restore()


def _widths(coverage: Coverage, room: float, least: float) -> list[float]:
    """The width of each part: in proportion, but a single one of a thousand is seen as well."""
    total = coverage.total
    if not total:
        return []
    least = min(least, room / len(coverage.counts))
    wanted = [room * number / total for _, number in coverage.counts]
    small = [width < least for width in wanted]
    left = room - least * sum(small)
    large = sum(width for width, is_small in zip(wanted, small, strict=True) if not is_small)
    pairs = zip(wanted, small, strict=True)
    return [least if is_small else width * left / large for width, is_small in pairs]


def _paint_part(painter: QPainter, piece: QPainterPath, part: BarPart, theme: Theme) -> None:
    colour = theme.colour(part.tone)
    if not part.hollow:
        painter.fillPath(piece, colour)
        return
    painter.fillPath(piece, theme.ground(part.tone))
    painter.save()
    painter.setClipPath(piece, Qt.ClipOperation.IntersectClip)
    painter.setPen(QPen(colour, 2 * OUTLINE))  # its outer half is clipped away
    painter.drawPath(piece)
    painter.restore()


class CoverageBar(Text):
    """A bar of parts. Its tooltip and its accessible text say the numbers."""

    def __init__(self, coverage: Coverage | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.coverage = Coverage()
        self.show_coverage(coverage or self.coverage)

    def show_coverage(self, coverage: Coverage, about: str = "") -> None:
        """Replace what is shown; `about` names what it is about, for screen readers."""
        self.coverage = coverage
        words = coverage.words or tr("nothing yet")
        self.setAccessibleName(f"{about}: {words}" if about else words)
        self.setToolTip(plain_tip(words))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(space(40), space(2))

    def minimumSizeHint(self) -> QSize:
        return QSize(space(12), space(2))

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setLayoutDirection(self.layoutDirection())
        paint_coverage(painter, self.rect(), self.coverage, theme_of(self.palette()))
        painter.end()


class DotLegend(Text):
    """What the colours of bars mean: a dot and its words for each part, in one line or more."""

    def __init__(self, parts: Sequence[BarPart] = (), parent: QWidget | None = None) -> None:
        self.parts: tuple[BarPart, ...] = ()
        super().__init__(parent=parent, size=Size.SMALL)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.show_parts(parts)

    def show_parts(self, parts: Sequence[BarPart]) -> None:
        """Replace what is explained."""
        self.parts = tuple(parts)
        self.setAccessibleName(", ".join(part_words(part) for part in parts))
        self.updateGeometry()
        self.update()

    def _placed(self, width: int) -> list[QRect]:
        metrics, gap = self.fontMetrics(), space(4)
        found, x, y = [], 0, 0
        for part in self.parts:
            across = space(4) + metrics.horizontalAdvance(part_words(part))
            if x and x + across > width:
                x, y = 0, y + metrics.height() + space(1)
            found.append(QRect(x, y, across, metrics.height()))
            x += across + gap
        return found

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return max((rect.bottom() + 1 for rect in self._placed(width)), default=0)

    def sizeHint(self) -> QSize:
        across = max((rect.right() + 1 for rect in self._placed(1_000_000)), default=0)
        return QSize(across, self.heightForWidth(across))

    def minimumSizeHint(self) -> QSize:
        widest = max((rect.width() for rect in self._placed(1_000_000)), default=0)
        return QSize(widest, self.fontMetrics().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter, theme = QPainter(self), theme_of(self.palette())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        backwards = self.layoutDirection() is Qt.LayoutDirection.RightToLeft
        for part, rect in zip(self.parts, self._placed(self.width()), strict=True):
            at = QRect(rect)
            if backwards:
                at.moveRight(self.width() - 1 - rect.left())
            side = space(2)
            dot = QRectF(at.left(), at.center().y() - side / 2 + 0.5, side, side)
            words = at.adjusted(space(4) - space(0.5), 0, 0, 0)
            if backwards:
                dot.moveRight(at.right())
                words = at.adjusted(0, 0, -space(4) + space(0.5), 0)
            path = QPainterPath()
            path.addEllipse(dot)
            _paint_part(painter, path, part, theme)
            painter.setPen(QColor(theme.dim))
            align = Qt.AlignmentFlag.AlignRight if backwards else Qt.AlignmentFlag.AlignLeft
            painter.drawText(words, align | Qt.AlignmentFlag.AlignVCenter, part_words(part))
        painter.end()
