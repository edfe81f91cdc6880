"""The proof that the audio is untouched, through the widgets and on real files."""

import threading
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QPushButton

from rightsdesk.desktop.jobs.proof import Proof, proof_headline, proof_summary
from rightsdesk.practice.catalogue import KOVAL
from rightsdesk.workspace.audio_proof import AudioState, VerifiedFile, VerifyReport
from rightsdesk.workspace.types.scopes import Filter
from tests.desktop.conftest import LONG, Scene
from tests.desktop.jobs.test_main_job import write

LEFT = Qt.MouseButton.LeftButton


def proof(*states: AudioState, cancelled: bool = False) -> Proof:
    files = tuple(VerifiedFile(f"/music/{n}.flac", one) for n, one in enumerate(states))
    return Proof.of(VerifyReport(files, cancelled))


def harm(folder: Path) -> tuple[Path, Path]:
    """Another program changes one file's audio, and takes another file away."""
    harmed, gone = sorted(folder.rglob("*.flac"))[:2]
    data = bytearray(harmed.read_bytes())
    data[-1] ^= 1
    harmed.write_bytes(data)
    gone.unlink()
    return harmed, gone


def test_the_headline_says_what_it_comes_to() -> None:
    same, untouched = AudioState.SAME, AudioState.UNTOUCHED
    assert proof_headline(proof(same, same, untouched)) == "The audio of 2 files is what it was"
    assert proof_headline(proof(same)) == "The audio of 1 file is what it was"
    assert proof_headline(proof(untouched)) == "There is nothing to prove yet"
    assert proof_headline(proof()) == "No files here"
    assert proof_headline(proof(cancelled=True)) == "Stopped before the first file"
    assert proof_headline(proof(same, AudioState.CHANGED)) == "1 file needs a look"
    told = proof_summary(proof(same, untouched, AudioState.UNREADABLE, cancelled=True))
    assert told == "Stopped early. Audio verified: 1 proven, 1 unreadable, 1 no change noted."


def test_before_the_first_change_there_is_nothing_to_prove(scene: Scene) -> None:
    scene.qtbot.keyClick(scene.window, Qt.Key.Key_F7)
    dialog = scene.dialog("proof")
    assert dialog.proof.counts == {AudioState.UNTOUCHED: 9}
    assert not dialog.proof.groups
    assert not scene.workspace.called_on_main_thread
    dialog.accept()


def test_the_button_proves_what_was_written(scene: Scene) -> None:
    write(scene)
    scene.window.go_to("home")
    button = scene.window.home.findChild(QPushButton, "home-verify")
    assert isinstance(button, QPushButton)
    scene.qtbot.mouseClick(button, LEFT)
    dialog = scene.dialog("proof")
    assert dialog.proof.counts == {AudioState.SAME: 9}
    dialog.accept()
    assert scene.window.notice.text.text() == "Audio verified: 9 proven."


def test_what_needs_a_look_is_named_and_can_be_copied(scene: Scene) -> None:
    write(scene)
    harmed, gone = harm(scene.music / KOVAL)
    scene.window.actions_.verify.trigger()
    dialog = scene.dialog("proof")
    assert dialog.proof.counts == {
        AudioState.SAME: 7,
        AudioState.CHANGED: 1,
        AudioState.UNREADABLE: 1,
    }
    model = dialog.tree.model()
    first = model.index(0, 0)
    assert first.data() == "Different (1)"
    assert model.index(0, 0, first).data() == str(harmed)
    dialog._copy()
    assert str(gone) in QGuiApplication.clipboard().text()
    dialog.accept()
    scene.qtbot.mouseClick(scene.window.notice.buttons[0], LEFT)
    scene.dialog("proof").accept()


def test_it_can_be_stopped_and_tells_what_was_read(scene: Scene) -> None:
    write(scene)
    began = threading.Event()

    def endless(chosen: Filter, *, progress: Any, cancel: Any) -> VerifyReport:
        progress(1, 9, "/music/one.flac")
        began.set()
        cancel.wait(LONG)
        report: VerifyReport = scene.workspace.real.catalogue.verify(chosen, cancel=cancel)
        return report

    scene.workspace.instead["catalogue.verify"] = endless
    scene.window.actions_.verify.trigger()
    scene.qtbot.waitUntil(began.is_set)
    (row,) = scene.window.progress.rows.values()
    scene.qtbot.waitUntil(lambda: row.count.text() == "1 / 9")
    assert not scene.window.actions_.verify.isEnabled(), "one job at a time"
    scene.qtbot.mouseClick(row.stop, LEFT)
    dialog = scene.dialog("proof")
    assert dialog.proof.cancelled
    assert scene.window.notice.text.text().startswith("Stopped early.")
    dialog.accept()
