"""A job that was undone in part, in the list on the command line."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rightsdesk.changes.types import JobInfo, JobKind, JobSubject
from rightsdesk.cli.commands.jobs import _state_words

ABOUT = JobSubject(text="No AI on 3 tracks")
JOB = JobInfo(1, JobKind.SYNC, ABOUT, "2026-11-29T08:00:00+00:00", "", {"done": 3})


@pytest.mark.parametrize(
    ("job", "words"),
    [
        (replace(JOB, undone_by=2), "undone by job 2"),
        (replace(JOB, undone_by=2, undo_open=2), "undone in part by job 2, 2 left"),
    ],
)
def test_changes_that_an_undo_did_not_reach_are_named(job: JobInfo, words: str) -> None:
    assert _state_words(job) == ("3 done", words)


def test_unconfirmed_changes_are_phrased_in_words() -> None:
    job = replace(JOB, counts={"unconfirmed": 2})
    assert _state_words(job)[0] == "2 written, not confirmed yet"
