"""Bugs of RightsDesk and failed starts: a message and an exit code."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import typer.testing

from rightsdesk import crash_reports
from rightsdesk.cli.program import app
from rightsdesk.cli.session import Session
from rightsdesk.workspace.types.artists import Artist
from tests.cli.fakes import FakeWorkspace

PROJECT = Path(__file__).resolve().parents[2]
ASCII = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}


class Broken(FakeWorkspace):
    """Has a bug when asked for its artists."""

    def all_artists(self) -> list[Artist]:
        raise ZeroDivisionError("token=s3cr3t")


def ended(session: Session, *arguments: str) -> tuple[int, str, str]:
    done = typer.testing.CliRunner().invoke(app, list(arguments), obj=session)
    return done.exit_code, done.stdout, done.stderr


def test_a_bug_gives_a_message_and_a_report_file(tmp_path: Path) -> None:
    session = Session(opener=lambda _: Broken())  # type: ignore[arg-type, return-value]
    code, out, err = ended(session, "--data-dir", str(tmp_path), "artist", "list", "--json")
    assert code == 1
    [path] = (tmp_path / crash_reports.FOLDER).iterdir()
    error = json.loads(out)["error"]
    assert error["cause"] == "bug"
    assert str(path) in error["advice"]
    assert err.startswith("This is a bug of RightsDesk, not your mistake.")
    assert "Traceback" not in err
    assert "ZeroDivisionError" in path.read_text("utf-8")
    assert "s3cr3t" not in path.read_text("utf-8") + out + err


def test_verbose_shows_the_details(tmp_path: Path) -> None:
    session = Session(opener=lambda _: Broken())  # type: ignore[arg-type, return-value]
    _, _, err = ended(session, "--data-dir", str(tmp_path), "-v", "artist", "list")
    assert "ZeroDivisionError" in err
    assert "s3cr3t" not in err


def test_a_bug_while_opening_exits_with_3(tmp_path: Path) -> None:
    def opener(_: Path | None) -> FakeWorkspace:
        raise ZeroDivisionError

    session = Session(opener=opener)  # type: ignore[arg-type]
    assert ended(session, "--data-dir", str(tmp_path), "artist", "list")[0] == 3


def program(*arguments: str | bytes, **environment: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "rightsdesk", *arguments],
        cwd=PROJECT,
        env=environment,
        capture_output=True,
        check=False,
    )


@pytest.mark.skipif(os.name != "posix", reason="HOME exists only on Unix")
@pytest.mark.parametrize("home", ["", "somewhere"])
def test_without_a_home_the_program_cannot_start(home: str) -> None:
    done = program("artist", "list", "--json", HOME=home)
    assert done.returncode == 3
    assert json.loads(done.stdout)["error"]["cause"] == "no-home"
    assert b"--data-dir" in done.stderr
    assert not (PROJECT / "somewhere").exists()


@pytest.mark.skipif(os.name != "posix", reason="the locale is set this way only on Unix")
def test_text_in_an_ascii_locale_exits_with_3_and_says_what_to_set(tmp_path: Path) -> None:
    name = "Zé Ramos".encode()
    done = program("--data-dir", bytes(tmp_path), "artist", "add", name, **ASCII)
    assert done.returncode == 3
    assert b"LC_ALL=C.UTF-8" in done.stderr
    assert b"Traceback" not in done.stderr
    plain = program("--data-dir", bytes(tmp_path), "artist", "list", **ASCII)
    assert plain.returncode == 0


@pytest.mark.skipif(os.name != "posix", reason="the locale is set this way only on Unix")
def test_a_filter_in_an_ascii_locale_exits_with_3_too(tmp_path: Path) -> None:
    """A name that was only decoded wrongly is not called unknown."""
    done = program("--data-dir", bytes(tmp_path), "status", "--artist", "Zé".encode(), **ASCII)
    assert done.returncode == 3
    assert b"LC_ALL=C.UTF-8" in done.stderr


@pytest.mark.skipif(sys.platform in ("darwin", "win32"), reason="arguments are always text there")
def test_an_argument_that_is_no_text_exits_with_2(tmp_path: Path) -> None:
    done = program("--data-dir", bytes(tmp_path), "artist", "add", b"Mira \xff", LC_ALL="C.UTF-8")
    assert done.returncode == 2
    assert b"not text in UTF-8" in done.stderr


@pytest.mark.skipif(os.name != "posix", reason="Windows allows no such name")
def test_a_data_folder_may_have_any_name(tmp_path: Path) -> None:
    folder = tmp_path / "what?#x%41 &"
    done = program("--data-dir", bytes(folder), "artist", "list", LC_ALL="C.UTF-8")
    assert done.returncode == 0, done.stderr
    assert (folder / "rightsdesk.sqlite3").is_file()
    assert [entry.name for entry in tmp_path.iterdir()] == [folder.name]


@pytest.mark.skipif(
    not os.path.exists("/dev/full"), reason="/dev/full, a disk without space, exists only on Linux"
)
@pytest.mark.parametrize("arguments", [("status",), ("artist", "list", "--json")])
def test_a_full_disk_for_the_output_is_no_bug(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    command = [sys.executable, "-m", "rightsdesk", "--data-dir", str(tmp_path), *arguments]
    with open("/dev/full", "w") as full:
        done = subprocess.run(command, cwd=PROJECT, stdout=full, stderr=subprocess.PIPE, text=True)
    assert done.returncode == 1
    assert done.stderr.startswith("The result could not be written: No space left on device.")
    assert "Exception ignored" not in done.stderr
    with open("/dev/full", "w") as full:
        done = subprocess.run(command, cwd=PROJECT, stdout=subprocess.PIPE, stderr=full, text=True)
    assert done.returncode == 0, "notes may get lost"
    assert not (tmp_path / crash_reports.FOLDER).exists()


@pytest.mark.skipif(os.name != "posix", reason="only a POSIX shell closes the streams")
@pytest.mark.parametrize("arguments", ["status", "artist list --json", "--version"])
def test_closed_streams_are_no_bug(tmp_path: Path, arguments: str) -> None:
    command = f'"$0" -m rightsdesk --data-dir "$1" {arguments} <&- >&- 2>&-'
    done = subprocess.run(["sh", "-c", command, sys.executable, tmp_path], cwd=PROJECT)
    assert done.returncode == 0
    assert not (tmp_path / crash_reports.FOLDER).exists()
