"""Settings: each is stored where it belongs, works at once, and is found by a search."""

from __future__ import annotations

import plistlib
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QLocale, QSettings, Qt
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QApplication

from rightsdesk.desktop.pages.settings.page import SettingsPage
from rightsdesk.desktop.pages.settings.titles import parts
from rightsdesk.desktop.shell import autostart, languages
from rightsdesk.desktop.shell.autostart import LaunchAgent, NotSwitched, WindowsRun, XdgAutostart
from rightsdesk.desktop.state.window_settings import WindowSettings
from rightsdesk.platforms.http import proxies
from tests.desktop.conftest import Scene

LEFT = Qt.MouseButton.LeftButton
COMMAND = ("/opt/Rights Desk/python", "-m", "rightsdesk", "--data-dir", '/home/a/100% "mine" $x')


def opened(scene: Scene) -> SettingsPage:
    scene.window.go_to("settings")
    scene.settle()
    return scene.window.settings


def shown(page: SettingsPage) -> list[str]:
    return [row.title for one in page.sections for row in one.rows if row.isVisibleTo(page)]


# --- the page ----------------------------------------------------------------------------


def test_a_search_leaves_the_settings_that_match(scene: Scene) -> None:
    page = opened(scene)
    everything = shown(page)
    scene.qtbot.keyClicks(page.field, "prox")
    scene.qtbot.waitUntil(lambda: shown(page) == ["Proxy"])
    scene.qtbot.keyClick(page.field, Qt.Key.Key_Escape)
    scene.qtbot.waitUntil(lambda: shown(page) == everything)
    scene.qtbot.keyClicks(page.field, "zzz")
    scene.qtbot.waitUntil(page.nothing.isVisible)


def test_in_a_narrow_window_nothing_is_cut(scene: Scene) -> None:
    page = opened(scene)
    scene.resize(30, 26)
    scene.settle()
    area, first = page._area, page.look.rows[0]
    inside = area.widget()
    assert inside is not None
    assert first.control.y() > first.help.geometry().bottom()
    assert inside.width() <= area.viewport().width()
    scene.resize(90, 40)
    scene.settle()
    assert first.control.x() > first.help.geometry().right()


def test_the_palette_leads_to_a_setting(scene: Scene) -> None:
    page = opened(scene)
    key = next(key for key, title in parts() if title == "Proxy")
    scene.window.go_to("home")
    scene.window._show_setting(key)
    assert page.isVisible()
    assert scene.window.focusWidget() is page.network.kind


def test_the_language_is_kept_for_the_next_start(scene: Scene) -> None:
    page = opened(scene)
    box = page.look.languages
    assert [box.itemText(n) for n in range(box.count())][:2] == ["System", "English"]
    box.setCurrentIndex(1)
    box.activated.emit(1)
    assert WindowSettings(scene.workspace.data_dir).language == "en"


def test_a_proxy_is_set_and_a_wrong_one_is_said(scene: Scene) -> None:
    page = opened(scene)
    section = page.network
    section.kind.setCurrentIndex(2)
    section.kind.activated.emit(2)
    scene.qtbot.keyClicks(section.address, "ftp://nowhere")
    scene.qtbot.mouseClick(section.use, LEFT)
    scene.settle()
    assert "not the address of a proxy" in section.outcome.text()
    section.address.clear()
    scene.qtbot.keyClicks(section.address, "proxy.example:8080")
    scene.qtbot.keyClick(section.address, Qt.Key.Key_Return)
    scene.settle()
    try:
        assert scene.workspace.real.settings.proxy() == "http://proxy.example:8080"
        assert proxies.chosen() == "http://proxy.example:8080"
    finally:
        proxies.choose(proxies.SYSTEM)
    assert "settings.set_proxy" not in scene.workspace.called_on_main_thread


def test_an_own_sentence_is_previewed_and_saved(scene: Scene) -> None:
    page = opened(scene)
    section = page.writing
    assert "AI rights reserved" in section.preview.text()
    section.form.sentence.setCurrentIndex(1)
    section.form.sentence.activated.emit(1)
    scene.qtbot.keyClicks(section.form.words, "Ask me first.")
    assert section.preview.text().endswith("| Ask me first.")
    section.form.sidecars.click()
    scene.qtbot.mouseClick(section.form.save, LEFT)
    scene.settle()
    details = scene.workspace.real.artists.details(scene.workspace.real.artists.all()[0].id)
    assert (details.sentence, details.sidecars) == ("Ask me first.", True)


def test_the_data_folder_is_opened(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    opened_at: list[str] = []

    def open_url(url: Any) -> bool:
        opened_at.append(url.toLocalFile())
        return True

    monkeypatch.setattr(QDesktopServices, "openUrl", open_url)
    page = opened(scene)
    scene.qtbot.mouseClick(page.data.open, LEFT)
    assert opened_at == [str(scene.workspace.data_dir)]


def test_starting_at_login_is_written_only_when_asked(
    scene: Scene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = opened(scene)
    made = XdgAutostart(COMMAND, tmp_path / "config")
    monkeypatch.setattr(page.background, "_starts", made.is_on)
    monkeypatch.setattr(page.background, "_set_start", made.switch)
    page.refresh()
    assert not page.background.start.isChecked()
    assert not (tmp_path / "config").exists()
    scene.qtbot.mouseClick(page.background.start, LEFT, pos=page.background.start.rect().center())
    assert made.is_on()
    (tmp_path / "config" / "autostart").chmod(0o500)
    scene.settle()


def test_where_it_cannot_be_written_the_page_says_so(
    scene: Scene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = opened(scene)
    (tmp_path / "config").write_text("a file")
    made = XdgAutostart(COMMAND, tmp_path / "config")
    monkeypatch.setattr(page.background, "_set_start", made.switch)
    page.background.start.click()
    assert not page.background.start.isChecked()
    assert "could not be changed" in page.background.start_row.help.text()


# --- starting at login -------------------------------------------------------------------


def test_xdg_autostart_is_a_desktop_entry(tmp_path: Path) -> None:
    made = XdgAutostart(COMMAND, tmp_path)
    assert not made.is_on()
    made.switch(True)
    [line] = [
        line
        for line in (tmp_path / "autostart" / "rightsdesk.desktop").read_text().splitlines()
        if line.startswith("Exec=")
    ]
    assert line == (
        'Exec="/opt/Rights Desk/python" "-m" "rightsdesk" "--data-dir" '
        '"/home/a/100%% \\\\"mine\\\\" \\\\$x"'
    )
    assert made.is_on()
    made.switch(False)
    assert list((tmp_path / "autostart").iterdir()) == []


def test_a_desktop_that_switched_it_off_is_believed(tmp_path: Path) -> None:
    made = XdgAutostart(COMMAND, tmp_path)
    made.switch(True)
    file = tmp_path / "autostart" / "rightsdesk.desktop"
    file.write_text(f"{file.read_text()}Hidden=true\n")
    assert not made.is_on()
    made.switch(True)
    assert made.is_on()


def test_a_launch_agent_is_a_property_list(tmp_path: Path) -> None:
    made = LaunchAgent(COMMAND, tmp_path)
    assert not made.is_on()
    made.switch(True)
    [file] = (tmp_path / "Library" / "LaunchAgents").iterdir()
    found = plistlib.loads(file.read_bytes())
    assert found["ProgramArguments"] == list(COMMAND)
    assert found["RunAtLoad"] is True
    assert file.stem == found["Label"]
    assert made.is_on()
    made.switch(False)
    assert not made.is_on()
    file.write_bytes(b"broken")
    assert not made.is_on()


def test_windows_has_a_value_below_run(tmp_path: Path) -> None:
    def settings() -> QSettings:
        return QSettings(str(tmp_path / "run.ini"), QSettings.Format.IniFormat)

    made = WindowsRun(COMMAND, settings)
    assert not made.is_on()
    made.switch(True)
    assert settings().value("RightsDesk") == subprocess.list2cmdline(COMMAND)
    assert made.is_on()
    made.switch(False)
    assert not made.is_on()
    assert settings().allKeys() == []


def test_what_cannot_be_written_raises(tmp_path: Path) -> None:
    (tmp_path / "Library").write_text("a file")
    with pytest.raises(NotSwitched):
        LaunchAgent(COMMAND, tmp_path).switch(True)


def test_another_data_folder_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("RIGHTSDESK_DATA_DIR", str(tmp_path / "usual"))
    autostart.autostart(tmp_path / "other").switch(True)
    file = tmp_path / "config" / "autostart" / "rightsdesk.desktop"
    assert f'"--data-dir" "{tmp_path / "other"}"' in file.read_text()
    autostart.autostart(tmp_path / "usual").switch(True)
    assert "--data-dir" not in file.read_text()


# --- languages ---------------------------------------------------------------------------


def test_a_translation_in_the_folder_is_offered_and_spoken(
    qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert languages.available(tmp_path) == [("en", "English")]
    before = QLocale()
    try:
        assert languages.install(qapp, "de", tmp_path) == "en", "none there: English as a whole"
        assert languages.install(qapp, "en", tmp_path) == "en"
        assert languages.install(qapp, "", tmp_path) == "en"
    finally:
        languages.install(qapp, "en", tmp_path)
        QLocale.setDefault(before)
    (tmp_path / "rightsdesk_de.qm").write_bytes(b"")
    assert languages.available(tmp_path) == [("en", "English"), ("de", "Deutsch")]
