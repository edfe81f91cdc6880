"""What the history shows: entries, what can be done with each, and what an undo would open."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from rightsdesk.changes.types import JobInfo
from rightsdesk.consent import Use
from rightsdesk.store.deeds import Deed, DeedKind
from rightsdesk.workspace.types import Opened


class Can(StrEnum):
    """What can be done with an entry."""

    UNDO = "undo"
    REDO = "redo"
    NOTHING = ""


class WhyNot(StrEnum):
    """Why an entry can be neither undone nor redone."""

    UNDONE_ALREADY = "undone-already"
    REDONE_ALREADY = "redone-already"
    CHANGED_SINCE = "changed-since"
    GONE = "gone"
    NOT_KNOWN = "not-known"
    NOTHING_CHANGED = "nothing-changed"
    ANOTHER_WAY = "another-way"


@dataclass(frozen=True, slots=True)
class HistoryFilter:
    """Which entries are meant: one artist's, of some kinds (empty: all), since a time (ISO 8601
    in UTC, "" for all)."""

    artist_id: int | None = None
    kinds: Collection[DeedKind] = ()
    since: str = ""


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """One deed, and what can be done with it.

    `root` is what was done in the first place: the deed itself, or what an undo or redo is of.
    `step` is 0 for such a deed, 1 for its undo, 2 for a redo. `undone_by` is the deed that took
    it back, where that counts. `job` has how a job went; None for all else.
    """

    deed: Deed
    root: Deed
    step: int = 0
    can: Can = Can.NOTHING
    why_not: WhyNot | None = None
    undone_by: int | None = None
    job: JobInfo | None = None

    @property
    def id(self) -> int:
        return self.deed.id


@dataclass(frozen=True, slots=True)
class UndoPreview:
    """What undoing or redoing an entry means.

    `job` is set for a job: `jobs.plan_undo(job)` makes the plan, which a person reviews. Of all
    else, `uses` and `opened` say what AI may do again, recording by recording.
    """

    entry: HistoryEntry
    job: int | None = None
    uses: tuple[Use, ...] = ()
    opened: tuple[Opened, ...] = ()
