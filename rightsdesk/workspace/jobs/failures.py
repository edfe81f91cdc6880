"""What a job did not do: grouped by cause, and planned again."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace

from sqlalchemy import select

from rightsdesk.changes.job_infos import WHY_READ_FIRST
from rightsdesk.changes.states import NOT_TAKEN
from rightsdesk.changes.types import JobKind, Outcome, Plan
from rightsdesk.enums.carriers import ON_DISK, CarrierId
from rightsdesk.enums.causes import Cause
from rightsdesk.store import texts
from rightsdesk.store.database import Database
from rightsdesk.store.schema import changes, jobs
from rightsdesk.workspace.jobs.change_locations import ChangeKey

NOT_DONE = (Outcome.FAILED.value, Outcome.SKIPPED.value, NOT_TAKEN)
"""Journal states of changes that had their turn, and were not made."""

_Reason = tuple[Cause, str, CarrierId]
"""What changes of one group share."""

NAMED = 500
"""Places named of one group; the count covers all."""


@dataclass(frozen=True, slots=True)
class FailedGroup:
    """Changes of a job that were not made for the same reason.

    `problem` says what happened and what to do. `places` are the first ones: paths, or names of
    items.
    """

    cause: Cause
    problem: str
    carrier: CarrierId
    count: int
    places: tuple[str, ...]


def failures(database: Database, job: int) -> list[FailedGroup]:
    """What a job did not do, by reason, the most frequent first."""
    c = changes.c
    query = select(c.carrier, c.cause, c.problem, c.locator, c.label, WHY_READ_FIRST.label("why"))
    query = query.where(c.job_id == job, c.state.in_(NOT_DONE)).order_by(c.id)
    counts: dict[_Reason, int] = defaultdict(int)
    places: dict[_Reason, list[str]] = defaultdict(list)
    with database.read() as connection:
        kind = connection.execute(select(jobs.c.kind).where(jobs.c.id == job)).scalar()
        goes_back = kind is not None and JobKind(kind).goes_back
        for row in connection.execute(query):
            unread = row.why == Cause.UNREAD.value and not goes_back
            key = Cause.UNREAD if unread else row.cause, row.problem, row.carrier
            counts[key] += 1
            if len(places[key]) < NAMED:
                on_disk = row.carrier in ON_DISK
                places[key].append(texts.load_text(row.locator if on_disk else row.label))
    found = [FailedGroup(*key, count, tuple(places[key])) for key, count in counts.items()]
    return sorted(found, key=lambda group: -group.count)


def failed_targets(database: Database, job: int) -> set[ChangeKey]:
    """The carriers of what a job did not do."""
    c = changes.c
    query = select(c.carrier, c.target_id).where(c.job_id == job, c.state.in_(NOT_DONE))
    with database.read() as connection:
        return {(row.carrier, row.target_id) for row in connection.execute(query)}


def only(plan: Plan, wanted: set[ChangeKey]) -> Plan:
    """The plan without the changes of any other carriers."""
    kept = tuple(
        change for change in plan.changes if (change.target.carrier, change.target.id) in wanted
    )
    planned = [change for change in kept if change.outcome is Outcome.PLANNED]
    return replace(plan, changes=kept, about=plan.about.counting(planned), unchanged=0)
