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

    Those that look like no recording here are listed, too. Nothing is ever written to a
    track while that is open.

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
    whose = session.artist(artist).id if artist else None
    questions, strangers = workspace.questions(whose), workspace.strangers(whose)
    for question in questions:
        session.out.say(f"{question.item_id}  {shown(question.title)}  {shown(question.url)}")
        for candidate in question.candidates:
            release = f" ({shown(candidate.release)})" if candidate.release else ""
            session.out.say(f"     may be: {shown(candidate.title)}{release}")
    if strangers:
        session.out.say("These look like no recording here. Scan their files, or say which it is:")
    for stranger in strangers:
        session.out.say(f"{stranger.item_id}  {shown(stranger.title)}  {shown(stranger.url)}")
    if questions or strangers:
        session.out.say("Answer: rightsdesk match NUMBER --recording TITLE, or --none")
    else:
        session.out.say("Every track is matched.")
    shapes = {"questions": questions, "strangers": strangers}
    session.out.document({name: [*map(question_shape, some)] for name, some in shapes.items()})
    return Exit.DONE
