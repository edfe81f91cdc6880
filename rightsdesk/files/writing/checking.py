"""Verify before a write that a change touches only our fields.

A container computes a patch that should change nothing else. This module does not trust it:
it reads both versions, like any other program, and compares them.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from itertools import zip_longest
from typing import BinaryIO

from rightsdesk.consent.fields import Fields
from rightsdesk.enums.causes import Cause
from rightsdesk.files.containers import (
    Container,
    container_of,
    same_essence,
)
from rightsdesk.files.containers.base import Span, with_parse_cache
from rightsdesk.files.containers.compare import equal_blocks
from rightsdesk.files.errors import FileError
from rightsdesk.files.os_errors import UNTOUCHED
from rightsdesk.files.patch.patch import BLOCK, Patch
from rightsdesk.files.patch.patched_view import patched
from rightsdesk.sentences import worded


class WouldHarm(FileError):
    """The new version differs in more than our fields. It is discarded."""

    cause = Cause.WOULD_HARM


def essence_digest(container: Container, f: BinaryIO) -> str:
    """Return the SHA-256 of a file's coded audio, in hexadecimal.

    Reads the whole audio, a block at a time.
    """
    return digest_of(f, container.essence(f))


def digest_of(f: BinaryIO, spans: Iterable[Span]) -> str:
    """Return the SHA-256 of these consecutive spans of a file, in hexadecimal."""
    digest = hashlib.sha256()
    for span in spans:
        for block in _blocks(f, span):
            digest.update(block)
    return digest.hexdigest()


def check(
    original: BinaryIO, patch: Patch, container: Container, wanted: Fields | None = None
) -> dict[str, tuple[str, ...]]:
    """Compare a file with its patched version; return the fields of the patched version.

    Parts that the patch only copies are equal without reading them. Parts that a splice
    touches are compared byte for byte. With `wanted`, the new fields are compared, too.
    Raises `WouldHarm`, and what the container raises.
    """
    with with_parse_cache(patched(original, patch)) as new:
        if container_of(new).name != container.name:
            raise _would_harm(
                worded(
                    "Changing this file would have damaged its structure, so RightsDesk left it "
                    "alone."
                )
            )
        copied = _Copied(patch)
        pieces = container.foreign
        framed, now_framed = container.framed(original), container.framed(new)
        if framed[1] and copied.is_from(framed, now_framed):
            pieces = container.outside
        elif not _same_audio(original, new, copied, container):
            raise _would_harm(
                worded(
                    "Changing this file would have damaged its audio, so RightsDesk left it alone."
                )
            )
        name = _difference(original, new, copied, pieces)
        if name is not None:
            raise _would_harm(
                worded(
                    "Changing this file would have damaged its part “{name}”, so RightsDesk left "
                    "it alone.",
                    name=name,
                )
            )
        fields = container.fields(new)
        if any(fields.get(name, ()) != tuple(values) for name, values in (wanted or {}).items()):
            raise _would_harm(
                worded(
                    "RightsDesk left this file alone: it would not hold your consent afterwards."
                )
            )
        return fields


class _Copied:
    """The copied ranges of a patched file, and their source."""

    def __init__(self, patch: Patch) -> None:
        self._starts: list[int] = []
        self._pieces: list[Span | None] = []
        at = 0
        for piece in patch.pieces():
            literal = isinstance(piece, bytes)
            self._starts.append(at)
            self._pieces.append(None if isinstance(piece, bytes) else piece)
            at += len(piece) if literal else piece[1]

    def is_from(self, old: Span | None, new: Span | None) -> bool:
        """Return whether span `new` of the patched file is copied from span `old`."""
        if old is None or new is None or old[1] != new[1]:
            return False
        if not new[1]:
            return True
        index = bisect_right(self._starts, new[0]) - 1
        piece = self._pieces[index]
        if piece is None:
            return False
        inside = new[0] - self._starts[index]
        return piece[0] + inside == old[0] and inside + new[1] <= piece[1]


def _same_audio(original: BinaryIO, new: BinaryIO, copied: _Copied, container: Container) -> bool:
    spans = zip_longest(container.essence(original), container.essence(new))
    if all(copied.is_from(old, now) for old, now in spans):
        return True
    return same_essence(container, original, new)


def _difference(
    original: BinaryIO,
    new: BinaryIO,
    copied: _Copied,
    pieces: Callable[[BinaryIO], Iterator[tuple[str, bytes | Span]]],
) -> str | None:
    for before, after in zip_longest(pieces(original), pieces(new)):
        if before is None or after is None or before[0] != after[0]:
            return str((before or after)[0])
        old, now = before[1], after[1]
        if isinstance(old, tuple) and isinstance(now, tuple) and copied.is_from(old, now):
            continue
        if isinstance(old, bytes) and old == now:
            continue
        if not equal_blocks(_blocks(original, old), _blocks(new, now)):
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


def _would_harm(sentence: str) -> WouldHarm:
    return WouldHarm(
        sentence,
        advice="Please report this, with the file if you can.",
        untouched=UNTOUCHED,
    )
