"""The journal: what a job set out to do, what it replaced, and how far it came.

A change's before-image is committed, durably, before its carrier is touched. A change is
`planned` until its batch begins, `started` while it may be in the middle of being
written, and then has its outcome. `interrupted` is a change whose fate can only be
learnt by looking again, at a platform say; `resumed` has been handed to a later job.
`unconfirmed` was sent to a platform that does not show it so far: see `confirming`.

`sent` says of a change at a platform that a byte of it may have arrived there, whatever
came after. Such a change can be undone in any state.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    bindparam,
    func,
    insert,
    select,
    tuple_,
    update,
)
from sqlalchemy.engine import Row

from rightsdesk.changes.confirming import (
    INTERRUPTED,
    NOT_TAKEN,
    OVERWRITTEN,
    SEEN_BEFORE,
    Sent,
)
from rightsdesk.changes.types import (
    Change,
    JobInfo,
    JobKind,
    JobSubject,
    Outcome,
    Plan,
    Result,
    Target,
)
from rightsdesk.consent import Preset, Use
from rightsdesk.errors import KnownError
from rightsdesk.platforms.http.limits import Wait
from rightsdesk.store import texts
from rightsdesk.store.database import Database
from rightsdesk.store.numbers import keep_last_job, last_job
from rightsdesk.store.schema import changes, jobs

_AT_ONCE = 1000  # rows in memory, of a job that may have half a million
PLANNED, STARTED, RESUMED = "planned", "started", "resumed"
OPEN = (PLANNED, INTERRUPTED)
"""What a job did not get to, or may have got to, when it stopped."""
UNCONFIRMED = Outcome.UNCONFIRMED.value
UNSETTLED = (STARTED, INTERRUPTED, UNCONFIRMED, SEEN_BEFORE)
"""What was sent and may show later."""


class ImageDamaged(KnownError):
    """What the journal kept of the time before a change is not what was stored."""

    cause = "before-image-damaged"

    def __init__(self) -> None:
        super().__init__(
            "What the journal kept of the time before this change is damaged, so the change can't "
            "be undone.",
            untouched="Nothing was changed there.",
            advice="Bring a backup of RightsDesk's data back, or of the file.",
        )


@dataclass(frozen=True, slots=True)
class Journaled:
    """A change of a job as the journal has it. `begun`: there is a before-image of it. `sent`
    is set where it was sent to a platform."""

    job: int
    change: Change
    state: str
    begun: bool
    sent: Sent | None = None

    @property
    def may_be_there(self) -> bool:
        """Whether there may be anything to take back."""
        if self.state in (Outcome.DONE.value, INTERRUPTED):
            return True
        return self.sent is not None and self.state != RESUMED


def open_job(database: Database, plan: Plan, todo: Sequence[Change]) -> tuple[int, list[Change]]:
    """Write down a job and its changes; they come back with their ids.

    Of what is taken back, it is also on record what could not be: the job that it belongs to
    counts as undone. What else is ruled out is worked out anew by the next plan, and what
    can't be carried on stays open where it was.
    """
    with database.write() as connection:
        job = last_job(connection) + 1
        values = {
            "id": job,
            "kind": plan.kind.value,
            "about": _dump_subject(plan.about),
            "started_at": texts.now(),
            "undoes": plan.undoes,
            "resumes": plan.resumes,
            "unchanged": plan.unchanged,
        }
        connection.execute(insert(jobs).values(values))
        keep_last_job(connection, job)
        if plan.resumes is not None:
            _take_over(connection, plan.resumes, plan)
        if plan.undoes is not None:
            _give_up(connection, plan.undoes)
        _overtake(connection, plan, todo)
        highest = connection.execute(select(func.max(changes.c.id))).scalar() or 0
        ruled_out = [one for one in plan.changes if one.outcome is not Outcome.PLANNED]
        told = ruled_out if plan.kind.goes_back and plan.resumes is None else []
        rows = [replace(change, id=highest + i) for i, change in enumerate([*todo, *told], 1)]
        numbered = rows[: len(todo)]
        for start in range(0, len(rows), _AT_ONCE):
            some = rows[start : start + _AT_ONCE]
            connection.execute(insert(changes), [_row(job, change) for change in some])
    database.on_job(job)
    return job, numbered


def _take_over(connection: Connection, earlier: int, plan: Plan) -> None:
    """Mark what is open in an earlier job as handed on; what could not be looked at stays."""
    kept = set(plan.leaves)
    for change in plan.changes:
        if change.outcome is Outcome.FAILED:
            kept.add((change.target.carrier, change.target.id))
    taken_over = update(changes).where(
        changes.c.job_id == earlier,
        changes.c.state.in_(OPEN),
        tuple_(changes.c.carrier, changes.c.target_id).not_in(sorted(kept)),
    )
    connection.execute(taken_over.values(state=RESUMED))


def _give_up(connection: Connection, undone: int) -> None:
    """What a job had left to do is not asked for any more once the job is taken back."""
    left = update(changes).where(changes.c.job_id == undone, changes.c.state == PLANNED)
    problem = "The job was taken back before this had its turn."
    connection.execute(left.values(state=Outcome.SKIPPED.value, problem=problem))


def _overtake(connection: Connection, plan: Plan, todo: Iterable[Change]) -> None:
    """What earlier jobs of this kind had left to do and a new one takes up is handed on: the
    same work is not open twice. An undo only takes up what another undo of the same job left.

    What may have been made already stays theirs, unless the carrier was seen to hold what
    it had held before. What may have been sent to a platform stays theirs in any case: the plan
    may rest on what was read before that.
    """
    c = changes.c
    left = select(c.id, c.carrier, c.target_id, c.state, c.expected, c.sent).join(jobs)
    left = left.where(c.state.in_(OPEN), jobs.c.kind == plan.kind.value)
    if plan.kind is JobKind.UNDO:
        left = left.where(jobs.c.undoes == plan.undoes)
    waiting = connection.execute(left).all()
    if not waiting:
        return
    taken_up = {(one.target.carrier, one.target.id): one.expected for one in todo}
    handed_on = []
    for row in waiting:
        held = taken_up.get((row.carrier, row.target_id))
        if held is None:
            continue
        not_made = not row.sent and texts.dump_fields(held) == row.expected
        if row.state == PLANNED or not_made:
            handed_on.append(row.id)
    for start in range(0, len(handed_on), _AT_ONCE):
        some = c.id.in_(handed_on[start : start + _AT_ONCE])
        connection.execute(update(changes).where(some).values(state=RESUMED))


def start(connection: Connection, prepared: Iterable[tuple[int, bytes]]) -> None:
    """Mark changes as started, with their before-images: (change id, before-image)."""
    rows = [
        {"_id": number, "image": image, "digest": hashlib.sha256(image).digest()}
        for number, image in prepared
    ]
    if rows:
        statement = (
            update(changes)
            .where(changes.c.id == bindparam("_id"))
            .values(
                state=STARTED, before_image=bindparam("image"), image_digest=bindparam("digest")
            )
        )
        connection.execute(statement, rows)


def note_sent(connection: Connection, sent: Iterable[Change], at: datetime) -> None:
    """Note that changes are about to be sent to a platform: from here on a byte of each may
    arrive there."""
    if rows := [{"_id": change.id} for change in sent if change.id is not None]:
        statement = update(changes).where(changes.c.id == bindparam("_id"))
        connection.execute(statement.values(sent=True, sent_at=_at(at)), rows)


def note_edits(connection: Connection, whole: Iterable[Change]) -> None:
    """Write down the whole of what changes do, where that is more than was planned."""
    rows = [
        {
            "_id": change.id,
            "all": texts.dump_fields(change.edit),
            "was": texts.dump_fields(change.expected),
        }
        for change in whole
    ]
    if rows:
        statement = (
            update(changes)
            .where(changes.c.id == bindparam("_id"))
            .values(edit=bindparam("all"), expected=bindparam("was"))
        )
        connection.execute(statement, rows)


def finish(connection: Connection, results: Iterable[Result]) -> None:
    """Write down what became of changes."""
    told = [result for result in results if result.change.id is not None]
    rows = [
        {
            "_id": r.change.id,
            "now": INTERRUPTED if r.uncertain else r.outcome.value,
            "why": r.problem,
        }
        for r in told
    ]
    if rows:
        statement = (
            update(changes)
            .where(changes.c.id == bindparam("_id"))
            .values(state=bindparam("now"), problem=bindparam("why"))
        )
        connection.execute(statement, rows)
    if unsent := [{"_id": r.change.id} for r in told if not (r.sent or r.uncertain)]:
        nothing_arrived = update(changes).where(changes.c.id == bindparam("_id"), changes.c.sent)
        connection.execute(nothing_arrived.values(sent=False), unsent)
    for result in told:
        if result.sent and result.outcome in (Outcome.DONE, Outcome.UNCONFIRMED):
            _write_over(connection, result.change)


def _write_over(connection: Connection, newer: Change) -> None:
    """Close what was not confirmed when a newer change of the same carrier was written over it.

    It stays on record as sent: undoing its job looks again.
    """
    c, target = changes.c, newer.target
    older = select(c.id, c.edit).where(
        c.state.in_(UNSETTLED),
        c.sent,
        c.carrier == target.carrier,
        c.target_id == target.id,
        c.id < newer.id,
    )
    for row in connection.execute(older).all():
        if json.loads(row.edit).keys() <= newer.edit.keys():
            set_state(connection, row.id, Outcome.OVERWRITTEN.value, OVERWRITTEN)


def sent_to(
    connection: Connection, carrier: str, targets: Collection[int]
) -> dict[int, list[Sent]]:
    """By target, what was ever sent to some targets, in its order."""
    c = changes.c
    query = select(c.id, c.target_id, c.state, c.edit, c.expected, c.sent_at).where(
        c.sent, c.carrier == carrier, c.target_id.in_(targets), c.state != RESUMED
    )
    found: dict[int, list[Sent]] = {}
    for row in connection.execute(query.order_by(c.id)):
        found.setdefault(row.target_id, []).append(_sent(row))
    return found


def not_written_over(writes: Sequence[Sent]) -> list[Sent]:
    """Of all that was sent to a target, in its order, what no later write replaced."""
    wrote = (Outcome.DONE.value, *UNSETTLED)
    return [
        one
        for number, one in enumerate(writes, 1)
        if not any(
            later.state in wrote and one.edit.keys() <= later.edit.keys()
            for later in writes[number:]
        )
    ]


def unconfirmed(connection: Connection) -> dict[str, dict[int, list[Sent]]]:
    """By carrier and target, all writes that may show later, in their order."""
    c = changes.c
    query = select(c.carrier, c.id, c.target_id, c.state, c.edit, c.expected, c.sent_at)
    found: dict[str, dict[int, list[Sent]]] = {}
    for row in connection.execute(query.where(c.state.in_(UNSETTLED), c.sent).order_by(c.id)):
        found.setdefault(row.carrier, {}).setdefault(row.target_id, []).append(_sent(row))
    return found


def sent_and_not_taken(connection: Connection) -> dict[str, dict[int, list[Sent]]]:
    """All that was ever sent to those carriers that never showed some of it, by carrier and
    target, in its order."""
    c = changes.c
    hidden = select(c.carrier, c.target_id).where(c.sent, c.state == NOT_TAKEN)
    query = select(c.carrier, c.id, c.target_id, c.state, c.edit, c.expected, c.sent_at).where(
        c.sent, c.state != RESUMED, tuple_(c.carrier, c.target_id).in_(hidden)
    )
    found: dict[str, dict[int, list[Sent]]] = {}
    for row in connection.execute(query.order_by(c.id)):
        found.setdefault(row.carrier, {}).setdefault(row.target_id, []).append(_sent(row))
    return found


def is_unconfirmed(carrier: ColumnElement[str], target: ColumnElement[int]) -> ColumnElement[bool]:
    """Whether something was sent to a carrier that may show later, as a condition."""
    c = changes.c
    found = select(c.id).where(c.sent, c.state.in_(UNSETTLED))
    return found.where(c.carrier == carrier, c.target_id == target).exists()


def _sent(row: Any) -> Sent:
    at = datetime.fromisoformat(row.sent_at) if row.sent_at else None
    edit, expected = texts.load_fields(row.edit), texts.load_fields(row.expected)
    return Sent(row.id, row.target_id, row.state, edit, expected, at)


def _at(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds")


def set_state(connection: Connection, change_id: int, state: str, problem: str = "") -> None:
    """Set one change's state, as recovery finds it."""
    statement = update(changes).where(changes.c.id == change_id)
    connection.execute(statement.values(state=state, problem=problem))


def note_nothing_left(connection: Connection, looked_at: Iterable[Journaled]) -> None:
    """Note that carriers were looked at to undo changes, and that nothing of them is there.

    Their outcomes stay on record, and an undo of their job can be asked for again.
    """
    _set(connection, looked_at, nothing_left=True)


def note_not_made(connection: Connection, looked_at: Iterable[Journaled]) -> None:
    """Note of interrupted changes that carriers show they were not made: they are open, like
    those that never had their turn."""
    _set(connection, looked_at, state=PLANNED, sent=False, problem="")


def _set(connection: Connection, some: Iterable[Journaled], **values: object) -> None:
    if rows := [{"_id": one.change.id} for one in some]:
        statement = update(changes).where(changes.c.id == bindparam("_id"))
        connection.execute(statement.values(values), rows)


def give_up(connection: Connection, carrier: str, targets: Select[tuple[int]], why: str) -> None:
    """Close what is open on some carriers that are about to be gone, and say why.

    What may have been made already is not known to be made, nor that it was not.
    """
    c = changes.c
    open_ones = update(changes).where(c.carrier == carrier, c.target_id.in_(targets))
    for state, outcome in ((PLANNED, Outcome.SKIPPED), (INTERRUPTED, Outcome.FAILED)):
        closed = open_ones.where(c.state == state)
        connection.execute(closed.values(state=outcome.value, problem=why))


def close_job(database: Database, job: int, due: Wait | None = None) -> None:
    """Note that a job has ended, whether or not every change had its turn, and when those
    that had not are due."""
    values = {"finished_at": texts.now(), "due": texts.dump(due.to_json()) if due else ""}
    with database.write() as connection:
        connection.execute(update(jobs).where(jobs.c.id == job).values(values))


def set_due(database: Database, job: int, due: Wait | None) -> None:
    """Note when a job's open changes are due by themselves; None: not at all."""
    values = {"due": texts.dump(due.to_json()) if due else ""}
    with database.write() as connection:
        connection.execute(update(jobs).where(jobs.c.id == job).values(values))


def dues(database: Database) -> dict[int, Wait]:
    """The jobs that were told to wait, and how long."""
    with database.read() as connection:
        rows = connection.execute(select(jobs.c.id, jobs.c.due).where(jobs.c.due != "")).all()
    found = {number: Wait.from_json(json.loads(due)) for number, due in rows}
    return {number: wait for number, wait in found.items() if wait is not None}


def unsettled_changes(database: Database, local: Collection[str]) -> list[Journaled]:
    """The changes that were being written when the program stopped.

    Of the `local` carriers also those whose fate could not be learnt then: a file on a
    disk that was away.
    """
    return _journaled(database, _unsettled(local))


def has_unsettled_changes(database: Database, local: Collection[str]) -> bool:
    """Whether there are any `unsettled_changes`."""
    with database.read() as connection:
        return connection.execute(select(changes.c.id).where(_unsettled(local))).first() is not None


def _unsettled(local: Collection[str]) -> ColumnElement[bool]:
    open_ones = changes.c.state == INTERRUPTED
    return (changes.c.state == STARTED) | (open_ones & changes.c.carrier.in_(local))


def changes_of(database: Database, job: int) -> list[Journaled]:
    """All changes of a job, in their order."""
    return _journaled(database, changes.c.job_id == job)


def images(database: Database, change_ids: Collection[int]) -> dict[int, bytes]:
    """The before-images of some changes, by id; those without one, or with a damaged one, are
    left out. Journals of earlier versions have no digest of theirs."""
    if not change_ids:
        return {}
    c = changes.c
    query = select(c.id, c.before_image, c.image_digest)
    query = query.where(c.id.in_(change_ids), c.before_image.is_not(None))
    with database.read() as connection:
        return {
            number: image
            for number, image, digest in connection.execute(query)
            if digest is None or hashlib.sha256(image).digest() == digest
        }


def image_of(database: Database, journaled: Journaled) -> bytes | None:
    """The before-image of a change; None where there is none. Raises ImageDamaged."""
    number = journaled.change.id
    if number is None or not journaled.begun:
        return None
    image = images(database, [number]).get(number)
    if image is None:
        raise ImageDamaged
    return image


def job_list(database: Database) -> list[JobInfo]:
    """All jobs, newest first."""
    with database.read() as connection:
        counted: dict[int, dict[str, int]] = {}
        c = changes.c
        per_state = select(c.job_id, c.state, c.sent, c.nothing_left, func.count())
        for job, state, sent, nothing_left, number in connection.execute(
            per_state.group_by(c.job_id, c.state, c.sent, c.nothing_left)
        ):
            of_job = counted.setdefault(job, {})
            of_job[state] = of_job.get(state, 0) + number
            if nothing_left:
                if state in _MADE:
                    of_job[_GONE] = of_job.get(_GONE, 0) + number
            elif sent and state != RESUMED:
                name = _SENT_OPEN if state == INTERRUPTED else _SENT
                of_job[name] = of_job.get(name, 0) + number
        rows = connection.execute(select(jobs).order_by(jobs.c.id.desc())).all()
    undone_by = {
        row.undoes: row.id for row in reversed(rows) if row.undoes and _done(counted, row.id)
    }
    found = [_info(row, counted.get(row.id, {}), undone_by.get(row.id)) for row in rows]
    still_open: dict[int, int] = {}
    for job in found:
        if job.kind is JobKind.UNDO and job.undoes is not None:
            still_open[job.undoes] = still_open.get(job.undoes, 0) + job.open_changes
    return [replace(job, undo_open=still_open.get(job.id, 0)) for job in found]


_SENT, _SENT_OPEN = "sent", "sent, open"
"""Of a job's changes: those that were sent to a platform, in whatever state."""
_MADE = (Outcome.DONE.value, INTERRUPTED, UNCONFIRMED, SEEN_BEFORE)
"""The states of changes of which something was seen to be written, or may have been."""
_GONE = "gone"
"""Of those, the ones that an undo found nothing of."""


def _done(counted: dict[int, dict[str, int]], job: int) -> bool:
    states = counted.get(job, {})
    taken_back = (Outcome.DONE.value, UNCONFIRMED, SEEN_BEFORE, Outcome.OVERWRITTEN.value)
    return any(states.get(state, 0) for state in taken_back)


def _info(row: Row[tuple[object, ...]], states: dict[str, int], undone_by: int | None) -> JobInfo:
    waiting = states.get(PLANNED, 0) + states.get(INTERRUPTED, 0)
    counts = {state: n for state, n in states.items() if state in set(Outcome)}
    if not_taken := states.get(NOT_TAKEN, 0):
        counts[Outcome.FAILED.value] = counts.get(Outcome.FAILED.value, 0) + not_taken
    not_shown = sum(states.get(state, 0) for state in (UNCONFIRMED, SEEN_BEFORE, _SENT_OPEN))
    if not_shown:
        counts[UNCONFIRMED] = not_shown
    if unsent := waiting - states.get(_SENT_OPEN, 0):
        counts[PLANNED] = unsent
    if row.unchanged:
        counts["unchanged"] = counts.get("unchanged", 0) + row.unchanged
    seen = sum(states.get(state, 0) for state in _MADE) - states.get(_GONE, 0)
    written = seen + states.get(_SENT, 0)
    return JobInfo(
        id=row.id,
        kind=JobKind(row.kind),
        about=_load_subject(row.about),
        started_at=row.started_at,
        finished_at=row.finished_at,
        counts=counts,
        undoes=row.undoes,
        undone_by=undone_by,
        undoable=written > 0 and undone_by is None,
        open_changes=waiting,
        due_at=_due_at(row.due) if waiting else "",
        doubtful=written > 0 and not seen,
    )


def _dump_subject(about: JobSubject) -> str:
    return texts.dump(
        {
            "preset": about.preset,
            "carriers": about.carriers,
            "text": about.text,
            "continued": about.continued,
        }
    )


def _load_subject(text: str) -> JobSubject:
    told = json.loads(text)
    return JobSubject(
        preset=Preset(told["preset"]) if told["preset"] else None,
        carriers=tuple((carrier, number) for carrier, number in told["carriers"]),
        text=told["text"],
        continued=told["continued"],
    )


def _due_at(due: str) -> str:
    wait = Wait.from_json(json.loads(due)) if due else None
    return wait.until.isoformat(timespec="seconds") if wait else ""


def _row(job: int, change: Change) -> dict[str, object]:
    target = change.target
    return {
        "id": change.id,
        "job_id": job,
        "carrier": target.carrier,
        "target_id": target.id,
        "locator": texts.dump_text(target.locator),
        "label": texts.dump_text(target.label),
        "before": texts.dump_consent(change.before),
        "after": texts.dump_consent(change.after),
        "edit": texts.dump_fields(change.edit),
        "expected": texts.dump_fields(change.expected),
        "stamp": change.stamp,
        "widens": texts.dump([use.value for use in change.widens]),
        "state": change.outcome.value,
        "problem": change.problem,
        "restores": change.exact_undo_of,
        "wanted": "" if change.wanted is None else texts.dump_consent(change.wanted),
    }


def _journaled(database: Database, condition: ColumnElement[bool]) -> list[Journaled]:
    columns = [
        column for column in changes.c if column.name not in ("before_image", "image_digest")
    ]
    begun = changes.c.before_image.is_not(None).label("begun")
    with database.read() as connection:
        statement = select(*columns, begun).where(condition).order_by(changes.c.id)
        rows = connection.execute(statement).all()
    return [
        Journaled(
            *(row.job_id, _change(row), row.state, row.begun), _sent(row) if row.sent else None
        )
        for row in rows
    ]


def _change(row: Any) -> Change:
    target = Target(
        row.carrier, row.target_id, texts.load_text(row.locator), texts.load_text(row.label)
    )
    outcome = row.state if row.state in set(Outcome) else Outcome.PLANNED
    outcome = {NOT_TAKEN: Outcome.FAILED, SEEN_BEFORE: Outcome.UNCONFIRMED}.get(row.state, outcome)
    return Change(
        target=target,
        before=texts.load_consent(row.before),
        after=texts.load_consent(row.after),
        edit=texts.load_fields(row.edit),
        expected=texts.load_fields(row.expected),
        stamp=row.stamp,
        widens=tuple(Use(use) for use in json.loads(row.widens)),
        outcome=Outcome(outcome),
        problem=row.problem,
        id=row.id,
        exact_undo_of=row.restores,
        wanted=texts.load_consent(row.wanted) if row.wanted else None,
    )
