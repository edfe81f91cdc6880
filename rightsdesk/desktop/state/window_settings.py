"""What the window remembers from one time to the next: its size, its columns, the last folder.

Kept in a small file beside RightsDesk's own data. Losing it loses nothing but comfort.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path

from PySide6.QtCore import QByteArray, QSettings, QStandardPaths
from PySide6.QtWidgets import QSplitter, QWidget

from rightsdesk.desktop.design.appearance import TEXT_SIZES, Look, Scheme

FILE_NAME = "window.ini"
_WIDEST = 10_000


class WindowSettings:
    """Reads and writes `window.ini`. A file that cannot be read or written is as good as none."""

    def __init__(self, data_dir: Path) -> None:
        self._settings = QSettings(str(data_dir / FILE_NAME), QSettings.Format.IniFormat)

    @property
    def music_folder(self) -> str:
        """Where to begin looking for music: where it was found last, else the system's place."""
        last = str(self._settings.value("music-folder", ""))
        music = QStandardPaths.StandardLocation.MusicLocation
        places = [last, QStandardPaths.writableLocation(music), str(Path.home())]
        return next((place for place in places if place and os.path.isdir(place)), "")

    def found_music_in(self, folder: str) -> None:
        """The next search begins beside this folder."""
        self._settings.setValue("music-folder", os.path.dirname(folder))

    def keep_window(self, window: QWidget) -> None:
        """Note a window's place and size, and how its panes share it."""
        self._settings.setValue("geometry", window.saveGeometry())
        for splitter in _splitters(window):
            self._settings.setValue(f"panes/{splitter.objectName()}", splitter.saveState())

    def restore_window(self, window: QWidget) -> None:
        """Put a window where it was. Qt keeps it within the screens that there are now."""
        geometry = self._settings.value("geometry")
        if isinstance(geometry, QByteArray):
            window.restoreGeometry(geometry)
        for splitter in _splitters(window):
            state = self._settings.value(f"panes/{splitter.objectName()}")
            if isinstance(state, QByteArray):
                splitter.restoreState(state)
                splitter.setChildrenCollapsible(False)

    @property
    def side_panel(self) -> bool:
        """Whether the panel beside the list was open."""
        return str(self._settings.value("side-panel", "true")) != "false"

    def keep_side_panel(self, shown: bool) -> None:
        """Note whether the panel beside the list is open."""
        self._settings.setValue("side-panel", "true" if shown else "false")

    @property
    def columns(self) -> dict[str, int]:
        """The widths that were set by hand, by the columns' names."""
        try:
            found = json.loads(str(self._settings.value("columns", "{}")))
            widths = {str(name): int(width) for name, width in found.items()}
        except (ValueError, TypeError, AttributeError):
            return {}
        return {name: width for name, width in widths.items() if 0 < width < _WIDEST}

    def keep_columns(self, widths: Mapping[str, int]) -> None:
        """Note the widths that were set by hand; none where they were not."""
        self._settings.setValue("columns", json.dumps(dict(widths)))

    @property
    def page(self) -> str:
        """The page that was in front; "" where none was kept."""
        return str(self._settings.value("page", ""))

    def keep_page(self, key: str) -> None:
        """Note the page in front."""
        self._settings.setValue("page", key)

    @property
    def look(self) -> Look:
        """The theme, text size and motion that were chosen."""
        try:
            scheme = Scheme(str(self._settings.value("look/scheme", "system")))
            text = int(str(self._settings.value("look/text", "100")))
        except ValueError:
            return Look()
        still = str(self._settings.value("look/still", "false")) == "true"
        return Look(scheme, text if text in TEXT_SIZES else 100, still)

    def keep_look(self, look: Look) -> None:
        """Note the theme, text size and motion."""
        self._settings.setValue("look/scheme", look.scheme.value)
        self._settings.setValue("look/text", str(look.text))
        self._settings.setValue("look/still", "true" if look.still else "false")


def _splitters(window: QWidget) -> list[QSplitter]:
    """The splitters that have something to share out; in a tiny window some have not."""
    found = window.findChildren(QSplitter)
    return [one for one in found if one.objectName() and one.count() > 1]
