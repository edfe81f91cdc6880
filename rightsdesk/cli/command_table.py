"""The commands by name. A module is imported when its command runs or shows its help.

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
class CommandEntry:
    """Where a command is defined, and its line in the list of commands.

    `attribute` of the module in `cli/commands` is a function, or a Typer app with subcommands.
    `line` is the first line of its help (`tests/cli/test_program.py` compares them).
    """

    module: str
    attribute: str
    line: str


COMMANDS: Final[Mapping[str, CommandEntry]] = {
    "open": CommandEntry("window", "open_paths", "Open the window on folders or audio files."),
    "demo": CommandEntry(
        "demo.demo",
        "demo",
        "Try everything on made-up music and a practice SoundCloud on this computer.",
    ),
    "scan": CommandEntry(
        "catalogue", "scan", "Scan folders of music and store what each file says about AI."
    ),
    "import": CommandEntry(
        "importing",
        "import_library",
        "Take artists and folders over from beets, iTunes or Music, or rekordbox.",
    ),
    "inspect": CommandEntry(
        "catalogue",
        "inspect",
        "Read files now and show every declaration in them. Changes nothing.",
    ),
    "status": CommandEntry(
        "matrix",
        "status",
        "Show the matrix: compare what files and tracks say with your consents.",
    ),
    "problems": CommandEntry(
        "matrix", "problems", "List conflicts and failures, and what to do about them."
    ),
    "tag": CommandEntry(
        "jobs",
        "tag",
        "Write your consents into the files, for machines and people to read.",
    ),
    "sync": CommandEntry(
        "jobs", "sync", "Write your consents to the platforms where you are signed in."
    ),
    "look": CommandEntry(
        "scheduled",
        "check_platforms",
        "Check all platforms and list what changed there since the last check.",
    ),
    "match": CommandEntry(
        "matching",
        "match",
        "List tracks that could be several recordings, or name the recording of one.",
    ),
    "undo": CommandEntry("jobs", "undo", "Undo a job, in files and on platforms."),
    "history": CommandEntry(
        "history",
        "app",
        "Everything that was done, newest first.",
    ),
    "ledger": CommandEntry(
        "evidence.ledger", "app", "The history as a chain of hashes: check it, export it."
    ),
    "stamp": CommandEntry(
        "evidence.stamps",
        "app",
        "Get time stamps for the history from others, and check them.",
    ),
    "verify": CommandEntry(
        "verifying",
        "verify",
        "Read the audio of all files again and compare it with its first digest.",
    ),
    "export": CommandEntry(
        "exporting",
        "export",
        "Export your consents as a text: for a web site, a distributor, a registry.",
    ),
    "report": CommandEntry(
        "evidence.report",
        "report",
        "Write a report: what was chosen, found and done, and how that is known.",
    ),
    "letter": CommandEntry(
        "evidence.letters",
        "app",
        "Letters to platforms and AI companies: fill, keep, follow up.",
    ),
    "backup": CommandEntry("upkeep.backup", "backup", "Back up RightsDesk's own data to one file."),
    "restore": CommandEntry(
        "upkeep.backup", "restore", "Replace RightsDesk's own data with a backup."
    ),
    "attest": CommandEntry(
        "attesting",
        "attest",
        "Record a switch that only you can set: RightsDesk shows the way there.",
    ),
    "platforms": CommandEntry(
        "attesting",
        "platforms",
        "Show facts about each platform: terms, switches, defaults, offers, sources.",
    ),
    "facts": CommandEntry(
        "facts", "app", "The version of the facts about platforms: show it, and get newer ones."
    ),
    "signals": CommandEntry(
        "signals",
        "signals",
        "Explain the standards that carry your consents: where, who reads them, what for.",
    ),
    "terms": CommandEntry(
        "terms.app",
        "app",
        "What the terms of platforms let AI do with uploads: watch, show, compare.",
    ),
    "artist": CommandEntry("artists", "app", "The artists you look after."),
    "consent": CommandEntry("consents", "app", "What AI may do with the music: your consents."),
    "licence": CommandEntry(
        "evidence.licences", "app", "What single partners may do with the music, and until when."
    ),
    "health": CommandEntry(
        "health", "app", "Contradictions in the catalogue: list, merge, keep apart, ignore, undo."
    ),
    "jobs": CommandEntry("jobs", "jobs_app", "List the jobs, newest first."),
    "account": CommandEntry("accounts", "app", "The artists' logins on platforms."),
    "settings": CommandEntry("upkeep.settings", "app", "Settings of this data folder: the proxy."),
    "update": CommandEntry(
        "upkeep.updates",
        "app",
        "Newer versions of RightsDesk: look for them once a day, if you wish.",
    ),
    "forget-everything": CommandEntry(
        "upkeep.leaving",
        "forget_everything",
        "Leave RightsDesk: take declarations back if you wish, and remove its data.",
    ),
    "log": CommandEntry(
        "upkeep.log",
        "log",
        "Show the newest lines of the log, or save it for the makers of RightsDesk.",
    ),
    "config": CommandEntry(
        "upkeep.config",
        "app",
        "The config file: it counts where no option or setting says otherwise.",
    ),
    "completion": CommandEntry(
        "completing",
        "completion",
        "Print a script with which a shell completes commands and options.",
    ),
    "manual": CommandEntry(
        "completing", "manual", "Print the manual page, in the language of `man`."
    ),
    "vault": CommandEntry("upkeep.vault", "app", "What protects your stored sign-ins."),
}


def load(name: str) -> Any:
    """Import a command, ready for Typer. Raises KeyError if there is none."""
    entry = COMMANDS[name]
    found = getattr(import_module(f"rightsdesk.cli.commands.{entry.module}"), entry.attribute)
    app = typer.Typer(rich_markup_mode=None, add_completion=False)
    app.callback()(no_op)  # makes Typer build a group, even for one command
    if isinstance(found, typer.Typer):
        app.add_typer(found, name=name)
    else:
        app.command(name)(found)
    group: Any = get_command(app)
    return group.commands[name]


def no_op() -> None:
    """Do nothing: the body of a command that has only a name and a help text."""
