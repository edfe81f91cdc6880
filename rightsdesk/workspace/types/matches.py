"""Values of the questions whether an item of an account is a recording of the catalogue."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    pass


class Doubt(StrEnum):
    """Why it is not certain that an item is a recording."""

    TITLE = "title"
    ARTIST = "artist"
    LENGTH = "length"
    ISRC = "isrc"
    NO_LENGTH = "no_length"
    SEVERAL = "several"


@dataclass(frozen=True, slots=True)
class MatchCandidate:
    """A recording that a remote item may be.

    `doubts` say why that is not certain: title, artist, length or ISRC differ, a length is not
    known, or several recordings or items fit equally well.
    """

    recording_id: int
    title: str
    release: str
    score: float
    duration_ms: int | None = None
    artist: str = ""
    isrc: str = ""
    doubts: tuple[Doubt, ...] = ()


@dataclass(frozen=True, slots=True)
class MatchQuestion:
    """A remote item without a certain match.

    `own`: until the question is answered, it is a recording of its own. `performer` and `isrc`
    are the platform's.
    """

    item_id: int
    platform: str
    title: str
    url: str
    duration_ms: int | None
    candidates: tuple[MatchCandidate, ...]
    artist: str = ""
    account_id: int = 0
    own: bool = False
    performer: str = ""
    isrc: str = ""
