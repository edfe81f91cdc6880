"""Files and folders that the system asks a running program to open: Finder and the Dock of macOS
send them as events, not as arguments."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Signal
from PySide6.QtGui import QFileOpenEvent, QGuiApplication


class FileOpenings(QObject):
    """Watches the application for such events. `opened` gives each path."""

    opened = Signal(str)

    def __init__(self, app: QGuiApplication) -> None:
        super().__init__(app)
        self._app = app
        app.installEventFilter(self)

    def stop(self) -> None:
        """Watch no longer."""
        self._app.removeEventFilter(self)
        self.deleteLater()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take the events that name a file on this computer."""
        if event.type() is QEvent.Type.FileOpen and isinstance(event, QFileOpenEvent):
            if path := event.file():
                self.opened.emit(path)
            return True
        return super().eventFilter(watched, event)
