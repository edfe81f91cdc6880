"""Leaving RightsDesk: what it wrote that stays elsewhere, and removing its own data.

Declarations in files and on platforms stay unless they are taken back by undoing their jobs. The
data folder and the vault's keys in the system's keyring are removed.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Collection
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, select

from rightsdesk import data_folder, log_file
from rightsdesk.changes import states
from rightsdesk.changes.types import JobInfo, JobKind, Outcome
from rightsdesk.enums.carriers import CarrierId
from rightsdesk.errors import KnownError
from rightsdesk.roster import vault_file
from rightsdesk.sentences import together, worded
from rightsdesk.store import copies
from rightsdesk.store.bulk import numbers_in
from rightsdesk.store.database import Database, StoreError
from rightsdesk.store.schema import changes
from rightsdesk.workspace.data import backups
from rightsdesk.workspace.lock import JOB_LOCK, working

_NOT_MADE = {Outcome.FAILED.value, Outcome.SKIPPED.value, Outcome.PLANNED.value}


@dataclass(frozen=True, slots=True)
class Stays:
    """What RightsDesk wrote that stays elsewhere when its data are removed.

    `files` counts audio files and sidecars, `items` the items and accounts by platform. `jobs` are
    the jobs whose undo takes all of it back, newest first.
    """

    files: int = 0
    items: tuple[tuple[CarrierId, int], ...] = ()
    jobs: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Left:
    """What is left after everything was forgotten: `strangers` are files in the data folder that
    are not RightsDesk's. `warnings` has a sentence for each key that the keyring did not delete."""

    strangers: tuple[Path, ...] = ()
    warnings: tuple[str, ...] = ()


def what_stays(database: Database, jobs: list[JobInfo]) -> Stays:
    """What jobs wrote and no undo has taken back. `jobs` are all jobs, newest first.

    An undo that could not take everything back leaves the rest to be undone again.
    """
    undone: dict[int, list[JobInfo]] = {}
    for job in jobs:
        if job.kind is JobKind.UNDO and job.undoes is not None:
            undone.setdefault(job.undoes, []).append(job)
    found: set[tuple[CarrierId, int]] = set()
    numbers: list[int] = []
    with database.read() as connection:
        for job in jobs:
            if job.kind is JobKind.UNDO:
                continue
            undos = undone.get(job.id, [])
            if job.undoable:
                left = _written(connection, [job.id])
            elif any(_NOT_MADE & undo.counts.keys() for undo in undos):
                left = _written(connection, [job.id]) - _written(
                    connection, [undo.id for undo in undos]
                )
            else:
                continue
            if left:
                found |= left
                numbers.append(job.id)
    counts = Counter(carrier for carrier, _ in found)
    files = counts.pop(CarrierId.FILES, 0) + counts.pop(CarrierId.SIDECARS, 0)
    return Stays(files, tuple(sorted(counts.items())), tuple(numbers))


def _written(connection: Connection, jobs: Collection[int]) -> set[tuple[CarrierId, int]]:
    """The carriers (carrier, id) that jobs wrote and that may still hold it."""
    c = changes.c
    query = select(c.carrier, c.target_id).where(
        c.job_id.in_(numbers_in(jobs)), c.state.in_(states.MADE), ~c.nothing_left
    )
    return {(carrier, int(number)) for carrier, number in connection.execute(query)}


def forget(data_dir: Path, *, keep_backups: bool = False) -> Left:
    """Remove the keys of the vault from the keyring, and RightsDesk's files from its data folder.

    Whatever else is in the folder stays. Raises DatabaseInUse and AnotherAtWork before anything is
    removed, and StoreError if a file can't be removed.
    """
    if not data_dir.is_dir():
        return Left()
    kept = (backups.FOLDER,) if keep_backups else ()
    log_file.end()  # it would come back
    try:
        with working(data_dir):
            backups.refuse_in_use(data_dir)
            warnings = _forget_keys(_vault_ids(data_dir))
            data_folder.remove_ours(data_dir, keep=(*kept, JOB_LOCK))
        data_folder.remove_ours(data_dir, keep=kept)
    except OSError as error:
        raise StoreError(
            worded(
                "Not all of RightsDesk's data could be removed: {path}: {why}",
                path=error.filename or data_dir,
                why=error.strerror or type(error).__name__,
            ),
            advice="See that the folder can be written, then try again.",
        ) from error
    inside = tuple(sorted(data_dir.iterdir())) if data_dir.is_dir() else ()
    return Left(tuple(path for path in inside if path.name not in kept), warnings)


def _vault_ids(data_dir: Path) -> list[str]:
    """The ids of the folder's vault and of those in its backups, damaged ones left out."""
    found = []
    places = [data_dir / vault_file.NAME, *(data_dir / backups.FOLDER).glob(f"*/{vault_file.NAME}")]
    texts = []
    for place in places:
        with suppress(OSError):
            texts.append(place.read_bytes())
    for backup in (data_dir / backups.FOLDER).glob("*.sqlite3"):
        texts += _part(backup, vault_file.NAME)
    for text in texts:
        with suppress(KnownError):
            found.append(vault_file.VaultFile.from_json(text.decode("utf-8", "replace")).vault_id)
    return list(dict.fromkeys(found))


def _part(backup: Path, name: str) -> list[bytes]:
    """A file that a backup holds beside the database; nothing if it can't be read."""
    address = f"{backup.absolute().as_uri()}?mode=ro"
    try:
        with closing(sqlite3.connect(address, uri=True)) as connection:
            query = f"SELECT content FROM {copies.PARTS} WHERE name = ?"
            return [bytes(content) for (content,) in connection.execute(query, (name,))]
    except (sqlite3.Error, TypeError):
        return []


def _forget_keys(vault_ids: list[str]) -> tuple[str, ...]:
    """Delete the vaults' keys from the keyring. A sentence if that was not possible."""
    if not vault_ids:
        return ()
    from rightsdesk.roster import system_keyring

    warnings = []
    for vault_id in vault_ids:
        try:
            system_keyring.forget_key(vault_id)
        except KnownError as error:
            entry = worded(
                "The keyring did not delete the entry “{service}” with the name {name}.",
                service=system_keyring.SERVICE,
                name=vault_id,
            )
            warnings.append(together((entry, error.sentence)))
    return tuple(warnings)
