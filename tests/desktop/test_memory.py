"""What the window remembers, and that forgetting it does no harm."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QStandardPaths, Qt

from rightsdesk.desktop.parts.theme import em_across
from rightsdesk.desktop.shell.main_window import MainWindow
from rightsdesk.desktop.state.tasks import TaskRunner
from rightsdesk.desktop.state.window_settings import FILE_NAME, WindowSettings
from tests.desktop.conftest import Scene, Watched, delete_now


@pytest.fixture
def again(workspace: Watched, work: TaskRunner, scene: Scene) -> Callable[[], MainWindow]:
    """Opens the window once more, as it was."""

    def open_again() -> MainWindow:
        window = MainWindow(workspace, work)  # type: ignore[arg-type]  # it stands in for one
        window.as_it_was()
        window.show()
        Scene(scene.qtbot, workspace, work, window, scene.music).settle()
        return window

    return open_again


def close(window: MainWindow) -> None:
    window.close()
    window.deleteLater()
    delete_now()


def test_size_panes_and_columns_are_as_they_were(
    scene: Scene, again: Callable[[], MainWindow]
) -> None:
    window = scene.window
    scene.resize(59, 47)
    scene.settle()
    width, height = window.width(), window.height()
    first = window.catalogue.panes.widget(0)
    assert first is not None
    window.catalogue.panes.moveSplitter(first.width() - 40, 1)
    window.catalogue.matrix.setColumnWidth(2, 155)
    kept = window.catalogue.panes.sizes()
    window.close()
    second = again()
    assert (second.width(), second.height()) == (width, height)
    assert second.catalogue.panes.sizes() == kept
    assert second.catalogue.matrix.columnWidth(2) == 155
    close(second)


def test_the_side_panel_gives_its_room_to_the_list_and_comes_when_it_is_needed(
    scene: Scene, again: Callable[[], MainWindow]
) -> None:
    window = scene.window
    before = window.catalogue.matrix.width()
    scene.qtbot.keyClick(window, Qt.Key.Key_F4)
    scene.settle()
    assert not window.catalogue.tabs.isVisible()
    assert window.catalogue.matrix.width() > before
    scene.resize(45, 28)
    scene.settle()
    assert window.catalogue.tabs.isVisible(), "in a tiny window the list is in it"
    assert not window.actions_.side.isEnabled()
    scene.resize(59, 43)
    scene.settle()
    assert not window.catalogue.tabs.isVisible()
    window.close()
    second = again()
    assert not second.catalogue.tabs.isVisible()
    scene.qtbot.keyClick(second.catalogue.matrix, Qt.Key.Key_Return)
    assert second.catalogue.inspector.isVisible()
    close(second)


def test_columns_that_nobody_touched_go_on_fitting_the_window(
    scene: Scene, again: Callable[[], MainWindow]
) -> None:
    scene.resize(64, 43)
    scene.settle()
    assert scene.window.catalogue.matrix.widths_by_hand() == {}
    scene.resize(90, 57)
    scene.settle()
    assert scene.window.catalogue.matrix.widths_by_hand() == {}, (
        "hiding a column is not a hand's doing"
    )
    scene.window.close()
    second = again()
    before = second.catalogue.matrix.columnWidth(2)
    second.resize(em_across(second, 114), second.height())
    assert second.catalogue.matrix.columnWidth(2) > before
    close(second)


@pytest.mark.parametrize(
    "text", ["", "not an ini \0 file", "[General]\ncolumns=[1]\ngeometry=5\n", "columns={\n"]
)
def test_a_damaged_memory_is_as_good_as_none(
    text: str, scene: Scene, again: Callable[[], MainWindow]
) -> None:
    scene.window.close()
    (scene.workspace.data_dir / FILE_NAME).write_text(text)
    second = again()
    assert second.catalogue.matrix.widths_by_hand() == {}
    assert second.width() > em_across(second, 28)
    close(second)


def test_the_search_for_music_begins_where_there_is_a_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    music = tmp_path / "Music"
    music.mkdir()
    monkeypatch.setattr(QStandardPaths, "writableLocation", lambda _which: str(music))
    memory = WindowSettings(tmp_path)
    assert memory.music_folder == str(music)
    album = tmp_path / "disk" / "Album"
    album.mkdir(parents=True)
    memory.found_music_in(str(album))
    assert WindowSettings(tmp_path).music_folder == str(album.parent)
    album.rmdir()
    album.parent.rmdir()
    assert memory.music_folder == str(music), "the disk was taken away"
