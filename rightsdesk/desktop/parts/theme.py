"""Names for colours, icons and sizes that the older pages use; the design system has them all.

New pages import from `rightsdesk.desktop.design`. What is here for good: which tone a standing
has, and the units in which pages measure.
"""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QFontMetrics, QIcon, QPalette
from PySide6.QtWidgets import QApplication, QWidget

from rightsdesk.desktop.design.icons import app_icon as app_icon
from rightsdesk.desktop.design.icons import icon as design_icon
from rightsdesk.desktop.design.icons import icon_pixmap as icon_pixmap
from rightsdesk.desktop.design.tokens import Tone, theme_of

Accent = Tone
"""The name that the older pages use."""


def accent(palette: QPalette, which: Tone) -> QColor:
    """The tone as it reads on this palette. For painting at once, never to be kept."""
    return theme_of(palette).colour(which)


def mixed(ground: QColor, colour: QColor, strength: float) -> QColor:
    """`ground` with a share of `colour` in it."""
    parts = (QColor.red, QColor.green, QColor.blue)
    pairs = ((part(ground), part(colour)) for part in parts)
    return QColor(*(round(a + (b - a) * strength) for a, b in pairs))


def icon(name: str, _widget: QWidget, role: Tone | None = None) -> QIcon:
    """An icon in the colour of the text, or in a tone; it follows the theme."""
    return design_icon(name, role)


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
