"""Build tiny audio files by hand, so that a test states every byte it depends on.

The audio in them is noise in well-formed frames; nothing decodes it. Real audio comes from
`samples.py`.
"""

from __future__ import annotations

import random
import struct
from collections.abc import Sequence
from typing import Literal

Frame = tuple[str, bytes] | tuple[str, bytes, int]
"""An ID3 frame: id, content and, optionally, format flags."""


def noise(length: int, seed: int = 1) -> bytes:
    """Return bytes that resemble coded audio, the same in every run."""
    return random.Random(seed).randbytes(length)


# --- ID3 and MP3 ----------------------------------------------------------------------


def syncsafe(number: int, width: int = 4) -> bytes:
    return bytes(number >> 7 * shift & 0x7F for shift in reversed(range(width)))


def id3(
    frames: Sequence[Frame],
    *,
    version: int = 3,
    padding: int = 0,
    flags: int = 0,
    extended: bytes = b"",
    plain_sizes: bool = False,
    stuff: bool = False,
    after: bytes = b"",
) -> bytes:
    """Return a tag. `plain_sizes`: 2.4 with sizes as in 2.3. `stuff`: unsynchronised as a whole."""
    body = extended
    for frame in frames:
        frame_id, content = frame[0].encode(), frame[1]
        frame_flags = bytes((0, frame[2] if len(frame) == 3 else 0))
        if version == 2:
            body += frame_id + len(content).to_bytes(3, "big") + content
        elif version == 4 and not plain_sizes:
            body += frame_id + syncsafe(len(content)) + frame_flags + content
        else:
            body += frame_id + len(content).to_bytes(4, "big") + frame_flags + content
    if stuff:
        body = stuffed(body)
        flags |= 0x80
    body += bytes(padding) + after
    head = bytes((version, 0, flags)) + syncsafe(len(body))
    footer = b"3DI" + head if flags & 0x10 and version == 4 else b""
    return b"ID3" + head + body + footer


def stuffed(data: bytes) -> bytes:
    """Return unsynchronised data, as in id3v2.3.0 section 5."""
    out = bytearray()
    for index, byte in enumerate(data):
        out.append(byte)
        if byte == 0xFF and (index + 1 == len(data) or data[index + 1] in (0, *range(0xE0, 0x100))):
            out.append(0)
    return bytes(out)


def mpeg(frames: int = 6) -> bytes:
    """Return MPEG 1 Layer III frames of 128 kbit/s at 44.1 kHz: 417 bytes each."""
    return b"".join(b"\xff\xfb\x90\x00" + noise(413, seed) for seed in range(frames))


def id3v1(title: str = "Title") -> bytes:
    return b"TAG" + title.encode().ljust(124, b"\0") + b"\x11"


def apev2(items: Sequence[tuple[str, bytes]] = (("Artist", b"Someone"),)) -> bytes:
    body = b"".join(
        len(value).to_bytes(4, "little") + bytes(4) + key.encode() + b"\0" + value
        for key, value in items
    )

    def block(flags: int) -> bytes:
        numbers = (2000, len(body) + 32, len(items), flags)
        return b"APETAGEX" + b"".join(n.to_bytes(4, "little") for n in numbers) + bytes(8)

    return block(0xA0000000) + body + block(0x80000000)


def lyrics3() -> bytes:
    body = b"LYRICSBEGININD00003110LYR00011[00:01]la la"
    return body + f"{len(body):06}".encode() + b"LYRICS200"


# --- FLAC -----------------------------------------------------------------------------

STREAMINFO = bytes.fromhex("1000100000000000000f0ac442f000000000") + noise(16, 7)


def vorbis_comments(entries: Sequence[bytes], vendor: bytes = b"a encoder") -> bytes:
    out = len(vendor).to_bytes(4, "little") + vendor + len(entries).to_bytes(4, "little")
    return out + b"".join(len(entry).to_bytes(4, "little") + entry for entry in entries)


def flac(
    blocks: Sequence[tuple[int, bytes]] = (), *, audio: bytes = b"\xff\xf8" + bytes(90)
) -> bytes:
    """Return a FLAC file: STREAMINFO, then the given blocks (kind, data), then the audio."""
    all_blocks = [(0, STREAMINFO), *blocks]
    out = b"fLaC"
    for index, (kind, data) in enumerate(all_blocks):
        last = 0x80 if index == len(all_blocks) - 1 else 0
        out += bytes((kind | last,)) + len(data).to_bytes(3, "big") + data
    return out + audio


# --- WAV and AIFF ---------------------------------------------------------------------

Chunk = tuple[bytes, bytes]
FMT: Chunk = (b"fmt ", bytes.fromhex("0100020044ac000010b1020004001000"))
COMM: Chunk = (b"COMM", bytes.fromhex("0002000000080010400eac44000000000000"))
SAMPLES: Chunk = (b"data", noise(32, 3))
SOUND: Chunk = (b"SSND", bytes(8) + noise(32, 3))


def chunked(
    outer: bytes, form: bytes, order: Literal["big", "little"], chunks: Sequence[Chunk]
) -> bytes:
    body = form
    for chunk_id, data in chunks:
        body += chunk_id + len(data).to_bytes(4, order) + data + bytes(len(data) & 1)
    return outer + len(body).to_bytes(4, order) + body


def wav(*chunks: Chunk) -> bytes:
    return chunked(b"RIFF", b"WAVE", "little", chunks or (FMT, SAMPLES))


def rf64(*chunks: Chunk, kind: bytes = b"RF64", table: bytes = b"") -> bytes:
    """Return an RF64 file as in EBU Tech 3306, with the sizes of file and audio in `ds64`."""
    sizes = b"".join(len(data).to_bytes(8, "little") for name, data in chunks if name == b"data")
    ds64 = bytes(8) + sizes + bytes(8) + (len(table) // 12).to_bytes(4, "little") + table
    whole = bytearray(wav((b"ds64", ds64), *chunks))
    data = whole.index(b"data" + sizes[:4])
    whole[:8] = kind + b"\xff" * 4
    whole[20:28] = (len(whole) - 8).to_bytes(8, "little")
    whole[data + 4 : data + 8] = b"\xff" * 4
    return bytes(whole)


def aiff(*chunks: Chunk, form: bytes = b"AIFF") -> bytes:
    return chunked(b"FORM", form, "big", chunks or (COMM, SOUND))


# --- Ogg ------------------------------------------------------------------------------


def page(
    body: bytes,
    sequence: int,
    *,
    flags: int = 0,
    granule: int = 0,
    serial: int = 77,
    lacing: bytes | None = None,
) -> bytes:
    """Return an Ogg page, by default with a complete packet in it."""
    if lacing is None:
        lacing = b"\xff" * (len(body) // 255) + bytes((len(body) % 255,))
    head = b"OggS\0" + bytes((flags,)) + struct.pack("<qII", granule, serial, sequence)
    tail = bytes((len(lacing),)) + lacing
    return head + ogg_crc(head + bytes(4) + tail + body) + tail + body


def _crc_of_byte(crc: int) -> int:
    for _ in range(8):
        crc = (crc << 1 ^ (0x04C11DB7 if crc & 0x80000000 else 0)) & 0xFFFFFFFF
    return crc


_CRC_TABLE = [_crc_of_byte(byte << 24) for byte in range(256)]


def ogg_crc(data: bytes) -> bytes:
    """Return the CRC as in RFC 3533 section 6: slow, and independent of the tested code."""
    crc = 0
    for byte in data:
        crc = (crc << 8 & 0xFFFFFFFF) ^ _CRC_TABLE[crc >> 24 ^ byte]
    return struct.pack("<I", crc)


def ogg_pages(
    packets: Sequence[bytes], first: int, *, segments: int = 255, serial: int = 77
) -> bytes:
    """Return Ogg pages with these packets, split into segments as libogg splits them."""
    lacing = b"".join(b"\xff" * (len(p) // 255) + bytes((len(p) % 255,)) for p in packets)
    data, out, continued = b"".join(packets), b"", False
    for number, start in enumerate(range(0, len(lacing), segments)):
        values = lacing[start : start + segments]
        body, data = data[: sum(values)], data[sum(values) :]
        granule = 0 if any(value < 255 for value in values) else -1
        out += page(
            body,
            first + number,
            flags=int(continued),
            granule=granule,
            serial=serial,
            lacing=values,
        )
        continued = values[-1] == 255
    return out


def vorbis(
    comments: bytes,
    *,
    segments: int = 255,
    serial: int = 77,
    audio: int = 3,
    setup: bytes = b"\x05vorbis" + noise(600, 9),
    end: bool = True,
) -> bytes:
    """Return an Ogg Vorbis stream with a comment block (framing bit and padding included)."""
    identification = b"\x01vorbis" + bytes(22) + b"\x01"
    out = page(identification, 0, flags=2, serial=serial)
    headers = ogg_pages([b"\x03vorbis" + comments, setup], 1, segments=segments, serial=serial)
    count = headers.count(b"OggS\0")
    return out + headers + _audio_pages(count + 1, audio, serial, end=end)


def opus(
    comments: bytes, *, segments: int = 255, serial: int = 77, audio: int = 3, end: bool = True
) -> bytes:
    """Return an Opus stream with a comment block."""
    out = page(b"OpusHead" + bytes(11), 0, flags=2, serial=serial)
    headers = ogg_pages([b"OpusTags" + comments], 1, segments=segments, serial=serial)
    return out + headers + _audio_pages(headers.count(b"OggS\0") + 1, audio, serial, end=end)


def ogg_flac(
    comments: bytes,
    *blocks: tuple[int, bytes],
    segments: int = 255,
    serial: int = 77,
    audio: int = 3,
    counted: bool = True,
) -> bytes:
    """Return a FLAC stream in Ogg: the comments, then further blocks (kind, data)."""
    kinds = [(4, comments), *blocks]
    count = (len(kinds) if counted else 0).to_bytes(2, "big")
    head = b"\x7fFLAC\1\0" + count + b"fLaC\0\0\0\x22" + STREAMINFO
    packets = [
        bytes((kind | (0x80 if index == len(kinds) - 1 else 0),))
        + len(data).to_bytes(3, "big")
        + data
        for index, (kind, data) in enumerate(kinds)
    ]
    headers = ogg_pages(packets, 1, segments=segments, serial=serial)
    pages = _audio_pages(headers.count(b"OggS\0") + 1, audio, serial, end=True)
    return page(head, 0, flags=2, serial=serial) + headers + pages


def speex(comments: bytes, *more: bytes, segments: int = 255, serial: int = 77) -> bytes:
    """Return a Speex stream with a comment block, followed by `more` headers."""
    head = b"Speex   ".ljust(68, b"\0") + len(more).to_bytes(4, "little") + bytes(8)
    headers = ogg_pages([comments, *more], 1, segments=segments, serial=serial)
    pages = _audio_pages(headers.count(b"OggS\0") + 1, 3, serial, end=True)
    return page(head, 0, flags=2, serial=serial) + headers + pages


def _audio_pages(first: int, count: int, serial: int, *, end: bool) -> bytes:
    return b"".join(
        page(
            noise(300 + index, index),
            first + index,
            flags=4 if end and index == count - 1 else 0,
            granule=960 * (index + 1),
            serial=serial,
        )
        for index in range(count)
    )


# --- MP4 ------------------------------------------------------------------------------


def box(kind: bytes, *parts: bytes, wide: bool = False) -> bytes:
    body = b"".join(parts)
    if wide:
        return b"\0\0\0\1" + kind + struct.pack(">Q", len(body) + 16) + body
    return struct.pack(">I", len(body) + 8) + kind + body


MDIR = box(b"hdlr", bytes(8), b"mdirappl", bytes(9))
FTYP = box(b"ftyp", b"M4A ", bytes(4), b"M4A mp42isom")
TITLE = box(b"\xa9nam", box(b"data", b"\0\0\0\1\0\0\0\0Title"))


def ilst(*items: bytes) -> bytes:
    return box(b"ilst", *items)


def udta(*parts: bytes) -> bytes:
    """Return user data with iTunes' metadata in it."""
    return box(b"udta", box(b"meta", bytes(4), MDIR, *parts))


def trak(
    offsets: Sequence[int],
    *,
    table: bytes = b"stco",
    handler: bytes = b"soun",
    extra: bytes = b"",
    flags: int = 1,
) -> bytes:
    entry = {b"stco": "I", b"co64": "Q"}[table]
    chunks = box(table, struct.pack(f">II{len(offsets)}{entry}", 0, len(offsets), *offsets))
    stbl = box(b"stbl", box(b"stsd", bytes(8)), chunks, box(b"stsc", noise(12)), extra)
    dref = box(b"dref", struct.pack(">II", 0, 1), box(b"url ", struct.pack(">I", flags)))
    mdia = box(
        b"mdia",
        box(b"mdhd", bytes(24)),
        box(b"hdlr", bytes(8), handler, bytes(13)),
        box(b"minf", box(b"smhd", bytes(8)), box(b"dinf", dref), stbl),
    )
    return box(b"trak", box(b"tkhd", bytes(84)), mdia)


AUDIO = noise(900, 4)


def mp4(
    metadata: bytes = b"",
    *,
    moov_first: bool = True,
    between: bytes = b"",
    table: bytes = b"stco",
    wide: bool = False,
    after: bytes = b"",
    handler: bytes = b"soun",
    extra: bytes = b"",
    flags: int = 1,
    ftyp: bytes = FTYP,
    shift: int = 0,
) -> bytes:
    """Return an M4A with three chunks of audio. `between`: boxes between `moov` and `mdat`."""
    mdat = box(b"mdat", AUDIO, wide=wide)

    def moov(start: int) -> bytes:
        offsets = [start + at + shift for at in (0, 300, 700)]
        track = trak(offsets, table=table, handler=handler, extra=extra, flags=flags)
        return box(b"moov", box(b"mvhd", bytes(100)), track, metadata)

    header = len(mdat) - len(AUDIO)
    if moov_first:
        start = len(ftyp) + len(moov(0)) + len(between) + header
        return ftyp + moov(start) + between + mdat + after
    return ftyp + between + mdat + moov(len(ftyp) + len(between) + header) + after
