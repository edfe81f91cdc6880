"""Ogg pages: read with their checksum, cut from packets, and renumbered by few bytes.

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
_WINDOW = 1 << 17  # bytes read at a time: more than a page can have
MIRRORED = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))
"""Each byte with its bits in the opposite order, for `bytes.translate`."""

_NO_PACKET_ENDS = b"\xff" * 8
_NO_CRC = bytes(4)

_KEPT_SOUND = 64
_sound: dict[bytes, bytes] = {}  # pages that were found sound of late, by their checksum


class Page(NamedTuple):
    """A page at `offset`: its header as bytes, lacing values included."""

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


def page_at(f: BinaryIO, offset: int, size: int) -> Page | None:
    """The page that begins here; None where there is none, or not all of it."""
    if size - offset < _HEADER:
        return None
    data = read_at(f, offset, min(_LARGEST_PAGE_HEADER, size - offset))
    if data[:5] != b"OggS\0":  # version 0 is the only one
        return None
    header = data[: _HEADER + data[26]]
    if len(header) != _HEADER + data[26]:
        return None
    page = Page(offset, header, sum(header[_HEADER:]))
    return page if page.end <= size else None


def pages_from(f: BinaryIO, offset: int, size: int) -> Iterator[Page]:
    """The pages that follow each other from here, as far as they do."""
    while (page := page_at(f, offset, size)) is not None:
        yield page
        offset = page.end


def whole_pages(f: BinaryIO, offset: int, size: int) -> Iterator[tuple[Page, bytes]]:
    """The same, each with all its bytes; for pages that are looked at as a whole."""
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
                yield Page(offset, header[:end], body), whole
                offset += len(whole)
                continue
        if start + len(data) == size or (data and not at):
            return
        start, data = offset, read_at(f, offset, min(_WINDOW, size - offset))


def last_serial(f: BinaryIO, size: int) -> bytes | None:
    """The stream that the last page belongs to, found from the end of the file."""
    window = min(size, _LARGEST_PAGE)
    data = read_at(f, size - window, window)
    at = data.rfind(b"OggS\0")
    return data[at + 14 : at + 18] if at >= 0 else None


def is_sound(f: BinaryIO, page: Page) -> bool:
    """Whether a page's checksum fits."""
    return fits(read_at(f, page.offset, page.end - page.offset))


def fits(page: bytes) -> bool:
    """Whether the checksum in a page fits it.

    A file is compared with what a change makes of it, page by page, and most are the same.
    """
    crc = page[22:26]
    if _sound.get(crc) == page:
        return True
    if checksum(page) != crc:
        return False
    if len(_sound) == _KEPT_SOUND:
        _sound.clear()
    _sound[crc] = page
    return True


def checksum(page: bytes) -> bytes:
    """The four bytes of a page's CRC: polynomial 0x04C11DB7, unreflected, from zero.

    They are not looked at themselves: they count as zero. zlib computes the same polynomial
    reflected, so all bits go in and come out mirrored.
    """
    mirrored = page.translate(MIRRORED)
    crc = zlib.crc32(_NO_CRC, zlib.crc32(mirrored[:22], 0xFFFFFFFF))
    crc = zlib.crc32(mirrored[26:], crc) ^ 0xFFFFFFFF
    return crc.to_bytes(4, "big").translate(MIRRORED)


def numbered(f: BinaryIO, page: Page, sequence: int) -> bytes:
    """Bytes 18 to 26 of a page's header under a new number: the number and the CRC."""
    number = sequence.to_bytes(4, "little")
    header = page.header[:18] + number + page.header[22:]
    return number + checksum(header + read_at(f, page.body, page.length))


def resealed(page: Page, body: bytes) -> bytes:
    """The page with another body of the same length, its header otherwise as it is."""
    return sealed(page.header + body)


def sealed(page: bytes) -> bytes:
    """The page with the checksum that fits it."""
    return page[:22] + checksum(page) + page[26:]


def lacing_of(packets: Sequence[bytes]) -> bytes:
    """The segment lengths of these packets (section 6, item 9)."""
    return b"".join(
        b"\xff" * (len(packet) // 255) + bytes((len(packet) % 255,)) for packet in packets
    )


def cut(lacing: bytes, pages: int, *, together: int = 1) -> list[bytes]:
    """Spread lacing values over as near to `pages` pages as can be, about evenly.

    The last `together` values, at most 255, stay on one page.
    """
    free = len(lacing) - together
    pages = max(min(pages, free + 1), -(-len(lacing) // 255))
    cuts = [len(lacing) * page // pages for page in range(pages + 1)]
    if cuts[-2] > free:
        pages = max(pages - 1, -(-free // 255))
        cuts = [*(free * page // pages for page in range(pages + 1)), len(lacing)]
    return [lacing[start:end] for start, end in pairwise(cuts)]


def render(data: bytes, lacings: Sequence[bytes], *, first: Page, last: Page) -> list[bytes]:
    """Header pages with these lacing values over `data`, in the place of `first` to `last`.

    The last keeps its granule position, and whether it ends the stream; the others have the
    position 0 (none: -1).
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
