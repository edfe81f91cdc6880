"""MP3: MPEG audio frames, with ID3v2 before them and other programs' tags after them.

Sources: ISO/IEC 11172-3 section 2.4.1.3 and 13818-3 (frame header), ID3v2.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from rightsdesk.consent.fields import LEFT_ALONE, Fields
from rightsdesk.files.containers.base import (
    Signed,
    Span,
    Tags,
    Unframed,
    WantedFields,
    foreign_packets,
    parsed_once,
    patch_of,
    read_at,
    size_of,
    xmp_settable,
)
from rightsdesk.files.containers.id3 import ape, edit, v1
from rightsdesk.files.containers.id3 import tags as id3
from rightsdesk.files.containers.id3.manifests import manifests_in
from rightsdesk.files.containers.id3.text import COPYRIGHT_IDS, LINE_UNREADABLE
from rightsdesk.files.containers.mpegkinds import (
    KIND_HEAD,
    OTHER_HEAD,
    kind_behind,
    other_file,
    other_kind,
)
from rightsdesk.files.containers.trailing_tags import audio_end, front
from rightsdesk.files.errors import Damaged, NotAudio, Unsupported, unsupported_kind
from rightsdesk.files.owned import COPYRIGHT, COPYRIGHT_2, OWNED, XMP_OWNED
from rightsdesk.files.patch.patch import Patch, Splice
from rightsdesk.files.text import raw_text
from rightsdesk.files.xmp import packets as xmppackets
from rightsdesk.sentences import worded

_JUNK = 1 << 18  # bytes allowed before the first frame: old covers, zeros
_LITTLE_JUNK = 1441  # bytes: a stream cut anywhere begins with less than a frame
_PROOF = 3  # consecutive frames; the same with and without a tag, or the audio would move
_PROOF_AFTER_JUNK = 32  # consecutive frames, so that no other kind of file passes for an MP3
_BITRATES_1 = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
_BITRATES_2 = (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)
BITRATES = {3: _BITRATES_1, 2: _BITRATES_2, 0: _BITRATES_2}
"""kbit/s by the version and bit rate of a Layer III frame's header."""

SAMPLING_RATES = {3: (44100, 48000, 32000), 2: (22050, 24000, 16000), 0: (11025, 12000, 8000)}
"""Hz by the version and sampling rate of a frame's header."""


@dataclass(frozen=True, slots=True)
class _Layout:
    tags: list[id3.Tag]
    tags_end: int
    audio: int
    audio_end: int
    size: int


class Mp3(Unframed):
    """The container of MP3 files."""

    name = "MP3"
    endings = (".mp3",)
    tags = Tags.ID3
    second_line = "APEv2 Copyright"
    reader = "mutagen.mp3", "MP3"
    room = (*OWNED, *XMP_OWNED)

    def fields(self, f: BinaryIO) -> dict[str, tuple[str, ...]]:
        tags = _layout(f).tags
        found = edit.fields_of(tags) | xmppackets.fields_and_damage(id3.packets_of(tags))
        line = _old_line(f)
        if line is not None and raw_text.is_utf8(line):
            found[COPYRIGHT_2] = (raw_text.text_of(line),)
        elif line is not None:  # a new line could not copy it, and would hide it
            found[LEFT_ALONE] = (COPYRIGHT,)
        return found

    def settable(self, f: BinaryIO) -> tuple[str, ...]:
        tags = _layout(f).tags
        return (*OWNED, *xmp_settable(id3.packets_of(tags))) if edit.takes_xmp(tags) else OWNED

    def patch(self, f: BinaryIO, wanted: Fields) -> Patch:
        tags = _layout(f).tags
        requested = WantedFields.of(wanted).without_second()
        # The packet needs no padding of its own: the tag has padding.
        packets = xmppackets.edited_all(id3.packets_of(tags), requested.xmp, padding=0)
        line = _old_line(f)
        if requested.text.get(COPYRIGHT) and line is not None and not raw_text.is_utf8(line):
            raise Unsupported(LINE_UNREADABLE)
        if tags:
            return patch_of(f, edit.edits(f, tags, requested.text, packets))
        text: Fields = requested.text
        if line is not None and raw_text.is_utf8(line):
            text = {COPYRIGHT: (raw_text.text_of(line),), **text}
        if not edit.new_tag(requested.text, *packets):
            return patch_of(f, [])
        tag = edit.new_tag(text, *packets, copies=_old_tags(f))
        return patch_of(f, [Splice(0, 0, tag)])

    def manifests(self, f: BinaryIO) -> Iterator[Signed]:
        return manifests_in(f, 0, size_of(f))

    def essence(self, f: BinaryIO) -> Iterator[Span]:
        layout = _layout(f)
        yield layout.audio, layout.audio_end - layout.audio

    def foreign(self, f: BinaryIO) -> Iterator[tuple[str, bytes | Span]]:
        layout = _layout(f)
        if not layout.tags:  # a new tag begins with copies of these
            for name, content in _old_tags(f):
                yield edit.label_of_new(name), edit.as_frame(name, content)
        for tag in layout.tags:
            yield from id3.foreign(f, tag)
        yield "data before the audio", (layout.tags_end, layout.audio - layout.tags_end)
        yield "data after the audio", (layout.audio_end, layout.size - layout.audio_end)
        yield from foreign_packets(id3.packets_of(layout.tags))


def _old_tags(f: BinaryIO) -> list[tuple[str, bytes]]:
    """Return (id, content) of frames for an APEv2 tag and an ID3v1 tag after the audio."""
    layout = _layout(f)
    frames = ape.frames_of(_ape_texts(f))
    ids = {frame_id for frame_id, _ in frames}
    older = v1.frames_of(f, layout.audio_end, layout.size)
    return [*frames, *(frame for frame in older if frame[0] not in ids)]


def _old_line(f: BinaryIO) -> bytes | None:
    """Return the copyright line of an APEv2 tag, None if an ID3 copyright line precedes it."""
    layout = _layout(f)
    if any(frame.id in COPYRIGHT_IDS for tag in layout.tags for frame in tag.frames):
        return None
    return ape.line_of(_ape_texts(f))


def _ape_texts(f: BinaryIO) -> list[ape.ApeItem]:
    layout = _layout(f)
    behind = ape.texts_of(f, layout.audio_end, layout.size)
    return behind or ape.texts_before(f, layout.tags_end, layout.audio)


@parsed_once
def _layout(f: BinaryIO) -> _Layout:
    size = size_of(f)
    tags = id3.tags_at(f, 0, size)
    tags_end = tags[-1].end if tags else 0
    end = audio_end(f, tags_end, size)
    audio = first_frame(f, tags_end + front(f, tags_end, end), end)
    if audio is None:
        refuse_other_mpeg(f, tags_end, end)
        if name := kind_behind(read_at(f, tags_end, min(KIND_HEAD, end - tags_end))):
            raise Unsupported(
                worded(
                    "This {name} file has an ID3 tag before it, where many programs expect none, "
                    "so RightsDesk leaves it alone.",
                    name=name,
                ),
                advice="Open it in an audio program and save it again.",
            )
        if tags:
            raise Damaged("This file holds an ID3 tag but no MP3 audio, so it is left alone.")
        raise NotAudio("This is not an audio file that RightsDesk knows.")
    return _Layout(tags, tags_end, audio, end, size)


def refuse_other_mpeg(f: BinaryIO, start: int, end: int) -> None:
    """Raise `Unsupported` if the audio is another kind of MPEG audio, with its name."""
    name = other_kind(f, start, end)
    if name:
        raise unsupported_kind(name)


def first_frame(f: BinaryIO, start: int, end: int) -> int | None:
    """Return the offset of the first of several consecutive frames near `start`, or None.

    Junk before the audio is common. The more junk, the more frames must follow, so that no
    other kind of file passes for an MP3.
    """
    window = read_at(f, start, min(_JUNK + 4, end - start))
    if other_file(window[:OTHER_HEAD]):
        return None
    at = window.find(b"\xff")
    while at >= 0:
        proof = _PROOF if at <= _LITTLE_JUNK else _PROOF_AFTER_JUNK
        if _consecutive(f, start + at, end, proof):
            return start + at
        at = window.find(b"\xff", at + 1)
    return None


def _consecutive(f: BinaryIO, offset: int, end: int, proof: int) -> bool:
    kind = None
    for number in range(proof):
        if offset == end and kind is not None:  # a short file, but complete
            return True
        if end - offset < 4:
            return False
        header = read_at(f, offset, 4)
        length = frame_length(header)
        # Version, layer and sampling rate never change within a stream.
        this_kind = (header[1] & 0x1E, header[2] & 0x0C)
        if not length or kind not in (None, this_kind):
            return False
        kind = this_kind
        offset += length
        if offset > end and number >= _PROOF:  # truncated in the middle of a frame
            return True
    return True


def frame_length(header: bytes) -> int:
    """Return the length in bytes of the Layer III frame with this header, 0 if it is invalid."""
    if header[0] != 0xFF or header[1] & 0xE0 != 0xE0:
        return 0
    version, layer = header[1] >> 3 & 3, header[1] >> 1 & 3
    bitrate, rate = header[2] >> 4, header[2] >> 2 & 3
    if version == 1 or layer != 1 or bitrate in (0, 15) or rate == 3:
        return 0
    samples_by_8 = 144 if version == 3 else 72
    padding = header[2] >> 1 & 1
    return (
        samples_by_8 * BITRATES[version][bitrate] * 1000 // SAMPLING_RATES[version][rate] + padding
    )
