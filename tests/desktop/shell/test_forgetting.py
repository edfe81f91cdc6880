"""Leaving from the window: what stays is said, a yes is typed, and nothing of ours is left."""

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QDialog

from rightsdesk.desktop.shell import app, autostart
from rightsdesk.desktop.shell.forgetting import ForgetDialog, stays_words
from rightsdesk.enums.carriers import CarrierId
from rightsdesk.practice.catalogue import KOVAL
from rightsdesk.workspace import Workspace
from rightsdesk.workspace.data.leaving import Stays
from rightsdesk.workspace.types.scopes import Filter
from tests.desktop.conftest import Scene
from tests.desktop.shell.test_backups import Person, main_window, press

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture(autouse=True)
def no_autostart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The list of programs that start at login is the test's own."""
    there = autostart.XdgAutostart(["rightsdesk"], tmp_path / "config")
    monkeypatch.setattr(app, "autostart", lambda _folder: there)
    there.switch(True)


def asked(scene: Scene) -> Any:
    scene.window.actions_.forget.trigger()
    dialog = scene.dialog("forget-everything")
    scene.qtbot.waitUntil(lambda: "…" not in dialog.stays.text())
    return dialog


def test_it_says_what_stays_and_wants_the_words_typed(scene: Scene) -> None:
    plan = scene.workspace.real.jobs.plan_tag(Filter())
    scene.workspace.real.jobs.apply(plan, confirmed=plan.confirmation())
    dialog = asked(scene)
    assert "declarations in 9 files" in dialog.stays.text()
    assert dialog.take_back.isVisible()
    assert not dialog.go.isEnabled()
    scene.qtbot.keyClicks(dialog.name, "forget every")
    assert not dialog.go.isEnabled()
    scene.qtbot.keyClicks(dialog.name, "thing")
    assert dialog.go.isEnabled()
    scene.qtbot.mouseClick(dialog.take_back, LEFT)
    assert scene.window.page is scene.window.activity
    assert scene.window.forget is None
    assert "what_stays" not in scene.workspace.called_on_main_thread


def test_without_writes_there_is_nothing_to_take_back(scene: Scene) -> None:
    dialog = asked(scene)
    assert "wrote nothing" in dialog.stays.text()
    assert not dialog.take_back.isVisible()
    dialog.reject()


def test_platforms_are_named() -> None:
    words = stays_words(
        Stays(1, ((CarrierId.SOUNDCLOUD, 6),), (3,)), {CarrierId.SOUNDCLOUD: "SoundCloud"}
    )
    assert "declarations in 1 file" in words
    assert "6 tracks on SoundCloud" in words


def test_a_window_on_data_that_it_did_not_open_forgets_nothing(scene: Scene) -> None:
    assert not scene.window.actions_.forget.isVisible()


@pytest.mark.parametrize("stranger", [False, True])
def test_everything_is_gone_afterwards(qapp: QApplication, tmp_path: Path, stranger: bool) -> None:
    for widget in QApplication.topLevelWidgets():
        widget.hide()
    data = tmp_path / "own"
    with Workspace.open(data) as workspace:
        workspace.artists.add(KOVAL)
    if stranger:
        (data / "notes.txt").write_text("mine")

    def ask() -> bool:
        if (window := main_window()) is None:
            return False
        window.actions_.forget.trigger()
        return True

    def agree() -> bool:
        for dialog in QApplication.topLevelWidgets():
            if isinstance(dialog, ForgetDialog) and dialog.isVisible():
                dialog.name.setText("Forget everything")
                if dialog.go.isEnabled():
                    dialog.go.click()
                    return True
        return False

    person = Person(ask, agree, press("forgotten", "OK"))
    assert app.main(data) == 0
    assert person.done
    left = [path.name for path in data.iterdir()] if data.exists() else []
    assert left == (["notes.txt"] if stranger else [])
    assert not (tmp_path / "config/autostart/rightsdesk.desktop").exists()
    assert not any(isinstance(w, QDialog) and w.isVisible() for w in QApplication.topLevelWidgets())
