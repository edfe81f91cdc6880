"""Export through the widgets: look, copy, save, and no file changed unasked."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QMessageBox, QPushButton

from rightsdesk.desktop.design.style import KIND, PRIMARY
from rightsdesk.desktop.exports.export import ExportDialog
from rightsdesk.workspace.exports.kinds import EXPORTS
from tests.desktop.conftest import Scene

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def export(scene: Scene) -> ExportDialog:
    """The dialog, opened by its action."""
    scene.window.actions_.export.trigger()
    dialog = scene.dialog("export")
    assert isinstance(dialog, ExportDialog)
    scene.settle()
    return dialog


def choose(scene: Scene, dialog: ExportDialog, kind: str) -> None:
    ids = [one.id for one in EXPORTS]
    dialog.kinds.setCurrentIndex(ids.index(kind) if kind in ids else len(ids))
    scene.settle()


def test_every_kind_is_shown_with_what_it_cannot_say(scene: Scene, export: ExportDialog) -> None:
    assert "BEGIN RightsDesk" in export.preview.toPlainText()
    choose(scene, export, "headers-nginx")
    assert "add_header Content-Usage" in export.preview.toPlainText()
    assert "says nothing about imitating voice or style" in export.told.text()
    assert "address is not known" in export.told.text()
    scene.qtbot.keyClicks(export.site, "mira.example")
    scene.settle()
    assert "https://mira.example/rightsdesk/rsl.xml" in export.preview.toPlainText()
    assert "address is not known" not in export.told.text()
    choose(scene, export, "ddex")
    assert not export.site.isVisible()
    choose(scene, export, "matrix")
    assert export.preview.toPlainText().startswith("Artist,Release,")
    assert not export.told.isVisible()
    assert not scene.workspace.called_on_main_thread & {"exports.make", "exports.matrix_csv"}


def test_the_registry_asks_for_the_recordings_iscc(scene: Scene, export: ExportDialog) -> None:
    choose(scene, export, "rsl")
    assert not export.iscc.isVisible()
    choose(scene, export, "tdm-ai")
    assert export.iscc.isVisible()
    assert not export.site.isVisible()
    assert "ISCC" in export.told.text()
    assert not export.save.isEnabled()
    scene.qtbot.keyClicks(export.iscc, f"ISCC:KIC{'A' * 52}")
    scene.settle()
    assert '"tdm-reservation": 1' in export.preview.toPlainText()
    assert export.save.isEnabled()


def test_nothing_to_say_can_be_neither_copied_nor_saved(scene: Scene, export: ExportDialog) -> None:
    choose(scene, export, "tdm-policy")
    assert export.preview.toPlainText() == ""
    assert "ask me" in export.told.text()
    assert not export.copy.isEnabled()
    assert not export.save.isEnabled()


def test_enter_saves(scene: Scene, export: ExportDialog) -> None:
    """There is one main button, and it is the one that Enter presses."""
    boxes = [one for one in export.findChildren(QPushButton) if one.isVisibleTo(export)]
    assert [one.objectName() for one in boxes if one.isDefault()] == ["export-save"]
    assert [one.objectName() for one in boxes if one.property(KIND) == PRIMARY] == ["export-save"]
    scene.qtbot.keyClick(export.kinds, Qt.Key.Key_Return)
    [asked] = [one for one in export.findChildren(QFileDialog) if one.isVisible()]
    asked.reject()


def test_copy_takes_the_text_along(scene: Scene, export: ExportDialog) -> None:
    choose(scene, export, "rsl")
    scene.qtbot.mouseClick(export.copy, LEFT)
    assert QGuiApplication.clipboard().text() == export.preview.toPlainText()
    assert export.became.text() == "Copied."


@pytest.mark.parametrize("agree", [True, False])
def test_a_file_that_is_there_is_changed_after_a_yes(
    scene: Scene, export: ExportDialog, tmp_path: Path, agree: bool
) -> None:
    file = tmp_path / "robots.txt"
    theirs = "User-agent: *\nDisallow: /private/\n"
    file.write_text(theirs)
    export.save_as(str(file))
    scene.qtbot.waitUntil(lambda: export.findChild(QMessageBox, "export-replace") is not None)
    question = export.findChild(QMessageBox, "export-replace")
    assert question is not None
    assert "stays" in question.informativeText()
    words = "&Add" if agree else "&Keep as it is"
    [pressed] = [b for b in question.findChildren(QPushButton) if b.text() == words]
    scene.qtbot.mouseClick(pressed, LEFT)
    scene.settle()
    assert file.read_text().startswith(theirs)
    assert (file.read_text() == theirs) is not agree
    assert export.became.isVisible() is agree


def test_what_cannot_be_written_is_said(scene: Scene, export: ExportDialog, tmp_path: Path) -> None:
    export.save_as(str(tmp_path / "no" / "robots.txt"))
    scene.settle()
    assert "folder is not there" in export.became.text()
    export.save_as(str(tmp_path / "robots.txt"))
    scene.settle()
    assert export.became.text() == f"Saved in {tmp_path / 'robots.txt'}."
    assert (tmp_path / "robots.txt").read_text() == export.preview.toPlainText()
