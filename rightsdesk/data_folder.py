"""The folder with RightsDesk's own data: where it is, and that only this user can access it."""

from __future__ import annotations

import os
import shlex
import shutil
import stat
import sys
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path

from platformdirs import user_data_path

from rightsdesk.enums.causes import Cause
from rightsdesk.errors import KnownError
from rightsdesk.sentences import worded

VARIABLE = "RIGHTSDESK_DATA_DIR"

_POSIX = os.name == "posix"
_OTHERS_WRITE = stat.S_IWGRP | stat.S_IWOTH
_OTHERS = stat.S_IRWXG | stat.S_IRWXO

_OURS = (
    ".*.part",
    ".*.tmp",
    "backups",
    "config.toml",  # macOS and Windows have one folder for data and configuration
    "covers",
    "crash-reports",
    "database-state.json",
    "job.lock",
    "licences",
    "logs",
    "platforms.facts",
    "renewal-*.lock",
    "restore.part",
    "rightsdesk-*.sock",
    "restore.ready",
    "rightsdesk.sqlite3*",
    "vault.json",
    "window.ini*",
)
"""Names of RightsDesk's own files in its data folder."""


class NoHome(KnownError):
    """The system does not say where this user's files belong."""

    cause = Cause.NO_HOME


class NotPrivate(KnownError):
    """Other users could change or read RightsDesk's data there."""

    cause = Cause.DATA_FOLDER


class NotAFolder(KnownError):
    """The path of the data folder is something other than a folder."""

    cause = Cause.DATA_FOLDER


def default() -> Path:
    """The folder that the environment names, else the system's folder for such data.

    Raises NoHome if there is neither: HOME is not set, or is not a folder's path.
    """
    if named := os.environ.get(VARIABLE):
        return Path(named)
    if _lost():
        raise NoHome(
            "RightsDesk can't tell where your home folder is: the variable HOME is not set.",
            untouched="Nothing was changed.",
            advice=worded(
                "Set HOME, or say where to keep the data: --data-dir DIR, or {variable}.",
                variable=VARIABLE,
            ),
        )
    return user_data_path("RightsDesk", False)


class _Opened:
    """The data folder of this process."""

    folder: Path | None = None


def use(folder: Path | None) -> None:
    """Note which data folder this process works with: rooms that have no workspace ask `in_use`."""
    _Opened.folder = folder


def in_use() -> Path | None:
    """The data folder that was opened last; None before any was."""
    return _Opened.folder


def prepare(folder: Path) -> None:
    """Create the folder, or check that the existing one can be trusted.

    A new folder gets mode 0700, and so does one that holds only RightsDesk's data. Files in it get
    mode 0600. On Windows both keep its access rules: a folder in a user's profile is private.

    Raises NotPrivate if others may write in the folder, or in a parent so that they could replace
    it, NotAFolder, and OSError.
    """
    if folder.exists() and not folder.is_dir():
        raise NotAFolder(
            worded("{folder} is a file, so RightsDesk can't keep its data in it.", folder=folder),
            untouched="Nothing was changed.",
            advice="Choose a folder: --data-dir DIR.",
        )
    if folder.is_symlink() and not folder.exists():
        raise NotAFolder(
            worded(
                "{folder} is a link to {target}, which is not there.",
                folder=folder,
                target=os.readlink(folder),
            ),
            untouched="Nothing was changed.",
            advice="Connect the disk it is on, or choose another folder: --data-dir DIR.",
        )
    if not _POSIX:
        folder.mkdir(parents=True, exist_ok=True)
        return
    _refuse_open_parents(folder)
    _make(folder)
    found = folder.stat()
    if found.st_mode & _OTHERS_WRITE:
        command = f"chmod go-w {shlex.quote(str(folder))}"
        # A folder that holds other things may have to be open to others, as /tmp has.
        advice = worded(
            "Make it yours, then try again: {command}. Or choose another folder.", command=command
        )
        raise NotPrivate(
            worded(
                "Other people on this computer may write in RightsDesk's data folder ({folder}).",
                folder=folder,
            ),
            untouched="Nothing was read or changed.",
            advice=advice if _holds_ours_only(folder) else "Choose another folder: --data-dir DIR.",
        )
    if found.st_mode & _OTHERS and found.st_uid == os.geteuid() and _holds_ours_only(folder):
        folder.chmod(0o700)
    close(folder)


def close(folder: Path) -> None:
    """Set mode 0600 on RightsDesk's files in a folder, 0700 on its folders. Raises NotPrivate if
    that is not permitted."""
    if not _POSIX:
        return
    for pattern in _OURS:
        for place in folder.glob(pattern):
            _close(place)
            if place.is_dir():
                for inside in place.iterdir():
                    _close(inside)


def remove_ours(folder: Path, *, keep: Collection[str] = ()) -> None:
    """Remove RightsDesk's own files from a folder, except those with the names `keep`, and the
    folder itself if nothing else is in it. Links are removed, not what they lead to.

    Raises OSError if one can't be removed.
    """
    for pattern in _OURS:
        for place in sorted(folder.glob(pattern)):
            if place.name in keep:
                continue
            if place.is_dir() and not place.is_symlink():
                shutil.rmtree(place)
            else:
                place.unlink(missing_ok=True)
    if not any(folder.iterdir()) and not folder.is_symlink():
        folder.rmdir()


def create_private(path: Path) -> None:
    """Create an empty file with mode 0600 if it does not exist. Raises OSError."""
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))


def sync_file(path: Path) -> None:
    """Wait until a file's content is on disk. Raises OSError."""
    descriptor = os.open(path, os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_folder(folder: Path) -> None:
    """Wait until the names in a folder are on disk. Raises OSError."""
    if not _POSIX:  # Windows has no such call
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _refuse_open_parents(folder: Path) -> None:
    """Raise NotPrivate if others could move the folder away and put their own there.

    They can if they may write in a folder above it without the sticky bit (/tmp has it): with it,
    only the owner of an entry may move that. A link has two chains of parents: that of the link,
    and that of its target.
    """
    for parent in dict.fromkeys((*folder.absolute().parents, *folder.resolve().parents)):
        try:
            found = parent.stat()
        except FileNotFoundError:
            continue  # it will be created, for this user only
        if found.st_mode & stat.S_ISVTX or not _others_write(found):
            continue
        command = f"chmod go-w {shlex.quote(str(parent))}"
        advice = worded(
            "Choose another folder: --data-dir DIR. Or let only yourself write there: {command}"
            if found.st_uid == os.geteuid()
            else "Choose another folder: --data-dir DIR.",
            command=command,
        )
        raise NotPrivate(
            worded(
                "Other people on this computer may write in {parent}, so they could put a "
                "folder of theirs in the place of RightsDesk's data folder ({folder}).",
                parent=parent,
                folder=folder,
            ),
            untouched="Nothing was read or changed.",
            advice=advice,
        )


def _others_write(found: os.stat_result) -> bool:
    """Whether other users may write, administrators excepted.

    Many systems give each user a group of their own with write access to their folders; it has one
    member.
    """
    if found.st_mode & stat.S_IWOTH:
        return True
    return bool(found.st_mode & stat.S_IWGRP and found.st_gid and not _own_group(found.st_gid))


def _own_group(number: int) -> bool:
    """Whether this is the user's own group, and has no other members."""
    if sys.platform == "win32":
        return False
    import grp
    import pwd

    try:
        person, group = pwd.getpwuid(os.geteuid()), grp.getgrgid(number)
    except KeyError:
        return False
    return group.gr_name == person.pw_name and set(group.gr_mem) <= {person.pw_name}


def _make(folder: Path) -> None:
    """Create a folder and its parents, all private. Raises OSError."""
    for place in (*reversed(folder.absolute().parents), folder):
        with suppress(FileExistsError):
            if not place.exists():
                place.mkdir(mode=0o700)


def _close(place: Path) -> None:
    try:
        mode = place.stat().st_mode
        if mode & _OTHERS:
            place.chmod(0o700 if stat.S_ISDIR(mode) else 0o600)
    except FileNotFoundError:
        return
    except PermissionError as error:
        command = f"sudo chown $(id -u) {shlex.quote(str(place))}"
        raise NotPrivate(
            worded("Another user owns {place}, and other people may open it.", place=place),
            untouched="Nothing was read or changed.",
            advice=worded("Make it yours, then try again: {command}", command=command),
        ) from error


def _holds_ours_only(folder: Path) -> bool:
    return all(any(entry.match(pattern) for pattern in _OURS) for entry in folder.iterdir())


def _lost() -> bool:
    """Whether the path is relative, so that it depends on the working directory."""
    if not _POSIX:
        return False
    if sys.platform != "darwin" and os.path.isabs(os.environ.get("XDG_DATA_HOME", "")):
        return False
    # HOME is empty or relative, or is not set and this user id has no account.
    return os.environ.get("HOME") == "" or not os.path.isabs(os.path.expanduser("~"))
