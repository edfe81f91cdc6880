"""What was read on platforms, with signal and switch kept apart.

An item of a platform holds both: the declaration that RightsDesk wrote there, and the
platform's own switches. Facts (`Control.fields`) say which of its fields are switches.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, select

from rightsdesk.consent import Consent, Declaration, Standing, compare
from rightsdesk.platforms.interface import Reach
from rightsdesk.platforms.registry import NAMES
from rightsdesk.resources.facts import Control, platform_facts
from rightsdesk.store import texts
from rightsdesk.store.database import Database
from rightsdesk.store.joins import ACCOUNT_ITEMS
from rightsdesk.store.queries import platforms_by_artist
from rightsdesk.store.schema import accounts, items
from rightsdesk.workspace.observing.freshness import Freshness
from rightsdesk.workspace.suites import evidence_of, suite_of
from rightsdesk.workspace.types import Signals, SwitchReading

REACHED = frozenset(NAMES)
"""The platforms that RightsDesk can talk to, by id."""


def connected(connection: Connection, artist_id: int) -> frozenset[str]:
    """The platforms on which an artist has an account here."""
    return frozenset(platforms_by_artist(connection).get(artist_id, ()))


def switch_readings(
    connection: Connection, artist_id: int, platform: str, control: Control, wanted: Consent
) -> tuple[SwitchReading, ...]:
    """What a switch was read to say on an artist's accounts, the most frequent answer first.

    Counted inside the database: there may be a hundred thousand videos, and three answers.
    """
    if not control.fields or platform not in REACHED:
        return ()
    held = [_field(name) for name in control.fields]
    query = (
        select(func.count(), func.min(items.c.seen_at), items.c.reach, *held)
        .select_from(ACCOUNT_ITEMS)
        .where(_seen(artist_id, platform))
        .group_by(items.c.reach, *held)
    )
    found: list[SwitchReading] = []
    for count, seen_at, reach, *values in connection.execute(query):
        fields = {
            name: tuple(json.loads(value))
            for name, value in zip(control.fields, values, strict=True)
            if value is not None
        }
        if fields:
            says = suite_of(platform).read(fields).consent
            wider = compare(wanted, says).wider
            of_tracks = reach == Reach.ITEM.value
            evidence = evidence_of(platform)
            found.append(SwitchReading(says, count, wider, evidence, seen_at, of_tracks))
    return tuple(sorted(found, key=lambda one: -one.count))


def _field(name: str) -> ColumnElement[Any]:
    return func.json_extract(items.c.fields, f'$."{name}"')


def _seen(artist_id: int, platform: str) -> ColumnElement[bool]:
    return (
        (accounts.c.artist_id == artist_id)
        & (accounts.c.platform == platform)
        & items.c.gone.is_(False)
        & (items.c.problem == "")
        & (items.c.seen_at != "")
    )


def signals(database: Database, artist_id: int, platform: str, wanted: Consent) -> Signals | None:
    """What our own declarations say on a platform; None where RightsDesk cannot write there."""
    if platform not in REACHED:
        return None
    switches = [name for control in platform_facts(platform).controls for name in control.fields]
    owned = (accounts.c.artist_id == artist_id) & (accounts.c.platform == platform)
    names = select(accounts.c.name).where(owned).order_by(accounts.c.name)
    query = select(items.c.fields, items.c.seen_at).select_from(ACCOUNT_ITEMS)
    with database.read() as connection:
        fresh = Freshness.of(connection)
        logins = tuple(connection.execute(names).scalars())
        rows = connection.execute(query.where(_seen(artist_id, platform))).all()
    counted = Counter[Standing | None]()
    for row in rows:
        standing = _standing(platform, row.fields, switches, wanted)
        old = standing is not None and fresh.is_old(row.seen_at)
        counted[Standing.UNKNOWN if old else standing] += 1
    counted.pop(None, None)
    oldest = min((row.seen_at for row in rows), default="")
    stands = {one: number for one, number in counted.items() if one is not None}
    return Signals(logins, stands, evidence_of(platform), oldest)


def _standing(
    platform: str, held: str, switches: Sequence[str], wanted: Consent
) -> Standing | None:
    """How an item's own declarations stand; None where it has no place for any."""
    fields = {k: v for k, v in texts.load_fields(held).items() if k not in switches}
    suite = suite_of(platform)
    places = set(fields) if suite.only_present else set(suite.fields) - set(switches)
    if not places:
        return None
    said = suite.after({}, Declaration(wanted)).consent
    sayable = Consent({use: said[use] for use in wanted if use in said}) or wanted
    return compare(sayable, suite.read(fields).consent).standing
