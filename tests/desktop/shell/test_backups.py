"""Backing up and restoring from the window: asked where, asked whether, and done."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog, QMessageBox

from rightsdesk.desktop.design.buttons import Button
from rightsdesk.desktop.shell import app
from rightsdesk.desktop.shell.main_window import MainWindow
from rightsdesk.practice.catalogue import KOVAL
from rightsdesk.store.database import FILE_NAME
from rightsdesk.workspace import Workspace
from tests.desktop.conftest import Scene

LEFT = Qt.MouseButton.LeftButton


def test_a_backup_is_written_where_one_says(scene: Scene, tmp_path: Path) -> None:
    target = tmp_path / "one.backup"
    scene.window.actions_.back_up.trigger()
    dialog: QFileDialog = scene.dialog("back-up")
    assert dialog.acceptMode() is QFileDialog.AcceptMode.AcceptSave
    dialog.fileSelected.emit(str(target))
    dialog.reject()
    box = scene.dialog("backed-up")
    assert str(target) in box.text()
    assert "key" in box.informativeText()
    box.accept()
    assert target.read_bytes().startswith(b"SQLite format 3\0")
    assert "back_up" not in scene.workspace.called_on_main_thread


def test_a_backup_that_cannot_be_written_is_told(scene: Scene, tmp_path: Path) -> None:
    scene.window.actions_.backups.back_up(str(tmp_path / "away" / "one.backup"))
    box = scene.dialog("backed-up")
    assert "could not be written" in box.text()
    box.accept()


def test_the_log_is_saved_where_one_says(scene: Scene, tmp_path: Path) -> None:
    target = tmp_path / "log.zip"
    scene.window.actions_.save_log.trigger()
    dialog: QFileDialog = scene.dialog("save-log")
    dialog.fileSelected.emit(str(target))
    dialog.reject()
    box = scene.dialog("backed-up")
    assert str(target) in box.text()
    assert "sends it nowhere" in box.informativeText()
    box.accept()
    assert zipfile.is_zipfile(target)
    assert "save_log" not in scene.workspace.called_on_main_thread


def test_a_fault_offers_to_save_its_report_with_the_log(scene: Scene) -> None:
    scene.window.show_fault("Traceback: odd")
    fault = scene.dialog("fault")
    scene.qtbot.mouseClick(fault.findChild(Button, "save-log"), LEFT)
    scene.dialog("save-log").reject()
    assert not scene._dialogs("fault")


def test_a_window_on_data_that_it_did_not_open_restores_nothing(scene: Scene) -> None:
    assert not scene.window.actions_.restore.isVisible()
    assert scene.window.actions_.back_up.isVisible()


MOST_POLLS = 40_000


class Person:
    """Acts on the windows of a program that runs its own event loop, one step each."""

    def __init__(self, *steps: Callable[[], bool]) -> None:
        self._steps = list(steps)
        self._polls = 0
        self._timer = QTimer()
        self._timer.setInterval(1)
        self._timer.timeout.connect(self._step)
        self._timer.start()

    @property
    def done(self) -> bool:
        return not self._steps

    def _step(self) -> None:
        self._polls += 1
        if self._polls > MOST_POLLS:  # a step that never comes fails the test and blocks nothing
            QApplication.exit(99)
        elif self._steps and self._steps[0]():
            self._steps.pop(0)


def main_window() -> MainWindow | None:
    found = [w for w in QApplication.topLevelWidgets() if isinstance(w, MainWindow)]
    return next((w for w in found if w.isVisible() and w.work.idle), None)


def press(name: str, text: str) -> Callable[[], bool]:
    """Press a button of the box of that name ("" for any), once it is there."""

    def step() -> bool:
        for box in QApplication.topLevelWidgets():
            if isinstance(box, QMessageBox) and box.isVisible() and name in box.objectName():
                for button in box.buttons():
                    if button.text() == text:
                        button.click()
                        return True
        return False

    return step


def choose(path: Path) -> Callable[[], bool]:
    """Choose a file in the dialog that asks for a backup, once it is there."""

    def step() -> bool:
        for dialog in QApplication.topLevelWidgets():
            if isinstance(dialog, QFileDialog) and dialog.isVisible():
                dialog.fileSelected.emit(str(path))
                dialog.done(QDialog.DialogCode.Accepted)
                return True
        return False

    return step


@pytest.fixture
def data(qapp: QApplication, tmp_path: Path) -> Path:
    """A data folder with an artist more than its backup has. No window of another test is shown:
    the program ends when the last one closes."""
    for widget in QApplication.topLevelWidgets():
        widget.hide()
    with Workspace.open(tmp_path / "own") as workspace:
        workspace.artists.add(KOVAL)
        workspace.back_up(str(tmp_path / "one.backup"))
        workspace.artists.add("Ivo")
    return tmp_path / "own"


def names(data: Path) -> list[str]:
    with Workspace.open(data) as workspace:
        return [artist.name for artist in workspace.artists.all()]


def test_a_restore_closes_the_window_and_opens_it_on_the_backup(
    qapp: Any, data: Path, tmp_path: Path
) -> None:
    told: list[str] = []

    def ask() -> bool:
        if (window := main_window()) is None:
            return False
        assert window.actions_.restore.isVisible()
        window.actions_.restore.trigger()
        return True

    def end() -> bool:
        if (window := main_window()) is None or not window.notice.isVisible():
            return False
        told.append(window.notice.text.text())
        return bool(window.close())

    person = Person(ask, choose(tmp_path / "one.backup"), press("restore", "&Restore"), end)
    assert app.main(data) == 0
    assert person.done
    assert "older" in told[0]
    assert names(data) == [KOVAL]


def test_a_damaged_database_offers_a_backup(qapp: Any, data: Path, tmp_path: Path) -> None:
    (data / FILE_NAME).write_bytes(b"SQLite format 3\0" + b"broken" * 2000)

    def end() -> bool:
        window = main_window()
        return bool(window and window.close())

    person = Person(press("", "&Restore a backup…"), choose(tmp_path / "one.backup"), end)
    assert app.main(data) == 0
    assert person.done
    assert names(data) == [KOVAL]


def test_what_is_no_backup_is_told_and_the_window_comes_back(
    qapp: Any, data: Path, tmp_path: Path
) -> None:
    (tmp_path / "odd").write_bytes(b"odd")

    def ask() -> bool:
        if (window := main_window()) is None:
            return False
        window.actions_.restore.trigger()
        return True

    def end() -> bool:
        window = main_window()
        return bool(window and window.close())

    person = Person(
        ask, choose(tmp_path / "odd"), press("restore", "&Restore"), press("", "OK"), end
    )
    assert app.main(data) == 0
    assert person.done
    assert set(names(data)) == {KOVAL, "Ivo"}
