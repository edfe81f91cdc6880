"""Make, change or remove a sidecar, each in one step that a kill cannot halve.

A new sidecar is written beside its place under the name of a temporary file, made durable
and read back, and then gets its name, unless somebody else has taken that meanwhile. One
that RightsDesk made is removed again by an undo, if it is still the same to the byte.
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


class Kind(Enum):
    """What a write does; the value is its mark in the journal."""

    MADE = b"m"
    CHANGED = b"c"
    REMOVED = b"r"


@dataclass(frozen=True, slots=True)
class SidecarImage:
    """How to take a write back, for the journal.

    `held` is, of one that was made, the digest of what was written; of one that was
    changed, a `BeforeImage`; of one that was removed, what was in it.
    """

    kind: Kind
    held: bytes

    @classmethod
    def of_made(cls, content: bytes) -> SidecarImage:
        """For a sidecar that is about to be made."""
        return cls(Kind.MADE, hashlib.sha256(content).digest())

    def is_what_was_made(self, content: bytes) -> bool:
        """Whether a sidecar still is, to the byte, what was made."""
        return self.kind is Kind.MADE and hashlib.sha256(content).digest() == self.held

    def to_bytes(self) -> bytes:
        """Magic, kind, what is held, and the CRC-32 of all that, big-endian."""
        body = _MAGIC + self.kind.value + self.held
        return body + zlib.crc32(body).to_bytes(4, "big")

    @classmethod
    def from_bytes(cls, stored: bytes) -> SidecarImage:
        """The image that `to_bytes` wrote. Raises `DamagedPatch` for anything else."""
        body, check = stored[:-4], stored[-4:]
        kinds = {kind.value: kind for kind in Kind}
        kind = kinds.get(body[4:5])
        sound = body[:4] == _MAGIC and zlib.crc32(body).to_bytes(4, "big") == check
        if kind is None or not sound:
            raise DamagedPatch(
                "The stored record of this change is damaged, so it can't be used.",
                untouched="The sidecar was left as it is.",
            )
        return cls(kind, body[5:])


@dataclass(frozen=True, slots=True)
class Making:
    """A sidecar to be made."""

    content: bytes

    @property
    def image(self) -> SidecarImage:
        """What takes it back."""
        return SidecarImage.of_made(self.content)

    def put(self, path: str) -> str:
        """Do it; the folder that is not yet durable. Raises the causes of `trouble`, and
        ChangedOnDisk where there is something of that name meanwhile."""
        folder = os.path.realpath(os.path.dirname(path))
        try:
            must_be_writable(os.stat(folder), folder)
            must_have_room(folder, len(self.content))
            temp, held = temp_files.create(folder)
            try:
                _fill(held, self.content, folder)
                if os.name == "nt":  # an open file does not move there
                    os.close(held)
                    held = -1
                _name(temp, os.path.join(folder, os.path.basename(path)))
            finally:
                if held >= 0:
                    os.close(held)
                with contextlib.suppress(OSError):  # where it was moved there is none left
                    os.unlink(temp)
        except OSError as error:
            raise explain(error, writing=True) from error
        return folder


@dataclass(frozen=True, slots=True)
class Changing:
    """A sidecar to be changed, in the state for which the patch was worked out."""

    patch: Patch
    before: BeforeImage
    identity: FileIdentity

    @property
    def image(self) -> SidecarImage:
        """What takes it back."""
        return SidecarImage(Kind.CHANGED, self.before.to_bytes())

    def put(self, path: str) -> str:
        """Do it; the folder that is not yet durable. Raises as `writer.stage` does."""
        with stage(path, self.patch, self.identity) as staged:
            staged.replace(folder_follows=True)
            return staged.folder


@dataclass(frozen=True, slots=True)
class Removing:
    """A sidecar that RightsDesk made, and that holds nothing but that."""

    content: bytes
    identity: FileIdentity

    @property
    def image(self) -> SidecarImage:
        """What takes it back."""
        return SidecarImage(Kind.REMOVED, self.content)

    def put(self, path: str) -> str:
        """Do it; the folder that is not yet durable. Raises the causes of `trouble`, and
        ChangedOnDisk where it is no longer the file that was looked at."""
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
    """Write it whole and durably, for those to read who may read in its folder."""
    write_at(held, content, 0)
    if os.name != "nt":
        os.chmod(held, os.stat(folder).st_mode & 0o666)
    sync(held)
    if read_at(held, len(content) + 1, 0) != content:
        raise misread()


def _name(temp: str, path: str) -> None:
    """Give a new file its name. Raises ChangedOnDisk where another one has it."""
    try:
        temp_files.take_free_name(temp, path)
    except FileExistsError:
        raise changed() from None
