"""Fast reader for WAV and AIFF: chunk headers, the format, and the ID3 tag in a chunk.

Sources: Microsoft/IBM "Multimedia Programming Interface and Data Specifications 1.0",
Apple "Audio Interchange File Format 1.3".
"""

from __future__ import annotations

from struct import Struct
from typing import BinaryIO, Literal, cast

from rightsdesk.files.containers import chunklayout, copyright_chunks
from rightsdesk.files.containers.aiff import AIFF
from rightsdesk.files.containers.chunks import Chunked
from rightsdesk.files.containers.wav import WAV
from rightsdesk.files.fast_readers.base import (
    FastReading,
    NotSimple,
    TagPart,
    Window,
    only,
    text_within_reason,
)
from rightsdesk.files.fast_readers.id3 import id3v1_counts, read_tag
from rightsdesk.files.owned import COPYRIGHT_2
from rightsdesk.files.text import text_chunks
from rightsdesk.files.xmp import edit

_MOST_CHUNKS = 1 << 10
_PRINTABLE = frozenset(range(0x20, 0x7F))
_TAGS = (b"id3 ", b"ID3 ")
_SIGNATURE = b"C2PA"

_wav_format = Struct("<HHLLHH").unpack_from
_aiff_format = Struct(">hLhhLL").unpack_from


def read_wav(window: Window) -> FastReading:
    """Read a WAV file. Raises NotSimple."""
    chunks = _chunks(window, "little")
    reading = _read_chunks(window, chunks, WAV)
    (start, length), (_, data) = only(chunks, b"fmt "), only(chunks, b"data")
    _, _, rate, _, block, _ = _wav_format(window.take(start, 16))
    if length < 16 or not data:
        raise NotSimple
    if block and rate:
        reading.seconds = data / block / rate
    return reading


def read_aiff(window: Window) -> FastReading:
    """Read an AIFF or AIFF-C file. Raises NotSimple."""
    chunks = _chunks(window, "big")
    reading = _read_chunks(window, chunks, AIFF)
    start, length = only(chunks, b"COMM")
    _, frames, _, exponent, high, low = _aiff_format(window.take(start, 18))
    shift = 16383 + 63 - exponent  # 80 bits: sign, exponent, mantissa with its leading one
    if length < 18 or low or not 0 < shift < 64:
        raise NotSimple
    rate = high << 32 >> shift
    if not rate:
        raise NotSimple
    reading.seconds = frames / rate
    return reading


def _chunks(window: Window, order: Literal["big", "little"]) -> list[TagPart]:
    """Return the chunks. They must fill the outer chunk exactly, and that must fill the file."""
    counted = int.from_bytes(window.take(4, 4), order)
    if 8 + counted != window.size:
        raise NotSimple
    limit, at = 8 + counted, 12
    chunks: list[TagPart] = []
    while at < limit:
        header = window.take(at, 8)
        length = int.from_bytes(header[4:], order)
        chunks.append((header[:4], at + 8, length))
        at += 8 + length
        if length & 1:
            if window.take(at, 1) != b"\0":  # a pad byte is missing
                raise NotSimple
            at += 1
        if at > limit or len(chunks) > _MOST_CHUNKS or not _PRINTABLE.issuperset(header[:4]):
            raise NotSimple
    if not chunks or any(name == _SIGNATURE for name, _, _ in chunks):
        raise NotSimple
    return chunks


def _read_chunks(window: Window, chunks: list[TagPart], kind: Chunked) -> FastReading:
    """Read XMP, the format's own copyright lines and texts, and the tag. Raises NotSimple."""
    reading = FastReading()
    lists: list[copyright_chunks.InfoList] = []
    rights: list[bytes] = []
    for name, start, length in chunks:
        if name == kind.xmp_id:
            _add_packet(window, start, length, kind.xmp_signature, reading)
        elif name == b"list":
            raise NotSimple
        elif name == kind.line_id:
            text_within_reason(length)
            if name == b"LIST":
                place = chunklayout.Chunk(name, start - 8, length)
                info = copyright_chunks.info_list(cast(BinaryIO, window), place)
                lists += [info] if info is not None else []
            else:
                rights.append(window.take(start, length))
    tags = [chunk for chunk in chunks if chunk[0] in _TAGS]
    if tags:
        ((name, start, length),) = tags
        if name != kind.tag_id:
            raise NotSimple
        read_tag(window, start, start + length, reading)
        if id3v1_counts(window, reading):
            raise NotSimple
    if raws := copyright_chunks.info_raws(lists) or rights:
        if copyright_chunks.have_unknown_encoding(raws):
            raise NotSimple
        if copyright_chunks.continue_after_nul(raws):
            raise NotSimple
        reading.fields[COPYRIGHT_2] = tuple(map(copyright_chunks.text_of, raws))
    reading.no_second_line = kind.line_id == b"LIST" and not lists and reading.foreign_frames
    _add_texts(window, chunks, reading)
    return reading


def _add_packet(
    window: Window, start: int, length: int, signature: bytes, reading: FastReading
) -> None:
    text_within_reason(length)
    data = window.take(start, length)
    packet = data[len(signature) :]
    if data.startswith(signature) and edit.is_packet(packet):
        reading.packets.append(packet)


def _add_texts(window: Window, chunks: list[TagPart], reading: FastReading) -> None:
    """Add the texts of the format's own chunks that the tag lacks."""
    first: dict[str, str] = {}
    for name, start, length in chunks:
        if name in text_chunks.TEXTS and length <= text_chunks.LARGEST:
            data = window.take(start, length)
            for meaning, text in text_chunks.texts_in(name, data):
                first.setdefault(meaning, text)
    for meaning, text in first.items():
        if not any(map(str.strip, reading.found.get(meaning, ()))):
            reading.found[meaning] = [text]
