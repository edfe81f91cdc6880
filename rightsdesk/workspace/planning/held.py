"""What carriers hold, as far as it is known, one row for each: files, items and sidecars."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator
from typing import Any, NamedTuple

from sqlalchemy import null, select

from rightsdesk.changes.types import FILES, SIDECARS, Target
from rightsdesk.files.identity import FileIdentity
from rightsdesk.files.sidecars.reading import KINDS, Sidecar, new_sidecar
from rightsdesk.platforms.interface import Reach
from rightsdesk.store import texts
from rightsdesk.store.bulk import read_many
from rightsdesk.store.database import Database
from rightsdesk.store.joins import (
    ACCOUNT_ITEMS,
    RECORDING_FILES,
    RECORDING_ITEMS,
    RECORDING_SIDECARS,
    catalogued,
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
from rightsdesk.workspace.types import Filter


class Held(NamedTuple):
    """One carrier as the store knows it, with whose it is and what it holds.

    `place` is a file's path as the store has it, or an item's remote id; `container` the
    kind of file, "" for an item, and `places` what it has room for (`owned.places_of`).
    There may be half a million of these for a plan of nothing, so they carry what was
    stored and no more.
    """

    carrier: str
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
        """What a change needs to know of the carrier."""
        if isinstance(self.place, str):
            return Target(self.carrier, self.id, self.place, self.label)
        path = texts.load_path(self.place)
        return Target(self.carrier, self.id, path, os.path.basename(path))


def held_files(
    database: Database, chosen: Filter, only: Collection[int] | None = None
) -> Iterator[Held]:
    """The files of a filter's recordings, by path; those with a problem are among them, and
    those that are no longer there are not. `only` these, by their ids."""
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
                *(FILES, number, path, "", container, places, artist, release, recording),
                *(fields, stamp, problem, signed),
            )


def held_items(
    database: Database, chosen: Filter, platform: str, only: Collection[int] | None = None
) -> Iterator[Held]:
    """The linked items of a filter's recordings, and what holds for their artists' whole
    accounts and sites; each only ever with its own artist's account. What was deleted there
    is not among them: a look tells of it, once. `only` these, by their ids."""
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
        .where(i.reach != Reach.ITEM.value, ~i.gone)
    )
    if chosen.artist_id is not None:
        whole = whole.where(accounts.c.artist_id == chosen.artist_id)
    if platform:
        query = query.where(accounts.c.platform == platform)
        whole = whole.where(accounts.c.platform == platform)
    if only is not None:
        query, whole = query.where(i.id.in_(only)), whole.where(i.id.in_(only))
    with database.read() as connection:
        for one in () if chosen.narrowed else (whole,):
            yield from map(_item, read_many(connection, one))
        yield from map(_item, read_many(connection, query))


def _item(row: tuple[Any, ...]) -> Held:
    carrier, artist, release, number, remote, title, recording, fields, stamp, problem = row
    return Held(
        *(carrier, number, remote, title or remote, "", "", artist, release, recording),
        *(fields, stamp, problem),
    )


def held_sidecars(
    database: Database, chosen: Filter, only: Collection[int] | None = None
) -> Iterator[Held]:
    """The sidecars of a filter's recordings, by path: those there are, and those to make
    for artists who want some, beside files that have no place for XMP. `only` those of
    these files, by their ids."""
    f, s = files.c, sidecars.c
    owner = (f.artist_id, recordings.c.release_id, f.recording_id)
    there = select(f.id, s.path, *owner, s.fields, s.identity, s.problem).select_from(
        catalogued(RECORDING_SIDECARS)
    )
    wanting = (
        select(f.id, f.path, *owner)
        .select_from(catalogued(RECORDING_FILES).outerjoin(sidecars, s.file_id == f.id))
        .where(s.id.is_(None), artists.c.sidecars, f.container.in_(KINDS), f.problem == "")
    )
    condition = conditions(chosen) & f.missing.is_(False)
    if chosen.path:
        condition &= within(f.path, chosen.path)
    if only is not None:
        condition &= f.id.in_(only)
    kind = Sidecar.name
    with database.read() as connection:
        wanted = connection.execute(select(artists.c.id).where(artists.c.sidecars)).first()
        some = connection.execute(select(s.id).limit(1)).first()
        rows = read_many(connection, there.where(condition).order_by(s.path)) if some else ()
        for number, path, artist, release, recording, fields, identity, problem in rows:
            stamp = FileIdentity.stamp_in(identity)
            whose = (artist, release, recording)
            yield Held(SIDECARS, number, path, "", kind, "", *whose, fields, stamp, problem)
        rows = read_many(connection, wanting.where(condition).order_by(f.path)) if wanted else ()
        for number, path, artist, release, recording in rows:
            made = texts.dump_path(new_sidecar(texts.load_path(path)))
            whose = (artist, release, recording)
            yield Held(SIDECARS, number, made, "", kind, "", *whose, "{}", ABSENT, "")
