"""`terms check`, `terms on` and `terms off`: the watch and its daily run."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any

import typer

from rightsdesk import phrases
from rightsdesk.cli.commands.terms.words import alarm_lines, alarm_shape
from rightsdesk.cli.exits import Exit, usage
from rightsdesk.cli.options import Json, begin
from rightsdesk.cli.output.words import shown
from rightsdesk.cli.progress import show_progress, stop_on_signal
from rightsdesk.cli.session import Session

if TYPE_CHECKING:
    from rightsdesk.workspace.terms.types import TermsCheck


def check(
    context: typer.Context,
    platforms: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[PLATFORM]…", help="Only these platforms; else all that an artist uses."
        ),
    ] = None,
    if_due: Annotated[
        bool,
        typer.Option("--if-due", help="Only if the watch is on and due: for a nightly run."),
    ] = False,
    as_json: Json = False,
) -> int:
    """Fetch the terms of platforms and say what changed about AI and uploads.

    Each document is fetched once a day at most, from the platform's page and from Open Terms
    Archive. Nothing is sent but the request.

    \b
    rightsdesk terms check
    rightsdesk terms check SoundCloud YouTube
    rightsdesk terms on; rightsdesk terms check --if-due
    """
    session = begin(context, as_json=as_json)
    if if_due and platforms:
        raise usage("--if-due checks the platforms in use. Name none, or leave --if-due out.")
    workspace = session.workspace()
    if if_due:
        now = workspace.now()
        due = workspace.terms.due(now)
        if due is None or due > now:
            session.out.say(
                f"The next check of terms is due {phrases.at_moment(due, now)}."
                if due
                else "The terms watch is off. To switch it on: rightsdesk terms on"
            )
            when = due.isoformat(timespec="seconds") if due else ""
            session.out.document({"due_at": when, "alarms": []})
            return Exit.DONE
    result = run_check(session, platforms or [])
    session.out.document(check_shape(result))
    return exit_of(result)


def run_check(session: Session, platforms: list[str]) -> TermsCheck:
    """Check, and say what was found."""
    with stop_on_signal() as stop, show_progress(session.out, "Reading terms") as progress:
        result = session.workspace().terms.check(platforms, progress=progress, cancel=stop)
    session.out.say(*_lines(result))
    session.out.note(*(f"Not read: {shown(one)}" for one in result.unread))
    session.out.note(*(f"Not usable: {shown(one)}" for one in result.broken))
    return result


def exit_of(result: TermsCheck) -> Exit:
    """Return the exit code. A change in terms is no failure."""
    if result.cancelled:
        return Exit.CANCELLED
    return Exit.SOME_FAILED if result.unread else Exit.DONE


def check_shape(result: TermsCheck) -> dict[str, Any]:
    """Return the result of a check as plain data."""
    return {
        "read": result.read,
        "unchanged": result.unchanged,
        "read_today_already": result.early,
        "new_versions": result.new_versions,
        "alarms": [alarm_shape(alarm) for alarm in result.alarms],
        "broken": list(result.broken),
        "unread": list(result.unread),
    }


def _lines(result: TermsCheck) -> Iterator[str]:
    checked = result.read + result.unchanged
    if not checked and not result.unread and result.early:
        yield "All of these terms were read today already. They are read once a day at most."
        return
    if not checked and result.unread:
        yield "No terms could be read, so nothing can be said about a change. Try again later."
        return
    new = phrases.counted(result.new_versions, "new version")
    yield f"Read {phrases.counted(checked, 'source')} of terms: {new}."
    if not result.alarms:
        yield (
            "In what could be read, nothing changed in what AI may do with uploads."
            if result.unread or result.broken
            else "Nothing changed in what AI may do with uploads."
        )
    for alarm in result.alarms:
        yield from ("", *alarm_lines(alarm))
    if result.alarms:
        yield from ("", f"To read both texts: rightsdesk terms show {result.alarms[0].id}")


def on(context: typer.Context, as_json: Json = False) -> int:
    """Check the terms of the platforms in use once a day: in the window, or by a nightly run.

    \b
    rightsdesk terms on
    rightsdesk terms check --if-due
    """
    return _switch(begin(context, as_json=as_json), to=True)


def off(context: typer.Context, as_json: Json = False) -> int:
    """Stop the daily check. What is known about the terms stays.

    \b
    rightsdesk terms off
    """
    return _switch(begin(context, as_json=as_json), to=False)


def _switch(session: Session, *, to: bool) -> Exit:
    session.workspace().terms.switch(to)
    session.out.say(
        "RightsDesk reads the terms of the platforms in use once a day while its window is open. "
        "Without the window: rightsdesk terms check --if-due, every night."
        if to
        else "The terms watch is off. RightsDesk reads terms only on command."
    )
    session.out.document({"on": to})
    return Exit.DONE
