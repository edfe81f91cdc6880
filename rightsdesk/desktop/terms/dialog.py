"""A change in terms: both texts side by side by paragraph, whom it concerns, and the answers."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QSize, Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QResizeEvent
from PySide6.QtWidgets import QDialog, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from rightsdesk.desktop.design.buttons import Button, ButtonKind, LinkButton
from rightsdesk.desktop.design.cards import Card, EmptyState
from rightsdesk.desktop.design.chips import Chip
from rightsdesk.desktop.design.text import Text
from rightsdesk.desktop.design.tokens import Size, Tone, space
from rightsdesk.desktop.design.words import sentence
from rightsdesk.desktop.parts.texts import day_text, tr
from rightsdesk.desktop.parts.theme import em, em_across
from rightsdesk.desktop.parts.widgets import CalmComboBox, emptied, scrolled
from rightsdesk.desktop.state.tasks import Lane
from rightsdesk.desktop.state.view_state import ViewState
from rightsdesk.desktop.terms import words
from rightsdesk.desktop.terms.differences import differing
from rightsdesk.desktop.terms.passage import Passage
from rightsdesk.terms.values import ChangedParagraph
from rightsdesk.workspace.terms.types import Alarm, AlarmAnswer

TWO_COLUMNS_EMS = 44
"""From this width on, the texts are side by side; below, one above the other."""


class TermsDialog(QDialog):
    """Shows changes in terms, one at a time. `choice_wanted` asks for what AI may do, of an
    artist (an id), after the change is answered so."""

    consent_wanted = Signal(int)

    def __init__(
        self,
        view_state: ViewState,
        alarms: Sequence[Alarm],
        parent: QWidget | None = None,
        *,
        open_url: Callable[[QUrl], object] = QDesktopServices.openUrl,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("terms")
        self.setWindowTitle(tr("Changes in terms"))
        self.setSizeGripEnabled(True)
        self._view_state, self._open_url = view_state, open_url
        self.alarms = list(alarms)
        self.alarm: Alarm | None = None
        self.which = CalmComboBox()
        self.which.setObjectName("which-change")
        self.which.setAccessibleName(tr("Which change"))
        self.which.activated.connect(lambda place: self.show_alarm(self.alarms[place]))
        self.above = Text(size=Size.SMALL, tone=Tone.DIM, wrap=True)
        self.heading = Text(size=Size.TITLE, wrap=True)
        self.chip = Chip()
        self.uses = Text(tone=Tone.DIM, wrap=True)
        self.back = Text(tone=Tone.OPEN, wrap=True)
        self.answered = Text(tone=Tone.GOOD, wrap=True)
        self._texts = QGridLayout()
        self._texts.setSpacing(space(3))
        self.meaning = Card(tr("What it means for you"))
        self.concerned = Text(wrap=True)
        self.seen = Text(size=Size.SMALL, tone=Tone.DIM, wrap=True)
        self.meaning.body.addWidget(self.concerned)
        self.meaning.body.addWidget(self.seen)
        caution = tr(
            "The words are the platform's own, as this computer fetched them. They were found by "
            "rules, not by a lawyer: read the whole text before you rely on it."
        )
        self.meaning.body.addWidget(Text(caution, size=Size.SMALL, tone=Tone.DIM, wrap=True))
        self._lay_out()
        self._wide = True
        self.resize(QSize(em_across(self, 66), em(self, 44)))
        for one in self.alarms:
            self.which.addItem(words.news_of(one))
        self.which.setVisible(len(self.alarms) > 1)
        if self.alarms:
            self.show_alarm(self.alarms[0])
        else:
            self._show_nothing()

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        edge = space(6)
        column.setContentsMargins(edge, edge, edge, space(4))
        column.setSpacing(space(3))
        column.addWidget(self.which)
        head = QVBoxLayout()
        head.setSpacing(space(1))
        head.addWidget(self.above)
        head.addWidget(self.heading)
        line = QHBoxLayout()
        line.setSpacing(space(3))
        line.addWidget(self.chip, 0, Qt.AlignmentFlag.AlignTop)
        line.addWidget(self.uses, 1)
        head.addLayout(line)
        column.addLayout(head)
        column.addWidget(self.back)
        body = QWidget()
        rows = QVBoxLayout(body)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(space(4))
        rows.addLayout(self._texts)
        rows.addWidget(self.meaning)
        rows.addStretch(1)
        column.addWidget(scrolled(body), 1)
        column.addWidget(self.answered)
        column.addLayout(self._buttons())

    def _buttons(self) -> QHBoxLayout:
        line = QHBoxLayout()
        line.setSpacing(space(2))
        self.page_link = LinkButton(tr("Open the page"), self._open_page, name="open-terms")
        self.later = Button(
            tr("Ask me again"), lambda: self._answer(AlarmAnswer.ASK_AGAIN), name="ask-again"
        )
        self.change = Button(tr("Change my choice…"), self._change, name="change-choice")
        self.noted = Button(
            tr("Noted"),
            lambda: self._answer(AlarmAnswer.NOTED),
            kind=ButtonKind.PRIMARY,
            name="noted",
        )
        line.addWidget(self.page_link)
        line.addStretch(1)
        for one in (self.later, self.change, self.noted):
            line.addWidget(one)
        return line

    def show_alarm(self, alarm: Alarm) -> None:
        """Show one change."""
        self.alarm = alarm
        self.which.setCurrentIndex([one.id for one in self.alarms].index(alarm.id))
        self.above.setText(words.place_of(alarm))
        self.heading.setText(words.title_of(alarm))
        self.chip.show_chip(*words.chip_of(alarm))
        self.uses.setText(words.uses_of(alarm))
        self.back.setVisible(bool(alarm.back_since))
        form = tr("The earlier text is back since {day}.")
        self.back.setText(form.format(day=day_text(alarm.back_since)) if alarm.back_since else "")
        self.concerned.setText(words.concerned_of(alarm))
        self.seen.setText(f"{words.seen_of(alarm.old)}\n{words.seen_of(alarm.new)}")
        self.answered.setText(words.answer_of(alarm))
        self.answered.setVisible(bool(self.answered.text()))
        self.noted.setVisible(alarm.answer is not AlarmAnswer.NOTED)
        self.change.setVisible(bool(alarm.concerned.artists))
        self._show_texts(alarm)

    def _show_nothing(self) -> None:
        for one in (self.chip, self.back, self.answered, self.meaning):
            one.hide()
        for button in (self.page_link, self.later, self.change, self.noted):
            button.hide()
        self.heading.setText(tr("No terms have changed"))
        watch = tr("RightsDesk watches the terms of your platforms once you switch it on.")
        self._texts.addWidget(EmptyState("terms_only", tr("Nothing to read"), watch), 0, 0)

    def _show_texts(self, alarm: Alarm) -> None:
        emptied(self._texts)
        wide = self._wide
        row = 0
        for paragraph in alarm.paragraphs:
            old, new = self._pair(alarm, paragraph)
            self._texts.addWidget(old, row, 0)
            self._texts.addWidget(new, row if wide else row + 1, 1 if wide else 0)
            why = Text(sentence(paragraph.why), size=Size.SMALL, tone=Tone.DIM, wrap=True)
            self._texts.addWidget(why, row + 2, 0, 1, 2 if wide else 1)
            row += 3
        self._texts.setColumnStretch(0, 1)
        self._texts.setColumnStretch(1, 1 if wide else 0)

    def _pair(self, alarm: Alarm, paragraph: ChangedParagraph) -> tuple[Card, Card]:
        gone, added = differing(paragraph.old, paragraph.new)
        narrows = words.chip_of(alarm)[1] is Tone.GOOD
        tone = Tone.GOOD if narrows else Tone.OPEN
        old = _side(words.until_of(alarm.old), paragraph.old, gone, Tone.OPEN)
        new = _side(words.since_of(alarm.new), paragraph.new, added, tone)
        return old, new

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        wide = self.width() >= em_across(self, TWO_COLUMNS_EMS)
        if wide != self._wide:
            self._wide = wide
            if self.alarm is not None:
                self._show_texts(self.alarm)

    # --- answers -----------------------------------------------------------------------

    def _answer(self, given: AlarmAnswer) -> None:
        alarm, workspace = self.alarm, self._view_state.workspace
        if alarm is None:
            return
        number = alarm.id
        self._view_state.work.run(
            Lane.SHORT,
            lambda _task: workspace.terms.answer(number, given),
            self._answered,
            owner=self,
        )

    def _answered(self, alarm: Alarm) -> None:
        self.alarms = [alarm if one.id == alarm.id else one for one in self.alarms]
        self._view_state.facts_changed.emit()
        waiting = [one for one in self.alarms if one.answer is AlarmAnswer.NONE]
        if waiting:
            self.show_alarm(waiting[0])
        else:
            self.accept()

    def _change(self) -> None:
        """Lead to the choice of the artist in view, or of the first one concerned."""
        alarm = self.alarm
        if alarm is None or not alarm.concerned.artists:
            return
        concerned = [one for one, _ in alarm.concerned.artists]
        in_view = self._view_state.one_artist
        artist = in_view.id if in_view and in_view.id in concerned else concerned[0]
        self._answer(AlarmAnswer.CHOICE_CHANGED)
        self.accept()
        self.consent_wanted.emit(artist)

    def _open_page(self) -> None:
        if self.alarm is not None:
            self._open_url(QUrl(self.alarm.new.address))


def _side(day: str, text: str, marked: Sequence[tuple[int, int]], tone: Tone) -> Card:
    card = Card()
    card.title.hide()
    card.body.addWidget(Text(day, size=Size.SMALL, tone=Tone.DIM))
    if text:
        card.body.addWidget(Passage(text, marked, tone, day))
    else:
        card.body.addWidget(Text(tr("(nothing about this)"), tone=Tone.DIM))
    card.body.addStretch(1)
    return card
