"""For one recording: what each carrier says, how we know, and in which words it is said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QGuiApplication, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLayout, QLineEdit, QVBoxLayout, QWidget

from rightsdesk import phrases
from rightsdesk.consent import (
    Evidence,
    Standing,
)
from rightsdesk.consent.licences.words import grant_words
from rightsdesk.desktop.consents.panel import origin_text
from rightsdesk.desktop.design.buttons import Button
from rightsdesk.desktop.design.cards import Hairline
from rightsdesk.desktop.design.chips import Chip
from rightsdesk.desktop.design.text import Text
from rightsdesk.desktop.design.tokens import Size, Tone
from rightsdesk.desktop.parts.opening import open_in_browser, tell_where
from rightsdesk.desktop.parts.segments import (
    SIGNS,
    STANDING_SEGMENTS,
    consent_tone,
    segment_meaning,
    write_this_text,
)
from rightsdesk.desktop.parts.texts import (
    breakable,
    consent_short,
    consent_text,
    counted,
    evidence_text,
    is_unread,
    licensed_text,
    path_text,
    path_to_copy,
    plain_tip,
    sentence,
    standing_word,
    tr,
    uses_text,
    when_text,
)
from rightsdesk.desktop.parts.theme import Accent, em
from rightsdesk.desktop.parts.widgets import (
    Expander,
    button,
    dim_label,
    emptied,
    heading,
    plain_label,
    scrolled,
    vertical,
    with_icon,
)
from rightsdesk.desktop.state.catalogue_model import isrc_text
from rightsdesk.desktop.state.view_state import ViewState
from rightsdesk.enums.carriers import ON_DISK, CarrierId
from rightsdesk.workspace.overview.values import PENDING
from rightsdesk.workspace.types.matrix import (
    CarrierView,
    MatrixRow,
    RecordingView,
    Segment,
    StatementView,
)
from rightsdesk.workspace.types.scopes import Filter
from rightsdesk.workspace.words import as_declared

SHOWN = 24
"""Carriers shown in full; a recording seldom has more than a handful."""
UNEXPLAINED = frozenset({Segment.TO_WRITE, Segment.SILENT, Segment.UNCHOSEN, Segment.UNKNOWN})
"""Signs whose word alone does not say what it means; a sentence below it does."""


class RecordingPanel(QWidget):
    """Follows the recording at hand. `platform_wanted` gives an artist and a platform."""

    platform_wanted = Signal(int, str)
    write_wanted = Signal(object)
    """A filter that means the recording."""

    def __init__(self, view_state: ViewState, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._view_state = view_state
        self.setObjectName("details")
        self.view: RecordingView | None = None
        body = QWidget()
        self._layout = vertical(spacing=0.5, margin=0.75)
        body.setLayout(self._layout)
        self._area = scrolled(body)
        layout = vertical()
        self.setLayout(layout)
        layout.addWidget(self._area)
        self._show(None)
        view_state.recording_changed.connect(self._read)
        view_state.list.listed.connect(self._read)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._read()

    def _read(self) -> None:
        if not self.isVisible():  # it is read when it is shown
            return
        recording_id, workspace = self._view_state.recording_id, self._view_state.workspace

        def read() -> RecordingView | None:
            rows = workspace.catalogue.listed([recording_id]) if recording_id is not None else []
            if not rows:  # it may have left the list since, with its folder or its artist
                return None
            view = workspace.catalogue.recording(rows[0].recording_id)
            return replace(view, row=replace(view.row, segments=rows[0].segments))

        self._view_state.read("details", read, self._show)

    def _show(self, view: RecordingView | None) -> None:
        if view is not None and view == self.view:
            return
        same = self.view and view and self.view.row.recording_id == view.row.recording_id
        scroll = self._area.verticalScrollBar().value() if same else 0
        self.view = view
        emptied(self._layout)
        if view is None:
            self._layout.addWidget(heading(tr("Details")))
            self._layout.addWidget(dim_label(tr("Choose a recording to see what it says where.")))
        else:
            self._fill(view)
        self._layout.addStretch(1)
        self._area.verticalScrollBar().setValue(scroll)

    def _fill(self, view: RecordingView) -> None:
        row = view.row
        self._layout.addWidget(heading(breakable(row.title) or tr("Untitled")))
        isrc = isrc_text(row.isrc).replace("-", "\u2011")  # not broken into two lines
        known = [row.artist, row.release, isrc, phrases.length(row.duration_ms)]
        self._layout.addWidget(dim_label(" · ".join(part for part in known if part)))
        consent = view.scoped.effective
        words = licensed_text(consent_short(consent), row.grants)
        chip = Chip(words, consent_tone(consent), gives_way=True)
        self._layout.addWidget(chip, 0, Qt.AlignmentFlag.AlignLeft)
        wanted = origin_text(view.scoped)
        if consent:
            wanted = tr("You want: {choice}").format(choice=wanted)
        self._layout.addWidget(Text(wanted, size=Size.SMALL, tone=Tone.DIM, wrap=True))
        for grant in row.grants:
            self._layout.addWidget(plain_label(sentence(grant_words(grant))))
        if any(segment in PENDING for segment in row.segments.values()) and consent:
            write = Button(write_this_text(), name="write-track")
            wanted_of = Filter(artist_id=row.artist_id, recording_id=row.recording_id)
            write.clicked.connect(lambda: self.write_wanted.emit(wanted_of))
            self._layout.addWidget(write, 0, Qt.AlignmentFlag.AlignLeft)
        terms = [one for one in view.carriers if one.evidence is Evidence.TERMS]
        read = sorted((one for one in view.carriers if one not in terms), key=_urgency)
        self._add_cards(self._layout, read, row)
        if terms:
            content, cards = QWidget(), vertical(spacing=0.5)
            content.setLayout(cards)
            self._add_cards(cards, terms, row)
            title = counted("%n known from its terms", "%n known from their terms", len(terms))
            self._layout.addWidget(Hairline())
            self._layout.addWidget(Expander(title, content))
        if not view.carriers:
            self._layout.addWidget(dim_label(tr("Its files and tracks are no longer known.")))

    def _add_cards(self, layout: QLayout, carriers: Sequence[CarrierView], row: MatrixRow) -> None:
        names = dict(self._view_state.carriers)
        for carrier in carriers[:SHOWN]:
            name = names.get(carrier.kind, carrier.kind)
            card = CarrierCard(carrier, name, segment_of(carrier, row))
            card.platform_wanted.connect(partial(self.platform_wanted.emit, row.artist_id))
            layout.addWidget(card)
        if len(carriers) > SHOWN:
            rest = len(carriers) - SHOWN
            layout.addWidget(dim_label(tr("And {n} more.").format(n=rest)))


def _urgency(view: CarrierView) -> tuple[bool, bool]:
    """Carriers that need something come first, then files, then platforms."""
    settled = view.standing in (Standing.AGREES, Standing.ATTESTED) and not view.problem
    return settled and not view.conflicts, view.kind not in ON_DISK


class CarrierCard(QWidget):
    """One file or item, or what is known of a platform without either."""

    platform_wanted = Signal(str)

    def __init__(
        self,
        view: CarrierView,
        carrier: str,
        segment: Segment | None = None,
        parent: QWidget | None = None,
    ) -> None:
        """`carrier` is its name; `segment` how it fares, where the list says it."""
        super().__init__(parent)
        self._view = view
        layout = vertical(spacing=0.25)
        self.setLayout(layout)
        layout.addWidget(Hairline())
        is_file = view.kind in ON_DISK
        told = view.evidence is Evidence.ATTESTED
        title = Text(breakable(path_text(view.title)) or carrier, strong=True, wrap=True)
        layout.addWidget(title)
        where = view.container if is_file else carrier
        word = standing_word(view.standing, view.says)
        meant = segment or STANDING_SEGMENTS[view.standing]
        sign, tone = SIGNS[meant]
        if segment is Segment.TO_WRITE:
            word = tr("To write")
        stands = plain_label(f"{word} · {where}")
        line = with_icon(sign, tone, stands)
        line.setToolTip(plain_tip(segment_meaning(meant)))
        stands.setAccessibleDescription(segment_meaning(meant))
        layout.addWidget(line)
        if meant in UNEXPLAINED:
            layout.addWidget(dim_label(segment_meaning(meant)))
        stated = as_declared(view.says, view.statements)
        says = consent_text(stated) if stated else tr("nothing about AI")
        says = licensed_text(says, view.grants)
        form = tr("You said: {consent}.") if told else tr("It says: {consent}.")
        unread = is_unread(view.standing, view.says)
        # The word above says it, unless it also names partners.
        agrees = view.standing is Standing.AGREES and not view.grants
        if view.evidence is not Evidence.TERMS and not unread and not agrees:
            layout.addWidget(plain_label(form.format(consent=says)))
        evidence = evidence_text(view.evidence, view.seen_at, carrier, unread=unread)
        layout.addWidget(dim_label(evidence))
        if view.conflicts:
            text = tr("It contradicts itself about {uses}. The strictest answer counts.")
            label = plain_label(text.format(uses=uses_text(view.conflicts)))
            layout.addWidget(with_icon("bang", Accent.BAD, label))
        if view.problem:
            # A word that grew old is no fault.
            sign, which = ("refresh", Accent.OPEN) if told else ("bang", Accent.BAD)
            layout.addWidget(with_icon(sign, which, plain_label(sentence(view.problem))))
        if view.licence:
            layout.addWidget(
                plain_label(tr("Licence there: {licence}").format(licence=view.licence))
            )
        if view.terms:
            label = plain_label(tr("Known of it: {terms}").format(terms=view.terms))
            layout.addWidget(with_icon("terms_only", Accent.DIM, label))
        if told or view.evidence is Evidence.TERMS:
            steps = button(
                tr("Steps and what to note…"), lambda: self.platform_wanted.emit(view.kind)
            )
            steps.setObjectName("to-platform")
            row = QHBoxLayout()
            row.addWidget(steps)
            row.addStretch(1)
            layout.addLayout(row)
        if view.statements or view.place:
            layout.addWidget(self._folded(view, is_file=is_file))

    def _folded(self, view: CarrierView, *, is_file: bool) -> QWidget:
        """Where it is, since when it has said so, and its words: seldom asked for."""
        content = QWidget()
        lines = vertical(spacing=0.3)
        content.setLayout(lines)
        if view.place:
            lines.addLayout(self._place(view, is_file=is_file))
        if view.since and when_text(view.since) != when_text(view.seen_at):
            since = tr("It has said so since {when}, as far as we saw.")
            lines.addWidget(dim_label(since.format(when=when_text(view.since))))
        for statement in view.statements:
            lines.addWidget(plain_label(statement_text(statement)))
            raw = "\n".join(part for part in (statement.carrier, statement.raw) if part)
            if raw:
                lines.addWidget(raw_label(raw))
            for limit in statement_limits(statement):
                line = dim_label(limit)
                line.setContentsMargins(em(self, 0.8), 0, 0, em(self, 0.3))
                lines.addWidget(line)
        title = tr("Where it is, word by word") if view.statements else tr("Where it is")
        return Expander(title, content)

    def _place(self, view: CarrierView, *, is_file: bool) -> QVBoxLayout:
        place = QLineEdit(path_text(view.place))
        place.setReadOnly(True)
        place.setAccessibleName(tr("Path") if is_file else tr("Address"))
        place.setToolTip(plain_tip(path_text(view.place)))
        place.setCursorPosition(len(view.place))
        line = QHBoxLayout()
        line.setSpacing(em(self, 0.3))
        line.addWidget(
            button(
                tr("Copy"), lambda: QGuiApplication.clipboard().setText(path_to_copy(view.place))
            )
        )
        text = tr("Show in folder") if is_file else tr("Open page")
        line.addWidget(button(text, self._open))
        line.addStretch(1)
        both = vertical(spacing=0.3)
        both.addWidget(place)
        both.addLayout(line)
        return both

    def _open(self) -> None:
        if self._view.kind in ON_DISK:
            opened = QDesktopServices.openUrl(folder_url(self._view.place))
        else:
            safe = self._view.place.startswith(("https://", "http://"))
            opened = safe and open_in_browser(self._view.place)
        if opened is False:
            tell_where(self, self._view.place)


def segment_of(view: CarrierView, row: MatrixRow) -> Segment | None:
    """What the list says of a carrier that waits to be written; None where it needs no work."""
    pending = view.standing in (Standing.SILENT, Standing.CONFLICTS)
    found = row.segments.get(CarrierId.FILES if view.kind in ON_DISK else view.kind)
    return found if pending and found is Segment.TO_WRITE else None


def folder_url(path: str) -> QUrl:
    """The address of a file's folder, byte for byte, also where its name is no text."""
    return QUrl(Path(path).absolute().parent.as_uri())


def statement_text(statement: StatementView) -> str:
    """`AIPREF: No: training …`, or why it cannot be understood."""
    said = sentence(statement.problem)
    said = said or licensed_text(consent_text(statement.says), statement.grants)
    return f"{statement.name}: {said}"


def raw_label(raw: str) -> QLabel:
    """Raw text as it stands in the field: selectable, never interpreted."""
    label = plain_label(raw, selectable=True)
    label.setFont(QGuiApplication.font())
    font = label.font()
    font.setFamilies(["monospace", "DejaVu Sans Mono", "Consolas", "Menlo"])
    label.setFont(font)
    label.setContentsMargins(em(count=0.8), 0, 0, em(count=0.3))
    label.setTextInteractionFlags(
        Qt.TextInteractionFlag.TextSelectableByMouse
        | Qt.TextInteractionFlag.TextSelectableByKeyboard
    )
    return label


def statement_limits(statement: StatementView) -> list[str]:
    """What a language has no word for, and what to bear in mind with what it says."""
    lacks = tr("It has no word for: {uses}")
    wordless = [lacks.format(uses=uses_text(statement.wordless))] if statement.wordless else []
    return [*wordless, *map(tr, statement.notes)]
