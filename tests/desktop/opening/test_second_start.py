"""A second start: the first window gets its paths, and nobody else can send it anything."""

import os
import socket
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from rightsdesk.desktop.opening.first_window import FirstWindow
from rightsdesk.desktop.opening.second_start import (
    LONGEST,
    LONGEST_TOKEN,
    MOST_PATHS,
    Call,
    address_of,
    decoded,
    encoded,
    hand_over,
    is_alive,
)
from rightsdesk.workspace import Workspace
from tests.cli.test_program import LOADED, PROGRAM, PROJECT

posix = pytest.mark.skipif(sys.platform == "win32", reason="sockets as files are POSIX's")

HOSTILE = [
    b"",
    b"null",
    b"[]",
    b"{",
    b'{"paths": ["/a"]}',
    b'{"paths": "/a", "token": ""}',
    b'{"paths": [1], "token": ""}',
    b'{"paths": ["relative"], "token": ""}',
    b'{"paths": ["/a\\u0000b"], "token": ""}',
    b'{"paths": ["/\\ud800"], "token": ""}',
    b'{"paths": [], "token": "a\\nb"}',
    b'{"paths": [], "token": "\\u0000"}',
    b'{"paths": [], "token": 5}',
    b'{"paths": [], "token": "' + b"a" * (LONGEST_TOKEN + 1) + b'"}',
    b'{"paths": [' + b",".join([b'"/a"'] * (MOST_PATHS + 1)) + b'], "token": ""}',
    b"[" * 100_000,
    b"\xff\xfe\x00",
]


@pytest.fixture
def runtime(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A private folder with a short path, as the system has one for each user."""
    folder = tmp_path_factory.mktemp("run")
    folder.chmod(0o700)
    return folder


@pytest.fixture
def address(runtime: Path) -> str:
    return str(runtime / "s")


@pytest.fixture
def calls() -> list[Call]:
    return []


@pytest.fixture
def first(qapp: object, address: str, calls: list[Call]) -> Iterator[FirstWindow]:
    made = FirstWindow()
    assert made.listen(address)
    made.attend(calls.append)
    yield made
    made.close()
    made.deleteLater()


def sent(address: str, message: bytes) -> socket.socket:
    line = socket.socket(socket.AF_UNIX)
    line.connect(address)
    line.sendall(message)
    return line


def from_elsewhere(script: str, *arguments: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", script, *arguments]
    return subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.PIPE, text=True)


def ended(qtbot: QtBot, process: subprocess.Popen[str]) -> str:
    """What a process printed; meanwhile the window answers."""
    qtbot.waitUntil(lambda: process.poll() is not None)
    return process.communicate()[0]


# --- messages ----------------------------------------------------------------------------------


def test_a_message_comes_back_as_it_was() -> None:
    odd = os.fsdecode(b"/music/\xff\n\"'")
    call = Call((odd, "/Sól/ý"), "a-token_1")
    assert encoded(call).count(b"\n") == 1
    assert decoded(encoded(call)) == call


@pytest.mark.parametrize("message", HOSTILE, ids=range(len(HOSTILE)))
def test_what_is_no_call_is_none(message: bytes) -> None:
    assert decoded(message) is None


def test_a_token_that_is_too_long_is_left_out() -> None:
    assert decoded(encoded(Call(("/a",), "x" * (LONGEST_TOKEN + 1)))) == Call(("/a",))


# --- the address -------------------------------------------------------------------------------


@posix
def test_the_address_is_in_a_private_folder(tmp_path: Path, runtime: Path) -> None:
    other = {"XDG_RUNTIME_DIR": str(runtime)}
    found = address_of(tmp_path / "data", other)
    assert Path(found).parent == runtime
    assert found != address_of(tmp_path / "elsewhere", other)
    assert found == address_of(tmp_path / "x/../data", other)


@posix
@pytest.mark.parametrize("mode", [0o750, 0o707])
def test_a_folder_that_others_may_enter_is_not_used(
    tmp_path: Path, runtime: Path, mode: int
) -> None:
    data = runtime / "data"
    data.mkdir(mode=0o700)
    runtime.chmod(mode)
    assert Path(address_of(data, {"XDG_RUNTIME_DIR": str(runtime)})).parent != runtime
    runtime.chmod(0o700)


@posix
def test_an_address_that_is_too_long_is_not_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    deep = tmp_path / ("d" * 90)
    deep.mkdir(mode=0o700)
    monkeypatch.setattr("tempfile.tempdir", str(deep))
    assert address_of(deep, {"XDG_RUNTIME_DIR": str(deep)}) == ""
    assert not hand_over("", ["/a"], {})


# --- listening ---------------------------------------------------------------------------------

SECOND = """
import sys
from rightsdesk.desktop.opening.second_start import hand_over
print(hand_over(sys.argv[1], sys.argv[2:], {"XDG_ACTIVATION_TOKEN": "tok"}))
"""


@posix
@pytest.mark.usefixtures("first")
def test_the_first_window_gets_what_a_second_start_names(
    qtbot: QtBot, address: str, calls: list[Call]
) -> None:
    assert stat.S_IMODE(os.stat(address).st_mode) & 0o077 == 0
    assert ended(qtbot, from_elsewhere(SECOND, address, "/music/a", "/music/b")) == "True\n"
    assert calls == [Call(("/music/a", "/music/b"), "tok")]


@posix
@pytest.mark.usefixtures("first")
def test_hostile_and_cut_messages_are_ignored(
    qtbot: QtBot, address: str, calls: list[Call]
) -> None:
    lines = [sent(address, message + b"\n") for message in HOSTILE]
    cut = sent(address, b'{"paths": ["/a"], "token"')
    cut.close()
    assert ended(qtbot, from_elsewhere(SECOND, address, "/after")) == "True\n"
    qtbot.waitUntil(lambda: all(line.recv(1) == b"" for line in lines))  # hung up, no answer
    assert calls == [Call(("/after",), "tok")]
    for line in lines:
        line.close()


FLOOD = """
import socket, sys
line = socket.socket(socket.AF_UNIX)
line.connect(sys.argv[1])
try:
    while True:
        line.sendall(b"a" * 65536)
except OSError:
    print("cut off")
"""


@posix
@pytest.mark.usefixtures("first")
def test_a_message_without_an_end_is_cut_off(qtbot: QtBot, address: str, calls: list[Call]) -> None:
    assert ended(qtbot, from_elsewhere(FLOOD, address)) == "cut off\n"
    assert LONGEST < 10_000_000
    assert not calls


@posix
def test_a_socket_that_was_left_behind_is_removed(qapp: object, address: str) -> None:
    with socket.socket(socket.AF_UNIX) as left:
        left.bind(address)
    assert not is_alive(address)
    first = FirstWindow()
    assert first.listen(address)
    assert is_alive(address)
    first.close()


@posix
@pytest.mark.usefixtures("first")
def test_one_window_listens_and_another_leaves_it_in_peace(address: str) -> None:
    second = FirstWindow()
    assert not second.listen(address)
    assert is_alive(address)


@posix
def test_calls_wait_until_a_window_is_there(qtbot: QtBot, address: str) -> None:
    first = FirstWindow()
    assert first.listen(address)
    assert ended(qtbot, from_elsewhere(SECOND, address, "/early")) == "True\n"
    calls: list[Call] = []
    first.attend(calls.append)
    assert calls == [Call(("/early",), "tok")]
    first.close()


# --- real programs -----------------------------------------------------------------------------


@posix
def test_a_second_program_ends_at_once_and_loads_no_window(
    qtbot: QtBot, tmp_path: Path, runtime: Path, music: Path
) -> None:
    data = tmp_path / "data"
    with Workspace.open(data):
        pass
    environment = {
        **os.environ,
        "QT_QPA_PLATFORM": "offscreen",
        "XDG_RUNTIME_DIR": str(runtime),
    }
    address = address_of(data, environment)
    first = subprocess.Popen(
        [*PROGRAM, "--data-dir", str(data), str(music)],
        cwd=PROJECT,
        env=environment,
        stderr=subprocess.DEVNULL,
    )
    try:
        qtbot.waitUntil(lambda: is_alive(address) or first.poll() is not None)
        assert first.poll() is None

        def second(*arguments: str) -> subprocess.CompletedProcess[str]:
            return subprocess.run(
                [sys.executable, "-c", LOADED, "--data-dir", str(data), *arguments],
                cwd=PROJECT,
                env=environment,
                capture_output=True,
                text=True,
                check=False,
            )

        assert second(str(music)).returncode == 0
        done = second()
        assert done.stderr.startswith("RightsDesk is open already"), done.stderr
        loaded = set(done.stderr.split())
        assert not {name for name in loaded if name.partition(".")[0] in ("PySide6", "sqlalchemy")}
        assert first.poll() is None
    finally:
        first.kill()
        first.wait()
