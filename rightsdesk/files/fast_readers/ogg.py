"""Fast reader for Ogg Vorbis and Opus: the header packets, and the last page.

The last page gives the duration. The checksums of header pages are verified, so that the
result agrees with the later write. Pages with only a part of a long comment (cover art) are
not verified: their checksums would cost more than everything else.

Sources: RFC 3533, Vorbis I specification section 4.2, RFC 7845 section 5.
"""

from __future__ import annotations

from dataclasses import dataclass
from struct import Struct
from zlib import crc32

from rightsdesk.files.containers.ogg.pages import BEGINNING, CONTINUED, END, MIRRORED
from rightsdesk.files.fast_readers.base import BLOCK, LARGEST, FastReading, NotSimple, Window
from rightsdesk.files.fast_readers.comments import ByteRanges, read_comments

_HEADER = 27
_AT_ONCE = 1 << 16  # more than the largest page (section 6)
_VORBIS, _OPUS = b"\x01vorbis", b"OpusHead"
_NO_SUM = bytes(4)
_head = Struct("<5sB8x4sI").unpack_from  # magic and version, flags, serial, number
_OPUS_RATE = 48000  # whatever the input's rate was (RFC 7845, section 4)


def read_ogg(window: Window) -> tuple[str, FastReading]:
    """Read an Ogg file; return the container's name, and the content. Raises NotSimple."""
    reading = FastReading()
    headers = _headers(window)
    first, comment = headers.first, headers.packets[0]
    long: ByteRanges = []
    if len(headers.packets) == 2:
        end = read_comments(comment, 7, reading, long)
        setup = headers.packets[1]
        rate = int.from_bytes(first[12:16], "little")
        if not comment.startswith(b"\x03vorbis") or not setup.startswith(b"\x05vorbis"):
            raise NotSimple
        if not comment[end] & 1 or not rate or len(first) < 28:  # the framing bit
            raise NotSimple
        reading.seconds = _last_position(window, headers.serial) / rate
        name = "Ogg Vorbis"
    else:
        read_comments(comment, 8, reading, long)
        if not comment.startswith(b"OpusTags") or len(first) < 19 or first[8] >> 4:
            raise NotSimple
        skipped = int.from_bytes(first[10:12], "little")
        reading.seconds = (_last_position(window, headers.serial) - skipped) / _OPUS_RATE
        name = "Opus"
    _must_be_sound(headers.pages, long)
    return name, reading


_Page = tuple[bytes, int, int, int, int]
"""A page: (block, start and end of the page in it, start and end of its data).

The last two count in the data of all packets after the first."""


@dataclass(slots=True)
class _Headers:
    first: bytes
    serial: bytes
    packets: list[bytes]
    pages: list[_Page]


def _headers(window: Window) -> _Headers:
    """Read the header packets. The last of them must end its page. Raises NotSimple."""
    pages: list[_Page] = []
    packets: list[bytes] = []
    parts: list[bytes] = []
    first = serial = b""
    needed, length, flags, number = 1, 0, BEGINNING, -1
    at, start = 0, 0
    data = window.take(0, min(_AT_ONCE, window.size))
    while len(packets) < needed:
        i = at - start
        body = i + _HEADER + data[i + 26] if i + _HEADER < len(data) else len(data)
        lacing = data[i + _HEADER : body]
        end = body + sum(lacing)
        if (body >= len(data) or end > len(data)) and start + len(data) < window.size and i:
            data, start = window.hold(at, min(_AT_ONCE, window.size - at))
            continue
        magic, kind, stream, counted = _head(data, i)
        if magic != b"OggS\0" or kind != flags or end > len(data) or not lacing:
            raise NotSimple
        at = start + end
        flags = CONTINUED if lacing[-1] == 255 else 0
        if not serial:
            serial, first = stream, data[body:end]
            if flags or len(lacing) > 1:
                raise NotSimple
            needed = _needed(first)
            pages.append((data, i, end, 0, 0))
        elif stream != serial or counted != number + 1 & 0xFFFFFFFF:
            raise NotSimple
        else:
            pages.append((data, i, end, length, length + end - body))
            length += end - body
            if length > LARGEST:
                raise NotSimple
            while lacing.count(255) < len(lacing) and len(packets) < needed:
                stop = next(index for index, value in enumerate(lacing, 1) if value < 255)
                middle = body + sum(lacing[:stop])
                packets.append(b"".join((*parts, data[body:middle])))
                parts, lacing, body = [], lacing[stop:], middle
            parts.append(data[body:end])
        number = counted
    if flags or lacing:
        raise NotSimple
    return _Headers(first, serial, packets, pages)


def _needed(first: bytes) -> int:
    """Return the number of header packets after the first, by codec. Raises NotSimple."""
    if first.startswith(_VORBIS):
        return 2
    if first.startswith(_OPUS):
        return 1
    raise NotSimple


def _must_be_sound(pages: list[_Page], long: ByteRanges) -> None:
    """Verify the checksums of all pages with more than a part of a long comment.

    Raises NotSimple.
    """
    for data, start, end, begins, ends in pages:
        if any(since <= begins and ends <= until for since, until in long) and ends:
            continue
        # zlib's checksum is the mirror image of Ogg's. The CRC field counts as zero.
        mirrored = (data[start : start + 22] + _NO_SUM + data[start + 26 : end]).translate(MIRRORED)
        stated = int.from_bytes(data[start + 22 : start + 26].translate(MIRRORED), "big")
        if crc32(mirrored, 0xFFFFFFFF) ^ 0xFFFFFFFF != stated:
            raise NotSimple


def _last_position(window: Window, serial: bytes) -> int:
    """Return the granule position of the last page.

    Raises NotSimple if the page does not end this stream.
    """
    for most in (BLOCK, 1 << 16):  # pages are usually small, and never larger than 64 KB
        length = min(most, window.size)
        data = window.take(window.size - length, length)
        if b"OggS" in data:
            break
    page = data[data.rindex(b"OggS") :]
    body = _HEADER + page[26]
    position = int.from_bytes(page[6:14], "little", signed=True)
    if (
        page[4]
        or page[14:18] != serial
        or not page[5] & END
        or position == -1
        or len(page) < body + sum(page[_HEADER:body])
    ):
        raise NotSimple
    return position
