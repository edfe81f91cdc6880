"""What the window does by itself: only what is due, in sight, and never over a person's work."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from PySide6.QtWidgets import QMenu

from rightsdesk.consent import PRESETS, Preset, Use
from rightsdesk.consent.licences.agreement import Agreement
from rightsdesk.consent.licences.period import Period
from rightsdesk.desktop.jobs.results import job_summary
from rightsdesk.desktop.shell.schedule import DAY_MS
from rightsdesk.practice.browser import PracticeBrowser
from rightsdesk.practice.catalogue import KOVAL
from rightsdesk.practice.faults import Fault, FaultKind
from rightsdesk.practice.soundcloud import CLIENT_ID, PracticeSoundCloud
from rightsdesk.workspace import Workspace
from rightsdesk.workspace.types.scopes import Filter, Scope, ScopeKind
from tests.desktop.conftest import Scene, Watched
from tests.fake_clock import FakeClock, Ticking

DAY = 86_400


@pytest.fixture
def fake_clock() -> FakeClock:
    return Ticking()


@pytest.fixture
def workspace(tmp_path: Path, fake_clock: FakeClock) -> Iterator[Watched]:
    with Workspace.open(tmp_path / "data", clock=fake_clock.clock) as opened:
        yield Watched(opened)


@pytest.fixture
def connected(
    isolated: Path,
    open_window: Callable[[], Scene],
    workspace: Watched,
    music: Path,
    practice: PracticeSoundCloud,
) -> Scene:
    """The window with one artist, whose SoundCloud account was read."""
    artist = workspace.artists.add(KOVAL)
    workspace.catalogue.scan(artist.id, [str(music / KOVAL)])
    workspace.consents.set(Scope(ScopeKind.ARTIST, artist.id), PRESETS[Preset.NO_AI])
    pending = workspace.accounts.begin_sign_in(
        artist.id, "soundcloud", client_id=CLIENT_ID, base_url=practice.base_url, port=0
    )
    browser = PracticeBrowser(KOVAL)
    browser(pending.url)
    pending.finish()
    browser.close()
    workspace.accounts.read_accounts()
    workspace.calls.clear()
    return open_window()


def stopped_job(workspace: Watched, practice: PracticeSoundCloud) -> int:
    """A sync that SoundCloud told to wait for a day; how much of it is open."""
    practice.faults.add(Fault(FaultKind.TOO_MANY, on="PUT /tracks/", retry_after=str(DAY)))
    report = workspace.jobs.apply(workspace.jobs.plan_sync(Filter()))
    assert "continue" in job_summary(report)
    workspace.calls.clear()
    return sum(job.open_changes for job in workspace.jobs.all())


def asked(scene: Scene) -> None:
    """What the timer does each minute, to its end."""
    scene.window.schedule.ask()
    scene.settle()


def test_what_waits_goes_on_when_it_is_due_and_is_told(
    connected: Scene, workspace: Watched, practice: PracticeSoundCloud, fake_clock: FakeClock
) -> None:
    left = stopped_job(workspace, practice)
    notice = connected.window.notice.text
    asked(connected)
    assert "went on" not in notice.text()
    fake_clock.move(seconds=DAY + 1)
    asked(connected)
    assert f"resumed, {left} more done." in notice.text()
    assert {"jobs.resume_due", "jobs.waiting", "jobs.apply"}.isdisjoint(
        workspace.called_on_main_thread
    )
    asked(connected)
    assert [name for name, _ in workspace.calls].count("jobs.resume_due") == 1


def test_jobs_say_when_they_go_on(
    connected: Scene, workspace: Watched, practice: PracticeSoundCloud
) -> None:
    stopped_job(workspace, practice)
    connected.window.actions_.jobs.trigger()
    connected.settle()
    row = connected.window.activity.feed.rows[1]
    assert row.under.startswith("Waiting at ")
    assert "· continues " in row.under
    assert "continue" not in {act.key for act in row.acts}, "it goes on by itself"


def test_a_person_at_work_is_not_disturbed(
    connected: Scene, workspace: Watched, practice: PracticeSoundCloud, fake_clock: FakeClock
) -> None:
    stopped_job(workspace, practice)
    fake_clock.move(seconds=DAY + 1)
    connected.window.actions_.folders.trigger()
    dialog = connected.dialog("folders")
    asked(connected)
    assert "jobs.resume_due" not in {name for name, _ in workspace.calls}
    dialog.close()
    asked(connected)
    assert "jobs.resume_due" in {name for name, _ in workspace.calls}


def test_looking_is_off_and_switched_on_in_the_menu(
    connected: Scene, workspace: Watched, practice: PracticeSoundCloud, fake_clock: FakeClock
) -> None:
    menu = connected.window.schedule.menu
    never, _day, week = menu.actions()
    assert never.isChecked()
    practice.seen.clear()
    fake_clock.move(days=30)
    asked(connected)
    assert practice.seen == []

    music = next(a for a in connected.window.menuBar().actions() if "Music" in a.text()).menu()
    assert isinstance(music, QMenu)
    assert menu.menuAction() in music.actions()
    week.trigger()
    connected.settle()
    assert workspace.accounts.check_interval().value == "week"
    assert practice.count("GET /me/tracks") == 1, "it was high time"
    assert not connected.window.notice.isVisible(), "nothing new is no news"


def test_what_changed_there_is_told_with_a_way_on(
    connected: Scene, workspace: Watched, practice: PracticeSoundCloud, fake_clock: FakeClock
) -> None:
    connected.window.schedule._actions["day"].trigger()
    connected.settle()
    track = practice.tracks(KOVAL)[0]
    practice.edit(track["urn"], tag_list="noai", description="")
    fake_clock.move(days=2)
    asked(connected)
    notice = connected.window.notice
    assert track["title"] in notice.text.text()
    assert [button.text() for button in notice.buttons] == ["Compare with SoundCloud…"]
    fake_clock.move(days=2)
    asked(connected)
    assert not notice.isVisible(), "once is enough"


def test_home_says_at_once_that_a_licence_is_over(
    isolated: Path,
    open_window: Callable[..., Scene],
    workspace: Watched,
    music: Path,
    fake_clock: FakeClock,
) -> None:
    """At midnight in the licence's time zone, which is another one than this computer's."""
    ends = datetime(2027, 1, 1, tzinfo=ZoneInfo("Pacific/Auckland"))
    fake_clock.wall = ends.astimezone(UTC) - timedelta(seconds=90)
    artist = workspace.artists.add(KOVAL)
    workspace.catalogue.scan(artist.id, [str(music / KOVAL)])
    scope = Scope(ScopeKind.ARTIST, artist.id)
    workspace.consents.set(scope, PRESETS[Preset.NO_AI])
    period = Period(last=date(2026, 12, 31), zone="Pacific/Auckland")
    agreement = Agreement("Klay", frozenset({Use.AI_INPUT}), period=period)
    workspace.licences.add(agreement, [scope], confirmed=agreement.uses)
    scene = open_window(page="home")
    scene.settle()
    home, schedule = scene.window.home, scene.window.schedule
    assert "Klay" in home.chip.text()

    asked(scene)
    assert schedule.turn_timer.isActive()
    assert 89_000 < schedule.turn_timer.interval() <= 90_001
    fake_clock.move(seconds=91)
    schedule.turn_timer.timeout.emit()
    scene.settle()
    assert "Klay" not in home.chip.text()
    asked(scene)
    assert not schedule.turn_timer.isActive()


def test_a_licence_that_ended_while_the_computer_slept_is_noticed(
    isolated: Path,
    open_window: Callable[..., Scene],
    workspace: Watched,
    music: Path,
    fake_clock: FakeClock,
) -> None:
    artist = workspace.artists.add(KOVAL)
    workspace.catalogue.scan(artist.id, [str(music / KOVAL)])
    scope = Scope(ScopeKind.ARTIST, artist.id)
    workspace.consents.set(scope, PRESETS[Preset.NO_AI])
    period = Period(last=fake_clock.wall.date() + timedelta(days=40), zone="America/Lima")
    agreement = Agreement("Klay", frozenset({Use.AI_INPUT}), period=period)
    workspace.licences.add(agreement, [scope], confirmed=agreement.uses)
    scene = open_window(page="home")
    assert "Klay" in scene.window.home.chip.text()
    asked(scene)
    assert scene.window.schedule.turn_timer.interval() == DAY_MS, "as far as a timer can wait"
    fake_clock.wall += timedelta(days=45)  # the monotonic clock stands still meanwhile
    asked(scene)
    assert "Klay" not in scene.window.home.chip.text()
