"""`rightsdesk history`: everything that was done, and undoing an entry of it."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from rightsdesk import phrases
from rightsdesk.cli.agreeing import ends_early
from rightsdesk.cli.carrying_out import Answers, carry_out
from rightsdesk.cli.exits import Exit, usage
from rightsdesk.cli.options import AllowWidening, ArtistName, DryRun, Json, Yes, begin
from rightsdesk.cli.output.json_shapes import Shape, entry_shape, opened_shape
from rightsdesk.cli.output.previews import opened_lines
from rightsdesk.cli.output.tables import print_table
from rightsdesk.cli.output.words import shown
from rightsdesk.cli.session import Session
from rightsdesk.store.deeds import DeedKind
from rightsdesk.workspace.history.types import Can, HistoryEntry, HistoryFilter, UndoPreview
from rightsdesk.workspace.history.words import entry_words

if TYPE_CHECKING:
    from collections.abc import Sequence

app = typer.Typer(rich_markup_mode=None, help="Everything that was done, newest first.")

EntryId = Annotated[int, typer.Argument(metavar="ID", help="The entry's number.")]
EvenSigned = Annotated[
    bool,
    typer.Option(
        "--even-signed", help="Of a job: also files whose Content Credentials that breaks."
    ),
]


@app.callback(invoke_without_command=True)
def history(
    context: typer.Context,
    artist: ArtistName = "",
    kind: Annotated[
        list[str] | None,
        typer.Option("--kind", metavar="KIND", help="Only this kind of entry; may be repeated."),
    ] = None,
    since: Annotated[
        str, typer.Option("--since", metavar="DAY", help="Only since this day: 2026-05-03.")
    ] = "",
    before: Annotated[
        int | None, typer.Option("--before", metavar="ID", help="Only what is older than this.")
    ] = None,
    limit: Annotated[
        int, typer.Option("--limit", metavar="N", min=1, max=500, help="How many at once.")
    ] = 50,
    as_json: Json = False,
) -> int:
    """List everything that was done, newest first; `history undo ID` takes an entry back.

    \b
    rightsdesk history --artist 'Mira Koval' --since 2026-11-01
    rightsdesk history --kind consent-set --kind consent-cleared --json
    rightsdesk history --before 120
    rightsdesk history undo 118
    """
    if context.invoked_subcommand is not None:
        return Exit.DONE
    session = begin(context, as_json=as_json)
    chosen = HistoryFilter(
        artist_id=session.workspace().artists.named(artist).id if artist else None,
        kinds=tuple(map(_kind, kind or ())),
        since=_since(since),
    )
    found = session.workspace().history.entries(chosen, before, limit + 1)
    page, more = found[:limit], len(found) > limit
    if page:
        rows = [_row(one) for one in page]
        print_table(session.out, ("Entry", "When (UTC)", "Who", "What", ""), [("", rows)])
    else:
        session.out.say("Nothing was done yet." if chosen == HistoryFilter() else "Nothing found.")
    if more:
        session.out.say(f"Older entries: rightsdesk history --before {page[-1].id}")
    document = {
        "entries": [entry_shape(one, entry_words(one)) for one in page],
        "next_before": page[-1].id if more else None,
    }
    session.out.document(document)
    return Exit.DONE


@app.command()
def undo(
    context: typer.Context,
    entry: EntryId,
    yes: Yes = False,
    allow_widening: AllowWidening = False,
    even_signed: EvenSigned = False,
    dry_run: DryRun = False,
    as_json: Json = False,
) -> int:
    """Take an entry back: what was there before it counts again. A job is undone by its plan.

    Only if what it did still holds. If that lets AI do more, that needs its own yes.

    \b
    rightsdesk history undo 118
    """
    session = begin(context, as_json=as_json)
    would = session.workspace().history.preview_undo(entry)
    return _take_back(session, would, Can.UNDO, Answers(yes, allow_widening, dry_run), even_signed)


@app.command()
def redo(
    context: typer.Context,
    entry: EntryId,
    yes: Yes = False,
    allow_widening: AllowWidening = False,
    even_signed: EvenSigned = False,
    dry_run: DryRun = False,
    as_json: Json = False,
) -> int:
    """Take an undo back. The entry is the undo, or what was undone.

    \b
    rightsdesk history redo 118
    """
    session = begin(context, as_json=as_json)
    would = session.workspace().history.preview_redo(entry)
    return _take_back(session, would, Can.REDO, Answers(yes, allow_widening, dry_run), even_signed)


def _take_back(
    session: Session, would: UndoPreview, way: Can, answers: Answers, even_signed: bool
) -> int:
    workspace = session.workspace()
    if would.job is not None:
        return carry_out(
            session,
            lambda progress, cancel: workspace.jobs.plan_undo(
                would.job, even_signed=even_signed, progress=progress, cancel=cancel
            ),
            answers,
            reading="Looking back",
        )
    verb = "Undo" if way is Can.UNDO else "Redo"
    ended = ends_early(
        *(session.out, _lines(would, verb), would.uses),
        lambda outcome: _shape(would, outcome, answers.dry_run),
        yes=answers.yes,
        allow_widening=answers.allow_widening,
        dry_run=answers.dry_run,
    )
    if ended is not None:
        return ended
    act = workspace.history.undo if way is Can.UNDO else workspace.history.redo
    made = act(would.entry.id, confirmed=would.uses)
    back = "redo" if way is Can.UNDO else "undo"
    session.out.say(f"Done. To take it back: rightsdesk history {back} {made.id}")
    session.out.document({**_shape(would, "done", answers.dry_run), "new_entry": made.id})
    return Exit.DONE


def _lines(would: UndoPreview, verb: str) -> Sequence[str]:
    lines = [f"{verb}: {shown(entry_words(would.entry))}", *opened_lines(would.uses, would.opened)]
    return lines if would.uses else [*lines, "  This does not let AI do more than before."]


def _shape(would: UndoPreview, outcome: str, dry_run: bool) -> Shape:
    return {
        "entry": entry_shape(would.entry, entry_words(would.entry)),
        "widens": [use.value for use in would.uses],
        "opens": [opened_shape(one) for one in would.opened],
        "dry_run": dry_run,
        "outcome": outcome,
    }


def _row(one: HistoryEntry) -> tuple[str, str, str, str, str]:
    return (
        *(str(one.id), phrases.iso_minute(one.deed.at), shown(one.deed.who)),
        *(shown(entry_words(one)), _state(one)),
    )


def _state(one: HistoryEntry) -> str:
    if one.undone_by is not None:
        return f"undone by {one.undone_by}"
    if one.can is not Can.NOTHING:
        return f"can be {'undone' if one.can is Can.UNDO else 'redone'}"
    return _STATES.get(one.why_not.value if one.why_not else "", "")


_STATES = {
    "undone-already": "undone",
    "redone-already": "redone",
    "changed-since": "changed since",
    "gone": "no longer there",
}


def _kind(name: str) -> DeedKind:
    if name not in set(DeedKind):
        known = ", ".join(DeedKind)
        raise usage(f"There is no kind of entry “{shown(name)}”.", f"There are: {known}.")
    return DeedKind(name)


def _since(day: str) -> str:
    """The beginning of a person's day, in UTC as the history has its times."""
    if not day:
        return ""
    try:
        begins = datetime.datetime.combine(datetime.date.fromisoformat(day), datetime.time())
    except ValueError:
        raise usage(f"“{shown(day)}” is no date.", "Write it like 2026-05-03.") from None
    return begins.astimezone(datetime.UTC).isoformat(timespec="seconds")
