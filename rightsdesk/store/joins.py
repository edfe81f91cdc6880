"""How rows of several tables belong together: what queries select from, and where files lie.

Each join is written here once. Outer joins come last, so that SQLite may order the others.
"""

from __future__ import annotations

import os
from collections.abc import Iterable

from sqlalchemy import Column, ColumnElement, FromClause, or_

from rightsdesk.store import texts
from rightsdesk.store.schema import (
    accounts,
    artists,
    changes,
    files,
    items,
    recordings,
    releases,
    sidecars,
)


def catalogued(source: FromClause = recordings) -> FromClause:
    """Recordings, or a join that has them, with their artists and the releases they are on.

    The columns of `releases` are NULL for a recording that is on none.
    """
    owned = source.join(artists, artists.c.id == recordings.c.artist_id)
    return owned.outerjoin(releases, releases.c.id == recordings.c.release_id)


def with_recordings(source: FromClause, recording_id: ColumnElement[int | None]) -> FromClause:
    """Rows of any kind with the recordings they are of and the releases of these, if any."""
    known = source.outerjoin(recordings, recordings.c.id == recording_id)
    return known.outerjoin(releases, releases.c.id == recordings.c.release_id)


RECORDING_FILES = recordings.join(files, files.c.recording_id == recordings.c.id)
"""Each recording with each of its files, also those that are missing."""

FILE_SIDECARS = sidecars.join(files, files.c.id == sidecars.c.file_id)
"""Each sidecar with the file it is of."""

RECORDING_SIDECARS = RECORDING_FILES.join(sidecars, sidecars.c.file_id == files.c.id)
"""Each recording with each of its files that have a sidecar, and that sidecar."""

ACCOUNT_ITEMS = items.join(accounts, accounts.c.id == items.c.account_id)
"""Each item with the account it was found in."""

RECORDING_ITEMS = recordings.join(items, items.c.recording_id == recordings.c.id).join(
    accounts, accounts.c.id == items.c.account_id
)
"""Each recording with each item that is linked to it, and the item's account."""

ARTIST_ITEMS = recordings.join(accounts, accounts.c.artist_id == recordings.c.artist_id).join(
    items, items.c.account_id == accounts.c.id
)
"""Each recording with all items in all accounts of its artist."""

OWNED_ITEMS = ACCOUNT_ITEMS.join(artists, artists.c.id == accounts.c.artist_id)
"""Each item with its account and the account's artist."""

OWNED_FILES = files.join(artists, artists.c.id == files.c.artist_id)
"""Each file with its artist."""

CHANGED_FILES = changes.join(files, files.c.id == changes.c.target_id)
"""Changes with files of that number: it is a file's where the change's carrier says so."""

CHANGED_ITEMS = changes.join(items, items.c.id == changes.c.target_id).join(
    accounts, accounts.c.id == items.c.account_id
)
"""Changes with items of that number and their accounts, as for files."""

CHANGED_OWNED_FILES = CHANGED_FILES.join(artists, artists.c.id == files.c.artist_id)
CHANGED_OWNED_ITEMS = CHANGED_ITEMS.join(artists, artists.c.id == accounts.c.artist_id)
"""The same with the artists of the files, and with the artists of the accounts."""


def within(column: Column[bytes], place: str) -> ColumnElement[bool]:
    """The condition that a stored path is a file or folder, or lies below it."""
    path = texts.dump_path(os.path.abspath(place))
    folder = path.rstrip(os.sep.encode()) + os.sep.encode()
    after = folder[:-1] + bytes([folder[-1] + 1])
    return or_(column == path, (column >= folder) & (column < after))


def within_any(column: Column[bytes], places: Iterable[str]) -> ColumnElement[bool]:
    """The condition that a stored path lies within one of these places, of which there is one."""
    return or_(*(within(column, place) for place in places))
