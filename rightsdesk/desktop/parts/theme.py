"""Colours and icons: the system's palette, and the few accents that carry meaning.

Every accent has a light and a dark form with a contrast of at least 4.5 to 1 on the
palette's base (WCAG 2.2, 1.4.3), and never stands without an icon and a word.
"""

from __future__ import annotations

from enum import Enum
from functools import lru_cache
from importlib.resources import files

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QIcon, QPainter, QPalette, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication, QWidget

from rightsdesk.consent import Standing


class Accent(Enum):
    """A colour with a meaning: (on light, on dark)."""

    GOOD = ("#1b6e3c", "#74d394")
    OPEN = ("#865100", "#f0b860")
    BAD = ("#b3261e", "#ff9a90")
    TOLD = ("#1a5fb4", "#8ab8ff")
    DIM = ("#5c5c64", "#b6b6be")


STANDING_ACCENTS = {
    Standing.AGREES: Accent.GOOD,
    Standing.SILENT: Accent.OPEN,
    Standing.CONFLICTS: Accent.BAD,
    Standing.ATTESTED: Accent.TOLD,
    Standing.TERMS_ONLY: Accent.DIM,
    Standing.UNKNOWN: Accent.DIM,
    Standing.UNCHOSEN: Accent.DIM,
}


def is_dark(palette: QPalette) -> bool:
    """Whether text stands on dark ground, whatever the system calls its scheme."""
    return palette.color(QPalette.ColorRole.Base).lightness() < 128


def accent(palette: QPalette, which: Accent) -> QColor:
    """The accent as it reads on this palette."""
    return QColor(which.value[1 if is_dark(palette) else 0])


def tint(palette: QPalette, which: Accent, strength: float = 0.10) -> QColor:
    """A ground of this colour that text still reads well on."""
    ground, colour = palette.color(QPalette.ColorRole.Base), accent(palette, which)
    return mixed(ground, colour, strength)


def mixed(ground: QColor, colour: QColor, strength: float) -> QColor:
    """`ground` with a share of `colour` in it."""
    pairs = zip(ground.getRgb()[:3], colour.getRgb()[:3], strict=True)  # type: ignore[index]  # the stub says object
    return QColor(*(round(a + (b - a) * strength) for a, b in pairs))


@lru_cache(maxsize=64)
def _drawing(name: str) -> str:
    return (files("rightsdesk.desktop") / "resources" / f"{name}.svg").read_text("utf-8")


@lru_cache(maxsize=512)
def icon_pixmap(name: str, colour: str, size: int, ratio: float) -> QPixmap:
    """The drawing in one colour, `size` logical pixels square, sharp at any scale."""
    pixmap = QPixmap(QSize(round(size * ratio), round(size * ratio)))
    pixmap.fill(Qt.GlobalColor.transparent)
    renderer = QSvgRenderer(QByteArray(_drawing(name).replace("currentColor", colour).encode()))
    painter = QPainter(pixmap)
    renderer.render(painter, QRectF(pixmap.rect()))
    painter.end()
    pixmap.setDevicePixelRatio(ratio)
    return pixmap


def icon(name: str, widget: QWidget, role: Accent | None = None) -> QIcon:
    """An icon in the widget's text colour or an accent, with its disabled form."""
    palette = widget.palette()
    text = palette.color(QPalette.ColorRole.ButtonText)
    colour = accent(palette, role) if role else text
    chosen = palette.color(QPalette.ColorRole.HighlightedText)
    faded = palette.color(QPalette.ColorGroup.Disabled, QPalette.ColorRole.ButtonText)
    result = QIcon()
    for size in (16, 20, 24, 32):
        result.addPixmap(icon_pixmap(name, colour.name(), size, 2.0))
        result.addPixmap(icon_pixmap(name, chosen.name(), size, 2.0), QIcon.Mode.Selected)
        result.addPixmap(icon_pixmap(name, faded.name(), size, 2.0), QIcon.Mode.Disabled)
    return result


def standing_icon(standing: Standing, widget: QWidget) -> QIcon:
    """The icon of a standing in its colour."""
    return icon(standing.value, widget, STANDING_ACCENTS[standing])


def app_icon() -> QIcon:
    """The program's own icon."""
    result = QIcon()
    for size in (16, 32, 64, 128, 256):
        result.addPixmap(icon_pixmap("rightsdesk", "#ffffff", size, 1.0))
    return result


def em(widget: QWidget | None = None, count: float = 1.0) -> int:
    """`count` times the height of a line of text, in pixels: the unit of all our spacing."""
    metrics = QFontMetrics(widget.font() if widget else QApplication.font())
    return round(metrics.height() * count)


def em_across(widget: QWidget | None = None, count: float = 1.0) -> int:
    """`count` times the width of two letters or the height of a line, whichever is more, in pixels.

    The unit of all widths that hold text: fonts with wide letters need more room for the same
    words than the height of their lines says.
    """
    metrics = QFontMetrics(widget.font() if widget else QApplication.font())
    return round(max(metrics.height(), 2 * letter_width(metrics)) * count)


_SAMPLE = "The quick brown fox jumps over the lazy dog 0123456789"


def letter_width(metrics: QFontMetrics) -> float:
    """Width of a letter in ordinary text, in pixels.

    Measured. The font's own average (`averageCharWidth`) counts every glyph once, and is half
    as much again in fonts that are mostly symbols.
    """
    return metrics.horizontalAdvance(_SAMPLE) / len(_SAMPLE)


def resize_to_ems(window: QWidget, across: float, down: float) -> None:
    """Make a window so many lines of text wide and high, and no larger than its screen."""
    room = window.screen().availableSize() * 0.94
    wanted = QSize(em_across(window, across), em(window, down))
    window.resize(wanted.boundedTo(room))


def dark_palette() -> QPalette:
    """A dark palette for where the system offers none, such as a picture without a screen."""
    palette = QPalette()
    role = QPalette.ColorRole
    colours = {
        role.Window: "#323338",
        role.WindowText: "#ececf0",
        role.Base: "#212226",
        role.AlternateBase: "#28292e",
        role.Text: "#ececf0",
        role.Button: "#3e4047",
        role.ButtonText: "#ececf0",
        role.BrightText: "#ffffff",
        role.ToolTipBase: "#3e4047",
        role.ToolTipText: "#ececf0",
        role.PlaceholderText: "#9a9aa4",
        role.Highlight: "#2f6db5",
        role.HighlightedText: "#ffffff",
        role.Accent: "#2f6db5",
        role.Link: "#8ab8ff",
        role.LinkVisited: "#c3a6ff",
        role.Light: "#45464d",
        role.Midlight: "#3b3c42",
        role.Mid: "#1a1b1e",
        role.Dark: "#141517",
        role.Shadow: "#000000",
    }
    for each, colour in colours.items():
        palette.setColor(each, QColor(colour))
    for each in (role.WindowText, role.Text, role.ButtonText, role.HighlightedText):
        palette.setColor(QPalette.ColorGroup.Disabled, each, QColor("#8b8b94"))
    palette.setColor(QPalette.ColorGroup.Disabled, role.Highlight, QColor("#3b3c42"))
    return palette
