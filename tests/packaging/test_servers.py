"""The servers from npm for tests: installed once, and never a reason to fail."""

import json
from pathlib import Path

import pytest
from setting_up.servers import TRY_AGAIN_AFTER, Server, ensure_servers, is_ready, servers

PROJECT = Path(__file__).parents[2]


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    folder = tmp_path / "sources" / "pds"
    folder.mkdir(parents=True)
    (folder / "package.json").write_text('{"name": "pds"}', "utf-8")
    (folder / "serve.mjs").write_text("// 1", "utf-8")
    return folder.parent


class Npm:
    """Records the commands it should run, and fails on request."""

    def __init__(self) -> None:
        self.ran: list[str] = []
        self.problem = ""
        self.clock = 1000.0

    def ensure(self, sources: Path, *, node: str | None = "/bin/sh") -> Server:
        installed = sources.parent / "installed"
        ensure_servers(
            which=lambda name: node if name == "node" else "npm",
            sources=sources,
            installed=installed,
            run=self._run,
            now=lambda: self.clock,
            version=lambda node: 20,
        )
        [server] = servers(sources, installed)
        return server

    def _run(self, command: list[str], folder: Path) -> str:
        assert (folder / "serve.mjs").is_file()
        self.ran.append(command[1])
        return self.problem


def test_servers_are_installed_once_and_again_after_a_change(sources: Path) -> None:
    npm = Npm()
    assert is_ready(npm.ensure(sources))
    assert is_ready(npm.ensure(sources))
    assert npm.ran == ["ci", "run"]
    (sources / "pds" / "serve.mjs").write_text("// 2", "utf-8")
    server = npm.ensure(sources)
    assert is_ready(server)
    assert npm.ran == ["ci", "run", "ci", "run"]
    assert (server.folder / "serve.mjs").read_text("utf-8") == "// 2"


def test_without_node_the_tests_are_skipped_with_a_message(
    sources: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    npm = Npm()
    assert not is_ready(npm.ensure(sources, node=None))
    assert npm.ran == []
    assert "pds" in (said := capsys.readouterr().err)
    assert "will skip" in said


def test_a_failed_installation_is_not_retried_on_every_run(
    sources: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    npm = Npm()
    npm.problem = "network request failed"
    assert not is_ready(npm.ensure(sources))
    assert "network request failed" in capsys.readouterr().err
    npm.ensure(sources)
    assert npm.ran == ["ci"]
    npm.clock += TRY_AGAIN_AFTER
    npm.problem = ""
    assert is_ready(npm.ensure(sources))


def test_an_invalid_note_is_no_installation(sources: Path) -> None:
    server = Npm().ensure(sources)
    for text in ("", "[]", "{", '{"failed_at": "x"}'):
        server.stamp.write_text(text, "utf-8")
        assert not is_ready(server)


def test_the_lock_files_name_versions_and_hashes_and_no_registry() -> None:
    names = [server.name for server in servers()]
    assert names == ["oidc", "pds"]
    for server in servers():
        packages = json.loads((server.source / "package-lock.json").read_text("utf-8"))["packages"]
        for name, package in packages.items():
            assert "resolved" not in package, name
            assert not name or ("version" in package and "integrity" in package), name
