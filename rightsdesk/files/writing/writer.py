"""Change a file atomically: at every moment it is completely old or completely new.

The change was verified before (`checking.check`). `stage` builds the new version in the
same folder, syncs it and reads it back. Only `Staged.replace` touches the file itself, in a
single step. An error before that leaves the file unchanged, and no temp file.
"""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Callable
from types import TracebackType
from typing import BinaryIO

from rightsdesk import file_attributes
from rightsdesk.enums.causes import Cause
from rightsdesk.files.errors import FileError
from rightsdesk.files.identity import FileIdentity
from rightsdesk.files.opening import open_regular, opened
from rightsdesk.files.os_errors import UNTOUCHED, explain, failed_after_change, misread
from rightsdesk.files.patch.patch import BLOCK, Patch
from rightsdesk.files.patch.patched_view import patched
from rightsdesk.files.writing import temp_files
from rightsdesk.files.writing.cloning import write_cloned
from rightsdesk.files.writing.durable import sync, sync_folder
from rightsdesk.files.writing.guards import changed, must_be, must_be_writable, must_have_room
from rightsdesk.files.writing.replaced_version import ReplacedVersion
from rightsdesk.files.writing.temp_files import sweep

__all__ = ["HardLinked", "Staged", "opened", "restore", "stage", "sweep"]

_PAUSES = (0.05, 0.2, 0.5)  # seconds between tries while Windows says that a file is in use
_WINDOWS_IN_USE = {5, 32, 33}  # access denied (also: being scanned), sharing, lock violation


class HardLinked(FileError):
    """The file has hard links, which a replacement would separate."""

    cause = Cause.HARD_LINK


class Staged:
    """A new version of a file, durable and verified, ready to replace it.

    As a context manager it discards the new version unless `replace` was called.
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
        self._held: int | None = held  # its lock protects the temp file from sweeps
        self._expected = expected
        self._sleep = sleep

    def replace(self, *, folder_follows: bool = False) -> FileIdentity:
        """Replace the file with the new version, durably; return its identity.

        `folder_follows`: the caller syncs the folder, once for several files.

        Raises ChangedOnDisk if the file has changed since staging, or if another program
        writes to it meanwhile, and the errors of `os_errors`. Then the file is unchanged, or
        as that program left it, and the new version is discarded. Only DiskTrouble may come
        after the replacement; its message says so.
        """
        try:
            found = os.stat(self._target)
            if os.path.realpath(self._path) != self._target:
                raise changed()
            must_be(self._expected, found)
            _must_have_one_name(found)
            with ReplacedVersion(self._target, self._expected) as old:
                self._release(on="nt")  # Windows does not rename an open file
                self._move()
                old.must_be_untouched()
        except OSError as error:
            self.discard()
            raise explain(error, writing=True) from error
        except BaseException:
            self.discard()
            raise
        self._release()
        try:
            if not folder_follows:
                sync_folder(self.folder)
            return FileIdentity.of(self._target)
        except OSError as error:
            raise failed_after_change() from error

    @property
    def folder(self) -> str:
        """The folder of the file itself, with all links resolved."""
        return os.path.dirname(self._target)

    def discard(self) -> None:
        """Discard the new version. If it can't be removed now, `sweep` removes it later."""
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
    expected: FileIdentity,
    *,
    sleep: Callable[[float], None] = time.sleep,
) -> Staged:
    """Build the new version of a file, ready to replace it.

    `path` may be a link: its target is changed, and the link stays. `expected` is the state
    of the file that the patch was computed for.

    Raises ChangedOnDisk, HardLinked, NotWritable, DiskFull and the other errors of
    `os_errors`, and NotKept. In each case the file is untouched, and no temp file remains.
    """
    name = os.fsdecode(path)
    try:
        target = os.path.realpath(name, strict=True)
        with open_regular(target) as original:
            found = os.fstat(original.fileno())
            must_be(expected, found)
            _must_have_one_name(found)
            folder = os.path.dirname(target)
            must_be_writable(found, target, folder)
            must_have_room(folder, patch.new_size)
            temp, held = temp_files.create(folder)
            staged = Staged(name, target, temp, held, expected, sleep)
            try:
                _build(original, patch, temp, held)
                must_be(expected, os.fstat(original.fileno()))
                with open_regular(temp) as new:
                    _must_read_back(original, patch, new)
            except BaseException:
                staged.discard()
                raise
            return staged
    except OSError as error:
        raise explain(error, writing=True) from error


def restore(path: str | bytes, inverse: Patch, expected: FileIdentity) -> FileIdentity:
    """Undo a write by the inverse of its patch; return the identity. Raises as `stage` does."""
    with stage(path, inverse, expected) as staged:
        return staged.replace()


def _must_read_back(original: BinaryIO, patch: Patch, new: BinaryIO) -> None:
    """Check that the disk holds every byte of the new version. Raises DiskTrouble."""
    with patched(original, patch) as expected:
        while block := expected.read(BLOCK):
            if new.read(len(block)) != block:
                raise misread()
    if new.read(1):
        raise misread()


def _build(original: BinaryIO, patch: Patch, temp: str, held: int) -> None:
    file_attributes.keep_owner(os.fstat(original.fileno()), held)
    if not write_cloned(original, patch, held):
        with os.fdopen(os.dup(held), "r+b") as out:
            patch.write(original, out)
    file_attributes.keep(original.fileno(), held)
    sync(held)


def _must_have_one_name(found: os.stat_result) -> None:
    if found.st_nlink > 1:
        raise HardLinked(
            "This file has a second name elsewhere (a hard link), which would not follow.",
            advice="Remove the other name, or make a copy and change that.",
            untouched=UNTOUCHED,
        )
