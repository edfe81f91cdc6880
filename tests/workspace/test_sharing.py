"""A file of two artists belongs to both, and the stricter permission holds."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

import rightsdesk
from rightsdesk.consent import PRESETS, Permission, Preset, Standing, Use
from rightsdesk.workspace import Workspace
from rightsdesk.workspace.types import Artist, Details, Filter, Scope, ScopeKind
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
def one(workspace: Workspace, folder: Path) -> Artist:
    artist = workspace.artists.add("One")
    workspace.catalogue.scan(artist.id, [str(folder)])
    choose(workspace, artist, Preset.OPEN)
    return artist


@pytest.fixture
def two(workspace: Workspace, one: Artist, folder: Path) -> Artist:
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


def said(workspace: Workspace, folder: Path) -> Permission | None:
    [file] = workspace.catalogue.inspect([str(folder)])
    return file.says.get(Use.GENERATIVE_TRAINING)


@pytest.mark.parametrize("by", ["One", "Two", ""])
def test_it_is_written_once_with_the_stricter_answer_whoever_asks(
    workspace: Workspace, one: Artist, two: Artist, folder: Path, by: str
) -> None:
    chosen = Filter(artist_id=workspace.artists.named(by).id) if by else ALL
    original = (folder / "song.flac").read_bytes()
    report = workspace.jobs.apply(workspace.jobs.plan_tag(chosen))
    assert report.counts == {"done": 1}
    assert said(workspace, folder) is Permission.PROHIBITED
    assert {standing(workspace, artist) for artist in (one, two)} == {Standing.AGREES}
    for again in (ALL, Filter(artist_id=one.id), Filter(artist_id=two.id)):
        assert workspace.jobs.plan_tag(again).changes == (), "nothing goes back and forth"
    assert len(workspace.catalogue.verify(ALL).files) == 1
    workspace.jobs.apply(workspace.jobs.plan_undo())
    assert (folder / "song.flac").read_bytes() == original
    assert {standing(workspace, artist) for artist in (one, two)} <= {
        Standing.SILENT,
        Standing.CONFLICTS,
    }


def test_where_each_answer_comes_from_is_told(
    workspace: Workspace, one: Artist, two: Artist
) -> None:
    [number] = workspace.catalogue.recordings(Filter(artist_id=one.id))
    scoped = workspace.consents.of(Scope(ScopeKind.RECORDING, number))
    assert scoped.effective == PRESETS[Preset.NO_AI]
    assert scoped.origin[Use.GENERATIVE_TRAINING] == (ScopeKind.ARTIST, "Two")


def test_one_of_two_cannot_open_it(
    workspace: Workspace, one: Artist, two: Artist, folder: Path
) -> None:
    workspace.jobs.apply(workspace.jobs.plan_tag(ALL))
    [number] = workspace.catalogue.recordings(Filter(artist_id=one.id))
    scope = Scope(ScopeKind.RECORDING, number)
    assert workspace.consents.widened_by(scope, PRESETS[Preset.OPEN]) == ()
    workspace.consents.set(scope, PRESETS[Preset.OPEN])
    assert workspace.jobs.plan_tag(ALL).changes == ()


def test_an_artist_who_has_chosen_nothing_has_no_say_yet(
    workspace: Workspace, one: Artist, folder: Path
) -> None:
    workspace.catalogue.scan(workspace.artists.add("Three").id, [str(folder)])
    [number] = workspace.catalogue.recordings(Filter(artist_id=one.id))
    assert (
        workspace.consents.of(Scope(ScopeKind.RECORDING, number)).effective == PRESETS[Preset.OPEN]
    )


def test_contact_and_terms_do_not_go_back_and_forth(
    workspace: Workspace, one: Artist, two: Artist
) -> None:
    workspace.artists.set_details(one.id, Details("One Ltd", "", "", "Ours.", False))
    workspace.artists.set_details(
        two.id, Details("Two Ltd", "two@example.com", "", "Theirs.", False)
    )
    workspace.jobs.apply(workspace.jobs.plan_tag(Filter(artist_id=two.id)))
    for again in (one, two):
        assert workspace.jobs.plan_tag(Filter(artist_id=again.id)).changes == ()


def test_removing_one_leaves_it_to_the_other_and_its_undo(
    workspace: Workspace, one: Artist, two: Artist, folder: Path
) -> None:
    original = (folder / "song.flac").read_bytes()
    workspace.jobs.apply(workspace.jobs.plan_tag(ALL))
    workspace.artists.remove(one.id)
    assert standing(workspace, two) is Standing.AGREES
    workspace.jobs.apply(workspace.jobs.plan_undo())
    assert (folder / "song.flac").read_bytes() == original


def test_with_the_stricter_one_gone_it_opens_only_with_a_yes(
    workspace: Workspace, one: Artist, two: Artist, folder: Path
) -> None:
    workspace.jobs.apply(workspace.jobs.plan_tag(ALL))
    workspace.artists.remove(two.id)
    plan = workspace.jobs.plan_tag(ALL)
    assert plan.widening
    workspace.jobs.apply(plan)
    assert said(workspace, folder) is Permission.PROHIBITED


def test_forgetting_it_for_one_leaves_it_to_the_other(
    workspace: Workspace, one: Artist, two: Artist, folder: Path
) -> None:
    assert workspace.catalogue.forget_folder(two.id, str(folder)) == 1
    assert workspace.artists.named("One").files == 1
    [number] = workspace.catalogue.recordings(ALL)
    assert (
        workspace.consents.of(Scope(ScopeKind.RECORDING, number)).effective == PRESETS[Preset.OPEN]
    )


def test_a_moved_file_of_two_stays_both_artists(
    workspace: Workspace, one: Artist, two: Artist, folder: Path
) -> None:
    here = folder.rename(folder.with_name("moved"))
    workspace.catalogue.scan(one.id, [str(here)])
    [number] = workspace.catalogue.recordings(Filter(artist_id=one.id))
    scoped = workspace.consents.of(Scope(ScopeKind.RECORDING, number))
    assert scoped.effective == PRESETS[Preset.NO_AI], "the other's answer is not lost on the way"
    assert workspace.artists.named("Two").folders == (str(here),)
    assert workspace.catalogue.scan(two.id, [str(here)]).unchanged == 1


def test_sidecars_are_planned_once_and_known_for_both(
    workspace: Workspace, one: Artist, two: Artist, folder: Path
) -> None:
    for artist in (one, two):
        workspace.artists.set_details(artist.id, Details("", "", "", None, True))
    plan = workspace.jobs.plan_tag(ALL)
    assert sorted(change.target.carrier for change in plan.planned) == ["file", "sidecar"]
    workspace.jobs.apply(plan)
    for again in (ALL, Filter(artist_id=one.id), Filter(artist_id=two.id)):
        assert workspace.jobs.plan_tag(again).changes == ()
