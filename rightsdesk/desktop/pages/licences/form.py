"""The form of a licence. What it opens up is listed while it is filled in, and needs a yes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from rightsdesk.consent.licences.agreement import Agreement
from rightsdesk.consent.licences.flaws import LicenceFlaw
from rightsdesk.consent.licences.period import Period
from rightsdesk.consent.licences.territory import parse_territory
from rightsdesk.consent.licences.words import place_names
from rightsdesk.desktop.design.buttons import Button, ButtonKind, LinkButton, allow
from rightsdesk.desktop.design.cards import Card
from rightsdesk.desktop.design.text import Text
from rightsdesk.desktop.design.tokens import Size, Tone, space
from rightsdesk.desktop.design.words import language
from rightsdesk.desktop.pages.licences.fields import (
    CertificateField,
    DocumentField,
    PeriodField,
    UsesField,
)
from rightsdesk.desktop.pages.licences.music import MusicPicker
from rightsdesk.desktop.pages.licences.words import music_text
from rightsdesk.desktop.parts.names_list import NamesList
from rightsdesk.desktop.parts.opened import opened_widgets
from rightsdesk.desktop.parts.sub_page import SubPage
from rightsdesk.desktop.parts.texts import counted, error_text, sentence, tr, under_way
from rightsdesk.desktop.parts.widgets import Expander, described, emptied, plain_label
from rightsdesk.desktop.state.tasks import Lane
from rightsdesk.desktop.state.view_state import ViewState
from rightsdesk.errors import KnownError
from rightsdesk.workspace.licences.opening import Opening
from rightsdesk.workspace.licences.views import LicenceView
from rightsdesk.workspace.types.scopes import Scope

PAUSE_MS = 200


class LicenceForm(SubPage):
    """A new licence, or one that is changed. `stored` gives the partner."""

    stored = Signal(str)

    def __init__(
        self,
        view_state: ViewState,
        view: LicenceView | None,
        now: datetime,
        zone: str,
        parent: QWidget | None = None,
    ) -> None:
        """`view` is None for a new licence, whose days are those of `zone`. `now` is aware."""
        super().__init__(tr("Licences"), parent=parent)
        self.setObjectName("licence-form")
        self._view_state, self._view = view_state, view
        self._opening: Opening | None = None
        self._asked = 0
        fresh = Agreement("", frozenset(), period=Period(zone=zone))
        self._before = view.licence.agreement if view else fresh
        held = self._before
        words = tr("Change a licence") if view else tr("A new licence")
        sub = tr("What one partner may do. Everyone else may do no more than before.")
        self.header.show_words(words, sub)
        self.partner = _line("licence-partner", held.partner, tr("name of the maker of AI"))
        today = now.astimezone().date()
        self.uses = UsesField(held.uses, self)
        self.music = MusicPicker(view_state, self._covered())
        self.territory = _line("licence-territory", str(held.territory), "EU, CH except FR")
        self.places = Text(size=Size.SMALL, tone=Tone.DIM, wrap=True)
        self.period = PeriodField(held.period, today)
        self.site = _line("licence-site", held.site, "https://…")
        self.identifier = _line("licence-identifier", held.identifier)
        self.reference = _line("licence-reference", held.reference)
        self.document = DocumentField(held.document)
        self.certificate = CertificateField(held.certificate, today)
        self.note = QPlainTextEdit(held.note)
        self.note.setObjectName("licence-note")
        self.note.setTabChangesFocus(True)
        self.note.setFixedHeight(space(18))
        self._lay_out()
        self.missing = Text(wrap=True)
        self.missing.setObjectName("licence-missing")
        self.meaning = QVBoxLayout()
        self.meaning.setSpacing(space(1.5))
        self.yes = QCheckBox()
        self.yes.setObjectName("licence-open-up")
        self.yes.toggled.connect(lambda _on: self._free())
        self.show_music = LinkButton(tr("Show them"), self._show_meaning, name="show-opened")
        self.show_music.hide()
        self.body.addLayout(self.meaning)
        self.body.addStretch(1)
        self.agreed.addWidget(self.missing)
        line = QHBoxLayout()
        line.setSpacing(space(2))
        line.addWidget(self.yes)
        line.addWidget(self.show_music)
        line.addStretch(1)
        self.agreed.addLayout(line)
        self.store = Button(
            tr("Store the licence"), self._store, kind=ButtonKind.PRIMARY, name="store-licence"
        )
        self.foot.addWidget(self.store)
        self.foot.addWidget(Button(tr("Cancel"), self.go_back, name="cancel-licence"))
        self.foot.addStretch(1)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE_MS)
        self._pause.timeout.connect(self._work_out)
        self._follow()
        self._work_out()

    @property
    def first_field(self) -> QWidget:
        """What has the keyboard first."""
        return self.partner

    def _covered(self) -> dict[Scope, str]:
        if self._view is not None:
            music = (one for one in self._view.covers if one.id is not None)
            return {Scope(one.kind, one.id or 0): music_text(one) for one in music}
        return {}  # what is opened up is named by a person, not by default

    def _lay_out(self) -> None:
        main = Card()
        _add(main.body, tr("Partner"), self.partner)
        _add(main.body, tr("May use the music for"), self.uses)
        _add(main.body, tr("Covers"), self.music)
        _add(main.body, tr("Where"), self.territory)
        main.body.addWidget(self.places)
        _add(main.body, tr("When"), self.period)
        whole = tr("Days are whole days, as clocks show them in that time zone.")
        main.body.addWidget(Text(whole, size=Size.SMALL, tone=Tone.DIM, wrap=True))
        self.body.addWidget(main)
        more = QWidget()
        column = QVBoxLayout(more)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(space(2))
        for words, field in (
            (tr("Web address of the partner"), self.site),
            (tr("A number that the partner is known by"), self.identifier),
            (tr("Your reference"), self.reference),
            (tr("The contract: its digest is kept"), self.document),
            (tr("Certified by Fairly Trained"), self.certificate),
            (tr("Note"), self.note),
        ):
            _add(column, words, field)
        self.more = Expander(tr("More: contract, reference, certificate"), more)
        self.body.addWidget(self.more)

    def _follow(self) -> None:
        for line in (
            *(self.partner, self.territory, self.site),
            *(self.identifier, self.reference),
        ):
            line.textEdited.connect(lambda _text: self._edited())
        for field in (self.uses, self.music, self.period, self.document, self.certificate):
            field.changed.connect(self._edited)
        self.note.textChanged.connect(self._edited)

    # --- what stands in it -----------------------------------------------------------

    def agreement(self) -> Agreement:
        """What stands in the form. Raises LicenceFlaw."""
        found = replace(
            self._before,
            partner=self.partner.text().strip(),
            uses=self.uses.uses,
            territory=parse_territory(self.territory.text()),
            period=self.period.period,
            site=self.site.text().strip(),
            identifier=self.identifier.text().strip(),
            reference=self.reference.text().strip(),
            note=self.note.toPlainText().strip(),
            certificate=self.certificate.certificate,
            document=self.document.document,
        )
        found.check()
        return found

    @property
    def _scopes(self) -> Sequence[Scope]:
        return tuple(self.music.chosen)

    @property
    def _number(self) -> int:
        return self._view.licence.id if self._view else 0

    # --- what it means ---------------------------------------------------------------

    def _edited(self) -> None:
        self._opening = None
        self.missing.setText("")
        self._free()
        self._pause.start()

    def _work_out(self) -> None:
        self._asked += 1
        asked = self._asked
        self._show_places()
        try:
            agreement = self.agreement()
        except LicenceFlaw as flaw:
            self._failed(flaw)
            return
        licences, scopes, number = self._view_state.workspace.licences, self._scopes, self._number
        self._view_state.work.run(
            Lane.SHORT,
            lambda _task: licences.preview(agreement, scopes, number),
            lambda opening: self._arrived(asked, opening),
            failed=self._failed,
            owner=self,
        )

    def _show_places(self) -> None:
        try:
            territory = parse_territory(self.territory.text())
        except LicenceFlaw:
            self.places.setText("")
            return
        self.places.setText(sentence(place_names(territory, language())))

    def _arrived(self, asked: int, opening: Opening) -> None:
        if asked != self._asked:
            return  # something else stands in the form by now
        self._opening = opening
        self.missing.setText("")
        self.missing.hide()
        emptied(self.meaning)
        for widget in opened_widgets(opening.opened):
            self.meaning.addWidget(widget)
        words = counted(
            "Yes, {partner} may do more with this recording",
            "Yes, {partner} may do more with these %n recordings",
            len(opening.opened),
        )
        self.yes.setText(words.format(partner=opening.partner).replace("&", "&&"))
        self.yes.setChecked(False)
        self.yes.setVisible(bool(opening.uses))
        self.show_music.setVisible(bool(opening.uses))
        self._free()

    def _show_meaning(self) -> None:
        """Scroll to the titles that the yes is about."""
        bar = self.area.verticalScrollBar()
        bar.setValue(bar.maximum())
        for names in self.content.findChildren(NamesList):
            names.setFocus(Qt.FocusReason.OtherFocusReason)

    def _failed(self, error: KnownError) -> None:
        self._opening = None
        emptied(self.meaning)
        self.yes.hide()
        self.show_music.hide()
        # An empty form is no mistake yet: there it is what to do first.
        blank = not (self.partner.text().strip() or self.uses.uses)
        words = error_text(error)
        if isinstance(error, LicenceFlaw):  # nothing was stored so far that could have changed
            words = " ".join(sentence(part) for part in (error.sentence, error.advice) if part)
        self.missing.setText(words)
        self.missing.set_tone(Tone.DIM if blank else Tone.BAD)
        self.missing.show()
        self._free()

    def _free(self) -> None:
        reason = ""
        if self._opening is None:
            reason = self.missing.text() or under_way()
        elif not self.yes.isHidden() and not self.yes.isChecked():
            reason = tr("AI may do more after this. Say yes to that above first.")
        allow(self.store, unless=reason)

    # --- storing ---------------------------------------------------------------------

    def _store(self) -> None:
        opening = self._opening
        if opening is None:
            return
        agreement, scopes, number = self.agreement(), self._scopes, self._number
        licences, confirmed = self._view_state.workspace.licences, opening.uses
        path, keep = self.document.path, self.document.keep.isChecked()

        def store() -> str:
            wanted = agreement
            if path:
                wanted = replace(wanted, document=licences.document(path, keep=keep))
            if not number and wanted.certificate is None:
                known = licences.known_certificate(wanted.partner)
                wanted = replace(wanted, certificate=known)
            if number:
                licences.change(number, wanted, scopes, confirmed=confirmed)
            else:
                licences.add(wanted, scopes, confirmed=confirmed)
            return wanted.partner

        allow(self.store, unless=under_way())
        self._view_state.work.run(
            *(Lane.WAIT, lambda _task: store(), self.stored.emit),
            failed=self._failed,
            owner=self,
        )


def _line(name: str, text: str, hint: str = "") -> QLineEdit:
    line = QLineEdit(text)
    line.setObjectName(name)
    line.setPlaceholderText(hint)
    return line


def _add(column: QVBoxLayout, words: str, field: QWidget) -> None:
    label = plain_label(words)
    label.setBuddy(field)
    described(field, words)
    column.addWidget(label)
    column.addWidget(field)
