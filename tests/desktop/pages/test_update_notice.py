"""The notice about new versions in the window, and its settings: off at first, said once."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt

import rightsdesk
from rightsdesk.desktop.pages.settings.updates import UpdatesSection
from rightsdesk.workspace.observing import last_checks
from tests.desktop.conftest import Scene
from tests.signed_facts import trust_the_tests
from tests.workspace.updates.test_updates import feed

LEFT = Qt.MouseButton.LeftButton
ADDRESS = "https://releases.example/rightsdesk.releases"


@pytest.fixture(autouse=True)
def _keys(monkeypatch: pytest.MonkeyPatch) -> None:
    trust_the_tests(monkeypatch)


def known(scene: Scene, folder: Path, content: bytes) -> None:
    """Switch the notice on, as if the feed had been read today."""
    file = folder / "rightsdesk.releases"
    file.write_bytes(content)
    workspace = scene.workspace.real
    workspace.updates.switch(True, ADDRESS)
    workspace.updates.check(str(file))
    last_checks.note(workspace._database, "update-checked", workspace.now(), ok=True)


def ask(scene: Scene) -> None:
    scene.window.update_notice.ask()
    scene.settle()


def opened(scene: Scene) -> UpdatesSection:
    scene.window.go_to("settings")
    scene.settle()
    return scene.window.settings.updates


def test_nothing_is_asked_before_a_person_wants_it(scene: Scene) -> None:
    ask(scene)
    assert not scene.window.notice.isVisible()
    section = opened(scene)
    assert not section.watch.isChecked()
    assert section.address.text() == ""
    assert not section.now.isEnabled()
    assert not section.page.isVisible()
    assert section.version.help.text() == f"This is RightsDesk {rightsdesk.__version__}."


def test_a_newer_version_is_told_of_once_and_its_page_opens(scene: Scene, tmp_path: Path) -> None:
    known(scene, tmp_path, feed())
    pages: list[str] = []
    scene.window.update_notice._open_url = pages.append
    ask(scene)
    notice = scene.window.notice
    assert notice.text.text().startswith("RightsDesk 99.1.0 is available. Reads one more kind")
    scene.qtbot.mouseClick(notice.buttons[0], LEFT)
    assert len(pages) == 1
    assert pages[0].startswith("https://releases.example/")
    notice.clear()
    ask(scene)
    assert not notice.isVisible(), "once in a run"
    assert not {one for one in scene.workspace.called_on_main_thread if "updates" in one}


def test_what_is_said_already_is_not_pushed_away(scene: Scene, tmp_path: Path) -> None:
    known(scene, tmp_path, feed())
    scene.window.notice.tell("Something else.")
    ask(scene)
    assert scene.window.notice.text.text() == "Something else."
    scene.window.notice.clear()
    ask(scene)
    assert "99.1.0" in scene.window.notice.text.text()


def test_a_version_can_be_passed_over_and_the_next_is_told_of(scene: Scene, tmp_path: Path) -> None:
    known(scene, tmp_path, feed())
    ask(scene)
    scene.qtbot.mouseClick(scene.window.notice.buttons[1], LEFT)
    scene.settle()
    assert not scene.window.notice.isVisible()
    scene.window.update_notice._told = ""  # as after a new start
    ask(scene)
    assert not scene.window.notice.isVisible()
    known(scene, tmp_path, feed(version="99.2.0", issued="2031-02-01.1"))
    ask(scene)
    assert "99.2.0" in scene.window.notice.text.text()


def test_an_older_version_and_markup_are_no_trouble(scene: Scene, tmp_path: Path) -> None:
    known(scene, tmp_path, feed(version="0.0.1"))
    ask(scene)
    assert not scene.window.notice.isVisible()
    section = opened(scene)
    assert "It is the newest: 0.0.1 came out on" in section.version.help.text()
    known(scene, tmp_path, feed(issued="2031-02-01.1", changes=["<b>Bold</b> news"]))
    ask(scene)
    assert "<b>Bold</b> news" in scene.window.notice.text.text()
    assert scene.window.notice.text.textFormat() is Qt.TextFormat.PlainText


def test_the_switch_needs_an_address_and_keeps_it(scene: Scene, tmp_path: Path) -> None:
    section = opened(scene)
    section.watch.click()
    scene.settle()
    assert "knows no address" in section.outcome.text()
    assert not section.watch.isChecked(), "it is still off"
    section.address.setText("http://releases.example/feed")
    section.watch.click()
    scene.settle()
    assert "would not be encrypted" in section.outcome.text()
    section.address.setText(ADDRESS)
    section.watch.click()
    scene.settle()
    assert section.outcome.text() == "Saved. Looked for once a day."
    assert scene.workspace.real.updates.is_on()
    assert section.watch.isChecked()
    assert section.now.isEnabled()
    section.watch.click()
    scene.settle()
    assert not scene.workspace.real.updates.is_on()
    assert scene.workspace.real.updates.address() == ADDRESS


def test_settings_show_what_is_known_and_open_the_page(scene: Scene, tmp_path: Path) -> None:
    known(scene, tmp_path, feed())
    section = opened(scene)
    assert "99.1.0 is newer. It came out on" in section.version.help.text()
    pages: list[str] = []
    section._open_url = pages.append
    scene.qtbot.mouseClick(section.page, LEFT)
    assert len(pages) == 1
