"""A file with a second name is skipped, and the message says what to do."""

import os
import shutil
from pathlib import Path

import pytest

from rightsdesk.workspace import Workspace
from rightsdesk.workspace.types.artists import Artist
from rightsdesk.workspace.types.scopes import Filter
from tests.cli.fakes import run

WHAT_TO_DO = "Remove the other name, or make a copy and change that."


@pytest.fixture
def linked(workspace: Workspace, koval: Artist, tmp_path: Path) -> Path:
    """An MP3 that has a second name elsewhere, and no room to grow."""
    folder = Path(koval.folders[0])
    [song, *_] = sorted(folder.rglob("*.mp3"))
    os.link(song, tmp_path / "second name.mp3")
    run(workspace, "consent", "set", "--preset", "no-ai", "--yes")
    return song


def test_the_message_says_what_to_do_and_both_names_stay_one_file(
    workspace: Workspace, linked: Path, tmp_path: Path
) -> None:
    second = tmp_path / "second name.mp3"
    before = linked.read_bytes()
    done = run(workspace, "tag", "--path", str(linked), "--yes")
    assert done.code == 1
    assert "second name elsewhere (a hard link)" in done.out
    assert WHAT_TO_DO in done.out
    assert str(linked) in done.out
    assert linked.read_bytes() == before
    assert os.path.samefile(linked, second)
    problems = run(workspace, "problems").out
    assert f"1 file could not be changed: {linked.name}." in problems
    [failed] = [p for p in workspace.catalogue.problems(Filter()) if p.kind == "failed"]
    assert failed.path == str(linked), "a name alone could be in any folder"
    assert WHAT_TO_DO in problems


def test_after_following_the_advice_there_is_no_problem(
    workspace: Workspace, linked: Path, tmp_path: Path
) -> None:
    run(workspace, "tag", "--path", str(linked), "--yes")
    (tmp_path / "second name.mp3").unlink()
    assert run(workspace, "tag", "--path", str(linked), "--yes").code == 0
    assert "could not be changed" not in run(workspace, "problems").out


def test_a_file_that_already_has_the_consent_is_no_problem_either(
    workspace: Workspace, linked: Path
) -> None:
    done = run(workspace, "tag", "--yes", "--json").json
    [failed] = [change for change in done["changes"] if change["outcome"] == "failed"]
    assert failed["cause"] == "hard-link"
    [twin, *_] = [path for path in linked.parent.glob("*.mp3") if path != linked]
    linked.unlink()
    shutil.copy(twin, linked)
    run(workspace, "scan")
    assert "could not be changed" not in run(workspace, "problems").out


def test_a_change_that_needs_no_room_keeps_both_names(
    workspace: Workspace, linked: Path, tmp_path: Path
) -> None:
    second = tmp_path / "second name.mp3"
    second.unlink()
    run(workspace, "tag", "--path", str(linked), "--yes")
    os.link(linked, second)
    run(workspace, "consent", "set", "likeness=ask", "--yes", "--allow-widening")
    done = run(workspace, "tag", "--path", str(linked), "--yes", "--allow-widening")
    assert done.code == 0
    assert os.path.samefile(linked, second)
    says = run(workspace, "inspect", str(second), "--json").json["files"][0]["says"]
    assert says["likeness"] == "constrained"


def test_the_next_preview_says_that_the_last_write_failed(
    workspace: Workspace, linked: Path
) -> None:
    run(workspace, "tag", "--path", str(linked), "--yes")
    [change] = workspace.jobs.plan_tag(Filter(path=str(linked))).planned
    assert change.earlier_problem.startswith("This file has a second")


def test_a_write_under_the_second_name_is_not_reported_as_drift(
    workspace: Workspace, linked: Path, tmp_path: Path
) -> None:
    (tmp_path / "second name.mp3").unlink()
    run(workspace, "tag", "--yes")
    for song in [path for path in linked.parent.glob("*.*") if path.is_file()]:
        os.link(song, song.with_name(f"second {song.name}"))
    run(workspace, "scan")
    run(workspace, "consent", "set", "likeness=ask", "--yes", "--allow-widening")
    for command in ("tag", "undo"):
        done = run(workspace, command, "--yes", "--allow-widening", "--json").json
        assert {"failed", "skipped"}.isdisjoint(done["counts"])
        assert done["counts"]["done"]
        assert [change for change in done["changes"] if "something else" in change["problem"]] == []
