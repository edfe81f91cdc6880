"""A forgotten folder leaves the catalogue but stays on the disk, and its jobs can be undone."""

from pathlib import Path

import pytest

from rightsdesk.consent import Preset
from rightsdesk.workspace import Workspace
from rightsdesk.workspace.audio_proof import AudioState
from rightsdesk.workspace.catalogue.forgetting import NotRemembered
from rightsdesk.workspace.types.artists import Artist
from rightsdesk.workspace.types.scopes import Filter
from tests.workspace.conftest import KOVAL, SIGNAL, choose

EVERYTHING = Filter()


def contents(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_the_music_is_no_longer_listed_and_no_file_changes(
    workspace: Workspace, koval: Artist, signal: Artist, music: Path
) -> None:
    before = contents(music)
    [folder] = koval.folders
    assert workspace.catalogue.forget_folders(koval.id, [folder]) == koval.files
    left = workspace.artists.named(KOVAL)
    assert (left.files, left.recordings, left.folders) == (0, 0, ())
    assert workspace.catalogue.releases(koval.id) == []
    assert workspace.artists.named(SIGNAL) == signal
    assert contents(music) == before


def test_several_folders_are_forgotten_all_or_none(
    workspace: Workspace, koval: Artist, music: Path
) -> None:
    [folder] = koval.folders
    with pytest.raises(NotRemembered, match=SIGNAL):
        workspace.catalogue.forget_folders(koval.id, [folder, str(music / SIGNAL)])
    assert workspace.artists.named(KOVAL) == koval


def test_music_in_another_folder_of_the_artist_stays(
    workspace: Workspace, koval: Artist, music: Path
) -> None:
    inner = music / KOVAL / "Night Ferry"
    workspace.catalogue.scan(koval.id, [str(inner)])
    kept = sum(path.suffix != ".xmp" for path in contents(inner))
    [outer, _] = workspace.artists.named(KOVAL).folders
    assert workspace.catalogue.forget_folders(koval.id, [outer]) == koval.files - kept
    left = workspace.artists.named(KOVAL)
    assert (left.files, left.folders) == (kept, (str(inner),))
    assert [title for _, title in workspace.catalogue.releases(koval.id)] == ["Night Ferry"]


def test_changes_can_still_be_undone(workspace: Workspace, koval: Artist, music: Path) -> None:
    before = contents(music)
    choose(workspace, koval, Preset.NO_AI)
    workspace.jobs.apply(workspace.jobs.plan_tag(EVERYTHING))
    workspace.catalogue.forget_folders(koval.id, [koval.folders[0]])
    assert not workspace.catalogue.verify(EVERYTHING).files
    workspace.jobs.apply(workspace.jobs.plan_undo())
    assert contents(music) == before


def test_a_rescanned_folder_is_restored(workspace: Workspace, koval: Artist) -> None:
    choose(workspace, koval, Preset.NO_AI)
    workspace.jobs.apply(workspace.jobs.plan_tag(EVERYTHING))
    workspace.catalogue.forget_folders(koval.id, [koval.folders[0]])
    workspace.catalogue.scan(koval.id, koval.folders)
    back = workspace.artists.named(KOVAL)
    assert (back.files, back.recordings) == (koval.files, koval.recordings)
    assert workspace.catalogue.verify(EVERYTHING).counts == {AudioState.SAME: koval.files}


def test_a_forgotten_folder_is_free_for_another_artist(workspace: Workspace, koval: Artist) -> None:
    choose(workspace, koval, Preset.NO_AI)
    workspace.jobs.apply(workspace.jobs.plan_tag(EVERYTHING))
    workspace.catalogue.forget_folders(koval.id, [koval.folders[0]])
    other = workspace.artists.add("Somebody Else")
    assert not workspace.catalogue.scan(other.id, koval.folders).failed
    assert workspace.artists.named("Somebody Else").files == koval.files
    assert workspace.artists.named(KOVAL).files == 0


def test_only_a_folder_of_the_artist_can_be_forgotten(
    workspace: Workspace, koval: Artist, signal: Artist
) -> None:
    for folder in (signal.folders[0], str(Path(koval.folders[0]) / "Night Ferry")):
        with pytest.raises(NotRemembered):
            workspace.catalogue.forget_folders(koval.id, [folder])
    assert workspace.artists.named(KOVAL) == koval
