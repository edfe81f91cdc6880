"""`rightsdesk artist`: the roster."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated

import typer

from rightsdesk import phrases
from rightsdesk.cli.confirmation import YES_TO_REMOVE, declined, nobody_to_ask
from rightsdesk.cli.exits import Exit
from rightsdesk.cli.options import Json, Yes, begin
from rightsdesk.cli.output.json_shapes import Shape, artist_shape
from rightsdesk.cli.output.tables import print_table
from rightsdesk.cli.output.words import consent_words, joined, shown
from rightsdesk.cli.prompts import confirmed, is_interactive
from rightsdesk.cli.session import Session
from rightsdesk.enums.carriers import CarrierId
from rightsdesk.workspace.overview.values import Action, Step

app = typer.Typer(
    rich_markup_mode=None,
    no_args_is_help=True,
    help="The artists you look after.\n\n\b\nrightsdesk artist add 'Mira Koval'",
)

ArtistArgument = Annotated[str, typer.Argument(metavar="NAME", help="The artist's name.")]


@app.command()
def add(context: typer.Context, name: ArtistArgument, as_json: Json = False) -> int:
    """Add an artist to the roster.

    \b
    rightsdesk artist add 'Mira Koval'
    """
    session = begin(context, as_json=as_json)
    artist = session.workspace().artists.add(name)
    session.out.say(f"Added {shown(artist.name)}.")
    session.out.document({"artist": artist_shape(artist)})
    return Exit.DONE


@app.command("list")
def list_artists(context: typer.Context, as_json: Json = False) -> int:
    """List the artists, their numbers, their consents, and what is left to do.

    \b
    rightsdesk artist list
    rightsdesk artist list --json
    """
    session = begin(context, as_json=as_json)
    artists = session.workspace().artists.all()
    to_do = {row.artist_id: row.steps for row in session.workspace().catalogue.roster()}
    carriers = dict(session.workspace().catalogue.carriers())
    rows = [
        (
            shown(artist.name),
            phrases.number(artist.recordings),
            phrases.number(artist.files),
            phrases.number(artist.accounts),
            joined((consent_words(artist.consent), _otherwise(session, artist.id))),
            shown(_to_do_words(to_do.get(artist.id, ()), carriers)),
        )
        for artist in artists
    ]
    if rows:
        headers = ("Artist", "Recordings", "Files", "Accounts", "AI may", "To do")
        print_table(session.out, headers, [("", rows)])
    else:
        session.out.say("No artist yet. Add one: rightsdesk artist add NAME")
    shapes = [
        {**artist_shape(artist), "to_do": list(map(_step_shape, to_do.get(artist.id, ())))}
        for artist in artists
    ]
    session.out.document({"artists": shapes})
    return Exit.DONE


def _to_do_words(steps: Sequence[Step], carriers: Mapping[str, str]) -> str:
    """`choose for 6, write 4 files and 3 on SoundCloud`; suggestions are left out."""
    counts: dict[Action, int] = {}
    for step in steps:
        counts[step.action] = counts.get(step.action, 0) + (step.count or 1)
    writes = [
        phrases.counted(step.count, "file")
        if step.platform == CarrierId.FILES
        else f"{phrases.number(step.count)} on {carriers.get(step.platform, step.platform)}"
        for step in steps
        if step.action is Action.WRITE
    ]
    said = {
        Action.ADD_MUSIC: "add music",
        Action.RECONNECT: "sign in again",
        Action.FIND_FOLDER: "find a folder",
        Action.CHOOSE: f"choose for {phrases.number(counts.get(Action.CHOOSE, 0))}",
        Action.WRITE: f"write {phrases.and_list(writes)}",
        Action.ANSWER: f"match {phrases.number(counts.get(Action.ANSWER, 0))}",
    }
    return joined(words for action, words in said.items() if action in counts) or "nothing"


def _step_shape(step: Step) -> Shape:
    return {
        "action": step.action.value,
        "platform": step.platform,
        "name": step.name,
        "count": step.count,
    }


def _otherwise(session: Session, artist_id: int) -> str:
    from rightsdesk.workspace.types.scopes import Scope, ScopeKind
    from rightsdesk.workspace.words import own_consents_words

    below = session.workspace().consents.differing_below(Scope(ScopeKind.ARTIST, artist_id))
    exceptions = own_consents_words(below)
    return f"different for {exceptions}" if exceptions else ""


@app.command()
def rename(
    context: typer.Context,
    name: ArtistArgument,
    new_name: Annotated[str, typer.Argument(metavar="NEW_NAME", help="The name from now on.")],
    as_json: Json = False,
) -> int:
    """Rename an artist. Files and accounts stay unchanged.

    \b
    rightsdesk artist rename 'Mira Koval' 'Mira K.'
    """
    session = begin(context, as_json=as_json)
    artist = session.artist(name)
    session.workspace().artists.rename(artist.id, new_name)
    session.out.say(f"{shown(artist.name)} is now {shown(new_name)}.")
    session.out.document({"artist": artist_shape(session.artist(new_name))})
    return Exit.DONE


@app.command()
def remove(
    context: typer.Context, name: ArtistArgument, yes: Yes = False, as_json: Json = False
) -> int:
    """Remove an artist from the roster. Files and tracks stay unchanged.

    \b
    rightsdesk artist remove 'Mira Koval'
    """
    session = begin(context, as_json=as_json)
    artist = session.artist(name)
    show = session.out.preview if yes else session.out.present
    show(
        f"This removes {shown(artist.name)}: {phrases.counted(artist.recordings, 'recording')}, "
        f"{phrases.counted(artist.files, 'file')}, {phrases.counted(artist.accounts, 'account')}.",
        "The files themselves, and the tracks on platforms, stay unchanged.",
    )
    left = sum(account.open_changes for account in session.workspace().accounts.all(artist.id))
    if left:
        left_words = phrases.counted(left, "change")
        show(f"Jobs still have {left_words} to make on platforms, which are cancelled.")
    if not yes:
        if not is_interactive():
            raise nobody_to_ask(YES_TO_REMOVE)
        if not confirmed("Do this?"):
            return declined(session.out, {"removed": None})
    notes = session.workspace().artists.remove(artist.id)
    session.out.say(f"Removed {shown(artist.name)}.")
    session.out.note(*map(shown, notes))
    session.out.document({"removed": artist_shape(artist)})
    return Exit.DONE
