"""`status` and `problems`: where everything stands, and what to do about it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import typer

from rightsdesk import phrases
from rightsdesk.changes.types import FILES
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
from rightsdesk.cli.output.json_shapes import problem_shape, row_shape, whole_account_shape
from rightsdesk.cli.output.tables import Cell, print_table
from rightsdesk.cli.output.words import (
    STYLES,
    consent_words,
    joined,
    no_music_words,
    shown,
    standing_count,
    standing_of_all,
    standing_words,
    unread_words,
)
from rightsdesk.cli.session import Session
from rightsdesk.consent import Consent, Evidence, Standing, compare
from rightsdesk.consent.words import NO_ACCOUNT, NOT_THERE, listed

if TYPE_CHECKING:
    from rightsdesk.workspace.status.whole_accounts import WholeAccount
    from rightsdesk.workspace.types import Cell as Standpoint
    from rightsdesk.workspace.types import Filter, MatrixRow, Problem

TO_LOOK_AT = (Standing.CONFLICTS, Standing.UNKNOWN)

AT_ONCE = 500
"""How many rows are asked for at a time."""


def status(
    context: typer.Context,
    artist: ArtistName = "",
    release: ReleaseName = "",
    recording: RecordingName = "",
    path: PathName = "",
    as_json: Json = False,
) -> int:
    """Show the matrix: what each recording's files and tracks say, against what you want.

    \b
    ✓ says it         says what you want
    ○ silent          or says only a part of it
    ✗ conflicts       says something else
    ✎ you told us     RightsDesk cannot read it there
    § terms only      nothing but the platform's terms is known
    ? unknown         not read yet, or could not be read
    • says something  and you have not chosen yet what

    \b
    rightsdesk status
    rightsdesk status --release 'Night Ferry' --json
    """
    session = begin(context, as_json=as_json)
    wanted = session.filter(
        artist=artist, release=release, recording=recording, path=absolute(path)
    )
    print_status(session, wanted)
    return Exit.DONE


def print_status(session: Session, wanted: Filter) -> None:
    """The matrix, as a table by release or as JSON."""
    workspace, out = session.workspace(), session.out
    rows = list(_rows(session, wanted))
    whole = workspace.catalogue.whole_accounts(wanted)
    if out.as_json:
        out.document(
            {
                "rows": [row_shape(row) for row in rows],
                "accounts": [whole_account_shape(one) for one in whole],
            }
        )
        return
    if rows:
        _print_matrix(session, wanted, rows)
    else:
        out.say(f"{no_music_words(wanted)} Scan it: rightsdesk scan FOLDER --artist NAME")
    _print_whole(session, whole)


def _print_whole(session: Session, whole: Sequence[WholeAccount]) -> None:
    """The accounts that stand in no recording's row, and those that can't be read just now."""
    out = session.out
    table = [
        (
            f"  {shown(one.account.artist)}",
            one.account.platform_name,
            shown(state.title or one.account.name),
            consent_words(one.consent),
            _standpoint(one.consent, state.cell),
        )
        for one in whole
        if not one.recordings
        for state in one.states
    ]
    if table:
        headers = ("  Artist", "Platform", "Account or site", "AI may", "Says")
        print_table(out, headers, [("", table)])
    for one in whole:
        name = f"{one.account.platform_name} ({shown(one.account.name)})"
        if words := unread_words(one.account):
            out.say(f"{name}: {words}")


def _print_matrix(session: Session, wanted: Filter, rows: Sequence[MatrixRow]) -> None:
    workspace, out = session.workspace(), session.out
    carriers = workspace.catalogue.carriers()
    reached = {platform for platform, _ in workspace.platforms.connectable()}
    connected = {(one.artist_id, one.platform) for one in workspace.accounts.all()}
    groups: dict[str, list[Sequence[Cell | str]]] = {}
    for row in rows:
        heading = f"{shown(row.artist)} – {shown(row.release) or 'without a release'}"
        cells = [
            _standpoint(row.consent, row.cells[carrier])
            if carrier in row.cells
            else Cell(_absence(row, carrier, reached, connected), "dim")
            for carrier, _ in carriers
        ]
        title = (f"  {row.track:>3}", shown(row.title), consent_words(row.consent))
        groups.setdefault(heading, []).append((*title, *cells))
    headers = ("Track", "Title", "AI may", *(name for _, name in carriers))
    print_table(out, headers, list(groups.items()))
    out.say("", *_count_lines(session, wanted))
    if any(cell.standing in TO_LOOK_AT for row in rows for cell in row.cells.values()):
        out.say("Why, and what to do: rightsdesk problems")


def _rows(session: Session, wanted: Filter) -> Iterator[MatrixRow]:
    workspace = session.workspace()
    ids = workspace.catalogue.recordings(wanted)
    for start in range(0, len(ids), AT_ONCE):
        yield from workspace.catalogue.rows(ids[start : start + AT_ONCE])


def _absence(
    row: MatrixRow, carrier: str, reached: set[str], connected: set[tuple[int, str]]
) -> str:
    looked = carrier not in reached or (row.artist_id, carrier) in connected
    return NOT_THERE if looked else NO_ACCOUNT


def _standpoint(wanted: Consent, cell: Standpoint) -> Cell:
    words = standing_words(cell.standing, cell.says)
    if cell.standing is Standing.CONFLICTS:
        verdict = compare(wanted, cell.says)
        uses = (*verdict.wider, *verdict.narrower)
        words += f": {listed(uses)}" if uses else ""
    if (
        cell.standing is Standing.UNKNOWN
        and cell.evidence in (Evidence.API, Evidence.PUBLIC)
        and cell.seen_at
    ):
        words += f", last read {cell.seen_at[:10]}"
    if cell.evidence is Evidence.ATTESTED:
        by_word = "" if cell.standing is Standing.ATTESTED else ", told by you"
        words += f"{by_word} {phrases.iso_day(cell.seen_at)}"
    if cell.count > 1:
        words += f" ({cell.count})"
    return Cell(words, STYLES[cell.standing])


def _count_lines(session: Session, wanted: Filter) -> Iterator[str]:
    counts = session.workspace().catalogue.counts(wanted)
    for_all = session.workspace().catalogue.carriers_for_all()
    read = {FILES, *(platform for platform, _ in session.workspace().platforms.connectable())}
    for carrier, name in session.workspace().catalogue.carriers():
        numbers = counts.get(carrier, {})
        words = standing_of_all if carrier in for_all else standing_count
        told = ", ".join(words(s, numbers[s]) for s in Standing if numbers.get(s))
        if told:
            by_word = carrier not in read and (Standing.CONFLICTS in numbers)
            yield f"{name}: {told}{' (you told us)' if by_word else ''}."


def problems(
    context: typer.Context,
    artist: ArtistName = "",
    release: ReleaseName = "",
    recording: RecordingName = "",
    path: PathName = "",
    as_json: Json = False,
) -> int:
    """List what disagrees or failed, and what to do about it."""
    session = begin(context, as_json=as_json)
    wanted = session.filter(
        artist=artist, release=release, recording=recording, path=absolute(path)
    )
    print_problems(session, wanted)
    return Exit.DONE


def print_problems(session: Session, wanted: Filter) -> None:
    """What disagrees or failed, with what to do about it, or as JSON."""
    out, found = session.out, session.workspace().catalogue.problems(wanted)
    carriers = dict(session.workspace().catalogue.carriers())
    for alike in _alike(found):
        problem = alike[0]
        named = ((carriers.get(one.where, one.where), one.artist) for one in alike)
        places = [shown(joined(one)) for one in named]
        if len(alike) == 1:
            where = f"{places[0]}: " if places[0] else ""
            out.say(f"{where}{shown(problem.sentence)}")
        else:
            out.say(shown(problem.sentence), *(f"    {place}" for place in places))
        if problem.advice:
            out.say(f"    → {shown(problem.advice)}")
        if problem.kind == "question":
            out.say("    → or here: rightsdesk match")
        for one in alike if problem.finding else ():
            ways = "|".join(one.decisions)
            out.say(f"    → or here: rightsdesk health {ways} {one.finding}")
    if not found:
        out.say("No problems.")
    out.document({"problems": [problem_shape(problem) for problem in found]})


def _alike(found: Sequence[Problem]) -> list[list[Problem]]:
    """Problems of which the same is to be said, together; the first of each keeps its place."""
    groups: dict[tuple[str, str, str], list[Problem]] = {}
    for one in found:
        groups.setdefault((one.kind, one.sentence, one.advice), []).append(one)
    return list(groups.values())
