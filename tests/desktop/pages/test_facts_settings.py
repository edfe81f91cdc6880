"""Settings of the facts about platforms, the daily update in the window, and the attribution."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QMessageBox

from rightsdesk import data_folder
from rightsdesk.desktop.pages.settings.facts import FactsSection
from rightsdesk.desktop.shell.help import about
from rightsdesk.resources.attribution import LICENCE_URL
from rightsdesk.resources.facts import all_facts
from rightsdesk.resources.facts_in_use import NAME
from tests.desktop.conftest import Scene
from tests.signed_facts import FOREIGN, file_of, trust_the_tests

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture(autouse=True)
def keys(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    trust_the_tests(monkeypatch)
    yield
    data_folder.use(None)


def opened(scene: Scene) -> FactsSection:
    scene.window.go_to("settings")
    scene.settle()
    return scene.window.settings.facts


def choose(scene: Scene, section: FactsSection, patch: pytest.MonkeyPatch, file: Path) -> None:
    patch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(file), ""))
    scene.qtbot.mouseClick(section.file, LEFT)
    scene.settle()


def test_what_is_in_use_is_said_and_nothing_is_automatic(scene: Scene) -> None:
    section = opened(scene)
    words = section.version.help.text()
    assert f"about {len(all_facts())} platforms. Came with RightsDesk." in words
    assert section.address.text() == ""
    assert not section.now.isVisible(), "there is no address to ask"
    scene.window.facts_updates.ask()
    scene.settle()
    assert scene.workspace.real.facts.state().origin == "shipped"


def test_a_file_is_installed_and_a_foreign_one_refused(
    scene: Scene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    section = opened(scene)
    file = tmp_path / "newer.facts"
    file.write_bytes(file_of("x", version="2032-01-01.1", key=FOREIGN))
    choose(scene, section, monkeypatch, file)
    assert "a key that RightsDesk does not know" in section.outcome.text()
    assert "Nothing was changed" in section.outcome.text()
    assert section.file.isEnabled()
    file.write_bytes(file_of("x", "youtube", version="2031-01-01.2"))
    choose(scene, section, monkeypatch, file)
    assert "Installed." in section.outcome.text()
    words = section.version.help.text()
    assert "(number 2), about 2 platforms. Installed as an update." in words
    assert not {call for call in scene.workspace.called_on_main_thread if call.startswith("facts.")}


def test_damaged_facts_are_told_of(scene: Scene) -> None:
    (scene.workspace.real.data_dir / NAME).write_bytes(b"damaged")
    assert "can't be used" in opened(scene).version.help.text()


def test_an_address_is_kept_and_a_plain_one_refused(scene: Scene) -> None:
    section = opened(scene)
    section.address.setText("http://facts.example/platforms.facts")
    scene.qtbot.mouseClick(section.keep, LEFT)
    scene.settle()
    assert "would not be encrypted" in section.outcome.text()
    assert scene.workspace.real.facts.address() == ""
    section.address.setText("https://facts.example/platforms.facts")
    scene.qtbot.mouseClick(section.keep, LEFT)
    scene.settle()
    assert scene.workspace.real.facts.address() == "https://facts.example/platforms.facts"
    assert section.now.isVisible()


def test_about_names_the_open_terms_archive(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    monkeypatch.setattr(QMessageBox, "exec", lambda box: said.append(box.informativeText()))
    monkeypatch.setattr(QMessageBox, "open", lambda box: said.append(box.informativeText()))
    about(scene.window)
    [text] = said
    assert "Contains information from the Open Terms Archive databases" in text
    assert LICENCE_URL in text
