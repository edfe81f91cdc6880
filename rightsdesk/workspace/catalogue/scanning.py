"""Scanning: stores what is on the disk, release by release."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice
from time import monotonic
from typing import Any, NamedTuple

from sqlalchemy import Connection, case, delete, func, select, update
from sqlalchemy.dialects.sqlite import insert as upsert

from rightsdesk import phrases
from rightsdesk.changes.types import Cancel, Progress
from rightsdesk.consent.dialects.suites import FILE_SUITE
from rightsdesk.consent.evidence import Evidence
from rightsdesk.files.identity import FileIdentity
from rightsdesk.files.scan.reading import read_batches
from rightsdesk.files.scan.scanner import FileState, FoundFile, Scan
from rightsdesk.files.scan.scanner import ScanFailure as Unread
from rightsdesk.files.scan.tags import AudioFile, ReadTags
from rightsdesk.files.workers.gc_tuning import collecting_seldom
from rightsdesk.sentences import worded
from rightsdesk.store import drift_lines, texts
from rightsdesk.store.bulk import any_of, insertion, read_many, write_many
from rightsdesk.store.database import Database
from rightsdesk.store.deeds import DeedKind, DeedScope, note
from rightsdesk.store.drift import noted_in_sql
from rightsdesk.store.partial import is_empty
from rightsdesk.store.schema import files, folders, items, recordings, releases, stored_consents
from rightsdesk.workspace.catalogue import sidecars, unread
from rightsdesk.workspace.catalogue.assigning import RecordingAssigner
from rightsdesk.workspace.catalogue.grouping import FileDescription
from rightsdesk.workspace.catalogue.moving import Moves, folders_follow, follow
from rightsdesk.workspace.catalogue.scan_report import ScanReport, others_named
from rightsdesk.workspace.consents.sharing import Theirs
from rightsdesk.workspace.types.matrix import ReadFailure

BATCH = 64
"""Files that are read, or sent to a worker process, at once.

Small, to show progress and to stop.
"""

STORED_AFTER = 1.0
"""Seconds of reading that a kill may lose. A commit waits for the disk, so commits are rare."""


MOST_UNSTORED = 4096
"""Limit of read files in memory."""


def scan(
    database: Database,
    artist_id: int,
    places: Sequence[str],
    progress: Progress,
    cancel: Cancel,
) -> ScanReport:
    """Find the audio files in folders, and store what is new or changed.

    A file that already belongs to another artist belongs to both if this folder is as near to it as
    the one that found it first. Otherwise it is reported and stays with the other artist.
    Unreadable files are reported each time. Moved files are recognized. If nothing changed, nothing
    is written.

    Folders are remembered, even without music: files may come later. A folder that only holds
    another artist's files is not remembered.
    """
    roots = [os.path.abspath(place) for place in places]
    known_files, undescribed = _known_files(database, artist_id)
    unread_since = _unread_since(database, artist_id)
    walk = Scan(roots, known_files | dict.fromkeys(unread_since, ""))
    run = _Run(database, artist_id, walk, progress, cancel, roots, undescribed, unread_since)
    run.drifted = _drifted(database, artist_id)
    with collecting_seldom():
        run.read_all()
    given_up = run.settle_moves()
    sidecar_count, unread_sidecars = sidecars.scan(
        database, artist_id, roots, walk.sidecars, cancel
    )
    run.failed += unread_sidecars
    moved_from = {old for old, _ in run.moved}
    gone = [] if cancel.is_set() else [path for path in walk.missing() if path not in moved_from]
    changed = bool(walk.new or walk.changed or gone or given_up) and not cancel.is_set()
    ours = run.accepted or walk.unchanged or not walk.files
    new_roots = _not_remembered(database, artist_id, roots) if ours else []
    if changed or new_roots:
        with database.write() as connection:
            _mark_missing(connection, artist_id, gone)
            if changed:
                drop_empty(connection, artist_id)
            _remember_folders(connection, artist_id, new_roots)
            run.note_deed(connection, len(gone))
    unread.store_failures(database, artist_id, run.failed)
    if not cancel.is_set():
        run.failed += unread.still_unread(database, artist_id, roots, run.failed)
    return ScanReport(
        files=walk.files - len(run.refused),
        new=walk.new - len(run.refused) - len(run.moved),
        changed=walk.changed - run.described_only,
        unchanged=walk.unchanged + run.described_only + len(run.moved),
        missing=len(gone),
        failed=tuple(run.failed),
        cancelled=cancel.is_set(),
        sidecars=sidecar_count,
        away=tuple(root for root in roots if not os.path.exists(root)),
        theirs=tuple(run.refused),
        named=others_named(database, artist_id, roots) if walk.new or walk.changed else (),
        moved=len(run.moved),
        shared=tuple(run.shared.most_common()),
    )


@dataclass
class _Run:
    """One scan: the walk finds files, they are read, and the results are stored."""

    database: Database
    artist_id: int
    walk: Scan
    progress: Progress
    cancel: Cancel
    roots: Sequence[str]
    undescribed: dict[str, str]
    """Files with an unknown description of their recording: path → identity."""
    unread_since: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Known files that have to be read again: path → fields and tags of the last reading."""
    drifted: drift_lines.Records = field(default_factory=dict)
    """What had drifted before this scan."""
    failed: list[ReadFailure] = field(default_factory=list)
    unstored: list[tuple[FoundFile, ReadTags]] = field(default_factory=list)
    assigner: RecordingAssigner | None = None
    has_files: bool = True
    """Whether the artist had files, existing or missing, before this scan."""
    refused: list[ReadFailure] = field(default_factory=list)
    theirs: Theirs | None = None
    accepted: int = 0
    described_only: int = 0
    shared: Counter[str] = field(default_factory=Counter)
    """Other artists who share files with this one → number of files."""
    shared_paths: set[bytes] = field(default_factory=set)
    moves: Moves | None = None
    moved: list[tuple[str, str]] = field(default_factory=list)
    done: int = 0
    """Files that were read."""

    def read_all(self) -> None:
        stored_at = monotonic()
        for read in read_batches(self._batches(), stopped=self.cancel.is_set):
            self.done += len(read)
            self.unstored += read
            self.failed += [
                ReadFailure(file.path, problem) for file, (_, problem) in read if problem
            ]
            late = monotonic() - stored_at > STORED_AFTER
            if late or len(self.unstored) >= MOST_UNSTORED:
                self._store()
                stored_at = monotonic()
            if read:
                self.progress(self.done + self.walk.unchanged, 0, read[-1][0].path)
        self._store()

    def _batches(self) -> Iterator[list[FoundFile]]:
        events = _until(self.cancel, iter(self.walk))
        while batch := list(islice(events, BATCH)):
            self.failed += [
                ReadFailure(e.path, str(e.error)) for e in batch if isinstance(e, Unread)
            ]
            found = self._ours([event for event in batch if isinstance(event, FoundFile)])
            self.accepted += len(found)
            if found:
                yield found
            else:
                self.progress(self.done + self.walk.unchanged, 0, batch[-1].path)

    def _ours(self, found: list[FoundFile]) -> list[FoundFile]:
        """The files that do not belong to another artist alone; reports those that do."""
        if found and self.theirs is None:
            self.theirs = Theirs(self.database, self.artist_id, self.roots)
        if not self.theirs:
            return found
        accepted = []
        for file in found:
            owners, shared = self.theirs.whose(file.path, self.roots)
            if owners and not shared:
                problem = worded(
                    "This file belongs to {owners} here.", owners=phrases.and_list(owners)
                )
                self.refused.append(ReadFailure(file.path, problem))
                continue
            if owners:
                self.shared.update(owners)
                self.shared_paths.add(texts.dump_path(file.path))
            accepted.append(file)
        return accepted

    def _store(self) -> None:
        if not self.unstored:
            return
        if self.moves is None:
            self.moves = Moves(self.database, self.artist_id)
        with self.database.write() as connection:
            if self.assigner is None:
                self.assigner = RecordingAssigner(connection, self.artist_id)
                self.has_files = _has_files(connection, self.artist_id)
            self._store_read(connection, self.assigner, self.unstored)
        self.unstored = []

    def _store_read(
        self,
        connection: Connection,
        assigner: RecordingAssigner,
        read: Sequence[tuple[FoundFile, ReadTags]],
    ) -> None:
        now = texts.now()
        rows: list[_FileRow] = []
        unread: list[_FileRow] = []
        assigner.begin(connection)
        files_read = [_ReadFile.of(candidate, *result) for candidate, result in read]
        follow(connection, moves := list(self._moved_here(files_read)))
        self.moved += moves
        # A walk finds each path once: without earlier files none can have a recording yet.
        earlier = _recordings_of(connection, self.artist_id, files_read) if self.has_files else {}
        touched: set[int] = set()
        changed: set[bytes] = set()
        for file in files_read:
            self.described_only += (unchanged := self._is_unchanged(file))
            if file.file is None:
                unread.append(_FileRow.of(file, self.artist_id, None, now))
                continue
            recording, tags = earlier.get(file.path, (None, ""))
            if recording is None:
                recording = assigner.recording_of(file.file)
            elif tags != file.tags:
                touched.add(recording)
                if not unchanged:
                    changed.add(file.path)
            rows.append(_FileRow.of(file, self.artist_id, recording, now))
        assigner.save(connection)
        write_many(connection, _READ, _FileRow._fields, rows)
        write_many(connection, _UNREAD, _FileRow._fields, unread)
        assigner.regroup(connection, touched, changed)
        if self.shared_paths:
            _share(connection, self.shared_paths & {file.path for file in files_read})

    def _moved_here(self, files_read: Sequence[_ReadFile]) -> Iterator[tuple[str, str]]:
        """The new files that were known at another path: (old path, new path)."""
        for file in files_read:
            is_new = file.candidate.state is FileState.NEW and file.audio is not None
            if is_new and self.moves is not None:
                path, identity = file.candidate.path, file.candidate.identity
                former = self.moves.former(path, identity, (file.tags, file.says[0]))
                if former is not None:
                    yield former.path, path

    def _is_unchanged(self, file: _ReadFile) -> bool:
        """Whether a file that had to be read again is as it was.

        That happens if its description was unknown, or an older state of the data was restored.
        """
        if not (self.unread_since or self.undescribed):
            return False
        if file.candidate.path in self.unread_since:
            return self.unread_since[file.candidate.path] == (file.says[0], file.tags)
        identity = self.undescribed.get(file.candidate.path, "")
        return FileIdentity.stamp_in(identity) == file.candidate.identity.stamp

    def note_deed(self, connection: Connection, gone: int) -> None:
        """Write down what the walk found, if anything."""
        found = {
            "new": self.walk.new - len(self.refused) - len(self.moved),
            "changed": self.walk.changed - self.described_only,
            "missing": gone,
            "moved": len(self.moved),
        }
        if any(found.values()) and not self.cancel.is_set():
            after = {**found, "folders": list(self.roots)}
            now = drift_lines.records(connection, files, files.c.artist_id == self.artist_id)
            changed = drift_lines.changed(self.drifted, now)
            names = (files.c.path,)
            lines = drift_lines.lines(connection, files, changed, names, Evidence.FILE)
            scope, listed = DeedScope(self.artist_id), lines if changed else None
            note(connection, DeedKind.FILES_CHECKED, scope, after=after, listed=listed)

    def settle_moves(self) -> list[str]:
        """Let remembered folders follow their files. Returns the folders that were given up."""
        if not self.moved:
            return []
        with self.database.write() as connection:
            return folders_follow(connection, self.moved)


class _ReadFile(NamedTuple):
    """A file that was read, with its values as the store writes them."""

    candidate: FoundFile
    path: bytes
    audio: AudioFile | None
    problem: str
    file: FileDescription | None
    tags: str
    says: tuple[str, str]

    @classmethod
    def of(cls, candidate: FoundFile, audio: AudioFile | None, problem: str) -> _ReadFile:
        path = texts.dump_path(candidate.path)
        if audio is None:
            return cls(candidate, path, None, problem, None, "[]", ("{}", "{}"))
        file = described(candidate.path, audio)
        says = _texts_of(tuple(audio.fields.items()))
        return cls(candidate, path, audio, problem, file, file.to_text(), says)


class _FileRow(NamedTuple):
    """The values that a scan writes of a file, by column of the table `files`."""

    artist_id: int
    recording_id: int | None
    path: bytes
    container: str
    identity: str
    fields: str
    says: str
    problem: str
    seen_at: str
    since: str
    settable: str
    signed: str
    tags: str
    missing: int = 0
    drift: str = ""

    @classmethod
    def of(cls, file: _ReadFile, artist_id: int, recording: int | None, now: str) -> _FileRow:
        """The row of a file; of an unreadable file it holds the problem and little else."""
        audio = file.audio
        fields, says = file.says
        return cls(
            artist_id=artist_id,
            recording_id=recording,
            path=file.path,
            container=audio.container if audio else "",
            identity=file.candidate.identity.to_str(),
            fields=fields,
            says=says,
            problem=file.problem,
            seen_at=now,
            since=now,
            settable=audio.places if audio else "",
            signed=audio.signed if audio else "",
            tags=file.tags,
        )


def _drifted(database: Database, artist_id: int) -> drift_lines.Records:
    """The artist's files that changed without RightsDesk, with what is kept of that."""
    with database.read() as connection:
        return drift_lines.records(connection, files, files.c.artist_id == artist_id)


def _until(cancel: Cancel, events: Iterator[Any]) -> Iterator[Any]:
    for event in events:
        if cancel.is_set():
            return
        yield event


def _known_files(database: Database, artist_id: int) -> tuple[dict[str, str], dict[str, str]]:
    """The artist's existing files: path → identity.

    Also returns those with an unknown description, path → identity. In the first mapping they look
    changed, so that they are read again.
    """
    query = select(files.c.path, files.c.identity).where(
        files.c.artist_id == artist_id, files.c.missing.is_(False), files.c.identity != ""
    )
    undescribed_query = query.where(is_empty(files.c.tags), files.c.container != "")
    load = texts.load_path
    with database.read() as connection:
        known_files = {load(path): identity for path, identity in read_many(connection, query)}
        undescribed = {
            load(path): identity for path, identity in read_many(connection, undescribed_query)
        }
    return known_files | dict.fromkeys(undescribed, ""), undescribed


def _unread_since(database: Database, artist_id: int) -> dict[str, tuple[str, str]]:
    """Known files that may have changed unnoticed: path → fields and tags of the last reading.

    Either an older state of the data was restored, or the last scan could not read them.
    """
    query = select(files.c.path, files.c.fields, files.c.tags).where(
        files.c.artist_id == artist_id,
        files.c.missing.is_(False),
        is_empty(files.c.identity),
        files.c.recording_id.is_not(None),
    )
    with database.read() as connection:
        rows = read_many(connection, query)
        return {texts.load_path(path): (fields, tags) for path, fields, tags in rows}


_NEW = insertion(files, _FileRow._fields)
_UNREAD = _NEW.on_conflict_do_update(
    index_elements=["path", "artist_id"],
    set_={
        **{name: _NEW.excluded[name] for name in ("identity", "problem", "seen_at", "missing")},
        "tags": case((files.c.tags == "", "[]"), else_=files.c.tags),
    },
)
_READ = _NEW.on_conflict_do_update(
    index_elements=["path", "artist_id"],
    set_={
        **{
            name: _NEW.excluded[name]
            for name in _FileRow._fields
            if name not in ("path", "artist_id")
        },
        "since": case(
            (_NEW.excluded.says == files.c.says, files.c.since), else_=_NEW.excluded.since
        ),
        "drift": case(
            (files.c.container == "", ""),  # it was never read
            else_=noted_in_sql(
                files.c.drift,
                previous=files.c.says,
                current=_NEW.excluded.says,
                now=_NEW.excluded.seen_at,
            ),
        ),
    },
)


def _has_files(connection: Connection, artist_id: int) -> bool:
    query = select(files.c.id).where(files.c.artist_id == artist_id).limit(1)
    return connection.execute(query).first() is not None


def _recordings_of(
    connection: Connection, artist_id: int, files_read: Sequence[_ReadFile]
) -> dict[bytes, tuple[int | None, str]]:
    """The recordings and stored descriptions of the artist's files so far, by path.

    A missing file has a recording only if a person decided about it and it is unchanged.
    """
    tags_now = {file.path: file.tags for file in files_read}
    found: dict[bytes, tuple[int | None, str]] = {}
    f = files.c
    for part in any_of(f.path, tags_now):
        query = select(f.path, f.recording_id, f.tags, f.missing, f.id).where(part)
        query = query.where(f.artist_id == artist_id, ~f.missing | (f.decided != ""))
        replaced: list[int] = []
        for path, number, tags, missing, file_id in connection.execute(query):
            if not missing or tags == tags_now[path]:
                found[path] = (number, tags)
            else:
                replaced.append(file_id)
        if replaced:  # the decision was about the file that was there before
            connection.execute(update(files).where(f.id.in_(replaced)).values(decided=""))
    return found


def _share(connection: Connection, paths: Iterable[bytes]) -> None:
    """Mark files as shared by several artists. All their rows get the same audio digest."""
    other = files.alias()
    known_essence = select(func.max(other.c.essence)).where(other.c.path == files.c.path)
    for part in any_of(files.c.path, sorted(paths)):
        rows = update(files).where(part)
        essence = func.coalesce(files.c.essence, known_essence.scalar_subquery())
        connection.execute(rows.values(shared=True, essence=essence))


@lru_cache(maxsize=4096)
def _texts_of(fields: tuple[tuple[str, tuple[str, ...]], ...]) -> tuple[str, str]:
    """Fields, and what they say, as the store writes them. Whole catalogues say the same."""
    found = dict(fields)
    return texts.dump_fields(found), texts.dump_consent(FILE_SUITE.read(found).consent)


def described(path: str, audio: AudioFile) -> FileDescription:
    return FileDescription(
        path=path,
        title=audio.title,
        album=audio.album,
        album_artist=audio.album_artist,
        disc=audio.disc,
        track=audio.track,
        isrc=audio.isrc,
        upc=audio.upc,
        duration_ms=audio.duration_ms,
        performer=audio.artist,
        malformed_isrc=audio.malformed_isrc,
        year=audio.year,
        label=audio.label,
        catalogue_number=audio.catalogue_number,
        mb_release=audio.mb_release,
        mb_recording=audio.mb_recording,
    )


def _mark_missing(connection: Connection, artist_id: int, gone: Sequence[str]) -> None:
    for path in gone:
        of_artist = (files.c.path == texts.dump_path(path)) & (files.c.artist_id == artist_id)
        statement = update(files).where(of_artist)
        connection.execute(statement.values(missing=True, problem="The file is no longer there."))


def drop_empty(connection: Connection, artist_id: int) -> None:
    """Delete recordings without files, items and consents, then empty releases."""
    used = select(files.c.recording_id).where(files.c.recording_id.is_not(None))
    linked = select(items.c.recording_id).where(items.c.recording_id.is_not(None))
    with_consent = select(stored_consents.c.owner_id).where(stored_consents.c.kind == "recording")
    connection.execute(
        delete(recordings).where(
            recordings.c.artist_id == artist_id,
            recordings.c.id.not_in(used),
            recordings.c.id.not_in(linked),
            recordings.c.id.not_in(with_consent),
        )
    )
    kept = select(recordings.c.release_id).where(recordings.c.release_id.is_not(None))
    with_consent = select(stored_consents.c.owner_id).where(stored_consents.c.kind == "release")
    connection.execute(
        delete(releases).where(
            releases.c.artist_id == artist_id,
            releases.c.id.not_in(kept),
            releases.c.id.not_in(with_consent),
        )
    )


def _not_remembered(database: Database, artist_id: int, roots: Sequence[str]) -> list[str]:
    query = select(folders.c.path).where(folders.c.artist_id == artist_id)
    with database.read() as connection:
        remembered = set(connection.execute(query).scalars())
    new = [root for root in roots if texts.dump_path(root) not in remembered]
    return [root for root in new if os.path.exists(root)]


def _remember_folders(connection: Connection, artist_id: int, roots: Sequence[str]) -> None:
    for root in roots:
        row = {"artist_id": artist_id, "path": texts.dump_path(root)}
        statement = upsert(folders).values(row).on_conflict_do_nothing()
        if connection.execute(statement).rowcount:
            note(connection, DeedKind.FOLDER_ADDED, DeedScope(artist_id), after={"folder": root})
