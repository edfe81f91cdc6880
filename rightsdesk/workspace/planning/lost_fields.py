"""Writing back fields that RightsDesk wrote into a file, and that are lost since.

Some fields are coarse: they state more than was meant, and the precise field next to them says so.
Where another program drops only the precise field, the file reads stricter than anybody chose.
Putting that field back lets AI do no more than the artist had stated there before.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from sqlalchemy import select

from rightsdesk.changes.states import RESUMED
from rightsdesk.changes.types import Change, Outcome
from rightsdesk.consent import Fields
from rightsdesk.enums.carriers import CarrierId
from rightsdesk.store import texts
from rightsdesk.store.bulk import read_many
from rightsdesk.store.database import Database
from rightsdesk.store.schema import changes as journaled

_AT_ONCE = 5000

_WRITES_NOTHING = (Outcome.FAILED.value, Outcome.SKIPPED.value, Outcome.UNCHANGED.value, RESUMED)


def without_restored(database: Database, planned: Iterable[Change]) -> tuple[Change, ...]:
    """The same changes; those that only write lost fields back widen no stated answer.

    The journal has to show that the newest write of each field was ours, was confirmed, and put
    the same value there. An answer that nothing in the file states any more needs a yes as ever:
    somebody may have taken it out.
    """
    found = tuple(planned)
    candidates = [change for change in found if _only_adds(change)]
    if not candidates:
        return found
    left: dict[tuple[str, int], Fields] = {}
    for carrier in {change.target.carrier for change in candidates}:
        numbers = [one.target.id for one in candidates if one.target.carrier == carrier]
        for start in range(0, len(numbers), _AT_ONCE):
            left.update(_left_by_us(database, carrier, numbers[start : start + _AT_ONCE]))
    ours = {
        id(change)
        for change in candidates
        if change.edit.items() <= left.get((change.target.carrier, change.target.id), {}).items()
    }
    return tuple(_not_widening(change) if id(change) in ours else change for change in found)


def _only_adds(change: Change) -> bool:
    """Whether a change to a file adds fields to stricter ones, and replaces and removes none."""
    adds = change.target.on_disk and not change.expected and all(change.edit.values())
    return adds and any(use in change.before for use in change.widens)


def _not_widening(change: Change) -> Change:
    return replace(change, widens=tuple(u for u in change.widens if u not in change.before))


def _left_by_us(
    database: Database, carrier: CarrierId, numbers: Sequence[int]
) -> dict[tuple[str, int], Fields]:
    """The value of each field after the newest write, by target; uncertain writes have none."""
    c = journaled.c
    query = (
        select(c.target_id, c.edit, c.state)
        .where(c.carrier == carrier, c.target_id.in_(numbers), c.state.not_in(_WRITES_NOTHING))
        .order_by(c.id)
    )
    found: dict[tuple[str, int], dict[str, tuple[str, ...]]] = {}
    with database.read() as connection:
        for number, edit, state in read_many(connection, query):
            fields = found.setdefault((carrier, number), {})
            for name, values in texts.load_fields(edit).items():
                fields[name] = values if state == Outcome.DONE.value else ()
    return dict(found)
