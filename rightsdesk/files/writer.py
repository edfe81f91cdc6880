"""Change a file so that at every instant it is wholly old or wholly new.

`stage` builds the new version beside the file, makes it durable, reads it back and
compares everything that is not ours with the original. Only `Staged.replace` touches the
file itself, in one step. Whatever goes wrong before leaves it as it was, and nothing
beside it.
"""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import stat
import sys
import time
from collections.abc import Callable
from types import TracebackType
from typing import BinaryIO

from rightsdesk.consent.fields import Fields
from rightsdesk.files import keeping, leftovers
from rightsdesk.files.containers import (
    Container,
    container_of,
    foreign_difference,
    same_essence,
)
from rightsdesk.files.errors import ChangedOnDisk, FileError
from rightsdesk.files.identity import FileIdentity
from rightsdesk.files.leftovers import sweep
from rightsdesk.files.opening import open_regular, opened
from rightsdesk.files.patch import Patch
from rightsdesk.files.trouble import (
    UNTOUCHED,
    DiskTrouble,
    disk_full,
    explain,
    read_only,
)

if sys.platform == "darwin":
    import fcntl

__all__ = ["HardLinked", "Staged", "WouldHarm", "opened", "restore", "stage", "sweep"]

RESERVE = 16 << 20
"""Free bytes to leave on a disk: others need some too, above all the journal."""

_PAUSES = (0.05, 0.2, 0.5)  # seconds between tries while Windows says that a file is in use
_WINDOWS_IN_USE = {5, 32, 33}  # access denied (also: being scanned), sharing, lock violation
_NO_FOLDER_SYNC = {errno.EINVAL, errno.ENOTSUP, errno.EACCES, errno.EBADF, errno.EISDIR}


class HardLinked(FileError):
    """The file has more than one name, and replacing it would part them."""

    cause = "hard-link"


class WouldHarm(FileError):
    """The new version differs in more than our fields; it is thrown away."""

    cause = "would-harm"


class Staged:
    """A new version, durable and compared, that waits beside its file.

    As a context manager it throws the new version away unless `replace` was called.
    """

    def __init__(
        self,
        path: str,
        target: str,
        temp: str,
        held: int,
        expected: FileIdentity,
        sleep: Callable[[float], None],
    ) -> None:
        self.temp = temp
        self._path = path
        self._target = target
        self._held: int | None = held  # keeps the temporary file from being swept up
        self._expected = expected
        self._sleep = sleep

    def replace(self) -> FileIdentity:
        """Put the new version in the file's place, durably; give its identity.

        Raises ChangedOnDisk when the file is no longer the one that was staged, and the
        causes of `trouble`; then the file is as it was and the new version gone. Only
        DiskTrouble may come when the file is new already, and says so.
        """
        try:
            found = os.stat(self._target)
            if os.path.realpath(self._path) != self._target:
                raise _changed()
            _must_be(self._expected, found)
            self._release(on="nt")  # Windows does not move an open file
            self._move()
        except OSError as error:
            self.discard()
            raise explain(error, writing=True) from error
        except BaseException:
            self.discard()
            raise
        self._release()
        try:
            _sync_folder(os.path.dirname(self._target))
            return FileIdentity.of(self._target)
        except OSError as error:
            raise DiskTrouble(
                "This file was changed, and then the disk reported an error.",
                advice="Check the disk, then scan the file again.",
            ) from error

    def discard(self) -> None:
        """Throw the new version away. What can't be removed now, `sweep` removes later."""
        self._release()
        with contextlib.suppress(OSError):
            os.unlink(self.temp)

    def __enter__(self) -> Staged:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._held is not None:
            self.discard()

    def _move(self) -> None:
        for pause in (*_PAUSES, None):
            try:
                os.replace(self.temp, self._target)
                return
            except OSError as error:
                in_use = getattr(error, "winerror", None) in _WINDOWS_IN_USE
                if pause is None or not in_use:
                    raise
                self._sleep(pause)

    def _release(self, *, on: str | None = None) -> None:
        if self._held is not None and on in (None, os.name):
            os.close(self._held)
            self._held = None


def stage(
    path: str | bytes,
    patch: Patch,
    container: Container,
    expected: FileIdentity,
    *,
    wanted: Fields | None = None,
    sleep: Callable[[float], None] = time.sleep,
) -> Staged:
    """Build the new version of a file, ready to take its place.

    `path` may be a link: its target is changed, and the link stays. `expected` is the
    state of the file for which the patch was worked out. With `wanted`, the fields are
    read back and compared too.

    Raises ChangedOnDisk, HardLinked, NotWritable, DiskFull and the other causes of
    `trouble`, NotKept, WouldHarm, and what the container raises. The file is untouched
    in each case, and nothing is left beside it.
    """
    name = os.fsdecode(path)
    try:
        target = os.path.realpath(name, strict=True)
        with open_regular(target) as original:
            found = os.fstat(original.fileno())
            _must_be(expected, found)
            _must_be_writable(target, found)
            folder = os.path.dirname(target)
            _must_have_room(folder, patch.new_size)
            temp, held = leftovers.create(folder)
            staged = Staged(name, target, temp, held, expected, sleep)
            try:
                _build(original, patch, temp, held)
                _must_be(expected, os.fstat(original.fileno()))
                with open_regular(temp) as new:
                    _must_be_as_intended(original, new, patch, container, wanted)
            except BaseException:
                staged.discard()
                raise
            return staged
    except OSError as error:
        raise explain(error, writing=True) from error


def restore(
    path: str | bytes, inverse: Patch, container: Container, expected: FileIdentity
) -> FileIdentity:
    """Undo a write to the byte: apply the inverse of its patch. Raises as `stage` does."""
    with stage(path, inverse, container, expected) as staged:
        return staged.replace()


def _build(original: BinaryIO, patch: Patch, temp: str, held: int) -> None:
    with os.fdopen(os.dup(held), "r+b") as out:
        patch.write(original, out)
    keeping.keep(original.fileno(), held)
    _sync(held)


def _must_be(expected: FileIdentity, found: os.stat_result) -> None:
    if FileIdentity.of_stat(found) != expected:
        raise _changed()
    if found.st_nlink > 1:
        raise HardLinked(
            "This file has a second name elsewhere (a hard link), which would not follow.",
            advice="Remove the other name, or make a copy and change that.",
            untouched=UNTOUCHED,
        )


def _must_be_writable(target: str, found: os.stat_result) -> None:
    """Refuse what its owner protected, also where this person could get round it."""
    folder = os.path.dirname(target)
    if sys.platform != "win32" and os.statvfs(folder).f_flag & os.ST_RDONLY:
        raise explain(OSError(errno.EROFS, ""), writing=True)
    immutable = stat.UF_IMMUTABLE | stat.SF_IMMUTABLE
    protected = getattr(found, "st_flags", 0) & immutable  # macOS: "Locked" in the Finder
    for path, mode in ((target, found.st_mode), (folder, os.stat(folder).st_mode)):
        if protected or not mode & stat.S_IWUSR or not os.access(path, os.W_OK):
            raise read_only()


def _must_have_room(folder: str, size: int) -> None:
    disk = shutil.disk_usage(folder)
    if disk.total and disk.free < size + RESERVE:  # some network shares say 0 of 0
        raise disk_full()


def _must_be_as_intended(
    original: BinaryIO,
    new: BinaryIO,
    patch: Patch,
    container: Container,
    wanted: Fields | None,
) -> None:
    """Read the new version back as any other program would, and compare."""
    size = os.fstat(new.fileno()).st_size
    if size != patch.new_size or container_of(new).name != container.name:
        raise _would_harm("its form")
    if not same_essence(container, original, new):
        raise _would_harm("its audio")
    difference = foreign_difference(container, original, new)
    if difference is not None:
        raise _would_harm(f"its part “{difference}”")
    found = container.fields(new)
    if any(found.get(name, ()) != tuple(values) for name, values in (wanted or {}).items()):
        raise _would_harm("what it should say")


def _would_harm(what: str) -> WouldHarm:
    return WouldHarm(
        f"Changing this file would have harmed {what}, so RightsDesk did not.",
        advice="Please report this, with the file if you can.",
        untouched=UNTOUCHED,
    )


def _changed() -> ChangedOnDisk:
    return ChangedOnDisk(
        "This file was changed by something else in the meantime.",
        advice="Scan it again, then decide anew.",
        untouched=UNTOUCHED,
    )


def _sync(descriptor: int) -> None:
    """Make a file durable. On macOS fsync stops at the disk's own cache (fsync(2))."""
    if sys.platform == "darwin":
        with contextlib.suppress(OSError):  # network shares do not know it
            fcntl.fcntl(descriptor, fcntl.F_FULLFSYNC)
            return
    os.fsync(descriptor)


def _sync_folder(folder: str) -> None:
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
