"""`attest` and `platforms`: switches that only a person can set, and what is known of them."""

from __future__ import annotations

import datetime
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from rightsdesk import phrases
from rightsdesk.cli.asking import someone_is_there
from rightsdesk.cli.commands.elsewhere import (
    facts_of_one,
    group_lines,
    open_lines,
    open_shape,
    signals_shape,
)
from rightsdesk.cli.exits import Exit, usage
from rightsdesk.cli.options import Json, begin
from rightsdesk.cli.output.facts import (
    control_lines,
    facts_lines,
    facts_shape,
    terms_lines,
    view_shape,
)
from rightsdesk.cli.output.words import shown, standing_words
from rightsdesk.cli.session import Session
from rightsdesk.consent import Standing
from rightsdesk.consent.words import listed
from rightsdesk.resources.facts import PlatformFacts, facts_named

if TYPE_CHECKING:
    from rightsdesk.workspace.types import Artist, ControlView, GuidedView

NEVER_READ = "This notes what you say, with today's date. RightsDesk cannot read it there."


def attest(
    context: typer.Context,
    platform: Annotated[
        str, typer.Argument(metavar="PLATFORM", help="The platform: x, linkedin, landr, …")
    ],
    artist: Annotated[
        str, typer.Option("--artist", "-a", metavar="NAME", help="Whose switch it is.")
    ] = "",
    control: Annotated[
        str, typer.Option("--control", metavar="C", help="Which switch, where there are several.")
    ] = "",
    value: Annotated[
        str, typer.Option("--value", metavar="V", help="What you set there: off, on, …")
    ] = "",
    note: Annotated[
        str, typer.Option("--note", metavar="TEXT", help="Something to remember with it.")
    ] = "",
    on: Annotated[
        str, typer.Option("--on", metavar="DATE", help="When you looked, if not today.")
    ] = "",
    remind: Annotated[
        str, typer.Option("--remind", metavar="DATE", help="When to look again.")
    ] = "",
    here: Annotated[
        bool | None,
        typer.Option(
            "--here/--not-here",
            help="Whether the artist is there at all: shown in the matrix, or left out of what "
            "is to do.",
            show_default=False,
        ),
    ] = None,
    withdraw: Annotated[
        bool, typer.Option("--withdraw", help="What you told counts no more.")
    ] = False,
    as_json: Json = False,
) -> int:
    """Set a switch yourself where no program can, and tell RightsDesk what you set.

    Without --value it shows the way there and what the terms say, and at a terminal asks
    what you set.

    \b
    rightsdesk attest x
    rightsdesk attest x --artist 'Mira Koval' --value off
    rightsdesk attest x --value off --on 2026-05-03 --remind 2026-12-01
    rightsdesk attest spotify --here
    rightsdesk platforms --artist 'Mira Koval'
    """
    session = begin(context, as_json=as_json)
    facts = _known(platform)
    if withdraw and (value or note):
        raise usage("--withdraw goes with neither --value nor --note.")
    if (note or on or remind) and not value:
        raise usage("A note or a date goes with a value.", "Say what you set: --value V.")
    if here is not None and (value or control):
        raise usage("--here and --not-here go with neither --value nor --control.")
    days = _day(on), _day(remind)
    whose = session.artist(artist)
    if withdraw:
        return _withdraw(session, whose, facts, control, placed=here is not None)
    if here is not None:
        return _place(session, whose, facts, here=here)
    if value:
        return _tell(session, whose, facts, control, value, note, *days)
    return _lead(session, whose, facts, control)


def platforms(
    context: typer.Context,
    platform: Annotated[
        str, typer.Argument(metavar="[PLATFORM]", help="Only this one.", show_default=False)
    ] = "",
    artist: Annotated[
        str, typer.Option("--artist", "-a", metavar="NAME", help="What is to do for this artist.")
    ] = "",
    only_open: Annotated[
        bool, typer.Option("--open", help="What is to do, for everybody on the roster.")
    ] = False,
    as_json: Json = False,
) -> int:
    """Show what is known of each platform: terms, switches, defaults, offers, and how it is known.

    With --artist, what is to do on each of them and what was told; with --open, how much
    is to do for each artist.

    \b
    rightsdesk platforms
    rightsdesk platforms landr
    rightsdesk platforms --artist 'Mira Koval'
    rightsdesk platforms --open
    """
    session = begin(context, as_json=as_json)
    if only_open and (platform or artist):
        raise usage("--open goes with neither a platform nor an artist.")
    if only_open:
        return _open(session)
    if artist:
        return _of_artist(session, artist, platform)
    chosen = [_known(platform)] if platform else session.workspace().platforms.facts()
    for facts in chosen:
        session.out.say(*facts_lines(facts), "")
    session.out.document({"platforms": [facts_shape(facts) for facts in chosen]})
    return Exit.DONE


def _open(session: Session) -> Exit:
    found = session.workspace().platforms.open_elsewhere()
    session.out.say(*open_lines(found))
    session.out.document({"artists": [open_shape(one) for one in found]})
    return Exit.DONE


def _of_artist(session: Session, artist: str, platform: str) -> Exit:
    only = _known(platform) if platform else None
    whose = session.artist(artist)
    if only:
        signals = session.workspace().platforms.signals(whose.id, only.id)
        view = _view(session, whose, only)
        session.out.say(*facts_of_one(view, signals))
        shape = {**view_shape(view), "signals": signals_shape(signals)}
        session.out.document({"artist": whose.name, "platforms": [shape]})
        return Exit.DONE
    views = session.workspace().platforms.guided(whose.id)
    session.out.say(*group_lines(views))
    session.out.document({"artist": whose.name, "platforms": [view_shape(v) for v in views]})
    return Exit.DONE


def _place(session: Session, whose: Artist, facts: PlatformFacts, *, here: bool) -> Exit:
    session.workspace().platforms.place(whose.id, facts.id, here=here)
    is_there = "is there" if here else "is not there"
    session.out.say(f"{facts.name}, {shown(whose.name)}: noted that the artist {is_there}.")
    session.out.document({"artist": whose.name, **view_shape(_view(session, whose, facts))})
    return Exit.DONE


def _day(text: str) -> datetime.date | None:
    try:
        return datetime.date.fromisoformat(text) if text else None
    except ValueError:
        raise usage(f"“{shown(text)}” is no date.", "Write it like 2026-05-03.") from None


def _known(name: str) -> PlatformFacts:
    found = facts_named(name)
    if found is None:
        raise usage(
            f"RightsDesk knows of no platform “{shown(name)}”.", "See: rightsdesk platforms"
        )
    return found


def _tell(
    session: Session,
    whose: Artist,
    facts: PlatformFacts,
    control: str,
    value: str,
    note: str,
    on: datetime.date | None,
    remind_on: datetime.date | None,
) -> Exit:
    told = session.workspace().platforms.attest(
        whose.id, facts.id, control, _plain(value), note, on=on, remind_on=remind_on
    )
    view = _view(session, whose, facts)
    [one] = [each for each in view.controls if each.control.id == told.control]
    session.out.say(*_told_lines(whose, view, one))
    session.out.document({"artist": whose.name, **view_shape(view)})
    return Exit.DONE


def _withdraw(
    session: Session, whose: Artist, facts: PlatformFacts, control: str, *, placed: bool
) -> Exit:
    if placed:
        session.workspace().platforms.place(whose.id, facts.id, here=None)
    else:
        session.workspace().platforms.withdraw(whose.id, facts.id, control)
    session.out.say(
        f"{facts.name}, {shown(whose.name)}: what you told counts no more. It stays on record."
    )
    session.out.document({"artist": whose.name, **view_shape(_view(session, whose, facts))})
    return Exit.DONE


def _lead(session: Session, whose: Artist, facts: PlatformFacts, control: str) -> Exit:
    """Show the way, and ask what was set there."""
    out, view = session.out, _view(session, whose, facts)
    chosen = [one for one in view.controls if control in ("", one.control.id)]
    if control and not chosen:
        known = ", ".join(one.control.id for one in view.controls) or "none"
        raise usage(f"{facts.name} has no switch “{shown(control)}”.", f"There are: {known}.")
    out.document({"artist": whose.name, **view_shape(view)})
    out.say(*terms_lines(facts))
    for one in chosen:
        out.say("", *control_lines(facts, one.control), *_steps(one))
        if one.attestation:
            out.say(*_told_lines(whose, view, one))
        if one.control.values and not out.as_json:
            _ask(session, whose, view, one)
    return Exit.DONE


def _steps(one: ControlView) -> Iterator[str]:
    for number, step in enumerate(one.control.steps, 1):
        yield f"  {number}. {step}"
    best = one.control.value(one.fitting)
    if best:
        yield f"  What fits your choice: {best.label} ({best.id})"


def _ask(session: Session, whose: Artist, view: GuidedView, one: ControlView) -> None:
    values = one.control.values
    if not someone_is_there():
        ids = "|".join(value.id for value in values)
        which = f" --control {one.control.id}" if len(view.controls) > 1 else ""
        session.out.note(f"Then tell: rightsdesk attest {view.platform}{which} --value {ids}")
        return
    session.out.present("", NEVER_READ)
    for number, value in enumerate(values, 1):
        session.out.present(f"  {number}  {value.label}")
    print("What is set there? Number, or Enter for nothing: ", end="", file=sys.stderr, flush=True)
    answer = sys.stdin.readline().strip()
    by_answer = {str(number): value.id for number, value in enumerate(values, 1)}
    value_id = by_answer.get(answer, _plain(answer))
    if one.control.value(value_id) is None:
        session.out.note("Nothing was noted.")
        return
    session.workspace().platforms.attest(whose.id, view.platform, one.control.id, value_id)
    again = _view(session, whose, view.facts)
    [told] = [each for each in again.controls if each.control.id == one.control.id]
    session.out.say(*_told_lines(whose, again, told))


def _told_lines(whose: Artist, view: GuidedView, one: ControlView) -> Iterator[str]:
    told = one.attestation
    if told is None:
        return
    value = one.control.value(told.value)
    said = value.label if value else told.value
    note = f" ({shown(told.note)})" if told.note else ""
    yield f"{standing_words(one.standing)}: {view.facts.name}, {shown(whose.name)}: {said}{note}"
    day, again = phrases.iso_day(told.attested_at), phrases.iso_day(told.remind_at)
    yield f"  You told so on {day}; look again by {again}."
    if one.standing is Standing.CONFLICTS:
        more = "more" if one.wider else "less"
        yield f"  That allows {more} than you chose: {listed(one.wider or one.narrower)}."
    if one.standing is Standing.SILENT:
        yield "  That leaves unsaid what you chose."
    if one.look_again:
        yield f"  {one.look_again}"


def _view(session: Session, whose: Artist, facts: PlatformFacts) -> GuidedView:
    views = session.workspace().platforms.guided(whose.id)
    return next(view for view in views if view.platform == facts.id)


def _plain(value: str) -> str:
    """A value's id as people may type it: `not-joined`, `Off`."""
    return value.strip().lower().replace("-", "_").replace(" ", "_")
