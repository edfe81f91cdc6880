"""Jobs that a platform delayed are resumed when allowed, and nothing new is added."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from rightsdesk.changes.types import JobKind, JobReport, Plan
from rightsdesk.consent import Preset
from rightsdesk.practice.faults import Fault, FaultKind
from rightsdesk.practice.soundcloud import PracticeSoundCloud
from rightsdesk.workspace import Workspace
from rightsdesk.workspace.types.artists import Account, Artist
from rightsdesk.workspace.types.scopes import Filter
from tests.fake_clock import FakeClock
from tests.workspace.conftest import choose

EVERYTHING = Filter()
DAY = 86_400
WRITE = "PUT /tracks/"


@pytest.fixture
def fake_clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def workspace(isolated: Path, fake_clock: FakeClock) -> Iterator[Workspace]:
    with Workspace.open(isolated, clock=fake_clock.clock) as workspace:
        yield workspace


@pytest.fixture
def stopped(
    workspace: Workspace,
    koval: Artist,
    soundcloud: PracticeSoundCloud,
    sign_in: Callable[..., Account],
) -> JobReport:
    """A sync that changed one track before SoundCloud asked for a pause of a day."""
    sign_in(koval)
    choose(workspace, koval)
    plan = workspace.jobs.plan_sync(EVERYTHING)
    assert len(plan.planned) >= 3
    soundcloud.faults.add(Fault(FaultKind.SLOW, on=WRITE))
    soundcloud.faults.add(limited(DAY))
    report = workspace.jobs.apply(plan)
    assert report.counts["done"] == 1
    return report


def limited(seconds: int, on: str = WRITE) -> Fault:
    return Fault(FaultKind.TOO_MANY, on=on, retry_after=str(seconds))


def open_changes(workspace: Workspace) -> int:
    return sum(job.open_changes for job in workspace.jobs.all())


def test_a_wait_of_a_day_is_reported_without_sleeping(
    workspace: Workspace, stopped: JobReport, fake_clock: FakeClock
) -> None:
    assert stopped.due is not None
    assert stopped.due - fake_clock.wall == timedelta(seconds=DAY)
    assert sum(fake_clock.slept) < 5
    [waiting] = workspace.jobs.waiting()
    assert (waiting.job.id, waiting.due) == (stopped.job, stopped.due)
    assert waiting.job.due_at == stopped.due.isoformat(timespec="seconds")
    assert open_changes(workspace) == len(stopped.results) - 1, (
        "including the change that met the limit"
    )


def test_no_request_is_made_before_the_due_time(
    workspace: Workspace, stopped: JobReport, soundcloud: PracticeSoundCloud, fake_clock: FakeClock
) -> None:
    soundcloud.seen.clear()
    fake_clock.move(seconds=DAY - 60)
    assert workspace.jobs.resume_due() == []
    assert soundcloud.seen == []


def test_a_due_job_is_completed(
    workspace: Workspace, stopped: JobReport, soundcloud: PracticeSoundCloud, fake_clock: FakeClock
) -> None:
    fake_clock.move(seconds=DAY + 1)
    [went] = workspace.jobs.resume_due()
    assert went.report is not None
    assert went.report.counts == {"done": len(stopped.results) - 1}
    assert (went.due, went.why) == (None, "")
    assert workspace.jobs.waiting() == []
    assert open_changes(workspace) == 0
    assert workspace.jobs.resume_due() == []
    assert workspace.jobs.plan_sync(EVERYTHING).changes == ()


@pytest.mark.parametrize("with_artist", [False, True])
def test_a_waiting_job_is_removed_with_its_account(
    workspace: Workspace,
    koval: Artist,
    stopped: JobReport,
    sign_in: Callable[..., Account],
    fake_clock: FakeClock,
    with_artist: bool,
) -> None:
    [account] = workspace.accounts.all()
    assert account.open_changes == open_changes(workspace)
    if with_artist:
        workspace.artists.remove(koval.id)
    else:
        workspace.accounts.remove(account.id)
    assert open_changes(workspace) == 0
    assert workspace.jobs.waiting() == []
    assert "unfinished" not in {
        problem.kind for problem in workspace.catalogue.problems(EVERYTHING)
    }
    fake_clock.move(seconds=DAY + 1)
    if not with_artist:
        workspace.accounts.read_items(sign_in(koval).id)
        undone = workspace.jobs.apply(workspace.jobs.plan_undo(stopped.job))
        assert undone.counts == {"done": 1, "unchanged": 1}, "the refused change is checked again"


def test_a_waiting_job_survives_a_restart(
    workspace: Workspace, stopped: JobReport, isolated: Path, fake_clock: FakeClock
) -> None:
    fake_clock.move(seconds=DAY + 1)
    with Workspace.open(isolated, clock=fake_clock.clock) as again:
        [went] = again.jobs.resume_due()
        assert went.report is not None
        assert went.report.counts == {"done": len(stopped.results) - 1}


def test_a_longer_wait_costs_one_request_and_creates_no_job(
    workspace: Workspace, stopped: JobReport, soundcloud: PracticeSoundCloud, fake_clock: FakeClock
) -> None:
    fake_clock.move(seconds=DAY + 1)
    soundcloud.faults.clear()
    soundcloud.faults.add(limited(3600, on="GET /tracks/"))
    soundcloud.seen.clear()
    jobs = len(workspace.jobs.all())
    [went] = workspace.jobs.resume_due()
    assert went.report is None
    assert went.due == fake_clock.wall + timedelta(hours=1)
    assert soundcloud.count("GET /tracks/") == 1
    assert len(workspace.jobs.all()) == jobs
    assert workspace.jobs.resume_due() == []
    assert soundcloud.count("GET /tracks/") == 1
    fake_clock.move(hours=1, seconds=1)
    [went] = workspace.jobs.resume_due()
    assert went.report is not None


def test_a_clock_set_back_by_a_day_does_not_double_the_wait(
    workspace: Workspace, stopped: JobReport, soundcloud: PracticeSoundCloud, fake_clock: FakeClock
) -> None:
    fake_clock.move(days=-1)
    [waiting] = workspace.jobs.waiting()
    assert waiting.due - fake_clock.wall == timedelta(seconds=DAY)
    fake_clock.move(hours=12)
    [waiting] = workspace.jobs.waiting()
    assert waiting.due - fake_clock.wall == timedelta(hours=12)
    fake_clock.move(hours=12, seconds=1)
    [went] = workspace.jobs.resume_due()
    assert went.report is not None


def test_a_clock_that_jumps_ahead_costs_one_request(
    workspace: Workspace, stopped: JobReport, soundcloud: PracticeSoundCloud, fake_clock: FakeClock
) -> None:
    soundcloud.faults.clear()
    soundcloud.faults.add(limited(DAY, on="GET /tracks/"))
    soundcloud.seen.clear()
    fake_clock.move(days=2)
    [went] = workspace.jobs.resume_due()
    assert went.report is None
    assert soundcloud.count("GET /tracks/") == 1
    fake_clock.move(days=-2)  # and is corrected
    [waiting] = workspace.jobs.waiting()
    assert waiting.due - fake_clock.wall == timedelta(days=1)
    assert soundcloud.count("GET /tracks/") == 1
    fake_clock.move(days=1, seconds=1)
    [went] = workspace.jobs.resume_due()
    assert went.report is not None
    assert open_changes(workspace) == 0


def test_without_a_network_the_job_is_retried_later(
    workspace: Workspace, stopped: JobReport, soundcloud: PracticeSoundCloud, fake_clock: FakeClock
) -> None:
    fake_clock.move(seconds=DAY + 1)
    soundcloud.faults.add(Fault(FaultKind.HANG_UP, on="GET /tracks/", times=3))
    [went] = workspace.jobs.resume_due()
    assert went.report is None
    assert went.due is not None
    assert timedelta(minutes=59) < went.due - fake_clock.wall < timedelta(minutes=61)
    fake_clock.move(hours=1, minutes=1)
    [went] = workspace.jobs.resume_due()
    assert went.report is not None
    assert open_changes(workspace) == 0


def test_a_consent_set_meanwhile_wins(
    workspace: Workspace,
    stopped: JobReport,
    koval: Artist,
    soundcloud: PracticeSoundCloud,
    fake_clock: FakeClock,
) -> None:
    choose(workspace, koval, Preset.ASK_FIRST)
    soundcloud.seen.clear()
    fake_clock.move(seconds=DAY + 1)
    [went] = workspace.jobs.resume_due()
    assert (went.report, went.dropped) == (None, len(stopped.results) - 1)
    assert soundcloud.count("PUT") == 0
    assert open_changes(workspace) == 0, "the person has to compare again"


def test_a_track_changed_on_the_platform_meanwhile_is_left_alone(
    workspace: Workspace,
    stopped: JobReport,
    koval: Artist,
    soundcloud: PracticeSoundCloud,
    fake_clock: FakeClock,
) -> None:
    untouched = [t["urn"] for t in soundcloud.tracks(koval.name) if "noai" not in t["tag_list"]]
    soundcloud.edit(untouched[-1], description="Edited on the web site.")
    fake_clock.move(seconds=DAY + 1)
    [went] = workspace.jobs.resume_due()
    assert went.report is not None
    assert went.report.counts.get("skipped", 0) + went.dropped == 1
    [track] = [t for t in soundcloud.tracks(koval.name) if t["urn"] == untouched[-1]]
    assert track["description"] == "Edited on the web site."


def test_a_spam_warning_waits_for_the_person(
    workspace: Workspace,
    koval: Artist,
    soundcloud: PracticeSoundCloud,
    sign_in: Callable[..., Account],
    fake_clock: FakeClock,
) -> None:
    sign_in(koval)
    choose(workspace, koval)
    plan = workspace.jobs.plan_sync(EVERYTHING)
    soundcloud.faults.add(Fault(FaultKind.SPAM_WARNING, on=WRITE, retry_after="60"))
    report = workspace.jobs.apply(plan)
    assert report.due is None
    assert workspace.jobs.waiting() == []
    fake_clock.move(days=3)
    assert workspace.jobs.resume_due() == []
    assert open_changes(workspace) > 0


def test_a_sign_in_that_ended_meanwhile_is_reported_and_not_retried(
    workspace: Workspace,
    stopped: JobReport,
    koval: Artist,
    soundcloud: PracticeSoundCloud,
    fake_clock: FakeClock,
) -> None:
    soundcloud.revoke(koval.name)
    fake_clock.move(seconds=DAY + 1)
    [went] = workspace.jobs.resume_due()
    assert (went.report, went.due) == (None, None)
    assert "sign-in" in went.why
    assert workspace.jobs.resume_due() == []
    assert open_changes(workspace) == len(stopped.results) - 1, "resuming by hand is still possible"


def test_an_undo_is_resumed_too(
    workspace: Workspace, stopped: JobReport, soundcloud: PracticeSoundCloud, fake_clock: FakeClock
) -> None:
    fake_clock.move(seconds=DAY + 1)
    workspace.jobs.resume_due()
    last = workspace.jobs.all()[0]
    soundcloud.faults.clear()
    soundcloud.faults.add(limited(DAY))
    report = workspace.jobs.apply(workspace.jobs.plan_undo(last.id))
    assert report.due is not None
    fake_clock.move(seconds=DAY + 1)
    [went] = workspace.jobs.resume_due()
    assert went.job.kind is JobKind.UNDO
    assert went.report is not None
    assert open_changes(workspace) == 0


def test_a_cancel_leaves_the_rest_to_the_person(
    workspace: Workspace, stopped: JobReport, fake_clock: FakeClock
) -> None:
    fake_clock.move(seconds=DAY + 1)
    stop = threading.Event()
    [went] = workspace.jobs.resume_due(cancel=stop, progress=lambda *_: stop.set())
    assert went.report is not None
    assert went.report.cancelled
    assert workspace.jobs.waiting() == []
    assert open_changes(workspace) > 0


def test_resuming_by_hand_first_loses_nothing(
    workspace: Workspace, stopped: JobReport, soundcloud: PracticeSoundCloud, fake_clock: FakeClock
) -> None:
    fake_clock.move(seconds=DAY + 1)
    assert stopped.job is not None
    plan: Plan = workspace.jobs.plan_resume(stopped.job)
    assert workspace.jobs.apply(plan).counts == {"done": len(stopped.results) - 1}
    soundcloud.seen.clear()
    assert workspace.jobs.resume_due() == []
    assert soundcloud.seen == []


def test_a_new_sync_takes_over_the_rest_of_an_earlier_sync(
    workspace: Workspace, stopped: JobReport, fake_clock: FakeClock
) -> None:
    fake_clock.move(seconds=DAY + 1)
    report = workspace.jobs.apply(workspace.jobs.plan_sync(EVERYTHING))
    assert report.counts["done"] == len(stopped.results) - 1
    assert open_changes(workspace) == 0, "the same change is open only once"
    assert workspace.jobs.waiting() == []
    assert not [p for p in workspace.catalogue.problems(EVERYTHING) if p.kind == "unfinished"]
    first = next(job for job in workspace.jobs.all() if job.id == stopped.job)
    assert first.undoable, "the earlier job keeps what it did"


def test_an_ended_sign_in_of_one_artist_does_not_stop_another_artist(
    workspace: Workspace,
    koval: Artist,
    signal: Artist,
    soundcloud: PracticeSoundCloud,
    sign_in: Callable[..., Account],
    fake_clock: FakeClock,
) -> None:
    for artist in (koval, signal):
        sign_in(artist)
        choose(workspace, artist)
    soundcloud.faults.add(limited(DAY))
    report = workspace.jobs.apply(workspace.jobs.plan_sync(EVERYTHING))
    assert set(report.counts) == {"planned"}
    soundcloud.revoke(koval.name)
    fake_clock.move(seconds=DAY + 1)
    [went] = workspace.jobs.resume_due()
    assert went.report is not None
    assert went.report.counts["done"] == len(report.results) - open_changes(workspace)
    assert 0 < open_changes(workspace) < len(report.results)
    assert "Connect the account again" in went.why
