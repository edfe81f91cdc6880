"""What the window does by itself: carry on what a platform told to wait, and check platforms.

Once a minute a worker asks the store whether anything is due; no platform is asked for that.
What is due runs as any other job does: to be seen, and to be stopped.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QApplication, QMenu, QWidget

from rightsdesk.changes.names import job_name
from rightsdesk.desktop.jobs.main_job import MainJob
from rightsdesk.desktop.parts.texts import sentence, tr
from rightsdesk.desktop.parts.theme import Accent
from rightsdesk.desktop.state.question_timer import QuestionTimer
from rightsdesk.desktop.state.status_bar import NoticeBar
from rightsdesk.desktop.state.tasks import Lane, Task
from rightsdesk.desktop.state.view_state import ViewState
from rightsdesk.desktop.terms.words import news_of
from rightsdesk.workspace.types.artists import NoAccount

if TYPE_CHECKING:
    from rightsdesk.changes.types import JobReport
    from rightsdesk.workspace.jobs.resuming import ResumedJob
    from rightsdesk.workspace.observing.scheduled_check import CheckResult
    from rightsdesk.workspace.terms.types import TermsCheck

FIRST_MS, EVERY_MS = 5_000, 60_000
DAY_MS = 86_400_000
"""A timer can't wait for more than 24 days; after a day it asks again."""


@dataclass(frozen=True, slots=True)
class Due:
    """What is to be done now."""

    jobs: bool
    check: bool
    terms: bool
    licences: bool
    now: datetime
    turn: datetime | None
    """When a licence begins or ends next."""


class Schedule(QObject):
    """Asks what is due, from `start` on, and has it done while nothing else is under way.

    `menu` is where a person says how often to check, `pause` stops checks until they go on. `found`
    gives the title and text of what a check found, for those who are elsewhere, and `terms_wanted`
    the alarms that a person wants to read.
    """

    found = Signal(str, str)
    terms_wanted = Signal(object)

    def __init__(
        self, view_state: ViewState, job: MainJob, notice: NoticeBar, window: QWidget
    ) -> None:
        super().__init__(window)
        self._view_state = view_state
        self._job = job
        self._notice = notice
        self._timer = QuestionTimer(self.ask, self, first_ms=FIRST_MS, every_ms=EVERY_MS)
        self._turn: datetime | None = None
        self.turn_timer = QTimer(self)
        self.turn_timer.setSingleShot(True)
        self.turn_timer.timeout.connect(self._turned)
        self.menu = QMenu(tr("Check platforms &automatically"), window)
        self._choices = QActionGroup(self)
        self._actions: dict[str, QAction] = {}
        for value, text in (
            ("never", tr("&Never")),
            ("day", tr("Once a &day")),
            ("week", tr("Once a &week")),
        ):
            action = QAction(text, self)
            action.setCheckable(True)
            action.setData(value)
            self._choices.addAction(action)
            self.menu.addAction(action)
            self._actions[value] = action
        self._choices.triggered.connect(self._chosen)
        self.pause = QAction(tr("&Pause checks"), self)
        self.pause.setCheckable(True)
        self._view_state.read(
            "every",
            lambda: self._view_state.workspace.accounts.check_interval().value,
            self._show,
            later=True,
        )

    @property
    def choices(self) -> Sequence[QAction]:
        """How often platforms are checked, as checkable actions; `data` is the interval."""
        return self._choices.actions()

    def start(self) -> None:
        """Begin to ask."""
        self._timer.begin()

    def put_into(self, before: QAction) -> None:
        """Put the menu into the one that holds this action, above it."""
        for menu in before.associatedObjects():
            if isinstance(menu, QMenu):
                menu.insertMenu(before, self.menu)

    def ask(self) -> None:
        """Find out what is due, unless the person is in the middle of something."""
        if self._job.busy or QApplication.activeModalWidget() is not None:
            return
        workspace = self._view_state.workspace

        def due() -> Due:
            now: datetime = workspace.now()
            waits = workspace.jobs.waiting()
            check = workspace.accounts.check_due(now)
            terms = workspace.terms.due(now)
            return Due(
                any(one.due <= now for one in waits),
                check is not None and check <= now,
                terms is not None and terms <= now,
                workspace.licences.to_narrow(),
                now,
                workspace.licences.next_turn(),
            )

        self._view_state.read("due", due, self._answered, later=True)

    def _turned(self) -> None:
        """A licence begins or ends now: every page reads again, and what follows is done."""
        self._turn = None
        self._view_state.something_changed()
        self.ask()

    def _aim_at(self, due: Due) -> None:
        """Wait for the next licence to begin or end, and notice one that did so while this
        computer slept."""
        passed, self._turn = self._turn, due.turn
        if passed is not None and passed <= due.now:
            self._view_state.something_changed()
        self.turn_timer.stop()
        if due.turn is not None:
            # A millisecond late is right, one early is not.
            wait = int((due.turn - due.now).total_seconds() * 1_000) + 1
            self.turn_timer.start(min(wait, DAY_MS))

    def _answered(self, due: Due) -> None:
        self._aim_at(due)
        if self._job.busy or QApplication.activeModalWidget() is not None:
            return
        if due.jobs:
            self._job.by_itself(tr("Continuing…"), self._go_on, self._went_on)
        elif due.licences:
            self._job.by_itself(tr("Ending licences…"), self._narrow, self._narrowed)
        elif due.check and self._view_state.artists and not self.pause.isChecked():
            title = tr("Checking platforms…")
            self._job.by_itself(title, self._check, self._checked)
        elif due.terms and self._view_state.artists and not self.pause.isChecked():
            self._job.by_itself(tr("Reading terms…"), self._read_terms, self._terms_read)

    # --- in a worker -----------------------------------------------------------------

    def _go_on(self, task: Task) -> tuple[list[ResumedJob], str]:
        from rightsdesk.workspace.jobs.resuming_words import all_resumed_words
        from rightsdesk.workspace.lock import AnotherAtWork

        workspace = self._view_state.workspace
        try:
            went = workspace.jobs.resume_due(progress=task.progress, cancel=task.cancelled)
        except AnotherAtWork:
            return [], ""  # it is being done there, or will be by the next minute
        return went, all_resumed_words(went, workspace.now())

    def _check(self, task: Task) -> CheckResult | None:
        workspace = self._view_state.workspace
        try:
            return workspace.accounts.check_all(progress=task.progress, cancel=task.cancelled)
        except NoAccount:
            return None

    def _read_terms(self, task: Task) -> TermsCheck | None:
        from rightsdesk.workspace.terms.types import NothingToWatch

        workspace = self._view_state.workspace
        try:
            return workspace.terms.check(progress=task.progress, cancel=task.cancelled)
        except NothingToWatch:
            workspace.terms.nothing_to_watch()
            return None

    def _narrow(self, task: Task) -> JobReport | None:
        from rightsdesk.workspace.lock import AnotherAtWork

        licences = self._view_state.workspace.licences
        try:
            return licences.narrow_ended(progress=task.progress, cancel=task.cancelled)
        except AnotherAtWork:
            return None

    # --- told ------------------------------------------------------------------------

    def _went_on(self, told: tuple[list[ResumedJob], str], _task: Task) -> None:
        went, words = told
        if not went:
            return
        self._view_state.something_changed()
        fine = all(one.report is not None and not one.report.failures for one in went)
        fine = fine and not any(one.why or one.due for one in went)
        self._notice.tell(
            words,
            kind=Accent.GOOD if fine else Accent.OPEN,
            icon_name="agrees" if fine else "info",
        )

    def _narrowed(self, report: JobReport | None, _task: Task) -> None:
        if report is None:
            return
        self._view_state.something_changed()
        words = sentence(job_name(report))
        self.found.emit(tr("A licence ended"), words)
        self._notice.tell(
            words,
            kind=Accent.OPEN if report.failures else Accent.GOOD,
            icon_name="info" if report.failures else "agrees",
        )

    def _checked(self, checked: CheckResult | None, _task: Task) -> None:
        if checked is None or checked.cancelled:
            return
        self._view_state.something_changed()
        if checked.changed or checked.gone or checked.notes:
            news = [sentence(note) for note in checked.notes]
            news = [str(checked), *(drift.label for drift in checked.changed[:3]), *news]
            self.found.emit(tr("A check found something"), " ".join(news))
        if not (checked.changed or checked.gone):
            return  # nothing new is no news; the accounts tell of their own troubles
        names = ", ".join(drift.label for drift in checked.changed[:3])
        more = tr("… and more") if len(checked.changed) > 3 else ""
        words = [str(checked), *(part for part in (names, more) if part)]
        offers = []
        if checked.changed:
            form = tr("Compare with {platforms}…")
            title = form.format(platforms=self._view_state.platforms)
            offers.append((title, lambda: self._job.sync(self._view_state.filter)))
        self._notice.tell(
            " ".join(words),
            kind=Accent.OPEN,
            icon_name="conflicts" if checked.changed else "info",
            offers=offers,
        )

    def _terms_read(self, read: TermsCheck | None, _task: Task) -> None:
        if read is None or not read.alarms:
            return
        self._view_state.something_changed()
        said = [news_of(alarm) for alarm in read.alarms[:3]]
        self.found.emit(tr("Terms have changed"), " ".join(f"{one}." for one in said))
        self._notice.tell(
            " ".join(f"{one}." for one in said),
            kind=Accent.OPEN,
            icon_name="terms_only",
            offers=[(tr("Read"), lambda: self.terms_wanted.emit(read.alarms))],
        )

    # --- how often -------------------------------------------------------------------

    def _show(self, every: str) -> None:
        self._actions[every].setChecked(True)

    def _chosen(self, action: QAction) -> None:
        workspace, value = self._view_state.workspace, str(action.data())

        def keep(_task: Task) -> None:
            from rightsdesk.workspace.observing.scheduled_check import CheckInterval

            workspace.accounts.set_check_interval(CheckInterval(value))

        self._view_state.work.run(Lane.SHORT, keep, lambda _none: self.ask(), owner=self)
