"""Paths from outside: known music is shown, other music asked about, nothing disturbed."""

from pathlib import Path

from PySide6.QtCore import QUrl
from PySide6.QtGui import QFileOpenEvent, QGuiApplication
from PySide6.QtWidgets import QDialog

from rightsdesk.desktop.opening.file_openings import FileOpenings
from rightsdesk.desktop.opening.paths import MOST_PLACES, fewer
from rightsdesk.desktop.opening.second_start import Call
from rightsdesk.practice.catalogue import KOVAL, SIGNAL
from tests.desktop.conftest import Scene


def opened(scene: Scene, *paths: Path) -> None:
    scene.window.opening.open([str(path) for path in paths])
    scene.qtbot.waitUntil(lambda: not scene.window.opening.waiting)
    scene.settle()


def test_known_music_is_shown_in_the_catalogue(scene: Scene) -> None:
    window, release = scene.window, next((scene.music / KOVAL).iterdir())
    assert release.is_dir()
    total = window.view_state.list.chips.total
    window.go_to("home")
    opened(scene, release)
    assert window.page is window.catalogue
    assert window.view_state.list.narrowing.places == (str(release),)
    assert 0 < window.view_state.list.chips.total < total
    chip = window.catalogue.filters.places_chip
    assert release.name in chip.text()
    chip.click()
    scene.settle()
    assert window.view_state.list.chips.total == total
    assert not scene.workspace.called_on_main_thread


def test_one_file_is_shown_alone(scene: Scene) -> None:
    path = next(path for path in sorted((scene.music / KOVAL).rglob("*")) if path.is_file())
    opened(scene, path)
    assert scene.window.view_state.list.chips.total == 1


def test_a_chosen_place_can_be_saved_as_a_filter(scene: Scene) -> None:
    release = next((scene.music / KOVAL).iterdir())
    opened(scene, release)
    scene.window.catalogue.filters._save("That one")
    kept = scene.window.memory.saved_filters["That one"]
    assert kept.places == (str(release),)
    scene.window.view_state.list.show_places(())
    scene.window.catalogue.filters._use(kept)
    assert scene.window.view_state.list.narrowing.places == (str(release),)


def test_unknown_music_is_asked_about_as_after_a_drop(scene: Scene) -> None:
    opened(scene, scene.music / SIGNAL)
    dialog = scene.dialog("whose-folders")
    scene.qtbot.waitUntil(lambda: dialog.name.currentText() == SIGNAL)
    dialog.accept()
    scene.settle()
    artists = {one.name: one for one in scene.workspace.artists.all()}
    assert artists[SIGNAL].folders == (str(scene.music / SIGNAL),)


def test_the_first_start_takes_what_it_was_started_with(empty: Scene) -> None:
    file = next(path for path in sorted((empty.music / KOVAL).rglob("*")) if path.is_file())
    opened(empty, file)
    assert empty.window.start.music.folders == [str(file.parent)]
    assert empty.window.start.music.artist == KOVAL


def test_what_is_gone_is_named(scene: Scene) -> None:
    opened(scene, scene.music / "nowhere")
    assert "nothing at" in scene.window.notice.text.text()
    assert not scene._dialogs("whose-folders")


def test_an_open_dialog_comes_first(scene: Scene) -> None:
    dialog = QDialog(scene.window)
    dialog.open()
    scene.window.opening.open([str(scene.music / SIGNAL)])
    scene.window.opening._pause.timeout.emit()
    scene.settle()
    assert scene.window.opening.waiting
    assert not scene._dialogs("whose-folders")
    dialog.reject()
    dialog.deleteLater()
    scene.dialog("whose-folders").reject()


def test_work_under_way_comes_first(scene: Scene) -> None:
    window = scene.window
    window.job.scan(window.view_state.artists[0].id, [str(scene.music / KOVAL)])
    assert window.job.busy
    window.opening._paths = [str(scene.music / SIGNAL)]
    window.opening._ask([str(scene.music / SIGNAL)])
    assert not scene._dialogs("whose-folders")
    assert "asks about" in window.notice.text.text()
    scene.dialog("whose-folders").reject()
    assert not window.job.busy


def test_a_second_start_brings_the_window_back(scene: Scene) -> None:
    scene.window.hide()
    scene.window.called(Call((str(scene.music / SIGNAL),)))
    assert scene.window.isVisible()
    scene.dialog("whose-folders").reject()


def test_the_systems_own_events_open_files(qapp: QGuiApplication, tmp_path: Path) -> None:
    watch = FileOpenings(qapp)
    found: list[str] = []
    watch.opened.connect(found.append)
    qapp.sendEvent(qapp, QFileOpenEvent(QUrl.fromLocalFile(str(tmp_path))))
    watch.stop()
    qapp.sendEvent(qapp, QFileOpenEvent(QUrl.fromLocalFile(str(tmp_path))))
    assert found == [str(tmp_path)]


def test_what_is_inside_another_folder_is_left_out() -> None:
    assert fewer(["/m/b", "/m/a/x.mp3", "/m/a", "/m/ab"]) == ["/m/a", "/m/ab", "/m/b"]


def test_many_files_are_their_folders() -> None:
    many = [f"/m/{folder}/{n}.mp3" for folder in "abc" for n in range(MOST_PLACES)]
    assert fewer(many) == ["/m/a", "/m/b", "/m/c"]
    folders = [f"/m/{n}" for n in range(2 * MOST_PLACES)]
    assert fewer(folders) == ["/m"]
