"""What people told of switches that RightsDesk cannot read: kept with its date, never changed.

To tell something new adds a row, to withdraw marks what was told; so the record shows what
was said when. What counts is the newest row of a control that was not withdrawn.
"""

from __future__ import annotations

import datetime
from dataclasses import asdict, replace

from sqlalchemy import insert, select, update

from rightsdesk.errors import KnownError
from rightsdesk.resources.facts import Control, PlatformFacts, facts_named
from rightsdesk.store.database import Database
from rightsdesk.store.schema import attestations
from rightsdesk.workspace.types import Attestation

LOOK_AGAIN_AFTER = datetime.timedelta(days=180)
"""Switches are moved, renamed and reset: what was told half a year ago deserves a look."""


class NotOffered(KnownError):
    """There is no such platform, switch or value, as far as RightsDesk knows."""

    cause = "not-offered"


class NothingTold(KnownError):
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
    at: datetime.datetime | None = None,
) -> Attestation:
    """Note that a person said what a switch is set to; `at` is now, unless a test says so.

    The platform goes by id or name, the control may be empty where there is only one.
    Raises NotOffered where the platform has no such switch or value.
    """
    facts = platform_called(platform)
    switch = control_of(facts, control)
    if switch.value(value) is None:
        known = ", ".join(each.id for each in switch.values) or "none that a person sets"
        raise NotOffered(
            f"“{switch.label}” on {facts.name} has no value “{value}”.",
            advice=f"There are: {known}.",
        )
    moment = at or datetime.datetime.now(datetime.UTC)
    later = moment + LOOK_AGAIN_AFTER
    new = Attestation(
        id=0,
        artist_id=artist_id,
        platform=facts.id,
        control=switch.id,
        value=value,
        note=note.strip(),
        attested_at=moment.isoformat(timespec="seconds"),
        remind_at=later.isoformat(timespec="seconds"),
    )
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
    """Let what was told of a switch count no more. Raises NotOffered and NothingTold."""
    facts = platform_called(platform)
    switch = control_of(facts, control)
    moment = at or datetime.datetime.now(datetime.UTC)
    counts = (
        (attestations.c.artist_id == artist_id)
        & (attestations.c.platform == facts.id)
        & (attestations.c.control == switch.id)
        & (attestations.c.withdrawn_at == "")
    )
    withdrawn = {"withdrawn_at": moment.isoformat(timespec="seconds")}
    with database.write() as connection:
        done = connection.execute(update(attestations).where(counts).values(withdrawn))
    if not done.rowcount:
        raise NothingTold(
            f"Nothing was told about “{switch.label}” on {facts.name}.",
            untouched="Nothing was changed.",
        )


def told(database: Database, artist_id: int | None = None) -> list[Attestation]:
    """Everything that was ever told of an artist's switches, or of all, newest first."""
    query = select(attestations).order_by(attestations.c.id.desc())
    if artist_id is not None:
        query = query.where(attestations.c.artist_id == artist_id)
    with database.read() as connection:
        return [Attestation(**row) for row in connection.execute(query).mappings()]


def counting(database: Database, artist_id: int) -> dict[tuple[str, str], Attestation]:
    """What counts now, by platform and control."""
    found: dict[tuple[str, str], Attestation] = {}
    for one in told(database, artist_id):
        if not one.withdrawn_at:
            found.setdefault((one.platform, one.control), one)
    return found


def platform_called(name: str) -> PlatformFacts:
    """The platform that goes by an id or a name. Raises NotOffered."""
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
