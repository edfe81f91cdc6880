"""What to do next, for each artist, in order of urgency; each kind with one query for all."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, func, select, true

from rightsdesk.consent import Consent
from rightsdesk.consent.licences.words import SOON
from rightsdesk.enums.carriers import CarrierId
from rightsdesk.platforms.registry import NAMES, platform_by_id
from rightsdesk.resources.controls import Default
from rightsdesk.resources.facts import PlatformFacts, facts_of
from rightsdesk.roster.account_state import AccountState
from rightsdesk.store.joins import ACCOUNT_ITEMS
from rightsdesk.store.queries import folders_by_artist, platforms_by_artist
from rightsdesk.store.schema import ASK, accounts, artists, items, licence_scopes
from rightsdesk.workspace.consents import consents
from rightsdesk.workspace.guided.attestations import Attestations, current_attestations
from rightsdesk.workspace.guided.platform_readings import readings_by_artist
from rightsdesk.workspace.guided.views import Readings, minutes, open_switches, view
from rightsdesk.workspace.licences.stored import load
from rightsdesk.workspace.overview.segments import Patterns
from rightsdesk.workspace.overview.values import Action, Step
from rightsdesk.workspace.suites import column_of
from rightsdesk.workspace.types.guided import SwitchReading, Urgency

SITE = CarrierId.OWN_SITE
LASTING = timedelta(days=1)
"""An outage of less is no task for a person."""
_URGENCY = {action: place for place, action in enumerate(Action)}


@dataclass(frozen=True, slots=True)
class Counts:
    """Counts that read every item: kept as long as nothing changes."""

    questions: tuple[tuple[int, str, int], ...]
    """Items to match: artist, platform, number."""
    readings: Mapping[int, Readings]
    """What was read of all switches, by artist."""

    @classmethod
    def of(cls, connection: Connection) -> Counts:
        """Count all items of all artists."""
        known = consents.load(connection)
        every = connection.execute(select(artists.c.id)).scalars()
        by_artist = {one: known.effective(artist_id=one) for one in every}
        reached = platforms_by_artist(connection)
        used = frozenset().union(*reached.values()) & NAMES.keys()
        return cls(tuple(_questions(connection)), _readings(connection, facts_of(used), by_artist))


def steps(
    connection: Connection,
    now: Patterns,
    counts: Counts,
    by_artist: Mapping[int, Consent],
    at: datetime,
) -> dict[int, tuple[Step, ...]]:
    """The next steps of each artist in `by_artist`, which has the artists' consents."""
    found: defaultdict[int, list[Step]] = defaultdict(list)
    for step in (
        *_without_music(connection, now, by_artist),
        *_accounts(connection),
        *_folders(connection),
        *_unread(connection, at),
        *_unchosen(now),
        *_writes(now),
        *_switches(connection, counts.readings, by_artist, at),
        *(Step(Action.ANSWER, one, platform, count=n) for one, platform, n in counts.questions),
        *_licences(connection, at),
        *_connections(connection, by_artist),
        *_sites(connection, by_artist),
    ):
        if step.artist_id in by_artist:
            found[step.artist_id].append(step)
    return {artist: tuple(sorted(some, key=urgency)) for artist, some in found.items()}


def urgency(step: Step) -> tuple[int, bool, int, int, str, str]:
    """The most urgent first: what is on unless switched off, what contradicts, what is much."""
    return (
        _URGENCY[step.action],
        not step.on_by_default,
        -step.otherwise,
        -step.count,
        step.platform,
        step.name,
    )


def _without_music(
    connection: Connection, now: Patterns, by_artist: Mapping[int, Consent]
) -> Iterator[Step]:
    """Artists with neither a folder nor a recording."""
    with_folders = folders_by_artist(connection)
    for artist in by_artist:
        if not with_folders.get(artist) and not now.by_artist.get(artist):
            yield Step(Action.ADD_MUSIC, artist)


def _accounts(connection: Connection) -> Iterator[Step]:
    a = accounts.c
    over = (AccountState.RECONNECT.value, AccountState.UNCONFIRMED.value)
    query = select(a.id, a.artist_id, a.platform, a.name).where(a.state.in_(over)).order_by(a.id)
    for row in connection.execute(query):
        yield Step(
            Action.RECONNECT,
            row.artist_id,
            row.platform,
            row.name,
            account_id=row.id,
        )


def _folders(connection: Connection) -> Iterator[Step]:
    for artist, places in folders_by_artist(connection).items():
        for place in places:
            if not os.path.exists(place):
                yield Step(Action.FIND_FOLDER, artist, name=place)


def _unread(connection: Connection, at: datetime) -> Iterator[Step]:
    """Accounts that could not be read for long, though their sign-in holds."""
    a = accounts.c
    over = (AccountState.RECONNECT.value, AccountState.UNCONFIRMED.value)
    query = select(a.artist_id, a.platform, a.name, a.unread_since).order_by(a.id)
    for row in connection.execute(query.where(a.unread_since != "", a.state.not_in(over))):
        if at - datetime.fromisoformat(row.unread_since) >= LASTING:
            yield Step(Action.UNREAD, row.artist_id, row.platform, row.name, since=row.unread_since)


def _unchosen(now: Patterns) -> Iterator[Step]:
    for artist, number in now.unchosen.items():
        if number:
            yield Step(Action.CHOOSE, artist, count=number)


def writes(carrier: str) -> bool:
    """Whether RightsDesk can write there."""
    if carrier == CarrierId.FILES:
        return True
    return carrier in NAMES and bool(platform_by_id(CarrierId(carrier)).capabilities.writes)


def to_write(now: Patterns) -> dict[tuple[int, str], list[int]]:
    """What can be written: (artist, carrier) → files or items, and those that say otherwise."""
    found: defaultdict[tuple[int, str], list[int]] = defaultdict(lambda: [0, 0])
    for (artist, carrier), counts in now.pending.items():
        column = column_of(carrier)
        if writes(column):
            for place, number in enumerate(counts):
                found[artist, column][place] += number
    return dict(found)


def _writes(now: Patterns) -> Iterator[Step]:
    for (artist, column), (number, otherwise) in to_write(now).items():
        yield Step(Action.WRITE, artist, column, count=number, otherwise=otherwise)


def _questions(connection: Connection) -> Iterator[tuple[int, str, int]]:
    a = accounts.c
    query = select(a.artist_id, a.platform, func.count()).select_from(ACCOUNT_ITEMS)
    query = query.where(items.c.matched == ASK, items.c.gone.is_(False))
    for row in connection.execute(query.group_by(a.artist_id, a.platform)):
        yield row[0], row[1], row[2]


def _licences(connection: Connection, at: datetime) -> Iterator[Step]:
    """Licences that end soon, one step for each artist whose music they cover."""
    soon = [one for one in load(connection) if one.ends_within(SOON, at)]
    if not soon:
        return
    s = licence_scopes.c
    query = select(s.licence_id, s.artist_id).where(s.licence_id.in_([one.id for one in soon]))
    concerned = {(row.licence_id, row.artist_id) for row in connection.execute(query)}
    for one in soon:
        for number, artist in sorted(concerned):
            if number == one.id:
                left = one.days_left(at) or 0
                yield Step(Action.LICENCE_ENDS, artist, name=one.agreement.partner, count=left)


def _connections(connection: Connection, by_artist: Mapping[int, Consent]) -> Iterator[Step]:
    """Artists with a consent who have neither an account nor an attested platform."""
    reached, attested = platforms_by_artist(connection), current_attestations(connection)
    for artist, consent in by_artist.items():
        if consent and not reached.get(artist) and not attested.get(artist):
            yield Step(Action.CONNECT, artist)


def _sites(connection: Connection, by_artist: Mapping[int, Consent]) -> Iterator[Step]:
    reached = platforms_by_artist(connection)
    for artist, consent in by_artist.items():
        if consent and SITE not in reached.get(artist, ()):
            yield Step(Action.RESERVE_SITE, artist, SITE)


def _switches(
    connection: Connection,
    readings: Mapping[int, Readings],
    by_artist: Mapping[int, Consent],
    at: datetime,
) -> Iterator[Step]:
    """Switches of platforms that an artist uses: said to be there, or with an account."""
    attested, reached = current_attestations(connection), platforms_by_artist(connection)
    for artist in by_artist:
        of_artist = attested.get(artist, {})
        used = reached.get(artist, set()) | {platform for platform, _ in of_artist}
        for one in facts_of(frozenset(used)) if by_artist[artist] else ():
            read = readings.get(artist, {})
            is_connected = one.id in reached.get(artist, ())
            yield from _of_platform(
                *(artist, one, by_artist[artist], of_artist, read, at), connected=is_connected
            )


def _of_platform(
    artist: int,
    facts: PlatformFacts,
    consent: Consent,
    attested: Attestations,
    read: Readings,
    at: datetime,
    *,
    connected: bool,
) -> Iterator[Step]:
    seen = view(artist, facts, consent, attested, at, read, connected=connected)
    if seen.here is False:
        return
    if seen.group is Urgency.LOOK_AGAIN:
        yield Step(Action.LOOK_AGAIN, artist, facts.id)
    elif seen.group is Urgency.TO_DO:
        yield from (
            Step(
                Action.SWITCH_OFF,
                artist,
                facts.id,
                control=one.control.id,
                minutes=minutes(one.control),
                on_by_default=one.control.default is not Default.OPT_IN,
            )
            for one in open_switches(seen)
        )


def _readings(
    connection: Connection,
    facts: tuple[PlatformFacts, ...],
    by_artist: Mapping[int, Consent],
) -> dict[int, dict[tuple[str, str], tuple[SwitchReading, ...]]]:
    """What was read of all switches, by artist, then by platform and control."""
    found: defaultdict[int, dict[tuple[str, str], tuple[SwitchReading, ...]]] = defaultdict(dict)
    for one in facts:
        for control in one.controls:
            read = readings_by_artist(connection, one.id, control, by_artist, true())
            for artist, some in read.items():
                found[artist][one.id, control.id] = some
    return found
