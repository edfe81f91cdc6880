"""All that jobs wrote is taken back in one go: one review, and an undo for each job."""

import os
import threading
from pathlib import Path

import pytest

from rightsdesk.changes.types import LEFT_OUT, Outcome
from rightsdesk.consent import Permission, Preset, Use
from rightsdesk.enums.carriers import CarrierId
from rightsdesk.enums.causes import Cause
from rightsdesk.workspace import Workspace
from rightsdesk.workspace.jobs.change_locations import key_of
from rightsdesk.workspace.types.artists import Artist
from rightsdesk.workspace.types.scopes import Filter
from rightsdesk.workspace.use_cases.jobs import NothingToUndo
from tests.workspace.conftest import SignIn, choose


def tag(workspace: Workspace, artist: Artist, preset: Preset) -> int:
    """Write a choice into the files; the job's id."""
    choose(workspace, artist, preset)
    plan = workspace.jobs.plan_tag(Filter())
    job = workspace.jobs.apply(plan, confirmed=plan.confirmation()).job
    assert job is not None
    return job


@pytest.fixture
def before(koval: Artist) -> dict[Path, bytes]:
    """The files as they were before RightsDesk wrote into them."""
    folder = Path(koval.folders[0])
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture
def thrice(workspace: Workspace, koval: Artist, before: dict[Path, bytes]) -> list[int]:
    """Jobs that wrote three choices, one over the other; oldest first."""
    presets = (Preset.NO_AI, Preset.ASK_FIRST, Preset.NO_AI)
    return [tag(workspace, koval, preset) for preset in presets]


def on_disk(before: dict[Path, bytes]) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in before if path.exists()}


def test_one_review_shows_what_is_said_now_and_what_was_before_the_first_job(
    workspace: Workspace, before: dict[Path, bytes], thrice: list[int]
) -> None:
    written = on_disk(before)
    taking = workspace.jobs.plan_taking_back()
    assert [job.id for job in taking.jobs] == thrice[::-1]
    assert len(taking.plan.planned) == len(before)
    for change in taking.plan.planned:
        assert change.before[Use.GENERATIVE_TRAINING] is Permission.PROHIBITED
    assert on_disk(before) == written
    assert workspace.what_stays().jobs == tuple(thrice[::-1]), "a preview notes nothing"

    workspace.jobs.take_back(taking)
    said = {file.path: file.says for file in workspace.catalogue.inspect([*map(str, before)])}
    assert {c.target.locator: c.after for c in taking.plan.planned} == said


def test_all_bytes_come_back_and_each_job_is_undone(
    workspace: Workspace, before: dict[Path, bytes], thrice: list[int]
) -> None:
    counts: list[tuple[int, int]] = []
    report = workspace.jobs.take_back(
        workspace.jobs.plan_taking_back(), progress=lambda n, of, _: counts.append((n, of))
    )
    assert report.counts == {Outcome.DONE: len(before)}
    assert on_disk(before) == before
    assert workspace.what_stays().jobs == ()
    undone = {job.id: job.undone_by for job in workspace.jobs.all()}
    assert all(undone[number] for number in thrice)
    assert max(counts) == (3 * len(before), 3 * len(before))


def test_what_was_left_out_in_the_review_stays(
    workspace: Workspace, before: dict[Path, bytes], thrice: list[int]
) -> None:
    written = on_disk(before)
    taking = workspace.jobs.plan_taking_back()
    kept = taking.plan.planned[0]
    report = workspace.jobs.take_back(taking, {key_of(kept.target)})
    assert report.counts == {Outcome.DONE: len(before) - 1, Outcome.SKIPPED: 1}
    assert list(report.failures) == [LEFT_OUT]
    there = Path(kept.target.locator)
    assert on_disk(before) == {**before, there: written[there]}
    assert workspace.what_stays().files == 1
    assert workspace.jobs.take_back(workspace.jobs.plan_taking_back()).counts == {Outcome.DONE: 1}
    assert on_disk(before) == before


def test_a_file_that_is_away_waits_until_it_is_back(
    workspace: Workspace, before: dict[Path, bytes], thrice: list[int], tmp_path: Path
) -> None:
    away = next(path for path in before if path.suffix == ".flac")
    os.rename(away, tmp_path / "away")
    taking = workspace.jobs.plan_taking_back()
    assert len(taking.plan.planned) == len(before) - 1
    [gone] = [change for change in taking.plan.changes if change.outcome is not Outcome.PLANNED]
    assert (gone.target.locator, gone.cause) == (str(away), Cause.GONE)

    os.rename(tmp_path / "away", away)  # a disk is connected while the rest is taken back
    workspace.jobs.take_back(taking)
    assert away.read_bytes() != before[away], "it was not in the review"
    assert workspace.what_stays().files == 1

    workspace.jobs.take_back(workspace.jobs.plan_taking_back())
    assert on_disk(before) == before
    assert workspace.what_stays().jobs == ()


def test_where_a_newer_job_can_not_be_undone_older_ones_wait_for_it(
    workspace: Workspace,
    before: dict[Path, bytes],
    thrice: list[int],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    taking = workspace.jobs.plan_taking_back()
    stuck = Path(taking.plan.planned[0].target.locator)
    content = stuck.read_bytes()
    stuck.write_bytes(b"no audio any more")  # for as long as the first undo takes
    apply = workspace.jobs.apply
    calls: list[int] = []

    def applied(*args, **more):  # type: ignore[no-untyped-def]
        report = apply(*args, **more)
        calls.append(1)
        if len(calls) == 1:
            stuck.write_bytes(content)
        return report

    monkeypatch.setattr(workspace.jobs, "apply", applied)
    report = workspace.jobs.take_back(taking)
    assert report.counts[Outcome.DONE] == len(before) - 1
    assert stuck.read_bytes() == content
    monkeypatch.undo()
    workspace.jobs.take_back(workspace.jobs.plan_taking_back())
    assert on_disk(before) == before


def test_what_others_changed_since_stays(
    workspace: Workspace, before: dict[Path, bytes], thrice: list[int]
) -> None:
    for path, content in before.items():
        path.write_bytes(content)
    taking = workspace.jobs.plan_taking_back()
    assert all(change.before == change.after for change in taking.plan.planned)
    workspace.jobs.take_back(taking)
    assert on_disk(before) == before


def test_a_stop_leaves_the_rest_and_says_so(
    workspace: Workspace, before: dict[Path, bytes], thrice: list[int]
) -> None:
    stop = threading.Event()
    taking = workspace.jobs.plan_taking_back()

    def progress(done: int, _total: int, _label: str) -> None:
        if done > len(before):
            stop.set()

    report = workspace.jobs.take_back(taking, progress=progress, cancel=stop)
    assert report.cancelled
    assert workspace.what_stays().files
    for job in workspace.jobs.all():
        if job.open_changes:
            workspace.jobs.apply(workspace.jobs.plan_resume(job.id))
    workspace.jobs.take_back(workspace.jobs.plan_taking_back())
    assert on_disk(before) == before


def test_with_nothing_written_there_is_nothing_to_take_back(
    workspace: Workspace, koval: Artist
) -> None:
    with pytest.raises(NothingToUndo):
        workspace.jobs.plan_taking_back()


def test_files_and_tracks_are_one_review(
    workspace: Workspace, koval: Artist, sign_in: SignIn
) -> None:
    sign_in(koval)
    choose(workspace, koval)
    plan = workspace.jobs.plan_write(Filter())
    workspace.jobs.apply(plan, confirmed=plan.confirmation())
    assert {c.target.carrier for c in plan.planned} == {CarrierId.FILES, CarrierId.SOUNDCLOUD}
    taking = workspace.jobs.plan_taking_back()
    assert len(taking.plan.planned) == len(plan.planned)
    report = workspace.jobs.take_back(taking)
    assert report.counts == {Outcome.DONE: len(plan.planned)}
    assert workspace.what_stays().jobs == ()
