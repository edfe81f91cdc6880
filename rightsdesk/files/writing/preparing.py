"""Prepare writes: compute the patch for a file, and the before-image to undo it.

Nothing here writes, so it can run ahead and in helper processes: see `process_pool`. The
writers compare the file with the prepared state again, right before they write.
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
    """The fields to set in a file. `stamp` is the state of the file when this was decided.

    `restore` is the before-image of an earlier change. It is used if the file still holds
    what that change wrote. `first`: compute the digest of the audio, too.
    """

    path: str
    edit: Fields
    stamp: str
    restore: bytes | None = None
    first: bool = False


@dataclass(frozen=True, slots=True)
class Write:
    """A prepared and verified write: it changes only our fields.

    `says`: the fields that the file will hold, read from the new bytes. `before_image`: the
    stored form of the image to undo the write. `image`: the same, parsed; only for a write
    in place. `essence`: the digest of the audio, "" if not computed.
    """

    patch: Patch
    image: BeforeImage | None
    before_image: bytes
    says: Fields
    essence: str = ""


@dataclass(frozen=True, slots=True)
class PreparedWrite:
    """The current state of a file, and the write.

    `write` is None if the file already holds the fields, or has changed since.
    """

    identity: FileIdentity
    fields: Fields
    write: Write | None


PreparationResult = PreparedWrite | KnownError

K = TypeVar("K")
"""The caller's key for a request. It is returned with the result."""

_Keyed = Sequence[tuple[object, WriteRequest]]


def prepare(request: WriteRequest) -> PreparedWrite:
    """Prepare a write. Raises what the containers raise, and the errors of `os_errors`."""
    with opened(request.path) as file:
        identity = FileIdentity.of(file.fileno())
        f = with_parse_cache(file)
        container = container_of(f)
        fields = container.fields(f)
        if identity.stamp != request.stamp or holds(fields, request.edit):
            return PreparedWrite(identity, fields, None)
        patch = _restoring(f, request.restore)
        if patch is None:
            patch = container.patch(f, request.edit)
        says = check(f, patch, container, request.edit)
        essence = essence_digest(container, f) if request.first else ""
        image = BeforeImage.of(f, patch, in_place=suits(patch), essence=essence)
    stored = image.to_bytes()
    parsed = image if image.in_place else None
    return PreparedWrite(identity, fields, Write(patch, parsed, stored, says, essence))


def holds(fields: Fields, edit: Fields) -> bool:
    """Return whether fields are exactly as an edit wants them."""
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
) -> Generator[tuple[K, PreparationResult], None, None]:
    """Yield the result of each request with its key, in order. Prepares a little ahead."""
    with closing(
        run_tasks(_Preparing(), tasks, size=len, stopped=stopped, helpers=helpers)
    ) as shared:
        for requests, results in shared:
            for (key, _), result in zip(requests, results, strict=True):
                yield key, result


def answer(question: Sequence[Any]) -> list[Any]:
    """Prepare requests in a helper process; return messages for `_Preparing.result`."""
    return [_message(_result(WriteRequest(os.fsdecode(path), *rest))) for path, *rest in question]


class _Preparing:
    """The job of the process pool. A task is a batch of requests with their keys."""

    module = __name__

    def here(self, task: _Keyed, stopped: Callable[[], bool]) -> list[PreparationResult]:
        return [_result(request) for _, request in task if not stopped()]

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

    def result(self, task: _Keyed, answer: Any) -> list[PreparationResult]:
        # Errors are rare. So they are not sent between processes, but raised again here.
        return [
            _result(request) if message is None else _prepared(message)
            for (_, request), message in zip(task, answer, strict=True)
        ]


def _result(request: WriteRequest) -> PreparationResult:
    try:
        return prepare(request)
    except KnownError as error:
        return error


def _message(result: PreparationResult) -> tuple[Any, ...] | None:
    """Return a result as plain values for `_prepared`, None for an error."""
    if isinstance(result, KnownError):
        return None
    write = result.write
    identity = result.identity
    return (
        (identity.size, identity.mtime_ns, identity.inode, identity.device),
        dict(result.fields),
        None
        if write is None
        else (
            b"" if write.image else write.patch.to_bytes(),
            write.before_image,
            dict(write.says),
            write.essence,
        ),
    )


def _prepared(message: tuple[Sequence[int], Mapping[str, tuple[str, ...]], Any]) -> PreparedWrite:
    identity, fields, write = message
    return PreparedWrite(FileIdentity(*identity), fields, _write(*write) if write else None)


def _write(patch: bytes, stored: bytes, says: Fields, essence: str) -> Write:
    """Rebuild a write. For a write in place, the before-image holds the new bytes."""
    if patch:
        return Write(Patch.from_bytes(patch), None, stored, says, essence)
    image = BeforeImage.from_bytes(stored)
    if image.forth is None:
        raise ValueError("a write in place without its bytes")
    return Write(image.forth, image, stored, says, essence)
