"""The one loop that changes anything: durable, cancellable, one failure never stops the rest."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby, islice

from rightsdesk.changes import journal
from rightsdesk.changes.carrier import Carrier, Look, Prepared, Written
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
from rightsdesk.errors import KnownError
from rightsdesk.store.database import Database

OnResult = Callable[[Result], None]

HELD = 16 << 20
"""Bytes of before-images in one journal commit: what a batch may take of memory."""


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
    confirmed: Confirmation = NO_CONFIRMATION,
    progress: Progress = no_progress,
    cancel: Cancel | None = None,
    on_result: OnResult | None = None,
) -> JobReport:
    """Make the planned changes and say what became of each.

    Changes that widen are skipped unless `confirmed` names them (asking for an undo is
    such a yes). After a cancel, or when a lane is stopped by an error that the next one
    would meet too, the rest stays open in the journal and can be resumed.
    """
    todo, refused = _sorted_out(plan, confirmed)
    run = _Run(plan, database, carriers, progress, cancel or Never(), on_result or (lambda _: None))
    for result in refused:
        run.report(result)
    if not todo:
        return JobReport(None, plan.name, tuple(run.results), plan.unchanged)
    run.job, numbered = journal.open_job(database, plan, todo)
    run.total = len(numbered)
    try:
        for batch in _batches(numbered, carriers):
            if run.cancel.is_set():
                run.leave(batch)
            else:
                run.do(batch)
    finally:
        run.flush()
        journal.close_job(database, run.job)
    return JobReport(run.job, plan.name, tuple(run.results), plan.unchanged, run.cancel.is_set())


def _sorted_out(plan: Plan, confirmed: Confirmation) -> tuple[list[Change], list[Result]]:
    todo, refused = [], []
    for change in plan.changes:
        if change.outcome is not Outcome.PLANNED:
            refused.append(Result(change, change.outcome, change.problem))
        elif plan.kind is not JobKind.UNDO and not confirmed.covers(change):
            sentence = widening_sentence(change)
            refused.append(Result(change, Outcome.SKIPPED, sentence, "widening"))
        else:
            todo.append(change)
    return todo, refused


def _batches(changes: Sequence[Change], carriers: Mapping[str, Carrier]) -> Iterator[list[Change]]:
    for name, group in groupby(changes, key=lambda change: change.target.carrier):
        while batch := list(islice(group, carriers[name].batch)):
            yield batch


@dataclass
class _Run:
    plan: Plan
    database: Database
    carriers: Mapping[str, Carrier]
    progress: Progress
    cancel: Cancel
    on_result: OnResult
    job: int = 0
    total: int = 0
    finished: int = 0
    results: list[Result] = field(default_factory=list)
    unsaved: list[tuple[Result, Look | None]] = field(default_factory=list)
    stopped: dict[str, str] = field(default_factory=dict)

    def do(self, batch: Sequence[Change]) -> None:
        """Prepare changes of one carrier, write them down, then write them."""
        restoring = [c.exact_undo_of for c in batch if c.exact_undo_of is not None]
        images = journal.images(self.database, restoring)
        ready: list[tuple[Change, Prepared]] = []
        held = 0
        for change in batch:
            try:
                prepared = self._prepared(change, images.get(change.exact_undo_of or 0))
            except KnownError as error:
                self._failed(change, error)
                continue
            if prepared is not None:
                ready.append((change, prepared))
                held += len(prepared.before_image)
            if held > HELD:
                self._carry_out(ready)
                ready, held = [], 0
        self._carry_out(ready)

    def _carry_out(self, ready: Sequence[tuple[Change, Prepared]]) -> None:
        if not ready:
            return
        self.flush([(c.id, p.before_image) for c, p in ready if c.id is not None])
        carrier = self._carrier(ready[0][0])
        tried = 0
        for written in carrier.write([prepared for _, prepared in ready], self.cancel):
            self._judge(ready[tried][0], written)
            tried += 1
        self.leave([change for change, _ in ready[tried:]])

    def leave(self, changes: Sequence[Change]) -> None:
        """Leave changes open: planned in the journal, for another day."""
        for change in changes:
            self._note(Result(change, Outcome.PLANNED), None)

    def report(self, result: Result) -> None:
        self.results.append(result)
        self.on_result(result)

    def flush(self, starting: Sequence[tuple[int, bytes]] = ()) -> None:
        """One durable commit: what became of the last ones, and what begins now."""
        if not self.unsaved and not starting:
            return
        with self.database.write() as connection:
            journal.finish(connection, (result for result, _ in self.unsaved))
            seen: dict[str, list[tuple[Target, Look]]] = {}
            for result, look in self.unsaved:
                if look is not None:
                    target = result.change.target
                    seen.setdefault(target.carrier, []).append((target, look))
            for name, looks in seen.items():
                self.carriers[name].remember(connection, looks)
            journal.start(connection, starting)
        self.unsaved.clear()

    def _carrier(self, change: Change) -> Carrier:
        return self.carriers[change.target.carrier]

    def _prepared(self, change: Change, restore: bytes | None) -> Prepared | None:
        carrier = self._carrier(change)
        if sentence := self.stopped.get(carrier.lane(change.target)):
            self._note(Result(change, Outcome.PLANNED, f"Not tried: {sentence}", "stopped"), None)
            return None
        look, prepared = carrier.prepare(
            change.target, change.edit, stamp=change.stamp, restore=restore
        )
        if prepared is not None:
            return prepared
        if not carrier.holds(look, change.edit):
            raise ChangedSince(
                "This was changed by something else since the preview.",
                untouched="It was left as it is.",
                advice="Look again, then repeat.",
            )
        self._note(Result(change, Outcome.UNCHANGED), look)
        return None

    def _judge(self, change: Change, written: Written) -> None:
        """Only what was read back counts, also after an error: an answer can get lost on the
        way when the work is done already."""
        look, trouble = written.look, written.trouble
        if look is None:
            sentence = "This could not be read back."
            self._failed(change, trouble or NotReadBack(sentence), uncertain=True)
        elif self._carrier(change).holds(look, change.edit):
            note = f"{change.problem} {trouble or ''}".strip()
            self._note(Result(change, Outcome.DONE, note), look)
        else:
            sentence = "What was written could not be read back as it was meant."
            self._failed(change, trouble or NotReadBack(sentence))

    def _failed(self, change: Change, error: KnownError, *, uncertain: bool = False) -> None:
        if error.stops:
            self.stopped[self._carrier(change).lane(change.target)] = error.sentence
        outcome = Outcome.SKIPPED if error.skips else Outcome.FAILED
        self._note(Result(change, outcome, str(error), error.cause, uncertain), None)

    def _note(self, result: Result, look: Look | None) -> None:
        self.unsaved.append((result, look))
        self.finished += 1
        self.report(result)
        self.progress(self.finished, self.total, result.change.target.label)
