"""Change a few bytes of a file where they are, without ever leaving it between two states.

Nothing that stays is moved, but the file's end may grow or shrink: a WAV of any length
takes its first tag without being copied.

What the change does was compared before (`checking.check`), and its before-image is
durable. Then the bytes are written, made durable and read back; what goes wrong on the way
is taken back at once. Only a program that is killed in the middle leaves a file half
written, and then `settle` puts it right.
"""

from __future__ import annotations

import contextlib
import os
import time
from enum import Enum

from rightsdesk.files.errors import FileError
from rightsdesk.files.identity import FileIdentity
from rightsdesk.files.opening import open_regular
from rightsdesk.files.os_errors import DiskTrouble, explain, misread
from rightsdesk.files.patch.before_image import BeforeImage, ChangeState
from rightsdesk.files.patch.patch import Patch
from rightsdesk.files.writing.durable import read_at, sync, write_at
from rightsdesk.files.writing.guards import changed, must_be, must_be_writable, must_have_room

LARGEST = 1 << 20
"""Bytes that may change in place: they are held in memory and kept in the journal twice."""

_COARSEST_CLOCK = 2_000_000_000  # nanoseconds: FAT notes times in steps of two seconds


class HalfWritten(FileError):
    """The disk failed in the middle of a change, and again when that was to be taken back."""

    cause = "half-written"


class Settled(Enum):
    """What was found, and done, after a program was killed."""

    WHOLE = "whole"
    """The file is wholly old or wholly new."""
    TAKEN_BACK = "taken back"
    """The file was half written, and is wholly old again."""
    OTHER = "other"
    """Another program has written the file since; it was left as it is."""


def suits(patch: Patch) -> bool:
    """Whether a patch can and should be written in place: nothing moves, and it is small."""
    size = sum(max(splice.length, len(splice.data)) for splice in patch.splices)
    return patch.steady and size <= LARGEST


def write_in_place(path: str | bytes, image: BeforeImage, expected: FileIdentity) -> FileIdentity:
    """Make a change that was checked. All names of a file with hard links follow.

    `path` may be a link; its target changes. `expected` is the state of the file that was
    checked, and `image` is durable already. The file keeps its permissions, owner and
    attributes, and gets a new time of change.

    Raises ChangedOnDisk, NotWritable, DiskFull and the other causes of `trouble`; the file
    is then as it was, or the sentence says otherwise. Raises HalfWritten when it could not
    be brought back: `settle` has to try again later.
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
            return _told(f.fileno(), path, found)
    except OSError as error:
        raise explain(error, writing=True) from error


def settle(path: str | bytes, image: BeforeImage) -> Settled:
    """Make a file whole again after a program was killed while it changed it in place.

    What is found whole is made durable, so that it can be relied on. Repeating it, also
    after it was itself killed, comes to the same end. Raises the causes of `trouble`.
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
    """The last look before the first byte: is the before-image what it will replace?"""
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
                "The disk failed while this file was being changed, and it could not be "
                "brought back at once.",
                advice="Check the disk, then start RightsDesk again: it will bring the file back.",
            ) from error
        with contextlib.suppress(OSError):  # the content counts; a new time only costs a look
            os.utime(descriptor, ns=(found.st_atime_ns, found.st_mtime_ns))
        raise


def _put(descriptor: int, patch: Patch) -> None:
    """Write, make durable, read back."""
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


def _told(descriptor: int, path: str | bytes, before: os.stat_result) -> FileIdentity:
    """The identity of the changed file, once it is sure that it is still the one there."""
    try:
        _date(descriptor, path, before)
        here = FileIdentity.of(descriptor)
        there = FileIdentity.of(path)
    except OSError as error:
        raise DiskTrouble(
            "This file was changed, and then the disk reported an error.",
            advice="Check the disk, then scan the file again.",
        ) from error
    if there.inode != here.inode:
        raise changed()  # replaced just now: what was written is in no folder any more
    return here


def _date(descriptor: int, path: str | bytes, before: os.stat_result) -> None:
    """See that the file's time tells the change, also where clocks are coarse.

    Two writes within one tick would look like one state, and the inode and the size of a
    file that changes in place stay.
    """
    place = descriptor if os.utime in os.supports_fd else path
    for least in (1, _COARSEST_CLOCK):
        now = os.fstat(descriptor)
        if now.st_mtime_ns != before.st_mtime_ns:
            return
        later = max(time.time_ns(), before.st_mtime_ns + least)
        with contextlib.suppress(OSError):  # only the owner may set times
            os.utime(place, ns=(now.st_atime_ns, later))
