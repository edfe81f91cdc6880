"""The options that several commands share."""

from __future__ import annotations

import os
import re
from typing import Annotated

import typer

from rightsdesk.cli.session import Session

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
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do it without asking.")]
AllowWidening = Annotated[
    bool,
    typer.Option(
        "--allow-widening", help="Also do what lets AI do more than before. On top of --yes."
    ),
]
PLACES = re.compile("PATH|FILE|FOLDER|DIR")
"""What the metavar of an option or argument has in it that takes a path."""

DryRun = Annotated[bool, typer.Option("--dry-run", help="Only show what would be done.")]


def begin(context: typer.Context, *, as_json: bool = False) -> Session:
    """The session of this run."""
    session = context.obj
    if not isinstance(session, Session):  # typer hands on what `run` or a test gave it
        raise TypeError(f"the context holds {session!r}")
    session.out.as_json = as_json
    _see_that_texts_are_text(context)
    return session


def _see_that_texts_are_text(context: typer.Context) -> None:
    """Raise what there is to say of text that is none in the encoding of this terminal.

    Left alone, a name would only look unknown. A path may be any bytes.
    """
    from rightsdesk.cli import encodings

    for parameter in context.command.params:
        if PLACES.search(str(parameter.metavar)):
            continue
        given = context.params.get(parameter.name or "")
        for text in given if isinstance(given, list | tuple) else [given]:
            if isinstance(text, str) and (flaw := encodings.flaw(text)):
                raise flaw


def absolute(path: str) -> str:
    """A path as the catalogue knows it. Symlinks stay, so that people recognise it."""
    return os.path.abspath(os.path.expanduser(path)) if path else ""
