"""Write a letter: choose its kind and recipient, see and edit the text, keep it, save it."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QLocale, Signal
from PySide6.QtWidgets import QDialog, QGridLayout, QHBoxLayout, QLineEdit, QPlainTextEdit, QWidget

from rightsdesk.desktop.design.buttons import allow
from rightsdesk.desktop.design.words import language_name
from rightsdesk.desktop.pages.evidence.saving import Saver, file_name
from rightsdesk.desktop.parts.saved_line import SavedLine
from rightsdesk.desktop.parts.texts import error_text, tr, under_way
from rightsdesk.desktop.parts.theme import resize_to_ems
from rightsdesk.desktop.parts.widgets import (
    CalmComboBox,
    button,
    dim_label,
    plain_label,
    primary,
    vertical,
)
from rightsdesk.desktop.state.tasks import Lane, Task
from rightsdesk.desktop.state.view_state import ViewState
from rightsdesk.errors import KnownError
from rightsdesk.message_files import languages
from rightsdesk.workspace.letters.filling import open_places
from rightsdesk.workspace.letters.types import Draft, Letter
from rightsdesk.workspace.types.artists import Artist
from rightsdesk.workspace.types.scopes import Filter

FILES = "PDF (*.pdf);;HTML (*.html);;Text (*.txt)"


class LetterDialog(QDialog):
    """For one artist: a new letter, or one that was kept. `kept` after a letter was kept."""

    kept = Signal()

    def __init__(
        self,
        view_state: ViewState,
        artist: Artist | None,
        letter: Letter | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("letter")
        self.setWindowTitle(tr("Letter"))
        self._view_state, self._artist, self._letter = view_state, artist, letter
        self._draft: Draft | None = None
        self._serial = 0
        self.kinds, self.language = CalmComboBox(), CalmComboBox()
        self.recipient, self.address = CalmComboBox(), QLineEdit()
        self.recipient.setEditable(True)
        self.about, self.missing, self.told = dim_label(), plain_label(), SavedLine()
        self.text = QPlainTextEdit()
        self.text.setObjectName("letter-text")
        self.text.setAccessibleName(tr("Text of the letter"))
        self.text.setTabChangesFocus(True)
        self.save_file = button(tr("&Save as a file…"), self._save_file, name="letter-save")
        self.keep = primary(button(tr("&Keep the letter"), self._keep, name="letter-keep"))
        self._saver = Saver(view_state, self, self.told)
        self._put_together()
        if letter is None:
            self._fill_in_choices()
        else:
            self._show(letter)
        self.text.textChanged.connect(self._say_missing)

    def _put_together(self) -> None:
        layout = vertical(spacing=0.5, margin=1.0)
        self.setLayout(layout)
        self.form = QWidget()
        # No QFormLayout: it gives wrapped text room for lines that it does not need.
        form = QGridLayout(self.form)
        form.setContentsMargins(0, 0, 0, 0)
        form.setColumnStretch(1, 1)
        form.addWidget(self.about, 1, 1)
        for row, words, field in (
            (0, tr("&Letter"), self.kinds),
            (2, tr("&To"), self.recipient),
            (3, tr("&Address"), self.address),
            (4, tr("La&nguage"), self.language),
        ):
            label = plain_label(words)
            label.setBuddy(field)
            form.addWidget(label, row, 0)
            form.addWidget(field, row, 1)
        layout.addWidget(self.form)
        layout.addWidget(self.text, 1)
        layout.addWidget(self.missing)
        caution = tr("Nothing is sent from here. This is information, not legal advice.")
        layout.addWidget(dim_label(caution))
        layout.addWidget(self.told)
        foot = QHBoxLayout()
        foot.addWidget(self.save_file)
        foot.addStretch(1)
        foot.addWidget(button(tr("Close"), self.reject))
        foot.addWidget(self.keep)
        layout.addLayout(foot)
        resize_to_ems(self, 46, 42)

    def _fill_in_choices(self) -> None:
        letters = self._view_state.workspace.letters
        for code in languages():
            self.language.addItem(language_name(code), code)
        spoken = QLocale().name().partition("_")[0]
        self.language.setCurrentIndex(max(0, self.language.findData(spoken)))
        for kind, form in letters.kinds(self._code).items():
            self.kinds.addItem(form.title, kind)
        self.kinds.setCurrentIndex(max(0, self.kinds.findData("reservation")))
        self.recipient.addItem("")
        self._view_state.read("recipients", letters.recipients, self.recipient.addItems)
        for box in (self.kinds, self.language):
            box.currentIndexChanged.connect(lambda _n: self.fill())
        self.recipient.currentTextChanged.connect(lambda _text: self.fill())
        self.address.textEdited.connect(lambda _text: self.fill())
        self.fill()

    @property
    def _code(self) -> str:
        return str(self.language.currentData() or "en")

    def fill(self) -> None:
        """Fill the form from the record, in a worker."""
        letters, artist = self._view_state.workspace.letters, self._artist
        kind, code = str(self.kinds.currentData()), self._code
        recipient, address = self.recipient.currentText().strip(), self.address.text().strip()
        self.about.setText(letters.kinds(code)[kind].about)
        chosen = Filter(artist_id=artist.id if artist else None)
        self._serial = serial = self._serial + 1

        def make(_task: Task) -> Draft:
            return letters.draft(kind, chosen, recipient, address=address, language=code)

        def arrived(draft: Draft) -> None:
            if serial == self._serial:
                self._draft = draft
                self.text.setPlainText(draft.text)
                self._allow(True)

        def failed(error: KnownError) -> None:
            if serial == self._serial:
                self._draft = None
                self.text.setPlainText("")
                self.missing.setText(error_text(error))
                self._allow(False)

        self._view_state.work.run(Lane.SHORT, make, arrived, failed=failed, owner=self)

    def _show(self, letter: Letter) -> None:
        self.form.hide()
        self.text.setPlainText(letter.text)
        self.text.setReadOnly(bool(letter.sent_on))
        self.keep.setVisible(not letter.sent_on)
        self._say_missing()

    def _allow(self, allowed: bool) -> None:
        for one in (self.keep, self.save_file):
            allow(one, unless="" if allowed else self.missing.text() or under_way())
        if allowed:
            self._say_missing()

    def _say_missing(self) -> None:
        places = open_places(self.text.toPlainText())
        form = tr("Still to be filled in, since the record does not have it: {places}.")
        self.missing.setText(form.format(places=", ".join(places)) if places else "")
        self.missing.setVisible(bool(places))

    def _shown(self) -> Draft | Letter | None:
        one = self._letter or self._draft
        return None if one is None else replace(one, text=self.text.toPlainText())

    def _keep(self) -> None:
        letters, draft, letter = self._view_state.workspace.letters, self._draft, self._letter
        text = self.text.toPlainText()

        def keep(_task: Task) -> object:
            if letter is not None:
                return letters.change(letter.id, text)
            return letters.write(draft, text) if draft is not None else None

        def done(_letter: object) -> None:
            self.kept.emit()
            self.accept()

        self._view_state.work.run(
            Lane.WRITE,
            keep,
            done,
            failed=lambda error: self.told.tell(error_text(error)),
            owner=self,
        )

    def _save_file(self) -> None:
        one, letters = self._shown(), self._view_state.workspace.letters
        if one is None:
            return

        def write(path: str, replacing: bool, _task: Task) -> None:
            from rightsdesk.desktop.printing.pdf import pdf

            letters.save(one, path, printer=pdf, replace=replacing)

        words = tr("Letter to {name}").format(name=one.recipient)
        self._saver.ask(file_name(words, "pdf"), FILES, write)
