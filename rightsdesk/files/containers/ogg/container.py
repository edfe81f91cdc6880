"""Ogg audio: replace the comment packet, and keep the bytes of the audio pages.

The headers keep their number of pages if possible. Otherwise the pages after them get new
numbers and checksums. Audio should begin on its own page. If an encoder put it right after
the headers, it stays there, with the position that the page states. The division of the
audio into pages never changes.

A chained file is a series of streams, each with its own comments. Our own fields are read
and set in all of them. Each stream may be a different recording, so the copyright line is
read and set only in the first.

Sources: RFC 3533 (Ogg), Vorbis I specification section 4.2 and A.2, RFC 7845 section 5,
RFC 9639 section 10.1 (FLAC), "The Speex Codec Manual" section 7.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from rightsdesk.consent.fields import Fields
from rightsdesk.files.containers import vorbis
from rightsdesk.files.containers.base import (
    PADDING,
    Signed,
    Span,
    Tags,
    WantedFields,
    differing,
    parsed_once,
    patch_of,
    read_at,
    size_of,
)
from rightsdesk.files.containers.flac import foreign_comments
from rightsdesk.files.containers.ogg import pages as oggpages
from rightsdesk.files.containers.ogg.pages import OggPage
from rightsdesk.files.errors import (
    Damaged,
    NotAudio,
    TooLarge,
    Unsupported,
    damaged_kind,
    unsupported_kind,
)
from rightsdesk.files.owned import COPYRIGHT, OWN, OWNED
from rightsdesk.files.patch.patch import Patch, Splice
from rightsdesk.files.xmp import packets as xmppackets
from rightsdesk.sentences import worded

_LARGEST_HEADERS = 1 << 26  # bytes of comments (with pictures) and setup, held in memory
_MOST_LINKS = 1 << 8
_MOST_STREAMS = 64  # streams that are searched for a manifest
_MANIFEST = b"\0c2pa"  # begins a stream of Content Credentials (C2PA 2.3, A.3.5)
_MOST_EXTRA = 1 << 4  # headers that a Speex file may have after its comments
_BLOCK_HEADER, _COMMENTS = 4, 4  # bytes before a FLAC block's data, and the kind of block


@dataclass(frozen=True, slots=True)
class _Headers:
    """The headers before the audio: the identification page, then the other header packets."""

    first: OggPage
    pages: list[OggPage]
    comment: bytes
    comments: vorbis.Comments  # parsed from `comment`
    setup: tuple[bytes, ...]  # the header packets after the comments
    shared: bytes  # the lacing values of the last page that belong to the audio
    tail: bytes  # the audio on that page
    size: int

    @property
    def end(self) -> int:
        return self.pages[-1].end

    @property
    def audio(self) -> Span:
        """The audio on the last of these pages."""
        return self.end - len(self.tail), len(self.tail)


@dataclass(frozen=True, slots=True)
class Ogg:
    """The container of Ogg audio with one codec. The fields describe the codec."""

    name: str
    endings: tuple[str, ...]
    identification: bytes
    comment: bytes
    setup: bytes
    reader: tuple[str, str]
    framing: bool = False  # whether a set bit must follow the comments
    pads: bool = True  # whether zeros may follow the comments
    tags = Tags.VORBIS
    second_line = ""
    room = OWNED

    def fields(self, f: BinaryIO) -> dict[str, tuple[str, ...]]:
        links = self._links(f)
        packets = [packet for link in links for packet in vorbis.packets_of(link.comments)]
        return self._fields(links) | xmppackets.read_only_fields(packets)

    def settable(self, f: BinaryIO) -> tuple[str, ...]:
        self._links(f)
        return OWNED

    def patch(self, f: BinaryIO, wanted: Fields) -> Patch:
        links = self._links(f)
        changes = differing(self._fields(links), WantedFields.of(wanted).only_text())
        splices: list[Splice] = []
        for link in links:
            old = link.comments
            new = vorbis.edited(old, changes)
            if new != old:
                splices += self._splices(f, link, self._padded(link, new))
            changes = {name: values for name, values in changes.items() if name != COPYRIGHT}
        return patch_of(f, splices)

    def manifests(self, f: BinaryIO) -> Iterator[Signed]:
        # Manifests have their own streams; all first pages come first (RFC 3533, section 4).
        for number, page in enumerate(oggpages.pages_from(f, 0, size_of(f))):
            if not page.flags & oggpages.BEGINNING or number == _MOST_STREAMS:
                return
            packet = read_at(f, page.body, min(page.length, len(_MANIFEST)))
            if packet == _MANIFEST:
                yield Signed("Ogg stream", page.offset, page.end - page.offset)

    def essence(self, f: BinaryIO) -> Iterator[Span]:
        links = self._links(f)
        yield links[0].audio
        for page, link in self._pages(f, links):
            if link is None:
                yield page.body, page.length
            elif page.offset == link.pages[-1].offset:
                yield link.audio

    def foreign(self, f: BinaryIO) -> Iterator[tuple[str, bytes | Span]]:
        links = self._links(f)
        yield from self._foreign_headers(links[0])
        numbers = {links[0].first.serial: links[0].pages[-1].sequence}
        end = links[0].end
        for page, link in self._pages(f, links):
            end = page.end
            if link is not None:
                if page.offset == link.first.offset:
                    yield from self._foreign_headers(link)
                    numbers[page.serial] = link.pages[-1].sequence
                continue
            number = page.sequence - numbers.get(page.serial, 0) & 0xFFFFFFFF
            sound = oggpages.is_sound(f, page)
            yield "page", page.header[:18] + number.to_bytes(4) + bytes((sound,)) + page.lacing
            if page.flags & oggpages.END:
                numbers.pop(page.serial, None)
        yield "data after the pages", (end, links[0].size - end)

    def framed(self, f: BinaryIO) -> Span:
        """Return the span of all pages after the first headers, of any stream."""
        first = self._links(f)[0]
        return first.end, first.size - first.end

    def outside(self, f: BinaryIO) -> Iterator[tuple[str, bytes | Span]]:
        first = self._links(f)[0]
        yield from self._foreign_headers(first)
        yield "audio behind the headers", first.tail
        yield "page number", first.first.serial + first.pages[-1].header[18:22]

    def _fields(self, links: list[_Headers]) -> dict[str, tuple[str, ...]]:
        """Return the fields of the first link, plus further values of our own fields."""
        found = vorbis.fields_of(links[0].comments)
        for link in links[1:]:
            for name, values in vorbis.fields_of(link.comments).items():
                if name in OWN:
                    before = found.get(name, ())
                    found[name] = before + tuple(value for value in values if value not in before)
        return found

    def _foreign_headers(self, link: _Headers) -> Iterator[tuple[str, bytes | Span]]:
        comments = link.comments
        yield "identification", (link.first.body, link.first.length)
        kept = len(comments.rest) if any(self._after(comments)) else int(self.framing)
        yield from foreign_comments(
            vorbis.Comments(comments.vendor, comments.entries, comments.rest[:kept])
        )
        for packet in link.setup:
            yield "setup", packet
        last = link.pages[-1]
        if link.shared or last.flags & oggpages.END:
            yield "page", last.header[6:14] + bytes((last.flags & oggpages.END,)) + link.shared

    def _pages(
        self, f: BinaryIO, links: list[_Headers]
    ) -> Iterator[tuple[OggPage, _Headers | None]]:
        """Yield the pages after the first headers.

        A page that belongs to the headers of a later link comes with that link, else None.
        """
        later = {link.first.offset: link for link in links[1:]}
        within: _Headers | None = None
        for page in oggpages.pages_from(f, links[0].end, links[0].size):
            if within is None or page.offset >= within.end:
                within = later.get(page.offset)
            yield page, within

    @parsed_once
    def _links(self, f: BinaryIO) -> list[_Headers]:
        """Return the headers of each link.

        Later links that can't be read are left out and stay foreign. Raises `Damaged` and
        `Unsupported`.
        """
        links = [self._headers(f, 0)]
        if oggpages.last_serial(f, links[0].size) == links[0].first.serial:
            return links  # serial numbers differ within a chain (RFC 3533, section 4)
        for page in oggpages.pages_from(f, links[0].end, links[0].size):
            if page.flags & oggpages.BEGINNING and page.offset >= links[-1].end:
                if len(links) == _MOST_LINKS:
                    raise Unsupported(
                        worded("This {name} file is too long a chain of streams.", name=self.name)
                    )
                with contextlib.suppress(Damaged, Unsupported):
                    links.append(self._headers(f, page.offset))
        return links

    def _headers(self, f: BinaryIO, start: int) -> _Headers:
        size = size_of(f)
        first = oggpages.page_at(f, start, size)
        if first is None or not oggpages.is_sound(f, first):
            raise self._damaged()
        if read_at(f, first.body, first.length)[: len(self.identification)] != self.identification:
            raise self._damaged()
        identification = read_at(f, first.body, first.length)
        pages: list[OggPage] = []
        data = bytearray()
        packets: list[bytes] = []
        begins = 0
        shared = b""
        for page, whole in oggpages.whole_pages(f, first.end, size):
            self._must_follow(page, whole, first, pages)
            start = len(data)
            data += whole[len(page.header) :]
            if len(data) > _LARGEST_HEADERS:
                raise Unsupported(
                    worded(
                        "This {name} file's comments are too large for RightsDesk.", name=self.name
                    )
                )
            pages.append(page)
            lacing = page.lacing
            if lacing.count(255) < len(lacing):  # a packet ends on this page
                for index, value in enumerate(lacing, 1):
                    start += value
                    if value < 255:
                        packets.append(bytes(data[begins:start]))
                        begins = start
                        if self._are_all(identification, packets):
                            shared = lacing[index:]
                            break
            if packets and self._are_all(identification, packets):
                break
        else:
            raise self._damaged()
        comment, *setup = packets
        comments, tail = self._comments(comment), bytes(data[begins:])
        return _Headers(first, pages, comment, comments, tuple(setup), shared, tail, size)

    def _are_all(self, identification: bytes, packets: list[bytes]) -> bool:
        """Return whether these are all header packets after the first. Raises `Damaged`."""
        needed = 2 if self.setup else 1
        if len(packets) == 2 and not packets[1].startswith(self.setup):
            raise self._damaged()
        return len(packets) == needed

    def _body(self, packet: bytes) -> int:
        """Return the offset of the comments in the comment packet. Raises `Damaged`."""
        if not packet.startswith(self.comment):
            raise self._damaged()
        return len(self.comment)

    def _packet(self, old: bytes, body: bytes) -> bytes:
        """Return the comment packet with other comments. Raises `TooLarge`."""
        return old[: self._body(old)] + body

    def _must_follow(
        self, page: OggPage, whole: bytes, first: OggPage, pages: list[OggPage]
    ) -> None:
        """Check that this can be the next page of the headers.

        Raises `Damaged`, and `Unsupported` for a page of another stream.
        """
        before = pages[-1].header if pages else first.header
        header = page.header
        if header[14:18] != first.header[14:18]:
            raise Unsupported(
                worded(
                    "This {name} file mixes several streams, which RightsDesk can't write yet.",
                    name=self.name,
                )
            )
        continues = bool(pages) and before[-1] == 255
        if (
            # After an edit, a page number may be missing before the comments.
            (pages and page.sequence != int.from_bytes(before[18:22], "little") + 1 & 0xFFFFFFFF)
            or header[5] & ~oggpages.END != (oggpages.CONTINUED if continues else 0)
            or before[5] & oggpages.END
            or not header[26]
            or not oggpages.fits(whole)
        ):
            raise self._damaged()

    def _comments(self, packet: bytes) -> vorbis.Comments:
        comments = vorbis.parse(packet[self._body(packet) :])
        if self.framing and not (comments.rest and comments.rest[0] & 1):
            raise self._damaged()
        return comments

    def _after(self, comments: vorbis.Comments) -> bytes:
        """Return the bytes after comments and framing bit. All zeros are padding."""
        return comments.rest[1:] if self.framing else comments.rest

    def _padded(self, headers: _Headers, new: vorbis.Comments) -> bytes:
        """Return the new comment packet, in the old packet's length if padding allows it."""
        packet = self._packet(headers.comment, vorbis.render(new))
        after = self._after(new)
        if any(after) or not self.pads:  # foreign data, not padding (RFC 7845, section 5.2)
            return packet
        bare = packet[: len(packet) - len(after)]
        room = len(headers.comment) - len(bare)
        return bare + bytes(room if room >= 0 else PADDING)

    def _splices(self, f: BinaryIO, headers: _Headers, comment: bytes) -> Iterator[Splice]:
        packets = [comment, *headers.setup]
        data = b"".join((*packets, headers.tail))
        if len(data) > _LARGEST_HEADERS:
            raise TooLarge(
                worded("This {name} file's comments are full, so it is left alone.", name=self.name)
            )
        lacing = oggpages.lacing_of(packets) + headers.shared
        kept = self._kept(headers, len(comment), lacing)
        yield from self._resealed(headers, headers.pages[:kept], data)
        start = sum(page.length for page in headers.pages[:kept])
        left = headers.pages[kept:]
        if not left:
            return
        pages = oggpages.render(
            data[start:],
            oggpages.cut(
                lacing[sum(len(page.lacing) for page in headers.pages[:kept]) :],
                len(left),
                together=len(headers.shared) + 1,
            ),
            first=left[0],
            last=left[-1],
        )
        yield Splice(left[0].offset, headers.end - left[0].offset, b"".join(pages))
        if len(pages) != len(left):
            yield from self._renumber(f, headers, len(pages) - len(left))

    def _resealed(self, headers: _Headers, pages: list[OggPage], data: bytes) -> Iterator[Splice]:
        """Yield splices for the pages with a changed body. Adjacent pages share a splice."""
        old = b"".join((headers.comment, *headers.setup, headers.tail))
        run: list[bytes] = []
        start = at = end = 0
        for page in pages:
            body = data[at : at + page.length]
            if body != old[at : at + page.length]:
                if run and page.offset != end:
                    yield Splice(start, end - start, b"".join(run))
                    run = []
                start = start if run else page.offset
                end = page.end
                run.append(oggpages.resealed(page, body))
            at += page.length
        if run:
            yield Splice(start, end - start, b"".join(run))

    def _kept(self, headers: _Headers, comment: int, lacing: bytes) -> int:
        """Return how many header pages keep their layout, counted from the first.

        All of them if no length changed. Otherwise the full pages inside the comment packet,
        before and after the change.
        """
        if b"".join(page.lacing for page in headers.pages) == lacing:
            return len(headers.pages)
        end = 0
        for index, page in enumerate(headers.pages[:-1]):
            end += page.length
            if page.lacing.count(255) != len(page.lacing) or end > comment:
                return index
        return len(headers.pages) - 1

    def _renumber(self, f: BinaryIO, headers: _Headers, by: int) -> Iterator[Splice]:
        """Yield splices that add `by` to the page numbers of this link. Raises `Damaged`."""
        if headers.pages[-1].flags & oggpages.END:
            return
        end = headers.end
        for page in oggpages.pages_from(f, headers.end, headers.size):
            end = page.end
            if page.serial != headers.first.serial:
                continue
            if not oggpages.is_sound(f, page):
                raise self._damaged()
            number = page.sequence + by & 0xFFFFFFFF
            yield Splice(page.offset + 18, 8, oggpages.numbered(f, page, number))
            if page.flags & oggpages.END:
                return
        if end != headers.size:
            raise self._damaged()

    def _damaged(self) -> Damaged:
        return damaged_kind(self.name)


VORBIS = Ogg(
    name="Ogg Vorbis",
    endings=(".ogg", ".oga"),
    identification=b"\x01vorbis",
    comment=b"\x03vorbis",
    setup=b"\x05vorbis",
    reader=("mutagen.oggvorbis", "OggVorbis"),
    framing=True,
)
OPUS = Ogg(
    name="Opus",
    endings=(".opus",),
    identification=b"OpusHead",
    comment=b"OpusTags",
    setup=b"",
    reader=("mutagen.oggopus", "OggOpus"),
)


class _OggFlac(Ogg):
    """Each header packet is a metadata block; the first holds the comments."""

    __slots__ = ()

    def _are_all(self, identification: bytes, packets: list[bytes]) -> bool:
        block = packets[-1]
        if not block or block[0] == 0xFF:  # audio instead of a header
            raise self._damaged()
        return bool(block[0] & 0x80) or len(packets) == int.from_bytes(identification[7:9], "big")

    def _body(self, packet: bytes) -> int:
        length = int.from_bytes(packet[1:_BLOCK_HEADER], "big")
        if packet[0] & 0x7F != _COMMENTS or length != len(packet) - _BLOCK_HEADER:
            raise self._damaged()
        return _BLOCK_HEADER

    def _packet(self, old: bytes, body: bytes) -> bytes:
        if len(body) >> 24:
            raise TooLarge(
                worded("This {name} file's comments are full, so it is left alone.", name=self.name)
            )
        return old[:1] + len(body).to_bytes(3, "big") + body


class _Speex(Ogg):
    """The first packet states how many headers follow the comments."""

    __slots__ = ()

    def _are_all(self, identification: bytes, packets: list[bytes]) -> bool:
        extra = int.from_bytes(identification[68:72], "little")
        if len(identification) < 72 or extra > _MOST_EXTRA:
            raise self._damaged()
        return len(packets) == 1 + extra


FLAC = _OggFlac(
    name="Ogg FLAC",
    endings=(".ogg", ".oga"),
    identification=b"\x7fFLAC\x01",
    comment=b"",
    setup=b"",
    reader=("mutagen.oggflac", "OggFLAC"),
    pads=False,
)
SPEEX = _Speex(
    name="Speex",
    endings=(".spx",),
    identification=b"Speex   ",
    comment=b"",
    setup=b"",
    reader=("mutagen.oggspeex", "OggSpeex"),
)

OGGS = (VORBIS, OPUS, FLAC, SPEEX)

_UNSUPPORTED = {b"fishead\0": "Ogg with a skeleton"}


def ogg_of(f: BinaryIO) -> Ogg:
    """Return the container for this Ogg file.

    Raises `Unsupported` or `NotAudio` for other codecs, `Damaged` without a valid page.
    """
    page = oggpages.page_at(f, 0, size_of(f))
    if page is None:
        raise Damaged("This Ogg file is damaged, so RightsDesk leaves it alone.")
    packet = read_at(f, page.body, min(page.length, 16))
    for kind in OGGS:
        if packet.startswith(kind.identification):
            return kind
    if packet.startswith(b"\x80theora"):
        raise NotAudio("This is a video, not an audio file.")
    for start, name in _UNSUPPORTED.items():
        if packet.startswith(start):
            raise unsupported_kind(name)
    raise Unsupported("This Ogg file holds something that RightsDesk doesn't know.")
