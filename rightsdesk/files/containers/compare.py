"""Proof that a change touched nothing but ours: old and new file, side by side.

Streaming: however large the file, only a block of each is in memory.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import zip_longest
from typing import BinaryIO, Protocol

from rightsdesk.files.containers.base import Container, Span
from rightsdesk.files.patch.patch import BLOCK


class HasForeign(Protocol):
    """What `foreign_difference` needs of a container; sidecars have it, too."""

    def foreign(self, f: BinaryIO) -> Iterator[tuple[str, bytes | Span]]: ...


def foreign_difference(container: HasForeign, old: BinaryIO, new: BinaryIO) -> str | None:
    """The name of the first thing not ours that differs, None if all is equal.

    Raises what `container.foreign` raises when either file cannot be read.
    """
    for before, after in zip_longest(container.foreign(old), container.foreign(new)):
        if before is None or after is None or before[0] != after[0]:
            return str((before or after)[0])
        if not _equal(_blocks(old, [before[1]]), _blocks(new, [after[1]])):
            return str(before[0])
    return None


def same_essence(container: Container, old: BinaryIO, new: BinaryIO) -> bool:
    """Whether both files hold the same coded audio, byte for byte."""
    return _equal(_blocks(old, container.essence(old)), _blocks(new, container.essence(new)))


def _blocks(f: BinaryIO, pieces: Iterable[bytes | Span]) -> Iterator[bytes]:
    """The bytes of spans and literals, as a steady run of blocks of one size."""
    held = bytearray()
    for piece in pieces:
        if isinstance(piece, bytes):
            held += piece
            continue
        offset, length = piece
        end = offset + length
        while offset < end:
            f.seek(offset)
            block = f.read(min(BLOCK, end - offset))
            if not block:
                break
            offset += len(block)
            held += block
            if len(held) >= BLOCK:
                yield bytes(held[:BLOCK])
                del held[:BLOCK]
    if held:
        yield bytes(held)


def _equal(old: Iterator[bytes], new: Iterator[bytes]) -> bool:
    return all(before == after for before, after in zip_longest(old, new))
