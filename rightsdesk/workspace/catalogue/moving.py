"""Recognize files that were moved or renamed while they are scanned, so that all follows.

A file that is new at its path may be one that is known under a path where nothing is any more.
Its row in the store goes with it: the recording, the digest of its audio, decisions and jobs.
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
"""How far a copied file's time may be off: FAT counts in steps of two seconds."""


@dataclass(frozen=True, slots=True)
class Former:
    """A file as the store knows it, at a path where it may not be any more."""

    id: int
    path: str
    identity: FileIdentity
    says: tuple[str, str]
    """Its tags and fields as the store writes them."""


class Moves:
    """The files of one artist, to be asked which of them a new one is."""

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
                one = Former(number, name, FileIdentity.from_str(identity), (says[0], says[1]))
                self._by_inode[one.identity.inode, one.identity.device].append(one)
                self._by_name[os.path.basename(name), one.identity.size].append(one)

    def former(self, path: str, identity: FileIdentity, says: tuple[str, str]) -> Former | None:
        """The file that the one at `path` was so far; None where it is new, or not certain.

        The same inode at the same size and time, or under the same name, is the same file.
        On another disk the name and the size have to agree, and the time or what it says.
        """
        name = os.path.basename(path)
        by_inode = self._by_inode.get((identity.inode, identity.device), ())
        by_name = self._by_name.get((name, identity.size), ())
        for found in (
            [one for one in by_inode if one.identity == identity],
            [one for one in by_inode if os.path.basename(one.path) == name],
            [one for one in by_name if _same_time(one.identity, identity)],
            [one for one in by_name if one.says == says],
        ):
            gone = [one for one in found if self._is_gone(one, path)]
            if len(gone) > 1:  # a whole tree moved: its last folder tells them apart
                last = os.path.dirname(path).rpartition(os.sep)[2]
                gone = [o for o in gone if os.path.dirname(o.path).rpartition(os.sep)[2] == last]
            if len(gone) == 1:
                self._claimed.add(gone[0].id)
                return gone[0]
        return None

    def _is_gone(self, one: Former, path: str) -> bool:
        return one.id not in self._claimed and one.path != path and not os.path.lexists(one.path)


def _same_time(one: FileIdentity, other: FileIdentity) -> bool:
    return abs(one.mtime_ns - other.mtime_ns) <= CLOCK_MS * 1_000_000


def follow(connection: Connection, moves: Sequence[tuple[str, str]]) -> None:
    """Let rows, sidecars and jobs follow files from one path to another.

    All artists of a file go along, so that a file of two never loses one of them.
    """
    if not moves:
        return
    connection.execute(sql("CREATE TEMP TABLE moves (old BLOB PRIMARY KEY, new BLOB NOT NULL)"))
    pairs = [(texts.dump_path(old), texts.dump_path(new)) for old, new in moves]
    pairs += _sidecars_of(connection, moves)
    insert = "INSERT OR IGNORE INTO moves VALUES (?, ?)"
    connection.exec_driver_sql(insert, pairs)
    new = "(SELECT new FROM moves WHERE old = {0})"
    there = "{0} IN (SELECT old FROM moves)"
    # What is noted of a file that was at the new place before is about another file.
    for table, column, more in (
        ("files", "path", ", missing = 0, problem = ''"),
        ("sidecars", "path", ""),
        ("changes", "locator", ""),
    ):
        which = there.format(column)
        which += " AND carrier IN ('file', 'sidecar')" if table == "changes" else ""
        action = f"UPDATE OR IGNORE {table} SET {column} = {new.format(column)}{more}"
        connection.execute(sql(f"{action} WHERE {which}"))
    connection.execute(sql("DROP TABLE moves"))


def _sidecars_of(
    connection: Connection, moves: Sequence[tuple[str, str]]
) -> list[tuple[bytes, bytes]]:
    """Where the sidecars of moved files are now: those that moved along under the same rule."""
    if connection.execute(select(sidecars.c.id).limit(1)).first() is None:
        return []
    moved = dict(moves)
    query = select(sidecars.c.path, files.c.path).select_from(FILE_SIDECARS)
    found: list[tuple[bytes, bytes]] = []
    for beside, path in read_many(connection, query):
        old = texts.load_path(path)
        if (new := moved.get(old)) is None:
            continue
        whole = texts.load_path(beside) == old + SIDECAR
        place = new + SIDECAR if whole else os.path.splitext(new)[0] + SIDECAR
        if os.path.lexists(place):
            found.append((beside, texts.dump_path(place)))
    return found


def folders_follow(connection: Connection, moves: Iterable[tuple[str, str]]) -> list[str]:
    """Let remembered folders that are gone follow the files that were in them.

    What else was known below such a folder is missing from now on: no scan will look there
    again. The folders that were given up come back.
    """
    given_up: list[str] = []
    rows = connection.execute(select(folders)).all()
    gone = {row.path: texts.load_path(row.path) for row in rows}
    gone = {path: place for path, place in gone.items() if not os.path.lexists(place)}
    pairs = list(moves) if gone else []
    for path, place in gone.items():
        inside = place.rstrip(os.sep) + os.sep
        to = {
            new[: -len(old) + len(inside) - 1]
            for old, new in pairs
            if old.startswith(inside) and new.endswith(old[len(inside) - 1 :])
        }
        if not to and not any(old.startswith(inside) or old == place for old, _ in pairs):
            continue
        given_up.append(place)
        for row in rows:
            if row.path == path:
                _replace(connection, row.artist_id, path, to)
        left = update(files).where(within(files.c.path, place), files.c.missing.is_(False))
        connection.execute(left.values(missing=True, problem="The file is no longer there."))
    return given_up


def _replace(connection: Connection, artist_id: int, path: bytes, to: Collection[str]) -> None:
    mine = folders.c.artist_id == artist_id
    known = set(connection.execute(select(folders.c.path).where(mine)).scalars())
    connection.execute(delete(folders).where(mine, folders.c.path == path))
    for place in sorted(to):
        raw = texts.dump_path(place)
        covered = any(
            texts.load_path(one).rstrip(os.sep) == place
            or place.startswith(texts.load_path(one).rstrip(os.sep) + os.sep)
            for one in known - {path}
        )
        if not covered and os.path.isdir(place):
            connection.execute(folders.insert().values(artist_id=artist_id, path=raw))
            known.add(raw)
