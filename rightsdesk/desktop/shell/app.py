"""Starting and ending the window."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication, QMessageBox

from rightsdesk import config_file, log_file
from rightsdesk.desktop.accounts.asker import Asker
from rightsdesk.desktop.design.appearance import appearance
from rightsdesk.desktop.opening.file_openings import FileOpenings
from rightsdesk.desktop.opening.first_window import FirstWindow
from rightsdesk.desktop.opening.second_start import address_of, hand_over
from rightsdesk.desktop.parts.message_box import message_box
from rightsdesk.desktop.parts.texts import (
    path_text,
    sentence,
    tr,
)
from rightsdesk.desktop.parts.theme import app_icon
from rightsdesk.desktop.shell import languages
from rightsdesk.desktop.shell.autostart import autostart, usual_data_dir
from rightsdesk.desktop.shell.backups import choose_backup
from rightsdesk.desktop.shell.crash_dialog import FaultWatch
from rightsdesk.desktop.shell.main_window import Forget, MainWindow
from rightsdesk.desktop.state.garbage import Collector
from rightsdesk.desktop.state.heap import give_back_memory
from rightsdesk.desktop.state.tasks import TaskRunner
from rightsdesk.desktop.state.window_settings import WindowSettings
from rightsdesk.desktop.utf8 import ensure_utf8
from rightsdesk.enums.causes import Cause
from rightsdesk.errors import KnownError

if TYPE_CHECKING:
    from rightsdesk.workspace import Workspace


def application(argv: Sequence[str] | None = None) -> QApplication:
    """The Qt application of this process, made if there is none yet."""
    existing = QApplication.instance()
    if isinstance(existing, QApplication):
        return existing
    ensure_utf8()
    give_back_memory()
    app = QApplication(list(argv) if argv else ["rightsdesk"])
    app.setApplicationName("RightsDesk")
    app.setApplicationDisplayName("RightsDesk")
    app.setDesktopFileName("rightsdesk")
    app.setWindowIcon(app_icon())
    appearance(app)
    Collector(app)
    languages.install(app, languages.SYSTEM)
    return app


def run(workspace: Workspace, argv: Sequence[str] | None = None) -> int:
    """Show the window on an open workspace until it is closed; the exit code."""
    return _shown(workspace, argv, restorable=False).code


@dataclass(frozen=True, slots=True)
class Ending:
    """How a window ended: the exit code, the path of a backup that is to be restored before it
    opens again, and whether all data are to be removed."""

    code: int
    restore_from: str = ""
    forget: Forget | None = None


def _shown(
    workspace: Workspace,
    argv: Sequence[str] | None,
    *,
    restorable: bool,
    paths: Sequence[str] = (),
    first: FirstWindow | None = None,
) -> Ending:
    """Show the window until it is closed. `paths` are opened in it, and what second starts ask
    for."""
    app = application(argv)
    work = TaskRunner()
    window = MainWindow(workspace, work)
    window.actions_.restore.setVisible(restorable)
    window.actions_.forget.setVisible(restorable)
    window.as_it_was()
    watch = FaultWatch()
    watch.caught.connect(window.show_fault)
    watch.start()
    window.show()
    window.schedule.start()
    window.facts_updates.start()
    window.update_notice.start()
    window.following.start()
    window.opening.open(paths)
    if first is not None:
        first.attend(window.called)
    dropped = FileOpenings(app)
    dropped.opened.connect(lambda path: window.opening.open([path]))
    try:
        return Ending(app.exec(), window.restore_from, window.forget)
    finally:
        dropped.stop()
        if first is not None:
            first.attend(None)
        watch.stop()
        work.close()
        window.memory.write()
        window.deleteLater()  # its timers would go on while another window is open
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def main(
    data_dir: Path | None = None,
    argv: Sequence[str] | None = None,
    *,
    paths: Sequence[str] = (),
) -> int:
    """Open the workspace in a folder and show the window; the exit code.

    Asks for the passphrase, where one is needed, in the window. A backup is restored between
    two windows, while nothing is open. If another window was opened on the folder meanwhile,
    it gets the paths, and none is shown here.
    """
    from rightsdesk.workspace import Workspace

    app = application(argv)
    first = FirstWindow(app)
    folder = data_dir or usual_data_dir()
    if folder is not None:
        language = WindowSettings(folder).language or config_file.in_use().language
        languages.install(app, language)
    while True:
        if folder is not None:
            address = address_of(folder)
            if not first.listen(address) and hand_over(address, paths, os.environ):
                return 0
        try:
            workspace = Workspace.open(data_dir, ask_passphrase=Asker())
        except KnownError as error:
            source = could_not_start(error)
            if not source:
                return 3
        else:
            with workspace:
                log_file.begin(workspace.data_dir, "window")
                try:
                    first.listen(address_of(workspace.data_dir))  # at the very first start
                    ended = _shown(workspace, argv, restorable=True, paths=paths, first=first)
                finally:
                    log_file.end()
            if ended.forget is not None:
                first.close()
                return _forget(workspace.data_dir, ended.forget)
            source, paths = ended.restore_from, ()
            if not source:
                return ended.code
        try:
            Workspace.restore(source, data_dir)
        except KnownError as error:
            _box(error).exec()


def _forget(data_dir: Path, order: Forget) -> int:
    """Remove a folder's data, and say what is left; the exit code."""
    from rightsdesk.workspace import Workspace

    warnings = list(order.warnings)
    try:
        at_login = autostart(data_dir)
        if at_login.is_on():
            at_login.switch(False)
    except KnownError as error:
        warnings.append(sentence(error.sentence))
    try:
        left = Workspace.forget(data_dir, keep_backups=order.keep_backups)
    except KnownError as error:
        _box(error).exec()
        return 3
    warnings += map(sentence, left.warnings)
    if left.strangers:
        form = tr("These files are not RightsDesk's, and stay: {paths}")
        paths = "\n".join(path_text(str(path)) for path in left.strangers)
        warnings.append(form.format(paths=paths))
    message_box(
        None,
        tr("RightsDesk's data are removed."),
        details="\n\n".join(warnings),
        title="RightsDesk",
        name="forgotten",
    ).exec()
    return 0


def could_not_start(error: KnownError) -> str:
    """Say in a window why there is none. Where a backup may help, it can be chosen: its path,
    else ""."""
    print(error, file=sys.stderr)
    box = _box(error)
    if error.cause != Cause.DATABASE_DAMAGED:
        box.exec()
        return ""
    role = QMessageBox.ButtonRole
    restore = box.addButton(tr("&Restore a backup…"), role.AcceptRole)
    box.addButton(tr("&Close"), role.RejectRole)
    box.exec()
    if box.clickedButton() is not restore:
        return ""
    chosen: list[str] = []
    choose_backup(None, chosen.append).exec()
    return chosen[0] if chosen else ""


def _box(error: KnownError) -> QMessageBox:
    return message_box(
        None,
        sentence(error.sentence),
        details=" ".join(map(sentence, error.parts[1:])),
        title="RightsDesk",
        icon=QMessageBox.Icon.Warning,
    )
