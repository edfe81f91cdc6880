"""`rightsdesk demo`: the whole job on a sample catalogue, with nothing real involved."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Annotated

import typer

from rightsdesk.cli.exits import Exit, usage
from rightsdesk.cli.options import begin
from rightsdesk.cli.output.words import shown


def demo(
    context: typer.Context,
    folder: Annotated[
        Path | None,
        typer.Option("--dir", metavar="DIR", help="Where to put it; none: a temporary folder."),
    ] = None,
    headless: Annotated[
        bool, typer.Option("--headless", help="No window: print the whole job, save a picture.")
    ] = False,
) -> int:
    """Try everything on made-up music and a practice SoundCloud on this computer.

    Nothing leaves this computer, and nothing of yours is touched: no files, no accounts,
    no keyring. Everything is in one folder that can be deleted afterwards.

    \b
    rightsdesk demo
    rightsdesk demo --headless --dir /tmp/rightsdesk-demo
    """
    session = begin(context)
    if folder is None:
        folder = Path(tempfile.mkdtemp(prefix="rightsdesk-demo-"))
    elif folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise usage(f"{shown(str(folder))} is not empty.", "Give a new folder, or delete it first.")
    from rightsdesk.cli.commands.demonstration import prepared, tell

    with prepared(folder.absolute(), session.out) as demo_session:
        if headless:
            return tell(demo_session, folder.absolute())
        from rightsdesk.cli.commands.window import show_window_on

        code = show_window_on(demo_session)
    session.out.say(f"Everything of the demo is in {shown(str(folder))}: delete it when you like.")
    return Exit(code)
