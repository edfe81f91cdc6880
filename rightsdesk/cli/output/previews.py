"""Plans and reports as lines: everything a person has to know before confirming."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from rightsdesk import phrases
from rightsdesk.changes.names import job_name
from rightsdesk.changes.types import Change, JobInfo, JobKind, JobReport, Outcome, Plan, Result
from rightsdesk.changes.words import OUTCOME_NAMES, preview_notes, stated
from rightsdesk.cli.output.trees import SHORT, Places, change_tree
from rightsdesk.cli.output.words import joined, licensed_words, shown
from rightsdesk.consent import Use
from rightsdesk.consent.losses import AnyLoss, counted_loss_sentences
from rightsdesk.consent.words import listed

if TYPE_CHECKING:
    from rightsdesk.workspace.types.consents import Opened

_COUNTED = (
    *(Outcome.DONE, Outcome.UNCONFIRMED, Outcome.UNCHANGED, Outcome.SKIPPED),
    Outcome.FAILED,
)
"""The outcomes that a report counts, in this order."""

NOTHING_TO_DO = "Everything already says what you chose."


NOWHERE: Places = {}


def plan_lines(
    plan: Plan, where: Places = NOWHERE, remarks: Iterable[str] = (), *, verbose: bool
) -> Iterator[str]:
    """Yield the plan: changes, losses, remarks, side effects, and what can't be done.

    `where` gives the artist, release and place of each change. `remarks` are about the dialects.
    """
    yield from (f"Not read: {shown(note)}" for note in plan.notes)
    if plan.waiting:
        tracks = phrases.counted(plan.waiting, "track is", "tracks are")
        yield f"{tracks} skipped until you name the recording: rightsdesk match"
    yield from (shown(sentence) for sentence in plan.unconfirmed)
    if plan.planned:
        yield f"{shown(job_name(plan))}: {phrases.counted(len(plan.planned), 'change')}"
        yield from _change_lines(plan.planned, where, verbose)
        yield from _loss_lines(plan.losses)
        yield from (f"Note: {shown(remark)}" for remark in remarks)
        yield from _remark_lines(plan.planned, verbose)
        yield from widening_lines(plan, where)
    yield from _failure_lines(_ruled_out(plan), verbose)
    if plan.unchanged:
        already = phrases.plural(plan.unchanged, "already says", "already say")
        # Some of them may be in places that could not be read now.
        already = "when last read already said" if plan.notes else already
        if plan.kind.goes_back:
            hold = phrases.counted(plan.unchanged, "holds", "hold")
            yield f"{hold} nothing of it any more."
        else:
            yield f"{phrases.number(plan.unchanged)} {already} what you chose."


def widening_lines(plan: Plan, where: Places = NOWHERE) -> Iterator[str]:
    """Yield what the plan allows AI beyond before, with the name of each place."""
    by_uses: dict[tuple[Use, ...], list[Change]] = defaultdict(list)
    for change in plan.widening:
        by_uses[change.widens].append(change)
    if by_uses:
        yield "This lets AI do more than before:"
    for uses, changes in by_uses.items():
        yield f"  {listed(uses)}"
        yield from change_tree(changes, where, verbose=True)


def opened_lines(uses: Sequence[Use], opened: Sequence[Opened]) -> Iterator[str]:
    """Yield what a consent or a decision allows AI beyond before, with each recording's name."""
    if uses:
        yield f"This lets AI do more than before: {listed(uses)}"
    by_uses: dict[tuple[Use, ...], list[Opened]] = defaultdict(list)
    for entry in opened:
        by_uses[entry.uses].append(entry)
    for entry_uses, entries in by_uses.items():
        if entry_uses != tuple(uses):
            yield f"Of that only {listed(entry_uses)}:"
        by_release: dict[tuple[str, str], list[str]] = defaultdict(list)
        for entry in entries:
            by_release[entry.artist, entry.release].append(entry.title)
        for (artist, release), titles in by_release.items():
            where = f"{shown(artist)}, {shown(release) or 'without a release'}"
            yield f"  {where}: {phrases.counted(len(titles), 'recording')}"
            yield from (f"    {shown(title)}" for title in titles)


def report_lines(report: JobReport, results: Sequence[Result], *, verbose: bool) -> Iterator[str]:
    """Yield the results: counts, then failures grouped by cause.

    Changes that the plan had ruled out were listed with the plan and are only counted here.
    """
    counts = Counter(result.outcome for result in results)
    counts[Outcome.UNCHANGED] += report.unchanged
    words = joined(
        f"{phrases.number(number)} {OUTCOME_NAMES[outcome]}"
        for outcome in _COUNTED
        if (number := counts[outcome])
    )
    job = f" (job {report.job})" if report.job is not None else ""
    yield f"{shown(job_name(report))}{job}: {words or 'nothing done'}."
    if report.cancelled:
        yield "Stopped. Completed changes stay."
    if report.job is not None and counts[Outcome.PLANNED]:
        yield f"{phrases.number(counts[Outcome.PLANNED])} not started. {_resume_words(report)}"
    fresh = [result for result in results if result.change.outcome is Outcome.PLANNED]
    yield from _failure_lines(fresh, verbose)
    if report.job is not None and counts[Outcome.DONE] + counts[Outcome.UNCONFIRMED]:
        yield f"{_way_back(report.kind)}: rightsdesk undo {report.job}"


CONSENT_STANDS = (
    "Your choice stays, so the next tag or sync writes it again unless you change it: "
    "rightsdesk consent set"
)


def _way_back(kind: JobKind) -> str:
    return {JobKind.UNDO: "To redo it", JobKind.REDO: "To undo it again"}.get(kind, "To undo it")


def step_words(job: JobInfo) -> str:
    """What became of a job that was undone: `undone by job 2`, `redone by job 3`."""
    undone = job.redone == (job.kind is JobKind.UNDO)
    return f"{'undone' if undone else 'redone'} by job {job.last_step}"


def nothing_to_undo_words(job: JobInfo) -> str:
    """Why an undo or redo of a job finds nothing, and what undoes or redoes it now."""
    name = f"What job {job.id} undid" if job.kind is JobKind.UNDO else f"Job {job.id}"
    if job.last_step is None:
        way = "redo" if job.kind is JobKind.UNDO else "undo"
        return f"{name} is no longer there as it was, so there is nothing to {way}."
    now = JobKind.UNDO if job.redone == (job.kind is JobKind.UNDO) else JobKind.REDO
    return f"{name} was {step_words(job)}. {_way_back(now)}: rightsdesk undo {job.last_step}"


def _resume_words(report: JobReport) -> str:
    if report.due is None:
        return f"To resume: rightsdesk jobs resume {report.job}"
    when = phrases.at_moment(report.due, datetime.now(UTC))
    return f"The window resumes it {when}; here: rightsdesk jobs resume --due"


def _change_lines(changes: Sequence[Change], where: Places, verbose: bool) -> Iterator[str]:
    groups: dict[tuple[str, str], list[Change]] = defaultdict(list)
    for change in changes:
        said, becomes = stated(change)
        words = (
            licensed_words(said, change.named_before),
            licensed_words(becomes, change.named_after),
        )
        groups[words].append(change)
    for (before, after), alike in groups.items():
        same = " (in a form that more machines read)" if before == after else ""
        yield f"  {before} → {after}{same}"
        yield from change_tree(alike, where, verbose=verbose)


def _loss_lines(losses: Mapping[AnyLoss, int]) -> Iterator[str]:
    if losses:
        yield "What can't be expressed exactly:"
    for sentence, number in counted_loss_sentences(losses):
        yield f"  {shown(sentence)} ({phrases.number(number)}×)"


def _remark_lines(changes: Iterable[Change], verbose: bool) -> Iterator[str]:
    """Yield remarks about changes that will be made, grouped by remark."""
    remarks: dict[str, list[str]] = defaultdict(list)
    for change in changes:
        target = change.target
        for note in preview_notes(change):
            remarks[note].append(target.locator if target.on_disk else target.label)
    for remark, places in remarks.items():
        yield f"Note: {shown(remark)}"
        yield from _names(places, verbose)


def _ruled_out(plan: Plan) -> list[Result]:
    return [
        Result(change, change.outcome, change.problem)
        for change in plan.changes
        if change.outcome is not Outcome.PLANNED
    ]


def _failure_lines(results: Iterable[Result], verbose: bool) -> Iterator[str]:
    """Yield every result that has a problem, grouped by problem."""
    groups: dict[tuple[Outcome, str], list[str]] = defaultdict(list)
    for result in results:
        if result.problem:
            target = result.change.target
            place = target.locator if target.on_disk else target.label
            groups[result.outcome, result.problem].append(place)
    for (outcome, problem), places in groups.items():
        title = "Not started" if outcome is Outcome.PLANNED else OUTCOME_NAMES[outcome].capitalize()
        yield f"{title}: {shown(problem)}"
        yield from _names(places, verbose)


def _names(labels: Iterable[str], verbose: bool) -> Iterator[str]:
    every = list(labels)
    for label in every if verbose else every[:SHORT]:
        yield f"    {shown(label)}"
    if not verbose and len(every) > SHORT:
        yield f"    and {phrases.number(len(every) - SHORT)} more (-v lists all)"
