"""The notice about new versions: off at first, signed, never older, and nothing is installed."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import threading
import tomllib
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

import rightsdesk
from rightsdesk.enums.causes import Cause
from rightsdesk.platforms.http.errors import AddressRefused, PlatformError
from rightsdesk.resources.facts_file import RefusedFacts
from rightsdesk.resources.facts_file import verified as verified_facts
from rightsdesk.resources.release_feed import (
    MAX_BYTES,
    InstallKind,
    RefusedFeed,
    ReleaseFeed,
    signed,
    verified,
    version_order,
)
from rightsdesk.resources.signed_files import seal
from rightsdesk.store.settings import keep_setting
from rightsdesk.workspace import Workspace
from rightsdesk.workspace.updates import installation
from rightsdesk.workspace.updates.types import NoFeedAddress, OlderFeed
from tests.cli.fakes import run
from tests.fake_clock import FakeClock
from tests.signed_facts import FOREIGN, KEYS, OURS, file_of, trust_the_tests

PROJECT = Path(__file__).resolve().parents[3]


@pytest.fixture(autouse=True)
def _keys(monkeypatch: pytest.MonkeyPatch) -> None:
    trust_the_tests(monkeypatch)


def feed(key: Ed25519PrivateKey = OURS, **more: Any) -> bytes:
    """A signed feed of a release that is newer than any program."""
    values = {
        "schema": 1,
        "issued": "2031-01-01.1",
        "version": "99.1.0",
        "date": "2031-01-01",
        "page": "https://releases.example/",
        "changes": ["Reads one more kind of file.", "Starts faster."],
        "systems": [
            {
                "kind": "deb",
                "page": "https://releases.example/debian",
                "minimum": "Debian 12",
                "packages": [{"file": "rightsdesk_99.1.0_amd64.deb", "sha256": "0" * 64}],
            },
            {"kind": "source", "page": "https://releases.example/s", "minimum": "Python 3.11"},
        ],
        **more,
    }
    return signed(msgspec.convert(values, ReleaseFeed), key)


FEED = feed()


class _Site(HTTPServer):
    content = FEED
    asked = 0
    requests: list[dict[str, str]]


class _Handler(BaseHTTPRequestHandler):
    server: _Site

    def do_GET(self) -> None:
        self.server.asked += 1
        self.server.requests.append(dict(self.headers.items()))
        etag = f'"{hashlib.sha256(self.server.content).hexdigest()[:8]}"'
        unchanged = self.headers.get("If-None-Match") == etag
        content = b"" if unchanged else self.server.content
        self.send_response(304 if unchanged else 200)
        self.send_header("ETag", etag)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def site() -> Iterator[_Site]:
    """A server that publishes a feed."""
    server = _Site(("127.0.0.1", 0), _Handler)
    server.requests = []
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def address(site: _Site) -> str:
    return f"http://127.0.0.1:{site.server_port}/rightsdesk.releases"


# --- the file --------------------------------------------------------------------------------


def test_a_signed_feed_gives_the_release_for_each_installation() -> None:
    found = verified(FEED, KEYS)
    assert (found.version, found.date, len(found.changes)) == ("99.1.0", "2031-01-01", 2)
    debian = found.of(InstallKind.DEB)
    assert debian is not None
    assert debian.packages[0].file == "rightsdesk_99.1.0_amd64.deb"
    assert found.of(InstallKind.MACOS) is None


@given(place=st.integers(0, len(FEED) - 1), byte=st.integers(0, 255))
def test_another_byte_anywhere_is_refused(place: int, byte: int) -> None:
    changed = FEED[:place] + bytes([byte]) + FEED[place + 1 :]
    if changed != FEED:
        with pytest.raises(RefusedFeed) as refused:
            verified(changed, KEYS)
        assert refused.value.untouched.startswith("Nothing was changed")


@given(content=st.binary(max_size=300))
def test_other_files_are_refused(content: bytes) -> None:
    for whole in (content, FEED + content + b"x", seal(b"rightsdesk-releases 1\n", content, OURS)):
        with pytest.raises(RefusedFeed):
            verified(whole, KEYS)


def test_a_signature_of_one_kind_of_file_counts_for_no_other() -> None:
    facts = file_of("x")
    with pytest.raises(RefusedFeed, match="no signed feed"):
        verified(facts, KEYS)
    with pytest.raises(RefusedFeed, match="does not fit"):
        verified(facts.replace(b"rightsdesk-facts 1", b"rightsdesk-releases 1"), KEYS)
    with pytest.raises(RefusedFacts):
        verified_facts(FEED.replace(b"rightsdesk-releases 1", b"rightsdesk-facts 1"), KEYS)


@pytest.mark.parametrize(
    "wrong",
    [
        {"page": "http://releases.example/"},
        {"page": "javascript:alert(1)"},
        {"page": "https://releases.example/ x"},
        {"version": "99.1"},
        {"version": "99.1.0.dev1"},
        {"issued": "yesterday"},
        {"changes": []},
        {"changes": ["x" * 401]},
        {"systems": []},
        {"colour": "blue"},
    ],
    ids=str,
)
def test_a_feed_of_another_form_is_refused_though_it_is_signed(wrong: dict[str, Any]) -> None:
    values = {**json.loads(FEED.split(b"\n", 3)[3]), **wrong}
    content = seal(b"rightsdesk-releases 1\n", json.dumps(values).encode(), OURS)
    with pytest.raises(RefusedFeed, match="not written as"):
        verified(content, KEYS)


def test_a_feed_for_a_newer_program_says_that_there_is_one() -> None:
    content = seal(b"rightsdesk-releases 1\n", b'{"schema":2,"more":[]}', OURS)
    with pytest.raises(RefusedFeed, match="newer RightsDesk, so there is one"):
        verified(content, KEYS)


def test_versions_are_ordered_by_number_and_after_their_previews() -> None:
    ordered = ["0.2.0.dev0", "0.2.0a1", "0.2.0", "0.9.0", "0.10.0rc1", "0.10.0", "1.0.0"]
    keys = [version_order(version) for version in ordered]
    assert keys == sorted(set(keys))
    version_order(rightsdesk.__version__)
    with pytest.raises(ValueError, match="no version"):
        version_order("next")


# --- checking --------------------------------------------------------------------------------


def test_at_first_nothing_is_looked_for_and_no_address_is_built_in(workspace: Workspace) -> None:
    state = workspace.updates.state()
    assert (state.on, state.address, state.newest) == (False, "", None)
    assert workspace.updates.due() is None
    assert workspace.updates.check_if_due() is None
    with pytest.raises(NoFeedAddress):
        workspace.updates.check()
    with pytest.raises(NoFeedAddress):
        workspace.updates.switch(True)
    assert not workspace.updates.is_on()


def test_only_encrypted_addresses_are_kept(workspace: Workspace) -> None:
    with pytest.raises(AddressRefused):
        workspace.updates.switch(True, "http://releases.example/feed")
    assert not workspace.updates.is_on()
    assert workspace.updates.address() == ""


def test_a_check_says_what_is_newer_and_where_to_get_it(
    workspace: Workspace, site: _Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(installation, "_FLATPAK_INFO", Path("/nowhere"))
    found = workspace.updates.check(address(site))
    assert (found.version, found.newer, found.page) == (
        "99.1.0",
        True,
        "https://releases.example/s",
    )
    assert "runs from its source" in found.how
    assert workspace.updates.state().newest == found
    site.content = feed(version="0.0.1", issued="2031-01-01.2")
    assert not workspace.updates.check(address(site)).newer


def test_nothing_that_identifies_a_person_is_sent(workspace: Workspace, site: _Site) -> None:
    workspace.updates.check(address(site))
    workspace.updates.check(address(site))
    first, second = site.requests
    allowed = {"Host", "User-Agent", "Accept", "Accept-Encoding", "Accept-Language", "Connection"}
    assert set(first) <= allowed
    assert first["User-Agent"] == f"RightsDesk/{rightsdesk.__version__}"
    assert set(second) - set(first) == {"If-None-Match"}, "the second is answered by 304"


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (feed(issued="2030-12-31.9"), OlderFeed),
        (feed(issued="2032-01-01.1", key=FOREIGN), RefusedFeed),
        (FEED[:-9], RefusedFeed),
        (b"<html>Please sign in</html>", RefusedFeed),
        (b"\0" * (MAX_BYTES + 1), RefusedFeed),
    ],
    ids=["older", "foreign", "cut", "page", "oversized"],
)
def test_what_is_refused_changes_nothing(
    workspace: Workspace, site: _Site, content: bytes, kind: type[RefusedFeed]
) -> None:
    before = workspace.updates.check(address(site))
    site.content = content
    with pytest.raises(kind) as refused:
        workspace.updates.check(address(site))
    assert refused.value.untouched.startswith("Nothing was changed")
    assert workspace.updates.state().newest == before


def test_a_stored_feed_that_was_changed_is_not_believed(workspace: Workspace, site: _Site) -> None:
    workspace.updates.check(address(site))
    with workspace._database.write() as connection:
        keep_setting(connection, "release-feed", '{"feed":"AAAA","address":"","etag":""}')
    state = workspace.updates.state()
    assert state.newest is None
    assert "no signed feed" in state.problem
    with workspace._database.write() as connection:
        keep_setting(connection, "release-feed", "[")
    assert "damaged" in workspace.updates.state().problem
    assert workspace.updates.check(address(site)).version == "99.1.0"
    assert workspace.updates.state().problem == ""


def test_it_is_looked_once_a_day_also_after_a_failure(isolated: Path, site: _Site) -> None:
    clock = FakeClock()
    with Workspace.open(isolated, clock=clock.clock) as workspace:
        workspace.updates.switch(True, address(site))
        site.content = b"broken"
        with pytest.raises((RefusedFeed, PlatformError)):
            workspace.updates.check_if_due()
        assert workspace.updates.check_if_due() is None, "again tomorrow, not in an hour"
        assert site.asked == 1
        site.content = FEED
        clock.move(days=1)
        found = workspace.updates.check_if_due()
        assert found is not None
        assert found.newer
        due = workspace.updates.due()
        assert due is not None
        assert clock.wall < due <= clock.wall + timedelta(days=1)
        workspace.updates.switch(False)
        clock.move(days=9)
        assert workspace.updates.check_if_due() is None
        assert site.asked == 2
        assert workspace.updates.address() == address(site), "the address is kept"


def test_a_version_that_was_dismissed_is_not_told_of_again(
    workspace: Workspace, site: _Site
) -> None:
    workspace.updates.check(address(site))
    workspace.updates.dismiss("99.1.0")
    newest = workspace.updates.state().newest
    assert newest is not None
    assert newest.dismissed
    site.content = feed(version="99.2.0", issued="2031-02-01.1")
    assert not workspace.updates.check(address(site)).dismissed


@pytest.mark.parametrize(
    ("frozen", "system", "program", "flatpak", "kind"),
    [
        (False, "linux", "/usr/bin/python3", False, InstallKind.SOURCE),
        (True, "linux", "/usr/lib/rightsdesk/rightsdesk", False, InstallKind.DEB),
        (True, "linux", "/tmp/.mount_x/usr/lib/rightsdesk/rightsdesk", False, InstallKind.APPIMAGE),
        (True, "linux", "/app/lib/rightsdesk/rightsdesk", True, InstallKind.FLATPAK),
        (True, "win32", "C:\\Programs\\RightsDesk\\rightsdesk.exe", False, InstallKind.WINDOWS),
        (True, "darwin", "/Applications/RightsDesk.app/x", False, InstallKind.MACOS),
    ],
)
def test_each_installation_is_updated_in_its_own_way(
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    frozen: bool,
    system: str,
    program: str,
    flatpak: bool,
    kind: InstallKind,
) -> None:
    monkeypatch.setattr(sys, "frozen", frozen, raising=False)
    monkeypatch.setattr(sys, "platform", system)
    monkeypatch.setattr(sys, "executable", program)
    monkeypatch.delenv("FLATPAK_ID", raising=False)
    there = tmp_path / "there"
    there.touch()
    monkeypatch.setattr(installation, "_FLATPAK_INFO", there if flatpak else tmp_path / "no")
    monkeypatch.setattr(installation, "_DPKG_LIST", there)
    assert installation.kind_here() is kind
    assert installation.how_to_update(kind)


# --- on the command line ---------------------------------------------------------------------


def test_the_command_shows_checks_and_switches(isolated: Path, site: _Site) -> None:
    shown = run(Workspace.open(isolated), "update")
    assert f"This is RightsDesk {rightsdesk.__version__}." in shown.out
    assert "not looked for" in shown.out
    on = run(Workspace.open(isolated), "update", "on", address(site), "--json")
    assert on.json == {"on": True, "address": address(site)}
    found = run(Workspace.open(isolated), "update", "check")
    assert "There is a newer version: 99.1.0 of 2031-01-01." in found.out
    assert "Reads one more kind of file." in found.out
    assert "The page: https://releases.example/s" in found.out
    due = run(Workspace.open(isolated), "update", "check", "--if-due", "--json")
    assert due.json["newest"]["version"] == "99.1.0"
    later = run(Workspace.open(isolated), "update", "check", "--if-due", "--json")
    assert (later.json["newest"], bool(later.json["due_at"])) == (None, True)
    shape = run(Workspace.open(isolated), "update", "--json").json
    assert (shape["on"], shape["newest"]["newer"]) == (True, True)
    assert run(Workspace.open(isolated), "update", "off", "--json").json["on"] is False


def test_the_command_refuses_an_older_and_a_foreign_feed(isolated: Path, tmp_path: Path) -> None:
    file = tmp_path / "rightsdesk.releases"
    file.write_bytes(FEED)
    assert run(Workspace.open(isolated), "update", "check", str(file)).code == 0
    file.write_bytes(feed(issued="2030-01-01.1"))
    older = run(Workspace.open(isolated), "update", "check", str(file))
    assert (older.code, "older than the one that is known" in older.err) == (1, True)
    file.write_bytes(feed(key=FOREIGN))
    assert (
        "a key that RightsDesk does not know"
        in run(Workspace.open(isolated), "update", "check", str(file)).err
    )
    missing = run(Workspace.open(isolated), "update", "check", str(tmp_path / "no"), "--json")
    assert (missing.code, missing.json["error"]["cause"]) == (2, Cause.NOT_FOUND)


# --- the maker -------------------------------------------------------------------------------

MAKER = PROJECT / "resources/releases/make.py"
MAKING = """
import runpy, sys
import rightsdesk
from rightsdesk.resources import facts_keys
from tests.signed_facts import KEYS
rightsdesk.__version__ = sys.argv.pop(1)
facts_keys.trusted = lambda: KEYS
sys.argv[0] = sys.argv.pop(1)
runpy.run_path(sys.argv[0], run_name="__main__")
"""


def made(*arguments: object, version: str = "0.2.0") -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", MAKING, version, MAKER, *arguments]
    return subprocess.run(
        list(map(str, command)), cwd=PROJECT, capture_output=True, text=True, check=False
    )


@pytest.fixture
def key(tmp_path: Path) -> Path:
    from cryptography.hazmat.primitives import serialization as s

    file = tmp_path / "key.pem"
    file.write_bytes(OURS.private_bytes(s.Encoding.PEM, s.PrivateFormat.PKCS8, s.NoEncryption()))
    return file


def test_the_maker_signs_what_the_program_reads(tmp_path: Path, key: Path) -> None:
    template = PROJECT / "resources/releases/template.toml"
    [name] = tomllib.loads(template.read_text("utf-8"))["systems"][0]["files"]
    out, packages = tmp_path / "rightsdesk.releases", tmp_path / "packages"
    missing = made(template, key, out, "--packages", packages)
    assert (missing.returncode, name in missing.stderr, out.exists()) == (1, True, False)
    packages.mkdir()
    (packages / name).write_bytes(b"a package")
    done = made(template, key, out, "--packages", packages)
    assert done.returncode == 0, done.stderr
    found = verified(out.read_bytes(), KEYS)
    assert (found.version, found.issued) == ("0.2.0", "2026-12-20.1")
    debian = found.of(InstallKind.DEB)
    assert debian is not None
    assert debian.packages[0].sha256 == hashlib.sha256(b"a package").hexdigest()
    unfinished = made(template, key, out, "--packages", packages, version="0.3.0.dev0")
    assert "is no release" in unfinished.stderr


def test_the_maker_refuses_a_key_that_the_program_does_not_know(tmp_path: Path, key: Path) -> None:
    from cryptography.hazmat.primitives import serialization as s

    key.write_bytes(FOREIGN.private_bytes(s.Encoding.PEM, s.PrivateFormat.PKCS8, s.NoEncryption()))
    description = tmp_path / "release.toml"
    template = (PROJECT / "resources/releases/template.toml").read_text("utf-8")
    description.write_text(template.replace("files =", "# files ="), "utf-8")
    done = made(description, key, tmp_path / "feed")
    assert "does not list this key" in done.stderr
    assert not (tmp_path / "feed").exists()
