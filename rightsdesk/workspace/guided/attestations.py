"""Attestations: dated notes by a person about switches that RightsDesk cannot read.

A new attestation adds a row. Withdrawing one only marks its row, so the record shows what was
attested when. The newest row of a control that is not withdrawn counts. Whether an artist is on a
platform at all is stored the same way, as if it were a control.
"""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, and_, insert, select, update

from rightsdesk.enums.causes import Cause
from rightsdesk.errors import KnownError
from rightsdesk.sentences import worded
from rightsdesk.store.database import Database
from rightsdesk.store.deeds import (
    ChangedLater,
    Deed,
    DeedKind,
    DeedScope,
    DeedValue,
    deed_with,
    undone_deed,
)
from rightsdesk.store.deeds import note as note_deed
from rightsdesk.store.schema import artists, attestations
from rightsdesk.workspace.types.guided import AnsweredLast, Attestation

if TYPE_CHECKING:
    from rightsdesk.resources.controls import Control
    from rightsdesk.resources.facts import PlatformFacts

LOOK_AGAIN_AFTER = datetime.timedelta(days=180)
"""When to check an attested switch again: switches are moved, renamed and reset."""

PRESENCE, HERE, NOT_HERE = "presence", "here", "not_here"
"""A control and its values: whether the artist is on the platform at all."""


class NotOffered(KnownError):
    """RightsDesk knows no such platform, switch or value."""

    cause = Cause.NOT_OFFERED


class NoSuchDay(KnownError):
    """A future day for an attestation, or a reminder that is not after it."""

    cause = Cause.NO_SUCH_DAY


class NothingAttested(KnownError):
    """There is no attestation to withdraw."""

    cause = Cause.NOTHING_TOLD


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
    the person checked, today by default. `remind_on` is the day to check again, half a year later
    by default. `at` is now, except in tests.

    Raises NotOffered if the platform has no such switch or value, and NoSuchDay.
    """
    facts = platform_called(platform)
    switch = control_of(facts, control)
    if switch.value(value) is None:
        value_ids = ", ".join(value.id for value in switch.values)
        raise NotOffered(
            worded(
                "“{label}” on {name} has no value “{value}”.",
                label=switch.label,
                name=facts.name,
                value=value,
            ),
            advice=worded(
                "Its values are: {values}."
                if value_ids
                else "This is not something a person sets.",
                values=value_ids,
            ),
        )
    moment = _moment(at or datetime.datetime.now(datetime.UTC), on)
    remind_at = moment + LOOK_AGAIN_AFTER
    if remind_on:
        remind_at = _noon(remind_on)
        if remind_on <= moment.astimezone().date():
            raise NoSuchDay(
                "The day to check again has to be after the day when you checked.",
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
    return _add(database, _presence(artist_id, platform, at, here=here))


def _presence(
    artist_id: int, platform: str, at: datetime.datetime | None, *, here: bool
) -> Attestation:
    moment = at or datetime.datetime.now(datetime.UTC)
    return Attestation(
        id=0,
        artist_id=artist_id,
        platform=platform_called(platform).id,
        control=PRESENCE,
        value=HERE if here else NOT_HERE,
        note="",
        attested_at=moment.isoformat(timespec="seconds"),
        remind_at="",  # new terms are the reminder, not a day
    )


def set_presences(
    database: Database, artist_id: int, answers: Mapping[str, bool | None]
) -> list[int]:
    """The same for several platforms at once, all or none; None withdraws what was said.

    Returns the ids of the deeds. Raises NotOffered.
    """
    deed_ids: list[int] = []
    with database.write() as connection:
        for platform, here in answers.items():
            switch = _Switch(artist_id, platform_called(platform).id, PRESENCE)
            with _noting(connection, switch, part_of=next(iter(deed_ids), None)) as noted:
                if here is None:
                    _mark_withdrawn(connection, _of(*switch), None)
                else:
                    _insert(connection, _presence(artist_id, platform, None, here=here))
            deed_ids += noted
    return deed_ids


def _moment(now: datetime.datetime, on: datetime.date | None) -> datetime.datetime:
    """The moment for a person's day: now if it is today, otherwise its noon."""
    today = now.astimezone().date()
    if on is None or on == today:
        return now
    if on > today:
        raise NoSuchDay(
            worded(
                "{day} is in the future. Enter the day when you checked.",
                day=on.isoformat(),
            ),
            untouched="Nothing was saved.",
        )
    return _noon(on)


def _noon(day: datetime.date) -> datetime.datetime:
    """Noon of a day in the person's time zone, in UTC.

    Shown in that time zone it stays the same day. Noon in UTC would be another day for zones twelve
    hours away or more.
    """
    return datetime.datetime.combine(day, datetime.time(12)).astimezone(datetime.UTC)


def _add(database: Database, new: Attestation, undoes: int | None = None) -> Attestation:
    with database.write() as connection, _noting(connection, _Switch.of(new), undoes):
        return _insert(connection, new)


def _insert(connection: Connection, new: Attestation) -> Attestation:
    row = {name: given for name, given in asdict(new).items() if name != "id"}
    statement = insert(attestations).values(row).returning(attestations.c.id)
    return replace(new, id=connection.execute(statement).scalar_one())


class _Switch(NamedTuple):
    """One switch of one artist on one platform."""

    artist_id: int
    platform: str
    control: str

    @classmethod
    def of(cls, attestation: Attestation) -> _Switch:
        return cls(attestation.artist_id, attestation.platform, attestation.control)


@contextmanager
def _noting(
    connection: Connection,
    switch: _Switch,
    undoes: int | None = None,
    part_of: int | None = None,
) -> Iterator[list[int]]:
    """Write down as a deed what this does to what counts for a switch. Afterwards the list has
    the deed's id."""
    before = attested(connection, *switch)
    deed_ids: list[int] = []
    yield deed_ids
    after = attested(connection, *switch)
    place = {"platform": switch.platform, "control": switch.control}
    deed_ids.append(
        note_deed(
            connection,
            DeedKind.ATTESTATION_WITHDRAWN if after is None else DeedKind.ATTESTED,
            DeedScope(switch.artist_id),
            before={**place, "attestation": before},
            after={**place, "attestation": after},
            names={"platform": switch.platform},
            undoes=undoes,
            part_of=part_of,
        )
    )


def attested(
    connection: Connection, artist_id: int, platform: str, control: str
) -> dict[str, Any] | None:
    """What counts now for a switch, as a deed has it; None where nothing does."""
    query = select(*(attestations.c[name] for name in _IN_DEEDS))
    query = query.where(_of(artist_id, platform, control), attestations.c.withdrawn_at == "")
    row = connection.execute(query.order_by(attestations.c.id.desc())).mappings().first()
    return None if row is None else dict(row)


_IN_DEEDS = ("id", "value", "note", "attested_at", "remind_at")


def same_attestation(one: DeedValue, other: DeedValue) -> bool:
    """Whether two say the same. One that was attested again has a number of its own."""
    if one is None or other is None:
        return one is other
    return all(one[name] == other[name] for name in _IN_DEEDS if name != "id")


def restore(database: Database, deeds: Sequence[Deed]) -> None:
    """Let what counted before the deeds of one act count again, all or none, as one act.

    Raises ChangedSince.
    """
    with database.write() as connection:
        first: int | None = None
        for deed in deeds:
            number = _restore(connection, deed, first)
            first = first or number


def _restore(connection: Connection, deed: Deed, part_of: int | None) -> int:
    after = deed.after or {}
    switch = _Switch(deed.scope.artist_id or 0, after["platform"], after["control"])
    now = attested(connection, *switch)
    if not same_attestation(now, after["attestation"]):
        raise ChangedLater
    with _noting(connection, switch, deed.id, part_of) as noted:
        a, mine = attestations.c, _of(*switch)
        wanted = deed.before["attestation"] if deed.before is not None else None
        if deed.before is None:
            newer = a.id == (now or {}).get("id")
        elif wanted is None:
            newer = mine
        else:
            newer = and_(mine, a.id > wanted["id"])
        _mark_withdrawn(connection, newer, None)
        if wanted is not None and not same_attestation(attested(connection, *switch), wanted):
            again = {name: wanted[name] for name in _IN_DEEDS if name != "id"}
            _insert(connection, Attestation(id=0, **switch._asdict(), **again))
    return noted[0]


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
    mine = _Switch(artist_id, facts.id, switch.id)
    if not _withdrawn(database, mine, _of(*mine), at):
        raise NothingAttested(
            worded(
                "You have not noted how “{label}” is set on {name}.",
                label=switch.label,
                name=facts.name,
            ),
            untouched="Nothing was changed.",
        )


def clear_presence(
    database: Database, *, artist_id: int, platform: str, at: datetime.datetime | None = None
) -> None:
    """Withdraw whether the artist is on a platform. Raises NotOffered."""
    mine = _Switch(artist_id, platform_called(platform).id, PRESENCE)
    _withdrawn(database, mine, _of(*mine), at)


def take_back(database: Database, attestation_id: int, at: datetime.datetime | None = None) -> None:
    """Undo one attestation: the one before it counts again. Raises NothingAttested."""
    gone = NothingAttested("This note was deleted already.", untouched="Nothing was changed.")
    with database.read() as connection:
        one = _by_id(connection, attestation_id)
        place = "attestation.id", attestation_id
        attested = deed_with(connection, DeedKind.ATTESTED, after=place, first=True)
        undoes = undone_deed(connection, attested)
    if one is None:
        raise gone
    if not _withdrawn(database, _Switch.of(one), attestations.c.id == attestation_id, at, undoes):
        raise gone


def attest_again(database: Database, attestation_id: int) -> Attestation:
    """Undo a withdrawal: the same attestation is stored again, as a new row.

    Raises NothingAttested if there is no such attestation.
    """
    withdrawn = DeedKind.ATTESTATION_WITHDRAWN
    with database.read() as connection:
        one = _by_id(connection, attestation_id)
        was = deed_with(connection, withdrawn, before=("attestation.id", attestation_id))
        undoes = undone_deed(connection, was)
    if one is None:
        raise NothingAttested("There is no note of this.", untouched="Nothing was changed.")
    return _add(database, replace(one, withdrawn_at=""), undoes)


def _by_id(connection: Connection, attestation_id: int) -> Attestation | None:
    query = select(attestations).where(attestations.c.id == attestation_id)
    row = connection.execute(query).mappings().first()
    return None if row is None else Attestation(**row)


def _of(artist_id: int, platform: str, control: str) -> ColumnElement[bool]:
    return and_(
        attestations.c.artist_id == artist_id,
        attestations.c.platform == platform,
        attestations.c.control == control,
    )


def _withdrawn(
    database: Database,
    switch: _Switch,
    which: ColumnElement[bool],
    at: datetime.datetime | None,
    undoes: int | None = None,
) -> bool:
    """Withdraw the rows that still count. Returns whether there were any."""
    with database.write() as connection:
        still = and_(which, attestations.c.withdrawn_at == "")
        if connection.execute(select(attestations.c.id).where(still)).first() is None:
            return False
        with _noting(connection, switch, undoes):
            _mark_withdrawn(connection, which, at)
        return True


def _mark_withdrawn(
    connection: Connection, which: ColumnElement[bool], at: datetime.datetime | None
) -> None:
    moment = at or datetime.datetime.now(datetime.UTC)
    withdrawn = {"withdrawn_at": moment.isoformat(timespec="seconds")}
    counts = and_(which, attestations.c.withdrawn_at == "")
    connection.execute(update(attestations).where(counts).values(withdrawn))


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


def answered_last(database: Database, artist_id: int) -> AnsweredLast | None:
    """What the artist uses for whom platforms were answered last, apart from this artist."""
    a = attestations.c
    mine = (a.control == PRESENCE, a.withdrawn_at == "", a.artist_id != artist_id)
    query = select(a.artist_id).where(*mine).order_by(a.id.desc()).limit(1)
    with database.read() as connection:
        other = connection.execute(query).scalar()
        if other is None:
            return None
        name = select(artists.c.name).where(artists.c.id == other)
        found = current_attestations(connection, other).get(other, {})
        used = frozenset(
            platform
            for (platform, control), one in found.items()
            if control == PRESENCE and one.value == HERE
        )
        artist = str(connection.execute(name).scalar_one())
    return AnsweredLast(artist, used) if used else None


def platform_called(name: str) -> PlatformFacts:
    """The platform with this id or name. Raises NotOffered."""
    from rightsdesk.resources.facts import facts_named

    facts = facts_named(name)
    if facts is None:
        raise NotOffered(worded("RightsDesk knows no platform “{name}”.", name=name))
    return facts


def control_of(facts: PlatformFacts, control: str) -> Control:
    """A platform's switch by id; the only switch if `control` is empty. Raises NotOffered."""
    if not facts.controls:
        raise NotOffered(
            worded("{name}: {no_control}", name=facts.name, no_control=facts.no_control)
        )
    if not control and len(facts.controls) == 1:
        return facts.controls[0]
    found = facts.control(control)
    if found is None:
        control_ids = ", ".join(switch.id for switch in facts.controls)
        sentence = (
            worded("{name} has no switch “{control}”.", name=facts.name, control=control)
            if control
            else (worded("{name} has several switches.", name=facts.name))
        )
        raise NotOffered(
            sentence, advice=worded("Its switches are: {switches}.", switches=control_ids)
        )
    return found
