"""The temporary files of a write: how they are named, held, and swept up after a crash.

A temporary file lies beside its target, for only there can it take the target's place in
one step. It is hidden, has no name that a scan would look at, and is locked while it is
in use, so that sweeping never takes one away from another thread or program.
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
_OLD = 24 * 60 * 60  # seconds: where locks do not work, this old means left over


def create(folder: str) -> tuple[str, int]:
    """A new temporary file in `folder`: its path and its descriptor, open and locked.

    Raises OSError. The lock ends with the descriptor, also when the program is killed.
    """
    for _ in range(_TRIES):
        path = _new_name(folder)
        try:
            descriptor = os.open(path, _CREATING, 0o600)
        except FileExistsError:
            continue
        try:
            # A sweep between the two steps may have taken the file: then it has no name now.
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
    """One more name for a file, of the kind that a sweep removes; None where there are no links.

    Raises OSError where the file is gone.
    """
    for _ in range(_TRIES):
        name = _new_name(os.path.dirname(path))
        try:
            os.link(path, name, follow_symlinks=False)
        except FileExistsError:
            continue
        except FileNotFoundError:
            raise
        except OSError:  # FAT, some shares, or a file of another person
            return None
        return name
    return None


def take_free_name(temp: str, path: str) -> None:
    """Give a new file its name, and never take the place of another.

    Raises FileExistsError where something has that name, else OSError. The temporary name may
    be left.
    """
    if os.name == "nt":
        os.rename(temp, path)  # which refuses there what exists
        return
    try:
        os.link(temp, path, follow_symlinks=False)
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        if os.path.lexists(path):
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), path) from None
        os.rename(temp, path)  # FAT, some shares: as sure as it can be had there


def sweep(folder: str | bytes) -> int:
    """Remove the temporary files that killed writes left in a folder; say how many.

    Those in use stay. What can't be removed now stays for the next time.
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
        """There are no such locks."""
        return None

    def _abandoned(path: str) -> bool:
        return True  # an open file can't be removed there, which is lock enough

else:

    def lock(descriptor: int) -> bool | None:
        """Whether the lock was free; None where the file system has no locks."""
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
