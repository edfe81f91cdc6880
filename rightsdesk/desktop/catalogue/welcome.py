"""The first start: who, where, and what AI may do. Three answers, and the music is looked at."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QMimeData, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QWidget

from rightsdesk import phrases
from rightsdesk.consent import PRESETS, Consent, Preset, widened
from rightsdesk.desktop.catalogue.folders import ask_folder
from rightsdesk.desktop.consents.cards import PresetCards
from rightsdesk.desktop.consents.panel import HONEST
from rightsdesk.desktop.consents.widening import ask_widening
from rightsdesk.desktop.parts.texts import counted, tr
from rightsdesk.desktop.parts.theme import Accent, em, em_across, icon
from rightsdesk.desktop.parts.widgets import (
    button,
    dim_label,
    heading,
    plain_label,
    scrolled,
    vertical,
    with_icon,
)
from rightsdesk.desktop.state.window_settings import WindowSettings


def folders_in(mime: QMimeData) -> list[str]:
    """The folders that are being dropped; of a file its folder."""
    paths = [Path(url.toLocalFile()) for url in mime.urls() if url.isLocalFile()]
    folders = [path if path.is_dir() else path.parent for path in paths]
    return list(dict.fromkeys(str(folder) for folder in folders))


class WelcomePage(QWidget):
    """`answered` gives the artist's name, the folders and the consent."""

    answered = Signal(str, list, object)

    def __init__(self, memory: WindowSettings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._memory = memory
        self.setObjectName("welcome")
        self.setAcceptDrops(True)
        self.folders: list[str] = []
        self.name = QLineEdit()
        self.name.setObjectName("artist-name")
        self.name.setPlaceholderText(tr("Name of the artist or band"))
        self.name.setAccessibleName(tr("Who is the artist?"))
        self.name.textChanged.connect(self._changed)
        self.choose = button(tr("&Choose a folder…"), self._choose, name="choose-folder")
        self.choose.setIcon(icon("folder", self))
        self.where = dim_label()
        self.cards = PresetCards(columns=2)
        self.cards.asked_for.connect(self._preset_asked)
        self.hint = plain_label()
        self.missing = ""
        column = QFrame()
        layout = vertical(spacing=0.55, margin=1.5)
        column.setLayout(layout)
        layout.addWidget(heading(tr("Say once what AI may do with your music"), factor=1.6))
        layout.addWidget(
            dim_label(
                tr(
                    "RightsDesk looks at your files first and changes nothing. "
                    "You see every change before it is made, and can undo it."
                )
            )
        )
        layout.addSpacing(em(self, 0.5))
        layout.addWidget(heading(tr("1   Who is the artist?"), factor=1.15))
        layout.addWidget(self.name)
        layout.addSpacing(em(self, 0.4))
        layout.addWidget(heading(tr("2   Where is the music?"), factor=1.15))
        folder_line = QHBoxLayout()
        folder_line.addWidget(self.choose)
        folder_line.addWidget(self.where, 1)
        layout.addLayout(folder_line)
        layout.addSpacing(em(self, 0.4))
        layout.addWidget(heading(tr("3   What may AI do?"), factor=1.15))
        layout.addWidget(self.cards)
        layout.addWidget(self.hint)
        layout.addWidget(with_icon("info", Accent.TOLD, dim_label(tr(HONEST))))
        layout.addStretch(1)
        column.setMaximumWidth(em_across(self, 46))
        row = QWidget()
        centred = QHBoxLayout(row)
        centred.setContentsMargins(0, 0, 0, 0)
        centred.addStretch(1)
        centred.addWidget(column, 20)
        centred.addStretch(1)
        whole = vertical()
        self.setLayout(whole)
        whole.addWidget(scrolled(row))
        self.cards.show_choice(None, suggested=Preset.NO_AI)
        self._changed()

    def add_folders(self, folders: list[str]) -> None:
        """Take folders, however they were given."""
        self.folders = list(dict.fromkeys([*self.folders, *folders]))
        self._changed()

    def ask_again(self) -> None:
        """The answers could not be taken; they stay as they are."""
        self.cards.setEnabled(True)
        self._changed()

    def give_back(self) -> None:
        """The answers were taken; a later welcome starts empty."""
        self.folders = []
        self.name.clear()
        self.cards.setEnabled(True)
        self._changed()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if folders_in(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        self.add_folders(folders_in(event.mimeData()))
        event.acceptProposedAction()

    def _choose(self) -> None:
        ask_folder(
            self,
            self._memory,
            tr("Where is the music?"),
            lambda folder: self.add_folders([folder]),
        )

    def _changed(self) -> None:
        if self.folders:
            more = len(self.folders) - 1
            rest = counted(" and %n more folder", " and %n more folders", more) if more else ""
            self.where.setText(self.folders[0] + rest)
        else:
            self.where.setText(tr("or drop folders here"))
        named = bool(self.name.text().strip())
        missing = []
        if not named:
            missing.append(tr("the artist's name"))
        if not self.folders:
            missing.append(tr("a folder"))
        self.missing = phrases.and_list(missing)
        self.hint.setText(tr("A click begins. You can choose otherwise at any time."))

    def _preset_asked(self, preset: Preset) -> None:
        if self.missing:
            self.hint.setText(tr("First give {what}, please.").format(what=self.missing))
            (self.choose if self.name.text().strip() else self.name).setFocus()
            return
        consent = PRESETS[preset]
        uses = widened(Consent(), consent)
        if not uses:
            self._answer(consent)
            return
        ask_widening(
            self,
            self.name.text().strip(),
            uses,
            before=Consent(),
            after=consent,
            yes=lambda: self._answer(consent),
        )

    def _answer(self, consent: Consent) -> None:
        self.cards.setEnabled(False)
        self.hint.setText(tr("One moment…"))
        self.answered.emit(self.name.text().strip(), list(self.folders), consent)
