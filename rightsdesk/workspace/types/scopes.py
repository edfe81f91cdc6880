"""What a consent is set for, and which recordings are selected."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from rightsdesk.consent import Standing

if TYPE_CHECKING:
    pass


class ScopeKind(StrEnum):
    """What a consent is set for. The nearest wins: recording, then release, then artist."""

    ARTIST = "artist"
    RELEASE = "release"
    RECORDING = "recording"


@dataclass(frozen=True, slots=True)
class Scope:
    """An artist, release or recording, by row id."""

    kind: ScopeKind
    id: int


class State(StrEnum):
    """What a filter chip asks for.

    A recording needs work where a carrier is silent, says otherwise or waits to be written.
    It can have several states at once: another carrier can be unknown.
    """

    NEEDS_WORK = "needs_work"
    SAYS_OTHERWISE = "says_otherwise"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Filter:
    """Which recordings are selected. Empty fields select all.

    `text` searches title, release, artist, label, year, ISRC, UPC, catalogue number and file
    names. `path` is a file or a folder. `upc` is the beginning of a UPC, `label` a release's
    label. `among` has the ids of single recordings. `places` are files and folders, of which a
    recording has something in at least one. `standing` and `state` select recordings in which some
    carrier (or `carrier`) has it. These three narrow lists of recordings, not plans.
    """

    artist_id: int | None = None
    release_id: int | None = None
    recording_id: int | None = None
    path: str = ""
    text: str = ""
    standing: Standing | None = None
    carrier: str = ""
    upc: str = ""
    label: str = ""
    state: State | None = None
    among: tuple[int, ...] | None = None
    places: tuple[str, ...] = ()

    @property
    def narrowed(self) -> bool:
        """Whether it means some of an artist's music, and not all of it."""
        some = (
            *(self.release_id, self.recording_id, self.path, self.places),
            *(self.text, self.upc, self.label),
        )
        return any(some) or self.among is not None


@dataclass(frozen=True, slots=True)
class Sort:
    """`column`: release (with track order), title, artist, isrc, length, consent or a carrier."""

    column: str = "release"
    descending: bool = False
