"""Scheduled checks: off by default, as few requests as possible, and only news is reported."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from rightsdesk.changes.types import JobInfo, JobKind, JobReport, JobSubject
from rightsdesk.changes.words import resume_words
from rightsdesk.practice.faults import Fault, FaultKind
from rightsdesk.practice.soundcloud import PracticeSoundCloud
from rightsdesk.workspace import Workspace
from rightsdesk.workspace.jobs.resuming import ResumedJob
from rightsdesk.workspace.jobs.resuming_words import all_resumed_words
from rightsdesk.workspace.observing.scheduled_check import CheckInterval
from rightsdesk.workspace.types.artists import Account, Artist, NoAccount
from rightsdesk.workspace.types.scopes import Filter
from tests.fake_clock import FakeClock
from tests.workspace.conftest import choose

NOT_TO_ASK = ("drift", "reading", "scheduled_check", "syncing")
NOW = datetime(2026, 11, 22, 12).astimezone()  # a Sunday in every time zone


@pytest.fixture
def fake_clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def workspace(isolated: Path, fake_clock: FakeClock) -> Iterator[Workspace]:
    with Workspace.open(isolated, clock=fake_clock.clock) as workspace:
        yield workspace


@pytest.fixture
def settled(workspace: Workspace, koval: Artist, sign_in: Callable[..., Account]) -> Account:
    """An account with all tracks matching their consent."""
    account = sign_in(koval)
    choose(workspace, koval)
    workspace.jobs.apply(workspace.jobs.plan_sync(Filter()))
    return account


def test_scheduled_checks_are_off_by_default(workspace: Workspace) -> None:
    assert workspace.accounts.check_interval() is CheckInterval.NEVER
    assert workspace.accounts.check_due() is None
    with pytest.raises(NoAccount):
        workspace.accounts.check_all()


@pytest.mark.parametrize("every", [CheckInterval.DAY, CheckInterval.WEEK])
def test_a_new_schedule_is_due_at_once_and_then_at_its_interval(
    workspace: Workspace, settled: Account, fake_clock: FakeClock, every: CheckInterval
) -> None:
    workspace.accounts.set_check_interval(every)
    assert workspace.accounts.check_due() == fake_clock.wall
    workspace.accounts.check_all()
    assert workspace.accounts.check_due() == every.after(fake_clock.wall)
    fake_clock.move(days=every.days, seconds=-5)
    due = workspace.accounts.check_due()
    assert due is not None
    assert due <= fake_clock.wall, (
        "a run that starts slightly earlier than the last run still finds it due"
    )
    workspace.accounts.set_check_interval(CheckInterval.NEVER)
    assert workspace.accounts.check_due() is None


ZONES = (
    *("UTC", "Europe/Berlin", "America/St_Johns", "Pacific/Kiritimati", "Australia/Lord_Howe"),
    *("Africa/Cairo", "America/Havana"),  # where midnight is skipped, or occurs twice
    "Asia/Kathmandu",
)
LATE = (0, 3, 1, 0, 40, 2, 0, 600, 5)
"""Delays in seconds with which the runs start, one after the other."""


def runs(zone: ZoneInfo, clock: time, every: CheckInterval, number: int) -> Iterator[datetime]:
    """The times when cron starts a command at that local time, beginning in March."""
    day = date(2026, 3, 1)
    for n in range(number):
        local = datetime.combine(day + timedelta(days=n * every.days), clock, zone)
        yield local.astimezone(UTC) + timedelta(seconds=LATE[n % len(LATE)])


@pytest.mark.parametrize("every", [CheckInterval.DAY, CheckInterval.WEEK])
@pytest.mark.parametrize("name", ZONES)
@pytest.mark.parametrize("clock", [time(0, 0), time(2, 30), time(3), time(12), time(23, 59, 58)])
def test_every_nightly_run_checks(name: str, clock: time, every: CheckInterval) -> None:
    """For 300 runs, across both changes to and from summer time."""
    zone = ZoneInfo(name)
    last, *later = runs(zone, clock, every, 300)
    for run in later:
        due = every.after(last, zone)
        assert due is not None
        assert due <= run, f"{run:%x %X} is skipped after {last:%x %X}"
        last = run


@pytest.mark.parametrize("name", ZONES)
@pytest.mark.parametrize("minute", [3, 40])
def test_hourly_runs_check_once_a_day(name: str, minute: int) -> None:
    zone = ZoneInfo(name)
    now = datetime(2026, 2, 27, 0, minute, tzinfo=zone).astimezone(UTC)
    days = [now.astimezone(zone).date()]
    due = CheckInterval.DAY.after(now, zone)
    for _ in range(24 * 300):
        now += timedelta(hours=1)
        assert due is not None
        if due <= now:
            due = CheckInterval.DAY.after(now, zone)
            days.append(now.astimezone(zone).date())
    first, last = days[0], days[-1]
    checked_days = set(days)
    assert checked_days == {first + timedelta(days=n) for n in range((last - first).days + 1)}
    assert len(days) - len(checked_days) <= 1, "one more check where a day has more than 24 hours"


def test_a_week_is_counted_in_days() -> None:
    zone = ZoneInfo("Europe/Berlin")
    sunday = datetime(2026, 10, 18, 22, 0, tzinfo=zone).astimezone(UTC)
    due = CheckInterval.WEEK.after(sunday, zone)
    assert due == datetime(2026, 10, 25, 0, 0, tzinfo=zone)
    assert CheckInterval.NEVER.after(sunday, zone) is None


def test_the_day_follows_the_systems_time_zone(in_zone: Callable[[str], None]) -> None:
    checked = datetime(2026, 5, 1, 3, tzinfo=UTC)
    dues = set()
    for name in ("Pacific/Kiritimati", "America/St_Johns"):
        in_zone(name)
        dues.add(
            (CheckInterval.DAY.after(checked), CheckInterval.DAY.after(checked, ZoneInfo(name)))
        )
    assert len(dues) == 2
    assert all(local == named for local, named in dues)


def test_a_check_without_changes_only_lists_the_items(
    workspace: Workspace, settled: Account, soundcloud: PracticeSoundCloud
) -> None:
    soundcloud.seen.clear()
    report = workspace.accounts.check_all()
    assert [(request.method, request.path) for request in soundcloud.seen] == [
        ("GET", "/me/tracks")
    ]
    assert (report.changed, report.gone, report.notes) == ((), (), ())
    assert str(report).endswith("nothing changed.")


def test_a_change_since_the_last_check_is_reported_once(
    workspace: Workspace, settled: Account, koval: Artist, soundcloud: PracticeSoundCloud
) -> None:
    first, second, *_ = [t for t in soundcloud.tracks(koval.name) if "noai" in t["tag_list"]]
    soundcloud.edit(first["urn"], tag_list="live", description="Recorded live.")
    report = workspace.accounts.check_all()
    assert [drift.label for drift in report.changed] == [first["title"]]
    assert "1 changed without RightsDesk" in str(report)
    text = f"{first['title']}, SoundCloud, {koval.name}: changed without RightsDesk: "
    assert str(report.changed[0]).startswith(text)
    assert workspace.accounts.check_all().changed == ()
    soundcloud.edit(second["urn"], tag_list="live", description="Recorded live.")
    assert [drift.label for drift in workspace.accounts.check_all().changed] == [second["title"]]


def test_a_deleted_item_is_reported_once(
    workspace: Workspace, settled: Account, koval: Artist, soundcloud: PracticeSoundCloud
) -> None:
    track = soundcloud.tracks(koval.name)[0]
    del soundcloud._tracks[track["urn"]]
    assert workspace.accounts.check_all().gone == (track["title"],)
    assert workspace.accounts.check_all().gone == ()


def test_without_a_network_the_check_is_retried_in_an_hour(
    workspace: Workspace, settled: Account, soundcloud: PracticeSoundCloud, fake_clock: FakeClock
) -> None:
    workspace.accounts.set_check_interval(CheckInterval.WEEK)
    soundcloud.faults.add(Fault(FaultKind.HANG_UP, times=3))
    report = workspace.accounts.check_all()
    assert "1 account could not be read" in str(report)
    due = workspace.accounts.check_due()
    assert due is not None
    assert timedelta(minutes=59) < due - fake_clock.wall <= timedelta(hours=1)
    workspace.accounts.check_all()
    due = workspace.accounts.check_due()
    assert due == CheckInterval.WEEK.after(fake_clock.wall)


def test_an_ended_sign_in_is_named_and_causes_no_request(
    workspace: Workspace, settled: Account, koval: Artist, soundcloud: PracticeSoundCloud
) -> None:
    soundcloud.revoke(koval.name)
    workspace.accounts.check_all()
    soundcloud.seen.clear()
    [note] = workspace.accounts.check_all().notes
    assert "no longer accepts this account's sign-in" in note
    assert soundcloud.seen == []


def test_a_clock_set_back_does_not_change_the_interval(
    workspace: Workspace, settled: Account, fake_clock: FakeClock
) -> None:
    workspace.accounts.set_check_interval(CheckInterval.DAY)
    workspace.accounts.check_all()
    fake_clock.move(days=-30)
    due = workspace.accounts.check_due()
    assert due == CheckInterval.DAY.after(fake_clock.wall)
    fake_clock.move(hours=1)
    assert workspace.accounts.check_due() == due


def test_a_clock_that_jumps_ahead_costs_one_check(
    workspace: Workspace, settled: Account, soundcloud: PracticeSoundCloud, fake_clock: FakeClock
) -> None:
    workspace.accounts.set_check_interval(CheckInterval.DAY)
    fake_clock.move(days=400)
    workspace.accounts.check_all()
    fake_clock.move(days=-400)
    assert workspace.accounts.check_due() == CheckInterval.DAY.after(fake_clock.wall)


def test_some_or_all_accounts_are_read(
    workspace: Workspace, settled: Account, koval: Artist, soundcloud: PracticeSoundCloud
) -> None:
    read = workspace.accounts.read_accounts()
    assert (read.items, read.notes) == (len(soundcloud.tracks(koval.name)), ())
    with pytest.raises(NoAccount):
        workspace.accounts.read_accounts([settled.id + 1])


def test_an_overdue_job_is_resumed_soon() -> None:
    due = NOW.astimezone(UTC).isoformat()
    assert resume_words(due, NOW) == "continues soon"
    assert resume_words(due, NOW - timedelta(hours=1)) == "continues at 12:00"
    assert resume_words("", NOW) == ""


def test_a_resumed_job_is_summarised_in_one_line() -> None:
    about = JobSubject(text="No AI on 9 tracks")
    job = JobInfo(1, JobKind.SYNC, about, "", "")
    report = JobReport(2, JobKind.SYNC, about, (), unchanged=1)
    tomorrow = NOW + timedelta(hours=21)
    lines = [
        (
            ResumedJob(job, report, tomorrow),
            "No AI on 9 tracks: resumed, 0 more done, 1 already right. "
            "The rest is resumed tomorrow at 09:00.",
        ),
        (
            ResumedJob(job, None, None, "Connect it again."),
            "No AI on 9 tracks: nothing was sent. Connect it again.",
        ),
        (ResumedJob(job, None, None), "No AI on 9 tracks: there was nothing left to do."),
        (
            ResumedJob(job, None, None, dropped=2),
            "No AI on 9 tracks: nothing was sent. 2 left alone: changed since, or no longer "
            "matching your consent.",
        ),
    ]
    for went, words in lines:
        assert all_resumed_words([went], NOW) == words


def test_to_ask_whether_a_check_is_due_loads_nothing_that_reads(tmp_path: Path) -> None:
    script = """
import sys
from pathlib import Path
from rightsdesk.workspace import Workspace
with Workspace.open(Path(sys.argv[1])) as workspace:
    workspace.accounts.check_due()
print(*sys.modules)
"""
    done = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path)], capture_output=True, text=True, check=True
    )
    loaded = set(done.stdout.split())
    assert "rightsdesk.workspace.observing.last_checks" in loaded
    assert not {f"rightsdesk.workspace.observing.{name}" for name in NOT_TO_ASK} & loaded
