"""Read XMP sidecars, and match them to audio files.

A sidecar has one of two names: `song.flac.xmp`, or `song.xmp` as in Adobe's programs and
exiftool's examples. New sidecars get the long name, because `song.flac` and `song.ogg`
often share a folder. A short name counts only if no other file could claim it: another
audio file, or a film or photo, which have sidecars, too. Otherwise it belongs to no file.
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
"""The names of the containers that can't hold XMP."""

_OTHERS = {ENDING, ".c2pa", ".cue", ".txt", ".log", ".pdf", ".m3u", ".m3u8", ".nfo", ".lrc"}
_OTHERS |= {".jpg", ".jpeg", ".png", ".webp", ".gif", ".tif", ".tiff", ".md5", ".sfv", ".json"}
"""Extensions of files that often share a name with music, and never have sidecars."""


class Sidecar:
    """A sidecar as a container: a single packet without audio.

    An empty file counts as a sidecar without properties, so a new sidecar is a patch, too.
    """

    name = "XMP sidecar"

    def fields(self, f: BinaryIO) -> dict[str, tuple[str, ...]]:
        """Return our properties, and `dc:rights`. Raises `DamagedXmp`."""
        return xmppackets.fields_of_all(_packets(f))

    def settable(self, f: BinaryIO) -> tuple[str, ...]:
        """Return the XMP properties: a sidecar holds nothing else. Raises `DamagedXmp`."""
        self.fields(f)
        return XMP_OWNED

    def patch(self, f: BinaryIO, wanted: Fields) -> Patch:
        """Return the patch that sets the properties. It empties the file if none are left.

        Raises `DamagedXmp`, `Unsupported`, and ValueError for fields that are not XMP.
        """
        requested = WantedFields.of(wanted).without_second()
        if requested.text:
            raise ValueError(f"cannot be held here: {sorted(requested.text)}")
        size = size_of(f)
        packets = _packets(f)
        new = xmppackets.edited_all(packets, requested.xmp, padding=edit.PADDING)
        if new == packets:
            return Patch(size)
        return patch_of(f, [Splice(0, size, b"".join(filter(None, new)))])

    def essence(self, f: BinaryIO) -> Iterator[Span]:
        """Yield nothing: a sidecar has no audio."""
        return iter(())

    def foreign(self, f: BinaryIO) -> Iterator[tuple[str, bytes | Span]]:
        """Yield the foreign parts of the packet."""
        return foreign_packets(_packets(f))


class Neighbours:
    """The file names of a folder, to match sidecars to audio files."""

    def __init__(self, names: Iterable[str]) -> None:
        self._names = frozenset(names)
        self._by_stem: defaultdict[str, list[str]] = defaultdict(list)
        for name in self._names:
            stem, ending = os.path.splitext(name)
            if ending.lower() not in _OTHERS:
                self._by_stem[stem].append(name)

    @classmethod
    def of(cls, folder: str) -> Neighbours:
        """List a folder. A folder that can't be listed counts as empty."""
        try:
            with os.scandir(folder or ".") as entries:
                return cls([entry.name for entry in entries if not entry.is_dir()])
        except OSError:
            return cls(())

    def owners(self, sidecar: str) -> tuple[str, ...]:
        """Return the names of the files that a sidecar may belong to, sorted.

        A single name is the owner. Empty if none of the files is audio.
        """
        stem = os.path.splitext(sidecar)[0]
        if stem in self._names and is_audio(stem):
            return (stem,)
        claims = self._by_stem.get(stem, [])
        return tuple(sorted(claims)) if any(map(is_audio, claims)) else ()


def is_audio(name: str) -> bool:
    """Return whether a file name has the extension of an audio file."""
    return os.path.splitext(name)[1].lower() in SUFFIXES


def is_sidecar(name: str) -> bool:
    """Return whether a file name has the extension of a sidecar."""
    return name[-len(ENDING) :].lower() == ENDING


def new_sidecar(path: str) -> str:
    """Return the path for a new sidecar of an audio file."""
    return path + ENDING


def fits(sidecar: str, path: str) -> bool:
    """Return whether a sidecar's path matches an audio file, by long or short name."""
    return os.path.splitext(sidecar)[0] in (path, os.path.splitext(path)[0])


def sidecars_of(path: str) -> tuple[list[str], dict[str, tuple[str, ...]]]:
    """Return the paths of an audio file's own sidecars, and the owners of shared ones by path."""
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
