"""One licence in the list: who, whether it holds, for what, and what can be done with it."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from rightsdesk.consent.licences.licence import LicenceState
from rightsdesk.desktop.design.buttons import Button, ButtonKind
from rightsdesk.desktop.design.cards import Avatar, Card
from rightsdesk.desktop.design.chips import Chip
from rightsdesk.desktop.design.text import Text
from rightsdesk.desktop.design.tokens import Size, Tone, font_of, space
from rightsdesk.desktop.pages.licences.words import (
    covers_text,
    evidence_text,
    state_text,
    terms_text,
    tone_of,
)
from rightsdesk.desktop.parts.texts import tr
from rightsdesk.desktop.parts.widgets import Flow
from rightsdesk.workspace.licences.views import LicenceView

ONE_LINE = 60
"""Names up to this width, in steps of the grid, stay on one line."""


class LicenceRow(Card):
    """A card of one licence. Ending it asks in the card itself."""

    change_wanted = Signal(object)
    end_wanted = Signal(object)

    def __init__(self, view: LicenceView, now: datetime, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self.view = view
        partner = view.licence.agreement.partner
        self.setObjectName(f"licence-{view.licence.id}")
        self.setAccessibleName(partner)
        line = QHBoxLayout()
        line.setSpacing(space(3))
        top = Qt.AlignmentFlag.AlignTop
        line.addWidget(Avatar(partner), 0, top)
        across = QFontMetrics(font_of(Size.HEADING, strong=True)).horizontalAdvance(partner)
        # A label that may wrap asks for less than one line, however short its text is.
        wrap = across > space(ONE_LINE)
        self.name = Text(partner, size=Size.HEADING, strong=True, wrap=wrap)
        self.state = Chip(state_text(view, now), tone_of(view))
        title = Flow(self, spacing=space(2))
        title.show_widgets([self.name, self.state])
        words = QVBoxLayout()
        words.setSpacing(space(1))
        words.addWidget(title)
        self.terms = Text(terms_text(view), wrap=True)
        self.covers = Text(covers_text(view), size=Size.SMALL, tone=Tone.DIM, wrap=True)
        words.addWidget(self.terms)
        words.addWidget(self.covers)
        if evidence := evidence_text(view):
            words.addWidget(Text(evidence, size=Size.SMALL, tone=Tone.DIM, wrap=True))
        line.addLayout(words, 1)
        self.change = Button(
            tr("Change…"), lambda: self.change_wanted.emit(view), name="change-licence"
        )
        self.end = Button(tr("End…"), lambda: self._ask(True), name="end-licence")
        if view.state is LicenceState.ENDED:
            self.end.hide()
        if view.licence.ended_at is not None:
            self.change.hide()  # it would stay ended
        line.addWidget(self.change, 0, top)
        line.addWidget(self.end, 0, top)
        self.body.addLayout(line)
        self.question = QWidget()
        asked = QHBoxLayout(self.question)
        asked.setContentsMargins(0, 0, 0, 0)
        asked.setSpacing(space(2))
        words_of_it = tr(
            "End the licence of {partner} now? Files and sites stop naming {partner}, without "
            "another question."
        ).format(partner=partner)
        asked.addWidget(Text(words_of_it, wrap=True), 1)
        self.yes = Button(
            tr("End it now"),
            lambda: self.end_wanted.emit(view),
            kind=ButtonKind.PRIMARY,
            name="end-now",
        )
        self.keep = Button(tr("Keep it"), lambda: self._ask(False), name="keep-licence")
        asked.addWidget(self.yes)
        asked.addWidget(self.keep)
        self.question.hide()
        self.body.addWidget(self.question)

    def _ask(self, asked: bool) -> None:
        self.question.setVisible(asked)
        (self.keep if asked else self.end).setFocus()
