"""Values of catalogue health: what was found, and what was decided about it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from rightsdesk.consent import Consent, Use
from rightsdesk.workspace.types.consents import Opened

if TYPE_CHECKING:
    pass


class FindingKind(StrEnum):
    """The kind of a finding of catalogue health."""

    ISRC = "isrc"
    ARTISTS = "artists"
    MALFORMED = "malformed"
    MISSING = "missing"
    UPC = "upc"
    COPIES = "copies"
    FILES = "files"


class DecisionKind(StrEnum):
    """A person's decision about a finding, or about any other problem: to ignore it."""

    MERGE = "merge"
    KEEP_APART = "keep-apart"
    IGNORE = "ignore"


@dataclass(frozen=True, slots=True)
class Member:
    """A recording (for a UPC: a release) that a finding is about.

    `id` is the row's. `files` counts the existing files, and `containers` names their kinds.
    """

    id: int
    artist: str
    title: str
    release: str = ""
    isrc: str = ""
    duration_ms: int | None = None
    files: int = 0
    containers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """A contradiction in the catalogue. `id` stays the same as long as the finding does.

    `count` is the number of recordings or files. `members` are those that can be decided about
    (none if there is nothing to merge). `decisions` are the possible decisions.
    """

    id: str
    kind: FindingKind
    where: str
    sentence: str
    advice: str
    count: int
    artist: str = ""
    members: tuple[Member, ...] = ()
    decisions: tuple[DecisionKind, ...] = ()


@dataclass(frozen=True, slots=True)
class Reconsidered:
    """A recording whose effective consent a decision changes."""

    artist: str
    title: str
    before: Consent
    after: Consent


@dataclass(frozen=True, slots=True)
class Decision:
    """A decision about a finding or another problem; times are ISO 8601 UTC.

    `undone_at` is empty while the decision is in force. `sentence` is what was ignored, in the
    words of that day, and `reason` why; both are empty for other decisions.
    """

    id: int
    finding: str
    kind: DecisionKind
    where: str
    names: tuple[str, ...]
    decided_at: str
    undone_at: str = ""
    sentence: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class DecisionPreview:
    """What a decision, or undoing it, would do. Nothing was changed.

    `reconsidered` lists the recordings whose effective consent changes, and `opened` those for
    which AI may do more.
    """

    kind: DecisionKind
    where: str
    names: tuple[str, ...]
    reconsidered: tuple[Reconsidered, ...] = ()
    opened: tuple[Opened, ...] = ()

    @property
    def uses(self) -> tuple[Use, ...]:
        """The uses that it opens for any recording."""
        opened_uses = {use for recording in self.opened for use in recording.uses}
        return tuple(use for use in Use if use in opened_uses)
