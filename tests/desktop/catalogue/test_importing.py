"""The window takes over a library of another program: chosen, undone, and refused in words."""

from __future__ import annotations

import shutil
import threading
from pathlib import Path
from typing import Any
from urllib.parse import quote
from xml.etree import ElementTree

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog

from rightsdesk.desktop.catalogue.import_rows import LABELS, NAME
from rightsdesk.desktop.catalogue.importing import ImportDialog
from rightsdesk.practice.catalogue import KOVAL
from rightsdesk.workspace.history.types import Can
from tests.desktop.conftest import LONG, Scene
from tests.workspace.conftest import SAMPLES
from tests.workspace.imports.test_imports import beets, itunes

LEFT = Qt.MouseButton.LeftButton
LABEL = "Low Tide Records"
NAMES = ("Bora", "Café Müller", "Nina", "Salt Lake")


@pytest.fixture
def library(tmp_path: Path) -> Path:
    """A collection of rekordbox with a folder for each artist."""
    root = ElementTree.Element("DJ_PLAYLISTS", Version="1.0.0")
    collection = ElementTree.SubElement(root, "COLLECTION")
    for number, name in enumerate(NAMES):
        file = tmp_path / "dj" / name / "1.flac"
        file.parent.mkdir(parents=True)
        shutil.copy(SAMPLES / "sample.flac", file)
        values = {"Artist": name, "Label": LABEL if number % 2 else ""}
        location = f"file://localhost{quote(str(file))}"
        ElementTree.SubElement(collection, "TRACK", values, Location=location)
    path = tmp_path / "rekordbox.xml"
    ElementTree.ElementTree(root).write(path, "utf-8", xml_declaration=True)
    return path


def choose(scene: Scene, library: Path) -> ImportDialog:
    """Choose a library in the system's dialog, and wait for what is in it."""
    dialog = scene.window.findChild(QFileDialog, "choose-library")
    assert dialog is not None
    dialog.fileSelected.emit(str(library))
    dialog.reject()
    scene.settle()
    found = scene.dialog("import")
    assert isinstance(found, ImportDialog)
    return found


def opened(scene: Scene, library: Path) -> ImportDialog:
    scene.window.actions_.import_library.trigger()
    return choose(scene, library)


def names(dialog: ImportDialog) -> list[str]:
    rows = dialog.list.filter
    return [rows.index(row, NAME).data() for row in range(rows.rowCount())]


def test_the_first_start_can_begin_with_a_library(empty: Scene, library: Path) -> None:
    start = empty.window.start
    empty.qtbot.mouseClick(start.music.zone.library, LEFT)
    dialog = choose(empty, library)
    assert "4 files, and 4 of them on this computer" in dialog.words.text()
    assert names(dialog) == list(NAMES)
    assert not dialog.go.isEnabled(), "nobody is chosen before a person does"
    dialog.rows.choose([0, 2], True)
    assert dialog.go.text() == "&Add 2 artists"
    empty.qtbot.mouseClick(dialog.go, LEFT)
    empty.settle()
    assert empty.window.whole.currentWidget() is empty.window.main_view
    found = {one.name: one.files for one in empty.workspace.real.artists.all()}
    assert found == {"Bora": 1, "Nina": 1}
    offers = [one.text() for one in empty.window.notice.buttons]
    assert "Write to files…" not in offers, "there is no choice to write yet"
    assert not {one for one in empty.workspace.called_on_main_thread if "imports" in one}


def test_an_import_is_undone_from_the_menu(scene: Scene, library: Path) -> None:
    before = [one.name for one in scene.workspace.real.artists.all()]
    dialog = opened(scene, library)
    dialog.rows.choose([0], True)
    scene.qtbot.mouseClick(dialog.go, LEFT)
    scene.settle()
    undo = scene.window.actions_.undo
    assert undo.text() == "&Undo import"
    undo.trigger()
    scene.settle()
    assert [one.name for one in scene.workspace.real.artists.all()] == before
    assert scene.workspace.real.history.entries(limit=1)[0].can is Can.REDO


@pytest.mark.usefixtures("no_flashes")
def test_artists_are_searched_and_narrowed_to_a_label(scene: Scene, library: Path) -> None:
    dialog = opened(scene, library)
    dialog.field.setText("muller")
    scene.settle()
    scene.qtbot.waitUntil(lambda: names(dialog) == ["Café Müller"])
    assert dialog.every.text() == "1 artist"
    dialog.field.clear()
    scene.qtbot.waitUntil(lambda: len(names(dialog)) == 4)
    dialog.label.setCurrentIndex(1)
    assert names(dialog) == ["Café Müller", "Salt Lake"]
    dialog.every.click()
    assert [one.name for one in dialog.rows.chosen] == ["Café Müller", "Salt Lake"]
    dialog.label.setCurrentIndex(0)
    assert dialog.every.checkState() is Qt.CheckState.PartiallyChecked
    assert dialog.go.text() == "&Add 2 artists", "what is not shown stays chosen"
    dialog.reject()


def test_the_keyboard_chooses(scene: Scene, library: Path) -> None:
    dialog = opened(scene, library)
    dialog.list.setFocus()
    scene.qtbot.keyClick(dialog.list, Qt.Key.Key_Space)
    scene.qtbot.keyClick(dialog.list, Qt.Key.Key_Down)
    scene.qtbot.keyClick(dialog.list, Qt.Key.Key_Space)
    scene.qtbot.keyClick(dialog.list, Qt.Key.Key_Space)
    assert [one.name for one in dialog.rows.chosen] == ["Bora"]
    dialog.reject()


def test_a_library_that_needs_its_music_folder_asks_for_it(
    scene: Scene, library: Path, tmp_path: Path
) -> None:
    music = library.parent / "dj"
    rows = [{"path": music / "Nina/1.flac", "artist": "Nina"}]
    dialog = opened(scene, beets(tmp_path / "library.db", rows, below=music))
    assert "relative to beets' music folder" in dialog.heading.text()
    assert dialog.folder.isVisible()
    scene.qtbot.mouseClick(dialog.folder, LEFT)
    ask = dialog.findChild(QFileDialog)
    assert ask is not None
    ask.fileSelected.emit(str(music))
    ask.reject()
    scene.settle()
    assert names(dialog) == ["Nina"]
    assert dialog.go.text() == "&Add 1 artist", "the only one is chosen"
    assert dialog.list.isColumnHidden(LABELS)
    dialog.reject()


def test_what_is_no_library_is_said_in_the_dialog(scene: Scene, tmp_path: Path) -> None:
    file = tmp_path / "list.xml"
    file.write_text("<playlist/>", "utf-8")
    dialog = opened(scene, file)
    assert "no library that RightsDesk knows" in dialog.heading.text()
    assert "Nothing was changed." in dialog.words.text()
    assert not dialog.go.isVisible()
    assert not dialog.folder.isVisible()
    dialog.reject()


def test_a_library_without_anything_new_says_so(scene: Scene, tmp_path: Path) -> None:
    files = sorted((scene.music / KOVAL).rglob("*.flac"))
    rows = [{"path": file, "artist": KOVAL} for file in files]
    dialog = opened(scene, itunes(tmp_path / "Library.xml", rows))
    assert dialog.heading.text() == "There is nothing new in this library."
    assert dialog.cancel.text() == "Close"
    dialog.reject()


def test_a_roster_that_changed_meanwhile_is_said_and_nothing_is_added(
    scene: Scene, library: Path
) -> None:
    dialog = opened(scene, library)
    dialog.rows.choose([0, 2], True)
    scene.workspace.real.artists.add("Nina")
    before = [one.name for one in scene.workspace.real.artists.all()]
    scene.qtbot.mouseClick(dialog.go, LEFT)
    scene.settle()
    assert "on the roster already" in dialog.heading.text()
    assert dialog.isVisible()
    assert [one.name for one in scene.workspace.real.artists.all()] == before
    scene.qtbot.mouseClick(dialog.cancel, LEFT)
    assert not dialog.isVisible()


def test_a_dialog_that_is_storing_waits_for_it(scene: Scene, library: Path) -> None:
    go_on = threading.Event()
    real = scene.workspace.real.imports.take_over

    def slow(*given: Any) -> Any:
        assert go_on.wait(LONG)
        return real(*given)

    scene.workspace.instead["imports.take_over"] = slow
    dialog = opened(scene, library)
    dialog.rows.choose([0], True)
    scene.qtbot.mouseClick(dialog.go, LEFT)
    dialog.reject()
    assert dialog.isVisible()
    go_on.set()
    scene.settle()
    assert scene.workspace.real.artists.named("Bora").files == 1


def test_a_reading_that_is_cancelled_stores_nothing(scene: Scene, library: Path) -> None:
    go_on, stopped = threading.Event(), threading.Event()

    def slow(*_given: Any, cancel: threading.Event, **_more: Any) -> None:
        assert cancel.wait(LONG)
        stopped.set()
        assert go_on.wait(LONG)

    scene.workspace.instead["imports.propose"] = slow
    scene.window.actions_.import_library.trigger()
    chooser = scene.window.findChild(QFileDialog, "choose-library")
    assert chooser is not None
    chooser.fileSelected.emit(str(library))
    chooser.reject()
    dialog = scene.dialog("import")
    assert dialog.heading.text() == "Reading the library…"
    scene.qtbot.mouseClick(dialog.cancel, LEFT)
    assert stopped.wait(LONG)
    assert not dialog.isVisible()
    go_on.set()
    scene.settle()
