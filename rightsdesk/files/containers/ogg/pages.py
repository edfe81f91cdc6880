"""Ogg pages: read and verify them, divide packets into them, and renumber them.

Source: RFC 3533, section 6.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import BinaryIO, NamedTuple

from rightsdesk.files.containers.base import read_at

CONTINUED, BEGINNING, END = 1, 2, 4

_HEADER = 27
_LARGEST_PAGE_HEADER = _HEADER + 255
_LARGEST_PAGE = _LARGEST_PAGE_HEADER + 255 * 255
_WINDOW = 1 << 17  # bytes read at a time: larger than any page
MIRRORED = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))
"""Each byte with its bits reversed, for `bytes.translate`."""

_NO_PACKET_ENDS = b"\xff" * 8
_NO_CRC = bytes(4)

_CACHED_PAGES = 64
_sound: dict[bytes, bytes] = {}  # pages verified recently, by checksum


class OggPage(NamedTuple):
    """A page at `offset`. `header` are the raw bytes, lacing values included."""

    offset: int
    header: bytes
    length: int  # of the body

    @property
    def flags(self) -> int:
        return self.header[5]

    @property
    def serial(self) -> bytes:
        return self.header[14:18]

    @property
    def sequence(self) -> int:
        return int.from_bytes(self.header[18:22], "little")

    @property
    def lacing(self) -> bytes:
        return self.header[_HEADER:]

    @property
    def body(self) -> int:
        return self.offset + len(self.header)

    @property
    def end(self) -> int:
        return self.offset + len(self.header) + self.length


def page_at(f: BinaryIO, offset: int, size: int) -> OggPage | None:
    """Return the page at `offset`, None if there is no complete page."""
    if size - offset < _HEADER:
        return None
    data = read_at(f, offset, min(_LARGEST_PAGE_HEADER, size - offset))
    if data[:5] != b"OggS\0":  # version 0 is the only one
        return None
    header = data[: _HEADER + data[26]]
    if len(header) != _HEADER + data[26]:
        return None
    page = OggPage(offset, header, sum(header[_HEADER:]))
    return page if page.end <= size else None


def pages_from(f: BinaryIO, offset: int, size: int) -> Iterator[OggPage]:
    """Yield the consecutive pages from `offset`."""
    while (page := page_at(f, offset, size)) is not None:
        yield page
        offset = page.end


def whole_pages(f: BinaryIO, offset: int, size: int) -> Iterator[tuple[OggPage, bytes]]:
    """Yield the consecutive pages from `offset`, each with all its bytes."""
    start, data = offset, b""
    while (at := offset - start) <= len(data):
        header = data[at : at + _LARGEST_PAGE_HEADER]
        length = len(header)
        if length >= _HEADER and length >= (end := _HEADER + header[26]):
            body = sum(header[_HEADER:end])
            whole = data[at : at + end + body]
            if header[:5] != b"OggS\0":
                return
            if len(whole) == end + body:
                yield OggPage(offset, header[:end], body), whole
                offset += len(whole)
                continue
        if start + len(data) == size or (data and not at):
            return
        start, data = offset, read_at(f, offset, min(_WINDOW, size - offset))


def last_serial(f: BinaryIO, size: int) -> bytes | None:
    """Return the serial number of the last page, searched from the end; None if not found."""
    window = min(size, _LARGEST_PAGE)
    data = read_at(f, size - window, window)
    at = data.rfind(b"OggS\0")
    return data[at + 14 : at + 18] if at >= 0 else None


def is_sound(f: BinaryIO, page: OggPage) -> bool:
    """Return whether a page's checksum is right."""
    return fits(read_at(f, page.offset, page.end - page.offset))


def fits(page: bytes) -> bool:
    """Return whether the checksum in a page is right.

    Verified pages are cached: most pages are the same before and after a change.
    """
    crc = page[22:26]
    if _sound.get(crc) == page:
        return True
    if checksum(page) != crc:
        return False
    if len(_sound) == _CACHED_PAGES:
        _sound.clear()
    _sound[crc] = page
    return True


def checksum(page: bytes) -> bytes:
    """Return the four bytes of a page's CRC: polynomial 0x04C11DB7, unreflected, initial zero.

    The CRC field itself counts as zero. zlib computes the same polynomial reflected, so all
    bits are mirrored before and after.
    """
    mirrored = page.translate(MIRRORED)
    crc = zlib.crc32(_NO_CRC, zlib.crc32(mirrored[:22], 0xFFFFFFFF))
    crc = zlib.crc32(mirrored[26:], crc) ^ 0xFFFFFFFF
    return crc.to_bytes(4, "big").translate(MIRRORED)


def numbered(f: BinaryIO, page: OggPage, sequence: int) -> bytes:
    """Return bytes 18 to 26 of a page's header with a new number: the number and the CRC."""
    number = sequence.to_bytes(4, "little")
    header = page.header[:18] + number + page.header[22:]
    return number + checksum(header + read_at(f, page.body, page.length))


def resealed(page: OggPage, body: bytes) -> bytes:
    """Return the page with another body of the same length, and a new checksum."""
    return sealed(page.header + body)


def sealed(page: bytes) -> bytes:
    """Return the page with the right checksum."""
    return page[:22] + checksum(page) + page[26:]


def lacing_of(packets: Sequence[bytes]) -> bytes:
    """Return the lacing values of these packets (section 6, item 9)."""
    return b"".join(
        b"\xff" * (len(packet) // 255) + bytes((len(packet) % 255,)) for packet in packets
    )


def cut(lacing: bytes, pages: int, *, together: int = 1) -> list[bytes]:
    """Divide lacing values about evenly over `pages` pages, or as near to that as possible.

    The last `together` values, at most 255, stay on the same page.
    """
    free = len(lacing) - together
    pages = max(min(pages, free + 1), -(-len(lacing) // 255))
    cuts = [len(lacing) * page // pages for page in range(pages + 1)]
    if cuts[-2] > free:
        pages = max(pages - 1, -(-free // 255))
        cuts = [*(free * page // pages for page in range(pages + 1)), len(lacing)]
    return [lacing[start:end] for start, end in pairwise(cuts)]


def render(data: bytes, lacings: Sequence[bytes], *, first: OggPage, last: OggPage) -> list[bytes]:
    """Return header pages with these lacing values over `data`, to replace `first` to `last`.

    The last page keeps its granule position and its end-of-stream flag. The other pages get
    position 0, or -1 if no packet ends on them.
    """
    pages: list[bytes] = []
    at = 0
    flags = first.flags & CONTINUED
    for index, lacing in enumerate(lacings):
        body = data[at : at + sum(lacing)]
        at += len(body)
        granule = bytes(8) if any(value < 255 for value in lacing) else _NO_PACKET_ENDS
        if index == len(lacings) - 1:
            granule, flags = last.header[6:14], flags | last.flags & END
        number = (first.sequence + index & 0xFFFFFFFF).to_bytes(4, "little")
        header = b"OggS\0" + bytes((flags,)) + granule + first.serial + number + bytes(4)
        header += bytes((len(lacing),)) + lacing
        pages.append(sealed(header + body))
        flags = CONTINUED if lacing[-1] == 255 else 0
    return pages
