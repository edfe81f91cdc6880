"""Applies plans: durable, cancellable, and one failure never stops the rest."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from itertools import chain, islice
from threading import Lock

from rightsdesk.changes import journal, sent_writes
from rightsdesk.changes.carrier import Carrier, ChangeRequest, Observation, Prepared, Written
from rightsdesk.changes.concurrency import Host, HostOf, SharedQueue, local_host, run_concurrently
from rightsdesk.changes.confirming import UNCONFIRMED, UNREAD, Sent
from rightsdesk.changes.edits import suites_of
from rightsdesk.changes.states import UNSETTLED
from rightsdesk.changes.still_fitting import CurrentConsents, no_longer
from rightsdesk.changes.types import (
    NO_CONFIRMATION,
    Cancel,
    Change,
    Confirmation,
    JobKind,
    JobReport,
    Never,
    Outcome,
    Plan,
    Progress,
    Result,
    Target,
    no_progress,
    widening_sentence,
)
from rightsdesk.clock import SYSTEM, Clock
from rightsdesk.enums.carriers import CarrierId
from rightsdesk.enums.causes import Cause
from rightsdesk.errors import KnownError
from rightsdesk.platforms.http.limits import Wait
from rightsdesk.sentences import together, worded
from rightsdesk.store.database import Database

OnResult = Callable[[Result], None]

HELD = 16 << 20
"""Bytes of before-images per journal commit. Limits the memory of a batch."""


IN_A_ROW = 3
"""Server errors in a row after which the rest of a lane is not tried."""


class ChangedSince(KnownError):
    """The carrier is no longer what the preview showed."""

    cause = Cause.CHANGED_SINCE
    skips = True


class NotReadBack(KnownError):
    """The write succeeded, but reading it back shows something else."""

    cause = Cause.NOT_READ_BACK


def apply(
    plan: Plan,
    *,
    database: Database,
    carriers: Mapping[CarrierId, Carrier],
    host_of: HostOf = local_host,
    confirmed: Confirmation = NO_CONFIRMATION,
    progress: Progress = no_progress,
    cancel: Cancel | None = None,
    on_result: OnResult | None = None,
    clock: Clock = SYSTEM,
    current: CurrentConsents | None = None,
) -> JobReport:
    """Apply the planned changes, and report what became of each.

    Changes that no longer fit the current consents (`current`) are skipped, even if a consent
    changes while the job runs. Changes that widen are skipped unless `confirmed` names them; asking
    for an undo counts as such a confirmation. After a cancel, or an error that stops a lane, the
    rest stays open in the journal and can be resumed. Changes on different hosts run concurrently.
    Results come in the order in which they are known; `progress` and `on_result` are never called
    concurrently.
    """
    cancel = cancel or Never()
    todo, refused = _sorted_out(plan, confirmed)
    reporter = _Reporter(progress, on_result or (lambda _: None), clock)
    for result in refused:
        reporter.ruled_out(result)
    if not todo:
        return JobReport(None, plan.kind, plan.about, tuple(reporter.results), plan.unchanged)
    job, numbered = journal.open_job(database, plan, todo)
    reporter.total = len(numbered)
    consents = _ComparedConsents(plan.kind, plan.consents_version, current)
    # Only these carriers are needed: to make another one can load a platform and the vault.
    used = {name: carriers[name] for name in {change.target.carrier for change in todo}}
    works = [
        partial(_work, database, carriers, reporter, consents, lanes, line)
        for host, line, lanes in _by_host(numbered, host_of)
        for _ in range(host.max_in_flight)
    ]
    try:
        run_concurrently(works, cancel)
    finally:
        journal.close_job(database, job, reporter.wait, suites_of(used))
    return JobReport(
        *(job, plan.kind, plan.about),
        *(tuple(reporter.results), plan.unchanged, cancel.is_set()),
        due=reporter.wait.until if reporter.wait else None,
    )


def _sorted_out(plan: Plan, confirmed: Confirmation) -> tuple[list[Change], list[Result]]:
    todo, refused = [], []
    for change in plan.changes:
        if change.outcome is not Outcome.PLANNED:
            refused.append(Result(change, change.outcome, change.problem, change.cause))
        elif not plan.kind.asked_is_agreed and not confirmed.covers(change):
            sentence = widening_sentence(change)
            refused.append(Result(change, Outcome.SKIPPED, sentence, Cause.WIDENING))
        else:
            todo.append(change)
    return todo, refused


def _by_host(
    changes: Sequence[Change], host_of: HostOf
) -> Iterator[tuple[Host, SharedQueue[Change], _Lanes]]:
    """For each host: its changes, and the state of its lanes."""
    by_host: dict[tuple[str, Host], list[Change]] = {}
    for change in changes:
        name = change.target.carrier
        by_host.setdefault((name, host_of(change.target)), []).append(change)
    for (_, host), host_changes in by_host.items():
        yield (
            replace(host, max_in_flight=min(host.max_in_flight, len(host_changes))),
            SharedQueue(host_changes),
            _Lanes(),
        )


def _work(
    database: Database,
    carriers: Mapping[CarrierId, Carrier],
    reporter: _Reporter,
    consents: _ComparedConsents,
    lanes: _Lanes,
    changes: SharedQueue[Change],
    cancel: Cancel,
) -> None:
    run = _Run(database, carriers, reporter, consents, cancel, lanes)
    try:
        run.do(changes)
    finally:
        run.flush()


@dataclass(frozen=True)
class _ComparedConsents:
    """The consents that the plan was compared with, and the current ones."""

    kind: JobKind
    version: str
    current: CurrentConsents | None

    def changed(self) -> bool:
        """Whether a consent changed since the plan was made."""
        return self.current is not None and self.current.version() != self.version

    def no_longer(self, change: Change, observation: Observation, carrier: Carrier) -> str:
        """Why a change no longer fits the consents; "" if it still does."""
        return no_longer(self.kind, change, observation.fields, carrier.suite, self.current)


@dataclass
class _Lanes:
    """State of a host's lanes, shared by all threads that work there."""

    stopped: dict[str, str] = field(default_factory=dict)
    failed: dict[str, int] = field(default_factory=dict)
    lock: Lock = field(default_factory=Lock)

    def note_error(self, lane: str, error: KnownError) -> None:
        """Note an error: some stop their lane at once, others after `IN_A_ROW` repeats."""
        with self.lock:
            failed = self.failed.pop(lane, 0) + 1 if error.wears_out else 0
            if failed:
                self.failed[lane] = failed
            if error.stops:
                self.stopped[lane] = error.sentence
            elif failed >= IN_A_ROW:
                times = worded("This happened {number} times in a row.", number=IN_A_ROW)
                self.stopped.setdefault(lane, together((error.sentence, times)))

    def note_success(self, lane: str) -> None:
        """Note a success: the server works again."""
        with self.lock:
            self.failed.pop(lane, None)


@dataclass
class _Reporter:
    """Collects a job's results and reports them, one at a time, from any thread."""

    progress: Progress
    on_result: OnResult
    clock: Clock
    total: int = 0
    finished: int = 0
    results: list[Result] = field(default_factory=list)
    wait: Wait | None = None
    lock: Lock = field(default_factory=Lock)

    def ruled_out(self, result: Result) -> None:
        """Report a change that was ruled out before the job began."""
        with self.lock:
            self.results.append(result)
            self.on_result(result)

    def note_due(self, due: datetime) -> None:
        """Note when some of the open changes can resume. The earliest time counts."""
        with self.lock:
            if self.wait is None or due < self.wait.until:
                now = self.clock.now()
                self.wait = Wait(now, max(due, now))

    def change_finished(self, result: Result) -> None:
        """Report the outcome of a change of the job."""
        with self.lock:
            self.results.append(result)
            self.on_result(result)
            if result.outcome is Outcome.PLANNED:  # it had no turn: no progress
                return
            self.finished += 1
            self.progress(self.finished, self.total, result.change.target.label)


@dataclass
class _Run:
    """One of the threads that apply a job's changes. `lanes` is shared by the threads of a host."""

    database: Database
    carriers: Mapping[CarrierId, Carrier]
    reporter: _Reporter
    consents: _ComparedConsents
    cancel: Cancel
    lanes: _Lanes
    unsaved: list[tuple[Result, Observation | None]] = field(default_factory=list)

    def do(self, changes: Iterable[Change]) -> None:
        """Apply changes of one carrier in batches: prepare them, journal them, write them."""
        taken = iter(changes)
        first = next(taken, None)
        if first is None:
            return
        left = chain([first], taken)
        pending: dict[int | None, Change] = {}
        ready: list[_Ready] = []
        held = 0
        with ExitStack() as stack:
            for item in self._prepared(self._carrier(first), left, pending, stack):
                ready.append(item)
                held += len(item.prepared.before_image)
                change = item.change
                if len(ready) >= self._carrier(change).batch or held > HELD:
                    self._carry_out(ready)
                    ready, held = [], 0
            self._carry_out(ready)
        self.leave([*pending.values(), *left])

    def _prepared(
        self,
        carrier: Carrier,
        left: Iterator[Change],
        pending: dict[int | None, Change],
        stack: ExitStack,
    ) -> Iterator[_Ready]:
        """Yield the changes of `left` that need a write; note the outcome of the others.

        `pending` holds the changes, by id, that the carrier was given and has not prepared yet. It
        may prepare them ahead.
        """
        requests = self._requests(left, pending, carrier)
        preparing = stack.enter_context(closing(carrier.prepare(requests, self.cancel)))
        for request, preparation in preparing:
            if self.cancel.is_set():
                return
            change = pending.pop(request.change.id)
            try:
                if isinstance(preparation, KnownError):
                    raise preparation
                observation, found = preparation
                prepared = self._to_write(change, observation, found)
            except KnownError as error:
                self._failed(change, error)
                continue
            if prepared is not None:
                yield _Ready(change, observation, prepared)

    def _requests(
        self, changes: Iterator[Change], pending: dict[int | None, Change], carrier: Carrier
    ) -> Iterator[ChangeRequest]:
        while not self.cancel.is_set() and (batch := list(islice(changes, carrier.batch))):
            restoring = [c.exact_undo_of for c in batch if c.exact_undo_of is not None]
            images = journal.images(self.database, restoring)
            coming = self._coming(batch)
            for change in batch:
                if self._stopped(change):
                    continue
                restore = images.get(change.exact_undo_of or 0)
                if restore is None and change.exact_undo_of is not None:
                    self._failed(change, journal.ImageDamaged())
                    continue
                pending[change.id] = change
                yield ChangeRequest(change, restore, coming.get(change.target.id, ()))

    def _coming(self, batch: Sequence[Change]) -> dict[int, list[Sent]]:
        """By target id, the earlier writes that may show later."""
        carrier = self._carrier(batch[0])
        if not self._shows_later(batch[0]):
            return {}
        with self.database.read() as connection:
            sent = sent_writes.sent_to(
                connection, batch[0].target.carrier, {change.target.id for change in batch}
            )
        now, within = self.reporter.clock.now(), carrier.shows_within
        unsettled = {
            number: [
                write for write in of_it if write.state in UNSETTLED and write.may_come(now, within)
            ]
            for number, of_it in sent.items()
        }
        return {number: of_it for number, of_it in unsettled.items() if of_it}

    def _stopped(self, change: Change) -> bool:
        """Whether the change's lane has stopped. If so, note the change as not tried."""
        if not self.lanes.stopped:
            return False
        sentence = self.lanes.stopped.get(self._lane(change))
        if sentence:
            why = worded("Not tried: {why}", why=sentence)
            self._note(Result(change, Outcome.PLANNED, why, Cause.STOPPED), None)
        return bool(sentence)

    def _carry_out(self, worked_out: Sequence[_Ready]) -> None:
        consents_changed = bool(worked_out) and self.consents.changed()
        ready = [
            (_with_side_effects(item), item.prepared)
            for item in worked_out
            if not self._stopped(item.change) and not (consents_changed and self._outdated(item))
        ]
        if not ready:
            return
        if self.cancel.is_set():
            self.leave([change for change, _ in ready])
            return
        self.flush(ready)
        carrier = self._carrier(ready[0][0])
        untried = {id(prepared): change for change, prepared in ready}
        for prepared, written in carrier.write([item for _, item in ready], self.cancel):
            self._note_written(untried.pop(id(prepared)), written)
        self.leave(list(untried.values()))

    def _outdated(self, item: _Ready) -> bool:
        """Whether the change no longer fits the consents. If so, note it as skipped."""
        reason = self.consents.no_longer(item.change, item.observation, self._carrier(item.change))
        if reason:
            self._note(Result(item.change, Outcome.SKIPPED, reason, Cause.CHANGED_CHOICE), None)
        return bool(reason)

    def leave(self, changes: Sequence[Change]) -> None:
        """Leave changes open: they stay planned in the journal and can be resumed."""
        for change in changes:
            self._note(Result(change, Outcome.PLANNED), None)

    def flush(self, starting: Sequence[tuple[Change, Prepared]] = ()) -> None:
        """Commit durably the latest results and the changes that start now."""
        if not self.unsaved and not starting:
            return
        with self.database.write() as connection:
            journal.finish(connection, (result for result, _ in self.unsaved))
            by_carrier: dict[CarrierId, list[tuple[Target, Observation]]] = {}
            for result, observation in self.unsaved:
                if observation is not None:
                    target = result.change.target
                    by_carrier.setdefault(target.carrier, []).append((target, observation))
            for name, observations in by_carrier.items():
                self.carriers[name].remember(connection, observations)
            images = ((c.id, p.before_image) for c, p in starting if c.id is not None)
            journal.start(connection, images)
            sent = (change for change, _ in starting if self._shows_later(change))
            journal.note_sent(connection, sent, self.reporter.clock.now())
            journal.note_edits(connection, (c for c, p in starting if p.side_effects))
        self.unsaved.clear()

    def _carrier(self, change: Change) -> Carrier:
        return self.carriers[change.target.carrier]

    def _to_write(
        self, change: Change, observation: Observation, prepared: Prepared | None
    ) -> Prepared | None:
        """The write to make, or None. Raises ChangedSince."""
        if self._stopped(change):  # prepared ahead, before the lane stopped
            return None
        if prepared is not None:
            return prepared
        if not self._carrier(change).holds(observation, change.edit):
            raise ChangedSince(
                "This was changed by something else since it was last read.",
                untouched="It was left as it is.",
                advice="Check again, then repeat."
                if self._shows_later(change)
                else "Scan its folder again, then repeat.",
            )
        self._went_well(change, Result(change, Outcome.UNCHANGED), observation)
        return None

    def _note_written(self, change: Change, written: Written) -> None:
        """Note the outcome of a write. Only what was read back counts, even after an error: the
        answer can get lost although the write succeeded."""
        observation, trouble = written.observation, written.trouble
        taken = self._shows_later(change) and (trouble is None or trouble.accepted)
        if observation is None:
            why = trouble or written.unread or NotReadBack("This could not be read back.")
            if taken and written.unread is not None:
                self._unread(change, written.unread)
            else:
                sure = trouble is not None and trouble.stays_open
                self._failed(change, why, uncertain=not sure, sent=self._shows_later(change))
        elif self._carrier(change).holds(observation, change.edit):
            sent = self._shows_later(change)
            if trouble is not None and trouble.skips:  # written already, by another name
                self._went_well(change, Result(change, Outcome.UNCHANGED), observation)
                return
            note = together((change.problem, str(trouble or "")))
            self._went_well(change, Result(change, Outcome.DONE, note, sent=sent), observation)
        elif taken:
            self._went_well(change, _unconfirmed(change, str(trouble or UNCONFIRMED)), observation)
        else:
            sentence = "What was written reads back differently."
            sent = self._shows_later(change) and self._may_be_there(change, observation, trouble)
            self._failed(change, trouble or NotReadBack(sentence), sent=sent)

    def _shows_later(self, change: Change) -> bool:
        return self._carrier(change).shows_within > timedelta(0)

    def _may_be_there(
        self, change: Change, observation: Observation, trouble: KnownError | None
    ) -> bool:
        """Whether part of a failed write may have been taken."""
        holds, before = self._carrier(change).holds, change.expected
        touched = (
            n for n, v in change.edit.items() if holds(observation, {n: v}) and v != before.get(n)
        )
        return (trouble is not None and trouble.unsure) or any(touched)

    def _unread(self, change: Change, error: KnownError) -> None:
        """Note a write that was taken but could not be read back. Later changes in its lane may
        have to wait, but this one is made."""
        self.lanes.note_error(self._lane(change), error)
        if error.due is not None:
            self.reporter.note_due(error.due)
        self._note(_unconfirmed(change, worded(UNREAD, why=error)), None)

    def _went_well(self, change: Change, result: Result, observation: Observation) -> None:
        if self.lanes.failed:
            self.lanes.note_success(self._lane(change))
        self._note(result, observation)

    def _failed(
        self, change: Change, error: KnownError, *, uncertain: bool = False, sent: bool = False
    ) -> None:
        if (error.stops or error.wears_out) and not uncertain and self._stopped(change):
            return  # it ran at the same time as the change that met the error first
        self.lanes.note_error(self._lane(change), error)
        outcome = Outcome.SKIPPED if error.skips else Outcome.FAILED
        if error.due is not None:
            self.reporter.note_due(error.due)
            outcome = Outcome.PLANNED  # open, like those behind it
        elif error.stays_open:
            outcome = Outcome.PLANNED
        self._note(Result(change, outcome, str(error), error.cause, uncertain, sent), None)

    def _lane(self, change: Change) -> str:
        try:
            return self._carrier(change).lane(change.target)
        except KnownError:
            return ""  # its account is gone: the write will report that

    def _note(self, result: Result, observation: Observation | None) -> None:
        self.unsaved.append((result, observation))
        self.reporter.change_finished(result)


def _unconfirmed(change: Change, why: str) -> Result:
    cause = NotReadBack.cause
    note = together((change.problem, why))
    return Result(change, Outcome.UNCONFIRMED, note, cause, sent=True)


@dataclass(frozen=True, slots=True)
class _Ready:
    """A change whose write is prepared, with the observation behind it."""

    change: Change
    observation: Observation
    prepared: Prepared


def _with_side_effects(item: _Ready) -> Change:
    """The change with everything that its write does, so that an undo restores all of it."""
    change, observation, prepared = item.change, item.observation, item.prepared
    if not prepared.side_effects:
        return change
    before = {
        name: observation.fields[name]
        for name in prepared.side_effects
        if name in observation.fields
    }
    edit = {**change.edit, **prepared.side_effects}
    return replace(change, edit=edit, expected={**change.expected, **before})
