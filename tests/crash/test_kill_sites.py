"""kill -9 while a site is published by SFTP: its robots.txt is old, new, or restored."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import paramiko
import pytest

from rightsdesk.consent import PRESETS, Preset
from rightsdesk.platforms.sites.sftp import fingerprint_of
from rightsdesk.practice.website import PracticeWebsite
from rightsdesk.workspace import Workspace
from rightsdesk.workspace.types.scopes import Scope, ScopeKind
from tests.platforms.sites import sftp_server
from tests.platforms.sites.changes import PASSWORD

pytestmark = [
    pytest.mark.crash,
    pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs kill -9"),
]
ROOT = Path(__file__).parents[2]
OWN = b"# mine\nUser-agent: *\nDisallow: /private/\n"
CALLS = (
    *("stat", "lstat", "list_folder", "open", "write"),
    *("remove", "rename", "mkdir", "rmdir", "chattr"),
)
OVERWRITTEN = "overwritten: "


class Trigger:
    """Kills the process that makes the fatal call, before or after the call is done."""

    def __init__(self) -> None:
        self.victim: subprocess.Popen[bytes] | None = None
        self.fatal: Callable[[str, str], bool] = lambda _call, _path: False

    def pull(self, call: str, path: str) -> None:
        victim, self.victim = self.victim, None
        if victim is not None and self.fatal(call, path):
            os.kill(victim.pid, signal.SIGKILL)
            victim.wait()
        else:
            self.victim = victim


@pytest.fixture
def trigger(monkeypatch: pytest.MonkeyPatch) -> Trigger:
    """On a server where every call may be the last."""
    trigger = Trigger()
    for name in CALLS:
        real = getattr(sftp_server._Files, name)

        def requests(self: Any, *given: Any, _name: str = name, _real: Any = real) -> Any:
            path = str(given[-1] if _name == "rename" else given[0])
            trigger.pull(f"before {_name}", path)
            answer = _real(self, *given)
            trigger.pull(f"after {_name}", path)
            return answer

        monkeypatch.setattr(sftp_server._Files, name, requests)
    return trigger


@pytest.fixture
def site(tmp_path: Path) -> Iterator[PracticeWebsite]:
    root = tmp_path / "home" / "site"
    root.mkdir(parents=True)
    (root / "robots.txt").write_bytes(OWN)
    with PracticeWebsite(root) as server:
        yield server


@pytest.mark.parametrize(
    ("call", "name"),
    [
        ("after open", ".part"),
        ("before rename", ".old"),
        ("after rename", ".old"),
        ("before rename", "/robots.txt"),
        ("after rename", "/robots.txt"),
        ("before remove", ".old"),
        (f"{OVERWRITTEN}before write", "/robots.txt"),
        (f"{OVERWRITTEN}after write", "/robots.txt"),
        (f"{OVERWRITTEN}before remove", ".part"),
        ("after mkdir", ".well-known"),
        ("after mkdir", "site/rightsdesk"),
    ],
)
def test_the_site_is_repaired_after_a_kill(
    isolated: Path,
    no_keyring: None,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    site: PracticeWebsite,
    trigger: Trigger,
    call: str,
    name: str,
) -> None:
    monkeypatch.setenv("RIGHTSDESK_PASSPHRASE", "salt and signal at night")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setattr(sftp_server._Files, "overwrites", call.startswith(OVERWRITTEN))
    call = call.removeprefix(OVERWRITTEN)
    root, key = site.root, paramiko.ECDSAKey.generate()
    with sftp_server.sftp_server(root.parent, PASSWORD, key) as port:
        with Workspace.open(isolated) as workspace:
            artist = workspace.artists.add("Mara Linde")
            where = f"sftp://mara@127.0.0.1:{port}/site"
            account = workspace.accounts.add(
                *(artist.id, "own_site"),
                identifier=where,
                secret=PASSWORD,
                base_url=site.base_url,
                fingerprint=fingerprint_of(key),
            )
            workspace.accounts.confirm(account.id)
            workspace.consents.set(Scope(ScopeKind.ARTIST, artist.id), PRESETS[Preset.NO_AI])
        ours = "rightsdesk-"
        trigger.fatal = lambda requests, path: (
            requests == call
            and path.endswith(name)
            and ("robots.txt" in path or call.endswith("mkdir"))
        )
        command = [sys.executable, "-m", "tests.crash.items_victim", str(isolated)]
        with subprocess.Popen(command, stdout=subprocess.DEVNULL, cwd=ROOT) as victim:
            trigger.victim = victim
        assert victim.returncode == -signal.SIGKILL
        with Workspace.open(isolated) as workspace:
            assert "nothing is damaged" not in workspace.recovery.sentence
            workspace.accounts.check_all()
            robots = (root / "robots.txt").read_bytes()
            assert robots.startswith(OWN)
            assert not [path for path in root.rglob("*") if ours in path.name]
            while workspace.jobs.last_undoable() and (back := workspace.jobs.plan_undo()).planned:
                workspace.jobs.apply(back)
    assert (root / "robots.txt").read_bytes() == OWN
    assert [path.name for path in root.iterdir()] == ["robots.txt"]
