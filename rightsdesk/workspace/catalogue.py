"""Scanning: what is on the disk goes into the store, release by release."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice
from time import monotonic
from typing import Any

from sqlalchemy import Connection, and_, case, delete, func, select, update
from sqlalchemy.dialects.sqlite import insert as upsert

from rightsdesk.changes.types import Cancel, Progress
from rightsdesk.consent.dialects import FILE_SUITE
from rightsdesk.files.read_one import Read
from rightsdesk.files.reading import read_batches
from rightsdesk.files.scanner import Candidate, Scan, State
from rightsdesk.files.scanner import Failure as Unread
from rightsdesk.files.tags import AudioFile
from rightsdesk.store import texts
from rightsdesk.store.bulk import insertion, read_many, write_many
from rightsdesk.store.database import Database
from rightsdesk.store.schema import artists, files, folders, items, recordings, releases, wishes
from rightsdesk.workspace import sidecars, unread
from rightsdesk.workspace.grouping import Described
from rightsdesk.workspace.scan_report import ScanReport, others_named
from rightsdesk.workspace.shelf import Shelf
from rightsdesk.workspace.types import Failure

BATCH = 64
"""What is read, or handed to a helper, at once: few enough to show progress and to stop."""

STORED_AFTER = 1.0
"""Seconds of reading that a kill may cost. A commit waits for the disk, so they are few."""

MOST_UNSTORED = 4096
"""Files in memory at most."""


def scan(
    database: Database,
    artist_id: int,
    places: Sequence[str],
    progress: Progress,
    cancel: Cancel,
) -> ScanReport:
    """Find what is in the folders and take what is new or changed into the store.

    A file belongs to the artist for whom it was scanned first; one that is another
    artist's already is named, and stays there. What could not be read is named
    each time. Where nothing changed, nothing is written. A folder without music is remembered
    too: some may be put into it; one with nothing but another artist's is not.
    """
    roots = [os.path.abspath(place) for place in places]
    walk = Scan(roots, _known(database, artist_id))
    run = _Run(database, artist_id, walk, progress, cancel)
    run.read_all()
    beside, unread_beside = sidecars.scan(database, artist_id, roots, walk.sidecars, cancel)
    run.failed += unread_beside
    gone = [] if cancel.is_set() else walk.missing()
    changed = bool(walk.new or walk.changed or gone) and not cancel.is_set()
    ours = run.accepted or walk.unchanged or not walk.files
    new_roots = _not_remembered(database, artist_id, roots) if ours else []
    if changed or new_roots:
        with database.write() as connection:
            _mark_missing(connection, gone)
            if changed:
                drop_empty(connection, artist_id)
            _remember_folders(connection, artist_id, new_roots)
    unread.note(database, artist_id, run.failed)
    if not cancel.is_set():
        run.failed += unread.still(database, artist_id, roots, run.failed)
    return ScanReport(
        files=walk.files - len(run.refused),
        new=walk.new - len(run.refused),
        changed=walk.changed,
        unchanged=walk.unchanged,
        missing=len(gone),
        failed=tuple(run.failed),
        cancelled=cancel.is_set(),
        sidecars=beside,
        away=tuple(root for root in roots if not os.path.exists(root)),
        theirs=tuple(run.refused),
        named=others_named(database, artist_id, roots) if walk.new or walk.changed else (),
    )


@dataclass
class _Run:
    """One scan: the walk asks for files to be read, and what was read goes into the store."""

    database: Database
    artist_id: int
    walk: Scan
    progress: Progress
    cancel: Cancel
    failed: list[Failure] = field(default_factory=list)
    asked: deque[list[Candidate]] = field(default_factory=deque)
    unstored: list[tuple[Candidate, Read]] = field(default_factory=list)
    shelf: Shelf | None = None
    refused: list[Failure] = field(default_factory=list)
    theirs: dict[bytes, str] | None = None
    accepted: int = 0

    def read_all(self) -> None:
        done, stored_at = 0, monotonic()
        for read in read_batches(self._batches(), stopped=self.cancel.is_set):
            batch = self.asked.popleft()
            done += len(batch)
            self.unstored += zip(batch, read, strict=True)
            self.failed += [
                Failure(one.path, problem)
                for one, (_, problem) in zip(batch, read, strict=True)
                if problem
            ]
            late = monotonic() - stored_at > STORED_AFTER
            if late or len(self.unstored) >= MOST_UNSTORED:
                self._store()
                stored_at = monotonic()
            if batch:
                self.progress(done + self.walk.unchanged, 0, batch[-1].path)
        self._store()

    def _batches(self) -> Iterator[list[str]]:
        events = _until(self.cancel, iter(self.walk))
        while some := list(islice(events, BATCH)):
            self.failed += [Failure(e.path, str(e.error)) for e in some if isinstance(e, Unread)]
            found = self._ours([event for event in some if isinstance(event, Candidate)])
            self.accepted += len(found)
            if found:
                self.asked.append(found)
                yield [one.path for one in found]
            else:
                self.progress(self.walk.unchanged, 0, some[-1].path)

    def _ours(self, found: list[Candidate]) -> list[Candidate]:
        """The candidates that are not another artist's; those are named."""
        if found and self.theirs is None:
            forgotten = and_(files.c.missing, files.c.recording_id.is_(None))
            theirs = select(files.c.path, artists.c.name).join(artists)
            theirs = theirs.where(files.c.artist_id != self.artist_id, ~forgotten)
            with self.database.read() as connection:
                self.theirs = {row.path: row.name for row in connection.execute(theirs)}
        if not self.theirs:
            return found
        ours = []
        for one in found:
            if whose := self.theirs.get(texts.dump_path(one.path)):
                self.refused.append(Failure(one.path, f"This file belongs to {whose} here."))
            else:
                ours.append(one)
        return ours

    def _store(self) -> None:
        if not self.unstored:
            return
        if self.shelf is None:
            self.shelf = Shelf(self.database, self.artist_id)
        with self.database.write() as connection:
            _store(connection, self.shelf, self.unstored)
        self.unstored = []


def _until(cancel: Cancel, events: Iterator[Any]) -> Iterator[Any]:
    for event in events:
        if cancel.is_set():
            return
        yield event


def _known(database: Database, artist_id: int) -> dict[str, str]:
    """What the store knows of the artist's files that were there: path → identity."""
    query = select(files.c.path, files.c.identity).where(
        files.c.artist_id == artist_id, files.c.missing.is_(False), files.c.identity != ""
    )
    load = texts.load_path
    with database.read() as connection:
        return {load(path): identity for path, identity in read_many(connection, query)}


_COLUMNS = (
    *("artist_id", "recording_id", "path", "container", "identity", "fields", "says"),
    *("problem", "seen_at", "since", "missing", "drift", "settable", "signed"),
)
_NEW = insertion(files, _COLUMNS)
_UNREAD = _NEW.on_conflict_do_update(
    index_elements=["path"],
    set_={
        name: _NEW.excluded[name]
        for name in ("artist_id", "identity", "problem", "seen_at", "missing")
    },
)
_READ = _NEW.on_conflict_do_update(
    index_elements=["path"],
    set_={
        **{name: _NEW.excluded[name] for name in _COLUMNS if name != "path"},
        "since": case(
            (_NEW.excluded.says == files.c.says, files.c.since), else_=_NEW.excluded.since
        ),
        # The same as `drift.noted`, for many rows at once.
        "drift": case(
            (files.c.container == "", ""),  # it had never been read
            (
                func.json_extract(func.nullif(files.c.drift, ""), "$.before") == _NEW.excluded.says,
                "",
            ),
            (_NEW.excluded.says == files.c.says, files.c.drift),
            (files.c.drift != "", files.c.drift),
            else_=func.json_object(
                *("before", func.json(files.c.says), "at", _NEW.excluded.seen_at)
            ),
        ),
    },
)


def _store(connection: Connection, shelf: Shelf, read: Sequence[tuple[Candidate, Read]]) -> None:
    now = texts.now()
    rows: list[tuple[Any, ...]] = []
    unread: list[tuple[Any, ...]] = []
    shelf.begin(connection)
    for candidate, (audio, problem) in read:
        path = texts.dump_path(candidate.path)
        seen = (problem, now, now, 0)
        identity = candidate.identity.to_str()
        if audio is None:
            unread.append(
                (shelf.artist_id, None, path, "", identity, "{}", "{}", *seen, "", "", "")
            )
            continue
        changed = candidate.state is State.CHANGED
        described = _described(candidate.path, audio)
        recording = shelf.recording_of(described, audio.artist, changed=changed)
        fields, says = _texts_of(tuple(audio.fields.items()))
        found = (audio.container, identity, fields, says, *seen, "", audio.places, audio.signed)
        rows.append((shelf.artist_id, recording, path, *found))
    shelf.save(connection)
    write_many(connection, _READ, _COLUMNS, rows)
    write_many(connection, _UNREAD, _COLUMNS, unread)


@lru_cache(maxsize=4096)
def _texts_of(fields: tuple[tuple[str, tuple[str, ...]], ...]) -> tuple[str, str]:
    """Fields, and what they say, as columns hold them. Whole catalogues say the same."""
    found = dict(fields)
    return texts.dump_fields(found), texts.dump_consent(FILE_SUITE.read(found).consent)


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


def _mark_missing(connection: Connection, gone: Sequence[str]) -> None:
    for path in gone:
        statement = update(files).where(files.c.path == texts.dump_path(path))
        connection.execute(statement.values(missing=True, problem="The file is no longer there."))


def drop_empty(connection: Connection, artist_id: int) -> None:
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


def _not_remembered(database: Database, artist_id: int, roots: Sequence[str]) -> list[str]:
    query = select(folders.c.path).where(folders.c.artist_id == artist_id)
    with database.read() as connection:
        known = set(connection.execute(query).scalars())
    new = [root for root in roots if texts.dump_path(root) not in known]
    return [root for root in new if os.path.exists(root)]


def _remember_folders(connection: Connection, artist_id: int, roots: Sequence[str]) -> None:
    for root in roots:
        row = {"artist_id": artist_id, "path": texts.dump_path(root)}
        connection.execute(upsert(folders).values(row).on_conflict_do_nothing())
