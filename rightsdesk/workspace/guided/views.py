"""Platforms that a person has to visit: what they offer, what was told, and how it stands.

What was told is a fact with a date. It is compared with what is wanted, and never taken
for something that RightsDesk read, or merged with it.
"""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType

from rightsdesk import phrases
from rightsdesk.consent import Consent, Permission, Standing, compare
from rightsdesk.consent.words import listed
from rightsdesk.platforms.registry import platform_by_id
from rightsdesk.resources.facts import (
    By,
    Control,
    Default,
    PlatformFacts,
    Value,
    all_facts,
    platform_facts,
)
from rightsdesk.roster import artists as roster
from rightsdesk.roster.accounts import all_accounts
from rightsdesk.store.database import Database
from rightsdesk.workspace.consents import consents
from rightsdesk.workspace.guided import attestations
from rightsdesk.workspace.guided.attestations import HERE, PRESENCE, Attestations
from rightsdesk.workspace.guided.platform_readings import (
    REACHED,
    connected,
    switch_readings,
)
from rightsdesk.workspace.types import (
    Attestation,
    ControlView,
    Filter,
    Group,
    GuidedView,
    Open,
    Problem,
    ProblemKind,
    Scope,
    ScopeKind,
    SwitchReading,
)

Readings = Mapping[tuple[str, str], tuple[SwitchReading, ...]]
"""What was read of an artist's switches, by platform and control."""

_WORST_FIRST = (Standing.CONFLICTS, Standing.SILENT, Standing.UNKNOWN, Standing.ATTESTED)


def views(
    database: Database, artist_id: int, at: datetime.datetime | None = None
) -> list[GuidedView]:
    """Every platform for one artist, by name; `at` is now, unless a test says so.

    Raises KnownError where the artist is gone.
    """
    wanted = consents.of_scope(database, Scope(ScopeKind.ARTIST, artist_id)).effective
    told = attestations.counting(database, artist_id)
    moment = at or datetime.datetime.now(datetime.UTC)
    with database.read() as connection:
        reached = connected(connection, artist_id)
        read = {
            (facts.id, control.id): switch_readings(
                connection, artist_id, facts.id, control, wanted
            )
            for facts in all_facts()
            if facts.id in reached
            for control in facts.controls
        }
    return [
        replace(view(artist_id, facts, wanted, told, moment, read), connected=facts.id in reached)
        for facts in all_facts()
    ]


def view(
    artist_id: int,
    facts: PlatformFacts,
    wanted: Consent,
    told: Attestations,
    at: datetime.datetime,
    read: Readings = MappingProxyType({}),
) -> GuidedView:
    """One platform for one artist."""
    controls = tuple(
        replace(
            control_view(wanted, facts, control, told.get((facts.id, control.id)), at),
            read=read.get((facts.id, control.id), ()),
        )
        for control in facts.controls
    )
    presence = told.get((facts.id, PRESENCE))
    whether = whereabouts(presence, controls)
    due = [one.look_again for one in controls if one.look_again]
    if whether and not any(one.attestation for one in controls) and presence:
        due += _newer_terms(facts, presence)
    judged = [
        view.standing for view in controls if view.attestation or view.control.set_by is By.PERSON
    ]
    if judged:
        standing = min(judged, key=_WORST_FIRST.index)
    else:
        standing = Standing.TERMS_ONLY if facts.terms else Standing.UNKNOWN
    again = due[0] if due and whether else ""
    whole = GuidedView(
        artist_id, facts.id, facts, wanted, standing, controls, presence, whether, again
    )
    return replace(whole, group=group_of(whole))


def whereabouts(presence: Attestation | None, controls: tuple[ControlView, ...]) -> bool | None:
    """Whether the artist is there, from what was told last: that, or what a switch is set to."""
    told = [one.attestation.id for one in controls if one.attestation]
    if presence and presence.id > max(told, default=0):
        return presence.value == HERE
    return True if told else None


def group_of(view: GuidedView) -> Group:
    """What there is to do. Nobody is asked about an offer that they would have to join."""
    if view.here is False:
        return Group.ASIDE
    if view.look_again:
        return Group.LOOK_AGAIN
    if any(one.standing is Standing.CONFLICTS and one.attestation for one in view.controls):
        return Group.TO_DO
    theirs = [one for one in view.controls if one.control.set_by is By.PERSON]
    if any(reading.wider for one in theirs for reading in one.read):
        return Group.TO_DO
    if not theirs:
        return Group.ACCOUNT if view.platform in REACHED else Group.NOTHING
    untold = [one for one in theirs if not one.attestation and not one.read]
    if not untold:
        return Group.DONE
    joins = all(one.control.default is Default.OPT_IN for one in untold)
    return Group.NOTHING if joins else Group.TO_DO


def _newer_terms(facts: PlatformFacts, told: Attestation) -> list[str]:
    if not facts.terms or not _after(facts.terms.date, told.attested_at):
        return []
    return [f"{facts.name}'s terms changed on {facts.terms.date}, after you looked."]


def control_view(
    wanted: Consent,
    facts: PlatformFacts,
    control: Control,
    attestation: Attestation | None,
    at: datetime.datetime,
) -> ControlView:
    """One switch: what was told of it, against what is wanted.

    A switch has few positions, and often none that says exactly what is wanted. What was
    told is a conflict where it goes beyond the wish, or where another position comes closer
    to it. Not to have joined an offer is never one: to allow is not to sign up.
    """
    best = fitting(wanted, control)
    fits = best.id if best else ""
    value = control.value(attestation.value) if attestation else None
    again = look_again(facts, control, attestation, at) if attestation else ""
    if value is None:
        none = Consent()
        return ControlView(control, Standing.UNKNOWN, none, (), (), fits, attestation, again)
    says = Consent.from_json(value.means)
    verdict = compare(wanted, says)
    closest = best is not None and _distance(wanted, control, value) <= _distance(
        wanted, control, best
    )
    narrower = () if closest or control.default is Default.OPT_IN else verdict.narrower
    if verdict.wider or narrower:
        standing = Standing.CONFLICTS
    elif not says and any(use in wanted for use in control.governs):
        standing = Standing.SILENT
    else:
        standing = Standing.ATTESTED
    return ControlView(control, standing, says, verdict.wider, narrower, fits, attestation, again)


def fitting(wanted: Consent, control: Control) -> Value | None:
    """The value that comes closest to the wish without going beyond it, if there is one.

    None too where nothing is wanted of what the switch governs, and where it would mean to
    join an offer: that is for the person to decide, and no advice of ours.
    """
    if not any(use in wanted for use in control.governs):
        return None
    allowed = [
        value
        for value in control.values
        if not compare(wanted, Consent.from_json(value.means)).wider
    ]
    best = min(allowed, key=lambda value: _distance(wanted, control, value), default=None)
    joins = best and control.default is Default.OPT_IN and Permission.ALLOWED in best.means.values()
    return None if joins else best


def _distance(wanted: Consent, control: Control, value: Value) -> int:
    """How far a value is from the wish. Silence is near to a yes, and farther from a no."""
    says = Consent.from_json(value.means)
    return sum(
        abs(says[use].rank - permission.rank)
        if use in says
        else 1
        if permission is Permission.ALLOWED
        else 2
        for use, permission in wanted.items()
        if use in control.governs
    )


def look_again(
    facts: PlatformFacts, control: Control, attestation: Attestation, at: datetime.datetime
) -> str:
    """Why it is time to look again, as a sentence; empty while it is not."""
    day = attestation.attested_at
    if control.value(attestation.value) is None:
        return f"{facts.name} offers other choices now than on {phrases.iso_day(day)}."
    if newer := _newer_terms(facts, attestation):
        return newer[0]
    if _after(facts.last_checked, day):
        return f"What is known of {facts.name} was looked up again in {facts.last_checked}."
    if at >= datetime.datetime.fromisoformat(attestation.remind_at):
        due = phrases.iso_day(attestation.remind_at)
        return f"You told this on {phrases.iso_day(day)}, and {due} was the day to look again."
    return ""


def _after(date: str, moment: str) -> bool:
    """Whether a date, perhaps only a month, lies after a moment, as far as it can tell."""
    return bool(date) and date > moment[: len(date)]


def problems(
    database: Database, chosen: Filter, at: datetime.datetime | None = None
) -> list[Problem]:
    """What was told or read and disagrees with what is wanted, or is due for another look."""
    told = {one.artist_id for one in attestations.told(database, chosen.artist_id)}
    read = {
        one.artist_id
        for one in all_accounts(database, chosen.artist_id)
        if any(map(_is_only_read, platform_facts(one.platform).controls))
    }
    return [
        problem
        for artist in roster.all_artists(database)
        if artist.id in told | read
        for one in views(database, artist.id, at)
        if one.here is not False or one.connected
        for problem in (*_open_switches(artist.name, one), *_problems(artist.name, one))
    ]


def _is_only_read(control: Control) -> bool:
    """Whether RightsDesk reads a switch that only a person can set."""
    return bool(control.fields) and control.set_by is By.PERSON


def _open_switches(artist: str, view: GuidedView) -> Iterator[Problem]:
    """Where such a switch allows more than is wanted: no sync will ever settle that."""
    for one in filter(lambda each: _is_only_read(each.control), view.controls):
        for reading in (reading for reading in one.read if reading.wider):
            nouns = platform_by_id(view.platform)
            what = phrases.counted(reading.count, nouns.noun, nouns.nouns)
            yield Problem(
                ProblemKind.SWITCH,
                f"{view.facts.name}, {artist}",
                f"“{one.control.label}” was read to allow more than you chose "
                f"({what}): {listed(reading.wider)}.",
                f"Only you can change it: {', '.join(one.control.where)}.",
                reading.count,
            )


def overview(database: Database, at: datetime.datetime | None = None) -> list[Open]:
    """For each artist of the roster, how many platforms are in which group."""
    return [
        Open(one.id, one.name, Counter(each.group for each in views(database, one.id, at)))
        for one in roster.all_artists(database)
    ]


def _problems(artist: str, view: GuidedView) -> Iterator[Problem]:
    for one in view.controls:
        advice = f"Follow the steps, and tell what you set (attest {view.platform})."
        where = f"{view.facts.name}, {artist}"
        if one.standing is Standing.CONFLICTS and one.attestation:
            day = phrases.iso_day(one.attestation.attested_at)
            told = f"You told on {day} that “{one.control.label}”"
            uses = listed(one.wider) or listed(one.narrower)
            more = "more" if one.wider else "less"
            yield Problem(
                ProblemKind.ATTESTED,
                where,
                f"{told} allows {more} than you chose: {uses}.",
                advice,
            )
    if view.look_again:
        advice = f"Look at it again, and tell how it stands (attest {view.platform})."
        where = f"{view.facts.name}, {artist}"
        yield Problem(ProblemKind.REMINDER, where, view.look_again, advice)
