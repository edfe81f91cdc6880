"""A file that somebody signed is left alone, and the review offers to change it all the same."""

from mutagen.id3 import GEOB, ID3
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QPushButton
from pytestqt.qtbot import QtBot

from rightsdesk.consent import Consent
from rightsdesk.practice.catalogue import KOVAL
from tests.desktop.conftest import Scene
from tests.desktop.review.test_review import NO_AI, change, plan, review

LEFT = Qt.MouseButton.LeftButton


def test_nothing_is_offered_where_nobody_signed(qtbot: QtBot) -> None:
    dialog = review(qtbot, plan(change(1, Consent(), NO_AI)))
    assert dialog.findChild(QFrame, "signed") is None


def test_signed_files_are_changed_once_that_is_asked_for(scene: Scene) -> None:
    [path] = (scene.music / KOVAL).rglob("03 Paper Moons.mp3")
    tags = ID3(path)
    tags.add(GEOB(mime="application/c2pa", filename="", desc="c2pa", data=b"manifest"))
    tags.save(path, v2_version=3)
    scene.workspace.catalogue.scan(scene.workspace.artists.all()[0].id, [str(path.parent)])
    scene.window.view_state.something_changed()
    scene.settle()
    signed = path.read_bytes()

    scene.qtbot.mouseClick(scene.window.catalogue.write, LEFT)
    spared = scene.dialog("review")
    assert spared.go.text() == "&Write to 8 files"
    offer = spared.findChild(QPushButton, "even-signed")
    assert offer is not None
    assert offer.text() == "&Change it all the same…"
    scene.qtbot.mouseClick(offer, LEFT)
    assert not spared.isVisible()

    scene.qtbot.waitUntil(lambda: scene.dialog("review") is not spared)
    all_of_them = scene.dialog("review")
    assert all_of_them.go.text() == "&Write to 9 files"
    assert all_of_them.findChild(QFrame, "signed") is None
    assert path.read_bytes() == signed, "a preview changes nothing"
    scene.qtbot.mouseClick(all_of_them.go, LEFT)
    scene.qtbot.waitUntil(lambda: "Done" in scene.window.notice.text.text())
    scene.settle()
    assert path.read_bytes() != signed
