"""`status` and `problems`: the matrix, and what to do about conflicts."""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

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
from rightsdesk.cli.output.json_shapes import problem_shape, row_shape, whole_account_shape
from rightsdesk.cli.output.tables import TableCell, print_table
from rightsdesk.cli.output.words import (
    STYLES,
    consent_words,
    first_steps,
    joined,
    licensed_words,
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
from rightsdesk.enums.carriers import CarrierId

if TYPE_CHECKING:
    from rightsdesk.workspace.status.whole_accounts import WholeAccount
    from rightsdesk.workspace.types.matrix import Cell as StandingCell
    from rightsdesk.workspace.types.matrix import MatrixRow
    from rightsdesk.workspace.types.problems import Problem
    from rightsdesk.workspace.types.scopes import Filter

TO_LOOK_AT = (Standing.CONFLICTS, Standing.UNKNOWN)

AT_ONCE = 500
"""Number of rows loaded at a time."""


def status(
    context: typer.Context,
    artist: ArtistName = "",
    release: ReleaseName = "",
    recording: RecordingName = "",
    path: PathName = "",
    as_json: Json = False,
) -> int:
    """Show the matrix: compare what files and tracks say with your consents.

    \b
    ✓ says it         says the same as your consent
    ○ silent          or says only a part of it
    ✗ says otherwise  differs from your consent
    ✎ noted by you    RightsDesk can't read it there
    § terms only      only the platform's terms are known
    ? unknown         not read yet, or could not be read
    • says something  and you have set no consent yet

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
    """Print the matrix, as a table by release or as JSON."""
    workspace, out = session.workspace(), session.out
    rows = list(_rows(session, wanted))
    whole = workspace.catalogue.whole_accounts(wanted)
    if out.as_json:
        out.document(
            {
                "rows": [row_shape(row) for row in rows],
                "accounts": [whole_account_shape(account) for account in whole],
            }
        )
        return
    if rows:
        _print_matrix(session, wanted, rows)
    else:
        out.say(f"{no_music_words(wanted)} {first_steps(session.workspace().artists.all())}")
    _print_whole(session, whole)


def _print_whole(session: Session, whole: Sequence[WholeAccount]) -> None:
    """Print the accounts that are in no recording's row, and those that can't be read."""
    out = session.out
    table = [
        (
            f"  {shown(account_view.account.artist)}",
            account_view.account.platform_name,
            shown(state.title or account_view.account.name),
            consent_words(account_view.consent),
            _standing_cell(account_view.consent, state.cell),
        )
        for account_view in whole
        if not account_view.recordings
        for state in account_view.states
    ]
    if table:
        headers = ("  Artist", "Platform", "Account or site", "AI may", "Says")
        print_table(out, headers, [("", table)])
    for account_view in whole:
        name = f"{account_view.account.platform_name} ({shown(account_view.account.name)})"
        if problem := unread_words(account_view.account):
            out.say(f"{name}: {problem}")


def _print_matrix(session: Session, wanted: Filter, rows: Sequence[MatrixRow]) -> None:
    workspace, out = session.workspace(), session.out
    carriers = workspace.catalogue.carriers()
    reached = {platform for platform, _ in workspace.platforms.connectable()}
    connected = workspace.accounts.read().keys()
    groups: dict[str, list[Sequence[TableCell | str]]] = {}
    for row in rows:
        heading = f"{shown(row.artist)} – {shown(row.release) or 'without a release'}"
        cells = [
            _standing_cell(row.consent, row.cells[carrier])
            if carrier in row.cells
            else TableCell(_absence(row, carrier, reached, connected), "dim")
            for carrier, _ in carriers
        ]
        title = (f"  {row.track:>3}", shown(row.title), licensed_words(row.consent, row.grants))
        groups.setdefault(heading, []).append((*title, *cells))
    headers = ("Track", "Title", "AI may", *(name for _, name in carriers))
    print_table(out, headers, list(groups.items()))
    out.say("", *_count_lines(session, wanted))
    if any(cell.standing in TO_LOOK_AT for row in rows for cell in row.cells.values()):
        out.say("For causes and advice: rightsdesk problems")


def _rows(session: Session, wanted: Filter) -> Iterator[MatrixRow]:
    workspace = session.workspace()
    ids = workspace.catalogue.recordings(wanted)
    for start in range(0, len(ids), AT_ONCE):
        yield from workspace.catalogue.rows(ids[start : start + AT_ONCE])


def _absence(
    row: MatrixRow, carrier: str, reached: set[str], connected: Collection[tuple[int, str]]
) -> str:
    is_readable = carrier not in reached or (row.artist_id, carrier) in connected
    return NOT_THERE if is_readable else NO_ACCOUNT


def _standing_cell(consent: Consent, cell: StandingCell) -> TableCell:
    words = standing_words(cell.standing, cell.says)
    if cell.standing is Standing.CONFLICTS:
        comparison = compare(consent, cell.says)
        uses = (*comparison.wider, *comparison.narrower)
        words += f": {listed(uses)}" if uses else ""
    if (
        cell.standing is Standing.UNKNOWN
        and cell.evidence in (Evidence.API, Evidence.PUBLIC)
        and cell.seen_at
    ):
        words += f", last read {cell.seen_at[:10]}"
    if cell.evidence is Evidence.ATTESTED:
        by_word = "" if cell.standing is Standing.ATTESTED else ", noted by you"
        words += f"{by_word} {phrases.iso_day(cell.seen_at)}"
    if cell.count > 1:
        words += f" ({cell.count})"
    return TableCell(words, STYLES[cell.standing])


def _count_lines(session: Session, wanted: Filter) -> Iterator[str]:
    counts = session.workspace().catalogue.counts(wanted)
    for_all = session.workspace().catalogue.carriers_for_all()
    read = {
        CarrierId.FILES,
        *(platform for platform, _ in session.workspace().platforms.connectable()),
    }
    for carrier, name in session.workspace().catalogue.carriers():
        numbers = counts.get(carrier, {})
        words = standing_of_all if carrier in for_all else standing_count
        counted = ", ".join(words(s, numbers[s]) for s in Standing if numbers.get(s))
        if counted:
            by_word = carrier not in read and (Standing.CONFLICTS in numbers)
            yield f"{name}: {counted}{' (noted by you)' if by_word else ''}."


def problems(
    context: typer.Context,
    artist: ArtistName = "",
    release: ReleaseName = "",
    recording: RecordingName = "",
    path: PathName = "",
    as_json: Json = False,
) -> int:
    """List conflicts and failures, and what to do about them.

    \b
    rightsdesk problems
    rightsdesk problems --artist 'Mira Koval' --json
    """
    session = begin(context, as_json=as_json)
    wanted = session.filter(
        artist=artist, release=release, recording=recording, path=absolute(path)
    )
    print_problems(session, wanted)
    return Exit.DONE


def print_problems(session: Session, wanted: Filter) -> None:
    """Print conflicts and failures with advice, or as JSON."""
    out, found = session.out, session.workspace().catalogue.problems(wanted)
    carriers = dict(session.workspace().catalogue.carriers())
    for alike in _alike(found, each=out.verbose):
        for same in _grouped(alike, _same_words):
            named = ((carriers.get(one.where, one.where), one.artist) for one in same)
            places = [shown(joined(words)) for words in named]
            sentence = shown(same[0].sentence)
            if len(same) == 1:
                out.say(f"{places[0]}: {sentence}" if places[0] else sentence)
            else:
                out.say(sentence, *(f"    {place}" for place in places))
        if advice := alike[0].advice:
            out.say(f"    → {shown(advice)}")
        if alike[0].kind == "question":
            out.say("    → or here: rightsdesk match")
        for problem in alike if alike[0].finding or out.verbose else ():
            if ways := "|".join(problem.decisions):
                out.say(f"    → or here: rightsdesk health {ways} {problem.id}")
    if not found:
        out.say("No problems.")
    out.document({"problems": [problem_shape(problem) for problem in found]})


def _alike(found: Sequence[Problem], *, each: bool) -> list[list[Problem]]:
    """Group problems that get one advice: with the same text, or unless `each` of one kind.

    A group is where its first problem was. Findings keep their own advice, which names their id.
    """

    def key(problem: Problem) -> tuple[str, ...]:
        alone = each or problem.finding or not problem.advice
        return problem.kind, problem.advice, problem.sentence if alone else ""

    return _grouped(found, key)


def _same_words(problem: Problem) -> tuple[str, str]:
    """A key: counts of several artists are not one count, so each has a line of its own."""
    return problem.sentence, problem.id if problem.count > 1 else ""


def _grouped(found: Iterable[Problem], key: Callable[[Problem], Hashable]) -> list[list[Problem]]:
    groups: dict[Hashable, list[Problem]] = {}
    for problem in found:
        groups.setdefault(key(problem), []).append(problem)
    return list(groups.values())
