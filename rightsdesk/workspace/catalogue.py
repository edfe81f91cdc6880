"""Scanning: what is on the disk goes into the store, release by release."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from typing import Any

from sqlalchemy import Connection, case, delete, insert, select, update
from sqlalchemy.dialects.sqlite import insert as upsert

from rightsdesk.changes.types import Cancel, Progress
from rightsdesk.consent.dialects import FILE_SUITE
from rightsdesk.errors import KnownError
from rightsdesk.files.identity import FileIdentity
from rightsdesk.files.scanner import Candidate, Scan
from rightsdesk.files.scanner import Failure as Unread
from rightsdesk.files.tags import AudioFile, read_audio
from rightsdesk.store import texts
from rightsdesk.store.database import Database
from rightsdesk.store.schema import files, folders, items, recordings, releases, wishes
from rightsdesk.workspace.grouping import Described, Groups, Known
from rightsdesk.workspace.types import Failure, ScanReport

CHUNK = 256
"""Files per transaction: few enough to show progress, enough to be quick."""

READERS = 3
"""Files read side by side: more is slower on disks, and does not help on two cores."""


@dataclass(frozen=True, slots=True)
class _Read:
    candidate: Candidate
    audio: AudioFile | None
    problem: str


def scan(
    database: Database,
    artist_id: int,
    places: Sequence[str],
    progress: Progress,
    cancel: Cancel,
) -> ScanReport:
    """Find what is in the folders and take what is new or changed into the store.

    A file belongs to the artist for whom it was scanned first; one that is another
    artist's already is named as a failure and stays there.
    """
    roots = [os.path.abspath(place) for place in places]
    known, others = _known(database, artist_id)
    shelf = _Shelf(database, artist_id)
    walk = Scan(roots, known)
    failed: list[Failure] = []
    done = 0
    with ThreadPoolExecutor(READERS, thread_name_prefix="scan") as pool:
        events = _until(cancel, iter(walk))
        while chunk := list(islice(events, CHUNK)):
            found = []
            for event in chunk:
                if isinstance(event, Unread):
                    failed.append(Failure(event.path, str(event.error)))
                elif isinstance(event, Candidate) and event.path in others:
                    failed.append(Failure(event.path, "This file belongs to another artist here."))
                elif isinstance(event, Candidate):
                    found.append(event)
            read = list(pool.map(_read, found))
            _store(database, shelf, read)
            failed += [Failure(r.candidate.path, r.problem) for r in read if r.problem]
            done += len(read)
            progress(done + walk.unchanged, 0, chunk[-1].path)
    cancelled = cancel.is_set()
    gone = [] if cancelled else walk.missing()
    with database.write() as connection:
        _mark_missing(connection, gone)
        if not cancelled:
            _drop_empty(connection, artist_id)
        _remember_folders(connection, artist_id, roots)
    return ScanReport(
        files=walk.files,
        new=walk.new,
        changed=walk.changed,
        unchanged=walk.unchanged,
        missing=len(gone),
        failed=tuple(failed),
        cancelled=cancelled,
    )


def _until(cancel: Cancel, events: Iterator[Any]) -> Iterator[Any]:
    for event in events:
        if cancel.is_set():
            return
        yield event


def _read(candidate: Candidate) -> _Read:
    try:
        audio = read_audio(candidate.path)
    except KnownError as error:
        return _Read(candidate, None, str(error))
    return _Read(candidate, audio, audio.problem)


def _known(database: Database, artist_id: int) -> tuple[dict[str, FileIdentity], set[str]]:
    known: dict[str, FileIdentity] = {}
    others: set[str] = set()
    columns = (files.c.path, files.c.artist_id, files.c.identity, files.c.missing)
    with database.read() as connection:
        for path, owner, identity, missing in connection.execute(select(*columns)):
            if owner != artist_id:
                others.add(os.fsdecode(path))
            elif not missing and identity:
                known[os.fsdecode(path)] = FileIdentity.from_str(identity)
    return known, others


def _store(database: Database, shelf: _Shelf, read: Iterable[_Read]) -> None:
    now = texts.now()
    with database.write() as connection:
        for one in read:
            row = _file_row(one, now)
            if one.audio is not None:
                described = _described(one.candidate.path, one.audio)
                row["recording_id"] = shelf.recording_of(connection, described, one.audio.artist)
            path = texts.dump_path(one.candidate.path)
            new = upsert(files).values(artist_id=shelf.artist_id, path=path, since=now, **row)
            if "says" in row:
                same = new.excluded.says == files.c.says
                row["since"] = case((same, files.c.since), else_=now)
            connection.execute(new.on_conflict_do_update(index_elements=["path"], set_=row))


def _file_row(one: _Read, now: str) -> dict[str, Any]:
    row: dict[str, Any] = {
        "identity": one.candidate.identity.to_str(),
        "problem": one.problem,
        "seen_at": now,
        "missing": False,
    }
    if one.audio is not None:
        row["container"] = one.audio.container
        row["fields"] = texts.dump_fields(one.audio.fields)
        row["says"] = texts.dump_consent(FILE_SUITE.read(one.audio.fields).consent)
    return row


def _described(path: str, audio: AudioFile) -> Described:
    return Described(
        path=path,
        title=audio.title,
        album=audio.album,
        album_artist=audio.album_artist,
        disc=audio.disc,
        track=audio.track,
        isrc=audio.isrc,
        upc=audio.upc,
        duration_ms=audio.duration_ms,
    )


class _Shelf:
    """The releases and recordings of one artist, found or made as files ask for them."""

    def __init__(self, database: Database, artist_id: int) -> None:
        self.artist_id = artist_id
        self._groups = Groups()
        self._releases: dict[str, int] = {}
        of_artist = select(recordings).where(recordings.c.artist_id == artist_id)
        titles = select(releases.c.key, releases.c.id).where(releases.c.artist_id == artist_id)
        with database.read() as connection:
            for row in connection.execute(of_artist):
                self._groups.add(row.key, Known(row.id, row.isrc, row.duration_ms))
            for row in connection.execute(titles):
                self._releases[row.key] = row.id

    def recording_of(self, connection: Connection, file: Described, performer: str) -> int:
        known, key = self._groups.find(file)
        if known is not None:
            self._complete(connection, known, file)
            return known.id
        row = {
            "artist_id": self.artist_id,
            "release_id": self._release_of(connection, file),
            "title": file.shown_title,
            "performer": performer,
            "disc": file.disc,
            "track": file.track,
            "isrc": file.isrc,
            "duration_ms": file.duration_ms,
            "key": key,
        }
        statement = insert(recordings).values(row).returning(recordings.c.id)
        number = int(connection.execute(statement).scalar_one())
        self._groups.add(key, Known(number, file.isrc, file.duration_ms))
        return number

    def _complete(self, connection: Connection, known: Known, file: Described) -> None:
        """Take over what this file knows and the recording does not."""
        news: dict[str, Any] = {}
        if file.isrc and not known.isrc:
            known.isrc = news["isrc"] = file.isrc
            self._groups.by_isrc.setdefault(file.isrc, known)
        if file.duration_ms and not known.duration_ms:
            known.duration_ms = news["duration_ms"] = file.duration_ms
        if news:
            connection.execute(update(recordings).where(recordings.c.id == known.id).values(news))

    def _release_of(self, connection: Connection, file: Described) -> int | None:
        key = file.release_key
        if not key:
            return None
        if key not in self._releases:
            row = {
                "artist_id": self.artist_id,
                "key": key,
                "title": file.album,
                "upc": file.upc,
            }
            statement = insert(releases).values(row).returning(releases.c.id)
            self._releases[key] = int(connection.execute(statement).scalar_one())
        return self._releases[key]


def _mark_missing(connection: Connection, gone: Sequence[str]) -> None:
    for path in gone:
        statement = update(files).where(files.c.path == texts.dump_path(path))
        connection.execute(statement.values(missing=True, problem="The file is no longer there."))


def _drop_empty(connection: Connection, artist_id: int) -> None:
    """Forget recordings that nothing belongs to any more, and then such releases."""
    used = select(files.c.recording_id).where(files.c.recording_id.is_not(None))
    linked = select(items.c.recording_id).where(items.c.recording_id.is_not(None))
    chosen = select(wishes.c.owner_id).where(wishes.c.kind == "recording")
    connection.execute(
        delete(recordings).where(
            recordings.c.artist_id == artist_id,
            recordings.c.id.not_in(used),
            recordings.c.id.not_in(linked),
            recordings.c.id.not_in(chosen),
        )
    )
    kept = select(recordings.c.release_id).where(recordings.c.release_id.is_not(None))
    chosen = select(wishes.c.owner_id).where(wishes.c.kind == "release")
    connection.execute(
        delete(releases).where(
            releases.c.artist_id == artist_id,
            releases.c.id.not_in(kept),
            releases.c.id.not_in(chosen),
        )
    )


def _remember_folders(connection: Connection, artist_id: int, roots: Sequence[str]) -> None:
    for root in roots:
        row = {"artist_id": artist_id, "path": texts.dump_path(root)}
        connection.execute(upsert(folders).values(row).on_conflict_do_nothing())
