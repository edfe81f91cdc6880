"""No secret is found in clear text after a whole run with many failures.

An artist's accounts on six platforms are connected, checked, synced and undone. Meanwhile their
servers answer with errors, incomplete answers, echoes of requests, and redirects. Then the test
searches every file of the data folder, all logs and all output, in every spelling. While the
program runs, it also searches the arguments of all processes.
"""

import logging
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from rightsdesk.cli.session import open_workspace
from rightsdesk.practice import catalogue
from rightsdesk.practice.bluesky import PracticeBluesky
from rightsdesk.practice.browser import PracticeBrowser
from rightsdesk.practice.cloudflare import PracticeCloudflare, Zone
from rightsdesk.practice.faults import Fault, FaultKind
from rightsdesk.practice.http import PracticeServer
from rightsdesk.practice.internet_archive import PracticeInternetArchive
from rightsdesk.practice.peertube import PracticePeerTube
from rightsdesk.practice.soundcloud import CLIENT_ID, PracticeSoundCloud
from rightsdesk.practice.website import PracticeWebsite
from rightsdesk.workspace import Workspace
from tests.cli.fakes import Ran, run
from tests.platforms.sites.bucket import Bucket
from tests.secrets.canaries import (
    EchoingServer,
    arguments_of_programs,
    files_in,
    found_in,
    spellings,
)

KOVAL = catalogue.KOVAL
PASSPHRASE = "canary passphrase/Tq7+Zr4"
CLIENT_SECRET = "canary-client-secret-8Jf2"
BUCKET_SECRET = "canary/S3+secret/Wm5Qe9Xt2"
HANDLE, USER, UPLOADER, ZONE = "koval.test", "koval", "koval@label.example", "ab" * 16
REPORTS = (
    ("status",),
    ("status", "--json"),
    ("problems",),
    ("problems", "--json"),
    ("jobs",),
    ("jobs", "--json"),
    ("history",),
    ("history", "--json"),
    ("account", "list", "--json"),
    ("platforms", "--artist", KOVAL, "--json"),
    ("match", "--json"),
    ("export", "matrix", "--artist", KOVAL),
    ("export", "rsl", "--artist", KOVAL),
)


class BucketSite(PracticeWebsite):
    """The web site that serves the contents of the bucket."""

    def __init__(self, bucket: Bucket) -> None:
        super().__init__(Path())
        self._bucket = bucket

    def _file(self, path: str) -> bytes | None:
        return self._bucket.files.get(f"www{path}")


class World:
    """Six platforms, one data folder, and everything that was printed."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self.data = folder / "data"
        self.music = folder / "music"
        self.printed: dict[str, bytes] = {}
        self.soundcloud = PracticeSoundCloud(
            catalogue.soundcloud(), client_secret=CLIENT_SECRET, redirect_uris=None
        )
        self.bluesky = PracticeBluesky({HANDLE: {}})
        self.cloudflare = PracticeCloudflare(
            {ZONE: Zone("koval.example", {"ai_training": "disabled"})}
        )
        song = {"identifier": "night-ferry", "title": "Night Ferry", "creator": KOVAL}
        self.archive = PracticeInternetArchive({UPLOADER: [song]})
        self.peertube = PracticePeerTube({USER: [{"name": "Night Ferry"}]})
        self.bucket = Bucket()
        self.site, self.elsewhere = BucketSite(self.bucket), PracticeWebsite(folder)
        for server in (*self.servers, self.site, self.elsewhere):
            stack.enter_context(server)
        there = self.elsewhere.base_url
        self.echoing = [EchoingServer(server, elsewhere=there) for server in self.servers]
        self.app_password = self.bluesky.app_password(HANDLE)
        self.api_token = self.cloudflare.new_token(ZONE)

    @property
    def servers(self) -> list[PracticeServer]:
        return [
            self.soundcloud,
            self.bluesky,
            self.cloudflare,
            self.archive,
            self.peertube,
            self.bucket,
        ]

    @property
    def secrets(self) -> set[str]:
        """Everything that must stay secret: issued tokens, typed passwords, and sign-in codes."""
        given = {PASSPHRASE, CLIENT_SECRET, BUCKET_SECRET, self.app_password, self.api_token}
        issued = (
            self.soundcloud.oauth.issued,
            self.bluesky.issued,
            self.cloudflare.issued,
            self.archive.issued,
            self.peertube.issued,
        )
        return given.union(*issued)

    def logins(self) -> dict[str, tuple[tuple[str, ...], str]]:
        """Arguments of `account add`, and what is typed, by platform."""
        keys = self.archive.keys[UPLOADER]
        bucket = self.bucket.base_url.replace("http://", "s3+http://AKIAKOVAL@") + "/mara/www"
        return {
            "soundcloud": (_to(self.soundcloud, "--client-id", CLIENT_ID), CLIENT_SECRET),
            "bluesky": (_to(self.bluesky, "--identifier", HANDLE), self.app_password),
            "cloudflare": (_to(self.cloudflare, "--identifier", ZONE), self.api_token),
            "internet_archive": (_to(self.archive, "--identifier", keys.access), keys.secret),
            "peertube": (_to(self.peertube, "--identifier", USER), self.peertube.passwords[USER]),
            "own_site": (_to(self.site, "--identifier", bucket), BUCKET_SECRET),
        }

    def open(self) -> Workspace:
        workspace: Workspace = open_workspace(self.data)
        return workspace

    def __call__(self, *arguments: str, typed: str = "") -> Ran:
        """Run one command and record what it prints."""
        with self.open() as workspace:
            done = run(workspace, "--verbose", *arguments, typed=typed)
        name = f"{len(self.printed)} {' '.join(arguments[:2])}"
        self.printed[name] = (done.out + done.err).encode()
        return done

    def leaks(self) -> list[str]:
        """Where a secret appears in clear text, in the data folder or in the output."""
        return found_in({**files_in(self.data), **self.printed}, self.secrets)


def _to(server: PracticeServer, *more: str) -> tuple[str, ...]:
    auth = ("--auth-url", server.base_url, "--port", "0") if "--client-id" in more else ()
    return ("--base-url", server.base_url, *auth, *more, "--secret-stdin")


@pytest.fixture
def world(tmp_path: Path, no_keyring: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """All accounts connected, nothing written yet; the passphrase opens the vault."""
    monkeypatch.setenv("RIGHTSDESK_PASSPHRASE", PASSPHRASE)
    monkeypatch.setattr("rightsdesk.platforms.http.client.FIRST_PAUSE", 0.0)
    with ExitStack() as stack:
        world = World(tmp_path, stack)
        catalogue.build(world.music)
        world("artist", "add", KOVAL)
        assert world("scan", str(world.music / KOVAL), "--artist", KOVAL).code == 0
        world("consent", "set", "--artist", KOVAL, "--preset", "no-ai", "--yes")
        yield world


def connect(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    browser = PracticeBrowser(KOVAL)
    monkeypatch.setattr("webbrowser.open", browser)
    for platform, (arguments, typed) in world.logins().items():
        done = world("account", "add", platform, "-y", "--artist", KOVAL, *arguments, typed=typed)
        assert done.code == 0, done
    browser.close()


def go_wrong(world: World) -> None:
    """Each way to fail, one after another; the program's messages are checked."""
    whole = ("sync", "--yes", "--allow-widening", "--json")
    for status in (400, 404, 500, 302):
        for echo in world.echoing:
            echo.status = status
        assert world(*whole).code != 0
    world("account", "check", "soundcloud", "--artist", KOVAL)
    for echo in world.echoing:
        echo.status = 0
    for kind in (FaultKind.ERROR, FaultKind.TRUNCATED, FaultKind.CUT_OFF):
        for server in world.servers:
            server.faults.add(Fault(kind, times=0))
        assert world(*whole).code != 0
        for server in world.servers:
            server.faults.clear()
    for server in world.servers:
        server.faults.add(Fault(FaultKind.EXPIRED))
    assert world(*whole).code in (0, 1)


def end(world: World) -> None:
    """Too many calls, and revoked sign-ins."""
    for server in world.servers:
        server.faults.add(Fault(FaultKind.TOO_MANY, retry_after="86400"))
    world.soundcloud.faults.clear()
    world.peertube.faults.clear()
    world.soundcloud.revoke(KOVAL)
    world.peertube.oauth.sign_out(USER)
    for echo in world.echoing:
        if echo.server in (world.soundcloud, world.peertube):
            echo.status = 401
    assert world("sync", "--yes", "--json").code != 0
    assert world("undo", "--yes", "--allow-widening", "--json").code != 0


@pytest.mark.slow
def test_no_secret_is_left_in_clear_after_a_run_with_failures(
    world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    connect(world, monkeypatch)
    go_wrong(world)
    assert world("sync", "--yes", "--allow-widening", "--json").code == 0
    assert world.bucket.files.keys() >= {"www/robots.txt"}
    assert world("undo", "--yes", "--allow-widening", "--json").code == 0
    end(world)
    for report in REPORTS:
        assert world(*report).code in (0, 1), report
    with world.open() as workspace:  # while the database is open, SQLite's own files exist
        assert {account.state for account in workspace.accounts.all()} == {"connected", "reconnect"}
        assert list(world.data.glob("*-wal"))
        assert world.leaks() == []
    world("account", "remove", "bluesky", "--artist", KOVAL, "--yes")
    assert world.leaks() == []
    # A real browser knows the code that it carries; the scripted browser reports what it visits.
    logged = "\n".join(r.getMessage() for r in caplog.records if _is_not_browser(r))
    assert found_in({"log": logged.encode()}, world.secrets) == []
    assert len(world.secrets) > 15
    for request in world.elsewhere.seen:  # a request without a sign-in may follow a redirect
        assert request.scheme == request.query.get("access_token", "") == ""


def _is_not_browser(record: logging.LogRecord) -> bool:
    return record.threadName != "browser"


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/cmdline").exists(), reason="no list of programs to read")
def test_no_secret_is_an_argument_of_any_program(world: World) -> None:
    """As a person runs it: separate processes, observed from outside while they wait for input."""
    observed: dict[str, bytes] = {}

    def observe(*_: object) -> None:
        observed.update(arguments_of_programs())

    for server in world.servers:
        server.watch = observe
    command = [sys.executable, "-m", "rightsdesk", "--data-dir", str(world.data)]
    environment = {**os.environ, "RIGHTSDESK_PASSPHRASE": PASSPHRASE}
    logins = world.logins()
    steps = [
        (("account", "add", name, "-y", "--artist", KOVAL, *logins[name][0]), logins[name][1])
        for name in ("bluesky", "cloudflare")
    ]
    for arguments, typed in (*steps, (("sync", "--yes", "--json"), "")):
        done = subprocess.run(
            [*command, *arguments],
            input=typed,
            capture_output=True,
            text=True,
            env=environment,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        world.printed[arguments[1]] = (done.stdout + done.stderr).encode()
    assert any(b"rightsdesk" in line for line in observed.values())
    assert found_in(observed, world.secrets) == []
    assert world.leaks() == []


@pytest.mark.parametrize("around", ["", "a", "ab", "abc", "user:"])
def test_the_search_finds_a_planted_secret(around: str) -> None:
    """An empty search result only counts if the search can find something."""
    import base64

    secret = "kq3/Zt+8 Ü-canary"
    for name, spelled in spellings(secret).items():
        assert found_in({"there": b"x" + spelled + b"y"}, {secret}), name
    held = base64.b64encode(f"{around}{secret}{around}".encode())
    assert found_in({"there": held}, {secret})
    assert not found_in({"there": b"nothing of the kind"}, {secret})
