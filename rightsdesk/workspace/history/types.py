"""Values of the history: entries, whether they can be undone, and what an undo would open."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from rightsdesk.changes.types import JobInfo
from rightsdesk.consent import Use
from rightsdesk.store.deeds import Deed, DeedKind
from rightsdesk.workspace.types.consents import Opened


class Can(StrEnum):
    """Whether an entry can be undone or redone."""

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
    """Selects entries that fulfil all that is given.

    By artist, account, release, recording; by kind (empty: all, but the ends of jobs); since a time
    and before another (ISO 8601 in UTC; "" for all); by a text in names, values, user or seat.
    """

    artist_id: int | None = None
    kinds: Collection[DeedKind] = ()
    since: str = ""
    until: str = ""
    account_id: int | None = None
    release_id: int | None = None
    recording_id: int | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """A deed, and whether it can be undone or redone.

    `root` is the original deed: this one, or the one that this undo or redo refers to. `step` is
    0 for the original, 1 for its undo, 2 for a redo. `undone_by` is the deed that undid it, if
    that undo is in force. `job` has the results of a job; None for other deeds. `parts` is the
    number of deeds in this act: a choice for many recordings is one entry.
    """

    deed: Deed
    root: Deed
    step: int = 0
    can: Can = Can.NOTHING
    why_not: WhyNot | None = None
    undone_by: int | None = None
    job: JobInfo | None = None
    parts: int = 1

    @property
    def id(self) -> int:
        return self.deed.id


@dataclass(frozen=True, slots=True)
class UndoPreview:
    """The consequences of undoing or redoing an entry.

    `job` is set for a job: `jobs.plan_undo(job)` makes the plan, which a person reviews. For other
    entries, `uses` and `opened` say what AI may do again, per recording.
    """

    entry: HistoryEntry
    job: int | None = None
    uses: tuple[Use, ...] = ()
    opened: tuple[Opened, ...] = ()
