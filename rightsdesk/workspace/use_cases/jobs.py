"""The part of a workspace that makes changes: plans carried out, stopped ones carried on."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path

from rightsdesk.changes import journal
from rightsdesk.changes.apply import OnResult
from rightsdesk.changes.apply import apply as apply_plan
from rightsdesk.changes.carrier import Carrier
from rightsdesk.changes.types import (
    NO_CONFIRMATION,
    Cancel,
    Confirmation,
    JobInfo,
    JobKind,
    JobReport,
    Plan,
    Progress,
    no_progress,
)
from rightsdesk.clock import Clock
from rightsdesk.errors import KnownError
from rightsdesk.store.database import Database
from rightsdesk.workspace.jobs import resuming
from rightsdesk.workspace.jobs.change_locations import owners
from rightsdesk.workspace.jobs.resuming import WaitingJob, WentOn
from rightsdesk.workspace.lock import working
from rightsdesk.workspace.planning.still_wanted import ChoicesNow
from rightsdesk.workspace.sign_in.connections import Connections
from rightsdesk.workspace.sign_in.hosts import hosts_of


class NoSuchJob(KnownError):
    """There is no job of that number."""

    cause = "no-such-job"


class Applying:
    """The use cases that write."""

    data_dir: Path
    _database: Database
    _connections: Connections
    _carriers: dict[str, Carrier]
    _clock: Clock

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

    def jobs(self) -> list[JobInfo]:
        """All jobs, newest first, and whose they are."""
        whose = owners(self._database)
        return [
            replace(job, artists=tuple(whose.get(job.id, {}).values()))
            for job in journal.job_list(self._database)
        ]

    def now(self) -> datetime:
        """The time that waits and looks go by (aware, UTC)."""
        return self._clock.now()

    def changed_elsewhere(self) -> bool:
        """Whether another RightsDesk has written here since this was last asked."""
        return self._database.changed_elsewhere()

    def waiting_jobs(self) -> list[WaitingJob]:
        """The jobs that a platform told to wait, the earliest first; asks nobody."""
        self._connections.notice_time()
        return resuming.waiting(self._database, self._clock.now())

    def go_on(
        self, *, progress: Progress = no_progress, cancel: Cancel | None = None
    ) -> list[WentOn]:
        """Carry on the jobs whose wait is over: what was agreed to then, and nothing new.

        Raises AnotherAtWork.
        """
        went: list[WentOn] = []
        with working(self.data_dir):
            for one in self.waiting_jobs():
                now = self._clock.now()
                if one.due > now or (cancel is not None and cancel.is_set()):
                    continue

                def apply(plan: Plan, agreed: Confirmation) -> JobReport:
                    return self._apply(plan, agreed, progress, cancel, None)

                there = self._database, one, self._carriers, now, ChoicesNow(self._database)
                went.append(resuming.go_on(*there, apply))
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
