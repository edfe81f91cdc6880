"""Protect the replaced version of a file from losing another program's write.

Another program may write to a file between our last check and the rename. Its write goes to
the version that we replace. So the replaced version keeps a second name until it is certain
that it was not written to. If it was, it gets its place back.
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
from rightsdesk.sentences import worded

_BLOCK = 1 << 20


class ReplacedVersion:
    """The version that `expected` identifies, kept until the context manager ends.

    Without hard links, only the open file is kept, and another program's write comes back as
    a copy. On Windows an open file can't be replaced, so only the second name is kept.
    """

    def __init__(self, target: str, expected: FileIdentity) -> None:
        """Keep the version. Raises OSError, and ChangedOnDisk if the path leads elsewhere."""
        self._target = target
        self._expected = expected
        self._held: int | None = None
        self._name: str | None = None
        try:
            if os.name != "nt":
                self._held, _ = open_descriptor(target)
                temp_files.lock(self._held)  # so that no sweep removes the second name
            self._name = temp_files.second_name(target)
            if self._name is not None and FileIdentity.of(self._name) != expected:
                self._forget_name()  # on sshfs and the like, each name has its own inode
            for place in (self._held, target):
                if place is not None and FileIdentity.of(place) != expected:
                    raise changed()
        except BaseException:
            self.let_go()
            raise

    def must_be_untouched(self) -> None:
        """Check, after the replacement, that no other program wrote to the replaced version.

        Raises ChangedOnDisk if one did: that version has its place back, and the new version
        is gone. Raises DiskTrouble if putting it back failed; the message says where the
        other program's version is.
        """
        if self._is_untouched():
            return
        try:
            self._put_back()
            sync_folder(os.path.dirname(self._target))
        except OSError as error:
            kept, self._name = self._name, None
            raise DiskTrouble(
                worded(
                    "Another program changed this file while RightsDesk replaced it. The disk "
                    "reported an error when its version was put back. That version is kept in "
                    "{name}."
                    if kept
                    else "Another program changed this file while RightsDesk replaced it. The "
                    "disk reported an error when its version was put back.",
                    name=kept,
                ),
                advice="Check the disk, then scan the file again.",
            ) from error
        raise ChangedOnDisk(
            "Another program changed this file just as RightsDesk was about to replace it.",
            advice="Scan it again, then decide again.",
            untouched="The file is as the other program left it.",
        )

    def _is_untouched(self) -> bool:
        place = self._name if self._held is None else self._held
        try:
            if place is None:
                return True
            old, new = FileIdentity.of(place), FileIdentity.of(self._target)
        except OSError:  # the caller meets the failing disk, too
            return True
        if (old.size, old.mtime_ns) == (self._expected.size, self._expected.mtime_ns):
            return True
        # File systems that identify open files by path show the new version here.
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
        """Release the replaced version. A sweep removes leftovers later."""
        self._forget_name()
        if self._held is not None:
            os.close(self._held)
            self._held = None

    def _forget_name(self) -> None:
        if self._name is not None:
            with contextlib.suppress(OSError):
                os.unlink(self._name)
            self._name = None

    def __enter__(self) -> ReplacedVersion:
        return self

    def __exit__(self, *_: object) -> None:
        self.let_go()
