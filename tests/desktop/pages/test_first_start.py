"""The first start, as a tired musician goes through it: the music, No AI, review, written."""

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QFileDialog

from rightsdesk.consent import PRESETS, Consent, Permission, Preset, Use
from rightsdesk.desktop.design.buttons import Button
from rightsdesk.desktop.pages.start.music import others_words
from rightsdesk.enums.carriers import CarrierId
from rightsdesk.practice.catalogue import KOVAL
from rightsdesk.workspace.catalogue.surveying import Survey
from rightsdesk.workspace.types.matrix import Segment
from tests.desktop.conftest import Scene

LEFT = Qt.MouseButton.LeftButton
COPY = Qt.DropAction.CopyAction
NONE = Qt.KeyboardModifier.NoModifier


def choose_folder(scene: Scene, folder: Path) -> None:
    scene.qtbot.mouseClick(scene.window.start.music.zone.choose, LEFT)
    close_folder_dialog(scene, folder)


def close_folder_dialog(scene: Scene, folder: Path) -> None:
    """The system's own dialog is not ours to test: this is what it says at its end."""
    dialog = scene.window.start.findChild(QFileDialog)
    assert dialog is not None
    dialog.fileSelected.emit(str(folder))
    dialog.reject()
    scene.settle()


def drop(widget: object, *paths: Path) -> None:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    enter = QDragEnterEvent(QPointF(5, 5).toPoint(), COPY, mime, LEFT, NONE)
    widget.dragEnterEvent(enter)  # type: ignore[attr-defined]  # any widget that takes drops
    assert enter.isAccepted()
    widget.dropEvent(QDropEvent(QPointF(5, 5), COPY, mime, LEFT, NONE))  # type: ignore[attr-defined]


def test_four_clicks_protect_the_music(empty: Scene) -> None:
    """Choose a folder, open it in the system's dialog, see what will change, write."""
    window, qtbot = empty.window, empty.qtbot
    start = window.start
    assert window.whole.currentWidget() is start
    assert start.music.zone.choose.hasFocus()
    assert not start.go_on.isVisible()
    choose_folder(empty, empty.music / KOVAL)
    assert start.music.title.accessibleName() == KOVAL
    assert start.music.artist == KOVAL
    assert start.cards.cards[Preset.NO_AI].isChecked()
    qtbot.mouseClick(start.go_on, LEFT)
    preview = empty.dialog("review")
    assert window.whole.currentWidget() is window.main_view
    qtbot.mouseClick(preview.go, LEFT)
    empty.settle()
    artist = empty.workspace.artists.all()[0]
    assert (artist.name, artist.consent) == (KOVAL, PRESETS[Preset.NO_AI])
    assert artist.folders == (str(empty.music / KOVAL),)
    assert window.view_state.list.chips.bars == {CarrierId.FILES: {Segment.SAYS: 6}}


def test_nothing_is_reviewed_where_the_choice_is_left_for_later(empty: Scene) -> None:
    choose_folder(empty, empty.music / KOVAL)
    empty.qtbot.mouseClick(empty.window.start.later, LEFT)
    empty.qtbot.waitUntil(lambda: empty.window.view_state.model.rowCount() == 8)
    empty.settle()
    assert empty.workspace.artists.all()[0].consent == Consent()
    assert not empty._dialogs("preview")


def test_several_names_in_the_tags_are_a_question(empty: Scene) -> None:
    """A folder of two artists: the name is open at once, and each is one click away."""
    music = empty.window.start.music
    choose_folder(empty, empty.music)
    names = [one for one in music.names.findChildren(Button) if one.isVisible()]
    assert len(names) > 1
    assert music.edit.isVisible()
    other = music.survey.artists[1][0] if music.survey else ""
    empty.qtbot.mouseClick(names[1], LEFT)
    assert music.artist == other
    assert "All files here will belong to" in music.others.text()
    assert music.title.accessibleName() == other


def test_music_of_several_others_is_counted_as_a_whole() -> None:
    artists = (("Mono Harbour", 80), ("The Low Harbour", 80), ("Juno Adair", 70))
    survey = Survey(230, complete=True, read=230, artists=artists, releases=3)
    words = others_words(survey, "Mono Harbour")
    assert words.startswith("150 files name other artists, such as The Low Harbour. ")
    assert others_words(replace(survey, artists=artists[:2]), "Mono Harbour").startswith(
        "80 files name The Low Harbour. "
    )


def test_a_name_can_be_corrected(empty: Scene) -> None:
    start = empty.window.start
    choose_folder(empty, empty.music / KOVAL)
    empty.qtbot.mouseClick(start.music.change, LEFT)
    assert empty.window.focusWidget() is start.music.name
    empty.qtbot.keyClick(start.music.name, Qt.Key.Key_Delete)
    assert not start.go_on.isEnabled()
    assert start.go_on.accessibleDescription() == "Enter the artist's name first."
    empty.qtbot.keyClicks(start.music.name, "Mira K.")
    assert start.go_on.isEnabled()
    assert start.music.title.accessibleName() == "Mira K."


def test_a_folder_without_music_says_so(empty: Scene, tmp_path: Path) -> None:
    (tmp_path / "letters").mkdir()
    music = empty.window.start.music
    choose_folder(empty, tmp_path / "letters")
    assert music.zone.isVisible()
    assert "No music found" in music.zone.sentence.text()
    choose_folder(empty, empty.music / KOVAL)
    assert not music.zone.isVisible()


def test_folders_can_be_dropped_and_removed(empty: Scene) -> None:
    start = empty.window.start
    a_file = next((empty.music / KOVAL).rglob("*.mp3"))
    drop(start.music.zone, empty.music)
    drop(start, a_file)
    empty.settle()
    assert start.music.folders == [str(empty.music), str(a_file.parent)]
    if start.music.edit.isHidden():
        empty.qtbot.mouseClick(start.music.change, LEFT)
    for _ in range(2):
        empty.qtbot.mouseClick(start.music.edit.findChild(Button, "remove-folder"), LEFT)
        empty.settle()
    assert start.music.folders == []
    assert start.music.zone.isVisible()


def test_opening_up_is_asked_once_and_before_anything_is_written(empty: Scene) -> None:
    """The review names each title: its button is the yes, and Enter keeps things as they are."""
    window, qtbot = empty.window, empty.qtbot
    choose_folder(empty, empty.music / KOVAL)
    qtbot.mouseClick(window.start.cards.cards[Preset.OPEN], LEFT)
    qtbot.mouseClick(window.start.go_on, LEFT)
    review = empty.dialog("review")
    assert not empty._dialogs("widening")
    assert review.go.text() == "&Yes, let AI do more with these 9 files"
    opened = {title for _uses, titles in review.digest.opened for title in titles}
    assert any(title.startswith("Lantern (") for title in opened)
    qtbot.keyClick(review, Qt.Key.Key_Return)
    empty.settle()
    assert not empty._dialogs("review")
    qtbot.waitUntil(
        lambda: window.view_state.list.chips.bars == {CarrierId.FILES: {Segment.TO_WRITE: 6}}
    )
    qtbot.mouseClick(window.home.header.primary, LEFT)
    review = empty.dialog("review")
    qtbot.mouseClick(review.go, LEFT)
    empty.settle()
    assert empty.workspace.artists.all()[0].consent == PRESETS[Preset.OPEN]
    assert window.view_state.list.chips.bars == {CarrierId.FILES: {Segment.SAYS: 6}}


def test_each_use_can_be_chosen(empty: Scene) -> None:
    start = empty.window.start
    choose_folder(empty, empty.music / KOVAL)
    empty.qtbot.mouseClick(start.expander.toggle, LEFT)
    box = start.uses.boxes[Use.SEARCH]
    box.setCurrentIndex(list(Permission).index(Permission.CONSTRAINED))
    box.activated.emit(box.currentIndex())
    assert not any(card.isChecked() for card in start.cards.cards.values())
    empty.qtbot.mouseClick(start.go_on, LEFT)
    empty.dialog("review").reject()
    empty.settle()
    assert empty.workspace.artists.all()[0].consent[Use.SEARCH] is Permission.CONSTRAINED


def test_it_can_be_started_with_the_keyboard_alone(empty: Scene) -> None:
    window, qtbot = empty.window, empty.qtbot
    start = window.start
    qtbot.keyClick(start.music.zone.choose, Qt.Key.Key_Space)
    close_folder_dialog(empty, empty.music / KOVAL)
    start.music.change.setFocus()
    for _ in range(12):
        if window.focusWidget() is start.go_on:
            break
        qtbot.keyClick(window.focusWidget(), Qt.Key.Key_Tab)
    qtbot.keyClick(start.go_on, Qt.Key.Key_Space)
    empty.dialog("review").reject()
    empty.settle()
    assert empty.workspace.artists.all()[0].name == KOVAL
