"""Cards, tiles, avatars and empty states: what pages are put together from."""

from __future__ import annotations

import zlib
from collections.abc import Callable

from PySide6.QtCore import QEvent, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import (
    QAbstractButton,
    QFrame,
    QHBoxLayout,
    QScrollArea,
    QSizePolicy,
    QStyle,
    QVBoxLayout,
    QWidget,
)

from rightsdesk.desktop.design.buttons import Button, ButtonKind
from rightsdesk.desktop.design.icons import Sign, paint_icon
from rightsdesk.desktop.design.style import keyboard_focus, paint_box, paint_ring
from rightsdesk.desktop.design.text import Text
from rightsdesk.desktop.design.tokens import (
    CARD_RADIUS,
    CONTROL_RADIUS,
    Size,
    Theme,
    Tone,
    font_of,
    scaled,
    space,
    theme_of,
)
from rightsdesk.shown import shown

AVATARS = (
    *("#c2255c", "#1971c2", "#2b7a3b", "#b84300"),
    *("#6741d9", "#0b7285", "#9c36b5", "#5c6b00"),
)
"""Grounds of avatars: white letters have at least 4.5 to 1 on each, in both themes."""


def paint_card(painter: QPainter, rect: QRect | QRectF, theme: Theme) -> None:
    """A card: its ground, its border, and in light a hint of a shadow below."""
    room = QRectF(rect)
    if not theme.dark:
        paint_box(painter, room.adjusted(0, 1, 0, 0), QColor(theme.shadow), None, CARD_RADIUS)
    card = room.adjusted(0, 0, 0, -1)
    paint_box(painter, card, QColor(theme.card), QColor(theme.line), CARD_RADIUS)


class Card(QFrame):
    """A card with an optional heading. Put what is in it into `body`, a column.

    `head` is the row of the heading: what stands at its end is added there.
    """

    def __init__(
        self, title: str = "", *, padding: float = 4.0, parent: QWidget | None = None
    ) -> None:
        """`padding` in steps of the grid."""
        super().__init__(parent)
        self.setBackgroundRole(QPalette.ColorRole.Base)
        layout = QVBoxLayout(self)
        edge = space(padding)
        layout.setContentsMargins(edge, edge, edge, edge)
        layout.setSpacing(space(2.5))
        self.title = Text(title, size=Size.HEADING, strong=True, wrap=True)
        self.head = QHBoxLayout()
        self.head.setSpacing(space(3))
        self.head.addWidget(self.title, 1)
        layout.addLayout(self.head)
        self.body = QVBoxLayout()
        self.body.setSpacing(space(2))
        layout.addLayout(self.body, 1)
        self.show_title(title)

    def show_title(self, title: str) -> None:
        """Replace the heading; it is what a screen reader calls the card."""
        self.title.setText(title)
        self.title.setVisible(bool(title))
        self.setAccessibleName(shown(title))

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        paint_card(painter, self.rect(), theme_of(self.palette()))
        painter.end()


class Panel(QFrame):
    """A tinted box in the flow of a page, for what must not be missed."""

    def __init__(self, tone: Tone | None = None, parent: QWidget | None = None) -> None:
        """Without a tone it is not tinted."""
        super().__init__(parent)
        self.tone = tone

    def paintEvent(self, _event: QPaintEvent) -> None:
        if self.tone is None:
            return
        painter = QPainter(self)
        theme = theme_of(self.palette())
        paint_box(painter, self.rect(), theme.ground(self.tone), None, CONTROL_RADIUS)
        painter.end()


class Hairline(QWidget):
    """A thin line between the rows of a card."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedHeight(1)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(theme_of(self.palette()).line))
        painter.end()


def initials(name: str) -> str:
    """The first letters of the first and the last word: `MK`; of one word its first."""
    words = [word for word in shown(name).split() if any(c.isalnum() for c in word)]
    letters = [next(c for c in word if c.isalnum()) for word in (words[:1] + words[1:][-1:])]
    return "".join(letters).upper()[:2] or "?"


def avatar_colour(name: str) -> QColor:
    """The ground of a name's avatar: the same on every computer and at every start."""
    return QColor(AVATARS[zlib.crc32(name.encode("utf-8", "replace")) % len(AVATARS)])


def paint_avatar(painter: QPainter, rect: QRect | QRectF, name: str, *, sign: str = "") -> None:
    """A disc with a name's initials, or with a sign, filling `rect`."""
    room = QRectF(rect)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(avatar_colour(name))
    painter.drawEllipse(room)
    white = QColor("#ffffff")
    if sign:
        edge = room.width() / 4
        paint_icon(painter, room.adjusted(edge, edge, -edge, -edge), sign, white)
    else:
        font = font_of(Size.BODY, strong=True)
        wanted = room.height() * 0.48
        painter.setFont(scaled(font, wanted / max(1, QFontMetrics(font).height()), bold=True))
        painter.setPen(white)
        painter.drawText(room, Qt.AlignmentFlag.AlignCenter, initials(name))
    painter.restore()


class Avatar(Text):
    """A disc with initials. Decoration: the name stands next to it."""

    def __init__(
        self, name: str = "", *, sign: str = "", size: float = 7.5, parent: QWidget | None = None
    ) -> None:
        """`size` in steps of the grid."""
        super().__init__(parent=parent)
        self._name, self._sign, self._steps = name, sign, size
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def show_name(self, name: str, *, sign: str = "") -> None:
        """Replace the name."""
        self._name, self._sign = name, sign
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(space(self._steps), space(self._steps))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        paint_avatar(painter, self.rect(), self._name, sign=self._sign)
        painter.end()


class Tile(QAbstractButton):
    """A card that is a button: a sign or a letter, a title, a sentence. Can be checkable.

    A checked tile has a strong border. One of several (`setAutoExclusive`) has a ring that is
    filled, one that is on or off by itself a box with a check mark.
    """

    def __init__(
        self,
        title: str,
        sentence: str = "",
        *,
        icon_name: str = "",
        clicked: Callable[[], object] | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.title, self.sentence, self._sign = shown(title), shown(sentence), icon_name
        self.setText(self.title.replace("&", "&&"))
        self.setAccessibleName(self.title)
        self.setAccessibleDescription(self.sentence)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        if clicked is not None:
            self.clicked.connect(lambda: clicked())

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return self._sentence_rect(width).bottom() + 1 + space(4)

    def sizeHint(self) -> QSize:
        return QSize(space(60), self.heightForWidth(space(60)))

    def minimumSizeHint(self) -> QSize:
        return QSize(space(36), space(14))

    def _left(self) -> int:
        return space(4) + (space(8.5) if self._sign or self.isCheckable() else 0)

    def _title_rect(self, width: int) -> QRect:
        height = QFontMetrics(font_of(Size.HEADING, strong=True)).height()
        return QRect(self._left(), space(4), max(1, width - self._left() - space(4)), height)

    def _sentence_rect(self, width: int) -> QRect:
        title = self._title_rect(width)
        room = QRect(title.left(), title.bottom() + 1 + space(1), title.width(), 10_000)
        if not self.sentence:
            return QRect(room.left(), title.bottom() - space(1), room.width(), 1)
        flags = int((Qt.AlignmentFlag.AlignLeft | Qt.TextFlag.TextWordWrap).value)
        found = QFontMetrics(font_of(Size.SMALL)).boundingRect(room, flags, self.sentence)
        return QRect(room.left(), room.top(), room.width(), found.height())

    def title_end(self) -> int:
        """Where the title ends, in pixels from the edge where it begins."""
        title = self._title_rect(self.width())
        metrics = QFontMetrics(font_of(Size.HEADING, strong=True))
        return min(title.right(), title.left() + metrics.horizontalAdvance(self.title))

    def mirrored(self, rect: QRect) -> QRect:
        """A place in the tile as it is where text runs from right to left."""
        return QStyle.visualRect(self.layoutDirection(), self.rect(), rect)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter, theme = QPainter(self), theme_of(self.palette())
        on, enabled = self.isChecked(), self.isEnabled()
        paint_card(painter, self.rect(), theme)
        card = QRectF(self.rect()).adjusted(0, 0, 0, -1)
        lit = enabled and (self.underMouse() or self.isDown())
        if on:
            paint_box(painter, card, QColor(theme.card), QColor(theme.accent), CARD_RADIUS, 2)
        elif lit:
            paint_box(painter, card, QColor(theme.hover), QColor(theme.edge), CARD_RADIUS)
        if keyboard_focus(self):
            inner = card.adjusted(3, 3, -3, -3) if on else card
            paint_ring(painter, inner, theme, CARD_RADIUS - (0.75 if on else 0))
        title = self._title_rect(self.width())
        self._paint_sign(painter, theme, title)
        ahead = self.layoutDirection() is Qt.LayoutDirection.LeftToRight
        align = Qt.AlignmentFlag.AlignLeft if ahead else Qt.AlignmentFlag.AlignRight
        align |= Qt.AlignmentFlag.AlignAbsolute
        painter.setPen(QColor(theme.text if enabled else theme.disabled))
        painter.setFont(font_of(Size.HEADING, strong=True))
        cut = painter.fontMetrics().elidedText(
            self.title, Qt.TextElideMode.ElideRight, title.width()
        )
        painter.drawText(self.mirrored(title), align | Qt.AlignmentFlag.AlignVCenter, cut)
        painter.setPen(QColor(theme.dim if enabled else theme.disabled))
        painter.setFont(font_of(Size.SMALL))
        below = self.mirrored(self._sentence_rect(self.width()))
        painter.drawText(below, align | Qt.TextFlag.TextWordWrap, self.sentence)
        painter.end()

    def _paint_sign(self, painter: QPainter, theme: Theme, title: QRect) -> None:
        side = space(6)
        room = QRect(space(4), title.center().y() - side // 2, side, side)
        if self._sign:
            colour = QColor(theme.accent if self.isEnabled() else theme.disabled)
            paint_icon(painter, self.mirrored(room), self._sign, colour)
        elif self.isCheckable():
            size = space(4.5)
            ring = QRectF(0, 0, size, size)
            ring.moveCenter(QRectF(self.mirrored(room)).center())
            on = self.isChecked()
            if not self.autoExclusive():
                self._paint_box(painter, theme, ring)
                return
            width = size * 0.32 if on else 1.4
            painter.save()
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            pen = painter.pen()
            pen.setColor(QColor(theme.accent if on else theme.edge))
            pen.setWidthF(width)
            painter.setPen(pen)
            painter.drawEllipse(ring.adjusted(width / 2, width / 2, -width / 2, -width / 2))
            painter.restore()

    def _paint_box(self, painter: QPainter, theme: Theme, box: QRectF) -> None:
        on, enabled = self.isChecked(), self.isEnabled()
        edge = QColor(theme.accent if on and enabled else theme.edge)
        paint_box(painter, box, edge if on else QColor(theme.card), edge, 1.25)
        if on:
            inner = box.adjusted(2, 2, -2, -2)
            paint_icon(painter, inner, "check", QColor(theme.on_accent if enabled else theme.card))


def _scrolled(content: QWidget) -> QScrollArea:
    """The content, which scrolls where there is too little room for it."""
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setWidget(content)
    area.viewport().setAutoFillBackground(False)
    content.setAutoFillBackground(False)
    content.setMinimumHeight(1)  # its own at its width, not the one at its least width
    return area


class EmptyState(QWidget):
    """What a page shows while it has nothing to list: why, and the one step that helps."""

    def __init__(
        self,
        icon_name: str,
        heading: str = "",
        sentence: str = "",
        *,
        action: str = "",
        clicked: Callable[[], object] | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.sign = Sign(icon_name, Tone.DIM, size=10)
        self.heading = Text(heading, size=Size.HEADING, strong=True, wrap=True)
        self.sentence = Text(sentence, tone=Tone.DIM, wrap=True)
        self.button = Button(action, clicked, kind=ButtonKind.PRIMARY)
        if not action:
            self.button.hide()  # shown without a parent it would be a window for a moment
        self.more = QVBoxLayout()
        """More buttons, below the first."""
        self.more.setSpacing(space(2))
        self.more.addWidget(self.button, 0, Qt.AlignmentFlag.AlignHCenter)
        for label in (self.heading, self.sentence):
            label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        content = QWidget()
        column = QVBoxLayout()
        column.setSpacing(space(3))
        column.addStretch(2)
        column.addWidget(self.sign, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(self.heading)
        column.addWidget(self.sentence)
        column.addSpacing(space(1))
        column.addLayout(self.more)
        column.addStretch(3)
        centred = QHBoxLayout(content)
        centred.addStretch(1)
        centred.addLayout(column, 8)
        centred.addStretch(1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(_scrolled(content))

    def tell(self, heading: str, sentence: str = "", *, action: str = "") -> None:
        """Replace the words."""
        self.heading.setText(heading)
        self.sentence.setText(sentence)
        self.button.setText(action)
        self.button.setVisible(bool(action))
        self.setAccessibleName(shown(heading))
        self.setAccessibleDescription(shown(sentence))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        self.update()
