"""Groups files into recordings, and recordings into releases. Pure rules.

A recording can have several files (a WAV master, a FLAC, an MP3), not all with its ISRC. The ISRC
decides if it is there and title and length match. Otherwise release, track number and title decide.
A different length means another version. A MusicBrainz id does as an ISRC, where the ISRCs do not
contradict it; ids that differ say nothing, since MusicBrainz merges its entries.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from rightsdesk.folding import folded
from rightsdesk.workspace.catalogue.same_recording import ByLength, core_title, same_length

FROM_PLATFORM = " "
"""Prefix of the key of a recording that has only an item and no file."""
_JSON = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
_LEADING_NUMBER = re.compile(r"^\s*+\d{1,3}(?:\s*+[-._]\s*+|\s++)(?=\S)")


class FileDescription(NamedTuple):
    """What a file says of its recording, for grouping."""

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
    malformed_isrc: str = ""
    """The content of the ISRC field if it is not one well-formed code."""
    year: int = 0
    label: str = ""
    catalogue_number: str = ""
    mb_release: str = ""
    mb_recording: str = ""

    @property
    def core(self) -> str:
        """The title for comparing; "" if the file has none."""
        return core_title(self.title, self.performer) if self.title else ""

    def to_text(self) -> str:
        """Everything except the path, as the store keeps it.

        Without MusicBrainz ids it is the text of versions that did not read them.
        """
        ids = self.mb_release or self.mb_recording
        return _JSON.encode(self[1:] if ids else self[1:-2])

    @classmethod
    def from_text(cls, path: str, stored: str) -> FileDescription:
        """The inverse of `to_text`; values that were not stored keep their defaults."""
        return cls(path, *json.loads(stored or "[]"))

    @property
    def shown_title(self) -> str:
        """The title, or the title part of the file name."""
        if self.title:
            return self.title
        stem = _as_text(os.path.splitext(os.path.basename(self.path))[0])
        return _LEADING_NUMBER.sub("", stem) or stem

    @property
    def release_key(self) -> str:
        """Files with the same key are of one release; "" for no release."""
        if not self.album:
            return ""
        return f"{folded(self.album)}|{folded(self.album_artist)}"

    @property
    def recording_key(self) -> str:
        """Files with the same key are of one recording if there is no ISRC."""
        place = f"{self.disc or 1}.{self.track}" if self.track else ""
        if not self.title and not self.album:
            folder = folded(_as_text(os.path.basename(os.path.dirname(self.path))))
            return f"{folder}/{folded(self.shown_title)}|{place}"
        return f"{self.release_key}|{place}|{folded(self.shown_title)}"


def _as_text(name: str) -> str:
    """A name for display: undecodable bytes, which `os.fsdecode` hides, are replaced."""
    return os.fsencode(name).decode("utf-8", "replace")


def is_from_platform(key: str) -> bool:
    """Whether a recording with this key was found on a platform and has no file yet."""
    return key.startswith(FROM_PLATFORM)


@dataclass(slots=True, eq=False)
class KnownRecording:
    """A recording as grouping needs it.

    `bare` means without a file. `titled` is False if the title comes from a file name.
    """

    id: int
    isrc: str
    duration_ms: int | None
    bare: bool = False
    title: str = ""
    performer: str = ""
    titled: bool = True
    musicbrainz_id: str = ""
    key: str = ""

    @property
    def core(self) -> str:
        """The title for comparing; "" if there is none."""
        return core_title(self.title, self.performer) if self.titled else ""


class _OfCode:
    """The recordings with one ISRC or MusicBrainz id, by title and length."""

    def __init__(self) -> None:
        self._fresh: list[KnownRecording] = []
        self._by_title: dict[str, ByLength[KnownRecording]] = {}

    def add(self, recording: KnownRecording) -> None:
        self._fresh.append(recording)

    def find(
        self, file: FileDescription, fits: Callable[[KnownRecording], bool]
    ) -> KnownRecording | None:
        for recording in self._fresh:  # titles are folded when first needed
            by_length = self._by_title.setdefault(recording.core, ByLength())
            by_length.add(recording.duration_ms, recording)
        self._fresh.clear()
        length = file.duration_ms
        for core in dict.fromkeys((file.core, core_title(file.shown_title, file.performer))):
            if core in self._by_title and (found := self._by_title[core].find(length, fits)):
                return found
        if file.title:
            untitled = self._by_title.get("")
            return untitled.find(length, fits) if untitled else None
        if len(self._by_title) == 1:  # without a title, only if there is no other song
            (by_length,) = self._by_title.values()
            return by_length.find(length, fits)
        return None


@dataclass
class Groups:
    """The recordings of one artist, to find the recording of a file."""

    by_isrc: dict[str, _OfCode] = field(default_factory=dict)
    by_musicbrainz: dict[str, _OfCode] = field(default_factory=dict)
    by_key: dict[str, KnownRecording] = field(default_factory=dict)

    def add(self, key: str, recording: KnownRecording) -> None:
        """Add a recording under its key, and under its codes."""
        recording.key = key
        self.by_key[key] = recording
        self.add_codes(recording)

    def add_codes(self, recording: KnownRecording) -> None:
        """Add a recording under its ISRC and its MusicBrainz id, with its title and length."""
        if recording.isrc:
            self.by_isrc.setdefault(recording.isrc, _OfCode()).add(recording)
        if recording.musicbrainz_id:
            self.by_musicbrainz.setdefault(recording.musicbrainz_id, _OfCode()).add(recording)

    def add_alias(self, recording: KnownRecording, key: str) -> None:
        """Add a recording under the description of one of its files, too."""
        self.add_codes(recording)
        self.by_key.setdefault(key, recording)

    def find(
        self, file: FileDescription, without: int | None = None
    ) -> tuple[KnownRecording | None, str]:
        """The recording of a file, or the key for a new recording.

        Returns both if the recording has no file yet, since then it has no key of a file. `without`
        is the id of a recording to skip.
        """
        of_isrc = self.by_isrc.get(file.isrc) if file.isrc else None
        if of_isrc and (
            recording := of_isrc.find(
                file, lambda candidate: not candidate.bare and candidate.id != without
            )
        ):
            return recording, ""
        of_id = self.by_musicbrainz.get(file.mb_recording) if file.mb_recording else None
        if of_id and (
            recording := of_id.find(
                file,
                lambda candidate: (
                    not candidate.bare
                    and candidate.id != without
                    and not _other_isrc(candidate, file)
                ),
            )
        ):
            return recording, ""
        by_place, key = self._by_place(file, without)
        if by_place is not None or of_isrc is None:
            return by_place, key
        return of_isrc.find(file, lambda candidate: candidate.bare and candidate.id != without), key

    def free_key(self, file: FileDescription, recording: KnownRecording | None = None) -> str:
        """A free key for a recording with this description; `recording` may hold it already."""
        key, version = file.recording_key, 1
        while self.by_key.get(key, recording) is not recording:
            version += 1
            key = f"{file.recording_key}|{version}"
        return key

    def _by_place(
        self, file: FileDescription, without: int | None
    ) -> tuple[KnownRecording | None, str]:
        key, version = file.recording_key, 1
        while (recording := self.by_key.get(key)) is not None:
            if recording.id != without and _same(recording, file):
                return recording, ""
            version += 1
            key = f"{file.recording_key}|{version}"
        return None, key


def _other_isrc(recording: KnownRecording, file: FileDescription) -> bool:
    return bool(recording.isrc and file.isrc and recording.isrc != file.isrc)


def _same(recording: KnownRecording, file: FileDescription) -> bool:
    if _other_isrc(recording, file):
        return False
    return same_length(recording.duration_ms, file.duration_ms)


def parted(
    members: Sequence[tuple[FileDescription, str]],
) -> list[list[int]]:
    """The files that are still one recording: a list of places per recording.

    `members` are (description, decision). Files with the same decision stay together, and files
    with different decisions stay apart.
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
            part_codes = codes[part]
            return (not code or not part_codes or code <= part_codes) and (
                not decision or not labels[part] or labels[part] == decision
            )

        part = decided.get(decision) if decision else None
        if part is None and file.core:
            found = (
                by_title[title].find(file.duration_ms, fits)
                for title in (file.core, "")
                if title in by_title
            )
            part = next((number for number in found if number is not None), None)
        elif part is None:
            name = core_title(file.shown_title, file.performer)
            near = [name] if name in by_title else list(by_title)
            parts_that_fit = {by_title[title].find(file.duration_ms, fits) for title in near} - {
                None
            }
            part = parts_that_fit.pop() if len(parts_that_fit) == 1 else None
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
