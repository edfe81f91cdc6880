"""Undoing and continuing jobs: both are plans like any other, to be looked at first."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from rightsdesk.changes import journal
from rightsdesk.changes.carrier import Carrier, Look
from rightsdesk.changes.journal import INTERRUPTED, Journaled
from rightsdesk.changes.said import said
from rightsdesk.changes.types import (
    Cancel,
    Change,
    JobInfo,
    JobKind,
    Outcome,
    Plan,
    Progress,
    Result,
    Target,
)
from rightsdesk.consent import Fields, widened
from rightsdesk.consent.dialects import Suite
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
) -> Plan:
    """The plan that takes a job back.

    Everything is looked at before anything is decided. Field by field, only what still
    holds what the job wrote is restored; what was changed since stays, and is named. A
    carrier on which nothing happened since is restored to the byte when the plan is
    applied. What a carrier cautions against is left out, unless that is `agreed`.
    """
    candidates = [
        j
        for j in journal.changes_of(database, job.id)
        if j.state in (Outcome.DONE.value, INTERRUPTED)
    ]
    _make_ready(candidates, carriers)
    others = {one.change.target.id for one in candidates}
    changes: list[Change] = []
    unchanged = 0
    for number, journaled in enumerate(candidates):
        if cancel.is_set():
            break
        progress(number, len(candidates), journaled.change.target.label)
        carrier = carriers[journaled.change.target.carrier]
        change = _back(database, journaled, carrier, others, agreed=agreed)
        if change is None:
            unchanged += 1
        else:
            changes.append(change)
    kind = JobKind.REDO if job.kind is JobKind.UNDO else JobKind.UNDO
    name = f"{kind.name.capitalize()}: {_plain(job.name)}"
    return Plan(kind, name, tuple(changes), unchanged, undoes=job.id)


def _plain(name: str) -> str:
    return name.removeprefix("Undo: ").removeprefix("Redo: ")


def _back(
    database: Database,
    journaled: Journaled,
    carrier: Carrier,
    others: Collection[int],
    *,
    agreed: bool,
) -> Change | None:
    change = journaled.change
    try:
        target, look = _found(database, journaled, carrier, others)
    except KnownError as error:
        return _ruled_out(change, error)
    restored: dict[str, tuple[str, ...]] = {}
    stale: list[str] = []
    for name, written in change.edit.items():
        now, before = look.fields.get(name, ()), change.expected.get(name, ())
        if carrier.holds(look, {name: written}):
            if now != before:
                restored[name] = before
        elif not carrier.holds(look, {name: before}):
            stale.append(name)
    problem = f"Changed since, and left as it is: {', '.join(stale)}." if stale else ""
    if not restored and not stale:
        return None
    caution = ""
    if restored and not agreed:
        caution = carrier.caution(target, look, lambda: _image(database, journaled))
        problem, restored = (caution, {}) if caution else (problem, restored)
    undone = change_to(target, carrier, look, restored)
    if not restored:
        return replace(undone, outcome=Outcome.SKIPPED, problem=problem, agreeable=bool(caution))
    exact = change.id if journaled.begun and not stale else None
    return replace(undone, problem=problem, exact_undo_of=exact)


def plan_resume(
    database: Database,
    job: JobInfo,
    carriers: Mapping[str, Carrier],
    progress: Progress,
    cancel: Cancel,
) -> Plan:
    """The plan of what a job did not get to, looked at anew.

    What is seen to need nothing, or to be another by now, is not open any more.
    """
    waiting = [
        j
        for j in journal.changes_of(database, job.id)
        if j.state in (Outcome.PLANNED.value, INTERRUPTED)
    ]
    _make_ready(waiting, carriers)
    others = {one.change.target.id for one in waiting}
    changes: list[Change] = []
    settled: list[Result] = []
    unchanged = 0
    for number, journaled in enumerate(waiting):
        if cancel.is_set():
            break
        old = journaled.change
        progress(number, len(waiting), old.target.label)
        carrier = carriers[old.target.carrier]
        try:
            target, look = _found(database, journaled, carrier, others)
        except KnownError as error:
            changes.append(_ruled_out(old, error))
            continue
        if carrier.holds(look, old.edit):
            unchanged += 1
            made = journaled.state == INTERRUPTED
            settled.append(Result(old, Outcome.DONE if made else Outcome.UNCHANGED))
            continue
        fresh = change_to(target, carrier, look, old.edit)
        fresh = replace(fresh, exact_undo_of=old.exact_undo_of)
        if any(look.fields.get(n, ()) != old.expected.get(n, ()) for n in old.edit):
            problem = "Changed by something else since the job was planned."
            fresh = replace(fresh, outcome=Outcome.SKIPPED, problem=problem)
            if journaled.state != INTERRUPTED:  # of those an undo has to look again
                settled.append(Result(old, Outcome.SKIPPED, problem))
        changes.append(fresh)
    if settled:
        with database.write() as connection:
            journal.finish(connection, settled)
    name = job.name if "(continued)" in job.name else f"{job.name} (continued)"
    undoes = job.undoes
    return Plan(job.kind, name, tuple(changes), unchanged, undoes=undoes, resumes=job.id)


def _make_ready(some: Sequence[Journaled], carriers: Mapping[str, Carrier]) -> None:
    targets: dict[str, list[Target]] = {}
    for one in some:
        targets.setdefault(one.change.target.carrier, []).append(one.change.target)
    for name, together in targets.items():
        carriers[name].ready(together)


def _found(
    database: Database, journaled: Journaled, carrier: Carrier, others: Collection[int]
) -> tuple[Target, Look]:
    """The carrier of a change as it is now, made whole first, and looked for if it moved."""
    try:
        return _whole(database, journaled, carrier, journaled.change.target)
    except KnownError:
        moved = carrier.find(journaled.change.target, _image(database, journaled), others)
        if moved is None:
            raise
        return _whole(database, journaled, carrier, moved)


def _whole(
    database: Database, journaled: Journaled, carrier: Carrier, target: Target
) -> tuple[Target, Look]:
    image = _image(database, journaled) if journaled.state == INTERRUPTED else None
    if image is not None:
        carrier.settle(target, image)
    return target, carrier.look(target)


def _image(database: Database, journaled: Journaled) -> bytes | None:
    number = journaled.change.id
    if number is None or not journaled.begun:
        return None
    return journal.images(database, [number]).get(number)


def _ruled_out(change: Change, error: KnownError) -> Change:
    outcome = Outcome.SKIPPED if error.skips else Outcome.FAILED
    return replace(change, id=None, outcome=outcome, problem=str(error), widens=(), unread=True)


def change_to(target: Target, carrier: Carrier, look: Look, edit: Fields) -> Change:
    """The change that an edit makes to a carrier as it looks now."""
    return change_to_fields(target, carrier.suite, look.fields, look.stamp, edit)


def change_to_fields(
    target: Target, suite: Suite, fields: Fields, stamp: str, edit: Fields
) -> Change:
    """The change that an edit makes to these fields."""
    before = said(suite, fields)
    after = said(suite, suite.edited(fields, edit))
    return Change(
        target=target,
        before=before,
        after=after,
        edit=edit,
        expected={name: fields[name] for name in edit if name in fields},
        stamp=stamp,
        widens=widened(before, after),
    )
