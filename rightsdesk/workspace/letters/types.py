"""Values of letters. Times are ISO 8601 in UTC, days ISO 8601; "" is not yet."""

from __future__ import annotations

from dataclasses import dataclass

from rightsdesk.enums.causes import Cause
from rightsdesk.errors import KnownError


class NoSuchLetter(KnownError):
    """There is no letter of that number, or no such kind of letter."""

    cause = Cause.NO_SUCH_LETTER


class LetterFixed(KnownError):
    """The letter was sent, so its text stays as it is."""

    cause = Cause.LETTER_FIXED


class LetterOpen(KnownError):
    """The letter is not ready for this step: places are still to be filled in, or it was not
    sent."""

    cause = Cause.LETTER_OPEN


class NothingReserved(KnownError):
    """The choice for some of the music reserves nothing that the letter would reserve."""

    cause = Cause.NOTHING_RESERVED


@dataclass(frozen=True, slots=True)
class Draft:
    """A letter as filled from the record: nothing is stored. `missing` names the values that the
    record does not have; they are marked in the text."""

    kind: str
    language: str
    artist_id: int
    artist: str
    recipient: str
    address: str
    subject: str
    text: str
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Letter:
    """A stored letter. `sent_on` and `answered_on` are days; `note` is what the answer said."""

    id: int
    kind: str
    language: str
    artist_id: int | None
    artist: str
    recipient: str
    address: str
    subject: str
    text: str
    written_at: str
    sent_on: str = ""
    answered_on: str = ""
    note: str = ""
