"""One platform in full: what is known of it, fact by fact, the way there, and what to note."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from rightsdesk.desktop.design.cards import Panel
from rightsdesk.desktop.guided.form import GuidedForm, Said
from rightsdesk.desktop.guided.texts import (
    default_text,
    holds_text,
    offer_texts,
    read_text,
    signal_texts,
    sure_text,
    terms_texts,
    told_text,
)
from rightsdesk.desktop.parts.opening import OpenUrl, open_page, tell_where
from rightsdesk.desktop.parts.texts import day_text, on_day, plain_tip, tr
from rightsdesk.desktop.parts.theme import STANDING_ACCENTS, Accent, em, icon
from rightsdesk.desktop.parts.widgets import (
    Expander,
    button,
    dim_label,
    heading,
    icon_label,
    plain_label,
    primary,
    vertical,
    with_icon,
)
from rightsdesk.resources.facts import By, Control, PlatformFacts
from rightsdesk.workspace.types import ControlView, Group, GuidedView, Signals


class FactRow(Panel):
    """One fact: what kind it is, what it says, and below how that is known."""

    def __init__(
        self,
        sign: str,
        which: Accent,
        title: str,
        said: str,
        known: str = "",
        parent: QWidget | None = None,
        *,
        framed: bool = False,
        verified: bool = True,
    ) -> None:
        super().__init__(which if framed else None, parent)
        self.title, self.said, self.known = plain_label(title), plain_label(said), dim_label(known)
        if not verified:
            self.known.set_tone(Accent.OPEN)
        font = self.title.font()
        font.setBold(True)
        self.title.setFont(font)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(em(self, 0.5))
        grid.setVerticalSpacing(em(self, 0.1))
        grid.setColumnStretch(1, 1)
        grid.addWidget(icon_label(sign, which, self), 0, 0)
        for row, label in enumerate((self.title, self.said, self.known)):
            if label.text():
                grid.addWidget(label, row, 1)
        if framed:
            edge = em(self, 0.45)
            grid.setContentsMargins(edge, edge, edge, edge)
        self.setAccessibleName(". ".join(part for part in (title, said, known) if part))

    def show_fact(self, said: str, known: str) -> None:
        """Replace what it says, once that is known."""
        self.said.setText(said)
        self.known.setText(known)
        self.known.setVisible(bool(known))
        grid = self.layout()
        if known and isinstance(grid, QGridLayout) and grid.indexOf(self.known) < 0:
            grid.addWidget(self.known, 2, 1)


class GuidedCard(QWidget):
    """`said` what a person notes; `taken_back` a switch's id; `placed` True, False or None."""

    said = Signal(object)
    taken_back = Signal(str)
    placed = Signal(object)
    account_wanted = Signal()

    def __init__(
        self, view: GuidedView, *, open_url: OpenUrl = open_page, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName(f"platform-{view.platform}")
        self.view = view
        self.forms: dict[str, GuidedForm] = {}
        self._open_url = open_url
        self._layout = vertical(spacing=0.75, margin=0.75)
        self.setLayout(self._layout)
        self._layout.addWidget(heading(view.facts.name))
        self._presence()
        if view.look_again:
            label = plain_label(view.look_again)
            self._layout.addWidget(with_icon("refresh", Accent.OPEN, label))
        for one in view.controls:
            self._setting(one)
        if not view.controls:
            self._add("key", tr("Its own setting"), view.facts.no_control)
        self._terms(view.facts)
        for one in view.controls:
            if one.attestation:
                self._told(one)
            if one.control.set_by is By.PERSON:
                self._way(one)
        self._offers(view.facts)
        self.signal = self._add("write", tr("What RightsDesk wrote there"), tr("…"))
        self._notes(view.facts)
        if view.group is Group.ACCOUNT:
            accounts = button(tr("Acc&ounts…"), self.account_wanted.emit, name="to-accounts")
            self._layout.addLayout(_line(accounts))
        self._layout.addStretch(1)

    def show_signals(self, signals: Signals | None) -> None:
        """What our own declarations say there; looked up apart, since it may take a moment."""
        self.signal.show_fact(*signal_texts(signals, self.view.facts))

    # --- parts -----------------------------------------------------------------------

    def _add(
        self, sign: str, title: str, said: str, known: str = "", *, verified: bool = True
    ) -> FactRow:
        which = Accent.DIM if verified else Accent.OPEN
        row = FactRow(sign, which, title, said, known, verified=verified)
        self._layout.addWidget(row)
        return row

    def _setting(self, one: ControlView) -> None:
        control, facts = one.control, self.view.facts
        said = tr("“{label}”: {default}, {holds}.").format(
            label=control.label,
            default=_lower(default_text(control)),
            holds=holds_text(control),
        )
        known = sure_text(
            verified=control.verified, source=control.evidence, last_checked=facts.last_checked
        )
        self._add("key", tr("Its own setting"), said, known, verified=control.verified)
        for reading in one.read:
            text = read_text(reading, facts.name)
            which, sign = Accent.GOOD, "look"
            if reading.wider:
                which, sign = Accent.BAD, "conflicts"
            elif not reading.says:
                which, sign = Accent.OPEN, "silent"
            row = FactRow(sign, which, tr("Read by RightsDesk"), text, framed=True)
            row.setObjectName(f"read-{control.id}")
            self._layout.addWidget(row)

    def _told(self, one: ControlView) -> None:
        assert one.attestation
        remind = one.attestation.remind_at
        known = tr("Check again by {day}.").format(day=day_text(remind)) if remind else ""
        if any(reading.wider for reading in one.read) and not one.wider:
            known = tr("What RightsDesk read says otherwise.") + " " + known
        row = FactRow(
            "attested",
            STANDING_ACCENTS[one.standing],
            tr("You told us"),
            told_text(one),
            known,
            framed=True,
        )
        row.setObjectName(f"told-{one.control.id}")
        still = button(tr("&Still so"), lambda: self._still(one), name="still-so")
        if one.look_again:
            primary(still)
        back = button(
            tr("&Delete note"), lambda: self.taken_back.emit(one.control.id), name="take-back"
        )
        self._layout.addWidget(row)
        self._layout.addLayout(_line(still, back))

    def _still(self, one: ControlView) -> None:
        if one.attestation:
            told = one.attestation
            self.said.emit(Said(told.control, told.value, told.note))

    def _way(self, one: ControlView) -> None:
        """The steps, the link and the form; folded away once it was told and all is well."""
        control = one.control
        content = QWidget()
        lines = vertical(spacing=0.3)
        content.setLayout(lines)
        steps = QGridLayout()
        steps.setHorizontalSpacing(em(self, 0.4))
        steps.setVerticalSpacing(em(self, 0.25))
        steps.setColumnStretch(1, 1)
        for number, step in enumerate(control.steps, 1):
            steps.addWidget(plain_label(f"{number}.", wrap=False), number, 0)
            steps.addWidget(plain_label(step, selectable=True), number, 1)
        lines.addLayout(steps)
        lines.addWidget(dim_label(" → ".join(control.where)))
        if control.link:
            self._link(control, lines)
        form = GuidedForm(one)
        form.said.connect(self.said)
        self.forms[control.id] = form
        lines.addSpacing(em(self, 0.4))
        lines.addWidget(form)
        read = any(reading.wider for reading in one.read)
        settled = one.attestation and not (one.look_again or one.wider or one.narrower or read)
        if settled:
            self._layout.addWidget(Expander(tr("It is set another way now…"), content))
        else:
            self._layout.addWidget(heading(tr("What to do"), factor=1.05))
            self._layout.addWidget(content)

    def _link(self, control: Control, lines: QVBoxLayout) -> None:
        made = button(tr("&Open the page"), lambda: self._open(control.link), name="open-page")
        made.setIcon(icon("look", self))
        made.setToolTip(plain_tip(control.link))
        made.setAccessibleDescription(control.link)
        lines.addLayout(_line(made))
        if not control.link_verified:
            text = tr("Nobody has checked this link yet: if it leads nowhere, follow the steps.")
            lines.addWidget(dim_label(text))

    def _terms(self, facts: PlatformFacts) -> None:
        said, known, verified = terms_texts(facts)
        row = self._add("terms_only", tr("What its terms say"), said, known, verified=verified)
        if facts.terms and facts.terms.url:
            address = facts.terms.url
            read = button(tr("Read the terms"), lambda: self._open(address), name="read-terms")
            read.setToolTip(plain_tip(address))
            grid = row.layout()
            assert isinstance(grid, QGridLayout)
            grid.addLayout(_line(read), 3, 1)

    def _offers(self, facts: PlatformFacts) -> None:
        for offer in facts.offers:
            known = sure_text(
                verified=offer.verified, source=offer.source, last_checked=facts.last_checked
            )
            said = "\n".join([offer.short, *offer_texts(offer)])
            title = tr("An offer that names AI makers")
            self._add("question", title, said, known, verified=offer.verified)

    def _open(self, address: str) -> None:
        if self._open_url(address) is False:
            tell_where(self, address)

    def _notes(self, facts: PlatformFacts) -> None:
        if not facts.notes:
            return
        content = QWidget()
        lines = vertical(spacing=0.6)
        content.setLayout(lines)
        for note in facts.notes:
            known = sure_text(
                verified=note.verified, source=note.source, last_checked=facts.last_checked
            )
            lines.addWidget(FactRow("info", Accent.DIM, note.about, note.short, known))
        self._layout.addWidget(Expander(tr("Not to be mixed up with it"), content))

    def _presence(self) -> None:
        """Whether the artist is there at all: what is not theirs goes out of the way."""
        if self.view.group is Group.ACCOUNT or self.view.connected:
            return
        here, told = self.view.here, self.view.presence
        if here is None:
            text = tr("Do you use it?")
        elif here:
            text = tr("You use it: it has a column among your tracks.")
        else:
            text = tr("You said {day} that you don't use it.")
            text = text.format(day=on_day(told.attested_at) if told else "")
        label = plain_label(text)
        line = QHBoxLayout()
        line.setSpacing(em(self, 0.4))
        line.addWidget(label, int(here is not None))
        for name, title, value in (
            ("here", tr("Yes"), True),
            ("not-here", tr("No") if here is None else tr("I don't use it"), False),
            ("leave-open", tr("Ask me later"), None),
        ):
            if here is value or (value is None and not told):
                continue
            if value is True and here is False:
                title = tr("I use it")
            line.addWidget(button(title, partial(self.placed.emit, value), name=name))
        if here is None:
            line.addStretch(1)
        self._layout.addLayout(line)


def _line(*widgets: QWidget) -> QHBoxLayout:
    line = QHBoxLayout()
    line.setSpacing(em(count=0.4))
    for widget in widgets:
        line.addWidget(widget)
    line.addStretch(1)
    return line


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]
