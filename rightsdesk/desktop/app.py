"""Starting and ending the window."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QLibraryInfo, QLocale, QTranslator
from PySide6.QtWidgets import QApplication, QMessageBox

from rightsdesk.desktop.faults import FaultWatch
from rightsdesk.desktop.look import app_icon
from rightsdesk.desktop.main_window import MainWindow
from rightsdesk.desktop.message_box import message_box
from rightsdesk.desktop.passphrase import Asker
from rightsdesk.desktop.utf8 import ensure_utf8
from rightsdesk.desktop.work import Work
from rightsdesk.errors import KnownError

if TYPE_CHECKING:
    from rightsdesk.workspace import Workspace


def application(argv: Sequence[str] | None = None) -> QApplication:
    """The Qt application of this process, made if there is none yet."""
    existing = QApplication.instance()
    if isinstance(existing, QApplication):
        return existing
    ensure_utf8()
    app = QApplication(list(argv) if argv else ["rightsdesk"])
    app.setApplicationName("RightsDesk")
    app.setApplicationDisplayName("RightsDesk")
    app.setDesktopFileName("rightsdesk")
    app.setWindowIcon(app_icon())
    translator = QTranslator(app)
    folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    if translator.load(QLocale(), "qtbase", "_", folder):
        app.installTranslator(translator)
    return app


def run(workspace: Workspace, argv: Sequence[str] | None = None) -> int:
    """Show the window on an open workspace until it is closed; the exit code."""
    app = application(argv)
    work = Work()
    window = MainWindow(workspace, work)
    window.as_it_was()
    watch = FaultWatch()
    watch.caught.connect(window.show_fault)
    watch.start()
    window.show()
    window.schedule.start()
    window.following.start()
    try:
        return app.exec()
    finally:
        watch.stop()
        work.close()


def main(data_dir: Path | None = None, argv: Sequence[str] | None = None) -> int:
    """Open the workspace in a folder and show the window; the exit code.

    Asks for the passphrase, where one is needed, in the window.
    """
    from rightsdesk.workspace import Workspace

    application(argv)
    try:
        workspace = Workspace.open(data_dir, ask_passphrase=Asker())
    except KnownError as error:
        could_not_start(error)
        return 3
    with workspace:
        return run(workspace, argv)


def could_not_start(error: KnownError) -> None:
    """Say in a window why there is none."""
    print(error, file=sys.stderr)
    box = message_box(
        None,
        error.sentence,
        details=" ".join(p for p in (error.untouched, error.advice) if p),
        title="RightsDesk",
        icon=QMessageBox.Icon.Warning,
    )
    box.exec()
