"""Undo an answered match, and show which uses that opens up."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import Connection

from rightsdesk.consent import Use
from rightsdesk.store.bulk import any_of
from rightsdesk.store.database import Database
from rightsdesk.store.deeds import Deed
from rightsdesk.store.schema import recordings
from rightsdesk.workspace.catalogue.deciding.consequences import ConsentsBefore
from rightsdesk.workspace.catalogue.grouping import FROM_PLATFORM
from rightsdesk.workspace.consents.consents import WideningNotConfirmed
from rightsdesk.workspace.observing.link_deeds import restore_links
from rightsdesk.workspace.observing.linking import forget_empty
from rightsdesk.workspace.types.consents import Opened


class _OnlyPreview(Exception):
    """Rolls back the transaction of a preview."""


def undo_answers(database: Database, deeds: Sequence[Deed], confirmed: Collection[Use]) -> None:
    """Restore the links that the answers of one act changed, in this order, all or none.

    Raises ChangedSince and WideningNotConfirmed; then nothing was changed.
    """
    with database.write() as connection:
        opened = _restore(connection, deeds)
        uses = uses_of(opened)
        if not set(uses) <= set(confirmed):
            raise WideningNotConfirmed(uses, opened)


def opened_by_undo(database: Database, deeds: Sequence[Deed]) -> tuple[Opened, ...]:
    """What undoing answers would open up; nothing is changed. Raises ChangedSince."""
    opened: tuple[Opened, ...] = ()
    try:
        with database.write() as connection:
            opened = _restore(connection, deeds)
            raise _OnlyPreview
    except _OnlyPreview:
        return opened


def uses_of(opened: Collection[Opened]) -> tuple[Use, ...]:
    """The uses that open up anywhere, in their usual order."""
    return tuple(use for use in Use if any(use in one.uses for one in opened))


def _restore(connection: Connection, deeds: Sequence[Deed]) -> tuple[Opened, ...]:
    values = [value or {} for deed in deeds for value in (deed.before, deed.after)]
    concerned = {row["id"] for value in values for row in value["recordings"]}
    before = ConsentsBefore.of(connection, concerned)
    first: int | None = None
    for deed in deeds:
        number, touched = restore_links(connection, deed, first)
        first = first or number
        concerned |= touched
    opened = before.compared(connection)[1]
    for part in any_of(recordings.c.id, concerned):
        forget_empty(connection, part & recordings.c.key.startswith(FROM_PLATFORM))
    return opened
