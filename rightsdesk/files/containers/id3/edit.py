"""Change our frames in ID3v2 tags, as splices.

A change uses the padding if it fits. Otherwise the tag grows, with new padding for the
next change. The tag keeps its version, its flags and every other frame.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence
from typing import BinaryIO

from rightsdesk.consent.fields import LEFT_ALONE, UNKNOWN_ENCODING, Fields
from rightsdesk.files.containers.base import PADDING, differing, read_at
from rightsdesk.files.containers.id3.tags import HEADER, XMP_OWNER, Frame, Tag, to_syncsafe
from rightsdesk.files.containers.id3.text import LINE_UNREADABLE, CommentLine, render_owned
from rightsdesk.files.errors import TooLarge, Unsupported
from rightsdesk.files.owned import COPYRIGHT
from rightsdesk.files.patch.delta import apply
from rightsdesk.files.patch.patch import Patch, Splice

_LARGEST_TAG = (1 << 28) - 1  # the largest syncsafe number of four bytes
_NEW_VERSION = 3  # old readers on Windows don't read 2.4


def fields_of(tags: Sequence[Tag]) -> dict[str, tuple[str, ...]]:
    """Return the owned fields over all tags of a file, in file order."""
    found: dict[str, tuple[str, ...]] = {}
    unknown = False
    for tag in tags:
        for frame in tag.frames:
            if frame.owned is not None:
                name, line = frame.owned.name, frame.owned.line
                found[name] = found.get(name, ()) + frame.owned.values
                unknown = unknown or (line is not None and line.unknown)
    if unknown:
        found[UNKNOWN_ENCODING] = (COPYRIGHT,)
    if any(frame.unreadable for tag in tags for frame in tag.frames):
        found[LEFT_ALONE] = (COPYRIGHT,)
    return found


def edits(
    f: BinaryIO, tags: Sequence[Tag], wanted: Fields, packets: Sequence[bytes | None] | None = None
) -> list[Splice]:
    """Return the splices that set `wanted` in the first of `tags` (at least one tag).

    A field in several frames or tags is reduced to one frame. Copyright lines whose values
    stay are not touched. `packets`: the new XMP packets, as `xmppackets.edited_all` returns
    them; a packet beyond the existing ones is added. Raises `TooLarge`, and `Unsupported` if
    no tag can hold an XMP packet or a copyright line can't be read.
    """
    changes: dict[int, list[Splice]] = {}
    for name, values in differing(fields_of(tags), wanted).items():
        standing = [
            (index, frame)
            for index, tag in enumerate(tags)
            for frame in tag.frames
            if frame.owned is not None and frame.owned.name == name
        ]
        alone = len(standing) == 1
        if name == COPYRIGHT and any(frame.unreadable for tag in tags for frame in tag.frames):
            raise Unsupported(LINE_UNREADABLE)
        if name == COPYRIGHT and values:
            standing, values = _skip_unchanged(standing, values)
        line = standing[0][1].owned.line if standing and standing[0][1].owned else None
        rendered = render_frame(tags[0], name, values, line) if values else b""
        for index, frame in standing:
            stays = not index and not (alone and _would_push(tags[0], frame, rendered))
            data = rendered if stays else b""
            rendered = b"" if stays else rendered
            splice = Splice(frame.start, frame.end - frame.start, data)
            changes.setdefault(index, []).append(splice)
        if rendered:
            changes.setdefault(0, []).append(Splice(tags[0].padding[0], 0, rendered))
    for index, splice in _packet_edits(tags, packets or ()):
        changes.setdefault(index, []).append(splice)
    return [
        splice
        for index, splices in changes.items()
        for splice in _with_size_and_padding(f, tags[index], splices)
    ]


def new_tag(
    wanted: Fields, packet: bytes | None = None, *, copies: Sequence[tuple[str, bytes]] = ()
) -> bytes:
    """Return a new tag with these fields and padding; b"" if there are no values.

    `copies`: (id, content) of copied frames that the tag begins with. Raises `TooLarge`.
    """
    frames = b"".join(
        _frame(_NEW_VERSION, *render_owned(_NEW_VERSION, name, values))
        for name, values in differing({}, wanted).items()
        if values
    )
    if packet:
        frames += _frame(_NEW_VERSION, "PRIV", XMP_OWNER + packet)
    if not frames:
        return b""
    frames = b"".join(as_frame(name, content) for name, content in copies) + frames
    size = len(frames) + PADDING
    if size > _LARGEST_TAG:
        raise _too_large()
    return b"ID3" + bytes((_NEW_VERSION, 0, 0)) + to_syncsafe(size) + frames + bytes(PADDING)


def filled(tag: bytes, room: int) -> bytes:
    """Return a new tag with its padding adjusted to `room` bytes in all; unchanged if too long."""
    frames = tag[:-PADDING]
    if len(frames) > room:
        return tag
    return frames[:6] + to_syncsafe(room - HEADER) + frames[HEADER:].ljust(room - HEADER, b"\0")


def as_frame(name: str, content: bytes) -> bytes:
    """Return a frame as rendered in a new tag."""
    return _frame(_NEW_VERSION, name, content)


def label_of_new(name: str) -> str:
    """Return the label of a frame in a new tag, as `id3.foreign` labels it."""
    return f"ID3v2.{_NEW_VERSION} {name}"


def takes_xmp(tags: Sequence[Tag]) -> bool:
    """Return whether these tags can carry XMP. Version 2.2 has no frame for it."""
    return not tags or any(tag.version > 2 for tag in tags)


def render_frame(
    tag: Tag, name: str, values: tuple[str, ...], line: CommentLine | None = None
) -> bytes:
    """Return a field's frame in the form of this tag. `line` is its current copyright line."""
    return _framed(tag, *render_owned(tag.version, name, values, line))


def _would_push(tag: Tag, frame: Frame, rendered: bytes) -> bool:
    """Return whether a new length would move foreign frames, such as cover art.

    Such a frame moves to the end, next to the padding, so that the next change moves no
    foreign frame. The order of frames has no meaning (2.4, section 5).
    """
    behind = any(other.start > frame.start and other.owned is None for other in tag.frames)
    return behind and len(rendered) != frame.end - frame.start


def _packet_edits(
    tags: Sequence[Tag], packets: Sequence[bytes | None]
) -> Iterator[tuple[int, Splice]]:
    left = list(packets)
    for index, tag in enumerate(tags):
        for frame in tag.frames:
            if frame.packet is None or not left:
                continue
            packet = left.pop(0)
            if packet != frame.packet:
                data = b"" if packet is None else _framed(tag, "PRIV", XMP_OWNER + packet)
                yield index, Splice(frame.start, frame.end - frame.start, data)
    for packet in filter(None, left):
        target = next((index for index, tag in enumerate(tags) if tag.version > 2), None)
        if target is None:
            raise Unsupported("This file's ID3 tag is of a version that can't carry XMP.")
        data = _framed(tags[target], "PRIV", XMP_OWNER + packet)
        yield target, Splice(tags[target].padding[0], 0, data)


def _framed(tag: Tag, frame_id: str, content: bytes) -> bytes:
    """Return a frame in the form of this tag: its sizes and its unsynchronisation."""
    if tag.version == 4 and tag.unsynchronised:  # frame by frame (2.4, section 4.1.2)
        content = unsynchronise(content)
        return _frame(4, frame_id, content, flags=0x02, plain_sizes=tag.plain_sizes)
    frame = _frame(tag.version, frame_id, content, plain_sizes=tag.plain_sizes)
    return unsynchronise(frame) if tag.unsynchronised else frame


def unsynchronise(data: bytes) -> bytes:
    """Insert a zero after each 0xFF that could be taken for a sync or a stuffed byte."""
    out = bytearray()
    for index, byte in enumerate(data):
        out.append(byte)
        follower = data[index + 1] if index + 1 < len(data) else 0
        if byte == 0xFF and (follower >= 0xE0 or follower == 0):
            out.append(0)
    return bytes(out)


def _frame(
    version: int, frame_id: str, content: bytes, *, flags: int = 0, plain_sizes: bool = False
) -> bytes:
    size = len(content)
    if version == 2:
        if size >= 1 << 24:
            raise _too_large()
        return frame_id.encode("ascii") + size.to_bytes(3, "big") + content
    if size > _LARGEST_TAG:
        raise _too_large()
    plain = version == 3 or plain_sizes
    size_bytes = size.to_bytes(4, "big") if plain else to_syncsafe(size)
    return frame_id.encode("ascii") + size_bytes + bytes((0, flags)) + content


def _skip_unchanged(
    standing: list[tuple[int, Frame]], values: tuple[str, ...]
) -> tuple[list[tuple[int, Frame]], tuple[str, ...]]:
    """Return only the copyright frame that differs, and its values, if a single frame differs.

    Otherwise return all frames, and all values.
    """
    held = [frame.owned.values if frame.owned else () for _, frame in standing]
    before = 0
    while before < len(held) and values[: len(held[before])] == held[before]:
        values = values[len(held[before]) :]
        before += 1
    after = len(held)
    while after > before + 1 and values[len(values) - len(held[after - 1]) :] == held[after - 1]:
        values = values[: len(values) - len(held[after - 1])]
        after -= 1
    if after == before + 1 and values and not standing[before][0]:
        return standing[before:after], values
    first = tuple(value for frame_values in held[:before] for value in frame_values)
    last = tuple(value for frame_values in held[after:] for value in frame_values)
    return standing, first + values + last


def _with_size_and_padding(f: BinaryIO, tag: Tag, splices: list[Splice]) -> list[Splice]:
    """Add the splices for the tag's size, padding and checksum. Raises `TooLarge`."""
    growth = sum(splice.growth for splice in splices)
    offset, length = tag.padding
    if not tag.footer and tag.usable and growth <= length:
        padding = length - growth
        if growth > 0:
            splices.append(Splice(offset, growth, b""))
        elif growth:
            splices.append(Splice(offset, 0, bytes(-growth)))
    elif not tag.footer and tag.usable:
        padding = PADDING
        splices.append(Splice(offset, length, bytes(PADDING)))
    else:  # a tag with a footer has no padding (2.4, section 3.4)
        padding = length
    total = sum(splice.growth for splice in splices)
    if total:
        footer = HEADER if tag.footer else 0
        size = tag.end - tag.start - HEADER - footer + total
        if size > _LARGEST_TAG:
            raise _too_large()
        splices.append(Splice(tag.start + 6, 4, to_syncsafe(size)))
        if footer:
            splices.append(Splice(tag.end - 4, 4, to_syncsafe(size)))
    if tag.version == 3 and tag.extended[1]:
        splices += _count_padding(f, tag, padding)
    if tag.checksum:
        splices += _new_checksum(f, tag, splices, padding)
    return splices


def _new_checksum(f: BinaryIO, tag: Tag, splices: list[Splice], padding: int) -> list[Splice]:
    """Return the splice for the new checksum; none if the old checksum was wrong.

    2.3 excludes the padding (section 3.2). 2.4 includes it, but no footer (section 3.2).
    """
    start = tag.extended[0] + tag.extended[1]
    end = tag.padding[0] + tag.padding[1]
    old = read_at(f, start, end - start)
    inside = [splice for splice in splices if splice.offset >= start and splice.end <= end]
    moved = (Splice(splice.offset - start, splice.length, splice.data) for splice in inside)
    new = apply(Patch.of(len(old), moved), old)
    if tag.version == 3:
        old, new = old[: len(old) - tag.padding[1]], new[: len(new) - padding]
    before, after = (_checksum(tag.version, zlib.crc32(data)) for data in (old, new))
    if read_at(f, tag.checksum, len(before)) != before:
        return []
    return [Splice(tag.checksum, len(after), after)]


def _checksum(version: int, number: int) -> bytes:
    if version == 3:
        return number.to_bytes(4, "big")
    return bytes(number >> shift & 0x7F for shift in (28, 21, 14, 7, 0))


def _count_padding(f: BinaryIO, tag: Tag, padding: int) -> list[Splice]:
    """Return the splices for the padding length in the extended header of 2.3 (section 3.2)."""
    start, length = tag.extended
    if not tag.unsynchronised:
        return [Splice(start + 6, 4, padding.to_bytes(4, "big"))]
    raw = read_at(f, start, length)
    plain = raw.replace(b"\xff\x00", b"\xff")
    data = unsynchronise(plain[:6] + padding.to_bytes(4, "big") + plain[10:])
    if len(data) != length:  # the count itself would need stuffing; it is only a hint
        return []
    return [Splice(start, length, data)]


def _too_large() -> TooLarge:
    return TooLarge("This file's ID3 tag is full, so RightsDesk leaves it alone.")
