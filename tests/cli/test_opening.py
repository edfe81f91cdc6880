"""`rightsdesk FOLDER`: what is a path, what is a command, and where the paths go."""

import os
from collections.abc import Sequence
from pathlib import Path

import pytest

from rightsdesk.cli.commands import window
from rightsdesk.cli.session import Session
from tests.cli.fakes import FakeWorkspace, run


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """The paths of each window that was opened."""
    found: list[list[str]] = []

    def open_window(_session: Session, paths: Sequence[str] = ()) -> int:
        found.append(list(paths))
        return 0

    monkeypatch.setattr(window, "open_window", open_window)
    return found


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("scan", "Mira Koval", "ý"):
        (tmp_path / name).mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("given", "names"),
    [
        (["Mira Koval"], ["Mira Koval"]),
        (["./scan"], ["scan"]),
        (["./scan", "ý"], ["scan", "ý"]),
        (["open", "scan"], ["scan"]),
        (["open"], []),
        ([], []),
        (["."], [""]),
        (["--quiet", "Mira Koval"], ["Mira Koval"]),
    ],
)
def test_a_path_opens_the_window_there(
    here: Path, opened: list[list[str]], given: list[str], names: list[str]
) -> None:
    assert run(FakeWorkspace(), *given).code == 0
    assert opened == [[os.path.normpath(here / name) for name in names]]


def test_a_command_is_a_command_though_a_folder_has_its_name(
    here: Path, opened: list[list[str]]
) -> None:
    run(FakeWorkspace(), "scan")
    assert not opened


def test_an_address_of_a_file_is_its_path(here: Path, opened: list[list[str]]) -> None:
    assert run(FakeWorkspace(), (here / "Mira Koval").as_uri()).code == 0
    assert opened == [[str(here / "Mira Koval")]]


@pytest.mark.usefixtures("opened")
def test_a_word_that_is_neither_is_named() -> None:
    done = run(FakeWorkspace(), "stauts")
    assert done.code == 2
    assert "stauts" in done.err


def test_a_path_with_nothing_there_opens_no_window(here: Path) -> None:
    done = run(FakeWorkspace(), "./nothing", "--json")
    assert done.code == 2
    done = run(FakeWorkspace(), "./nothing")
    assert done.code == 2
    assert done.err.startswith(f"There is nothing at {here / 'nothing'}.")
