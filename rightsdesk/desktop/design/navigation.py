"""The side bar's list of pages. Up and Down move within it; it can shrink to icons."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QStyle, QVBoxLayout, QWidget

from rightsdesk.desktop.design.icons import paint_icon
from rightsdesk.desktop.design.one_of import OneOf
from rightsdesk.desktop.design.style import keyboard_focus, paint_box, paint_ring
from rightsdesk.desktop.design.text import plain_tip
from rightsdesk.desktop.design.tokens import Size, Tone, font_of, space, theme_of
from rightsdesk.desktop.design.words import number_text
from rightsdesk.shown import shown


class NavItem(QAbstractButton):
    """One page in the side bar: icon, name, and a count at the end. Narrow: the icon alone."""

    def __init__(self, icon_name: str, text: str, *, parent: QWidget | None = None) -> None:
        """`text` may have a `&` before the letter of its key."""
        super().__init__(parent)
        self._sign, self.count, self.narrow = icon_name, 0, False
        self.alarm = False
        self.setText(text)
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._name()

    @property
    def title(self) -> str:
        """The name without the mark of its key."""
        return self.text().replace("&&", "\0").replace("&", "").replace("\0", "&")

    def show_count(self, count: int, *, alarm: bool = False) -> None:
        """Show how many there are; 0 shows none. `alarm` where they want attention."""
        self.count, self.alarm = count, alarm
        self._name()
        self.update()

    def set_narrow(self, narrow: bool) -> None:
        """Show the icon alone, with the name as a tooltip."""
        self.narrow = narrow
        self._name()
        self.updateGeometry()
        self.update()

    def _name(self) -> None:
        words = f"{self.title}, {number_text(self.count)}" if self.count else self.title
        self.setAccessibleName(words)
        self.setToolTip(plain_tip(words) if self.narrow else "")

    def sizeHint(self) -> QSize:
        height = QFontMetrics(font_of(Size.BODY)).height() + 2 * space(2)
        if self.narrow:
            return QSize(height, height)
        metrics = QFontMetrics(font_of(Size.BODY, strong=True))
        across = metrics.horizontalAdvance(self.title) + space(2.5 + 4.5 + 2.5 + 2.5)
        return QSize(across + (space(8) if self.count else 0), height)

    def minimumSizeHint(self) -> QSize:
        return QSize(space(8), self.sizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter, theme = QPainter(self), theme_of(self.palette())
        on, rect = self.isChecked(), QRectF(self.rect())
        if on:
            paint_box(painter, rect, QColor(theme.accent_ground), None)
        elif self.underMouse():
            paint_box(painter, rect, QColor(theme.line), None)
        colour = QColor(theme.accent if on else theme.text)
        if not self.isEnabled():
            colour = QColor(theme.disabled)
        side = space(4.75)
        left = (self.width() - side) // 2 if self.narrow else space(2.5)
        at = QRect(left, 0, side, self.height())
        paint_icon(painter, self._mirrored(at), self._sign, colour)
        if not self.narrow:
            self._paint_words(painter, at.right() + 1 + space(2.5), colour)
        elif self.count and self.alarm:
            dot = space(2)
            room = QRectF(at.right() - dot / 2, self.height() / 2 - side / 2, dot, dot)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour(Tone.OPEN))
            painter.drawEllipse(room)
        if keyboard_focus(self):
            paint_ring(painter, rect, theme)
        painter.end()

    def _paint_words(self, painter: QPainter, left: int, colour: QColor) -> None:
        theme, on = theme_of(self.palette()), self.isChecked()
        ahead = self.layoutDirection() is Qt.LayoutDirection.LeftToRight
        start = Qt.AlignmentFlag.AlignLeft if ahead else Qt.AlignmentFlag.AlignRight
        end = Qt.AlignmentFlag.AlignRight if ahead else Qt.AlignmentFlag.AlignLeft
        middle = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignAbsolute
        right = self.width() - space(2.5)
        if self.count:
            words = number_text(self.count)
            painter.setFont(font_of(Size.SMALL, strong=on or self.alarm))
            across = painter.fontMetrics().horizontalAdvance(words)
            number = QRect(right - across, 0, across, self.height())
            tone = theme.open if self.alarm and not on else theme.accent if on else theme.dim
            painter.setPen(QColor(tone))
            painter.drawText(self._mirrored(number), end | middle, words)
            right = number.left() - space(1)
        painter.setPen(colour)
        painter.setFont(font_of(Size.BODY, strong=on))
        room = QRect(left, 0, max(0, right - left), self.height())
        words = painter.fontMetrics().elidedText(
            self.title, Qt.TextElideMode.ElideRight, room.width()
        )
        painter.drawText(self._mirrored(room), start | middle, words)

    def _mirrored(self, rect: QRect) -> QRect:
        return QStyle.visualRect(self.layoutDirection(), self.rect(), rect)


class NavList(QWidget):
    """Pages under each other; exactly one is chosen at most. `chosen` gives its key."""

    chosen = Signal(str)
    left_by = Signal(object, int)
    """The arrow keys want to leave: the list and +1 or -1."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(shown(name))
        self.items: dict[str, NavItem] = {}
        self._one_of = OneOf(self)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(space(0.5))

    def add(self, key: str, icon_name: str, text: str, *, first: bool = False) -> NavItem:
        """Add a page at the end, or as the first."""
        item = NavItem(icon_name, text)
        item.setObjectName(f"nav-{key}")
        item.clicked.connect(lambda _on=False: self._clicked(key))
        item.installEventFilter(self)
        self._one_of.add(item)
        self.items = {key: item, **self.items} if first else {**self.items, key: item}
        self._column.insertWidget(0 if first else self._column.count(), item)
        return item

    def choose(self, key: str) -> None:
        """Mark a page as the one that is shown; "" or an unknown one marks none."""
        for each, item in self.items.items():
            item.setChecked(each == key)

    def set_narrow(self, narrow: bool) -> None:
        """Show icons alone."""
        for item in self.items.values():
            item.set_narrow(narrow)

    def focus_end(self, step: int) -> None:
        """Give the focus to the first item, or to the last if `step` is -1."""
        items: Sequence[NavItem] = list(self.items.values())
        if items:
            items[0 if step > 0 else -1].setFocus(Qt.FocusReason.TabFocusReason)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()), 0)
            if step:
                self._move(watched, step)
                return True
        return super().eventFilter(watched, event)

    def _move(self, item: QObject, step: int) -> None:
        items = list(self.items.values())
        place = next((n for n, each in enumerate(items) if each is item), 0) + step
        if 0 <= place < len(items):
            items[place].setFocus(Qt.FocusReason.TabFocusReason)
        else:
            self.left_by.emit(self, step)

    def _clicked(self, key: str) -> None:
        self.items[key].setChecked(True)  # a click on the chosen one leaves it chosen
        self.chosen.emit(key)
