"""`scan` and `inspect`: what the files say."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from rightsdesk import phrases
from rightsdesk.cli.exits import Exit, usage
from rightsdesk.cli.options import Json, absolute, begin
from rightsdesk.cli.output.json_shapes import inspection_shape, scans_shape
from rightsdesk.cli.output.words import consent_words, shown
from rightsdesk.cli.session import Session
from rightsdesk.cli.watching import stoppable, watched
from rightsdesk.consent.words import listed

if TYPE_CHECKING:
    from rightsdesk.workspace.catalogue.scan_report import ScanReport
    from rightsdesk.workspace.types import Artist, FileInspection


def scan(
    context: typer.Context,
    folders: Annotated[
        list[str] | None,
        typer.Argument(metavar="FOLDER", help="Folders; none: those scanned before, of all."),
    ] = None,
    artist: Annotated[
        str, typer.Option("--artist", "-a", metavar="NAME", help="Whose music it is.")
    ] = "",
    forget: Annotated[
        bool, typer.Option("--forget", help="Look into these folders no more.")
    ] = False,
    as_json: Json = False,
) -> int:
    """Look through folders of music and remember what each file says.

    Nothing is changed. A second scan reads only what is new or changed. What is forgotten is
    no longer listed; the files stay as they are, and jobs can still be undone.

    \b
    rightsdesk scan ~/Music/Koval --artist 'Mira Koval'
    rightsdesk scan                  again, every folder of every artist
    rightsdesk scan --forget ~/Music/Koval
    """
    session = begin(context, as_json=as_json)
    if forget:
        places = [absolute(folder) for folder in folders or ()]
        return forget_folders(session, session.artist(artist), places)
    whose = scanned_artists(session, artist, [absolute(folder) for folder in folders or ()])
    reports: list[tuple[str, ScanReport]] = []
    with stoppable() as stop:
        for one, wanted in whose:
            with watched(session.out, f"Scanning {shown(one.name)}") as progress:
                report = session.workspace().catalogue.scan(
                    one.id, wanted, progress=progress, cancel=stop
                )
            heading = [f"{shown(one.name)}:"] if len(whose) > 1 else []
            session.out.say(*heading, *scan_lines(report))
            reports.append((one.name, report))
            if report.cancelled:
                break
    session.out.document(scans_shape(reports))
    if any(report.cancelled for _, report in reports):
        return Exit.CANCELLED
    failed = any(report.failed or report.theirs for _, report in reports)
    return Exit.SOME_FAILED if failed else Exit.DONE


def forget_folders(session: Session, whose: Artist, places: Sequence[str]) -> Exit:
    """Forget folders of an artist, and say what becomes of their files."""
    if not places:
        raise usage("Say which folders to forget.", " ".join(map(shown, whose.folders)))
    number = sum(session.workspace().catalogue.forget_folder(whose.id, place) for place in places)
    session.out.say(
        f"{phrases.counted(number, 'file is', 'files are')} no longer listed. Nothing in them was "
        "changed; what they say stays, and jobs can still be undone."
    )
    session.out.document({"forgotten": list(places), "files": number})
    return Exit.DONE


def scanned_artists(
    session: Session, artist: str, folders: list[str]
) -> list[tuple[Artist, list[str]]]:
    """Whose folders are to be scanned: those named, or all that were scanned before."""
    if folders or artist:
        one = session.artist(artist)
        found = [(one, folders or list(one.folders))]
    else:
        found = [(one, list(one.folders)) for one in session.workspace().artists.all()]
        if not found:
            raise usage("There is no artist yet.", "Add one: rightsdesk artist add NAME")
    known = [(one, wanted) for one, wanted in found if wanted]
    if not known:
        raise usage("Say which folders to scan.", "rightsdesk scan FOLDER… --artist NAME")
    return known


def scan_lines(report: ScanReport) -> list[str]:
    """What a scan found, and what was not taken in, grouped by cause."""
    lines = [
        f"{phrases.counted(report.files, 'file')}: {phrases.number(report.new)} new, "
        f"{phrases.number(report.changed)} changed, "
        f"{phrases.number(report.unchanged)} unchanged, {phrases.number(report.missing)} missing."
    ]
    if report.sidecars:
        lines.append(f"{phrases.counted(report.sidecars, 'XMP sidecar')} beside them.")
    if report.moved:
        lines.append(
            f"{phrases.counted(report.moved, 'file')} moved or renamed; what was known is kept."
        )
    if report.shared:
        names = ", ".join(
            f"{shown(name)} ({phrases.number(number)})" for name, number in report.shared
        )
        lines.append(f"Files that belong to another artist too: {names}.")
        lines.append("    Of what the artists want, the stricter answer is written.")
        lines.append("    If they are not of this one: rightsdesk scan --forget FOLDER")
    if report.cancelled:
        lines.append("Stopped. What was read is kept; the next scan goes on from there.")
    if report.named:
        names = ", ".join(
            f"{shown(name)} ({phrases.number(number)})" for name, number in report.named
        )
        lines.append(f"Taken in, though the files name other artists of yours: {names}.")
        lines.append("    If they are not of this one: rightsdesk scan --forget FOLDER, then scan")
        lines.append("    the folder of each artist.")
    for words, failures in (("Not read", report.failed), ("Not taken in", report.theirs)):
        groups: dict[str, list[str]] = {}
        for failure in failures:
            groups.setdefault(failure.problem, []).append(failure.path)
        for problem, paths in groups.items():
            lines.append(f"{words}: {shown(problem)}")
            lines += [f"    {shown(path)}" for path in paths]
    return lines


def inspect(
    context: typer.Context,
    paths: Annotated[list[str], typer.Argument(metavar="FILE|FOLDER", help="What to read.")],
    as_json: Json = False,
) -> int:
    """Read files now, and show every declaration in them. Nothing is changed.

    What each language is, who reads it and what it is good for: rightsdesk signals

    \b
    rightsdesk inspect song.flac
    rightsdesk inspect ~/Music --json > today.json
    """
    session = begin(context, as_json=as_json)
    shapes, failed = [], False
    for file in session.workspace().catalogue.inspect([absolute(path) for path in paths]):
        failed = failed or bool(file.error)
        session.out.say(*_inspection_lines(file))
        if as_json:
            shapes.append(inspection_shape(file))
    session.out.document({"files": shapes})
    return Exit.SOME_FAILED if failed else Exit.DONE


def _inspection_lines(file: FileInspection) -> list[str]:
    kind = f" ({file.container})" if file.container else ""
    lines = [f"{shown(file.path)}{kind}"]
    if file.error:
        return [*lines, f"  Not read: {shown(file.error)}"]
    lines.append(f"  {consent_words(file.says)}")
    if file.conflicts:
        lines.append(f"  Contradicts itself about: {listed(file.conflicts)}")
    for statement in file.statements:
        name = statement.name or statement.dialect
        lines.append(f"  {name}: {consent_words(statement.says)}")
        lines.append(f"      {shown(statement.carrier)}: {shown(statement.raw)}")
        if statement.problem:
            lines.append(f"      Not understood: {shown(statement.problem)}")
        if statement.wordless:
            lines.append(f"      It has no word for: {listed(statement.wordless)}")
        lines += [f"      {shown(caveat)}" for caveat in statement.caveats]
    return lines
