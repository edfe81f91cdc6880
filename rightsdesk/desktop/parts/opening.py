"""Opening pages and folders with the person's own programs, and what to do where none opens."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QMessageBox, QWidget

from rightsdesk.desktop.parts.message_box import message_box
from rightsdesk.desktop.parts.texts import path_text, path_to_copy, tr

OpenUrl = Callable[[str], object]
"""Opens an address; False where nothing could open it."""


def open_in_browser(address: str) -> bool:
    """Hand an address to the person's browser; whether there is one."""
    return QDesktopServices.openUrl(QUrl(address))


def open_page(address: str) -> bool:
    """Open a page in the person's browser: https only, whatever the data says."""
    url = QUrl(address, QUrl.ParsingMode.StrictMode)
    safe = url.isValid() and url.scheme() == "https" and bool(url.host())
    return safe and QDesktopServices.openUrl(url)


def open_folder_of(path: str, parent: QWidget) -> None:
    """Open the folder that a file is in; where nothing opens it, say where it is."""
    folder = Path(path).absolute().parent
    if not QDesktopServices.openUrl(QUrl(folder.as_uri())):
        tell_where(parent, str(folder))


def tell_where(parent: QWidget, address: str) -> QMessageBox:
    """Where nothing opened: the address itself, to be copied."""
    box = message_box(
        parent,
        tr("No program on this computer could open this:"),
        details=path_text(address),
        title=tr("Nothing could be opened"),
        name="nothing-opened",
        icon=QMessageBox.Icon.Information,
    )
    box.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    copy = box.addButton(tr("&Copy"), QMessageBox.ButtonRole.ActionRole)
    copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(path_to_copy(address)))
    box.addButton(QMessageBox.StandardButton.Close)
    box.open()
    return box
