"""The panel beside the list: what happened, whose it is, what to do, and the buttons for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLineEdit,
    QScrollArea,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from rightsdesk.desktop.design.buttons import Button, ButtonKind
from rightsdesk.desktop.design.cards import Card
from rightsdesk.desktop.design.icons import Sign
from rightsdesk.desktop.design.text import Text
from rightsdesk.desktop.design.tokens import Size, Tone, space
from rightsdesk.desktop.pages.problems.lines import ProblemLine
from rightsdesk.desktop.pages.problems.words import (
    Mend,
    kind_title,
    mend_text,
    mends_of,
    place_of,
    sign_of,
    what_to_do,
)
from rightsdesk.desktop.parts.texts import (
    breakable,
    counted,
    sentence,
    since_day,
    tr,
)
from rightsdesk.desktop.parts.widgets import Flow, scrolled
from rightsdesk.workspace.types.findings import Decision, DecisionKind
from rightsdesk.workspace.types.problems import Problem

ACROSS_STEPS = 84
"""How wide the panel is beside the list, in steps of the grid."""


class DetailsPanel(Card):
    """`mended` gives a Mend and a Problem, `ignored` problems to ignore and the reason, and
    `taken_back` a Decision."""

    mended = Signal(object, object)
    ignored = Signal(object, str)
    taken_back = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self.setObjectName("problem-details")
        self.setAccessibleName(tr("Details"))
        self._about: list[Problem] = []
        self._shown: tuple[list[ProblemLine], dict[str, str]] | None = None
        self.buttons: dict[str, Button] = {}
        self.body.setSpacing(space(3))
        self._pages = QStackedWidget()
        self._reading = scrolled(QWidget())
        self._begin()
        self.form = _IgnoreForm()
        self.form.agreed.connect(self._agreed)
        self.form.kept.connect(self._back)
        self._pages.addWidget(self._reading)
        self._pages.addWidget(self.form)
        self.deciding: QScrollArea | None = None
        self.body.addWidget(self._pages, 1)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)

    def sizeHint(self) -> QSize:
        return QSize(space(ACROSS_STEPS), space(60))

    def show_lines(self, chosen: Sequence[ProblemLine], carriers: Mapping[str, str]) -> None:
        """Show what is selected. What is shown already stays, with a question that is open."""
        if self._shown == (list(chosen), dict(carriers)):
            return
        self._shown = list(chosen), dict(carriers)
        self.end_decision()
        self._pages.setCurrentWidget(self._reading)
        self._begin()
        self._about = [one.about for one in chosen if isinstance(one.about, Problem)]
        if len(chosen) > 1:
            self._many(len(chosen))
        elif chosen and isinstance(chosen[0].about, Problem):
            self._problem(chosen[0].about, carriers)
        elif chosen and isinstance(chosen[0].about, Decision):
            self._decision(chosen[0], chosen[0].about)
        else:  # never hidden: the list would change its width below the pointer
            self._say(tr("Choose an entry to see what to do about it."), tone=Tone.DIM)
        if self.buttons:
            row = Flow(spacing=space(2))
            row.show_widgets(list(self.buttons.values()))
            self._column.addSpacing(space(1))
            self._column.addWidget(row)
        self._column.addStretch(1)

    def _begin(self) -> None:
        """Make room for other facts."""
        facts = QWidget()
        facts.setAutoFillBackground(False)
        facts.setMinimumHeight(1)
        self._column = QVBoxLayout(facts)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(space(2.5))
        self.buttons = {}
        self._reading.takeWidget().deleteLater()
        self._reading.setWidget(facts)
        facts.setAutoFillBackground(False)  # the area turns it on

    def show_decision_panel(self, panel: QWidget) -> None:
        """Put a panel with a question in front, until `end_decision`."""
        self.end_decision()
        self.deciding = scrolled(panel)
        self._pages.addWidget(self.deciding)
        self._pages.setCurrentWidget(self.deciding)

    def end_decision(self) -> None:
        """Take the question away."""
        if self.deciding is not None:
            self._pages.removeWidget(self.deciding)
            self.deciding.deleteLater()
            self.deciding = None
            self._pages.setCurrentWidget(self._reading)

    def ask_reason(self) -> None:
        """Ask why it is to be ignored."""
        if any(DecisionKind.IGNORE in one.decisions for one in self._about):
            self.form.ask(len(self._about))
            self._pages.setCurrentWidget(self.form)

    def _agreed(self, reason: str) -> None:
        if self._pages.currentWidget() is not self.form:
            return  # a second Enter
        self._pages.setCurrentWidget(self._reading)
        self.ignored.emit(list(self._about), reason)

    def _back(self) -> None:
        self._pages.setCurrentWidget(self._reading)
        if "ignore" in self.buttons:
            self.buttons["ignore"].setFocus(Qt.FocusReason.OtherFocusReason)

    # --- what is shown ---------------------------------------------------------------

    def _problem(self, problem: Problem, carriers: Mapping[str, str]) -> None:
        sign, tone = sign_of(problem.kind)
        head = QHBoxLayout()
        head.setSpacing(space(2))
        head.addWidget(Sign(sign, tone))
        head.addWidget(Text(kind_title(problem.kind), size=Size.SMALL, tone=Tone.DIM), 1)
        self._column.addLayout(head)
        self._say(sentence(problem.sentence), size=Size.HEADING, strong=True)
        place = place_of(problem, carriers)
        for name, words in (
            (tr("Artist"), problem.artist),
            (tr("Where"), breakable(place) if place != problem.artist else ""),
            (tr("Since"), since_day(problem.since) if problem.since else ""),
        ):
            if words:
                self._fact(name, words)
        if advice := what_to_do(problem):
            self._fact(tr("What to do"), advice)
        mends = mends_of(problem)
        for mend in mends:
            kind = ButtonKind.PRIMARY if mend is mends[0] else ButtonKind.QUIET
            self._button(mend.value, mend_text(mend, problem), self._mending(mend), kind)
        if DecisionKind.IGNORE in problem.decisions:
            self._button("ignore", tr("Ignore…"), self.ask_reason)

    def _mending(self, mend: Mend) -> Callable[[], object]:
        return lambda: self.mended.emit(mend, self._about[0])

    def _decision(self, line: ProblemLine, decision: Decision) -> None:
        self._say(line.words[0], size=Size.HEADING, strong=True)
        self._say(line.words[1], tone=Tone.DIM)
        if decision.reason:
            self._fact(tr("Reason"), decision.reason)
        if decision.kind is DecisionKind.IGNORE:
            words = tr("It is listed again automatically when there is more of it.")
            self._say(words, tone=Tone.DIM)
        back = tr("Undo…")
        self._button("take-back", back, lambda: self.taken_back.emit(decision), ButtonKind.PRIMARY)

    def _many(self, number: int) -> None:
        words = counted("%n entry is selected", "%n entries are selected", number)
        self._say(words, size=Size.HEADING, strong=True)
        if self._about:
            self._button("ignore", tr("Ignore…"), self.ask_reason)

    def _say(
        self, text: str, *, size: Size = Size.BODY, tone: Tone = Tone.TEXT, strong: bool = False
    ) -> None:
        made = Text(text, size=size, tone=tone, strong=strong, wrap=True)
        made.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._column.addWidget(made)

    def _fact(self, name: str, words: str) -> None:
        both = QVBoxLayout()
        both.setSpacing(space(0.25))
        both.addWidget(Text(name, size=Size.SMALL, tone=Tone.DIM))
        made = Text(words, wrap=True)
        made.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        both.addWidget(made)
        self._column.addLayout(both)

    def _button(
        self,
        name: str,
        text: str,
        clicked: Callable[[], object],
        kind: ButtonKind = ButtonKind.QUIET,
    ) -> None:
        made = Button(text, clicked, kind=kind, name=f"problem-{name}")
        self.buttons[name] = made


class _IgnoreForm(QWidget):
    """Why a problem is to be ignored. `agreed` gives the reason, `kept` after a change of mind."""

    agreed = Signal(str)
    kept = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.heading = Text(size=Size.HEADING, strong=True, wrap=True)
        self.reason = QLineEdit()
        self.reason.setObjectName("ignore-reason")
        self.reason.setPlaceholderText(tr("Why? For example: the disk is in the archive"))
        self.reason.setAccessibleName(tr("Reason"))
        self.reason.setMaxLength(500)
        self.do = Button(
            tr("Ignore"),
            lambda: self.agreed.emit(self.reason.text()),
            kind=ButtonKind.PRIMARY,
            name="ignore",
        )
        self.reason.returnPressed.connect(self.do.click)
        self.keep = Button(tr("Keep it listed"), self.kept.emit, name="keep-listed")
        words = tr(
            "It moves to “Ignored” with this reason, and you can undo that there. It is listed "
            "again once there is more of it."
        )
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(space(2.5))
        column.addWidget(self.heading)
        column.addWidget(self.reason)
        column.addWidget(Text(words, tone=Tone.DIM, wrap=True))
        row = QHBoxLayout()
        row.setSpacing(space(2))
        row.addWidget(self.do)
        row.addWidget(self.keep)
        row.addStretch(1)
        column.addLayout(row)
        column.addStretch(1)

    def ask(self, number: int) -> None:
        """Begin with an empty reason."""
        self.heading.setText(counted("Ignore this?", "Ignore these %n?", number))
        self.reason.clear()
        self.reason.setFocus(Qt.FocusReason.OtherFocusReason)
