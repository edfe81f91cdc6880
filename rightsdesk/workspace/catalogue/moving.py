"""Recognizes moved and renamed files during a scan, so that everything known of them moves along.

A file that is new at its path may be known under a path that no longer exists. Then its row in the
store moves: recording, audio digest, decisions and jobs.
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, delete, select, update
from sqlalchemy import text as sql

from rightsdesk.files.identity import FileIdentity
from rightsdesk.files.scan.scanner import SIDECAR
from rightsdesk.store import texts
from rightsdesk.store.bulk import read_many
from rightsdesk.store.database import Database
from rightsdesk.store.joins import FILE_SIDECARS, within
from rightsdesk.store.schema import files, folders, sidecars

CLOCK_MS = 2_000
"""Tolerance of a copied file's time: FAT counts in steps of two seconds."""


@dataclass(frozen=True, slots=True)
class Former:
    """A file as the store knows it, at a path that may no longer exist."""

    id: int
    path: str
    identity: FileIdentity
    says: tuple[str, str]
    """Its tags and fields, as the store writes them."""


class Moves:
    """The known files of one artist, to find out which of them a new file is."""

    def __init__(self, database: Database, artist_id: int) -> None:
        self._by_inode: defaultdict[tuple[int, int], list[Former]] = defaultdict(list)
        self._by_name: defaultdict[tuple[str, int], list[Former]] = defaultdict(list)
        self._claimed: set[int] = set()
        f = files.c
        query = select(f.id, f.path, f.identity, f.tags, f.fields).where(
            f.artist_id == artist_id, f.identity != "", f.recording_id.is_not(None)
        )
        with database.read() as connection:
            for number, path, identity, *says in read_many(connection, query):
                name = texts.load_path(path)
                former = Former(number, name, FileIdentity.from_str(identity), (says[0], says[1]))
                self._by_inode[former.identity.inode, former.identity.device].append(former)
                self._by_name[os.path.basename(name), former.identity.size].append(former)

    def former(self, path: str, identity: FileIdentity, says: tuple[str, str]) -> Former | None:
        """The known file that the file at `path` was before; None if it is new, or not certain.

        The same inode with the same size and time, or with the same name, is the same file. On
        another disk, name and size have to match, and either the time or the content of its fields.
        """
        if not self._by_inode:  # the first scan knows none
            return None
        name = os.path.basename(path)
        by_inode = self._by_inode.get((identity.inode, identity.device), ())
        by_name = self._by_name.get((name, identity.size), ())
        for found in (
            [candidate for candidate in by_inode if candidate.identity == identity],
            [candidate for candidate in by_inode if os.path.basename(candidate.path) == name],
            [candidate for candidate in by_name if _same_time(candidate.identity, identity)],
            [candidate for candidate in by_name if candidate.says == says],
        ):
            gone = [candidate for candidate in found if self._is_gone(candidate, path)]
            if len(gone) > 1:  # a whole tree moved: the last folder decides
                last = os.path.dirname(path).rpartition(os.sep)[2]
                gone = [
                    candidate
                    for candidate in gone
                    if os.path.dirname(candidate.path).rpartition(os.sep)[2] == last
                ]
            if len(gone) == 1:
                self._claimed.add(gone[0].id)
                return gone[0]
        return None

    def _is_gone(self, candidate: Former, path: str) -> bool:
        return (
            candidate.id not in self._claimed
            and candidate.path != path
            and not os.path.lexists(candidate.path)
        )


def _same_time(first: FileIdentity, second: FileIdentity) -> bool:
    return abs(first.mtime_ns - second.mtime_ns) <= CLOCK_MS * 1_000_000


def follow(connection: Connection, moves: Sequence[tuple[str, str]]) -> None:
    """Move rows, sidecars and jobs along with files from one path to another.

    Rows of all artists of a file move, so that a shared file keeps all of its artists.
    """
    if not moves:
        return
    connection.execute(sql("CREATE TEMP TABLE moves (old BLOB PRIMARY KEY, new BLOB NOT NULL)"))
    pairs = [(texts.dump_path(old), texts.dump_path(new)) for old, new in moves]
    pairs += _sidecars_of(connection, moves)
    insert = "INSERT OR IGNORE INTO moves VALUES (?, ?)"
    connection.exec_driver_sql(insert, pairs)
    new_value = "(SELECT new FROM moves WHERE old = {0})"
    is_moved = "{0} IN (SELECT old FROM moves)"
    # Notes about a file that was at the new path before are about another file.
    for table, column, reset in (
        ("files", "path", ", missing = 0, problem = ''"),
        ("sidecars", "path", ""),
        ("changes", "locator", ""),
    ):
        which = is_moved.format(column)
        which += " AND carrier IN ('file', 'sidecar')" if table == "changes" else ""
        action = f"UPDATE OR IGNORE {table} SET {column} = {new_value.format(column)}{reset}"
        connection.execute(sql(f"{action} WHERE {which}"))
    connection.execute(sql("DROP TABLE moves"))


def _sidecars_of(
    connection: Connection, moves: Sequence[tuple[str, str]]
) -> list[tuple[bytes, bytes]]:
    """Old and new path of the sidecars that moved along with their files."""
    if connection.execute(select(sidecars.c.id).limit(1)).first() is None:
        return []
    moved = dict(moves)
    query = select(sidecars.c.path, files.c.path).select_from(FILE_SIDECARS)
    found: list[tuple[bytes, bytes]] = []
    for sidecar, path in read_many(connection, query):
        old = texts.load_path(path)
        if (new := moved.get(old)) is None:
            continue
        long_name = texts.load_path(sidecar) == old + SIDECAR
        place = new + SIDECAR if long_name else os.path.splitext(new)[0] + SIDECAR
        if os.path.lexists(place):
            found.append((sidecar, texts.dump_path(place)))
    return found


def folders_follow(connection: Connection, moves: Iterable[tuple[str, str]]) -> list[str]:
    """Replace remembered folders that are gone by the folders their files moved to.

    Other files known below such a folder become missing: no scan reads it again. Returns the
    folders that were given up.
    """
    given_up: list[str] = []
    rows = connection.execute(select(folders)).all()
    gone = {row.path: texts.load_path(row.path) for row in rows}
    gone = {path: place for path, place in gone.items() if not os.path.lexists(place)}
    pairs = list(moves) if gone else []
    for path, place in gone.items():
        inside = place.rstrip(os.sep) + os.sep
        new_folders = {
            new[: -len(old) + len(inside) - 1]
            for old, new in pairs
            if old.startswith(inside) and new.endswith(old[len(inside) - 1 :])
        }
        if not new_folders and not any(old.startswith(inside) or old == place for old, _ in pairs):
            continue
        given_up.append(place)
        for row in rows:
            if row.path == path:
                _replace(connection, row.artist_id, path, new_folders)
        still_there = update(files).where(within(files.c.path, place), files.c.missing.is_(False))
        connection.execute(still_there.values(missing=True, problem="The file is no longer there."))
    return given_up


def _replace(
    connection: Connection, artist_id: int, path: bytes, new_folders: Collection[str]
) -> None:
    of_artist = folders.c.artist_id == artist_id
    remembered = set(connection.execute(select(folders.c.path).where(of_artist)).scalars())
    connection.execute(delete(folders).where(of_artist, folders.c.path == path))
    for place in sorted(new_folders):
        raw = texts.dump_path(place)
        covered = any(
            texts.load_path(folder).rstrip(os.sep) == place
            or place.startswith(texts.load_path(folder).rstrip(os.sep) + os.sep)
            for folder in remembered - {path}
        )
        if not covered and os.path.isdir(place):
            connection.execute(folders.insert().values(artist_id=artist_id, path=raw))
            remembered.add(raw)
