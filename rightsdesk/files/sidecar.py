"""XMP in a file of its own beside an audio file that has no place for it: FLAC, Ogg, Opus.

A sidecar is found under two names: `song.flac.xmp`, and `song.xmp` as Adobe's programs
and exiftool's examples name it. The first is looked for first, and it is the name of a new
one: `song.flac` and `song.ogg` often lie side by side, and the short name could not tell
whose it is. For the same reason the short name counts only where no other audio file
shares it.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import BinaryIO

from rightsdesk.consent.fields import Fields
from rightsdesk.files import xmp
from rightsdesk.files.containers.base import (
    Span,
    Wanted,
    foreign_packets,
    patch_of,
    read_at,
    size_of,
)
from rightsdesk.files.errors import DamagedXmp
from rightsdesk.files.owned import XMP_OWNED
from rightsdesk.files.patch import Patch, Splice
from rightsdesk.files.xmpparse import LARGEST, damaged

ENDING = ".xmp"
KINDS = ("FLAC", "Ogg Vorbis", "Opus")
"""The containers, by name, that have no place for XMP of their own."""

_NO_AUDIO = {ENDING, ".c2pa", ".cue", ".txt", ".log", ".pdf", ".m3u", ".m3u8", ".nfo", ".lrc"}
_NO_AUDIO |= {".jpg", ".jpeg", ".png", ".webp", ".gif", ".tif", ".tiff", ".md5", ".sfv", ".json"}


class Sidecar:
    """A sidecar as a container: all of it is one packet, and there is no audio in it.

    An empty file is one that says nothing yet: so a new sidecar is a patch like any other.
    """

    name = "XMP sidecar"

    def fields(self, f: BinaryIO) -> dict[str, tuple[str, ...]]:
        """Our properties, and `dc:rights`. Raises `DamagedXmp`."""
        return xmp.fields_of_all(_packets(f))

    def settable(self, f: BinaryIO) -> tuple[str, ...]:
        """XMP properties only."""
        self.fields(f)
        return XMP_OWNED

    def patch(self, f: BinaryIO, wanted: Fields) -> Patch:
        """The patch that sets the properties; the file is empty when nothing is left.

        Raises `DamagedXmp` and ValueError.
        """
        asked = Wanted.of(wanted).without_second()
        if asked.text:
            raise ValueError(f"cannot be held here: {sorted(asked.text)}")
        size = size_of(f)
        packets = _packets(f)
        new = xmp.edited_all(packets, asked.xmp, padding=xmp.PADDING)
        if new == packets:
            return Patch(size)
        return patch_of(f, [Splice(0, size, b"".join(filter(None, new)))])

    def essence(self, f: BinaryIO) -> Iterator[Span]:
        """Nothing: there is no audio."""
        return iter(())

    def foreign(self, f: BinaryIO) -> Iterator[tuple[str, bytes | Span]]:
        """What in the packet is not ours."""
        return foreign_packets(_packets(f))


def sidecar_for(path: str) -> str:
    """The path of a file's sidecar: the one that is there, else the one to make."""
    long_name = path + ENDING
    stem = os.path.splitext(path)[0]
    short_name = stem + ENDING
    if os.path.lexists(long_name) or not os.path.lexists(short_name):
        return long_name
    return long_name if _shared(path, stem) else short_name


def _shared(path: str, stem: str) -> bool:
    """Whether other files than what often lies beside music have the same name but ending."""
    folder, name = os.path.split(stem)
    try:
        with os.scandir(folder or ".") as entries:
            endings = {
                os.path.splitext(entry.name)[1].lower()
                for entry in entries
                if os.path.splitext(entry.name)[0] == name and entry.name != os.path.basename(path)
            }
    except OSError:
        return True  # then nobody can tell whose it is
    return bool(endings - _NO_AUDIO)


def _packets(f: BinaryIO) -> list[bytes]:
    size = size_of(f)
    if size > LARGEST:
        raise damaged()
    data = read_at(f, 0, size)
    return [data] if xmp.is_packet(data) else []


__all__ = ["ENDING", "KINDS", "DamagedXmp", "Sidecar", "sidecar_for"]
