"""`report`: what was chosen, found and done for some music, as a paper or for machines."""

from __future__ import annotations

import os
from contextlib import ExitStack
from typing import TYPE_CHECKING, Annotated

import typer

from rightsdesk import phrases
from rightsdesk.cli.confirmation import saved
from rightsdesk.cli.exits import Exit, usage
from rightsdesk.cli.options import (
    ArtistName,
    Json,
    PathName,
    RecordingName,
    ReleaseName,
    absolute,
    begin,
)
from rightsdesk.cli.output.words import shown
from rightsdesk.cli.progress import show_progress, stop_on_signal

if TYPE_CHECKING:
    from rightsdesk.workspace.documents.blocks import Document
    from rightsdesk.workspace.use_cases.reports import Printer

LanguageOption = Annotated[
    str, typer.Option("--language", metavar="en|de|es|fr", help="The language: en, de, es or fr.")
]
PaperSize = Annotated[
    str, typer.Option("--paper", metavar="a4|letter", help="The paper of a PDF: a4 or letter.")
]


def report(
    context: typer.Context,
    artist: ArtistName = "",
    release: ReleaseName = "",
    recording: RecordingName = "",
    path: PathName = "",
    output: Annotated[
        str,
        typer.Option("--output", "-o", metavar="FILE", help="The file: .pdf, .html or .json."),
    ] = "",
    language: LanguageOption = "en",
    paper: PaperSize = "a4",
    hash_files: Annotated[
        bool,
        typer.Option("--hash-files", help="Read each file and name its SHA-256. Takes long."),
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Replace FILE if it exists.")] = False,
    as_json: Json = False,
) -> int:
    """Write a report: what was chosen, found and done, and how that is known.

    Without a filter it is about the whole roster. It reads what RightsDesk has stored, and asks no
    platform. A PDF of more than 1,000 recordings lists releases; HTML and JSON list everything.

    \b
    rightsdesk report --artist 'Mira Koval' --output koval.pdf
    rightsdesk report --release 'Night Ferry' --hash-files --output ferry.html --language de
    rightsdesk report --output roster.json
    """
    session = begin(context, as_json=as_json)
    if not output:
        raise usage("Name the file: --output FILE.", "It ends in .pdf, .html or .json.")
    place = absolute(output)
    if os.path.isdir(place):
        raise usage(f"{shown(output)} is a folder.", "Name a file in it.")
    printer = printer_for(paper)
    chosen = session.filter(
        artist=artist, release=release, recording=recording, path=absolute(path)
    )

    def save(replace: bool) -> int:
        with ExitStack() as stack:
            stop = stack.enter_context(stop_on_signal())
            progress = stack.enter_context(show_progress(session.out, "Reading"))
            return session.workspace().reports.save(
                *(chosen, place),
                language=language,
                printer=printer,
                hash_files=hash_files,
                replace=replace,
                progress=progress,
                cancel=stop,
            )

    number = saved(save, "Replace it?", yes=yes)
    recordings = phrases.counted(number, "recording")
    session.out.say(f"{shown(place)}: written, with {recordings}.")
    session.out.document({"output": place, "recordings": number, "language": language})
    return Exit.DONE


def printer_for(paper: str) -> Printer:
    """Return what makes a PDF. Qt is loaded with the first one. Raises a usage error."""
    if paper not in ("a4", "letter"):
        raise usage(f"There is no paper “{shown(paper)}”.", "There are: a4, letter.")

    def printed(document: Document) -> bytes:
        from rightsdesk.desktop.printing.pdf import Paper, pdf

        return pdf(document, Paper(paper))

    return printed
