"""The releases and recordings of one artist: found, or made, as files ask for them.

Grouping is worked out in memory and written in bulk, for thousands of files at a time.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, select

from rightsdesk.store.bulk import insertion, next_id, update_many, write_many
from rightsdesk.store.database import Database
from rightsdesk.store.schema import recordings, releases
from rightsdesk.workspace.grouping import Described, Groups, Known, is_from_platform

_RELEASE = ("id", "artist_id", "key", "title", "upc")
_RECORDING = (
    *("id", "artist_id", "release_id", "title", "performer"),
    *("disc", "track", "isrc", "duration_ms", "key"),
)
_NEW_RELEASE = insertion(releases, _RELEASE)
_NEW_RECORDING = insertion(recordings, _RECORDING)


class Shelf:
    """Where the files of an artist belong. Use: `begin`, any number of `recording_of`, `save`."""

    def __init__(self, database: Database, artist_id: int) -> None:
        self.artist_id = artist_id
        self._groups = Groups()
        self._releases: dict[str, int] = {}
        self._next_release = self._next_recording = 0
        self._new_releases: list[tuple[Any, ...]] = []
        self._new_recordings: list[tuple[Any, ...]] = []
        self._completed: dict[int, Known] = {}
        self._corrected: dict[int, dict[str, Any]] = {}
        self._given_a_file: list[dict[str, Any]] = []
        c = recordings.c
        of_artist = select(c.key, c.id, c.isrc, c.duration_ms).where(c.artist_id == artist_id)
        titles = select(releases.c.key, releases.c.id).where(releases.c.artist_id == artist_id)
        with database.read() as connection:
            for key, number, isrc, duration in connection.execute(of_artist):
                self._groups.add(key, Known(number, isrc, duration, is_from_platform(key)))
            for key, number in connection.execute(titles):
                self._releases[key] = number

    def begin(self, connection: Connection) -> None:
        """Take the numbers for what will be new; `connection` is in a write transaction."""
        self._next_release = next_id(connection, releases.c.id)
        self._next_recording = next_id(connection, recordings.c.id)

    def recording_of(self, file: Described, performer: str, *, changed: bool = False) -> int:
        """The id of the recording that a file belongs to, which may be a new one.

        A file that was known and has `changed` corrects what its recording is called; so
        does the first file of a recording that was only on a platform.
        """
        known, key = self._groups.find(file)
        if known is not None:
            self._complete(known, file)
            if known.bare:
                known.bare = False
                self._groups.add(key, known)
                self._given_a_file.append({"id": known.id, "key": key})
                self._correct(known, file, performer)
            elif changed and file.title:
                self._correct(known, file, performer)
            return known.id
        number, self._next_recording = self._next_recording, self._next_recording + 1
        self._groups.add(key, Known(number, file.isrc, file.duration_ms))
        self._new_recordings.append(
            (
                *(number, self.artist_id, self._release_of(file), file.shown_title, performer),
                *(file.disc, file.track, file.isrc, file.duration_ms, key),
            )
        )
        return number

    def save(self, connection: Connection) -> None:
        """Write what is new since `begin`, in the same transaction."""
        write_many(connection, _NEW_RELEASE, _RELEASE, self._new_releases)
        write_many(connection, _NEW_RECORDING, _RECORDING, self._new_recordings)
        completed = [
            {"id": one.id, "isrc": one.isrc, "duration_ms": one.duration_ms}
            for one in self._completed.values()
        ]
        update_many(connection, recordings, completed)
        update_many(connection, recordings, list(self._corrected.values()))
        update_many(connection, recordings, self._given_a_file)
        self._new_releases, self._new_recordings, self._completed = [], [], {}
        self._corrected, self._given_a_file = {}, []

    def _correct(self, known: Known, file: Described, performer: str) -> None:
        self._corrected[known.id] = {
            "id": known.id,
            "title": file.shown_title,
            "performer": performer,
            "disc": file.disc,
            "track": file.track,
            "release_id": self._release_of(file),
        }

    def _complete(self, known: Known, file: Described) -> None:
        """Take over what this file knows and the recording does not."""
        if file.isrc and not known.isrc:
            known.isrc = file.isrc
            self._groups.by_isrc.setdefault(file.isrc, known)
            self._completed[known.id] = known
        if file.duration_ms and not known.duration_ms:
            known.duration_ms = file.duration_ms
            self._completed[known.id] = known

    def _release_of(self, file: Described) -> int | None:
        key = file.release_key
        if not key:
            return None
        number = self._releases.get(key)
        if number is None:
            number, self._next_release = self._next_release, self._next_release + 1
            self._releases[key] = number
            self._new_releases.append((number, self.artist_id, key, file.album, file.upc))
        return number
