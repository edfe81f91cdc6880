"""Catalogue health: codes that contradict each other, so that files were kept apart.

An ISRC names one recording (ISO 3901) and a UPC one release. Where a code is on several, at
least one of them is wrong, and a consent that goes by it could reach the wrong music. Reads
the store only; nothing is changed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, func, select

from rightsdesk.store import texts
from rightsdesk.store.database import Database
from rightsdesk.store.schema import artists, files, recordings, releases
from rightsdesk.workspace.types import Filter, Problem

KIND = "catalogue"
_MOST_NAMED = 5
_ISRC_SAID = 9  # place of `Described.isrc_said` in what `Described.to_text` writes
_CORRECT = "Correct it in the files with a tag editor, then scan their folder again."

_R, _A = recordings.c, artists.c
_HAS_FILE = exists().where(files.c.recording_id == _R.id, files.c.missing.is_(False))
_IS_SHARED = exists().where(files.c.recording_id == _R.id, files.c.shared.is_(True))


def findings(database: Database, chosen: Filter) -> Iterator[Problem]:
    """One problem for each code that contradicts itself; none while one recording is in view."""
    if chosen.recording_id is not None or chosen.path:
        return
    yield from _one_isrc_on_several(database, chosen)
    yield from _one_isrc_of_several_artists(database, chosen)
    yield from _malformed(database, chosen)
    yield from _one_upc_on_several(database, chosen)


def _one_isrc_on_several(database: Database, chosen: Filter) -> Iterator[Problem]:
    coded = select(_R.artist_id, _R.isrc).where(_R.isrc != "", _HAS_FILE)
    several = coded.group_by(_R.artist_id, _R.isrc).having(func.count() > 1).subquery()
    query = (
        select(_R.isrc, _A.name, _R.title)
        .join(several, (several.c.artist_id == _R.artist_id) & (several.c.isrc == _R.isrc))
        .join(artists, _A.id == _R.artist_id)
        .where(_HAS_FILE)
        .order_by(_A.name_key, _R.isrc, _R.title)
    )
    for (isrc, artist), titles in _grouped(database, _of(query, _R.artist_id, chosen)):
        yield Problem(
            KIND,
            f"ISRC {isrc}",
            f"One ISRC is on {len(titles)} recordings with different titles or lengths: "
            f"{_named(titles)}. They were kept apart.",
            _CORRECT,
            len(titles),
            artist,
        )


def _one_isrc_of_several_artists(database: Database, chosen: Filter) -> Iterator[Problem]:
    coded = select(_R.isrc).where(_R.isrc != "", _HAS_FILE, ~_IS_SHARED)
    several = coded.group_by(_R.isrc).having(func.count(_R.artist_id.distinct()) > 1)
    query = (
        select(_R.isrc, func.min(_A.id), _A.name)
        .join(artists, _A.id == _R.artist_id)
        .where(_R.isrc.in_(several), _HAS_FILE, ~_IS_SHARED)
        .group_by(_R.isrc, _A.name)
        .order_by(_R.isrc, _A.name)
    )
    by_code: dict[str, list[tuple[int, str]]] = {}
    with database.read() as connection:
        for isrc, number, name in connection.execute(query):
            by_code.setdefault(isrc, []).append((number, name))
    for isrc, owners in by_code.items():
        if chosen.artist_id in (None, *(number for number, _ in owners)):
            names = [name for _, name in owners]
            sentence = f"One ISRC is on recordings of {len(names)} artists: {_named(names)}."
            yield Problem(KIND, f"ISRC {isrc}", sentence, _CORRECT, len(names))


def _malformed(database: Database, chosen: Filter) -> Iterator[Problem]:
    said = func.json_extract(files.c.tags, f"$[{_ISRC_SAID}]")
    query = (
        select(said, _A.name, files.c.path)
        .join(artists, _A.id == files.c.artist_id)
        .where(files.c.tags != "", files.c.missing.is_(False), func.coalesce(said, "") != "")
        .order_by(_A.name_key, said, files.c.path)
    )
    for (isrc, artist), paths in _grouped(database, _of(query, files.c.artist_id, chosen)):
        names = [texts.load_path(path).rpartition("/")[2] for path in paths]
        yield Problem(
            KIND,
            f"ISRC “{isrc}”",
            f"This is not one well-formed ISRC. It is in {_named(names)}, and was not used.",
            _CORRECT,
            len(names),
            artist,
        )


def _one_upc_on_several(database: Database, chosen: Filter) -> Iterator[Problem]:
    c = releases.c
    coded = select(c.artist_id, c.upc).where(c.upc != "").group_by(c.artist_id, c.upc)
    several = coded.having(func.count() > 1).subquery()
    query = (
        select(c.upc, _A.name, c.title)
        .join(several, (several.c.artist_id == c.artist_id) & (several.c.upc == c.upc))
        .join(artists, _A.id == c.artist_id)
        .where(exists().where(_R.release_id == c.id, _HAS_FILE))
        .order_by(_A.name_key, c.upc, c.title)
    )
    for (upc, artist), titles in _grouped(database, _of(query, c.artist_id, chosen)):
        if len(titles) > 1:
            sentence = f"One UPC is on {len(titles)} releases: {_named(titles)}."
            yield Problem(KIND, f"UPC {upc}", sentence, _CORRECT, len(titles), artist)


def _of(query: Select[Any], owner: ColumnElement[int], chosen: Filter) -> Select[Any]:
    return query if chosen.artist_id is None else query.where(owner == chosen.artist_id)


def _grouped(database: Database, query: Select[Any]) -> Iterable[tuple[tuple[str, str], list[Any]]]:
    """What goes with each (code, artist), in the query's order."""
    found: dict[tuple[str, str], list[Any]] = {}
    with database.read() as connection:
        for row in connection.execute(query):
            found.setdefault((row[0], row[1]), []).append(row[2])
    return found.items()


def _named(names: list[str]) -> str:
    quoted = [f"“{name}”" for name in dict.fromkeys(names)]
    more = len(quoted) - _MOST_NAMED
    return ", ".join(quoted[:_MOST_NAMED]) + (f" and {more} more" if more > 0 else "")
