"""The plan that takes the partners of ended licences out of carriers, and changes nothing else.

A licence that is over has to end where it was said, without a question: that never opens anything.
All else that differs from the consents waits for a person.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from sqlalchemy import select

from rightsdesk.changes.types import Cancel, Change, JobKind, Outcome, Plan, Progress
from rightsdesk.consent.licences.licence import LicenceState
from rightsdesk.store.bulk import read_many
from rightsdesk.store.database import Database
from rightsdesk.store.joins import FILES_WITH_PARTNERS, ITEMS_WITH_PARTNERS
from rightsdesk.store.schema import files, items
from rightsdesk.workspace.licences.ended import partners_taken_out
from rightsdesk.workspace.licences.stored import load
from rightsdesk.workspace.planning import plan as planning
from rightsdesk.workspace.planning.as_on_disk import as_on_disk
from rightsdesk.workspace.planning.held import Held, held_files, held_items
from rightsdesk.workspace.types.scopes import Filter

_AT_ONCE = 5000
_ALL = Filter()


def plan_narrowing(
    database: Database, progress: Progress, cancel: Cancel, now: datetime
) -> Plan | None:
    """The plan, from the last readings and what is on disk; None if there is nothing to take out.

    Makes no network calls.
    """
    with database.read() as connection:
        if not any(one.state(now) is LicenceState.ENDED for one in load(connection)):
            return None
    try:
        whole = planning.plan(
            *(database, JobKind.TAG, as_on_disk(database, _naming(database)), progress, cancel),
            now=now,
        )
    except planning.NoConsentSet:
        return None
    narrowing = tuple(change for change in whole.planned if _only_narrows(change))
    if not narrowing:
        return None
    return replace(
        whole,
        kind=JobKind.TAG if all(one.target.on_disk for one in narrowing) else JobKind.SYNC,
        about=whole.about.counting(narrowing),
        changes=narrowing,
        unconfirmed=(),
    )


def _only_narrows(change: Change) -> bool:
    return (
        change.outcome is Outcome.PLANNED
        and change.before == change.after
        and not change.widens
        and bool(partners_taken_out(change))
    )


def _naming(database: Database) -> Iterator[Held]:
    """The carriers that name a partner."""
    with database.read() as connection:
        file_ids, item_ids = (
            [
                number
                for (number,) in read_many(
                    connection,
                    select(table.c.id).where(naming),
                )
            ]
            for table, naming in ((files, FILES_WITH_PARTNERS), (items, ITEMS_WITH_PARTNERS))
        )
    for start in range(0, len(file_ids), _AT_ONCE):
        yield from held_files(database, _ALL, file_ids[start : start + _AT_ONCE])
    for start in range(0, len(item_ids), _AT_ONCE):
        yield from held_items(database, _ALL, only=item_ids[start : start + _AT_ONCE])
