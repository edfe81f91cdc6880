"""Reads the library of beets: an SQLite database with a table `items`.

It is opened for reading only, and is treated as hostile: views and virtual tables are not asked,
its schema may call nothing, values may have any type, and a cancel stops SQLite itself.

Paths are bytes. Newer versions of beets store them relative to the music folder, which is in
beets' configuration and not in the database.

Source: the tables as beets 2.14 makes them.
"""

from __future__ import annotations

import os
import re
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from itertools import islice
from pathlib import Path
from urllib.parse import quote

from rightsdesk.changes.types import Cancel
from rightsdesk.workspace.catalogue.artist_names import is_artist
from rightsdesk.workspace.imports.locations import absolute, musicbrainz_id_in, text_in
from rightsdesk.workspace.imports.types import (
    LibraryTrack,
    LibraryUnreadable,
    MusicFolderNeeded,
    NotALibrary,
)

MAGIC = b"SQLite format 3\0"
_WAL = 2
"""The version of a database with a write-ahead log (SQLite file format, 1.3.3)."""
_COLUMNS = (
    *("path", "artist", "albumartist", "mb_artistid", "mb_albumartistid"),
    *("mb_artistids", "mb_albumartistids", "label"),
)
_LONGEST_VALUE = 1_000_000
_LONGEST_SQL = 100_000
_STEPS_BETWEEN_CHECKS = 100_000
_ROWS_AT_ONCE = 1000
_TRIED = 200
"""Relative paths that are looked for in each folder that may be the music folder."""
_SETTING = re.compile(r"""directory:[ \t]++(?:"([^"]*+)"|'([^']*+)'|([^#"']*+))[ \t]*+(?:#.*+)?""")
_LARGEST_CONFIG = 1_000_000
_SEPARATORS = ("\\␀", "\0", ";", ",", "/")
"""What stands between several ids in one value."""


def tracks(file: Path, music_folder: str, cancel: Cancel) -> Iterator[LibraryTrack]:
    """Yield what the library says of each file. Ends early once `cancel` is set.

    Raises NotALibrary, LibraryUnreadable, and MusicFolderNeeded if paths are relative and neither
    `music_folder` nor a usual place has the files.
    """
    try:
        with closing(_opened(file, cancel)) as connection:
            _check_table(connection)
            base = music_folder or _music_folder(connection, file)
            for row in _rows(connection, _COLUMNS):
                yield _track(row, base)
    except sqlite3.Error as error:
        if cancel.is_set():
            return
        raise LibraryUnreadable(
            "This beets library can't be read: it is damaged, or beets is changing it.",
            advice="Close beets and try again. `beet version` in a terminal checks it, too.",
        ) from error


def _opened(file: Path, cancel: Cancel) -> sqlite3.Connection:
    where = f"file:{quote(os.fsencode(os.path.abspath(file)))}?mode=ro"
    if _has_log(file):
        # Even a reader writes beside such a database, unless it is sure that nobody else does.
        log = file.with_name(f"{file.name}-wal")
        if log.exists() and log.stat().st_size:
            raise LibraryUnreadable(
                "Another program is using this library.",
                advice="Close it, then try again.",
            )
        where += "&immutable=1"
    connection = sqlite3.connect(where, uri=True, timeout=2, isolation_level=None)
    connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _LONGEST_VALUE)
    connection.setlimit(sqlite3.SQLITE_LIMIT_SQL_LENGTH, _LONGEST_SQL)
    connection.text_factory = lambda raw: raw.decode("utf-8", "replace")
    connection.set_progress_handler(lambda: int(cancel.is_set()), _STEPS_BETWEEN_CHECKS)
    for setting in ("trusted_schema=OFF", "query_only=ON", "cell_size_check=ON", "mmap_size=0"):
        connection.execute(f"PRAGMA {setting}")
    return connection


def _has_log(file: Path) -> bool:
    try:
        with file.open("rb") as stream:
            return _WAL in stream.read(20)[18:20]
    except OSError as error:
        raise LibraryUnreadable(f"{error.strerror}.") from error


def _check_table(connection: sqlite3.Connection) -> None:
    """Raise NotALibrary unless there is a real table of items with paths."""
    query = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'items' AND rootpage > 0"
    if connection.execute(query).fetchone() is None or "path" not in _columns(connection):
        raise NotALibrary(
            "This database is no library of beets.",
            untouched="Nothing was changed.",
            advice="beets keeps it in `library.db`: `beet config -p` shows the folder.",
        )


def _columns(connection: sqlite3.Connection) -> set[str]:
    return {str(row[1]) for row in connection.execute("PRAGMA table_info(items)")}


def _rows(connection: sqlite3.Connection, columns: Sequence[str]) -> Iterator[tuple[object, ...]]:
    there = _columns(connection)
    wanted = ", ".join(name if name in there else "NULL" for name in columns)
    cursor = connection.execute(f"SELECT {wanted} FROM items")
    while rows := cursor.fetchmany(_ROWS_AT_ONCE):
        yield from rows


def _track(row: tuple[object, ...], base: str) -> LibraryTrack:
    path, artist, album_artist, artist_id, album_artist_id, ids, album_ids, label = row
    name, number, several = text_in(album_artist), album_artist_id, album_ids
    if not is_artist(name):
        name, number, several = text_in(artist), artist_id, ids
    known = "" if _is_several(several) else musicbrainz_id_in(number)
    raw = _path(path)
    place = absolute(raw if os.path.isabs(raw) else os.path.join(base, raw)) if raw else ""
    return LibraryTrack(place, name if is_artist(name) else "", known, text_in(label))


def _is_several(value: object) -> bool:
    return isinstance(value, str) and any(separator in value.strip() for separator in _SEPARATORS)


def _path(value: object) -> str:
    """A stored path as the system writes it; "" for anything that is none."""
    if isinstance(value, str):
        value = value.encode("utf-8", "surrogatepass")
    if not isinstance(value, bytes):
        return ""
    try:
        return os.fsdecode(value)
    except UnicodeDecodeError:  # only where paths are text
        return ""


def _music_folder(connection: sqlite3.Connection, file: Path) -> str:
    """The folder that relative paths begin in; "" if all are absolute. Raises MusicFolderNeeded."""
    paths = (_path(row[0]) for row in _rows(connection, ("path",)))
    relative = list(islice((path for path in paths if path and not os.path.isabs(path)), _TRIED))
    if not relative:
        return ""
    for folder in _usual_folders(file):
        if any(_exists(os.path.join(folder, path)) for path in relative):
            return folder
    raise MusicFolderNeeded(
        "This beets library names its files relative to beets' music folder, and that is not in "
        "a usual place.",
        untouched="Nothing was changed.",
        advice="Name the music folder: `directory` in beets' configuration.",
    )


def _exists(path: str) -> bool:
    return "\0" not in path and os.path.isfile(path)


def _usual_folders(file: Path) -> Iterator[str]:
    """Where the music of a library may be: what beets' configuration says, then its default."""
    try:
        with file.with_name("config.yaml").open("rb") as stream:
            text = stream.read(_LARGEST_CONFIG).decode("utf-8", "replace")
    except OSError:
        text = ""
    for line in text.splitlines():
        if found := _SETTING.fullmatch(line):
            said = next((value for value in found.groups() if value), "").strip()
            folder = os.path.expandvars(os.path.expanduser(said))
            yield os.path.join(file.parent, folder)
    yield os.path.join(os.path.expanduser("~"), "Music")
    yield str(file.parent)
