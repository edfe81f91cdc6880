"""Plans, and the jobs that carry them out, continue them and undo them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from itertools import chain

from rightsdesk.changes import journal
from rightsdesk.changes.apply import OnResult
from rightsdesk.changes.apply import apply as apply_plan
from rightsdesk.changes.types import (
    NO_CONFIRMATION,
    Cancel,
    Change,
    Confirmation,
    JobInfo,
    JobKind,
    JobReport,
    Never,
    Plan,
    Progress,
    no_progress,
)
from rightsdesk.changes.undo import plan_resume, plan_undo
from rightsdesk.errors import KnownError
from rightsdesk.workspace.carriers.moved_files import folders_to_search
from rightsdesk.workspace.catalogue import scanning
from rightsdesk.workspace.jobs import resuming
from rightsdesk.workspace.jobs.change_locations import Key, Whereabouts, owners, whereabouts
from rightsdesk.workspace.jobs.resuming import ResumedJob, WaitingJob
from rightsdesk.workspace.lock import working
from rightsdesk.workspace.observing import linking, reading
from rightsdesk.workspace.observing.settling_items import settle_all
from rightsdesk.workspace.planning import plan as planning
from rightsdesk.workspace.planning.as_on_disk import as_on_disk
from rightsdesk.workspace.planning.forecast import forecast
from rightsdesk.workspace.planning.held import held_files, held_items, held_sidecars
from rightsdesk.workspace.planning.remarks import remarks
from rightsdesk.workspace.planning.still_wanted import ChoicesNow
from rightsdesk.workspace.sign_in.hosts import hosts_of
from rightsdesk.workspace.types import (
    Filter,
)
from rightsdesk.workspace.use_cases.core import Core


class NoSuchJob(KnownError):
    """There is no job of that number."""

    cause = "no-such-job"


class NothingToUndo(KnownError):
    """No job has changes that can be taken back."""

    cause = "nothing-to-undo"


class Jobs:
    """Plans, and the jobs that carry them out, continue them and undo them.

    Every method may be called from any thread.
    """

    def __init__(self, core: Core) -> None:
        self._database = core.database
        self._connections = core.connections
        self._clock = core.clock
        self._carriers = core.carriers
        self.data_dir = core.data_dir

    def plan_tag(
        self,
        chosen: Filter,
        *,
        even_signed: bool = False,
        progress: Progress = no_progress,
        cancel: Cancel | None = None,
    ) -> Plan:
        """The plan that makes files say what is wanted; signed ones only where that is agreed."""
        known = chain(held_files(self._database, chosen), held_sidecars(self._database, chosen))
        held = as_on_disk(self._database, known)
        stop = cancel or Never()
        return planning.plan(
            *(self._database, JobKind.TAG, held, progress, stop),
            now=self._clock.now(),
            even_signed=even_signed,
        )

    def plan_sync(
        self,
        chosen: Filter,
        platform: str = "",
        *,
        progress: Progress = no_progress,
        cancel: Cancel | None = None,
    ) -> Plan:
        """The plan that makes remote items say what is wanted; reads the platforms first."""
        stop = cancel or Never()
        there = self._database, self._connections
        notes = reading.read_all(*there, chosen, platform, progress, stop)
        held = held_items(self._database, chosen, platform)
        now = self._clock.now()
        made = planning.plan(self._database, JobKind.SYNC, held, progress, stop, now=now)
        asked = linking.questions(self._database, chosen.artist_id)
        waiting = sum(not one.own and platform in ("", one.platform) for one in asked)
        return replace(made, notes=notes, waiting=waiting)

    def left_to_sync(self, chosen: Filter) -> int:
        """How many remote items do not say what is wanted, as far as was read; asks nobody."""
        held = held_items(self._database, chosen, "")
        try:
            plan = planning.plan(
                *(self._database, JobKind.SYNC, held, no_progress, Never()), now=self._clock.now()
            )
        except planning.NothingChosen:
            return 0
        return len(plan.planned)

    def forecast(self, plan: Plan) -> tuple[str, ...]:
        """How far a plan gets today where a platform counts, a sentence each; asks nobody."""
        return forecast(plan, self._database, self._connections)

    def remarks(self, plan: Plan) -> tuple[str, ...]:
        """What to know of the languages that a plan writes, a sentence each; asks nobody."""
        return remarks(plan)

    def whereabouts(self, changes: Iterable[Change]) -> dict[Key, Whereabouts]:
        """Whose each change is and where, by its target's carrier and id."""
        return whereabouts(self._database, changes)

    def plan_undo(
        self,
        job_id: int | None = None,
        *,
        even_signed: bool = False,
        progress: Progress = no_progress,
        cancel: Cancel | None = None,
    ) -> Plan:
        """The plan that takes a job back; without an id the last one that can be.

        Files that somebody has signed since only where that is agreed. Raises NothingToUndo.
        """
        job = self._job(job_id) if job_id is not None else self.last_undoable()
        if job is None:
            raise NothingToUndo("There is nothing to undo.")
        stop = cancel or Never()
        settle_all(self._database, self._connections)
        for artist, places in folders_to_search(self._database, job.id).items():
            scanning.scan(self._database, artist, places, progress, stop)
        return plan_undo(
            *(self._database, job, self._carriers, progress, stop),
            agreed=even_signed,
            choices=ChoicesNow(self._database),
            clock=self._clock,
        )

    def plan_resume(
        self, job_id: int, *, progress: Progress = no_progress, cancel: Cancel | None = None
    ) -> Plan:
        """The plan of what a job did not get to, as far as it is still wanted; what is wanted
        otherwise by now is planned anew."""
        job = self._job(job_id)
        settle_all(self._database, self._connections)
        return plan_resume(
            *(self._database, job, self._carriers, progress, cancel or Never()),
            choices=ChoicesNow(self._database),
            clock=self._clock,
        )

    def apply(
        self,
        plan: Plan,
        *,
        confirmed: Confirmation = NO_CONFIRMATION,
        progress: Progress = no_progress,
        cancel: Cancel | None = None,
        on_result: OnResult | None = None,
    ) -> JobReport:
        """Do what a plan says. Widening changes need `confirmed` to name them."""
        with working(self.data_dir):
            return self._apply(plan, confirmed, progress, cancel, on_result)

    def all(self) -> list[JobInfo]:
        """All jobs, newest first, and whose they are."""
        whose = owners(self._database)
        return [
            replace(job, artists=tuple(whose.get(job.id, {}).values()))
            for job in journal.job_list(self._database)
        ]

    def waiting(self) -> list[WaitingJob]:
        """The jobs that a platform told to wait, the earliest first; asks nobody."""
        self._connections.notice_time()
        return resuming.waiting(self._database, self._clock.now())

    def resume_due(
        self, *, progress: Progress = no_progress, cancel: Cancel | None = None
    ) -> list[ResumedJob]:
        """Carry on the jobs whose wait is over: what was agreed to then, and nothing new.

        Raises AnotherAtWork.
        """
        went: list[ResumedJob] = []
        with working(self.data_dir):
            for one in self.waiting():
                now = self._clock.now()
                if one.due > now or (cancel is not None and cancel.is_set()):
                    continue

                def apply(plan: Plan, agreed: Confirmation) -> JobReport:
                    return self._apply(plan, agreed, progress, cancel, None)

                there = self._database, one, self._carriers, now, ChoicesNow(self._database)
                went.append(resuming.resume_job(*there, apply))
        return went

    def last_undoable(self) -> JobInfo | None:
        """The newest job that changed something and was not taken back."""
        return self.ways_back()[0]

    def ways_back(self) -> tuple[JobInfo | None, JobInfo | None]:
        """The jobs that an undo and a redo would take back, if any: there is something to redo
        until something else is done."""
        jobs = [j for j in journal.job_list(self._database) if j.undoable and not j.doubtful]
        undo = next((job for job in jobs if job.kind is not JobKind.UNDO), None)
        return undo, jobs[0] if jobs and jobs[0].kind is JobKind.UNDO else None

    def _job(self, job_id: int) -> JobInfo:
        for job in journal.job_list(self._database):
            if job.id == job_id:
                return job
        raise NoSuchJob(f"There is no job {job_id}.", advice="The list of jobs has their numbers.")

    def _apply(
        self,
        plan: Plan,
        confirmed: Confirmation,
        progress: Progress,
        cancel: Cancel | None,
        on_result: OnResult | None,
    ) -> JobReport:
        return apply_plan(
            plan,
            database=self._database,
            carriers=self._carriers,
            host_of=hosts_of(self._database, self._connections),
            confirmed=confirmed,
            progress=progress,
            cancel=cancel,
            on_result=on_result,
            clock=self._clock,
            choices=ChoicesNow(self._database),
        )
