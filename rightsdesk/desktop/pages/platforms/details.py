"""One platform in full: the accounts there, the switch to set, what the person noted, and all
that is known, fact by fact."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from rightsdesk.desktop.accounts.checks import AccountChecks
from rightsdesk.desktop.accounts.panel import AccountPanel
from rightsdesk.desktop.design.buttons import Button, LinkButton
from rightsdesk.desktop.design.cards import Card, Hairline
from rightsdesk.desktop.design.chips import Chip
from rightsdesk.desktop.design.text import Text
from rightsdesk.desktop.design.tokens import Size, Tone, space
from rightsdesk.desktop.guided.guide import Guide
from rightsdesk.desktop.guided.noting import Said
from rightsdesk.desktop.guided.sources import SourcedFact, SourcesButton, sourced_facts
from rightsdesk.desktop.guided.texts import (
    looked_up_text,
    offer_texts,
    short_name,
    signal_texts,
    still_text,
    told_text,
)
from rightsdesk.desktop.pages.platforms.sections import Used
from rightsdesk.desktop.pages.platforms.texts import chip_of
from rightsdesk.desktop.parts.opening import OpenUrl, tell_where
from rightsdesk.desktop.parts.sub_page import SubPage
from rightsdesk.desktop.parts.texts import day_text, on_day, plain_mnemonic, plain_tip, sentence, tr
from rightsdesk.desktop.parts.widgets import Expander
from rightsdesk.platforms.registry import NAMES
from rightsdesk.resources.controls import By
from rightsdesk.resources.facts import PlatformKind
from rightsdesk.resources.findings import Strength
from rightsdesk.resources.said import direction_says
from rightsdesk.shown import shown
from rightsdesk.workspace.types.guided import ControlView, GuidedView, Signals


class PlatformDetails(SubPage):
    """`said` what the person notes, `deleted` the id of a switch whose note goes, `placed`
    whether the artist is there, `deed` an account and what is wanted of it."""

    said = Signal(object)
    deleted = Signal(str)
    placed = Signal(object)
    deed = Signal(object, str)
    connect_wanted = Signal(str)
    terms_wanted = Signal(str)

    def __init__(
        self, checks: AccountChecks, open_url: OpenUrl, parent: QWidget | None = None
    ) -> None:
        super().__init__(tr("Platforms"), parent=parent)
        self.setObjectName("platform-details")
        self._checks, self._open_url = checks, open_url
        self.one: Used | None = None
        self.guides: dict[str, Guide] = {}
        self.panels: list[AccountPanel] = []
        self.chip = Chip()
        self.header.under.addWidget(self.chip)
        self.header.under.addStretch(1)

    def show_signals(self, signals: Signals | None) -> None:
        """What our own declarations say there: that is looked up apart, it may take a moment."""
        if self.one is not None:
            said, how = signal_texts(signals, self.one.view.facts)
            self.signal_says.setText(said)
            self.signal_how.setText(how)
            self.signal_how.setVisible(bool(how))

    def show_platform(self, one: Used) -> bool:
        """Show a platform; a guide that is open for it stays where it is. False: it was shown
        already as it is."""
        same = self.one is not None and self.one.view.platform == one.view.platform
        if same and self.one == one:
            return False
        at = {key: guide.at for key, guide in self.guides.items()} if same else {}
        scroll = self.area.verticalScrollBar().value() if same else 0
        self.one, view = one, one.view
        while item := self.body.takeAt(0):
            if widget := item.widget():
                widget.hide()
                widget.deleteLater()
        self.guides, self.panels = {}, []
        words, tone = chip_of(one)
        self.header.show_words(view.facts.name)
        self.chip.show_chip(words, tone)
        for account in one.accounts:
            panel = AccountPanel(account, self._checks, to_write=one.to_write)
            panel.wanted.connect(self.deed)
            self.panels.append(panel)
            self.body.addWidget(panel)
        if not one.accounts and view.platform in NAMES:
            self.body.addWidget(self._not_connected())
        open_ids = {switch.control.id for switch in one.switches}
        for switch in view.controls:
            if switch.control.set_by is By.PERSON:
                self._switch(view, switch, to_set=switch.control.id in open_ids)
        self.body.addWidget(self._facts(one))
        if not one.accounts:
            self.body.addWidget(self._presence(view))
        self.body.addStretch(1)
        for key, place in at.items():
            if key in self.guides:
                self.guides[key].go_to(place)
        self.area.verticalScrollBar().setValue(scroll)
        return True

    def first_focus(self) -> QWidget | None:
        """Where the keyboard goes: the step at hand of the first guide, else the way back."""
        for guide in self.guides.values():
            if not guide.isHidden():
                guide.focus_first()
                return None
        return self.back_button

    # --- parts -----------------------------------------------------------------------

    def _switch(self, view: GuidedView, switch: ControlView, *, to_set: bool) -> None:
        guide = Guide(view.facts, switch, self._open_url)
        guide.said.connect(self.said)
        self.guides[switch.control.id] = guide
        if switch.attestation:
            self.body.addWidget(self._told(view, switch))
        if to_set or (not switch.attestation and not switch.read):
            self.body.addWidget(guide)
        else:
            other = Expander(tr("It is set differently now…"), guide)
            other.toggle.setObjectName("another-way")
            self.body.addWidget(other)

    def _told(self, view: GuidedView, switch: ControlView) -> QWidget:
        told = switch.attestation
        assert told
        card = Card(tr("Noted by you"))
        card.setObjectName(f"told-{switch.control.id}")
        card.body.addWidget(Text(told_text(switch), wrap=True))
        if view.look_again:
            card.body.addWidget(Text(sentence(view.look_again), tone=Tone.OPEN, wrap=True))
        elif told.remind_at:
            due = tr("RightsDesk asks again on {day}.").format(day=day_text(told.remind_at))
            card.body.addWidget(Text(due, size=Size.SMALL, tone=Tone.DIM, wrap=True))
        line = QHBoxLayout()
        line.setSpacing(space(2))
        value = switch.control.value(told.value)
        if value is not None:
            again = Said(told.control, told.value, told.note)
            words = plain_mnemonic(still_text(value))
            line.addWidget(Button(words, lambda: self.said.emit(again), name="still"))
        delete = LinkButton(
            tr("Delete note"), lambda: self.deleted.emit(switch.control.id), name="delete-note"
        )
        line.addWidget(delete)
        line.addStretch(1)
        card.body.addLayout(line)
        return card

    def _not_connected(self) -> QWidget:
        assert self.one
        view = self.one.view
        name = short_name(view.facts)
        card = Card(tr("No account is connected"))
        form = tr("With an account, RightsDesk reads what {name} says, and can write there.")
        card.body.addWidget(Text(form.format(name=name), tone=Tone.DIM, wrap=True))
        connect = Button(
            tr("Connect…"), lambda: self.connect_wanted.emit(view.platform), name="connect"
        )
        line = QHBoxLayout()
        line.addWidget(connect)
        line.addStretch(1)
        card.body.addLayout(line)
        return card

    def _facts(self, one: Used) -> QWidget:
        view, facts = one.view, one.view.facts
        card = Card(tr("What is known"))
        card.body.addWidget(Text(tr(facts.short), wrap=True))
        card.body.addWidget(
            Text(sentence(direction_says(facts, day_text)), tone=Tone.DIM, wrap=True)
        )
        card.body.addWidget(Hairline())
        rows = [known for known in sourced_facts(view) if known.kind != tr("Noted by you")]
        for offer in facts.offers:
            how = looked_up_text(offer.source, facts.last_checked, Strength.REPORTED)
            said = "\n".join([tr(offer.short), *offer_texts(offer)])
            rows.append(SourcedFact(tr("An offer that names AI makers"), said, how))
        for number, known in enumerate(rows):
            if number:
                card.body.addWidget(Hairline())
            card.body.addWidget(_fact(known))
        if facts.terms_url:
            link = self._read_terms(facts.terms_url)
            card.body.addWidget(link, 0, Qt.AlignmentFlag.AlignLeft)
        if facts.documents:
            changes = LinkButton(
                tr("Changes in its terms"),
                lambda: self.terms_wanted.emit(facts.id),
                name="terms-changes",
            )
            card.body.addWidget(changes, 0, Qt.AlignmentFlag.AlignLeft)
        card.body.addWidget(Hairline())
        card.body.addWidget(self._signals())
        if facts.notes:
            content = QWidget()
            lines = QVBoxLayout(content)
            lines.setSpacing(space(3))
            for note in facts.notes:
                how = looked_up_text(note.source, facts.last_checked, Strength.REPORTED)
                lines.addWidget(_fact(SourcedFact(tr(note.about), tr(note.short), how)))
            card.body.addWidget(Expander(tr("Often confused with it"), content))
        return card

    def _signals(self) -> QWidget:
        row = QWidget()
        lines = QVBoxLayout(row)
        lines.setContentsMargins(0, 0, 0, 0)
        lines.setSpacing(space(0.75))
        title = tr("What RightsDesk wrote there")
        self.signal_says = Text("…", wrap=True)
        self.signal_how = Text(size=Size.SMALL, tone=Tone.DIM, wrap=True)
        for each in (Text(title, size=Size.SMALL, strong=True), self.signal_says, self.signal_how):
            lines.addWidget(each)
        return row

    def _read_terms(self, address: str) -> QWidget:
        link = LinkButton(tr("Read the terms"), lambda: self.open_page(address), name="read-terms")
        link.setToolTip(plain_tip(address))
        return link

    def open_page(self, address: str) -> None:
        """Open a page of the platform in the person's browser."""
        if self._open_url(address) is False:
            tell_where(self, address)

    def _presence(self, view: GuidedView) -> QWidget:
        """Whether the artist is there at all."""
        name, line = short_name(view.facts), QWidget()
        row = QHBoxLayout(line)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(space(2))
        if view.here is None and view.facts.kind is PlatformKind.COLLECTING_SOCIETY:
            words = tr("Are you a member of {name}?").format(name=name)
        elif view.here is None:
            words = tr("Do you use {name}?").format(name=name)
        elif view.here:
            words = tr("You use {name}.").format(name=name)
        else:
            day = on_day(view.presence.attested_at) if view.presence else ""
            words = tr("You said {day} that you don't use {name}.").format(day=day, name=name)
        row.addWidget(Text(words, tone=Tone.DIM))
        for key, title, value in (
            ("here", tr("Yes") if view.here is None else tr("I use it"), True),
            ("not-here", tr("No") if view.here is None else tr("I don't use it"), False),
            ("ask-later", tr("Ask me later"), None),
        ):
            if view.here is value or (value is None and view.here is not False):
                continue
            made = Button if view.here is None else LinkButton
            row.addWidget(made(title, partial(self.placed.emit, value), name=key))
        row.addStretch(1)
        return line


def _fact(known: SourcedFact) -> QWidget:
    row = QWidget()
    lines = QVBoxLayout(row)
    lines.setContentsMargins(0, 0, 0, 0)
    lines.setSpacing(space(0.75))
    head = QHBoxLayout()
    head.setSpacing(space(2))
    head.addWidget(Text(known.kind, size=Size.SMALL, strong=True))
    head.addWidget(Text(known.dated, size=Size.SMALL, tone=Tone.DIM))
    head.addStretch(1)
    if known.how:
        head.addWidget(SourcesButton(known.kind, [known]))
    lines.addLayout(head)
    lines.addWidget(Text(known.says, wrap=True))
    row.setAccessibleName(
        shown(". ".join(part for part in (known.kind, known.says, known.how) if part))
    )
    return row
