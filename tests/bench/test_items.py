"""Test the number of calls of a sync, and the skipping clock."""

import threading
from pathlib import Path

import pytest

from tests.bench.clock import SkippingClock
from tests.bench.items import PAGE, Items, lines


def test_a_sync_without_changes_only_lists(tmp_path: Path) -> None:
    with Items(tmp_path, 2 * PAGE + 1) as items:
        _, first = items.sync()
        assert first.counts == {"done": items.number}
        items.platform.calls.clear()
        plan, report = items.sync()
        assert (plan.changes, plan.unchanged, report.job) == ((), items.number, None)
        assert dict(items.platform.calls) == {"GET list": 3}


def test_each_changed_item_takes_a_read_a_write_and_a_read(tmp_path: Path) -> None:
    with Items(tmp_path, 10, per_second=10_000) as items:
        items.sync()
        assert dict(items.platform.calls) == {"GET list": 1, "GET item": 20, "PUT item": 10}


@pytest.mark.bench
def test_the_figures_are_measured(tmp_path: Path) -> None:
    changed, unchanged, memory = lines(tmp_path, 30, fewer=20)
    assert changed.plain.clock == pytest.approx(9.1)
    assert changed.cost.clock > 9, "no call is made before its turn"
    assert unchanged.plain.clock == pytest.approx(0.1)
    assert memory.ratio > 0


def test_the_clock_skips_only_time_in_which_all_threads_sleep() -> None:
    skipping = SkippingClock("sleeper-")
    order: list[str] = []

    def sleep(name: str, *naps: float) -> None:
        for nap in naps:
            skipping.sleep(nap)
            order.append(name)

    naps = {"a": (1000.0, 5000.0), "b": (2000.0, 2000.0, 3000.0)}
    both = threading.Barrier(2)

    def run(name: str) -> None:
        both.wait()  # otherwise the first thread would count as the only one
        sleep(name, *naps[name])

    threads = [threading.Thread(target=run, args=(n,), name=f"sleeper-{n}") for n in naps]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert order == ["a", "b", "b", "a", "b"]
    assert 7000 <= skipping.seconds() < 7100


def test_a_single_thread_skips_at_once() -> None:
    skipping = SkippingClock("nobody-")
    before = skipping.now()
    skipping.sleep(86_400)
    assert (skipping.now() - before).total_seconds() >= 86_400
