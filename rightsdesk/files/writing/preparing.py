"""Work out what a change would write into a file, and what brings the file back.

Nothing here writes, so that it can be done ahead and beside other work: see `helping`.
What comes of it is compared with the file again by the writers, right before they write.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Any, BinaryIO, TypeVar

from rightsdesk.consent.fields import Fields
from rightsdesk.errors import KnownError
from rightsdesk.files.containers import container_of
from rightsdesk.files.containers.base import with_parse_cache
from rightsdesk.files.identity import FileIdentity
from rightsdesk.files.opening import opened
from rightsdesk.files.patch.before_image import BeforeImage
from rightsdesk.files.patch.patch import Patch
from rightsdesk.files.workers.process_pool import run_tasks
from rightsdesk.files.writing.checking import check, essence_digest
from rightsdesk.files.writing.in_place import suits


@dataclass(frozen=True, slots=True)
class WriteRequest:
    """What a file shall say. `stamp` is the state of the file that this was decided on.

    `restore` is the before-image of an earlier change to return to, where the file still
    holds what that one wrote. `first`: the digest of the audio is wanted, too.
    """

    path: str
    edit: Fields
    stamp: str
    restore: bytes | None = None
    first: bool = False


@dataclass(frozen=True, slots=True)
class Write:
    """A write that was worked out and compared: it changes nothing but our fields.

    `says` are the fields that the file will hold, read from the bytes that will be written;
    `before_image` the stored form of what brings the file back. `image` is that, read, and
    there only for a write in place. `essence` is the digest of the audio, "" if not taken.
    """

    patch: Patch
    image: BeforeImage | None
    before_image: bytes
    says: Fields
    essence: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """A file as it is, and the write; None where it holds the wish, or was changed since."""

    identity: FileIdentity
    fields: Fields
    write: Write | None


Found = Finding | KnownError

K = TypeVar("K")
"""What whoever asks knows a wish by: it is handed back with what came of the wish."""

_Keyed = Sequence[tuple[object, WriteRequest]]


def prepare(request: WriteRequest) -> Finding:
    """Work out one write. Raises what the containers and the disk raise."""
    with opened(request.path) as file:
        identity = FileIdentity.of(file.fileno())
        f = with_parse_cache(file)
        container = container_of(f)
        fields = container.fields(f)
        if identity.stamp != request.stamp or holds(fields, request.edit):
            return Finding(identity, fields, None)
        patch = _restoring(f, request.restore)
        if patch is None:
            patch = container.patch(f, request.edit)
        says = check(f, patch, container, request.edit)
        essence = essence_digest(container, f) if request.first else ""
        image = BeforeImage.of(f, patch, in_place=suits(patch), essence=essence)
    stored = image.to_bytes()
    kept = image if image.in_place else None
    return Finding(identity, fields, Write(patch, kept, stored, says, essence))


def holds(fields: Fields, edit: Fields) -> bool:
    """Whether fields are exactly what an edit asks for: a file keeps what is written."""
    return all(fields.get(name, ()) == tuple(values) for name, values in edit.items())


def _restoring(f: BinaryIO, restore: bytes | None) -> Patch | None:
    if not restore:
        return None
    earlier = BeforeImage.from_bytes(restore)
    return earlier.back if earlier.fits(f) else None


def prepare_many(
    tasks: Iterator[Sequence[tuple[K, WriteRequest]]],
    *,
    stopped: Callable[[], bool] = lambda: False,
    helpers: int | None = None,
) -> Generator[tuple[K, Found], None, None]:
    """What came of each wish, under its key and in their order, some of them ahead."""
    with closing(
        run_tasks(_Preparing(), tasks, size=len, stopped=stopped, helpers=helpers)
    ) as shared:
        for requests, found in shared:
            for (key, _), one in zip(requests, found, strict=True):
                yield key, one


def answer(question: Sequence[Any]) -> list[Any]:
    """In a helper process: work out wishes, in a form for `_Preparing.result`."""
    return [_told(_found(WriteRequest(os.fsdecode(path), *rest))) for path, *rest in question]


class _Preparing:
    """A batch of wishes, each under its key, as a task to share out."""

    module = __name__

    def here(self, task: _Keyed, stopped: Callable[[], bool]) -> list[Found]:
        return [_found(request) for _, request in task if not stopped()]

    def question(self, task: _Keyed) -> list[Any]:
        return [
            (
                os.fsencode(request.path),
                dict(request.edit),
                request.stamp,
                request.restore,
                request.first,
            )
            for _, request in task
        ]

    def result(self, task: _Keyed, answer: Any) -> list[Found]:
        # An error is met again here: it is rare, and so it need not be told between processes.
        return [
            _found(request) if told is None else _heard(told)
            for (_, request), told in zip(task, answer, strict=True)
        ]


def _found(request: WriteRequest) -> Found:
    try:
        return prepare(request)
    except KnownError as error:
        return error


def _told(found: Found) -> tuple[Any, ...] | None:
    if isinstance(found, KnownError):
        return None
    write = found.write
    identity = found.identity
    return (
        (identity.size, identity.mtime_ns, identity.inode, identity.device),
        dict(found.fields),
        None
        if write is None
        else (
            b"" if write.image else write.patch.to_bytes(),
            write.before_image,
            dict(write.says),
            write.essence,
        ),
    )


def _heard(told: tuple[Sequence[int], Mapping[str, tuple[str, ...]], Any]) -> Finding:
    identity, fields, write = told
    return Finding(FileIdentity(*identity), fields, _write(*write) if write else None)


def _write(patch: bytes, stored: bytes, says: Fields, essence: str) -> Write:
    """In place, the new bytes are in the before-image already."""
    if patch:
        return Write(Patch.from_bytes(patch), None, stored, says, essence)
    image = BeforeImage.from_bytes(stored)
    if image.forth is None:
        raise ValueError("a write in place without its bytes")
    return Write(image.forth, image, stored, says, essence)
