"""Failed changes are grouped by reason and retried; files and platforms share one job."""

from pathlib import Path

import pytest
from sqlalchemy import update

from rightsdesk.changes.names import job_name
from rightsdesk.changes.types import LEFT_OUT, JobKind
from rightsdesk.enums.carriers import CarrierId
from rightsdesk.practice.soundcloud import PracticeSoundCloud
from rightsdesk.store.schema import changes
from rightsdesk.workspace import Workspace
from rightsdesk.workspace.types.artists import Artist
from rightsdesk.workspace.types.scopes import Filter
from rightsdesk.workspace.use_cases.jobs import NoSuchJob
from tests.workspace.conftest import SignIn, choose

EVERYTHING = Filter()


def outdated(workspace: Workspace, number: int = 2) -> tuple[int, list[Path]]:
    """A job in which some files changed after its plan, and these files."""
    plan = workspace.jobs.plan_tag(EVERYTHING)
    paths = [Path(change.target.locator) for change in plan.planned[:number]]
    for path in paths:
        path.write_bytes(path.read_bytes() + b"\0")
    report = workspace.jobs.apply(plan)
    assert report.counts == {"done": 9 - number, "skipped": number}
    assert report.job is not None
    return report.job, paths


def test_failed_changes_are_grouped_by_reason(workspace: Workspace, koval: Artist) -> None:
    choose(workspace, koval)
    job, paths = outdated(workspace)
    [group] = workspace.jobs.failures(job)
    assert group.cause == "changed-since"
    assert group.carrier == CarrierId.FILES
    assert group.count == 2
    assert set(group.places) == set(map(str, paths))
    assert group.problem


def test_only_failed_changes_are_retried(workspace: Workspace, koval: Artist) -> None:
    choose(workspace, koval)
    job, paths = outdated(workspace)
    plan = workspace.jobs.plan_retry(job)
    assert {change.target.locator for change in plan.planned} == set(map(str, paths))
    assert job_name(plan) == "No AI on 2 files"
    assert workspace.jobs.apply(plan).counts == {"done": 2}
    assert workspace.jobs.plan_retry(job).planned == ()
    assert workspace.jobs.plan_tag(EVERYTHING).changes == ()


def test_an_undo_is_retried_as_an_undo(workspace: Workspace, koval: Artist) -> None:
    choose(workspace, koval)
    first = workspace.jobs.apply(workspace.jobs.plan_tag(EVERYTHING))
    back = workspace.jobs.plan_undo(first.job)
    path = Path(back.planned[0].target.locator)
    path.write_bytes(path.read_bytes() + b"\0")
    report = workspace.jobs.apply(back)
    assert report.counts == {"done": 8, "skipped": 1}
    assert report.job is not None
    again = workspace.jobs.plan_retry(report.job)
    assert again.kind is JobKind.UNDO
    assert [change.target.locator for change in again.planned] == [str(path)]
    assert workspace.jobs.apply(again).counts == {"done": 1}


def test_what_an_undo_left_out_is_retried(workspace: Workspace, koval: Artist) -> None:
    choose(workspace, koval)
    first = workspace.jobs.apply(workspace.jobs.plan_tag(EVERYTHING))
    back = workspace.jobs.plan_undo(first.job)
    left = back.planned[0].target
    report = workspace.jobs.apply(back.without([(left.carrier, left.id)]))
    assert report.counts == {"done": 8, "skipped": 1}
    assert report.job is not None
    [group] = workspace.jobs.failures(report.job)
    assert (group.problem, group.places) == (LEFT_OUT, (left.locator,))
    again = workspace.jobs.plan_retry(report.job)
    assert [change.target for change in again.planned] == [left]
    assert workspace.jobs.apply(again).counts == {"done": 1}


def test_a_retry_includes_what_could_not_be_read_for_the_plan(
    workspace: Workspace, koval: Artist
) -> None:
    choose(workspace, koval)
    path = Path(workspace.jobs.plan_tag(EVERYTHING).planned[0].target.locator)
    whole = path.read_bytes()
    path.write_bytes(whole[:40])
    plan = workspace.jobs.plan_tag(EVERYTHING)
    [unread] = [change for change in plan.changes if change.unread]
    report = workspace.jobs.apply(plan)
    assert report.job is not None
    path.write_bytes(whole)
    again = workspace.jobs.plan_retry(report.job)
    assert [change.target.id for change in again.planned] == [unread.target.id]


def test_a_job_that_does_not_exist_cannot_be_retried(workspace: Workspace) -> None:
    with pytest.raises(NoSuchJob):
        workspace.jobs.plan_retry(7)


def test_files_and_platforms_are_one_job_with_one_undo(
    workspace: Workspace, koval: Artist, soundcloud: PracticeSoundCloud, sign_in: SignIn
) -> None:
    sign_in(koval)
    choose(workspace, koval)
    before = [track["tag_list"] for track in soundcloud.tracks(koval.name)]
    plan = workspace.jobs.plan_write(EVERYTHING)
    assert job_name(plan) == "No AI on 9 files and 4 SoundCloud tracks"
    assert plan.waiting == 1
    assert workspace.jobs.left_to_write(EVERYTHING) == {"file": 9, "soundcloud": 4}
    report = workspace.jobs.apply(plan, confirmed=plan.confirmation())
    assert report.counts == {"done": 13}
    assert workspace.jobs.left_to_write(EVERYTHING) == {}
    back = workspace.jobs.plan_undo(report.job)
    assert job_name(back) == "Undo: No AI on 9 files and 4 SoundCloud tracks"
    assert workspace.jobs.apply(back).counts == {"done": 13}
    assert [track["tag_list"] for track in soundcloud.tracks(koval.name)] == before


def test_without_an_account_only_files_are_written(workspace: Workspace, koval: Artist) -> None:
    choose(workspace, koval)
    plan = workspace.jobs.plan_write(EVERYTHING)
    assert plan.kind is JobKind.TAG
    assert job_name(plan) == "No AI on 9 files"


def test_excluded_changes_are_not_written_and_not_counted(
    workspace: Workspace, koval: Artist
) -> None:
    choose(workspace, koval)
    plan = workspace.jobs.plan_tag(EVERYTHING)
    left = {(change.target.carrier, change.target.id) for change in plan.planned[:4]}
    some = plan.without(left)
    assert job_name(some) == "No AI on 5 files"
    assert workspace.jobs.apply(some).counts == {"done": 5}
    assert len(workspace.jobs.plan_tag(EVERYTHING).planned) == 4


def test_a_change_excluded_from_resuming_stays_open(workspace: Workspace, koval: Artist) -> None:
    choose(workspace, koval)
    plan = workspace.jobs.plan_tag(EVERYTHING)

    class Stop:
        def is_set(self) -> bool:
            return True

    report = workspace.jobs.apply(plan, cancel=Stop())
    assert report.counts == {"planned": 9}, "each change is reported"
    assert report.job is not None
    stopped = workspace.jobs.interrupted()
    assert stopped is not None
    assert stopped.open_changes == 9
    rest = workspace.jobs.plan_resume(report.job)
    target = rest.planned[0].target
    workspace.jobs.apply(rest.without({(target.carrier, target.id)}))
    [first] = [job for job in workspace.jobs.all() if job.id == report.job]
    assert first.open_changes == 1


def test_a_file_repaired_since_its_scan_is_retried(workspace: Workspace, koval: Artist) -> None:
    choose(workspace, koval)
    path = Path(workspace.jobs.plan_tag(EVERYTHING).planned[0].target.locator)
    whole = path.read_bytes()
    path.write_bytes(whole[:40])
    workspace.catalogue.scan(koval.id, [str(path.parents[1])])
    report = workspace.jobs.apply(workspace.jobs.plan_tag(EVERYTHING))
    assert report.job is not None
    assert workspace.jobs.plan_retry(report.job).planned == ()
    path.write_bytes(whole)
    again = workspace.jobs.plan_retry(report.job)
    assert [change.target.locator for change in again.planned] == [str(path)]


def test_files_that_must_be_read_first_are_counted_apart(
    workspace: Workspace, koval: Artist
) -> None:
    """One is damaged before the plan; one merely changed after it."""
    choose(workspace, koval)
    first, second = [
        Path(change.target.locator) for change in workspace.jobs.plan_tag(EVERYTHING).planned[:2]
    ]
    first.write_bytes(first.read_bytes()[:40])
    plan = workspace.jobs.plan_tag(EVERYTHING)
    second.write_bytes(second.read_bytes() + b"\0")
    report = workspace.jobs.apply(plan)
    [job] = workspace.jobs.all()
    assert (job.id, job.counts["skipped"], job.read_first) == (report.job, 2, 1)
    causes = {group.cause: group.places for group in workspace.jobs.failures(job.id)}
    assert causes == {"unread": (str(first),), "changed-since": (str(second),)}
    back = workspace.jobs.apply(workspace.jobs.plan_undo(job.id))
    assert next(one for one in workspace.jobs.all() if one.id == back.job).read_first == 0


def test_a_cause_in_the_file_itself_is_not_tried_again(workspace: Workspace, koval: Artist) -> None:
    choose(workspace, koval)
    job, _ = outdated(workspace, 1)
    with workspace._database.write() as connection:
        connection.execute(update(changes).where(changes.c.cause != "").values(cause="damaged"))
    [info] = workspace.jobs.all()
    assert info.id == job
    assert info.read_first == info.counts["skipped"] == 1


def test_a_cause_of_another_version_can_be_tried_again(workspace: Workspace, koval: Artist) -> None:
    choose(workspace, koval)
    job, _ = outdated(workspace, 1)
    with workspace._database.write() as connection:
        connection.execute(update(changes).where(changes.c.cause != "").values(cause="odd"))
    [group] = workspace.jobs.failures(job)
    assert (group.cause, group.cause.name) == ("odd", "UNKNOWN")
    assert workspace.jobs.all()[0].read_first == 0
