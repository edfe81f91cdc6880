"""What the window remembers, and that forgetting it does no harm."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QStandardPaths, Qt
from PySide6.QtWidgets import QPushButton

from rightsdesk.desktop.parts.theme import em_across
from rightsdesk.desktop.shell.main_window import MainWindow
from rightsdesk.desktop.state.tasks import TaskRunner
from rightsdesk.desktop.state.window_settings import FILE_NAME, Columns, WindowSettings
from rightsdesk.workspace.overview.values import GroupBy
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


def drag_edge(scene: Scene, window: MainWindow, key: str, by: int) -> None:
    """Drag the end of a column's head."""
    table = window.catalogue.table
    header, column = table.horizontalHeader(), window.view_state.model.column_keys.index(key)
    edge = header.sectionViewportPosition(column) + header.sectionSize(column) - 1
    here = QPoint(edge, header.height() // 2)
    bar = header.viewport()
    scene.qtbot.mousePress(bar, Qt.MouseButton.LeftButton, pos=here)
    scene.qtbot.mouseMove(bar, here + QPoint(by // 2, 0))
    scene.qtbot.mouseMove(bar, here + QPoint(by, 0))
    scene.qtbot.mouseRelease(bar, Qt.MouseButton.LeftButton, pos=here + QPoint(by, 0))


def width_of(window: MainWindow, key: str) -> int:
    table = window.catalogue.table
    return table.columnWidth(window.view_state.model.column_keys.index(key))


def test_size_columns_and_grouping_are_as_they_were(
    scene: Scene, again: Callable[[], MainWindow]
) -> None:
    window = scene.window
    scene.resize(72, 47)
    scene.settle()
    width, height = window.width(), window.height()
    window.view_state.list.group(GroupBy.NONE)
    scene.settle()
    table = window.catalogue.table
    table.show_column("isrc", wanted=False)
    table.show_column("length", wanted=True)
    before = width_of(window, "release")
    drag_edge(scene, window, "release", 30)
    assert width_of(window, "release") == before + 30
    header, keys = table.horizontalHeader(), window.view_state.model.column_keys
    header.moveSection(header.visualIndex(keys.index("file")), 1)
    shown = ["title", "file", "release", "length", "consent"]
    assert table.shown_keys == shown
    window.close()
    second = again()
    assert (second.width(), second.height()) == (width, height)
    assert second.view_state.list.by is GroupBy.NONE
    assert second.catalogue.table.shown_keys == shown
    assert width_of(second, "release") == before + 30
    close(second)


def test_columns_of_an_older_version_are_found(tmp_path: Path) -> None:
    """The consent's column was called wish before version 0.2."""
    settings = WindowSettings(tmp_path)
    settings.keep_columns(Columns({"wish": False}, ("title", "wish"), {"wish": 90}))
    assert settings.columns == Columns({"consent": False}, ("title", "consent"), {"consent": 90})


def test_the_side_panel_comes_on_demand_and_is_remembered(
    scene: Scene, again: Callable[[], MainWindow]
) -> None:
    window = scene.window
    assert not window.catalogue.side.isVisible()
    before = window.catalogue.table.width()
    scene.qtbot.keyClick(window, Qt.Key.Key_F4)
    scene.settle()
    assert window.catalogue.side.isVisible()
    assert window.catalogue.table.width() < before
    window.close()
    second = again()
    assert second.catalogue.side.isVisible()
    button = second.catalogue.findChild(QPushButton, "close-side")
    scene.qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert not second.catalogue.side.isVisible()
    assert not second.actions_.side.isChecked()
    second.close()
    third = again()
    assert not third.catalogue.side.isVisible()
    scene.qtbot.keyClick(third.catalogue.table, Qt.Key.Key_Return)
    assert third.catalogue.details.isVisible()
    close(third)
    close(second)


def test_columns_fit_every_window(scene: Scene) -> None:
    for across in (48, 64, 90, 114):
        scene.resize(across, 43)
        scene.settle()
        table = scene.window.catalogue.table
        assert width_of(scene.window, "title") >= 180
        assert table.horizontalHeader().length() == table.viewport().width()
    assert table.columns == Columns(), "hiding a column is not a hand's doing"


@pytest.mark.parametrize(
    "text",
    [
        *("", "not an ini \0 file", "columns={\n"),
        "[General]\ncolumns=[1]\ngeometry=5\n",
        '[General]\ncolumns="{}"\nfilters=[7]\n',
    ],
)
def test_a_damaged_memory_is_as_good_as_none(
    text: str, scene: Scene, again: Callable[[], MainWindow]
) -> None:
    scene.window.close()
    (scene.workspace.data_dir / FILE_NAME).write_text(text)
    second = again()
    assert second.catalogue.table.columns == Columns()
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
