"""Ogg Vorbis and Opus: two or three header packets, and the last page for the duration.

The checksums of the header pages are looked at, so that what is told of a file here is
what the writer will find when it comes to write.

Sources: RFC 3533, Vorbis I specification section 4.2, RFC 7845 section 5.
"""

from __future__ import annotations

from zlib import crc32

from rightsdesk.files.containers.oggpages import BEGINNING, CONTINUED, END, MIRRORED
from rightsdesk.files.quick.base import BLOCK, LARGEST, Quick, Unsure, Window
from rightsdesk.files.quick.comments import read_comments

_HEADER = 27
_AT_ONCE = 1 << 16  # header pages are many and small, or few and large
_LARGEST_PAGE = _HEADER + 255 + 255 * 255
_VORBIS, _OPUS = b"\x01vorbis", b"OpusHead"
_NO_SUM = bytes(4)
_OPUS_RATE = 48000  # whatever the recording's own was (RFC 7845, section 4)


def read_ogg(window: Window) -> tuple[str, Quick]:
    """Read an Ogg file: its kind in the container's words, and what it says."""
    quick = Quick()
    first, packets, serial = _headers(window)
    comment = packets[0]
    if len(packets) == 2:
        end = read_comments(comment, 7, quick)
        if not comment.startswith(b"\x03vorbis") or not packets[1].startswith(b"\x05vorbis"):
            raise Unsure
        rate = int.from_bytes(first[12:16], "little")
        if not comment[end] & 1 or not rate or len(first) < 28:  # the framing bit
            raise Unsure
        quick.seconds = _last_position(window, serial) / rate
        return "Ogg Vorbis", quick
    read_comments(comment, 8, quick)
    if not comment.startswith(b"OpusTags") or len(first) < 19 or first[8] >> 4:
        raise Unsure
    skipped = int.from_bytes(first[10:12], "little")
    quick.seconds = (_last_position(window, serial) - skipped) / _OPUS_RATE
    return "Opus", quick


def _headers(window: Window) -> tuple[bytes, list[bytes], bytes]:
    """The first packet, those that follow it before the audio, and the stream's serial.

    The last of them has to end its page, and every page has to be sound.
    """
    first = serial = b""
    packets: list[bytes] = []
    parts: list[bytes] = []
    needed, length, flags, number = 1, 0, BEGINNING, -1
    at, data, start = 0, b"", 0
    while len(packets) < needed:
        i = at - start
        if len(data) - i < _LARGEST_PAGE and start + len(data) < window.size:
            data, start = window.hold(at, min(_AT_ONCE, window.size - at))
            i = at - start
        body = i + _HEADER + data[i + 26]
        lacing = data[i + _HEADER : body]
        end = body + sum(lacing)
        # zlib's checksum is the mirror image of Ogg's; the place of the sum counts as zero.
        mirrored = (data[i : i + 22] + _NO_SUM + data[i + 26 : end]).translate(MIRRORED)
        stated = int.from_bytes(data[i + 22 : i + 26].translate(MIRRORED), "big")
        if (
            data[i : i + 6] != b"OggS\0" + bytes((flags,))
            or end > len(data)
            or not lacing
            or crc32(mirrored, 0xFFFFFFFF) ^ 0xFFFFFFFF != stated
        ):
            raise Unsure
        counted = int.from_bytes(data[i + 18 : i + 22], "little")
        at = start + end
        flags = CONTINUED if lacing[-1] == 255 else 0
        if not serial:
            serial, first = data[i + 14 : i + 18], data[body:end]
            if flags or len(lacing) > 1:
                raise Unsure
            needed = _needed(first)
        elif data[i + 14 : i + 18] != serial or counted != number + 1 & 0xFFFFFFFF:
            raise Unsure
        else:
            length += end - body
            if length > LARGEST:
                raise Unsure
            while (stop := _end_of_packet(lacing)) and len(packets) < needed:
                middle = body + sum(lacing[:stop])
                packets.append(b"".join((*parts, data[body:middle])))
                parts, lacing, body = [], lacing[stop:], middle
            parts.append(data[body:end])
        number = counted
    if flags or lacing:
        raise Unsure
    return first, packets, serial


def _needed(first: bytes) -> int:
    """How many header packets follow the one that says which codec this is."""
    if first.startswith(_VORBIS):
        return 2
    if first.startswith(_OPUS):
        return 1
    raise Unsure


def _end_of_packet(lacing: bytes) -> int:
    """How many lacing values the first packet takes that ends here, 0 if none does."""
    if lacing.count(255) == len(lacing):
        return 0
    return next(index for index, value in enumerate(lacing, 1) if value < 255)


def _last_position(window: Window, serial: bytes) -> int:
    """The granule position of the last page, if it is this stream's and ends it."""
    for most in (BLOCK, 1 << 16):  # a page is small, as a rule, and never larger
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
        raise Unsure
    return position
