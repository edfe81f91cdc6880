"""Colours, spacing, type sizes and radii. Everything that is drawn takes its values from here.

Contrast (WCAG 2.2, 1.4.3 and 1.4.11): text and tones have at least 4.5 to 1 on every ground
that they appear on, edges of inputs and signs at least 3 to 1. `tests/desktop/design` measures.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum

from PySide6.QtGui import QColor, QFont, QFontMetrics, QPalette
from PySide6.QtWidgets import QApplication


class Tone(Enum):
    """What a colour means. A tone never stands without a sign or a word."""

    TEXT = "text"
    DIM = "dim"
    ACCENT = "accent"
    GOOD = "good"
    """Says what you want."""
    OPEN = "open"
    """Silent, or something is left to do."""
    BAD = "bad"
    """Says otherwise, or failed."""
    TOLD = "told"
    """Known from the person, not read."""


@dataclass(frozen=True, slots=True)
class Theme:
    """One theme. Each value is `#rrggbb`; a `*_ground` is what text of that tone is shown on."""

    dark: bool
    window: str
    side: str
    card: str
    hover: str
    line: str
    """Decoration: borders of cards, hairlines."""
    edge: str
    """Borders that show where to type or click."""
    text: str
    dim: str
    disabled: str
    accent: str
    accent_hover: str
    accent_ground: str
    on_accent: str
    selection: str
    neutral_ground: str
    good: str
    good_ground: str
    open: str
    open_ground: str
    bad: str
    bad_ground: str
    told: str
    told_ground: str
    shadow: str

    def colour(self, tone: Tone) -> QColor:
        """The colour of text, signs and bars of a tone."""
        return QColor(str(getattr(self, tone.value)))

    def ground(self, tone: Tone) -> QColor:
        """The tinted ground of chips and banners of a tone."""
        neutral = tone in (Tone.TEXT, Tone.DIM)
        name = "neutral_ground" if neutral else f"{tone.value}_ground"
        return QColor(str(getattr(self, name)))


LIGHT = Theme(
    dark=False,
    window="#f6f6f8",
    side="#ececf0",
    card="#ffffff",
    hover="#f1f1f5",
    line="#dedee4",
    edge="#85858f",
    text="#1b1b20",
    dim="#5b5b66",
    disabled="#9a9aa4",
    accent="#3b5bdb",
    accent_hover="#2f4cc4",
    accent_ground="#e8edff",
    on_accent="#ffffff",
    selection="#dbe3ff",
    neutral_ground="#ececf0",
    good="#1b6e3c",
    good_ground="#e5f4ea",
    open="#865100",
    open_ground="#fdf1dc",
    bad="#b3261e",
    bad_ground="#fde9e7",
    told="#1a5fb4",
    told_ground="#e3eefb",
    shadow="#e7e7ec",
)
DARK = Theme(
    dark=True,
    window="#1c1d21",
    side="#232429",
    card="#26272d",
    hover="#2e2f36",
    line="#383a42",
    edge="#7d7f8a",
    text="#ececf0",
    dim="#a9aab5",
    disabled="#73757f",
    accent="#8ea6ff",
    accent_hover="#a6b9ff",
    accent_ground="#2a3358",
    on_accent="#14151a",
    selection="#313c6b",
    neutral_ground="#34363e",
    good="#74d394",
    good_ground="#1f3427",
    open="#f0b860",
    open_ground="#3a2e1b",
    bad="#ff9a90",
    bad_ground="#402322",
    told="#8ab8ff",
    told_ground="#1f2f45",
    shadow="#1c1d21",
)


def more_contrast(theme: Theme) -> Theme:
    """The theme for people who ask their system for more contrast: no dim text, strong lines."""
    return replace(theme, dim=theme.text, line=theme.edge, edge=theme.text)


def is_dark(palette: QPalette) -> bool:
    """Whether text is light on dark, whatever the system calls its scheme."""
    return palette.color(QPalette.ColorRole.Base).lightness() < 128


def theme_of(palette: QPalette) -> Theme:
    """The theme that a widget of this palette is drawn in. Ask while painting, never before."""
    theme = DARK if is_dark(palette) else LIGHT
    strong = palette.color(QPalette.ColorRole.PlaceholderText) == QColor(theme.text)
    return more_contrast(theme) if strong else theme


def palette_of(theme: Theme) -> QPalette:
    """The palette of a theme, for the whole application. Every role is set."""
    palette, role = QPalette(), QPalette.ColorRole
    colours = {
        role.Window: theme.window,
        role.WindowText: theme.text,
        role.Base: theme.card,
        role.AlternateBase: theme.hover,
        role.Text: theme.text,
        role.Button: theme.card,
        role.ButtonText: theme.text,
        role.BrightText: theme.on_accent,
        role.ToolTipBase: theme.card,
        role.ToolTipText: theme.text,
        role.PlaceholderText: theme.dim,
        role.Highlight: theme.selection,
        role.HighlightedText: theme.text,
        role.Accent: theme.accent,
        role.Link: theme.accent,
        role.LinkVisited: theme.accent,
        role.Light: theme.card,
        role.Midlight: theme.hover,
        role.Mid: theme.line,
        role.Dark: theme.edge,
        role.Shadow: theme.shadow,
    }
    for each, colour in colours.items():
        palette.setColor(each, QColor(colour))
    for each in (role.WindowText, role.Text, role.ButtonText, role.HighlightedText):
        palette.setColor(QPalette.ColorGroup.Disabled, each, QColor(theme.disabled))
    palette.setColor(QPalette.ColorGroup.Disabled, role.Highlight, QColor(theme.side))
    return palette


class Size(Enum):
    """The type scale, in shares of the person's own text size: 22, 15, 13 and 12 at 13 pixels."""

    TITLE = 22 / 13
    HEADING = 15 / 13
    BODY = 1.0
    SMALL = 12 / 13


def scaled(font: QFont, factor: float, *, bold: bool = False) -> QFont:
    """The font, larger or smaller; works for fonts in points and in pixels."""
    result = QFont(font)
    if font.pointSizeF() > 0:
        result.setPointSizeF(font.pointSizeF() * factor)
    else:
        result.setPixelSize(round(font.pixelSize() * factor))
    result.setWeight(QFont.Weight.DemiBold if bold else font.weight())
    return result


def font_of(size: Size, *, strong: bool = False) -> QFont:
    """The application's font in a size of the scale."""
    return scaled(QApplication.font(), size.value, bold=strong or size is Size.TITLE)


def space(steps: float = 1.0) -> int:
    """`steps` on the grid, in pixels. One step is a quarter of a line of text: 4 px of 16."""
    return round(QFontMetrics(QApplication.font()).height() * steps / 4)


CARD_RADIUS, CONTROL_RADIUS = 2.5, 1.75
"""Radii of corners, in steps of the grid: 10 and 7 pixels."""
FOCUS_WIDTH = 2
"""Width of the ring around what has the keyboard focus, in pixels."""
