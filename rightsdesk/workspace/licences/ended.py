"""Licences that are over, and the changes that take their partners out of carriers."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from rightsdesk.changes.types import Change
from rightsdesk.consent.licences.licence import Licence, LicenceState
from rightsdesk.store.database import Database
from rightsdesk.workspace.licences.stored import load


def partners_taken_out(change: Change) -> dict[str, str]:
    """The partners whom a carrier names before a change and not after it: name by folded name."""
    kept = {grant.party for grant in change.named_after}
    return {g.party: g.partner for g in change.named_before if g.party not in kept}


def ended_in(
    database: Database, changes: Iterable[Change], now: datetime
) -> tuple[tuple[str, str], ...]:
    """The partners whom these changes take out, each with the last day of the licence.

    The day is ISO 8601, "" if no licence of the partner is known.
    """
    partners: dict[str, str] = {}
    for change in changes:
        if change.named_before:
            partners |= partners_taken_out(change)
    if not partners:
        return ()
    with database.read() as connection:
        licences = load(connection)
    days = {party: _last_day(licences, party, now) for party in partners}
    return tuple((partners[party], days[party]) for party in sorted(partners))


def _last_day(licences: Iterable[Licence], party: str, now: datetime) -> str:
    days = [
        one.last_day.isoformat()
        for one in licences
        if one.agreement.grant.party == party
        and one.state(now) is LicenceState.ENDED
        and one.last_day is not None
    ]
    return max(days, default="")
