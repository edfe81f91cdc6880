"""Home of one artist: a bar for each carrier in use, what changed, the next steps, proof."""

from __future__ import annotations

from collections.abc import Collection

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from rightsdesk.desktop.design.bars import BarPart, CoverageBar, DotLegend
from rightsdesk.desktop.design.buttons import Button, LinkButton
from rightsdesk.desktop.design.cards import Card, Hairline
from rightsdesk.desktop.design.chips import Chip
from rightsdesk.desktop.design.text import Text
from rightsdesk.desktop.design.tokens import Size, Tone, space
from rightsdesk.desktop.pages.home.words import (
    button_text,
    carrier_name,
    news_words,
    step_words,
)
from rightsdesk.desktop.parts.segments import bar_words, coverage_of
from rightsdesk.desktop.parts.texts import counted, tr, when_text
from rightsdesk.desktop.parts.widgets import Flow, emptied
from rightsdesk.desktop.terms.words import chip_of, news_of
from rightsdesk.workspace.overview.values import CarrierBar, Home, News, Step
from rightsdesk.workspace.terms.types import Alarm
from rightsdesk.workspace.types.matrix import Segment

FEW_STEPS = 5
"""So many steps are shown; more of them after a click."""


class ArtistView(QWidget):
    """`step_chosen` gives a Step to do, `news_chosen` a News to show, `terms_chosen` an Alarm."""

    step_chosen = Signal(object)
    news_chosen = Signal(object)
    terms_chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.stand = Card(tr("Where you stand"))
        self.read_at = Text(size=Size.SMALL, tone=Tone.DIM)
        self.stand.head.addWidget(self.read_at)
        self._bars = QGridLayout()
        self._bars.setHorizontalSpacing(space(4))
        self._bars.setVerticalSpacing(space(3))
        self._bars.setColumnStretch(1, 3)
        self._bars.setColumnStretch(2, 2)
        self.stand.body.addLayout(self._bars)
        self.terms_only = Text(size=Size.SMALL, tone=Tone.DIM, wrap=True)
        self.stand.body.addSpacing(space(1))
        self.stand.body.addWidget(self.terms_only)
        self.legend = DotLegend()
        self.stand.body.addSpacing(space(1))
        self.stand.body.addWidget(self.legend)
        self.changed = Card(tr("What changed"))
        self._news = QVBoxLayout()
        self._news.setSpacing(space(2.5))
        self.changed.body.addLayout(self._news)
        self.next = Card(tr("Next steps"))
        self._steps = QVBoxLayout()
        self._steps.setSpacing(space(2.5))
        self.next.body.addLayout(self._steps)
        self.proof = Card(tr("Evidence"))
        words = tr("Every write is recorded. See whether the audio is still what it was.")
        self.proof.body.addWidget(Text(words, size=Size.SMALL, tone=Tone.DIM, wrap=True))
        self.buttons = Flow(spacing=space(2))
        self.proof.body.addWidget(self.buttons)
        self._all_steps = False
        self._home: Home | None = None
        self._whole: Collection[str] = ()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(space(4))
        self._first = _column(self.stand, self.changed)
        self._second = _column(self.next, self.proof)
        self._wide: bool | None = None
        self.lay_out(wide=True)

    def lay_out(self, *, wide: bool) -> None:
        """Put the cards into two columns, or into one."""
        if wide == self._wide:
            return
        self._wide = wide
        top = Qt.AlignmentFlag.AlignTop
        last = (self._second if wide else self._first).layout()
        assert last is not None  # as it was made
        last.addWidget(self.proof)  # below all else, however many columns there are
        self._grid.addWidget(self._first, 0 if wide else 1, 0, top)
        self._grid.addWidget(self._second, 0, 1 if wide else 0, top)
        self._grid.setColumnStretch(0, 5)
        self._grid.setColumnStretch(1, 3 if wide else 0)
        self._grid.setRowStretch(2, 1)

    def show_home(self, home: Home, whole: Collection[str]) -> None:
        """Replace what is shown. `whole` are the carriers where one setting holds for all."""
        if self._home is None or home.artist_id != self._home.artist_id:
            self._all_steps = False
        self._home, self._whole = home, whole
        self._show_bars(home.carriers)
        self._show_news(home.news, home.terms)
        self._show_steps(home.steps)

    def _show_bars(self, carriers: tuple[CarrierBar, ...]) -> None:
        emptied(self._bars)
        shown: set[BarPart] = set()
        terms_only = [one for one in carriers if set(one.bar) == {Segment.TERMS}]
        for row, one in enumerate(one for one in carriers if one not in terms_only):
            name, coverage = carrier_name(one.carrier), coverage_of(one.bar)
            bar = CoverageBar()
            bar.show_coverage(coverage, name)
            words = bar_words(one.bar, whole=one.carrier in self._whole)
            label = Text(words or tr("nothing yet"), size=Size.SMALL, tone=Tone.DIM, wrap=True)
            self._bars.addWidget(Text(name), row, 0)
            self._bars.addWidget(bar, row, 1)
            self._bars.addWidget(label, row, 2)
            shown |= {part for part, _ in coverage.counts}
        names = ", ".join(carrier_name(one.carrier) for one in terms_only)
        self.terms_only.setText(tr("Known from terms only: {names}").format(names=names))
        self.terms_only.setVisible(bool(names))
        self.legend.show_parts([part for part in BarPart if part in shown])
        read = max((one.read_at for one in carriers), default="")
        self.read_at.setText(tr("read {when}").format(when=when_text(read)) if read else "")

    def _show_news(self, news: tuple[News, ...], terms: tuple[Alarm, ...]) -> None:
        emptied(self._news)
        self.changed.setVisible(bool(news or terms))
        for alarm in terms:
            chip = Chip(*chip_of(alarm))
            read = LinkButton(tr("Read"), name=f"terms-{alarm.id}")
            read.clicked.connect(lambda _on=False, chosen=alarm: self.terms_chosen.emit(chosen))
            self._news.addWidget(_news_row(chip, news_of(alarm), read))
        for one in news:
            show = LinkButton(tr("Show"), name=f"news-{one.carrier}")
            show.clicked.connect(lambda _on=False, chosen=one: self.news_chosen.emit(chosen))
            chip = Chip(tr("Changed"), Tone.BAD)
            self._news.addWidget(_news_row(chip, news_words(one), show))

    def _show_steps(self, steps: tuple[Step, ...]) -> None:
        emptied(self._steps)
        few = steps if self._all_steps else steps[:FEW_STEPS]
        for step in few:
            self._steps.addWidget(Hairline())
            row = self._step(step)
            self._steps.addWidget(row)
            row.show()  # a layout does so later, and the keyboard may be meant for it now
        if not steps:
            words = tr("Nothing to do. Everything that could be read says what you chose.")
            self._steps.addWidget(Text(words, tone=Tone.DIM, wrap=True))
        if more := len(steps) - len(few):
            self._steps.addWidget(Hairline())
            text = counted("Show %n more", "Show %n more", more)
            self._steps.addWidget(
                LinkButton(text, self._show_all, name="all-steps"),
                0,
                Qt.AlignmentFlag.AlignLeft,
            )

    def _show_all(self) -> None:
        self._all_steps = True
        if self._home is not None:
            self._show_steps(self._home.steps)

    def _step(self, step: Step) -> QWidget:
        words = step_words(step)
        row = QWidget()
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(space(3))
        texts = QVBoxLayout()
        texts.setSpacing(space(0.5))
        texts.addWidget(Text(words.title, strong=True, wrap=True))
        texts.addWidget(Text(words.under, size=Size.SMALL, tone=Tone.DIM, wrap=True))
        line.addLayout(texts, 1)
        button = Button(button_text(words.button), name=f"step-{step.action.value}")
        button.clicked.connect(lambda: self.step_chosen.emit(step))
        button.setAccessibleDescription(words.title)
        line.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
        return row


def _news_row(chip: Chip, said: str, way: LinkButton) -> QWidget:
    row = QWidget()
    line = QHBoxLayout(row)
    line.setContentsMargins(0, 0, 0, 0)
    line.setSpacing(space(3))
    line.addWidget(chip, 0, Qt.AlignmentFlag.AlignTop)
    line.addWidget(Text(said, wrap=True), 1)
    way.setAccessibleDescription(said)
    line.addWidget(way, 0, Qt.AlignmentFlag.AlignTop)
    return row


def _column(*cards: QWidget) -> QWidget:
    column = QWidget()
    rows = QVBoxLayout(column)
    rows.setContentsMargins(0, 0, 0, 0)
    rows.setSpacing(space(4))
    for card in cards:
        rows.addWidget(card)
    return column
