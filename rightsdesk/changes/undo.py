"""Plans that undo and resume jobs. They are reviewed like any other plan."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from rightsdesk import phrases
from rightsdesk.changes import journal, sent_writes
from rightsdesk.changes.carrier import Carrier, Observation
from rightsdesk.changes.confirming import WAITS, Same, made
from rightsdesk.changes.edits import change_to
from rightsdesk.changes.journal import Journaled
from rightsdesk.changes.states import INTERRUPTED, OPEN, UNSETTLED
from rightsdesk.changes.still_fitting import PLANNED_AGAIN, CurrentConsents, no_longer
from rightsdesk.changes.types import (
    Cancel,
    Change,
    JobInfo,
    JobKind,
    JobSubject,
    Outcome,
    Plan,
    Progress,
    Result,
    Target,
)
from rightsdesk.clock import SYSTEM, Clock
from rightsdesk.consent import Consent, Fields
from rightsdesk.consent.dialects import Suite
from rightsdesk.consent.dialects.suite import WayBack
from rightsdesk.enums.carriers import CarrierId
from rightsdesk.errors import KnownError
from rightsdesk.sentences import together, worded
from rightsdesk.store.database import Database


def plan_undo(
    database: Database,
    job: JobInfo,
    carriers: Mapping[CarrierId, Carrier],
    progress: Progress,
    cancel: Cancel,
    *,
    agreed: bool = False,
    current: CurrentConsents | None = None,
    clock: Clock = SYSTEM,
    ahead: Mapping[tuple[CarrierId, int], Fields] | None = None,
    spared: Callable[[Target], str] = lambda _target: "",
) -> Plan:
    """The plan that undoes a job.

    All carriers are read before anything is decided. Each field is restored only if it still holds
    what the job wrote, or may show it later (sent to a platform that does not show it so far).
    Fields that changed since stay, and are named; so do those that an earlier undo of this job
    restored, whoever wrote them since. If nothing of a change is left, that is noted: it
    counts as undone. A carrier that nothing else touched is restored to the byte when the plan is
    applied. Changes with an undo warning are left out unless `agreed`. So are redone changes that
    no longer fit the current consents.

    `ahead` has edits by carrier (carrier, id) that other undos make first: the plan is the one that
    will be right after them, for a preview, and notes nothing. `spared` says why a carrier is not
    touched, "" if it may be.
    """
    of_job = journal.changes_of(database, job.id)
    refused = _refused(database, of_job, carriers)
    candidates = [j for j in of_job if j.may_need_undo or j.change.id in refused]
    why_spared = {j.change.id: spared(j.change.target) for j in candidates}
    left_out = [(j.change, why) for j in candidates if (why := why_spared[j.change.id])]
    candidates = [j for j in candidates if not why_spared[j.change.id]]
    _prepare_carriers(candidates, carriers)
    kind = JobKind.REDO if job.kind is JobKind.UNDO else JobKind.UNDO
    version = current.version() if current else ""
    if current:
        current.ready([journaled.change.target for journaled in candidates])
    job_targets = {journaled.change.target.id for journaled in candidates}
    restored = journal.restored_fields(database, job.id)
    changes = [
        replace(change, id=None, outcome=Outcome.SKIPPED, problem=why, widens=())
        for change, why in left_out
    ]
    unchanged = 0
    not_made: list[Journaled] = []
    nothing_left: list[Journaled] = []
    for number, journaled in enumerate(candidates):
        if cancel.is_set():
            break
        target = journaled.change.target
        progress(number, len(candidates), target.label)
        carrier = carriers[target.carrier]
        change = _undo_change(
            *(database, journaled, carrier, job_targets, restored),
            *(kind, current, clock.now()),
            agreed=agreed,
            ahead=(ahead or {}).get((target.carrier, target.id), {}),
        )
        if change is None:
            unchanged += 1
            (not_made if journaled.state == INTERRUPTED else nothing_left).append(journaled)
        else:
            changes.append(change)
            if change.finds_nothing and not _waits(journaled, carrier, clock.now()):
                nothing_left.append(journaled)
    if ahead is None and (not_made or nothing_left):
        with database.write() as connection:
            journal.note_not_made(connection, not_made)
            journal.note_nothing_left(connection, nothing_left)
    return Plan(kind, job.about, tuple(changes), unchanged, undoes=job.id, consents_version=version)


def _compared(
    kind: JobKind,
    change: Change,
    as_meant: Fields,
    observation: Observation,
    carrier: Carrier,
    current: CurrentConsents | None,
) -> Change:
    """The change with the current consent. A redo that no longer fits it is skipped."""
    if current is None:
        return change
    now = current.of(change.target)
    change = replace(change, consent=now.consent if now else Consent())
    why = no_longer(kind, change, observation.fields, carrier.suite, current, as_meant=as_meant)
    return replace(change, outcome=Outcome.SKIPPED, problem=why, widens=()) if why else change


def _refused(
    database: Database,
    journaled_changes: Sequence[Journaled],
    carriers: Mapping[CarrierId, Carrier],
) -> set[int]:
    """Ids of failed changes whose carrier may show the write later, so an undo has to read it.

    Left out if a later change was sent to the same carrier: a value there is not theirs.
    """
    by_carrier: dict[CarrierId, dict[int, int]] = {}
    for journaled in journaled_changes:
        target, number = journaled.change.target, journaled.change.id
        delayed = carriers[target.carrier].shows_within > timedelta(0)
        if journaled.state == Outcome.FAILED and journaled.begun and delayed and number is not None:
            by_carrier.setdefault(target.carrier, {})[target.id] = number
    found: set[int] = set()
    for carrier, numbers in by_carrier.items():
        with database.read() as connection:
            sent = sent_writes.sent_to(connection, carrier, numbers)
        found |= {
            number
            for target, number in numbers.items()
            if not any(write.id > number for write in sent.get(target, ()))
        }
    return found


def _waits(journaled: Journaled, carrier: Carrier, now: datetime) -> bool:
    """Whether a write that was sent may show later."""
    unsettled = journaled.sent is not None and journaled.state in UNSETTLED
    return (
        unsettled
        and journaled.sent is not None
        and journaled.sent.may_come(now, carrier.shows_within)
    )


def _undo_change(
    database: Database,
    journaled: Journaled,
    carrier: Carrier,
    job_targets: Collection[int],
    restored_before: Mapping[tuple[CarrierId, int], frozenset[str]],
    kind: JobKind,
    current: CurrentConsents | None,
    now: datetime,
    *,
    agreed: bool,
    ahead: Fields,
) -> Change | None:
    change = journaled.change
    try:
        journal.image_of(database, journaled)  # nothing is undone with a damaged before-image
        target, found = _locate(database, journaled, carrier, job_targets)
    except KnownError as error:
        return _ruled_out(change, error)
    before = restored_before.get((target.carrier, target.id), frozenset())
    if before:
        left = {name: values for name, values in change.edit.items() if name not in before}
        change = replace(change, edit=left)
    observation = _as_sent(journaled, carrier, found, now)
    if ahead:
        observation = replace(observation, fields=carrier.suite.edited(observation.fields, ahead))
    way = carrier.suite.way_back(
        observation.fields,
        change.edit,
        change.expected,
        lambda name, values: carrier.holds(observation, {name: values}),
    )
    restored, problem = way.edit, _left_in_place(way, carrier.suite)
    if not restored and not way.left:
        return None
    undo_warning = ""
    if restored and not agreed:
        undo_warning = carrier.undo_warning(
            target, observation, lambda: journal.image_of(database, journaled)
        )
        problem, restored = (undo_warning, {}) if undo_warning else (problem, restored)
    undone = change_to(target, carrier, observation, restored)
    if not restored:
        return replace(
            undone, outcome=Outcome.SKIPPED, problem=problem, agreeable=bool(undo_warning)
        )
    as_it_was = all(values == change.expected.get(name, ()) for name, values in restored.items())
    whole = as_it_was and not way.left and not before
    exact = change.id if journaled.begun and whole else None
    undone = replace(undone, problem=problem, exact_undo_of=exact)
    as_meant = {name: change.expected.get(name, ()) for name in change.edit}
    return _compared(kind, undone, as_meant, observation, carrier, current)


def _left_in_place(way: WayBack, suite: Suite) -> str:
    """What an undo leaves in place, and why; "" if it leaves nothing."""
    left, needed = (
        ", ".join(dict.fromkeys(map(suite.label, names))) for names in (way.left, way.needed)
    )
    sentences = [worded("Changed since, and left in place: {left}.", left=left)] if left else []
    if needed:
        sentences.append(
            worded("Left in place because it is still needed there: {needed}.", needed=needed)
        )
    return together(sentences)


def plan_resume(
    database: Database,
    job: JobInfo,
    carriers: Mapping[CarrierId, Carrier],
    progress: Progress,
    cancel: Cancel,
    *,
    current: CurrentConsents | None = None,
    clock: Clock = SYSTEM,
) -> Plan:
    """The plan of what a job left open, from fresh reads.

    Changes that need nothing any more, or whose carrier changed, are closed. Changes that no longer
    fit the current consents are planned again to fit them. Undone or redone changes that no longer
    fit are dropped.
    """
    waiting = [j for j in journal.changes_of(database, job.id) if j.state in OPEN]
    _prepare_carriers(waiting, carriers)
    version = current.version() if current else ""
    if current:
        current.ready([journaled.change.target for journaled in waiting])
    rest = _RemainingChanges(job.kind, current, clock.now())
    job_targets = {journaled.change.target.id for journaled in waiting}
    for number, journaled in enumerate(waiting):
        if cancel.is_set():
            break
        old = journaled.change
        progress(number, len(waiting), old.target.label)
        carrier = carriers[old.target.carrier]
        try:
            target, observation = _locate(database, journaled, carrier, job_targets)
        except KnownError as error:
            rest.changes.append(_ruled_out(old, error))
            continue
        rest.take(journaled, target, observation, carrier)
    if rest.settled:
        with database.write() as connection:
            journal.finish(connection, rest.settled)
    return Plan(
        *(job.kind, rest.about(job.about), tuple(rest.changes), rest.unchanged),
        undoes=job.undoes,
        resumes=job.id,
        leaves=frozenset(rest.waiting),
        consents_version=version,
    )


@dataclass
class _RemainingChanges:
    """Sorts a job's open changes: to make, to plan again, or to close."""

    kind: JobKind
    current: CurrentConsents | None
    now: datetime
    changes: list[Change] = field(default_factory=list)
    settled: list[Result] = field(default_factory=list)
    waiting: set[tuple[CarrierId, int]] = field(default_factory=set)
    unchanged: int = 0
    planned_again: bool = False

    def about(self, old: JobSubject) -> JobSubject:
        """The subject of the resumed job: the old subject, or that of the current consents."""
        if self.planned_again and self.current is not None:
            old = self.current.about([c for c in self.changes if c.outcome is Outcome.PLANNED])
        return replace(old, continued=True)

    def take(
        self, journaled: Journaled, target: Target, observation: Observation, carrier: Carrier
    ) -> None:
        """Sort one open change by its carrier's observation."""
        old, made = replace(journaled.change, target=target), journaled.state == INTERRUPTED
        why = no_longer(self.kind, old, observation.fields, carrier.suite, self.current)
        if carrier.holds(observation, old.edit):
            outcome = Outcome.DONE if made else Outcome.UNCHANGED
            self.settled.append(Result(old, outcome, sent=journaled.sent is not None))
            if not (why and self._planned_anew(target, observation, carrier)):
                self.unchanged += 1
        elif due := may_come(journaled, carrier, observation, self.now):
            problem = worded(WAITS, when=phrases.moment(due, self.now))
            fresh = change_to(target, carrier, observation, old.edit)
            waits = replace(fresh, outcome=Outcome.UNCONFIRMED, problem=problem, widens=())
            self.changes.append(waits)
            self.waiting.add((target.carrier, target.id))
        elif why:
            self._outdated(old, observation, carrier, why, made=made)
        elif changed_by_others(old, observation, carrier):
            problem = "Changed by something else since the job was planned."
            self._left(old, observation, carrier, problem, made=made)
        else:
            self.changes.append(resumed_change(old, target, observation, carrier))

    def _outdated(
        self, old: Change, observation: Observation, carrier: Carrier, why: str, *, made: bool
    ) -> None:
        if self._planned_anew(old.target, observation, carrier):
            return
        if not self.kind.goes_back and self._says_it(old.target, observation):
            self.settled.append(Result(old, Outcome.UNCHANGED))
            self.unchanged += 1
        else:
            self._left(old, observation, carrier, why, made=made)

    def _left(
        self, old: Change, observation: Observation, carrier: Carrier, why: str, *, made: bool
    ) -> None:
        fresh = change_to(old.target, carrier, observation, old.edit)
        self.changes.append(replace(fresh, outcome=Outcome.SKIPPED, problem=why))
        touched = any(carrier.holds(observation, {n: v}) for n, v in old.edit.items())
        if not (made and touched):  # otherwise an undo has to read it again
            self.settled.append(Result(old, Outcome.SKIPPED, why))

    def _says_it(self, target: Target, observation: Observation) -> bool:
        current = self.current.of(target) if self.current else None
        return current is not None and not current.edit(observation.fields)

    def _planned_anew(self, target: Target, observation: Observation, carrier: Carrier) -> bool:
        """Plan what the current consent needs there. Returns whether that is anything."""
        current = self.current.of(target) if self.current else None
        if current is None or self.kind.goes_back or not (edit := current.edit(observation.fields)):
            return False
        fresh = change_to(target, carrier, observation, edit)
        losses = current.losses(observation.fields)
        self.changes.append(replace(fresh, losses=losses, problem=PLANNED_AGAIN))
        self.planned_again = True
        return True


def may_come(
    journaled: Journaled, carrier: Carrier, observation: Observation, now: datetime
) -> datetime | None:
    """Until when a sent write may still show; None if the observation is final."""
    if journaled.sent is None or journaled.sent.at is None or journaled.state not in UNSETTLED:
        return None
    if journaled.sent.refuted(observation.fields, same_there(carrier), carrier.prompt):
        return None
    until = journaled.sent.at + carrier.shows_within
    return until if now < until else None


def _as_sent(
    journaled: Journaled, carrier: Carrier, observation: Observation, now: datetime
) -> Observation:
    """The observation as it will be once the pending write arrives."""
    if journaled.sent is None or not may_come(journaled, carrier, observation, now):
        return observation
    return replace(
        observation, fields=made(observation.fields, [journaled.sent], same_there(carrier))
    )


def same_there(carrier: Carrier) -> Same:
    """A comparison of a carrier's fields: whether an observed value equals the written one."""
    return lambda name, written, observed: carrier.holds(
        Observation({name: observed} if observed else {}, ""), {name: written}
    )


def changed_by_others(old: Change, observation: Observation, carrier: Carrier) -> bool:
    """Whether a field that the change sets holds neither the earlier value nor the change's."""
    return any(
        observation.fields.get(name, ()) != old.expected.get(name, ())
        and not carrier.holds(observation, {name: values})
        for name, values in old.edit.items()
    )


def resumed_change(
    old: Change, target: Target, observation: Observation, carrier: Carrier
) -> Change:
    """An open change as it has to be made now.

    What an earlier part of it has already written stays undoable with it.
    """
    fresh = change_to(target, carrier, observation, old.edit)
    written = [name for name, v in old.edit.items() if carrier.holds(observation, {name: v})]
    before = {name: old.expected[name] for name in written if name in old.expected}
    expected = {n: v for n, v in fresh.expected.items() if n not in written} | before
    return replace(
        fresh,
        expected=expected,
        losses=old.losses,
        exact_undo_of=old.exact_undo_of,
        consent=old.consent,
    )


def _prepare_carriers(
    journaled_changes: Sequence[Journaled], carriers: Mapping[CarrierId, Carrier]
) -> None:
    targets: dict[CarrierId, list[Target]] = {}
    for journaled in journaled_changes:
        targets.setdefault(journaled.change.target.carrier, []).append(journaled.change.target)
    for carrier, carrier_targets in targets.items():
        carriers[carrier].ready(carrier_targets)


def _locate(
    database: Database, journaled: Journaled, carrier: Carrier, job_targets: Collection[int]
) -> tuple[Target, Observation]:
    """The carrier of a change, made whole and observed. Searches for it if it moved."""
    try:
        return observe_whole(database, journaled, carrier, journaled.change.target)
    except KnownError:
        moved = carrier.find(
            journaled.change.target, journal.image_of(database, journaled), job_targets
        )
        if moved is None:
            raise
        return observe_whole(database, journaled, carrier, moved)


def observe_whole(
    database: Database, journaled: Journaled, carrier: Carrier, target: Target
) -> tuple[Target, Observation]:
    """The target and its observation, after making it whole if a kill left it half written."""
    image = journal.image_of(database, journaled) if journaled.state == INTERRUPTED else None
    if image is not None:
        carrier.settle(target, image)
    return target, carrier.observe(target)


def _ruled_out(change: Change, error: KnownError) -> Change:
    outcome = Outcome.SKIPPED if error.skips else Outcome.FAILED
    out = replace(change, id=None, outcome=outcome, problem=str(error), widens=(), unread=True)
    return replace(out, cause=error.cause)
