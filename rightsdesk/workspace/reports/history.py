"""The history of a report: the entries that concern its music, newest first, and its seal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator

from sqlalchemy import Connection, func, select

from rightsdesk.enums.carriers import ON_DISK
from rightsdesk.store import deeds as deed_store
from rightsdesk.store.database import Database
from rightsdesk.store.deeds import Deed, DeedKind, deed_of
from rightsdesk.store.joins import RECORDING_FILES, RECORDING_ITEMS, catalogued
from rightsdesk.store.schema import accounts, changes, deeds, files, items, recordings
from rightsdesk.workspace.evidence import checking
from rightsdesk.workspace.evidence.sources import sources
from rightsdesk.workspace.evidence.types import StampCheck
from rightsdesk.workspace.history import entries as history
from rightsdesk.workspace.history.selecting import LISTING, RESULTS
from rightsdesk.workspace.history.types import HistoryEntry, HistoryFilter
from rightsdesk.workspace.history.words import entry_words
from rightsdesk.workspace.reports.sums import Condition
from rightsdesk.workspace.reports.types import HistoryLine, Seal, StampLine

_PAGE = 1000
_STAMPS = 100
"""How far back the newest time stamp of a kind is looked for."""
_IN_PAGES = {"yield_per": _PAGE}
Concerns = Callable[[Deed], bool]


def everything(_deed: Deed) -> bool:
    """The choice of entries of a report on the whole roster."""
    return True


def of_artists(ids: frozenset[int]) -> Concerns:
    """Entries about any of these artists. A job of several artists lists them."""

    def concerns(deed: Deed) -> bool:
        if deed.scope.artist_id in ids:
            return True
        return deed.kind in LISTING and not ids.isdisjoint((deed.after or {}).get("artists", ()))

    return concerns


def of_music(connection: Connection, condition: Condition, artist_ids: frozenset[int]) -> Concerns:
    """Entries about some of the music or all of its artist, and jobs that changed it."""
    r = recordings.c
    query = select(r.id, r.release_id).select_from(catalogued()).where(condition)
    some = connection.execute(query).all()
    ids, release_ids = {row.id for row in some}, {row.release_id for row in some} - {None}
    jobs = _jobs(connection, condition)
    of_all = of_artists(artist_ids)

    def concerns(deed: Deed) -> bool:
        if deed.kind is DeedKind.JOB:
            return deed.job_id in jobs
        scope = deed.scope
        if scope.recording_id is not None:
            return scope.recording_id in ids
        if scope.release_id is not None:
            return scope.release_id in release_ids
        return of_all(deed)

    return concerns


def _jobs(connection: Connection, condition: Condition) -> set[int]:
    """The jobs that planned a change of the music, in files or on platforms."""
    on_disk = select(files.c.id).select_from(catalogued(RECORDING_FILES)).where(condition)
    query = (
        select(changes.c.job_id)
        .distinct()
        .where(changes.c.carrier.in_(ON_DISK), changes.c.target_id.in_(on_disk))
    )
    found = set(connection.execute(query).scalars())
    platforms = connection.execute(select(accounts.c.platform).distinct()).scalars().all()
    for platform in platforms:
        there = select(items.c.id).select_from(catalogued(RECORDING_ITEMS))
        there = there.where(condition, accounts.c.platform == platform)
        query = (
            select(changes.c.job_id)
            .distinct()
            .where(changes.c.carrier == platform, changes.c.target_id.in_(there))
        )
        found.update(connection.execute(query).scalars())
    return found


def history_lines(
    database: Database, chosen: HistoryFilter, concerns: Concerns, until: int
) -> Iterator[HistoryLine]:
    """The entries up to number `until` that concern a report, newest first.

    What was done at once to more than that is one entry in the history. Here its parts that concern
    the report are entries of their own: the others are nobody's business who reads it.
    """
    before = until + 1
    while page := history.entries(database, chosen, before, _PAGE):
        for entry in page:
            if entry.parts == 1 or concerns is everything:
                lines = [entry]
            else:
                lines = history.parts_of(database, entry)
                if all(concerns(one.deed) for one in lines):
                    lines = [entry]
            yield from (_line(one) for one in lines if concerns(one.deed))
        before = page[-1].id


def _line(entry: HistoryEntry) -> HistoryLine:
    result = dict(entry.job.counts) if entry.job else {}
    return HistoryLine(entry.deed, entry_words(entry), result, entry.undone_by)


def kinds_of(
    connection: Connection, concerns: Concerns, until: int
) -> tuple[Counter[DeedKind], str]:
    """How many entries of each kind concern a report, and when the first was."""
    query = select(deeds).where(deeds.c.id <= until).order_by(deeds.c.id)
    query = query.where(deeds.c.kind.not_in([kind.value for kind in RESULTS]))
    found: Counter[DeedKind] = Counter()
    first = ""
    for row in connection.execute(query, execution_options=_IN_PAGES):
        deed = deed_of(row)
        if concerns(deed):
            found[deed.kind] += 1
            first = first or deed.at
    return found, first


def seal(database: Database, connection: Connection) -> Seal:
    """The state of the whole ledger, with the newest time stamp of each kind, checked here."""
    head = deed_store.head(connection)
    count = connection.execute(select(func.count()).select_from(deeds)).scalar_one()
    newest = {one.kind: one for one in reversed(checking.stored(database, _STAMPS))}
    checked = checking.check(database, sources(database), list(newest.values()))
    return Seal(head.number, count, head.hash, tuple(map(_stamp_line, checked)))


def _stamp_line(one: StampCheck) -> StampLine:
    stamp = one.stamp
    time = one.at.isoformat(timespec="seconds") if one.at else stamp.made_at
    return StampLine(
        *(stamp.head.number, stamp.kind.value, stamp.source, one.state.value, time, one.fits)
    )
