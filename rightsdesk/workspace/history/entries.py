"""Read the history: a page of deeds, newest first, and whether each can be undone or redone."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace

from sqlalchemy import Connection, func, select

from rightsdesk.changes import job_infos
from rightsdesk.changes.types import JobInfo, JobKind
from rightsdesk.enums.causes import Cause
from rightsdesk.errors import KnownError
from rightsdesk.sentences import worded
from rightsdesk.store.bulk import any_of
from rightsdesk.store.database import Database
from rightsdesk.store.deeds import Deed, DeedKind, deed_by_id, deed_of, deeds_of_act
from rightsdesk.store.schema import deeds
from rightsdesk.workspace.history.families import REDO, UNDO, Family, deeds_by_id, families
from rightsdesk.workspace.history.holding import Trouble, not_holding
from rightsdesk.workspace.history.later import superseded
from rightsdesk.workspace.history.selecting import LICENCES, selected
from rightsdesk.workspace.history.types import Can, HistoryEntry, HistoryFilter, WhyNot

MOST_AT_ONCE = 1000
"""Entries in one page at most."""

UNDOABLE = frozenset(
    {
        DeedKind.ARTIST_RENAMED,
        DeedKind.DETAILS_CHANGED,
        DeedKind.CONSENT_SET,
        DeedKind.CONSENT_CLEARED,
        DeedKind.ATTESTED,
        DeedKind.ATTESTATION_WITHDRAWN,
        DeedKind.MATCHED,
        DeedKind.DECIDED,
        DeedKind.DECISION_UNDONE,
        DeedKind.JOB,
        DeedKind.LIBRARY_IMPORTED,
        *LICENCES,
    }
)
CHECKS = frozenset(
    {
        DeedKind.FILES_CHECKED,
        DeedKind.ACCOUNT_CHECKED,
        DeedKind.JOB_FINISHED,
        DeedKind.WRITES_SETTLED,
        DeedKind.STAMPED,
        DeedKind.FACTS_INSTALLED,
        DeedKind.TERMS_VERSION,
    }
)
"""Deeds that only read or record something and changed nothing."""

_PAGE = 50
_PAGES_BACK = 20
"""How far `newest_undoable` and `newest_redoable` search: the newest 1,000 deeds."""


class NoSuchDeed(KnownError):
    """There is no deed with that number."""

    cause = Cause.NO_SUCH_DEED


def entries(
    database: Database,
    chosen: HistoryFilter,
    before_id: int | None = None,
    limit: int = _PAGE,
) -> list[HistoryEntry]:
    """A page of the history, newest first: at most `limit` entries older than `before_id`."""
    with database.read() as connection:
        return _page(connection, chosen, before_id, limit)


def entry(database: Database, number: int) -> HistoryEntry:
    """The entry of a deed, or of the act that it is a part of. Raises NoSuchDeed."""
    with database.read() as connection:
        deed = deed_by_id(connection, number)
        if deed is not None and deed.part_of is not None:
            deed = deed_by_id(connection, deed.part_of)
        if deed is None:
            raise NoSuchDeed(
                worded("There is no entry {number} in the history.", number=number),
                untouched="Nothing was changed.",
                advice="The list of the history has their numbers.",
            )
        return _entries(connection, [deed])[0]


def parts_of(database: Database, act: HistoryEntry) -> list[HistoryEntry]:
    """Each deed of an act as an entry of its own, newest first: what the act did to one subject."""
    with database.read() as connection:
        some = deeds_of_act(connection, act.id)
        related = families(connection, some)
    found = []
    for deed in reversed(some):
        family = related[deed.id]
        step = family.step_of(deed.id)
        found.append(HistoryEntry(deed, family.root, step, undone_by=act.undone_by))
    return found


def newest(database: Database) -> int:
    """The number of the newest deed; 0 before the first. It grows with every deed."""
    with database.read() as connection:
        return int(connection.execute(select(func.max(deeds.c.id))).scalar() or 0)


def newest_undoing(database: Database, number: int) -> int:
    """The number of the newest deed that undid this one; 0 if there is none."""
    query = select(func.max(deeds.c.id)).where(deeds.c.undoes == number)
    with database.read() as connection:
        return int(connection.execute(query).scalar() or 0)


def newest_undoable(database: Database) -> HistoryEntry | None:
    """The newest entry that can be undone and is no undo itself: what Ctrl+Z undoes.

    None if there is none among the newest 1,000.
    """
    for one in _back(database):
        undoes = one.deed.kind is not DeedKind.JOB or not (one.job and one.job.doubtful)
        if one.can is Can.UNDO and undoes:
            return one
    return None


def newest_redoable(database: Database) -> HistoryEntry | None:
    """The undo that a redo would reverse. None as soon as something else was done."""
    for one in _back(database):
        if one.can is Can.REDO and _is_undo(one):
            return one
        if not _goes_back(one):
            return None
    return None


def _back(database: Database) -> Iterator[HistoryEntry]:
    before = None
    for _ in range(_PAGES_BACK):
        page = entries(database, HistoryFilter(kinds=UNDOABLE), before)
        yield from page
        if len(page) < _PAGE:
            return
        before = page[-1].id


def _is_undo(one: HistoryEntry) -> bool:
    return one.job.kind is JobKind.UNDO if one.job else one.step == UNDO


def _goes_back(one: HistoryEntry) -> bool:
    return one.job.kind.goes_back if one.job else one.step in (UNDO, REDO)


def _page(
    connection: Connection,
    chosen: HistoryFilter,
    before_id: int | None,
    limit: int,
) -> list[HistoryEntry]:
    query = selected(connection, chosen)
    if before_id is not None:
        query = query.where(deeds.c.id < before_id)
    query = query.order_by(deeds.c.id.desc()).limit(max(1, min(limit, MOST_AT_ONCE)))
    return _entries(connection, [deed_of(row) for row in connection.execute(query)])


def _entries(connection: Connection, some: Sequence[Deed]) -> list[HistoryEntry]:
    numbers, parts = _parts(connection, some)
    related = families(connection, [*some, *(part for act in parts.values() for part in act)])
    jobs = job_infos.jobs_by_id(connection, {one.job_id for one in some if one.job_id is not None})
    steps = _deeds_of_jobs(connection, {job.last_step for job in jobs.values()})
    trouble = _trouble(connection, related.values())
    heads = deeds_by_id(connection, {one.root.part_of or 0 for one in related.values()})
    found = []
    for one in some:
        family = related[one.id]
        if one.kind is DeedKind.JOB:
            entry = _job_entry(one, family, jobs.get(one.job_id or 0), steps)
        else:
            act = (related[deed.id].root.id for deed in (one, *parts.get(one.id, ())))
            entry = _entry(one, family, next((trouble[n] for n in act if n in trouble), None))
        root = heads.get(entry.root.part_of or 0, entry.root)
        found.append(replace(entry, root=root, parts=numbers.get(one.id, 0) + 1))
    return found


MOST_PARTS = 1000
"""The parts of an act that a list looks at. A larger act is checked when it is undone."""


def _parts(
    connection: Connection, some: Collection[Deed]
) -> tuple[dict[int, int], dict[int, list[Deed]]]:
    """How many more deeds these acts have, and those deeds, where they are few enough."""
    d, heads = deeds.c, [one.id for one in some]
    numbers: dict[int, int] = {}
    for part in any_of(d.part_of, heads):
        query = select(d.part_of, func.count()).where(part).group_by(d.part_of)
        numbers |= {head: number for head, number in connection.execute(query) if head}
    found: dict[int, list[Deed]] = {}
    few = [head for head, number in numbers.items() if number <= MOST_PARTS]
    for part in any_of(d.part_of, few):
        for row in connection.execute(select(deeds).where(part).order_by(d.id)):
            found.setdefault(row.part_of, []).append(deed_of(row))
    return numbers, found


def _trouble(connection: Connection, related: Collection[Family]) -> Trouble:
    """Why deeds can't be undone, or redone, now: by the id of the original deed."""
    those = {one.root.id: one for one in related}
    concerned = {number: one.current_undo or one.acting for number, one in those.items()}
    trouble = not_holding(connection, concerned.values())
    found = {n: trouble[deed.id] for n, deed in concerned.items() if deed.id in trouble}
    holding = [one for number, one in those.items() if number not in found]
    return found | dict.fromkeys(superseded(connection, holding), WhyNot.CHANGED_SINCE)


def _entry(deed: Deed, family: Family, trouble: WhyNot | None) -> HistoryEntry:
    step, undo = family.step_of(deed.id), family.current_undo
    can, why = Can.NOTHING, None
    if deed.kind in CHECKS:
        why = WhyNot.NOTHING_CHANGED
    elif deed.kind not in UNDOABLE:
        why = WhyNot.ANOTHER_WAY
    elif step == UNDO and deed is not undo and (undo is None or deed.id != undo.id):
        why = WhyNot.REDONE_ALREADY
    elif step == REDO and (undo is not None or deed.id != family.acting.id):
        why = WhyNot.UNDONE_ALREADY
    else:
        why = trouble
        can = Can.NOTHING if why else Can.REDO if undo else Can.UNDO
    undone_by = (undo.part_of or undo.id) if undo and step == 0 else None
    return HistoryEntry(deed, family.root, step, can, why, undone_by)


def _deeds_of_jobs(connection: Connection, numbers: Collection[int | None]) -> dict[int, int]:
    """The deeds that are these jobs: job → deed."""
    query = select(deeds.c.job_id, deeds.c.id).where(deeds.c.kind == DeedKind.JOB.value)
    parts = any_of(deeds.c.job_id, {number for number in numbers if number is not None})
    return {
        job: deed for part in parts for job, deed in connection.execute(query.where(part)).all()
    }


def _job_entry(
    deed: Deed, family: Family, job: JobInfo | None, steps: Mapping[int, int]
) -> HistoryEntry:
    """The entry of a job. `steps` has the deeds of the jobs that undid and redid it last."""
    if job is None:
        return HistoryEntry(deed, deed, why_not=WhyNot.GONE)
    step = {JobKind.UNDO: UNDO, JobKind.REDO: REDO}.get(job.kind, 0)
    undone_by = None if job.redone else steps.get(job.last_step or 0)
    can, why = Can.NOTHING, None
    if job.undoable:
        can = Can.REDO if step == UNDO else Can.UNDO
    elif job.last_step is not None:
        redone = job.redone != (step == UNDO)
        why = WhyNot.REDONE_ALREADY if redone else WhyNot.UNDONE_ALREADY
    else:
        why = WhyNot.CHANGED_SINCE if job.changed_since else WhyNot.NOTHING_CHANGED
    return HistoryEntry(deed, family.root, step, can, why, undone_by, job)
