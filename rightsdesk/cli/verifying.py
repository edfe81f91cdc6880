"""`verify`: proof that the audio in the files is what it was."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import typer

from rightsdesk.cli.exits import Exit
from rightsdesk.cli.options import (
    ArtistName,
    Json,
    PathName,
    RecordingName,
    ReleaseName,
    absolute,
    begin,
)
from rightsdesk.cli.watching import stoppable, watched
from rightsdesk.cli.words import count_words, shown

if TYPE_CHECKING:
    from rightsdesk.workspace.types import VerifyReport

_WORDS = {
    "same": "Their audio is what it was before RightsDesk first changed them",
    "changed": "Their audio was changed since, and not by RightsDesk",
    "not recorded": "It was not noted what their audio was; it is known from now on",
    "never touched": "RightsDesk never changed them",
    "unreadable": "They could not be read",
}
_NAMED = ("changed", "unreadable", "not recorded")


def verify(
    context: typer.Context,
    artist: ArtistName = "",
    release: ReleaseName = "",
    recording: RecordingName = "",
    path: PathName = "",
    as_json: Json = False,
) -> int:
    """Read the audio of all files again, and compare it with what it was at first.

    When RightsDesk changes a file for the first time, it notes a digest of the audio as it
    was before. Nothing in the files is changed.

    \b
    rightsdesk verify
    rightsdesk verify --artist 'Mira Koval' --json
    """
    session = begin(context, as_json=as_json)
    wanted = session.filter(
        artist=artist, release=release, recording=recording, path=absolute(path)
    )
    with stoppable() as stop, watched(session.out, "Verifying") as progress:
        report = session.workspace().verify(wanted, progress=progress, cancel=stop)
    session.out.say(*verify_lines(report))
    session.out.document(verify_shape(report))
    if report.cancelled:
        return Exit.CANCELLED
    failing = {"changed", "unreadable"} & set(report.counts)
    return Exit.SOME_FAILED if failing else Exit.DONE


def verify_lines(report: VerifyReport) -> list[str]:
    """How many files there are of each verdict; those to look at by name."""
    if not report.files:
        return ["There are no files here to verify."]
    lines: list[str] = []
    for verdict, number in report.counts.items():
        lines.append(f"{count_words(number, 'file')}: {_WORDS[verdict]}.")
        for file in report.files:
            if file.verdict is verdict and verdict in _NAMED:
                why = f": {shown(file.problem)}" if file.problem else ""
                lines.append(f"    {shown(file.path)}{why}")
    if report.cancelled:
        lines.append("Stopped before the end.")
    return lines


def verify_shape(report: VerifyReport) -> dict[str, Any]:
    """The JSON of a report."""
    return {
        "files": [
            {"path": file.path, "verdict": file.verdict.value, "problem": file.problem}
            for file in report.files
        ],
        "counts": {verdict.value: number for verdict, number in report.counts.items()},
        "cancelled": report.cancelled,
    }
