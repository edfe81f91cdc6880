"""Tiny audio files built by hand, so that a test says every byte that matters to it.

The audio in them is noise in well-formed frames: no decoder is asked. Real audio comes
from `samples.py`.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Literal

Frame = tuple[str, bytes] | tuple[str, bytes, int]
"""An ID3 frame: id, content and format flags."""


def noise(length: int, seed: int = 1) -> bytes:
    """Bytes that look like coded audio, the same in every run."""
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
    """A tag. `plain_sizes`: 2.4 with the sizes of 2.3; `stuff`: unsynchronised as a whole."""
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
    """Unsynchronised, as id3v2.3.0 section 5 says."""
    out = bytearray()
    for index, byte in enumerate(data):
        out.append(byte)
        if byte == 0xFF and (index + 1 == len(data) or data[index + 1] in (0, *range(0xE0, 0x100))):
            out.append(0)
    return bytes(out)


def mpeg(frames: int = 6) -> bytes:
    """MPEG 1 Layer III frames of 128 kbit/s at 44.1 kHz: 417 bytes each."""
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
    """STREAMINFO, then these blocks (kind, data), then the audio."""
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


def aiff(*chunks: Chunk, form: bytes = b"AIFF") -> bytes:
    return chunked(b"FORM", form, "big", chunks or (COMM, SOUND))
