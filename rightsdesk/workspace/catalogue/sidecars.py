"""The XMP sidecars beside an artist's files: found by scans, and what a plan has of them."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, case, delete, select
from sqlalchemy.dialects.sqlite import insert

from rightsdesk.changes.edits import said
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
from rightsdesk.store.joins import FILE_SIDECARS
from rightsdesk.store.schema import files, sidecars
from rightsdesk.workspace.types import ReadFailure

ABSENT = "absent"
"""The stamp of a sidecar that is not there."""

_IN_ONE_QUERY = 500


class Found(NamedTuple):
    """One sidecar as it was read: None for the fields where it could not be."""

    file_id: int
    path: str
    identity: FileIdentity
    fields: Fields | None
    problem: str = ""


def read_sidecar(path: str) -> tuple[FileIdentity, dict[str, tuple[str, ...]]]:
    """A sidecar's state and its fields. Raises DamagedXmp and the causes of `trouble`."""
    with opened(path) as f:
        return FileIdentity.of(f.fileno()), Sidecar().fields(f)


def scan(
    database: Database,
    artist_id: int,
    roots: Sequence[str],
    met: Iterable[str],
    cancel: Cancel,
) -> tuple[int, list[ReadFailure]]:
    """Take what scans met into the store; how many there are, and which could not be read.

    Of files that were named one by one, what lies beside them is looked at too. One that
    is no longer there, or is nobody's, is forgotten. What could not be read is named each
    time. Where nothing changed, nothing is written.
    """
    known = _known(database, artist_id)
    beside = [one for root in roots if is_audio(root) for one in sidecars_of(root)[0]]
    there = dict.fromkeys([*met, *beside])
    if cancel.is_set() or not (there or known):
        return 0, []
    owned = _owned(database, artist_id, there)
    fresh: list[Found] = []
    failed: list[ReadFailure] = []
    for path, file_id in owned.items():
        if cancel.is_set():
            return len(owned), failed
        found = _read(path, file_id, known.get(path))
        if found is not None:
            fresh.append(found)
        problem = found.problem if found else known[path].problem if path in known else ""
        if problem:
            failed.append(ReadFailure(path, problem))
    gone = [path for path in known if path not in owned and _is_gone(path, roots, there)]
    if fresh or gone:
        with database.write() as connection:
            note(connection, fresh)
            forget(connection, gone)
    return len(owned), failed


def note(connection: Connection, found: Iterable[Found]) -> None:
    """Write down what was read; of a file that is no longer known nothing is noted."""
    every, now = list(found), texts.now()
    for start in range(0, len(every), _IN_ONE_QUERY):
        some = every[start : start + _IN_ONE_QUERY]
        wanted = {one.file_id for one in some}
        query = select(files.c.id, files.c.path).where(files.c.id.in_(wanted))
        known = {number: texts.load_path(path) for number, path in connection.execute(query)}
        there = [one for one in some if fits(one.path, known.get(one.file_id, ""))]
        # A file of several artists has a row for each, and so has its sidecar.
        rows = [_row(one, now) for one in (*there, *_for_others(connection, there))]
        if rows:
            connection.execute(_NOTE, rows)


def _for_others(connection: Connection, found: Iterable[Found]) -> Iterator[Found]:
    by_id = {one.file_id: one for one in found}
    other = files.alias()
    query = select(files.c.id, other.c.id).join(other, other.c.path == files.c.path)
    query = query.where(files.c.id.in_(by_id), files.c.shared, other.c.id != files.c.id)
    for number, more in connection.execute(query):
        yield by_id[number]._replace(file_id=more)


def forget(connection: Connection, paths: Iterable[str]) -> None:
    """Of these there is nothing to know any more."""
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


def _row(found: Found, now: str) -> dict[str, Any]:
    fields = found.fields or {}
    return {
        "file_id": found.file_id,
        "path": texts.dump_path(found.path),
        "identity": found.identity.to_str(),
        "fields": texts.dump_fields(fields),
        "says": texts.dump_consent(said(SIDECAR_SUITE, fields)),
        "problem": found.problem,
        "seen_at": now,
        "since": now,
    }


class _Known(NamedTuple):
    file_id: int
    identity: str
    problem: str


def _known(database: Database, artist_id: int) -> dict[str, _Known]:
    query = (
        select(*(sidecars.c[name] for name in ("path", *_Known._fields)))
        .select_from(FILE_SIDECARS)
        .where(files.c.artist_id == artist_id)
    )
    with database.read() as connection:
        if not connection.execute(select(sidecars.c.id).limit(1)).first():
            return {}
        rows = read_many(connection, query)
        return {texts.load_path(path): _Known(*rest) for path, *rest in rows}


def _owned(database: Database, artist_id: int, there: Iterable[str]) -> dict[str, int]:
    """Those among the sidecars that are certainly of one of the artist's files: its id."""
    folders: defaultdict[str, list[str]] = defaultdict(list)
    for path in there:
        folder, name = os.path.split(path)
        folders[folder].append(name)
    owners: dict[str, bytes] = {}
    for folder, names in folders.items():
        beside = Neighbours.of(folder)
        for name in names:
            if len(whose := beside.owners(name)) == 1:
                path = os.path.join(folder, name)
                owners[path] = texts.dump_path(os.path.join(folder, whose[0]))
    ids = _ids(database, artist_id, sorted(set(owners.values())))
    return {path: ids[owner] for path, owner in owners.items() if owner in ids}


def _ids(database: Database, artist_id: int, paths: Sequence[bytes]) -> Mapping[bytes, int]:
    found: dict[bytes, int] = {}
    with database.read() as connection:
        for part in any_of(files.c.path, paths):
            query = select(files.c.path, files.c.id).where(files.c.artist_id == artist_id, part)
            found.update((path, number) for path, number in connection.execute(query))
    return found


def _read(path: str, file_id: int, known: _Known | None) -> Found | None:
    """What a sidecar says; None where it is as it was known, or went away just now."""
    try:
        identity = FileIdentity.of(path)
        if known and known.file_id == file_id:
            before = FileIdentity.from_str(known.identity)
            if before == identity:
                return None
    except OSError:
        return None
    try:
        return Found(file_id, path, *read_sidecar(path))
    except KnownError as error:
        return Found(file_id, path, identity, None, str(error))


def _is_gone(path: str, roots: Sequence[str], there: Mapping[str, None]) -> bool:
    """Whether a sidecar that was known is certainly not there, or no longer this file's."""
    if path in there:
        return True
    folder = os.path.dirname(path)
    looked = any(path.startswith(os.path.join(root, "")) or path == root for root in roots)
    return looked and os.path.isdir(folder) and not os.path.lexists(path)
