"""Whether something later was done to the same subject: then that is undone first.

The present value alone does not tell. After A, B and A again, the first A holds by its value, too.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, NamedTuple

from sqlalchemy import BindParameter, Connection, bindparam, text

from rightsdesk.store.deeds import DeedKind
from rightsdesk.workspace.history.families import Family

Subject = tuple[object, ...]


class _Kind(NamedTuple):
    """Deeds of one kind of subject: the SQL of the subject's columns, where they come from, and
    what else the rows must fit."""

    kinds: tuple[DeedKind, ...]
    columns: str
    source: str = ""
    where: str = ""


_KINDS = (
    _Kind(
        (DeedKind.CONSENT_SET, DeedKind.CONSENT_CLEARED),
        "CASE WHEN d.recording_id IS NOT NULL THEN 'recording' "
        "WHEN d.release_id IS NOT NULL THEN 'release' ELSE 'artist' END, "
        "coalesce(d.recording_id, d.release_id, d.artist_id)",
        # Of the recordings, which may be many, only those that are asked about.
        where=" AND (d.recording_id IS NULL OR d.recording_id IN"
        " (SELECT recording_id FROM deeds WHERE id IN :numbers))",
    ),
    _Kind(
        (DeedKind.DETAILS_CHANGED, DeedKind.ARTIST_RENAMED),
        "d.artist_id, field.key",
        ", json_each(d.after) AS field",
    ),
    _Kind(
        (DeedKind.ATTESTED, DeedKind.ATTESTATION_WITHDRAWN),
        "d.artist_id, json_extract(d.after, '$.platform'), json_extract(d.after, '$.control')",
    ),
    _Kind(
        (DeedKind.MATCHED,),
        "json_extract(link.value, '$[0]')",
        ", json_each(d.after, '$.links') AS link",
    ),
    _Kind(
        (DeedKind.LICENCE_ADDED, DeedKind.LICENCE_CHANGED, DeedKind.LICENCE_ENDED),
        "coalesce(json_extract(d.after, '$.licence.id'), json_extract(d.before, '$.licence.id'))",
    ),
)


class _Newest(NamedTuple):
    """The newest deeds about a subject, by id; 0 where there is none."""

    done: int
    in_force: int
    undo: int
    """The newest undo that was not redone."""


def superseded(connection: Connection, some: Collection[Family]) -> set[int]:
    """The original deeds that can't be undone, or redone, because of something later.

    Undone is what was done last and is in force; redone is what was undone last, if nothing was
    done since.
    """
    found: set[int] = set()
    for kind in _KINDS:
        mine = {one.root.id: one for one in some if one.root.kind in kind.kinds}
        if not mine:
            continue
        newest = _newest(connection, kind, mine.values())
        for number, subject in _subjects(connection, kind, mine):
            if subject in newest and _is_later(newest[subject], mine[number]):
                found.add(number)
    return found


def _is_later(newest: _Newest, family: Family) -> bool:
    undo = family.current_undo
    if undo is None:
        return newest.in_force > family.root.id
    return newest.undo != undo.id or newest.done > undo.id


def _subjects(
    connection: Connection, kind: _Kind, numbers: Collection[int]
) -> list[tuple[int, Subject]]:
    query = text(f"SELECT d.id, {kind.columns} FROM deeds d{kind.source} WHERE d.id IN :numbers")
    rows = connection.execute(query.bindparams(_list("numbers", numbers)))
    return [(number, tuple(subject)) for number, *subject in rows]


_REDONE = "EXISTS (SELECT 1 FROM deeds redo WHERE redo.undoes = {undo}.id)"
_UNDONE = (
    "EXISTS (SELECT 1 FROM deeds undo WHERE undo.undoes = d.id"
    f" AND NOT {_REDONE.format(undo='undo')})"
)
_IS_UNDO = "(SELECT done.undoes FROM deeds done WHERE done.id = d.undoes) IS NULL"
_NEWEST = f"""
    SELECT max(CASE WHEN d.undoes IS NULL THEN d.id ELSE 0 END),
           max(CASE WHEN d.undoes IS NULL AND NOT {_UNDONE} THEN d.id ELSE 0 END),
           max(CASE WHEN d.undoes IS NOT NULL AND {_IS_UNDO} AND NOT {_REDONE.format(undo="d")}
               THEN d.id ELSE 0 END),
           {{columns}}
    FROM deeds d{{source}}
    WHERE (d.artist_id IN :artists{{nobody}}) AND d.kind IN :kinds AND d.id >= :first{{where}}
    GROUP BY {{columns}}"""


def _newest(
    connection: Connection, kind: _Kind, some: Collection[Family]
) -> dict[Subject, _Newest]:
    whose = {one.root.scope.artist_id for one in some}
    # What concerns several artists is under none of them.
    nobody = " OR d.artist_id IS NULL" if None in whose else ""
    parts = {"columns": kind.columns, "source": kind.source, "where": kind.where}
    query = text(_NEWEST.format(**parts, nobody=nobody))
    query = query.bindparams(
        _list("artists", {number or 0 for number in whose}),
        _list("kinds", kind.kinds),
        first=min(one.root.id for one in some),
    )
    if kind.where:
        query = query.bindparams(_list("numbers", {one.root.id for one in some}))
    rows = map(tuple, connection.execute(query))
    return {row[3:]: _Newest(*row[:3]) for row in rows}


def _list(name: str, values: Collection[object]) -> BindParameter[Any]:
    return bindparam(name, sorted(values), expanding=True)
