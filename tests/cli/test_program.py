"""The program as the shell runs it: real processes, real signals, a real terminal."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from rightsdesk import __version__
from rightsdesk.cli.command_table import COMMANDS, load
from rightsdesk.platforms.registry import NAMES
from rightsdesk.practice import catalogue

PROGRAM = (sys.executable, "-m", "rightsdesk")
PROJECT = Path(__file__).resolve().parents[2]
LOADED = """
import sys
from rightsdesk.cli.main import run
sys.argv = ["rightsdesk", *sys.argv[1:]]
try:
    run()
except SystemExit as ended:
    assert not ended.code, ended.code
print(*sorted(sys.modules), file=sys.stderr)
"""


def program(*arguments: str | bytes, typed: str = "") -> subprocess.CompletedProcess[str]:
    """Run the program to its end, without a terminal."""
    return subprocess.run(
        [*PROGRAM, *arguments],
        cwd=PROJECT,
        input=typed,
        capture_output=True,
        text=True,
        check=False,
    )


def loaded_by(*arguments: str) -> set[str]:
    """The modules that a command loads, by full name."""
    command = [sys.executable, "-c", LOADED, *arguments]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=True)
    return set(done.stderr.split())


@pytest.mark.parametrize("folder", [(), ("--data-dir", "x"), ("--data-dir=x",)])
def test_the_version_loads_nothing(folder: tuple[str, ...]) -> None:
    assert program(*folder, "--version").stdout == f"RightsDesk {__version__}\n"
    assert not loaded_by(*folder, "--version") & {"typer", "rich", "sqlalchemy", "PySide6"}


@pytest.mark.parametrize("command", ["--help", "--version", "--data-dir {} --version"])
def test_the_list_of_commands_and_the_version_load_no_command(tmp_path: Path, command: str) -> None:
    loaded = loaded_by(*command.format(tmp_path).split())
    rooms = (
        *("changes", "consent", "desktop", "files", "platforms", "resources", "store"),
        *("workspace", "cli.commands"),
    )
    heavy = {
        name for name in loaded if name.startswith(tuple(f"rightsdesk.{room}" for room in rooms))
    }
    assert not heavy
    assert not loaded & {"rich", "sqlalchemy", "alembic", "msgspec", "cryptography", "requests"}


@pytest.mark.parametrize("command", COMMANDS)
def test_the_list_of_commands_matches_the_commands(command: str) -> None:
    first = load(command).help.split("\n\n")[0]
    assert COMMANDS[command].line == " ".join(first.split())


def test_every_command_explains_only_itself() -> None:
    commands = {
        name for name in loaded_by("signals") if name.startswith("rightsdesk.cli.commands.")
    }
    assert commands == {"rightsdesk.cli.commands.signals"}


@pytest.mark.parametrize("command", ["--help", "tag --help", "account add --help", "signals"])
def test_help_loads_no_engine_and_no_qt(command: str) -> None:
    engine = {"rich", "sqlalchemy", "alembic", "requests", "mutagen", "PySide6"}
    assert not loaded_by(*command.split()) & engine


def test_no_platform_loads_an_xml_parser_before_it_reads_a_page() -> None:
    script = """
import sys
from rightsdesk.platforms.registry import all_platforms
all_platforms()
print("lxml" in sys.modules)
"""
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "False"


NOT_FOR_STATUS = {
    # Of other projects:
    *("alembic", "authlib", "babel", "cryptography", "filelock", "httpx", "keyring", "lxml"),
    *("msgspec", "mutagen", "paramiko", "PySide6", "rapidfuzz", "requests", "rich"),
    # Of ours, with everything below:
    "rightsdesk.changes.apply",
    "rightsdesk.changes.undo",
    "rightsdesk.consent.dialects.every",
    "rightsdesk.crash_reports",
    "rightsdesk.desktop",
    "rightsdesk.files.containers",
    "rightsdesk.files.fast_readers",
    "rightsdesk.files.scan",
    "rightsdesk.files.sidecars",
    "rightsdesk.files.signed",
    "rightsdesk.files.workers",
    "rightsdesk.files.xmp",
    *(f"rightsdesk.platforms.{platform}" for platform in NAMES),
    "rightsdesk.platforms.http.client",
    "rightsdesk.practice",
    "rightsdesk.resources",
    "rightsdesk.roster.system_keyring",
    "rightsdesk.roster.vault",
    "rightsdesk.store.migrations.versions",
    "rightsdesk.workspace.carriers",
    "rightsdesk.workspace.catalogue.deciding",
    "rightsdesk.workspace.catalogue.health",
    "rightsdesk.workspace.catalogue.matching",
    "rightsdesk.workspace.catalogue.scanning",
    "rightsdesk.workspace.guided.views",
    "rightsdesk.workspace.jobs",
    "rightsdesk.workspace.observing.linking",
    "rightsdesk.workspace.planning",
    "rightsdesk.workspace.sign_in",
    "rightsdesk.workspace.status.inspecting",
    "rightsdesk.workspace.status.problems",
    "rightsdesk.workspace.use_cases.consents",
    "rightsdesk.workspace.use_cases.exports",
    "rightsdesk.workspace.use_cases.jobs",
}


def within(modules: set[str], packages: set[str]) -> set[str]:
    """The modules that belong to these packages."""
    return {
        module
        for module in modules
        if packages & {module, *(module[:at] for at, letter in enumerate(module) if letter == ".")}
    }


def test_status_loads_only_what_it_needs(tmp_path: Path) -> None:
    (tmp_path / "song.mp3").write_bytes(catalogue.sound("mp3"))
    program("artist", "add", "Mira")  # creates the data, which needs migrations
    assert program("scan", str(tmp_path)).returncode == 0
    assert program("consent", "set", "--preset", "no-ai", "--yes").returncode == 0
    assert "song" in program("status").stdout
    assert within(loaded_by("status"), NOT_FOR_STATUS) == set()
    assert within(loaded_by("status", "--json"), NOT_FOR_STATUS) == set()


def test_writing_files_loads_no_platform(tmp_path: Path) -> None:
    (tmp_path / "song.mp3").write_bytes(catalogue.sound("mp3"))
    program("artist", "add", "Mira")
    program("scan", str(tmp_path))
    program("consent", "set", "--preset", "no-ai", "--yes")
    platforms = {f"rightsdesk.platforms.{platform}" for platform in NAMES}
    assert within(loaded_by("tag", "--yes"), platforms) == set()
    assert "done" in program("jobs", "show", "1").stdout


def test_child_processes_do_not_inherit_the_passphrase() -> None:
    script = """
import os, subprocess, sys
from rightsdesk.cli.main import run
from rightsdesk.roster import passphrases
sys.argv = ["rightsdesk", "signals"]
try:
    run()
except SystemExit:
    pass
child = [sys.executable, "-c", "import os; print(sorted(os.environ))"]
inherited = subprocess.run(child, capture_output=True, text=True, check=True).stdout
print(passphrases.given(), "RIGHTSDESK_PASSPHRASE" in inherited, file=sys.stderr)
"""
    environment = {**os.environ, "RIGHTSDESK_PASSPHRASE": "four words quite long"}
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=PROJECT,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stderr.splitlines()[-1] == "four words quite long False"


EXPLAINED = (
    "demo, scan, inspect, status, problems, tag, sync, undo, jobs, match, "
    "artist add, artist remove, consent show, consent set, account add, jobs resume, jobs retry, "
    "export, signals, verify"
)


@pytest.mark.parametrize("command", EXPLAINED.split(", "))
def test_every_command_explains_itself(command: str) -> None:
    done = program(*command.split(), "--help")
    assert done.returncode == 0
    assert "Usage: rightsdesk" in done.stdout


def test_the_data_folder_comes_from_the_option_or_the_environment(
    tmp_path: Path, isolated: Path
) -> None:
    assert program("artist", "add", "Mira").returncode == 0
    assert program("--data-dir", str(tmp_path / "other"), "artist", "add", "Ivo").returncode == 0
    named = json.loads(program("artist", "list", "--json").stdout)["artists"]
    assert [artist["name"] for artist in named] == ["Mira"]
    assert any(isolated.iterdir())


def test_a_data_folder_that_cannot_be_created_exits_with_3(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    done = program("--data-dir", str(tmp_path / "file" / "data"), "status", "--json")
    assert done.returncode == 3
    assert json.loads(done.stdout)["error"]["sentence"]


def test_a_data_folder_in_use_by_another_user_exits_with_3(tmp_path: Path) -> None:
    assert program("--data-dir", str(tmp_path), "artist", "list").returncode == 0
    (tmp_path / "job.lock").unlink(missing_ok=True)
    (tmp_path / "job.lock").mkdir()  # can't be opened, even by root
    done = program("--data-dir", str(tmp_path), "status")
    assert done.returncode == 3
    assert done.stderr.startswith(f"RightsDesk may not write its own data in {tmp_path}.")
    assert "Traceback" not in done.stderr


@pytest.mark.skipif(sys.platform in ("darwin", "win32"), reason="this system has no such names")
def test_a_path_that_is_no_text_can_be_read_back_from_json(tmp_path: Path) -> None:
    name = os.fsencode(tmp_path) + b"/caf\xe9.mp3"
    with open(name, "wb") as file:
        file.write(catalogue.sound("mp3"))
    done = program("inspect", name, "--json")
    assert done.returncode == 0
    [file_shape] = json.loads(done.stdout)["files"]
    assert os.fsencode(file_shape["path"]) == name
    assert "caf\\xe9.mp3" in program("inspect", name).stdout


@pytest.mark.parametrize(
    ("setting", "value", "code"),
    [
        ("REQUESTS_CA_BUNDLE", "/not/there/ca.pem", 1),
        ("SSL_CERT_FILE", "/not/there/ca.pem", 1),
        ("PYTHON_KEYRING_BACKEND", "no.such.Keyring", 3),
    ],
)
def test_a_setting_that_names_a_missing_file_is_reported_before_the_browser_opens(
    monkeypatch: pytest.MonkeyPatch, setting: str, value: str, code: int
) -> None:
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE", "SSL_CERT_DIR"):
        monkeypatch.delenv(name, raising=False)
    if setting != "PYTHON_KEYRING_BACKEND":
        monkeypatch.setenv("RIGHTSDESK_PASSPHRASE", "for this test")
    monkeypatch.setenv(setting, value)
    program("artist", "add", "Mira")
    by_browser = ("soundcloud", "--client-id", "abc", "--port", "0", "--no-browser")
    by_password = ("bluesky", "--identifier", "mira.example", "--secret-stdin")
    for login in (by_browser, by_password):
        done = program("account", "add", *login, typed="abcd-efgh-ijkl-mnop\n")
        assert done.returncode == code, done
        assert done.stdout == ""
        assert setting in done.stderr
        assert value in done.stderr
        assert "Traceback" not in done.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="sends a Unix signal")
def test_ctrl_c_while_waiting_for_a_sign_in_exits_with_130() -> None:
    program("artist", "add", "Mira")
    command = ["account", "add", "soundcloud", "--client-id", "abc", "--port", "0"]
    environment = os.environ | {"RIGHTSDESK_PASSPHRASE": "for this test"}
    with subprocess.Popen(
        [*PROGRAM, *command, "--no-browser"],
        cwd=PROJECT,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline().startswith("https://secure.soundcloud.com/authorize?")
        assert process.stderr is not None
        assert "Waiting" in process.stderr.readline()
        process.send_signal(signal.SIGINT)
        rest, errors = process.communicate(timeout=30)
    assert process.returncode == 130, errors
    assert rest == ""
    assert "cancelled" in errors


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
def test_a_person_at_a_terminal_is_asked() -> None:
    import pty

    program("artist", "add", "Mira")
    ours, theirs = pty.openpty()
    command = [*PROGRAM, "consent", "set", "--preset", "no-ai"]
    with subprocess.Popen(
        command,
        cwd=PROJECT,
        stdin=theirs,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        os.write(ours, b"y\n")
        out, errors = process.communicate(timeout=30)
    os.close(ours)
    os.close(theirs)
    assert process.returncode == 0, errors
    assert "training AI that makes music: nothing said → No" in out
    assert "Do this? [y/N]" in errors


@pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="other systems always have a screen"
)
def test_without_a_screen_the_program_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    done = program()
    assert done.returncode == 3
    assert "no screen" in done.stderr
    assert "rightsdesk --help" in done.stderr


@pytest.mark.slow
def test_the_demo_does_the_whole_job_and_saves_a_picture(tmp_path: Path) -> None:
    folder = tmp_path / "demo"
    done = program("demo", "--headless", "--dir", str(folder))
    assert done.returncode == 0, done.stderr
    before, after = done.stdout.split("\nAfter: ")
    assert "○ silent" in before
    assert "✗ says otherwise" in before
    assert "Files: 10 say it, 1 unknown." in after
    assert "SoundCloud: 6 say it, 2 unknown." in after, "the match of one track is uncertain"
    pytest.importorskip("PySide6.QtWidgets", reason="Qt is not installed to draw the window")
    assert (folder / "window.png").stat().st_size > 10_000
    again = program("demo", "--headless", "--dir", str(folder))
    assert again.returncode == 2
    assert "not empty" in again.stderr
