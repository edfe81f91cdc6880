"""An undo follows a moved file only if the file is identified for certain."""

import shutil
from pathlib import Path

import pytest

from rightsdesk.changes.types import Outcome, Plan
from rightsdesk.workspace import Workspace
from rightsdesk.workspace.types.artists import Artist
from rightsdesk.workspace.types.scopes import Filter
from tests.workspace.conftest import KOVAL, choose


@pytest.fixture
def before(koval: Artist, music: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in (music / KOVAL).rglob("*.*")}


@pytest.fixture
def song(workspace: Workspace, koval: Artist, music: Path, before: dict[Path, bytes]) -> Path:
    """A file of the catalogue, after all files were tagged."""
    choose(workspace, koval)
    workspace.jobs.apply(workspace.jobs.plan_tag(Filter()))
    return next((music / KOVAL).rglob("*.flac"))


def scanned(workspace: Workspace, koval: Artist) -> None:
    workspace.catalogue.scan(koval.id, koval.folders)


def not_planned(plan: Plan) -> list[str]:
    return [c.problem for c in plan.changes if c.outcome is not Outcome.PLANNED]


def test_a_renamed_file_is_restored_exactly(
    workspace: Workspace, koval: Artist, song: Path, before: dict[Path, bytes]
) -> None:
    moved = song.with_name("Another Name.flac")
    song.rename(moved)
    scanned(workspace, koval)
    plan = workspace.jobs.plan_undo()
    assert str(moved) in {change.target.locator for change in plan.planned}
    assert workspace.jobs.apply(plan).counts == {"done": koval.files}
    assert moved.read_bytes() == before[song]


def test_swapped_files_are_each_identified(
    workspace: Workspace, koval: Artist, music: Path, before: dict[Path, bytes], song: Path
) -> None:
    elsewhere = music / KOVAL / "Elsewhere"
    elsewhere.mkdir()
    moved = {path: elsewhere / f"{number}{path.suffix}" for number, path in enumerate(before)}
    for old, new in moved.items():
        old.rename(new)
    scanned(workspace, koval)
    assert workspace.jobs.apply(workspace.jobs.plan_undo()).counts == {"done": koval.files}
    assert {old: new.read_bytes() for old, new in moved.items()} == before


def test_an_undo_searches_for_the_file(
    workspace: Workspace, koval: Artist, song: Path, before: dict[Path, bytes]
) -> None:
    moved = song.parent.parent / "Another Name.flac"
    song.rename(moved)
    assert workspace.jobs.apply(workspace.jobs.plan_undo()).counts == {"done": koval.files}
    assert moved.read_bytes() == before[song]


def test_a_file_outside_the_folders_is_missing(
    workspace: Workspace, koval: Artist, song: Path, tmp_path: Path
) -> None:
    song.rename(tmp_path / "Elsewhere.flac")
    [problem] = not_planned(workspace.jobs.plan_undo())
    assert "not there" in problem
    assert "scan its new folder" in problem


def test_a_disconnected_folder_is_not_treated_as_empty(
    workspace: Workspace, koval: Artist, song: Path, before: dict[Path, bytes]
) -> None:
    [root] = map(Path, koval.folders)
    root.rename(root.with_name("away"))
    assert len(not_planned(workspace.jobs.plan_undo())) == koval.files
    root.with_name("away").rename(root)
    assert workspace.jobs.apply(workspace.jobs.plan_undo()).counts == {"done": koval.files}
    assert song.read_bytes() == before[song]


def test_of_two_copies_the_inode_identifies_the_file(
    workspace: Workspace, koval: Artist, song: Path, before: dict[Path, bytes]
) -> None:
    copy, moved = song.with_name("Copy.flac"), song.with_name("Moved.flac")
    shutil.copy(song, copy)
    song.rename(moved)
    tagged = copy.read_bytes()
    scanned(workspace, koval)
    workspace.jobs.apply(workspace.jobs.plan_undo())
    assert moved.read_bytes() == before[song]
    assert copy.read_bytes() == tagged


def test_with_several_candidates_no_file_is_changed(
    workspace: Workspace, koval: Artist, song: Path
) -> None:
    copies = [song.with_name(f"Copy {number}.flac") for number in (1, 2)]
    for copy in copies:
        shutil.copy(song, copy)
    tagged = song.read_bytes()
    song.unlink()
    scanned(workspace, koval)
    plan = workspace.jobs.plan_undo()
    [problem] = not_planned(plan)
    assert "several could be it: Copy 1.flac, Copy 2.flac" in problem
    workspace.jobs.apply(plan)
    assert [copy.read_bytes() for copy in copies] == [tagged, tagged]


def test_a_file_that_moved_and_changed_is_undone_field_by_field(
    workspace: Workspace, koval: Artist, song: Path, before: dict[Path, bytes]
) -> None:
    moved = song.with_name("Moved.flac")
    song.rename(moved)
    data = moved.read_bytes() + b"TAG".ljust(128, b"\0")  # another program adds an ID3v1 tag
    moved.write_bytes(data)
    scanned(workspace, koval)
    workspace.jobs.apply(workspace.jobs.plan_undo())
    assert moved.read_bytes().endswith(data[-128:])
    [now] = workspace.catalogue.inspect([str(moved)])
    assert not now.says


def test_a_file_with_a_reused_number_is_not_part_of_the_undo(
    workspace: Workspace, koval: Artist, music: Path, song: Path
) -> None:
    plan = workspace.jobs.plan_undo()
    workspace.artists.remove(koval.id)
    other = workspace.artists.add("Other")
    copies = music / "copies"
    shutil.copytree(music / KOVAL, copies)
    workspace.catalogue.scan(other.id, [str(copies)])
    cells = [
        row.cells for row in workspace.catalogue.rows(workspace.catalogue.recordings(Filter()))
    ]

    workspace.jobs.apply(plan)

    assert cells
    assert [
        row.cells for row in workspace.catalogue.rows(workspace.catalogue.recordings(Filter()))
    ] == cells
