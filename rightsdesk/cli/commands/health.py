"""`rightsdesk health`: contradictions in the catalogue, and decisions about them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from rightsdesk import phrases
from rightsdesk.cli.confirmation import Answers, confirm_change
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
    from rightsdesk.workspace.types.findings import (
        Decision,
        DecisionKind,
        DecisionPreview,
        Finding,
        FindingKind,
        Member,
    )

_DONE = {"merge": "merged", "keep-apart": "kept apart", "ignore": "ignored"}

FindingId = Annotated[
    str, typer.Argument(metavar="FINDING", help="The finding's id: see health list.")
]

app = typer.Typer(
    rich_markup_mode=None,
    no_args_is_help=True,
    help="Contradictions in the catalogue: list, merge, keep apart, ignore, undo.\n\n\b\n"
    "rightsdesk health list",
)


@app.command("list")
def list_findings(context: typer.Context, artist: ArtistName = "", as_json: Json = False) -> int:
    """List contradictions in the catalogue, and the decisions about them.

    One ISRC on several titles or under several artists, a missing or malformed ISRC, one UPC on
    several releases, and files that look like one recording but disagree.

    \b
    rightsdesk health list
    rightsdesk health list --artist 'Mira Koval' --json
    """
    session = begin(context, as_json=as_json)
    out, workspace = session.out, session.workspace()
    wanted = session.filter(artist=artist, release="", recording="", path="")
    found = workspace.catalogue.findings(wanted)
    made = [decision for decision in workspace.catalogue.decisions() if not decision.undone_at]
    for finding in found:
        out.say(*_finding_lines(finding, verbose=out.verbose))
    if not found:
        out.say("There are no contradictions.")
    out.say(*_decision_lines(made))
    out.document(
        {
            "findings": [finding_shape(finding) for finding in found],
            "decisions": [decision_shape(decision) for decision in workspace.catalogue.decisions()],
        }
    )
    return Exit.DONE


@app.command()
def merge(
    context: typer.Context,
    finding: FindingId,
    members: Annotated[
        list[int] | None,
        typer.Argument(metavar="[MEMBER]...", help="Only these members, by number."),
    ] = None,
    yes: Yes = False,
    allow_widening: AllowWidening = False,
    dry_run: DryRun = False,
    as_json: Json = False,
) -> int:
    """Merge the members: they are one recording (or one release).

    Later scans keep them together. If their consents differ, the stricter one is valid for all. No
    file is changed.

    \b
    rightsdesk health merge isrc-1f3c9a2e
    rightsdesk health merge isrc-1f3c9a2e 12 15
    """
    session = begin(context, as_json=as_json)
    kind = _kind("merge")
    answers = Answers(yes, allow_widening, dry_run)
    return _decide(session, finding, kind, members or (), answers)


@app.command("keep-apart")
def keep_apart(
    context: typer.Context,
    finding: FindingId,
    yes: Yes = False,
    allow_widening: AllowWidening = False,
    dry_run: DryRun = False,
    as_json: Json = False,
) -> int:
    """Keep the members apart: they are different recordings (or releases).

    The finding is listed again only if another member is added. No file is changed.

    \b
    rightsdesk health keep-apart isrc-1f3c9a2e
    """
    session = begin(context, as_json=as_json)
    kind = _kind("keep-apart")
    return _decide(session, finding, kind, (), Answers(yes, allow_widening, dry_run))


@app.command()
def ignore(
    context: typer.Context,
    finding: Annotated[
        str, typer.Argument(metavar="ID", help="The id of a finding or problem: see problems -v.")
    ],
    reason: Annotated[str, typer.Option(metavar="TEXT", help="Why; it is listed with it.")] = "",
    yes: Yes = False,
    dry_run: DryRun = False,
    as_json: Json = False,
) -> int:
    """Ignore a finding, or any other problem.

    It is listed again if there is more of it, or if its cause changes. No file is changed.

    \b
    rightsdesk health ignore missing-7f0013b2
    rightsdesk health ignore folder-0f8c2d4e6a1b3c5d --reason 'the disk is in the archive'
    """
    session = begin(context, as_json=as_json)
    answers = Answers(yes, dry_run=dry_run)
    return _decide(session, finding, _kind("ignore"), (), answers, reason)


@app.command()
def undo(
    context: typer.Context,
    number: Annotated[int, typer.Argument(metavar="N", help="The decision's number.")],
    yes: Yes = False,
    allow_widening: AllowWidening = False,
    dry_run: DryRun = False,
    as_json: Json = False,
) -> int:
    """Undo a decision: everything is as before, except for later consents.

    \b
    rightsdesk health list
    rightsdesk health undo 3
    """
    session = begin(context, as_json=as_json)
    workspace = session.workspace()
    preview = workspace.catalogue.preview_undo_decision(number)
    answers = Answers(yes, allow_widening, dry_run)
    ended = _confirm(session, preview, f"Undo: {_title(preview)}", answers)
    if ended is not None:
        return ended
    made = workspace.catalogue.undo_decision(number, confirmed=preview.uses)
    session.out.say("Done. It is listed again: rightsdesk health list")
    session.out.document({**_shape(preview, "done", dry_run), "decision": made.id})
    return Exit.DONE


def _kind(name: str) -> DecisionKind:
    from rightsdesk.workspace.types.findings import DecisionKind

    return DecisionKind(name)


def _decide(
    session: Session,
    finding: str,
    kind: DecisionKind,
    members: Collection[int],
    answers: Answers,
    reason: str = "",
) -> Exit:
    workspace = session.workspace()
    preview = workspace.catalogue.preview_decision(finding, kind, members)
    ended = _confirm(session, preview, _title(preview), answers)
    if ended is not None:
        return ended
    if kind == "ignore":
        [made] = workspace.catalogue.ignore([finding], reason)
    else:
        made = workspace.catalogue.decide(finding, kind, members, confirmed=preview.uses)
    session.out.say(f"Done. To undo it: rightsdesk health undo {made.id}")
    session.out.document({**_shape(preview, "done", answers.dry_run), "decision": made.id})
    return Exit.DONE


def _confirm(
    session: Session, preview: DecisionPreview, title: str, answers: Answers
) -> Exit | None:
    """Show a preview and ask. Return None for a yes, otherwise the exit code."""
    return confirm_change(
        *(session.out, [title, *_preview_lines(preview)], preview.uses),
        lambda outcome: _shape(preview, outcome, answers.dry_run),
        answers,
    )


def _shape(preview: DecisionPreview, outcome: str, dry_run: bool) -> Shape:
    return {**decision_preview_shape(preview), "dry_run": dry_run, "outcome": outcome}


def _title(preview: DecisionPreview) -> str:
    names = ", ".join(f"“{shown(name)}”" for name in preview.names)
    verb = {"merge": "Merge", "keep-apart": "Keep apart", "ignore": "Ignore"}[preview.kind]
    return f"{verb}: {joined(filter(None, (shown(preview.where), names)))}"


def _preview_lines(preview: DecisionPreview) -> Iterator[str]:
    opened = {(entry.artist, entry.title) for entry in preview.opened}
    stricter = [
        entry for entry in preview.reconsidered if (entry.artist, entry.title) not in opened
    ]
    if stricter:
        yield "  Where consents differ, the stricter one is valid:"
    for entry in stricter:
        change = f"{consent_words(entry.before)} → {consent_words(entry.after)}"
        yield f"    {shown(entry.artist)}, {shown(entry.title)}: {change}"
    yield from opened_lines(preview.uses, preview.opened)
    if not preview.reconsidered:
        yield "  What AI may do stays the same everywhere."


def _finding_lines(finding: Finding, *, verbose: bool) -> Iterator[str]:
    where = joined((shown(finding.where), shown(finding.artist)))
    yield f"{finding.id}  {where}"
    yield f"    {shown(finding.sentence)}"
    members = finding.members if verbose else finding.members[:SHORT]
    for member in members:
        yield f"    {member.id:>6}  {_member_words(finding.kind, member)}"
    if len(finding.members) > len(members):
        left = phrases.number(len(finding.members) - len(members))
        yield f"            and {left} more (-v lists all)"
    for kind in finding.decisions:
        yield f"    → rightsdesk health {kind} {finding.id}"
    yield f"    → {shown(finding.advice)}"


def _member_words(kind: FindingKind, member: Member) -> str:
    title = joined((shown(member.title), "" if kind == "upc" else shown(member.release)))
    length = phrases.length(member.duration_ms)
    isrc = "" if kind == "isrc" or not member.isrc else f"ISRC {shown(member.isrc)}"
    kinds = f" ({', '.join(map(shown, member.containers))})" if member.containers else ""
    files = f"{phrases.counted(member.files, 'file')}{kinds}"
    return joined(filter(None, (title, shown(member.artist), length, isrc, files)))


def _decision_lines(made: Sequence[Decision]) -> Iterator[str]:
    if made:
        yield "Decisions so far:"
    for decision in made:
        names = phrases.first_few((f"“{shown(name)}”" for name in decision.names), SHORT)
        about = joined(filter(None, (shown(decision.where), names)))
        day = phrases.iso_day(decision.decided_at)
        said = about or shown(decision.sentence)
        reason = f" ({shown(decision.reason)})" if decision.reason else ""
        yield f"{decision.id:>6}  {day}  {_DONE[decision.kind]}: {said}{reason}"
    if made:
        yield "    → to undo one: rightsdesk health undo N"
