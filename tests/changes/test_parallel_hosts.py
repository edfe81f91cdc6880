"""Hosts run in parallel: none waits for another, none stops another, and results come in turn."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from rightsdesk.changes import job_infos, journal
from rightsdesk.changes.apply import apply
from rightsdesk.changes.concurrency import MOST_THREADS, Host, HostOf, SharedQueue, run_concurrently
from rightsdesk.changes.recover import recover
from rightsdesk.changes.types import Cancel, JobKind, JobReport, Never, Outcome, Result, Target
from rightsdesk.consent import PRESETS, Declaration, Preset
from rightsdesk.enums.carriers import CarrierId
from rightsdesk.store.database import Database
from tests.changes.slots import Killed, SlotCarrier, Stop, carrier_of, plan_for

NO_AI = Declaration(PRESETS[Preset.NO_AI])
PATIENCE = 30
"""Seconds after which a hanging test is aborted."""


def two_hosts(target: Target) -> Host:
    return Host(f"host {target.id % 2}")


def max_in_flight(number: int) -> HostOf:
    return lambda _target: Host("one", number)


def run(
    database: Database, slot_carrier: SlotCarrier, host_of: HostOf, **options: Any
) -> JobReport:
    slot_carrier.batch = 1
    plan = plan_for(slot_carrier, NO_AI, JobKind.SYNC)
    return apply(
        plan,
        database=database,
        carriers={CarrierId.FILES: slot_carrier},
        host_of=host_of,
        **options,
    )


def at(step: str, act: Callable[[Target], object]) -> Callable[[str, Target], object]:
    """Trouble at one step only."""
    return lambda now, target: act(target) if now == step else None


def done(report: JobReport) -> set[int]:
    return {r.change.target.id for r in report.results if r.outcome is Outcome.DONE}


def test_hosts_do_not_wait_for_each_other(database: Database) -> None:
    slot_carrier = carrier_of(6)
    meeting = threading.Barrier(2, timeout=PATIENCE)
    slot_carrier.trouble = at("write", lambda _target: meeting.wait())
    assert run(database, slot_carrier, two_hosts).counts == {"done": 6}


def test_requests_to_one_host_at_a_time_are_limited(database: Database) -> None:
    slot_carrier = carrier_of(12)
    meeting, lock = threading.Barrier(3, timeout=PATIENCE), threading.Lock()
    now: Counter[str] = Counter()

    def write(_target: Target) -> None:
        with lock:
            now["inside"] += 1
            now["most"] = max(now["most"], now["inside"])
        meeting.wait()
        with lock:
            now["inside"] -= 1

    slot_carrier.trouble = at("write", write)
    assert run(database, slot_carrier, max_in_flight(3)).counts == {"done": 12}
    assert now["most"] == 3


def test_each_change_is_durable_before_any_thread_begins_it(database: Database) -> None:
    slot_carrier = carrier_of(8)
    states: list[str] = []

    def write(target: Target) -> None:
        [mine] = [j for j in journal.changes_of(database, 1) if j.change.target == target]
        states.append(mine.state)
        assert mine.begun

    slot_carrier.trouble = at("write", write)
    assert run(database, slot_carrier, max_in_flight(4)).counts == {"done": 8}
    assert states == ["started"] * 8


def test_an_error_that_stops_a_host_also_stops_its_prepared_changes(
    database: Database,
) -> None:
    slot_carrier = carrier_of(8)
    ready, stopped = threading.Event(), threading.Event()

    def trouble(step: str, target: Target) -> None:
        if (step, target.id) == ("prepare", 3):
            ready.set()
            # By now the change is prepared, but it is written only after the stop.
            assert stopped.wait(PATIENCE)
        if (step, target.id) == ("write", 1):
            assert ready.wait(PATIENCE)
            raise Stop("The platform wants a break.")

    def report_result(result: Result) -> None:
        if result.change.target.id == 1:
            stopped.set()

    def host_of(target: Target) -> Host:
        return Host(f"host {target.id % 2}", 2 if target.id % 2 else 1)

    slot_carrier.trouble = trouble
    report = run(database, slot_carrier, host_of, on_result=report_result)
    assert done(report) == {2, 4, 6, 8}
    assert slot_carrier.slots[3].writes == 0
    [job] = job_infos.job_list(database)
    assert (job.counts, job.open_changes) == ({"done": 4, "failed": 1, "planned": 3}, 3)


def test_a_cancel_finishes_what_has_begun_on_every_host(database: Database) -> None:
    slot_carrier, stop, both = (
        carrier_of(20),
        threading.Event(),
        threading.Barrier(2, timeout=PATIENCE),
    )

    def write(target: Target) -> None:
        if target.id in (1, 2):
            both.wait()
            stop.set()

    slot_carrier.trouble = at("write", write)
    report = run(database, slot_carrier, two_hosts, cancel=stop)
    assert report.cancelled
    assert {1, 2} <= done(report)
    assert report.counts["planned"] == 20 - len(done(report)) > 0
    assert {slot.writes for slot in slot_carrier.slots.values()} == {0, 1}


def test_results_are_reported_one_at_a_time_and_in_order(
    database: Database,
) -> None:
    slot_carrier, inside, calls = carrier_of(20), threading.Lock(), []

    def report_progress(number: int, total: int, _label: str) -> None:
        assert inside.acquire(blocking=False), "two calls at once"
        calls.append((number, total))
        inside.release()

    report = run(database, slot_carrier, max_in_flight(4), progress=report_progress)
    assert calls == [(number, 20) for number in range(1, 21)]
    assert len(report.results) == 20


def test_a_bug_on_one_host_is_raised_and_other_hosts_finish_their_changes(
    database: Database,
) -> None:
    slot_carrier, broken = carrier_of(40), threading.Event()

    def trouble(step: str, target: Target) -> None:
        if (step, target.id) == ("write", 3):
            broken.set()
            raise ZeroDivisionError
        if (step, target.id) == ("write", 2):
            assert broken.wait(PATIENCE)

    slot_carrier.trouble = trouble
    with pytest.raises(ZeroDivisionError):
        run(database, slot_carrier, two_hosts)
    states = Counter(j.state for j in journal.changes_of(database, 1))
    assert states["started"] == 1
    assert states["done"] + states["planned"] == 39


def test_after_a_kill_every_started_change_is_known(database: Database) -> None:
    slot_carrier = carrier_of(12)
    four = threading.Barrier(4, timeout=PATIENCE)

    def written(_target: Target) -> None:
        four.wait()
        raise Killed

    slot_carrier.trouble = at("written", written)
    with pytest.raises(Killed):
        run(database, slot_carrier, max_in_flight(4))
    slot_carrier.trouble = lambda _step, _target: None
    assert Counter(j.state for j in journal.changes_of(database, 1))["started"] == 4
    assert "4 done, 8 still to do" in recover(database, {CarrierId.FILES: slot_carrier}).sentence
    assert Counter(j.state for j in journal.changes_of(database, 1)) == {"done": 4, "planned": 8}


def test_a_single_task_stays_in_its_thread_and_threads_are_limited() -> None:
    names: set[str] = set()

    def task(_cancel: Cancel) -> None:
        names.add(threading.current_thread().name)

    run_concurrently([task], Never())
    assert names == {threading.current_thread().name}
    run_concurrently([task] * 100, Never())
    assert len(names) <= 1 + MOST_THREADS
    run_concurrently([], Never())


def test_a_shared_queue_yields_each_item_once() -> None:
    line, taken = SharedQueue(range(1000)), Counter[int]()

    def take(_cancel: Cancel) -> None:
        for number in line:
            taken[number] += 1

    run_concurrently([take] * 8, Never())
    assert sorted(taken) == list(range(1000))
    assert set(taken.values()) == {1}
