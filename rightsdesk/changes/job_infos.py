"""The jobs in the journal: counts by state, what is left of each, and what undid it."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, and_, case, func, select
from sqlalchemy.engine import Row

from rightsdesk.changes.states import (
    INTERRUPTED,
    MADE,
    NEEDS_ANOTHER_FILE,
    NOT_TAKEN,
    PLANNED,
    RESUMED,
    SEEN_BEFORE,
    UNCONFIRMED,
)
from rightsdesk.changes.types import JobInfo, JobKind, JobSubject, Outcome
from rightsdesk.consent import Preset
from rightsdesk.enums.carriers import ON_DISK
from rightsdesk.enums.causes import Cause
from rightsdesk.platforms.http.limits import Wait
from rightsdesk.store.bulk import any_of
from rightsdesk.store.database import Database
from rightsdesk.store.joins import jobs_with_undos
from rightsdesk.store.schema import changes, jobs

_SENT, _SENT_OPEN = "sent", "sent, open"
"""Counts of a job's changes that were sent to a platform, in any state."""
_GONE = "gone"
"""Count of the `MADE` changes of which an undo found nothing."""
_BROKEN = "broken"
"""Count of changes to files that turned out to be broken at their turn."""
_UNREAD = Cause.UNREAD.value
_IN_THE_FILE = sorted(cause.value for cause in NEEDS_ANOTHER_FILE)

_c = changes.c
_NOT_MADE_ON_DISK = and_(
    _c.state.in_((Outcome.FAILED.value, Outcome.SKIPPED.value)), _c.carrier.in_(ON_DISK)
)
WHY_READ_FIRST = case(
    (and_(_NOT_MADE_ON_DISK, _c.cause.in_(_IN_THE_FILE)), _BROKEN),
    (and_(_NOT_MADE_ON_DISK, _c.state == Outcome.SKIPPED.value, _c.edit == "{}"), _UNREAD),
    else_="",
)
"""Why a change can't be tried again before its file was read again; "" if it can. Undos have
other reasons for a change without an edit, so theirs count only as broken."""


def job_list(database: Database) -> list[JobInfo]:
    """All jobs, newest first."""
    with database.read() as connection:
        return _jobs(connection, None)


def newest_job(database: Database) -> JobInfo | None:
    """The job that began last; None before the first."""
    with database.read() as connection:
        number = connection.execute(select(func.max(jobs.c.id))).scalar()
        return jobs_by_id(connection, {number})[number] if number else None


def jobs_by_id(connection: Connection, numbers: Collection[int]) -> dict[int, JobInfo]:
    """Some jobs, by their numbers; as many queries for many as for one."""
    found: dict[int, JobInfo] = {}
    for part in any_of(jobs.c.id, numbers):
        related = list(connection.execute(jobs_with_undos(part)).scalars())
        found |= {job.id: job for job in _jobs(connection, related)}
    return {number: found[number] for number in numbers if number in found}


def _jobs(connection: Connection, numbers: Sequence[int] | None) -> list[JobInfo]:
    """All jobs, or some with all that undo them, newest first."""
    counted: dict[int, dict[str, int]] = {}
    c = changes.c
    per_state = select(c.job_id, c.state, c.sent, c.nothing_left, WHY_READ_FIRST, func.count())
    every = select(jobs).order_by(jobs.c.id.desc())
    if numbers is not None:
        per_state = per_state.where(c.job_id.in_(numbers))
        every = every.where(jobs.c.id.in_(numbers))
    for job, state, sent, nothing_left, why, number in connection.execute(
        per_state.group_by(c.job_id, c.state, c.sent, c.nothing_left, WHY_READ_FIRST)
    ):
        of_job = counted.setdefault(job, {})
        of_job[state] = of_job.get(state, 0) + number
        if why:
            of_job[why] = of_job.get(why, 0) + number
        if nothing_left:
            if state in MADE:
                of_job[_GONE] = of_job.get(_GONE, 0) + number
        elif sent and state != RESUMED:
            name = _SENT_OPEN if state == INTERRUPTED else _SENT
            of_job[name] = of_job.get(name, 0) + number
    rows = connection.execute(every).all()
    undone_by = {
        row.undoes: row.id for row in reversed(rows) if row.undoes and _done(counted, row.id)
    }
    found = [_info(row, counted.get(row.id, {}), undone_by.get(row.id)) for row in rows]
    still_open: dict[int, int] = {}
    for job in found:
        if job.kind is JobKind.UNDO and job.undoes is not None:
            still_open[job.undoes] = still_open.get(job.undoes, 0) + job.open_changes
    return [
        replace(job, undo_open=still_open.get(job.id, 0), **_last_step(job.id, undone_by))
        for job in found
    ]


def _last_step(job: int, undone_by: Mapping[int, int]) -> dict[str, Any]:
    """`last_step` and `redone` of a job. An undo has a higher number than what it undoes."""
    step, steps = job, 0
    while (later := undone_by.get(step)) is not None:
        step, steps = later, steps + 1
    return {"last_step": step, "redone": steps % 2 == 0} if steps else {}


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
    confirmed = sum(states.get(state, 0) for state in MADE) - states.get(_GONE, 0)
    written = confirmed + states.get(_SENT, 0)
    kind = JobKind(row.kind)
    return JobInfo(
        id=row.id,
        kind=kind,
        about=_load_subject(row.about),
        started_at=row.started_at,
        finished_at=row.finished_at,
        counts=counts,
        undoes=row.undoes,
        undone_by=undone_by,
        undoable=written > 0 and undone_by is None,
        open_changes=waiting,
        due_at=_due_at(row.due) if waiting else "",
        doubtful=written > 0 and not confirmed,
        read_first=states.get(_BROKEN, 0) + (0 if kind.goes_back else states.get(_UNREAD, 0)),
    )


def waits(database: Database) -> dict[int, Wait]:
    """By job id, how long jobs wait before they resume."""
    with database.read() as connection:
        rows = connection.execute(select(jobs.c.id, jobs.c.due).where(jobs.c.due != "")).all()
    found = {number: Wait.from_json(json.loads(due)) for number, due in rows}
    return {number: wait for number, wait in found.items() if wait is not None}


def _load_subject(text: str) -> JobSubject:
    values = json.loads(text)
    return JobSubject(
        preset=Preset(values["preset"]) if values["preset"] else None,
        carriers=tuple((carrier, number) for carrier, number in values["carriers"]),
        text=values["text"],
        continued=values["continued"],
        ended=tuple((partner, day) for partner, day in values.get("ended", ())),
        partners=tuple((partner, number) for partner, number in values.get("partners", ())),
    )


def _due_at(due: str) -> str:
    wait = Wait.from_json(json.loads(due)) if due else None
    return wait.until.isoformat(timespec="seconds") if wait else ""
