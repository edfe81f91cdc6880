"""Scanning: what is on the disk goes into the store, release by release."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice
from time import monotonic
from typing import Any, NamedTuple

from sqlalchemy import Connection, case, delete, func, literal_column, select, update
from sqlalchemy.dialects.sqlite import insert as upsert

from rightsdesk import phrases
from rightsdesk.changes.types import Cancel, Progress
from rightsdesk.consent.dialects.suites import FILE_SUITE
from rightsdesk.files.identity import FileIdentity
from rightsdesk.files.scan.reading import read_batches
from rightsdesk.files.scan.scanner import FileState, FoundFile, Scan
from rightsdesk.files.scan.scanner import ScanFailure as Unread
from rightsdesk.files.scan.tags import AudioFile, Read
from rightsdesk.store import texts
from rightsdesk.store.bulk import any_of, insertion, read_many, write_many
from rightsdesk.store.database import Database
from rightsdesk.store.deeds import DeedKind, DeedScope, note
from rightsdesk.store.drift import noted_in_sql
from rightsdesk.store.schema import files, folders, items, recordings, releases, stored_consents
from rightsdesk.workspace.catalogue import sidecars, unread
from rightsdesk.workspace.catalogue.grouping import FileDescription
from rightsdesk.workspace.catalogue.moving import Moves, folders_follow, follow
from rightsdesk.workspace.catalogue.scan_report import ScanReport, others_named
from rightsdesk.workspace.catalogue.shelf import Shelf
from rightsdesk.workspace.consents.sharing import Theirs
from rightsdesk.workspace.types import ReadFailure

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

    A file that is another artist's already belongs to both, where the folder that is scanned
    is as near to it as the one that it was found in first; else it is named, and stays there.
    What could not be read is named each time. Where nothing changed, nothing is written. A
    folder without music is remembered too: some may be put into it; one with nothing but
    another artist's is not. Files that were moved are the same files at another place.
    """
    roots = [os.path.abspath(place) for place in places]
    known, untold = _known(database, artist_id)
    unread_since = _unread_since(database, artist_id)
    walk = Scan(roots, known | dict.fromkeys(unread_since, ""))
    run = _Run(database, artist_id, walk, progress, cancel, roots, untold, unread_since)
    run.read_all()
    left_behind = run.settle_moves()
    beside, unread_beside = sidecars.scan(database, artist_id, roots, walk.sidecars, cancel)
    run.failed += unread_beside
    moved_from = {old for old, _ in run.moved}
    gone = [] if cancel.is_set() else [one for one in walk.missing() if one not in moved_from]
    changed = bool(walk.new or walk.changed or gone or left_behind) and not cancel.is_set()
    ours = run.accepted or walk.unchanged or not walk.files
    new_roots = _not_remembered(database, artist_id, roots) if ours else []
    if changed or new_roots:
        with database.write() as connection:
            _mark_missing(connection, artist_id, gone)
            if changed:
                drop_empty(connection, artist_id)
            _remember_folders(connection, artist_id, new_roots)
            run.note_deed(connection, len(gone))
    unread.note(database, artist_id, run.failed)
    if not cancel.is_set():
        run.failed += unread.still(database, artist_id, roots, run.failed)
    return ScanReport(
        files=walk.files - len(run.refused),
        new=walk.new - len(run.refused) - len(run.moved),
        changed=walk.changed - run.described_only,
        unchanged=walk.unchanged + run.described_only + len(run.moved),
        missing=len(gone),
        failed=tuple(run.failed),
        cancelled=cancel.is_set(),
        sidecars=beside,
        away=tuple(root for root in roots if not os.path.exists(root)),
        theirs=tuple(run.refused),
        named=others_named(database, artist_id, roots) if walk.new or walk.changed else (),
        moved=len(run.moved),
        shared=tuple(run.shared.most_common()),
    )


@dataclass
class _Run:
    """One scan: the walk asks for files to be read, and what was read goes into the store."""

    database: Database
    artist_id: int
    walk: Scan
    progress: Progress
    cancel: Cancel
    roots: Sequence[str]
    untold: dict[str, str]
    """Files of which it is not known what they say of their recording: path → identity."""
    unread_since: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Known files that have to be read again: path → fields and tags of the last reading."""
    failed: list[ReadFailure] = field(default_factory=list)
    unstored: list[tuple[FoundFile, Read]] = field(default_factory=list)
    shelf: Shelf | None = None
    refused: list[ReadFailure] = field(default_factory=list)
    theirs: Theirs | None = None
    accepted: int = 0
    described_only: int = 0
    shared: Counter[str] = field(default_factory=Counter)
    """How many files belong to which other artists too."""
    shared_paths: set[bytes] = field(default_factory=set)
    moves: Moves | None = None
    moved: list[tuple[str, str]] = field(default_factory=list)

    def read_all(self) -> None:
        done, stored_at = 0, monotonic()
        for read in read_batches(self._batches(), stopped=self.cancel.is_set):
            done += len(read)
            self.unstored += read
            self.failed += [
                ReadFailure(file.path, problem) for file, (_, problem) in read if problem
            ]
            late = monotonic() - stored_at > STORED_AFTER
            if late or len(self.unstored) >= MOST_UNSTORED:
                self._store()
                stored_at = monotonic()
            if read:
                self.progress(done + self.walk.unchanged, 0, read[-1][0].path)
        self._store()

    def _batches(self) -> Iterator[list[FoundFile]]:
        events = _until(self.cancel, iter(self.walk))
        while some := list(islice(events, BATCH)):
            self.failed += [
                ReadFailure(e.path, str(e.error)) for e in some if isinstance(e, Unread)
            ]
            found = self._ours([event for event in some if isinstance(event, FoundFile)])
            self.accepted += len(found)
            if found:
                yield found
            else:
                self.progress(self.walk.unchanged, 0, some[-1].path)

    def _ours(self, found: list[FoundFile]) -> list[FoundFile]:
        """The candidates that are not another artist's alone; those that are, are named."""
        if found and self.theirs is None:
            self.theirs = Theirs(self.database, self.artist_id)
        if not self.theirs:
            return found
        ours = []
        for one in found:
            whose, shared = self.theirs.whose(one.path, self.roots)
            if whose and not shared:
                problem = f"This file belongs to {phrases.and_list(whose)} here."
                self.refused.append(ReadFailure(one.path, problem))
                continue
            if whose:
                self.shared.update(whose)
                self.shared_paths.add(texts.dump_path(one.path))
            ours.append(one)
        return ours

    def _store(self) -> None:
        if not self.unstored:
            return
        if self.moves is None:
            self.moves = Moves(self.database, self.artist_id)
        with self.database.write() as connection:
            if self.shelf is None:
                self.shelf = Shelf(connection, self.artist_id)
            self._store_read(connection, self.shelf, self.unstored)
        self.unstored = []

    def _store_read(
        self, connection: Connection, shelf: Shelf, read: Sequence[tuple[FoundFile, Read]]
    ) -> None:
        now = texts.now()
        rows: list[_FileRow] = []
        unread: list[_FileRow] = []
        shelf.begin(connection)
        told = [_Told.of(candidate, *what) for candidate, what in read]
        follow(connection, moved := list(self._moved_here(told)))
        self.moved += moved
        before = _recordings_of(connection, self.artist_id, told)
        touched: set[int] = set()
        changed: set[bytes] = set()
        for one in told:
            self.described_only += (same := self._is_as_known(one))
            if one.file is None:
                unread.append(_FileRow.of(one, self.artist_id, None, now))
                continue
            recording, tags = before.get(one.path, (None, ""))
            if recording is None:
                recording = shelf.recording_of(one.file)
            elif tags != one.tags:
                touched.add(recording)
                if not same:
                    changed.add(one.path)
            rows.append(_FileRow.of(one, self.artist_id, recording, now))
        shelf.save(connection)
        write_many(connection, _READ, _FileRow._fields, rows)
        write_many(connection, _UNREAD, _FileRow._fields, unread)
        shelf.settle(connection, touched, changed)
        if self.shared_paths:
            _share(connection, self.shared_paths & {one.path for one in told})

    def _moved_here(self, told: Sequence[_Told]) -> Iterator[tuple[str, str]]:
        """Which of the new files were known at another place: (old, new)."""
        for one in told:
            fresh = one.candidate.state is FileState.NEW and one.audio is not None
            if fresh and self.moves is not None:
                path, identity = one.candidate.path, one.candidate.identity
                former = self.moves.former(path, identity, (one.tags, one.says[0]))
                if former is not None:
                    yield former.path, path

    def _is_as_known(self, one: _Told) -> bool:
        """Whether a file was read only to learn what it says of its recording, or since an older
        state of the data came back, and is as it was."""
        if one.candidate.path in self.unread_since:
            return self.unread_since[one.candidate.path] == (one.says[0], one.tags)
        known = self.untold.get(one.candidate.path, "")
        return FileIdentity.stamp_in(known) == one.candidate.identity.stamp

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
            note(connection, DeedKind.FILES_CHECKED, DeedScope(self.artist_id), after=after)

    def settle_moves(self) -> list[str]:
        """Let folders follow their files; those that were given up come back."""
        if not self.moved:
            return []
        with self.database.write() as connection:
            return folders_follow(connection, self.moved)


class _Told(NamedTuple):
    """A candidate with what it says, as the store writes it."""

    candidate: FoundFile
    path: bytes
    audio: AudioFile | None
    problem: str
    file: FileDescription | None
    tags: str
    says: tuple[str, str]

    @classmethod
    def of(cls, candidate: FoundFile, audio: AudioFile | None, problem: str) -> _Told:
        path = texts.dump_path(candidate.path)
        if audio is None:
            return cls(candidate, path, None, problem, None, "[]", ("{}", "{}"))
        file = described(candidate.path, audio)
        says = _texts_of(tuple(audio.fields.items()))
        return cls(candidate, path, audio, problem, file, file.to_text(), says)


class _FileRow(NamedTuple):
    """What a scan writes of a file, by column of the table `files`."""

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
    def of(cls, told: _Told, artist_id: int, recording: int | None, now: str) -> _FileRow:
        """Of one that could not be read, it holds the problem and little else."""
        audio = told.audio
        fields, says = told.says
        return cls(
            artist_id=artist_id,
            recording_id=recording,
            path=told.path,
            container=audio.container if audio else "",
            identity=told.candidate.identity.to_str(),
            fields=fields,
            says=says,
            problem=told.problem,
            seen_at=now,
            since=now,
            settable=audio.places if audio else "",
            signed=audio.signed if audio else "",
            tags=told.tags,
        )


def _until(cancel: Cancel, events: Iterator[Any]) -> Iterator[Any]:
    for event in events:
        if cancel.is_set():
            return
        yield event


def _known(database: Database, artist_id: int) -> tuple[dict[str, str], dict[str, str]]:
    """What the store knows of the artist's files that were there: path → identity.

    And those among them that have to be read again, since it is not known what they say of
    their recording: in the first they look like changed ones.
    """
    query = select(files.c.path, files.c.identity).where(
        files.c.artist_id == artist_id, files.c.missing.is_(False), files.c.identity != ""
    )
    untold = query.where(literal_column("tags") == literal_column("''"), files.c.container != "")
    load = texts.load_path
    with database.read() as connection:
        known = {load(path): identity for path, identity in read_many(connection, query)}
        again = {load(path): identity for path, identity in read_many(connection, untold)}
    return known | dict.fromkeys(again, ""), again


def _unread_since(database: Database, artist_id: int) -> dict[str, tuple[str, str]]:
    """The known files of which nobody can say whether they are as they were: an older state of
    the data came back, or they could not be read the last time. Path → fields and tags of the
    last reading."""
    query = select(files.c.path, files.c.fields, files.c.tags).where(
        files.c.artist_id == artist_id,
        files.c.missing.is_(False),
        files.c.identity == "",
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
            (files.c.container == "", ""),  # it had never been read
            else_=noted_in_sql(
                files.c.drift,
                previous=files.c.says,
                current=_NEW.excluded.says,
                now=_NEW.excluded.seen_at,
            ),
        ),
    },
)


def _recordings_of(
    connection: Connection, artist_id: int, told: Sequence[_Told]
) -> dict[bytes, tuple[int | None, str]]:
    """The recordings that the artist's files had so far, and what was known of them: by path.

    A file that was away has one only where a person decided what it is, and it is the same one.
    """
    now = {one.path: one.tags for one in told}
    found: dict[bytes, tuple[int | None, str]] = {}
    f = files.c
    for part in any_of(f.path, now):
        query = select(f.path, f.recording_id, f.tags, f.missing, f.id).where(part)
        query = query.where(f.artist_id == artist_id, ~f.missing | (f.decided != ""))
        others: list[int] = []
        for path, number, tags, missing, file_id in connection.execute(query):
            if not missing or tags == now[path]:
                found[path] = (number, tags)
            else:
                others.append(file_id)
        if others:  # nothing was decided about what is there now
            connection.execute(update(files).where(f.id.in_(others)).values(decided=""))
    return found


def _share(connection: Connection, paths: Iterable[bytes]) -> None:
    """Note that these files are several artists'. What the audio was is known of all or none."""
    other = files.alias()
    known = select(func.max(other.c.essence)).where(other.c.path == files.c.path)
    for part in any_of(files.c.path, sorted(paths)):
        these = update(files).where(part)
        essence = func.coalesce(files.c.essence, known.scalar_subquery())
        connection.execute(these.values(shared=True, essence=essence))


@lru_cache(maxsize=4096)
def _texts_of(fields: tuple[tuple[str, tuple[str, ...]], ...]) -> tuple[str, str]:
    """Fields, and what they say, as columns hold them. Whole catalogues say the same."""
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
        isrc_said=audio.isrc_said,
        year=audio.year,
        label=audio.label,
        catalogue_number=audio.catalogue_number,
    )


def _mark_missing(connection: Connection, artist_id: int, gone: Sequence[str]) -> None:
    for path in gone:
        here = (files.c.path == texts.dump_path(path)) & (files.c.artist_id == artist_id)
        statement = update(files).where(here)
        connection.execute(statement.values(missing=True, problem="The file is no longer there."))


def drop_empty(connection: Connection, artist_id: int) -> None:
    """Forget recordings that nothing belongs to any more, and then such releases."""
    used = select(files.c.recording_id).where(files.c.recording_id.is_not(None))
    linked = select(items.c.recording_id).where(items.c.recording_id.is_not(None))
    chosen = select(stored_consents.c.owner_id).where(stored_consents.c.kind == "recording")
    connection.execute(
        delete(recordings).where(
            recordings.c.artist_id == artist_id,
            recordings.c.id.not_in(used),
            recordings.c.id.not_in(linked),
            recordings.c.id.not_in(chosen),
        )
    )
    kept = select(recordings.c.release_id).where(recordings.c.release_id.is_not(None))
    chosen = select(stored_consents.c.owner_id).where(stored_consents.c.kind == "release")
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
        statement = upsert(folders).values(row).on_conflict_do_nothing()
        if connection.execute(statement).rowcount:
            note(connection, DeedKind.FOLDER_ADDED, DeedScope(artist_id), after={"folder": root})
