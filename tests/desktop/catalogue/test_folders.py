"""An artist's folders in the window: seen, forgotten only after a yes, and told what it means."""

from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QMessageBox

from rightsdesk.practice.catalogue import KOVAL, SIGNAL
from tests.desktop.conftest import Scene

LEFT = Qt.MouseButton.LeftButton


def folders(scene: Scene) -> Any:
    scene.window.actions_.folders.trigger()
    return scene.dialog("folders")


def answer(scene: Scene, dialog: Any, role: QMessageBox.ButtonRole) -> str:
    scene.qtbot.mouseClick(dialog.forget, LEFT)
    question = scene.dialog("forget")
    told = str(question.informativeText())
    button = next(b for b in question.buttons() if question.buttonRole(b) is role)
    scene.qtbot.mouseClick(button, LEFT)
    scene.settle()
    return told


def test_a_folder_is_forgotten_after_a_yes_and_its_files_stay(scene: Scene) -> None:
    before = {path: path.read_bytes() for path in scene.music.rglob("*") if path.is_file()}
    dialog = folders(scene)
    assert [dialog.list.item(n).text() for n in range(dialog.list.count())] == [
        str(scene.music / KOVAL)
    ]
    told = answer(scene, dialog, QMessageBox.ButtonRole.RejectRole)
    assert "On the disk they stay as they are" in told
    assert scene.window.view_state.model.rowCount() == 8, "no is no"
    answer(scene, dialog, QMessageBox.ButtonRole.DestructiveRole)
    assert dialog.list.count() == 0
    assert not dialog.forget.isEnabled()
    assert scene.window.view_state.model.rowCount() == 0
    assert scene.window.notice.text.text().startswith("9 files are no longer listed.")
    assert not scene.window.actions_.rescan.isEnabled()
    assert {path: path.read_bytes() for path in before} == before
    assert not scene.workspace.called_on_main_thread
    dialog.accept()


def test_enter_keeps_the_folder(scene: Scene) -> None:
    dialog = folders(scene)
    scene.qtbot.mouseClick(dialog.forget, LEFT)
    scene.qtbot.keyClick(scene.dialog("forget"), Qt.Key.Key_Return)
    scene.settle()
    assert dialog.list.count() == 1
    dialog.reject()


def test_a_folder_can_be_added_and_the_next_search_begins_beside_it(scene: Scene) -> None:
    dialog = folders(scene)
    scene.qtbot.mouseClick(dialog.add, LEFT)
    chooser = scene.window.findChild(QFileDialog)
    assert chooser is not None
    chooser.fileSelected.emit(str(scene.music / SIGNAL))
    chooser.reject()
    scene.settle()
    assert scene.window.view_state.model.rowCount() == 11 + 4
    assert scene.window.memory.music_folder == str(scene.music)
    scene.window.actions_.add_folder.trigger()
    again = next(d for d in scene.window.findChildren(QFileDialog) if d.isVisible())
    assert Path(again.directory().absolutePath()) == scene.music
    again.reject()
