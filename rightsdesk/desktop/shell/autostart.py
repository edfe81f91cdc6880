"""Opening RightsDesk at login, as each system has it. Nothing is written before a person asks."""

from __future__ import annotations

import os
import plistlib
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QSettings

from rightsdesk import data_folder
from rightsdesk.enums.causes import Cause
from rightsdesk.errors import KnownError
from rightsdesk.sentences import worded

NAME = "rightsdesk"
LABEL = "org.rightsdesk.RightsDesk"
RUN_KEY = r"HKEY_CURRENT_USER\Software\Microsoft\Windows\CurrentVersion\Run"


class NotSwitched(KnownError):
    """The system's list of programs that start at login could not be changed."""

    cause = Cause.AUTOSTART


class Autostart(Protocol):
    """Whether, and how, a program is started at login."""

    def is_on(self) -> bool:
        """Whether it is started at login."""

    def switch(self, on: bool) -> None:
        """Start it at login, or no longer. Raises NotSwitched."""


class XdgAutostart:
    """Linux and other free desktops: a file in `autostart` of the folder for configuration.

    Desktop Application Autostart Specification 0.5; quoting by the Desktop Entry Specification 1.5.
    """

    def __init__(self, command: Sequence[str], config: Path) -> None:
        self._command = command
        self._file = config / "autostart" / f"{NAME}.desktop"

    def is_on(self) -> bool:
        try:
            lines = self._file.read_text("utf-8", "replace").splitlines()
        except OSError:
            return False
        return "Hidden=true" not in lines and "X-GNOME-Autostart-enabled=false" not in lines

    def switch(self, on: bool) -> None:
        words = " ".join(_quoted(word) for word in self._command)
        text = (
            "[Desktop Entry]\nType=Application\nName=RightsDesk\n"
            f"Exec={words}\nIcon={NAME}\nTerminal=false\n"
        )
        _write_or_remove(self._file, text.encode() if on else None)


class LaunchAgent:
    """macOS: a property list in `~/Library/LaunchAgents` (`man launchd.plist`)."""

    def __init__(self, command: Sequence[str], home: Path) -> None:
        self._command = list(command)
        self._file = home / "Library" / "LaunchAgents" / f"{LABEL}.plist"

    def is_on(self) -> bool:
        try:
            found = plistlib.loads(self._file.read_bytes())
        except (OSError, plistlib.InvalidFileException, ValueError):
            return False
        return isinstance(found, dict) and found.get("RunAtLoad") is True

    def switch(self, on: bool) -> None:
        wanted = {"Label": LABEL, "ProgramArguments": self._command, "RunAtLoad": True}
        _write_or_remove(self._file, plistlib.dumps(wanted) if on else None)


class WindowsRun:
    """Windows: a value below the key `Run` of the registry."""

    def __init__(self, command: Sequence[str], settings: Callable[[], QSettings]) -> None:
        self._command, self._settings = command, settings

    def is_on(self) -> bool:
        return bool(self._settings().value("RightsDesk", ""))

    def switch(self, on: bool) -> None:
        settings = self._settings()
        if on:
            settings.setValue("RightsDesk", subprocess.list2cmdline(self._command))
        else:
            settings.remove("RightsDesk")
        settings.sync()
        if settings.status() is not QSettings.Status.NoError:
            raise _refused(RUN_KEY)


def usual_data_dir() -> Path | None:
    """The data folder of a start that names none; None where there is none."""
    try:
        return data_folder.default()
    except KnownError:
        return None


def autostart(data_dir: Path) -> Autostart:
    """The one of this system, for the window on a data folder."""
    usual = data_dir == usual_data_dir()
    command = [*_program(), *(() if usual else ("--data-dir", str(data_dir)))]
    if sys.platform == "win32":
        native = QSettings.Format.NativeFormat
        return WindowsRun(command, lambda: QSettings(RUN_KEY, native))
    if sys.platform == "darwin":
        return LaunchAgent(command, Path.home())
    config = os.environ.get("XDG_CONFIG_HOME", "")
    folder = Path(config) if os.path.isabs(config) else Path.home() / ".config"
    return XdgAutostart(command, folder)


def _program() -> list[str]:
    """How this program is started."""
    if getattr(sys, "frozen", False):
        return [sys.executable]
    return [sys.executable, "-m", "rightsdesk"]


def _quoted(word: str) -> str:
    """A word of `Exec`: quoted, as a value of the file, and with no field codes in it."""
    inside = "".join(f"\\{c}" if c in '"`$\\' else c for c in word)
    return f'"{inside}"'.replace("\\", "\\\\").replace("%", "%%")


def _write_or_remove(path: Path, content: bytes | None) -> None:
    try:
        if content is None:
            path.unlink(missing_ok=True)
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name(f".{path.name}.part")
        part.write_bytes(content)
        os.replace(part, path)
    except OSError as error:
        raise _refused(str(path)) from error


def _refused(place: str) -> NotSwitched:
    return NotSwitched(
        worded("{place} could not be changed.", place=place),
        untouched="RightsDesk starts at login as before.",
        advice="Your system's own settings list what starts at login.",
    )
