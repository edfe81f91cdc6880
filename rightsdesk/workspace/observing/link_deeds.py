"""Deeds of answered matches: the links of an item before and after, exact enough to restore.

An answer can move other items too, and delete a recording that existed only for them. So a deed
keeps all links, recordings and consents that it touched.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, insert, or_, select, update

from rightsdesk.store.deeds import ChangedLater, Deed, DeedKind, DeedScope, DeedValue, note
from rightsdesk.store.joins import ACCOUNT_ITEMS
from rightsdesk.store.schema import accounts, items, recordings, stored_consents
from rightsdesk.workspace.consents import consents
from rightsdesk.workspace.types.scopes import Scope, ScopeKind

_LINK = (items.c.id, items.c.recording_id, items.c.matched, items.c.candidates)


@contextmanager
def noting_answer(
    connection: Connection, item_id: int, answer: int | None, part_of: int | None = None
) -> Iterator[list[int]]:
    """Note as a deed what the block does to the links of an item.

    `answer` is the recording that a person chose; None means none of the candidates. `part_of` is
    the first deed of the same act. Afterwards the list has the deed's id.
    """
    own = connection.execute(select(items.c.recording_id).where(items.c.id == item_id)).scalar()
    with_it = or_(items.c.id == item_id, items.c.recording_id == own)
    touched = list(connection.execute(select(items.c.id).where(with_it)).scalars())
    some = {number for number in (own, answer) if number is not None}
    before = _snapshot(connection, touched, some)
    deed_ids: list[int] = []
    yield deed_ids
    now = set(connection.execute(select(items.c.recording_id).where(with_it)).scalars())
    some |= {number for number in now if number is not None}
    after = _snapshot(connection, touched, some)
    about = {"item": item_id, "answer": answer}
    values = ({**about, **before}, {**about, **after})
    deed_ids.append(_note(connection, item_id, answer, *values, None, part_of))


def restore_links(
    connection: Connection, deed: Deed, part_of: int | None = None
) -> tuple[int, set[int]]:
    """Restore the links that a deed changed, and note that as a deed.

    Returns the new deed's id and the recordings concerned. Recordings that lost their last link
    are not deleted yet. Raises ChangedSince.
    """
    before, after = deed.before or {}, deed.after or {}
    if not links_hold(connection, after):
        raise ChangedLater
    touched = [link[0] for link in after["links"]]
    some = {row["id"] for row in (*before["recordings"], *after["recordings"])}
    found = _snapshot(connection, touched, some)
    renumbered = {row["id"]: _restored_recording(connection, row) for row in before["recordings"]}
    for number, recording, matched, candidates in before["links"]:
        linked = {
            "recording_id": renumbered.get(recording, recording),
            "matched": matched,
            "candidates": candidates,
        }
        connection.execute(update(items).where(items.c.id == number).values(linked))
    now, then = dict(map(tuple, after["consents"])), dict(map(tuple, before["consents"]))
    for number in sorted({*now, *then}):
        consent = then.get(number)
        if now.get(number) != consent:
            scope = Scope(ScopeKind.RECORDING, renumbered.get(number, number))
            consents.restore(connection, scope, None if consent is None else json.dumps(consent))
    some |= set(renumbered.values())
    answer = before.get("answer")
    put_back = {"item": before["item"], "answer": None, **_snapshot(connection, touched, some)}
    values = ({**after, **found}, put_back)
    number = _note(connection, before["item"], answer, *values, deed.id, part_of)
    return number, some


def links_hold(connection: Connection, value: DeedValue) -> bool:
    """Whether items still have the links that a deed noted."""
    links = (value or {})["links"]
    query = select(items.c.id, items.c.recording_id, items.c.matched)
    query = query.where(items.c.id.in_([link[0] for link in links]))
    now = {number: (recording, how) for number, recording, how in connection.execute(query)}
    return all(now.get(link[0]) == (link[1], link[2]) for link in links)


def _snapshot(
    connection: Connection, touched: Collection[int], some: Collection[int]
) -> dict[str, Any]:
    links = select(*_LINK).where(items.c.id.in_(touched)).order_by(items.c.id)
    of = select(recordings).where(recordings.c.id.in_(some)).order_by(recordings.c.id)
    c = stored_consents.c
    chosen = select(c.owner_id, c.consent)
    chosen = chosen.where(c.kind == ScopeKind.RECORDING.value, c.owner_id.in_(some))
    return {
        "links": [list(row) for row in connection.execute(links)],
        "recordings": [dict(row) for row in connection.execute(of).mappings()],
        "consents": [
            [number, json.loads(consent)] for number, consent in connection.execute(chosen)
        ],
    }


def _restored_recording(connection: Connection, row: Mapping[str, Any]) -> int:
    """Restore a deleted recording. Returns its id, which may be a new one."""
    r = recordings.c
    same = select(r.id).where(r.artist_id == row["artist_id"], r.key == row["key"])
    if (number := connection.execute(same).scalar()) is not None:
        return int(number)
    taken = connection.execute(select(r.id).where(r.id == row["id"])).first() is not None
    values = {name: value for name, value in row.items() if not (taken and name == "id")}
    statement = insert(recordings).values(values).returning(r.id)
    return int(connection.execute(statement).scalar_one())


def _note(
    connection: Connection,
    item_id: int,
    answer: int | None,
    before: DeedValue,
    after: DeedValue,
    undoes: int | None,
    part_of: int | None,
) -> int:
    query = select(items.c.title, items.c.remote_id, accounts.c.id, accounts.c.artist_id)
    row = connection.execute(query.select_from(ACCOUNT_ITEMS).where(items.c.id == item_id)).one()
    title, remote_id, account_id, artist_id = row
    return note(
        connection,
        DeedKind.MATCHED,
        DeedScope(artist_id, None, answer, account_id),
        before=before,
        after=after,
        names={"item": title or remote_id},
        undoes=undoes,
        part_of=part_of,
    )
