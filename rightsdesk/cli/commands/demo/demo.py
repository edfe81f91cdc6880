"""`rightsdesk demo`: the whole job on a sample catalogue, without real accounts or files."""

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
        typer.Option(
            "--dir", metavar="DIR", help="The folder to use; without it, a temporary one."
        ),
    ] = None,
    headless: Annotated[
        bool, typer.Option("--headless", help="No window: print the whole job, save a picture.")
    ] = False,
) -> int:
    """Try everything on made-up music and a practice SoundCloud on this computer.

    Nothing leaves this computer. Your files, accounts and keyring are not touched. Everything is in
    one folder, which you can delete afterwards.

    \b
    rightsdesk demo
    rightsdesk demo --headless --dir /tmp/rightsdesk-demo
    """
    session = begin(context)
    if folder is None:
        folder = Path(tempfile.mkdtemp(prefix="rightsdesk-demo-"))
    elif folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise usage(
            f"{shown(str(folder))} is not empty.", "Name a new folder, or delete this one first."
        )
    from rightsdesk.cli.commands.demo.steps import prepared_demo, run_headless

    with prepared_demo(folder.absolute(), session.out) as demo_session:
        if headless:
            return run_headless(demo_session, folder.absolute())
        from rightsdesk.cli.commands.window import show_window_on

        code = show_window_on(demo_session)
    session.out.say(f"The whole demo is in {shown(str(folder))}. You can delete that folder.")
    return Exit(code)
