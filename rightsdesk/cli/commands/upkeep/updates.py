"""`rightsdesk update`: whether there is a newer version. Nothing is ever installed by it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from rightsdesk.cli.exits import Exit, usage
from rightsdesk.cli.options import Json, begin, file_or_address
from rightsdesk.cli.output.json_shapes import Shape
from rightsdesk.cli.output.words import shown
from rightsdesk.phrases import at_moment

if TYPE_CHECKING:
    from rightsdesk.workspace.updates.types import NewestRelease

app = typer.Typer(rich_markup_mode=None)


@app.callback(invoke_without_command=True)
def updates(context: typer.Context, as_json: Json = False) -> int:
    """Newer versions of RightsDesk: look for them once a day, if you wish.

    Off until you switch it on. RightsDesk downloads and installs nothing: it names the page.

    \b
    rightsdesk update check
    rightsdesk update on https://releases.example/rightsdesk.releases
    rightsdesk update off
    """
    if context.invoked_subcommand is not None:
        return Exit.DONE
    session = begin(context, as_json=as_json)
    state = session.workspace().updates.state()
    session.out.say(f"This is RightsDesk {state.version}.")
    session.out.say(_switch_words(state.on, state.address))
    if state.problem:
        session.out.note(shown(state.problem))
    if state.newest is not None:
        session.out.say(*_lines(state.newest))
    session.out.document(
        {
            "version": state.version,
            "on": state.on,
            "address": state.address,
            "installed_as": state.kind.value,
            "problem": state.problem,
            "newest": None if state.newest is None else _shape(state.newest),
        }
    )
    return Exit.DONE


@app.command()
def check(
    context: typer.Context,
    source: Annotated[
        str,
        typer.Argument(
            metavar="[FILE|ADDRESS]", help="A signed feed. By default: the address that is known."
        ),
    ] = "",
    if_due: Annotated[
        bool,
        typer.Option("--if-due", help="Only if it is on, and once a day: for a nightly run."),
    ] = False,
    as_json: Json = False,
) -> int:
    """Look for a newer version now.

    A feed without a known signature, or one that is older than what is known, is refused. Nothing
    is sent but the request.

    \b
    rightsdesk update check
    rightsdesk update check --if-due
    """
    session = begin(context, as_json=as_json)
    workspace = session.workspace()
    if if_due and source:
        raise usage("--if-due looks at the address that is known. Name none, or leave it out.")
    found = (
        workspace.updates.check_if_due()
        if if_due
        else workspace.updates.check(file_or_address(source))
    )
    if found is None:
        now = workspace.now()
        due = workspace.updates.due(now)
        session.out.say(
            f"The next look for new versions is due {at_moment(due, now)}."
            if due
            else "New versions are not looked for. To switch that on: rightsdesk update on"
        )
        when = due.isoformat(timespec="seconds") if due else ""
        session.out.document({"due_at": when, "newest": None})
        return Exit.DONE
    session.out.say(*_lines(found))
    session.out.document({"due_at": "", "newest": _shape(found)})
    return Exit.DONE


@app.command("on")
def switch_on(
    context: typer.Context,
    address: Annotated[
        str,
        typer.Argument(metavar="[ADDRESS]", help="Where to look; by default as known."),
    ] = "",
    as_json: Json = False,
) -> int:
    """Look for newer versions once a day.

    The window looks while it is open, and a nightly `rightsdesk update check --if-due`.

    \b
    rightsdesk update on https://releases.example/rightsdesk.releases
    """
    return _switched(context, on=True, address=address, as_json=as_json)


@app.command("off")
def switch_off(context: typer.Context, as_json: Json = False) -> int:
    """Look for newer versions no more. The address is kept.

    \b
    rightsdesk update off
    """
    return _switched(context, on=False, address="", as_json=as_json)


def _switched(context: typer.Context, *, on: bool, address: str, as_json: bool) -> Exit:
    session = begin(context, as_json=as_json)
    kept = session.workspace().updates
    kept.switch(on, address)
    now = kept.address()
    session.out.say(_switch_words(on, now))
    session.out.document({"on": on, "address": now})
    return Exit.DONE


def _switch_words(on: bool, address: str) -> str:
    if not on:
        return "New versions are not looked for. To switch that on: rightsdesk update on"
    return f"New versions are looked for once a day at {shown(address)}"


def _lines(found: NewestRelease) -> Iterator[str]:
    if not found.newer:
        yield f"There is nothing newer: the newest version is {found.version} of {found.date}."
        return
    yield f"There is a newer version: {found.version} of {found.date}."
    yield from (f"  {shown(change)}" for change in found.changes)
    if found.minimum:
        yield f"It needs: {shown(found.minimum)}"
    yield str(found.how)
    yield f"The page: {shown(found.page)}"
    for package in found.packages:
        yield f"  {package.sha256}  {package.file}"


def _shape(found: NewestRelease) -> Shape:
    return {
        "version": found.version,
        "date": found.date,
        "newer": found.newer,
        "changes": list(found.changes),
        "page": found.page,
        "minimum": found.minimum,
        "packages": [{"file": one.file, "sha256": one.sha256} for one in found.packages],
        "how": str(found.how),
    }
