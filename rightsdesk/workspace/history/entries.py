"""Read the history: a page of deeds, newest first, and whether each can be undone or redone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy import Connection, func, select

from rightsdesk.changes import job_infos
from rightsdesk.changes.types import JobInfo, JobKind
from rightsdesk.errors import KnownError
from rightsdesk.sentences import worded
from rightsdesk.store.database import Database
from rightsdesk.store.deeds import Deed, DeedKind, deed_of
from rightsdesk.store.schema import deeds
from rightsdesk.workspace.history.families import REDO, UNDO, Family, families
from rightsdesk.workspace.history.holding import Trouble, not_holding
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
        *LICENCES,
    }
)
CHECKS = frozenset(
    {
        DeedKind.FILES_CHECKED,
        DeedKind.ACCOUNT_CHECKED,
        DeedKind.JOB_FINISHED,
        DeedKind.STAMPED,
        DeedKind.TERMS_VERSION,
    }
)
"""Deeds that only read or record something and changed nothing."""

_PAGE = 50
_PAGES_BACK = 20
"""How far `newest_undoable` and `newest_redoable` search: the newest 1,000 deeds."""


class NoSuchDeed(KnownError):
    """There is no deed with that number."""

    cause = "no-such-deed"


def entries(
    database: Database,
    chosen: HistoryFilter,
    before_id: int | None = None,
    limit: int = _PAGE,
) -> list[HistoryEntry]:
    """A page of the history, newest first: at most `limit` entries older than `before_id`."""
    with database.read() as connection:
        return _page(database, connection, chosen, before_id, limit)


def entry(database: Database, number: int) -> tuple[HistoryEntry, Family]:
    """The entry of a deed, and the deed's family. Raises NoSuchDeed."""
    with database.read() as connection:
        row = connection.execute(select(deeds).where(deeds.c.id == number)).first()
        if row is None:
            raise NoSuchDeed(
                worded("There is no entry {number} in the history.", number=number),
                untouched="Nothing was changed.",
                advice="The list of the history has their numbers.",
            )
        deed = deed_of(row)
        return _entries(database, connection, [deed])[0], families(connection, [deed])[number]


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
    database: Database,
    connection: Connection,
    chosen: HistoryFilter,
    before_id: int | None,
    limit: int,
) -> list[HistoryEntry]:
    query = selected(connection, chosen)
    if before_id is not None:
        query = query.where(deeds.c.id < before_id)
    query = query.order_by(deeds.c.id.desc()).limit(max(1, min(limit, MOST_AT_ONCE)))
    return _entries(database, connection, [deed_of(row) for row in connection.execute(query)])


def _entries(
    database: Database, connection: Connection, some: Sequence[Deed]
) -> list[HistoryEntry]:
    related = families(connection, some)
    jobs = job_infos.jobs_by_id(connection, {one.job_id for one in some if one.job_id is not None})
    concerned = {
        deed.id: deed
        for one in some
        for deed in [related[one.id].current_undo or related[one.id].acting]
    }
    trouble = not_holding(connection, concerned.values())
    return [_entry(one, related[one.id], jobs, trouble) for one in some]


def _entry(deed: Deed, family: Family, jobs: dict[int, JobInfo], trouble: Trouble) -> HistoryEntry:
    if deed.kind is DeedKind.JOB:
        return _job_entry(deed, family, jobs.get(deed.job_id or 0))
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
        acting = undo or family.acting
        why = trouble.get(acting.id)
        can = Can.NOTHING if why else Can.REDO if undo else Can.UNDO
    undone_by = undo.id if undo and step == 0 else None
    return HistoryEntry(deed, family.root, step, can, why, undone_by)


def _job_entry(deed: Deed, family: Family, job: JobInfo | None) -> HistoryEntry:
    if job is None:
        return HistoryEntry(deed, deed, why_not=WhyNot.GONE)
    step = {JobKind.UNDO: UNDO, JobKind.REDO: REDO}.get(job.kind, 0)
    undone_by = None
    if job.undone_by is not None:
        deeds_of = {one.job_id: one.id for one in (*family.undos, *family.redos)}
        undone_by = deeds_of.get(job.undone_by)
    can, why = Can.NOTHING, None
    if job.undoable:
        can = Can.REDO if step == UNDO else Can.UNDO
    elif job.undone_by is not None:
        why = WhyNot.REDONE_ALREADY if step == UNDO else WhyNot.UNDONE_ALREADY
    else:
        why = WhyNot.NOTHING_CHANGED
    return HistoryEntry(deed, family.root, step, can, why, undone_by, job)
