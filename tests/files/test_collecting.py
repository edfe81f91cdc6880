"""Garbage is looked for less often during a job, and as often as before when all have ended."""

import gc

import pytest

from rightsdesk.files.workers.gc_tuning import SELDOM, collecting_seldom


def test_jobs_may_overlap_and_the_last_one_sets_it_back() -> None:
    before = gc.get_threshold()
    first, second = collecting_seldom(), collecting_seldom()

    first.__enter__()
    second.__enter__()
    first.__exit__(None, None, None)
    assert gc.get_threshold() == (SELDOM, *before[1:])
    second.__exit__(None, None, None)
    assert gc.get_threshold() == before


def test_a_job_that_fails_sets_it_back_too() -> None:
    before = gc.get_threshold()
    with pytest.raises(RuntimeError), collecting_seldom():
        raise RuntimeError
    assert gc.get_threshold() == before
