"""The kinds of audio file, one module each, told apart by content and never by name."""

from __future__ import annotations

from typing import BinaryIO

from rightsdesk.files.containers.aiff import AIFF
from rightsdesk.files.containers.base import Container, size_of
from rightsdesk.files.containers.compare import foreign_difference, same_essence
from rightsdesk.files.containers.flac import Flac, starts_flac
from rightsdesk.files.containers.id3 import after_tags
from rightsdesk.files.containers.mp3 import Mp3, first_frame
from rightsdesk.files.containers.mp4 import Mp4
from rightsdesk.files.containers.ogg import ogg_of
from rightsdesk.files.containers.wav import WAV
from rightsdesk.files.errors import NotAudio, Unsupported

__all__ = ["Container", "container_of", "foreign_difference", "same_essence"]

_LATER = {
    b"RF64": "This is an RF64 file, a kind of WAV that RightsDesk can't write yet.",
    b"BW64": "This is a BW64 file, a kind of WAV that RightsDesk can't write yet.",
    b"RIFX": "This is a RIFX file, a kind of WAV that RightsDesk doesn't know.",
}


def container_of(f: BinaryIO) -> Container:
    """The container that can read this file, by a look at its beginning.

    Raises `NotAudio` for anything else, `Unsupported` for kinds that are known by name
    only, `Damaged` where the beginning contradicts itself. That the rest of the file is
    sound shows when the container reads it.
    """
    size = size_of(f)
    f.seek(0)
    head = f.read(16)
    kind = head[:4]
    if not head:
        raise NotAudio("This file is empty.")
    if kind in _LATER:
        raise Unsupported(_LATER[kind], untouched="It was left as it is.")
    if kind == b"RIFF" and head[8:12] == b"WAVE":
        return WAV
    if kind == b"FORM" and head[8:12] in AIFF.forms:
        return AIFF
    if kind == b"fLaC":
        return Flac()
    if kind == b"OggS":
        return ogg_of(f)
    if head[4:8] == b"ftyp":
        return Mp4()
    if head[:3] == b"ID3":
        # such a tag stands before MP3, and now and then before FLAC
        return Flac() if starts_flac(f, after_tags(f, size)) else Mp3()
    if first_frame(f, 0, size) is not None:
        return Mp3()
    raise NotAudio("This is not an audio file that RightsDesk knows.")
