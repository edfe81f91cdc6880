"""The main job as a person goes through it: check, plan, review, apply, tell, undo.

One job at a time. The window stays usable all the while; nothing is applied that was not
shown and agreed to.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QWidget

from rightsdesk import log_file
from rightsdesk.changes.names import job_name
from rightsdesk.changes.types import Confirmation, JobKind, JobReport, Outcome, Plan
from rightsdesk.desktop.jobs.results import (
    FailuresDialog,
    InVain,
    NamedGroups,
    job_summary,
    scan_groups,
    scan_summary,
    tried_in_vain,
)
from rightsdesk.desktop.parts.texts import (
    counted,
    error_text,
    number_text,
    sentence,
    tr,
)
from rightsdesk.desktop.parts.theme import Accent
from rightsdesk.desktop.state.status_bar import NoticeBar, ProgressArea
from rightsdesk.desktop.state.tasks import Lane, Task
from rightsdesk.desktop.state.view_state import ViewState
from rightsdesk.desktop.state.window_settings import WindowSettings
from rightsdesk.enums.causes import Cause
from rightsdesk.errors import KnownError
from rightsdesk.workspace.catalogue.scan_report import ScanReport, combined
from rightsdesk.workspace.types.artists import Account, Artist, NoAccount
from rightsdesk.workspace.types.scopes import Filter

if TYPE_CHECKING:
    from rightsdesk.desktop.jobs.proof import Proof
    from rightsdesk.desktop.review.digest import Digest
    from rightsdesk.workspace import Workspace
    from rightsdesk.workspace.jobs.change_locations import ChangeKey
    from rightsdesk.workspace.jobs.taking_back import TakingBack

    Agreed = Callable[[Plan, Confirmation, frozenset[ChangeKey]], object]

T = TypeVar("T")
Applied = tuple[JobReport, str, InVain]
"""A report, its sentence, and what was tried in vain."""
REFRESH_MS = 700
"""How often the matrix is read again while a job runs."""


class NotRead(KnownError):
    """Some accounts could not be read; the others were."""

    cause = Cause.NOT_READ


@dataclass(frozen=True, slots=True)
class Running:
    """What is under way. `writes`: it changes files or items, and can be paused. `asks_to_stop`:
    closing the window asks first; a plan that is being worked out is nothing to lose."""

    title: str
    task: Task
    writes: bool
    asks_to_stop: bool


class MainJob(QObject):
    """Runs the slow things that a person asks for, and tells how they went.

    `shown_in_history` asks for a job in the history, with what it did not do unfolded.
    """

    busy_changed = Signal(bool)
    shown_in_history = Signal(int)
    scanned = Signal(int, object)
    ended = Signal(object)
    account_wanted = Signal()
    forget_wanted = Signal()

    def __init__(
        self, view_state: ViewState, progress: ProgressArea, notice: NoticeBar, window: QWidget
    ) -> None:
        super().__init__(window)
        self._view_state = view_state
        self._progress = progress
        self._notice = notice
        self._window = window
        self.running: Running | None = None
        self._applying = False
        self._refresh = QTimer(self, singleShot=True)
        self._refresh.setInterval(REFRESH_MS)
        self._refresh.timeout.connect(view_state.model.refresh)
        view_state.work.progressed.connect(self._progressed)

    @property
    def busy(self) -> bool:
        """Whether a job is under way; a second one waits for the person to ask again."""
        return self.running is not None

    # --- looking ---------------------------------------------------------------------

    def scan(self, artist_id: int, folders: Sequence[str]) -> None:
        """Scan an artist's folders."""
        self.scan_all([(artist_id, folders)])

    def scan_all(self, asked: Sequence[tuple[int, Sequence[str]]]) -> None:
        """Scan the folders of several artists, one after the other."""
        workspace = self._view_state.workspace

        def scan(task: Task) -> list[tuple[int, ScanReport]]:
            reports = []
            for artist_id, folders in asked:
                if not task.cancelled.is_set():
                    report = workspace.catalogue.scan(
                        artist_id, folders, progress=task.progress, cancel=task.cancelled
                    )
                    reports.append((artist_id, report))
            return reports

        self._begin(tr("Looking for music…"), Lane.WRITE, scan, self._scanned)

    def forget(self, artist_id: int, folder: str) -> None:
        """Look into a folder no more."""
        workspace = self._view_state.workspace
        self._begin(
            tr("Forgetting the folder…"),
            Lane.WRITE,
            lambda _task: workspace.catalogue.forget_folders(artist_id, [folder]),
            self._forgotten,
        )

    def check_platforms(
        self, accounts: Sequence[Account] = (), *, just_connected: bool = False
    ) -> None:
        """Read what the accounts of the artist in view say now, or these. Where that fails, an
        account that was `just_connected` is told to be connected all the same."""
        workspace, artist = self._view_state.workspace, self._view_state.artist
        form = tr(
            "{login} is connected on {platform}. What is there could not be read yet; look at it "
            "again later."
        )
        told = [
            form.format(login=account.name, platform=account.platform_name)
            for account in (accounts if just_connected else ())
        ]

        def check(task: Task) -> int:
            meant = [account.id for account in accounts or some_accounts(workspace, artist)]
            read = workspace.accounts.read_accounts(
                meant, progress=task.progress, cancel=task.cancelled
            )
            if read.notes:
                raise NotRead("\n".join((*told, *map(sentence, read.notes))))
            return read.items

        title = tr("Reading {platforms}…").format(platforms=self._view_state.platforms)
        self._begin(title, Lane.WAIT, check, self._platforms_read)

    def verify(self, wanted: Filter) -> None:
        """Read the audio of files again, and compare it with what it was at first."""
        workspace = self._view_state.workspace

        def verify(task: Task) -> Proof:
            from rightsdesk.desktop.jobs.proof import Proof

            report = workspace.catalogue.verify(
                wanted, progress=task.progress, cancel=task.cancelled
            )
            return Proof.of(report)

        self._begin(tr("Reading the audio…"), Lane.WRITE, verify, self._verified)

    def by_itself(
        self, title: str, function: Callable[[Task], T], done: Callable[[T, Task], None]
    ) -> None:
        """Run a job that no click asked for. It is shown, and can be stopped, like any other."""
        if not self.busy:
            self._applying = True
            self._begin(title, Lane.WAIT, function, done)

    # --- planning --------------------------------------------------------------------

    def tag(self, wanted: Filter, *, even_signed: bool = False) -> None:
        """Plan to write the consents into files, and show it."""
        workspace = self._view_state.workspace

        def plan(task: Task) -> Plan:
            return workspace.jobs.plan_tag(
                wanted,
                even_signed=even_signed,
                progress=task.progress,
                cancel=task.cancelled,
            )

        again = partial(self.tag, wanted, even_signed=True)
        self._plan(tr("Comparing files…"), plan, again)

    def sync(self, wanted: Filter, platform: str = "") -> None:
        """Read the platforms, or one, plan to write the choices there, and show it."""
        workspace, artist = self._view_state.workspace, self._view_state.artist

        def plan(task: Task) -> Plan:
            some_accounts(workspace, artist)
            return workspace.jobs.plan_sync(
                wanted, platform, progress=task.progress, cancel=task.cancelled
            )

        name = dict(self._view_state.carriers).get(platform, self._view_state.platforms)
        title = tr("Comparing with {platforms}…").format(platforms=name)
        self._plan(title, plan)

    def write(self, wanted: Filter, *, even_signed: bool = False) -> None:
        """Plan to write the consents into files and to platforms, and show it as one."""
        workspace = self._view_state.workspace

        def plan(task: Task) -> Plan:
            return workspace.jobs.plan_write(
                wanted, even_signed=even_signed, progress=task.progress, cancel=task.cancelled
            )

        self._plan(tr("Comparing…"), plan, partial(self.write, wanted, even_signed=True))

    def retry(self, job_id: int) -> None:
        """Plan again what a job did not do, and show it."""
        workspace = self._view_state.workspace
        self._plan(
            tr("Reading what was not done…"),
            lambda task: workspace.jobs.plan_retry(
                job_id, progress=task.progress, cancel=task.cancelled
            ),
        )

    def undo(self, job_id: int | None = None, *, even_signed: bool = False) -> None:
        """Plan to take a job back, and show it."""
        workspace = self._view_state.workspace

        def plan(task: Task) -> Plan:
            return workspace.jobs.plan_undo(
                job_id,
                even_signed=even_signed,
                progress=task.progress,
                cancel=task.cancelled,
            )

        self._plan(tr("Preparing the undo…"), plan, partial(self.undo, job_id, even_signed=True))

    def take_back(self, *, even_signed: bool = False) -> None:
        """Plan to take back all that RightsDesk wrote, and show it as one."""
        workspace = self._view_state.workspace
        found: list[TakingBack] = []

        def plan(task: Task) -> Plan:
            found[:] = [
                workspace.jobs.plan_taking_back(
                    even_signed=even_signed, progress=task.progress, cancel=task.cancelled
                )
            ]
            return found[0].plan

        def agreed(_plan: Plan, _yes: Confirmation, left_out: frozenset[ChangeKey]) -> None:
            self._take_back(found[0], left_out)

        again = partial(self.take_back, even_signed=True)
        self._plan(tr("Preparing to take it back…"), plan, again, agreed)

    def resume(self, job_id: int) -> None:
        """Plan the rest of a job that was stopped, and show it."""
        workspace = self._view_state.workspace
        self._plan(
            tr("Preparing the rest…"),
            lambda task: workspace.jobs.plan_resume(
                job_id, progress=task.progress, cancel=task.cancelled
            ),
        )

    def _plan(
        self,
        title: str,
        function: Callable[[Task], Plan],
        even_signed: Callable[[], object] | None = None,
        agreed: Agreed | None = None,
    ) -> None:
        """Work a plan out and show it; `even_signed` does so without sparing signed files.
        `agreed` does what was agreed to, where that is not to apply the plan."""
        names, workspace = dict(self._view_state.carriers), self._view_state.workspace

        def work_out(task: Task) -> Digest:
            from rightsdesk.desktop.review.digest import Digest

            plan = function(task)
            places = workspace.jobs.locations(plan.changes)
            # What is put back was remarked on when it was written.
            remarks = () if plan.kind.goes_back else workspace.jobs.remarks(plan)
            return Digest.of(plan, names, places, workspace.jobs.forecast(plan), remarks)

        self._begin(
            title,
            Lane.WRITE,
            work_out,
            lambda digest, task: self._planned(digest, task, even_signed, agreed or self._apply),
            asks_to_stop=False,
        )

    def _planned(
        self,
        digest: Digest,
        task: Task,
        even_signed: Callable[[], object] | None,
        agreed: Agreed,
    ) -> None:
        if task.cancelled.is_set():
            self._notice.tell(tr("Stopped. Nothing was changed."))
            return
        from rightsdesk.desktop.review.dialog import ReviewDialog

        memory = WindowSettings(self._view_state.workspace.data_dir)
        review = ReviewDialog(digest, self._window, memory=memory)
        review.agreed.connect(agreed)
        if even_signed is not None:
            review.even_signed.connect(even_signed)
        review.finished.connect(review.deleteLater)
        # In a turn of its own: to build it and to lay it out takes too long for one.
        QTimer.singleShot(0, review, review.open)

    # --- doing -----------------------------------------------------------------------

    def _apply(
        self, plan: Plan, confirmed: Confirmation, left_out: frozenset[ChangeKey] = frozenset()
    ) -> None:
        workspace = self._view_state.workspace
        lane = Lane.WAIT if plan.kind is JobKind.SYNC else Lane.WRITE
        self._applying = True

        def apply(task: Task) -> Applied:
            report = workspace.jobs.apply(
                plan.without(left_out) if left_out else plan,
                confirmed=confirmed,
                progress=task.progress,
                cancel=task.cancelled,
            )
            summary = job_summary(report)
            if workspace.jobs.consent_stands(report):
                stands = tr("Your choice stays, so it will be written again unless you change it.")
                summary = f"{summary} {stands}"
            return report, summary, tried_in_vain(report)

        self._begin(sentence(job_name(plan)), lane, apply, self._applied, writes=True)

    def _applied(self, applied: Applied, _task: Task) -> None:
        report, summary, in_vain = applied
        self._view_state.something_changed()
        offers: list[tuple[str, Callable[[], object]]] = []
        if report.job is not None:
            job_id = report.job
            if in_vain.again:
                offers.append((retry_text(in_vain.again), lambda: self.retry(job_id)))
            if in_vain.tried:
                offers.append((tr("Show why"), lambda: self.shown_in_history.emit(job_id)))
            if report.cancelled:
                offers.append((tr("Continue"), lambda: self.resume(job_id)))
            if any(report.counts.get(o.value, 0) for o in (Outcome.DONE, Outcome.UNCONFIRMED)):
                back = tr("Redo") if report.kind is JobKind.UNDO else tr("Undo")
                offers.append((back, lambda: self.undo(job_id)))
        left = report.cancelled or report.due is not None
        self._notice.tell(
            summary,
            kind=Accent.OPEN if in_vain.tried or left else Accent.GOOD,
            icon_name="conflicts" if in_vain.tried else "info" if left else "agrees",
            offers=offers,
            job=report.job or 0,
        )
        self.ended.emit(report)

    def _take_back(self, taking: TakingBack, left_out: frozenset[ChangeKey]) -> None:
        workspace = self._view_state.workspace
        self._applying = True

        def apply(task: Task) -> Applied:
            report = workspace.jobs.take_back(
                taking, left_out, progress=task.progress, cancel=task.cancelled
            )
            return report, job_summary(report), tried_in_vain(report)

        self._begin(tr("Taking it back…"), Lane.WAIT, apply, self._taken_back, writes=True)

    def _taken_back(self, applied: Applied, _task: Task) -> None:
        report, summary, in_vain = applied
        self._view_state.something_changed()
        left = bool(in_vain.tried) or report.cancelled or report.due is not None
        offers: list[tuple[str, Callable[[], object]]] = []
        if report.job is not None and in_vain.tried:
            job_id = report.job
            offers.append((tr("Show why"), lambda: self.shown_in_history.emit(job_id)))
        if left:
            offers.append((tr("Take the rest back…"), self.take_back))
        offers.append((tr("Forget everything…"), self.forget_wanted.emit))
        self._notice.tell(
            summary,
            kind=Accent.OPEN if left else Accent.GOOD,
            icon_name="conflicts" if in_vain.tried else "info" if left else "agrees",
            offers=offers,
        )
        self.ended.emit(report)

    # --- telling ---------------------------------------------------------------------

    def tell_left(self, text: str) -> None:
        """Show what was left undone of something else."""
        self._notice.tell(text, kind=Accent.OPEN, icon_name="conflicts")

    def show_failures(self, title: str, groups: NamedGroups) -> None:
        """Open the list of what was not done."""
        dialog = FailuresDialog(title, groups, self._window)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def show_proof(self, proof: Proof) -> None:
        """Open what a verification came to."""
        from rightsdesk.desktop.jobs.proof import ProofDialog

        dialog = ProofDialog(proof, self._window)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _verified(self, proof: Proof, _task: Task) -> None:
        from rightsdesk.desktop.jobs.proof import proof_summary

        bad = bool(proof.to_look_at)
        self._notice.tell(
            proof_summary(proof),
            kind=Accent.BAD if bad else Accent.GOOD,
            icon_name="conflicts" if bad else "verify",
            offers=[(tr("What was found…"), lambda: self.show_proof(proof))],
        )
        self.show_proof(proof)

    def _scanned(self, reports: list[tuple[int, ScanReport]], _task: Task) -> None:
        total = combined([report for _, report in reports])
        offers: list[tuple[str, Callable[[], object]]] = []
        scanned = {artist_id for artist_id, _ in reports}
        unchosen = {one.id for one in self._view_state.artists if not one.consent}
        if (total.new or total.changed) and not scanned <= unchosen:
            # Of whom was scanned, whoever is in view by then.
            wanted = Filter(artist_id=reports[0][0]) if len(reports) == 1 else Filter()
            offers.append((tr("Write to files…"), lambda: self.tag(wanted)))
        failures = [*total.failed, *total.theirs]
        if failures:
            groups = scan_groups(failures)
            title = tr("Couldn't be read")
            offers.append((tr("What and why…"), lambda: self.show_failures(title, groups)))
        summary = scan_summary(total)
        names = [one.name for one in self._view_state.artists if one.id in scanned]
        if len(names) == 1 and self._view_state.one_artist is None:
            summary = tr("{name}: {result}").format(name=names[0], result=summary)
        self._notice.tell(
            summary,
            kind=Accent.OPEN if failures or total.named else Accent.TOLD,
            icon_name="conflicts" if failures or total.named else "info",
            offers=offers,
        )
        self._view_state.something_changed()
        for artist_id, report in reports:
            self.scanned.emit(artist_id, report)

    def _forgotten(self, files: int, _task: Task) -> None:
        one = tr("%n file is no longer listed. On the disk it stays as it is.")
        many = tr("%n files are no longer listed. On the disk they stay as they are.")
        self._notice.tell(counted(one, many, files))
        self._view_state.something_changed()

    def _platforms_read(self, items: int, _task: Task) -> None:
        text = counted("%n item read from {where}.", "%n items read from {where}.", items)
        self._notice.tell(text.format(where=self._view_state.platforms))
        self._view_state.something_changed()

    # --- one at a time ---------------------------------------------------------------

    def _begin(
        self,
        title: str,
        lane: Lane,
        function: Callable[[Task], T],
        done: Callable[[T, Task], None],
        *,
        writes: bool = False,
        asks_to_stop: bool = True,
    ) -> None:
        if self.busy:
            busy = tr("RightsDesk is still busy. Stop that first, or wait until it is done.")
            self._notice.tell(busy)
            return
        self._notice.clear()

        def arrived(result: T) -> None:
            self._over(task)
            done(result, task)

        def failed(error: KnownError) -> None:
            log_file.note_failure(error)
            self._over(task)
            offers: list[tuple[str, Callable[[], object]]] = []
            if isinstance(error, NoAccount):
                offers.append((tr("Connect an account…"), self.account_wanted.emit))
            self._notice.tell(
                error_text(error), kind=Accent.BAD, icon_name="conflicts", offers=offers
            )
            self._view_state.something_changed()

        task = self._view_state.work.run(
            lane,
            function,
            arrived,
            failed=failed,
            always=lambda: self._over(task),
            owner=self,
        )
        self.running = Running(title, task, writes, asks_to_stop)
        self._progress.watch(task, title)
        self.busy_changed.emit(True)

    def _over(self, task: Task) -> None:
        if self.running is None or self.running.task is not task:
            return
        self.running = None
        self._applying = False
        self._progress.let_go(task)
        self.busy_changed.emit(False)

    def _progressed(self, task: Task) -> None:
        ours = self.running is not None and self.running.task is task
        if ours and self._applying and not self._refresh.isActive():
            self._refresh.start()


def retry_text(number: int) -> str:
    """`Retry 2`."""
    return tr("Retry {n}").format(n=number_text(number))


def some_accounts(workspace: Workspace, artist: Artist | None) -> list[Account]:
    """The accounts of an artist, or of all. Raises NoAccount where there is none."""
    accounts = workspace.accounts.all(artist.id if artist else None)
    if not accounts:
        raise NoAccount(
            tr("There is no account yet."), advice=tr("Connect one on the page Platforms.")
        )
    return accounts
