"""`match`: which recording a track on a platform is, where that is not certain."""

from __future__ import annotations

from typing import Annotated

import typer

from rightsdesk.cli.exits import Exit, usage
from rightsdesk.cli.options import ArtistName, Json, begin
from rightsdesk.cli.shapes import question_shape
from rightsdesk.cli.words import shown


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
        found = session.filter(artist=artist, release="", recording=recording, path="")
        workspace.answer(item, None if none else found.recording_id)
    questions = workspace.questions(session.artist(artist).id if artist else None)
    for question in questions:
        session.out.say(f"{question.item_id}  {shown(question.title)}  {shown(question.url)}")
        for candidate in question.candidates:
            release = f" ({shown(candidate.release)})" if candidate.release else ""
            session.out.say(f"     may be: {shown(candidate.title)}{release}")
    if questions:
        session.out.say("Answer: rightsdesk match NUMBER --recording TITLE, or --none")
    else:
        session.out.say("Every track is matched.")
    session.out.document({"questions": [question_shape(question) for question in questions]})
    return Exit.DONE
