"""Chips: short words on a tinted ground. `Chip` tells a state, `FilterChip` can be switched on."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from rightsdesk.desktop.design.icons import paint_icon
from rightsdesk.desktop.design.style import keyboard_focus, paint_ring
from rightsdesk.desktop.design.text import Text, plain_tip
from rightsdesk.desktop.design.tokens import Size, Theme, Tone, font_of, space, theme_of
from rightsdesk.desktop.design.words import number_text
from rightsdesk.shown import shown


def chip_size(text: str, font: QFont, *, sign: bool = False) -> QSize:
    """The room of a chip with this text, for delegates."""
    metrics = QFontMetrics(font)
    across = metrics.horizontalAdvance(text) + 2 * space(2)
    if sign:
        across += space(3.5) + space(1)
    return QSize(across, metrics.height() + 2 * space(0.75))


def paint_chip(
    painter: QPainter,
    rect: QRect,
    text: str,
    tone: Tone,
    theme: Theme,
    font: QFont,
    *,
    sign: str = "",
) -> None:
    """Paint a chip at the start of `rect`, in the middle of its height; long text is cut."""
    size = chip_size(text, font, sign=bool(sign))
    across = min(size.width(), rect.width())
    top = rect.top() + (rect.height() - size.height()) // 2
    room = QRect(rect.left(), top, across, size.height())
    if painter.layoutDirection() is Qt.LayoutDirection.RightToLeft:
        room.moveRight(rect.right())
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.ground(tone))
    painter.drawRoundedRect(QRectF(room), room.height() / 2, room.height() / 2)
    inner = room.adjusted(space(2), 0, -space(2), 0)
    if sign:
        side = space(3.5)
        at = QRect(inner.left(), inner.top(), side, inner.height())
        if painter.layoutDirection() is Qt.LayoutDirection.RightToLeft:
            at.moveRight(inner.right())
            inner.setRight(inner.right() - side - space(1))
        else:
            inner.setLeft(inner.left() + side + space(1))
        paint_icon(painter, at, sign, theme.colour(tone))
    painter.setPen(theme.colour(tone))
    painter.setFont(font)
    cut = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, inner.width() + 1)
    painter.drawText(inner, Qt.AlignmentFlag.AlignCenter, cut)
    painter.restore()


class Chip(Text):
    """A state in a word or two. Takes the room of its text and no more."""

    def __init__(
        self,
        text: str = "",
        tone: Tone = Tone.DIM,
        *,
        sign: str = "",
        gives_way: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        """`gives_way`: where room is short, its text is cut, and whole in the tooltip."""
        self._sign = sign
        super().__init__(text, parent, size=Size.SMALL, tone=tone, strong=True)
        across = QSizePolicy.Policy.Maximum if gives_way else QSizePolicy.Policy.Fixed
        self.setSizePolicy(across, QSizePolicy.Policy.Fixed)

    def show_chip(self, text: str, tone: Tone, *, sign: str | None = None) -> None:
        """Replace text, tone and sign."""
        if sign is not None:
            self._sign = sign
        self.set_tone(tone)
        self.setText(text)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return chip_size(self.text(), self.font(), sign=bool(self._sign))

    def minimumSizeHint(self) -> QSize:
        return QSize(space(6), self.sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        is_cut = self.width() < self.sizeHint().width()
        self.setToolTip(plain_tip(self.text()) if is_cut else "")

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        theme = theme_of(self.palette())
        painter.setLayoutDirection(self.layoutDirection())
        paint_chip(
            painter, self.rect(), self.text(), self.tone, theme, self.font(), sign=self._sign
        )
        painter.end()


class FilterChip(QAbstractButton):
    """A filter with a count that is on or off. `clicked` gives whether it is on."""

    def __init__(
        self, text: str = "", count: int | None = None, *, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._hint: QSize | None = None
        self.restyle()
        self.show_count(text, count)

    def show_count(self, text: str, count: int | None) -> None:
        """Replace text and count."""
        words = shown(text) if count is None else f"{shown(text)} {number_text(count)}"
        self.setText(words.replace("&", "&&"))
        self.setAccessibleName(words)
        self._hint = None
        self.updateGeometry()
        self.update()

    def restyle(self) -> None:
        """Set the font again."""
        self._hint = None
        self.setFont(font_of(Size.SMALL, strong=True))

    def changeEvent(self, event: QEvent) -> None:
        if event.type() is QEvent.Type.FontChange:
            self._hint = None
        super().changeEvent(event)

    def sizeHint(self) -> QSize:
        if self._hint is None:  # a row of chips is measured a hundred times while a page opens
            size = chip_size(self.accessibleName(), self.font())
            self._hint = size + QSize(0, 2 * space(0.75))
        return self._hint

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        theme = theme_of(self.palette())
        on = self.isChecked()
        rect = QRectF(self.rect()).adjusted(0, 2, 0, -2)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ground = (
            theme.accent_ground if on else theme.line if self.underMouse() else theme.neutral_ground
        )
        painter.setPen(QColor(theme.accent) if on else Qt.PenStyle.NoPen)
        painter.setBrush(QColor(ground))
        round_ = (rect.height() - 1) / 2
        painter.drawRoundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), round_, round_)
        colour = theme.accent if on else theme.text
        painter.setPen(QColor(colour if self.isEnabled() else theme.disabled))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self.accessibleName())
        if keyboard_focus(self):
            paint_ring(painter, self.rect(), theme, self.height() / 2 / max(1, space(1)))
        painter.end()
