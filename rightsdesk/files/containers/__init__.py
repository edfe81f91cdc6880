"""The kinds of audio file, one module each, told apart by content and never by name."""

from __future__ import annotations

from typing import BinaryIO

from rightsdesk.files.containers.aiff import AIFF
from rightsdesk.files.containers.base import Container, size_of
from rightsdesk.files.containers.compare import foreign_difference, same_essence
from rightsdesk.files.containers.flac import Flac, starts_flac
from rightsdesk.files.containers.id3.tags import after_tags
from rightsdesk.files.containers.mp3 import Mp3, first_frame, refuse_by_name
from rightsdesk.files.containers.mp4.container import FIRST_KINDS, Mp4, starts_mp4
from rightsdesk.files.containers.mpegkinds import OTHER_HEAD, other_file
from rightsdesk.files.containers.ogg.container import OGGS, ogg_of
from rightsdesk.files.containers.trailing_tags import front
from rightsdesk.files.containers.wav import WAV
from rightsdesk.files.errors import NotAudio, Unsupported
from rightsdesk.files.owned import XMP_OWNED, takes_xmp

__all__ = [
    "CONTAINERS",
    "Container",
    "carries_xmp",
    "container_named",
    "container_of",
    "foreign_difference",
    "lacks_xmp",
    "same_essence",
]

CONTAINERS: tuple[Container, ...] = (Mp3(), Flac(), *OGGS, Mp4(), WAV, AIFF)
"""All kinds."""

_BY_NAME = {container.name: container for container in CONTAINERS}

_KNOWN_BY_NAME = {
    b"riff": "W64 (a large WAV of Sony's)",
    b"RIFX": "RIFX (a big-endian WAV)",
    b"caff": "CAF",
    b"wvPk": "WavPack",
    b"MAC ": "Monkey's Audio",
    b"MPCK": "Musepack",
    b"DSD ": "DSF",
    b"FRM8": "DSDIFF",
    b"TTA1": "True Audio",
    b"\x30\x26\xb2\x75": "Windows Media",
}


def container_named(name: str) -> Container | None:
    """The container of this name, by which the store keeps it; None for any other text."""
    return _BY_NAME.get(name)


def carries_xmp(container: Container) -> bool:
    """Whether files of this kind have a place for XMP; others can get a sidecar."""
    return set(XMP_OWNED) <= set(container.room)


def lacks_xmp(name: str, places: str) -> bool:
    """Whether a file, of a kind of this name that carries XMP, has no place for it.

    `places`: see `owned.places_of`.
    """
    container = container_named(name)
    return container is not None and carries_xmp(container) and not takes_xmp(places)


def container_of(f: BinaryIO) -> Container:
    """The container that can read this file, by a look at its beginning.

    Raises `NotAudio` for anything else, `Unsupported` for kinds that are known by name
    only, `Damaged` where the beginning contradicts itself. That the rest of the file is
    sound shows when the container reads it.
    """
    size = size_of(f)
    f.seek(0)
    head = f.read(OTHER_HEAD)
    kind = head[:4]
    if not head:
        raise NotAudio("This file is empty.")
    if kind in _KNOWN_BY_NAME:
        raise Unsupported(
            f"This is a kind of file that RightsDesk can't write yet: {_KNOWN_BY_NAME[kind]}."
        )
    if kind in (WAV.form.outer, *WAV.form.wide) and head[8:12] in WAV.form.forms:
        return WAV
    if kind == AIFF.form.outer and head[8:12] in AIFF.form.forms:
        return AIFF
    if kind == b"fLaC":
        return Flac()
    if kind == b"OggS":
        return ogg_of(f)
    if head[4:8] == b"ftyp" or (head[4:8] in FIRST_KINDS and starts_mp4(f, size)):
        return Mp4()
    if head[:3] == b"ID3":
        # such a tag stands before MP3, and now and then before FLAC
        return Flac() if starts_flac(f, after_tags(f, size)) else Mp3()
    if kind == b"APET":
        if first_frame(f, front(f, 0, size), size) is not None:
            return Mp3()
        raise Unsupported(
            "This is a kind of file that RightsDesk can't write yet: it begins with an APE tag."
        )
    if name := other_file(head):
        raise NotAudio(f"This is {name}, not an audio file that RightsDesk knows.")
    if first_frame(f, 0, size) is not None:
        return Mp3()
    if head[0] == 0xFF:
        refuse_by_name(f, 0, size)
    raise NotAudio("This is not an audio file that RightsDesk knows.")
