"""What the store knows of carriers, one row per carrier: files, items and sidecars."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator
from typing import Any, NamedTuple

from sqlalchemy import null, select

from rightsdesk.changes.types import Target
from rightsdesk.enums.carriers import CARRIERS, CarrierId
from rightsdesk.files.identity import FileIdentity
from rightsdesk.files.sidecars.reading import KINDS, Sidecar, new_sidecar
from rightsdesk.store import texts
from rightsdesk.store.bulk import read_many
from rightsdesk.store.database import Database
from rightsdesk.store.joins import (
    ACCOUNT_ITEMS,
    RECORDING_FILES,
    RECORDING_ITEMS,
    RECORDING_SIDECARS,
    WHOLE_ACCOUNTS,
    catalogued,
    with_sidecars,
    within,
)
from rightsdesk.store.schema import (
    accounts,
    artists,
    files,
    items,
    recordings,
    sidecars,
)
from rightsdesk.workspace.catalogue.filtering import conditions
from rightsdesk.workspace.catalogue.sidecars import ABSENT
from rightsdesk.workspace.types.scopes import Filter


class Held(NamedTuple):
    """A carrier as the store knows it: its owners, and what it holds.

    `place` is a file's path as stored, or an item's remote id. `container` is the kind of file, ""
    for an item. `places` is what the file has room for (`owned.places_of`). A plan without changes
    can read half a million of these, so they hold stored values only.
    """

    carrier: CarrierId
    id: int
    place: bytes | str
    label: str
    container: str
    places: str
    artist_id: int
    release_id: int | None
    recording_id: int | None
    fields: str
    stamp: str
    problem: str
    signed: str = ""

    def target(self) -> Target:
        """The target of a change to this carrier."""
        if isinstance(self.place, str):
            return Target(self.carrier, self.id, self.place, self.label)
        path = texts.load_path(self.place)
        return Target(self.carrier, self.id, path, os.path.basename(path))


def held_files(
    database: Database, chosen: Filter, only: Collection[int] | None = None
) -> Iterator[Held]:
    """Yields the files of the filtered recordings, by path.

    Files with a problem are included; missing files are not. `only` restricts them to these file
    ids.
    """
    f = files.c
    query = (
        select(
            *(f.id, f.path, f.container, f.settable, f.artist_id, recordings.c.release_id),
            *(f.recording_id, f.fields, f.identity, f.problem, f.signed),
        )
        .select_from(catalogued(RECORDING_FILES))
        .where(conditions(chosen), f.missing.is_(False))
        .order_by(f.path)
    )
    if chosen.path:
        query = query.where(within(f.path, chosen.path))
    if only is not None:
        query = query.where(f.id.in_(only))
    with database.read() as connection:
        for number, path, container, places, artist, release, *rest in read_many(connection, query):
            recording, fields, identity, problem, signed = rest
            stamp = FileIdentity.stamp_in(identity)
            yield Held(
                *(CarrierId.FILES, number, path, "", container, places, artist, release, recording),
                *(fields, stamp, problem, signed),
            )


def held_items(
    database: Database,
    chosen: Filter,
    platform: CarrierId | None = None,
    only: Collection[int] | None = None,
) -> Iterator[Held]:
    """Yields the linked items of the filtered recordings, then whole-account items and sites.

    Each item comes with its own artist's account only. Items deleted on the platform are left out:
    syncing reports them once. `only` restricts them to these item ids.
    """
    i, owner = items.c, (accounts.c.platform, accounts.c.artist_id)
    seen = (i.id, i.remote_id, i.title, i.recording_id, i.fields, i.stamp, i.problem)
    query = (
        select(*owner, recordings.c.release_id, *seen)
        .select_from(catalogued(RECORDING_ITEMS))
        .where(conditions(chosen), recordings.c.artist_id == accounts.c.artist_id, ~i.gone)
        .order_by(i.account_id, i.id)
    )
    whole = (
        select(*owner, null().label("release_id"), *seen)
        .select_from(ACCOUNT_ITEMS)
        .where(WHOLE_ACCOUNTS, ~i.gone)
    )
    if chosen.artist_id is not None:
        whole = whole.where(accounts.c.artist_id == chosen.artist_id)
    if platform:
        query = query.where(accounts.c.platform == platform)
        whole = whole.where(accounts.c.platform == platform)
    if only is not None:
        query, whole = query.where(i.id.in_(only)), whole.where(i.id.in_(only))
    with database.read() as connection:
        if not chosen.narrowed:
            yield from map(_item, read_many(connection, whole))
        yield from map(_item, read_many(connection, query))


def _item(row: tuple[Any, ...]) -> Held:
    carrier, artist, release, number, remote, title, recording, fields, stamp, problem = row
    return Held(
        *(CARRIERS[carrier], number, remote, title or remote, "", "", artist, release, recording),
        *(fields, stamp, problem),
    )


def held_sidecars(
    database: Database, chosen: Filter, only: Collection[int] | None = None
) -> Iterator[Held]:
    """Yields the sidecars of the filtered recordings, by path: existing ones, then new ones.

    New ones are for artists who want sidecars, next to files that have no place for XMP. `only`
    restricts them to the sidecars of these file ids.
    """
    f, s = files.c, sidecars.c
    owner = (f.artist_id, recordings.c.release_id, f.recording_id)
    existing = select(f.id, s.path, *owner, s.fields, s.identity, s.problem).select_from(
        catalogued(RECORDING_SIDECARS)
    )
    to_make = (
        select(f.id, f.path, *owner)
        .select_from(with_sidecars(catalogued(RECORDING_FILES)))
        .where(s.id.is_(None), artists.c.sidecars, f.container.in_(KINDS), f.problem == "")
    )
    condition = conditions(chosen) & f.missing.is_(False)
    if chosen.path:
        condition &= within(f.path, chosen.path)
    if only is not None:
        condition &= f.id.in_(only)
    existing = existing.where(condition).order_by(s.path)
    to_make = to_make.where(condition).order_by(f.path)
    kind = Sidecar.name
    with database.read() as connection:
        any_wanted = connection.execute(select(artists.c.id).where(artists.c.sidecars)).first()
        any_existing = connection.execute(select(s.id).limit(1)).first()
        rows = read_many(connection, existing) if any_existing else ()
        for number, path, artist, release, recording, fields, identity, problem in rows:
            stamp = FileIdentity.stamp_in(identity)
            owner_ids = (artist, release, recording)
            yield Held(
                CarrierId.SIDECARS, number, path, "", kind, "", *owner_ids, fields, stamp, problem
            )
        rows = read_many(connection, to_make) if any_wanted else ()
        for number, path, artist, release, recording in rows:
            new_path = texts.dump_path(new_sidecar(texts.load_path(path)))
            owner_ids = (artist, release, recording)
            yield Held(
                CarrierId.SIDECARS, number, new_path, "", kind, "", *owner_ids, "{}", ABSENT, ""
            )
