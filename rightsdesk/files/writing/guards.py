"""What has to hold before a file is changed, whichever way: the same file, allowed, room."""

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
"""Free bytes to leave on a disk: others need some too, above all the journal."""


def must_be(expected: FileIdentity, found: os.stat_result) -> None:
    """The file is in the state for which the change was worked out, or `ChangedOnDisk`."""
    if FileIdentity.of_stat(found) != expected:
        raise changed()


def must_be_writable(found: os.stat_result, *paths: str) -> None:
    """Refuse what its owner protected, also where this person could get round it.

    `found` is of the file, which is the first of `paths`; a folder that has to be written
    too may follow. Raises NotWritable, ReadOnlyDisk, or OSError.
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
    """There is space for `size` more bytes, and some left over, or `DiskFull`.

    `place` is a folder, or a file in it.
    """
    disk = shutil.disk_usage(os.path.dirname(place) if os.name == "nt" else place)
    if disk.total and disk.free < size + RESERVE:  # some network shares say 0 of 0
        raise disk_full(reserve=RESERVE)


def changed() -> ChangedOnDisk:
    return ChangedOnDisk(
        "This file was changed by something else in the meantime.",
        advice="Scan it again, then decide anew.",
        untouched=UNTOUCHED,
    )
