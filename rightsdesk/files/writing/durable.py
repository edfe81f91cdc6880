"""Bytes that last: reading and writing at a place, and making files and folders durable.

Whatever the writers ask of the disk beyond opening goes through here, whole or not at all:
the system may write less than it was given, and may keep what it took in its own memory.
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
    """Write all of `data` from `offset`. Raises OSError; a part may then be written."""
    left = memoryview(data)
    while left:
        written = _pwrite(descriptor, left, offset)
        if written == 0:  # not an error by POSIX, and yet it would go on for ever
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        left = left[written:]
        offset += written


def read_at(descriptor: int, length: int, offset: int) -> bytes:
    """`length` bytes from `offset`, fewer only where the file ends. Raises OSError."""
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
    """Make a file durable. On macOS fsync stops at the disk's own cache (fsync(2))."""
    if sys.platform == "darwin":
        with contextlib.suppress(OSError):  # network shares do not know it
            fcntl.fcntl(descriptor, fcntl.F_FULLFSYNC)
            return
    os.fsync(descriptor)


def sync_folder(folder: str) -> None:
    """Make a rename durable, where folders can be synced."""
    if os.name != "posix":
        return
    try:
        descriptor = os.open(folder, os.O_RDONLY)
    except PermissionError:  # a folder that may be written and not be read
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
