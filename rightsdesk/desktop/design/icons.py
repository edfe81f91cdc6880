"""The icon family: drawings on a grid of 20 px with strokes of 1.6 px, coloured when painted.

A `QIcon` from here stores the name of a drawing and a tone, never a pixmap. It looks up its
colour in the application's palette each time it is painted, so it follows every switch of
the theme. What paints icons itself calls `paint_icon` with the colour of its text.
"""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files

from PySide6.QtCore import QByteArray, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QIconEngine, QPainter, QPalette, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication, QSizePolicy, QWidget

from rightsdesk.desktop.design.tokens import Tone, space, theme_of

_clones: list[DrawnIcon] = []
"""Qt owns what `clone` returns, but PySide does not know: without this they would be deleted."""


@lru_cache(maxsize=128)
def _drawing(name: str) -> str:
    return (files("rightsdesk.desktop") / "resources" / f"{name}.svg").read_text("utf-8")


@lru_cache(maxsize=512)
def icon_pixmap(name: str, colour: str, size: int, ratio: float) -> QPixmap:
    """A drawing in one colour, `size` logical pixels square, sharp at any scale.

    For painting at once: whoever stores it stores a colour. Raises FileNotFoundError.
    """
    pixels = max(1, round(size * ratio))
    pixmap = QPixmap(QSize(pixels, pixels))
    pixmap.fill(Qt.GlobalColor.transparent)
    renderer = QSvgRenderer(QByteArray(_drawing(name).replace("currentColor", colour).encode()))
    painter = QPainter(pixmap)
    renderer.render(painter, QRectF(pixmap.rect()))
    painter.end()
    pixmap.setDevicePixelRatio(ratio)
    return pixmap


def paint_icon(painter: QPainter, rect: QRect | QRectF, name: str, colour: QColor) -> None:
    """Paint a drawing in a colour, as large as fits into the middle of `rect`."""
    room = QRectF(rect)
    size = int(min(room.width(), room.height()))
    if size > 0:
        pixmap = icon_pixmap(name, colour.name(), size, painter.device().devicePixelRatioF())
        corner = QPointF(room.center().x() - size / 2, room.center().y() - size / 2)
        painter.drawPixmap(corner, pixmap)


class DrawnIcon(QIconEngine):
    """The engine of our icons. `tone` None means the colour of button texts."""

    def __init__(self, name: str, tone: Tone | None = None) -> None:
        super().__init__()
        self._name = name
        self._tone = tone

    def _colour(self, mode: QIcon.Mode) -> QColor:
        palette, role = QApplication.palette(), QPalette.ColorRole
        if mode is QIcon.Mode.Disabled:
            return palette.color(QPalette.ColorGroup.Disabled, role.ButtonText)
        if self._tone is not None:
            return theme_of(palette).colour(self._tone)
        return palette.color(role.HighlightedText if mode is QIcon.Mode.Selected else role.Text)

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, _state: QIcon.State) -> None:
        paint_icon(painter, rect, self._name, self._colour(mode))

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        return self.scaledPixmap(size, mode, state, 1.0)

    def scaledPixmap(
        self, size: QSize, mode: QIcon.Mode, _state: QIcon.State, scale: float
    ) -> QPixmap:
        """`size` is in pixels of the device; `scale` is how many of them make a logical one."""
        pixels = min(size.width(), size.height())
        made = QPixmap(icon_pixmap(self._name, self._colour(mode).name(), pixels, 1.0))
        made.setDevicePixelRatio(scale)
        return made

    def actualSize(self, size: QSize, _mode: QIcon.Mode, _state: QIcon.State) -> QSize:
        return size

    def iconName(self) -> str:
        return self._name

    def isNull(self) -> bool:
        return False

    def key(self) -> str:
        return "rightsdesk"

    def clone(self) -> QIconEngine:
        made = DrawnIcon(self._name, self._tone)
        _clones.append(made)
        return made


def icon(name: str, tone: Tone | None = None) -> QIcon:
    """An icon of the family; without a tone in the colour of the text around it."""
    _drawing(name)  # an unknown name fails here, not inside Qt's painting
    return QIcon(DrawnIcon(name, tone))


def app_icon() -> QIcon:
    """The program's own icon. It has its own colours, so pixmaps are right for it."""
    result = QIcon()
    for size in (16, 32, 64, 128, 256):
        result.addPixmap(icon_pixmap("rightsdesk", "#ffffff", size, 1.0))
    return result


SIGN = "sign"
"""Property of an action: the name of its icon."""


class Sign(QWidget):
    """An icon next to a text, as high as a line. Decoration: the words say the same."""

    def __init__(
        self, name: str, tone: Tone = Tone.TEXT, *, size: float = 4.0, parent: QWidget | None = None
    ) -> None:
        """`size` in steps of the grid."""
        super().__init__(parent)
        self.name, self.tone, self._steps = name, tone, size
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def show_sign(self, name: str, tone: Tone) -> None:
        """Replace the drawing and its tone."""
        self.name, self.tone = name, tone
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(space(self._steps), space(self._steps))

    def paintEvent(self, _event: object) -> None:
        palette = self.palette()
        colour = theme_of(palette).colour(self.tone)
        if not self.isEnabled():
            colour = palette.color(QPalette.ColorGroup.Disabled, QPalette.ColorRole.WindowText)
        painter = QPainter(self)
        paint_icon(painter, self.rect(), self.name, colour)
        painter.end()
