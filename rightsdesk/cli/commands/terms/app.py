"""The group `rightsdesk terms` with its commands."""

from __future__ import annotations

import typer

from rightsdesk.cli.commands.terms.answering import answer
from rightsdesk.cli.commands.terms.comparing import compare
from rightsdesk.cli.commands.terms.showing import list_terms, show, versions
from rightsdesk.cli.commands.terms.watching import check, off, on

app = typer.Typer(
    rich_markup_mode=None,
    no_args_is_help=True,
    help="What the terms of platforms let AI do with uploads: watch, show, compare.\n\n\b\n"
    "rightsdesk terms list",
)
app.command()(check)
app.command("list")(list_terms)
app.command()(show)
app.command()(answer)
app.command()(versions)
app.command()(on)
app.command()(off)
app.command()(compare)
