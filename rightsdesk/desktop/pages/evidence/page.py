"""Evidence: is the record whole, a report for others, and letters with their answers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QMenu, QVBoxLayout, QWidget

from rightsdesk.desktop.design.buttons import LinkButton, allow
from rightsdesk.desktop.design.cards import Card, Hairline
from rightsdesk.desktop.design.chips import Chip
from rightsdesk.desktop.design.header import PageHeader
from rightsdesk.desktop.design.text import Text
from rightsdesk.desktop.design.tokens import Size, Tone, space
from rightsdesk.desktop.design.words import language
from rightsdesk.desktop.pages.evidence.letter_dialog import LetterDialog
from rightsdesk.desktop.pages.evidence.saving import Saver, WriteFile, file_name
from rightsdesk.desktop.pages.evidence.words import (
    hash_text,
    heading_text,
    letter_chip,
    letter_text,
    record_text,
    stamp_chip,
)
from rightsdesk.desktop.pages.page import Page
from rightsdesk.desktop.pages.places import PagePlace
from rightsdesk.desktop.parts.saved_line import SavedLine
from rightsdesk.desktop.parts.texts import error_text, plain_mnemonic, tr, under_way
from rightsdesk.desktop.parts.widgets import (
    Flow,
    button,
    dim_label,
    emptied,
    plain_label,
    scrolled,
)
from rightsdesk.desktop.state.tasks import Lane, Task
from rightsdesk.desktop.state.view_state import ViewState
from rightsdesk.ledger.chain import Head
from rightsdesk.message_files import ENGLISH, languages
from rightsdesk.workspace.data.ledger import LedgerReport
from rightsdesk.workspace.evidence.types import Stamp, Stamped, StampSources
from rightsdesk.workspace.letters.types import Letter
from rightsdesk.workspace.types.artists import Artist
from rightsdesk.workspace.types.scopes import Filter

REPORT_FILES = "PDF (*.pdf);;HTML (*.html);;JSON (*.json)"
RECORD_FILES = "JSON Lines (*.jsonl)"
STAMPS_SETTING = "proof/2"
"""The setting that says who stamps the record with a time: see `settings/titles.py`."""


@dataclass(frozen=True, slots=True)
class EvidenceLoaded:
    """What the page shows."""

    head: Head
    sources: StampSources
    stamps: list[Stamp]
    letters: list[Letter]


class EvidencePage(Page):
    """The state of the record, reports and letters. `setting_wanted` asks for a setting by its
    key."""

    setting_wanted = Signal(str)

    place = PagePlace.EVIDENCE

    def __init__(self, view_state: ViewState, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._view_state = view_state
        self.header = PageHeader(
            tr("Evidence"), tr("What was chosen, found and done, in a form that holds elsewhere.")
        )
        self.header.primary.setText(tr("Make a report…"))
        self.header.primary.setObjectName("make-report")
        self.header.primary.clicked.connect(lambda _c=False: self._make_report())
        self.header.primary.show()
        self.told = SavedLine()
        self._saver = Saver(view_state, self, self.told)
        self.record, self.stamps = plain_label(), Chip()
        self.hash = Text(size=Size.SMALL, tone=Tone.DIM, wrap=True)
        self.checked = Text(wrap=True)
        self.check = button(tr("Check the record"), self._check, name="check-record")
        self.save = button(tr("Save the record…"), self._save_record, name="save-record")
        self.choose = button(
            tr("Choose who stamps it…"),
            lambda: self.setting_wanted.emit(STAMPS_SETTING),
            name="choose-stamps",
        )
        self.stamp = button(tr("Stamp now"), self._stamp, name="stamp-record")
        self.letters = QVBoxLayout()
        self.letters.setSpacing(space(2))
        self.write = button(tr("Write a letter…"), self.write_letter, name="write-letter")
        self._put_together()

    def _put_together(self) -> None:
        whole = QWidget()
        column = QVBoxLayout(whole)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(space(4))
        record = Card(tr("The record"))
        record.head.addWidget(self.stamps)
        for label in (self.record, self.hash, self.checked):
            record.body.addWidget(label)
        self.checked.hide()
        deeds = Flow(spacing=space(2))
        record.body.addSpacing(space(1))
        record.body.addWidget(deeds)
        deeds.arrange((self.check, self.save, self.choose, self.stamp))
        self.choose.hide()
        self.stamp.hide()
        letters = Card(tr("Letters"))
        letters.head.addWidget(self.write)
        letters.body.addLayout(self.letters)
        for card in (record, letters):
            column.addWidget(card)
        column.addStretch(1)
        self.column.addWidget(self.header)
        self.column.addWidget(self.told)
        self._view_state.artist_changed.connect(lambda _artist: self.told.tell(""))
        self.column.addWidget(scrolled(whole), 1)

    def refresh(self) -> None:
        workspace, artist = self._view_state.workspace, self._view_state.artist

        def read() -> EvidenceLoaded:
            evidence = workspace.evidence
            letters = workspace.letters.all(artist.id if artist else None)
            return EvidenceLoaded(
                evidence.head(), evidence.stamp_sources(), evidence.stamps(1), letters
            )

        self._view_state.read("evidence", read, self._arrived)

    def first_focus(self) -> QWidget | None:
        return self.header.primary

    # --- what arrives ------------------------------------------------------------------

    def _arrived(self, found: EvidenceLoaded) -> None:
        self.header.show_words(
            heading_text(found.head),
            tr("What was chosen, found and done, in a form that holds elsewhere."),
        )
        self.record.setText(record_text(found.head))
        self.hash.setText(hash_text(found.head))
        self.stamps.show_chip(*stamp_chip(found.stamps, found.head))
        for made in (self.stamps, self.hash, self.check, self.save):
            made.setVisible(bool(found.head.number))
        covered = bool(found.stamps) and found.stamps[0].head.number >= found.head.number
        self.choose.setVisible(not found.sources.kinds)
        self.stamp.setVisible(bool(found.sources.kinds) and not covered)
        emptied(self.letters)
        if not found.letters:
            self.letters.addWidget(
                dim_label(
                    tr(
                        "No letter yet. A reservation of rights, an objection or a question to a "
                        "platform is filled from the record; you send it yourself."
                    )
                )
            )
        for at, letter in enumerate(found.letters):
            if at:
                self.letters.addWidget(Hairline())
            self.letters.addWidget(self._row(letter))

    def _row(self, letter: Letter) -> QWidget:
        row = QWidget()
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(space(3))
        words = QVBoxLayout()
        words.setSpacing(space(0.5))
        words.addWidget(Text(letter.subject, strong=True, wrap=True))
        words.addWidget(Text(letter_text(letter), size=Size.SMALL, tone=Tone.DIM, wrap=True))
        line.addLayout(words, 1)
        line.addWidget(Chip(*letter_chip(letter)))
        number = letter.id
        if not letter.sent_on:
            line.addWidget(
                LinkButton(tr("I sent it"), lambda: self._note_sent(number), name=f"sent-{number}")
            )
        elif not letter.answered_on:
            line.addWidget(
                LinkButton(
                    tr("It was answered"),
                    lambda: self._note_answered(number),
                    name=f"answered-{number}",
                )
            )
        line.addWidget(LinkButton(tr("Open…"), lambda: self._open(letter), name=f"letter-{number}"))
        return row

    # --- what is pressed ---------------------------------------------------------------

    def _make_report(self) -> None:
        artist = self._view_state.one_artist
        words = tr("Report {name}").format(name=artist.name) if artist else tr("Report")
        self._saver.ask(file_name(words, "pdf"), REPORT_FILES, self._write_report())

    def save_report(self, path: str) -> None:
        """Save a report on the artist in view, or on all; the name's ending is its form."""
        self._saver.write(path, self._write_report())

    def _write_report(self) -> WriteFile:
        workspace, artist = self._view_state.workspace, self._view_state.artist
        chosen = Filter(artist_id=artist.id if artist else None)
        spoken = language().partition("_")[0]
        code = spoken if spoken in languages() else ENGLISH

        def write(path: str, replacing: bool, task: Task) -> object:
            from rightsdesk.desktop.printing.pdf import pdf

            return workspace.reports.save(
                *(chosen, path),
                language=code,
                printer=pdf,
                replace=replacing,
                cancel=task.cancelled,
            )

        return write

    def _save_record(self) -> None:
        self._saver.ask("ledger.jsonl", RECORD_FILES, self._write_record())

    def save_record(self, path: str) -> None:
        """Save the record as a file that another program can check."""
        self._saver.write(path, self._write_record())

    def _write_record(self) -> WriteFile:
        evidence = self._view_state.workspace.evidence

        def write(path: str, replacing: bool, _task: Task) -> object:
            return evidence.export_ledger(path, replace=replacing)

        return write

    def _stamp(self) -> None:
        evidence = self._view_state.workspace.evidence
        allow(self.stamp, unless=under_way())
        self.told.tell(tr("Asking for a time stamp …"))

        def done(_stamped: Stamped) -> None:
            self.told.tell("")
            self.refresh()

        self._view_state.work.run(
            Lane.WAIT,
            lambda _task: evidence.stamp(),
            done,
            failed=lambda error: self.told.tell(error_text(error)),
            always=lambda: allow(self.stamp),
            owner=self,
        )

    def _check(self) -> None:
        evidence = self._view_state.workspace.evidence
        allow(self.check, unless=under_way())

        def done(report: LedgerReport) -> None:
            self.checked.set_tone(Tone.GOOD if report.fault is None else Tone.BAD)
            self.checked.setText(
                tr("Checked now: every entry fits.")
                if report.fault is None
                else tr("Checked now: it does not fit. Details: rightsdesk ledger verify")
            )
            self.checked.show()

        self._view_state.work.run(
            Lane.WAIT,
            lambda task: evidence.verify(cancel=task.cancelled),
            done,
            failed=lambda error: self.told.tell(error_text(error)),
            always=lambda: allow(self.check),
            owner=self,
        )

    def write_letter(self) -> None:
        """Open a new letter for the artist in view, or for the only one; else ask whose it is."""
        artist = self._view_state.one_artist
        if artist is not None:
            self._write_for(artist)
            return
        menu = QMenu(self)
        menu.setObjectName("letter-artists")
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addSection(tr("A letter is about one artist"))
        for one in self._view_state.artists:
            menu.addAction(plain_mnemonic(one.name), partial(self._write_for, one))
        menu.popup(self.write.mapToGlobal(self.write.rect().bottomLeft()))

    def _write_for(self, artist: Artist) -> None:
        self._show(LetterDialog(self._view_state, artist, parent=self))

    def _open(self, letter: Letter) -> None:
        self._show(LetterDialog(self._view_state, None, letter, parent=self))

    def _show(self, dialog: LetterDialog) -> None:
        dialog.kept.connect(self.refresh)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _note_sent(self, number: int) -> None:
        letters = self._view_state.workspace.letters
        self._note(lambda: letters.sent(number))

    def _note_answered(self, number: int) -> None:
        letters = self._view_state.workspace.letters
        self._note(lambda: letters.answered(number))

    def _note(self, step: Callable[[], Letter]) -> None:
        self._view_state.work.run(
            Lane.WRITE,
            lambda _task: step(),
            lambda _letter: self.refresh(),
            failed=lambda error: self.told.tell(error_text(error)),
            owner=self,
        )
