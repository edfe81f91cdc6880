"""Attestations: dated notes by a person about switches that RightsDesk cannot read.

A new attestation adds a row. Withdrawing one only marks its row, so the record shows what was
attested when. The newest row of a control that is not withdrawn counts. Whether an artist is on a
platform at all is stored the same way, as if it were a control.
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
"""When to check an attested switch again: switches are moved, renamed and reset."""

PRESENCE, HERE, NOT_HERE = "presence", "here", "not_here"
"""A control and its values: whether the artist is on the platform at all."""


class NotOffered(KnownError):
    """RightsDesk knows no such platform, switch or value."""

    cause = "not-offered"


class NoSuchDay(KnownError):
    """A future day for an attestation, or a reminder that is not after it."""

    cause = "no-such-day"


class NothingAttested(KnownError):
    """There is no attestation to withdraw."""

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
    """Store what a person says a switch is set to.

    `platform` is an id or a name; `control` may be empty if there is only one. `on` is the day when
    the person looked, today by default. `remind_on` is the day to check again, half a year later by
    default. `at` is now, except in tests.

    Raises NotOffered if the platform has no such switch or value, and NoSuchDay.
    """
    facts = platform_called(platform)
    switch = control_of(facts, control)
    if switch.value(value) is None:
        value_ids = ", ".join(value.id for value in switch.values) or "none that a person sets"
        raise NotOffered(
            f"“{switch.label}” on {facts.name} has no value “{value}”.",
            advice=f"Its values are: {value_ids}.",
        )
    moment = _moment(at or datetime.datetime.now(datetime.UTC), on)
    remind_at = moment + LOOK_AGAIN_AFTER
    if remind_on:
        remind_at = _noon(remind_on)
        if remind_on <= moment.astimezone().date():
            raise NoSuchDay(
                "The day to look again has to be after the day when you looked.",
                untouched="Nothing was saved.",
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
            remind_at=remind_at.isoformat(timespec="seconds"),
        ),
    )


def set_presence(
    database: Database,
    *,
    artist_id: int,
    platform: str,
    here: bool,
    at: datetime.datetime | None = None,
) -> Attestation:
    """Store whether a person says that the artist is on a platform. Raises NotOffered."""
    moment = at or datetime.datetime.now(datetime.UTC)
    return _add(
        database,
        Attestation(
            id=0,
            artist_id=artist_id,
            platform=platform_called(platform).id,
            control=PRESENCE,
            value=HERE if here else NOT_HERE,
            note="",
            attested_at=moment.isoformat(timespec="seconds"),
            remind_at="",  # new terms are the reminder, not a day
        ),
    )


def _moment(now: datetime.datetime, on: datetime.date | None) -> datetime.datetime:
    """The moment for a person's day: now if it is today, otherwise its noon."""
    today = now.astimezone().date()
    if on is None or on == today:
        return now
    if on > today:
        raise NoSuchDay(
            f"{on.isoformat()} is in the future. Enter the day when you looked.",
            untouched="Nothing was saved.",
        )
    return _noon(on)


def _noon(day: datetime.date) -> datetime.datetime:
    """Noon of a day in the person's time zone, in UTC.

    Shown in that time zone it stays the same day. Noon in UTC would be another day for zones twelve
    hours away or more.
    """
    return datetime.datetime.combine(day, datetime.time(12)).astimezone(datetime.UTC)


def _add(database: Database, new: Attestation) -> Attestation:
    row = {name: value for name, value in asdict(new).items() if name != "id"}
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
    """Withdraw the attestation of a switch. Raises NotOffered and NothingAttested."""
    facts = platform_called(platform)
    switch = control_of(facts, control)
    if not _withdrawn(database, _of(artist_id, facts.id, switch.id), at):
        raise NothingAttested(
            f"You have not attested “{switch.label}” on {facts.name}.",
            untouched="Nothing was changed.",
        )


def clear_presence(
    database: Database, *, artist_id: int, platform: str, at: datetime.datetime | None = None
) -> None:
    """Withdraw whether the artist is on a platform. Raises NotOffered."""
    _withdrawn(database, _of(artist_id, platform_called(platform).id, PRESENCE), at)


def take_back(database: Database, attestation_id: int, at: datetime.datetime | None = None) -> None:
    """Undo one attestation: the one before it counts again. Raises NothingAttested."""
    if not _withdrawn(database, attestations.c.id == attestation_id, at):
        raise NothingAttested("This was withdrawn already.", untouched="Nothing was changed.")


def attest_again(database: Database, attestation_id: int) -> Attestation:
    """Undo a withdrawal: the same attestation is stored again, as a new row.

    Raises NothingAttested if there is no such attestation.
    """
    with database.read() as connection:
        row = (
            connection.execute(select(attestations).where(attestations.c.id == attestation_id))
            .mappings()
            .first()
        )
    if row is None:
        raise NothingAttested("This was never attested.", untouched="Nothing was changed.")
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
    """Withdraw the rows that still count. Returns whether there were any."""
    moment = at or datetime.datetime.now(datetime.UTC)
    withdrawn = {"withdrawn_at": moment.isoformat(timespec="seconds")}
    counts = and_(which, attestations.c.withdrawn_at == "")
    with database.write() as connection:
        return bool(
            connection.execute(update(attestations).where(counts).values(withdrawn)).rowcount
        )


def history(database: Database, artist_id: int | None = None) -> list[Attestation]:
    """All attestations of an artist, or of all artists, newest first."""
    query = select(attestations).order_by(attestations.c.id.desc())
    if artist_id is not None:
        query = query.where(attestations.c.artist_id == artist_id)
    with database.read() as connection:
        return [Attestation(**row) for row in connection.execute(query).mappings()]


Attestations = dict[tuple[str, str], Attestation]
"""The current attestations of one artist, by platform and control."""


def current(database: Database, artist_id: int) -> Attestations:
    """The current attestations of one artist."""
    with database.read() as connection:
        return current_attestations(connection, artist_id).get(artist_id, {})


def current_attestations(
    connection: Connection, artist_id: int | None = None
) -> dict[int, Attestations]:
    """The current attestations of all artists (or one), by artist."""
    query = select(attestations).where(attestations.c.withdrawn_at == "")
    query = query.order_by(attestations.c.id.desc())
    if artist_id is not None:
        query = query.where(attestations.c.artist_id == artist_id)
    found: dict[int, Attestations] = defaultdict(dict)
    for row in connection.execute(query).mappings():
        attestation = Attestation(**row)
        found[attestation.artist_id].setdefault(
            (attestation.platform, attestation.control), attestation
        )
    return dict(found)


def platform_called(name: str) -> PlatformFacts:
    """The platform with this id or name. Raises NotOffered."""
    from rightsdesk.resources.facts import facts_named

    facts = facts_named(name)
    if facts is None:
        raise NotOffered(f"RightsDesk knows no platform “{name}”.")
    return facts


def control_of(facts: PlatformFacts, control: str) -> Control:
    """A platform's switch by id; the only switch if `control` is empty. Raises NotOffered."""
    if not facts.controls:
        raise NotOffered(f"{facts.name}: {facts.no_control}")
    if not control and len(facts.controls) == 1:
        return facts.controls[0]
    found = facts.control(control)
    if found is None:
        control_ids = ", ".join(switch.id for switch in facts.controls)
        sentence = (
            f"{facts.name} has no switch “{control}”."
            if control
            else (f"{facts.name} has several switches.")
        )
        raise NotOffered(sentence, advice=f"Its switches are: {control_ids}.")
    return found
