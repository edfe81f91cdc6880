"""Guided platforms: what they offer, what was attested, and its standing.

Attestations are dated facts. They are compared with the consent. They are never taken for something
that RightsDesk read, nor merged with it.
"""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType

from rightsdesk import phrases
from rightsdesk.consent import Consent, Permission, Standing, compare
from rightsdesk.consent.words import listed
from rightsdesk.enums.carriers import CarrierId
from rightsdesk.platforms.registry import platform_by_id
from rightsdesk.resources.controls import By, Control, Default, Value
from rightsdesk.resources.facts import PlatformFacts, all_facts, platform_facts
from rightsdesk.roster import artists as roster
from rightsdesk.roster.accounts import all_accounts
from rightsdesk.sentences import worded
from rightsdesk.store.bulk import numbers_in
from rightsdesk.store.database import Database
from rightsdesk.store.queries import platforms_by_artist
from rightsdesk.store.schema import accounts
from rightsdesk.workspace.consents import consents
from rightsdesk.workspace.guided import attestations
from rightsdesk.workspace.guided.attestations import HERE, PRESENCE, Attestations
from rightsdesk.workspace.guided.platform_readings import (
    REACHED,
    readings_by_artist,
    switch_readings,
)
from rightsdesk.workspace.guided.platform_readings import connected as connected_platforms
from rightsdesk.workspace.types.guided import (
    Attestation,
    ControlView,
    GuidedView,
    Open,
    SwitchReading,
    Urgency,
)
from rightsdesk.workspace.types.problems import Problem, ProblemKind, problem_id
from rightsdesk.workspace.types.scopes import Filter, Scope, ScopeKind

Readings = Mapping[tuple[str, str], tuple[SwitchReading, ...]]
"""Readings of an artist's switches, by platform and control."""

_WORST_FIRST = (Standing.CONFLICTS, Standing.SILENT, Standing.UNKNOWN, Standing.ATTESTED)


def views(
    database: Database, artist_id: int, at: datetime.datetime | None = None
) -> list[GuidedView]:
    """Every platform for one artist, by name; `at` is now, except in tests.

    Raises KnownError if the artist is gone.
    """
    consent = consents.of_scope(database, Scope(ScopeKind.ARTIST, artist_id)).effective
    attested = attestations.current(database, artist_id)
    moment = at or datetime.datetime.now(datetime.UTC)
    with database.read() as connection:
        reached = connected_platforms(connection, artist_id)
        read = {
            (facts.id, control.id): switch_readings(
                connection, artist_id, facts.id, control, consent
            )
            for facts in all_facts()
            if facts.id in reached
            for control in facts.controls
        }
    return [
        view(artist_id, facts, consent, attested, moment, read, connected=facts.id in reached)
        for facts in all_facts()
    ]


def view(
    artist_id: int,
    facts: PlatformFacts,
    consent: Consent,
    attested: Attestations,
    at: datetime.datetime,
    read: Readings = MappingProxyType({}),
    *,
    connected: bool = False,
) -> GuidedView:
    """One platform for one artist."""
    controls = tuple(
        replace(
            control_view(consent, facts, control, attested.get((facts.id, control.id)), at),
            read=read.get((facts.id, control.id), ()),
        )
        for control in facts.controls
    )
    presence = attested.get((facts.id, PRESENCE))
    here = is_here(presence, controls)
    due = [control.look_again for control in controls if control.look_again]
    if here and not any(control.attestation for control in controls) and presence:
        due += _newer_terms(facts, presence)
    standings = [
        view.standing for view in controls if view.attestation or view.control.set_by is By.PERSON
    ]
    if standings:
        standing = min(standings, key=_WORST_FIRST.index)
    else:
        standing = Standing.TERMS_ONLY if facts.terms else Standing.UNKNOWN
    look_again = due[0] if due and here else ""
    guided = GuidedView(
        *(artist_id, facts.id, facts, consent, standing, controls, presence, here, look_again),
        connected=connected,
    )
    return replace(guided, group=group_of(guided))


def is_here(presence: Attestation | None, controls: tuple[ControlView, ...]) -> bool | None:
    """Whether the artist is on the platform, by the newest attestation; None if there is none."""
    attested_ids = [switch.attestation.id for switch in controls if switch.attestation]
    if presence and presence.id > max(attested_ids, default=0):
        return presence.value == HERE
    return True if attested_ids else None


def group_of(view: GuidedView) -> Urgency:
    """The group of a platform: what there is to do. Offers to opt in to are never a task."""
    if view.here is False and not view.connected:
        return Urgency.ASIDE
    if view.here is None and not view.connected:
        return Urgency.ASK
    if view.look_again:
        return Urgency.LOOK_AGAIN
    if any(
        switch.standing is Standing.CONFLICTS and switch.attestation for switch in view.controls
    ):
        return Urgency.TO_DO
    by_person = [switch for switch in view.controls if switch.control.set_by is By.PERSON]
    if any(reading.wider for switch in by_person for reading in switch.read):
        return Urgency.TO_DO
    if not by_person:
        return Urgency.ACCOUNT if view.platform in REACHED else Urgency.NOTHING
    open_controls = [switch for switch in by_person if not switch.attestation and not switch.read]
    if not open_controls:
        return Urgency.DONE
    return Urgency.NOTHING if all(map(_fits_by_default, open_controls)) else Urgency.TO_DO


def _newer_terms(facts: PlatformFacts, attestation: Attestation) -> list[str]:
    if not _after(facts.terms_date, attestation.attested_at):
        return []
    return [
        worded(
            "{name}'s terms changed on {date}, after you checked.",
            name=facts.name,
            date=facts.terms_date,
        )
    ]


def control_view(
    consent: Consent,
    facts: PlatformFacts,
    control: Control,
    attestation: Attestation | None,
    at: datetime.datetime,
) -> ControlView:
    """One switch: its attestation against the consent.

    A switch has few positions, often none that matches the consent. An attestation conflicts if it
    allows more than the consent, or if another position comes closer. Not joining an offer never
    conflicts: to allow is not to sign up.
    """
    best = fitting(consent, control)
    fits = best.id if best else ""
    value = control.value(attestation.value) if attestation else None
    due = look_again(facts, control, attestation, at) if attestation else ""
    if value is None:
        nothing = Consent()
        return ControlView(control, Standing.UNKNOWN, nothing, (), (), fits, attestation, due)
    says = Consent.from_json(value.means)
    comparison = compare(consent, says)
    closest = best is not None and _distance(consent, control, value) <= _distance(
        consent, control, best
    )
    narrower = () if closest or control.default is Default.OPT_IN else comparison.narrower
    if comparison.wider or narrower:
        standing = Standing.CONFLICTS
    elif not says and any(use in consent for use in control.governs):
        standing = Standing.SILENT
    else:
        standing = Standing.ATTESTED
    return ControlView(control, standing, says, comparison.wider, narrower, fits, attestation, due)


def fitting(consent: Consent, control: Control) -> Value | None:
    """The value closest to the consent that allows no more; None if there is none.

    Also None if the consent says nothing about the switch, or if the value would opt in to an
    offer: that is for the person to decide.
    """
    if not any(use in consent for use in control.governs):
        return None
    allowed = [
        value
        for value in control.values
        if not compare(consent, Consent.from_json(value.means)).wider
    ]
    best = min(allowed, key=lambda value: _distance(consent, control, value), default=None)
    would_join = (
        best and control.default is Default.OPT_IN and Permission.ALLOWED in best.means.values()
    )
    return None if would_join else best


def _distance(consent: Consent, control: Control, value: Value) -> int:
    """How far a value is from the consent. Silence is nearer to a yes than to a no."""
    says = Consent.from_json(value.means)
    return sum(
        abs(says[use].rank - permission.rank)
        if use in says
        else 1
        if permission is Permission.ALLOWED
        else 2
        for use, permission in consent.items()
        if use in control.governs
    )


def look_again(
    facts: PlatformFacts, control: Control, attestation: Attestation, at: datetime.datetime
) -> str:
    """A sentence why it is time to check again; "" if it is not."""
    day = attestation.attested_at
    if control.value(attestation.value) is None:
        return worded(
            "{name} has changed its choices since {day}.", name=facts.name, day=phrases.iso_day(day)
        )
    if newer := _newer_terms(facts, attestation):
        return newer[0]
    if _after(facts.last_checked, day):
        return worded(
            "RightsDesk's facts about {name} were updated in {month}.",
            name=facts.name,
            month=facts.last_checked,
        )
    if at >= datetime.datetime.fromisoformat(attestation.remind_at):
        due = phrases.iso_day(attestation.remind_at)
        return worded(
            "You noted this on {day}. The day to check again was {due}.",
            day=phrases.iso_day(day),
            due=due,
        )
    return ""


STEPS_A_MINUTE = 3
"""How many of a switch's written steps a person follows in a minute: each is a click or two."""


def minutes(control: Control) -> int:
    """How long a switch takes: as its facts say, else from the number of their steps."""
    return control.minutes or max(1, -(-len(control.steps) // STEPS_A_MINUTE))


def open_switches(view: GuidedView) -> Iterator[ControlView]:
    """The switches to set: read or attested to allow more, or unknown and on by default."""
    for one in view.controls:
        if one.control.set_by is not By.PERSON:
            continue
        untold = not one.attestation and not one.read
        if (
            (one.standing is Standing.CONFLICTS and one.attestation)
            or any(reading.wider for reading in one.read)
            or (untold and not _fits_by_default(one))
        ):
            yield one


def _fits_by_default(one: ControlView) -> bool:
    """Whether a switch fits the consent while the person chooses nothing: an offer that has to be
    joined, or one whose state without a choice fits, or refuses all where nothing is allowed."""
    if one.control.default is Default.OPT_IN:
        return True
    held, value = one.control.value_by_default, one.control.value(one.fitting)
    if held is None or value is None:
        return False
    allows = Permission.ALLOWED.value in value.means.values()
    return held.id == value.id or not (allows or one.control.permits_by_default)


def _after(date: str, moment: str) -> bool:
    """Whether a date, perhaps only a month, is after a moment, as far as it can tell."""
    return bool(date) and date > moment[: len(date)]


def problems(
    database: Database, chosen: Filter, at: datetime.datetime | None = None
) -> list[Problem]:
    """Attested or read switches that conflict with the consent, or are due for another check."""
    attesting_artists = {
        attestation.artist_id for attestation in attestations.history(database, chosen.artist_id)
    }
    read_artists = {
        account.artist_id
        for account in all_accounts(database, chosen.artist_id)
        if any(map(_is_only_read, platform_facts(account.platform).controls))
    }
    people = [
        artist
        for artist in roster.all_artists(database)
        if artist.id in attesting_artists | read_artists
    ]
    return [
        problem
        for artist, guided in _touched(database, people, at or datetime.datetime.now(datetime.UTC))
        if guided.here is not False or guided.connected
        for problem in (*_open_switches(artist, guided), *_problems(artist, guided))
    ]


def _touched(
    database: Database, people: Collection[roster.ArtistRecord], at: datetime.datetime
) -> Iterator[tuple[roster.ArtistRecord, GuidedView]]:
    """The platforms of each artist with an account or an attestation: others have no problems.

    Each switch is read once for all artists.
    """
    with database.read() as connection:
        stored, reached = consents.load(connection), platforms_by_artist(connection)
        consent_of = {one.id: stored.effective(artist_id=one.id) for one in people}
        ids = {platform for one in people for platform in reached.get(one.id, ())}
        which = accounts.c.artist_id.in_(numbers_in(consent_of))
        read = {
            (facts.id, control.id): readings_by_artist(
                connection, facts.id, control, consent_of, which
            )
            for facts in all_facts()
            if facts.id in ids
            for control in facts.controls
        }
    for artist in people:
        attested = attestations.current(database, artist.id)
        connected = reached.get(artist.id, set())
        touched = connected | {platform for platform, _ in attested}
        of_artist = {key: found.get(artist.id, ()) for key, found in read.items()}
        for facts in all_facts():
            if facts.id in touched:
                here = facts.id in connected
                consent = consent_of[artist.id]
                yield (
                    artist,
                    view(artist.id, facts, consent, attested, at, of_artist, connected=here),
                )


def _is_only_read(control: Control) -> bool:
    """Whether RightsDesk reads a switch that only a person can set."""
    return bool(control.fields) and control.set_by is By.PERSON


def _open_switches(artist: roster.ArtistRecord, view: GuidedView) -> Iterator[Problem]:
    """Switches read to allow more than the consent: no sync can settle these."""
    for switch in filter(lambda switch: _is_only_read(switch.control), view.controls):
        for reading in (reading for reading in switch.read if reading.wider):
            nouns = platform_by_id(CarrierId(view.platform))
            yield Problem(
                ProblemKind.SWITCH,
                f"{view.facts.name}, {artist.name}",
                worded(
                    "“{label}” was read to allow more than you chose ({items}): {uses}.",
                    label=switch.control.label,
                    items=phrases.counted(reading.count, nouns.noun, nouns.nouns),
                    uses=listed(reading.wider),
                ),
                worded("Only you can change it: {where}.", where=", ".join(switch.control.where)),
                reading.count,
                artist.name,
                id=problem_id(
                    *(ProblemKind.SWITCH, artist.id, view.platform, switch.control.id),
                    listed(reading.wider),
                ),
                artist_id=artist.id,
                carrier=view.platform,
            )


def overview(database: Database, at: datetime.datetime | None = None) -> list[Open]:
    """For each artist, how many platforms are in which group."""
    return [
        Open(
            artist.id,
            artist.name,
            Counter(guided.group for guided in views(database, artist.id, at)),
        )
        for artist in roster.all_artists(database)
    ]


def _problems(artist: roster.ArtistRecord, view: GuidedView) -> Iterator[Problem]:
    for switch in view.controls:
        advice = worded(
            "Follow the steps, then note what you set (attest {platform}).",
            platform=view.platform,
        )
        where = f"{view.facts.name}, {artist.name}"
        if switch.standing is Standing.CONFLICTS and switch.attestation:
            day = phrases.iso_day(switch.attestation.attested_at)
            uses = listed(switch.wider) or listed(switch.narrower)
            yield Problem(
                *(ProblemKind.ATTESTED, where),
                worded(
                    "You noted on {day} that “{label}” allows more than you chose: {uses}."
                    if switch.wider
                    else "You noted on {day} that “{label}” allows less than you chose: {uses}.",
                    day=day,
                    label=switch.control.label,
                    uses=uses,
                ),
                advice,
                artist=artist.name,
                id=problem_id(
                    *(ProblemKind.ATTESTED, artist.id, view.platform, switch.control.id),
                    *(switch.attestation.attested_at, uses),
                ),
                artist_id=artist.id,
                carrier=view.platform,
            )
    if view.look_again:
        advice = worded(
            "Check it again, then note how it is set (attest {platform}).",
            platform=view.platform,
        )
        where = f"{view.facts.name}, {artist.name}"
        yield Problem(
            *(ProblemKind.REMINDER, where, view.look_again, advice),
            artist=artist.name,
            id=problem_id(ProblemKind.REMINDER, artist.id, view.platform, view.look_again),
            artist_id=artist.id,
            carrier=view.platform,
        )
