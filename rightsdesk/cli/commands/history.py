"""`rightsdesk history`: everything that was done, and undoing an entry of it."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from rightsdesk import phrases
from rightsdesk.changes.types import JobKind
from rightsdesk.cli.confirmation import Answers, confirm_change
from rightsdesk.cli.exits import Exit, usage
from rightsdesk.cli.options import (
    AllowWidening,
    ArtistName,
    DryRun,
    EvenSigned,
    Json,
    RecordingName,
    ReleaseName,
    Yes,
    begin,
    day_of,
    no_date,
)
from rightsdesk.cli.output.json_shapes import Shape, entry_shape, opened_shape
from rightsdesk.cli.output.previews import opened_lines
from rightsdesk.cli.output.tables import print_table
from rightsdesk.cli.output.words import shown
from rightsdesk.cli.plan_runner import run_undo
from rightsdesk.cli.session import Session
from rightsdesk.store.deeds import DeedKind
from rightsdesk.workspace.history.types import Can, HistoryEntry, HistoryFilter, UndoPreview
from rightsdesk.workspace.history.words import entry_words

if TYPE_CHECKING:
    from collections.abc import Sequence

app = typer.Typer(rich_markup_mode=None)

EntryId = Annotated[int, typer.Argument(metavar="ID", help="The entry's number.")]


@app.callback(invoke_without_command=True)
def history(
    context: typer.Context,
    artist: ArtistName = "",
    release: ReleaseName = "",
    recording: RecordingName = "",
    account: Annotated[
        str, typer.Option("--account", metavar="NAME", help="Only this account.")
    ] = "",
    kind: Annotated[
        list[str] | None,
        typer.Option("--kind", metavar="KIND", help="Only this kind of entry; may be repeated."),
    ] = None,
    since: Annotated[
        str, typer.Option("--since", metavar="DAY", help="Only since this day: 2026-05-03.")
    ] = "",
    until: Annotated[
        str, typer.Option("--until", metavar="DAY", help="Only until this day: 2026-05-31.")
    ] = "",
    text: Annotated[
        str, typer.Option("--text", metavar="TEXT", help="Only entries with this text.")
    ] = "",
    before: Annotated[
        int | None, typer.Option("--before", metavar="ID", help="Only what is older than this.")
    ] = None,
    limit: Annotated[
        int, typer.Option("--limit", metavar="N", min=1, max=500, help="The number of entries.")
    ] = 50,
    as_json: Json = False,
) -> int:
    """Everything that was done, newest first.

    \b
    rightsdesk history --artist 'Mira Koval' --since 2026-11-01
    rightsdesk history --kind consent-set --kind consent-cleared --json
    rightsdesk history --release 'Night Ferry' --until 2026-11-30
    rightsdesk history --before 120
    rightsdesk history undo 118
    """
    if context.invoked_subcommand is not None:
        return Exit.DONE
    session = begin(context, as_json=as_json)
    wanted = session.filter(artist=artist, release=release, recording=recording, path="")
    chosen = HistoryFilter(
        artist_id=wanted.artist_id,
        kinds=tuple(map(_kind, kind or ())),
        since=_since(since),
        until=_since(until, days=1),
        account_id=_account(session, account) if account else None,
        release_id=wanted.release_id,
        recording_id=wanted.recording_id,
        text=text,
    )
    found = session.workspace().history.entries(chosen, before, limit + 1)
    page, more = found[:limit], len(found) > limit
    if page:
        rows = [_row(entry) for entry in page]
        print_table(session.out, ("Entry", "When (UTC)", "Who", "What", ""), [("", rows)])
    else:
        session.out.say("Nothing was done yet." if chosen == HistoryFilter() else "Nothing found.")
    if more:
        session.out.say(f"Older entries: rightsdesk history --before {page[-1].id}")
    document = {
        "entries": [entry_shape(entry, entry_words(entry)) for entry in page],
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
    """Undo an entry: the state before it is restored. A job is undone by a plan.

    This works only while the entry is in effect. If AI may then do more, confirm that, too.

    \b
    rightsdesk history undo 118
    """
    session = begin(context, as_json=as_json)
    preview = session.workspace().history.preview_undo(entry)
    return _take_back(
        session, preview, Can.UNDO, Answers(yes, allow_widening, dry_run), even_signed
    )


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
    """Redo an entry. Name the undo, or the entry that was undone.

    \b
    rightsdesk history redo 118
    """
    session = begin(context, as_json=as_json)
    preview = session.workspace().history.preview_redo(entry)
    return _take_back(
        session, preview, Can.REDO, Answers(yes, allow_widening, dry_run), even_signed
    )


def _take_back(
    session: Session, preview: UndoPreview, way: Can, answers: Answers, even_signed: bool
) -> int:
    workspace = session.workspace()
    if preview.job is not None:
        return run_undo(session, preview.job, answers, even_signed=even_signed)
    verb = "Undo" if way is Can.UNDO else "Redo"
    ended = confirm_change(
        *(session.out, _lines(preview, verb), preview.uses),
        lambda outcome: _shape(preview, outcome, answers.dry_run),
        answers,
    )
    if ended is not None:
        return ended
    act = workspace.history.undo if way is Can.UNDO else workspace.history.redo
    made = act(preview.entry.id, confirmed=preview.uses)
    back = "redo" if way is Can.UNDO else "undo"
    session.out.say(f"Done. To reverse it: rightsdesk history {back} {made.id}")
    session.out.document({**_shape(preview, "done", answers.dry_run), "new_entry": made.id})
    return Exit.DONE


def _lines(preview: UndoPreview, verb: str) -> Sequence[str]:
    lines = [
        f"{verb}: {shown(entry_words(preview.entry))}",
        *opened_lines(preview.uses, preview.opened),
    ]
    return lines if preview.uses else [*lines, "  This does not let AI do more than before."]


def _shape(preview: UndoPreview, outcome: str, dry_run: bool) -> Shape:
    return {
        "entry": entry_shape(preview.entry, entry_words(preview.entry)),
        "widens": [use.value for use in preview.uses],
        "opens": [opened_shape(entry) for entry in preview.opened],
        "dry_run": dry_run,
        "outcome": outcome,
    }


def _row(entry: HistoryEntry) -> tuple[str, str, str, str, str]:
    return (
        *(str(entry.id), phrases.iso_minute(entry.deed.at), shown(entry.deed.who)),
        *(shown(entry_words(entry)), _state(entry)),
    )


def _state(entry: HistoryEntry) -> str:
    if entry.undone_by is not None:
        word = "redone" if entry.job and entry.job.kind is JobKind.UNDO else "undone"
        return f"{word} by {entry.undone_by}"
    if entry.can is not Can.NOTHING:
        return f"can be {'undone' if entry.can is Can.UNDO else 'redone'}"
    return _STATES.get(entry.why_not.value if entry.why_not else "", "")


_STATES = {
    "undone-already": "undone",
    "redone-already": "redone",
    "changed-since": "changed since",
    "gone": "no longer there",
}


def _kind(name: str) -> DeedKind:
    if name not in set(DeedKind):
        kinds = ", ".join(DeedKind)
        raise usage(f"There is no kind of entry “{shown(name)}”.", f"There are: {kinds}.")
    return DeedKind(name)


def _account(session: Session, name: str) -> int:
    found = [
        one
        for one in session.workspace().accounts.all(counted=False)
        if name in (one.name, str(one.id))
    ]
    if len(found) != 1:
        many = "There are several such accounts." if found else "There is no such account."
        raise usage(many, "Name it by its number; to see all: rightsdesk account list --json")
    return found[0].id


def _since(day: str, *, days: int = 0) -> str:
    """Return the beginning of a local day, or of one some days later, as the history stores
    times: in UTC."""
    date = day_of(day)
    if date is None:
        return ""
    try:
        begins = datetime.datetime.combine(date + datetime.timedelta(days), datetime.time())
        return begins.astimezone(datetime.UTC).isoformat(timespec="seconds")
    except (ValueError, OverflowError):
        raise no_date(day) from None
