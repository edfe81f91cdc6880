"""The help: one page that says what is so."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QMessageBox

from rightsdesk.consent import Standing
from rightsdesk.desktop.parts.texts import standing_word
from rightsdesk.desktop.shell.help import STEPS
from tests.desktop.conftest import Scene


def test_the_page_tells_the_steps_the_limits_the_words_the_place_and_the_keys(
    scene: Scene,
) -> None:
    scene.window.activateWindow()
    scene.qtbot.waitUntil(scene.window.isActiveWindow)
    scene.qtbot.keyClick(scene.window, Qt.Key.Key_F1)
    page = scene.dialog("help").page.toPlainText()
    assert all(name in page for name, _ in STEPS)
    assert "signal, not a lock" in page
    assert all(standing_word(standing) in page for standing in Standing)
    assert str(scene.workspace.data_dir) in page
    actions = scene.window.actions_
    native = QKeySequence.SequenceFormat.NativeText
    for action in (actions.write, actions.undo, actions.verify, actions.find, actions.help):
        assert action.shortcut().toString(native) in page
    assert "&" not in page


def test_the_window_stays_usable_beside_it_and_there_is_only_one(scene: Scene) -> None:
    scene.window.actions_.help.trigger()
    first = scene.dialog("help")
    assert not first.isModal()
    scene.select(2)
    assert scene.window.catalogue.table.selected_count == 1
    scene.qtbot.keyClick(first, Qt.Key.Key_Escape)
    assert not first.isVisible()
    scene.window.actions_.help.trigger()
    assert scene.dialog("help") is first
    first.reject()


def test_about_names_version_and_licence(scene: Scene) -> None:
    scene.window.actions_.about.trigger()
    box = next(b for b in scene.window.findChildren(QMessageBox) if b.isVisible())
    assert "General Public License" in box.informativeText()
    box.reject()


def test_a_search_leaves_the_sections_that_match(scene: Scene) -> None:
    scene.window.actions_.help.trigger()
    dialog = scene.dialog("help")
    everything = dialog.page.toPlainText()
    scene.qtbot.keyClicks(dialog.field, "data folder")
    scene.qtbot.waitUntil(lambda: dialog.page.toPlainText() != everything)
    assert str(scene.workspace.data_dir) in dialog.page.toPlainText()
    assert "In five steps" not in dialog.page.toPlainText()
    dialog.field.clear()
    scene.qtbot.keyClicks(dialog.field, "zzz")
    scene.qtbot.waitUntil(lambda: "Nothing in the help" in dialog.page.toPlainText())
    scene.qtbot.keyClick(dialog.field, Qt.Key.Key_Escape)
    scene.qtbot.waitUntil(lambda: dialog.page.toPlainText() == everything)
    assert dialog.isVisible(), "Escape clears the search first"
    dialog.reject()
