"""What became of jobs, in their list on the command line."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rightsdesk.changes.types import JobInfo, JobKind, JobSubject
from rightsdesk.cli.commands.jobs import _state_words

ABOUT = JobSubject(text="No AI on 3 tracks")
JOB = JobInfo(1, JobKind.SYNC, ABOUT, "2026-11-29T08:00:00+00:00", "", {"done": 3})

UNDONE = replace(JOB, undone_by=2, last_step=2)


@pytest.mark.parametrize(
    ("job", "words"),
    [
        (UNDONE, "undone by job 2"),
        (replace(UNDONE, undo_open=2), "undone in part by job 2, 2 left"),
        (replace(UNDONE, last_step=3, redone=True), "redone by job 3"),
        (replace(UNDONE, last_step=4), "undone by job 4"),
        (replace(UNDONE, kind=JobKind.UNDO), "redone by job 2"),
        (replace(UNDONE, kind=JobKind.UNDO, last_step=3, redone=True), "undone by job 3"),
        (replace(JOB, undoable=True), "can be undone"),
        (JOB, "changed since"),
        (replace(JOB, counts={"failed": 3}), ""),
        (replace(JOB, kind=JobKind.UNDO, undoable=True), "can be redone"),
    ],
)
def test_what_became_of_a_job_is_in_words(job: JobInfo, words: str) -> None:
    assert _state_words(job)[1] == words


def test_unconfirmed_changes_are_phrased_in_words() -> None:
    job = replace(JOB, counts={"unconfirmed": 2})
    assert _state_words(job)[0] == "2 written, not confirmed yet"
