"""Asks where a report or a letter goes, and writes it in a worker."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QFileDialog, QWidget

from rightsdesk.desktop.parts.message_box import ask
from rightsdesk.desktop.parts.saved_line import SavedLine, saved_in
from rightsdesk.desktop.parts.texts import error_text, path_text, sentence, tr
from rightsdesk.desktop.state.tasks import Lane, Task
from rightsdesk.desktop.state.view_state import ViewState
from rightsdesk.errors import KnownError
from rightsdesk.workspace.exports.saving import AlreadyThere

WriteFile = Callable[[str, bool, Task], object]
"""Writes to a path; True to replace a file. Called in a worker."""


_NOT_IN_NAMES = frozenset('\\/:*?"<>|')
"""Letters that a file name can't have on one of the systems."""


def file_name(words: str, ending: str) -> str:
    """Words and an ending as a file name that every system takes."""
    letters = ("-" if one in _NOT_IN_NAMES or not one.isprintable() else one for one in words)
    return f"{''.join(letters)[:100].strip(' .')}.{ending}"


class Saver:
    """Saves one kind of file for a page or dialog; `told` says what became of it."""

    def __init__(self, view_state: ViewState, owner: QWidget, told: SavedLine) -> None:
        self._view_state, self._owner, self._told = view_state, owner, told

    def ask(self, name: str, kinds: str, write: WriteFile) -> None:
        """Ask for a place, with a name to begin with; `kinds` are Qt's name filters."""
        dialog = QFileDialog(self._owner, tr("Save"))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setOption(QFileDialog.Option.DontConfirmOverwrite)  # asked here, as elsewhere
        dialog.setNameFilters(kinds.split(";;"))
        dialog.selectFile(name)
        dialog.fileSelected.connect(lambda path: self.write(path, write))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def write(self, path: str, write: WriteFile, *, replace: bool = False) -> None:
        """Write in a worker; ask before a file is replaced."""
        self._told.tell(tr("Writing {path} …").format(path=path_text(path)))

        def failed(error: KnownError) -> None:
            if isinstance(error, AlreadyThere) and not replace:
                self._told.tell("")
                ask(
                    self._owner,
                    sentence(error.sentence),
                    tr("&Replace"),
                    tr("&Keep as it is"),
                    lambda: self.write(path, write, replace=True),
                    details=tr("Replace it? What is in it now will be gone."),
                    name="evidence-replace",
                )
            else:
                self._told.tell(error_text(error))

        def done(_result: object) -> None:
            self._told.tell_saved(saved_in(path), path)

        self._view_state.work.run(
            Lane.WAIT,
            lambda task: write(path, replace, task),
            done,
            failed=failed,
            owner=self._owner,
        )
