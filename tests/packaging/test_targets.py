"""The systems that the lock files serve: each finds a wheel for every locked package."""

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from setting_up import relock, targets
from setting_up.places import PROJECT, PYPROJECT, RUNTIME_LOCK, Venv
from setting_up.targets import Target
from setting_up.words import CannotStart

SYSTEMS = {
    "x86_64-manylinux_2_34",
    "aarch64-manylinux_2_34",
    "x86_64-pc-windows-msvc",
    "aarch64-pc-windows-msvc",
    "x86_64-apple-darwin",
    "aarch64-apple-darwin",
}


def test_every_system_is_a_target_with_every_python_that_has_qt_there() -> None:
    pythons = {"3.11", "3.12", "3.13", "3.14"}
    for system in SYSTEMS:
        served = {target.python for target in targets.targets() if target.platform == system}
        # PySide6 for Python 3.14 on Linux on ARM is built for glibc 2.39 only.
        lacking = {"3.14"} if system == "aarch64-manylinux_2_34" else set()
        assert served == pythons - lacking, system


def test_what_is_held_back_is_locked_for_its_system_alone() -> None:
    locked = RUNTIME_LOCK.read_text("utf-8")
    with (PROJECT / "packaging/targets.toml").open("rb") as file:
        rows = tomllib.load(file)["older"]
    for row in rows:
        name = re.split(r"[<>=]", row["requirement"])[0].lower()
        machine = re.search(r"platform_machine == '(\w+)'", row["marker"])
        assert machine is not None
        entries = re.findall(rf"^{name}==\S+ ; (.*) \\$", locked, re.MULTILINE)
        assert len(entries) > 1, name
        assert any(f"platform_machine == '{machine[1]}'" in entry for entry in entries), row


def test_the_dry_run_takes_wheels_with_hashes_and_installs_nothing() -> None:
    arm = Target("Windows on ARM", "aarch64-pc-windows-msvc", "3.13")
    command = targets.dry_run_command(Path("uv"), Path("a.lock"), arm, Path("nowhere"))
    assert {"--dry-run", "--require-hashes", "--only-binary=:all:"} <= set(command)
    assert "--python-platform=aarch64-pc-windows-msvc" in command
    assert "--python-version=3.13" in command


def test_a_lock_that_a_system_refuses_is_reported_with_its_reason(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    intel = Target("macOS on Intel", "x86_64-apple-darwin", "3.11")
    monkeypatch.setattr(relock, "targets", lambda: (intel,))
    monkeypatch.setattr(relock, "refusal", lambda *_: "no wheel for quaver")
    monkeypatch.setattr(relock, "_uv", lambda *_: None)
    with pytest.raises(CannotStart, match="no wheels for 1 of the systems"):
        relock.relock(Path("uv"), [])
    assert "macOS on Intel, Python 3.11:\nno wheel for quaver" in capsys.readouterr().err


def test_locking_takes_the_older_versions_as_constraints(monkeypatch: pytest.MonkeyPatch) -> None:
    constraints: list[list[str]] = []

    def uv(command: list[str], _: str) -> None:
        files = [word.partition("=")[2] for word in command if word.startswith("--constraint=")]
        constraints.append(Path(files[0]).read_text("utf-8").splitlines())

    monkeypatch.setattr(relock, "_uv", uv)
    monkeypatch.setattr(relock, "targets", tuple)
    relock.relock(Path("uv"), [])
    assert constraints == [list(targets.older_versions())] * 3


needs_network = pytest.mark.skipif(
    os.environ.get("RIGHTSDESK_TEST_SETUP") != "1",
    reason="asks the package registry: set RIGHTSDESK_TEST_SETUP=1 to run it",
)


PROXIES = ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "no_proxy", "NO_PROXY")
OWN_PROXIES = {name: os.environ.get(name) for name in PROXIES}  # before tests lose the network


@pytest.fixture
def uv(monkeypatch: pytest.MonkeyPatch) -> Path:
    """uv, which reaches the network as this machine does."""
    for name, value in OWN_PROXIES.items():
        if value is None:
            monkeypatch.delenv(name, raising=False)
        else:
            monkeypatch.setenv(name, value)
    return Venv(Path(sys.prefix)).script("uv")


@pytest.mark.slow
@needs_network
@pytest.mark.parametrize("target", targets.targets(), ids=str)
def test_every_system_finds_a_wheel_for_all_that_is_locked(uv: Path, target: Target) -> None:
    assert targets.refusal(uv, RUNTIME_LOCK, target) == ""


@pytest.mark.slow
@needs_network
def test_a_wheel_that_is_missing_is_noticed(uv: Path, tmp_path: Path) -> None:
    """The version of Qt that only newer Linux systems on ARM can load."""
    entry = re.search(
        r"^shiboken6==6\.11[^\n]*\n(?:    [^\n]*\n?)+", RUNTIME_LOCK.read_text(), re.M
    )
    assert entry is not None
    lock = tmp_path / "new.lock"
    lock.write_text(re.sub(r" ; [^\\]*", " ", entry[0]))
    old, new = (Target("", f"aarch64-manylinux_{glibc}", "3.13") for glibc in ("2_34", "2_39"))
    assert "no wheels with a matching platform" in targets.refusal(uv, lock, old)
    assert targets.refusal(uv, lock, new) == ""


@pytest.mark.slow
@needs_network
def test_cbor_is_read_strictly_by_the_version_for_intel_macs(uv: Path, tmp_path: Path) -> None:
    asked = tomllib.loads(PYPROJECT.read_text("utf-8"))["project"]["dependencies"]
    [older] = [line for line in asked if line.startswith("cbor2") and "== 'darwin'" in line]
    version = older.partition(";")[0]
    intel = "--python-platform=x86_64-apple-darwin"
    install = [str(uv), "pip", "install", "--quiet", "--no-config", intel, "--only-binary=:all:"]
    subprocess.run([*install, f"--target={tmp_path}", version], check=True)
    done = subprocess.run(
        [*(sys.executable, "-m", "pytest", "-q", "-n", "0"), "tests/files/signed/test_signed.py"],
        cwd=PROJECT,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    assert "passed" in done.stdout
