"""Joins of the tables, each written once, and conditions on file locations.

Outer joins come last, so that SQLite may reorder the others.
"""

from __future__ import annotations

import os
from collections.abc import Iterable

from sqlalchemy import Column, ColumnElement, FromClause, Select, Table, func, or_, select, text

from rightsdesk.store import texts
from rightsdesk.store.schema import (
    PARTNER_MARKS,
    accounts,
    artists,
    changes,
    files,
    items,
    jobs,
    recordings,
    releases,
    secrets,
    sidecars,
    stored_consents,
)


def with_artists(source: FromClause, artist_id: ColumnElement[int]) -> FromClause:
    """Rows of any source with the artist that a column names."""
    return source.join(artists, artists.c.id == artist_id)


def catalogued(source: FromClause = recordings) -> FromClause:
    """Recordings, or a join that contains them, with their artists and releases.

    The columns of `releases` are NULL for a recording without a release.
    """
    owned = with_artists(source, recordings.c.artist_id)
    return owned.outerjoin(releases, releases.c.id == recordings.c.release_id)


def with_recordings(source: FromClause, recording_id: ColumnElement[int | None]) -> FromClause:
    """Rows of any source with their recordings and the releases of those, if any."""
    joined = source.outerjoin(recordings, recordings.c.id == recording_id)
    return joined.outerjoin(releases, releases.c.id == recordings.c.release_id)


def with_sidecars(source: FromClause) -> FromClause:
    """Rows that contain a file, with its sidecar, if any."""
    return source.outerjoin(sidecars, sidecars.c.file_id == files.c.id)


def with_consents(source: FromClause, owner_id: ColumnElement[int], kind: str) -> FromClause:
    """Artists, releases or recordings, or a join that contains them, with the consent that was set
    for each itself. Those without are left out."""
    c = stored_consents.c
    return source.join(stored_consents, (c.owner_id == owner_id) & (c.kind == kind))


def with_a_code_of_several(table: Table, code: Column[str]) -> FromClause:
    """Recordings or releases with a code that others of the same artist have, too."""
    artist_id = table.c.artist_id
    coded = select(artist_id, code).where(code != "").group_by(artist_id, code)
    several = coded.having(func.count() > 1).subquery()
    same_code = (several.c.artist_id == artist_id) & (several.c[code.name] == code)
    return table.join(several, same_code)


def newest_changes(source: FromClause = changes) -> FromClause:
    """Changes, or a join that contains them: only the last one of each carrier, of any outcome."""
    c = changes.c
    newest = select(func.max(c.id).label("id")).group_by(c.carrier, c.target_id).subquery()
    return source.join(newest, newest.c.id == c.id)


def jobs_with_undos(condition: ColumnElement[bool]) -> Select[int]:
    """The ids of some jobs, and of all jobs that undo them, undo those, and so on."""
    steps = select(jobs.c.id).where(condition).cte(recursive=True)
    steps = steps.union(select(jobs.c.id).join(steps, jobs.c.undoes == steps.c.id))
    return select(steps.c.id)


RECORDING_FILES = recordings.join(files, files.c.recording_id == recordings.c.id)
"""Each recording with each of its files, including missing files."""

FILE_SIDECARS = sidecars.join(files, files.c.id == sidecars.c.file_id)
"""Each sidecar with its file."""

RECORDING_SIDECARS = RECORDING_FILES.join(sidecars, sidecars.c.file_id == files.c.id)
"""Each recording with each of its files that have a sidecar, and that sidecar."""

OWNED_ACCOUNTS = with_artists(accounts, accounts.c.artist_id)
"""Each account with its artist."""

OWNED_SECRETS = OWNED_ACCOUNTS.join(secrets, secrets.c.account_id == accounts.c.id)
"""Each account that has a stored secret, with its artist and the secret."""

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

OWNED_ITEMS = with_artists(ACCOUNT_ITEMS, accounts.c.artist_id)
"""Each item with its account and the account's artist."""

OWNED_FILES = with_artists(files, files.c.artist_id)
"""Each file with its artist."""

OWNED_SIDECARS = OWNED_FILES.join(sidecars, sidecars.c.file_id == files.c.id)
"""Each sidecar with its file and the file's artist."""

OTHER_FILES = files.alias("other_files")
FILES_AT_ONE_PATH = files.join(
    OTHER_FILES, (OTHER_FILES.c.path == files.c.path) & (OTHER_FILES.c.id != files.c.id)
)
"""Each file of several artists with each row of the same file for another artist."""

JOB_CHANGES = changes.join(jobs, jobs.c.id == changes.c.job_id)
"""Each change with its job."""

CHANGED_FILES = changes.join(files, files.c.id == changes.c.target_id)
"""Changes with files of the same number. It is the file of a change only if the change's carrier is
`file`."""

CHANGED_SIDECARS = changes.join(sidecars, sidecars.c.id == changes.c.target_id).join(
    files, files.c.id == sidecars.c.file_id
)
"""Changes with sidecars of the same number and their files, as for files."""

CHANGED_PATHS = changes.join(files, files.c.path == changes.c.locator)
"""Changes with the files that are now at the path of the change; of files as above."""

CHANGED_ITEMS = changes.join(items, items.c.id == changes.c.target_id).join(
    accounts, accounts.c.id == items.c.account_id
)
"""Changes with items of the same number and their accounts, as for files."""

CHANGED_OWNED_FILES = with_artists(CHANGED_FILES, files.c.artist_id)
CHANGED_OWNED_ITEMS = with_artists(CHANGED_ITEMS, accounts.c.artist_id)
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
