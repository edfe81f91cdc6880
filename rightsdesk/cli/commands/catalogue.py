"""`scan` and `inspect`: what the files say."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from rightsdesk import phrases
from rightsdesk.cli.confirmation import YES_TO_REMOVE, declined, nobody_to_ask
from rightsdesk.cli.exits import Exit, usage
from rightsdesk.cli.options import Json, Yes, absolute, begin, existing
from rightsdesk.cli.output.json_shapes import inspection_shape, scans_shape
from rightsdesk.cli.output.words import licensed_words, shown
from rightsdesk.cli.progress import show_progress, stop_on_signal
from rightsdesk.cli.prompts import confirmed, is_interactive
from rightsdesk.cli.session import Session
from rightsdesk.consent.words import listed
from rightsdesk.workspace.words import as_declared

if TYPE_CHECKING:
    from rightsdesk.workspace.catalogue.scan_report import ScanReport
    from rightsdesk.workspace.types.artists import Artist
    from rightsdesk.workspace.types.matrix import FileInspection


def scan(
    context: typer.Context,
    folders: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="FOLDER", help="Folders; without any, all that were scanned before."
        ),
    ] = None,
    artist: Annotated[
        str, typer.Option("--artist", "-a", metavar="NAME", help="The artist of the music.")
    ] = "",
    forget: Annotated[
        bool, typer.Option("--forget", help="Remove these folders from the catalogue.")
    ] = False,
    yes: Yes = False,
    as_json: Json = False,
) -> int:
    """Scan folders of music and store what each file says about AI.

    Changes no file. A second scan reads only new and changed files. Folders that you forget are no
    longer listed, after a question; their files stay unchanged, and jobs can still be undone.

    \b
    rightsdesk scan ~/Music/Koval --artist 'Mira Koval'
    rightsdesk scan                  again, every folder of every artist
    rightsdesk scan --forget ~/Music/Koval
    """
    session = begin(context, as_json=as_json)
    if forget:
        places = [absolute(folder) for folder in folders or ()]
        return forget_folders(session, session.artist(artist), places, yes=yes)
    if yes:
        raise usage("Only --forget asks, so only it has --yes.", "Leave --yes out.")
    artists = scanned_artists(session, artist, [absolute(folder) for folder in folders or ()])
    reports = run_scans(session, [(owner.id, owner.name, places) for owner, places in artists])
    session.out.document(scans_shape(reports))
    if any(report.cancelled for _, report in reports):
        return Exit.CANCELLED
    failed = any(report.failed or report.theirs for _, report in reports)
    return Exit.SOME_FAILED if failed else Exit.DONE


def run_scans(
    session: Session, artists: Sequence[tuple[int, str, Sequence[str]]]
) -> list[tuple[str, ScanReport]]:
    """Scan places of artists, each given by id, name and places, and say what was found."""
    reports: list[tuple[str, ScanReport]] = []
    with stop_on_signal() as stop:
        for number, name, places in artists:
            with show_progress(session.out, f"Scanning {shown(name)}") as progress:
                report = session.workspace().catalogue.scan(
                    number, places, progress=progress, cancel=stop
                )
            heading = [f"{shown(name)}:"] if len(artists) > 1 else []
            session.out.say(*heading, *scan_lines(report))
            reports.append((name, report))
            if report.cancelled:
                break
    return reports


def forget_folders(session: Session, artist: Artist, places: Sequence[str], *, yes: bool) -> Exit:
    """Forget folders of an artist after a yes, and say what happens to their files."""
    if not places:
        raise usage("Name the folders to forget.", " ".join(map(shown, artist.folders)))
    places = session.workspace().catalogue.check_folders(artist.id, places)
    show = session.out.preview if yes else session.out.present
    show(
        f"This removes from the catalogue of {shown(artist.name)}:",
        *(f"  {shown(place)}" for place in places),
        "The files themselves stay unchanged.",
    )
    if not yes:
        if not is_interactive():
            raise nobody_to_ask(YES_TO_REMOVE)
        if not confirmed("Do this?"):
            return declined(session.out, {"forgotten": [], "files": 0})
    number = session.workspace().catalogue.forget_folders(artist.id, places)
    session.out.say(
        f"{phrases.counted(number, 'file is', 'files are')} no longer listed. The files were "
        "left unchanged, and jobs can still be undone."
    )
    session.out.document({"forgotten": list(places), "files": number})
    return Exit.DONE


def scanned_artists(
    session: Session, artist: str, folders: list[str]
) -> list[tuple[Artist, list[str]]]:
    """Return the artists to scan with their folders: those named, or all scanned before."""
    if folders or artist:
        owner = session.artist(artist)
        found = [(owner, folders or list(owner.folders))]
    else:
        found = [(owner, list(owner.folders)) for owner in session.workspace().artists.all()]
        if not found:
            raise usage("There is no artist yet.", "Add one: rightsdesk artist add NAME")
    with_folders = [(owner, places) for owner, places in found if places]
    if not with_folders:
        raise usage("Name the folders to scan.", "rightsdesk scan FOLDER… --artist NAME")
    return with_folders


def scan_lines(report: ScanReport) -> list[str]:
    """Return what a scan found, and what it could not read, grouped by cause."""
    lines = [
        f"{phrases.counted(report.files, 'file')}: {phrases.number(report.new)} new, "
        f"{phrases.number(report.changed)} changed, "
        f"{phrases.number(report.unchanged)} unchanged, {phrases.number(report.missing)} missing."
    ]
    if report.sidecars:
        lines.append(f"{phrases.counted(report.sidecars, 'XMP sidecar')} next to them.")
    if report.moved:
        lines.append(
            f"{phrases.counted(report.moved, 'file')} moved or renamed; their data were kept."
        )
    if report.shared:
        names = ", ".join(
            f"{shown(name)} ({phrases.number(number)})" for name, number in report.shared
        )
        lines.append(f"Files that also belong to another artist: {names}.")
        lines.append("    The stricter of the artists' consents is written.")
        lines.append("    If they are not this artist's: rightsdesk scan --forget FOLDER")
    if report.cancelled:
        lines.append("Stopped. What was read is stored; the next scan continues there.")
    if report.named:
        names = ", ".join(
            f"{shown(name)} ({phrases.number(number)})" for name, number in report.named
        )
        lines.append(f"Added, although the files name other artists of yours: {names}.")
        lines.append(
            "    If they are not this artist's: rightsdesk scan --forget FOLDER, then scan"
        )
        lines.append("    the folder of each artist.")
    for title, failures in (("Not read", report.failed), ("Not added", report.theirs)):
        groups: dict[str, list[str]] = {}
        for failure in failures:
            groups.setdefault(failure.problem, []).append(failure.path)
        for problem, paths in groups.items():
            lines.append(f"{title}: {shown(problem)}")
            lines += [f"    {shown(path)}" for path in paths]
    return lines


def inspect(
    context: typer.Context,
    paths: Annotated[list[str], typer.Argument(metavar="FILE|FOLDER", help="What to read.")],
    as_json: Json = False,
) -> int:
    """Read files now and show every declaration in them. Changes nothing.

    To learn what each standard is and who reads it: rightsdesk signals

    \b
    rightsdesk inspect song.flac
    rightsdesk inspect ~/Music --json > today.json
    """
    session = begin(context, as_json=as_json)
    shapes, failed = [], False
    for file in session.workspace().catalogue.inspect([existing(path, "") for path in paths]):
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
    lines.append(f"  {licensed_words(as_declared(file.says, file.statements), file.grants)}")
    if file.conflicts:
        lines.append(f"  Contradicts itself about: {listed(file.conflicts)}")
    for statement in file.statements:
        name = statement.name or statement.dialect
        lines.append(f"  {name}: {licensed_words(statement.says, statement.grants)}")
        lines.append(f"      {shown(statement.carrier)}: {shown(statement.raw)}")
        if statement.problem:
            lines.append(f"      Not understood: {shown(statement.problem)}")
        if statement.wordless:
            lines.append(f"      It has no word for: {listed(statement.wordless)}")
        lines += [f"      {shown(note)}" for note in statement.notes]
    return lines
