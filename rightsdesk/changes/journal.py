"""The journal: a job's planned changes, the values they replaced, and their states.

A change's before-image is committed durably before its carrier is touched. A change is `planned`
until its batch begins, and `started` while it may be in the middle of a write. Then it has its
outcome. `interrupted` means only another read, at a platform for example, can show what happened.
`resumed` means a later job took it over. `unconfirmed` was sent to a platform that does not show it
so far: see `confirming`.

`sent` marks a change of which a byte may have reached a platform, whatever happened next. Such a
change can be undone in any state.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from types import MappingProxyType
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

from rightsdesk.changes.confirming import OVERWRITTEN, Sent
from rightsdesk.changes.edits import named_partners
from rightsdesk.changes.sent_writes import sent_of
from rightsdesk.changes.states import (
    INTERRUPTED,
    NOT_TAKEN,
    OPEN,
    PLANNED,
    RESUMED,
    SEEN_BEFORE,
    STARTED,
    UNSETTLED,
)
from rightsdesk.changes.types import Change, JobKind, JobSubject, Outcome, Plan, Result, Target
from rightsdesk.consent import Use
from rightsdesk.consent.dialects import Suite
from rightsdesk.enums.carriers import ON_DISK, CarrierId
from rightsdesk.enums.causes import Cause
from rightsdesk.errors import KnownError
from rightsdesk.platforms.http.limits import Wait
from rightsdesk.store import texts
from rightsdesk.store.database import Database
from rightsdesk.store.deeds import DeedKind, DeedScope, deed_by_id, deed_of_job, note
from rightsdesk.store.joins import JOB_CHANGES
from rightsdesk.store.numbers import keep_last_job, last_job
from rightsdesk.store.queries import artists_by_job
from rightsdesk.store.schema import PARTNER_MARKS, changes, jobs

Suites = Mapping[CarrierId, Suite]
"""The suite of each carrier by its name."""

NO_SUITES: Suites = MappingProxyType({})

_CHUNK = 1000  # rows in memory at once; a job may have half a million


class ImageDamaged(KnownError):
    """A change's stored before-image does not match its digest."""

    cause = Cause.BEFORE_IMAGE_DAMAGED

    def __init__(self) -> None:
        super().__init__(
            "The journal's copy of the state before this change is damaged, so the change can't "
            "be undone.",
            untouched="Nothing was changed there.",
            advice="Restore a backup of RightsDesk's data, or of the file.",
        )


@dataclass(frozen=True, slots=True)
class Journaled:
    """A change of a job as the journal has it.

    `begun`: there is a before-image. `sent` is set if the change was sent to a platform.
    """

    job: int
    change: Change
    state: str
    begun: bool
    sent: Sent | None = None

    @property
    def may_need_undo(self) -> bool:
        """Whether the change may have left anything to undo."""
        if self.state in (Outcome.DONE.value, INTERRUPTED):
            return True
        return self.sent is not None and self.state != RESUMED


def open_job(database: Database, plan: Plan, todo: Sequence[Change]) -> tuple[int, list[Change]]:
    """Store a job and its changes; returns the job's id and the changes with their ids.

    An undo also stores the changes that cannot be undone: the job that they belong to counts as
    undone. Other jobs store what could not be read, so that a retry includes it. Other ruled-out
    changes are not stored, since the next plan works them out again. What cannot be resumed stays
    open in its own job.
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
            _drop_planned(connection, plan.undoes)
        _take_up_open(connection, plan, todo)
        highest = connection.execute(select(func.max(changes.c.id))).scalar() or 0
        recorded = [
            change
            for change in plan.changes
            if change.outcome is not Outcome.PLANNED
            and plan.resumes is None
            and (plan.kind.goes_back or change.unread)
        ]
        rows = [replace(change, id=highest + i) for i, change in enumerate([*todo, *recorded], 1)]
        numbered = rows[: len(todo)]
        for start in range(0, len(rows), _CHUNK):
            chunk = rows[start : start + _CHUNK]
            connection.execute(insert(changes), [_row(job, change) for change in chunk])
        _note_deed(connection, job, plan)
    database.on_job(job)
    return job, numbered


def _note_deed(connection: Connection, job: int, plan: Plan) -> None:
    """Write the job down as a deed. One that is one artist's alone is found under that artist."""
    whose = sorted(artist for _, artist, _ in artists_by_job(connection, ON_DISK, job))
    note(
        connection,
        DeedKind.JOB,
        DeedScope(whose[0] if len(whose) == 1 else None),
        after={
            "kind": plan.kind.value,
            "about": json.loads(_dump_subject(plan.about)),
            "artists": whose,
            "resumes": plan.resumes,
        },
        undoes=deed_of_job(connection, plan.undoes),
        job_id=job,
    )


def _take_over(connection: Connection, earlier: int, plan: Plan) -> None:
    """Mark the open changes of an earlier job as resumed; those that could not be read stay
    open."""
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


def _drop_planned(connection: Connection, undone: int) -> None:
    """Skip the planned changes of a job that is being undone."""
    left = update(changes).where(changes.c.job_id == undone, changes.c.state == PLANNED)
    problem = "The job was undone before this had its turn."
    connection.execute(left.values(state=Outcome.SKIPPED.value, problem=problem))


def _take_up_open(connection: Connection, plan: Plan, todo: Iterable[Change]) -> None:
    """Mark open changes of earlier jobs as resumed if a new job of the same kind takes them up. So
    the same change is not open twice. An undo takes up only what another undo of the same job left.

    Interrupted changes stay with their job, unless the carrier still holds the earlier value.
    Changes that may have reached a platform stay in any case: the plan may rest on an older read.
    """
    c = changes.c
    left = select(c.id, c.carrier, c.target_id, c.state, c.expected, c.sent)
    left = left.select_from(JOB_CHANGES)
    kinds = [plan.kind] if plan.kind.goes_back else [JobKind.TAG, JobKind.SYNC]
    left = left.where(c.state.in_(OPEN), jobs.c.kind.in_([kind.value for kind in kinds]))
    if plan.kind is JobKind.UNDO:
        left = left.where(jobs.c.undoes == plan.undoes)
    waiting = connection.execute(left).all()
    if not waiting:
        return
    taken_up = {(change.target.carrier, change.target.id): change.expected for change in todo}
    handed_on = []
    for row in waiting:
        held = taken_up.get((row.carrier, row.target_id))
        if held is None:
            continue
        not_made = not row.sent and texts.dump_fields(held) == row.expected
        if row.state == PLANNED or not_made:
            handed_on.append(row.id)
    for start in range(0, len(handed_on), _CHUNK):
        chunk = c.id.in_(handed_on[start : start + _CHUNK])
        connection.execute(update(changes).where(chunk).values(state=RESUMED))


def start(connection: Connection, prepared: Iterable[tuple[int, bytes]]) -> None:
    """Mark changes as started and store their before-images: pairs (change id, before-image)."""
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
    """Note that changes are about to be sent: from now on a byte of each may reach the platform."""
    if rows := [{"_id": change.id} for change in sent if change.id is not None]:
        statement = update(changes).where(changes.c.id == bindparam("_id"))
        connection.execute(statement.values(sent=True, sent_at=_at(at)), rows)


def note_edits(connection: Connection, whole: Iterable[Change]) -> None:
    """Store the full edits of changes that do more than was planned."""
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
    """Store the outcomes of changes."""
    journaled = [result for result in results if result.change.id is not None]
    rows = [
        {
            "_id": r.change.id,
            "now": INTERRUPTED if r.uncertain else r.outcome.value,
            "why": r.problem,
            "_cause": r.cause.value,
        }
        for r in journaled
    ]
    if rows:
        statement = (
            update(changes)
            .where(changes.c.id == bindparam("_id"))
            .values(state=bindparam("now"), problem=bindparam("why"), cause=bindparam("_cause"))
        )
        connection.execute(statement, rows)
    if unsent := [{"_id": r.change.id} for r in journaled if not (r.sent or r.uncertain)]:
        nothing_arrived = update(changes).where(changes.c.id == bindparam("_id"), changes.c.sent)
        connection.execute(nothing_arrived.values(sent=False), unsent)
    for result in journaled:
        if result.sent and result.outcome in (Outcome.DONE, Outcome.UNCONFIRMED):
            _mark_overwritten(connection, result.change)


def _mark_overwritten(connection: Connection, newer: Change) -> None:
    """Mark unconfirmed changes as overwritten by a newer change of the same carrier.

    They stay recorded as sent: undoing their job reads the carrier again.
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


def _at(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds")


def set_state(connection: Connection, change_id: int, state: str, problem: str = "") -> None:
    """Set the state of one change."""
    statement = update(changes).where(changes.c.id == change_id)
    connection.execute(statement.values(state=state, problem=problem))


def note_nothing_left(connection: Connection, journaled: Iterable[Journaled]) -> None:
    """Note that reading the carriers found nothing of these changes to undo.

    Their outcomes stay recorded, and their job can be undone again.
    """
    _set(connection, journaled, nothing_left=True)


def note_not_made(connection: Connection, journaled: Iterable[Journaled]) -> None:
    """Reopen interrupted changes: their carriers show that they were not made."""
    _set(connection, journaled, state=PLANNED, sent=False, problem="")


def _set(connection: Connection, journaled_changes: Iterable[Journaled], **values: object) -> None:
    if rows := [{"_id": row.change.id} for row in journaled_changes]:
        statement = update(changes).where(changes.c.id == bindparam("_id"))
        connection.execute(statement.values(values), rows)


def give_up(
    connection: Connection, carrier: CarrierId, targets: Select[tuple[int]], why: str
) -> None:
    """Close the open changes of carriers that are about to be removed, with the reason.

    Interrupted changes become failed: whether they were made is unknown.
    """
    c = changes.c
    open_ones = update(changes).where(c.carrier == carrier, c.target_id.in_(targets))
    for state, outcome in ((PLANNED, Outcome.SKIPPED), (INTERRUPTED, Outcome.FAILED)):
        closed = open_ones.where(c.state == state)
        connection.execute(closed.values(state=outcome.value, problem=why))


def close_job(
    database: Database, job: int, due: Wait | None = None, suites: Suites = NO_SUITES
) -> None:
    """Note that a job has ended, and when its open changes are due, if ever.

    `suites` are those of its carriers: they read which partners a change names.
    """
    values = {"finished_at": texts.now(), "due": texts.dump(due.to_json()) if due else ""}
    with database.write() as connection:
        connection.execute(update(jobs).where(jobs.c.id == job).values(values))
        _note_results(connection, job, suites)


def note_results(database: Database, some: Collection[int], suites: Suites = NO_SUITES) -> None:
    """Write down what became of the changes of jobs that were cut off; `suites` as in
    `close_job`."""
    with database.write() as connection:
        for job in sorted(some):
            _note_results(connection, job, suites)


def _note_results(connection: Connection, job: int, suites: Suites) -> None:
    """Write down what became of a job's changes: their numbers, and a line for each."""
    c = changes.c
    counted = select(c.state, func.count().label("number")).where(c.job_id == job).group_by(c.state)
    after = {"counts": {row.state: row.number for row in connection.execute(counted)}}
    lines = _result_lines(connection, job, suites)
    deed = deed_of_job(connection, job)
    artist = None if deed is None else _artist_of(connection, deed)
    scope = DeedScope(artist)
    note(connection, DeedKind.JOB_FINISHED, scope, after=after, job_id=job, listed=lines)


def _artist_of(connection: Connection, deed: int) -> int | None:
    found = deed_by_id(connection, deed)
    return None if found is None else found.scope.artist_id


def _result_lines(connection: Connection, job: int, suites: Suites) -> Iterator[dict[str, object]]:
    """A line for each change of a job, as it is now: what and where, before, after, outcome.

    `image` is the digest of what was there before, as bytes. Only where partners with a licence
    were or are named, a line has them.
    """
    c = changes.c
    columns = (c.id, c.carrier, c.target_id, c.locator, c.label, c.before, c.after, c.state)
    query = select(*columns, c.expected, c.edit, c.cause, c.sent_at, c.image_digest).where(
        c.job_id == job
    )
    last = 0
    while rows := connection.execute(query.where(c.id > last).order_by(c.id).limit(_CHUNK)).all():
        for row in rows:
            yield {
                "change": row.id,
                "carrier": row.carrier,
                "target": row.target_id,
                "where": texts.load_text(row.locator),
                "name": texts.load_text(row.label),
                "before": json.loads(row.before),
                "after": json.loads(row.after),
                "outcome": row.state,
                "cause": row.cause,
                "sent_at": row.sent_at,
                "image": row.image_digest.hex() if row.image_digest else None,
                **_partners(row, suites.get(row.carrier)),
            }
        last = rows[-1].id


def _partners(row: Any, suite: Suite | None) -> dict[str, object]:
    """Who is named as a partner by the fields of a change, before and after; empty for none."""
    if suite is None or not any(
        mark in fields for mark in PARTNER_MARKS for fields in (row.expected, row.edit)
    ):
        return {}
    sides = {"licensed_before": row.expected, "licensed_after": row.edit}
    return {
        name: [grant.to_json() for grant in named_partners(suite, texts.load_fields(fields))]
        for name, fields in sides.items()
    }


def set_due(database: Database, job: int, due: Wait | None) -> None:
    """Set when a job's open changes resume automatically; None: never."""
    values = {"due": texts.dump(due.to_json()) if due else ""}
    with database.write() as connection:
        connection.execute(update(jobs).where(jobs.c.id == job).values(values))


def unsettled_changes(database: Database, local: Collection[str]) -> list[Journaled]:
    """The changes that were being written when the program stopped.

    Includes interrupted changes of the `local` carriers: a file on a disk that was not connected,
    for example.
    """
    return _journaled(database, _unsettled(local))


def has_unsettled_changes(database: Database, local: Collection[str]) -> bool:
    """Whether there are `unsettled_changes`."""
    with database.read() as connection:
        return connection.execute(select(changes.c.id).where(_unsettled(local))).first() is not None


def _unsettled(local: Collection[str]) -> ColumnElement[bool]:
    open_ones = changes.c.state == INTERRUPTED
    return (changes.c.state == STARTED) | (open_ones & changes.c.carrier.in_(local))


def changes_of(database: Database, job: int) -> list[Journaled]:
    """All changes of a job, in order."""
    return _journaled(database, changes.c.job_id == job)


def page_of(
    database: Database, job: int, after: int, limit: int, outcome: Outcome | None = None
) -> list[Journaled]:
    """Changes of a job with ids above `after`, in order, at most `limit`; with an outcome only
    those that ended so."""
    c = changes.c
    condition = (c.job_id == job) & (c.id > after)
    if outcome is Outcome.PLANNED:
        ended = sorted({one.value for one in Outcome} - {outcome.value})
        condition &= c.state.not_in([*ended, NOT_TAKEN, SEEN_BEFORE])
    elif outcome is not None:
        also = {Outcome.FAILED: NOT_TAKEN, Outcome.UNCONFIRMED: SEEN_BEFORE}.get(outcome)
        condition &= c.state.in_([outcome.value, *([also] if also else [])])
    return _journaled(database, condition, limit)


def images(database: Database, change_ids: Collection[int]) -> dict[int, bytes]:
    """Before-images by change id; missing and damaged ones are left out.

    Journals of older versions have no digest; their images are returned unchecked.
    """
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


def restored_fields(database: Database, job: int) -> dict[tuple[CarrierId, int], frozenset[str]]:
    """The fields that undos of a job restored, by carrier and target.

    A field that was restored holds nothing of the job any more, even if a redo or a later job wrote
    the same value again.
    """
    c = changes.c
    query = select(c.carrier, c.target_id, c.edit).select_from(JOB_CHANGES)
    query = query.where(jobs.c.undoes == job, c.state == Outcome.DONE.value)
    names: dict[str, frozenset[str]] = {}  # a job holds few different edits
    found: dict[tuple[CarrierId, int], frozenset[str]] = {}
    with database.read() as connection:
        for carrier, target, edit in connection.execute(query):
            if edit not in names:
                names[edit] = frozenset(texts.load_fields(edit))
            found[carrier, target] = found.get((carrier, target), frozenset()) | names[edit]
    return found


def image_of(database: Database, journaled: Journaled) -> bytes | None:
    """The before-image of a change; None if it has none. Raises ImageDamaged."""
    number = journaled.change.id
    if number is None or not journaled.begun:
        return None
    image = images(database, [number]).get(number)
    if image is None:
        raise ImageDamaged
    return image


def _dump_subject(about: JobSubject) -> str:
    value: dict[str, object] = {
        "preset": about.preset,
        "carriers": about.carriers,
        "text": about.text,
        "continued": about.continued,
    }
    licences = {"ended": about.ended, "partners": about.partners}
    return texts.dump({**value, **{key: said for key, said in licences.items() if said}})


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
        "consent": "" if change.consent is None else texts.dump_consent(change.consent),
    }


def _journaled(
    database: Database, condition: ColumnElement[bool], limit: int | None = None
) -> list[Journaled]:
    columns = [
        column for column in changes.c if column.name not in ("before_image", "image_digest")
    ]
    begun = changes.c.before_image.is_not(None).label("begun")
    with database.read() as connection:
        statement = select(*columns, begun).where(condition).order_by(changes.c.id).limit(limit)
        rows = connection.execute(statement).all()
    return [
        Journaled(
            *(row.job_id, _change(row), row.state, row.begun), sent_of(row) if row.sent else None
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
        consent=texts.load_consent(row.consent) if row.consent else None,
        cause=row.cause,
    )
