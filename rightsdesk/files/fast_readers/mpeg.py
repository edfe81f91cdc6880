"""Fast reader for MP3: an ID3 tag, then audio. The first frame gives the duration.

The duration is the same as mutagen's: the sample count in a Xing or Info header, less
LAME's padding. Without such a header, it is the size divided by the first frame's bit rate.

Sources: ISO/IEC 11172-3 section 2.4.1.3; "mp3info tag revision 1" of LAME for its header.
"""

from __future__ import annotations

import re
from typing import BinaryIO, cast

from rightsdesk.files.containers.id3 import v1
from rightsdesk.files.containers.mp3 import BITRATES, SAMPLING_RATES, frame_length
from rightsdesk.files.containers.trailing_tags import audio_end
from rightsdesk.files.fast_readers.base import LARGEST, FastReading, NotSimple, Window
from rightsdesk.files.fast_readers.id3 import id3v1_counts, read_tag
from rightsdesk.files.owned import COPYRIGHT

_LONGEST_FRAME = 1441
_FRAMES = 4  # mutagen requires as many frames in a stream without a header
_TAILS = (b"APETAGEX", b"LYRICS")
_LAME = re.compile(rb"LAME(\d)\.(\d+)")
_HEADERS = (b"Xing", b"Info", b"VBRI")
_HEADER_AT = {(True, False): 36, (True, True): 21, (False, False): 21, (False, True): 13}
"""The header's offset in a frame, by (is MPEG 1, is mono)."""

_COUNTED, _SIZED, _TABLE, _QUALITY = 1, 2, 4, 8


def read_mp3(window: Window, head: bytes) -> FastReading:
    """Read an MP3 that begins with a tag or with its audio. Raises NotSimple."""
    reading = FastReading()
    start = read_tag(window, 0, window.size, reading) if head[:3] == b"ID3" else 0
    if id3v1_counts(window, reading):
        raise NotSimple
    end = _audio_end(window, start)
    if COPYRIGHT not in reading.fields and window.size - end not in (0, v1.LENGTH):
        if window.size - end > LARGEST:
            raise NotSimple
        if b"copyright\0" in window.take(end, window.size - end).lower():
            raise NotSimple  # the copyright line of an APE tag may count
    audio = window.take(start, min((_FRAMES + 1) * _LONGEST_FRAME, end - start))
    reading.seconds = _seconds(audio, window.size - start)
    return reading


def _audio_end(window: Window, start: int) -> int:
    length = min(160, window.size - start)
    last = window.take(window.size - length, length)
    if any(tail in last for tail in _TAILS):
        return audio_end(cast(BinaryIO, window), start, window.size)
    return window.size - (128 if last[-128:].startswith(b"TAG") else 0)


def _seconds(audio: bytes, size: int) -> float:
    """Return the duration of a stream of `size` bytes that begins with `audio`."""
    if audio[1] & 0xE0 != 0xE0:
        raise NotSimple
    version, mono = audio[1] >> 3 & 3, audio[3] >> 6 == 3
    following = _consecutive(audio)
    rate = SAMPLING_RATES[version][audio[2] >> 2 & 3]
    samples = 1152 if version == 3 else 576
    place = _HEADER_AT[version == 3, mono]
    if audio[place : place + 4] in (b"Xing", b"Info"):
        counted = _counted(audio[place:], samples)
        if counted is not None:
            return counted / rate
    elif following < _FRAMES or any(name in audio for name in _HEADERS):
        raise NotSimple
    return 8 * size / (BITRATES[version][audio[2] >> 4] * 1000)


def _consecutive(audio: bytes) -> int:
    """Return the number of consecutive frames of a kind, up to `_FRAMES`.

    Raises NotSimple for fewer than three.
    """
    kind, at = (audio[1] & 0x1E, audio[2] & 0x0C), 0
    for number in range(_FRAMES):
        header = audio[at : at + 4]
        length = frame_length(header) if len(header) == 4 else 0
        if not length or (header[1] & 0x1E, header[2] & 0x0C) != kind:
            if number < 3:
                raise NotSimple
            return number
        at += length
    return _FRAMES


def _counted(header: bytes, samples: int) -> int | None:
    """Return the sample count of a Xing header, None if it does not count the frames."""
    flags, at = int.from_bytes(header[4:8], "big"), 8
    if not flags & _COUNTED:
        return None
    frames = int.from_bytes(header[8:12], "big")
    for flag, length in ((_COUNTED, 4), (_SIZED, 4), (_TABLE, 100), (_QUALITY, 4)):
        if flags & flag:
            at += length
    lame = header[at : at + 36]
    if len(lame) < 36:
        raise NotSimple
    padded = 0
    if lame.startswith((b"LAME", b"L3.99")):
        stated = _LAME.match(lame)
        # Versions before 3.90 wrote only the name; 3.90 itself did either.
        if stated is None or len(stated[2]) > 3 or (stated[1], int(stated[2])) <= (b"3", 90):
            raise NotSimple
        if lame[9] >> 4 == 0:
            both = int.from_bytes(lame[21:24], "big")
            padded = (both >> 12) + (both & 0xFFF)
    return max(0, samples * frames - padded)
