"""Queries that several rooms use, or that depend closely on the tables.

They return plain values or named tuples. Values that other rooms define (carriers, states of
changes) are parameters.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from typing import Any, NamedTuple

from sqlalchemy import Connection, FromClause, Select, Table, exists, func, select

from rightsdesk.enums.carriers import CarrierId
from rightsdesk.store import texts
from rightsdesk.store.bulk import numbers_in, read_many
from rightsdesk.store.joins import (
    CHANGED_ITEMS,
    CHANGED_OWNED_FILES,
    CHANGED_OWNED_ITEMS,
    OWNED_FILES,
    OWNED_ITEMS,
    with_recordings,
    within,
    within_any,
)
from rightsdesk.store.partial import is_filled
from rightsdesk.store.schema import (
    accounts,
    artists,
    changes,
    files,
    folders,
    items,
    recordings,
    releases,
)


def artist_of_recording(connection: Connection, number: int) -> int | None:
    """The artist id of a recording; None if it does not exist."""
    return connection.execute(
        select(recordings.c.artist_id).where(recordings.c.id == number)
    ).scalar()


def artist_of_release(connection: Connection, number: int) -> int | None:
    """The artist id of a release; None if it does not exist."""
    return connection.execute(select(releases.c.artist_id).where(releases.c.id == number)).scalar()


def path_of_file(connection: Connection, number: int) -> str | None:
    """The path of a file; None if it is unknown."""
    found = connection.execute(select(files.c.path).where(files.c.id == number)).scalar()
    return None if found is None else texts.load_path(found)


def folders_by_artist(connection: Connection) -> dict[int, list[str]]:
    """The scanned folders, by artist."""
    found: defaultdict[int, list[str]] = defaultdict(list)
    for row in connection.execute(select(folders.c.artist_id, folders.c.path)):
        found[row.artist_id].append(texts.load_path(row.path))
    return found


def platforms_by_artist(connection: Connection) -> dict[int, set[CarrierId]]:
    """The platforms on which each artist has an account. Artists without accounts are left out."""
    found: defaultdict[int, set[CarrierId]] = defaultdict(set)
    for artist, platform in connection.execute(select(accounts.c.artist_id, accounts.c.platform)):
        found[artist].add(platform)
    return dict(found)


def accounts_read(connection: Connection) -> dict[tuple[int, str], bool]:
    """For each artist and platform with an account: whether an account there was ever read."""
    of_account = items.c.account_id == accounts.c.id
    was_read = exists().where(of_account, items.c.seen_at != "")
    found: dict[tuple[int, str], bool] = {}
    query = select(accounts.c.artist_id, accounts.c.platform, was_read)
    for artist, platform, read in connection.execute(query):
        found[artist, platform] = found.get((artist, platform), False) or bool(read)
    return found


def accounts_by_item(connection: Connection) -> dict[int, int]:
    """The account id of each item."""
    rows = connection.execute(select(items.c.id, items.c.account_id))
    return {row.id: row.account_id for row in rows}


def gone_items(connection: Connection) -> dict[int, str]:
    """Labels of items that no longer exist on their platform, by item id."""
    query = select(items.c.id, items.c.title, items.c.remote_id).where(items.c.gone.is_(True))
    return {row.id: row.title or row.remote_id for row in connection.execute(query)}


def others_named(
    connection: Connection, artist_id: int, roots: Collection[str]
) -> list[tuple[str, int]]:
    """Other artists named in an artist's files below the roots, with their number of files.

    Most files first. `roots` has at least one.
    """
    number = func.count()
    query = (
        select(artists.c.name, number)
        .join(recordings, func.folded(recordings.c.performer) == artists.c.name_key)
        .join(files, files.c.recording_id == recordings.c.id)
        .where(artists.c.id != artist_id, files.c.artist_id == artist_id)
        .where(files.c.missing.is_(False), within_any(files.c.path, roots))
        .group_by(artists.c.id)
        .order_by(number.desc(), artists.c.name_key)
    )
    return [(row[0], row[1]) for row in connection.execute(query)]


# --- search by name --------------------------------------------------------------------


class WithCode(NamedTuple):
    """A release with its UPC or a recording with its ISRC; "" if it has no code."""

    id: int
    title: str
    code: str


def releases_named(connection: Connection, artist_id: int | None = None) -> list[WithCode]:
    """All releases, or an artist's, by title."""
    query = select(releases.c.id, releases.c.title, releases.c.upc).order_by(releases.c.title)
    if artist_id is not None:
        query = query.where(releases.c.artist_id == artist_id)
    return [WithCode(*row) for row in connection.execute(query)]


def recordings_named(
    connection: Connection, artist_id: int | None, release_id: int | None
) -> list[WithCode]:
    """All recordings, or those of an artist or a release."""
    query = select(recordings.c.id, recordings.c.title, recordings.c.isrc)
    if artist_id is not None:
        query = query.where(recordings.c.artist_id == artist_id)
    if release_id is not None:
        query = query.where(recordings.c.release_id == release_id)
    return [WithCode(*row) for row in connection.execute(query)]


def item_named(connection: Connection, number: int, reach: str) -> tuple[str, str] | None:
    """Label and account's artist of an item of this reach; None if it does not exist."""
    query = select(items.c.title, items.c.remote_id, artists.c.name).select_from(OWNED_ITEMS)
    this_item = (items.c.id == number) & (items.c.reach == reach) & ~items.c.gone
    row = connection.execute(query.where(this_item)).one_or_none()
    return None if row is None else (row.title or row.remote_id, row.name)


# --- drift ------------------------------------------------------------------------------


class Drifted(NamedTuple):
    """A carrier that drifted.

    The label is the file's path or the item's name. Then come the
    drift record (`store.drift`), the current consent, and the artist's name.
    """

    carrier: CarrierId
    label: str
    drift: str
    says: str
    artist: str


def drifted_files(connection: Connection, artist_id: int | None, path: str) -> list[Drifted]:
    """Files with drift, by path: an artist's, or all."""
    query = select(files.c.path, files.c.drift, files.c.says, artists.c.name)
    query = query.select_from(OWNED_FILES).where(is_filled(files.c.drift)).order_by(files.c.path)
    if artist_id is not None:
        query = query.where(files.c.artist_id == artist_id)
    if path:
        query = query.where(within(files.c.path, path))
    return [
        Drifted(CarrierId.FILES, texts.load_path(place), *rest)
        for place, *rest in connection.execute(query)
    ]


def drifted_items(connection: Connection, artist_id: int | None) -> list[Drifted]:
    """Items with drift: of an artist's accounts, or all."""
    query = select(
        *(accounts.c.platform, items.c.title, items.c.remote_id),
        *(items.c.drift, items.c.says, artists.c.name),
    )
    query = query.select_from(OWNED_ITEMS).where(is_filled(items.c.drift)).order_by(items.c.id)
    if artist_id is not None:
        query = query.where(accounts.c.artist_id == artist_id)
    return [
        Drifted(platform, title or remote_id, *rest)
        for platform, title, remote_id, *rest in connection.execute(query)
    ]


# --- changes ----------------------------------------------------------------------------


class CarrierPlace(NamedTuple):
    """The artist of a file or item, and its recording and release; None if it is linked to none."""

    id: int
    artist_id: int
    artist: str
    release: str | None
    recording: str | None


def places_of_files(connection: Connection, numbers: Collection[int]) -> Iterator[CarrierPlace]:
    """The places of these files, as far as they exist."""
    return _places(connection, OWNED_FILES, files, numbers)


def places_of_items(connection: Connection, numbers: Collection[int]) -> Iterator[CarrierPlace]:
    """The places of these items, as far as they exist."""
    return _places(connection, OWNED_ITEMS, items, numbers)


def _places(
    connection: Connection, owned: FromClause, carriers: Table, numbers: Collection[int]
) -> Iterator[CarrierPlace]:
    query: Select[Any] = select(
        *(carriers.c.id, artists.c.id, artists.c.name, releases.c.title),
        recordings.c.title.label("recording"),
    )
    query = query.select_from(with_recordings(owned, carriers.c.recording_id))
    same: dict[Any, Any] = {}  # names of artists and releases, each held once
    query = query.where(carriers.c.id.in_(numbers_in(numbers)))
    for number, artist_id, artist, release, recording in read_many(connection, query):
        artist = same.setdefault(artist, artist)
        release = same.setdefault(release, release)
        yield CarrierPlace(number, artist_id, artist, release, recording)


def artists_by_job(
    connection: Connection, on_disk: Collection[str], job: int | None = None
) -> list[tuple[int, int, str]]:
    """Artists of the files and items in jobs, or in one job: (job, artist id, artist's name).

    `on_disk` are the carriers that are files.
    """
    local = changes.c.carrier.in_(on_disk)
    owners = select(changes.c.job_id, artists.c.id, artists.c.name).distinct()
    if job is not None:
        owners = owners.where(changes.c.job_id == job)
    of_files = owners.select_from(CHANGED_OWNED_FILES).where(local)
    of_items = owners.select_from(CHANGED_OWNED_ITEMS).where(~local)
    rows = (row for query in (of_files, of_items) for row in connection.execute(query))
    return [(row[0], row[1], row[2]) for row in rows]


class ItemChange(NamedTuple):
    """A change of an item, with the item's platform, remote id and account."""

    id: int
    platform: CarrierId
    remote_id: str
    account_id: int


def changes_of_items(
    connection: Connection, state: str, platforms: Collection[CarrierId]
) -> list[ItemChange]:
    """Changes in this state of items on these platforms, newest first, with or without
    before-image."""
    query = (
        select(changes.c.id, accounts.c.platform, items.c.remote_id, items.c.account_id)
        .select_from(CHANGED_ITEMS)
        .where(
            changes.c.state == state,
            changes.c.carrier == accounts.c.platform,
            changes.c.carrier.in_(platforms),
        )
        .order_by(changes.c.id.desc())
    )
    return [ItemChange(*row) for row in connection.execute(query)]
