"""The old version of a file while a new one takes its place: what others write into it then.

A program that rewrites a file in place between our last look at it and the rename writes into a
version that is on its way out. So the old version keeps a second name until it is certain that
it was not written to; if it was, it gets its place back.
"""

from __future__ import annotations

import contextlib
import os

from rightsdesk.files.errors import ChangedOnDisk
from rightsdesk.files.identity import FileIdentity
from rightsdesk.files.opening import open_descriptor
from rightsdesk.files.os_errors import DiskTrouble
from rightsdesk.files.writing import temp_files
from rightsdesk.files.writing.durable import sync, sync_folder
from rightsdesk.files.writing.guards import changed

_BLOCK = 1 << 20


class OldVersion:
    """The version that `expected` identifies, held on to. As a context manager, let go of again.

    Where the file system has no hard links, the open file alone is held, and what was written
    into it comes back as a copy. Where files cannot be replaced while they are open (Windows),
    the second name alone is: without links, an open file refuses the replacing there.
    """

    def __init__(self, target: str, expected: FileIdentity) -> None:
        """Raises OSError, and ChangedOnDisk if another file has this path by now."""
        self._target = target
        self._expected = expected
        self._held: int | None = None
        self._name: str | None = None
        try:
            if os.name != "nt":
                self._held, _ = open_descriptor(target)
                temp_files.lock(self._held)  # no sweep takes the second name away
            self._name = temp_files.second_name(target)
            if self._name is not None and FileIdentity.of(self._name) != expected:
                self._forget_name()  # sshfs and others give each name an inode of its own
            for one in (self._held, target):
                if one is not None and FileIdentity.of(one) != expected:
                    raise changed()
        except BaseException:
            self.let_go()
            raise

    def must_be_untouched(self) -> None:
        """To be called after the replacing. Raises ChangedOnDisk if another program wrote to the
        old version: it has its place again then, and the new version is gone.

        Raises DiskTrouble where that could not be done; the sentence says where the other
        program's version is.
        """
        if self._is_untouched():
            return
        try:
            self._put_back()
            sync_folder(os.path.dirname(self._target))
        except OSError as error:
            kept, self._name = self._name, None
            where = f" Its version is kept in {kept}." if kept else ""
            raise DiskTrouble(
                "Another program changed this file at the very moment when it was replaced, and "
                f"the disk reported an error when that was to be taken back.{where}",
                advice="Check the disk, then scan the file again.",
            ) from error
        raise ChangedOnDisk(
            "Another program changed this file at the very moment when it was to be replaced.",
            advice="Scan it again, then decide anew.",
            untouched="The file is as the other program left it.",
        )

    def _is_untouched(self) -> bool:
        place = self._name if self._held is None else self._held
        try:
            if place is None:
                return True
            old, new = FileIdentity.of(place), FileIdentity.of(self._target)
        except OSError:  # a disk that fails now tells the caller so, too
            return True
        if (old.size, old.mtime_ns) == (self._expected.size, self._expected.mtime_ns):
            return True
        # File systems that know open files by their path show the new version here.
        return (old.size, old.mtime_ns) == (new.size, new.mtime_ns)

    def _put_back(self) -> None:
        if self._name is not None:
            os.replace(self._name, self._target)
            self._name = None
        elif self._held is not None:
            self._copy_back(self._held)

    def _copy_back(self, held: int) -> None:
        found = os.fstat(held)
        temp, new = temp_files.create(os.path.dirname(self._target))
        try:
            os.lseek(held, 0, os.SEEK_SET)
            with os.fdopen(os.dup(new), "wb") as out:
                while block := os.read(held, _BLOCK):
                    out.write(block)
            os.utime(temp, ns=(found.st_atime_ns, found.st_mtime_ns))
            with contextlib.suppress(OSError):  # file systems without links have few modes
                os.chmod(temp, found.st_mode & 0o7777)
            sync(new)
            os.replace(temp, self._target)
        except BaseException:
            with contextlib.suppress(OSError):
                os.unlink(temp)
            raise
        finally:
            os.close(new)

    def let_go(self) -> None:
        """Give up the old version; what can't be removed now, a sweep removes later."""
        self._forget_name()
        if self._held is not None:
            os.close(self._held)
            self._held = None

    def _forget_name(self) -> None:
        if self._name is not None:
            with contextlib.suppress(OSError):
                os.unlink(self._name)
            self._name = None

    def __enter__(self) -> OldVersion:
        return self

    def __exit__(self, *_: object) -> None:
        self.let_go()
