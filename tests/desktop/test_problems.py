"""The lasting place for problems: there after a restart, when no job is there to tell of them."""

from pathlib import Path

from PySide6.QtGui import QGuiApplication

from rightsdesk.desktop.problems import problem_groups
from rightsdesk.practice.catalogue import KOVAL
from rightsdesk.workspace.types import Problem
from tests.desktop.conftest import Scene


def test_problems_are_grouped_and_named(scene: Scene, music: Path) -> None:
    path = next((music / KOVAL).rglob("03 Paper Moons.mp3"))
    path.write_bytes(b"")
    workspace = scene.workspace.real
    workspace.scan(workspace.artists()[0].id, [str(path)])
    scene.window.actions_.problems.trigger()
    dialog = scene.dialog("problems")
    scene.qtbot.waitUntil(lambda: dialog.tree.model().rowCount() > 0)
    model = dialog.tree.model()
    causes = [model.index(n, 0) for n in range(model.rowCount())]
    said = {cause.data(): model.index(0, 0, cause).data() for cause in causes}
    assert str(path) in said.values()
    assert "Files" in said.values()
    assert dialog.title.text() == f"What wants attention for {KOVAL}"
    dialog.copy.click()
    assert str(path) in QGuiApplication.clipboard().text()
    assert not scene.workspace.called_on_main_thread
    dialog.reject()


def test_what_is_nowhere_in_particular_has_no_number() -> None:
    one = Problem("question", "", "3 tracks are not certain.", "")
    two = Problem("file", "/a", "It is empty.", "")
    assert problem_groups([one, two], {}) == [
        ("3 tracks are not certain.", []),
        ("It is empty.", ["/a"]),
    ]
