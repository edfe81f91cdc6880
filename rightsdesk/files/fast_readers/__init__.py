"""Quick reading: what a plain file says, with as few bytes and steps as can be.

A catalogue's first scan reads every file, so it is worth readers of its own: each looks
once, for our fields, the catalogue's and the duration, and skips the cover art. They know
the plain form of each kind of file only. Of anything else (damage, old or odd forms) they
are unsure, and then the thorough readers look: the containers and mutagen. So where a quick
reader answers, it answers what those would have; but for damage within an Ogg file's cover
art, which is met only when the file is to be written.
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

__all__ = ["FastReading", "quick_look"]


def quick_look(descriptor: int, size: int) -> tuple[str, FastReading] | None:
    """The container's name and what an open file says; None for "look thoroughly".

    Leaves the descriptor's position anywhere. Raises OSError for what the disk reports.
    """
    try:
        name, quick = _read(Window(descriptor, size))
        if quick.packets:
            quick.fields |= packets.fields_of_all(quick.packets)
    except (NotSimple, Damaged, Unsupported, IndexError, ValueError, struct.error):
        return None
    return name, quick


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
