"""Create, change or remove a sidecar, each in an atomic step.

A new sidecar is written to a temp file in the same folder, made durable and read back. Then
it gets its name, unless another file has that name by now. An undo removes a sidecar that
RightsDesk created, if it is still the same to the byte.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import stat
import zlib
from dataclasses import dataclass
from enum import Enum

from rightsdesk.files.errors import DamagedPatch
from rightsdesk.files.identity import FileIdentity
from rightsdesk.files.os_errors import explain, misread
from rightsdesk.files.patch.before_image import BeforeImage
from rightsdesk.files.patch.patch import Patch
from rightsdesk.files.writing import temp_files
from rightsdesk.files.writing.durable import read_at, sync, write_at
from rightsdesk.files.writing.guards import changed, must_be, must_be_writable, must_have_room
from rightsdesk.files.writing.writer import stage

_MAGIC = b"RDs1"  # "RightsDesk sidecar", format 1


class WriteKind(Enum):
    """The kind of a write. The value is its code in the journal."""

    MADE = b"m"
    CHANGED = b"c"
    REMOVED = b"r"


@dataclass(frozen=True, slots=True)
class SidecarImage:
    """The data to undo a write, for the journal.

    `held` depends on the kind. MADE: the digest of the new content. CHANGED: a
    `BeforeImage`. REMOVED: the previous content.
    """

    kind: WriteKind
    held: bytes

    @classmethod
    def of_made(cls, content: bytes) -> SidecarImage:
        """Return the image for a sidecar that is about to be created."""
        return cls(WriteKind.MADE, hashlib.sha256(content).digest())

    def is_what_was_made(self, content: bytes) -> bool:
        """Return whether a sidecar still has exactly the content that RightsDesk created."""
        return self.kind is WriteKind.MADE and hashlib.sha256(content).digest() == self.held

    def to_bytes(self) -> bytes:
        """Return magic, kind, `held`, and the CRC-32 of all that, big-endian."""
        body = _MAGIC + self.kind.value + self.held
        return body + zlib.crc32(body).to_bytes(4, "big")

    @classmethod
    def from_bytes(cls, stored: bytes) -> SidecarImage:
        """Return the image in the output of `to_bytes`. Raises `DamagedPatch` for anything else."""
        body, check = stored[:-4], stored[-4:]
        kinds = {kind.value: kind for kind in WriteKind}
        kind = kinds.get(body[4:5])
        sound = body[:4] == _MAGIC and zlib.crc32(body).to_bytes(4, "big") == check
        if kind is None or not sound:
            raise DamagedPatch("The sidecar was left as it is.")
        return cls(kind, body[5:])


@dataclass(frozen=True, slots=True)
class Making:
    """A sidecar to create."""

    content: bytes

    @property
    def image(self) -> SidecarImage:
        """The data to undo the write."""
        return SidecarImage.of_made(self.content)

    def put(self, path: str) -> str:
        """Create the sidecar; return its folder, which is not yet synced.

        Raises the errors of `os_errors`, and ChangedOnDisk if a file has that name by now.
        """
        folder = os.path.realpath(os.path.dirname(path))
        try:
            must_be_writable(os.stat(folder), folder)
            must_have_room(folder, len(self.content))
            temp, held = temp_files.create(folder)
            try:
                _fill(held, self.content, folder)
                if os.name == "nt":  # Windows does not rename an open file
                    os.close(held)
                    held = -1
                _name(temp, os.path.join(folder, os.path.basename(path)))
            finally:
                if held >= 0:
                    os.close(held)
                with contextlib.suppress(OSError):  # after a rename it is already gone
                    os.unlink(temp)
        except OSError as error:
            raise explain(error, writing=True) from error
        return folder


@dataclass(frozen=True, slots=True)
class Changing:
    """A sidecar to change. `identity`: the state that the patch was computed for."""

    patch: Patch
    before: BeforeImage
    identity: FileIdentity

    @property
    def image(self) -> SidecarImage:
        """The data to undo the write."""
        return SidecarImage(WriteKind.CHANGED, self.before.to_bytes())

    def put(self, path: str) -> str:
        """Change the sidecar; return its folder, which is not yet synced.

        Raises as `writer.stage` does.
        """
        with stage(path, self.patch, self.identity) as staged:
            staged.replace(folder_follows=True)
            return staged.folder


@dataclass(frozen=True, slots=True)
class Removing:
    """A sidecar to remove: RightsDesk created it, and it holds only our properties."""

    content: bytes
    identity: FileIdentity

    @property
    def image(self) -> SidecarImage:
        """The data to undo the write."""
        return SidecarImage(WriteKind.REMOVED, self.content)

    def put(self, path: str) -> str:
        """Remove the sidecar; return its folder, which is not yet synced.

        Raises the errors of `os_errors`, and ChangedOnDisk if it has changed since it was read.
        """
        folder = os.path.realpath(os.path.dirname(path))
        try:
            found = os.lstat(path)
            must_be(self.identity, found)
            if not stat.S_ISREG(found.st_mode):
                raise changed()
            must_be_writable(found, path, folder)
            os.unlink(path)
        except OSError as error:
            raise explain(error, writing=True) from error
        return folder


Writing = Making | Changing | Removing


def _fill(held: int, content: bytes, folder: str) -> None:
    """Write and sync the content, and verify it. The folder's permissions decide who may read."""
    write_at(held, content, 0)
    if os.name != "nt":
        os.chmod(held, os.stat(folder).st_mode & 0o666)
    sync(held)
    if read_at(held, len(content) + 1, 0) != content:
        raise misread()


def _name(temp: str, path: str) -> None:
    """Give a new file its name. Raises ChangedOnDisk if another file has it."""
    try:
        temp_files.take_free_name(temp, path)
    except FileExistsError:
        raise changed() from None
