"""XMP sidecars next to an artist's files: found by scans, stored for plans."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, case, delete, select
from sqlalchemy.dialects.sqlite import insert

from rightsdesk.changes.edits import stated_consent
from rightsdesk.changes.types import Cancel
from rightsdesk.consent import Fields
from rightsdesk.consent.dialects.suites import SIDECAR_SUITE
from rightsdesk.errors import KnownError
from rightsdesk.files.identity import FileIdentity
from rightsdesk.files.opening import opened
from rightsdesk.files.sidecars.reading import Neighbours, Sidecar, fits, is_audio, sidecars_of
from rightsdesk.store import texts
from rightsdesk.store.bulk import any_of, read_many
from rightsdesk.store.database import Database
from rightsdesk.store.joins import FILE_SIDECARS, FILES_AT_ONE_PATH, OTHER_FILES
from rightsdesk.store.schema import files, sidecars
from rightsdesk.workspace.types.matrix import ReadFailure

ABSENT = "absent"
"""The stamp of a sidecar that does not exist."""

_IN_ONE_QUERY = 500


class FoundSidecar(NamedTuple):
    """A sidecar as it was read; `fields` is None if it could not be read."""

    file_id: int
    path: str
    identity: FileIdentity
    fields: Fields | None
    problem: str = ""


def read_sidecar(path: str) -> tuple[FileIdentity, dict[str, tuple[str, ...]]]:
    """A sidecar's identity and fields. Raises DamagedXmp and the errors of `os_errors`."""
    with opened(path) as f:
        return FileIdentity.of(f.fileno()), Sidecar().fields(f)


def scan(
    database: Database,
    artist_id: int,
    roots: Sequence[str],
    met: Iterable[str],
    cancel: Cancel,
) -> tuple[int, list[ReadFailure]]:
    """Store the sidecars that a scan found. Returns their number, and which could not be read.

    For roots that are single files, their sidecars are searched, too. Sidecars that are gone or
    belong to no file are deleted from the store. Unreadable sidecars are reported each time. If
    nothing changed, nothing is written.
    """
    stored = _stored_sidecars(database, artist_id)
    next_to_files = [path for root in roots if is_audio(root) for path in sidecars_of(root)[0]]
    found_paths = dict.fromkeys([*met, *next_to_files])
    if cancel.is_set() or not (found_paths or stored):
        return 0, []
    owned = _owned(database, artist_id, found_paths)
    fresh: list[FoundSidecar] = []
    failed: list[ReadFailure] = []
    for path, file_id in owned.items():
        if cancel.is_set():
            return len(owned), failed
        sidecar = _read(path, file_id, stored.get(path))
        if sidecar is not None:
            fresh.append(sidecar)
        problem = sidecar.problem if sidecar else stored[path].problem if path in stored else ""
        if problem:
            failed.append(ReadFailure(path, problem))
    gone = [path for path in stored if path not in owned and _is_gone(path, roots, found_paths)]
    if fresh or gone:
        with database.write() as connection:
            note(connection, fresh)
            forget(connection, gone)
    return len(owned), failed


def note(connection: Connection, found: Iterable[FoundSidecar]) -> None:
    """Store sidecars that were read, except those of files that are no longer known."""
    sidecar_list, now = list(found), texts.now()
    for start in range(0, len(sidecar_list), _IN_ONE_QUERY):
        batch = sidecar_list[start : start + _IN_ONE_QUERY]
        file_ids = {sidecar.file_id for sidecar in batch}
        query = select(files.c.id, files.c.path).where(files.c.id.in_(file_ids))
        path_by_file = {number: texts.load_path(path) for number, path in connection.execute(query)}
        fitting = [
            sidecar
            for sidecar in batch
            if fits(sidecar.path, path_by_file.get(sidecar.file_id, ""))
        ]
        # A file of several artists has one row per artist, and so has its sidecar.
        rows = [_row(sidecar, now) for sidecar in (*fitting, *_for_others(connection, fitting))]
        if rows:
            connection.execute(_NOTE, rows)


def _for_others(connection: Connection, found: Iterable[FoundSidecar]) -> Iterator[FoundSidecar]:
    by_id = {sidecar.file_id: sidecar for sidecar in found}
    query = select(files.c.id, OTHER_FILES.c.id).select_from(FILES_AT_ONE_PATH)
    query = query.where(files.c.id.in_(by_id), files.c.shared)
    for number, other_id in connection.execute(query):
        yield by_id[number]._replace(file_id=other_id)


def forget(connection: Connection, paths: Iterable[str]) -> None:
    """Delete these sidecars from the store."""
    for part in any_of(sidecars.c.path, [texts.dump_path(path) for path in paths]):
        connection.execute(delete(sidecars).where(part))


_ROW = insert(sidecars)
_NOTE = _ROW.on_conflict_do_update(
    index_elements=["path", "file_id"],
    set_={
        **{
            name: _ROW.excluded[name]
            for name in ("identity", "fields", "says", "problem", "seen_at")
        },
        "since": case(
            (_ROW.excluded.says == sidecars.c.says, sidecars.c.since), else_=_ROW.excluded.since
        ),
    },
)


def _row(found: FoundSidecar, now: str) -> dict[str, Any]:
    fields = found.fields or {}
    return {
        "file_id": found.file_id,
        "path": texts.dump_path(found.path),
        "identity": found.identity.to_str(),
        "fields": texts.dump_fields(fields),
        "says": texts.dump_consent(stated_consent(SIDECAR_SUITE, fields)),
        "problem": found.problem,
        "seen_at": now,
        "since": now,
    }


class _StoredSidecar(NamedTuple):
    file_id: int
    identity: str
    problem: str


def _stored_sidecars(database: Database, artist_id: int) -> dict[str, _StoredSidecar]:
    query = (
        select(*(sidecars.c[name] for name in ("path", *_StoredSidecar._fields)))
        .select_from(FILE_SIDECARS)
        .where(files.c.artist_id == artist_id)
    )
    with database.read() as connection:
        if not connection.execute(select(sidecars.c.id).limit(1)).first():
            return {}
        rows = read_many(connection, query)
        return {texts.load_path(path): _StoredSidecar(*rest) for path, *rest in rows}


def _owned(database: Database, artist_id: int, paths: Iterable[str]) -> dict[str, int]:
    """The sidecars that certainly belong to one of the artist's files: path → file id."""
    folders: defaultdict[str, list[str]] = defaultdict(list)
    for path in paths:
        folder, name = os.path.split(path)
        folders[folder].append(name)
    owners: dict[str, bytes] = {}
    for folder, names in folders.items():
        neighbours = Neighbours.of(folder)
        for name in names:
            if len(owner_names := neighbours.owners(name)) == 1:
                path = os.path.join(folder, name)
                owners[path] = texts.dump_path(os.path.join(folder, owner_names[0]))
    ids = _ids(database, artist_id, sorted(set(owners.values())))
    return {path: ids[owner] for path, owner in owners.items() if owner in ids}


def _ids(database: Database, artist_id: int, paths: Sequence[bytes]) -> Mapping[bytes, int]:
    found: dict[bytes, int] = {}
    with database.read() as connection:
        for part in any_of(files.c.path, paths):
            query = select(files.c.path, files.c.id).where(files.c.artist_id == artist_id, part)
            found.update((path, number) for path, number in connection.execute(query))
    return found


def _read(path: str, file_id: int, stored: _StoredSidecar | None) -> FoundSidecar | None:
    """A sidecar as read now; None if it is unchanged or just disappeared."""
    try:
        identity = FileIdentity.of(path)
        if stored and stored.file_id == file_id:
            before = FileIdentity.from_str(stored.identity)
            if before == identity:
                return None
    except OSError:
        return None
    try:
        return FoundSidecar(file_id, path, *read_sidecar(path))
    except KnownError as error:
        return FoundSidecar(file_id, path, identity, None, str(error))


def _is_gone(path: str, roots: Sequence[str], found_paths: Mapping[str, None]) -> bool:
    """Whether a stored sidecar is certainly gone, or no longer this file's."""
    if path in found_paths:
        return True
    folder = os.path.dirname(path)
    scanned = any(path.startswith(os.path.join(root, "")) or path == root for root in roots)
    return scanned and os.path.isdir(folder) and not os.path.lexists(path)
