"""Long outages: their start is reported, and old observations no longer count."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from rightsdesk.consent import Standing
from rightsdesk.errors import KnownError
from rightsdesk.practice.faults import Fault, FaultKind
from rightsdesk.practice.soundcloud import PracticeSoundCloud
from rightsdesk.practice.website import PracticeWebsite
from rightsdesk.store.schema import accounts, items
from rightsdesk.workspace import Workspace
from rightsdesk.workspace.observing.freshness import Freshness, longest_age
from rightsdesk.workspace.observing.scheduled_check import CheckInterval
from rightsdesk.workspace.types.artists import Account, Artist
from rightsdesk.workspace.types.scopes import Filter
from tests.workspace.conftest import choose

DOWN = Fault(FaultKind.HANG_UP, times=0)


def days_ago(number: float) -> str:
    return (datetime.now(UTC) - timedelta(days=number)).isoformat(timespec="seconds")


def read_last(workspace: Workspace, days: float) -> str:
    """Date all observations of platforms that many days back. Returns the time."""
    moment = days_ago(days)
    with workspace._database.write() as connection:
        connection.execute(update(items).values(seen_at=moment))
    return moment


def since(workspace: Workspace, moment: str) -> None:
    """Date the start of the outage back."""
    with workspace._database.write() as connection:
        failing = update(accounts).where(accounts.c.unread_since != "")
        connection.execute(failing.values(unread_since=moment))


def found(workspace: Workspace, carrier: str = "soundcloud") -> set[Standing]:
    rows = workspace.catalogue.rows(workspace.catalogue.recordings(Filter()))
    return {row.cells[carrier].standing for row in rows if carrier in row.cells}


@pytest.fixture
def settled(workspace: Workspace, koval: Artist, sign_in: Callable[..., Account]) -> Account:
    """An account with all tracks matching their consent."""
    account = sign_in(koval)
    choose(workspace, koval)
    workspace.jobs.apply(workspace.jobs.plan_sync(Filter()))
    return account


@pytest.mark.parametrize(
    ("every", "days"),
    [(CheckInterval.DAY, 3), (CheckInterval.WEEK, 9), (CheckInterval.NEVER, 7)],
    ids=str,
)
def test_the_age_limit_depends_on_the_check_interval(
    workspace: Workspace, settled: Account, every: CheckInterval, days: int
) -> None:
    assert longest_age(every) == timedelta(days=days)
    workspace.accounts.set_check_interval(every)
    agreeing = workspace.catalogue.counts(Filter())["soundcloud"]
    read_last(workspace, days - 0.1)
    assert workspace.catalogue.counts(Filter())["soundcloud"] == agreeing
    assert Standing.AGREES in found(workspace)
    read_last(workspace, days + 0.1)
    assert set(workspace.catalogue.counts(Filter())["soundcloud"]) == {Standing.UNKNOWN}
    assert found(workspace) == {Standing.UNKNOWN}
    assert Standing.UNKNOWN not in found(workspace, "file")


def test_an_outdated_observation_shows_its_age_everywhere(
    workspace: Workspace, settled: Account, koval: Artist
) -> None:
    moment = read_last(workspace, 12.5)
    sentence = f"Last read 12 days ago, on {moment[:10]}: that is too old to say how it is now."
    rows = workspace.catalogue.rows(workspace.catalogue.recordings(Filter()))
    cells = [row.cells["soundcloud"] for row in rows if "soundcloud" in row.cells]
    read = [cell for cell in cells if "needs matching" not in cell.problem]
    assert {(cell.problem, cell.seen_at) for cell in read} == {(sentence, moment)}
    assert not any(cell.says for cell in cells)
    [number] = [r.recording_id for r in rows if r.cells.get("soundcloud") in read][:1]
    [view] = [
        carrier
        for carrier in workspace.catalogue.recording(number).carriers
        if carrier.kind == "soundcloud"
    ]
    assert (view.standing, view.problem, dict(view.says)) == (Standing.UNKNOWN, sentence, {})
    signals = workspace.platforms.signals(koval.id, "soundcloud")
    assert signals is not None
    assert set(signals.standings) == {Standing.UNKNOWN}
    outdated = [
        problem for problem in workspace.catalogue.problems(Filter()) if problem.kind == "old"
    ]
    assert [problem.since for problem in outdated] == [moment]
    assert "the last reading is up to 12 days old" in outdated[0].sentence
    assert not [p for p in workspace.catalogue.problems(Filter()) if p.kind == "unread"]
    workspace.accounts.read_accounts()
    assert Standing.AGREES in found(workspace)
    assert not [p for p in workspace.catalogue.problems(Filter()) if p.kind == "old"]


def test_a_site_that_is_no_longer_checked_becomes_unknown(
    workspace: Workspace, tmp_path: Path
) -> None:
    (tmp_path / "html").mkdir()
    artist = workspace.artists.add("Mara Linde")
    choose(workspace, artist)
    with PracticeWebsite(tmp_path / "html") as site:
        place = {"identifier": str(site.root), "secret": "", "base_url": site.base_url}
        workspace.accounts.confirm(workspace.accounts.add(artist.id, "own_site", **place).id)
        workspace.jobs.apply(workspace.jobs.plan_sync(Filter()))

    def cell() -> tuple[Standing, str]:
        [item] = workspace.catalogue.whole_accounts(Filter())
        [state] = item.states
        return state.cell.standing, state.cell.problem

    assert cell() == (Standing.AGREES, "")
    read_last(workspace, 30)
    assert cell()[0] is Standing.UNKNOWN
    assert "Last read 30 days ago" in cell()[1]
    assert workspace.accounts.read_accounts().notes  # the site is down
    since(workspace, days_ago(20))
    assert f"could not be read since {days_ago(20)[:10]}: " in cell()[1]


def test_an_outage_is_recorded_from_its_first_day_until_everything_is_read_again(
    workspace: Workspace, settled: Account, soundcloud: PracticeSoundCloud
) -> None:
    assert settled.unread_since == ""
    soundcloud.faults.add(DOWN)
    with pytest.raises(KnownError) as first:
        workspace.accounts.read_items(settled.id)
    begun = days_ago(4)
    since(workspace, begun)
    with pytest.raises(KnownError):
        workspace.accounts.check(settled.id)
    assert workspace.accounts.check_all().notes
    [account] = workspace.accounts.all()
    assert (account.state, account.unread_since) == ("connected", begun)
    assert account.unread_why == str(first.value)
    [problem] = [
        problem for problem in workspace.catalogue.problems(Filter()) if problem.kind == "unread"
    ]
    assert (problem.where, problem.since) == (account.name, begun)
    assert f"could not be read since {begun[:10]} (4 days): " in problem.sentence
    soundcloud.faults.clear()
    workspace.accounts.check(settled.id)
    assert workspace.accounts.all()[0].unread_since == begun, (
        "the answering account has not been read yet"
    )
    workspace.accounts.read_items(settled.id)
    [account] = workspace.accounts.all()
    assert (account.unread_since, account.unread_why) == ("", "")


def test_an_ended_sign_in_shows_since_when(
    workspace: Workspace, settled: Account, koval: Artist, soundcloud: PracticeSoundCloud
) -> None:
    soundcloud.revoke(koval.name)
    workspace.accounts.check_all()
    begun = days_ago(9)
    since(workspace, begun)
    workspace.accounts.check_all()
    [account] = workspace.accounts.all()
    assert (account.state, account.unread_since) == ("reconnect", begun)
    [problem] = [
        problem for problem in workspace.catalogue.problems(Filter()) if problem.kind == "account"
    ]
    assert problem.since == begun
    assert f"Not read since {begun[:10]} (9 days)." in problem.sentence


def test_a_check_cancelled_by_a_person_is_no_outage(
    workspace: Workspace, koval: Artist, sign_in: Callable[..., Account]
) -> None:
    account = sign_in(koval, "Salt & Signal", theirs=False)
    assert account.state == "unconfirmed"
    with pytest.raises(KnownError):
        workspace.accounts.read_items(account.id)
    assert workspace.accounts.all()[0].unread_since == ""


@pytest.mark.parametrize(
    ("minutes", "words"),
    [(0, "a moment"), (1, "1 minute"), (59, "59 minutes"), (60, "1 hour"), (60 * 47, "1 day")],
)
def test_an_age_is_phrased_in_words(minutes: int, words: str) -> None:
    now = datetime(2026, 11, 29, tzinfo=UTC)
    fresh = Freshness(now, "")
    assert fresh.span((now - timedelta(minutes=minutes, seconds=1)).isoformat()) == words
