"""Newer facts about platforms: taken only if they are signed and newer, and never half."""

import hashlib
import os
import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from rightsdesk import data_folder
from rightsdesk.platforms.http.errors import AddressRefused, PlatformError
from rightsdesk.resources import facts_in_use
from rightsdesk.resources.facts import all_facts, platform_facts
from rightsdesk.resources.facts_file import RefusedFacts
from rightsdesk.resources.facts_in_use import NAME, FactsOrigin, shipped
from rightsdesk.store.deeds import DeedKind
from rightsdesk.workspace import Workspace
from rightsdesk.workspace.guided.facts_updates import NoAddress, NoFactsFile, NotNewer
from rightsdesk.workspace.history.words import entry_words
from tests.cli.fakes import run
from tests.fake_clock import FakeClock
from tests.signed_facts import FOREIGN, file_of, trust_the_tests

NEWER = file_of("bluesky", "x")


@pytest.fixture(autouse=True)
def keys(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Our key is trusted; afterwards no test's folder is in use."""
    trust_the_tests(monkeypatch)
    yield
    data_folder.use(None)


@pytest.fixture
def newer(tmp_path: Path) -> Path:
    file = tmp_path / "newer.facts"
    file.write_bytes(NEWER)
    return file


class _Site(HTTPServer):
    content = NEWER
    asked = 0


class _Handler(BaseHTTPRequestHandler):
    server: _Site

    def do_GET(self) -> None:
        self.server.asked += 1
        self.send_response(200)
        self.send_header("Content-Length", str(len(self.server.content)))
        self.end_headers()
        self.wfile.write(self.server.content)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def site() -> Iterator[_Site]:
    """A server that publishes a file of facts."""
    server = _Site(("127.0.0.1", 0), _Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def test_at_first_the_shipped_facts_are_in_use(workspace: Workspace) -> None:
    state = workspace.facts.state()
    assert (state.version, state.origin) == (shipped().version, FactsOrigin.SHIPPED)
    assert state.platforms == len(all_facts()) > 90
    assert state.problem == ""


def test_newer_facts_are_used_at_once_and_after_a_start(workspace: Workspace, newer: Path) -> None:
    done = workspace.facts.update(str(newer))
    assert (done.before, done.version) == (shipped().version, "2031-01-01.1")
    assert "suno" in done.changed
    assert [facts.id for facts in all_facts()] == ["bluesky", "x"]
    facts_in_use._InUse.held = None  # as a new process begins
    assert workspace.facts.state().origin is FactsOrigin.INSTALLED
    assert platform_facts("x").short == "Nothing was found."
    if os.name == "posix":
        assert (workspace.data_dir / NAME).stat().st_mode & 0o77 == 0


def test_another_process_sees_what_was_installed(workspace: Workspace, newer: Path) -> None:
    assert len(all_facts()) > 90
    (workspace.data_dir / NAME).write_bytes(newer.read_bytes())
    assert len(all_facts()) == 2
    (workspace.data_dir / NAME).unlink()
    assert len(all_facts()) > 90


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (NEWER, NotNewer),
        (file_of("x", version="2030-12-31.9"), NotNewer),
        (file_of("x", version="2032-01-01.1", key=FOREIGN), RefusedFacts),
        (NEWER[:-9], RefusedFacts),
        (b"", RefusedFacts),
        (b"\0" * 5_000_000, RefusedFacts),
        (file_of("x", version="2032-01-01.1", colour="blue"), RefusedFacts),
    ],
    ids=["equal", "older", "foreign", "cut", "empty", "oversized", "other-schema"],
)
def test_what_is_refused_changes_nothing(
    workspace: Workspace, newer: Path, tmp_path: Path, content: bytes, kind: type[RefusedFacts]
) -> None:
    workspace.facts.update(str(newer))
    refused = tmp_path / "refused"
    refused.write_bytes(content)
    with pytest.raises(kind) as failed:
        workspace.facts.update(str(refused))
    assert failed.value.untouched == "Nothing was changed: the facts in use stay."
    assert (workspace.data_dir / NAME).read_bytes() == NEWER
    assert workspace.facts.state().version == "2031-01-01.1"


def test_older_facts_than_the_shipped_ones_are_refused(
    workspace: Workspace, tmp_path: Path
) -> None:
    (tmp_path / "old").write_bytes(file_of("x", version="2020-01-01.1"))
    with pytest.raises(NotNewer, match=r"2020-01-01\.1.*not newer"):
        workspace.facts.update(str(tmp_path / "old"))
    assert not (workspace.data_dir / NAME).exists()


def test_an_installed_file_older_than_the_program_is_not_used(workspace: Workspace) -> None:
    (workspace.data_dir / NAME).write_bytes(file_of("x", version="2020-01-01.1"))
    assert workspace.facts.state().origin is FactsOrigin.SHIPPED
    assert workspace.facts.state().problem == ""


@pytest.mark.parametrize(
    "damaged",
    [NEWER[:-1], NEWER.replace(b"Nothing", b"Nobody!"), b"", file_of("x", colour="blue")],
    ids=["cut", "changed", "empty", "other-schema"],
)
def test_damaged_facts_give_way_to_the_shipped_ones_and_that_is_said(
    workspace: Workspace, damaged: bytes
) -> None:
    (workspace.data_dir / NAME).write_bytes(damaged)
    state = workspace.facts.state()
    assert (state.version, state.origin) == (shipped().version, FactsOrigin.SHIPPED)
    assert "can't be used" in state.problem
    assert "Install them again: rightsdesk facts update" in state.problem
    assert len(all_facts()) > 90


def test_damaged_facts_can_be_installed_anew(workspace: Workspace, newer: Path) -> None:
    (workspace.data_dir / NAME).write_bytes(b"damaged")
    workspace.facts.update(str(newer))
    assert workspace.facts.state().problem == ""


def test_installed_facts_are_in_the_history(workspace: Workspace, newer: Path) -> None:
    before = workspace.facts.state().version
    workspace.facts.update(str(newer))
    newest = workspace.history.entries(limit=1)[0]
    assert newest.deed.kind is DeedKind.FACTS_INSTALLED
    assert newest.deed.before == {"version": before}
    after = newest.deed.after or {}
    assert after["version"] == "2031-01-01.1"
    assert after["sha256"] == hashlib.sha256(NEWER).hexdigest()
    assert after["source"] == str(newer)
    assert after["changed"]
    assert "2031-01-01.1" in entry_words(newest)
    assert workspace.evidence.verify().fault is None

    with pytest.raises(NotNewer):
        workspace.facts.update(str(newer))
    assert workspace.history.entries(limit=1)[0].deed.id == newest.deed.id


def test_a_full_disk_leaves_the_facts_as_they_were(
    workspace: Workspace, newer: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("rightsdesk.workspace.guided.facts_updates.os.replace", full)
    with pytest.raises(NoFactsFile, match="No space left"):
        workspace.facts.update(str(newer))
    assert not list(workspace.data_dir.glob(f"*{NAME}*"))
    kinds = [entry.deed.kind for entry in workspace.history.entries()]
    assert DeedKind.FACTS_INSTALLED not in kinds
    assert workspace.facts.state().origin is FactsOrigin.SHIPPED


@pytest.mark.parametrize("name", ["missing.facts", "", "\0"])
def test_a_file_that_cannot_be_read_is_named(workspace: Workspace, name: str) -> None:
    with pytest.raises(NoFactsFile if name else NoAddress):
        workspace.facts.update(name)


# --- from an address -------------------------------------------------------------------------


def test_facts_are_fetched_from_an_address(workspace: Workspace, site: _Site) -> None:
    done = workspace.facts.update(f"http://127.0.0.1:{site.server_port}/platforms.facts")
    assert done.version == "2031-01-01.1"


def test_what_a_server_sends_is_checked_too(workspace: Workspace, site: _Site) -> None:
    site.content = b"<html>Please sign in</html>"
    with pytest.raises(RefusedFacts, match="no signed file"):
        workspace.facts.update(f"http://127.0.0.1:{site.server_port}/")
    assert workspace.facts.state().origin is FactsOrigin.SHIPPED


def test_a_nightly_look_installs_newer_facts_where_an_address_is_set(
    isolated: Path, site: _Site
) -> None:
    clock = FakeClock()
    with Workspace.open(isolated, clock=clock.clock) as workspace:
        _nights(workspace, site, clock)


def _nights(workspace: Workspace, site: _Site, fake_clock: FakeClock) -> None:
    assert "facts" not in run(workspace, "look", "--if-due", "--json").json
    assert site.asked == 0
    workspace.facts.set_address(f"http://127.0.0.1:{site.server_port}/platforms.facts")
    site.content = b"<html>Please sign in</html>"
    failed = run(workspace, "look", "--if-due", "--json")
    assert (failed.code, failed.json["facts"]["version"]) == (1, "")
    assert "no signed file" in failed.json["facts"]["problem"]
    assert "facts" not in run(workspace, "look", "--if-due", "--json").json, "again in an hour"

    site.content = NEWER
    fake_clock.move(hours=2)
    done = run(workspace, "look", "--if-due", "--json")
    assert (done.code, done.json["facts"]["version"]) == (0, "2031-01-01.1")
    fake_clock.move(hours=2)
    assert "facts" not in run(workspace, "look", "--if-due", "--json").json, "once a day"
    assert site.asked == 2


def test_only_encrypted_addresses_are_kept(workspace: Workspace) -> None:
    with pytest.raises(AddressRefused):
        workspace.facts.set_address("http://facts.example/platforms.facts")
    assert workspace.facts.address() == ""


def test_without_an_address_nothing_is_ever_fetched(workspace: Workspace) -> None:
    assert workspace.facts.address() == "", "none is built in"
    assert workspace.facts.due() is None
    assert workspace.facts.update_if_due() is None


def test_with_an_address_it_is_looked_once_a_day(isolated: Path, site: _Site) -> None:
    clock = FakeClock()
    with Workspace.open(isolated, clock=clock.clock) as workspace:
        workspace.facts.set_address(f"http://127.0.0.1:{site.server_port}/platforms.facts")
        done = workspace.facts.update_if_due()
        assert done is not None
        assert workspace.facts.update_if_due() is None
        assert site.asked == 1
        clock.move(days=1)
        assert workspace.facts.update_if_due() is None, "nothing newer is no failure"
        assert site.asked == 2
        workspace.facts.set_address("")
        clock.move(days=9)
        assert workspace.facts.update_if_due() is None
        assert site.asked == 2


def test_after_a_failure_it_is_tried_again_in_an_hour(isolated: Path, site: _Site) -> None:
    clock = FakeClock()
    with Workspace.open(isolated, clock=clock.clock) as workspace:
        workspace.facts.set_address(f"http://127.0.0.1:{site.server_port}/platforms.facts")
        site.content = b"broken"
        with pytest.raises((RefusedFacts, PlatformError)):
            workspace.facts.update_if_due()
        due = workspace.facts.due()
        assert due == clock.wall + timedelta(hours=1)


# --- on the command line ---------------------------------------------------------------------


def test_the_command_shows_and_installs(isolated: Path, newer: Path) -> None:
    out = run(Workspace.open(isolated), "facts").out
    assert f"Facts of {shipped().version} about " in out
    assert "no address is set" in out
    done = run(Workspace.open(isolated), "facts", "update", str(newer), "--json")
    assert (done.code, done.json["version"]) == (0, "2031-01-01.1")
    shape = run(Workspace.open(isolated), "facts", "--json").json
    assert (shape["origin"], shape["platforms"]) == ("installed", 2)
    again = run(Workspace.open(isolated), "facts", "update", str(newer))
    assert again.code == 1
    assert "are not newer than the ones in use" in again.err
    assert "Nothing was changed" in again.err


def test_the_command_says_that_installed_facts_are_damaged(isolated: Path, newer: Path) -> None:
    run(Workspace.open(isolated), "facts", "update", str(newer))
    (isolated / NAME).write_bytes(NEWER[:-1])
    assert "can't be used" in run(Workspace.open(isolated), "facts").err


def test_the_address_is_set_and_unset(isolated: Path) -> None:
    assert run(Workspace.open(isolated), "facts", "update").code == 2
    where = "https://facts.example/platforms.facts"
    assert where in run(Workspace.open(isolated), "facts", "address", where).out
    assert run(Workspace.open(isolated), "facts", "address", "--json").json == {"address": where}
    assert "no address" in run(Workspace.open(isolated), "facts", "address", "none").out
    done = run(Workspace.open(isolated), "facts", "update", "--if-due")
    assert (done.code, done.out.strip()) == (0, "There is nothing to do.")
