"""`rightsdesk facts`: which facts about platforms are in use, and newer ones."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from rightsdesk.cli.exits import Exit
from rightsdesk.cli.options import Json, begin, file_or_address
from rightsdesk.cli.output.json_shapes import Shape
from rightsdesk.cli.output.words import shown

if TYPE_CHECKING:
    from rightsdesk.cli.session import Session
    from rightsdesk.workspace.guided.facts_updates import FactsUpdate

app = typer.Typer(rich_markup_mode=None)


@app.callback(invoke_without_command=True)
def facts(context: typer.Context, as_json: Json = False) -> int:
    """The version of the facts about platforms: show it, and get newer ones.

    The facts themselves: rightsdesk platforms

    \b
    rightsdesk facts
    rightsdesk facts update platforms.facts
    """
    if context.invoked_subcommand is not None:
        return Exit.DONE
    session = begin(context, as_json=as_json)
    workspace = session.workspace()
    state, address = workspace.facts.state(), workspace.facts.address()
    origin = "came with RightsDesk" if state.origin == "shipped" else "were installed"
    session.out.say(f"Facts of {state.version} about {state.platforms} platforms. They {origin}.")
    if state.problem:
        session.out.note(shown(state.problem))
    session.out.say(_address_words(address))
    session.out.document(
        {
            "version": state.version,
            "origin": state.origin.value,
            "platforms": state.platforms,
            "shipped": state.shipped,
            "problem": state.problem,
            "address": address,
        }
    )
    return Exit.DONE


@app.command()
def update(
    context: typer.Context,
    source: Annotated[
        str,
        typer.Argument(
            metavar="[FILE|ADDRESS]", help="A signed file. By default: the stored address."
        ),
    ] = "",
    if_due: Annotated[
        bool, typer.Option("--if-due", help="Only once a day: for a nightly run.")
    ] = False,
    as_json: Json = False,
) -> int:
    """Install newer facts about platforms from a signed file.

    A file without a known signature, or one that is not newer, is refused, and nothing changes.

    \b
    rightsdesk facts update platforms.facts
    rightsdesk facts update https://facts.example/platforms.facts
    rightsdesk facts update --if-due
    """
    session = begin(context, as_json=as_json)
    workspace = session.workspace()
    if if_due:
        return _told(session, workspace.facts.update_if_due())
    return _told(session, workspace.facts.update(file_or_address(source)))


def _told(session: Session, done: FactsUpdate | None) -> Exit:
    if done is None:
        session.out.say("There is nothing to do.")
        session.out.document({"version": session.workspace().facts.state().version, "changed": []})
        return Exit.DONE
    session.out.say(update_words(done))
    session.out.document(update_shape(done))
    return Exit.DONE


def update_words(done: FactsUpdate) -> str:
    """Say which facts were installed."""
    number = len(done.changed)
    platforms = "1 platform" if number == 1 else f"{number} platforms"
    return (
        f"Installed the facts of {done.version} (before: {done.before}). "
        f"They differ for {platforms}."
    )


def update_shape(done: FactsUpdate) -> Shape:
    """Return installed facts as plain data."""
    return {"version": done.version, "before": done.before, "changed": list(done.changed)}


@app.command()
def address(
    context: typer.Context,
    choice: Annotated[
        str, typer.Argument(metavar="[none|ADDRESS]", help="Where to look once a day.")
    ] = "",
    as_json: Json = False,
) -> int:
    """Show or set the address where newer facts are looked for once a day.

    Off by default, and none is built in. The window looks while it is open, and a nightly
    `rightsdesk look --if-due`
    or `rightsdesk facts update --if-due`.

    \b
    rightsdesk facts address
    rightsdesk facts address https://facts.example/platforms.facts
    rightsdesk facts address none
    """
    session = begin(context, as_json=as_json)
    kept = session.workspace().facts
    now = kept.set_address("" if choice == "none" else choice) if choice else kept.address()
    session.out.say(_address_words(now))
    session.out.document({"address": now})
    return Exit.DONE


def _address_words(address: str) -> str:
    if not address:
        return "Newer ones are not looked for: no address is set."
    return f"Newer ones are looked for once a day at {shown(address)}"
