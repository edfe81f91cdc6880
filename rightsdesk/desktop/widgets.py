"""Small parts that several screens share."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QFont, QPalette
from PySide6.QtWidgets import (
    QAbstractButton,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLayout,
    QLayoutItem,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from rightsdesk.desktop.look import Accent, accent, em, icon_pixmap


def plain_label(text: str = "", *, wrap: bool = True, selectable: bool = False) -> QLabel:
    """A label that shows text as it is: a title with `<b>` in it is a title with `<b>` in it."""
    label = QLabel()
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setText(text)
    label.setWordWrap(wrap)
    if wrap:
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        label.setSizePolicy(policy)
    if selectable:
        label.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
    return label


def heading(text: str, *, factor: float = 1.25) -> QLabel:
    """A plain label in a larger, bold face, relative to the person's own font size."""
    label = plain_label(text)
    label.setFont(larger(label.font(), factor, bold=True))
    return label


def dim_label(text: str = "") -> QLabel:
    """A plain label for what is said beside; contrast stays at 4.5 to 1."""
    label = plain_label(text)
    palette = label.palette()
    palette.setColor(QPalette.ColorRole.WindowText, accent(palette, Accent.DIM))
    label.setPalette(palette)
    return label


def larger(font: QFont, factor: float, *, bold: bool = False) -> QFont:
    """The font, scaled; works for fonts in points and in pixels."""
    result = QFont(font)
    if font.pointSizeF() > 0:
        result.setPointSizeF(font.pointSizeF() * factor)
    else:
        result.setPixelSize(round(font.pixelSize() * factor))
    result.setBold(bold or font.bold())
    return result


def icon_label(name: str, which: Accent, widget: QWidget, size: float = 1.0) -> QLabel:
    """An icon beside a text. It is decoration: the words say the same."""
    label = QLabel()
    colour = accent(widget.palette(), which).name()
    label.setPixmap(icon_pixmap(name, colour, em(widget, size), widget.devicePixelRatioF()))
    label.setAlignment(Qt.AlignmentFlag.AlignTop)
    label.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)
    return label


def with_icon(name: str, which: Accent, label: QLabel) -> QWidget:
    """A row of icon and text."""
    row = QWidget()
    layout = QHBoxLayout(row)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.addWidget(icon_label(name, which, label))
    layout.addWidget(label, 1)
    return row


def button(text: str, clicked: Callable[[], object], *, name: str = "") -> QPushButton:
    """A push button that is never the default by accident."""
    made = QPushButton(text)
    made.setAutoDefault(False)
    made.setObjectName(name)
    made.clicked.connect(lambda: clicked())
    return made


def primary(made: QPushButton) -> QPushButton:
    """Mark the button that leads on: bold, and the dialog's default."""
    font = made.font()
    font.setBold(True)
    made.setFont(font)
    made.setAutoDefault(True)
    made.setDefault(True)
    return made


def separator() -> QFrame:
    """A thin horizontal line."""
    line = QFrame()
    line.setFrameShape(QFrame.Shape.HLine)
    line.setFrameShadow(QFrame.Shadow.Sunken)
    return line


def vertical(*, spacing: float = 0.5, margin: float = 0.0) -> QVBoxLayout:
    """A column, spaced in lines of text."""
    layout = QVBoxLayout()
    layout.setSpacing(em(count=spacing))
    edge = em(count=margin)
    layout.setContentsMargins(edge, edge, edge, edge)
    return layout


def scrolled(content: QWidget) -> QScrollArea:
    """The content in a frameless area that scrolls up and down only."""
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setWidget(content)
    area.viewport().setAutoFillBackground(False)
    content.setAutoFillBackground(False)
    return area


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


class FlowLayout(QLayout):
    """Lays widgets out like words: in lines that break where the width ends."""

    def __init__(self, parent: QWidget | None = None, spacing: int = 6) -> None:
        super().__init__(parent)
        self._items: list[QLayoutItem] = []
        self.setContentsMargins(0, 0, 0, 0)
        self.setSpacing(spacing)

    def addItem(self, item: QLayoutItem) -> None:
        self._items.append(item)

    def count(self) -> int:
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def expandingDirections(self) -> Qt.Orientation:
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return self._place(QRect(0, 0, width, 0), apply=False)

    def setGeometry(self, rect: QRect) -> None:
        super().setGeometry(rect)
        self._place(rect, apply=True)

    def sizeHint(self) -> QSize:
        return self.minimumSize()

    def minimumSize(self) -> QSize:
        size = QSize()
        for item in self._items:
            size = size.expandedTo(item.minimumSize())
        return size

    def _place(self, rect: QRect, *, apply: bool) -> int:
        x, y, line = rect.x(), rect.y(), 0
        for item in self._items:
            hint = item.sizeHint()
            if x + hint.width() > rect.right() + 1 and line:
                x, y, line = rect.x(), y + line + self.spacing(), 0
            if apply:
                item.setGeometry(QRect(QPoint(x, y), hint))
            x += hint.width() + self.spacing()
            line = max(line, hint.height())
        return y + line - rect.y()


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
