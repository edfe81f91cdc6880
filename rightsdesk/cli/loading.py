"""The commands by name. Each module is imported when its command runs or explains itself.

The lines of `rightsdesk --help` are here, so that showing them imports no command.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Final

import typer
from typer.main import get_command


@dataclass(frozen=True, slots=True)
class Place:
    """Where a command is defined, and its line in the list of commands.

    `attribute` of the module in `cli/commands` is a function, or a Typer app with commands
    of its own. `line` is the first line of its help (`tests/cli/test_program.py` compares).
    """

    module: str
    attribute: str
    line: str


COMMANDS: Final[Mapping[str, Place]] = {
    "demo": Place(
        "demo",
        "demo",
        "Try everything on made-up music and a practice SoundCloud on this computer.",
    ),
    "scan": Place(
        "catalogue", "scan", "Look through folders of music and remember what each file says."
    ),
    "inspect": Place(
        "catalogue",
        "inspect",
        "Read files now, and show every declaration in them. Nothing is changed.",
    ),
    "status": Place(
        "matrix",
        "status",
        "Show the matrix: what each recording's files and tracks say, against what you want.",
    ),
    "problems": Place(
        "matrix", "problems", "List what disagrees or failed, and what to do about it."
    ),
    "tag": Place(
        "changing",
        "tag",
        "Write what you want into the files, so that machines and people can read it there.",
    ),
    "sync": Place(
        "changing", "sync", "Write what you want to the platforms where you are signed in."
    ),
    "look": Place(
        "scheduled",
        "look",
        "Look at all platforms, and tell what changed there since the last look.",
    ),
    "match": Place(
        "matching",
        "match",
        "List the tracks of which it is not certain which recording they are, or answer for one.",
    ),
    "undo": Place("changing", "undo", "Take back what a job did, in files and on platforms."),
    "history": Place("history", "app", "Everything that was done, newest first."),
    "verify": Place(
        "verifying",
        "verify",
        "Read the audio of all files again, and compare it with what it was at first.",
    ),
    "export": Place(
        "exporting",
        "export",
        "Make what you chose into a text to hand over: for a web site, a distributor, a registry.",
    ),
    "backup": Place("backup", "backup", "Back up RightsDesk's own data to one file."),
    "restore": Place("backup", "restore", "Put a backup in the place of RightsDesk's own data."),
    "attest": Place(
        "attesting",
        "attest",
        "Set a switch yourself where no program can, and tell RightsDesk what you set.",
    ),
    "platforms": Place(
        "attesting",
        "platforms",
        "Show what is known of each platform: terms, switches, defaults, offers, and how it is "
        "known.",
    ),
    "signals": Place(
        "signals",
        "signals",
        "Explain the languages in which your choice is said: where, who reads them, what for.",
    ),
    "artist": Place("artists", "app", "The artists you look after."),
    "consent": Place("consents", "app", "What AI may do with the music, said once."),
    "health": Place(
        "health", "app", "Contradictions in the catalogue: list them, merge, keep apart, take back."
    ),
    "jobs": Place("changing", "jobs_app", "What was done, newest first."),
    "account": Place("accounts", "app", "The artists' logins on platforms."),
    "vault": Place("vault", "app", "What protects your stored sign-ins."),
}


def load(name: str) -> Any:
    """Import a command, as Typer runs and explains it. Raises KeyError if there is none."""
    place = COMMANDS[name]
    found = getattr(import_module(f"rightsdesk.cli.commands.{place.module}"), place.attribute)
    app = typer.Typer(rich_markup_mode=None, add_completion=False)
    app.callback()(nothing)  # so that Typer makes a group, even of one command
    if isinstance(found, typer.Typer):
        app.add_typer(found, name=name)
    else:
        app.command(name)(found)
    group: Any = get_command(app)
    return group.commands[name]


def nothing() -> None:
    """The body of what only has a name and a help text."""
