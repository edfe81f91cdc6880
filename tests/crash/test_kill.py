"""kill -9 at any moment: no file stays torn, and the next start knows the state of each.

`RIGHTSDESK_KILLS=200` sets the total number of random moments; a few by default.
"""

import hashlib
import os
import random
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from rightsdesk.changes import journal
from rightsdesk.changes.recover import Recovery
from rightsdesk.consent import PRESETS, Preset
from rightsdesk.files.patch.before_image import BeforeImage
from rightsdesk.practice import catalogue
from rightsdesk.workspace import Workspace
from rightsdesk.workspace.types.artists import Details
from rightsdesk.workspace.types.scopes import Filter, Scope, ScopeKind

KILLS = int(os.environ.get("RIGHTSDESK_KILLS", "50"))
ROUNDS = 4
"""Test groups, so that they can run in parallel."""

pytestmark = [
    pytest.mark.crash,
    pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs kill -9"),
]


def victim(data: Path, what: str, at: int) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "tests.crash.victim", str(data), what, str(at)]
    root = Path(__file__).parents[2]
    return subprocess.run(command, capture_output=True, text=True, cwd=root, check=False)


def contents(folder: Path) -> dict[Path, str]:
    paths = [path for path in folder.rglob("*") if path.is_file()]
    return {path: hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}


@dataclass
class Scene:
    """A catalogue in which all music has a consent: before and after the write."""

    data: Path
    music: Path
    old: dict[Path, str]
    new: dict[Path, str]
    calls: dict[str, int]

    def must_be_whole(self) -> None:
        now = contents(self.music)
        assert self.old.keys() <= now.keys() <= self.new.keys(), (
            "no other file is next to the files"
        )
        assert [p for p in now if now[p] not in (self.old.get(p), self.new[p])] == []

    def undo_everything(self, workspace: Workspace) -> None:
        for job in workspace.jobs.all():
            if job.undoable and job.kind != "undo":
                workspace.jobs.apply(workspace.jobs.plan_undo(job.id))
        assert contents(self.music) == self.old


@pytest.fixture
def scene(tmp_path: Path) -> Scene:
    data, music = tmp_path / "data", tmp_path / "music"
    catalogue.build(music)
    with Workspace.open(data) as workspace:
        for name in catalogue.artists():
            artist = workspace.artists.add(name)
            workspace.catalogue.scan(artist.id, [str(music / name)])
            workspace.consents.set(Scope(ScopeKind.ARTIST, artist.id), PRESETS[Preset.NO_AI])
            workspace.artists.set_details(artist.id, Details(sidecars=True))
    old = contents(music)
    calls = {"tag": int(victim(data, "tag", 0).stdout)}
    new = contents(music)
    with Workspace.open(data) as workspace:
        done = journal.changes_of(workspace._database, 1)
        of_files = [
            result.change.id or 0 for result in done if result.change.target.carrier == "file"
        ]
        images = journal.images(workspace._database, of_files).values()
    assert new.keys() > old.keys(), "sidecars are written too"
    assert {BeforeImage.from_bytes(image).in_place for image in images} == {True, False}
    calls["undo"] = int(victim(data, "undo", 0).stdout)
    assert contents(music) == old, "an undo restores every byte"
    return Scene(data, music, old, new, calls)


@pytest.mark.parametrize("turn", range(ROUNDS))
def test_killed_at_any_moment_even_during_recovery(scene: Scene, turn: int) -> None:
    """Each kill starts from the catalogue that the last kill left."""
    chance = random.Random(20261122 + turn)
    what, killed = "tag", 0
    recovered: set[Recovery] = set()
    kills = KILLS // ROUNDS
    most = -3 * kills  # more tries, if no kill came in the middle of a job
    while kills > 0 or (not any(recovered) and kills > most):
        moment = chance.randint(1, scene.calls[what])
        killed += victim(scene.data, what, moment).returncode == -signal.SIGKILL
        kills -= 1
        while kills > 0 and chance.random() < 0.4:
            victim(scene.data, "open", chance.randint(1, 40_000))
            kills -= 1
        with Workspace.open(scene.data) as workspace:
            recovered.add(workspace.recovery)
            scene.must_be_whole()
            job = max(workspace.jobs.all(), key=lambda job: job.id)
            if job.open_changes:
                workspace.jobs.apply(workspace.jobs.plan_resume(job.id))
            if what == "tag":
                workspace.jobs.apply(workspace.jobs.plan_tag(Filter()))
                assert contents(scene.music) == scene.new
                what = "undo"
            else:
                scene.undo_everything(workspace)
                what = "tag"
    assert killed, "some of the kills happened"
    assert any(recovered), "and some of them in the middle of a job"
