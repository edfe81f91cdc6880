"""The roster's artists, and the details of each artist's declarations."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import Connection, Insert, Update, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from rightsdesk.errors import KnownError
from rightsdesk.folding import folded, unaccented
from rightsdesk.store import texts
from rightsdesk.store.database import Database
from rightsdesk.store.numbers import keep_last_item
from rightsdesk.store.schema import artists, folders


class NoSuchArtist(KnownError):
    """No artist on the roster has this name."""

    cause = "no-such-artist"


class ArtistExists(KnownError):
    """An artist on the roster has this name already."""

    cause = "artist-exists"


class NameMissing(KnownError):
    """A name is empty."""

    cause = "name-missing"


@dataclass(frozen=True, slots=True)
class ArtistRecord:
    """One artist as stored.

    `sentence`: None is the standard sentence, empty is none. `sidecars`: whether to create XMP
    sidecars for kinds of files that cannot hold XMP.
    """

    id: int
    name: str
    rightsholder: str
    contact: str
    terms_url: str
    sentence: str | None
    former_sentences: tuple[str, ...]
    sidecars: bool = False


def name_key(name: str) -> str:
    """The key by which spellings are one artist: ignores case, width and spaces."""
    return folded(name)


def all_artists(database: Database) -> list[ArtistRecord]:
    """All artists, by name."""
    with database.read() as connection:
        rows = connection.execute(select(artists).order_by(artists.c.name_key)).all()
    return [
        ArtistRecord(
            id=row.id,
            name=row.name,
            rightsholder=row.rightsholder,
            contact=row.contact,
            terms_url=row.terms_url,
            sentence=row.sentence,
            former_sentences=tuple(json.loads(row.former_sentences)),
            sidecars=row.sidecars,
        )
        for row in rows
    ]


def artist_by_id(database: Database, artist_id: int) -> ArtistRecord:
    """The artist with this id. Raises NoSuchArtist."""
    for artist in all_artists(database):
        if artist.id == artist_id:
            return artist
    raise NoSuchArtist("This artist is no longer on the roster.")


def artist_named(database: Database, name: str) -> ArtistRecord:
    """The artist of this name. Accents may be left out if only one artist matches.

    Raises NoSuchArtist, which lists existing artists.
    """
    everybody = all_artists(database)
    for artist in everybody:
        if name_key(artist.name) == name_key(name):
            return artist
    alike = [artist for artist in everybody if unaccented(artist.name) == unaccented(name)]
    if len(alike) == 1:
        return alike[0]
    names = ", ".join(f"“{artist.name}”" for artist in everybody[:10])
    raise NoSuchArtist(
        f"There is no artist “{name}”.",
        advice=f"There are: {names}." if names else "Add one first.",
    )


def add_artist(database: Database, name: str) -> int:
    """Add an artist; returns the new row's id. Raises ArtistExists."""
    clean = clean_name(name)
    row = {"name": clean, "name_key": name_key(clean), "created_at": texts.now()}
    return _unless_taken(database, insert(artists).values(row), clean)


def rename_artist(
    database: Database,
    artist_id: int,
    name: str,
    *,
    along: Callable[[Connection], None] = lambda _connection: None,
) -> None:
    """Rename an artist, and run `along` in the same transaction. Raises ArtistExists."""
    clean = clean_name(name)
    statement = update(artists).where(artists.c.id == artist_id)
    values = {"name": clean, "name_key": name_key(clean)}
    _unless_taken(database, statement.values(values), clean, along)


def clean_name(name: str) -> str:
    """A name as stored. Raises NameMissing for an empty one."""
    clean = " ".join(name.split())
    if not clean:
        raise NameMissing("An artist needs a name.")
    return clean


def _unless_taken(
    database: Database,
    statement: Insert | Update,
    name: str,
    along: Callable[[Connection], None] = lambda _connection: None,
) -> int:
    try:
        with database.write() as connection:
            number = int(connection.execute(statement.returning(artists.c.id)).scalar_one())
            along(connection)
            return number
    except IntegrityError as error:
        raise ArtistExists(f"“{name}” is on the roster already.") from error


def remove_artist(database: Database, artist_id: int) -> None:
    """Remove an artist with everything stored for them. Files are not touched."""
    with database.write() as connection:
        keep_last_item(connection)
        connection.execute(delete(artists).where(artists.c.id == artist_id))


def set_details(
    database: Database,
    artist: ArtistRecord,
    *,
    rightsholder: str,
    contact: str,
    terms_url: str,
    sentence: str | None,
    sidecars: bool,
) -> None:
    """Store the details of an artist's declarations.

    A replaced sentence of the artist's own is remembered, so that it is still found in files.
    """
    former = list(artist.former_sentences)
    if artist.sentence and artist.sentence != sentence and artist.sentence not in former:
        former.append(artist.sentence)
    values = {
        "rightsholder": rightsholder.strip(),
        "contact": contact.strip(),
        "terms_url": terms_url.strip(),
        "sentence": sentence if sentence is None else " ".join(sentence.split()),
        "former_sentences": texts.dump(former),
        "sidecars": sidecars,
    }
    with database.write() as connection:
        connection.execute(update(artists).where(artists.c.id == artist.id).values(values))


def folders_of(database: Database) -> dict[int, tuple[str, ...]]:
    """The scanned folders, by artist id."""
    found: dict[int, list[str]] = {}
    with database.read() as connection:
        for row in connection.execute(select(folders).order_by(folders.c.id)):
            found.setdefault(row.artist_id, []).append(texts.load_path(row.path))
    return {artist: tuple(paths) for artist, paths in found.items()}
