"""Cycles that hold Qt objects are destroyed in the main thread only."""

import gc
import linecache
import threading

import pytest
from pytestqt.qtbot import QtBot

from rightsdesk.desktop.state import garbage
from rightsdesk.desktop.state.garbage import MOST_OLD, MOST_YOUNG, collect_all, collect_due

SOME = 100
"""More objects than Pythons differ in what they count."""

with_full_collections = pytest.mark.skipif(
    gc.get_threshold()[2] == 0, reason="this Python looks through old objects a part at a time"
)


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
    kept = [[number] for number in range(MOST_YOUNG + SOME)]
    assert collect_due()
    assert gc.get_count()[1] == 0  # the middle one, after one collection instead of ten
    assert len(kept) > MOST_YOUNG


def test_source_lines_that_were_read_are_dropped(qtbot: QtBot) -> None:
    assert linecache.getlines(garbage.__file__)
    qtbot.waitUntil(lambda: garbage.__file__ not in linecache.cache)


def test_nothing_new_is_nothing_to_collect(qtbot: QtBot) -> None:
    gc.collect()
    assert not collect_due()


def older(number: int) -> None:
    """Let this many collections of the middle generation pass."""
    for _ in range(number):
        kept = [[n] for n in range(2 * gc.get_threshold()[0])]
        gc.collect(1)
        del kept


def until_full() -> None:
    while gc.get_count()[2] <= gc.get_threshold()[2]:
        older(1)


@with_full_collections
def test_what_outlives_a_full_collection_is_not_looked_through_again(qtbot: QtBot) -> None:
    collect_all()
    kept = [[number] for number in range(1000)]
    until_full()
    before = gc.get_freeze_count()
    collect_due()
    assert gc.get_freeze_count() >= before + len(kept)


@with_full_collections
def test_more_than_can_be_looked_through_at_once_is_set_aside(qtbot: QtBot) -> None:
    collect_all()
    ended: list[threading.Thread] = []
    one, other = Link(ended), Link(ended)
    one.other, other.other = other, one
    kept: list[list[int]] = []
    while len(kept) <= MOST_OLD or gc.get_count()[2] <= gc.get_threshold()[2]:
        kept += [[number] for number in range(MOST_YOUNG + SOME)]
        assert collect_due()
    del one, other
    kept += [[number] for number in range(2 * gc.get_threshold()[0])]
    assert collect_due()
    assert gc.get_freeze_count() > len(kept) > MOST_OLD
    assert not ended
    collect_all()
    assert len(ended) == 2


@with_full_collections
def test_not_all_is_set_aside_for_good(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    """A person may never leave the window."""
    monkeypatch.setattr(garbage, "MOST_ASIDE", 2 * MOST_OLD)
    collect_all()
    ended: list[threading.Thread] = []
    one, other = Link(ended), Link(ended)
    one.other, other.other = other, one
    kept: list[list[int]] = []
    while len(kept) <= 10 * MOST_OLD and not ended:
        kept += [[number] for number in range(MOST_YOUNG + SOME)]
        assert collect_due()
        if len(kept) > MOST_OLD:
            one = other = Link([])
    assert len(ended) == 2


@with_full_collections
def test_what_ended_by_itself_needs_no_look_through_all(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Lists of a large catalogue come and go: they hold up the window only if they stay."""
    young, old = 3 * gc.get_threshold()[0], 6 * gc.get_threshold()[0]
    for name, most in (("MOST_YOUNG", young), ("MOST_OLD", old), ("MOST_ASIDE", 20 * old)):
        monkeypatch.setattr(garbage, name, most)
    ended: list[threading.Thread] = []
    one, other = Link(ended), Link(ended)
    one.other, other.other = other, one
    collect_all()
    del one, other  # set aside: only a look through all finds them
    kept: list[list[int]] = []
    for _ in range(10):
        while len(kept) <= old or gc.get_count()[2] <= gc.get_threshold()[2]:
            kept += [[number] for number in range(young + SOME)]
            assert collect_due()
        kept += [[number] for number in range(2 * gc.get_threshold()[0])]
        assert collect_due()
        kept.clear()
    assert not ended
    collect_all()
    assert len(ended) == 2
