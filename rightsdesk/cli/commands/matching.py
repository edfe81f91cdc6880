"""`match`: which recording a track on a platform is, where that is not certain."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from rightsdesk import phrases
from rightsdesk.cli.exits import Exit, usage
from rightsdesk.cli.options import ArtistName, Json, begin
from rightsdesk.cli.output.json_shapes import question_shape
from rightsdesk.cli.output.words import shown

if TYPE_CHECKING:
    from rightsdesk.cli.session import Session
    from rightsdesk.workspace.types import Filter


def match(
    context: typer.Context,
    item: Annotated[
        int | None, typer.Argument(metavar="[TRACK]", help="The number of a track to answer for.")
    ] = None,
    artist: ArtistName = "",
    recording: Annotated[
        str, typer.Option("--recording", metavar="TITLE|ISRC", help="It is this recording.")
    ] = "",
    none: Annotated[bool, typer.Option("--none", help="It is none of them.")] = False,
    as_json: Json = False,
) -> int:
    """List the tracks of which it is not certain which recording they are, or answer for one.

    While that is open, nothing that was chosen for one of these recordings is written to it.
    With --none it is a recording of its own, without a file.

    \b
    rightsdesk match
    rightsdesk match 7 --recording 'Night Ferry'
    rightsdesk match 7 --none
    """
    session = begin(context, as_json=as_json)
    workspace = session.workspace()
    if item is not None:
        if bool(recording) == none:
            raise usage("Say which recording it is: --recording TITLE, or --none.")
        title, whose = workspace.accounts.item_named(item)
        if artist and session.artist(artist).name != whose:
            raise usage(f"Track {item}, “{shown(title)}”, belongs to {shown(whose)}.")
        found = session.filter(artist=whose, release="", recording=recording, path="")
        workspace.accounts.answer(item, None if none else found.recording_id)
        session.out.say(_answered(session, f"“{shown(title)}”, {shown(whose)}", found))
    of = session.artist(artist).id if artist else None
    questions = workspace.accounts.questions(of)
    for question in questions if item is None else ():
        named = f"{shown(question.title)}, {shown(question.artist)}"
        session.out.say(f"{question.item_id}  {named}  {shown(question.url)}")
        for candidate in question.candidates:
            release = f" ({shown(candidate.release)})" if candidate.release else ""
            session.out.say(f"     may be: {shown(candidate.title)}{release}")
    if item is not None:
        session.out.say(f"{phrases.counted(len(questions), 'question')} left: rightsdesk match")
    elif questions:
        session.out.say("Answer: rightsdesk match NUMBER --recording TITLE, or --none")
    elif not any(of in (None, account.artist_id) for account in workspace.accounts.all()):
        session.out.say("No account is connected yet, so there is nothing to match.")
    else:
        session.out.say("Every track is matched.")
    session.out.document({"questions": [question_shape(question) for question in questions]})
    return Exit.DONE


def _answered(session: Session, track: str, found: Filter) -> str:
    if found.recording_id is None:
        return f"{track}: a recording of its own now."
    row = session.workspace().catalogue.rows([found.recording_id])[0]
    release = f" ({shown(row.release)})" if row.release else ""
    return f"{track}: linked to “{shown(row.title)}”{release}."
