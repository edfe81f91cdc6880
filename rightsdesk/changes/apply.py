"""The one loop that changes anything: durable, cancellable, one failure never stops the rest."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from itertools import chain, islice
from threading import Lock

from rightsdesk.changes import journal
from rightsdesk.changes.carrier import Carrier, ChangeRequest, Observation, Prepared, Written
from rightsdesk.changes.concurrency import Host, HostOf, SharedQueue, local_host, run_concurrently
from rightsdesk.changes.confirming import UNCONFIRMED, UNREAD, Sent
from rightsdesk.changes.journal import UNSETTLED
from rightsdesk.changes.still_wanted import CHANGED_CHOICE, Choices, no_longer
from rightsdesk.changes.types import (
    NO_CONFIRMATION,
    WIDENING,
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
from rightsdesk.errors import KnownError
from rightsdesk.platforms.http.limits import Wait
from rightsdesk.store.database import Database

OnResult = Callable[[Result], None]

HELD = 16 << 20
"""Bytes of before-images in one journal commit: what a batch may take of memory."""


IN_A_ROW = 3
"""After so many failures of a server's own, one after the other, its lane is left in peace."""


class ChangedSince(KnownError):
    """The carrier is no longer what the preview showed."""

    cause = "changed-since"
    skips = True


class NotReadBack(KnownError):
    """The write went through, but reading it back shows something else."""

    cause = "not-read-back"


def apply(
    plan: Plan,
    *,
    database: Database,
    carriers: Mapping[str, Carrier],
    host_of: HostOf = local_host,
    confirmed: Confirmation = NO_CONFIRMATION,
    progress: Progress = no_progress,
    cancel: Cancel | None = None,
    on_result: OnResult | None = None,
    clock: Clock = SYSTEM,
    choices: Choices | None = None,
) -> JobReport:
    """Make the planned changes and say what became of each.

    Where a choice was changed since the plan was made, also while the job runs, changes that
    are no longer wanted are skipped: `choices` tells.
    Changes that widen are skipped unless `confirmed` names them (asking for an undo is
    such a yes). After a cancel, or when a lane is stopped by an error that the next one
    would meet too, the rest stays open in the journal and can be resumed. Changes on
    different hosts are made side by side; results come in the order in which they are
    known, and `progress` and `on_result` are never called twice at once.
    """
    cancel = cancel or Never()
    todo, refused = _sorted_out(plan, confirmed)
    told = _Told(progress, on_result or (lambda _: None), clock)
    for result in refused:
        told.tell(result)
    if not todo:
        return JobReport(None, plan.kind, plan.about, tuple(told.results), plan.unchanged)
    job, numbered = journal.open_job(database, plan, todo)
    told.total = len(numbered)
    agreed = _Agreed(plan.kind, plan.choices, choices)
    works = [
        partial(_work, database, carriers, told, agreed, lanes, line)
        for host, line, lanes in _by_host(numbered, host_of)
        for _ in range(host.max_in_flight)
    ]
    try:
        run_concurrently(works, cancel)
    finally:
        journal.close_job(database, job, told.wait)
    return JobReport(
        *(job, plan.kind, plan.about),
        *(tuple(told.results), plan.unchanged, cancel.is_set()),
        due=told.wait.until if told.wait else None,
    )


def _sorted_out(plan: Plan, confirmed: Confirmation) -> tuple[list[Change], list[Result]]:
    todo, refused = [], []
    for change in plan.changes:
        if change.outcome is not Outcome.PLANNED:
            refused.append(Result(change, change.outcome, change.problem))
        elif not plan.kind.asked_is_agreed and not confirmed.covers(change):
            sentence = widening_sentence(change)
            refused.append(Result(change, Outcome.SKIPPED, sentence, WIDENING))
        else:
            todo.append(change)
    return todo, refused


def _by_host(
    changes: Sequence[Change], host_of: HostOf
) -> Iterator[tuple[Host, SharedQueue[Change], _Lanes]]:
    """The changes of each host, and how its lanes fare."""
    found: dict[tuple[str, Host], list[Change]] = {}
    for change in changes:
        name = change.target.carrier
        found.setdefault((name, host_of(change.target)), []).append(change)
    for (_, host), together in found.items():
        yield (
            replace(host, max_in_flight=min(host.max_in_flight, len(together))),
            SharedQueue(together),
            _Lanes(),
        )


def _work(
    database: Database,
    carriers: Mapping[str, Carrier],
    told: _Told,
    agreed: _Agreed,
    lanes: _Lanes,
    changes: SharedQueue[Change],
    cancel: Cancel,
) -> None:
    run = _Run(database, carriers, told, agreed, cancel, lanes)
    try:
        run.do(changes)
    finally:
        run.flush()


@dataclass(frozen=True)
class _Agreed:
    """What the plan was compared with, and what is wanted now."""

    kind: JobKind
    version: str
    choices: Choices | None

    def moved(self) -> bool:
        """Whether a choice was changed since."""
        return self.choices is not None and self.choices.version() != self.version

    def no_longer(self, change: Change, observation: Observation, carrier: Carrier) -> str:
        """Why a change is not wanted any more; "" if it is."""
        if self.choices is None:
            return ""
        return no_longer(self.kind, change, observation.fields, carrier.suite, self.choices)


@dataclass
class _Lanes:
    """How the lanes of a host fare, for all threads that are at work there."""

    stopped: dict[str, str] = field(default_factory=dict)
    failed: dict[str, int] = field(default_factory=dict)
    lock: Lock = field(default_factory=Lock)

    def met(self, lane: str, error: KnownError) -> None:
        """Note what a change met: one trouble stops its lane at once, another wears it out."""
        with self.lock:
            failed = self.failed.pop(lane, 0) + 1 if error.wears_out else 0
            if failed:
                self.failed[lane] = failed
            if error.stops:
                self.stopped[lane] = error.sentence
            elif failed >= IN_A_ROW:
                times = f"That was the answer {IN_A_ROW} times in a row."
                self.stopped.setdefault(lane, f"{error.sentence} {times}")

    def went_well(self, lane: str) -> None:
        """The server is well, or well again."""
        with self.lock:
            self.failed.pop(lane, None)


@dataclass
class _Told:
    """What is told of a job: one thing at a time, whoever tells it."""

    progress: Progress
    on_result: OnResult
    clock: Clock
    total: int = 0
    finished: int = 0
    results: list[Result] = field(default_factory=list)
    wait: Wait | None = None
    lock: Lock = field(default_factory=Lock)

    def tell(self, result: Result) -> None:
        """Tell of one that was ruled out before the job began."""
        with self.lock:
            self.results.append(result)
            self.on_result(result)

    def tell_due(self, due: datetime) -> None:
        """Note when some of what is left can go on; the earliest counts."""
        with self.lock:
            if self.wait is None or due < self.wait.until:
                now = self.clock.now()
                self.wait = Wait(now, max(due, now))

    def tell_finished(self, result: Result) -> None:
        """Tell what became of a change of the job."""
        with self.lock:
            self.results.append(result)
            self.on_result(result)
            if result.outcome is Outcome.PLANNED:  # it never got its turn: no progress
                return
            self.finished += 1
            self.progress(self.finished, self.total, result.change.target.label)


@dataclass
class _Run:
    """One of the threads that make a job's changes. `lanes` is shared by those of a host."""

    database: Database
    carriers: Mapping[str, Carrier]
    told: _Told
    agreed: _Agreed
    cancel: Cancel
    lanes: _Lanes
    unsaved: list[tuple[Result, Observation | None]] = field(default_factory=list)

    def do(self, changes: Iterable[Change]) -> None:
        """Prepare changes of one carrier, write them down, then write them, batch by batch."""
        left = iter(changes)
        asked: dict[int | None, Change] = {}
        ready: list[_Ready] = []
        held = 0
        with ExitStack() as stack:
            for one in self._prepared(left, asked, stack):
                ready.append(one)
                held += len(one.prepared.before_image)
                change = one.change
                if len(ready) >= self._carrier(change).batch or held > HELD:
                    self._carry_out(ready)
                    ready, held = [], 0
            self._carry_out(ready)
        self.leave([*asked.values(), *left])

    def _prepared(
        self, left: Iterator[Change], asked: dict[int | None, Change], stack: ExitStack
    ) -> Iterator[_Ready]:
        """Those of `left` that are to be written; of the others it is noted why not.

        `asked` are the changes, by their number in the journal, that the carrier was given
        and that nothing has come of yet: it may work them out ahead.
        """
        first = next(left, None)
        if first is None:
            return
        carrier = self._carrier(first)
        asking = self._asking(chain([first], left), asked, carrier)
        preparing = stack.enter_context(closing(carrier.prepare(asking, self.cancel)))
        for request, preparation in preparing:
            if self.cancel.is_set():
                return
            change = asked.pop(request.change.id)
            try:
                if isinstance(preparation, KnownError):
                    raise preparation
                observation, found = preparation
                prepared = self._compared(change, observation, found)
            except KnownError as error:
                self._failed(change, error)
                continue
            if prepared is not None:
                yield _Ready(change, observation, prepared)

    def _asking(
        self, changes: Iterator[Change], asked: dict[int | None, Change], carrier: Carrier
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
                asked[change.id] = change
                yield ChangeRequest(change, restore, coming.get(change.target.id, ()))

    def _coming(self, batch: Sequence[Change]) -> dict[int, list[Sent]]:
        """By target, what was sent before and may show later."""
        carrier = self._carrier(batch[0])
        if not self._shows_later(batch[0]):
            return {}
        with self.database.read() as connection:
            sent = journal.sent_to(
                connection, batch[0].target.carrier, {change.target.id for change in batch}
            )
        now, within = self.told.clock.now(), carrier.shows_within
        unsettled = {
            number: [one for one in of_it if one.state in UNSETTLED and one.may_come(now, within)]
            for number, of_it in sent.items()
        }
        return {number: of_it for number, of_it in unsettled.items() if of_it}

    def _stopped(self, change: Change) -> bool:
        """Whether its lane has come to a stop; then it is noted and not tried."""
        if not self.lanes.stopped:
            return False
        sentence = self.lanes.stopped.get(self._lane(change))
        if sentence:
            self._note(Result(change, Outcome.PLANNED, f"Not tried: {sentence}", "stopped"), None)
        return bool(sentence)

    def _carry_out(self, worked_out: Sequence[_Ready]) -> None:
        moved = bool(worked_out) and self.agreed.moved()
        ready = [
            (_with_besides(one), one.prepared)
            for one in worked_out
            if not self._stopped(one.change) and not (moved and self._unwanted(one))
        ]
        if not ready:
            return
        if self.cancel.is_set():
            self.leave([change for change, _ in ready])
            return
        self.flush(ready)
        carrier = self._carrier(ready[0][0])
        untried = {id(prepared): change for change, prepared in ready}
        for prepared, written in carrier.write([one for _, one in ready], self.cancel):
            self._judge(untried.pop(id(prepared)), written)
        self.leave(list(untried.values()))

    def _unwanted(self, one: _Ready) -> bool:
        """Whether something else was chosen since the plan; then it is noted and not written."""
        why = self.agreed.no_longer(one.change, one.observation, self._carrier(one.change))
        if why:
            self._note(Result(one.change, Outcome.SKIPPED, why, CHANGED_CHOICE), None)
        return bool(why)

    def leave(self, changes: Sequence[Change]) -> None:
        """Leave changes open: planned in the journal, for another day."""
        for change in changes:
            self._note(Result(change, Outcome.PLANNED), None)

    def flush(self, starting: Sequence[tuple[Change, Prepared]] = ()) -> None:
        """One durable commit: what became of the last ones, and what begins now."""
        if not self.unsaved and not starting:
            return
        with self.database.write() as connection:
            journal.finish(connection, (result for result, _ in self.unsaved))
            seen: dict[str, list[tuple[Target, Observation]]] = {}
            for result, observation in self.unsaved:
                if observation is not None:
                    target = result.change.target
                    seen.setdefault(target.carrier, []).append((target, observation))
            for name, observations in seen.items():
                self.carriers[name].remember(connection, observations)
            images = ((c.id, p.before_image) for c, p in starting if c.id is not None)
            journal.start(connection, images)
            sent = (change for change, _ in starting if self._shows_later(change))
            journal.note_sent(connection, sent, self.told.clock.now())
            journal.note_edits(connection, (c for c, p in starting if p.side_effects))
        self.unsaved.clear()

    def _carrier(self, change: Change) -> Carrier:
        return self.carriers[change.target.carrier]

    def _compared(
        self, change: Change, observation: Observation, prepared: Prepared | None
    ) -> Prepared | None:
        """What is to be written, if anything. Raises ChangedSince."""
        if self._stopped(change):  # it was prepared ahead, before the lane came to its stop
            return None
        if prepared is not None:
            return prepared
        if not self._carrier(change).holds(observation, change.edit):
            read = "Look again" if self._shows_later(change) else "Scan its folder again"
            raise ChangedSince(
                "This was changed by something else since it was last read.",
                untouched="It was left as it is.",
                advice=f"{read}, then repeat.",
            )
        self._went_well(change, Result(change, Outcome.UNCHANGED), observation)
        return None

    def _judge(self, change: Change, written: Written) -> None:
        """Only what was read back counts, also after an error: an answer can get lost on the
        way when the work is done already."""
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
            if trouble is not None and trouble.skips:  # written already: by its other name, say
                self._went_well(change, Result(change, Outcome.UNCHANGED), observation)
                return
            note = f"{change.problem} {trouble or ''}".strip()
            self._went_well(change, Result(change, Outcome.DONE, note, sent=sent), observation)
        elif taken:
            self._went_well(change, _unconfirmed(change, str(trouble or UNCONFIRMED)), observation)
        else:
            sentence = "What was written could not be read back as it was meant."
            sent = self._shows_later(change) and self._may_be_there(change, observation, trouble)
            self._failed(change, trouble or NotReadBack(sentence), sent=sent)

    def _shows_later(self, change: Change) -> bool:
        return self._carrier(change).shows_within > timedelta(0)

    def _may_be_there(
        self, change: Change, observation: Observation, trouble: KnownError | None
    ) -> bool:
        """Whether some of a write that failed may have been taken all the same."""
        holds, before = self._carrier(change).holds, change.expected
        touched = (
            n for n, v in change.edit.items() if holds(observation, {n: v}) and v != before.get(n)
        )
        return (trouble is not None and trouble.unsure) or any(touched)

    def _unread(self, change: Change, error: KnownError) -> None:
        """It was taken, and then could not be looked at: what is behind it in its lane may have
        to wait, but this one is made."""
        self.lanes.met(self._lane(change), error)
        if error.due is not None:
            self.told.tell_due(error.due)
        self._note(_unconfirmed(change, UNREAD.format(why=error)), None)

    def _went_well(self, change: Change, result: Result, observation: Observation) -> None:
        if self.lanes.failed:
            self.lanes.went_well(self._lane(change))
        self._note(result, observation)

    def _failed(
        self, change: Change, error: KnownError, *, uncertain: bool = False, sent: bool = False
    ) -> None:
        if (error.stops or error.wears_out) and not uncertain and self._stopped(change):
            return  # it was under way beside the one that met the same trouble first
        self.lanes.met(self._lane(change), error)
        outcome = Outcome.SKIPPED if error.skips else Outcome.FAILED
        if error.due is not None:
            self.told.tell_due(error.due)
            outcome = Outcome.PLANNED  # open, like those behind it
        elif error.stays_open:
            outcome = Outcome.PLANNED
        self._note(Result(change, outcome, str(error), error.cause, uncertain, sent), None)

    def _lane(self, change: Change) -> str:
        try:
            return self._carrier(change).lane(change.target)
        except KnownError:
            return ""  # its account is gone: trying it tells

    def _note(self, result: Result, observation: Observation | None) -> None:
        self.unsaved.append((result, observation))
        self.told.tell_finished(result)


def _unconfirmed(change: Change, why: str) -> Result:
    cause = NotReadBack.cause
    return Result(change, Outcome.UNCONFIRMED, f"{change.problem} {why}".strip(), cause, sent=True)


@dataclass(frozen=True, slots=True)
class _Ready:
    """A change that is worked out, on what was just read."""

    change: Change
    observation: Observation
    prepared: Prepared


def _with_besides(one: _Ready) -> Change:
    """The change with all that its write does: what is undone is what was done."""
    change, observation, prepared = one.change, one.observation, one.prepared
    if not prepared.side_effects:
        return change
    before = {
        name: observation.fields[name]
        for name in prepared.side_effects
        if name in observation.fields
    }
    edit = {**change.edit, **prepared.side_effects}
    return replace(change, edit=edit, expected={**change.expected, **before})
