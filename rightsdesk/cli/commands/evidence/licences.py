"""`rightsdesk licence`: what single partners may do with the music, and until when."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from rightsdesk.cli.commands.evidence.licence_lines import (
    agreement_lines,
    scope_lines,
    table_row,
    view_lines,
    view_shape,
)
from rightsdesk.cli.commands.evidence.licence_options import Given, over, scopes
from rightsdesk.cli.confirmation import Answers, confirm_change
from rightsdesk.cli.exits import Exit, usage
from rightsdesk.cli.options import AllowWidening, ArtistName, DryRun, Json, Yes, absolute, begin
from rightsdesk.cli.output.json_shapes import Shape, opened_shape
from rightsdesk.cli.output.previews import opened_lines
from rightsdesk.cli.output.tables import print_table
from rightsdesk.cli.output.words import shown
from rightsdesk.cli.session import Session
from rightsdesk.consent.licences.agreement import Agreement
from rightsdesk.consent.licences.licence import LicenceState
from rightsdesk.consent.licences.period import parse_day
from rightsdesk.consent.licences.words import day_words, state_words
from rightsdesk.workspace.licences.views import LicenceFilter, LicenceView

if TYPE_CHECKING:
    from rightsdesk.workspace.licences.opening import Opening
    from rightsdesk.workspace.types.scopes import Scope

app = typer.Typer(
    rich_markup_mode=None,
    no_args_is_help=True,
    help="What single partners may do with the music, and until when.\n\n\b\n"
    "rightsdesk licence list",
)
NOT_YET = "Files and sites name the partner once you run: rightsdesk tag, rightsdesk sync"
ENDED = "The next rightsdesk tag, sync or look takes the partner out of files and sites."

Number = Annotated[int, typer.Argument(metavar="ID", help="The licence's number.")]
Uses = Annotated[
    list[str] | None,
    typer.Option("--use", metavar="USE", help="A use, such as generative-training; repeatable."),
]
ArtistNames = Annotated[
    list[str] | None,
    typer.Option("--artist", "-a", metavar="NAME", help="All music of this artist; repeatable."),
]
Releases = Annotated[
    list[str] | None,
    typer.Option("--release", metavar="TITLE", help="Only this release; repeatable."),
]
Recordings = Annotated[
    list[str] | None,
    typer.Option("--recording", metavar="TITLE|ISRC", help="Only this recording; repeatable."),
]
Where = Annotated[
    str | None,
    typer.Option("--territory", metavar="WHERE", help="world, EU, or countries: EU, CH except FR"),
]
First = Annotated[
    str | None, typer.Option("--from", metavar="DAY", help="The first day: 2026-12-01, or none.")
]
Last = Annotated[
    str | None,
    typer.Option("--until", metavar="DAY", help="The last day, as a whole: 2027-12-31, or none."),
]
ZoneName = Annotated[
    str | None,
    typer.Option(
        "--zone", metavar="ZONE", help="The time zone of the days: Europe/Berlin. Default: yours."
    ),
]
SiteAddress = Annotated[
    str | None, typer.Option("--site", metavar="URL", help="The partner's web address.")
]
Identifier = Annotated[
    str | None, typer.Option("--id", metavar="TEXT", help="A number the partner is known by.")
]
Reference = Annotated[
    str | None, typer.Option("--reference", metavar="TEXT", help="Your file number.")
]
NoteText = Annotated[
    str | None, typer.Option("--note", metavar="TEXT", help="A note for yourself.")
]
ContractFile = Annotated[
    str | None,
    typer.Option("--document", metavar="PATH", help="The contract: its SHA-256 is kept; or none."),
]
Keep = Annotated[
    bool, typer.Option("--keep-document", help="Also keep a copy in RightsDesk's data folder.")
]
IsCertified = Annotated[
    bool | None,
    typer.Option("--certified/--not-certified", help="Whether Fairly Trained certified it."),
]
Source = Annotated[
    str | None, typer.Option("--certificate-source", metavar="TEXT", help="Who says so.")
]


@app.command("list")
def list_licences(
    context: typer.Context,
    partner: Annotated[
        str, typer.Option("--partner", metavar="NAME", help="Only partners of this name.")
    ] = "",
    artist: ArtistName = "",
    state: Annotated[
        str, typer.Option("--state", metavar="|".join(LicenceState), help="Only this state.")
    ] = "",
    ends_within: Annotated[
        int | None,
        typer.Option("--ends-within", metavar="DAYS", min=0, help="Only those that end soon."),
    ] = None,
    as_json: Json = False,
) -> int:
    """List the licences by partner.

    \b
    rightsdesk licence list
    rightsdesk licence list --ends-within 30 --json
    """
    session = begin(context, as_json=as_json)
    if state and state not in set(LicenceState):
        raise usage(f"There is no state “{shown(state)}”.", f"There are: {', '.join(LicenceState)}")
    workspace = session.workspace()
    chosen = LicenceFilter(
        partner,
        LicenceState(state) if state else None,
        ends_within,
        workspace.artists.named(artist).id if artist else None,
    )
    found = workspace.licences.all(chosen)
    if found:
        rows = [table_row(view, workspace.now()) for view in found]
        headers = ("Licence", "Partner", "State", "Last day", "Uses", "Covers")
        print_table(session.out, headers, [("", rows)])
    elif chosen == LicenceFilter():
        session.out.say(
            "There are no licences. A licence lets one partner do what your consent refuses "
            "everyone. Add one: rightsdesk licence add PARTNER --use generative-training"
        )
    else:
        session.out.say("No licence fits.")
    session.out.document({"licences": [view_shape(view) for view in found]})
    return Exit.DONE


@app.command()
def show(context: typer.Context, number: Number, as_json: Json = False) -> int:
    """Show one licence: what was agreed, and the music that it covers.

    \b
    rightsdesk licence show 3
    rightsdesk licence show 3 --json
    """
    session = begin(context, as_json=as_json)
    view = session.workspace().licences.named(number)
    session.out.say(*view_lines(view, session.workspace().now()))
    session.out.document({"licence": view_shape(view)})
    return Exit.DONE


@app.command()
def add(
    context: typer.Context,
    partner: Annotated[str, typer.Argument(metavar="PARTNER", help="Who may use the music.")],
    use: Uses = None,
    artist: ArtistNames = None,
    release: Releases = None,
    recording: Recordings = None,
    territory: Where = None,
    first: First = None,
    last: Last = None,
    zone: ZoneName = None,
    site: SiteAddress = None,
    identifier: Identifier = None,
    reference: Reference = None,
    document: ContractFile = None,
    keep_document: Keep = False,
    certified: IsCertified = None,
    certificate_source: Source = None,
    note: NoteText = None,
    yes: Yes = False,
    allow_widening: AllowWidening = False,
    dry_run: DryRun = False,
    as_json: Json = False,
) -> int:
    """Add a licence: one partner may do what your consent refuses everyone.

    It holds from the beginning of its first day to the end of its last day, in its time zone.
    Nobody else may do more than before.

    \b
    rightsdesk licence add Klay --use generative-training --until 2027-12-31
    rightsdesk licence add Klay --use generative-training --release 'Night Ferry' \\
        --territory 'EU except FR' --document contract.pdf --keep-document
    """
    session = begin(context, as_json=as_json)
    given = Given(
        *(use or (), territory, first, last, zone, site, identifier, reference, note),
        *(document, keep_document, certified, certificate_source),
    )
    licences = session.workspace().licences
    fresh = Agreement(partner, frozenset(), certificate=licences.known_certificate(partner))
    agreement = over(session, fresh, given)
    covered = scopes(session, artist or (), release or (), recording or ())
    return _put(session, 0, agreement, covered, given, Answers(yes, allow_widening, dry_run))


@app.command()
def change(
    context: typer.Context,
    number: Number,
    use: Uses = None,
    artist: ArtistNames = None,
    release: Releases = None,
    recording: Recordings = None,
    territory: Where = None,
    first: First = None,
    last: Last = None,
    zone: ZoneName = None,
    site: SiteAddress = None,
    identifier: Identifier = None,
    reference: Reference = None,
    document: ContractFile = None,
    keep_document: Keep = False,
    certified: IsCertified = None,
    certificate_source: Source = None,
    note: NoteText = None,
    yes: Yes = False,
    allow_widening: AllowWidening = False,
    dry_run: DryRun = False,
    as_json: Json = False,
) -> int:
    """Change a licence. What is not named stays as it is.

    Music and uses that are named replace those of before. One that you ended stays ended: undo
    that in the history, or add a new licence.

    \b
    rightsdesk licence change 3 --until 2028-12-31
    """
    session = begin(context, as_json=as_json)
    given = Given(
        *(use or (), territory, first, last, zone, site, identifier, reference, note),
        *(document, keep_document, certified, certificate_source),
    )
    named = artist or release or recording
    if not (given.anything or named):
        raise usage("Say what to change, such as --until 2028-12-31.")
    view = session.workspace().licences.named(number)
    covered = _scopes_now(view)
    if named:
        covered = scopes(session, artist or (), release or (), recording or ())
    agreement = over(session, view.licence.agreement, given)
    return _put(session, number, agreement, covered, given, Answers(yes, allow_widening, dry_run))


@app.command()
def end(
    context: typer.Context,
    number: Number,
    on: Annotated[
        str,
        typer.Option(
            "--on", metavar="DAY", help="Its last day instead of now, also one that is over."
        ),
    ] = "",
    yes: Yes = False,
    dry_run: DryRun = False,
    as_json: Json = False,
) -> int:
    """End a licence now, or with a last day that is earlier than agreed.

    What was agreed stays on record, also while the end is still to come.

    \b
    rightsdesk licence end 3
    rightsdesk licence end 3 --on 2026-12-31
    """
    session = begin(context, as_json=as_json)
    workspace, last = session.workspace(), parse_day(on)
    view = workspace.licences.named(number)
    when = day_words(last) if last else "now"
    partner = shown(view.licence.agreement.partner)
    agreed = view.licence.agreement.period
    over = last is not None and last < agreed.day(workspace.now())
    line = f"Licence {number} of {partner} {'ended' if over else 'ends'}: {when}."

    def shape(outcome: str) -> Shape:
        return {"licence": view_shape(view), "dry_run": dry_run, "outcome": outcome}

    ended = confirm_change(session.out, [line], (), shape, Answers(yes, False, dry_run))
    if ended is not None:
        return ended
    view = workspace.licences.end(number, last)
    session.out.say(f"{partner}: {state_words(view.licence, workspace.now())}. {ENDED}")
    session.out.document(shape("done"))
    return Exit.DONE


def _scopes_now(view: LicenceView) -> list[Scope]:
    from rightsdesk.workspace.types.scopes import Scope

    return [Scope(m.kind, m.id) for m in view.covers if m.id is not None]


def _put(
    session: Session,
    number: int,
    agreement: Agreement,
    covered: Sequence[Scope],
    given: Given,
    answers: Answers,
) -> Exit:
    licences = session.workspace().licences
    opening = licences.preview(agreement, covered, number)
    names = [session.workspace().consents.of(scope).name for scope in covered]

    def shape(outcome: str) -> Shape:
        return {
            "licence": agreement.to_json() | {"id": number},
            "covers": [{"kind": s.kind.value, "id": s.id} for s in covered],
            "opens": [opened_shape(opened) for opened in opening.opened],
            "widens": [use.value for use in opening.uses],
            "dry_run": answers.dry_run,
            "outcome": outcome,
        }

    lines = list(_put_lines(agreement, names, opening))
    ended = confirm_change(session.out, lines, opening.uses, shape, answers)
    if ended is not None:
        return ended
    if given.document and given.keep:
        licences.document(absolute(given.document), keep=True)
    if number:
        licences.change(number, agreement, covered, confirmed=opening.uses)
    else:
        number = licences.add(agreement, covered, confirmed=opening.uses)
    session.out.say(f"Done: licence {number}. {NOT_YET}")
    session.out.document(shape("done") | {"licence": view_shape(licences.named(number))})
    return Exit.DONE


def _put_lines(agreement: Agreement, names: Sequence[str], opening: Opening) -> Iterator[str]:
    yield f"{shown(agreement.partner)} may use the music:"
    yield from agreement_lines(agreement)
    yield from scope_lines(names)
    yield from opened_lines(opening.uses, opening.opened)
