"""Jobs that a platform told to wait go on by themselves: with what was agreed to, no more.

What is open in the journal was agreed to when its job began. It is only carried on where it
still is what is wanted and where the platform takes calls again: one call for each account
finds out, and where the answer is no, its changes wait on and nothing else is sent.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from rightsdesk.changes import journal
from rightsdesk.changes.carrier import Carrier, Observation
from rightsdesk.changes.confirming import INTERRUPTED
from rightsdesk.changes.journal import OPEN, Journaled
from rightsdesk.changes.still_wanted import Choices, WantedNow, no_longer
from rightsdesk.changes.types import (
    Change,
    Confirmation,
    JobInfo,
    JobKind,
    JobReport,
    Outcome,
    Plan,
)
from rightsdesk.changes.undo import carried_on, changed_by_others, may_come, whole
from rightsdesk.consent import Fields, Use
from rightsdesk.errors import KnownError
from rightsdesk.platforms.http.errors import BadAnswer, Offline, ServerTrouble
from rightsdesk.platforms.http.limits import Wait
from rightsdesk.store.database import Database

AGAIN = timedelta(hours=1)
"""When to try again where the platform, or the way there, was in trouble."""

Apply = Callable[[Plan, Confirmation], JobReport]


@dataclass(frozen=True, slots=True)
class WaitingJob:
    """A job of which some is open, and when that can go on (aware, UTC)."""

    job: JobInfo
    due: datetime


@dataclass(frozen=True, slots=True)
class ResumedJob:
    """What came of carrying a job on. `report` is None where nothing was begun; `due` is when
    what is still open can go on, None where nothing is or a person has to do something first,
    which `why` then tells. `dropped` counts what is left alone, as it is no longer wanted or
    was changed there."""

    job: JobInfo
    report: JobReport | None
    due: datetime | None
    why: str = ""
    dropped: int = 0


def waiting(database: Database, now: datetime) -> list[WaitingJob]:
    """The jobs that were told to wait, the earliest first.

    A clock that was set back since makes no wait longer than it was.
    """
    dues = journal.dues(database)
    if not dues:
        return []
    found = []
    for job in journal.job_list(database):
        if job.open_changes and (wait := dues.get(job.id)):
            seen = wait.seen_from(now)
            if seen is not wait:
                journal.set_due(database, job.id, seen)
            found.append(WaitingJob(job, seen.until))
    return sorted(found, key=lambda one: one.due)


def resume_job(
    database: Database,
    waiting_job: WaitingJob,
    carriers: Mapping[str, Carrier],
    now: datetime,
    choices: Choices,
    apply: Apply,
) -> ResumedJob:
    """Carry on what is open in a job, as far as it is still wanted and can be done now."""
    job = waiting_job.job
    version = choices.version()
    rest = _RemainingChanges(database, carriers, now, job.kind, choices)
    open_ones = [j for j in journal.changes_of(database, job.id) if j.state in OPEN]
    for together in _by_lane(rest.still_wanted(job, open_ones), carriers):
        rest.take(together)
    if not rest.ready:
        journal.set_due(database, job.id, rest.wait)
        due = rest.wait.until if rest.wait else None
        return ResumedJob(job, None, due, rest.why, rest.dropped)
    plan = Plan(
        *(job.kind, replace(job.about, continued=True), tuple(rest.ready)),
        undoes=job.undoes,
        resumes=job.id,
        leaves=frozenset(rest.kept),
        choices=version,
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
    """What is open in a job, sorted out: to be made now, kept for later, or dropped."""

    database: Database
    carriers: Mapping[str, Carrier]
    now: datetime
    kind: JobKind
    choices: Choices
    ready: list[Change] = field(default_factory=list)
    kept: set[tuple[str, int]] = field(default_factory=set)
    dropped: int = 0
    agreed: set[tuple[str, int, Use]] = field(default_factory=set)
    wait: Wait | None = None
    why: str = ""

    @property
    def confirmation(self) -> Confirmation:
        """The yes that was given when the job began."""
        return Confirmation(frozenset(self.agreed))

    def still_wanted(self, job: JobInfo, open_ones: Sequence[Journaled]) -> list[Journaled]:
        """Those that are still wanted; what became of the others is noted."""
        self.choices.ready([one.change.target for one in open_ones])
        left = []
        for one in open_ones:
            if one.state == INTERRUPTED:
                left.append(one)  # it may have been made: looking at it comes first
                continue
            old, now = one.change, self.choices.of(one.change.target)
            why = self._no_longer(old, now.fields if now else old.expected)
            if not job.kind.goes_back and now is not None and not now.edit(now.fields):
                self._settle(one, Outcome.UNCHANGED)
            elif why:
                self._settle(one, Outcome.SKIPPED, why)
            else:
                left.append(replace(one, change=_read_anew(old, now)))
        return left

    def _no_longer(self, old: Change, fields: Fields) -> str:
        suite = self.carriers[old.target.carrier].suite
        return no_longer(self.kind, old, fields, suite, self.choices)

    def take(self, together: list[Journaled]) -> None:
        """Take what shares its fate: after a look at the first of it, to see whether calls
        are taken again."""
        for number, one in enumerate(together):
            look: Observation | None = None
            if number == 0 or one.state == INTERRUPTED:
                try:
                    target = one.change.target
                    _, look = whole(self.database, one, self.carriers[target.carrier], target)
                except KnownError as error:
                    if _is_over(error):
                        self._later(error, together[number:])
                        return
                    if one.state == INTERRUPTED:
                        self._later(error, [one])
                        continue
            if look is not None and one.state == INTERRUPTED:
                self._looked_at(one, look)
            else:
                self._ready(one, replace(one.change, id=None))

    def _looked_at(self, one: Journaled, look: Observation) -> None:
        """A change that a kill or a lost answer left open: it may have been made."""
        old, carrier = one.change, self.carriers[one.change.target.carrier]
        if carrier.holds(look, old.edit):
            self._settle(one, Outcome.DONE)
        elif due := may_come(one, carrier, look, self.now):
            self._wait(one, due)
        elif changed_by_others(old, look, carrier):
            self._settle(one, Outcome.SKIPPED, "Changed by something else since.")
        elif why := self._no_longer(old, look.fields):
            self._settle(one, Outcome.SKIPPED, why)
        else:
            self._ready(one, carried_on(old, old.target, look, carrier))

    def _wait(self, one: Journaled, due: datetime) -> None:
        """It was sent and may show later: it stays open, and is not sent again before that."""
        self.kept.add(_key(one.change))
        if self.wait is None or due < self.wait.until:
            self.wait = Wait(self.now, due)

    def _ready(self, one: Journaled, change: Change) -> None:
        target = one.change.target
        self.agreed |= {(target.carrier, target.id, use) for use in one.change.widens}
        self.ready.append(change)

    def _later(self, error: KnownError, ones: Iterable[Journaled]) -> None:
        """Keep them open. By themselves they only go on where the trouble ends by itself."""
        self.kept |= {_key(one.change) for one in ones}
        due = error.due
        if due is None and isinstance(error, Offline | ServerTrouble | BadAnswer):
            due = self.now + AGAIN
        if due is None:
            self.why = str(error)
        elif self.wait is None or due < self.wait.until:
            self.wait = Wait(self.now, max(due, self.now))

    def _settle(self, one: Journaled, outcome: Outcome, problem: str = "") -> None:
        self.dropped += outcome is Outcome.SKIPPED
        if one.change.id is not None:
            with self.database.write() as connection:
                journal.set_state(connection, one.change.id, outcome.value, problem)


def _read_anew(old: Change, now: WantedNow | None) -> Change:
    """Read anew since, and what was shown is still so: something else changed there."""
    if now is None or any(now.fields.get(n, ()) != old.expected.get(n, ()) for n in old.edit):
        return old
    return replace(old, stamp=now.stamp)


def _key(change: Change) -> tuple[str, int]:
    return change.target.carrier, change.target.id


def _is_over(error: KnownError) -> bool:
    """Whether the others of the same account would meet the same."""
    return error.stops or isinstance(error, ServerTrouble | BadAnswer)


def _by_lane(
    open_ones: Iterable[Journaled], carriers: Mapping[str, Carrier]
) -> list[list[Journaled]]:
    """Account by account: where one has to be connected again, the others go on."""
    found: dict[tuple[str, str], list[Journaled]] = {}
    for one in open_ones:
        target = one.change.target
        lane = carriers[target.carrier].lane(target)
        found.setdefault((target.carrier, lane), []).append(one)
    return list(found.values())


def _broke_off(report: JobReport) -> bool:
    """Whether the way to the platform broke off in the middle."""
    causes = {result.cause for result in report.results}
    left = any(result.outcome is Outcome.PLANNED for result in report.results)
    broke = causes & {Offline.cause, ServerTrouble.cause, BadAnswer.cause}
    return left and not report.cancelled and bool(broke)
