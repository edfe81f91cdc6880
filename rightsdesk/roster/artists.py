"""The roster's artists, and the details of each artist's declarations."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Insert, Update, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from rightsdesk.enums.causes import Cause
from rightsdesk.errors import KnownError
from rightsdesk.folding import folded, unaccented
from rightsdesk.phrases import quoted
from rightsdesk.sentences import together, worded
from rightsdesk.store import texts
from rightsdesk.store.database import Database
from rightsdesk.store.deeds import ChangedLater, Deed, DeedKind, DeedScope, note
from rightsdesk.store.numbers import keep_last_item
from rightsdesk.store.schema import artists, folders
from rightsdesk.suggestions import did_you_mean


class NoSuchArtist(KnownError):
    """No artist on the roster has this name."""

    cause = Cause.NO_SUCH_ARTIST


def no_longer_there() -> NoSuchArtist:
    """The error for an artist who was removed meanwhile."""
    return NoSuchArtist("This artist is no longer on the roster.")


class ArtistExists(KnownError):
    """An artist on the roster has this name already."""

    cause = Cause.ARTIST_EXISTS


class NameMissing(KnownError):
    """A name is empty."""

    cause = Cause.NAME_MISSING


@dataclass(frozen=True, slots=True)
class ArtistRecord:
    """One artist as stored.

    `sentence`: None is the standard sentence, empty is none. `sidecars`: whether to create XMP
    sidecars for kinds of files that cannot hold XMP. `musicbrainz_id` is "" if it is not known.
    """

    id: int
    name: str
    rightsholder: str
    contact: str
    terms_url: str
    sentence: str | None
    former_sentences: tuple[str, ...]
    sidecars: bool = False
    musicbrainz_id: str = ""


def name_key(name: str) -> str:
    """The key by which spellings are one artist: ignores case, width and spaces."""
    return folded(name)


def all_artists(database: Database) -> list[ArtistRecord]:
    """All artists, by name."""
    with database.read() as connection:
        return artists_on(connection)


def artists_on(connection: Connection) -> list[ArtistRecord]:
    """All artists, by name, on a connection."""
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
            musicbrainz_id=row.musicbrainz_id,
        )
        for row in rows
    ]


def artist_by_id(database: Database, artist_id: int) -> ArtistRecord:
    """The artist with this id. Raises NoSuchArtist."""
    for artist in all_artists(database):
        if artist.id == artist_id:
            return artist
    raise no_longer_there()


def artist_named(database: Database, name: str) -> ArtistRecord:
    """The artist of this name. Accents may be left out if only one artist matches.

    Raises NoSuchArtist, which lists existing artists.
    """
    every_artist = all_artists(database)
    for artist in every_artist:
        if name_key(artist.name) == name_key(name):
            return artist
    alike = [artist for artist in every_artist if unaccented(artist.name) == unaccented(name)]
    if len(alike) == 1:
        return alike[0]
    names = together((quoted(artist.name) for artist in every_artist[:10]), ", ")
    there = worded("There are: {names}.", names=names) if names else "Add one first."
    raise NoSuchArtist(
        worded("There is no artist “{name}”.", name=name),
        advice=did_you_mean(name, (artist.name for artist in every_artist)) or there,
    )


def add_artist(database: Database, name: str) -> int:
    """Add an artist; returns the new row's id. Raises ArtistExists."""
    clean = clean_name(name)
    row = {"name": clean, "name_key": name_key(clean), "created_at": texts.now()}

    def along(connection: Connection, number: int) -> None:
        note(connection, DeedKind.ARTIST_ADDED, DeedScope(number), after={"name": clean})

    return _unless_taken(database, insert(artists).values(row), clean, along)


def rename_artist(
    database: Database,
    artist_id: int,
    name: str,
    *,
    along: Callable[[Connection], None] = lambda _connection: None,
    undoing: Deed | None = None,
) -> None:
    """Rename an artist, and run `along` in the same transaction.

    `undoing` is the deed that this takes back. Raises ArtistExists and ChangedSince.
    """
    clean = clean_name(name)
    statement = update(artists).where(artists.c.id == artist_id)
    values = {"name": clean, "name_key": name_key(clean)}
    held = ""

    def before(connection: Connection) -> None:
        nonlocal held
        query = select(artists.c.name).where(artists.c.id == artist_id)
        held = str(connection.execute(query).scalar() or "")
        if undoing is not None and (undoing.after or {}).get("name") != held:
            raise ChangedLater

    def after(connection: Connection, _number: int) -> None:
        along(connection)
        if clean != held:
            note(
                connection,
                DeedKind.ARTIST_RENAMED,
                DeedScope(artist_id),
                before={"name": held},
                after={"name": clean},
                undoes=None if undoing is None else undoing.id,
            )

    _unless_taken(database, statement.values(values), clean, after, before)


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
    along: Callable[[Connection, int], None],
    before: Callable[[Connection], None] = lambda _connection: None,
) -> int:
    try:
        with database.write() as connection:
            before(connection)
            number = int(connection.execute(statement.returning(artists.c.id)).scalar_one())
            along(connection, number)
            return number
    except IntegrityError as error:
        raise ArtistExists(worded("“{name}” is on the roster already.", name=name)) from error


def remove_artist(database: Database, artist_id: int) -> None:
    """Remove an artist with everything stored for them. Files are not touched."""
    with database.write() as connection:
        keep_last_item(connection)
        name = connection.execute(select(artists.c.name).where(artists.c.id == artist_id)).scalar()
        if name is not None:
            scope = DeedScope(artist_id)
            note(connection, DeedKind.ARTIST_REMOVED, scope, before={"name": name})
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
    """Store the details of an artist's declarations, and the deed of it.

    A replaced sentence of the artist's own is remembered, so that it is still found in files.
    """
    values = {
        "rightsholder": rightsholder.strip(),
        "contact": contact.strip(),
        "terms_url": terms_url.strip(),
        "sentence": sentence if sentence is None else " ".join(sentence.split()),
        "sidecars": sidecars,
    }
    with database.write() as connection:
        held = details_in(connection, artist.id)
        if held is not None:
            changed = {name: value for name, value in values.items() if held[name] != value}
            change_details(connection, artist.id, held, changed)


def restore_details(database: Database, deed: Deed) -> None:
    """Put back what a deed changed of an artist's details. Raises NoSuchArtist, ChangedSince."""
    artist_id, before = deed.scope.artist_id or 0, dict(deed.before or {})
    with database.write() as connection:
        held = details_in(connection, artist_id)
        if held is None:
            raise no_longer_there()
        if any(held[name] != value for name, value in (deed.after or {}).items()):
            raise ChangedLater
        change_details(connection, artist_id, held, before, undoes=deed.id)


def details_in(connection: Connection, artist_id: int) -> dict[str, Any] | None:
    """What goes with an artist's declarations, by column; None where there is no such artist."""
    query = select(*(artists.c[name] for name in _DETAILS)).where(artists.c.id == artist_id)
    row = connection.execute(query).mappings().first()
    return None if row is None else dict(row)


_DETAILS = ("rightsholder", "contact", "terms_url", "sentence", "sidecars", "musicbrainz_id")


def change_details(
    connection: Connection,
    artist_id: int,
    held: Mapping[str, Any],
    changed: Mapping[str, Any],
    *,
    undoes: int | None = None,
    part_of: int | None = None,
) -> None:
    """Change some of what goes with an artist's declarations, and note the deed.

    `held` is what is there now, `undoes` the deed that this takes back.
    """
    if not changed:
        return
    mine = artists.c.id == artist_id
    former: list[str] = json.loads(
        connection.execute(select(artists.c.former_sentences).where(mine)).scalar_one()
    )
    sentence = held["sentence"]
    if "sentence" in changed and sentence and sentence not in former:
        former.append(sentence)
    values = {**changed, "former_sentences": texts.dump(former)}
    connection.execute(update(artists).where(mine).values(values))
    note(
        connection,
        DeedKind.DETAILS_CHANGED,
        DeedScope(artist_id),
        before={name: held[name] for name in changed},
        after=changed,
        undoes=undoes,
        part_of=part_of,
    )


def folders_of(database: Database) -> dict[int, tuple[str, ...]]:
    """The scanned folders, by artist id."""
    found: dict[int, list[str]] = {}
    with database.read() as connection:
        for row in connection.execute(select(folders).order_by(folders.c.id)):
            found.setdefault(row.artist_id, []).append(texts.load_path(row.path))
    return {artist: tuple(paths) for artist, paths in found.items()}
