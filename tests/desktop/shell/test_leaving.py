"""Closing during work asks, and a start after an interruption says how far it came."""

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QApplication, QMessageBox

from rightsdesk.consent import Standing
from rightsdesk.workspace.carriers.files import FileCarrier
from rightsdesk.workspace.types.scopes import Filter
from tests.desktop.conftest import LONG, Scene, Watched
from tests.desktop.jobs.test_main_job import contents

LEFT = Qt.MouseButton.LeftButton
NO_REAL_TRAY = pytest.mark.qt_log_ignore(
    "systemTrayWindowChanged|This plugin does not support", extend=True
)
"""What Qt says where the platform of the tests has no tray."""


class Held:
    """A write that is held up after a part of it was said to be done."""

    def __init__(self, scene: Scene) -> None:
        self.reached, self.more = threading.Event(), threading.Event()
        self.real = scene.workspace.real.jobs.apply
        scene.workspace.instead["jobs.apply"] = self.apply

    def apply(self, plan: Any, *, progress: Any, cancel: Any, **rest: Any) -> Any:
        progress(4, len(plan.planned), "the fourth file")
        self.reached.set()
        self.more.wait(LONG)
        return self.real(plan, progress=progress, cancel=cancel, **rest)


@pytest.fixture
def held(scene: Scene) -> Iterator[Held]:
    """A write under way."""
    made = Held(scene)
    scene.window.actions_.write.trigger()
    scene.qtbot.mouseClick(scene.dialog("review").go, LEFT)
    scene.qtbot.waitUntil(made.reached.is_set)
    yield made
    made.more.set()


@pytest.fixture
def quits(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """How often the program was ended; the tests' own application goes on."""
    found: list[bool] = []
    monkeypatch.setattr(QApplication, "quit", lambda: found.append(True))
    return found


def question(scene: Scene) -> QMessageBox:
    box: QMessageBox = scene.dialog("closing")
    return box


def press(scene: Scene, box: QMessageBox, text: str) -> None:
    found: list[QAbstractButton] = [one for one in box.buttons() if one.text() == text]
    scene.qtbot.mouseClick(found[0], LEFT)


def standings(scene: Scene) -> dict[Standing, int]:
    found: dict[Standing, int] = scene.workspace.real.catalogue.counts(Filter())["file"]
    return found


def test_closing_asks_and_keep_it_open_changes_nothing(scene: Scene, held: Held) -> None:
    scene.window.close()
    box = question(scene)
    assert box.text() == "RightsDesk is still working: No AI on 9 files"
    assert box.informativeText().startswith("4 of 9. If you stop, what is done stays done")
    assert "no place for programs without a window" in box.informativeText()
    scene.qtbot.keyClick(box, Qt.Key.Key_Escape)
    assert scene.window.isVisible()
    held.more.set()
    scene.qtbot.waitUntil(lambda: "Done" in scene.window.notice.text.text())
    scene.settle()
    assert scene.window.isVisible()


def test_stop_and_close_stops_at_a_safe_point(
    scene: Scene, held: Held, open_window: Callable[[], Scene]
) -> None:
    before = contents(scene.music)
    scene.window.close()
    press(scene, question(scene), "&Stop and close")
    held.more.set()
    scene.qtbot.waitUntil(lambda: not scene.window.isVisible())
    assert scene.work.idle
    assert contents(scene.music) == before
    scene.workspace.instead.clear()
    again = open_window()
    notice = again.window.notice
    scene.qtbot.waitUntil(notice.isVisible)
    assert notice.text.text() == "Stopped at 0 of 9: No AI on 9 files."
    scene.qtbot.mouseClick(notice.buttons[0], LEFT)
    scene.qtbot.mouseClick(again.dialog("review").go, LEFT)
    scene.qtbot.waitUntil(lambda: "Done" in notice.text.text())
    again.settle()
    assert standings(scene)[Standing.AGREES] == 6


def test_without_a_tray_it_can_wait_and_close_then(scene: Scene, held: Held) -> None:
    scene.window.close()
    press(scene, question(scene), "&Wait, then close")
    notice = scene.window.notice
    assert notice.text.text() == "RightsDesk closes when this is done."
    assert scene.window.isVisible()
    held.more.set()
    scene.qtbot.waitUntil(lambda: not scene.window.isVisible())
    assert standings(scene)[Standing.AGREES] == 6


def test_what_is_paused_goes_on_where_closing_waits_for_it(scene: Scene, held: Held) -> None:
    scene.window.go_to("activity")
    scene.qtbot.mouseClick(scene.window.activity.running.pause, LEFT)
    running = scene.window.job.running
    assert running is not None
    before = running.task.paused
    scene.window.close()
    press(scene, question(scene), "&Wait, then close")
    assert (before, running.task.paused) == (True, False)
    held.more.set()
    scene.qtbot.waitUntil(lambda: not scene.window.isVisible())
    assert standings(scene)[Standing.AGREES] == 6


def test_waiting_can_be_taken_back(scene: Scene, held: Held) -> None:
    scene.window.close()
    press(scene, question(scene), "&Wait, then close")
    scene.qtbot.mouseClick(scene.window.notice.buttons[0], LEFT)
    held.more.set()
    scene.qtbot.waitUntil(lambda: "Done" in scene.window.notice.text.text())
    scene.settle()
    assert scene.window.isVisible()


@NO_REAL_TRAY
def test_with_a_tray_it_goes_on_in_the_background_and_ends(
    scene: Scene, held: Held, quits: list[bool]
) -> None:
    scene.window.tray.there = lambda: True
    scene.window.close()
    press(scene, question(scene), "&Continue in the background")
    assert not scene.window.isVisible()
    assert scene.window.leaving.tray is not None
    assert not QApplication.quitOnLastWindowClosed()
    held.more.set()
    scene.qtbot.waitUntil(lambda: bool(quits))
    scene.settle()
    assert QApplication.quitOnLastWindowClosed()
    assert standings(scene)[Standing.AGREES] == 6


@NO_REAL_TRAY
def test_the_tray_brings_the_window_back(scene: Scene, held: Held, quits: list[bool]) -> None:
    scene.window.tray.there = lambda: True
    scene.window.close()
    press(scene, question(scene), "&Continue in the background")
    tray = scene.window.leaving.tray
    assert tray is not None
    actions = tray.contextMenu().actions()
    assert [action.text() for action in actions[1:]] == ["&Open RightsDesk", "&Stop and quit"]
    actions[1].trigger()
    assert scene.window.isVisible()
    held.more.set()
    scene.qtbot.waitUntil(lambda: "Done" in scene.window.notice.text.text())
    scene.settle()
    assert scene.window.isVisible()
    assert not quits


def test_the_question_answers_itself_when_the_work_ends(scene: Scene, held: Held) -> None:
    scene.window.close()
    question(scene)
    held.more.set()
    scene.qtbot.waitUntil(lambda: not scene.window.isVisible())
    assert standings(scene)[Standing.AGREES] == 6


def test_nothing_is_asked_where_nothing_runs(scene: Scene) -> None:
    scene.window.close()
    scene.qtbot.waitUntil(lambda: not scene.window.isVisible())


def test_a_start_after_an_interruption_offers_to_undo_what_was_done(
    open_window: Callable[[], Scene],
    workspace: Watched,
    scene: Scene,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(FileCarrier, "batch", 1)
    before, done = contents(scene.music), threading.Event()
    jobs = workspace.real.jobs
    jobs.apply(jobs.plan_tag(Filter()), cancel=done, progress=lambda *_: done.set())
    [job] = jobs.all()
    assert job.open_changes == 8
    again = open_window()
    notice = again.window.notice
    scene.qtbot.waitUntil(notice.isVisible)
    assert notice.text.text() == "Stopped at 1 of 9: No AI on 9 files."
    assert [button.text() for button in notice.buttons] == ["Continue", "Undo"]
    scene.qtbot.mouseClick(notice.buttons[1], LEFT)
    review = again.dialog("review")
    again.qtbot.mouseClick(review.go, LEFT)
    again.qtbot.waitUntil(lambda: "Undo" in notice.text.text())
    again.settle()
    assert contents(scene.music) == before
    third = open_window()
    assert not third.window.notice.isVisible(), "nothing is left to pick up"
