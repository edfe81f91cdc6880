"""Temp files of writes: create them, lock them, and sweep them after a crash.

A temp file is in the folder of its target, because a rename is atomic only there. It is
hidden, and its extension is not audio, so scans ignore it. It is locked while in use, so
that a sweep never removes the file of another thread or program.
"""

from __future__ import annotations

import contextlib
import errno
import os
import re
import secrets
import stat
import sys
import time

if sys.platform != "win32":
    import fcntl

_NAME = re.compile(r"\.rightsdesk-[0-9a-f]{8}\.tmp")
_CREATING = (
    os.O_RDWR
    | os.O_CREAT
    | os.O_EXCL
    | getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_BINARY", 0)
)
_NO_LINKS = {errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS}
_TRIES = 8
_OLD = 24 * 60 * 60  # seconds: without working locks, older files count as leftovers


def create(folder: str) -> tuple[str, int]:
    """Create a temp file in `folder`; return its path and its open, locked descriptor.

    The lock ends with the descriptor, also if the program is killed. Raises OSError.
    """
    for _ in range(_TRIES):
        path = _new_name(folder)
        try:
            descriptor = os.open(path, _CREATING, 0o600)
        except FileExistsError:
            continue
        try:
            # A sweep between the two steps may have removed the file's name.
            if lock(descriptor) is not False and os.fstat(descriptor).st_nlink:
                return path, descriptor
        except BaseException:
            os.close(descriptor)
            with contextlib.suppress(OSError):
                os.unlink(path)
            raise
        os.close(descriptor)
    raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), path)


def _new_name(folder: str) -> str:
    return os.path.join(folder, f".rightsdesk-{secrets.token_hex(4)}.tmp")


def second_name(path: str) -> str | None:
    """Give a file a second name that a sweep removes; return it, None without hard links.

    Raises OSError if the file is gone.
    """
    for _ in range(_TRIES):
        name = _new_name(os.path.dirname(path))
        try:
            os.link(path, name, follow_symlinks=False)
        except FileExistsError:
            continue
        except FileNotFoundError:
            raise
        except OSError:  # FAT, some shares, or another user's file
            return None
        return name
    return None


def take_free_name(temp: str, path: str) -> None:
    """Give a new file its name, without ever replacing a file.

    The temporary name may remain. Raises FileExistsError if the name is taken, and OSError.
    """
    if os.name == "nt":
        os.rename(temp, path)  # on Windows it refuses existing names
        return
    try:
        os.link(temp, path, follow_symlinks=False)
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        if os.path.lexists(path):
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), path) from None
        os.rename(temp, path)  # FAT, some shares: no atomic way exists there


def sweep(folder: str | bytes) -> int:
    """Remove the temp files that killed writes left in a folder; return their number.

    Files in use stay. Files that can't be removed now wait for the next sweep.
    """
    removed = 0
    try:
        with os.scandir(os.fsdecode(folder)) as entries:
            left = [entry.path for entry in entries if _NAME.fullmatch(entry.name)]
    except OSError:
        return 0
    for path in left:
        with contextlib.suppress(OSError):
            if _abandoned(path):
                os.unlink(path)
                removed += 1
    return removed


if sys.platform == "win32":

    def lock(descriptor: int) -> bool | None:
        """Return None: Windows has no such locks."""
        return None

    def _abandoned(path: str) -> bool:
        return True  # Windows can't remove an open file, which serves as a lock

else:

    def lock(descriptor: int) -> bool | None:
        """Take the lock; return whether it was free, None if the file system has no locks."""
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        except OSError:
            return None
        return True

    def _abandoned(path: str) -> bool:
        found = os.lstat(path)
        if not stat.S_ISREG(found.st_mode):
            return False
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        try:
            free = lock(descriptor)
        finally:
            os.close(descriptor)
        return time.time() - found.st_mtime > _OLD if free is None else free
