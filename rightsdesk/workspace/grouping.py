"""Which files are one recording, and which recordings one release: pure rules.

A recording can have several files (a WAV master, a FLAC, an MP3), and not all of them
carry its ISRC. So the ISRC decides where it is there; else the release, the place in it
and the title do. A length that differs by more than a few seconds is another version.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from typing import NamedTuple

from rightsdesk.folding import folded

SAME_LENGTH_MS = 3_000
FROM_PLATFORM = " "
"""How the key of a recording begins that has no file, only an item: like no file's key."""
_LEADING_NUMBER = re.compile(r"^\s*+\d{1,3}(?:\s*+[-._]\s*+|\s++)(?=\S)")


class Described(NamedTuple):
    """What a file says of its recording, as far as grouping cares."""

    path: str
    title: str = ""
    album: str = ""
    album_artist: str = ""
    disc: int = 0
    track: int = 0
    isrc: str = ""
    upc: str = ""
    duration_ms: int | None = None

    @property
    def shown_title(self) -> str:
        """The title, or what the file's name has of one."""
        if self.title:
            return self.title
        stem = _as_text(os.path.splitext(os.path.basename(self.path))[0])
        return _LEADING_NUMBER.sub("", stem) or stem

    @property
    def release_key(self) -> str:
        """What makes two files one release; empty where there is none."""
        if not self.album:
            return ""
        return f"{folded(self.album)}|{folded(self.album_artist)}"

    @property
    def recording_key(self) -> str:
        """What makes two files one recording where there is no ISRC."""
        place = f"{self.disc or 1}.{self.track}" if self.track else ""
        if not self.title and not self.album:
            folder = folded(_as_text(os.path.basename(os.path.dirname(self.path))))
            return f"{folder}/{folded(self.shown_title)}|{place}"
        return f"{self.release_key}|{place}|{folded(self.shown_title)}"


def _as_text(name: str) -> str:
    """A name for people: bytes that are no text, which `os.fsdecode` hides, are replaced."""
    return os.fsencode(name).decode("utf-8", "replace")


def is_from_platform(key: str) -> bool:
    """Whether a recording of this key was found on a platform, and no file of it yet."""
    return key.startswith(FROM_PLATFORM)


@dataclass(slots=True)
class Known:
    """A recording as grouping knows it; `bare`: without a file."""

    id: int
    isrc: str
    duration_ms: int | None
    bare: bool = False


@dataclass
class Groups:
    """The recordings of one artist, to be asked for the one that a file belongs to."""

    by_isrc: dict[str, Known] = field(default_factory=dict)
    by_key: dict[str, Known] = field(default_factory=dict)

    def add(self, key: str, known: Known) -> None:
        """Make a recording known under its key, and its ISRC if it has one."""
        self.by_key[key] = known
        if known.isrc:
            self.by_isrc.setdefault(known.isrc, known)

    def find(self, file: Described) -> tuple[Known | None, str]:
        """The recording that a file belongs to, or the key for a new one.

        Both where the recording has no file yet, and so no key of a file's.
        """
        known = self.by_isrc.get(file.isrc) if file.isrc else None
        if known is not None and not known.bare:
            return known, ""
        other, key = self._by_place(file)
        return (other, key) if other is not None else (known, key)

    def _by_place(self, file: Described) -> tuple[Known | None, str]:
        key, version = file.recording_key, 1
        while (known := self.by_key.get(key)) is not None:
            if _same(known, file):
                return known, ""
            version += 1
            key = f"{file.recording_key}|{version}"
        return None, key


def _same(known: Known, file: Described) -> bool:
    if known.isrc and file.isrc and known.isrc != file.isrc:
        return False
    if known.duration_ms is None or file.duration_ms is None:
        return True
    return abs(known.duration_ms - file.duration_ms) <= SAME_LENGTH_MS
