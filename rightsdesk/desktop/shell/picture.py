"""A picture of the window without a screen: for the demo, and for looking at it."""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import (
    QElapsedTimer,
    QEventLoop,
    QMessageLogContext,
    QPoint,
    QTimer,
    QtMsgType,
    qInstallMessageHandler,
)
from PySide6.QtGui import QImage, QPainter, QPalette
from PySide6.QtWidgets import QApplication, QWidget

from rightsdesk.desktop.design.appearance import Scheme, appearance
from rightsdesk.desktop.shell.main_window import MainWindow
from rightsdesk.desktop.state.tasks import TaskRunner
from rightsdesk.errors import KnownError

if TYPE_CHECKING:
    from rightsdesk.workspace import Workspace

PATIENCE_MS = 20_000
QUIET_MS = 150
"""The window is ready once nothing has been under way for so long."""


class NoPicture(KnownError):
    """The picture could not be saved."""

    cause = "no-picture"


def save_picture(
    workspace: Workspace,
    path: Path,
    *,
    dark: bool = False,
    size: tuple[int, int] = (1280, 800),
    scale: float = 1.0,
) -> None:
    """Show the main window, wait until everything is there, and save it as a PNG.

    `size` in logical pixels, `scale` as a screen of that many times the density. Raises
    NoPicture where the file cannot be written.
    """
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from rightsdesk.desktop.shell.app import application

    app = application()
    look = appearance(app)
    before = look.look
    look.choose(replace(before, scheme=Scheme.DARK if dark else Scheme.LIGHT))
    work = TaskRunner()
    before_handler = qInstallMessageHandler(_without_the_plugins_talk)
    window = MainWindow(workspace, work)
    try:
        window.resize(*size)
        window.show()
        settle(work)
        if not grab(window, scale).save(str(path), "PNG"):  # type: ignore[call-overload]  # PNG is a str in Qt's own words
            raise NoPicture(f"The picture could not be saved as {path}.")
    finally:
        window.hide()
        work.close()
        window.deleteLater()
        look.choose(before)
        QApplication.sendPostedEvents(None, 0)
        qInstallMessageHandler(before_handler)


def _without_the_plugins_talk(_kind: QtMsgType, _where: QMessageLogContext, text: str) -> None:
    """The offscreen platform says with each window what it does not support."""
    if not text.startswith("This plugin does not support"):
        print(text, file=sys.stderr)


def settle(work: TaskRunner) -> None:
    """Run the event loop until the window has all that it asked for."""
    clock, loop, quiet = QElapsedTimer(), QEventLoop(), 0
    clock.start()
    while quiet < QUIET_MS and clock.elapsed() < PATIENCE_MS:
        QTimer.singleShot(25, loop.quit)
        loop.exec()
        quiet = quiet + 25 if work.idle else 0


def grab(widget: QWidget, scale: float = 1.0) -> QImage:
    """The widget as an image of `scale` times its size, drawn sharp at that scale."""
    image = QImage(widget.size() * scale, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(scale)
    image.fill(widget.palette().color(QPalette.ColorRole.Window))
    painter = QPainter(image)
    widget.render(painter, QPoint())
    painter.end()
    return image
