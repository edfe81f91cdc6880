"""Change a file so that at every instant it is wholly old or wholly new.

What the change does was compared before (`checking.check`). `stage` builds the new version
beside the file, makes it durable and reads it back. Only `Staged.replace` touches the file
itself, in one step. Whatever goes wrong before leaves it as it was, and nothing beside it.
"""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Callable
from types import TracebackType
from typing import BinaryIO

from rightsdesk import file_attributes
from rightsdesk.files.errors import FileError
from rightsdesk.files.identity import FileIdentity
from rightsdesk.files.opening import open_regular, opened
from rightsdesk.files.os_errors import UNTOUCHED, DiskTrouble, explain, misread
from rightsdesk.files.patch.patch import BLOCK, Patch
from rightsdesk.files.patch.patched_view import patched
from rightsdesk.files.writing import temp_files
from rightsdesk.files.writing.cloning import write_cloned
from rightsdesk.files.writing.durable import sync, sync_folder
from rightsdesk.files.writing.guards import changed, must_be, must_be_writable, must_have_room
from rightsdesk.files.writing.old_version import OldVersion
from rightsdesk.files.writing.temp_files import sweep

__all__ = ["HardLinked", "Staged", "opened", "restore", "stage", "sweep"]

_PAUSES = (0.05, 0.2, 0.5)  # seconds between tries while Windows says that a file is in use
_WINDOWS_IN_USE = {5, 32, 33}  # access denied (also: being scanned), sharing, lock violation


class HardLinked(FileError):
    """The file has more than one name, and replacing it would part them."""

    cause = "hard-link"


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

    def replace(self, *, folder_follows: bool = False) -> FileIdentity:
        """Put the new version in the file's place, durably; give its identity.

        `folder_follows`: the caller makes the folder durable, once for several files.

        Raises ChangedOnDisk when the file is no longer the one that was staged, also if
        another program writes into it meanwhile, and the causes of `trouble`; then the file is
        as it was, or as that program left it, and the new version gone. Only DiskTrouble may
        come when the file is new already, and says so.
        """
        try:
            found = os.stat(self._target)
            if os.path.realpath(self._path) != self._target:
                raise changed()
            must_be(self._expected, found)
            _must_have_one_name(found)
            with OldVersion(self._target, self._expected) as old:
                self._release(on="nt")  # Windows does not move an open file
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
            raise DiskTrouble(
                "This file was changed, and then the disk reported an error.",
                advice="Check the disk, then scan the file again.",
            ) from error

    @property
    def folder(self) -> str:
        """The folder of the file itself, however many links lead there."""
        return os.path.dirname(self._target)

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
    expected: FileIdentity,
    *,
    sleep: Callable[[float], None] = time.sleep,
) -> Staged:
    """Build the new version of a file, ready to take its place.

    `path` may be a link: its target is changed, and the link stays. `expected` is the
    state of the file for which the patch was worked out.

    Raises ChangedOnDisk, HardLinked, NotWritable, DiskFull and the other causes of
    `trouble`, and NotKept. The file is untouched in each case, and nothing is left beside
    it.
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
    """Undo a write to the byte: apply the inverse of its patch. Raises as `stage` does."""
    with stage(path, inverse, expected) as staged:
        return staged.replace()


def _must_read_back(original: BinaryIO, patch: Patch, new: BinaryIO) -> None:
    """The disk has what it was given: every byte of the new version."""
    with patched(original, patch) as meant:
        while block := meant.read(BLOCK):
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
