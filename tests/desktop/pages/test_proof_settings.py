"""Settings of the history's proof: is it whole, who stamps it, and what a stamp says."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog

from rightsdesk.desktop.jobs.history_words import details_of
from rightsdesk.desktop.pages.settings.proof import ProofSection
from rightsdesk.store import deeds
from rightsdesk.store.database import FILE_NAME
from tests.desktop.conftest import Scene

LEFT = Qt.MouseButton.LeftButton


def opened(scene: Scene) -> ProofSection:
    scene.window.go_to("settings")
    scene.settle()
    return scene.window.settings.proof


def test_nobody_is_asked_until_somebody_is_chosen(scene: Scene) -> None:
    section = opened(scene)
    head = scene.workspace.real.evidence.head()
    assert f"{head.number} entries" in section.chain.help.text()
    assert not section.stamp.isEnabled()
    assert "choose an authority" in section.newest.help.text()


def test_a_check_says_that_all_fits_or_names_the_entry(scene: Scene) -> None:
    section = opened(scene)
    scene.qtbot.mouseClick(section.check, LEFT)
    scene.settle()
    assert section.outcome.text().startswith("Whole: ")
    folder: Path = scene.workspace.real.data_dir
    with closing(sqlite3.connect(folder / FILE_NAME)) as connection:
        connection.execute("DROP TRIGGER deeds_no_update")
        connection.execute("UPDATE deeds SET who = 'nobody' WHERE id = 1")
        connection.commit()
    scene.qtbot.mouseClick(section.check, LEFT)
    scene.settle()
    assert "Entry 1 does not fit" in section.outcome.text()


def test_sources_are_stored_and_refused(
    scene: Scene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    section = opened(scene)
    evidence = scene.workspace.real.evidence
    section.address.setText("http://tsa.example/tsr")
    scene.qtbot.mouseClick(section.keep, LEFT)
    scene.settle()
    assert "would not be encrypted" in section.outcome.text()
    assert evidence.stamp_sources().authority == ""
    section.address.setText("https://tsa.example/tsr")
    scene.qtbot.mouseClick(section.keep, LEFT)
    scene.settle()
    assert section.outcome.text() == "Saved."
    assert evidence.stamp_sources().authority == "https://tsa.example/tsr"
    assert section.stamp.isEnabled()
    file = tmp_path / "root.pem"
    file.write_bytes(b"no certificate")
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(file), ""))
    scene.qtbot.mouseClick(section.root, LEFT)
    scene.settle()
    assert "no certificates that can be read" in section.outcome.text()
    section.calendars.setCurrentIndex(1)
    section.calendars.activated.emit(1)
    scene.settle()
    assert len(evidence.stamp_sources().calendars) == 4
    assert not {
        call for call in scene.workspace.called_on_main_thread if call.startswith("evidence.")
    }


def test_an_authority_out_of_reach_is_said(scene: Scene) -> None:
    section = opened(scene)
    scene.workspace.real.evidence.choose_authority("http://127.0.0.1:9/tsr")
    section.refresh()
    scene.settle()
    scene.qtbot.mouseClick(section.stamp, LEFT)
    scene.settle()
    assert "can't be reached" in section.outcome.text()
    assert section.stamp.isEnabled()
    assert scene.workspace.real.evidence.stamps() == []


def test_the_details_of_an_entry_name_the_seat(scene: Scene) -> None:
    entry = scene.workspace.real.history.entries()[0]
    assert details_of(entry)[0].endswith(f", by {deeds.os_user()} on {deeds.seat()}")
