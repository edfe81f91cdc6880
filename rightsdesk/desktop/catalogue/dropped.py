"""Folders were dropped while all artists are in view: whose music is in them?"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QCompleter, QDialog, QDialogButtonBox, QWidget

from rightsdesk.desktop.design.buttons import allow
from rightsdesk.desktop.parts.texts import path_text, plain_mnemonic, tr
from rightsdesk.desktop.parts.theme import em_across
from rightsdesk.desktop.parts.widgets import (
    button,
    dim_label,
    fit_height,
    heading,
    primary,
    vertical,
)
from rightsdesk.desktop.state.tasks import Lane, Task
from rightsdesk.desktop.state.view_state import ViewState
from rightsdesk.folding import unaccented
from rightsdesk.shown import shown
from rightsdesk.workspace.catalogue.surveying import Survey
from rightsdesk.workspace.types.artists import Artist

MOST_PLACES = 4
"""So many of the folders are named."""


class WhoseFolders(QDialog):
    """Asks for the artist of some folders; the tags of their files suggest one.

    `chosen` gets the artist of the roster, or the name of a new one.
    """

    def __init__(
        self,
        view_state: ViewState,
        folders: Sequence[str],
        chosen: Callable[[Artist | str, list[str]], None],
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("whose-folders")
        self.setWindowTitle(tr("Add music"))
        self._view_state, self._folders, self._chosen = view_state, list(folders), chosen
        self._touched = False
        self.name = QComboBox()
        self.name.setObjectName("whose-name")
        self.name.setEditable(True)
        self.name.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.name.addItems([shown(one.name) for one in view_state.artists])
        self.name.setCurrentIndex(-1)
        self.name.setAccessibleName(tr("Artist"))
        field = self.name.lineEdit()
        assert field is not None  # it is editable
        field.setPlaceholderText(tr("Choose an artist, or type a new name"))
        completer = self.name.completer()
        if completer is not None:
            completer.setFilterMode(Qt.MatchFlag.MatchContains)
            completer.setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
        field.textEdited.connect(self._edited)
        self.name.activated.connect(lambda _n: self._edited())
        self.name.currentTextChanged.connect(lambda _t: self._show())
        layout = vertical(spacing=0.6, margin=1.0)
        self.setLayout(layout)
        layout.addWidget(heading(tr("Whose music is this?")))
        places = [path_text(place) for place in self._folders[:MOST_PLACES]]
        if len(self._folders) > MOST_PLACES:
            places.append("…")
        layout.addWidget(dim_label("\n".join(places)))
        layout.addWidget(self.name)
        self.hint = dim_label("")
        layout.addWidget(self.hint)
        box = QDialogButtonBox()
        self.add = primary(button("", self.accept, name="add-music"))
        box.addButton(self.add, QDialogButtonBox.ButtonRole.AcceptRole)
        box.addButton(button(tr("&Cancel"), self.reject), QDialogButtonBox.ButtonRole.RejectRole)
        layout.addStretch(1)
        layout.addWidget(box)
        fit_height(self, em_across(self, 30))
        self.name.setFocus()
        self._show()
        self.accepted.connect(self._accepted)
        task: Task = view_state.work.run(
            Lane.SHORT,
            lambda task: view_state.workspace.catalogue.survey(folders, cancel=task.cancelled),
            self._read,
            owner=self,
        )
        self.finished.connect(lambda _result: task.cancel())

    @property
    def artist(self) -> Artist | None:
        """The artist of the roster that is meant; None for a new one."""
        meant = unaccented(self.name.currentText().strip())
        found = (one for one in self._view_state.artists if unaccented(shown(one.name)) == meant)
        return next(found, None)

    def _edited(self) -> None:
        self._touched = True

    def _read(self, survey: Survey) -> None:
        """Suggest the name that most files have, as long as nothing was typed."""
        if survey.artists and not self._touched:
            self.name.setCurrentText(shown(survey.artists[0][0]))

    def _show(self) -> None:
        name, known = self.name.currentText().strip(), self.artist
        allow(self.add, unless="" if name else tr("Enter the artist's name first."))
        if known is not None:
            form = tr("&Add to {artist}")
            self.hint.setText(tr("The files are only read."))
        else:
            form = tr("&Add {artist} as a new artist") if name else tr("&Add")
            self.hint.setText(tr("The files are only read. A new artist has no choice yet."))
        self.add.setText(form.format(artist=plain_mnemonic(name)))

    def _accepted(self) -> None:
        self._chosen(self.artist or self.name.currentText().strip(), self._folders)
