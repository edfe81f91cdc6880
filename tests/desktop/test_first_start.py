"""The first start, as a tired musician goes through it: who, where, No AI."""

from pathlib import Path

from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QFileDialog

from rightsdesk.consent import PRESETS, Preset
from rightsdesk.practice.catalogue import KOVAL
from tests.desktop.conftest import Scene

LEFT = Qt.MouseButton.LeftButton


def choose_folder(scene: Scene, folder: Path) -> None:
    scene.qtbot.mouseClick(scene.window.welcome.choose, LEFT)
    close_folder_dialog(scene, folder)


def close_folder_dialog(scene: Scene, folder: Path) -> None:
    """The system's own dialog is not ours to test: this is what it says at its end."""
    dialog = scene.window.welcome.findChild(QFileDialog)
    assert dialog is not None
    dialog.fileSelected.emit(str(folder))
    dialog.reject()


def test_three_answers_lead_to_the_matrix(empty: Scene) -> None:
    window, qtbot = empty.window, empty.qtbot
    assert window.whole.currentWidget() is window.welcome
    assert window.welcome.name.hasFocus()
    qtbot.keyClicks(window.welcome.name, KOVAL)
    choose_folder(empty, empty.music / KOVAL)
    qtbot.mouseClick(window.welcome.cards.cards[Preset.NO_AI], LEFT)
    qtbot.waitUntil(lambda: window.desk.model.rowCount() == 6)
    empty.settle()
    assert window.whole.currentWidget() is window.desk_view
    window.go_to("catalogue")
    assert set(empty.words(4)) == {"No AI"}
    assert window.catalogue.summary.title.text() == KOVAL
    assert window.catalogue.summary.write.text() == "Protect 6 tracks…"
    assert window.catalogue.summary.write.isVisible()
    artist = empty.workspace.artists.all()[0]
    assert (artist.name, artist.consent) == (KOVAL, PRESETS[Preset.NO_AI])
    assert artist.folders == (str(empty.music / KOVAL),)


def test_a_click_too_early_says_what_is_missing(empty: Scene) -> None:
    welcome = empty.window.welcome
    empty.qtbot.mouseClick(welcome.cards.cards[Preset.NO_AI], LEFT)
    assert welcome.hint.text() == "First give the artist's name and a folder, please."
    empty.qtbot.keyClicks(welcome.name, KOVAL)
    empty.qtbot.mouseClick(welcome.cards.cards[Preset.NO_AI], LEFT)
    assert welcome.hint.text() == "First give a folder, please."
    empty.settle()
    assert empty.workspace.artists.all() == []


def test_folders_can_be_dropped(empty: Scene) -> None:
    welcome = empty.window.welcome
    a_file = next((empty.music / KOVAL).rglob("*.mp3"))
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(p)) for p in (empty.music, a_file)])
    drop = QDropEvent(
        QPointF(5, 5), Qt.DropAction.CopyAction, mime, LEFT, Qt.KeyboardModifier.NoModifier
    )
    welcome.dropEvent(drop)
    assert welcome.folders == [str(empty.music), str(a_file.parent)]
    assert "and 1 more folder" in welcome.where.text()


def test_opening_up_is_asked_before_anything_is_kept(empty: Scene) -> None:
    window, qtbot = empty.window, empty.qtbot
    qtbot.keyClicks(window.welcome.name, KOVAL)
    choose_folder(empty, empty.music / KOVAL)
    qtbot.mouseClick(window.welcome.cards.cards[Preset.OPEN], LEFT)
    question = empty.dialog("widening")
    qtbot.keyClick(question, Qt.Key.Key_Return)
    assert not question.isVisible()
    empty.settle()
    assert empty.workspace.artists.all() == []
    qtbot.mouseClick(window.welcome.cards.cards[Preset.OPEN], LEFT)
    qtbot.mouseClick(empty.dialog("widening").open_up, LEFT)
    qtbot.waitUntil(lambda: window.desk.model.rowCount() == 6)
    empty.settle()
    assert empty.workspace.artists.all()[0].consent == PRESETS[Preset.OPEN]


def test_it_can_be_started_with_the_keyboard_alone(empty: Scene) -> None:
    window, qtbot = empty.window, empty.qtbot
    qtbot.keyClicks(window.welcome.name, KOVAL)
    qtbot.keyClick(window.welcome.name, Qt.Key.Key_Tab)
    assert window.welcome.choose.hasFocus()
    qtbot.keyClick(window.welcome.choose, Qt.Key.Key_Space)
    close_folder_dialog(empty, empty.music / KOVAL)
    qtbot.keyClick(window.welcome.choose, Qt.Key.Key_Tab)
    assert window.welcome.cards.cards[Preset.NO_AI].hasFocus()
    qtbot.keyClick(window.welcome.cards.cards[Preset.NO_AI], Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: window.desk.model.rowCount() == 6)
    empty.settle()
