"""The lasting place for problems: there after a restart, when no job is there to tell of them."""

import shutil
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QWidget

from rightsdesk.consent import PRESETS, Consent, Preset
from rightsdesk.desktop.catalogue.problems import problem_groups
from rightsdesk.desktop.parts.names_list import NamesList
from rightsdesk.practice.catalogue import KOVAL
from rightsdesk.workspace.types import DecisionKind, Filter, Problem, ProblemKind, Scope, ScopeKind
from tests.desktop.conftest import Scene
from tests.workspace.conftest import SAMPLES, retag


def test_problems_are_grouped_and_named(scene: Scene, music: Path) -> None:
    path = next((music / KOVAL).rglob("03 Paper Moons.mp3"))
    path.write_bytes(b"")
    workspace = scene.workspace.real
    workspace.catalogue.scan(workspace.artists.all()[0].id, [str(path)])
    scene.window.actions_.problems.trigger()
    panel = scene.window.problems.panel
    assert panel.isVisible()
    scene.qtbot.waitUntil(lambda: panel.tree.model().rowCount() > 0)
    model = panel.tree.model()
    causes = [model.index(n, 0) for n in range(model.rowCount())]
    said = {cause.data(): model.index(0, 0, cause).data() for cause in causes}
    assert f"{path}, {KOVAL}" in said.values()
    assert "Files" in said.values()
    assert scene.window.problems.header.title.accessibleName() == f"Problems of {KOVAL}"
    panel.copy.click()
    assert str(path) in QGuiApplication.clipboard().text()
    assert not scene.workspace.called_on_main_thread


@pytest.fixture
def one_isrc(scene: Scene, tmp_path: Path) -> Scene:
    """Three songs with one ISRC, one of which is open."""
    folder = tmp_path / "one isrc"
    folder.mkdir()
    for name in ("First", "Second", "Third"):
        shutil.copy(SAMPLES / "sample.flac", folder / f"{name}.flac")
        retag(folder / f"{name}.flac", title=name, isrc="QZES52499999")
    workspace = scene.workspace.real
    artist = workspace.artists.all()[0]
    workspace.catalogue.scan(artist.id, [str(folder)])
    rows = workspace.catalogue.rows(workspace.catalogue.recordings(Filter()))
    [first] = [row.recording_id for row in rows if row.title == "First"]
    scope, consent = Scope(ScopeKind.RECORDING, first), PRESETS[Preset.OPEN]
    workspace.consents.set(scope, consent, confirmed=workspace.consents.widened_by(scope, consent))
    scene.workspace.calls.clear()
    return scene


def select(panel: Any, beginning: str) -> None:
    """Select the first line below the group that begins so."""
    model = panel.tree.model()
    for row in range(model.rowCount()):
        cause = model.index(row, 0)
        if cause.data().startswith(beginning):
            panel.tree.setCurrentIndex(model.index(0, 0, cause))
            return
    raise AssertionError(f"no group “{beginning}”")


def groups(panel: Any) -> list[str]:
    model = panel.tree.model()
    return [model.index(row, 0).data() for row in range(model.rowCount())]


def wanted(scene: Scene) -> dict[str, Consent]:
    workspace = scene.workspace.real
    rows = workspace.catalogue.rows(workspace.catalogue.recordings(Filter()))
    return {row.title: row.consent for row in rows if row.isrc == "QZES52499999"}


def test_a_finding_is_merged_and_that_is_taken_back(one_isrc: Scene) -> None:
    scene = one_isrc
    scene.window.actions_.problems.trigger()
    panel = scene.window.problems.panel
    assert panel.isVisible()
    scene.qtbot.waitUntil(lambda: any(text.startswith("One ISRC") for text in groups(panel)))
    assert not panel.deciding[DecisionKind.MERGE].isEnabled()
    select(panel, "One ISRC")
    panel.deciding[DecisionKind.MERGE].click()
    question = child(scene, panel)
    scene.qtbot.waitUntil(question.do.isEnabled)
    assert question.keep.isDefault(), "Enter leaves it as it is"
    question.boxes[2].click()
    scene.qtbot.waitUntil(question.do.isEnabled)
    [stricter] = question.findChildren(NamesList)
    assert stricter.names == [f"{KOVAL}, First: Open → No AI"]
    question.do.click()
    scene.qtbot.waitUntil(lambda: any(text.startswith("Decided") for text in groups(panel)))
    assert len(wanted(scene)) == 2
    assert set(wanted(scene).values()) == {PRESETS[Preset.NO_AI]}

    select(panel, "Decided")
    panel.undo.click()
    question = child(scene, panel)
    scene.qtbot.waitUntil(question.do.isEnabled)
    [opened] = question.findChildren(NamesList)
    assert opened.names == [f"{KOVAL}, First"]
    question.do.click()
    scene.qtbot.waitUntil(lambda: not any(text.startswith("Decided") for text in groups(panel)))
    assert wanted(scene)["First"] == PRESETS[Preset.OPEN]
    assert not scene.workspace.called_on_main_thread
    scene.settle()


def child(scene: Scene, panel: QWidget) -> Any:
    def shown() -> list[QDialog]:
        return [one for one in panel.findChildren(QDialog, "decision") if one.isVisible()]

    scene.qtbot.waitUntil(lambda: bool(shown()))
    return shown()[0]


def test_what_is_kept_apart_is_not_listed_again(one_isrc: Scene) -> None:
    scene = one_isrc
    scene.window.actions_.problems.trigger()
    panel = scene.window.problems.panel
    assert panel.isVisible()
    scene.qtbot.waitUntil(lambda: any(text.startswith("One ISRC") for text in groups(panel)))
    select(panel, "One ISRC")
    panel.deciding[DecisionKind.KEEP_APART].click()
    question = child(scene, panel)
    scene.qtbot.waitUntil(question.do.isEnabled)
    question.do.click()
    scene.qtbot.waitUntil(lambda: not any(text.startswith("One ISRC") for text in groups(panel)))
    scene.settle()


def test_what_is_nowhere_in_particular_has_no_number() -> None:
    one = Problem(ProblemKind.QUESTION, "", "3 tracks are not certain.", "")
    two = Problem(ProblemKind.FILE, "/a", "It is empty.", "")
    assert problem_groups([one, two], {}) == [
        ("3 tracks are not certain.", []),
        ("It is empty.", ["/a"]),
    ]
