"""XMP in a file of its own beside an audio file: what is in it, and whose it is.

A sidecar is found under two names: `song.flac.xmp`, and `song.xmp` as Adobe's programs
and exiftool's examples name it. A new one gets the first, for `song.flac` and `song.ogg`
often lie side by side, and the short name could not tell whose it is. For the same reason
the short name counts only where no other audio file, or other file of a kind that has
sidecars (a film, a photo), shares it: else it belongs to none of them.
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import BinaryIO

from rightsdesk.consent.fields import Fields
from rightsdesk.files.containers import CONTAINERS, carries_xmp
from rightsdesk.files.containers.base import (
    Span,
    WantedFields,
    foreign_packets,
    patch_of,
    read_at,
    size_of,
)
from rightsdesk.files.errors import DamagedXmp
from rightsdesk.files.owned import XMP_OWNED
from rightsdesk.files.patch.patch import Patch, Splice
from rightsdesk.files.scan.scanner import SIDECAR, SUFFIXES
from rightsdesk.files.xmp import edit
from rightsdesk.files.xmp import packets as xmppackets
from rightsdesk.files.xmp.parse import LARGEST

ENDING = SIDECAR
KINDS = tuple(container.name for container in CONTAINERS if not carries_xmp(container))
"""The containers, by name, that have no place for XMP of their own."""

_OTHERS = {ENDING, ".c2pa", ".cue", ".txt", ".log", ".pdf", ".m3u", ".m3u8", ".nfo", ".lrc"}
_OTHERS |= {".jpg", ".jpeg", ".png", ".webp", ".gif", ".tif", ".tiff", ".md5", ".sfv", ".json"}
"""What often lies beside music under the same name, and has no claim to a sidecar there."""


class Sidecar:
    """A sidecar as a container: all of it is one packet, and there is no audio in it.

    An empty file is one that says nothing yet: so a new sidecar is a patch like any other.
    """

    name = "XMP sidecar"

    def fields(self, f: BinaryIO) -> dict[str, tuple[str, ...]]:
        """Our properties, and `dc:rights`. Raises `DamagedXmp`."""
        return xmppackets.fields_of_all(_packets(f))

    def settable(self, f: BinaryIO) -> tuple[str, ...]:
        """XMP properties only."""
        self.fields(f)
        return XMP_OWNED

    def patch(self, f: BinaryIO, wanted: Fields) -> Patch:
        """The patch that sets the properties; the file is empty when nothing is left.

        Raises `DamagedXmp` and ValueError.
        """
        asked = WantedFields.of(wanted).without_second()
        if asked.text:
            raise ValueError(f"cannot be held here: {sorted(asked.text)}")
        size = size_of(f)
        packets = _packets(f)
        new = xmppackets.edited_all(packets, asked.xmp, padding=edit.PADDING)
        if new == packets:
            return Patch(size)
        return patch_of(f, [Splice(0, size, b"".join(filter(None, new)))])

    def essence(self, f: BinaryIO) -> Iterator[Span]:
        """Nothing: there is no audio."""
        return iter(())

    def foreign(self, f: BinaryIO) -> Iterator[tuple[str, bytes | Span]]:
        """What in the packet is not ours."""
        return foreign_packets(_packets(f))


class Neighbours:
    """The files of one folder, by name: who of them a sidecar belongs to."""

    def __init__(self, names: Iterable[str]) -> None:
        self._names = frozenset(names)
        self._by_stem: defaultdict[str, list[str]] = defaultdict(list)
        for name in self._names:
            stem, ending = os.path.splitext(name)
            if ending.lower() not in _OTHERS:
                self._by_stem[stem].append(name)

    @classmethod
    def of(cls, folder: str) -> Neighbours:
        """Those in a folder; of one that cannot be listed nobody knows any, and none is."""
        try:
            with os.scandir(folder or ".") as entries:
                return cls([entry.name for entry in entries if not entry.is_dir()])
        except OSError:
            return cls(())

    def owners(self, sidecar: str) -> tuple[str, ...]:
        """The files that a sidecar may belong to, sorted; it is one's own if that is all.

        Empty where none of them is audio.
        """
        stem = os.path.splitext(sidecar)[0]
        if stem in self._names and is_audio(stem):
            return (stem,)
        claims = self._by_stem.get(stem, [])
        return tuple(sorted(claims)) if any(map(is_audio, claims)) else ()


def is_audio(name: str) -> bool:
    """Whether a name is one that a scan would look at."""
    return os.path.splitext(name)[1].lower() in SUFFIXES


def is_sidecar(name: str) -> bool:
    """Whether a name is one of a sidecar."""
    return name[-len(ENDING) :].lower() == ENDING


def new_sidecar(path: str) -> str:
    """The path of the sidecar to make for an audio file."""
    return path + ENDING


def fits(sidecar: str, path: str) -> bool:
    """Whether a sidecar's path is one that the sidecar of an audio file would have."""
    return os.path.splitext(sidecar)[0] in (path, os.path.splitext(path)[0])


def sidecars_of(path: str) -> tuple[list[str], dict[str, tuple[str, ...]]]:
    """The sidecars beside an audio file: its own, and those it may share, with by whom."""
    folder, name = os.path.split(path)
    short_name = os.path.splitext(name)[0] + ENDING
    own = [new_sidecar(path)] if os.path.lexists(new_sidecar(path)) else []
    shared: dict[str, tuple[str, ...]] = {}
    short = os.path.join(folder, short_name)
    if os.path.lexists(short):
        owners = Neighbours.of(folder).owners(short_name)
        if owners == (name,):
            own.append(short)
        elif name in owners:
            shared[short] = owners
    return own, shared


def _packets(f: BinaryIO) -> list[bytes]:
    size = size_of(f)
    if size > LARGEST:
        raise _damaged()
    data = read_at(f, 0, size)
    if not edit.is_packet(data):
        return []
    try:
        edit.fields_of(data)
    except DamagedXmp:
        raise _damaged() from None
    return [data]


def _damaged() -> DamagedXmp:
    return DamagedXmp(
        "This XMP sidecar is damaged, so what it says is not known. RightsDesk leaves it alone.",
        advice="Repair it with the program that made it, or remove it; then scan again.",
    )
