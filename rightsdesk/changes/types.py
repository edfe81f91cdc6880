"""The one shape of work: a plan of changes, what became of each, and a job that ran it.

Files and remote items are treated alike. A change says what a carrier's fields hold
before and after; everything a person has to know before saying yes is in it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from rightsdesk.consent import Consent, Fields, Preset, Use, preset_of
from rightsdesk.consent.losses import AnyLoss
from rightsdesk.consent.words import listed

FILES, SIDECARS = "file", "sidecar"
"""Carriers on disk: audio files, and XMP sidecars next to them. All others are platforms' ids."""
ON_DISK = (FILES, SIDECARS)

WIDENING = "widening"
"""Cause of what was not done as it would open something up and nobody agreed to that."""


class Outcome(StrEnum):
    """What became of one change. `unconfirmed`: it was sent, and the carrier does not show it
    so far; the next look settles it. `overwritten`: a later change was written over it before
    that; only in the list of jobs."""

    PLANNED = "planned"
    DONE = "done"
    UNCONFIRMED = "unconfirmed"
    OVERWRITTEN = "overwritten"
    UNCHANGED = "unchanged"
    FAILED = "failed"
    SKIPPED = "skipped"


class JobKind(StrEnum):
    """What a job was for."""

    TAG = "tag"
    SYNC = "sync"
    UNDO = "undo"
    REDO = "redo"

    @property
    def goes_back(self) -> bool:
        """Whether it brings something back: that has nothing to do with what is wanted by now."""
        return self in (JobKind.UNDO, JobKind.REDO)

    @property
    def asked_is_agreed(self) -> bool:
        """Whether asking for it is the yes to what it opens up. A redo that opens something up
        is an opt-in like any other."""
        return self is JobKind.UNDO


@dataclass(frozen=True, slots=True)
class JobSubject:
    """What a job is about; its name is made of it where a person reads it (`names.job_name`).

    `preset` is what it makes carriers say; None where that is no preset, or several things.
    `carriers` tells how many of each: (`file`, `sidecar` or a platform's id, number). `text`
    stands for both in jobs of versions that kept words. `continued`: it carries on another job.
    """

    preset: Preset | None = None
    carriers: tuple[tuple[str, int], ...] = ()
    text: str = ""
    continued: bool = False

    @classmethod
    def of(cls, met: Collection[Consent], targets: Iterable[Target]) -> JobSubject:
        """That of a job that makes these carriers say these consents."""
        presets = {preset_of(consent) for consent in met}
        counts = Counter(target.carrier for target in targets)
        return cls(presets.pop() if len(presets) == 1 else None, tuple(sorted(counts.items())))


@dataclass(frozen=True, slots=True)
class Target:
    """One carrier that can be changed: a file, or an item on a platform.

    `carrier` is `file`, `sidecar` or a platform's id; `id` its row in the store (for a
    sidecar that of its file); `locator` what the carrier is found by (a path as
    `os.fsdecode` gives it, or a remote id); `label` what a person calls it.
    """

    carrier: str
    id: int
    locator: str
    label: str

    @property
    def on_disk(self) -> bool:
        """Whether the locator is a path."""
        return self.carrier in ON_DISK


@dataclass(frozen=True, slots=True)
class Change:
    """One carrier: before → after.

    `edit` names the fields that change and their new values (empty: removed), `expected`
    their values now. `stamp` is what the carrier looked like when the plan was made; a
    carrier that looks different when its turn comes is skipped. `problem` is set where
    the change cannot be made, and then `outcome` is not `planned`. `exact_undo_of` names
    the earlier change that an undo restores to the byte, where nothing happened since.
    `unread`: the carrier could not be looked at, so `before` tells nothing of it.
    `agreeable`: it is left out until a person agrees to what `problem` says.
    `wanted` is what was wanted there when an undo was asked for; None where that was not noted.
    `earlier_problem` says why it could not be made when it was last tried: for previews.
    """

    target: Target
    before: Consent
    after: Consent
    edit: Fields
    expected: Fields
    stamp: str = ""
    widens: tuple[Use, ...] = ()
    losses: tuple[AnyLoss, ...] = ()
    outcome: Outcome = Outcome.PLANNED
    problem: str = ""
    id: int | None = None
    exact_undo_of: int | None = None
    unread: bool = False
    agreeable: bool = False
    wanted: Consent | None = None
    earlier_problem: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """Changes to be looked at, agreed to, and then applied as one job.

    Changes that were ruled out already are among them, with their outcome; carriers that
    say what is wanted are only counted, in `unchanged`. `notes` are sentences about what
    could not be looked at while planning, `waiting` the number of items that are left out
    since it is not certain which recordings they are. `leaves` names carriers (carrier, id)
    of which what is open in the job that this one `resumes` stays open there. `choices` is the
    version of what is wanted that the changes were compared with. `unconfirmed` are sentences
    about items that are left out since they were written and are not confirmed yet.
    """

    kind: JobKind
    about: JobSubject
    changes: tuple[Change, ...]
    unchanged: int = 0
    undoes: int | None = None
    resumes: int | None = None
    notes: tuple[str, ...] = ()
    waiting: int = 0
    leaves: frozenset[tuple[str, int]] = frozenset()
    choices: str = ""
    unconfirmed: tuple[str, ...] = ()

    @property
    def planned(self) -> tuple[Change, ...]:
        """The changes that would be made."""
        return tuple(c for c in self.changes if c.outcome is Outcome.PLANNED)

    @property
    def widening(self) -> tuple[Change, ...]:
        """The planned changes that let AI do more than before."""
        return tuple(c for c in self.planned if c.widens)

    @property
    def losses(self) -> Mapping[AnyLoss, int]:
        """What the planned changes can't say or keep, and of how many of them that is true."""
        # Carriers that hold the same share one tuple, and half a million hold few different
        # things: so it is counted by tuple first.
        planned = [change.losses for change in self.planned]
        shared = {id(losses): losses for losses in planned}
        counts: Counter[AnyLoss] = Counter()
        for which, number in Counter(map(id, planned)).items():
            for loss in dict.fromkeys(shared[which]):
                counts[loss] += number
        return counts

    def confirmation(self) -> Confirmation:
        """The yes that names each widening of this plan. For a person to give, not for code."""
        return Confirmation(
            frozenset(
                (c.target.carrier, c.target.id, use) for c in self.widening for use in c.widens
            )
        )


@dataclass(frozen=True, slots=True)
class Confirmation:
    """A person's yes to widening, naming carrier and use: (carrier, id, use)."""

    named: frozenset[tuple[str, int, Use]] = frozenset()

    def covers(self, change: Change) -> bool:
        """Whether every use that the change widens was agreed to."""
        target = change.target
        return all((target.carrier, target.id, use) in self.named for use in change.widens)


NO_CONFIRMATION = Confirmation()


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one change of a job.

    `uncertain`: the write failed and the carrier could not be looked at afterwards, so it
    may be new all the same. Continuing or undoing the job looks again. `sent`: a byte of it
    may have reached a platform, whatever came after: so it can be undone.
    """

    change: Change
    outcome: Outcome
    problem: str = ""
    cause: str = ""
    uncertain: bool = False
    sent: bool = False


@dataclass(frozen=True, slots=True)
class JobReport:
    """A job that has ended. `job` is None where there was nothing to do.

    `due` is when the first part of what it left open can go on by itself (aware, UTC).
    """

    job: int | None
    kind: JobKind
    about: JobSubject
    results: tuple[Result, ...]
    unchanged: int = 0
    cancelled: bool = False
    due: datetime | None = None

    @property
    def counts(self) -> dict[str, int]:
        """How many changes had each outcome; outcomes that did not occur are left out."""
        counted = Counter(result.outcome.value for result in self.results)
        counted[Outcome.UNCHANGED.value] += self.unchanged
        return {outcome: number for outcome, number in counted.items() if number}

    @property
    def failures(self) -> Mapping[str, list[Result]]:
        """What was not done, by sentence, so that a hundred alike read as one."""
        grouped: dict[str, list[Result]] = {}
        for result in self.results:
            if result.outcome in (Outcome.FAILED, Outcome.SKIPPED):
                grouped.setdefault(result.problem, []).append(result)
        return grouped


class Cancel(Protocol):
    """Whether the person asked to stop; `threading.Event` is one."""

    def is_set(self) -> bool:
        """True once the work should stop at the next safe point."""


Progress = Callable[[int, int, str], None]
"""Called with (done, total, what is being worked on); total 0 while it is not known."""


def no_progress(_done: int, _total: int, _label: str) -> None:
    """For callers who do not watch."""


@dataclass(frozen=True, slots=True)
class Never:
    """A Cancel that never comes."""

    def is_set(self) -> bool:
        """Always False."""
        return False


def widening_sentence(change: Change) -> str:
    """What a widening that nobody agreed to is told as."""
    return f"This would open up {listed(change.widens)}, and that was not confirmed."


@dataclass(frozen=True, slots=True)
class JobInfo:
    """A job in the list of jobs. `open_changes` counts those that never got their turn; they
    go on by themselves at `due_at`, where that is not empty. `artists` names those whose
    files and items it is about, where they are still known. `doubtful`: nothing of it was
    seen to be written, though some of it may be: an undo of just anything passes it over.
    `undo_open` counts what an undo of it did not get to."""

    id: int
    kind: JobKind
    about: JobSubject
    started_at: str
    finished_at: str
    counts: Mapping[str, int] = field(default_factory=dict)
    undoes: int | None = None
    undone_by: int | None = None
    undoable: bool = False
    open_changes: int = 0
    due_at: str = ""
    artists: tuple[str, ...] = ()
    doubtful: bool = False
    undo_open: int = 0
