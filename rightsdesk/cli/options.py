"""Options that several commands share."""

from __future__ import annotations

import datetime
import os
import re
from typing import Annotated

import typer

from rightsdesk.cli.exits import EarlyExit, Exit, usage
from rightsdesk.cli.output.words import shown
from rightsdesk.cli.session import Session
from rightsdesk.enums.causes import Cause
from rightsdesk.errors import KnownError

Json = Annotated[bool, typer.Option("--json", help="Print one JSON document on stdout.")]
ArtistName = Annotated[
    str, typer.Option("--artist", "-a", metavar="NAME", help="Only this artist.")
]
ReleaseName = Annotated[str, typer.Option("--release", metavar="TITLE", help="Only this release.")]
RecordingName = Annotated[
    str, typer.Option("--recording", metavar="TITLE|ISRC", help="Only this recording.")
]
PathName = Annotated[
    str, typer.Option("--path", metavar="PATH", help="Only this file, or what is in this folder.")
]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Don't ask for confirmation.")]
AllowWidening = Annotated[
    bool,
    typer.Option(
        "--allow-widening", help="Also allow AI more than before. Needed in addition to --yes."
    ),
]
EvenSigned = Annotated[
    bool,
    typer.Option(
        "--even-signed", help="Also change files if that breaks their Content Credentials."
    ),
]
PATH_METAVARS = re.compile("PATH|FILE|FOLDER|DIR")
"""Matches the metavar of options and arguments that take a path."""

DryRun = Annotated[bool, typer.Option("--dry-run", help="Only show a preview.")]


def begin(context: typer.Context, *, as_json: bool = False) -> Session:
    """Return the session of this run, after checking the arguments' encoding."""
    session = context.obj
    if not isinstance(session, Session):  # Typer passes on what `run` or a test has set
        raise TypeError(f"the context holds {session!r}")
    session.out.as_json = as_json
    _check_encoding(context)
    return session


def _check_encoding(context: typer.Context) -> None:
    """Raise an error for an argument that is not text in the terminal's encoding.

    Otherwise such a name would only be unknown. A path may be any bytes.
    """
    from rightsdesk.cli import encodings

    for parameter in context.command.params:
        if PATH_METAVARS.search(str(parameter.metavar)):
            continue
        value = context.params.get(parameter.name or "")
        for text in value if isinstance(value, list | tuple) else [value]:
            if isinstance(text, str) and (flaw := encodings.flaw(text)):
                raise flaw


def absolute(path: str) -> str:
    """Return a path as the catalogue stores it. Symlinks stay, so that people recognise it."""
    return os.path.abspath(os.path.expanduser(path)) if path else ""


def existing(path: str, untouched: str = "Nothing was changed.") -> str:
    """Return the absolute path of something that a command is to read. Raises a usage error if
    there is nothing at it. `untouched` is "" for a command that changes nothing anyway."""
    place = absolute(path)
    if place and not os.path.lexists(place):
        raise EarlyExit(Exit.USAGE, NotThere(place, untouched))
    return place


def file_or_address(source: str) -> str:
    """Return an address as it is, and a path as it was named. Raises as `existing`."""
    if "://" not in source:
        existing(source)
    return source


class NotThere(KnownError):
    """A file or folder that a person named is not there."""

    cause = Cause.NOT_FOUND

    def __init__(self, place: str, untouched: str) -> None:
        super().__init__(
            f"There is no file or folder {shown(place)}.",
            untouched=untouched,
            advice="Check its name and folder.",
        )


def day_of(text: str) -> datetime.date | None:
    """Return the day of an option, or None for "". Raises a usage error for anything else."""
    try:
        return datetime.date.fromisoformat(text) if text else None
    except ValueError:
        raise no_date(text) from None


def no_date(text: str) -> EarlyExit:
    """Return the usage error for a text that is not a date, or one out of reach."""
    return usage(f"“{shown(text)}” is not a date.", "Write it like 2026-05-03.")
