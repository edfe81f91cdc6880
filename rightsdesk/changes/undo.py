"""Undoing and continuing jobs: both are plans like any other, to be looked at first."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from rightsdesk import phrases
from rightsdesk.changes import journal
from rightsdesk.changes.carrier import Carrier, Observation
from rightsdesk.changes.confirming import INTERRUPTED, WAITS, Same, made
from rightsdesk.changes.edits import change_to
from rightsdesk.changes.journal import OPEN, UNSETTLED, Journaled
from rightsdesk.changes.still_wanted import PLANNED_ANEW, Choices, no_longer
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
from rightsdesk.errors import KnownError
from rightsdesk.store.database import Database


def plan_undo(
    database: Database,
    job: JobInfo,
    carriers: Mapping[str, Carrier],
    progress: Progress,
    cancel: Cancel,
    *,
    agreed: bool = False,
    choices: Choices | None = None,
    clock: Clock = SYSTEM,
) -> Plan:
    """The plan that takes a job back.

    Everything is looked at before anything is decided. Field by field, only what still
    holds what the job wrote is restored, or may do so later: what a platform was sent and
    does not show so far. What was changed since stays, and is named. Where nothing of the job
    is there any more, that is noted: it counts as undone there. A
    carrier on which nothing happened since is restored to the byte when the plan is
    applied. What a carrier cautions against is left out, unless that is `agreed`. So is
    what a redo would bring back against what is wanted now.
    """
    of_job = journal.changes_of(database, job.id)
    refused = _refused(database, of_job, carriers)
    candidates = [j for j in of_job if j.may_be_there or j.change.id in refused]
    _make_ready(candidates, carriers)
    kind = JobKind.REDO if job.kind is JobKind.UNDO else JobKind.UNDO
    version = choices.version() if choices else ""
    if choices:
        choices.ready([one.change.target for one in candidates])
    others = {one.change.target.id for one in candidates}
    changes: list[Change] = []
    unchanged = 0
    not_made: list[Journaled] = []
    nothing_left: list[Journaled] = []
    for number, journaled in enumerate(candidates):
        if cancel.is_set():
            break
        progress(number, len(candidates), journaled.change.target.label)
        carrier = carriers[journaled.change.target.carrier]
        there = database, journaled, carrier, others
        change = _back(*there, kind, choices, clock.now(), agreed=agreed)
        if change is None:
            unchanged += 1
            (not_made if journaled.state == INTERRUPTED else nothing_left).append(journaled)
        else:
            changes.append(change)
            if _finds_nothing(change) and not _waits(journaled, carrier, clock.now()):
                nothing_left.append(journaled)
    if not_made or nothing_left:
        with database.write() as connection:
            journal.note_not_made(connection, not_made)
            journal.note_nothing_left(connection, nothing_left)
    return Plan(kind, job.about, tuple(changes), unchanged, undoes=job.id, choices=version)


def _compared(
    kind: JobKind,
    change: Change,
    as_meant: Fields,
    observation: Observation,
    carrier: Carrier,
    choices: Choices | None,
) -> Change:
    """The change with what is wanted now; one that a redo would make against that is skipped."""
    if choices is None:
        return change
    now = choices.of(change.target)
    change = replace(change, wanted=now.consent if now else Consent())
    why = no_longer(kind, change, observation.fields, carrier.suite, choices, as_meant=as_meant)
    return replace(change, outcome=Outcome.SKIPPED, problem=why, widens=()) if why else change


def _refused(
    database: Database, some: Sequence[Journaled], carriers: Mapping[str, Carrier]
) -> set[int]:
    """The changes that were refused where a carrier may show later what was written all the
    same: an undo looks. Not where a later change was written there: that is not theirs."""
    by_carrier: dict[str, dict[int, int]] = {}
    for one in some:
        target, number = one.change.target, one.change.id
        delayed = carriers[target.carrier].shows_within > timedelta(0)
        if one.state == Outcome.FAILED and one.begun and delayed and number is not None:
            by_carrier.setdefault(target.carrier, {})[target.id] = number
    found: set[int] = set()
    for carrier, numbers in by_carrier.items():
        with database.read() as connection:
            sent = journal.sent_to(connection, carrier, numbers)
        found |= {
            number
            for target, number in numbers.items()
            if not any(write.id > number for write in sent.get(target, ()))
        }
    return found


def _finds_nothing(change: Change) -> bool:
    """Whether a carrier was looked at to undo a change, and holds nothing of it any more."""
    left = change.outcome is Outcome.SKIPPED and not change.edit
    return left and not change.unread and not change.agreeable


def _waits(one: Journaled, carrier: Carrier, now: datetime) -> bool:
    """Whether a write that was sent may show later."""
    unsettled = one.sent is not None and one.state in UNSETTLED
    return unsettled and one.sent is not None and one.sent.may_come(now, carrier.shows_within)


def _back(
    database: Database,
    journaled: Journaled,
    carrier: Carrier,
    others: Collection[int],
    kind: JobKind,
    choices: Choices | None,
    now: datetime,
    *,
    agreed: bool,
) -> Change | None:
    change = journaled.change
    try:
        journal.image_of(database, journaled)  # nothing is undone with a damaged one
        target, seen = _found(database, journaled, carrier, others)
    except KnownError as error:
        return _ruled_out(change, error)
    observation = _as_sent(journaled, carrier, seen, now)
    way = carrier.suite.way_back(
        observation.fields,
        change.edit,
        change.expected,
        lambda name, values: carrier.holds(observation, {name: values}),
    )
    restored, problem = way.edit, _left_words(way, carrier.suite)
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
    exact = change.id if journaled.begun and as_it_was and not way.left else None
    undone = replace(undone, problem=problem, exact_undo_of=exact)
    as_meant = {name: change.expected.get(name, ()) for name in change.edit}
    return _compared(kind, undone, as_meant, observation, carrier, choices)


def _left_words(way: WayBack, suite: Suite) -> str:
    """What an undo leaves as it is, and why; "" where it leaves nothing."""
    left, needed = (
        ", ".join(dict.fromkeys(map(suite.label, names))) for names in (way.left, way.needed)
    )
    sentences = [f"Changed since, and left as it is: {left}."] if left else []
    if needed:
        sentences.append(f"Left as well, as it is still needed there: {needed}.")
    return " ".join(sentences)


def plan_resume(
    database: Database,
    job: JobInfo,
    carriers: Mapping[str, Carrier],
    progress: Progress,
    cancel: Cancel,
    *,
    choices: Choices | None = None,
    clock: Clock = SYSTEM,
) -> Plan:
    """The plan of what a job did not get to, looked at anew.

    What is seen to need nothing, or to be another by now, is not open any more. What is no
    longer wanted is planned anew, as it is wanted now; what an undo or a redo would bring back
    against that is dropped.
    """
    waiting = [j for j in journal.changes_of(database, job.id) if j.state in OPEN]
    _make_ready(waiting, carriers)
    version = choices.version() if choices else ""
    if choices:
        choices.ready([one.change.target for one in waiting])
    rest = _RemainingChanges(job.kind, choices, clock.now())
    others = {one.change.target.id for one in waiting}
    for number, journaled in enumerate(waiting):
        if cancel.is_set():
            break
        old = journaled.change
        progress(number, len(waiting), old.target.label)
        carrier = carriers[old.target.carrier]
        try:
            target, observation = _found(database, journaled, carrier, others)
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
        choices=version,
    )


@dataclass
class _RemainingChanges:
    """What is open in a job, one by one: to be made, to be made otherwise, or settled."""

    kind: JobKind
    choices: Choices | None
    now: datetime
    changes: list[Change] = field(default_factory=list)
    settled: list[Result] = field(default_factory=list)
    waiting: set[tuple[str, int]] = field(default_factory=set)
    unchanged: int = 0
    anew: bool = False

    def about(self, old: JobSubject) -> JobSubject:
        """What the job was about, or what is wanted now."""
        if self.anew and self.choices is not None:
            planned = [one.target for one in self.changes if one.outcome is Outcome.PLANNED]
            old = self.choices.about(planned)
        return replace(old, continued=True)

    def take(
        self, journaled: Journaled, target: Target, observation: Observation, carrier: Carrier
    ) -> None:
        """Sort out one of them, as its carrier is now."""
        old, made = replace(journaled.change, target=target), journaled.state == INTERRUPTED
        why = self._no_longer(old, observation, carrier)
        if carrier.holds(observation, old.edit):
            outcome = Outcome.DONE if made else Outcome.UNCHANGED
            self.settled.append(Result(old, outcome, sent=journaled.sent is not None))
            if not (why and self._planned_anew(target, observation, carrier)):
                self.unchanged += 1
        elif due := may_come(journaled, carrier, observation, self.now):
            problem = WAITS.format(when=phrases.moment(due, self.now))
            fresh = change_to(target, carrier, observation, old.edit)
            waits = replace(fresh, outcome=Outcome.UNCONFIRMED, problem=problem, widens=())
            self.changes.append(waits)
            self.waiting.add((target.carrier, target.id))
        elif why:
            self._unwanted(old, observation, carrier, why, made=made)
        elif changed_by_others(old, observation, carrier):
            problem = "Changed by something else since the job was planned."
            self._left(old, observation, carrier, problem, made=made)
        else:
            self.changes.append(carried_on(old, target, observation, carrier))

    def _no_longer(self, old: Change, observation: Observation, carrier: Carrier) -> str:
        if self.choices is None:
            return ""
        return no_longer(self.kind, old, observation.fields, carrier.suite, self.choices)

    def _unwanted(
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
        if not (made and touched):  # of those an undo has to look again
            self.settled.append(Result(old, Outcome.SKIPPED, why))

    def _says_it(self, target: Target, observation: Observation) -> bool:
        wanted = self.choices.of(target) if self.choices else None
        return wanted is not None and not wanted.edit(observation.fields)

    def _planned_anew(self, target: Target, observation: Observation, carrier: Carrier) -> bool:
        """Plan what is wanted there now, where there is anything to do for it."""
        wanted = self.choices.of(target) if self.choices else None
        if wanted is None or self.kind.goes_back or not (edit := wanted.edit(observation.fields)):
            return False
        fresh = change_to(target, carrier, observation, edit)
        losses = wanted.losses(observation.fields)
        self.changes.append(replace(fresh, losses=losses, problem=PLANNED_ANEW))
        self.anew = True
        return True


def may_come(
    one: Journaled, carrier: Carrier, observation: Observation, now: datetime
) -> datetime | None:
    """Until when a write that was sent may show although it does not now; None where a look
    tells."""
    if one.sent is None or one.sent.at is None or one.state not in UNSETTLED:
        return None
    if one.sent.refuted(observation.fields, same_there(carrier), carrier.prompt):
        return None
    until = one.sent.at + carrier.shows_within
    return until if now < until else None


def _as_sent(
    one: Journaled, carrier: Carrier, observation: Observation, now: datetime
) -> Observation:
    """The carrier as it will be once a write arrives that it does not show yet."""
    if one.sent is None or not may_come(one, carrier, observation, now):
        return observation
    return replace(observation, fields=made(observation.fields, [one.sent], same_there(carrier)))


def same_there(carrier: Carrier) -> Same:
    """Whether a field of a carrier, as it is told, is what was written."""
    return lambda name, written, told: carrier.holds(
        Observation({name: told} if told else {}, ""), {name: written}
    )


def changed_by_others(old: Change, observation: Observation, carrier: Carrier) -> bool:
    """Whether a carrier holds, where a change was to be made, what is neither old nor ours."""
    return any(
        observation.fields.get(name, ()) != old.expected.get(name, ())
        and not carrier.holds(observation, {name: values})
        for name, values in old.edit.items()
    )


def carried_on(old: Change, target: Target, observation: Observation, carrier: Carrier) -> Change:
    """An open change as it is to be made now. What a part of it has written already is still
    its to take back."""
    fresh = change_to(target, carrier, observation, old.edit)
    written = [name for name, v in old.edit.items() if carrier.holds(observation, {name: v})]
    before = {name: old.expected[name] for name in written if name in old.expected}
    expected = {n: v for n, v in fresh.expected.items() if n not in written} | before
    return replace(
        fresh,
        expected=expected,
        losses=old.losses,
        exact_undo_of=old.exact_undo_of,
        wanted=old.wanted,
    )


def _make_ready(some: Sequence[Journaled], carriers: Mapping[str, Carrier]) -> None:
    targets: dict[str, list[Target]] = {}
    for one in some:
        targets.setdefault(one.change.target.carrier, []).append(one.change.target)
    for name, together in targets.items():
        carriers[name].ready(together)


def _found(
    database: Database, journaled: Journaled, carrier: Carrier, others: Collection[int]
) -> tuple[Target, Observation]:
    """The carrier of a change as it is now, made whole first, and looked for if it moved."""
    try:
        return whole(database, journaled, carrier, journaled.change.target)
    except KnownError:
        moved = carrier.find(journaled.change.target, journal.image_of(database, journaled), others)
        if moved is None:
            raise
        return whole(database, journaled, carrier, moved)


def whole(
    database: Database, journaled: Journaled, carrier: Carrier, target: Target
) -> tuple[Target, Observation]:
    """A change's carrier as it is now; what a kill left half written is made whole first."""
    image = journal.image_of(database, journaled) if journaled.state == INTERRUPTED else None
    if image is not None:
        carrier.settle(target, image)
    return target, carrier.observe(target)


def _ruled_out(change: Change, error: KnownError) -> Change:
    outcome = Outcome.SKIPPED if error.skips else Outcome.FAILED
    return replace(change, id=None, outcome=outcome, problem=str(error), widens=(), unread=True)
