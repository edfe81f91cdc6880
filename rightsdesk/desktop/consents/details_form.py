"""What goes with an artist's choice: whom to ask, on which terms, and in which words."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QLineEdit, QPlainTextEdit, QWidget

from rightsdesk.desktop.design.buttons import allow
from rightsdesk.desktop.parts.texts import tr
from rightsdesk.desktop.parts.theme import Accent, em
from rightsdesk.desktop.parts.widgets import (
    CalmComboBox,
    button,
    described,
    dim_label,
    plain_label,
    vertical,
    with_icon,
)
from rightsdesk.workspace.status.roster_view import flaws
from rightsdesk.workspace.types.artists import Details

STANDARD, OWN, NONE = range(3)


class DetailsForm(QWidget):
    """Edits an artist's Details; `asked_for` gives them once the person says so."""

    asked_for = Signal(object)
    edited = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown = Details()
        self.rightsholder = QLineEdit()
        self.rightsholder.setObjectName("rightsholder")
        self.contact = QLineEdit()
        self.contact.setObjectName("contact")
        self.contact.setPlaceholderText(tr("mail or web address"))
        self.terms = QLineEdit()
        self.terms.setObjectName("terms-url")
        self.terms.setPlaceholderText("https://…")
        self.sentence = CalmComboBox()
        self.sentence.setObjectName("sentence")
        self.sentence.addItems([tr("Standard sentence"), tr("In my own words"), tr("No sentence")])
        self.words = QPlainTextEdit()
        self.words.setObjectName("own-words")
        self.words.setAccessibleName(tr("Own copyright sentence"))
        self.words.setPlaceholderText(tr("No AI training without my written consent."))
        self.words.setTabChangesFocus(True)
        self.words.setFixedHeight(em(self, 4))
        self.explained = dim_label()
        self.sidecars = QCheckBox(tr("Also write .&xmp sidecars"))
        self.sidecars.setObjectName("sidecars")
        self.about_sidecars = dim_label()
        layout = vertical(spacing=0.4)
        self.setLayout(layout)
        # No QFormLayout: one of wrapped rows in a scrolled page takes their height away.
        for words, field in (
            (tr("Who holds the rights"), self.rightsholder),
            (tr("Whom to ask for a licence"), self.contact),
            (tr("Address of your terms"), self.terms),
            (tr("Sentence in the copyright line"), self.sentence),
        ):
            label = plain_label(words)
            label.setBuddy(field)
            described(field, words)
            layout.addWidget(label)
            layout.addWidget(field)
        layout.addWidget(self.words)
        layout.addWidget(self.explained)
        layout.addWidget(self.sidecars)
        layout.addWidget(self.about_sidecars)
        self.flaw = plain_label("")
        self.flawed = with_icon("conflicts", Accent.BAD, self.flaw)
        layout.addWidget(self.flawed)
        self.save = button(tr("Sa&ve"), lambda: self.asked_for.emit(self.details()))
        self.save.setObjectName("save-details")
        layout.addWidget(self.save, 0, Qt.AlignmentFlag.AlignLeft)
        for field in (self.rightsholder, self.contact, self.terms):
            field.textEdited.connect(self._edited)
        self.words.textChanged.connect(self._edited)
        self.sentence.activated.connect(self._edited)
        self.sidecars.toggled.connect(self._edited)
        self._edited()

    def show_details(self, details: Details) -> None:
        """Show what is kept."""
        self._shown = details
        self.rightsholder.setText(details.rightsholder)
        self.contact.setText(details.contact)
        self.terms.setText(details.terms_url)
        own = details.sentence or ""
        kind = STANDARD if details.sentence is None else OWN if own else NONE
        self.sentence.setCurrentIndex(kind)
        self.words.setPlainText(own)
        self.sidecars.setChecked(details.sidecars)
        self._edited()

    def details(self) -> Details:
        """What stands in the form."""
        kind = self.sentence.currentIndex()
        own = self.words.toPlainText().strip()
        return Details(
            rightsholder=self.rightsholder.text().strip(),
            contact=self.contact.text().strip(),
            terms_url=self.terms.text().strip(),
            sentence=None if kind == STANDARD else own if kind == OWN else "",
            sidecars=self.sidecars.isChecked(),
        )

    def _edited(self) -> None:
        kind = self.sentence.currentIndex()
        self.words.setVisible(kind == OWN)
        self.explained.setText(
            {
                STANDARD: tr(
                    "Added after your copyright line, which stays. It names what is reserved, "
                    "and the law it rests on."
                ),
                OWN: tr("Added after your copyright line. Machines can't read it for sure."),
                NONE: tr("The copyright line stays as it is."),
            }[kind]
        )
        stays = self._shown.sidecars and not self.sidecars.isChecked()
        self.about_sidecars.setText(
            tr("The sidecars that are there stay, and are kept up to date.")
            if stays
            else tr(
                "Small files next to FLAC, Ogg and Opus files, which have no place of their own "
                "for XMP. Sidecars that are there already are always kept up to date."
            )
        )
        found = flaws(self.details())
        self.flaw.setText(" ".join(map(tr, found.values())))
        self.flawed.setVisible(bool(found))
        reason = "" if self.details() != self._shown else tr("Nothing was changed.")
        if found:
            reason = self.flaw.text()
        elif kind == OWN and not self.words.toPlainText().strip():
            reason = tr("Write your own words first.")
        allow(self.save, unless=reason)
        self.edited.emit()
