"""How packaging/start.py interprets its arguments."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from setting_up import checks, commands, relock, system
from setting_up.places import PACKAGING, PROJECT, Venv, chosen_venv

SCREEN = {"DISPLAY": ":0"}


@pytest.fixture
def on_linux(monkeypatch: pytest.MonkeyPatch) -> None:
    # The default of has_display was bound at definition, so the function itself is replaced.
    real = system.has_display
    monkeypatch.setattr(system, "has_display", lambda env: real(env, "linux"))


def test_without_a_command_the_window_opens() -> None:
    assert commands.launch_for("", (), SCREEN) == commands.Launch((), {})


def test_run_passes_every_argument_unchanged() -> None:
    launch = commands.launch_for("run", ["tag", "--yes", "--", "-x"], {})
    assert launch == commands.Launch(("tag", "--yes", "--", "-x"), {})


@pytest.mark.usefixtures("on_linux")
class TestDemo:
    def test_opens_a_window_if_there_is_a_screen(self) -> None:
        assert commands.launch_for("demo", ["--dir", "x"], SCREEN) == commands.Launch(
            ("demo", "--dir", "x"), {}
        )

    def test_runs_headless_without_a_screen(self) -> None:
        launch = commands.launch_for("demo", ["--dir", "x"], {})
        assert launch.arguments == ("demo", "--dir", "x", "--headless")
        assert launch.added == {"QT_QPA_PLATFORM": "offscreen"}

    def test_says_headless_only_once(self) -> None:
        assert commands.launch_for("demo", ["--headless"], {}).arguments == ("demo", "--headless")

    def test_keeps_a_qt_platform_that_is_set(self) -> None:
        launch = commands.launch_for("demo", [], {"QT_QPA_PLATFORM": "vnc"})
        assert launch == commands.Launch(("demo",), {})


def test_an_unknown_command_is_reported_and_starts_nothing(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert commands.main(["dmeo"]) == 2
    assert "no command “dmeo”" in capsys.readouterr().err


def test_help_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert commands.main(["--help"]) == 0
    output = capsys.readouterr().out
    assert all(f"\n  {name} " in output for name in ("demo", "run", "test", "setup", "lock"))


def test_a_reason_not_to_start_is_one_sentence_and_code_3(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "masters.wav").write_bytes(b"music")
    monkeypatch.setenv("RIGHTSDESK_VENV", str(tmp_path))
    assert commands.main(["setup"]) == 3
    assert "left alone" in capsys.readouterr().err
    assert (tmp_path / "masters.wav").read_bytes() == b"music"


def test_the_environment_can_be_elsewhere(tmp_path: Path) -> None:
    assert chosen_venv({}).folder == PROJECT / ".venv"
    assert chosen_venv({"RIGHTSDESK_VENV": str(tmp_path / "v")}).folder == tmp_path / "v"


def test_paths_of_an_environment_on_windows() -> None:
    venv = Venv(Path("v"), windows=True)
    assert venv.python == Path("v/Scripts/python.exe")
    assert venv.script("lint-imports") == Path("v/Scripts/lint-imports.exe")


class TestChecks:
    VENV = Venv(Path("v"), windows=False)

    def test_the_order_of_the_checks(self) -> None:
        assert list(checks.commands(self.VENV)) == [
            "ruff check",
            "ruff format",
            "mypy",
            "import-linter",
        ]

    @pytest.mark.parametrize(("cores", "spread"), [(1, []), (2, ["-n", "4"]), (64, ["-n", "8"])])
    def test_all_tests_run_in_parallel(self, cores: int, spread: list[str]) -> None:
        assert checks.pytest_command(self.VENV, [], cores)[3:] == spread

    def test_named_tests_run_as_given(self) -> None:
        assert checks.pytest_command(self.VENV, ["-k", "flac", "--pdb"], 8)[3:] == [
            *("-k", "flac", "--pdb")
        ]

    def test_qt_draws_into_memory_by_default(self) -> None:
        assert checks.test_environment({})["QT_QPA_PLATFORM"] == "offscreen"
        chosen = checks.test_environment({"QT_QPA_PLATFORM": "xcb"})
        assert chosen["QT_QPA_PLATFORM"] == "xcb"

    @pytest.mark.parametrize(
        ("check_passes", "pytest_code", "code"),
        [(True, 0, 0), (True, 1, 1), (False, 0, 1), (False, 1, 1), (True, 5, 5)],
    )
    def test_one_failure_fails_the_whole_check_and_the_tests_still_run(
        self,
        monkeypatch: pytest.MonkeyPatch,
        check_passes: bool,
        pytest_code: int,
        code: int,
        capsys: pytest.CaptureFixture[str],
    ) -> None:
        ran: list[list[str]] = []

        def call(command: list[str], **_: object) -> int:
            ran.append(command)
            return pytest_code

        monkeypatch.setattr(checks, "_passes", lambda *_: check_passes)
        monkeypatch.setattr(os, "cpu_count", lambda: 2)
        monkeypatch.delenv(checks.FONT, raising=False)
        monkeypatch.setattr(subprocess, "call", call)
        assert checks.run_all(self.VENV, []) == code
        assert [command[-1] for command in ran] == ["tests/desktop", "4"]
        assert ("FAILED before the tests: ruff check" in capsys.readouterr().out) != check_passes


def test_locking_requires_hashes_and_names_no_registry() -> None:
    command = relock.compile_command(
        Path("uv"), ["pyproject.toml"], Path("a.lock"), extras=("test",), more=["--upgrade"]
    )
    assert {"--generate-hashes", "--universal", "--no-emit-index-url", "--upgrade"} <= set(command)
    assert "--extra=test" in command


def test_a_python_that_is_too_old_gets_a_message() -> None:
    pretend = (
        "import sys; sys.version_info = (3, 6, 9); "
        f"exec(compile(open({str(PACKAGING / 'start.py')!r}).read(), 'start.py', 'exec'))"
    )
    done = subprocess.run(
        [sys.executable, "-c", pretend], capture_output=True, text=True, check=False
    )
    assert done.returncode == 3
    assert "needs Python 3.11 or newer, and this is Python 3.6" in done.stderr
    assert "Traceback" not in done.stderr
