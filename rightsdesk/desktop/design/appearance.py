"""How the window looks on this computer: theme, text size, motion. All switch while it is open."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol, runtime_checkable

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QApplication

from rightsdesk.desktop.design.style import DeskStyle
from rightsdesk.desktop.design.tokens import (
    DARK,
    LIGHT,
    Theme,
    is_dark,
    more_contrast,
    palette_of,
    scaled,
)


class Scheme(StrEnum):
    """Which theme a person wants."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


TEXT_SIZES = (80, 90, 100, 115, 130, 150, 175, 200)
"""Text sizes to choose from, in per cent of the system's own."""


@dataclass(frozen=True, slots=True)
class AppearanceOptions:
    """What a person chose. `text` in per cent of the system's text size."""

    scheme: Scheme = Scheme.SYSTEM
    text: int = 100
    still: bool = False
    """No motion: nothing moves, fades or spins."""


@runtime_checkable
class Restyled(Protocol):
    """A widget that has fonts or palettes of its own: `restyle` sets them again."""

    def restyle(self) -> None:
        """The theme, the text size or the font has changed."""


class Appearance(QObject):
    """The look of an application. There is one: see `appearance`. `changed` after each switch."""

    changed = Signal()

    def __init__(self, app: QApplication) -> None:
        super().__init__(app)
        self._app = app
        self._system_dark = is_dark(app.palette())
        self._system_font = QFont(app.font())
        self._given = AppearanceOptions()
        self._style = DeskStyle()
        app.setStyle(self._style)
        hints = app.styleHints()
        hints.colorSchemeChanged.connect(self._system_changed)
        if hasattr(hints, "accessibility"):  # Qt 6.10
            hints.accessibility().contrastPreferenceChanged.connect(self._system_changed)
        self.choose(self._given)

    @property
    def look(self) -> AppearanceOptions:
        """What was chosen."""
        return self._given

    @property
    def theme(self) -> Theme:
        """The theme that is shown: the chosen one, else the system's."""
        dark = self._given.scheme is Scheme.DARK
        if self._given.scheme is Scheme.SYSTEM:
            said = self._app.styleHints().colorScheme()
            known = said is not Qt.ColorScheme.Unknown
            dark = said is Qt.ColorScheme.Dark if known else self._system_dark
        theme = DARK if dark else LIGHT
        return more_contrast(theme) if self._wants_contrast() else theme

    def choose(self, look: AppearanceOptions) -> None:
        """Switch to another look, in all open windows."""
        self._given = look
        self._style.still = look.still
        asked = {
            Scheme.SYSTEM: Qt.ColorScheme.Unknown,
            Scheme.LIGHT: Qt.ColorScheme.Light,
            Scheme.DARK: Qt.ColorScheme.Dark,
        }
        # Title bars and the system's own dialogs follow this; it comes back as a signal.
        self._app.styleHints().setColorScheme(asked[look.scheme])
        self._apply()

    def use_font(self, font: QFont) -> None:
        """Take another font as the system's."""
        self._system_font = QFont(font)
        self._apply()

    def _wants_contrast(self) -> bool:
        hints = self._app.styleHints()
        if not hasattr(hints, "accessibility"):
            return False
        return bool(
            hints.accessibility().contrastPreference() is Qt.ContrastPreference.HighContrast
        )

    def _system_changed(self) -> None:
        self._apply()

    def _apply(self) -> None:
        font = scaled(self._system_font, self._given.text / 100)
        if font != self._app.font():
            self._app.setFont(font)
        palette = palette_of(self.theme)
        if palette != self._app.palette():
            self._app.setPalette(palette)
        for widget in self._app.allWidgets():
            if isinstance(widget, Restyled):
                widget.restyle()
            widget.updateGeometry()
            widget.update()
        self.changed.emit()


def running_app() -> QApplication:
    """The application, which has to run."""
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    return app


def appearance(app: QApplication | None = None) -> Appearance:
    """The appearance of the running application; takes it over when first asked."""
    running = app or running_app()
    found = running.findChild(Appearance)
    return found if found is not None else Appearance(running)
