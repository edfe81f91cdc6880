"""What the journal knows of writes that were sent to platforms, and which may still show there.

`confirming` says what becomes of such a write; see `journal` for the mark `sent`.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, select, tuple_

from rightsdesk.changes.confirming import Sent
from rightsdesk.changes.states import NOT_TAKEN, RESUMED, UNSETTLED
from rightsdesk.changes.types import Outcome
from rightsdesk.enums.carriers import CarrierId
from rightsdesk.store import texts
from rightsdesk.store.schema import changes


def sent_to(
    connection: Connection, carrier: CarrierId, targets: Collection[int]
) -> dict[int, list[Sent]]:
    """By target id, everything that was ever sent to these targets, oldest first."""
    c = changes.c
    query = select(c.id, c.target_id, c.state, c.edit, c.expected, c.sent_at).where(
        c.sent, c.carrier == carrier, c.target_id.in_(targets), c.state != RESUMED
    )
    found: dict[int, list[Sent]] = {}
    for row in connection.execute(query.order_by(c.id)):
        found.setdefault(row.target_id, []).append(sent_of(row))
    return found


def not_written_over(writes: Sequence[Sent]) -> list[Sent]:
    """Those of a target's writes, oldest first, that no later write replaced."""
    wrote = (Outcome.DONE.value, *UNSETTLED)
    return [
        write
        for number, write in enumerate(writes, 1)
        if not any(
            newer.state in wrote and write.edit.keys() <= newer.edit.keys()
            for newer in writes[number:]
        )
    ]


def unconfirmed(connection: Connection) -> dict[CarrierId, dict[int, list[Sent]]]:
    """By carrier and target id, all writes that may show later, oldest first."""
    c = changes.c
    query = select(c.carrier, c.id, c.target_id, c.state, c.edit, c.expected, c.sent_at)
    found: dict[CarrierId, dict[int, list[Sent]]] = {}
    for row in connection.execute(query.where(c.state.in_(UNSETTLED), c.sent).order_by(c.id)):
        found.setdefault(row.carrier, {}).setdefault(row.target_id, []).append(sent_of(row))
    return found


def sent_and_not_taken(connection: Connection) -> dict[CarrierId, dict[int, list[Sent]]]:
    """By carrier and target id, all writes to carriers that never showed one of them, oldest
    first."""
    c = changes.c
    hidden = select(c.carrier, c.target_id).where(c.sent, c.state == NOT_TAKEN)
    query = select(c.carrier, c.id, c.target_id, c.state, c.edit, c.expected, c.sent_at).where(
        c.sent, c.state != RESUMED, tuple_(c.carrier, c.target_id).in_(hidden)
    )
    found: dict[CarrierId, dict[int, list[Sent]]] = {}
    for row in connection.execute(query.order_by(c.id)):
        found.setdefault(row.carrier, {}).setdefault(row.target_id, []).append(sent_of(row))
    return found


def is_unconfirmed(carrier: ColumnElement[str], target: ColumnElement[int]) -> ColumnElement[bool]:
    """SQL condition: something was sent to the carrier that may show later."""
    c = changes.c
    found = select(c.id).where(c.sent, c.state.in_(UNSETTLED))
    return found.where(c.carrier == carrier, c.target_id == target).exists()


def sent_of(row: Any) -> Sent:
    """Return the write in a row with the columns of `Sent`."""
    at = datetime.fromisoformat(row.sent_at) if row.sent_at else None
    edit, expected = texts.load_fields(row.edit), texts.load_fields(row.expected)
    return Sent(row.id, row.target_id, row.state, edit, expected, at)
