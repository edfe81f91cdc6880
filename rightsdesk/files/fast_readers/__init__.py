"""Fast readers: read a plain file with as few bytes and steps as possible.

The first scan of a catalogue reads every file, so it has its own readers. Each reads our
fields, the catalogue's tags and the duration in a single pass, and skips the cover art.
They support only the plain form of each kind of file. For anything else (damage, old or
unusual forms) they raise `NotSimple`, and the containers and mutagen read the file. A fast
reader returns the same result as those would. The exception is damage within an Ogg
file's cover art, which is noticed only before a write.
"""

from __future__ import annotations

import struct

from rightsdesk.files.errors import Damaged, Unsupported
from rightsdesk.files.fast_readers.base import FastReading, NotSimple, Window
from rightsdesk.files.fast_readers.chunks import read_aiff, read_wav
from rightsdesk.files.fast_readers.comments import read_flac
from rightsdesk.files.fast_readers.mp4 import read_mp4
from rightsdesk.files.fast_readers.mpeg import read_mp3
from rightsdesk.files.fast_readers.ogg import read_ogg
from rightsdesk.files.xmp import packets

__all__ = ["FastReading", "read_fast"]


def read_fast(descriptor: int, size: int) -> tuple[str, FastReading] | None:
    """Return the container's name and the content of an open file.

    Returns None if the containers have to read it. Leaves the descriptor's position
    anywhere. Raises OSError.
    """
    try:
        name, reading = _read(Window(descriptor, size))
        if reading.packets:
            reading.fields |= packets.fields_of_all(reading.packets)
    except (NotSimple, Damaged, Unsupported, IndexError, ValueError, struct.error):
        return None
    return name, reading


def _read(window: Window) -> tuple[str, FastReading]:
    head = window.take(0, 12)
    kind = head[:4]
    if kind == b"fLaC":
        return "FLAC", read_flac(window)
    if kind == b"OggS":
        return read_ogg(window)
    if head[4:8] == b"ftyp":
        return "M4A", read_mp4(window)
    if kind == b"RIFF" and head[8:] == b"WAVE":
        return "WAV", read_wav(window)
    if kind == b"FORM" and head[8:] in (b"AIFF", b"AIFC"):
        return "AIFF", read_aiff(window)
    if head[:3] == b"ID3" or head[0] == 0xFF:
        return "MP3", read_mp3(window, head)
    raise NotSimple
