"""Resumes jobs that had to wait for a platform.

The open changes of a job were confirmed when it began. They are resumed only if they still match
the current consent and the platform accepts calls again. One call per account finds out; if it is
refused, the account's changes keep waiting and nothing else is sent.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from rightsdesk.changes import job_infos, journal
from rightsdesk.changes.carrier import Carrier, Observation
from rightsdesk.changes.journal import Journaled
from rightsdesk.changes.states import INTERRUPTED, OPEN
from rightsdesk.changes.still_fitting import CurrentConsent, CurrentConsents, no_longer
from rightsdesk.changes.types import (
    Change,
    Confirmation,
    JobInfo,
    JobKind,
    JobReport,
    Outcome,
    Plan,
)
from rightsdesk.changes.undo import changed_by_others, may_come, observe_whole, resumed_change
from rightsdesk.consent import Fields, Use
from rightsdesk.enums.carriers import CarrierId
from rightsdesk.errors import KnownError
from rightsdesk.platforms.http.errors import BadAnswer, Offline, ServerTrouble
from rightsdesk.platforms.http.limits import Wait
from rightsdesk.store.database import Database

AGAIN = timedelta(hours=1)
"""Pause before the next try after trouble on the platform or on the way there."""

Apply = Callable[[Plan, Confirmation], JobReport]


@dataclass(frozen=True, slots=True)
class WaitingJob:
    """A job with open changes, and when it can be resumed (`due`: aware, UTC)."""

    job: JobInfo
    due: datetime


@dataclass(frozen=True, slots=True)
class ResumedJob:
    """The result of resuming a job.

    `report` is None if nothing was started. `due` is when the open changes can be resumed. It is
    None if there are none, or if a person has to do something first; `why` says what. `dropped`
    counts the changes that were left alone, since they no longer match the consent or were changed
    elsewhere.
    """

    job: JobInfo
    report: JobReport | None
    due: datetime | None
    why: str = ""
    dropped: int = 0


def waiting(database: Database, now: datetime) -> list[WaitingJob]:
    """The jobs that have to wait, the earliest first.

    If the clock was set back since, no wait gets longer.
    """
    waits = job_infos.waits(database)
    if not waits:
        return []
    found = []
    for job in job_infos.job_list(database):
        if job.open_changes and (wait := waits.get(job.id)):
            seen = wait.seen_from(now)
            if seen is not wait:
                journal.set_due(database, job.id, seen)
            found.append(WaitingJob(job, seen.until))
    return sorted(found, key=lambda waiting_job: waiting_job.due)


def resume_job(
    database: Database,
    waiting_job: WaitingJob,
    carriers: Mapping[CarrierId, Carrier],
    now: datetime,
    current: CurrentConsents,
    apply: Apply,
) -> ResumedJob:
    """Resume the open changes of a job that still match the consent and can be made now."""
    job = waiting_job.job
    version = current.version()
    rest = _RemainingChanges(database, carriers, now, job.kind, current)
    open_changes = [j for j in journal.changes_of(database, job.id) if j.state in OPEN]
    for lane in _by_lane(rest.still_fitting(job, open_changes), carriers):
        rest.take(lane)
    if not rest.ready:
        journal.set_due(database, job.id, rest.wait)
        due = rest.wait.until if rest.wait else None
        return ResumedJob(job, None, due, rest.why, rest.dropped)
    plan = Plan(
        *(job.kind, replace(job.about, continued=True), tuple(rest.ready)),
        undoes=job.undoes,
        resumes=job.id,
        leaves=frozenset(rest.kept),
        consents_version=version,
    )
    report = apply(plan, rest.confirmation)
    journal.set_due(database, job.id, rest.wait if rest.kept else None)
    dues = [due for due in (report.due, rest.wait.until if rest.wait else None) if due]
    if report.job is not None and report.due is None and _broke_off(report):
        again = Wait(now, now + AGAIN)
        journal.set_due(database, report.job, again)
        dues.append(again.until)
    return ResumedJob(job, report, min(dues, default=None), rest.why, rest.dropped)


@dataclass
class _RemainingChanges:
    """The open changes of a job, sorted: to make now, to keep for later, or dropped."""

    database: Database
    carriers: Mapping[CarrierId, Carrier]
    now: datetime
    kind: JobKind
    current: CurrentConsents
    ready: list[Change] = field(default_factory=list)
    kept: set[tuple[CarrierId, int]] = field(default_factory=set)
    dropped: int = 0
    agreed: set[tuple[str, int, Use]] = field(default_factory=set)
    wait: Wait | None = None
    why: str = ""

    @property
    def confirmation(self) -> Confirmation:
        """The confirmation that was given when the job began."""
        return Confirmation(frozenset(self.agreed))

    def still_fitting(self, job: JobInfo, open_changes: Sequence[Journaled]) -> list[Journaled]:
        """The changes that still match the current consent. Notes an outcome for all others."""
        self.current.ready([entry.change.target for entry in open_changes])
        left = []
        for entry in open_changes:
            if entry.state == INTERRUPTED:
                left.append(entry)  # it may have been made: read it first
                continue
            old, now = entry.change, self.current.of(entry.change.target)
            why = self._no_longer(old, now.fields if now else old.expected)
            if not job.kind.goes_back and now is not None and not now.edit(now.fields):
                self._settle(entry, Outcome.UNCHANGED)
            elif why:
                self._settle(entry, Outcome.SKIPPED, why)
            else:
                left.append(replace(entry, change=_read_again(old, now)))
        return left

    def _no_longer(self, old: Change, fields: Fields) -> str:
        suite = self.carriers[old.target.carrier].suite
        return no_longer(self.kind, old, fields, suite, self.current)

    def take(self, lane: list[Journaled]) -> None:
        """Sort the changes of one lane.

        Reads the first one, to see whether calls are accepted again.
        """
        for number, entry in enumerate(lane):
            observation: Observation | None = None
            if number == 0 or entry.state == INTERRUPTED:
                try:
                    target = entry.change.target
                    _, observation = observe_whole(
                        self.database, entry, self.carriers[target.carrier], target
                    )
                except KnownError as error:
                    if _is_over(error):
                        self._later(error, lane[number:])
                        return
                    if entry.state == INTERRUPTED:
                        self._later(error, [entry])
                        continue
            if observation is not None and entry.state == INTERRUPTED:
                self._looked_at(entry, observation)
            else:
                self._ready(entry, replace(entry.change, id=None))

    def _looked_at(self, entry: Journaled, observation: Observation) -> None:
        """Sort a change that a kill or a lost answer left open: it may have been made."""
        old, carrier = entry.change, self.carriers[entry.change.target.carrier]
        if carrier.holds(observation, old.edit):
            self._settle(entry, Outcome.DONE)
        elif due := may_come(entry, carrier, observation, self.now):
            self._wait(entry, due)
        elif changed_by_others(old, observation, carrier):
            self._settle(entry, Outcome.SKIPPED, "Changed by something else since.")
        elif why := self._no_longer(old, observation.fields):
            self._settle(entry, Outcome.SKIPPED, why)
        else:
            self._ready(entry, resumed_change(old, old.target, observation, carrier))

    def _wait(self, entry: Journaled, due: datetime) -> None:
        """Keep a sent change open that may show later. It is not sent again before `due`."""
        self.kept.add(_key(entry.change))
        if self.wait is None or due < self.wait.until:
            self.wait = Wait(self.now, due)

    def _ready(self, entry: Journaled, change: Change) -> None:
        target = entry.change.target
        self.agreed |= {(target.carrier, target.id, use) for use in entry.change.widens}
        self.ready.append(change)

    def _later(self, error: KnownError, entries: Iterable[Journaled]) -> None:
        """Keep changes open.

        They are resumed automatically only if the trouble can end without a person.
        """
        self.kept |= {_key(entry.change) for entry in entries}
        due = error.due
        if due is None and isinstance(error, Offline | ServerTrouble | BadAnswer):
            due = self.now + AGAIN
        if due is None:
            self.why = str(error)
        elif self.wait is None or due < self.wait.until:
            self.wait = Wait(self.now, max(due, self.now))

    def _settle(self, entry: Journaled, outcome: Outcome, problem: str = "") -> None:
        self.dropped += outcome is Outcome.SKIPPED
        if entry.change.id is not None:
            with self.database.write() as connection:
                journal.set_state(connection, entry.change.id, outcome.value, problem)


def _read_again(old: Change, now: CurrentConsent | None) -> Change:
    """The change with the stamp of the last reading, if the fields it shows are the same.

    Then something else changed on the carrier.
    """
    if now is None or any(now.fields.get(n, ()) != old.expected.get(n, ()) for n in old.edit):
        return old
    return replace(old, stamp=now.stamp)


def _key(change: Change) -> tuple[CarrierId, int]:
    return change.target.carrier, change.target.id


def _is_over(error: KnownError) -> bool:
    """Whether all other changes of the same account would fail for the same reason."""
    return error.stops or isinstance(error, ServerTrouble | BadAnswer)


def _by_lane(
    open_changes: Iterable[Journaled], carriers: Mapping[CarrierId, Carrier]
) -> list[list[Journaled]]:
    """Open changes by lane: if one account has to be reconnected, the others continue."""
    found: dict[tuple[str, str], list[Journaled]] = {}
    for entry in open_changes:
        target = entry.change.target
        lane = carriers[target.carrier].lane(target)
        found.setdefault((target.carrier, lane), []).append(entry)
    return list(found.values())


def _broke_off(report: JobReport) -> bool:
    """Whether the connection to the platform broke off while the job ran."""
    causes = {result.cause for result in report.results}
    left = any(result.outcome is Outcome.PLANNED for result in report.results)
    broke = causes & {Offline.cause, ServerTrouble.cause, BadAnswer.cause}
    return left and not report.cancelled and bool(broke)
