"""`rightsdesk settings`: what holds for the whole data folder."""

from __future__ import annotations

from typing import Annotated

import typer

from rightsdesk.cli.exits import Exit
from rightsdesk.cli.options import Json, begin
from rightsdesk.cli.output.words import shown

app = typer.Typer(
    rich_markup_mode=None,
    no_args_is_help=True,
    help="Settings of this data folder: the proxy.\n\n\b\nrightsdesk settings proxy system",
)


@app.callback()
def settings() -> None:
    """Settings of this data folder: the proxy."""


@app.command()
def proxy(
    context: typer.Context,
    choice: Annotated[
        str, typer.Argument(metavar="[system|none|ADDRESS]", help="The proxy to use from now on.")
    ] = "",
    as_json: Json = False,
) -> int:
    """Show or set the proxy for all requests.

    \b
    rightsdesk settings proxy
    rightsdesk settings proxy http://proxy.example:8080
    rightsdesk settings proxy none
    rightsdesk settings proxy system
    """
    session = begin(context, as_json=as_json)
    workspace = session.workspace()
    if choice:
        now = workspace.settings.set_proxy("" if choice == "system" else choice)
    else:
        now = workspace.settings.proxy()
    words = {"": "The system's proxy, if it names one.", "none": "No proxy."}
    session.out.say(words.get(now, shown(now)))
    session.out.document({"proxy": now or "system"})
    return Exit.DONE
