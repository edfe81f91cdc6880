"""Backups of RightsDesk's own data: automatic ones, and those that a person requests.

A backup holds the database and the vault file, so stored logins are in it, encrypted. Their key
stays in the keyring, or is protected by the passphrase. Music is not part of it.
"""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from rightsdesk import data_folder
from rightsdesk.enums.causes import Cause
from rightsdesk.errors import KnownError
from rightsdesk.roster import vault_file
from rightsdesk.roster.vault_errors import VaultError
from rightsdesk.sentences import worded
from rightsdesk.store import copies, state
from rightsdesk.store.copies import Copy
from rightsdesk.store.database import FILE_NAME, StoreError
from rightsdesk.store.state import DatabaseState
from rightsdesk.workspace.exports.saving import AlreadyThere, NotSaved
from rightsdesk.workspace.lock import working

FOLDER = "backups"
DAILY, MIGRATION, RESTORE = "daily", "before-update", "before-restore"
KEPT = 3
"""How many backups of each kind are kept: the newest."""

EVERY = timedelta(days=1)

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_STAGING, _READY = "restore.part", "restore.ready"
_ASIDE = (FILE_NAME, f"{FILE_NAME}-wal", vault_file.NAME)


class DatabaseInUse(StoreError):
    """Another program has the database open."""

    cause = Cause.ANOTHER_AT_WORK


class NoSuchBackup(copies.NoBackup):
    """There is no file at the path of a backup."""

    cause = Cause.NOT_FOUND


@dataclass(frozen=True, slots=True)
class Restored:
    """The result of a restore.

    `kept` is where the data from before are; None if there were none. `vault` says whether the
    vault file came from the backup, too.
    """

    kept: Path | None
    vault: bool


def has_remains(data_dir: Path) -> bool:
    """Whether the folder holds what only a folder with a database gets."""
    kept = (data_dir / FOLDER).glob("[0-9]*Z-*")
    return (data_dir / vault_file.NAME).exists() or any(kept)


def daily(data_dir: Path, generation: int, now: datetime) -> str:
    """Back up the database if it changed and the last backup is a day old.

    Returns a sentence if the backup failed, else "".
    """
    newest = max(_all(data_dir, DAILY), default=None)
    if newest is not None and (
        timedelta(0) <= now - _made_at(newest) < EVERY or copies.generation_of(newest) == generation
    ):
        return ""
    try:
        _own(data_dir, DAILY, now)
    except (KnownError, OSError) as error:
        why = _why(error) if isinstance(error, OSError) else str(error)
        return worded("RightsDesk's own data could not be backed up today: {why}", why=why)
    return ""


def before_update(data_dir: Path, now: datetime) -> None:
    """Back up the database before its schema changes.

    Raises StoreError if that fails; then the schema is not changed.
    """
    try:
        _own(data_dir, MIGRATION, now)
    except OSError as error:
        raise StoreError(
            worded(
                "RightsDesk's own data have to be backed up before this version can use "
                "them, and that failed: {why}",
                why=_why(error),
            ),
            untouched="Nothing was changed.",
            advice=worded(
                "Make room and see that {folder} can be written, then try again.",
                folder=data_dir / FOLDER,
            ),
        ) from error


def back_up(data_dir: Path, target: str, *, replace: bool) -> Path:
    """Write a backup to a file that a person names. Returns its path.

    Raises AlreadyThere unless `replace`, NotSaved and StoreError.
    """
    place = Path(os.path.realpath(target))
    if place.is_dir():
        raise NotSaved(
            worded("“{target}” is a folder.", target=target),
            untouched="No backup was made.",
            advice="Name a file for the backup.",
        )
    try:
        copies.copy(data_dir / FILE_NAME, place, _parts(data_dir), replace=replace)
    except FileExistsError as error:
        raise AlreadyThere(target) from error
    except OSError as error:
        raise NotSaved(
            worded("The backup could not be written: {why}", why=_why(error)),
            untouched="There is no new file, and RightsDesk's data are as they were.",
            advice=_where_instead(place, error),
        ) from error
    return place


def agreed(_artists: int) -> None:
    """Confirms without asking: for a restore that was confirmed before."""


def restore(
    data_dir: Path, source: str, now: datetime, agree: Callable[[int], None] = agreed
) -> Restored:
    """Replace a folder's data with a backup; the data from before are kept.

    The backup is checked first. Then `agree` gets the number of artists in it; an exception from it
    ends the restore with nothing changed. After a kill at any point, the next start finds the data
    as they were, or finishes the restore: see `finish_begun`.

    Raises NoBackup, NewerSchema, InUse, AnotherAtWork and StoreError; then nothing was changed.
    """
    try:
        data_folder.prepare(data_dir)
        with working(data_dir):
            _finish(data_dir)
            try:
                return _restored(data_dir, Path(source), now, agree)
            finally:
                shutil.rmtree(data_dir / _STAGING, ignore_errors=True)
    except FileNotFoundError as error:
        raise NoSuchBackup(
            worded("There is no file or folder {source}.", source=source),
            untouched="RightsDesk's data are as they were.",
            advice=worded(
                "Name a backup. RightsDesk's own backups are in {folder}.", folder=data_dir / FOLDER
            ),
        ) from error
    except OSError as error:
        raise StoreError(
            worded("The backup could not be restored: {why}", why=_why(error)),
            untouched="RightsDesk's data are as they were.",
            advice=worded(
                "See that {source} can be read, and that there is room in {data_dir}.",
                source=source,
                data_dir=data_dir,
            ),
        ) from error


def finish_begun(data_dir: Path) -> None:
    """Finish an interrupted restore, if there is one. Raises AnotherAtWork and OSError."""
    if (data_dir / _READY).is_dir():
        with working(data_dir):
            _finish(data_dir)


def _finish(data_dir: Path) -> None:
    """Move prepared files to their place. Can be repeated; nothing else may run meanwhile."""
    ready = data_dir / _READY
    if not ready.is_dir():
        return
    if (ready / FILE_NAME).exists():
        for suffix in ("-wal", "-shm", "-journal"):  # they belong to the old database
            with suppress(FileNotFoundError):
                (data_dir / f"{FILE_NAME}{suffix}").unlink()
        data_folder.sync_folder(data_dir)
        os.replace(ready / FILE_NAME, data_dir / FILE_NAME)
    for name in (vault_file.NAME, state.NAME):
        if (ready / name).exists():
            os.replace(ready / name, data_dir / name)
    data_folder.sync_folder(data_dir)
    shutil.rmtree(ready)


def _restored(
    data_dir: Path, source: Path, now: datetime, agree: Callable[[int], None]
) -> Restored:
    staging = data_dir / _STAGING
    shutil.rmtree(staging, ignore_errors=True)
    staging.mkdir(mode=0o700)
    found = copies.staged(source, staging / FILE_NAME)
    vault = _vault_of(found, data_dir)
    if vault is not None:
        data_folder.create_private(staging / vault_file.NAME)
        (staging / vault_file.NAME).write_bytes(vault)
        data_folder.sync_file(staging / vault_file.NAME)
    _note_as_older(data_dir, staging)
    refuse_in_use(data_dir)
    agree(found.artists)
    refuse_in_use(data_dir)  # a person may take long to confirm
    kept = _kept_aside(data_dir, now)
    data_folder.sync_folder(staging)
    os.rename(staging, data_dir / _READY)  # from here on the restore will be finished
    data_folder.sync_folder(data_dir)
    _finish(data_dir)
    return Restored(kept, vault is not None)


def refuse_in_use(data_dir: Path) -> None:
    """Raise DatabaseInUse if another program has the database open."""
    if copies.in_use(data_dir / FILE_NAME):
        raise DatabaseInUse(
            "Another RightsDesk has these data open.",
            untouched="Nothing was changed.",
            advice="Close every other RightsDesk window and run, then try again.",
        )


def _note_as_older(data_dir: Path, staging: Path) -> None:
    """Mark the backup as an older state, whatever data were here before.

    Files and platforms may have changed since, on this computer or another. Job ids continue from
    the highest id known here. Raises OSError.
    """
    generation = copies.generation_of(staging / FILE_NAME) or 0
    before = DatabaseState.read(data_dir)
    last_jobs = (copies.last_job_of(folder / FILE_NAME) for folder in (data_dir, staging))
    new_state = DatabaseState(
        max(before.generation, generation + 1),
        jobs=max(before.jobs, *last_jobs),
        entry=before.entry,
        entry_hash=before.entry_hash,
    )
    new_state.put(staging)
    data_folder.sync_file(staging / state.NAME)


def _vault_of(found: Copy, data_dir: Path) -> bytes | None:
    """The vault file of a backup, unless the folder has one for the same key.

    The passphrase of that one may have been changed since.
    """
    content = found.parts.get(vault_file.NAME)
    if content is None:
        return None
    try:
        backup_vault = vault_file.VaultFile.from_json(content.decode("utf-8", "replace"))
    except VaultError:
        return None
    try:
        current_vault = vault_file.read(data_dir)
    except VaultError:
        current_vault = None
    return (
        None
        if current_vault is not None and current_vault.vault_id == backup_vault.vault_id
        else content
    )


def _kept_aside(data_dir: Path, now: datetime) -> Path | None:
    """Copy the existing data as they are, even if damaged. Returns the copy of the database."""
    existing = [data_dir / name for name in _ASIDE if (data_dir / name).exists()]
    if not existing:
        return None
    aside = _folder(data_dir) / _name(now, RESTORE)
    number = 1
    while aside.exists():
        number += 1
        aside = aside.with_name(f"{_name(now, RESTORE)}-{number}")
    aside.mkdir(mode=0o700)
    for path in existing:
        data_folder.create_private(aside / path.name)
        with path.open("rb") as old, (aside / path.name).open("wb") as new:
            shutil.copyfileobj(old, new, 1 << 20)
        data_folder.sync_file(aside / path.name)
    data_folder.sync_folder(aside)
    data_folder.sync_folder(aside.parent)
    _rotate(data_dir, RESTORE)
    return aside / FILE_NAME


def _own(data_dir: Path, kind: str, now: datetime) -> None:
    target = _folder(data_dir) / f"{_name(now, kind)}.sqlite3"
    copies.copy(data_dir / FILE_NAME, target, _parts(data_dir), replace=True)
    _rotate(data_dir, kind)


def _parts(data_dir: Path) -> dict[str, bytes]:
    try:
        return {vault_file.NAME: (data_dir / vault_file.NAME).read_bytes()}
    except FileNotFoundError:
        return {}


def _folder(data_dir: Path) -> Path:
    folder = data_dir / FOLDER
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


def _all(data_dir: Path, kind: str) -> list[Path]:
    return sorted((data_dir / FOLDER).glob(f"[0-9]*Z-{kind}*"))


def _rotate(data_dir: Path, kind: str) -> None:
    remove: Callable[[Path], object]
    for old in _all(data_dir, kind)[:-KEPT]:
        remove = shutil.rmtree if old.is_dir() else os.unlink
        with suppress(OSError):
            remove(old)


def _name(now: datetime, kind: str) -> str:
    return f"{now.astimezone(UTC):%Y%m%dT%H%M%SZ}-{kind}"


def _made_at(backup: Path) -> datetime:
    try:
        made_at = datetime.fromisoformat(backup.name.partition("-")[0])
    except ValueError:
        made_at = datetime.min
    return made_at if made_at.tzinfo else datetime.min.replace(tzinfo=UTC)


def _where_instead(place: Path, error: OSError) -> str:
    if error.errno in _FULL:
        return "Make room, or name a file on another disk."
    if not place.parent.is_dir():
        return worded(
            "Make the folder {parent} first, or name a file in another one.", parent=place.parent
        )
    return "Name a file in a folder where you may write."


def _why(error: OSError) -> str:
    if error.errno in _FULL:
        return "the disk is full."
    return f"{error.strerror or type(error).__name__}."
