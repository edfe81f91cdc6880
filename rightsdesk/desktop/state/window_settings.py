"""What the window remembers from one time to the next: its size, its columns, the last folder.

Kept in a small file beside RightsDesk's own data. Losing it loses nothing but comfort.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from PySide6.QtCore import QByteArray, QSettings, QSize, QStandardPaths
from PySide6.QtWidgets import QSplitter, QWidget

from rightsdesk.desktop.design.appearance import TEXT_SIZES, AppearanceOptions, Scheme

FILE_NAME = "window.ini"
_WIDEST = 10_000
_MOST_RECENT = 12


@dataclass(frozen=True, slots=True)
class Columns:
    """What a person did to the columns of the catalogue: by key, what is shown or not, the order
    of all but the first, and widths in pixels. Empty where nothing was done."""

    shown: Mapping[str, bool] = field(default_factory=dict)
    order: tuple[str, ...] = ()
    widths: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SavedFilter:
    """A search with a name: its text, the chip with its carrier ("" for none), and the files and
    folders it is limited to."""

    text: str = ""
    state: str = ""
    carrier: str = ""
    places: tuple[str, ...] = ()


class WindowSettings:
    """Reads and writes `window.ini`. A file that cannot be read or written is as good as none."""

    def __init__(self, data_dir: Path) -> None:
        self._settings = QSettings(str(data_dir / FILE_NAME), QSettings.Format.IniFormat)

    def write(self) -> None:
        """Write what was noted now: nothing is written any more after that by itself."""
        self._settings.sync()

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

    def keep_dialog(self, dialog: QWidget) -> None:
        """Note the size of a dialog, by its object name."""
        self._settings.setValue(f"dialogs/{dialog.objectName()}", dialog.size())

    def restore_dialog(self, dialog: QWidget) -> bool:
        """Give a dialog the size that it had, as far as its screen has room; whether one was
        kept."""
        size = self._settings.value(f"dialogs/{dialog.objectName()}")
        if not isinstance(size, QSize) or not size.isValid():
            return False
        dialog.resize(size.boundedTo(dialog.screen().availableSize() * 0.95))
        return True

    @property
    def side_panel(self) -> bool:
        """Whether the panel beside the list was open."""
        return str(self._settings.value("side-panel", "false")) == "true"

    def keep_side_panel(self, shown: bool) -> None:
        """Note whether the panel beside the list is open."""
        self._settings.setValue("side-panel", "true" if shown else "false")

    @property
    def columns(self) -> Columns:
        """Which columns the catalogue shows, in which order and how wide."""
        # "wish" is how the consent's column was called before version 0.2.
        stored = str(self._settings.value("columns", "")).replace('"wish"', '"consent"')
        found = _object(stored)
        shown, order, widths = (found.get(name) for name in ("shown", "order", "widths"))
        return Columns(
            {k: v for k, v in shown.items() if isinstance(v, bool)}
            if isinstance(shown, dict)
            else {},
            tuple(k for k in order if isinstance(k, str)) if isinstance(order, list) else (),
            {k: v for k, v in widths.items() if type(v) is int and 0 < v < _WIDEST}
            if isinstance(widths, dict)
            else {},
        )

    def keep_columns(self, columns: Columns) -> None:
        """Note the columns that were chosen, moved or resized."""
        self._settings.setValue("columns", json.dumps(asdict(columns)))

    @property
    def grouping(self) -> str:
        """What the catalogue was grouped by; "" where none was kept."""
        return str(self._settings.value("grouping", ""))

    def keep_grouping(self, by: str) -> None:
        """Note what the catalogue is grouped by."""
        self._settings.setValue("grouping", by)

    @property
    def saved_filters(self) -> dict[str, SavedFilter]:
        """The filters that were saved, by name and in their order."""
        found = {}
        for name, kept in _object(self._settings.value("filters", "")).items():
            if isinstance(kept, dict):
                parts = [kept.get(part, "") for part in ("text", "state", "carrier")]
                places = kept.get("places", [])
                listed = isinstance(places, list) and all(isinstance(p, str) for p in places)
                if listed and all(isinstance(part, str) for part in parts):
                    text, state, carrier = parts
                    found[str(name)] = SavedFilter(text, state, carrier, tuple(places))
        return found

    def keep_filters(self, filters: Mapping[str, SavedFilter]) -> None:
        """Note the filters that are saved."""
        kept = {name: asdict(one) for name, one in filters.items()}
        self._settings.setValue("filters", json.dumps(kept))

    @property
    def page(self) -> str:
        """The page that was in front; "" where none was kept."""
        return str(self._settings.value("page", ""))

    def keep_page(self, key: str) -> None:
        """Note the page in front."""
        self._settings.setValue("page", key)

    @property
    def artist(self) -> int | None:
        """The artist that was in view; None for all of them."""
        try:
            return int(str(self._settings.value("artist", ""))) or None
        except ValueError:
            return None

    def keep_artist(self, artist_id: int | None) -> None:
        """Note the artist in view."""
        self._settings.setValue("artist", artist_id or 0)

    @property
    def language(self) -> str:
        """The code of the window's language; "" for the system's."""
        return str(self._settings.value("language", ""))

    def keep_language(self, code: str) -> None:
        """Note the window's language."""
        self._settings.setValue("language", code)

    @property
    def notifications(self) -> bool:
        """Whether the desktop is to show notifications. Off until asked for."""
        return str(self._settings.value("notifications", "false")) == "true"

    def keep_notifications(self, on: bool) -> None:
        """Note whether the desktop is to show notifications."""
        self._settings.setValue("notifications", "true" if on else "false")

    @property
    def recent(self) -> list[str]:
        """What the palette led to, the newest first, by its keys."""
        try:
            found = json.loads(str(self._settings.value("recent", "[]")))
            return [str(key) for key in found][:_MOST_RECENT]
        except (ValueError, TypeError):
            return []

    def keep_recent(self, key: str) -> None:
        """Note what the palette led to."""
        kept = [key, *(one for one in self.recent if one != key)][:_MOST_RECENT]
        self._settings.setValue("recent", json.dumps(kept))

    @property
    def look(self) -> AppearanceOptions:
        """The theme, text size and motion that were chosen."""
        try:
            scheme = Scheme(str(self._settings.value("look/scheme", "system")))
            text = int(str(self._settings.value("look/text", "100")))
        except ValueError:
            return AppearanceOptions()
        still = str(self._settings.value("look/still", "false")) == "true"
        return AppearanceOptions(scheme, text if text in TEXT_SIZES else 100, still)

    def keep_look(self, look: AppearanceOptions) -> None:
        """Note the theme, text size and motion."""
        self._settings.setValue("look/scheme", look.scheme.value)
        self._settings.setValue("look/text", str(look.text))
        self._settings.setValue("look/still", "true" if look.still else "false")


def _object(value: object) -> dict[str, Any]:
    """A stored JSON object; an empty one for whatever else is there."""
    try:
        found = json.loads(str(value))
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _splitters(window: QWidget) -> list[QSplitter]:
    """The splitters that have something to share out; in a tiny window some have not."""
    found = window.findChildren(QSplitter)
    return [one for one in found if one.objectName() and one.count() > 1]
