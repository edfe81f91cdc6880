"""What a change may not touch, compared before and after: the last look before a write.

A container computes a patch that leaves everything alone that is not ours. This module
does not believe it: both versions are read as any other program would read them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from itertools import zip_longest
from typing import BinaryIO

from rightsdesk.consent.fields import Fields
from rightsdesk.files.containers import (
    Container,
    container_of,
    foreign_difference,
    same_essence,
)
from rightsdesk.files.containers.base import Span, hold_still
from rightsdesk.files.errors import FileError
from rightsdesk.files.patch import BLOCK, Patch
from rightsdesk.files.trouble import UNTOUCHED
from rightsdesk.files.view import patched


class WouldHarm(FileError):
    """The new version differs in more than our fields; it is thrown away."""

    cause = "would-harm"


def essence_digest(container: Container, f: BinaryIO) -> str:
    """What the audio of a file is known by: the SHA-256 of its coded audio, in hexadecimal.

    Reads the whole audio, a block at a time.
    """
    digest = hashlib.sha256()
    for offset, length in container.essence(f):
        f.seek(offset)
        while length and (block := f.read(min(BLOCK, length))):
            digest.update(block)
            offset += len(block)
            length -= len(block)
            if length:
                f.seek(offset)
    return digest.hexdigest()


def check_copy(
    original: BinaryIO,
    new: BinaryIO,
    size: int,
    container: Container,
    wanted: Fields | None,
) -> None:
    """Read a new version back from the disk and compare everything. Raises `WouldHarm`."""
    if new.seek(0, 2) != size or container_of(new).name != container.name:
        raise _would_harm("its form")
    if not same_essence(container, original, new):
        raise _would_harm("its audio")
    difference = foreign_difference(container, original, new)
    if difference is not None:
        raise _would_harm(f"its part “{difference}”")
    _must_say(container, new, wanted)


def check_in_place(
    original: BinaryIO, patch: Patch, container: Container, wanted: Fields | None
) -> None:
    """Compare a file with what a patch in place would make of it. Raises `WouldHarm`.

    Bytes that no splice covers cannot change. So a part that lies at the same place in
    both versions, clear of all splices, is the same without being read; whatever moved
    or is touched by a splice is compared byte for byte.
    """
    with hold_still(patched(original, patch)) as new:
        if container_of(new).name != container.name:
            raise _would_harm("its form")
        old_audio, new_audio = container.essence(original), container.essence(new)
        if not _untouched(patch, old_audio, new_audio) and not same_essence(
            container, original, new
        ):
            raise _would_harm("its audio")
        name = _difference(original, new, patch, container)
        if name is not None:
            raise _would_harm(f"its part “{name}”")
        _must_say(container, new, wanted)


def _untouched(patch: Patch, old: Iterable[Span], new: Iterable[Span]) -> bool:
    """Whether all spans are where they were, and no splice reaches into one."""
    for before, after in zip_longest(old, new):
        if before != after or not _clear(patch, before):
            return False
    return True


def _clear(patch: Patch, span: Span) -> bool:
    offset, length = span
    return all(one.end <= offset or one.offset >= offset + length for one in patch.splices)


def _difference(
    original: BinaryIO, new: BinaryIO, patch: Patch, container: Container
) -> str | None:
    for before, after in zip_longest(container.foreign(original), container.foreign(new)):
        if before is None or after is None or before[0] != after[0]:
            return str((before or after)[0])
        old_part, new_part = before[1], after[1]
        if isinstance(old_part, tuple) and old_part == new_part and _clear(patch, old_part):
            continue
        if old_part == new_part and isinstance(old_part, bytes):
            continue
        if not _equal(_blocks(original, old_part), _blocks(new, new_part)):
            return str(before[0])
    return None


def _blocks(f: BinaryIO, part: bytes | Span) -> Iterator[bytes]:
    if isinstance(part, bytes):
        for start in range(0, len(part), BLOCK):
            yield part[start : start + BLOCK]
        return
    offset, left = part
    while left:
        f.seek(offset)
        block = f.read(min(BLOCK, left))
        if not block:
            return
        yield block
        offset += len(block)
        left -= len(block)


def _equal(old: Iterator[bytes], new: Iterator[bytes]) -> bool:
    return all(before == after for before, after in zip_longest(old, new))


def _must_say(container: Container, new: BinaryIO, wanted: Fields | None) -> None:
    if not wanted:
        return
    found = container.fields(new)
    if any(found.get(name, ()) != tuple(values) for name, values in wanted.items()):
        raise _would_harm("what it should say")


def _would_harm(what: str) -> WouldHarm:
    return WouldHarm(
        f"Changing this file would have harmed {what}, so RightsDesk did not.",
        advice="Please report this, with the file if you can.",
        untouched=UNTOUCHED,
    )
