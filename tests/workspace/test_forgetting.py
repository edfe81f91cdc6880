"""Forgetting a folder: out of the catalogue, untouched on the disk, and still to be undone."""

from pathlib import Path

import pytest

from rightsdesk.consent import Preset
from rightsdesk.workspace import Workspace
from rightsdesk.workspace.catalogue.forgetting import NotRemembered
from rightsdesk.workspace.types import Artist, Filter, Verdict
from tests.workspace.conftest import KOVAL, SIGNAL, choose

EVERYTHING = Filter()


def contents(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_its_music_is_no_longer_listed_and_no_file_is_touched(
    workspace: Workspace, koval: Artist, signal: Artist, music: Path
) -> None:
    before = contents(music)
    [folder] = koval.folders
    assert workspace.forget_folder(koval.id, folder) == koval.files
    left = workspace.artist_named(KOVAL)
    assert (left.files, left.recordings, left.folders) == (0, 0, ())
    assert workspace.releases(koval.id) == []
    assert workspace.artist_named(SIGNAL) == signal
    assert contents(music) == before


def test_what_lies_in_another_folder_of_the_artist_stays(
    workspace: Workspace, koval: Artist, music: Path
) -> None:
    inner = music / KOVAL / "Night Ferry"
    workspace.scan(koval.id, [str(inner)])
    kept = sum(path.suffix != ".xmp" for path in contents(inner))
    [outer, _] = workspace.artist_named(KOVAL).folders
    assert workspace.forget_folder(koval.id, outer) == koval.files - kept
    left = workspace.artist_named(KOVAL)
    assert (left.files, left.folders) == (kept, (str(inner),))
    assert [title for _, title in workspace.releases(koval.id)] == ["Night Ferry"]


def test_changes_can_still_be_undone(workspace: Workspace, koval: Artist, music: Path) -> None:
    before = contents(music)
    choose(workspace, koval, Preset.NO_AI)
    workspace.apply(workspace.plan_tag(EVERYTHING))
    workspace.forget_folder(koval.id, koval.folders[0])
    assert not workspace.verify(EVERYTHING).files
    workspace.apply(workspace.plan_undo())
    assert contents(music) == before


def test_a_folder_that_is_scanned_again_is_as_it_was(workspace: Workspace, koval: Artist) -> None:
    choose(workspace, koval, Preset.NO_AI)
    workspace.apply(workspace.plan_tag(EVERYTHING))
    workspace.forget_folder(koval.id, koval.folders[0])
    workspace.scan(koval.id, koval.folders)
    back = workspace.artist_named(KOVAL)
    assert (back.files, back.recordings) == (koval.files, koval.recordings)
    assert workspace.verify(EVERYTHING).counts == {Verdict.SAME: koval.files}


def test_a_forgotten_folder_is_free_for_another_artist(workspace: Workspace, koval: Artist) -> None:
    choose(workspace, koval, Preset.NO_AI)
    workspace.apply(workspace.plan_tag(EVERYTHING))
    workspace.forget_folder(koval.id, koval.folders[0])
    other = workspace.add_artist("Somebody Else")
    assert not workspace.scan(other.id, koval.folders).failed
    assert workspace.artist_named("Somebody Else").files == koval.files
    assert workspace.artist_named(KOVAL).files == 0


def test_only_a_folder_of_the_artist_can_be_forgotten(
    workspace: Workspace, koval: Artist, signal: Artist
) -> None:
    for folder in (signal.folders[0], str(Path(koval.folders[0]) / "Night Ferry")):
        with pytest.raises(NotRemembered):
            workspace.forget_folder(koval.id, folder)
    assert workspace.artist_named(KOVAL) == koval
