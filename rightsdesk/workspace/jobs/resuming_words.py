"""What came of carrying jobs on, in words: the same in the window and on the command line."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from rightsdesk import phrases
from rightsdesk.changes.names import job_name
from rightsdesk.changes.types import Outcome
from rightsdesk.changes.words import OUTCOME_NAMES
from rightsdesk.workspace.jobs.resuming import ResumedJob


def went_on_words(went: ResumedJob, now: datetime) -> str:
    """What came of carrying a job on, in a line."""
    report, name = went.report, job_name(went.job)
    if report is None:
        start = f"{name}: nothing was sent."
        if not (went.due or went.why or went.dropped):
            start = f"{name}: there was nothing left to do."
    else:
        counts = report.counts
        parts = [f"{phrases.number(counts.get(Outcome.DONE.value, 0))} more done"]
        if unconfirmed := counts.get(Outcome.UNCONFIRMED.value, 0):
            parts.append(f"{phrases.number(unconfirmed)} {OUTCOME_NAMES[Outcome.UNCONFIRMED]}")
        if unchanged := counts.get(Outcome.UNCHANGED.value, 0):
            parts.append(f"{phrases.number(unchanged)} already right")
        if failed := counts.get(Outcome.FAILED.value, 0):
            parts.append(f"{phrases.number(failed)} failed")
        start = f"{name}: went on, {', '.join(parts)}."
    skipped = went.dropped
    if report is not None:
        skipped += report.counts.get(Outcome.SKIPPED.value, 0)
    sentences = [start]
    if skipped:
        sentences.append(
            f"{phrases.number(skipped)} left alone: changed since, or no longer wanted."
        )
    if went.due:
        sentences.append(f"The rest goes on {phrases.at_moment(went.due, now)}.")
    elif went.why:
        sentences.append(went.why)
    return " ".join(sentences)


def all_words(went: Sequence[ResumedJob], now: datetime) -> str:
    """Several of them."""
    return " ".join(went_on_words(one, now) for one in went)
