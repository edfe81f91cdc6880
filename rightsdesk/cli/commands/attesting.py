"""`attest` and `platforms`: switches that only a person can set, and facts about platforms."""

from __future__ import annotations

import datetime
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from rightsdesk import phrases
from rightsdesk.cli.commands.guided_lines import (
    group_lines,
    open_lines,
    open_shape,
    platform_lines,
    signals_shape,
)
from rightsdesk.cli.exits import Exit, usage
from rightsdesk.cli.options import Json, begin, day_of
from rightsdesk.cli.output.facts import (
    control_lines,
    facts_lines,
    facts_shape,
    terms_lines,
    view_shape,
)
from rightsdesk.cli.output.words import shown, standing_words
from rightsdesk.cli.prompts import is_interactive
from rightsdesk.cli.session import Session
from rightsdesk.consent import Standing
from rightsdesk.consent.words import listed
from rightsdesk.resources.attribution import attribution
from rightsdesk.resources.facts import PlatformFacts, all_facts, facts_named
from rightsdesk.suggestions import did_you_mean

if TYPE_CHECKING:
    from rightsdesk.workspace.types.artists import Artist
    from rightsdesk.workspace.types.guided import ControlView, GuidedView

NEVER_READ = "RightsDesk records your answer with today's date. It can't read the switch itself."


def attest(
    context: typer.Context,
    platform: Annotated[
        str, typer.Argument(metavar="PLATFORM", help="The platform: x, linkedin, landr, …")
    ],
    artist: Annotated[
        str, typer.Option("--artist", "-a", metavar="NAME", help="The switch's artist.")
    ] = "",
    control: Annotated[
        str, typer.Option("--control", metavar="C", help="The switch, if there are several.")
    ] = "",
    value: Annotated[
        str, typer.Option("--value", metavar="V", help="What you set: off, on, …")
    ] = "",
    note: Annotated[str, typer.Option("--note", metavar="TEXT", help="A note for yourself.")] = "",
    on: Annotated[
        str, typer.Option("--on", metavar="DATE", help="The day you checked, if not today.")
    ] = "",
    remind: Annotated[
        str, typer.Option("--remind", metavar="DATE", help="The day to check again.")
    ] = "",
    here: Annotated[
        bool | None,
        typer.Option(
            "--here/--not-here",
            help="Whether the artist is on the platform: shown in the matrix, or left out of "
            "your tasks.",
            show_default=False,
        ),
    ] = None,
    withdraw: Annotated[
        bool, typer.Option("--withdraw", help="Withdraw your last answer.")
    ] = False,
    as_json: Json = False,
) -> int:
    """Record a switch that only you can set: RightsDesk shows the way there.

    Without --value it shows the steps and the terms. At a terminal it asks what you set.

    \b
    rightsdesk attest x
    rightsdesk attest x --artist 'Mira Koval' --value off
    rightsdesk attest x --value off --on 2026-05-03 --remind 2026-12-01
    rightsdesk attest spotify --here
    rightsdesk platforms --artist 'Mira Koval'
    """
    session = begin(context, as_json=as_json)
    facts = _facts(platform)
    if withdraw and (value or note):
        raise usage("--withdraw can't be combined with --value or --note.")
    if (note or on or remind) and not value:
        raise usage("A note or a date needs a value.", "Add what you set: --value V.")
    if here is not None and (value or control):
        raise usage("--here and --not-here can't be combined with --value or --control.")
    days = day_of(on), day_of(remind)
    owner = session.artist(artist)
    if withdraw:
        return _withdraw(session, owner, facts, control, placed=here is not None)
    if here is not None:
        return _set_presence(session, owner, facts, here=here)
    if value:
        return _record(session, owner, facts, control, value, note, *days)
    return _guide(session, owner, facts, control)


def platforms(
    context: typer.Context,
    platform: Annotated[
        str, typer.Argument(metavar="[PLATFORM]", help="Only this one.", show_default=False)
    ] = "",
    artist: Annotated[
        str, typer.Option("--artist", "-a", metavar="NAME", help="Show this artist's tasks.")
    ] = "",
    only_open: Annotated[
        bool, typer.Option("--open", help="Count the tasks of every artist.")
    ] = False,
    as_json: Json = False,
) -> int:
    """Show facts about each platform: terms, switches, defaults, offers, sources.

    With --artist, it shows that artist's tasks and answers on each platform; with --open, the
    number of tasks for each artist.

    \b
    rightsdesk platforms
    rightsdesk platforms landr
    rightsdesk platforms --artist 'Mira Koval'
    rightsdesk platforms --open
    """
    session = begin(context, as_json=as_json)
    if only_open and (platform or artist):
        raise usage("--open can't be combined with a platform or an artist.")
    if only_open:
        return _open(session)
    if artist:
        return _of_artist(session, artist, platform)
    chosen = [_facts(platform)] if platform else session.workspace().platforms.facts()
    for facts in chosen:
        session.out.say(*facts_lines(facts), "")
    session.out.say(attribution())
    session.out.document(
        {"platforms": [facts_shape(facts) for facts in chosen], "attribution": attribution()}
    )
    return Exit.DONE


def _open(session: Session) -> Exit:
    found = session.workspace().platforms.open_elsewhere()
    session.out.say(*open_lines(found))
    session.out.document({"artists": [open_shape(artist) for artist in found]})
    return Exit.DONE


def _of_artist(session: Session, artist: str, platform: str) -> Exit:
    only = _facts(platform) if platform else None
    owner = session.artist(artist)
    if only:
        signals = session.workspace().platforms.signals(owner.id, only.id)
        view = _view(session, owner, only)
        session.out.say(*platform_lines(view, signals))
        shape = {**view_shape(view), "signals": signals_shape(signals)}
        session.out.document({"artist": owner.name, "platforms": [shape]})
        return Exit.DONE
    views = session.workspace().platforms.guided(owner.id)
    session.out.say(*group_lines(views))
    session.out.document({"artist": owner.name, "platforms": [view_shape(v) for v in views]})
    return Exit.DONE


def _set_presence(session: Session, artist: Artist, facts: PlatformFacts, *, here: bool) -> Exit:
    session.workspace().platforms.place(artist.id, facts.id, here=here)
    is_there = "is there" if here else "is not there"
    session.out.say(f"{facts.name}, {shown(artist.name)}: recorded that the artist {is_there}.")
    session.out.document({"artist": artist.name, **view_shape(_view(session, artist, facts))})
    return Exit.DONE


def _facts(name: str) -> PlatformFacts:
    found = facts_named(name)
    if found is None:
        names = (known for facts in all_facts() for known in (facts.name, facts.id, *facts.also))
        advice = shown(did_you_mean(name, names)) or "To see all: rightsdesk platforms"
        raise usage(f"RightsDesk has no facts about “{shown(name)}”.", advice)
    return found


def _record(
    session: Session,
    artist: Artist,
    facts: PlatformFacts,
    control: str,
    value: str,
    note: str,
    on: datetime.date | None,
    remind_on: datetime.date | None,
) -> Exit:
    attestation = session.workspace().platforms.attest(
        artist.id, facts.id, control, _plain(value), note, on=on, remind_on=remind_on
    )
    view = _view(session, artist, facts)
    [view_of_control] = [
        control_view
        for control_view in view.controls
        if control_view.control.id == attestation.control
    ]
    session.out.say(*_attested_lines(artist, view, view_of_control))
    session.out.document({"artist": artist.name, **view_shape(view)})
    return Exit.DONE


def _withdraw(
    session: Session, artist: Artist, facts: PlatformFacts, control: str, *, placed: bool
) -> Exit:
    if placed:
        session.workspace().platforms.place(artist.id, facts.id, here=None)
    else:
        session.workspace().platforms.withdraw(artist.id, facts.id, control)
    session.out.say(
        f"{facts.name}, {shown(artist.name)}: your answer was withdrawn. It stays on record."
    )
    session.out.document({"artist": artist.name, **view_shape(_view(session, artist, facts))})
    return Exit.DONE


def _guide(session: Session, artist: Artist, facts: PlatformFacts, control: str) -> Exit:
    """Show the steps, and ask what the person has set."""
    out, view = session.out, _view(session, artist, facts)
    chosen = [
        control_view for control_view in view.controls if control in ("", control_view.control.id)
    ]
    if control and not chosen:
        ids = ", ".join(control_view.control.id for control_view in view.controls) or "none"
        raise usage(f"{facts.name} has no switch “{shown(control)}”.", f"There are: {ids}.")
    out.document({"artist": artist.name, **view_shape(view)})
    out.say(*terms_lines(facts))
    for control_view in chosen:
        out.say("", *control_lines(facts, control_view.control), *_steps(control_view))
        if control_view.attestation:
            out.say(*_attested_lines(artist, view, control_view))
        if control_view.control.values and not out.as_json:
            _ask(session, artist, view, control_view)
    return Exit.DONE


def _steps(control_view: ControlView) -> Iterator[str]:
    for number, step in enumerate(control_view.control.steps, 1):
        yield f"  {number}. {step}"
    best = control_view.control.value(control_view.fitting)
    if best:
        yield f"  What fits your consent: {best.label} ({best.id})"


def _ask(session: Session, artist: Artist, view: GuidedView, control_view: ControlView) -> None:
    values = control_view.control.values
    if not is_interactive():
        ids = "|".join(value.id for value in values)
        which = f" --control {control_view.control.id}" if len(view.controls) > 1 else ""
        session.out.note(f"Then record it: rightsdesk attest {view.platform}{which} --value {ids}")
        return
    session.out.present("", NEVER_READ)
    for number, value in enumerate(values, 1):
        session.out.present(f"  {number}  {value.label}")
    print("What is set there? Number, or Enter for nothing: ", end="", file=sys.stderr, flush=True)
    answer = sys.stdin.readline().strip()
    by_answer = {str(number): value.id for number, value in enumerate(values, 1)}
    value_id = by_answer.get(answer, _plain(answer))
    if control_view.control.value(value_id) is None:
        session.out.note("Nothing was recorded.")
        return
    session.workspace().platforms.attest(
        artist.id, view.platform, control_view.control.id, value_id
    )
    again = _view(session, artist, view.facts)
    [attested] = [other for other in again.controls if other.control.id == control_view.control.id]
    session.out.say(*_attested_lines(artist, again, attested))


def _attested_lines(artist: Artist, view: GuidedView, control_view: ControlView) -> Iterator[str]:
    attestation = control_view.attestation
    if attestation is None:
        return
    value = control_view.control.value(attestation.value)
    label = value.label if value else attestation.value
    note = f" ({shown(attestation.note)})" if attestation.note else ""
    standing = standing_words(control_view.standing)
    yield f"{standing}: {view.facts.name}, {shown(artist.name)}: {label}{note}"
    day, again = phrases.iso_day(attestation.attested_at), phrases.iso_day(attestation.remind_at)
    yield f"  You recorded this on {day}; check again by {again}."
    if control_view.standing is Standing.CONFLICTS:
        more = "more" if control_view.wider else "less"
        uses = control_view.wider or control_view.narrower
        yield f"  That allows {more} than your consent: {listed(uses)}."
    if control_view.standing is Standing.SILENT:
        yield "  That does not state your consent."
    if control_view.look_again:
        yield f"  {control_view.look_again}"


def _view(session: Session, artist: Artist, facts: PlatformFacts) -> GuidedView:
    views = session.workspace().platforms.guided(artist.id)
    return next(view for view in views if view.platform == facts.id)


def _plain(value: str) -> str:
    """Return a value's id for input such as `not-joined` or `Off`."""
    return value.strip().lower().replace("-", "_").replace(" ", "_")
