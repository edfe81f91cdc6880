"""From names that a person types to what they mean."""

from __future__ import annotations

from sqlalchemy import select
from stdnum import isrc as isrc_number

from rightsdesk.errors import KnownError
from rightsdesk.folding import folded, unaccented
from rightsdesk.platforms.interface import Reach
from rightsdesk.roster.artists import artist_named
from rightsdesk.store.database import Database
from rightsdesk.store.joins import OWNED_ITEMS
from rightsdesk.store.schema import artists, items, recordings, releases
from rightsdesk.workspace.types import Filter


class NotFound(KnownError):
    """A name means nothing here, or more than one thing."""

    cause = "not-found"


def find(database: Database, artist: str, release: str, recording: str, path: str) -> Filter:
    """The filter that names mean: a recording by its title or ISRC.

    Raises NotFound, and NoSuchArtist for an artist who is not on the roster.
    """
    artist_id = artist_named(database, artist).id if artist else None
    release_id = recording_id = None
    if release:
        found = _releases(database, artist_id, release)
        release_id = _only(found, f"release “{release}”", "Name the artist too, or give the UPC.")
    if recording:
        found = _recordings(database, artist_id, release_id, recording)
        other = "title" if isrc_number.is_valid(recording) else "ISRC"
        advice = f"Name the artist or the release too, or give the {other}."
        recording_id = _only(found, f"recording “{recording}”", advice)
    return Filter(artist_id, release_id, recording_id, path)


def release_titles(database: Database, artist_id: int | None) -> list[tuple[int, str]]:
    """The releases of an artist, or all: (id, title), by title."""
    query = select(releases.c.id, releases.c.title).order_by(releases.c.title)
    if artist_id is not None:
        query = query.where(releases.c.artist_id == artist_id)
    with database.read() as connection:
        return [(row.id, row.title) for row in connection.execute(query)]


def _only(found: list[int], what: str, advice: str) -> int:
    if not found:
        raise NotFound(f"There is no {what}.")
    if len(found) > 1:
        raise NotFound(f"There are {len(found):,} of {what}.", advice=advice)
    return found[0]


def _releases(database: Database, artist_id: int | None, title: str) -> list[int]:
    query = select(releases.c.id, releases.c.title, releases.c.upc)
    if artist_id is not None:
        query = query.where(releases.c.artist_id == artist_id)
    with database.read() as connection:
        rows = connection.execute(query).all()
    named = [r.id for r in rows if folded(r.title) == folded(title) or r.upc == title.strip()]
    return named or [r.id for r in rows if unaccented(r.title) == unaccented(title)]


def _recordings(
    database: Database, artist_id: int | None, release_id: int | None, name: str
) -> list[int]:
    query = select(recordings.c.id, recordings.c.title, recordings.c.isrc)
    if artist_id is not None:
        query = query.where(recordings.c.artist_id == artist_id)
    if release_id is not None:
        query = query.where(recordings.c.release_id == release_id)
    code = isrc_number.compact(name)
    with database.read() as connection:
        rows = connection.execute(query).all()
    named = [r.id for r in rows if folded(r.title) == folded(name) or (code and r.isrc == code)]
    return named or [r.id for r in rows if unaccented(r.title) == unaccented(name)]


def item_named(database: Database, item_id: int) -> tuple[str, str]:
    """What a track on a platform is called there, and whose account it is in.

    Raises NotFound where there is none of that number.
    """
    query = select(items.c.title, items.c.remote_id, artists.c.name)
    query = query.select_from(OWNED_ITEMS)
    there = (items.c.id == item_id) & (items.c.reach == Reach.ITEM.value) & ~items.c.gone
    with database.read() as connection:
        row = connection.execute(query.where(there)).one_or_none()
    if row is None:
        raise NotFound(
            f"There is no track {item_id} on a platform.",
            advice="The list of open questions has their numbers.",
        )
    return row.title or row.remote_id, row.name
