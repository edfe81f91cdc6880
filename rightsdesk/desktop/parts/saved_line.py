"""A line that says what became of saving, and opens what was saved."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QHBoxLayout, QWidget

from rightsdesk.desktop.design.announcing import announce
from rightsdesk.desktop.design.buttons import LinkButton
from rightsdesk.desktop.design.text import Text
from rightsdesk.desktop.design.tokens import Tone, space
from rightsdesk.desktop.parts.opening import open_folder_of, tell_where
from rightsdesk.desktop.parts.texts import path_text, tr


class SavedLine(QWidget):
    """Hidden while there is nothing to say. After a file was saved it has Open and Show in
    folder."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("saved-line")
        self._path = ""
        self.words = Text(tone=Tone.DIM, wrap=True)
        self.open = LinkButton(tr("Open"), self._open, name="open-saved")
        self.folder = LinkButton(tr("Show in folder"), self._show_folder, name="show-saved")
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(space(3))
        line.addWidget(self.words, 1)
        line.addWidget(self.open)
        line.addWidget(self.folder)
        self.tell("")

    def text(self) -> str:
        """What it says."""
        return self.words.text()

    def tell(self, text: str) -> None:
        """Say something that saved nothing; "" hides it."""
        self._show(text, "")

    def tell_saved(self, text: str, path: str) -> None:
        """Say that something was saved at a path, and offer to open it."""
        self._show(text, path)
        announce(self, text)

    def _show(self, text: str, path: str) -> None:
        self._path = path
        self.words.setText(text)
        for button in (self.open, self.folder):
            button.setVisible(bool(path))
        self.setVisible(bool(text))

    def _open(self) -> None:
        if not QDesktopServices.openUrl(QUrl(Path(self._path).absolute().as_uri())):
            tell_where(self, self._path)

    def _show_folder(self) -> None:
        open_folder_of(self._path, self)


def saved_in(path: str) -> str:
    """`Saved in /home/mira/Report.pdf.`"""
    return tr("Saved in {path}.").format(path=path_text(path))
