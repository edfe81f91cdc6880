"""Plans of changes, the outcome of each change, and reports of the jobs that applied them.

Files and remote items share these types. A change holds a carrier's fields before and after, and
everything a person must know before agreeing to it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from rightsdesk.consent import Consent, Fields, Preset, Use, preset_of
from rightsdesk.consent.licences.grant import Grants
from rightsdesk.consent.losses import AnyLoss
from rightsdesk.consent.words import listed
from rightsdesk.enums.carriers import ON_DISK, CarrierId
from rightsdesk.enums.causes import Cause
from rightsdesk.folding import folded
from rightsdesk.sentences import worded


class Outcome(StrEnum):
    """What became of one change.

    `unconfirmed`: it was sent, and the carrier does not show it so far; the next check settles it.
    `overwritten`: a later change replaced it before it was confirmed; occurs only in the list of
    jobs.
    """

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
        """Whether the job restores an earlier state. Such a job does not follow the current
        consents."""
        return self in (JobKind.UNDO, JobKind.REDO)

    @property
    def asked_is_agreed(self) -> bool:
        """Whether starting the job also agrees to what it widens. A redo that widens needs its own
        yes."""
        return self is JobKind.UNDO


@dataclass(frozen=True, slots=True)
class JobSubject:
    """What a job is about. `names.job_name` turns it into words for people.

    `preset` is the preset the job writes; None if it writes no preset or several consents.
    `carriers` counts the targets as pairs: (`file`, `sidecar` or a platform's id, number). `text`
    replaces both in jobs of older versions, which stored words. `continued` is set when the job
    continues another one. `ended` has the partners whose licence is over, each with its last day
    (ISO 8601, or "" if it is not known), if the job takes them out. `partners` have a licence that
    the job writes, each with the number of targets.
    """

    preset: Preset | None = None
    carriers: tuple[tuple[CarrierId, int], ...] = ()
    text: str = ""
    continued: bool = False
    ended: tuple[tuple[str, str], ...] = ()
    partners: tuple[tuple[str, int], ...] = ()

    @classmethod
    def of(cls, met: Collection[Consent], changes: Collection[Change]) -> JobSubject:
        """The subject of a job that writes these consents by these changes."""
        presets = {preset_of(consent) for consent in met}
        partners = _partners([change.named_after] for change in changes)
        preset = presets.pop() if len(presets) == 1 else None
        return cls(preset, _counted(changes), partners=partners)

    def counting(self, changes: Collection[Change]) -> JobSubject:
        """The subject of a job that makes these changes only.

        An undo has the partners of the job that it undoes, so both sides of a change count.
        """
        both = _partners((change.named_before, change.named_after) for change in changes)
        named = {folded(partner): number for partner, number in both}
        return replace(
            self,
            carriers=_counted(changes),
            ended=tuple((partner, day) for partner, day in self.ended if folded(partner) in named),
            partners=tuple(
                (partner, named[folded(partner)])
                for partner, _ in self.partners
                if folded(partner) in named
            ),
        )


def _counted(changes: Iterable[Change]) -> tuple[tuple[CarrierId, int], ...]:
    return tuple(sorted(Counter(change.target.carrier for change in changes).items()))


def _partners(named: Iterable[Iterable[Grants]]) -> tuple[tuple[str, int], ...]:
    """The partners whom changes name, each with the number of changes, in the order of names."""
    counts: Counter[str] = Counter()
    names: dict[str, str] = {}
    for sides in named:
        found = {grant.party: grant.partner for grants in sides for grant in grants}
        names.update(found)
        counts.update(found.keys())
    return tuple((names[party], counts[party]) for party in sorted(names))


@dataclass(frozen=True, slots=True)
class Target:
    """One carrier that can be changed: a file, or an item on a platform.

    `carrier` is `file`, `sidecar` or a platform's id. `id` is its row in the store; a sidecar has
    the id of its file. `locator` finds the carrier: a path as `os.fsdecode` gives it, or a remote
    id. `label` is the name that people see.
    """

    carrier: CarrierId
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

    `edit` maps the fields that change to their new values (empty: removed), `expected` to their
    current values. `stamp` identifies the carrier's state when the plan was made; a carrier with
    another stamp at its turn is skipped. `problem` says why the change cannot be made; `outcome` is
    then not `planned`. `exact_undo_of` is the id of the earlier change that an undo restores to the
    byte, if nothing happened since. `unread`: the carrier could not be read, so `before` means
    nothing. `agreeable`: skipped until a person agrees to what `problem` says. `consent` is the
    consent at the time of an undo request; None if it was not recorded. `earlier_problem` says why
    the last attempt failed; previews show it. `named_before` and `named_after` are the partners
    with a licence whom the carrier names; the journal does not keep them. `cause` is that of the
    outcome, as in `Result`; in a plan that of a carrier that an undo could not read.
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
    consent: Consent | None = None
    earlier_problem: str = ""
    named_before: Grants = ()
    named_after: Grants = ()
    cause: Cause = field(default=Cause.NONE, compare=False)

    @property
    def finds_nothing(self) -> bool:
        """Whether the carrier was read for an undo and holds nothing of the change any more."""
        left = self.outcome is Outcome.SKIPPED and not self.edit
        return left and not self.unread and not self.agreeable


LEFT_OUT = "Left out in the review."
"""Why an undo skips a change that a person left out of it."""


@dataclass(frozen=True, slots=True)
class Plan:
    """Changes for a person to review, and then to apply as one job.

    `changes` includes those that are ruled out already, with their outcome. `unchanged` counts the
    carriers that already state the consent. `notes` are sentences about what could not be read
    while planning. `waiting` counts the items left out because their recordings are not certain.
    `leaves` names carriers (carrier, id): their open changes stay with the job that this one
    `resumes`. `consents_version` identifies the consents that the changes were compared with.
    `unconfirmed` are sentences about items left out because an earlier write is not confirmed.
    """

    kind: JobKind
    about: JobSubject
    changes: tuple[Change, ...]
    unchanged: int = 0
    undoes: int | None = None
    resumes: int | None = None
    notes: tuple[str, ...] = ()
    waiting: int = 0
    leaves: frozenset[tuple[CarrierId, int]] = frozenset()
    consents_version: str = ""
    unconfirmed: tuple[str, ...] = ()

    @property
    def planned(self) -> tuple[Change, ...]:
        """The changes that applying the plan makes."""
        return tuple(c for c in self.changes if c.outcome is Outcome.PLANNED)

    @property
    def widening(self) -> tuple[Change, ...]:
        """The planned changes that let AI do more than before."""
        return tuple(c for c in self.planned if c.widens)

    def without(self, left_out: Collection[tuple[CarrierId, int]]) -> Plan:
        """The plan without the changes of these carriers (carrier, id).

        What it resumes of them stays open. What an undo leaves out is skipped, so that its job
        records it and a retry brings it back: the job that it undoes counts as undone.
        """
        left = frozenset(left_out)
        kept = tuple(c for c in self.changes if (c.target.carrier, c.target.id) not in left)
        if self.kind.goes_back and self.resumes is None:
            kept = tuple(
                replace(c, outcome=Outcome.SKIPPED, problem=LEFT_OUT, widens=())
                if (c.target.carrier, c.target.id) in left
                else c
                for c in self.changes
            )
        about = self.about.counting([c for c in kept if c.outcome is Outcome.PLANNED])
        return replace(self, changes=kept, about=about, leaves=self.leaves | left)

    @property
    def losses(self) -> Mapping[AnyLoss, int]:
        """What the planned changes cannot state or keep, and how many changes each loss affects."""
        # Equal carriers share one tuple, and half a million changes hold few different tuples. So
        # count by tuple first.
        planned = [change.losses for change in self.planned]
        shared = {id(losses): losses for losses in planned}
        counts: Counter[AnyLoss] = Counter()
        for key, number in Counter(map(id, planned)).items():
            for loss in dict.fromkeys(shared[key]):
                counts[loss] += number
        return counts

    def confirmation(self) -> Confirmation:
        """The agreement to each widening of this plan. Only a person may give it, never code."""
        return Confirmation(
            frozenset(
                (c.target.carrier, c.target.id, use) for c in self.widening for use in c.widens
            )
        )


@dataclass(frozen=True, slots=True)
class Confirmation:
    """A person's agreement to widening, by carrier and use: (carrier, id, use)."""

    named: frozenset[tuple[str, int, Use]] = frozenset()

    def covers(self, change: Change) -> bool:
        """Whether the person agreed to every use that the change widens."""
        target = change.target
        return all((target.carrier, target.id, use) in self.named for use in change.widens)


NO_CONFIRMATION = Confirmation()


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one change of a job.

    `uncertain`: the write failed and the carrier could not be read afterwards, so the write may
    have arrived. Resuming or undoing the job reads it again. `sent`: a byte of the write may have
    reached a platform, whatever happened next; so it can be undone.
    """

    change: Change
    outcome: Outcome
    problem: str = ""
    cause: Cause = Cause.NONE
    uncertain: bool = False
    sent: bool = False


@dataclass(frozen=True, slots=True)
class JobReport:
    """A job that has ended. `job` is None if there was nothing to do.

    `due` is when the first open changes can resume (aware, UTC); None if none wait for a time.
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
        """How many changes had each outcome. Outcomes that did not occur are left out."""
        counted = Counter(result.outcome.value for result in self.results)
        counted[Outcome.UNCHANGED.value] += self.unchanged
        return {outcome: number for outcome, number in counted.items() if number}

    @property
    def failures(self) -> Mapping[str, list[Result]]:
        """Failed and skipped results, grouped by their problem sentence."""
        grouped: dict[str, list[Result]] = {}
        for result in self.results:
            if result.outcome in (Outcome.FAILED, Outcome.SKIPPED):
                grouped.setdefault(result.problem, []).append(result)
        return grouped


class Cancel(Protocol):
    """Whether the person asked to stop. `threading.Event` is an implementation."""

    def is_set(self) -> bool:
        """True once the job should stop at the next safe point."""


Progress = Callable[[int, int, str], None]
"""Called with (done, total, label of the current target). `total` is 0 until it is known."""


def no_progress(_done: int, _total: int, _label: str) -> None:
    """Ignore progress. For callers that show none."""


@dataclass(frozen=True, slots=True)
class Never:
    """A Cancel that is never set."""

    def is_set(self) -> bool:
        """Always False."""
        return False


def widening_sentence(change: Change) -> str:
    """The problem of a change that widens uses without a person's agreement."""
    return worded(
        "This would newly allow {uses}, and that was not confirmed.", uses=listed(change.widens)
    )


@dataclass(frozen=True, slots=True)
class JobInfo:
    """A job in the list of jobs.

    `open_changes` counts the changes that had no turn yet; they resume automatically at `due_at`,
    if that is not empty. `artists` names the artists of its files and items that still exist.
    `doubtful`: no write was confirmed, though some may have arrived; an undo of the latest job
    skips such a job. `undo_open` counts what an undo of it did not get to. `read_first` counts the
    failed and skipped changes to files that could not be read: trying again changes nothing until
    such a file was repaired or replaced, and read again. `last_step` is the newest of the jobs that
    undid this one, redid it, undid it again, …; `redone`: that one brought back what this job did.
    """

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
    read_first: int = 0
    last_step: int | None = None
    redone: bool = False

    @property
    def changed_since(self) -> bool:
        """Whether it wrote something, of which nothing is left that an undo could take out."""
        wrote = self.counts.get(Outcome.DONE.value, 0) > 0
        return wrote and not self.undoable and self.last_step is None
