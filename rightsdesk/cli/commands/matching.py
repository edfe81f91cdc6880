"""`match`: find the recording of a track on a platform, if it is uncertain."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Final

import typer

from rightsdesk import phrases
from rightsdesk.cli.exits import Exit, usage
from rightsdesk.cli.options import ArtistName, Json, begin
from rightsdesk.cli.output.json_shapes import question_shape
from rightsdesk.cli.output.words import shown
from rightsdesk.workspace.types.matches import Doubt

if TYPE_CHECKING:
    from rightsdesk.cli.session import Session
    from rightsdesk.workspace.types.scopes import Filter

DOUBT_WORDS: Final[Mapping[Doubt, str]] = {
    Doubt.TITLE: "another title",
    Doubt.ARTIST: "another artist",
    Doubt.LENGTH: "another length",
    Doubt.ISRC: "another ISRC",
    Doubt.NO_LENGTH: "length not known",
    Doubt.SEVERAL: "several fit",
}


def match(
    context: typer.Context,
    item: Annotated[
        int | None, typer.Argument(metavar="[TRACK]", help="The number of the track.")
    ] = None,
    artist: ArtistName = "",
    recording: Annotated[
        str, typer.Option("--recording", metavar="TITLE|ISRC", help="The track is this recording.")
    ] = "",
    none: Annotated[bool, typer.Option("--none", help="The track is none of them.")] = False,
    best: Annotated[
        bool, typer.Option("--best", help="Accept every best candidate that stands out.")
    ] = False,
    as_json: Json = False,
) -> int:
    """List tracks that could be several recordings, or name the recording of one.

    Until then, no consent for these recordings is written to the track. With --none the track
    becomes a recording of its own, without a file.

    \b
    rightsdesk match
    rightsdesk match 7 --recording 'Night Ferry'
    rightsdesk match 7 --none
    rightsdesk match --best --artist 'Mira Koval'
    """
    session = begin(context, as_json=as_json)
    workspace = session.workspace()
    if best and (item is not None or recording or none):
        raise usage("--best can't be combined with a track, --recording or --none.")
    if item is not None:
        if bool(recording) == none:
            raise usage("Name the recording: --recording TITLE, or --none.")
        title, owner = workspace.accounts.item_named(item)
        if artist and session.artist(artist).name != owner:
            raise usage(f"Track {item}, “{shown(title)}”, belongs to {shown(owner)}.")
        found = session.filter(artist=owner, release="", recording=recording, path="")
        workspace.accounts.answer(item, None if none else found.recording_id)
        session.out.say(_answered(session, f"“{shown(title)}”, {shown(owner)}", found))
    artist_id = session.artist(artist).id if artist else None
    if best:
        open_ones = workspace.accounts.questions(artist_id)
        answers = workspace.accounts.best_matches(open_ones)
        workspace.accounts.answer_all(dict(answers))
        session.out.say(
            f"{phrases.counted(len(answers), 'track')} matched with the best candidate."
        )
    questions = workspace.accounts.questions(artist_id)
    for question in questions if item is None else ():
        named = f"{shown(question.title)}, {shown(question.artist)}"
        session.out.say(f"{question.item_id}  {named}  {shown(question.url)}")
        for candidate in question.candidates:
            release = f" ({shown(candidate.release)})" if candidate.release else ""
            why = phrases.and_list(DOUBT_WORDS[doubt] for doubt in candidate.doubts)
            session.out.say(f"     may be: {shown(candidate.title)}{release}: {why}")
    if item is not None:
        session.out.say(f"{phrases.counted(len(questions), 'question')} left: rightsdesk match")
    elif questions:
        session.out.say("Answer: rightsdesk match NUMBER --recording TITLE, or --none")
    elif not any(artist_id in (None, owner) for owner, _ in workspace.accounts.read()):
        session.out.say("No account is connected yet, so there is nothing to match.")
    else:
        session.out.say("Every track is matched.")
    session.out.document({"questions": [question_shape(question) for question in questions]})
    return Exit.DONE


def _answered(session: Session, track: str, found: Filter) -> str:
    if found.recording_id is None:
        return f"{track}: now a recording of its own."
    row = session.workspace().catalogue.rows([found.recording_id])[0]
    release = f" ({shown(row.release)})" if row.release else ""
    return f"{track}: linked to “{shown(row.title)}”{release}."
