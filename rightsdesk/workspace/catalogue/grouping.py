"""Which files are one recording, and which recordings one release: pure rules.

A recording can have several files (a WAV master, a FLAC, an MP3), and not all of them
carry its ISRC. So the ISRC decides where it is there, if title and length go with it; else the
release, the place in it and the title do. A length that differs is another version.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from rightsdesk.folding import folded
from rightsdesk.workspace.catalogue.sameness import ByLength, core_title, same_length

FROM_PLATFORM = " "
"""How the key of a recording begins that has no file, only an item: like no file's key."""
_LEADING_NUMBER = re.compile(r"^\s*+\d{1,3}(?:\s*+[-._]\s*+|\s++)(?=\S)")


class FileDescription(NamedTuple):
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
    performer: str = ""
    isrc_said: str = ""
    """What stands where the ISRC belongs, if that is not one well-formed code."""
    year: int = 0
    label: str = ""
    catalogue_number: str = ""

    @property
    def core(self) -> str:
        """What its title is compared by; "" where it says none."""
        return core_title(self.title, self.performer) if self.title else ""

    def to_text(self) -> str:
        """All but the path, as the store keeps it."""
        return json.dumps(self[1:], ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def from_text(cls, path: str, stored: str) -> FileDescription:
        """What `to_text` wrote, or less of it: what was not stored is not known."""
        return cls(path, *json.loads(stored or "[]"))

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


@dataclass(slots=True, eq=False)
class KnownRecording:
    """A recording as grouping knows it; `bare`: without a file. `titled` is False where the
    title is only what the name of a file has of one."""

    id: int
    isrc: str
    duration_ms: int | None
    bare: bool = False
    title: str = ""
    performer: str = ""
    titled: bool = True
    key: str = ""

    @property
    def core(self) -> str:
        """What its title is compared by; "" where it has none."""
        return core_title(self.title, self.performer) if self.titled else ""


class _OfIsrc:
    """The recordings that have one ISRC, by title and length."""

    def __init__(self) -> None:
        self._fresh: list[KnownRecording] = []
        self._by_title: dict[str, ByLength[KnownRecording]] = {}

    def add(self, known: KnownRecording) -> None:
        self._fresh.append(known)

    def find(
        self, file: FileDescription, fits: Callable[[KnownRecording], bool]
    ) -> KnownRecording | None:
        for known in self._fresh:  # titles are folded once somebody asks
            there = self._by_title.setdefault(known.core, ByLength())
            there.add(known.duration_ms, known)
        self._fresh.clear()
        length = file.duration_ms
        for core in dict.fromkeys((file.core, core_title(file.shown_title, file.performer))):
            if core in self._by_title and (found := self._by_title[core].find(length, fits)):
                return found
        if file.title:
            untitled = self._by_title.get("")
            return untitled.find(length, fits) if untitled else None
        if len(self._by_title) == 1:  # without a title, only what cannot be another song
            (there,) = self._by_title.values()
            return there.find(length, fits)
        return None


@dataclass
class Groups:
    """The recordings of one artist, to be asked for the one that a file belongs to."""

    by_isrc: dict[str, _OfIsrc] = field(default_factory=dict)
    by_key: dict[str, KnownRecording] = field(default_factory=dict)

    def add(self, key: str, known: KnownRecording) -> None:
        """Make a recording known under its key, and its ISRC if it has one."""
        known.key = key
        self.by_key[key] = known
        self.add_isrc(known)

    def add_isrc(self, known: KnownRecording) -> None:
        """Make a recording known under its ISRC, with its title and length."""
        if known.isrc:
            self.by_isrc.setdefault(known.isrc, _OfIsrc()).add(known)

    def add_alias(self, known: KnownRecording, key: str) -> None:
        """Make a recording known as one of its files describes it, too."""
        self.add_isrc(known)
        self.by_key.setdefault(key, known)

    def find(
        self, file: FileDescription, without: int | None = None
    ) -> tuple[KnownRecording | None, str]:
        """The recording that a file belongs to, or the key for a new one.

        Both where the recording has no file yet, and so no key of a file's. `without` is the
        id of a recording that is not meant.
        """
        of_isrc = self.by_isrc.get(file.isrc) if file.isrc else None
        if of_isrc and (
            known := of_isrc.find(file, lambda one: not one.bare and one.id != without)
        ):
            return known, ""
        other, key = self._by_place(file, without)
        if other is not None or of_isrc is None:
            return other, key
        return of_isrc.find(file, lambda one: one.bare and one.id != without), key

    def free_key(self, file: FileDescription, known: KnownRecording | None = None) -> str:
        """A key for a recording that is called what this file is; `known` may have it already."""
        key, version = file.recording_key, 1
        while self.by_key.get(key, known) is not known:
            version += 1
            key = f"{file.recording_key}|{version}"
        return key

    def _by_place(
        self, file: FileDescription, without: int | None
    ) -> tuple[KnownRecording | None, str]:
        key, version = file.recording_key, 1
        while (known := self.by_key.get(key)) is not None:
            if known.id != without and _same(known, file):
                return known, ""
            version += 1
            key = f"{file.recording_key}|{version}"
        return None, key


def _same(known: KnownRecording, file: FileDescription) -> bool:
    if known.isrc and file.isrc and known.isrc != file.isrc:
        return False
    return same_length(known.duration_ms, file.duration_ms)


def parted(
    members: Sequence[tuple[FileDescription, str]],
) -> list[list[int]]:
    """Which of the files that were one recording still are: places, one list a recording.

    `members` are (description, decision): files of one decision stay together whatever they
    say, and files of two decisions stay apart.
    """
    parts: list[list[int]] = []
    decided: dict[str, int] = {}
    codes: list[set[str]] = []
    labels: list[str] = []
    by_title: dict[str, ByLength[int]] = {}
    order = sorted(range(len(members)), key=lambda i: (not members[i][1], not members[i][0].title))
    for place in order:
        file, decision = members[place]
        code = {file.isrc} if file.isrc else set()

        def fits(part: int, code: set[str] = code, decision: str = decision) -> bool:
            known = codes[part]
            return (not code or not known or code <= known) and (
                not decision or not labels[part] or labels[part] == decision
            )

        part = decided.get(decision) if decision else None
        if part is None and file.core:
            found = (
                by_title[title].find(file.duration_ms, fits)
                for title in (file.core, "")
                if title in by_title
            )
            part = next((one for one in found if one is not None), None)
        elif part is None:
            name = core_title(file.shown_title, file.performer)
            near = [name] if name in by_title else list(by_title)
            could = {by_title[title].find(file.duration_ms, fits) for title in near} - {None}
            part = could.pop() if len(could) == 1 else None
        if part is None:
            part = len(parts)
            parts.append([])
            codes.append(set())
            labels.append(decision)
        if decision:
            decided[decision] = part
        parts[part].append(place)
        codes[part] |= code
        by_title.setdefault(file.core, ByLength()).add(file.duration_ms, part)
    return [sorted(part) for part in parts]
