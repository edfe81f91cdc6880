"""Leaving from the window: what stays is said, a yes is typed, and nothing of ours is left."""

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QDialog, QPushButton

from rightsdesk.consent import Preset
from rightsdesk.desktop.shell import app, autostart
from rightsdesk.desktop.shell.forgetting import ForgetDialog, stays_words
from rightsdesk.enums.carriers import CarrierId
from rightsdesk.practice.catalogue import KOVAL
from rightsdesk.workspace import Workspace
from rightsdesk.workspace.data.leaving import Stays
from rightsdesk.workspace.types.scopes import Filter
from tests.desktop.conftest import Scene
from tests.desktop.shell.test_backups import Person, main_window, press
from tests.workspace.conftest import choose

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
    dialog.reject()
    assert scene.window.forget is None
    assert "what_stays" not in scene.workspace.called_on_main_thread


def write(scene: Scene, preset: Preset) -> None:
    """Choose for every artist, and write it into the files."""
    real = scene.workspace.real
    for artist in real.artists.all():
        choose(real, artist, preset)
    plan = real.jobs.plan_tag(Filter())
    real.jobs.apply(plan, confirmed=plan.confirmation())


def pressed(scene: Scene, dialog: QDialog, name: str) -> None:
    """Press the button of that name in a dialog."""
    scene.qtbot.mouseClick(dialog.findChild(QPushButton, name), LEFT)


def test_all_jobs_are_taken_back_by_one_review(scene: Scene) -> None:
    files = [path for path in scene.music.rglob("*") if path.is_file()]
    before = {path: path.read_bytes() for path in files}
    for preset in (Preset.NO_AI, Preset.ASK_FIRST):
        write(scene, preset)
    written = {path: path.read_bytes() for path in files}
    assert written != before
    pressed(scene, asked(scene), "take-back")

    review = scene.dialog("review")
    assert review.heading.text() == "9 files go back to what was there before"
    assert {path: path.read_bytes() for path in files} == written
    review.agree.setChecked(True)
    pressed(scene, review, "go")

    notice = scene.window.notice
    scene.qtbot.waitUntil(lambda: "9 files" in notice.text.text() and not scene.window.job.busy)
    assert {path: path.read_bytes() for path in files} == before
    assert {
        "jobs.plan_taking_back",
        "jobs.take_back",
    } & scene.workspace.called_on_main_thread == set()
    [offer] = [one for one in notice.buttons if one.text() == "Forget everything…"]
    scene.qtbot.mouseClick(offer, LEFT)
    dialog = scene.dialog("forget-everything")
    scene.qtbot.waitUntil(lambda: "wrote nothing" in dialog.stays.text())
    assert not dialog.take_back.isVisible()
    dialog.reject()


def test_what_can_not_be_taken_back_is_said_and_can_be_tried_again(scene: Scene) -> None:
    write(scene, Preset.NO_AI)
    pressed(scene, asked(scene), "take-back")
    review = scene.dialog("review")
    lost = Path(review.plan.planned[0].target.locator)
    lost.unlink()
    review.agree.setChecked(True)
    pressed(scene, review, "go")
    notice = scene.window.notice
    scene.qtbot.waitUntil(lambda: "failed" in notice.text.text() and not scene.window.job.busy)
    offers = [one.text() for one in notice.buttons]
    assert offers == ["Show why", "Take the rest back…", "Forget everything…"]
    assert scene.workspace.real.what_stays().files == 1


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
