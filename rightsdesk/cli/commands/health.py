"""`rightsdesk health`: contradictions in the catalogue, and what was decided about them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from rightsdesk import phrases
from rightsdesk.cli.agreeing import ends_early
from rightsdesk.cli.exits import Exit
from rightsdesk.cli.options import AllowWidening, ArtistName, DryRun, Json, Yes, begin
from rightsdesk.cli.output.json_shapes import (
    Shape,
    decision_preview_shape,
    decision_shape,
    finding_shape,
)
from rightsdesk.cli.output.previews import opened_lines
from rightsdesk.cli.output.trees import SHORT
from rightsdesk.cli.output.words import consent_words, joined, shown
from rightsdesk.cli.session import Session

if TYPE_CHECKING:
    from rightsdesk.workspace.types import (
        Decision,
        DecisionKind,
        DecisionPreview,
        Finding,
        FindingKind,
        Member,
    )

_DONE = {"merge": "merged", "keep-apart": "kept apart", "ignore": "ignored"}

FindingId = Annotated[str, typer.Argument(metavar="FINDING", help="Its id: see health list.")]

app = typer.Typer(
    rich_markup_mode=None,
    no_args_is_help=True,
    help="Contradictions in the catalogue: list them, merge, keep apart, take back.",
)


@app.command("list")
def list_findings(context: typer.Context, artist: ArtistName = "", as_json: Json = False) -> int:
    """List what contradicts itself in the catalogue, and what was decided about it.

    One ISRC on several titles or under several artists, a missing or malformed ISRC, one UPC
    on several releases, and files that look like one recording but disagree.

    \b
    rightsdesk health list
    rightsdesk health list --artist 'Mira Koval' --json
    """
    session = begin(context, as_json=as_json)
    out, workspace = session.out, session.workspace()
    wanted = session.filter(artist=artist, release="", recording="", path="")
    found = workspace.catalogue.findings(wanted)
    made = [one for one in workspace.catalogue.decisions() if not one.undone_at]
    for finding in found:
        out.say(*_finding_lines(finding, verbose=out.verbose))
    if not found:
        out.say("Nothing contradicts itself.")
    out.say(*_decision_lines(made))
    out.document(
        {
            "findings": [finding_shape(one) for one in found],
            "decisions": [decision_shape(one) for one in workspace.catalogue.decisions()],
        }
    )
    return Exit.DONE


@app.command()
def merge(
    context: typer.Context,
    finding: FindingId,
    members: Annotated[
        list[int] | None,
        typer.Argument(metavar="[MEMBER]...", help="Only these, by their numbers in the list."),
    ] = None,
    yes: Yes = False,
    allow_widening: AllowWidening = False,
    dry_run: DryRun = False,
    as_json: Json = False,
) -> int:
    """These are one recording (or one release): put them together.

    Later scans keep them together. Where their consents differ, the stricter one holds for all.
    No file is changed.

    \b
    rightsdesk health merge isrc-1f3c9a2e
    rightsdesk health merge isrc-1f3c9a2e 12 15
    """
    session = begin(context, as_json=as_json)
    kind = _kind("merge")
    return _decide(session, finding, kind, members or (), yes, allow_widening, dry_run)


@app.command("keep-apart")
def keep_apart(
    context: typer.Context,
    finding: FindingId,
    yes: Yes = False,
    allow_widening: AllowWidening = False,
    dry_run: DryRun = False,
    as_json: Json = False,
) -> int:
    """These are different recordings (or releases): keep them apart, and list it no more.

    It is listed again when another one comes to it. No file is changed.

    \b
    rightsdesk health keep-apart isrc-1f3c9a2e
    """
    session = begin(context, as_json=as_json)
    kind = _kind("keep-apart")
    return _decide(session, finding, kind, (), yes, allow_widening, dry_run)


@app.command()
def ignore(
    context: typer.Context,
    finding: FindingId,
    yes: Yes = False,
    dry_run: DryRun = False,
    as_json: Json = False,
) -> int:
    """Leave missing or malformed ISRCs as they are, and list them no more.

    It is listed again when there are more of them.

    \b
    rightsdesk health ignore missing-7f0013b2
    """
    session = begin(context, as_json=as_json)
    return _decide(session, finding, _kind("ignore"), (), yes, False, dry_run)


@app.command()
def undo(
    context: typer.Context,
    number: Annotated[int, typer.Argument(metavar="N", help="The decision's number.")],
    yes: Yes = False,
    allow_widening: AllowWidening = False,
    dry_run: DryRun = False,
    as_json: Json = False,
) -> int:
    """Take a decision back: all is as it was before, but for what was chosen since.

    \b
    rightsdesk health list
    rightsdesk health undo 3
    """
    session = begin(context, as_json=as_json)
    workspace = session.workspace()
    would = workspace.catalogue.preview_undo_decision(number)
    ended = _agreed(session, would, f"Take back: {_title(would)}", yes, allow_widening, dry_run)
    if ended is not None:
        return ended
    made = workspace.catalogue.undo_decision(number, confirmed=would.uses)
    session.out.say("Done. It is listed again: rightsdesk health list")
    session.out.document({**_shape(would, "done", dry_run), "decision": made.id})
    return Exit.DONE


def _kind(name: str) -> DecisionKind:
    from rightsdesk.workspace.types import DecisionKind

    return DecisionKind(name)


def _decide(
    session: Session,
    finding: str,
    kind: DecisionKind,
    members: Collection[int],
    yes: bool,
    allow_widening: bool,
    dry_run: bool,
) -> Exit:
    workspace = session.workspace()
    would = workspace.catalogue.preview_decision(finding, kind, members)
    ended = _agreed(session, would, _title(would), yes, allow_widening, dry_run)
    if ended is not None:
        return ended
    made = workspace.catalogue.decide(finding, kind, members, confirmed=would.uses)
    session.out.say(f"Done. To take it back: rightsdesk health undo {made.id}")
    session.out.document({**_shape(would, "done", dry_run), "decision": made.id})
    return Exit.DONE


def _agreed(
    session: Session,
    would: DecisionPreview,
    title: str,
    yes: bool,
    allow_widening: bool,
    dry_run: bool,
) -> Exit | None:
    """Show a preview and ask. None: go on; else how the command ends."""
    return ends_early(
        *(session.out, [title, *_preview_lines(would)], would.uses),
        lambda outcome: _shape(would, outcome, dry_run),
        yes=yes,
        allow_widening=allow_widening,
        dry_run=dry_run,
    )


def _shape(would: DecisionPreview, outcome: str, dry_run: bool) -> Shape:
    return {**decision_preview_shape(would), "dry_run": dry_run, "outcome": outcome}


def _title(would: DecisionPreview) -> str:
    names = ", ".join(f"“{shown(name)}”" for name in would.names)
    verb = {"merge": "Merge", "keep-apart": "Keep apart", "ignore": "Ignore"}[would.kind]
    return f"{verb}: {joined(filter(None, (shown(would.where), names)))}"


def _preview_lines(would: DecisionPreview) -> Iterator[str]:
    opened = {(one.artist, one.title) for one in would.opened}
    stricter = [one for one in would.reconsidered if (one.artist, one.title) not in opened]
    if stricter:
        yield "  Where consents differ, the stricter one holds:"
    for one in stricter:
        change = f"{consent_words(one.before)} → {consent_words(one.after)}"
        yield f"    {shown(one.artist)}, {shown(one.title)}: {change}"
    yield from opened_lines(would.uses, would.opened)
    if not would.reconsidered:
        yield "  What AI may do stays the same everywhere."


def _finding_lines(finding: Finding, *, verbose: bool) -> Iterator[str]:
    where = joined((shown(finding.where), shown(finding.artist)))
    yield f"{finding.id}  {where}"
    yield f"    {shown(finding.sentence)}"
    members = finding.members if verbose else finding.members[:SHORT]
    for one in members:
        yield f"    {one.id:>6}  {_member_words(finding.kind, one)}"
    if len(finding.members) > len(members):
        left = phrases.number(len(finding.members) - len(members))
        yield f"            and {left} more (-v lists all)"
    for kind in finding.decisions:
        yield f"    → rightsdesk health {kind} {finding.id}"
    yield f"    → {shown(finding.advice)}"


def _member_words(kind: FindingKind, one: Member) -> str:
    title = joined((shown(one.title), "" if kind == "upc" else shown(one.release)))
    length = phrases.length(one.duration_ms)
    isrc = "" if kind == "isrc" or not one.isrc else f"ISRC {shown(one.isrc)}"
    kinds = f" ({', '.join(map(shown, one.containers))})" if one.containers else ""
    files = f"{phrases.counted(one.files, 'file')}{kinds}"
    return joined(filter(None, (title, shown(one.artist), length, isrc, files)))


def _decision_lines(made: Sequence[Decision]) -> Iterator[str]:
    if made:
        yield "Decided so far:"
    for one in made:
        names = phrases.first_few((f"“{shown(name)}”" for name in one.names), SHORT)
        about = joined(filter(None, (shown(one.where), names)))
        yield f"{one.id:>6}  {phrases.iso_day(one.decided_at)}  {_DONE[one.kind]}: {about}"
    if made:
        yield "    → to take one back: rightsdesk health undo N"
