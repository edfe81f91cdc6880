"""A file of two artists belongs to both, and the stricter permission holds."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

import rightsdesk
from rightsdesk.consent import PRESETS, Permission, Preset, Standing, Use
from rightsdesk.workspace import Workspace
from rightsdesk.workspace.types.artists import Artist, Details
from rightsdesk.workspace.types.scopes import Filter, Scope, ScopeKind
from tests.workspace.conftest import choose

SAMPLES = Path(rightsdesk.__file__).parent / "practice" / "samples"
ALL = Filter()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "together"
    folder.mkdir()
    shutil.copy(SAMPLES / "sample.flac", folder / "song.flac")
    return folder


@pytest.fixture
def first(workspace: Workspace, folder: Path) -> Artist:
    artist = workspace.artists.add("One")
    workspace.catalogue.scan(artist.id, [str(folder)])
    choose(workspace, artist, Preset.OPEN)
    return artist


@pytest.fixture
def second(workspace: Workspace, first: Artist, folder: Path) -> Artist:
    artist = workspace.artists.add("Two")
    report = workspace.catalogue.scan(artist.id, [str(folder)])
    assert (report.new, report.shared, report.theirs) == (1, (("One", 1),), ())
    choose(workspace, artist, Preset.NO_AI)
    return artist


def standing(workspace: Workspace, artist: Artist) -> Standing:
    ids = workspace.catalogue.recordings(Filter(artist_id=artist.id))
    [row] = workspace.catalogue.rows(ids)
    counted = workspace.catalogue.counts(Filter(artist_id=artist.id))["file"]
    assert counted == {row.cells["file"].standing: 1}, "counted as it is shown"
    return row.cells["file"].standing


def stated(workspace: Workspace, folder: Path) -> Permission | None:
    [file] = workspace.catalogue.inspect([str(folder)])
    return file.says.get(Use.GENERATIVE_TRAINING)


@pytest.mark.parametrize("by", ["One", "Two", ""])
def test_the_stricter_permission_is_written_once_by_either_artist(
    workspace: Workspace, first: Artist, second: Artist, folder: Path, by: str
) -> None:
    chosen = Filter(artist_id=workspace.artists.named(by).id) if by else ALL
    original = (folder / "song.flac").read_bytes()
    report = workspace.jobs.apply(workspace.jobs.plan_tag(chosen))
    assert report.counts == {"done": 1}
    assert stated(workspace, folder) is Permission.PROHIBITED
    assert {standing(workspace, artist) for artist in (first, second)} == {Standing.AGREES}
    for again in (ALL, Filter(artist_id=first.id), Filter(artist_id=second.id)):
        assert workspace.jobs.plan_tag(again).changes == (), "a second plan has nothing to write"
    assert len(workspace.catalogue.verify(ALL).files) == 1
    workspace.jobs.apply(workspace.jobs.plan_undo())
    assert (folder / "song.flac").read_bytes() == original
    assert {standing(workspace, artist) for artist in (first, second)} <= {
        Standing.SILENT,
        Standing.CONFLICTS,
    }


def test_the_source_of_each_permission_is_shown(
    workspace: Workspace, first: Artist, second: Artist
) -> None:
    [number] = workspace.catalogue.recordings(Filter(artist_id=first.id))
    scoped = workspace.consents.of(Scope(ScopeKind.RECORDING, number))
    assert scoped.effective == PRESETS[Preset.NO_AI]
    assert scoped.origin[Use.GENERATIVE_TRAINING] == (ScopeKind.ARTIST, "Two")


def test_one_of_two_artists_cannot_widen(
    workspace: Workspace, first: Artist, second: Artist, folder: Path
) -> None:
    workspace.jobs.apply(workspace.jobs.plan_tag(ALL))
    [number] = workspace.catalogue.recordings(Filter(artist_id=first.id))
    scope = Scope(ScopeKind.RECORDING, number)
    assert workspace.consents.widened_by(scope, PRESETS[Preset.OPEN]) == ()
    workspace.consents.set(scope, PRESETS[Preset.OPEN])
    assert workspace.jobs.plan_tag(ALL).changes == ()


def test_an_artist_without_a_consent_does_not_count(
    workspace: Workspace, first: Artist, folder: Path
) -> None:
    workspace.catalogue.scan(workspace.artists.add("Three").id, [str(folder)])
    [number] = workspace.catalogue.recordings(Filter(artist_id=first.id))
    assert (
        workspace.consents.of(Scope(ScopeKind.RECORDING, number)).effective == PRESETS[Preset.OPEN]
    )


def test_contact_and_terms_stay_stable(workspace: Workspace, first: Artist, second: Artist) -> None:
    workspace.artists.set_details(first.id, Details("One Ltd", "", "", "Ours.", False))
    workspace.artists.set_details(
        second.id, Details("Two Ltd", "two@example.com", "", "Theirs.", False)
    )
    workspace.jobs.apply(workspace.jobs.plan_tag(Filter(artist_id=second.id)))
    for again in (first, second):
        assert workspace.jobs.plan_tag(Filter(artist_id=again.id)).changes == ()


def test_removing_one_artist_leaves_the_file_and_its_undo_to_the_other(
    workspace: Workspace, first: Artist, second: Artist, folder: Path
) -> None:
    original = (folder / "song.flac").read_bytes()
    workspace.jobs.apply(workspace.jobs.plan_tag(ALL))
    workspace.artists.remove(first.id)
    assert standing(workspace, second) is Standing.AGREES
    workspace.jobs.apply(workspace.jobs.plan_undo())
    assert (folder / "song.flac").read_bytes() == original


def test_without_the_stricter_artist_widening_needs_a_confirmation(
    workspace: Workspace, first: Artist, second: Artist, folder: Path
) -> None:
    workspace.jobs.apply(workspace.jobs.plan_tag(ALL))
    workspace.artists.remove(second.id)
    plan = workspace.jobs.plan_tag(ALL)
    assert plan.widening
    workspace.jobs.apply(plan)
    assert stated(workspace, folder) is Permission.PROHIBITED


def test_forgetting_the_folder_of_one_artist_leaves_the_file_to_the_other(
    workspace: Workspace, first: Artist, second: Artist, folder: Path
) -> None:
    assert workspace.catalogue.forget_folders(second.id, [str(folder)]) == 1
    assert workspace.artists.named("One").files == 1
    [number] = workspace.catalogue.recordings(ALL)
    assert (
        workspace.consents.of(Scope(ScopeKind.RECORDING, number)).effective == PRESETS[Preset.OPEN]
    )


def test_a_moved_file_still_belongs_to_both_artists(
    workspace: Workspace, first: Artist, second: Artist, folder: Path
) -> None:
    here = folder.rename(folder.with_name("moved"))
    workspace.catalogue.scan(first.id, [str(here)])
    [number] = workspace.catalogue.recordings(Filter(artist_id=first.id))
    scoped = workspace.consents.of(Scope(ScopeKind.RECORDING, number))
    assert scoped.effective == PRESETS[Preset.NO_AI], (
        "the permission of the other artist is not lost"
    )
    assert workspace.artists.named("Two").folders == (str(here),)
    assert workspace.catalogue.scan(second.id, [str(here)]).unchanged == 1


def test_sidecars_are_planned_once_and_stored_for_both(
    workspace: Workspace, first: Artist, second: Artist, folder: Path
) -> None:
    for artist in (first, second):
        workspace.artists.set_details(artist.id, Details("", "", "", None, True))
    plan = workspace.jobs.plan_tag(ALL)
    assert sorted(change.target.carrier for change in plan.planned) == ["file", "sidecar"]
    workspace.jobs.apply(plan)
    for again in (ALL, Filter(artist_id=first.id), Filter(artist_id=second.id)):
        assert workspace.jobs.plan_tag(again).changes == ()
