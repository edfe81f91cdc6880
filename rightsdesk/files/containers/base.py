"""The interface of every container, and the careful reading that they share.

A container never writes. It treats a file as hostile: every size is checked against the
file's size before use. It computes a `Patch`.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import wraps
from typing import BinaryIO, ParamSpec, Protocol, TypeVar

from rightsdesk.consent.fields import Fields
from rightsdesk.files.errors import Damaged
from rightsdesk.files.owned import COPYRIGHT_2, OWNED, SETTABLE, XMP_OWNED
from rightsdesk.files.patch.delta import apply, common_end, common_start
from rightsdesk.files.patch.patch import BLOCK, Patch, Splice
from rightsdesk.files.xmp import edit as xmp
from rightsdesk.files.xmp import packets as xmppackets

P = ParamSpec("P")
R = TypeVar("R")

Span = tuple[int, int]
"""(offset, length) in a file, in bytes."""

PADDING = 1024
"""Bytes of padding added when a tag has to grow, so that the next change moves nothing."""

LARGEST_TEXT = 1 << 20
"""Bytes that an owned field can have. A longer field counts as damaged."""

SMALL = 1 << 18
"""Files of up to this many bytes are parsed in memory."""

_PARSED = "_parsed_once"  # the attribute of a file object that holds parsed values
_LARGEST_TAIL = 1 << 12  # bytes at a file's end that are rewritten rather than moved
_LARGEST_JOIN = 1 << 17  # bytes: a before-image of this size is still fine in the journal


class Tags(Enum):
    """The tag format in which a kind of file keeps its texts."""

    ID3 = "ID3"
    VORBIS = "Vorbis"
    MP4 = "MP4"


@dataclass(frozen=True, slots=True)
class Signed:
    """The location of a Content Credentials manifest. `place` uses the format's own terms.

    `offset` and `length` (bytes) span the frame, chunk or box that holds the manifest,
    header included.
    """

    place: str
    offset: int
    length: int

    @property
    def sentence(self) -> str:
        """The warning to show before such a file is changed."""
        return (
            "This file carries Content Credentials, signed over its bytes. "
            "Changing it would break them."
        )


class Container(Protocol):
    """A kind of audio file. Stateless: every call reads `f` again and seeks freely.

    All methods raise `Damaged` or `Unsupported` for a file that cannot be read cleanly.
    """

    @property
    def name(self) -> str:
        """The usual name of the kind, such as "FLAC"."""
        ...

    @property
    def endings(self) -> tuple[str, ...]:
        """The file name extensions of this kind, in lower case. They only select candidates."""
        ...

    @property
    def tags(self) -> Tags:
        """The tag format of our text fields and the catalogue's."""
        ...

    @property
    def second_line(self) -> str:
        """The name that other programs use for `COPYRIGHT_2` here; "" if it has no place."""
        ...

    @property
    def reader(self) -> tuple[str, str]:
        """mutagen's reader for this kind: module and class."""
        ...

    @property
    def room(self) -> tuple[str, ...]:
        """The fields that a plain file of this kind can hold. For a given file: `settable`."""
        ...

    def fields(self, f: BinaryIO) -> dict[str, tuple[str, ...]]:
        """Return the owned fields by name (see `owned.py`). An absent field has no key."""
        ...

    def settable(self, f: BinaryIO) -> tuple[str, ...]:
        """Return the names of the fields that this file can hold. `patch` takes only these."""
        ...

    def patch(self, f: BinaryIO, wanted: Fields) -> Patch:
        """Return the patch that sets the named fields and nothing else.

        An empty tuple removes a field. Only a second copyright line may follow the first (see
        `owned.COPYRIGHT_2`). The patch is empty if the file already has these values. Raises
        `TooLarge` if the format has no room, ValueError for a field that is not settable.
        """
        ...

    def essence(self, f: BinaryIO) -> Iterator[Span]:
        """Yield the spans of the coded audio, in order."""
        ...

    def foreign(self, f: BinaryIO) -> Iterator[tuple[str, bytes | Span]]:
        """Yield (label, content) of everything that is neither ours nor audio, in order.

        None of it may ever change.
        """
        ...

    def manifests(self, f: BinaryIO) -> Iterator[Signed]:
        """Yield the Content Credentials manifests in the file, found by structure alone."""
        ...

    def framed(self, f: BinaryIO) -> Span:
        """Return a span, up to the file's end, with all audio pieces and their framing.

        Empty if the audio is in few pieces. If this span and `outside` stay unchanged, so do
        `essence` and `foreign`. Then the many pieces need no comparison of their own.
        """
        ...

    def outside(self, f: BinaryIO) -> Iterator[tuple[str, bytes | Span]]:
        """Yield the foreign parts outside the `framed` span, and the start of its numbering."""
        ...


class Unframed:
    """Base of containers with their audio in few pieces."""

    def framed(self, f: BinaryIO) -> Span:
        """Return the empty span."""
        return 0, 0

    def outside(self, f: BinaryIO) -> Iterator[tuple[str, bytes | Span]]:
        """Never called: there is no framed span."""
        raise AssertionError("there is no framed span")


def with_parse_cache(f: BinaryIO) -> BinaryIO:
    """Return a file object that caches parsed values. The file must not change meanwhile.

    A small file is read into memory at once, because parsing headers takes many short reads.
    """
    if not isinstance(f, io.BytesIO):
        size = f.seek(0, io.SEEK_END)
        f.seek(0)
        if size <= SMALL:
            f = io.BytesIO(f.read())
    setattr(f, _PARSED, {})
    return f


def parsed_once(parse: Callable[P, R]) -> Callable[P, R]:
    """Cache the results of a function with a file as its last argument.

    Works on files from `with_parse_cache`. Results are shared, so callers must not change
    them.
    """

    @wraps(parse)
    def cached_parse(*args: P.args, **named: P.kwargs) -> R:
        cache: dict[object, R] | None = getattr(args[-1], _PARSED, None)
        if cache is None:
            return parse(*args, **named)
        key = (parse, *args[:-1])
        if key not in cache:
            cache[key] = parse(*args, **named)
        return cache[key]

    return cached_parse


@parsed_once
def size_of(f: BinaryIO) -> int:
    """Return the size of an open file in bytes."""
    return f.seek(0, io.SEEK_END)


def read_at(f: BinaryIO, offset: int, length: int) -> bytes:
    """Return exactly `length` bytes from `offset`. Raises `Damaged` if the file is shorter."""
    f.seek(offset)
    data = f.read(length)
    if len(data) != length:
        raise Damaged("This file ends too early, so RightsDesk leaves it alone.")
    return data


def is_zero(f: BinaryIO, span: Span) -> bool:
    """Return whether a span holds only zero bytes, as padding should."""
    offset, left = span
    f.seek(offset)
    while left:
        block = f.read(min(BLOCK, left))
        if not block or block.count(0) != len(block):
            return False
        left -= len(block)
    return True


def differing(found: Mapping[str, tuple[str, ...]], wanted: Fields) -> dict[str, tuple[str, ...]]:
    """Return the wanted text fields that differ from the current ones, in the order of `OWNED`.

    Raises ValueError for a field that is not ours: a bug of the caller.
    """
    not_ours = set(wanted) - set(OWNED)
    if not_ours:
        raise ValueError(f"not ours to write: {sorted(not_ours)}")
    return {
        name: wanted[name]
        for name in OWNED
        if name in wanted and wanted[name] != found.get(name, ())
    }


@dataclass(frozen=True, slots=True)
class WantedFields:
    """The wanted fields by destination: text fields, second copyright line, XMP.

    `second` is None if it is not to be set.
    """

    text: dict[str, tuple[str, ...]]
    second: tuple[str, ...] | None
    xmp: dict[str, tuple[str, ...]]

    @classmethod
    def of(cls, wanted: Fields) -> WantedFields:
        """Split wanted fields. Raises ValueError for a field that is not ours."""
        not_ours = set(wanted) - set(SETTABLE)
        if not_ours:
            raise ValueError(f"not ours to write: {sorted(not_ours)}")
        return cls(
            {name: values for name, values in wanted.items() if name in OWNED},
            wanted.get(COPYRIGHT_2),
            {name: values for name, values in wanted.items() if name in XMP_OWNED},
        )

    def only_text(self) -> dict[str, tuple[str, ...]]:
        """Return the text fields. Raises ValueError if other fields are wanted."""
        self.without_second()
        if self.xmp:
            raise ValueError(f"cannot be held here: {sorted(self.xmp)}")
        return self.text

    def without_second(self) -> WantedFields:
        """Return self. Raises ValueError if a second copyright line is wanted."""
        if self.second is not None:
            raise ValueError(f"cannot be held here: {COPYRIGHT_2}")
        return self


def xmp_settable(packets: Iterable[bytes]) -> tuple[str, ...]:
    """Return the settable XMP properties: none if a packet is damaged.

    The current properties of a damaged packet are unknown.
    """
    return () if any(map(xmppackets.is_damaged, packets)) else XMP_OWNED


def foreign_packets(packets: Iterable[bytes]) -> Iterator[tuple[str, bytes | Span]]:
    """Yield the foreign parts of XMP packets. All of a damaged packet counts as foreign."""
    for packet in packets:
        rest = packet if xmppackets.is_damaged(packet) else xmp.foreign(packet)
        if rest:
            yield "XMP", rest


def patch_of(f: BinaryIO, splices: Iterable[Splice]) -> Patch:
    """Return the patch of these splices, with as little moving as possible.

    If the growth of neighbouring splices cancels out (a field grows into padding), they are
    joined to a splice that keeps its length. Unchanged bytes are trimmed off it.
    """
    size = size_of(f)
    joined: list[Splice] = []
    group: list[Splice] = []
    for splice in Patch.of(size, splices).splices:
        group.append(splice)
        if sum(member.growth for member in group) == 0:
            joined += _join(f, group)
            group = []
    if group and size - group[0].offset <= _LARGEST_TAIL:  # then only the end is written
        group = _tail(f, group, size)
    return Patch.of(size, joined + group)


def _join(f: BinaryIO, group: list[Splice]) -> list[Splice]:
    start, end = group[0].offset, group[-1].end
    if end - start > _LARGEST_JOIN:
        return group
    old, new = _both(f, group, start, end)
    head = common_start(old, new)
    tail = common_end(old[head:], new[head:])
    if head + tail >= len(old):
        return []
    return [Splice(start + head, len(old) - head - tail, new[head : len(new) - tail])]


def _tail(f: BinaryIO, group: list[Splice], size: int) -> list[Splice]:
    """Return a splice that rewrites the file's end from the first byte that changes."""
    start = group[0].offset
    old, new = _both(f, group, start, size)
    head = common_start(old, new)
    return [Splice(start + head, len(old) - head, new[head:])]


def _both(f: BinaryIO, group: list[Splice], start: int, end: int) -> tuple[bytes, bytes]:
    """Return the bytes of [start, end) before and after these splices."""
    old = read_at(f, start, end - start)
    moved = tuple(Splice(splice.offset - start, splice.length, splice.data) for splice in group)
    return old, apply(Patch(end - start, moved), old)
