"""Backing up and restoring RightsDesk's own data from the File menu, and saving its log."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from rightsdesk.desktop.parts.message_box import ask, tell
from rightsdesk.desktop.parts.texts import (
    path_text,
    sentence,
    tr,
)
from rightsdesk.desktop.state.tasks import Lane
from rightsdesk.desktop.state.view_state import ViewState
from rightsdesk.errors import KnownError

ENDING = "backup"


class Backups(QObject):
    """Asks where, and does it. `restore_wanted` gives the path of a backup to put in the place
    of the data: that needs the workspace to be closed."""

    restore_wanted = Signal(str)

    def __init__(self, view_state: ViewState, window: QWidget) -> None:
        super().__init__(window)
        self._view_state, self._window = view_state, window

    def ask_where_to(self) -> None:
        """Ask for a file, then back up."""
        dialog = QFileDialog(self._window, tr("Back up RightsDesk's own data"))
        dialog.setObjectName("back-up")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix(ENDING)
        dialog.selectFile(f"rightsdesk-{date.today().isoformat()}.{ENDING}")
        dialog.fileSelected.connect(self.back_up)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def back_up(self, path: str) -> None:
        """Back up to a file; one that is there was agreed to be replaced."""
        workspace = self._view_state.workspace
        self._view_state.work.run(
            Lane.WAIT,
            lambda _task: workspace.back_up(path, replace=True),
            lambda made: self._say(
                tr("Backed up to {path}.").format(path=path_text(str(made))),
                tr(
                    "Artists, consents, accounts, what was read, and the journal are in it. The "
                    "stored sign-ins are in it encrypted; the key to them is not: it stays in the "
                    "keyring or with your passphrase. Your music is not part of it."
                ),
            ),
            failed=self._failed,
            owner=self,
        )

    def ask_log_where(self) -> None:
        """Ask for a file, then save the log."""
        dialog = QFileDialog(self._window, tr("Save the log"))
        dialog.setObjectName("save-log")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("zip")
        dialog.selectFile(f"rightsdesk-log-{date.today().isoformat()}.zip")
        dialog.fileSelected.connect(self.save_log)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def save_log(self, path: str) -> None:
        """Save the log to a file; one that is there was agreed to be replaced."""
        workspace, title = self._view_state.workspace, tr("Save the log")
        self._view_state.work.run(
            Lane.WAIT,
            lambda _task: workspace.save_log(path, workspace.data_dir, replace=True),
            lambda _names: self._say(
                tr("Saved to {path}.").format(path=path_text(path)),
                tr(
                    "Versions, the log and crash reports are in it, without passwords and keys. "
                    "RightsDesk sends it nowhere: look through it, then pass it on to the makers "
                    "of RightsDesk if you like."
                ),
                title,
            ),
            failed=lambda error: self._failed(error, title),
            owner=self,
        )

    def ask_what_from(self) -> None:
        """Ask for a backup, and whether it is meant; then `restore_wanted`."""
        choose_backup(self._window, self.ask_about)

    def ask_about(self, path: str) -> None:
        """Ask whether all data are to be replaced."""
        ask(
            *(self._window, tr("Replace all of RightsDesk's own data with this backup?")),
            *(tr("&Restore"), tr("&Keep what is here")),
            lambda: self.restore_wanted.emit(path),
            details=f"{path_text(path)}\n\n"
            + tr(
                "The data that are here now are kept aside, in the folder “backups”. The window "
                "closes and opens again. What files and platforms say is unknown then until they "
                "are read again, and jobs that are not in the backup can't be undone."
            ),
            title=tr("Restore a backup?"),
            name="restore-question",
            destructive=True,
        )

    def _failed(self, error: KnownError, title: str = "") -> None:
        details = " ".join(map(sentence, error.parts[1:]))
        self._say(sentence(error.sentence), details, title)

    def _say(self, text: str, details: str, title: str = "") -> None:
        tell(self._window, text, details=details, title=title or tr("Back up"), name="backed-up")


def choose_backup(parent: QWidget | None, chosen: Callable[[str], object]) -> QFileDialog:
    """Ask for a file to restore."""
    dialog = QFileDialog(parent, tr("Which backup?"))
    dialog.setObjectName("restore")
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    dialog.fileSelected.connect(chosen)
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()
    return dialog
