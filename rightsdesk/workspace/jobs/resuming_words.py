"""The results of resuming jobs, in words: the same in the window and on the command line."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from rightsdesk import phrases
from rightsdesk.changes.names import job_name
from rightsdesk.changes.types import Outcome
from rightsdesk.changes.words import OUTCOME_NAMES
from rightsdesk.sentences import worded
from rightsdesk.workspace.jobs.resuming import ResumedJob


def resumed_words(resumed: ResumedJob, now: datetime) -> str:
    """One line that says what came of resuming a job."""
    report, name = resumed.report, job_name(resumed.job)
    if report is None:
        start = worded("{name}: nothing was sent.", name=name)
        if not (resumed.due or resumed.why or resumed.dropped):
            start = worded("{name}: there was nothing left to do.", name=name)
    else:
        counts = report.counts
        parts = [f"{phrases.number(counts.get(Outcome.DONE.value, 0))} more done"]
        if unconfirmed := counts.get(Outcome.UNCONFIRMED.value, 0):
            parts.append(f"{phrases.number(unconfirmed)} {OUTCOME_NAMES[Outcome.UNCONFIRMED]}")
        if unchanged := counts.get(Outcome.UNCHANGED.value, 0):
            parts.append(f"{phrases.number(unchanged)} already right")
        if failed := counts.get(Outcome.FAILED.value, 0):
            parts.append(f"{phrases.number(failed)} failed")
        start = worded("{name}: resumed, {parts}.", name=name, parts=", ".join(parts))
    skipped = resumed.dropped
    if report is not None:
        skipped += report.counts.get(Outcome.SKIPPED.value, 0)
    sentences = [start]
    if skipped:
        sentences.append(
            worded(
                "{skipped} left alone: changed since, or no longer matching your consent.",
                skipped=phrases.number(skipped),
            )
        )
    if resumed.due:
        sentences.append(
            worded(
                "The rest is resumed {at_moment}.", at_moment=phrases.at_moment(resumed.due, now)
            )
        )
    elif resumed.why:
        sentences.append(resumed.why)
    return " ".join(sentences)


def all_resumed_words(resumed: Sequence[ResumedJob], now: datetime) -> str:
    """The lines for several jobs."""
    return " ".join(resumed_words(job, now) for job in resumed)
