"""Writes that a platform does not show yet: reported, settled by any read, never sent twice."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from rightsdesk.changes.types import Outcome
from rightsdesk.consent import Preset
from rightsdesk.consent.losses import Loss, loss_sentences
from rightsdesk.practice.faults import Fault, FaultKind
from rightsdesk.practice.soundcloud import PracticeSoundCloud
from rightsdesk.store import deed_lists
from rightsdesk.store.deeds import DeedKind
from rightsdesk.workspace import Workspace
from rightsdesk.workspace.history.types import HistoryFilter
from rightsdesk.workspace.types.artists import Account, Artist
from rightsdesk.workspace.types.scopes import Filter
from tests.fake_clock import FakeClock
from tests.workspace.conftest import choose, pending_writes

EVERYTHING = Filter()


def kinds(workspace: Workspace) -> set[str]:
    return {problem.kind for problem in workspace.catalogue.problems(EVERYTHING)}


def to_sync(workspace: Workspace) -> list[str]:
    problems = workspace.catalogue.problems(EVERYTHING)
    return [problem.sentence for problem in problems if "(sync)" in problem.advice]


def stale(server: PracticeSoundCloud, times: int = 0) -> None:
    """Put a cache before the tracks: it returns the state before the last request."""
    server.faults.add(Fault(FaultKind.STALE, on="GET /tracks/", times=times))
    server.faults.add(Fault(FaultKind.STALE, on="GET /me/tracks", times=times))


@pytest.fixture
def fake_clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def workspace(isolated: Path, fake_clock: FakeClock) -> Iterator[Workspace]:
    with Workspace.open(isolated, clock=fake_clock.clock) as workspace:
        yield workspace


@pytest.fixture
def connected(koval: Artist, sign_in: Callable[..., Account]) -> Account:
    return sign_in(koval)


@pytest.fixture
def cached(
    workspace: Workspace, connected: Account, koval: Artist, soundcloud: PracticeSoundCloud
) -> Workspace:
    """Everything is written, and a cache still shows the old state."""
    choose(workspace, koval)
    plan = workspace.jobs.plan_sync(EVERYTHING)
    stale(soundcloud)
    report = workspace.jobs.apply(plan, confirmed=plan.confirmation())
    assert set(report.counts) - {"unchanged"} == {"unconfirmed"}
    return workspace


def test_an_unconfirmed_write_is_reported_and_not_sent_again(
    cached: Workspace, soundcloud: PracticeSoundCloud
) -> None:
    sent = soundcloud.count("PUT")
    assert "unconfirmed" in kinds(cached)
    for _ in range(2):
        plan = cached.jobs.plan_sync(EVERYTHING)
        assert plan.planned == ()
        assert "not sent again" in " ".join(plan.unconfirmed)
        cached.jobs.apply(plan)
    assert pending_writes(cached) == 0
    assert soundcloud.count("PUT") == sent
    assert "drift" not in kinds(cached)


def test_any_check_settles_it(cached: Workspace, soundcloud: PracticeSoundCloud) -> None:
    soundcloud.faults.clear()
    cached.accounts.check_all()
    assert not kinds(cached) & {"unconfirmed", "drift", "failed"}
    [job] = cached.jobs.all()
    assert set(job.counts) <= {"done", "unchanged"}
    (settled,) = cached.history.entries(HistoryFilter(kinds=(DeedKind.WRITES_SETTLED,)))
    with cached._database.read() as connection:
        lines = deed_lists.lines_of(connection, settled.id)
    assert {(line["before"], line["after"]) for line in lines} == {("unconfirmed", "done")}
    assert settled.deed.after is not None
    assert settled.deed.after["settled"] == len(lines) == job.counts["done"]
    assert cached.jobs.plan_sync(EVERYTHING).changes == ()


def test_a_write_that_never_shows_counts_as_not_accepted_and_can_be_planned_again(
    cached: Workspace, soundcloud: PracticeSoundCloud, fake_clock: FakeClock
) -> None:
    fake_clock.move(minutes=10)
    cached.accounts.check_all()
    assert "unconfirmed" not in kinds(cached)
    assert "drift" not in kinds(cached)
    [failed] = [
        problem for problem in cached.catalogue.problems(EVERYTHING) if problem.kind == "failed"
    ]
    assert "10 minutes later it still does not show" in failed.advice
    [job] = cached.jobs.all()
    assert job.undoable
    plan = cached.jobs.plan_sync(EVERYTHING)
    assert plan.planned
    soundcloud.faults.clear()
    cached.accounts.check_all()
    assert "drift" not in kinds(cached), "the write shows late, and it is ours"
    assert cached.jobs.plan_sync(EVERYTHING).changes == ()


def test_an_unconfirmed_write_can_be_undone(
    workspace: Workspace, connected: Account, koval: Artist, soundcloud: PracticeSoundCloud
) -> None:
    before = [(t["tag_list"], t["description"] or "") for t in soundcloud.tracks(koval.name)]
    choose(workspace, koval)
    plan = workspace.jobs.plan_sync(EVERYTHING)
    stale(soundcloud)
    workspace.jobs.apply(plan, confirmed=plan.confirmation())
    undo = workspace.jobs.plan_undo()
    assert len(undo.planned) == len(plan.planned)
    workspace.jobs.apply(undo)
    now = [(t["tag_list"], t["description"] or "") for t in soundcloud.tracks(koval.name)]
    assert now == before
    soundcloud.faults.clear()
    workspace.accounts.check_all()
    assert not kinds(workspace) & {"unconfirmed", "drift"}


def test_another_consent_is_written_over_it(
    cached: Workspace, koval: Artist, soundcloud: PracticeSoundCloud
) -> None:
    choose(cached, koval, Preset.ASK_FIRST)
    plan = cached.jobs.plan_sync(EVERYTHING)
    assert plan.planned
    report = cached.jobs.apply(plan, confirmed=plan.confirmation())
    assert Outcome.FAILED.value not in report.counts
    soundcloud.faults.clear()
    cached.accounts.check_all()
    assert not kinds(cached) & {"unconfirmed", "drift"}
    assert cached.jobs.plan_sync(EVERYTHING).changes == ()


def test_machine_tags_are_reported_as_a_loss_and_not_written(
    workspace: Workspace, connected: Account, koval: Artist, soundcloud: PracticeSoundCloud
) -> None:
    """SoundCloud's GET drops them: soundcloud/api issue 340."""
    [track] = [t for t in soundcloud.tracks(koval.name) if t["title"] == "Night Ferry"]
    soundcloud.edit(track["urn"], tag_list="geo:lat=43.5 sea")
    choose(workspace, koval)
    plan = workspace.jobs.plan_sync(EVERYTHING)
    writes_tags = [change for change in plan.planned if "tag_list" in change.edit]
    assert writes_tags
    assert all(
        "an undo can't bring them back" in " ".join(loss_sentences(c.losses)) for c in writes_tags
    )
    report = workspace.jobs.apply(plan, confirmed=plan.confirmation())
    assert set(report.counts) <= {"done", "unchanged"}
    assert workspace.jobs.plan_sync(EVERYTHING).changes == ()
    for track in soundcloud.tracks(koval.name):
        assert "ai:" not in track["tag_list"], (
            "tags that are never shown can't be checked or removed"
        )
    workspace.jobs.apply(workspace.jobs.plan_undo())
    [track] = [t for t in soundcloud.tracks(koval.name) if t["title"] == "Night Ferry"]
    assert track["tag_list"] == "sea"


def test_a_use_that_only_machine_tags_could_state_is_a_loss(
    workspace: Workspace, connected: Account, koval: Artist
) -> None:
    choose(workspace, koval)
    workspace.jobs.apply(workspace.jobs.plan_sync(EVERYTHING))
    choose(workspace, koval, Preset.OPEN)
    plan = workspace.jobs.plan_sync(EVERYTHING)
    assert any(
        loss.dialect == "SoundCloud" and loss.stated is None
        for change in plan.planned
        for loss in change.losses
        if isinstance(loss, Loss)
    )


def test_a_write_that_never_shows_is_sent_less_and_less_often_and_then_reported(
    cached: Workspace, soundcloud: PracticeSoundCloud, fake_clock: FakeClock
) -> None:
    pauses = []
    for _ in range(3):
        minutes = 0
        while True:
            fake_clock.move(minutes=10)
            minutes += 10
            cached.accounts.check_all()
            plan = cached.jobs.plan_sync(EVERYTHING)
            if plan.planned:
                break
            assert "never showed" in " ".join(plan.unconfirmed)
            assert to_sync(cached) == [], "the advice is not to send it again"
        pauses.append(minutes)
        assert set(cached.jobs.apply(plan).counts) - {"unchanged"} == {"unconfirmed"}
    assert pauses == [10, 20, 40]
    fake_clock.move(minutes=10)
    cached.accounts.check_all()
    [failed] = [
        problem for problem in cached.catalogue.problems(EVERYTHING) if problem.kind == "failed"
    ]
    assert "It was written 4 times, and never showed." in failed.advice
    assert "ask its support" in failed.advice
    soundcloud.faults.clear()
    cached.accounts.check_all()
    assert not kinds(cached) & {"failed", "unconfirmed", "drift"}


def test_another_consent_does_not_wait(
    cached: Workspace, koval: Artist, fake_clock: FakeClock
) -> None:
    for _ in range(2):
        fake_clock.move(minutes=10)
        cached.accounts.check_all()
        cached.jobs.apply(cached.jobs.plan_sync(EVERYTHING))
    assert cached.jobs.plan_sync(EVERYTHING).planned == ()
    choose(cached, koval, Preset.ASK_FIRST)
    assert cached.jobs.plan_sync(EVERYTHING).planned


def test_an_unconfirmed_write_is_not_advised_again(cached: Workspace) -> None:
    cached.accounts.check_all()
    assert "unconfirmed" in kinds(cached)
    assert to_sync(cached) == []


@pytest.fixture
def written(
    workspace: Workspace, connected: Account, koval: Artist, soundcloud: PracticeSoundCloud
) -> Workspace:
    """Everything is written and read back; later reads reach a server with the old state."""
    workspace.accounts.check_all()
    choose(workspace, koval)
    plan = workspace.jobs.plan_sync(EVERYTHING)
    names = ("urn", "tag_list", "description")
    old = [{name: track[name] for name in names} for track in soundcloud.tracks(koval.name)]
    report = workspace.jobs.apply(plan, confirmed=plan.confirmation())
    assert set(report.counts) - {"unchanged"} == {"done"}
    for track in old:
        soundcloud.edit(track.pop("urn"), **track)
    return workspace


def test_a_stale_server_that_shows_the_old_state_is_no_drift(
    written: Workspace, fake_clock: FakeClock
) -> None:
    fake_clock.move(minutes=1)
    written.accounts.check_all()
    assert "drift" not in kinds(written)
    assert "unconfirmed" in kinds(written)
    [job] = written.jobs.all()
    assert (set(job.counts) - {"unchanged"}, job.undoable) == ({"unconfirmed"}, True)
    assert written.jobs.plan_sync(EVERYTHING).planned == ()


def test_the_old_state_is_drift_if_it_still_shows_later(
    written: Workspace, fake_clock: FakeClock
) -> None:
    fake_clock.move(minutes=1)
    written.accounts.check_all()
    fake_clock.move(minutes=10)
    written.accounts.check_all()
    assert "drift" in kinds(written)
    assert not kinds(written) & {"unconfirmed", "failed"}
    assert set(written.jobs.all()[0].counts) <= {"done", "unchanged"}
    assert written.jobs.plan_sync(EVERYTHING).planned
