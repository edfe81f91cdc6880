"""Turns names that a person types into ids and filters."""

from __future__ import annotations

from stdnum import isrc as isrc_number

from rightsdesk import phrases
from rightsdesk.enums.causes import Cause
from rightsdesk.errors import KnownError
from rightsdesk.folding import folded, unaccented
from rightsdesk.platforms.interface import Reach
from rightsdesk.roster.artists import artist_named
from rightsdesk.sentences import worded
from rightsdesk.store import queries
from rightsdesk.store.database import Database
from rightsdesk.suggestions import did_you_mean
from rightsdesk.workspace.types.scopes import Filter


class NotFound(KnownError):
    """A name matches nothing, or more than one thing."""

    cause = Cause.NOT_FOUND


def find(database: Database, artist: str, release: str, recording: str, path: str) -> Filter:
    """The filter for these names; a recording by title or ISRC.

    Raises NotFound, and NoSuchArtist for an artist who is not on the roster.
    """
    artist_id = artist_named(database, artist).id if artist else None
    release_id = recording_id = None
    if release:
        found = _releases(database, artist_id, release)
        if len(found) != 1:
            raise NotFound(
                worded(
                    "There are {releases} called “{name}”."
                    if found
                    else "There is no release “{name}”.",
                    releases=phrases.counted(len(found), "release"),
                    name=release,
                ),
                advice="Name the artist too, or give the UPC."
                if found
                else did_you_mean(release, _release_titles(database, artist_id)),
            )
        [release_id] = found
    if recording:
        found = _recordings(database, artist_id, release_id, recording)
        if not found:
            titles = _recording_titles(database, artist_id, release_id)
            raise NotFound(
                worded("There is no recording “{name}”.", name=recording),
                advice=did_you_mean(recording, titles),
            )
        if len(found) > 1:
            raise NotFound(
                worded(
                    "There are {recordings} for “{name}”.",
                    recordings=phrases.counted(len(found), "recording"),
                    name=recording,
                ),
                advice="Name the artist or the release too, or give the title."
                if isrc_number.is_valid(recording)
                else "Name the artist or the release too, or give the ISRC.",
            )
        [recording_id] = found
    return Filter(artist_id, release_id, recording_id, path)


def release_titles(database: Database, artist_id: int | None) -> list[tuple[int, str]]:
    """The releases of an artist, or of all artists: (id, title), by title."""
    with database.read() as connection:
        return [
            (release.id, release.title) for release in queries.releases_named(connection, artist_id)
        ]


def _releases(database: Database, artist_id: int | None, title: str) -> list[int]:
    with database.read() as connection:
        rows = queries.releases_named(connection, artist_id)
    named = [r.id for r in rows if folded(r.title) == folded(title) or r.code == title.strip()]
    return named or [r.id for r in rows if unaccented(r.title) == unaccented(title)]


def _release_titles(database: Database, artist_id: int | None) -> list[str]:
    return [title for _, title in release_titles(database, artist_id)]


def _recording_titles(
    database: Database, artist_id: int | None, release_id: int | None
) -> list[str]:
    with database.read() as connection:
        return [row.title for row in queries.recordings_named(connection, artist_id, release_id)]


def _recordings(
    database: Database, artist_id: int | None, release_id: int | None, name: str
) -> list[int]:
    code = isrc_number.compact(name)
    with database.read() as connection:
        rows = queries.recordings_named(connection, artist_id, release_id)
    named = [r.id for r in rows if folded(r.title) == folded(name) or (code and r.code == code)]
    return named or [r.id for r in rows if unaccented(r.title) == unaccented(name)]


def item_named(database: Database, item_id: int) -> tuple[str, str]:
    """The title of a platform item, and the artist of its account.

    Raises NotFound if there is no item with this id.
    """
    with database.read() as connection:
        found = queries.item_named(connection, item_id, Reach.ITEM.value)
    if found is None:
        raise NotFound(
            worded("There is no track {item_id} on a platform.", item_id=item_id),
            advice="The list of open questions has their numbers.",
        )
    return found
