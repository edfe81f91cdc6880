"""The tray: off until asked for; then it tells what happened while nobody was watching."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from rightsdesk.desktop.shell.schedule import Due
from rightsdesk.desktop.shell.tray import Tray
from rightsdesk.desktop.state.window_settings import WindowSettings
from rightsdesk.workspace.observing.scheduled_check import CheckResult
from rightsdesk.workspace.types.scopes import Filter
from tests.desktop.conftest import Scene

LEFT = Qt.MouseButton.LeftButton
pytestmark = pytest.mark.qt_log_ignore(
    "systemTrayWindowChanged|This plugin does not support", extend=True
)


@pytest.fixture
def with_tray(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> Iterator[Scene]:
    """A desktop with a tray, and the wish to be notified."""
    monkeypatch.setattr(QApplication, "quit", lambda: None)
    scene.window.tray.there = lambda: True
    scene.window.go_to("settings")
    scene.settle()
    scene.window.settings.refresh()
    scene.qtbot.mouseClick(scene.window.settings.background.notify, LEFT, pos=_box(scene))
    yield scene
    scene.window.tray.stay(False)


def _box(scene: Scene) -> object:
    box = scene.window.settings.background.notify
    point = box.rect().center()
    point.setX(8)
    return point


def said(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """What the desktop is asked to show, from now on."""
    shown: list[tuple[str, str]] = []
    icon = scene.window.tray.icon
    assert icon is not None
    monkeypatch.setattr(icon, "showMessage", lambda title, text, _icon: shown.append((title, text)))
    return shown


def test_there_is_no_icon_before_a_person_asks(scene: Scene) -> None:
    assert scene.window.tray.icon is None
    assert not WindowSettings(scene.workspace.data_dir).notifications
    assert QApplication.quitOnLastWindowClosed()


def test_without_a_tray_settings_say_so(scene: Scene) -> None:
    scene.window.tray.there = lambda: False
    scene.window.go_to("settings")
    scene.window.settings.refresh()
    section = scene.window.settings.background
    assert not section.notify.isEnabled()
    assert "shows no program icons" in section.notify_row.help.text()
    scene.window.tray.stay(True)
    assert scene.window.tray.icon is None
    scene.settle()


def test_asked_for_it_stays_and_is_remembered(with_tray: Scene) -> None:
    assert with_tray.window.tray.icon is not None
    assert WindowSettings(with_tray.workspace.data_dir).notifications
    offered = [a.text().replace("&", "") for a in with_tray.window.tray.menu.actions() if a.text()]
    assert offered[0] == "Open RightsDesk"
    assert offered[-1] == "Quit"
    assert "Pause checks" in offered
    with_tray.window.settings.background.notify.click()
    assert with_tray.window.tray.icon is None


def test_closing_leaves_the_icon_which_leads_back_and_out(with_tray: Scene) -> None:
    window = with_tray.window
    window.close()
    assert not window.isVisible()
    assert window.tray.icon is not None
    window.tray.menu.actions()[0].trigger()
    assert window.isVisible()
    window.close()
    window.actions_.quit.trigger()
    with_tray.qtbot.waitUntil(lambda: window.tray.icon is None)
    assert QApplication.quitOnLastWindowClosed()


def test_a_finding_and_the_end_of_work_are_told_to_who_is_elsewhere(
    with_tray: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = with_tray.window
    shown = said(with_tray, monkeypatch)
    window.hide()
    assert window.tray.notify("<b>a</b>", "<img src=x>")
    assert shown.pop() == ("‹b›a‹/b›", "‹img src=x›")
    window.schedule._checked(CheckResult(3, gone=("Paper Moons",)), None)  # type: ignore[arg-type]  # no task is read
    assert shown == [
        ("A check found something", "Checked 3 items on platforms: 1 is no longer there.")
    ]
    window.schedule._checked(CheckResult(3), None)  # type: ignore[arg-type]  # no task is read
    assert len(shown) == 1, "nothing new is no news"
    report = with_tray.workspace.real.jobs.apply(with_tray.workspace.real.jobs.plan_tag(Filter()))
    window.job.ended.emit(report)
    assert shown[1][0] == "RightsDesk is done"
    with_tray.settle()


def test_who_looks_at_the_window_is_not_told_twice(
    with_tray: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = said(with_tray, monkeypatch)
    with_tray.window.activateWindow()
    with_tray.qtbot.waitUntil(with_tray.window.isActiveWindow)
    assert not with_tray.window.tray.notify("a", "b")
    assert shown == []


def test_a_pause_stops_checks(with_tray: Scene) -> None:
    schedule = with_tray.window.schedule
    schedule.pause.trigger()
    assert schedule.pause.isChecked()
    with_tray.workspace.calls.clear()
    noon = datetime(2026, 11, 29, 12, tzinfo=UTC)
    due = Due(jobs=False, check=True, terms=False, licences=False, now=noon, turn=None)
    schedule._answered(due)
    with_tray.settle()
    assert "accounts.check_all" not in {name for name, _ in with_tray.workspace.calls}


def test_the_icon_is_lent_to_work(with_tray: Scene) -> None:
    tray: Tray = with_tray.window.tray
    icon = tray.lend(tray.menu)
    tray.stay(False)
    assert tray.icon is icon, "the work still needs it"
    tray.give_back()
    assert tray.icon is None
