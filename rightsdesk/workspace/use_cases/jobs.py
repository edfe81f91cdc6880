"""Jobs: planned, applied, resumed and undone."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from itertools import chain

from rightsdesk import log_file
from rightsdesk.changes import job_infos, journal
from rightsdesk.changes.apply import OnResult
from rightsdesk.changes.apply import apply as apply_plan
from rightsdesk.changes.edits import with_partners
from rightsdesk.changes.progress import NeverBack, uncounted
from rightsdesk.changes.types import (
    NO_CONFIRMATION,
    Cancel,
    Change,
    Confirmation,
    JobInfo,
    JobKind,
    JobReport,
    JobSubject,
    Never,
    Outcome,
    Plan,
    Progress,
    no_progress,
)
from rightsdesk.changes.undo import plan_resume, plan_undo
from rightsdesk.consent import Fields
from rightsdesk.enums.carriers import ON_DISK, CarrierId
from rightsdesk.enums.causes import Cause
from rightsdesk.errors import KnownError
from rightsdesk.sentences import worded
from rightsdesk.workspace.carriers.moved_files import folders_to_search
from rightsdesk.workspace.catalogue import scanning
from rightsdesk.workspace.jobs import resuming, taking_back
from rightsdesk.workspace.jobs.change_locations import (
    ChangeKey,
    ChangeLocation,
    change_locations,
    owners,
)
from rightsdesk.workspace.jobs.failures import FailedGroup, failed_targets, failures, only
from rightsdesk.workspace.jobs.resuming import ResumedJob, WaitingJob
from rightsdesk.workspace.jobs.taking_back import TakingBack
from rightsdesk.workspace.lock import working
from rightsdesk.workspace.observing import linking, reading
from rightsdesk.workspace.observing.settling_items import settle_all
from rightsdesk.workspace.planning import plan as planning
from rightsdesk.workspace.planning.as_on_disk import as_on_disk
from rightsdesk.workspace.planning.current_consents import StoredCurrentConsents
from rightsdesk.workspace.planning.forecast import forecast
from rightsdesk.workspace.planning.held import Held, held_files, held_items, held_sidecars
from rightsdesk.workspace.planning.remarks import remarks
from rightsdesk.workspace.sign_in.hosts import hosts_of
from rightsdesk.workspace.suites import suite_of
from rightsdesk.workspace.types.artists import NoAccount
from rightsdesk.workspace.types.scopes import Filter
from rightsdesk.workspace.use_cases.core import Core

AT_ONCE = 5000
"""Carriers named in one query: SQLite takes some 32,000 values."""


class NoSuchJob(KnownError):
    """There is no job with this id."""

    cause = Cause.NO_SUCH_JOB


_COMPARED = 1000
"""Changes of an undo that are compared with the choice afterwards."""


class NothingToUndo(KnownError):
    """No job has changes that can be undone."""

    cause = Cause.NOTHING_TO_UNDO


class Jobs:
    """Jobs: planned, applied, resumed and undone.

    Thread-safe.
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
        """The plan that makes files match their consents; signed files only if `even_signed`."""
        stored = chain(held_files(self._database, chosen), held_sidecars(self._database, chosen))
        held_carriers = as_on_disk(self._database, stored)
        stop = cancel or Never()
        return planning.plan(
            *(self._database, JobKind.TAG, held_carriers, progress, stop),
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
        """The plan that makes items match their consents. Reads the platforms first."""
        stop, progress = cancel or Never(), NeverBack(progress)
        context = self._database, self._connections
        carrier = CarrierId(platform) if platform else None
        notes = reading.read_all(*context, chosen, carrier, progress, stop)
        held_carriers = held_items(self._database, chosen, carrier)
        now = self._clock.now()
        sync_plan = planning.plan(
            self._database, JobKind.SYNC, held_carriers, progress, stop, now=now
        )
        questions = linking.questions(self._database, chosen.artist_id)
        waiting = sum(
            not question.own and carrier in (None, question.platform) for question in questions
        )
        return replace(sync_plan, notes=notes, waiting=waiting)

    def plan_write(
        self,
        chosen: Filter,
        *,
        even_signed: bool = False,
        progress: Progress = no_progress,
        cancel: Cancel | None = None,
    ) -> Plan:
        """The plan that makes files and items match their consents, as one job.

        Reads the platforms first, if there is an account.
        """
        progress = NeverBack(progress)
        files = self.plan_tag(chosen, even_signed=even_signed, progress=progress, cancel=cancel)
        try:
            items = self.plan_sync(chosen, progress=progress, cancel=cancel)
        except (NoAccount, planning.NoConsentSet):
            return files
        if not items.changes and not items.waiting and not items.notes:
            return replace(files, unchanged=files.unchanged + items.unchanged)
        planned = [*files.planned, *items.planned]
        preset = {plan.about.preset for plan in (files, items) if plan.planned}
        ended = dict.fromkeys(chain(files.about.ended, items.about.ended))
        named = dict(chain(files.about.partners, items.about.partners))
        about = JobSubject(
            preset.pop() if len(preset) == 1 else None,
            ended=tuple(ended),
            partners=tuple(named.items()),
        )
        return replace(
            items,
            about=about.counting(planned),
            changes=files.changes + items.changes,
            unchanged=files.unchanged + items.unchanged,
            notes=files.notes + items.notes,
        )

    def plan_retry(
        self, job_id: int, *, progress: Progress = no_progress, cancel: Cancel | None = None
    ) -> Plan:
        """The plan of what a job did not do, with the current consents. Platforms are read first.

        Raises NoSuchJob; NothingToUndo if nothing of an undo can be tried again.
        """
        job, failed = self._job(job_id), failed_targets(self._database, job_id)
        if job.kind.goes_back:
            again = self.plan_undo(job.undoes, progress=progress, cancel=cancel)
            return only(again, failed)
        stop, progress = cancel or Never(), NeverBack(progress)
        of: dict[CarrierId, set[int]] = defaultdict(set)
        for carrier, number in failed:
            of[carrier].add(number)
        platforms = sorted(of.keys() - set(ON_DISK))
        context, notes = (self._database, self._connections), list[str]()
        for platform in platforms:
            notes += reading.read_all(*context, Filter(), platform, progress, stop)
        held_again = chain.from_iterable(
            self._held_again(carrier, part)
            for carrier in (*ON_DISK, *platforms)
            for part in _parts(sorted(of[carrier]))
        )
        held_carriers = as_on_disk(self._database, held_again)
        now = self._clock.now()
        plan = planning.plan(self._database, job.kind, held_carriers, progress, stop, now=now)
        return replace(plan, notes=tuple(notes))

    def _held_again(self, carrier: CarrierId, ids: Collection[int]) -> Iterator[Held]:
        everything = Filter()
        if carrier == CarrierId.FILES:
            return held_files(self._database, everything, ids)
        if carrier == CarrierId.SIDECARS:
            return held_sidecars(self._database, everything, ids)
        return held_items(self._database, everything, carrier, ids)

    def changes(
        self, job_id: int, after: int = 0, limit: int = 100, outcome: Outcome | None = None
    ) -> list[Change]:
        """A page of a job's changes, in order: those with ids above `after`. Raises NoSuchJob."""
        self._job(job_id)
        page = journal.page_of(self._database, job_id, after, limit, outcome)
        changes = (journaled.change for journaled in page)
        return [with_partners(change, suite_of(change.target.carrier)) for change in changes]

    def failures(self, job_id: int) -> list[FailedGroup]:
        """What a job did not do, by reason, the most frequent first."""
        return failures(self._database, job_id)

    def left_to_write(self, chosen: Filter) -> dict[CarrierId, int]:
        """How many carriers don't match their consent, by the last readings, by carrier.

        Reads neither the disk nor a platform.
        """
        held_carriers = chain(
            held_files(self._database, chosen),
            held_sidecars(self._database, chosen),
            held_items(self._database, chosen),
        )
        try:
            plan = planning.plan(
                *(self._database, JobKind.SYNC, held_carriers, no_progress, Never()),
                now=self._clock.now(),
            )
        except planning.NoConsentSet:
            return {}
        return dict(Counter(change.target.carrier for change in plan.planned))

    def forecast(self, plan: Plan) -> tuple[str, ...]:
        """One sentence per daily quota: how much of the plan fits today. Makes no network calls."""
        return forecast(plan, self._database, self._connections)

    def remarks(self, plan: Plan) -> tuple[str, ...]:
        """One sentence per remark about the dialects that a plan writes. Makes no network calls."""
        return remarks(plan)

    def locations(self, changes: Iterable[Change]) -> dict[ChangeKey, ChangeLocation]:
        """The location of each change, by its target's carrier and id."""
        return change_locations(self._database, changes)

    def plan_undo(
        self,
        job_id: int | None = None,
        *,
        even_signed: bool = False,
        progress: Progress = no_progress,
        cancel: Cancel | None = None,
    ) -> Plan:
        """The plan that undoes a job; without an id the last one that can be undone.

        Files signed since are only included if `even_signed`. Raises NothingToUndo.
        """
        job = self._job(job_id) if job_id is not None else self.last_undoable()
        if job is None:
            raise NothingToUndo("There is nothing to undo.")
        return self._plan_undo(cancel or Never(), even_signed, job, {}, progress)

    def _plan_undo(
        self,
        stop: Cancel,
        even_signed: bool,
        job: JobInfo,
        spared: Mapping[ChangeKey, str],
        progress: Progress,
        *,
        ahead: Mapping[ChangeKey, Fields] | None = None,
        only: Collection[ChangeKey] | None = None,
    ) -> Plan:
        settle_all(self._database, self._connections)
        for artist, places in folders_to_search(self._database, job.id).items():
            scanning.scan(self._database, artist, places, uncounted(progress), stop)
        return plan_undo(
            *(self._database, job, self._carriers, progress, stop),
            agreed=even_signed,
            current=StoredCurrentConsents(self._database, self._clock),
            clock=self._clock,
            ahead=ahead,
            spared=lambda target: taking_back.why_spared(target, spared, only),
        )

    def plan_taking_back(
        self,
        *,
        even_signed: bool = False,
        progress: Progress = no_progress,
        cancel: Cancel | None = None,
    ) -> TakingBack:
        """What takes back all that jobs wrote and no undo has taken back, for one review.

        Files signed since are only included if `even_signed`. Raises NothingToUndo.
        """
        from rightsdesk.workspace.data.leaving import what_stays

        stop, infos = cancel or Never(), {job.id: job for job in self.all()}
        jobs = [infos[number] for number in what_stays(self._database, [*infos.values()]).jobs]
        if not jobs:
            raise NothingToUndo("There is nothing to undo.")
        plan_one = partial(self._plan_undo, stop, even_signed)
        return taking_back.plan_all(jobs, plan_one, progress, stop, even_signed=even_signed)

    def take_back(
        self,
        taking: TakingBack,
        left_out: Collection[ChangeKey] = (),
        *,
        progress: Progress = no_progress,
        cancel: Cancel | None = None,
    ) -> JobReport:
        """Undo what `plan_taking_back` planned, job by job, without what was left out."""
        stop = cancel or Never()

        def apply(plan: Plan, progress: Progress) -> JobReport:
            return self.apply(plan, progress=progress, cancel=stop)

        plan_one = partial(self._plan_undo, stop, taking.even_signed)
        return taking_back.take_back(taking, left_out, plan_one, apply, progress, stop)

    def plan_resume(
        self, job_id: int, *, progress: Progress = no_progress, cancel: Cancel | None = None
    ) -> Plan:
        """The plan of a job's open changes.

        Changes that no longer match the consent are planned again.
        """
        job = self._job(job_id)
        settle_all(self._database, self._connections)
        return plan_resume(
            *(self._database, job, self._carriers, progress, cancel or Never()),
            current=StoredCurrentConsents(self._database, self._clock),
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
        """Apply a plan. Widening changes need `confirmed` to name them."""
        with working(self.data_dir):
            return self._apply(plan, confirmed, progress, cancel, on_result)

    def consent_stands(self, report: JobReport) -> bool:
        """Whether the next plan writes again what an undo took out, as the consent still says so.

        Of a large job only the first changes are compared.
        """
        if report.kind is not JobKind.UNDO:
            return False
        written = (Outcome.DONE, Outcome.UNCONFIRMED)
        done = [one.change.target for one in report.results if one.outcome in written][:_COMPARED]
        current = StoredCurrentConsents(self._database, self._clock)
        current.ready(done)
        consents = filter(None, map(current.of, done))
        return any(bool(one.edit(one.fields)) for one in consents)

    def all(self) -> list[JobInfo]:
        """All jobs with their artists, newest first."""
        owners_by_job = owners(self._database)
        return [
            replace(job, artists=tuple(owners_by_job.get(job.id, {}).values()))
            for job in job_infos.job_list(self._database)
        ]

    def waiting(self) -> list[WaitingJob]:
        """The jobs that have to wait, the earliest first. Makes no network calls."""
        self._connections.notice_time()
        return resuming.waiting(self._database, self._clock.now())

    def resume_due(
        self, *, progress: Progress = no_progress, cancel: Cancel | None = None
    ) -> list[ResumedJob]:
        """Resume the jobs whose wait is over, with the changes confirmed then and no others.

        Raises AnotherAtWork.
        """
        resumed: list[ResumedJob] = []
        with working(self.data_dir):
            for waiting_job in self.waiting():
                now = self._clock.now()
                if waiting_job.due > now or (cancel is not None and cancel.is_set()):
                    continue

                def apply(plan: Plan, agreed: Confirmation) -> JobReport:
                    return self._apply(plan, agreed, progress, cancel, None)

                context = (
                    self._database,
                    waiting_job,
                    self._carriers,
                    now,
                    StoredCurrentConsents(self._database, self._clock),
                )
                resumed.append(resuming.resume_job(*context, apply))
        return resumed

    def last_undoable(self) -> JobInfo | None:
        """The newest job that changed something and was not undone."""
        jobs = [j for j in job_infos.job_list(self._database) if j.undoable and not j.doubtful]
        return next((job for job in jobs if job.kind is not JobKind.UNDO), None)

    def interrupted(self) -> JobInfo | None:
        """The newest job, if some of it is still to do and it does not wait for a time."""
        newest = job_infos.newest_job(self._database)
        if newest is None or not newest.open_changes or newest.due_at:
            return None
        return newest

    def _job(self, job_id: int) -> JobInfo:
        for job in job_infos.job_list(self._database):
            if job.id == job_id:
                return job
        raise NoSuchJob(
            worded("There is no job {job_id}.", job_id=job_id),
            advice="The list of jobs has their numbers.",
        )

    def _apply(
        self,
        plan: Plan,
        confirmed: Confirmation,
        progress: Progress,
        cancel: Cancel | None,
        on_result: OnResult | None,
    ) -> JobReport:
        report = apply_plan(
            plan,
            database=self._database,
            carriers=self._carriers,
            host_of=hosts_of(self._database, self._connections, (c.target for c in plan.changes)),
            confirmed=confirmed,
            progress=progress,
            cancel=cancel,
            on_result=on_result,
            clock=self._clock,
            current=StoredCurrentConsents(self._database, self._clock),
        )
        log_file.note("job %s, %s: %s", report.job, report.kind.value, report.counts)
        return report


def _parts(ids: list[int]) -> Iterator[list[int]]:
    for start in range(0, len(ids), AT_ONCE):
        yield ids[start : start + AT_ONCE]
