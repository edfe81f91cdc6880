"""Joins of the tables, each written once, and conditions on file locations.

Outer joins come last, so that SQLite may reorder the others.
"""

from __future__ import annotations

import os
from collections.abc import Iterable

from sqlalchemy import Column, ColumnElement, FromClause, or_, select, text

from rightsdesk.store import texts
from rightsdesk.store.schema import (
    PARTNER_MARKS,
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
    """Recordings, or a join that contains them, with their artists and releases.

    The columns of `releases` are NULL for a recording without a release.
    """
    owned = source.join(artists, artists.c.id == recordings.c.artist_id)
    return owned.outerjoin(releases, releases.c.id == recordings.c.release_id)


def with_recordings(source: FromClause, recording_id: ColumnElement[int | None]) -> FromClause:
    """Rows of any source with their recordings and the releases of those, if any."""
    joined = source.outerjoin(recordings, recordings.c.id == recording_id)
    return joined.outerjoin(releases, releases.c.id == recordings.c.release_id)


RECORDING_FILES = recordings.join(files, files.c.recording_id == recordings.c.id)
"""Each recording with each of its files, including missing files."""

FILE_SIDECARS = sidecars.join(files, files.c.id == sidecars.c.file_id)
"""Each sidecar with its file."""

RECORDING_SIDECARS = RECORDING_FILES.join(sidecars, sidecars.c.file_id == files.c.id)
"""Each recording with each of its files that have a sidecar, and that sidecar."""

ACCOUNT_ITEMS = items.join(accounts, accounts.c.id == items.c.account_id)
"""Each item with the account it was found in."""

RECORDING_ITEMS = recordings.join(items, items.c.recording_id == recordings.c.id).join(
    accounts, accounts.c.id == items.c.account_id
)
"""Each recording with each item linked to it, and the item's account."""

ARTIST_ITEMS = recordings.join(accounts, accounts.c.artist_id == recordings.c.artist_id).join(
    items, items.c.account_id == accounts.c.id
)
"""Each recording with all items in all accounts of its artist."""

WHOLE_ACCOUNTS = text("items.reach != 'item'")
"""Condition on items: they are accounts or sites as a whole. As SQL, for the index of these."""

_WITH_PARTNERS = " OR ".join(f"instr({{0}}.fields, '{mark}')" for mark in PARTNER_MARKS)
FILES_WITH_PARTNERS = text(f"({_WITH_PARTNERS})".format("files"))
ITEMS_WITH_PARTNERS = text(f"({_WITH_PARTNERS})".format("items"))
"""Conditions on files and on items: they may name a partner. As SQL, for the indexes of these."""

OWNED_ITEMS = ACCOUNT_ITEMS.join(artists, artists.c.id == accounts.c.artist_id)
"""Each item with its account and the account's artist."""

OWNED_FILES = files.join(artists, artists.c.id == files.c.artist_id)
"""Each file with its artist."""

CHANGED_FILES = changes.join(files, files.c.id == changes.c.target_id)
"""Changes with files of the same number. It is the file of a change only if the change's carrier is
`file`."""

CHANGED_ITEMS = changes.join(items, items.c.id == changes.c.target_id).join(
    accounts, accounts.c.id == items.c.account_id
)
"""Changes with items of the same number and their accounts, as for files."""

CHANGED_OWNED_FILES = CHANGED_FILES.join(artists, artists.c.id == files.c.artist_id)
CHANGED_OWNED_ITEMS = CHANGED_ITEMS.join(artists, artists.c.id == accounts.c.artist_id)
"""Changes with files, items, the artists of the files, and the artists of the accounts."""


_PLACES_AT_ONCE = 100


def within(column: Column[bytes], place: str) -> ColumnElement[bool]:
    """Condition: a stored path is this file or folder, or lies below it."""
    path = texts.dump_path(os.path.abspath(place))
    folder = path.rstrip(os.sep.encode()) + os.sep.encode()
    after = folder[:-1] + bytes([folder[-1] + 1])
    return or_(column == path, (column >= folder) & (column < after))


def within_any(column: Column[bytes], places: Iterable[str]) -> ColumnElement[bool]:
    """Condition: a stored path lies within one of these places (at least one).

    SQLite limits the depth of a condition, so each part of a long list is a subquery.
    """
    every = list(places)
    if len(every) <= _PLACES_AT_ONCE:
        return or_(*(within(column, place) for place in every))
    one = column.table.alias().c[column.name]
    parts = (every[at : at + _PLACES_AT_ONCE] for at in range(0, len(every), _PLACES_AT_ONCE))
    return or_(*(column.in_(select(one).where(within_any(one, part))) for part in parts))
