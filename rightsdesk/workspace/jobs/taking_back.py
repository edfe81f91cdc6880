"""All that jobs wrote, taken back: one plan to review, then an undo for each job, newest first."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from rightsdesk.changes.edits import followed_by
from rightsdesk.changes.progress import part_of
from rightsdesk.changes.types import (
    LEFT_OUT,
    Cancel,
    Change,
    JobInfo,
    JobKind,
    JobReport,
    JobSubject,
    Outcome,
    Plan,
    Progress,
    Result,
    Target,
)
from rightsdesk.consent import Fields
from rightsdesk.workspace.jobs.change_locations import ChangeKey, key_of

NEWER_FIRST = "Left alone, since a later job could not be undone there."
_NOT_MADE = (Outcome.FAILED, Outcome.SKIPPED, Outcome.PLANNED)


@dataclass(frozen=True, slots=True)
class TakingBack:
    """What will be taken back: `plan` is for the review and has one change for each carrier, from
    what it says now to what it said before the first of the `jobs`, which are the newest first."""

    plan: Plan
    jobs: tuple[JobInfo, ...]
    even_signed: bool


class PlanUndo(Protocol):
    """Plans the undo of one job: see `changes.undo.plan_undo`."""

    def __call__(
        self,
        job: JobInfo,
        spared: Mapping[ChangeKey, str],
        progress: Progress,
        *,
        ahead: Mapping[ChangeKey, Fields] | None = None,
        only: Collection[ChangeKey] | None = None,
    ) -> Plan: ...


class ApplyUndo(Protocol):
    """Applies the undo of one job."""

    def __call__(self, plan: Plan, progress: Progress) -> JobReport: ...


def plan_all(
    jobs: Sequence[JobInfo],
    plan_undo: PlanUndo,
    progress: Progress,
    cancel: Cancel,
    *,
    even_signed: bool,
) -> TakingBack:
    """The plan that takes back what these jobs wrote, newest first. Changes nothing.

    A carrier where one undo can't be made is left as it is by the undos of earlier jobs.
    """
    ahead: dict[ChangeKey, Fields] = {}
    found: dict[ChangeKey, Change] = {}
    stuck: dict[ChangeKey, str] = {}
    before, total = 0, sum(map(_size, jobs))
    for job in jobs:
        if cancel.is_set():
            break
        plan = plan_undo(job, stuck, part_of(progress, before, total), ahead=ahead)
        before += _size(job)
        for change in plan.changes:
            key = key_of(change.target)
            earlier = found.get(key)
            if key in stuck:
                continue
            if change.outcome is Outcome.PLANNED:
                planned = earlier is not None and earlier.outcome is Outcome.PLANNED
                found[key] = followed_by(earlier, change) if earlier and planned else change
                ahead[key] = {**ahead.get(key, {}), **change.edit}
                continue
            if not change.finds_nothing:
                stuck[key] = NEWER_FIRST
            if earlier is None or earlier.outcome is not Outcome.PLANNED:
                found[key] = change
            elif not earlier.problem:
                found[key] = replace(earlier, problem=change.problem)
    changes = tuple(found.values())
    about = JobSubject().counting([c for c in changes if c.outcome is Outcome.PLANNED])
    return TakingBack(Plan(JobKind.UNDO, about, changes), tuple(jobs), even_signed)


def take_back(
    taking: TakingBack,
    left_out: Collection[ChangeKey],
    plan_undo: PlanUndo,
    apply: ApplyUndo,
    progress: Progress,
    cancel: Cancel,
) -> JobReport:
    """Undo the jobs, and report once for each carrier of the review what became of it.

    Nothing is touched that was not in the review, or was left out there. `job` is the last undo, or
    the first one that could not make everything.
    """
    reviewed = {key_of(change.target): change for change in taking.plan.changes}
    planned = {key for key, change in reviewed.items() if change.outcome is Outcome.PLANNED}
    only = planned - set(left_out)
    stuck: dict[ChangeKey, str] = {}
    results = {key: _as_reviewed(change, key in left_out) for key, change in reviewed.items()}
    last: JobReport | None = None
    failing: JobReport | None = None
    before, total = 0, sum(map(_size, taking.jobs))
    for job in taking.jobs:
        if cancel.is_set():
            break
        share = part_of(progress, before, total)
        plan = plan_undo(job, stuck, share, only=only)
        if cancel.is_set():
            break  # it may be a part of the plan
        report = apply(plan, share)
        before += _size(job)
        last = report if report.job is not None else last
        for result in report.results:
            key = key_of(result.change.target)
            if key not in only or key in stuck or result.change.finds_nothing:
                continue
            results[key] = replace(result, change=reviewed[key])
            if result.outcome in _NOT_MADE:
                stuck[key] = NEWER_FIRST
                failing = failing or (report if report.job is not None else None)
    named = failing or last
    return JobReport(
        *(named.job if named else None, JobKind.UNDO, taking.plan.about),
        tuple(results.values()),
        cancelled=cancel.is_set(),
        due=named.due if named else None,
    )


def why_spared(
    target: Target, spared: Mapping[ChangeKey, str], only: Collection[ChangeKey] | None
) -> str:
    """Why an undo leaves a carrier alone; "" if it does not."""
    key = key_of(target)
    return spared.get(key, "") if only is None or key in only else LEFT_OUT


def _as_reviewed(change: Change, left_out: bool) -> Result:
    """What is said of a carrier that no undo got to."""
    if left_out and change.outcome is Outcome.PLANNED:
        change = replace(change, outcome=Outcome.SKIPPED, problem=LEFT_OUT, widens=())
    return Result(change, change.outcome, change.problem, change.cause)


def _size(job: JobInfo) -> int:
    return sum(job.counts.values())
