"""Undoes an import as a whole, and redoes it: only while nobody built upon it.

An artist that an import added is in use once something else was said or done about the artist:
a consent, an account, a note, a licence, a decision, a write to a file, another folder.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, delete, select

from rightsdesk.changes import job_infos
from rightsdesk.changes.types import JobKind
from rightsdesk.enums.carriers import CarrierId
from rightsdesk.roster.artists import change_details, details_in, name_key
from rightsdesk.store import texts
from rightsdesk.store.bulk import any_of, rows_of, values_of
from rightsdesk.store.database import Database
from rightsdesk.store.deeds import ChangedLater, Deed, DeedKind, DeedScope, note
from rightsdesk.store.joins import CHANGED_FILES, CHANGED_SIDECARS, with_consents
from rightsdesk.store.numbers import keep_last_item
from rightsdesk.store.schema import (
    accounts,
    artists,
    attestations,
    changes,
    files,
    folders,
    licence_scopes,
    recordings,
    releases,
    stored_consents,
)
from rightsdesk.workspace.catalogue.forgetting import forget_on
from rightsdesk.workspace.imports.importing import add_artist_row, add_place
from rightsdesk.workspace.types.scopes import ScopeKind

PARTS = (
    DeedKind.ARTIST_ADDED,
    DeedKind.ARTIST_REMOVED,
    DeedKind.FOLDER_ADDED,
    DeedKind.FOLDER_FORGOTTEN,
)
"""The parts of an import and of its undo, besides details that it learned."""

_UNSAID = ("rightsholder", "contact", "terms_url", "sidecars")


def take_back(database: Database, act: Sequence[Deed]) -> None:
    """Undo an import, or its undo. `act` are its deeds in the order in which they are reversed,
    with the ids of what they reverse. Raises ChangedLater; then nothing was changed."""
    head = next(deed for deed in act if deed.kind is DeedKind.LIBRARY_IMPORTED)
    parts = [deed for deed in act if deed is not head]
    with database.write() as connection:
        if standing_in_the_way(connection, parts):
            raise ChangedLater
        keep_last_item(connection)
        first = note(connection, head.kind, before=head.after, after=head.before, undoes=head.id)
        for deed in parts:
            _reverse(connection, deed, first)


def _reverse(connection: Connection, deed: Deed, first: int) -> None:
    artist_id, scope = deed.scope.artist_id or 0, DeedScope(deed.scope.artist_id)
    before, after = dict(deed.before or {}), dict(deed.after or {})
    if deed.kind is DeedKind.FOLDER_ADDED:
        number = forget_on(connection, artist_id, after["folder"])
        value = {"folder": after["folder"], "files": number}
        kind = DeedKind.FOLDER_FORGOTTEN
        note(connection, kind, scope, before=value, undoes=deed.id, part_of=first)
    elif deed.kind is DeedKind.ARTIST_ADDED:
        note(
            connection,
            DeedKind.ARTIST_REMOVED,
            scope,
            before=after,
            undoes=deed.id,
            part_of=first,
        )
        connection.execute(delete(artists).where(artists.c.id == artist_id))
    elif deed.kind is DeedKind.ARTIST_REMOVED:
        add_artist_row(connection, before, number=artist_id, part_of=first, undoes=deed.id)
    elif deed.kind is DeedKind.FOLDER_FORGOTTEN:
        add_place(connection, artist_id, before["folder"], part_of=first, undoes=deed.id)
    else:
        held = details_in(connection, artist_id)
        if held is None or any(held[name] != value for name, value in after.items()):
            raise ChangedLater
        change_details(connection, artist_id, held, before, undoes=deed.id, part_of=first)


def standing_in_the_way(connection: Connection, parts: Collection[Deed]) -> set[int]:
    """The ids of the parts of imports that can't be reversed now.

    They may be of several imports, of which each is judged alone.
    """
    of_kind: defaultdict[DeedKind, list[Deed]] = defaultdict(list)
    for one in parts:
        of_kind[one.kind].append(one)
    added, placed = of_kind[DeedKind.ARTIST_ADDED], of_kind[DeedKind.FOLDER_ADDED]
    removed, dropped = of_kind[DeedKind.ARTIST_REMOVED], of_kind[DeedKind.FOLDER_FORGOTTEN]
    return (
        _used(connection, added, placed)
        | _not_remembered(connection, placed)
        | _name_taken(connection, removed)
        | _without_artist(connection, dropped, removed)
    )


def _used(connection: Connection, added: Sequence[Deed], placed: Sequence[Deed]) -> set[int]:
    """The artists who are gone, changed, or in use."""
    numbers = {one.scope.artist_id or 0 for one in added}
    if not numbers:
        return set()
    rows = {row["id"]: row for row in rows_of(connection, artists.c.id, numbers)}
    in_use = _in_use(connection, numbers)
    imported = {(one.part_of, one.scope.artist_id, _folder_of(one)) for one in placed}
    places: defaultdict[int | None, list[bytes]] = defaultdict(list)
    for folder in rows_of(connection, folders.c.artist_id, numbers):
        places[folder["artist_id"]].append(folder["path"])
    return {
        one.id
        for one in added
        if (row := rows.get(one.scope.artist_id)) is None
        or row["id"] in in_use
        or not _is_as_added(row, one)
        or any((one.part_of, row["id"], place) not in imported for place in places[row["id"]])
    }


def _is_as_added(row: Mapping[str, Any], deed: Deed) -> bool:
    """Whether an artist has the name and id of the import, and no details of their own."""
    same = all(row[name] == value for name, value in (deed.after or {}).items())
    return same and row["sentence"] is None and not any(row[name] for name in _UNSAID)


def _in_use(connection: Connection, numbers: Collection[int]) -> set[int]:
    """The artists with anything that a person said or did."""
    found: set[int] = set()
    for part in any_of(artists.c.id, numbers):
        mine = select(artists.c.id).where(part)
        c, r, e = stored_consents.c, recordings.c, releases.c
        f, h = files.c, changes.c
        for query in (
            select(c.owner_id).where(c.kind == ScopeKind.ARTIST.value, c.owner_id.in_(mine)),
            select(r.artist_id)
            .select_from(with_consents(recordings, r.id, ScopeKind.RECORDING.value))
            .where(r.artist_id.in_(mine)),
            select(e.artist_id)
            .select_from(with_consents(releases, e.id, ScopeKind.RELEASE.value))
            .where(e.artist_id.in_(mine)),
            select(accounts.c.artist_id).where(accounts.c.artist_id.in_(mine)),
            select(attestations.c.artist_id).where(
                attestations.c.artist_id.in_(mine), attestations.c.withdrawn_at == ""
            ),
            select(licence_scopes.c.artist_id).where(licence_scopes.c.artist_id.in_(mine)),
            select(f.artist_id).where(f.artist_id.in_(mine), f.decided != ""),
        ):
            found.update(connection.execute(query.distinct()).scalars())
        of_job = select(f.artist_id, h.job_id)
        on_files = of_job.select_from(CHANGED_FILES).where(h.carrier == CarrierId.FILES)
        on_sidecars = of_job.select_from(CHANGED_SIDECARS).where(h.carrier == CarrierId.SIDECARS)
        written = {
            (artist, job)
            for query in (on_files, on_sidecars)
            for artist, job in connection.execute(query.where(f.artist_id.in_(mine)).distinct())
        }
        infos = job_infos.jobs_by_id(connection, {job for _, job in written})
        found |= {
            artist
            for artist, job in written
            if (info := infos.get(job)) is not None
            and (info.open_changes or (info.undoable and info.kind is not JobKind.UNDO))
        }
    return found


def _not_remembered(connection: Connection, placed: Sequence[Deed]) -> set[int]:
    held = _remembered(connection, placed)
    return {one.id for one in placed if (one.scope.artist_id, _folder_of(one)) not in held}


def _name_taken(connection: Connection, removed: Sequence[Deed]) -> set[int]:
    """The removed artists whose name, or number, somebody has again."""
    keys = {one.id: name_key((one.before or {})["name"]) for one in removed}
    taken = values_of(connection, artists.c.name_key, artists.c.name_key, set(keys.values()))
    numbers = {one.scope.artist_id or 0 for one in removed}
    there = values_of(connection, artists.c.id, artists.c.id, numbers)
    return {one.id for one in removed if keys[one.id] in taken or one.scope.artist_id in there}


def _without_artist(
    connection: Connection, dropped: Sequence[Deed], removed: Sequence[Deed]
) -> set[int]:
    """The forgotten places of artists who are gone for good, or who have the place again."""
    numbers = {one.scope.artist_id or 0 for one in dropped}
    there = values_of(connection, artists.c.id, artists.c.id, numbers)
    back = {(one.part_of, one.scope.artist_id) for one in removed}
    held = _remembered(connection, dropped)
    return {
        one.id
        for one in dropped
        if (one.scope.artist_id, _folder_of(one)) in held
        or (one.scope.artist_id not in there and (one.part_of, one.scope.artist_id) not in back)
    }


def _remembered(connection: Connection, some: Iterable[Deed]) -> set[tuple[int | None, bytes]]:
    numbers = {one.scope.artist_id or 0 for one in some}
    rows = rows_of(connection, folders.c.artist_id, numbers)
    return {(row["artist_id"], row["path"]) for row in rows}


def _folder_of(deed: Deed) -> bytes:
    value = deed.after if deed.kind is DeedKind.FOLDER_ADDED else deed.before
    return texts.dump_path((value or {})["folder"])
