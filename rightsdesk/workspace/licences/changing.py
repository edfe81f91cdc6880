"""Add, change, end and restore licences. Each is a deed, written in the same transaction."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from sqlalchemy import Connection

from rightsdesk.consent import Use
from rightsdesk.consent.licences.agreement import Agreement
from rightsdesk.consent.licences.flaws import LicenceFlaw
from rightsdesk.consent.licences.licence import Licence, LicenceState
from rightsdesk.consent.licences.period import Period
from rightsdesk.consent.licences.words import day_words
from rightsdesk.enums.causes import Cause
from rightsdesk.errors import KnownError
from rightsdesk.sentences import worded
from rightsdesk.store import texts
from rightsdesk.store.database import Database
from rightsdesk.store.deeds import ChangedLater, Deed, DeedKind, DeedScope, note
from rightsdesk.workspace.licences.opening import LicenceOpens, Opening, opening_of
from rightsdesk.workspace.licences.stored import (
    covered_of,
    deed_value,
    forget_gone,
    licence_in,
    load,
    owners_of,
    remove,
    same_licence,
    scopes_of,
    write,
)
from rightsdesk.workspace.types.scopes import Scope


class NoSuchLicence(KnownError):
    """There is no licence with this number."""

    cause = Cause.NO_SUCH_LICENCE

    def __init__(self, number: int) -> None:
        super().__init__(
            worded("There is no licence {number}.", number=number),
            untouched="Nothing was changed.",
            advice="The list of licences has their numbers.",
        )


def by_id(connection: Connection, number: int) -> Licence:
    """One licence. Raises NoSuchLicence."""
    found = load(connection, number)
    if not found:
        raise NoSuchLicence(number)
    return found[0]


def preview(
    database: Database, number: int, agreement: Agreement, scopes: Sequence[Scope], now: datetime
) -> Opening:
    """What adding a licence (`number` 0), or changing one, would open up.

    Raises LicenceFlaw and NoSuchLicence.
    """
    with database.read() as connection:
        held = _to_change(connection, number, now) if number else None
        wanted = _wanted(connection, held, agreement, scopes, now)
        return opening_of(connection, held, wanted, now)


def put(
    database: Database,
    number: int,
    agreement: Agreement,
    scopes: Sequence[Scope],
    confirmed: Collection[Use],
    now: datetime,
) -> int:
    """Add a licence (`number` 0), or change one. Returns its number.

    Raises LicenceFlaw, also for one that a person ended, NoSuchLicence, and LicenceOpens unless
    `confirmed` has every use that opens up; then nothing was changed.
    """
    with database.write() as connection:
        held = _to_change(connection, number, now) if number else None
        wanted = _wanted(connection, held, agreement, scopes, now)
        if held is not None and wanted == held:
            return number
        _confirm(connection, held, wanted, confirmed, now)
        if number and wanted.covered != (held.covered if held else None):
            forget_gone(connection, number)
        kind = DeedKind.LICENCE_CHANGED if number else DeedKind.LICENCE_ADDED
        return _store(connection, kind, held, wanted)


def end(database: Database, number: int, now: datetime, last: date | None = None) -> Licence:
    """End a licence now, or with its last day; the licence as it is then.

    The day may be over, or still to come. What was agreed stays as it was. Ending never opens
    anything. Raises NoSuchLicence, and LicenceFlaw if it has ended already, had not begun by then,
    or would end later than it does.
    """
    with database.write() as connection:
        held = by_id(connection, number)
        agreed = held.agreement.period
        if held.state(now) is LicenceState.ENDED:
            raise LicenceFlaw("This licence has ended already.")
        if last is None:
            wanted = replace(held, ended_at=now.replace(microsecond=0))
        elif held.last_day is not None and last > held.last_day:
            raise LicenceFlaw(
                worded("This licence ends earlier: on {day}.", day=day_words(held.last_day)),
                "To extend it, change it: that lets its partner do more."
                if held.ended_at is None
                else "Undo that end in the history first.",
            )
        elif agreed.first and last < agreed.first:
            raise LicenceFlaw(
                worded("This licence begins later: on {day}.", day=day_words(agreed.first)),
                "End it now: leave the day out.",
            )
        else:
            period = replace(agreed, last=last)
            period.check()
            over = period.ends
            wanted = replace(held, ended_at=over - timedelta(seconds=1) if over else now)
        _store(connection, DeedKind.LICENCE_ENDED, held, wanted)
        return wanted


def opened_by_restoring(database: Database, deed: Deed, now: datetime) -> Opening:
    """What taking back a deed about a licence would open up."""
    with database.read() as connection:
        return opening_of(connection, licence_in(deed.after), licence_in(deed.before), now)


def restore(database: Database, deed: Deed, confirmed: Collection[Use], now: datetime) -> None:
    """Take back what a deed did to a licence, as a deed of the same kind.

    Raises ChangedSince, and LicenceOpens unless `confirmed` has every use that opens up again.
    """
    wanted, noted = licence_in(deed.before), licence_in(deed.after)
    number = (wanted or noted or _none()).id
    with database.write() as connection:
        held = next(iter(load(connection, number)), None)
        if not same_licence(held, noted):
            raise ChangedLater
        _confirm(connection, held, wanted, confirmed, now)
        _store(connection, deed.kind, held, wanted, undoes=deed.id)


def _none() -> Licence:
    raise ValueError("a deed about a licence names none")


def _to_change(connection: Connection, number: int, now: datetime) -> Licence:
    """The licence of a number, unless a person set an early end: a change would leave that."""
    held = by_id(connection, number)
    if held.ended_at is not None:
        raise LicenceFlaw(
            worded(
                "The licence of {partner} was ended on {day}."
                if held.state(now) is LicenceState.ENDED
                else "The licence of {partner} is to end early, on {day}.",
                partner=held.agreement.partner,
                day=day_words(held.agreement.period.day(held.ended_at)),
            ),
            "Undo that in the history, or add a new licence.",
        )
    return held


def _wanted(
    connection: Connection,
    held: Licence | None,
    agreement: Agreement,
    scopes: Sequence[Scope],
    now: datetime,
) -> Licence:
    agreement.check()
    _check_end(held, agreement.period, now)
    there = owners_of(connection, scopes)
    if not there:
        raise LicenceFlaw(
            "The licence covers no music.", "Name an artist, a release or a recording."
        )
    covered = covered_of(there)
    if held is not None:
        return replace(held, agreement=agreement, covered=covered)
    return Licence(0, agreement, covered, added_at=texts.now())


def _check_end(held: Licence | None, wanted: Period, now: datetime) -> None:
    """Raise LicenceFlaw for a new last day that is over; one that ran out can keep its own."""
    kept = held is not None and held.agreement.period.ends == wanted.ends
    if wanted.last is not None and wanted.over(now) and not kept:
        raise LicenceFlaw(
            worded(
                "The last day, {day} ({zone}), is already over.",
                day=day_words(wanted.last),
                zone=wanted.zone,
            ),
            "Choose today or a later day.",
        )


def _confirm(
    connection: Connection,
    held: Licence | None,
    wanted: Licence | None,
    confirmed: Collection[Use],
    now: datetime,
) -> None:
    opening = opening_of(connection, held, wanted, now)
    if not set(opening.uses) <= set(confirmed):
        raise LicenceOpens(opening)


def _store(
    connection: Connection,
    kind: DeedKind,
    held: Licence | None,
    wanted: Licence | None,
    *,
    undoes: int | None = None,
) -> int:
    about = wanted or held or _none()
    concerned = owners_of(connection, [s for one in (held, wanted) if one for s in _scopes(one)])
    artists = {artist for artist, _ in concerned.values()}
    if wanted is None:
        remove(connection, about.id)
        number = about.id
    else:
        number = write(connection, wanted)
        wanted = load(connection, number)[0]
    note(
        connection,
        kind,
        _deed_scope(wanted or about, artists),
        before=deed_value(held, artists),
        after=deed_value(wanted, artists),
        names={"partner": about.agreement.partner},
        undoes=undoes,
    )
    return number


def _scopes(licence: Licence) -> list[Scope]:
    return scopes_of(licence.covered)


def _deed_scope(licence: Licence, artists: Collection[int]) -> DeedScope:
    """The one thing that a licence covers; else its artist, if it is only one."""
    only = next(iter(artists)) if len(artists) == 1 else None
    covered = licence.covered
    if len(_scopes(licence)) != 1:
        return DeedScope(only)
    release = next(iter(covered.releases), None)
    return DeedScope(only, release, next(iter(covered.recordings), None))
