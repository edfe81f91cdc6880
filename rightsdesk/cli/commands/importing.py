"""`rightsdesk import`: what another music program knows, as a first roster."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from rightsdesk import phrases
from rightsdesk.cli.commands.catalogue import run_scans
from rightsdesk.cli.confirmation import Answers, confirm_change
from rightsdesk.cli.exits import Exit, stopped, usage
from rightsdesk.cli.options import DryRun, Json, Yes, begin, existing
from rightsdesk.cli.output.json_shapes import Shape, scans_shape
from rightsdesk.cli.output.tables import TableCell, plain_lines
from rightsdesk.cli.output.words import shown
from rightsdesk.cli.progress import show_progress, stop_on_signal
from rightsdesk.workspace.imports.words import count_sentences

if TYPE_CHECKING:
    from rightsdesk.cli.session import Session
    from rightsdesk.workspace.imports.types import Imported, Proposal, ProposedArtist

_FIRST = 20
"""So many artists are listed without `-v`."""
_LABELS = 3
_NAME_THEM = "Name them: --artist NAME, --label NAME, or --all."


def import_library(
    context: typer.Context,
    file: Annotated[str, typer.Argument(metavar="FILE", help="The library of another program.")],
    artist: Annotated[
        list[str] | None,
        typer.Option("--artist", "-a", metavar="NAME", help="Only this artist; repeatable."),
    ] = None,
    label: Annotated[
        list[str] | None,
        typer.Option("--label", metavar="NAME", help="Only artists on this label; repeatable."),
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="All artists of the library.")] = False,
    music_folder: Annotated[
        str,
        typer.Option(
            "--music-folder", metavar="DIR", help="Where relative paths begin (newer beets)."
        ),
    ] = "",
    no_scan: Annotated[
        bool, typer.Option("--no-scan", help="Only remember the folders; scan them later.")
    ] = False,
    yes: Yes = False,
    dry_run: DryRun = False,
    as_json: Json = False,
) -> int:
    """Take artists and folders over from beets, iTunes or Music, or rekordbox.

    Shows what it found. Choose the artists that you look after: a library also holds music of
    others. Then the folders are scanned: the files say what they say, the library only says where
    they are and whose. It is never changed. `rightsdesk history undo` takes an import back.

    \b
    rightsdesk import ~/.config/beets/library.db
    rightsdesk import 'iTunes Library.xml' --artist 'Mira Koval'
    rightsdesk import rekordbox.xml --label 'Low Tide Records'
    """
    session = begin(context, as_json=as_json)
    imports = session.workspace().imports
    with (
        stop_on_signal() as stop,
        show_progress(session.out, "Reading the library") as progress,
    ):
        proposal = imports.propose(
            existing(file), music_folder=existing(music_folder), progress=progress, cancel=stop
        )
    if proposal is None:
        raise stopped("Stopped. Nothing was changed.")
    named = bool(artist or label)
    if every and named:
        raise usage("Name artists and labels, or --all.")
    whole = every or not named
    chosen = proposal.artists if whole else proposal.chosen(artist or (), label or ())

    def shape(outcome: str) -> Shape:
        return {**_proposal_shape(proposal, chosen), "dry_run": dry_run, "outcome": outcome}

    lines = list(_lines(proposal, chosen, verbose=session.out.verbose))
    if not any(one.adds for one in chosen):
        session.out.say(*lines, "There is nothing new to take over.")
        session.out.document(shape("unchanged"))
        return Exit.DONE
    if whole and not every and not dry_run and len(chosen) > 1:
        if yes:
            raise usage(
                "Choose the artists that you look after. Nothing was changed.",
                _NAME_THEM,
                shape("planned"),
            )
        session.out.say(
            *lines, f"To take artists over, choose those that you look after. {_NAME_THEM}"
        )
        session.out.document(shape("planned"))
        return Exit.DONE
    answers = Answers(yes=yes, dry_run=dry_run)
    if (answer := confirm_change(session.out, lines, (), shape, answers)) is not None:
        return answer
    done = imports.take_over(proposal, chosen)
    session.out.say(
        f"Added {phrases.counted(done.artists, 'artist')}. "
        f"To undo it: rightsdesk history undo {done.deed}"
    )
    return _scanned(done, chosen, shape("done"), session, no_scan=no_scan)


def _scanned(
    done: Imported,
    chosen: Sequence[ProposedArtist],
    document: Shape,
    session: Session,
    *,
    no_scan: bool,
) -> Exit:
    document["deed"] = done.deed
    if no_scan:
        session.out.say("To read the music: rightsdesk scan")
        session.out.document(document)
        return Exit.DONE
    names = {one.id: one.name for one in session.workspace().artists.all()}
    reports = run_scans(session, [(n, names[n], list(places)) for n, places in done.places])
    session.out.document({**document, "scan": scans_shape(reports)})
    if any(report.cancelled for _, report in reports):
        return Exit.CANCELLED
    failed = any(report.failed or report.theirs for _, report in reports)
    return Exit.SOME_FAILED if failed else Exit.DONE


def _lines(proposal: Proposal, chosen: Sequence[ProposedArtist], *, verbose: bool) -> Iterator[str]:
    yield from count_sentences(proposal)
    listed = chosen if verbose else chosen[:_FIRST]
    if not listed:
        return
    rows = [
        (
            shown(one.name),
            phrases.number(one.files),
            phrases.number(len(one.places)),
            shown(phrases.first_few(one.labels, _LABELS)),
            "new" if one.artist_id is None else "on the roster",
        )
        for one in listed
    ]
    cells = [list(map(TableCell, row)) for row in rows]
    yield from plain_lines(("Artist", "Files", "Places", "Labels", ""), [("", cells)])
    if len(listed) < len(chosen):
        yield f"… and {phrases.number(len(chosen) - len(listed))} more: -v lists them all."
    if verbose:
        for one in listed:
            yield from _details(one)


def _details(one: ProposedArtist) -> Iterator[str]:
    yield f"{shown(one.name)}:"
    if one.also:
        yield f"    also written: {shown(', '.join(one.also))}"
    if one.musicbrainz_id:
        yield f"    MusicBrainz: {one.musicbrainz_id}"
    yield from (f"    {shown(place)}" for place in one.places)
    if one.left_out:
        yield f"    {phrases.counted(one.left_out, 'file')} in folders of others left out"


def _proposal_shape(proposal: Proposal, chosen: Sequence[ProposedArtist]) -> Shape:
    meant = set(map(id, chosen))
    return {
        "library": proposal.kind.value,
        "file": proposal.file,
        "tracks": proposal.tracks,
        "there": proposal.there,
        "gone": proposal.gone,
        "elsewhere": proposal.elsewhere,
        "other_formats": proposal.other_formats,
        "unnamed": proposal.unnamed,
        "artists": [
            {
                "name": one.name,
                "artist_id": one.artist_id,
                "musicbrainz_id": one.musicbrainz_id,
                "files": one.files,
                "places": list(one.places),
                "labels": list(one.labels),
                "also": list(one.also),
                "left_out": one.left_out,
                "chosen": id(one) in meant,
            }
            for one in proposal.artists
        ],
        "labels": [{"name": name, "files": number} for name, number in proposal.labels],
    }
