"""The kinds of audio files, a module each. The content decides the kind, never the name."""

from __future__ import annotations

from typing import BinaryIO

from rightsdesk.files.containers.aiff import AIFF
from rightsdesk.files.containers.base import Container, size_of
from rightsdesk.files.containers.compare import foreign_difference, same_essence
from rightsdesk.files.containers.flac import Flac, starts_flac
from rightsdesk.files.containers.id3.tags import after_tags
from rightsdesk.files.containers.mp3 import Mp3, first_frame, refuse_other_mpeg
from rightsdesk.files.containers.mp4.container import FIRST_KINDS, Mp4, starts_mp4
from rightsdesk.files.containers.mpegkinds import OTHER_HEAD, other_file
from rightsdesk.files.containers.ogg.container import OGGS, ogg_of
from rightsdesk.files.containers.trailing_tags import front
from rightsdesk.files.containers.wav import WAV
from rightsdesk.files.errors import NotAudio, Unsupported, unsupported_kind
from rightsdesk.files.owned import XMP_OWNED, takes_xmp
from rightsdesk.sentences import worded

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
"""The containers of all supported kinds."""

_BY_NAME = {container.name: container for container in CONTAINERS}

_NAMED_ONLY = {
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
    """Return the container with this name, as stored in the database; None if there is none."""
    return _BY_NAME.get(name)


def carries_xmp(container: Container) -> bool:
    """Return whether files of this kind can hold XMP. Other kinds can get a sidecar."""
    return set(XMP_OWNED) <= set(container.room)


def lacks_xmp(name: str, places: str) -> bool:
    """Return whether a file has no place for XMP although its kind normally has.

    `name` is the container's name. `places`: see `owned.places_of`.
    """
    container = container_named(name)
    return container is not None and carries_xmp(container) and not takes_xmp(places)


def container_of(f: BinaryIO) -> Container:
    """Return the container for this file, by its first bytes.

    The rest of the file is checked only when the container reads it. Raises `NotAudio` for
    anything else, `Unsupported` for kinds that RightsDesk can only name, `Damaged` if the
    first bytes contradict each other.
    """
    size = size_of(f)
    f.seek(0)
    head = f.read(OTHER_HEAD)
    kind = head[:4]
    if not head:
        raise NotAudio("This file is empty.")
    if kind in _NAMED_ONLY:
        raise unsupported_kind(_NAMED_ONLY[kind])
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
        # Such a tag precedes MP3, and sometimes FLAC.
        return Flac() if starts_flac(f, after_tags(f, size)) else Mp3()
    if kind == b"APET":
        if first_frame(f, front(f, 0, size), size) is not None:
            return Mp3()
        raise Unsupported(
            "This is a kind of file that RightsDesk can't write yet: it begins with an APE tag."
        )
    if name := other_file(head):
        raise NotAudio(
            worded("This is not an audio file that RightsDesk knows: {name}.", name=name)
        )
    if first_frame(f, 0, size) is not None:
        return Mp3()
    if head[0] == 0xFF:
        refuse_other_mpeg(f, 0, size)
    raise NotAudio("This is not an audio file that RightsDesk knows.")
