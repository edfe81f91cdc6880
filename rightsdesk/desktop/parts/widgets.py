"""Small parts that several screens share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from PySide6.QtCore import QEvent, QPoint, QRect, QSize, Qt, QTimer
from PySide6.QtGui import QFont, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLayout,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QStyle,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from rightsdesk.desktop.design.appearance import running_app
from rightsdesk.desktop.design.buttons import Button, mark_primary
from rightsdesk.desktop.design.cards import Hairline
from rightsdesk.desktop.design.icons import Sign
from rightsdesk.desktop.design.text import Text
from rightsdesk.desktop.design.tokens import Size, Tone, scaled
from rightsdesk.desktop.parts.theme import em
from rightsdesk.shown import shown

B = TypeVar("B", bound=QPushButton)


class CalmComboBox(QComboBox):
    """A drop-down that the mouse wheel scrolls past: turning it must never choose."""

    def addItem(self, text: str, userData: object = None) -> None:  # type: ignore[override]  # Qt has overloads
        """Add a line; invisible characters in it are written out."""
        super().addItem(shown(text), userData)

    def addItems(self, texts: Sequence[str]) -> None:
        """Add several lines."""
        super().addItems([shown(text) for text in texts])

    def wheelEvent(self, event: QWheelEvent) -> None:  # Qt's name
        """Leave the wheel to what scrolls around it."""
        event.ignore()


class PlainLabel(Text):
    """A label that shows text as it is: a title with `<b>` in it is a title with `<b>` in it,
    and invisible characters are written out."""


def plain_label(text: str = "", *, wrap: bool = True, selectable: bool = False) -> Text:
    """A label for text of any length."""
    label = PlainLabel(text, wrap=wrap)
    if selectable:
        label.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
    return label


def heading(text: str, *, factor: float = 1.25) -> Text:
    """A bold label in the size of the type scale that is next to `factor`."""
    size = Size.TITLE if factor >= 1.4 else Size.HEADING if factor > 1.0 else Size.BODY
    return PlainLabel(text, size=size, strong=True, wrap=True)


def dim_label(text: str = "") -> Text:
    """A plain label for what is said beside; contrast stays at 4.5 to 1."""
    return PlainLabel(text, tone=Tone.DIM, wrap=True)


def larger(font: QFont, factor: float, *, bold: bool = False) -> QFont:
    """The font, scaled; works for fonts in points and in pixels."""
    return scaled(font, factor, bold=bold)


def icon_label(name: str, which: Tone, _widget: QWidget, size: float = 1.0) -> Sign:
    """An icon beside a text. It is decoration: the words say the same."""
    return Sign(name, which, size=4 * size)


def with_icon(name: str, which: Tone, label: QLabel) -> QWidget:
    """A row of icon and text."""
    label.setAlignment(Qt.AlignmentFlag.AlignTop)
    return row_of(icon_label(name, which, label), label)


def row_of(sign: QWidget, content: QWidget) -> QWidget:
    """A row of an icon and what it stands beside."""
    row = QWidget()
    layout = QHBoxLayout(row)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.addWidget(sign, 0, Qt.AlignmentFlag.AlignTop)
    layout.addWidget(content, 1)
    return row


def button(text: str, clicked: Callable[[], object], *, name: str = "") -> Button:
    """A push button that is never the default by accident."""
    return Button(text, clicked, name=name)


def primary(made: B) -> B:
    """Mark the button that leads on: the primary one, and the dialog's default."""
    mark_primary(made)
    made.setAutoDefault(True)
    made.setDefault(True)
    return made


def separator() -> QWidget:
    """A thin horizontal line."""
    return Hairline()


def vertical(*, spacing: float = 0.5, margin: float = 0.0) -> QVBoxLayout:
    """A column, spaced in lines of text."""
    layout = QVBoxLayout()
    layout.setSpacing(em(count=spacing))
    edge = em(count=margin)
    layout.setContentsMargins(edge, edge, edge, edge)
    return layout


class FollowingArea(QScrollArea):
    """Scrolls to what gets the keyboard, unless by a click. Qt does so for Tab, not `setFocus`."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        running_app().focusChanged.connect(self._follow)

    def _follow(self, _before: QWidget | None, now: QWidget | None) -> None:
        inside = self.widget()
        if now is None or inside is None or not inside.isAncestorOf(now):
            return
        clicked = QApplication.mouseButtons() != Qt.MouseButton.NoButton
        if not clicked and now.height() <= self.viewport().height():
            self.ensureWidgetVisible(now, 0, em(self, 0.5))


def scrolled(content: QWidget) -> QScrollArea:
    """The content in a frameless area that scrolls up and down only."""
    area = FollowingArea()
    # What is in it takes the keyboard, and is scrolled to: the area would be a stop in between.
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setWidget(content)
    area.viewport().setAutoFillBackground(False)
    content.setAutoFillBackground(False)
    # Else its least height is guessed from its least width, where every text is a tower.
    content.setMinimumHeight(1)
    return area


def fit_height(dialog: QWidget, width: int, *, fixed: bool = False) -> None:
    """Make a dialog so wide, or as wide as its buttons are, and as high as its texts are then.

    `fixed` where nothing in it opens later: Qt's own guess at the least height is too high.
    """
    layout = dialog.layout()
    if layout:  # a least width of its own would let the dialog cut them off
        width = max(width, layout.totalMinimumSize().width())
    height = dialog.heightForWidth(width) if dialog.hasHeightForWidth() else -1
    if height < 0:
        height = dialog.sizeHint().height()
    dialog.setMinimumWidth(width)
    if fixed:
        dialog.setMinimumHeight(height)
    dialog.resize(width, height)


class Expander(QWidget):
    """A line that opens to show more."""

    def __init__(self, title: str, content: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.toggle = QToolButton()
        self.toggle.setText(title)
        self.toggle.setCheckable(True)
        self.toggle.setAutoRaise(True)
        self.toggle.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.toggle.setArrowType(Qt.ArrowType.RightArrow)
        self.toggle.toggled.connect(self._show)
        self.content = content
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.toggle)
        layout.addWidget(content)
        content.hide()

    def _show(self, shown: bool) -> None:
        self.toggle.setArrowType(Qt.ArrowType.DownArrow if shown else Qt.ArrowType.RightArrow)
        self.content.setVisible(shown)
        if shown and self.isVisible():
            QTimer.singleShot(0, self, self._into_sight)

    def _into_sight(self) -> None:
        """Scroll to what has opened: as much of it as there is room for, from its beginning."""
        area = self.parentWidget()
        while area is not None and not isinstance(area, QScrollArea):
            area = area.parentWidget()
        if area is not None:
            for each in (self.content, self.toggle):
                area.ensureWidgetVisible(each, 0, em(self, 0.5))


MOST = 16_777_215
"""No limit to a size, as Qt has it."""


class Flow(QWidget):
    """Lays widgets out like words: in lines that break where the width ends, from where reading
    begins.

    A widget and not a QLayout, so that its children have one owner and one place to go.
    """

    def __init__(
        self, parent: QWidget | None = None, *, spacing: int = 6, between: int | None = None
    ) -> None:
        """`spacing` is the gap in a line, `between` that between lines, if it is another one."""
        super().__init__(parent)
        self._widgets: list[QWidget] = []
        self._spacing = spacing
        self._between = spacing if between is None else between
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def show_widgets(self, widgets: Sequence[QWidget]) -> None:
        """Replace what is shown. Without a parent yet, it is shown once it has one."""
        for old in self._widgets:
            old.hide()
            old.deleteLater()
        self._widgets = list(widgets)
        for new in widgets:
            new.setParent(self)
            new.show()
        if not widgets or self.parentWidget() is not None:  # alone it would be a window, in front
            self.setVisible(bool(widgets))
        self._fit(self.width())

    def arrange(self, widgets: Sequence[QWidget]) -> None:
        """Lay out these, which stay whosever they are; others of the caller's are not touched."""
        self._widgets = list(widgets)
        for each in widgets:
            if each.parentWidget() is not self:
                each.setParent(self)
            each.show()
            each.installEventFilter(self)
        self._fit(self.width())

    def eventFilter(self, _watched: object, event: QEvent) -> bool:
        """What is hidden takes no room."""
        if event.type() in (QEvent.Type.ShowToParent, QEvent.Type.HideToParent):
            self._fit(self.width())
        return False

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return self._place(width, apply=False)

    def sizeHint(self) -> QSize:
        there = [widget for widget in self._widgets if not widget.isHidden()]
        width = sum(widget.sizeHint().width() + self._spacing for widget in there)
        return QSize(width, self._place(max(self.width(), 1), apply=False))

    def minimumSizeHint(self) -> QSize:
        widest = max((w.sizeHint().width() for w in self._widgets), default=0)
        return QSize(widest, 0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit(event.size().width())

    def _fit(self, width: int) -> None:
        self._place(width, apply=True)
        self.updateGeometry()

    def _place(self, width: int, *, apply: bool) -> int:
        """Put each in its line, halfway between its upper and lower edge; the height of all."""
        lines: list[list[tuple[QWidget, QRect]]] = []
        x = 0
        for widget in self._widgets:
            if widget.isHidden():
                continue
            hint = widget.sizeHint().boundedTo(QSize(max(1, width), MOST))
            if not lines or (x and x + hint.width() > width):
                lines.append([])
                x = 0
            lines[-1].append((widget, QRect(QPoint(x, 0), hint)))
            x += hint.width() + self._spacing
        y = 0
        for line in lines:
            high = max(rect.height() for _, rect in line)
            if apply:
                whole = QRect(0, 0, width, high)
                for widget, rect in line:
                    rect.moveTop(y + (high - rect.height()) // 2)
                    widget.setGeometry(QStyle.visualRect(self.layoutDirection(), whole, rect))
            y += high + self._between
        return max(0, y - self._between)


def emptied(layout: QLayout) -> None:
    """Take everything out of a layout and let go of it."""
    while item := layout.takeAt(0):
        if widget := item.widget():
            widget.hide()
            widget.deleteLater()


def described(widget: QAbstractButton | QWidget, name: str, meaning: str = "") -> None:
    """What a screen reader says of it."""
    widget.setAccessibleName(name)
    widget.setAccessibleDescription(meaning)
