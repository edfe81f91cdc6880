"""What was read on platforms: our declarations, and the platform's own switches, kept apart.

An item holds both. The facts (`Control.fields`) say which of its fields are switches.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, or_, select

from rightsdesk.consent import Consent, Declaration, Standing, compare
from rightsdesk.enums.carriers import PLATFORMS, CarrierId
from rightsdesk.platforms.interface import Reach
from rightsdesk.resources.controls import Control
from rightsdesk.resources.facts import platform_facts
from rightsdesk.store import texts
from rightsdesk.store.database import Database
from rightsdesk.store.joins import ACCOUNT_ITEMS
from rightsdesk.store.queries import platforms_by_artist
from rightsdesk.store.schema import accounts, items
from rightsdesk.workspace.observing.freshness import Freshness
from rightsdesk.workspace.suites import evidence_of, suite_of
from rightsdesk.workspace.types.guided import Signals, SwitchReading

REACHED = frozenset(PLATFORMS)
"""The ids of platforms with an API that RightsDesk uses."""


def connected(connection: Connection, artist_id: int) -> frozenset[str]:
    """The platforms on which an artist has a connected account."""
    return frozenset(platforms_by_artist(connection).get(artist_id, ()))


def switch_readings(
    connection: Connection, artist_id: int, platform: str, control: Control, consent: Consent
) -> tuple[SwitchReading, ...]:
    """What a switch was read to say on an artist's accounts, the most frequent answer first."""
    owned = accounts.c.artist_id == artist_id
    found = readings_by_artist(connection, platform, control, {artist_id: consent}, owned)
    return found.get(artist_id, ())


def readings_by_artist(
    connection: Connection,
    platform: str,
    control: Control,
    consents: Mapping[int, Consent],
    which: ColumnElement[bool],
) -> dict[int, tuple[SwitchReading, ...]]:
    """What a switch was read to say, for each artist in `consents`, in one query. `which` is a
    condition on accounts.

    The database counts them: there may be a hundred thousand videos and three distinct values.
    """
    if not control.fields or platform not in REACHED:
        return {}
    held = [_field(name) for name in control.fields]
    owner = accounts.c.artist_id
    query = (
        select(owner, func.count(), func.min(items.c.seen_at), items.c.reach, *held)
        .select_from(ACCOUNT_ITEMS)
        .where(which, _seen(platform), or_(*map(_has_field, control.fields)))
        .group_by(owner, items.c.reach, *held)
    )
    found: defaultdict[int, list[SwitchReading]] = defaultdict(list)
    for artist, count, seen_at, reach, *values in connection.execute(query):
        fields = {
            name: tuple(json.loads(value))
            for name, value in zip(control.fields, values, strict=True)
            if value is not None
        }
        if fields and artist in consents:
            says = suite_of(CarrierId(platform)).read(fields).consent
            wider = compare(consents[artist], says).wider
            of_tracks = reach == Reach.ITEM.value
            evidence = evidence_of(CarrierId(platform))
            one = SwitchReading(says, count, wider, evidence, seen_at, of_tracks)
            found[artist].append(one)
    return {
        artist: tuple(sorted(read, key=lambda one: -one.count)) for artist, read in found.items()
    }


def _has_field(name: str) -> ColumnElement[bool]:
    """Whether an item may have a field: its JSON need not be read to see that it has not."""
    return func.instr(items.c.fields, f'"{name}"') > 0


def _field(name: str) -> ColumnElement[Any]:
    return func.json_extract(items.c.fields, f'$."{name}"')


def _seen(platform: str) -> ColumnElement[bool]:
    return (
        (accounts.c.platform == platform)
        & items.c.gone.is_(False)
        & (items.c.problem == "")
        & (items.c.seen_at != "")
    )


def signals(database: Database, artist_id: int, platform: str, consent: Consent) -> Signals | None:
    """The standing of our declarations on a platform; None if RightsDesk cannot write there."""
    if platform not in REACHED:
        return None
    switches = [name for control in platform_facts(platform).controls for name in control.fields]
    owned = (accounts.c.artist_id == artist_id) & (accounts.c.platform == platform)
    names = select(accounts.c.name).where(owned).order_by(accounts.c.name)
    query = select(items.c.fields, items.c.seen_at).select_from(ACCOUNT_ITEMS)
    with database.read() as connection:
        fresh = Freshness.of(connection)
        logins = tuple(connection.execute(names).scalars())
        rows = connection.execute(query.where(owned, _seen(platform))).all()
    counted = Counter[Standing | None]()
    for row in rows:
        standing = _standing(platform, row.fields, switches, consent)
        is_old = standing is not None and fresh.is_old(row.seen_at)
        counted[Standing.UNKNOWN if is_old else standing] += 1
    counted.pop(None, None)
    oldest = min((row.seen_at for row in rows), default="")
    by_standing = {s: number for s, number in counted.items() if s is not None}
    return Signals(logins, by_standing, evidence_of(CarrierId(platform)), oldest)


def _standing(
    platform: str, held: str, switches: Sequence[str], consent: Consent
) -> Standing | None:
    """The standing of an item's own declarations; None if it has no place for any."""
    fields = {k: v for k, v in texts.load_fields(held).items() if k not in switches}
    suite = suite_of(CarrierId(platform))
    places = set(fields) if suite.only_present else set(suite.fields) - set(switches)
    if not places:
        return None
    writable = suite.after({}, Declaration(consent)).consent
    sayable = Consent({use: writable[use] for use in consent if use in writable}) or consent
    return compare(sayable, suite.read(fields).consent).standing
