"""Parse an ID3v2 tag into raw slices: its header, frames and padding.

Only text frames that may be ours are decoded. So the data of other programs (cover art,
Serato's cues, ratings) stays unchanged.

Sources: id3v2-00 (2.2), id3v2.3.0, id3v2.4.0-structure.
"""

from __future__ import annotations

import re
import zlib
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import BinaryIO, Protocol

from rightsdesk.files.containers.base import (
    LARGEST_TEXT,
    Span,
    is_zero,
    read_at,
)
from rightsdesk.files.containers.id3.text import TEXT_IDS, OwnedText, plain_content, read_owned
from rightsdesk.files.errors import Damaged, Unsupported
from rightsdesk.files.patch.patch import BLOCK
from rightsdesk.files.xmp import edit
from rightsdesk.files.xmp.parse import LARGEST as LARGEST_XMP

CHECKSUM = 5
"""Bytes of a checksum in 2.4: 35 bits, seven per byte. In 2.3 it has four bytes."""

HEADER = 10  # bytes of a tag's header, and of the footer that a 2.4 tag may have

XMP_OWNER = b"XMP\0"
"""The owner of a PRIV frame with an XMP packet (ISO 16684-3, "MP3")."""

_LARGEST_UNSYNCHRONISED = 1 << 26  # bytes: such a tag is held in memory
_UNSTUFFING_BLOCK = 1 << 14
_STUFFED = b"\xff\x00"
_LARGEST_CONTENT = 1 << 23
"""Bytes of unpacked text and XMP per tag that are held in memory. Many small compressed frames
can add up to a lot."""
_MOST_UNPACKED = 1 << 25
"""Bytes that all compressed frames of a tag may unpack to. Other readers unpack them all."""
_MOST_TAGS = 64
_MOST_FRAMES = 1 << 14
_FRAME_ID = {
    2: re.compile(rb"[A-Z][A-Z0-9]{2}"),
    # iTunes wrote ids of 2.2 into 2.3; other programs wrote ids in lower case.
    3: re.compile(rb"[A-Za-z][A-Za-z0-9]{2}[A-Za-z0-9 \0]"),
    4: re.compile(rb"[A-Za-z][A-Za-z0-9]{2}[A-Za-z0-9 \0]"),
}


@dataclass(frozen=True, slots=True)
class Frame:
    """A frame with its header: [start, end) in the file.

    `owned` is set for our own texts, `packet` for XMP. `unreadable` marks a copyright line
    that can't be decoded.
    """

    id: str
    start: int
    end: int
    owned: OwnedText | None = None
    packet: bytes | None = None
    unreadable: bool = False


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag at [start, end) in the file, footer included.

    `unsynchronised` is the header's flag. `plain_sizes` marks a 2.4 tag with sizes in the
    form of 2.3, as iTunes wrote them. `extended` is the extended header, which is kept.
    `padding` is the span after the last frame; `usable` if it holds only zeros. `checksum`
    is the offset of the extended header's checksum over the frames, 0 if it has none.
    """

    version: int
    start: int
    end: int
    flags: int
    unsynchronised: bool
    plain_sizes: bool
    footer: bool
    extended: Span
    frames: tuple[Frame, ...]
    padding: Span
    usable: bool
    checksum: int = 0

    @property
    def label(self) -> str:
        return f"ID3v2.{self.version}"

    @property
    def stuffed(self) -> bool:
        """Whether the body is unsynchronised as a whole, as in 2.2 and 2.3."""
        return self.unsynchronised and self.version < 4


def tag_size(header: bytes) -> int:
    """Return the length of the tag that begins with these ten bytes, 0 if they begin no tag.

    Raises `Unsupported` for an unknown version and `Damaged` for an impossible size.
    """
    if len(header) < HEADER or header[:3] != b"ID3":
        return 0
    if header[3] not in TEXT_IDS or header[4] == 0xFF:
        raise Unsupported(
            "This file's ID3 tag is of a version that RightsDesk doesn't know, so it is left alone."
        )
    footer = HEADER if header[3] == 4 and header[5] & 0x10 else 0
    return HEADER + syncsafe(header[6:10]) + footer


def after_tags(f: BinaryIO, size: int) -> int:
    """Return the offset where the tags at the start of a file end, without parsing them.

    Raises `Damaged` and `Unsupported`.
    """
    offset = 0
    for _ in range(_MOST_TAGS + 1):
        f.seek(offset)
        length = tag_size(f.read(HEADER))
        if not length:
            return offset
        if length > size - offset:
            raise _damaged()
        offset += length
    raise _too_many()


def tags_at(f: BinaryIO, start: int, limit: int) -> list[Tag]:
    """Return the consecutive tags from `start`, none past `limit`.

    Raises `Damaged` and `Unsupported`.
    """
    tags: list[Tag] = []
    while limit - start >= HEADER:
        size = tag_size(read_at(f, start, HEADER))
        if not size:
            break
        if size > limit - start:
            raise _damaged()
        if len(tags) == _MOST_TAGS:
            raise _too_many()
        tags.append(_parse(f, start, size))
        start += size
    return tags


class Swollen(Unsupported):
    """A tag unpacks to far more memory than its size suggests. No reader may unpack it."""

    def __init__(self) -> None:
        super().__init__(
            "This file's ID3 tag unpacks to far more data than a tag holds, so RightsDesk "
            "leaves it alone."
        )


def foreign(f: BinaryIO, tag: Tag) -> Iterator[tuple[str, bytes | Span]]:
    """Yield the foreign parts of a tag: extended header, foreign frames, data as padding.

    The container handles XMP packets, because they also occur elsewhere. Frames come without
    stuffed bytes, because the last of these depends on the next frame.
    """
    offset, length = tag.extended
    if length:
        extended = read_at(f, offset, length)
        # Left out: the padding length that 2.3 states there (section 3.2), and the checksum.
        at = tag.checksum - offset if tag.checksum else length
        kept = extended[:6] if tag.version == 3 else extended[:at] + extended[at + CHECKSUM :]
        yield f"{tag.label} extended header", kept
    for frame in tag.frames:
        if frame.owned is None and frame.packet is None:
            span = (frame.start, frame.end - frame.start)
            yield f"{tag.label} {frame.id}", _unstuffed(f, span) if tag.stuffed else span
    if not tag.usable:
        yield f"{tag.label} data after the frames", tag.padding


def packets_of(tags: Sequence[Tag]) -> list[bytes]:
    """Return the XMP packets in the tags of a file, in file order."""
    frames = (frame for tag in tags for frame in tag.frames)
    return [frame.packet for frame in frames if frame.packet is not None]


def syncsafe(data: bytes) -> int:
    """Return a number stored as seven bits per byte. Raises `Damaged` if an eighth bit is set."""
    number = 0
    for byte in data:
        if byte > 0x7F:
            raise _damaged()
        number = number << 7 | byte
    return number


def to_syncsafe(number: int) -> bytes:
    """Return a number below 2^28 as four bytes of seven bits each."""
    return bytes(number >> shift & 0x7F for shift in (21, 14, 7, 0))


class _View(Protocol):
    """A tag's body without stuffed bytes, and the matching offsets in the file."""

    length: int

    def read(self, offset: int, length: int) -> bytes: ...

    def place(self, offset: int) -> int: ...


class _Plain:
    def __init__(self, f: BinaryIO, start: int, length: int) -> None:
        self._f = f
        self._start = start
        self.length = length

    def read(self, offset: int, length: int) -> bytes:
        return read_at(self._f, self._start + offset, length)

    def place(self, offset: int) -> int:
        return self._start + offset


class _Unsynchronised:
    """A body of 2.2 or 2.3 with a stuffed zero after 0xFF (2.3 section 5)."""

    def __init__(self, f: BinaryIO, start: int, length: int) -> None:
        if length > _LARGEST_UNSYNCHRONISED:
            raise Unsupported("This file's ID3 tag is too large for RightsDesk.")
        self._start = start
        self._raw = read_at(f, start, length)
        self._data = self._raw.replace(_STUFFED, b"\xff")
        self.length = len(self._data)
        # The starts of blocks in the raw body, and the same places in the plain body.
        self._raw_starts = [0]
        self._plain_starts = [0]
        while (at := self._raw_starts[-1]) < length:
            end = min(at + _UNSTUFFING_BLOCK, length)
            end += self._raw[end - 1 : end + 1] == _STUFFED
            self._raw_starts.append(end)
            plain = end - at - self._raw.count(_STUFFED, at, end)
            self._plain_starts.append(self._plain_starts[-1] + plain)

    def read(self, offset: int, length: int) -> bytes:
        return self._data[offset : offset + length]

    def place(self, offset: int) -> int:
        block = min(bisect_right(self._plain_starts, offset), len(self._plain_starts) - 1) - 1
        raw, left = self._raw_starts[max(block, 0)], offset - self._plain_starts[max(block, 0)]
        end = self._raw_starts[block + 1] if block >= 0 else 0
        while True:
            at = self._raw.find(_STUFFED, raw, end)
            if at < 0 or at - raw >= left:
                return self._start + raw + left
            left -= at + 1 - raw
            raw = at + 2


def _parse(f: BinaryIO, start: int, size: int) -> Tag:
    header = read_at(f, start, HEADER)
    version, flags = header[3], header[5]
    defined = {2: 0x80, 3: 0xE0, 4: 0xF0}[version]
    if flags & ~defined:
        raise Unsupported(
            "This file's ID3 tag uses a form that RightsDesk doesn't know, so it is left alone."
        )
    footer = version == 4 and bool(flags & 0x10)
    if footer:
        copy = read_at(f, start + size - HEADER, HEADER)
        if copy != b"3DI" + header[3:]:
            raise _damaged()
    unsynchronised = bool(flags & 0x80)
    body = size - HEADER * (2 if footer else 1)
    view: _View = (
        _Unsynchronised(f, start + HEADER, body)
        if unsynchronised and version < 4
        else _Plain(f, start + HEADER, body)
    )
    first, sum_at = _extended(view, version) if version > 2 and flags & 0x40 else (0, 0)
    if sum_at and unsynchronised:
        raise Unsupported(
            "This file's ID3 tag carries a checksum, which RightsDesk can't keep up to date yet."
        )
    frames, after, plain_sizes = _walk(f, view, version, first, unsynchronised)
    end = start + HEADER + body
    padding = (view.place(after), end - view.place(after))
    return Tag(
        version=version,
        start=start,
        end=start + size,
        flags=flags,
        unsynchronised=unsynchronised,
        plain_sizes=plain_sizes,
        footer=footer,
        extended=(start + HEADER, view.place(first) - start - HEADER),
        frames=tuple(frames),
        padding=padding,
        usable=is_zero(f, padding),
        checksum=start + HEADER + sum_at if sum_at else 0,
    )


def _extended(view: _View, version: int) -> tuple[int, int]:
    """Return the length of the extended header, and the offset of its checksum (0: none).

    Raises `Damaged`.
    """
    if view.length < 6:
        raise _damaged()
    head = view.read(0, 6)
    if version == 3:  # section 3.2: the size excludes itself
        length = 4 + int.from_bytes(head[:4], "big")
        sum_at = 10 if head[4] & 0x80 else 0
        if length not in (10, 14) or (sum_at and length != 14):
            raise _damaged()
    else:  # section 3.2 of the structure document: the size includes itself
        length = syncsafe(head[:4])
        # Each flag has a length byte and data; the first flag has no data.
        sum_at = (8 if head[5] & 0x40 else 7) if head[5] & 0x20 else 0
        if sum_at and length < sum_at + CHECKSUM:
            raise _damaged()
    if not 6 <= length <= view.length:
        raise _damaged()
    return length, sum_at


def _walk(
    f: BinaryIO, view: _View, version: int, first: int, unsynchronised: bool
) -> tuple[list[Frame], int, bool]:
    """Return the frames, their end in the view, and whether a 2.4 tag has plain sizes.

    Raises `Damaged` and `Swollen`.
    """
    plain_sizes = version == 3
    slices, after, whole = _frames(view, version, first, plain_sizes=plain_sizes)
    if version == 4 and not (whole and _empty_after(view, after)):
        other = _frames(view, version, first, plain_sizes=True)
        # The syncsafe reading may merely have stopped at a zero byte.
        if other[0] != slices and (other[2] or (not whole and other[1] > after)):
            plain_sizes, (slices, after, whole) = True, other
    if not whole and not slices:
        raise _damaged()
    header = 6 if version == 2 else HEADER
    frames: list[Frame] = []
    held = unpacked = 0
    for frame_id, flags, offset, end in slices:
        owned = packet = content = None
        span = offset + header, end - offset - header
        most = _MOST_UNPACKED - unpacked
        unpacked += _unpacked_length(view, version, flags, unsynchronised, span, most)
        if frame_id in TEXT_IDS[version]:
            body = view.read(offset + header, min(end - offset - header, LARGEST_TEXT + 1))
            content = plain_content(version, flags, unsynchronised, body)
            owned = None if content is None else read_owned(version, frame_id, content)
            if owned is not None and len(body) > LARGEST_TEXT:
                raise _damaged()
        elif frame_id == "PRIV":
            body = view.read(offset + header, min(end - offset - header, LARGEST_XMP + 1))
            content = plain_content(version, flags, unsynchronised, body, LARGEST_XMP)
            packet = _packet(content)
        held += len(content or b"")
        if held > _LARGEST_CONTENT:
            raise Swollen
        unreadable = owned is None and span[1] > 0 and frame_id == TEXT_IDS[version][1]
        place = view.place(offset), view.place(end)
        frames.append(Frame(frame_id, *place, owned, packet, unreadable))
    return frames, after, plain_sizes


def _unpacked_length(
    view: _View, version: int, flags: int, unsynchronised: bool, span: Span, most: int
) -> int:
    """Return how many bytes a compressed frame of any kind unpacks to, 0 if not compressed.

    Raises `Swollen` for more than `most`.
    """
    if not flags & {2: 0, 3: 0x80, 4: 0x08}[version]:
        return 0
    offset, length = span
    end = offset + length
    grouped, counted = (flags & 0x20, 4) if version == 3 else (flags & 0x40, 4 * (flags & 0x01))
    offset += counted + bool(grouped)
    stuffed = version == 4 and bool(flags & 0x02 or unsynchronised)
    unpacker = zlib.decompressobj()
    total = 0
    held = b""
    while offset < end and not unpacker.eof:
        block = held + view.read(offset, min(BLOCK, end - offset))
        offset = min(offset + BLOCK, end)
        held = b""
        if stuffed:
            if block.endswith(b"\xff") and offset < end:
                block, held = block[:-1], b"\xff"
            block = block.replace(_STUFFED, b"\xff")
        while block:
            try:
                total += len(unpacker.decompress(block, BLOCK))
            except zlib.error:
                return total  # other readers stop here, too
            if total > most:
                raise Swollen
            block = unpacker.unconsumed_tail
    return total


def _packet(content: bytes | None) -> bytes | None:
    """Return the XMP packet in a PRIV frame's content, None if it holds none."""
    if content is None or not content.startswith(XMP_OWNER):
        return None
    packet = content[len(XMP_OWNER) :]
    return packet if edit.is_packet(packet) else None


def _unstuffed(f: BinaryIO, span: Span) -> bytes:
    return read_at(f, *span).replace(_STUFFED, b"\xff")


def _empty_after(view: _View, offset: int) -> bool:
    while offset < view.length:
        block = view.read(offset, min(BLOCK, view.length - offset))
        if block.count(0) != len(block):
            return False
        offset += len(block)
    return True


def _frames(
    view: _View, version: int, offset: int, *, plain_sizes: bool
) -> tuple[list[tuple[str, int, int, int]], int, bool]:
    """Return the frames, the end of the last, and whether only padding or nothing follows.

    A frame is (id, format flags, start, end). Like other readers, this stops at invalid
    data and at a frame that the tag's end truncates.
    """
    header = 6 if version == 2 else HEADER
    valid = _FRAME_ID[version]
    found: list[tuple[str, int, int, int]] = []
    while offset < view.length:
        head = view.read(offset, min(header, view.length - offset))
        if head[0] == 0:  # padding
            break
        id_length = 3 if version == 2 else 4
        frame_id = head[:id_length]
        if len(head) < header or not valid.fullmatch(frame_id):
            return found, offset, False
        size_bytes = head[id_length : id_length + (3 if version == 2 else 4)]
        if version == 4 and not plain_sizes:
            if any(byte > 0x7F for byte in size_bytes):
                return found, offset, False
            size = syncsafe(size_bytes)
        else:
            size = int.from_bytes(size_bytes, "big")
        end = offset + header + size
        if len(found) == _MOST_FRAMES:
            raise _damaged()
        if end > view.length:
            return found, offset, False
        flags = head[9] if version > 2 else 0
        found.append((frame_id.decode("ascii"), flags, offset, end))
        offset = end
    return found, offset, True


def _too_many() -> Unsupported:
    return Unsupported("This file has too many ID3 tags, so RightsDesk leaves it alone.")


def _damaged() -> Damaged:
    return Damaged("This file's ID3 tag is damaged, so RightsDesk leaves it alone.")
