"""Change a few bytes of a file in place, without leaving it half written.

No kept byte moves, but the file's end may grow or shrink. A WAV of any length takes its
first tag without a copy.

The change was verified before (`checking.check`), and its before-image is durable. Then the
bytes are written, synced and read back. Errors are rolled back at once. Only a killed
program leaves a file half written; `settle` repairs it.
"""

from __future__ import annotations

import contextlib
import os
import time
from enum import Enum

from rightsdesk.enums.causes import Cause
from rightsdesk.files.errors import FileError
from rightsdesk.files.identity import FileIdentity
from rightsdesk.files.opening import open_regular
from rightsdesk.files.os_errors import DiskTrouble, explain, failed_after_change, misread
from rightsdesk.files.patch.before_image import BeforeImage, ChangeState
from rightsdesk.files.patch.patch import Patch
from rightsdesk.files.writing.durable import read_at, sync, write_at
from rightsdesk.files.writing.guards import changed, must_be, must_be_writable, must_have_room

LARGEST = 1 << 20
"""Bytes that may change in place. They are held in memory, and stored in the journal twice."""

_COARSEST_CLOCK = 2_000_000_000  # nanoseconds: FAT stores times in steps of two seconds


class HalfWritten(FileError):
    """The disk failed during a change, and again during its rollback."""

    cause = Cause.HALF_WRITTEN


class Settled(Enum):
    """The result of `settle` after a program was killed."""

    WHOLE = "whole"
    """The file is completely old or completely new."""
    TAKEN_BACK = "taken back"
    """The file was half written, and is completely old again."""
    OTHER = "other"
    """Another program has written the file since. It was left as it is."""


def suits(patch: Patch) -> bool:
    """Return whether a patch can be written in place: it moves nothing, and it is small."""
    size = sum(max(splice.length, len(splice.data)) for splice in patch.splices)
    return patch.steady and size <= LARGEST


def write_in_place(path: str | bytes, image: BeforeImage, expected: FileIdentity) -> FileIdentity:
    """Write a verified change; return the file's new identity.

    All hard links of the file change with it. `path` may be a link; its target changes.
    `expected` is the state of the file that was verified. `image` must be durable already.
    The file keeps its permissions, owner and attributes, and gets a new modification time.

    Raises ChangedOnDisk, NotWritable, DiskFull and the other errors of `os_errors`. The file
    is then unchanged, unless the message says otherwise. Raises HalfWritten if the rollback
    failed: `settle` has to try again later.
    """
    if image.forth is None:
        raise ValueError("this change is not one in place")
    try:
        with open_regular(path, also_write=True) as f:
            found = os.fstat(f.fileno())
            must_be(expected, found)
            must_be_writable(found, os.fsdecode(path))
            if (growth := image.forth.new_size - image.forth.size) > 0:
                must_have_room(path, growth)
            _must_hold(f.fileno(), image.back)
            _write(f.fileno(), image.forth, image.back, found)
            return _new_identity(f.fileno(), path, found)
    except OSError as error:
        raise explain(error, writing=True) from error


def settle(path: str | bytes, image: BeforeImage) -> Settled:
    """Repair a file after a program was killed during a write in place.

    A complete file is synced, so that its state is reliable. Repeated calls, even after a
    kill, lead to the same result. Raises the errors of `os_errors`.
    """
    try:
        with open_regular(path) as f:
            state = image.state(f)
            if state is not ChangeState.HALF:
                if state is not ChangeState.OTHER:
                    sync(f.fileno())
                return Settled.OTHER if state is ChangeState.OTHER else Settled.WHOLE
        with open_regular(path, also_write=True) as f:
            if image.state(f) is not ChangeState.HALF:
                raise changed()
            _put(f.fileno(), image.back)
            return Settled.TAKEN_BACK
    except OSError as error:
        raise explain(error, writing=True) from error


def _must_hold(descriptor: int, back: Patch) -> None:
    """Check that the file holds the bytes of the before-image. Raises ChangedOnDisk."""
    for splice in back.splices:
        if read_at(descriptor, len(splice.data), splice.offset) != splice.data:
            raise changed()


def _write(descriptor: int, forth: Patch, back: Patch, found: os.stat_result) -> None:
    try:
        _put(descriptor, forth)
    except BaseException as error:
        try:
            _put(descriptor, back)
        except (OSError, DiskTrouble):
            raise HalfWritten(
                "The disk failed while this file was being changed, and the old version could "
                "not be restored at once.",
                advice="Check the disk, then start RightsDesk again: it will restore the file.",
            ) from error
        with contextlib.suppress(OSError):  # a new time would only cause another read
            os.utime(descriptor, ns=(found.st_atime_ns, found.st_mtime_ns))
        raise


def _put(descriptor: int, patch: Patch) -> None:
    """Write a patch, sync it, and read it back. Raises OSError and DiskTrouble."""
    for splice in patch.splices:
        write_at(descriptor, splice.data, splice.offset)
    if patch.new_size != patch.size:
        os.ftruncate(descriptor, patch.new_size)
    sync(descriptor)
    if os.fstat(descriptor).st_size != patch.new_size:
        raise misread()
    for splice in patch.splices:
        if read_at(descriptor, len(splice.data), splice.offset) != splice.data:
            raise misread()


def _new_identity(descriptor: int, path: str | bytes, before: os.stat_result) -> FileIdentity:
    """Return the identity of the changed file.

    Raises ChangedOnDisk if the path leads to another file by now, and DiskTrouble.
    """
    try:
        _renew_mtime(descriptor, path, before)
        written = FileIdentity.of(descriptor)
        current = FileIdentity.of(path)
    except OSError as error:
        raise failed_after_change() from error
    if current.inode != written.inode:
        raise changed()  # another program just replaced the file
    return written


def _renew_mtime(descriptor: int, path: str | bytes, before: os.stat_result) -> None:
    """Make sure that the modification time differs from before, even with a coarse clock.

    Inode and size of a file that changes in place may stay. Two writes within a tick of the
    clock would look like the same state.
    """
    place = descriptor if os.utime in os.supports_fd else path
    for least in (1, _COARSEST_CLOCK):
        now = os.fstat(descriptor)
        if now.st_mtime_ns != before.st_mtime_ns:
            return
        later = max(time.time_ns(), before.st_mtime_ns + least)
        with contextlib.suppress(OSError):  # only the owner may set times
            os.utime(place, ns=(now.st_atime_ns, later))
