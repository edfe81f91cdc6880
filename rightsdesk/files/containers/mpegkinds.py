"""Recognise unsupported kinds of files and MPEG audio, to name them in messages.

Sources: ISO/IEC 11172-3 section 2.4.1.3 and 13818-3 (Layers I and II, free format),
ISO/IEC 13818-7 section 6.2 (ADTS).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import BinaryIO

from rightsdesk.files.containers.base import read_at
from rightsdesk.sentences import worded

OTHER_HEAD = 512
"""Bytes at the start of a file that `other_file` needs."""

_OTHER_FILES = {
    b"PK\x03\x04": "a ZIP archive",
    b"Rar!": "a RAR archive",
    b"7z\xbc\xaf": "a 7-Zip archive",
    b"\x1f\x8b": "a gzip archive",
    b"%PDF": "a PDF document",
    b"\x89PNG": "a picture",
    b"GIF8": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"\x1a\x45\xdf\xa3": "a Matroska or WebM file",
    b"FLV": "a video",
    b"\x00\x00\x01\xba": "a video",
    b"OggS": "an Ogg file",
    b"RIFF": "a RIFF file without WAV audio",
    b"FORM": "an IFF file without AIFF audio",
}
KIND_HEAD = 12
"""Bytes that `kind_behind` needs."""

_TAR = 257, b"ustar"

_PROOF = 4  # consecutive frames
_WINDOW = 1 << 14  # bytes that are searched, from where the audio should begin
_MOST_TRIES = 256
_LARGEST_FREE = 1 << 12  # bytes of a free-format frame
_HEADER = 6
_RATES = {3: (44100, 48000, 32000), 2: (22050, 24000, 16000), 0: (11025, 12000, 8000)}
_LAYER_1 = {
    3: tuple(32 * index for index in range(15)),
    2: (0, 32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256),
}
_LAYER_2 = {
    3: (0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384),
    2: (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}


def other_file(head: bytes) -> str:
    """Return the name of a file that is no MP3 but may contain MP3 frames; else "".

    A tag before it would damage it. `head` is its first `OTHER_HEAD` bytes.
    """
    if head[_TAR[0] :].startswith(_TAR[1]):
        return worded("a TAR archive")
    return next((name for start, name in _OTHER_FILES.items() if head.startswith(start)), "")


def kind_behind(head: bytes) -> str:
    """Return the name of the audio format that begins with these `KIND_HEAD` bytes; else ""."""
    if head[:4] == b"OggS":
        return "Ogg"
    if head[4:8] == b"ftyp":
        return "M4A"
    if head[:4] in (b"RIFF", b"RF64", b"BW64") and head[8:] == b"WAVE":
        return "WAV"
    return "AIFF" if head[:4] == b"FORM" and head[8:] in (b"AIFF", b"AIFC") else ""


def other_kind(f: BinaryIO, start: int, end: int) -> str:
    """Return the name of the other kind of MPEG audio that begins near `start`; else ""."""
    data = read_at(f, start, min(_WINDOW, end - start))
    at = data.find(b"\xff")
    for _ in range(_MOST_TRIES):
        if not 0 <= at <= len(data) - _HEADER:
            break
        for name, length_of in _KINDS.items():
            if _in_a_row(data, at, length_of):
                return name
        at = data.find(b"\xff", at + 1)
    return ""


def _in_a_row(data: bytes, at: int, length_of: Callable[[bytes, int], int]) -> bool:
    fixed = data[at + 1 : at + 2], data[at + 2] & 0x0C
    for number in range(_PROOF):
        if number and at == len(data):  # a short file, but complete
            return True
        if len(data) - at < _HEADER or (data[at + 1 : at + 2], data[at + 2] & 0x0C) != fixed:
            return False
        length = length_of(data, at)
        if not length:
            return False
        at += length
    return True


def _parts(data: bytes, at: int) -> tuple[int, int, int, int] | None:
    """Return the header's indices of version, layer, bit rate and sampling rate, or None."""
    if data[at] != 0xFF or data[at + 1] & 0xE0 != 0xE0:
        return None
    version, layer = data[at + 1] >> 3 & 3, data[at + 1] >> 1 & 3
    bitrate, rate = data[at + 2] >> 4, data[at + 2] >> 2 & 3
    return None if version == 1 or bitrate == 15 or rate == 3 else (version, layer, bitrate, rate)


def _layer_1(data: bytes, at: int) -> int:
    parts = _parts(data, at)
    if parts is None or parts[1] != 3:
        return 0
    version, _, bitrate, rate = parts
    kilobits = _LAYER_1[3 if version == 3 else 2][bitrate]
    slots = 12 * kilobits * 1000 // _RATES[version][rate]
    return 4 * (slots + (data[at + 2] >> 1 & 1)) if kilobits else 0


def _layer_2(data: bytes, at: int) -> int:
    parts = _parts(data, at)
    if parts is None or parts[1] != 2:
        return 0
    version, _, bitrate, rate = parts
    kilobits = _LAYER_2[3 if version == 3 else 2][bitrate]
    length = 144 * kilobits * 1000 // _RATES[version][rate]
    return length + (data[at + 2] >> 1 & 1) if kilobits else 0


def _free(data: bytes, at: int) -> int:
    """Return the length of a frame without a stated bit rate: up to the next header."""
    parts = _parts(data, at)
    if parts is None or parts[1] == 0 or parts[2] != 0:
        return 0
    head = data[at : at + 2]
    following = data.find(head, at + 24, at + _LARGEST_FREE)
    while following >= 0 and following + 2 < len(data):
        if data[following + 2] & 0xFC == data[at + 2] & 0xFC:
            return following - at
        following = data.find(head, following + 1, at + _LARGEST_FREE)
    return 0


def _adts(data: bytes, at: int) -> int:
    if data[at] != 0xFF or data[at + 1] & 0xF6 != 0xF0:
        return 0
    length = (data[at + 3] & 3) << 11 | data[at + 4] << 3 | data[at + 5] >> 5
    return length if length > 7 else 0


_KINDS = {
    "MPEG Layer II (MP2)": _layer_2,
    "AAC without a container (ADTS)": _adts,
    "MPEG Layer I (MP1)": _layer_1,
    "MP3 of free format": _free,
}
