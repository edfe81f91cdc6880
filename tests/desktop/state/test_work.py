"""Work runs elsewhere, and its results arrive here: in order, in small turns, or not at all."""

import threading
from collections.abc import Iterator
from concurrent.futures import wait

import pytest
from PySide6.QtCore import QObject, QTimer
from pytestqt.qtbot import QtBot

from rightsdesk.desktop.state import tasks as work_module
from rightsdesk.desktop.state.tasks import Lane, Task, TaskRunner
from rightsdesk.errors import KnownError
from tests.desktop.conftest import LONG, delete_now


@pytest.fixture
def held() -> Iterator[threading.Event]:
    """Lets go of whatever waits for it, at the latest at the end."""
    event = threading.Event()
    yield event
    event.set()


def test_the_work_is_done_elsewhere_and_told_here(qtbot: QtBot, work: TaskRunner) -> None:
    threads = []
    work.run(
        Lane.SHORT,
        lambda _task: threads.append(threading.get_ident()),
        lambda _none: threads.append(threading.get_ident()),
    )
    qtbot.waitUntil(lambda: len(threads) == 2)
    assert threads[0] != threading.main_thread().ident
    assert threads[1] == threading.main_thread().ident
    assert work.idle


def test_a_known_error_goes_to_who_asked_else_to_the_window(qtbot: QtBot, work: TaskRunner) -> None:
    def fail(_task: Task) -> None:
        raise KnownError("The disk is full.")

    told: list[KnownError] = []
    work.run(Lane.SHORT, fail, failed=told.append)
    qtbot.waitUntil(lambda: len(told) == 1)
    with qtbot.waitSignal(work.failed) as signal:
        work.run(Lane.SHORT, fail)
    assert [str(told[0]), str(signal.args[0])] == ["The disk is full."] * 2


def test_a_bug_surfaces_as_one(qtbot: QtBot, work: TaskRunner) -> None:
    ended = []
    with qtbot.waitSignal(work.fault) as signal:
        work.run(Lane.SHORT, lambda _task: 1 // 0, always=lambda: ended.append(True))
    assert "ZeroDivisionError" in signal.args[0]
    assert ended == [True]


def test_the_writing_lane_does_one_thing_at_a_time(qtbot: QtBot, work: TaskRunner) -> None:
    at_once, most = 0, 0
    done: list[object] = []
    lock = threading.Lock()

    def write(_task: Task) -> None:
        nonlocal at_once, most
        with lock:
            at_once += 1
            most = max(most, at_once)
        with lock:
            at_once -= 1

    for _ in range(30):
        work.run(Lane.WRITE, write, done.append)
    qtbot.waitUntil(lambda: len(done) == 30)
    assert most == 1


def test_results_come_in_turns_that_leave_room_for_the_person(
    qtbot: QtBot, work: TaskRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A clock that only the results move, by a millisecond each."""
    now = [0.0]
    monkeypatch.setattr(work_module, "now", lambda: now[0])
    monkeypatch.setattr(work_module, "TURN_BUDGET", 0.005)
    shown: list[int] = []
    since_beat = most = 0

    def beat() -> None:
        nonlocal since_beat
        since_beat = 0

    def slow_to_show(_none: object) -> None:
        nonlocal since_beat, most
        now[0] += 0.001
        since_beat += 1
        most = max(most, since_beat)
        shown.append(since_beat)

    for _ in range(300):
        work.run(Lane.SHORT, lambda _task: None, slow_to_show)
    wait(work.futures, timeout=LONG)  # all are there before the first turn
    heart = QTimer()
    heart.setInterval(0)
    heart.timeout.connect(beat)
    heart.start()
    qtbot.waitUntil(lambda: len(shown) == 300)
    heart.stop()
    assert most <= 2 * 6, "6 ms of results use up a turn, and the person gets every second one"


def test_progress_is_polled_and_only_the_latest_counts(
    qtbot: QtBot, work: TaskRunner, held: threading.Event
) -> None:
    told: list[tuple[int, int, str]] = []
    work.progressed.connect(lambda _task, *news: told.append(news))

    def count(task: Task) -> None:
        for n in range(10_001):
            task.progress(n, 10_000, f"file {n}")
        held.wait(LONG)

    work.run(Lane.WRITE, count)
    qtbot.waitUntil(lambda: bool(told) and told[-1][0] == 10_000)
    assert len(told) < 20
    held.set()


def test_nobody_is_told_who_is_gone(qtbot: QtBot, work: TaskRunner, held: threading.Event) -> None:
    owner = QObject()
    told: list[object] = []
    work.run(Lane.SHORT, lambda _task: held.wait(LONG), told.append, owner=owner)
    owner.deleteLater()
    delete_now()
    with qtbot.waitSignal(work.drained):
        held.set()
    assert told == []


def test_closing_stops_what_runs_and_waits_for_it(qtbot: QtBot, work: TaskRunner) -> None:
    began, ended = threading.Event(), []

    def patient(task: Task) -> None:
        began.set()
        task.cancelled.wait(LONG)
        ended.append(task.cancelled.is_set())

    work.run(Lane.WRITE, patient)
    assert began.wait(LONG)
    work.close()
    assert ended == [True]


def test_a_pause_holds_the_worker_where_it_reports_and_a_cancel_ends_it(
    qtbot: QtBot, work: TaskRunner
) -> None:
    began, seen = threading.Event(), []

    def body(task: Task) -> int:
        began.set()
        for number in range(3):
            task.progress(number, 3, "")
            seen.append(number)
        return len(seen)

    results: list[int] = []
    holder: list[Task] = []

    def held(task: Task) -> int:
        task.pause()
        return body(task)

    holder.append(work.run(Lane.WRITE, held, results.append))
    qtbot.waitUntil(began.is_set)
    qtbot.waitUntil(lambda: holder[0].latest == (0, 3, ""))
    assert holder[0].paused
    assert seen == []
    holder[0].go_on()
    qtbot.waitUntil(lambda: results == [3])
    second = work.run(Lane.WRITE, held, results.append)
    qtbot.waitUntil(lambda: second.latest == (0, 3, ""))
    second.cancel()
    assert not second.paused
    qtbot.waitUntil(lambda: len(results) == 2)
    second.pause()
    assert not second.paused, "what is cancelled pauses no more"


def test_later_work_begins_once_no_look_is_under_way(
    qtbot: QtBot, work: TaskRunner, held: threading.Event
) -> None:
    order: list[str] = []

    def first(_task: Task) -> None:
        held.wait(LONG)
        order.append("look")

    def second(_none: None) -> None:  # one answer asks the next
        work.run(Lane.SHORT, lambda _task: order.append("next look"))

    work.run(Lane.LATER, lambda _task: order.append("later"))
    work.run(Lane.SHORT, first, second)
    work._begin_held()  # as if the time without looks were over
    held.set()
    qtbot.waitUntil(lambda: work.idle)
    assert order == ["look", "next look", "later"]


def test_later_work_that_has_not_begun_ends_with_the_window(work: TaskRunner) -> None:
    work.run(Lane.LATER, lambda _task: pytest.fail("it was not needed any more"))
    assert not work.idle
    work.close()
    assert work.idle
