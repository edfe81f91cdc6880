"""Takes over what a person chose of a proposal: artists and places, as one act of the history.

The act begins with the import itself; each artist and each place is a part of it, so that it is
undone as a whole (`taking_back`). Nothing is written into the other program's library.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, insert, select
from sqlalchemy.exc import IntegrityError

from rightsdesk.roster.artists import (
    ArtistExists,
    NoSuchArtist,
    change_details,
    clean_name,
    details_in,
    name_key,
)
from rightsdesk.sentences import worded
from rightsdesk.store import texts
from rightsdesk.store.database import Database
from rightsdesk.store.deeds import DeedKind, DeedScope, note
from rightsdesk.store.schema import artists, folders
from rightsdesk.workspace.imports.types import (
    Imported,
    NothingToImport,
    Proposal,
    ProposedArtist,
)


def take_over(database: Database, proposal: Proposal, chosen: Sequence[ProposedArtist]) -> Imported:
    """Add the chosen artists with their places, all or nothing.

    Raises NothingToImport if nothing would change, ArtistExists and NoSuchArtist if the roster
    changed since the proposal.
    """
    wanted = [one for one in chosen if one.adds]
    if not wanted:
        raise NothingToImport(
            "There is nothing new in this library.",
            untouched="Nothing was changed.",
            advice="To read the files again: rightsdesk scan",
        )
    with database.write() as connection:
        after = {
            "library": proposal.kind.value,
            "path": proposal.file,
            "artists": sum(one.artist_id is None for one in wanted),
            "places": sum(len(one.places) for one in wanted),
        }
        deed = note(connection, DeedKind.LIBRARY_IMPORTED, after=after)
        places = [(_artist(connection, one, deed), one.places) for one in wanted]
        for number, of_artist in places:
            for place in of_artist:
                add_place(connection, number, place, part_of=deed)
    return Imported(deed, int(after["artists"]), tuple(p for p in places if p[1]))


def _artist(connection: Connection, one: ProposedArtist, deed: int) -> int:
    """The id of an artist, who is added if new. An id that was not known is learned."""
    if one.artist_id is None:
        values = {"name": clean_name(one.name), "musicbrainz_id": one.musicbrainz_id}
        return add_artist_row(connection, values, part_of=deed)
    held = details_in(connection, one.artist_id)
    if held is None:
        raise NoSuchArtist(
            worded("“{name}” is no longer on the roster.", name=one.name),
            untouched="Nothing was changed.",
            advice="Import the library again.",
        )
    if one.musicbrainz_id and not held["musicbrainz_id"]:
        learned = {"musicbrainz_id": one.musicbrainz_id}
        change_details(connection, one.artist_id, held, learned, part_of=deed)
    return one.artist_id


def add_artist_row(
    connection: Connection,
    values: dict[str, str],
    *,
    number: int | None = None,
    part_of: int | None = None,
    undoes: int | None = None,
) -> int:
    """Add an artist with a name and an id, under a `number` that was free. Raises ArtistExists."""
    row: dict[str, Any] = {
        **values,
        "name_key": name_key(values["name"]),
        "created_at": texts.now(),
        **({} if number is None else {"id": number}),
    }
    try:
        statement = insert(artists).values(row).returning(artists.c.id)
        added = int(connection.execute(statement).scalar_one())
    except IntegrityError as error:
        raise ArtistExists(
            worded("“{name}” is on the roster already.", name=values["name"]),
            untouched="Nothing was changed.",
            advice="Import the library again.",
        ) from error
    scope = DeedScope(added)
    note(connection, DeedKind.ARTIST_ADDED, scope, after=values, part_of=part_of, undoes=undoes)
    return added


def add_place(
    connection: Connection,
    artist_id: int,
    place: str,
    *,
    part_of: int | None,
    undoes: int | None = None,
) -> None:
    """Remember a folder or a file of an artist, if it is not remembered already."""
    row = {"artist_id": artist_id, "path": texts.dump_path(place)}
    mine = (folders.c.artist_id == artist_id) & (folders.c.path == row["path"])
    if connection.execute(select(folders.c.id).where(mine)).first() is not None:
        return
    connection.execute(insert(folders).values(row))
    note(
        connection,
        DeedKind.FOLDER_ADDED,
        DeedScope(artist_id),
        after={"folder": place},
        part_of=part_of,
        undoes=undoes,
    )
