"""What every container offers, and the careful reading that all of them share.

A container never writes. It reads a file that it treats as hostile (every size is
checked against the file's before it is believed) and computes a `Patch`.
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
"""Bytes of padding left when a tag has to grow, so that the next change moves nothing."""

LARGEST_TEXT = 1 << 20
"""No owned field is longer than this (bytes); a longer one is not believed."""

SMALL = 1 << 18
"""A file of so many bytes is read and looked at in memory."""

_PARSED = "_parsed_once"  # the attribute of a file object that holds what was parsed
_LARGEST_TAIL = 1 << 12  # bytes behind a place that grows that are rather written again
_LARGEST_JOIN = 1 << 17  # a before-image of this size still goes to the journal lightly


class Tags(Enum):
    """What a kind of file keeps its texts in."""

    ID3 = "ID3"
    VORBIS = "Vorbis"
    MP4 = "MP4"


@dataclass(frozen=True, slots=True)
class Signed:
    """Where a manifest was found: `place` in the format's own terms.

    `offset` and `length` are the frame, chunk or box that holds it, header included, in
    bytes of the file.
    """

    place: str
    offset: int
    length: int

    @property
    def sentence(self) -> str:
        """What a person should know before such a file is changed."""
        return (
            "This file carries Content Credentials, signed over its bytes. "
            "Changing it would break them."
        )


class Container(Protocol):
    """One kind of audio file. Stateless: every call reads `f` afresh and seeks freely.

    All methods raise `Damaged` or `Unsupported` for a file that cannot be read cleanly.
    """

    @property
    def name(self) -> str:
        """The kind in the field's own term, such as "FLAC"."""
        ...

    @property
    def endings(self) -> tuple[str, ...]:
        """How names of such files end, in lower case: reason for a look, and no more."""
        ...

    @property
    def tags(self) -> Tags:
        """What our text fields and the catalogue's are in."""
        ...

    @property
    def second_line(self) -> str:
        """What other programs call the place of `COPYRIGHT_2` here; "" where there is none."""
        ...

    @property
    def reader(self) -> tuple[str, str]:
        """mutagen's reader of this kind: module and class."""
        ...

    @property
    def room(self) -> tuple[str, ...]:
        """The fields that a plain file of this kind can hold; of a certain one: `settable`."""
        ...

    def fields(self, f: BinaryIO) -> dict[str, tuple[str, ...]]:
        """The owned fields found, by name (see `owned.py`); an absent key is an absent field."""
        ...

    def settable(self, f: BinaryIO) -> tuple[str, ...]:
        """The names of the fields that this file can hold; `patch` takes no others."""
        ...

    def patch(self, f: BinaryIO, wanted: Fields) -> Patch:
        """The patch that sets the named fields (an empty tuple removes) and nothing else.

        Only a second copyright line may follow the first (see `owned.COPYRIGHT_2`). Empty
        when the file already says what is wanted. Raises `TooLarge` when the format has
        no room for it, ValueError for a field that is not settable.
        """
        ...

    def essence(self, f: BinaryIO) -> Iterator[Span]:
        """Where the coded audio lies, in order."""
        ...

    def foreign(self, f: BinaryIO) -> Iterator[tuple[str, bytes | Span]]:
        """Everything that is neither ours nor audio, named, in order: it must never change."""
        ...

    def manifests(self, f: BinaryIO) -> Iterator[Signed]:
        """The manifests of Content Credentials in the file, told by its structure alone."""
        ...

    def framed(self, f: BinaryIO) -> Span:
        """A span to the file's end with all the audio, cut into many pieces, and what frames
        them; empty where the audio lies in few. Where all its bytes stay and `outside` does,
        so do `essence` and `foreign`, and nobody has to go through the pieces."""
        ...

    def outside(self, f: BinaryIO) -> Iterator[tuple[str, bytes | Span]]:
        """What `foreign` tells of all but the `framed` span, and how that one is counted on."""
        ...


class Unframed:
    """For containers whose audio lies in few pieces."""

    def framed(self, f: BinaryIO) -> Span:
        return 0, 0

    def outside(self, f: BinaryIO) -> Iterator[tuple[str, bytes | Span]]:
        raise AssertionError("there is no framed span")


def with_parse_cache(f: BinaryIO) -> BinaryIO:
    """Promise that a file does not change while it is read; gives the object to read it by.

    What is parsed of it is then parsed once, whoever asks next. A small file is read at
    once: headers are many short reads, here and there.
    """
    if not isinstance(f, io.BytesIO):
        size = f.seek(0, io.SEEK_END)
        f.seek(0)
        if size <= SMALL:
            f = io.BytesIO(f.read())
    setattr(f, _PARSED, {})
    return f


def parsed_once(parse: Callable[P, R]) -> Callable[P, R]:
    """For a function or method whose last argument is a file: see `with_parse_cache`.

    What it gives is shared, so it must not be changed by anyone.
    """

    @wraps(parse)
    def asked(*args: P.args, **named: P.kwargs) -> R:
        known: dict[object, R] | None = getattr(args[-1], _PARSED, None)
        if known is None:
            return parse(*args, **named)
        key = (parse, *args[:-1])
        if key not in known:
            known[key] = parse(*args, **named)
        return known[key]

    return asked


@parsed_once
def size_of(f: BinaryIO) -> int:
    """The size of an open file in bytes."""
    return f.seek(0, io.SEEK_END)


def read_at(f: BinaryIO, offset: int, length: int) -> bytes:
    """Exactly `length` bytes from `offset`. Raises `Damaged` when the file ends before."""
    f.seek(offset)
    data = f.read(length)
    if len(data) != length:
        raise Damaged("This file ends too early, so RightsDesk leaves it alone.")
    return data


def is_zero(f: BinaryIO, span: Span) -> bool:
    """Whether a span holds only zero bytes, as padding should."""
    offset, left = span
    f.seek(offset)
    while left:
        block = f.read(min(BLOCK, left))
        if not block or block.count(0) != len(block):
            return False
        left -= len(block)
    return True


def to_set(found: Mapping[str, tuple[str, ...]], wanted: Fields) -> dict[str, tuple[str, ...]]:
    """The wanted text fields that differ from what was found, in the order of `OWNED`.

    Raises ValueError for a field that is not ours: no caller may ever ask for one.
    """
    strangers = set(wanted) - set(OWNED)
    if strangers:
        raise ValueError(f"not ours to write: {sorted(strangers)}")
    return {
        name: wanted[name]
        for name in OWNED
        if name in wanted and wanted[name] != found.get(name, ())
    }


@dataclass(frozen=True, slots=True)
class WantedFields:
    """What is wanted, apart by where it goes: text fields, the second copyright line, XMP.

    `second` is None where it is not asked for.
    """

    text: dict[str, tuple[str, ...]]
    second: tuple[str, ...] | None
    xmp: dict[str, tuple[str, ...]]

    @classmethod
    def of(cls, wanted: Fields) -> WantedFields:
        """Raises ValueError for a field that is not ours: no caller may ever ask for one."""
        strangers = set(wanted) - set(SETTABLE)
        if strangers:
            raise ValueError(f"not ours to write: {sorted(strangers)}")
        return cls(
            {name: values for name, values in wanted.items() if name in OWNED},
            wanted.get(COPYRIGHT_2),
            {name: values for name, values in wanted.items() if name in XMP_OWNED},
        )

    def only_text(self) -> dict[str, tuple[str, ...]]:
        """The text fields, where nothing else can be held. Raises ValueError for the rest."""
        self.without_second()
        if self.xmp:
            raise ValueError(f"cannot be held here: {sorted(self.xmp)}")
        return self.text

    def without_second(self) -> WantedFields:
        """This, where there is only one copyright line. Raises ValueError."""
        if self.second is not None:
            raise ValueError(f"cannot be held here: {COPYRIGHT_2}")
        return self


def xmp_settable(packets: Iterable[bytes]) -> tuple[str, ...]:
    """The XMP properties, where no packet is damaged: else none, for nobody knows what is
    there already."""
    return () if any(map(xmppackets.is_damaged, packets)) else XMP_OWNED


def foreign_packets(packets: Iterable[bytes]) -> Iterator[tuple[str, bytes | Span]]:
    """What in XMP packets is not ours, wherever in the file they lie: all of a damaged one."""
    for packet in packets:
        rest = packet if xmppackets.is_damaged(packet) else xmp.foreign(packet)
        if rest:
            yield "XMP", rest


def patch_of(f: BinaryIO, splices: Iterable[Splice]) -> Patch:
    """The patch of these splices, as far as possible without moving anything.

    Neighbouring splices whose growth cancels out (a field grows into padding) become
    one splice that keeps its length; bytes that do not change are trimmed off it.
    """
    size = size_of(f)
    joined: list[Splice] = []
    group: list[Splice] = []
    for splice in Patch.of(size, splices).splices:
        group.append(splice)
        if sum(one.growth for one in group) == 0:
            joined += _join(f, group)
            group = []
    if group and size - group[0].offset <= _LARGEST_TAIL:  # so that only the end is written
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
    """The end of the file, written again from the first byte that changes."""
    start = group[0].offset
    old, new = _both(f, group, start, size)
    head = common_start(old, new)
    return [Splice(start + head, len(old) - head, new[head:])]


def _both(f: BinaryIO, group: list[Splice], start: int, end: int) -> tuple[bytes, bytes]:
    """The bytes of [start, end) as they are, and as these splices make them."""
    old = read_at(f, start, end - start)
    moved = tuple(Splice(one.offset - start, one.length, one.data) for one in group)
    return old, apply(Patch(end - start, moved), old)
