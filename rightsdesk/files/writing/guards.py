"""Checks before any write: unchanged file, write permission, free space."""

from __future__ import annotations

import errno
import os
import shutil
import stat
import sys

from rightsdesk.files.errors import ChangedOnDisk
from rightsdesk.files.identity import FileIdentity
from rightsdesk.files.os_errors import UNTOUCHED, disk_full, explain, read_only

RESERVE = 16 << 20
"""Bytes to leave free on a disk, for other programs and for the journal."""


def must_be(expected: FileIdentity, found: os.stat_result) -> None:
    """Raise `ChangedOnDisk` unless the file is in the expected state."""
    if FileIdentity.of_stat(found) != expected:
        raise changed()


def must_be_writable(found: os.stat_result, *paths: str) -> None:
    """Refuse write-protected files, even if the user could bypass the protection.

    `found` is the `stat` of the first of `paths`, the file. A folder that is also written
    may follow. Raises NotWritable, ReadOnlyDisk, or OSError.
    """
    if sys.platform != "win32" and os.statvfs(paths[0]).f_flag & os.ST_RDONLY:
        raise explain(OSError(errno.EROFS, ""), writing=True)
    immutable = stat.UF_IMMUTABLE | stat.SF_IMMUTABLE
    if getattr(found, "st_flags", 0) & immutable:  # macOS: "Locked" in the Finder
        raise read_only()
    for index, path in enumerate(paths):
        mode = os.stat(path).st_mode if index else found.st_mode
        if not mode & stat.S_IWUSR or not os.access(path, os.W_OK):
            raise read_only()


def must_have_room(place: str | bytes, size: int) -> None:
    """Raise `DiskFull` unless `size` more bytes fit on the disk and `RESERVE` stays free.

    `place` is a folder, or a file in it.
    """
    disk = shutil.disk_usage(os.path.dirname(place) if os.name == "nt" else place)
    if disk.total and disk.free < size + RESERVE:  # some network shares report 0 of 0
        raise disk_full(reserve=RESERVE)


def changed() -> ChangedOnDisk:
    """Return the error for a file that another program changed."""
    return ChangedOnDisk(
        "This file was changed by something else in the meantime.",
        advice="Scan it again, then decide again.",
        untouched=UNTOUCHED,
    )
