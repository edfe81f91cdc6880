"""Where everything is in a row of the history, and painting it. Nothing is built per row."""

from __future__ import annotations

from dataclasses import dataclass, field

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QStyle

from rightsdesk.desktop.design.icons import paint_icon
from rightsdesk.desktop.design.style import paint_box, paint_ring
from rightsdesk.desktop.design.tokens import (
    CARD_RADIUS,
    Size,
    Theme,
    Tone,
    font_of,
    space,
)
from rightsdesk.desktop.pages.activity.feed_model import FeedRow, PlaceInCard
from rightsdesk.desktop.pages.activity.mending import Act

WRAPPED = int((Qt.AlignmentFlag.AlignLeft | Qt.TextFlag.TextWordWrap).value)
TALL = 100_000


@dataclass(slots=True)
class Piece:
    """A text in a row. `lines` of it are cut at the width, wrapped text is not."""

    rect: QRect
    text: str
    font: QFont
    tone: Tone
    wrapped: bool = False


@dataclass(slots=True)
class CardShape:
    """A row laid out for a width, from its own left upper corner."""

    height: int
    pieces: list[Piece] = field(default_factory=list)
    acts: list[tuple[QRect, Act]] = field(default_factory=list)
    sign: QRect = field(default_factory=QRect)
    fold: QRect = field(default_factory=QRect)


def shape_of(row: FeedRow, width: int) -> CardShape:
    """Lay a row out."""
    if row.entry is None:
        font = font_of(Size.HEADING, strong=True)
        high = QFontMetrics(font).height()
        top = 0 if row.place is PlaceInCard.TOP else space(4)
        rect = QRect(space(0.5), top, max(1, width - space(1)), high)
        return CardShape(top + high + space(2), [Piece(rect, row.title, font, Tone.TEXT)])
    return _entry_shape(row, width)


def _entry_shape(row: FeedRow, width: int) -> CardShape:
    strong, small = font_of(Size.BODY, strong=True), font_of(Size.SMALL)
    body = QFontMetrics(strong).height()
    below = QFontMetrics(small).height()
    edge, top = space(4), space(2.5)
    shape = CardShape(0)
    # Widths are rounded: without one more pixel some sizes would cut the time.
    clock = 1 + max(QFontMetrics(small).horizontalAdvance(text) for text in ("00:00", row.time))
    line = top if row.under else top + (space(0.5) + below) // 2
    shape.pieces.append(Piece(QRect(edge, line, clock, body), row.time, small, Tone.DIM))
    x = edge + clock + space(3)
    side = space(4.5)
    shape.sign = QRect(x, line + (body - side) // 2, side, side)
    x += side + space(2.5)
    two = body + space(0.5) + below
    shape.fold = QRect(width - edge - side, top + (two - side) // 2, side, side)
    right = shape.fold.left() - space(2)
    high = QFontMetrics(font_of(Size.BODY)).height() + space(2.5)
    for act in reversed(row.acts):
        across = _across(act)
        right -= across
        shape.acts.insert(0, (QRect(right, top + (two - high) // 2, across, high), act))
        right -= space(2)
    room = max(space(10), right - x - space(1))
    shape.pieces.append(Piece(QRect(x, line, room, body), row.title, strong, Tone.TEXT))
    y = top + body + space(0.5)
    if row.under:
        shape.pieces.append(Piece(QRect(x, y, room, below), row.under, small, Tone.DIM))
    y = top + two
    if row.unfolded:
        y = _unfolded(shape, row, QRect(x, y + space(2), width - edge - x, TALL), small)
    shape.height = y + top + 1
    return shape


def _unfolded(shape: CardShape, row: FeedRow, room: QRect, small: QFont) -> int:
    """The details below the two lines; where they end."""
    y = room.top()
    for line in row.details:
        y = _wrapped(shape, QRect(room.left(), y, room.width(), TALL), line, small, Tone.DIM)
    for reason in row.reasons or ():
        y += space(2)
        plain = font_of(Size.BODY)
        y = _wrapped(
            shape, QRect(room.left(), y, room.width(), TALL), reason.text, plain, Tone.TEXT
        )
        for line in reason.places.splitlines():
            rect = QRect(room.left(), y, room.width(), QFontMetrics(small).height())
            shape.pieces.append(Piece(rect, line, small, Tone.DIM))
            y = rect.bottom() + 1
        y += space(1.5)
        x, high = room.left(), QFontMetrics(plain).height() + space(2.5)
        for act in reason.acts:
            across = _across(act)
            if x > room.left() and x + across > room.right():
                x, y = room.left(), y + high + space(1.5)
            shape.acts.append((QRect(x, y, across, high), act))
            x += across + space(2)
        y += high + space(1)
    return y


def _wrapped(shape: CardShape, room: QRect, text: str, font: QFont, tone: Tone) -> int:
    rect = QFontMetrics(font).boundingRect(room, WRAPPED, text)
    rect = QRect(room.left(), room.top(), room.width(), rect.height())
    shape.pieces.append(Piece(rect, text, font, tone, wrapped=True))
    return rect.bottom() + 1 + space(0.5)


def _across(act: Act) -> int:
    return QFontMetrics(font_of(Size.BODY)).horizontalAdvance(act.text) + 2 * space(3)


@dataclass(frozen=True, slots=True)
class FeedRowState:
    """How a row stands: chosen, under the pointer, which of its buttons."""

    selected: bool = False
    focused: bool = False
    lit: Act | None = None
    at: Act | None = None
    """The button that the keyboard is at."""
    mirrored: bool = False


def paint_row(
    painter: QPainter,
    rect: QRect,
    row: FeedRow,
    shape: CardShape,
    theme: Theme,
    looks: FeedRowState,
) -> None:
    """Paint a row into its place."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if row.entry is not None:
        _paint_ground(painter, rect, row.place, theme, looks)
    corner = rect.topLeft()
    direction = Qt.LayoutDirection.RightToLeft if looks.mirrored else Qt.LayoutDirection.LeftToRight

    def placed(part: QRect) -> QRect:
        whole = QRect(QPoint(), QSize(rect.width(), rect.height()))
        return QStyle.visualRect(direction, whole, part).translated(corner)

    across = Qt.AlignmentFlag.AlignRight if looks.mirrored else Qt.AlignmentFlag.AlignLeft
    across |= Qt.AlignmentFlag.AlignAbsolute
    for piece in shape.pieces:
        painter.setFont(piece.font)
        painter.setPen(theme.colour(piece.tone))
        if piece.wrapped:
            painter.drawText(placed(piece.rect), across | Qt.TextFlag.TextWordWrap, piece.text)
        else:
            cut = QFontMetrics(piece.font).elidedText(
                piece.text, Qt.TextElideMode.ElideRight, piece.rect.width()
            )
            painter.drawText(placed(piece.rect), across | Qt.AlignmentFlag.AlignVCenter, cut)
    if row.entry is not None:
        paint_icon(painter, placed(shape.sign), row.sign, QColor(theme.dim))
        folded = "chevron-left" if looks.mirrored else "chevron-right"
        arrow = "chevron-down" if row.unfolded else folded
        paint_icon(painter, placed(shape.fold), arrow, QColor(theme.dim))
    for where, act in shape.acts:
        _paint_button(painter, placed(where), act, theme, looks)
    painter.restore()


def _paint_button(
    painter: QPainter, rect: QRect, act: Act, theme: Theme, looks: FeedRowState
) -> None:
    lit = act is looks.lit
    ground = QColor(theme.hover if lit else theme.card)
    paint_box(painter, rect, ground, QColor(theme.edge if lit else theme.line))
    if act is looks.at:
        paint_ring(painter, rect, theme)
    painter.setFont(font_of(Size.BODY))
    painter.setPen(QColor(theme.text))
    painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, act.text)


def _paint_ground(
    painter: QPainter, rect: QRect, place: PlaceInCard, theme: Theme, looks: FeedRowState
) -> None:
    """The row's slice of the day's card."""
    first, last = (
        place in (PlaceInCard.ONLY, PlaceInCard.FIRST),
        place in (PlaceInCard.ONLY, PlaceInCard.LAST),
    )
    card = QRectF(rect).adjusted(0.5, 0.5 if first else 0, -0.5, -1.5 if last else 0)
    radius = space(CARD_RADIUS)
    path = QPainterPath()
    path.addRoundedRect(
        card.adjusted(0, 0 if first else -2 * radius, 0, 0 if last else 2 * radius), radius, radius
    )
    painter.save()
    painter.setClipRect(rect, Qt.ClipOperation.IntersectClip)
    if last and not theme.dark:
        painter.fillPath(path.translated(0, 1), QColor(theme.shadow))
    painter.fillPath(path, QColor(theme.selection if looks.selected else theme.card))
    painter.setPen(QPen(QColor(theme.line), 1))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPath(path)
    if not first:
        y = rect.top() + 0.5
        edge = space(4)
        painter.drawLine(
            QRectF(rect.left() + edge, y, rect.width() - 2 * edge, 0).topLeft(),
            QRectF(rect.left() + edge, y, rect.width() - 2 * edge, 0).topRight(),
        )
    painter.restore()
    if looks.focused and looks.at is None:
        paint_ring(painter, rect.adjusted(2, 2, -2, -2), theme)
