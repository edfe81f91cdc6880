"""Compare two versions of a file, to prove that a change touched only our fields.

Only a block of each version is in memory, however large the file.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import zip_longest
from typing import BinaryIO, Protocol

from rightsdesk.files.containers.base import Container, Span
from rightsdesk.files.patch.patch import BLOCK


class HasForeign(Protocol):
    """The part of a container that `foreign_difference` needs. Sidecars have it, too."""

    def foreign(self, f: BinaryIO) -> Iterator[tuple[str, bytes | Span]]: ...


def foreign_difference(container: HasForeign, old: BinaryIO, new: BinaryIO) -> str | None:
    """Return the label of the first foreign part that differs, None if all are equal.

    Raises what `container.foreign` raises when either file cannot be read.
    """
    for before, after in zip_longest(container.foreign(old), container.foreign(new)):
        if before is None or after is None or before[0] != after[0]:
            return str((before or after)[0])
        if not equal_blocks(_blocks(old, [before[1]]), _blocks(new, [after[1]])):
            return str(before[0])
    return None


def same_essence(container: Container, old: BinaryIO, new: BinaryIO) -> bool:
    """Return whether both files hold the same coded audio, byte for byte."""
    return equal_blocks(_blocks(old, container.essence(old)), _blocks(new, container.essence(new)))


def _blocks(f: BinaryIO, pieces: Iterable[bytes | Span]) -> Iterator[bytes]:
    """Yield the bytes of spans and literals, in blocks of equal size."""
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


def equal_blocks(old: Iterator[bytes], new: Iterator[bytes]) -> bool:
    """Return whether two sequences of blocks, cut alike, hold the same bytes."""
    return all(before == after for before, after in zip_longest(old, new))
