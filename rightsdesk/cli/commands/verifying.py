"""`verify`: proof that the audio in the files is unchanged."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import typer

from rightsdesk import phrases
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
from rightsdesk.cli.output.words import shown
from rightsdesk.cli.progress import show_progress, stop_on_signal

if TYPE_CHECKING:
    from rightsdesk.workspace.audio_proof import VerifyReport


def verify(
    context: typer.Context,
    artist: ArtistName = "",
    release: ReleaseName = "",
    recording: RecordingName = "",
    path: PathName = "",
    as_json: Json = False,
) -> int:
    """Read the audio of all files again and compare it with its first digest.

    When RightsDesk changes a file for the first time, it stores a digest of the audio before the
    change. This command changes no file.

    \b
    rightsdesk verify
    rightsdesk verify --artist 'Mira Koval' --json
    """
    session = begin(context, as_json=as_json)
    wanted = session.filter(
        artist=artist, release=release, recording=recording, path=absolute(path)
    )
    with stop_on_signal() as stop, show_progress(session.out, "Verifying") as progress:
        report = session.workspace().catalogue.verify(wanted, progress=progress, cancel=stop)
    session.out.say(*verify_lines(report))
    session.out.document(verify_shape(report))
    if report.cancelled:
        return Exit.CANCELLED
    failing = {"changed", "unreadable"} & set(report.counts)
    return Exit.SOME_FAILED if failing else Exit.DONE


def verify_lines(report: VerifyReport) -> list[str]:
    """Return the number of files by state, and the names of those to check."""
    from rightsdesk.workspace.words import AUDIO_STATE_WORDS, TO_CHECK

    if not report.files:
        return ["There are no files here to verify."]
    lines: list[str] = []
    counts = report.counts
    for state, words in AUDIO_STATE_WORDS.items():
        if state not in counts:
            continue
        lines.append(f"{phrases.counted(counts[state], 'file')} {words.name}. {words.meaning}")
        if state in TO_CHECK:
            found = [file for file in report.files if file.state is state]
            lines += [f"    {shown(f.path)}{_why(f.problem)}" for f in found]
            lines.append(f"  → {words.advice}")
    if report.cancelled:
        lines.append("Stopped before the end.")
    return lines


def _why(problem: str) -> str:
    return f": {shown(problem)}" if problem else ""


def verify_shape(report: VerifyReport) -> dict[str, Any]:
    """Return a report for JSON."""
    return {
        "files": [
            {"path": file.path, "verdict": file.state.value, "problem": file.problem}
            for file in report.files
        ],
        "counts": {state.value: number for state, number in report.counts.items()},
        "cancelled": report.cancelled,
    }
