"""Plans and reports in words: everything a person has to know before saying yes."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from rightsdesk import phrases
from rightsdesk.changes.names import job_name
from rightsdesk.changes.types import Change, JobReport, Outcome, Plan, Result
from rightsdesk.changes.words import OUTCOME_NAMES, preview_notes
from rightsdesk.cli.output.trees import SHORT, Places, change_tree
from rightsdesk.cli.output.words import consent_words, joined, shown
from rightsdesk.consent import Use
from rightsdesk.consent.losses import AnyLoss, counted_loss_sentences
from rightsdesk.consent.words import listed

if TYPE_CHECKING:
    from rightsdesk.workspace.types import Opened

_COUNTED = (
    *(Outcome.DONE, Outcome.UNCONFIRMED, Outcome.UNCHANGED, Outcome.SKIPPED),
    Outcome.FAILED,
)
"""What a report counts, in this order."""

NOTHING_TO_DO = "Everything already says what you want."


NOWHERE: Places = {}


def plan_lines(plan: Plan, where: Places = NOWHERE, *, verbose: bool) -> Iterator[str]:
    """The plan: what changes from what to what, what is lost, what cannot be done.

    `where` tells whose each change is and where.
    """
    yield from (f"Not looked at: {shown(note)}" for note in plan.notes)
    if plan.waiting:
        tracks = phrases.counted(plan.waiting, "track is", "tracks are")
        yield f"{tracks} left out until you say which recording it is: rightsdesk match"
    yield from (shown(sentence) for sentence in plan.unconfirmed)
    if plan.planned:
        yield f"{shown(job_name(plan))}: {phrases.counted(len(plan.planned), 'change')}"
        yield from _change_lines(plan.planned, where, verbose)
        yield from _loss_lines(plan.losses)
        yield from _remark_lines(plan.planned, verbose)
        yield from widening_lines(plan, where)
    yield from _failure_lines(_ruled_out(plan), verbose)
    if plan.unchanged:
        already = phrases.plural(plan.unchanged, "already says", "already say")
        # Some of them may be where nobody could look just now.
        already = "when last read already said" if plan.notes else already
        if plan.kind.goes_back:
            hold = phrases.counted(plan.unchanged, "holds", "hold")
            yield f"{hold} nothing of it any more."
        else:
            yield f"{phrases.number(plan.unchanged)} {already} what you want."


def widening_lines(plan: Plan, where: Places = NOWHERE) -> Iterator[str]:
    """What the plan opens up, and where: each by its name."""
    by_uses: dict[tuple[Use, ...], list[Change]] = defaultdict(list)
    for change in plan.widening:
        by_uses[change.widens].append(change)
    if by_uses:
        yield "This lets AI do more than before:"
    for uses, changes in by_uses.items():
        yield f"  {listed(uses)}"
        yield from change_tree(changes, where, verbose=True)


def opened_lines(uses: Sequence[Use], opened: Sequence[Opened]) -> Iterator[str]:
    """What a choice or a decision opens up, and every recording for which it does by its name."""
    if uses:
        yield f"This lets AI do more than before: {listed(uses)}"
    by_uses: dict[tuple[Use, ...], list[Opened]] = defaultdict(list)
    for one in opened:
        by_uses[one.uses].append(one)
    for some_uses, some in by_uses.items():
        if some_uses != tuple(uses):
            yield f"Of that only {listed(some_uses)}:"
        by_release: dict[tuple[str, str], list[str]] = defaultdict(list)
        for one in some:
            by_release[one.artist, one.release].append(one.title)
        for (artist, release), titles in by_release.items():
            where = f"{shown(artist)}, {shown(release) or 'without a release'}"
            yield f"  {where}: {phrases.counted(len(titles), 'recording')}"
            yield from (f"    {shown(title)}" for title in titles)


def report_lines(report: JobReport, results: Sequence[Result], *, verbose: bool) -> Iterator[str]:
    """What became of it: counts, then failures grouped by cause.

    What the plan had ruled out was told with the plan and is only counted here.
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
        yield "Stopped. What is done stays done."
    if report.job is not None and counts[Outcome.PLANNED]:
        yield f"{phrases.number(counts[Outcome.PLANNED])} not begun. {_going_on(report)}"
    fresh = [result for result in results if result.change.outcome is Outcome.PLANNED]
    yield from _failure_lines(fresh, verbose)
    if report.job is not None and counts[Outcome.DONE] + counts[Outcome.UNCONFIRMED]:
        yield f"To take it back: rightsdesk undo {report.job}"


def _going_on(report: JobReport) -> str:
    if report.due is None:
        return f"Go on: rightsdesk jobs resume {report.job}"
    when = phrases.at_moment(report.due, datetime.now(UTC))
    return f"The window goes on {when} by itself; here: rightsdesk jobs resume --due"


def _change_lines(changes: Sequence[Change], where: Places, verbose: bool) -> Iterator[str]:
    groups: dict[tuple[str, str], list[Change]] = defaultdict(list)
    for change in changes:
        words = consent_words(change.before), consent_words(change.after)
        groups[words].append(change)
    for (before, after), alike in groups.items():
        same = " (said in a way that more machines read)" if before == after else ""
        yield f"  {before} → {after}{same}"
        yield from change_tree(alike, where, verbose=verbose)


def _loss_lines(losses: Mapping[AnyLoss, int]) -> Iterator[str]:
    if losses:
        yield "What cannot be said exactly:"
    for sentence, number in counted_loss_sentences(losses):
        yield f"  {shown(sentence)} ({phrases.number(number)}×)"


def _remark_lines(changes: Iterable[Change], verbose: bool) -> Iterator[str]:
    """What is particular about changes that will be made, grouped by that."""
    remarks: dict[str, list[str]] = defaultdict(list)
    for change in changes:
        target = change.target
        for note in preview_notes(change):
            remarks[note].append(target.locator if target.on_disk else target.label)
    for remark, places in remarks.items():
        yield f"To know: {shown(remark)}"
        yield from _names(places, verbose)


def _ruled_out(plan: Plan) -> list[Result]:
    return [
        Result(change, change.outcome, change.problem)
        for change in plan.changes
        if change.outcome is not Outcome.PLANNED
    ]


def _failure_lines(results: Iterable[Result], verbose: bool) -> Iterator[str]:
    """Everything that has a sentence to it, grouped by that."""
    groups: dict[tuple[Outcome, str], list[str]] = defaultdict(list)
    for result in results:
        if result.problem:
            target = result.change.target
            place = target.locator if target.on_disk else target.label
            groups[result.outcome, result.problem].append(place)
    for (outcome, problem), places in groups.items():
        title = "Not begun" if outcome is Outcome.PLANNED else OUTCOME_NAMES[outcome].capitalize()
        yield f"{title}: {shown(problem)}"
        yield from _names(places, verbose)


def _names(labels: Iterable[str], verbose: bool) -> Iterator[str]:
    every = list(labels)
    for label in every if verbose else every[:SHORT]:
        yield f"    {shown(label)}"
    if not verbose and len(every) > SHORT:
        yield f"    and {phrases.number(len(every) - SHORT)} more (-v lists all)"
