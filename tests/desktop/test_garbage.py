"""Cycles that hold Qt objects are destroyed in the main thread only."""

import gc
import threading

from pytestqt.qtbot import QtBot

from rightsdesk.desktop.state.garbage import MOST_YOUNG, collect_due


class Link:
    """Half of a cycle; notes the thread that destroys it."""

    def __init__(self, ended: list[threading.Thread]) -> None:
        self.ended = ended
        self.other: Link | None = None

    def __del__(self) -> None:
        self.ended.append(threading.current_thread())


def cycles(number: int, ended: list[threading.Thread]) -> None:
    for _ in range(number):
        one, other = Link(ended), Link(ended)
        one.other, other.other = other, one


def test_a_worker_collects_nothing_and_the_main_thread_does(qtbot: QtBot) -> None:
    ended: list[threading.Thread] = []
    enough = 2 * gc.get_threshold()[0]
    worker = threading.Thread(target=cycles, args=(enough, ended))
    worker.start()
    worker.join()
    assert not gc.isenabled()
    assert not ended
    qtbot.waitUntil(lambda: bool(ended))
    assert set(ended) == {threading.main_thread()}


def test_nothing_is_collected_before_it_is_due(qtbot: QtBot) -> None:
    gc.collect()
    ended: list[threading.Thread] = []
    cycles(1, ended)
    collect_due()
    assert not ended
    gc.collect()
    assert len(ended) == 2


def test_what_piles_up_quickly_is_collected_before_it_takes_long(qtbot: QtBot) -> None:
    gc.collect()
    kept = [[number] for number in range(MOST_YOUNG + 1)]
    assert collect_due()
    assert gc.get_count()[1] == 0  # the middle one, after one collection instead of ten
    assert len(kept) > MOST_YOUNG


def test_nothing_new_is_nothing_to_collect(qtbot: QtBot) -> None:
    gc.collect()
    assert not collect_due()
