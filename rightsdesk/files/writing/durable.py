"""Durable disk access: read and write at an offset, and sync files and folders.

All disk access of the writers after opening goes through here. The system may write fewer
bytes than it was given, and may keep them in its own cache. These functions handle both.
"""

from __future__ import annotations

import contextlib
import errno
import os
import sys

if sys.platform == "darwin":
    import fcntl

_NO_FOLDER_SYNC = {errno.EINVAL, errno.ENOTSUP, errno.EACCES, errno.EBADF, errno.EISDIR}


def write_at(descriptor: int, data: bytes, offset: int) -> None:
    """Write all of `data` at `offset`. Raises OSError, possibly after a partial write."""
    left = memoryview(data)
    while left:
        written = _pwrite(descriptor, left, offset)
        if written == 0:  # no error by POSIX, but it would loop forever
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        left = left[written:]
        offset += written


def read_at(descriptor: int, length: int, offset: int) -> bytes:
    """Return `length` bytes from `offset`, fewer only at the file's end. Raises OSError."""
    parts: list[bytes] = []
    while length:
        part = _pread(descriptor, length, offset)
        if not part:
            break
        parts.append(part)
        length -= len(part)
        offset += len(part)
    return b"".join(parts)


def sync(descriptor: int) -> None:
    """Make a file durable. On macOS, fsync stops at the disk's own cache (fsync(2))."""
    if sys.platform == "darwin":
        with contextlib.suppress(OSError):  # network shares don't support it
            fcntl.fcntl(descriptor, fcntl.F_FULLFSYNC)
            return
    os.fsync(descriptor)


def sync_folder(folder: str) -> None:
    """Make a rename durable, if the system can sync folders."""
    if os.name != "posix":
        return
    try:
        descriptor = os.open(folder, os.O_RDONLY)
    except PermissionError:  # the folder is writable but not readable
        return
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno not in _NO_FOLDER_SYNC:
            raise
    finally:
        os.close(descriptor)


if sys.platform == "win32":

    def _pwrite(descriptor: int, data: memoryview, offset: int) -> int:
        os.lseek(descriptor, offset, os.SEEK_SET)
        return os.write(descriptor, data)

    def _pread(descriptor: int, length: int, offset: int) -> bytes:
        os.lseek(descriptor, offset, os.SEEK_SET)
        return os.read(descriptor, length)

else:

    def _pwrite(descriptor: int, data: memoryview, offset: int) -> int:
        return os.pwrite(descriptor, data, offset)

    def _pread(descriptor: int, length: int, offset: int) -> bytes:
        return os.pread(descriptor, length, offset)
