"""kill -9 while two hosts are written to: nothing is lost, and nothing is done twice."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from rightsdesk.clock import Clock
from rightsdesk.consent import PRESETS, Preset
from rightsdesk.practice import catalogue
from rightsdesk.practice.browser import PracticeBrowser
from rightsdesk.practice.http import Reply, Request
from rightsdesk.practice.soundcloud import CLIENT_ID, PracticeSoundCloud
from rightsdesk.workspace import Workspace
from rightsdesk.workspace.types.scopes import Filter, Scope, ScopeKind

pytestmark = [
    pytest.mark.crash,
    pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs kill -9"),
]
EVERYTHING = Filter()
LATER = Clock(now=lambda: datetime.now(UTC) + timedelta(minutes=11))
"""Longer than SoundCloud may show the state before a write."""
KOVAL, SIGNAL = catalogue.KOVAL, catalogue.SIGNAL
ROOT = Path(__file__).parents[2]


class Deadly(PracticeSoundCloud):
    """Kills the process that writes a certain track, before or after the write."""

    def __init__(self, at: int, *, after: bool) -> None:
        super().__init__(catalogue.soundcloud(), redirect_uris=None)
        self.at, self.after = at, after
        self.victim: subprocess.Popen[bytes] | None = None
        self.asked = 0
        self.written = Counter[str]()  # a request that a kill interrupts is no request

    def handle(self, request: Request) -> Reply:
        if request.method != "PUT":
            return super().handle(request)
        self.asked += 1
        mortal = self.victim is not None and self.asked == self.at
        if mortal and not self.after:
            self._kill()
            return Reply(0)
        reply = super().handle(request)
        self.written[request.path] += reply.status == 200
        if mortal:
            self._kill()
        return reply

    def _kill(self) -> None:
        assert self.victim is not None
        os.kill(self.victim.pid, signal.SIGKILL)
        self.victim.wait()
        self.victim = None


@pytest.fixture
def music(tmp_path: Path) -> Path:
    catalogue.build(tmp_path / "music")
    return tmp_path / "music"


@pytest.fixture
def data(monkeypatch: pytest.MonkeyPatch, isolated: Path, no_keyring: None) -> Path:
    """A data folder whose vault two processes can open with a passphrase."""
    monkeypatch.setenv("RIGHTSDESK_PASSPHRASE", "salt and signal at night")
    return isolated


def connect(workspace: Workspace, server: PracticeSoundCloud, name: str, music: Path) -> None:
    artist = workspace.artists.add(name)
    workspace.catalogue.scan(artist.id, [str(music / name)])
    workspace.consents.set(Scope(ScopeKind.ARTIST, artist.id), PRESETS[Preset.NO_AI])
    pending = workspace.accounts.begin_sign_in(
        artist.id, "soundcloud", client_id=CLIENT_ID, base_url=server.base_url, port=0
    )
    browser = PracticeBrowser(name)
    browser(pending.url)
    pending.finish()
    browser.close()


def killed(data: Path, server: Deadly) -> None:
    """Run a sync until the server kills it."""
    command = [sys.executable, "-m", "tests.crash.items_victim", str(data)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, cwd=ROOT) as victim:
        server.victim = victim
    assert victim.returncode == -signal.SIGKILL


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("at", [1, 2])
def test_changes_interrupted_by_a_kill_are_found_and_finished(
    data: Path, music: Path, at: int, after: bool
) -> None:
    with Deadly(at, after=after) as deadly, Deadly(0, after=False) as other:
        with Workspace.open(data) as workspace:
            connect(workspace, deadly, KOVAL, music)
            connect(workspace, other, SIGNAL, music)
        before = [server.tracks(name) for server, name in ((deadly, KOVAL), (other, SIGNAL))]
        killed(data, deadly)
        with Workspace.open(data) as workspace:
            assert "checked with the platform" in workspace.recovery.sentence
            [job] = workspace.jobs.all()
            if not after:
                must_wait(workspace, job.id)
        with Workspace.open(data, clock=LATER) as workspace:
            job = next(job for job in workspace.jobs.all() if job.open_changes)
            report = workspace.jobs.apply(workspace.jobs.plan_resume(job.id))
            assert set(report.counts) <= {"done", "unchanged"}
            assert workspace.jobs.plan_sync(EVERYTHING).changes == ()
            assert not any(job.open_changes for job in workspace.jobs.all())
            assert max((deadly.written | other.written).values()) == 1, "no track is written twice"
            for job in workspace.jobs.all():
                if job.undoable:
                    workspace.jobs.apply(workspace.jobs.plan_undo(job.id))
        now = [server.tracks(name) for server, name in ((deadly, KOVAL), (other, SIGNAL))]
        assert stated(now) == stated(before)


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
def test_a_sync_after_a_kill_leaves_no_open_work_and_reports_no_drift(
    data: Path, music: Path, after: bool
) -> None:
    with Deadly(2, after=after) as deadly, Deadly(0, after=False) as other:
        with Workspace.open(data) as workspace:
            connect(workspace, deadly, KOVAL, music)
            connect(workspace, other, SIGNAL, music)
        before = [server.tracks(name) for server, name in ((deadly, KOVAL), (other, SIGNAL))]
        killed(data, deadly)
        with Workspace.open(data) as workspace:
            workspace.jobs.apply(workspace.jobs.plan_sync(EVERYTHING))
            kinds = {problem.kind for problem in workspace.catalogue.problems(EVERYTHING)}
            assert "drift" not in kinds, "a write by our own job is no drift"
        with Workspace.open(data, clock=LATER) as workspace:
            workspace.jobs.apply(workspace.jobs.plan_sync(EVERYTHING))
            kinds = {problem.kind for problem in workspace.catalogue.problems(EVERYTHING)}
            assert not kinds & {"drift", "unconfirmed"}
            assert not any(job.open_changes for job in workspace.jobs.all())
            for job in workspace.jobs.all():
                if job.undoable:
                    workspace.jobs.apply(workspace.jobs.plan_undo(job.id))
        now = [server.tracks(name) for server, name in ((deadly, KOVAL), (other, SIGNAL))]
        assert stated(now) == stated(before)


def must_wait(workspace: Workspace, job: int) -> None:
    """A write sent just before the kill, and not shown yet, is not sent again too soon."""
    waits = [
        change
        for change in workspace.jobs.plan_resume(job).changes
        if change.outcome == "unconfirmed"
    ]
    assert waits
    assert all("It is not sent again before" in change.problem for change in waits)
    report = workspace.jobs.apply(workspace.jobs.plan_resume(job))
    assert report.counts["unconfirmed"] == len(waits)
    assert set(report.counts) <= {"done", "unchanged", "unconfirmed"}


def stated(tracks: list[list[dict[str, object]]]) -> list[tuple[object, str]]:
    """Our statements in the tracks; an empty value and null count as equal."""
    return [
        (track["tag_list"], str(track["description"] or ""))
        for account in tracks
        for track in account
    ]
