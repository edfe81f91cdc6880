"""During a job, garbage is collected less often. After the last job, the old setting returns."""

import gc
from collections.abc import Iterator

import pytest

from rightsdesk.files.workers.gc_tuning import SELDOM, collecting_seldom


@pytest.fixture(autouse=True)
def collecting() -> Iterator[None]:
    """Python collects by itself here, and afterwards as before: a window may have taken over."""
    before = gc.isenabled()
    gc.enable()
    yield
    (gc.enable if before else gc.disable)()


def test_jobs_may_overlap_and_the_last_job_restores_the_setting() -> None:
    before = gc.get_threshold()
    first, second = collecting_seldom(), collecting_seldom()

    first.__enter__()
    second.__enter__()
    first.__exit__(None, None, None)
    assert gc.get_threshold() == (SELDOM, *before[1:])
    second.__exit__(None, None, None)
    assert gc.get_threshold() == before


def test_a_failed_job_restores_the_setting_too() -> None:
    before = gc.get_threshold()
    with pytest.raises(RuntimeError), collecting_seldom():
        raise RuntimeError
    assert gc.get_threshold() == before


def test_where_the_window_collects_nothing_changes() -> None:
    before = gc.get_threshold()
    gc.disable()
    with collecting_seldom():
        assert gc.get_threshold() == before
