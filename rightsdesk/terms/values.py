"""What a comparison of two versions says, as values. Loads neither rules nor parsers."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from rightsdesk.consent import Use


class Direction(StrEnum):
    """Which way a change goes."""

    WIDENS = "widens"
    NARROWS = "narrows"
    NEW_SWITCH = "new_switch"
    UNCLEAR = "unclear"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class ChangedParagraph:
    """A paragraph that changed what AI may do: its old and new text ("" if there is none)."""

    old: str
    new: str
    why: str


@dataclass(frozen=True, slots=True)
class Judgement:
    """Whether and how two versions differ in what AI may do with uploaded content."""

    ai_relevant: bool
    direction: Direction
    uses: tuple[Use, ...]
    broken_fetch: bool
    paragraphs: tuple[ChangedParagraph, ...]
    broken_why: str = ""
    """Which version is broken, and what is wrong with it; "" if none is."""
    broken_version: str = ""
    """"old" or "new"; "" if none is broken."""
    broken_whole: bool = False
    """Whether nothing of the broken version can be used. If not, only parts are missing."""
