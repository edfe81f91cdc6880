"""`rightsdesk letter`: letters filled from the record, kept, and followed up. Nothing is sent."""

from __future__ import annotations

import sys
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rightsdesk.cli.commands.evidence.report import LanguageOption, PaperSize, printer_for
from rightsdesk.cli.confirmation import saved
from rightsdesk.cli.exits import Exit, usage
from rightsdesk.cli.options import (
    ArtistName,
    Json,
    RecordingName,
    ReleaseName,
    absolute,
    begin,
    day_of,
    existing,
)
from rightsdesk.cli.output.tables import print_table
from rightsdesk.cli.output.words import shown

if TYPE_CHECKING:
    from rightsdesk.cli.session import Session
    from rightsdesk.workspace.letters.types import Draft, Letter

app = typer.Typer(
    rich_markup_mode=None,
    help="Letters to platforms and AI companies: fill, keep, follow up.\n\n\b\n"
    "rightsdesk letter list",
)

LetterId = Annotated[int, typer.Argument(metavar="N", help="The letter's number.")]
OutputFile = Annotated[
    str, typer.Option("--output", "-o", metavar="FILE", help="Save it: .txt, .html or .pdf.")
]
Replace = Annotated[bool, typer.Option("--yes", "-y", help="Replace FILE if it exists.")]
DayOption = Annotated[
    str, typer.Option("--on", metavar="DAY", help="The day, if not today: 2026-05-03.")
]
LONGEST = 1_000_000
"""Bytes of a letter at most."""


@app.command("list")
def list_letters(
    context: typer.Context,
    artist: ArtistName = "",
    kinds: Annotated[bool, typer.Option("--kinds", help="List the kinds of letters.")] = False,
    language: LanguageOption = "en",
    as_json: Json = False,
) -> int:
    """List the letters that were written, with the days when they were sent and answered.

    \b
    rightsdesk letter list --artist 'Mira Koval'
    rightsdesk letter list --kinds
    """
    session = begin(context, as_json=as_json)
    letters = session.workspace().letters
    if kinds:
        forms = letters.kinds(language)
        for kind, form in forms.items():
            session.out.say(f"{kind:<12} {form.title}", f"{'':<12} {form.about}")
        shapes = [{"kind": k, "title": f.title, "about": f.about} for k, f in forms.items()]
        session.out.document({"kinds": shapes})
        return Exit.DONE
    found = letters.all(session.artist(artist).id if artist else None)
    if found:
        rows = [_row(one) for one in found]
        heads = ("Letter", "Written", "Sent", "Answered", "Artist", "To", "Subject")
        print_table(session.out, heads, [("", rows)])
    else:
        session.out.say("No letter was written yet.", "The kinds: rightsdesk letter list --kinds")
    session.out.document({"letters": [asdict(one) for one in found]})
    return Exit.DONE


@app.command()
def write(
    context: typer.Context,
    kind: Annotated[str, typer.Argument(metavar="KIND", help="The kind: see list --kinds.")],
    to: Annotated[str, typer.Option("--to", metavar="NAME", help="The recipient.")] = "",
    address: Annotated[
        str, typer.Option("--address", metavar="TEXT", help="The recipient's address.")
    ] = "",
    artist: ArtistName = "",
    release: ReleaseName = "",
    recording: RecordingName = "",
    language: LanguageOption = "en",
    draft: Annotated[
        bool, typer.Option("--draft", help="Print the text and keep nothing: to edit it.")
    ] = False,
    text: Annotated[
        str, typer.Option("--text", metavar="FILE", help="Your text of it; - reads stdin.")
    ] = "",
    output: OutputFile = "",
    paper: PaperSize = "a4",
    yes: Replace = False,
    as_json: Json = False,
) -> int:
    """Fill a letter from the record, and keep it. Nothing is sent: that is for you to do.

    Places in [[double brackets]] are not in the record: fill them in before you send the letter.
    Letters are information, not legal advice.

    \b
    rightsdesk letter write reservation --artist 'Mira Koval' --to OpenAI --draft > letter.txt
    rightsdesk letter write reservation --artist 'Mira Koval' --to OpenAI --text letter.txt
    """
    session = begin(context, as_json=as_json)
    chosen = session.filter(artist=artist, release=release, recording=recording, path="")
    if chosen.artist_id is None:
        chosen = replace(chosen, artist_id=_artist(session, release or recording))
    letters = session.workspace().letters
    made = letters.draft(kind, chosen, to, address=address, language=language)
    if draft:
        session.out.text(f"{made.text}\n")
        session.out.document({"draft": asdict(made)})
        _say_missing(session, made)
        return Exit.DONE
    wanted = replace(made, text=_read(text)) if text else made
    if output:  # first the file: if it is refused, nothing is kept
        _save(session, wanted, output, paper, yes=yes)
    kept = letters.write(wanted)
    session.out.say(f"Letter {kept.id} is kept: {shown(kept.subject)}")
    session.out.say(f"Once you have sent it: rightsdesk letter sent {kept.id}")
    if not text:
        _say_missing(session, made)
    missing = list(made.missing) if not text else []
    session.out.document({"letter": asdict(kept), "missing": missing})
    return Exit.DONE


@app.command()
def show(
    context: typer.Context,
    letter: LetterId,
    output: OutputFile = "",
    paper: PaperSize = "a4",
    yes: Replace = False,
    as_json: Json = False,
) -> int:
    """Show a letter, or save it to a file.

    \b
    rightsdesk letter show 3
    rightsdesk letter show 3 --output letter.pdf
    """
    session = begin(context, as_json=as_json)
    one = session.workspace().letters.named(letter)
    if output:
        _save(session, one, output, paper, yes=yes)
    else:
        session.out.say(shown(one.subject), "", *map(shown, one.text.splitlines()))
    session.out.document({"letter": asdict(one)})
    return Exit.DONE


@app.command()
def edit(
    context: typer.Context,
    letter: LetterId,
    text: Annotated[
        str, typer.Option("--text", metavar="FILE", help="Its new text; - reads stdin.")
    ],
    as_json: Json = False,
) -> int:
    """Replace the text of a letter that was not sent.

    \b
    rightsdesk letter edit 3 --text letter.txt
    """
    session = begin(context, as_json=as_json)
    one = session.workspace().letters.change(letter, _read(text))
    session.out.say(f"Letter {one.id} is changed.")
    session.out.document({"letter": asdict(one)})
    return Exit.DONE


@app.command()
def sent(
    context: typer.Context, letter: LetterId, on: DayOption = "", as_json: Json = False
) -> int:
    """Note that you sent a letter. Its text stays as it is from then on.

    \b
    rightsdesk letter sent 3 --on 2026-05-03
    """
    session = begin(context, as_json=as_json)
    one = session.workspace().letters.sent(letter, day_of(on))
    session.out.say(f"Noted: letter {one.id} was sent on {one.sent_on}.")
    session.out.document({"letter": asdict(one)})
    return Exit.DONE


@app.command()
def answered(
    context: typer.Context,
    letter: LetterId,
    on: DayOption = "",
    note: Annotated[str, typer.Option("--note", metavar="TEXT", help="What they said.")] = "",
    as_json: Json = False,
) -> int:
    """Note that a letter was answered, and what was said.

    \b
    rightsdesk letter answered 3 --note 'They have noted it.'
    """
    session = begin(context, as_json=as_json)
    one = session.workspace().letters.answered(letter, day_of(on), note)
    session.out.say(f"Noted: letter {one.id} was answered on {one.answered_on}.")
    session.out.document({"letter": asdict(one)})
    return Exit.DONE


def _artist(session: Session, named: str) -> int | None:
    return None if named else session.artist("").id


def _row(one: Letter) -> tuple[str, ...]:
    return (
        *(str(one.id), one.written_at[:10], one.sent_on or "–", one.answered_on or "–"),
        *(shown(one.artist), shown(one.recipient), shown(one.subject)),
    )


def _say_missing(session: Session, made: Draft) -> None:
    from rightsdesk.workspace.letters.filling import open_places

    places = open_places(f"{made.subject}\n{made.text}")
    if places:
        session.out.note("To be filled in, since the record does not have it:")
        session.out.note(*(f"  {place}" for place in places))


def _save(session: Session, one: Letter | Draft, output: str, paper: str, *, yes: bool) -> None:
    place, printer = absolute(output), printer_for(paper)
    letters = session.workspace().letters
    saved(
        lambda replacing: letters.save(one, place, printer=printer, replace=replacing),
        "Replace it?",
        yes=yes,
    )
    session.out.say(f"{shown(place)}: written.")


def _read(path: str) -> str:
    """Return the text of a file or of stdin. Raises a usage error."""
    try:
        if path == "-":
            content = sys.stdin.buffer.read(LONGEST + 1)
        else:
            with Path(existing(path)).open("rb") as file:
                content = file.read(LONGEST + 1)
        text = content.decode("utf-8-sig").replace("\r\n", "\n").strip("\n")
    except OSError as error:
        raise usage(f"{shown(path)} can't be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise usage(f"{shown(path)} is no text in UTF-8.") from error
    if len(content) > LONGEST or not text.strip():
        raise usage(f"{shown(path)} is empty, or too long for a letter.")
    return text
