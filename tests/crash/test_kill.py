"""kill -9 at any moment: no file is ever torn, and the next start knows which is which."""

import hashlib
import random
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from rightsdesk.consent import PRESETS, Preset
from rightsdesk.practice import catalogue
from rightsdesk.workspace import Workspace
from rightsdesk.workspace.types import Filter, Scope, ScopeKind

KILLS = 12
"""Random moments in all. Each starts from where the last one left the catalogue."""

pytestmark = pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs kill -9")


def victim(data: Path, what: str, at: int) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "tests.crash.victim", str(data), what, str(at)]
    root = Path(__file__).parents[2]
    return subprocess.run(command, capture_output=True, text=True, cwd=root, check=False)


def contents(folder: Path) -> dict[Path, str]:
    paths = [path for path in folder.rglob("*") if path.is_file()]
    return {path: hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}


@pytest.fixture
def music(tmp_path: Path) -> Path:
    catalogue.build(tmp_path / "music")
    return tmp_path / "music"


@pytest.fixture
def data(tmp_path: Path, music: Path) -> Path:
    """Data in which everything is chosen and nothing is written yet."""
    with Workspace.open(tmp_path / "data") as workspace:
        for name in catalogue.artists():
            artist = workspace.add_artist(name)
            workspace.scan(artist.id, [str(music / name)])
            scope = Scope(ScopeKind.ARTIST, artist.id)
            workspace.set_wish(scope, PRESETS[Preset.NO_AI])
    return tmp_path / "data"


def test_killed_at_any_moment_no_file_is_torn(data: Path, music: Path) -> None:
    chance = random.Random(20261122)
    old = contents(music)
    calls = {"tag": int(victim(data, "tag", 0).stdout)}
    new = contents(music)
    calls["undo"] = int(victim(data, "undo", 0).stdout)
    assert contents(music) == old, "an undo brings every byte back"

    what, killed = "tag", 0
    for _ in range(KILLS):
        moment = chance.randint(1, calls[what])
        killed += victim(data, what, moment).returncode == -signal.SIGKILL
        with Workspace.open(data) as workspace:
            now = contents(music)
            assert now.keys() == old.keys(), "nothing is left beside the files"
            torn = [path for path in now if now[path] not in (old[path], new[path])]
            assert torn == []
            states = {job.id: job for job in workspace.jobs()}
            last = states[max(states)] if states else None
            if last is not None and last.open_changes:
                workspace.apply(workspace.plan_resume(last.id))
            if what == "tag":
                workspace.apply(workspace.plan_tag(Filter()))
                assert contents(music) == new
                what = "undo"
            else:
                for job in workspace.jobs():
                    if job.undoable and job.kind != "undo":
                        workspace.apply(workspace.plan_undo(job.id))
                assert contents(music) == old
                what = "tag"
    assert killed >= KILLS * 0.8, "most of the moments came"


def test_killed_while_it_recovers(data: Path, music: Path) -> None:
    old = contents(music)
    chance = random.Random(7)
    calls = int(victim(data, "tag", 0).stdout)
    new = contents(music)
    victim(data, "undo", 0)
    for _ in range(5):
        victim(data, "tag", chance.randint(calls // 2, calls))
        victim(data, "open", chance.randint(1, 60_000))
        with Workspace.open(data) as workspace:
            now = contents(music)
            assert all(now[path] in (old[path], new[path]) for path in now)
            for job in workspace.jobs():
                if job.undoable and job.kind != "undo":
                    workspace.apply(workspace.plan_undo(job.id))
        assert contents(music) == old
