"""What people told of switches that RightsDesk cannot read: kept with its date, never changed.

To tell something new adds a row, to withdraw marks what was told; so the record shows what
was said when. What counts is the newest row of a control that was not withdrawn. Whether an
artist is on a platform at all is told the same way, as if it were one more control.
"""

from __future__ import annotations

import datetime
from collections import defaultdict
from dataclasses import asdict, replace
from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, Connection, and_, insert, select, update

from rightsdesk.errors import KnownError
from rightsdesk.store.database import Database
from rightsdesk.store.schema import attestations
from rightsdesk.workspace.types import Attestation

if TYPE_CHECKING:
    from rightsdesk.resources.facts import Control, PlatformFacts

LOOK_AGAIN_AFTER = datetime.timedelta(days=180)
"""Switches are moved, renamed and reset: what was told half a year ago deserves a look."""

PRESENCE, HERE, ELSEWHERE = "presence", "here", "not_here"
"""What is told in place of a switch: whether the artist is on the platform at all."""


class NotOffered(KnownError):
    """There is no such platform, switch or value, as far as RightsDesk knows."""

    cause = "not-offered"


class NoSuchDay(KnownError):
    """A day on which nobody can have looked, or that is no time to look again."""

    cause = "no-such-day"


class NothingAttestations(KnownError):
    """There is nothing to withdraw."""

    cause = "nothing-told"


def attest(
    database: Database,
    *,
    artist_id: int,
    platform: str,
    control: str,
    value: str,
    note: str = "",
    on: datetime.date | None = None,
    remind_on: datetime.date | None = None,
    at: datetime.datetime | None = None,
) -> Attestation:
    """Note that a person said what a switch is set to.

    The platform goes by id or name, the control may be empty where there is only one. `on`
    is the day when the person looked, today if they do not say; `remind_on` when to look
    again, half a year later if they do not say. `at` is now, unless a test says so.
    Raises NotOffered where the platform has no such switch or value, and NoSuchDay.
    """
    facts = platform_called(platform)
    switch = control_of(facts, control)
    if switch.value(value) is None:
        known = ", ".join(each.id for each in switch.values) or "none that a person sets"
        raise NotOffered(
            f"“{switch.label}” on {facts.name} has no value “{value}”.",
            advice=f"There are: {known}.",
        )
    moment = _moment(at or datetime.datetime.now(datetime.UTC), on)
    later = moment + LOOK_AGAIN_AFTER
    if remind_on:
        later = _noon(remind_on)
        if remind_on <= moment.astimezone().date():
            raise NoSuchDay(
                "The day to look again has to lie after the day when you looked.",
                untouched="Nothing was noted.",
            )
    return _add(
        database,
        Attestation(
            id=0,
            artist_id=artist_id,
            platform=facts.id,
            control=switch.id,
            value=value,
            note=note.strip(),
            attested_at=moment.isoformat(timespec="seconds"),
            remind_at=later.isoformat(timespec="seconds"),
        ),
    )


def place(
    database: Database,
    *,
    artist_id: int,
    platform: str,
    here: bool,
    at: datetime.datetime | None = None,
) -> Attestation:
    """Note that a person said whether the artist is on a platform. Raises NotOffered."""
    moment = at or datetime.datetime.now(datetime.UTC)
    return _add(
        database,
        Attestation(
            id=0,
            artist_id=artist_id,
            platform=platform_called(platform).id,
            control=PRESENCE,
            value=HERE if here else ELSEWHERE,
            note="",
            attested_at=moment.isoformat(timespec="seconds"),
            remind_at="",  # the terms may change, and then it is time; no day is
        ),
    )


def _moment(now: datetime.datetime, on: datetime.date | None) -> datetime.datetime:
    """The moment that is meant by a person's day: now if it is today, else its noon."""
    today = now.astimezone().date()
    if on is None or on == today:
        return now
    if on > today:
        raise NoSuchDay(
            f"{on.isoformat()} lies ahead: say when you looked, not when you will.",
            untouched="Nothing was noted.",
        )
    return _noon(on)


def _noon(day: datetime.date) -> datetime.datetime:
    """Noon of a day in the person's time zone, in UTC: it stays that day wherever it is shown
    there. Twelve hours from UTC and more, noon in UTC is another day."""
    return datetime.datetime.combine(day, datetime.time(12)).astimezone(datetime.UTC)


def _add(database: Database, new: Attestation) -> Attestation:
    row = {name: given for name, given in asdict(new).items() if name != "id"}
    with database.write() as connection:
        statement = insert(attestations).values(row).returning(attestations.c.id)
        return replace(new, id=connection.execute(statement).scalar_one())


def withdraw(
    database: Database,
    *,
    artist_id: int,
    platform: str,
    control: str,
    at: datetime.datetime | None = None,
) -> None:
    """Let what was told of a switch count no more. Raises NotOffered and NothingAttestations."""
    facts = platform_called(platform)
    switch = control_of(facts, control)
    if not _withdrawn(database, _of(artist_id, facts.id, switch.id), at):
        raise NothingAttestations(
            f"Nothing was told about “{switch.label}” on {facts.name}.",
            untouched="Nothing was changed.",
        )


def unplace(
    database: Database, *, artist_id: int, platform: str, at: datetime.datetime | None = None
) -> None:
    """Let it be open again whether the artist is on a platform. Raises NotOffered."""
    _withdrawn(database, _of(artist_id, platform_called(platform).id, PRESENCE), at)


def take_back(database: Database, attestation_id: int, at: datetime.datetime | None = None) -> None:
    """Undo one telling: what was told before it counts again. Raises NothingAttestations."""
    if not _withdrawn(database, attestations.c.id == attestation_id, at):
        raise NothingAttestations("This was taken back already.", untouched="Nothing was changed.")


def tell_again(database: Database, attestation_id: int) -> Attestation:
    """Undo a withdrawal: what was told then is told once more, as a new row.

    Raises NothingAttestations where nothing was.
    """
    with database.read() as connection:
        row = (
            connection.execute(select(attestations).where(attestations.c.id == attestation_id))
            .mappings()
            .first()
        )
    if row is None:
        raise NothingAttestations("This was never told.", untouched="Nothing was changed.")
    return _add(database, replace(Attestation(**row), withdrawn_at=""))


def _of(artist_id: int, platform: str, control: str) -> ColumnElement[bool]:
    return and_(
        attestations.c.artist_id == artist_id,
        attestations.c.platform == platform,
        attestations.c.control == control,
    )


def _withdrawn(
    database: Database, which: ColumnElement[bool], at: datetime.datetime | None
) -> bool:
    """Mark rows as withdrawn; whether there were any that still counted."""
    moment = at or datetime.datetime.now(datetime.UTC)
    withdrawn = {"withdrawn_at": moment.isoformat(timespec="seconds")}
    counts = and_(which, attestations.c.withdrawn_at == "")
    with database.write() as connection:
        return bool(
            connection.execute(update(attestations).where(counts).values(withdrawn)).rowcount
        )


def told(database: Database, artist_id: int | None = None) -> list[Attestation]:
    """Everything that was ever told of an artist's switches, or of all, newest first."""
    query = select(attestations).order_by(attestations.c.id.desc())
    if artist_id is not None:
        query = query.where(attestations.c.artist_id == artist_id)
    with database.read() as connection:
        return [Attestation(**row) for row in connection.execute(query).mappings()]


Attestations = dict[tuple[str, str], Attestation]
"""What counts now of what one artist told, by platform and control."""


def counting(database: Database, artist_id: int) -> Attestations:
    """What counts now of what one artist told."""
    with database.read() as connection:
        return current_attestations(connection, artist_id).get(artist_id, {})


def current_attestations(
    connection: Connection, artist_id: int | None = None
) -> dict[int, Attestations]:
    """What counts now of everybody (or of one), by artist."""
    query = select(attestations).where(attestations.c.withdrawn_at == "")
    query = query.order_by(attestations.c.id.desc())
    if artist_id is not None:
        query = query.where(attestations.c.artist_id == artist_id)
    found: dict[int, Attestations] = defaultdict(dict)
    for row in connection.execute(query).mappings():
        one = Attestation(**row)
        found[one.artist_id].setdefault((one.platform, one.control), one)
    return dict(found)


def platform_called(name: str) -> PlatformFacts:
    """The platform that goes by an id or a name. Raises NotOffered."""
    from rightsdesk.resources.facts import facts_named

    facts = facts_named(name)
    if facts is None:
        raise NotOffered(f"There is no platform “{name}” that RightsDesk knows of.")
    return facts


def control_of(facts: PlatformFacts, control: str) -> Control:
    """A platform's switch by its id; empty: the only one. Raises NotOffered."""
    if not facts.controls:
        raise NotOffered(f"{facts.name}: {facts.no_control}")
    if not control and len(facts.controls) == 1:
        return facts.controls[0]
    found = facts.control(control)
    if found is None:
        known = ", ".join(each.id for each in facts.controls)
        sentence = (
            f"{facts.name} has no switch “{control}”."
            if control
            else (f"{facts.name} has several switches.")
        )
        raise NotOffered(sentence, advice=f"There are: {known}.")
    return found
