"""The results of resuming jobs, in words: the same in the window and on the command line."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from rightsdesk import phrases
from rightsdesk.changes.names import job_name
from rightsdesk.changes.types import Outcome
from rightsdesk.changes.words import OUTCOME_NAMES
from rightsdesk.sentences import together, worded
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
        done = counts.get(Outcome.DONE.value, 0)
        parts: list[str] = [phrases.counted(done, "more done", "more done")]
        if unconfirmed := counts.get(Outcome.UNCONFIRMED.value, 0):
            parts.append(_counted(unconfirmed, Outcome.UNCONFIRMED))
        if unchanged := counts.get(Outcome.UNCHANGED.value, 0):
            parts.append(_counted(unchanged, Outcome.UNCHANGED))
        if failed := counts.get(Outcome.FAILED.value, 0):
            parts.append(_counted(failed, Outcome.FAILED))
        start = worded("{name}: resumed, {parts}.", name=name, parts=together(parts, ", "))
    skipped = resumed.dropped
    if report is not None:
        skipped += report.counts.get(Outcome.SKIPPED.value, 0)
    sentences = [start]
    if skipped:
        sentences.append(
            phrases.counted(
                skipped,
                "left alone: changed since, or no longer matching your consent.",
                "left alone: changed since, or no longer matching your consent.",
            )
        )
    if resumed.due:
        sentences.append(
            worded("The rest is resumed {when}.", when=phrases.at_moment(resumed.due, now))
        )
    elif resumed.why:
        sentences.append(resumed.why)
    return together(sentences)


def _counted(number: int, outcome: Outcome) -> str:
    return worded(
        "{number} {outcome}", number=phrases.number(number), outcome=OUTCOME_NAMES[outcome]
    )


def all_resumed_words(resumed: Sequence[ResumedJob], now: datetime) -> str:
    """The lines for several jobs."""
    return together(resumed_words(job, now) for job in resumed)
