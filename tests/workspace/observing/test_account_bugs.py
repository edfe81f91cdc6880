"""A bug triggered by one account is reported as that account's failure; other accounts continue."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest

from rightsdesk import crash_reports
from rightsdesk.changes.types import Outcome
from rightsdesk.crash_reports import Bug
from rightsdesk.enums.carriers import CarrierId
from rightsdesk.platforms.own_site import OwnSite
from rightsdesk.platforms.soundcloud import SoundCloud
from rightsdesk.practice.website import PracticeWebsite
from rightsdesk.workspace import Workspace
from rightsdesk.workspace.types.artists import Account, Artist
from rightsdesk.workspace.types.scopes import Filter
from tests.workspace.conftest import SignIn, choose

EVERYTHING = Filter()
OURS = "This is a fault of RightsDesk"


@pytest.fixture
def site(tmp_path: Path) -> Iterator[PracticeWebsite]:
    (tmp_path / "html").mkdir()
    (tmp_path / "html" / "robots.txt").write_text("User-agent: *\nDisallow: /private/\n")
    with PracticeWebsite(tmp_path / "html") as server:
        yield server


@pytest.fixture
def both(workspace: Workspace, koval: Artist, sign_in: SignIn, site: PracticeWebsite) -> Account:
    """An account on SoundCloud and the artist's own site; returns the SoundCloud account."""
    sign_in(koval)
    where = {"identifier": str(site.root), "secret": "", "base_url": site.base_url}
    mine = workspace.accounts.confirm(workspace.accounts.add(koval.id, "own_site", **where).id)
    choose(workspace, koval)
    return mine


def odd(*_: object, **__: object) -> Any:
    raise ZeroDivisionError("odd answer with access_token=canary-1234")


def breaks(monkeypatch: pytest.MonkeyPatch, method: str) -> None:
    monkeypatch.setattr(SoundCloud, method, odd)


def report(workspace: Workspace) -> str:
    [file] = (workspace.data_dir / crash_reports.FOLDER).iterdir()
    assert file.stat().st_mode & 0o077 == 0
    text = file.read_text()
    assert "ZeroDivisionError" in text
    assert "in odd" in text
    assert "canary-1234" not in text
    return str(file)


def test_a_sync_continues_with_the_other_accounts(
    workspace: Workspace, both: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    breaks(monkeypatch, "items")
    plan = workspace.jobs.plan_sync(EVERYTHING)
    [note] = plan.notes
    assert OURS in note
    assert report(workspace) in note
    assert [change.target.carrier for change in plan.changes] == ["own_site"]
    [result] = workspace.jobs.apply(plan).results
    assert result.outcome is Outcome.DONE


def test_a_scheduled_check_continues(
    workspace: Workspace, both: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    breaks(monkeypatch, "items")
    found = workspace.accounts.check_all()
    assert found.items == 1
    [note] = found.notes
    assert report(workspace) in note


@pytest.mark.parametrize("method", ["item", "write", "same"])
def test_a_job_continues(
    workspace: Workspace, both: Account, monkeypatch: pytest.MonkeyPatch, method: str
) -> None:
    plan = workspace.jobs.plan_sync(EVERYTHING)
    breaks(monkeypatch, method)
    results = workspace.jobs.apply(plan).results
    by_carrier = {result.change.target.carrier: result for result in results}
    assert by_carrier[CarrierId.OWN_SITE].outcome is Outcome.DONE
    assert by_carrier[CarrierId.SOUNDCLOUD].outcome in (Outcome.FAILED, Outcome.PLANNED)
    assert any(OURS in result.problem and report(workspace) in result.problem for result in results)


def test_a_client_that_cannot_be_created_affects_only_its_account(
    workspace: Workspace, both: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = workspace.jobs.plan_sync(EVERYTHING)
    workspace._connections.close()
    breaks(monkeypatch, "client")
    workspace.jobs.forecast(plan)
    results = workspace.jobs.apply(plan).results
    by_carrier = {result.change.target.carrier: result.outcome for result in results}
    assert by_carrier[CarrierId.OWN_SITE] is Outcome.DONE
    assert any(OURS in result.problem for result in results)
    assert any(OURS in note for note in workspace.jobs.plan_sync(EVERYTHING).notes)


def test_an_undo_continues(
    workspace: Workspace, both: Account, site: PracticeWebsite, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace.jobs.apply(workspace.jobs.plan_sync(EVERYTHING))
    breaks(monkeypatch, "item")
    plan = workspace.jobs.plan_undo()
    [back] = plan.planned
    assert back.target.carrier == "own_site"
    assert any(report(workspace) in change.problem for change in plan.changes)
    workspace.jobs.apply(plan)
    assert "RightsDesk" not in (site.root / "robots.txt").read_text()


def test_resuming_reports_the_bug_for_every_change(
    workspace: Workspace, both: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = workspace.jobs.plan_sync(EVERYTHING)
    breaks(monkeypatch, "item")
    done = workspace.jobs.apply(plan)
    assert done.job is not None
    again = workspace.jobs.plan_resume(done.job)
    assert all(OURS in change.problem for change in again.changes)


@pytest.mark.parametrize(
    "act",
    [
        lambda workspace, account: workspace.accounts.check(account),
        lambda workspace, account: workspace.accounts.read_items(account),
    ],
    ids=["check", "read"],
)
def test_a_request_for_the_account_raises_a_bug_error(
    workspace: Workspace,
    both: Account,
    monkeypatch: pytest.MonkeyPatch,
    act: Callable[[Workspace, int], object],
) -> None:
    for method in ("whoami", "items"):
        monkeypatch.setattr(OwnSite, method, odd)
    with pytest.raises(Bug, match=OURS) as caught:
        act(workspace, both.id)
    assert report(workspace) in caught.value.advice


def test_connecting_raises_a_bug_error_and_removing_works(
    workspace: Workspace, both: Account, site: PracticeWebsite, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(OwnSite, "sign_out", odd)
    assert OURS in workspace.accounts.remove(both.id)
    monkeypatch.setattr(OwnSite, "whoami", odd)
    where = {"identifier": str(site.root), "secret": "", "base_url": site.base_url}
    with pytest.raises(Bug, match=OURS):
        workspace.accounts.add(both.artist_id, "own_site", **where)


def test_a_bug_caused_by_an_items_content_is_reported_too(
    workspace: Workspace, both: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = workspace.jobs.plan_sync(EVERYTHING)
    assert {change.target.carrier for change in plan.changes} == {"own_site", "soundcloud"}
    monkeypatch.setattr("rightsdesk.workspace.planning.plan.losses_of", odd)
    plan = workspace.jobs.plan_sync(EVERYTHING)
    assert plan.planned == ()
    assert all(OURS in change.problem for change in plan.changes)


def test_the_accounts_own_secrets_are_removed_from_the_report(
    workspace: Workspace, both: Account, site: PracticeWebsite, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = "plain words that no pattern finds"
    workspace.accounts.renew(both.id, secret=secret)

    def quotes(*_: object) -> None:
        raise ValueError(f"the answer quotes “{secret}”")

    monkeypatch.setattr(OwnSite, "items", quotes)
    with pytest.raises(Bug):
        workspace.accounts.read_items(both.id)
    [file] = (workspace.data_dir / crash_reports.FOLDER).iterdir()
    assert secret not in file.read_text()
    assert "the answer quotes" in file.read_text()


def test_reports_do_not_fill_the_disk(tmp_path: Path) -> None:
    for number in range(crash_reports.MOST_REPORTS + 5):
        assert crash_reports.keep(tmp_path, ValueError(str(number)))
        assert crash_reports.keep(tmp_path, ValueError(str(number)))
    assert len(list((tmp_path / crash_reports.FOLDER).iterdir())) == crash_reports.MOST_REPORTS


def test_without_a_place_for_a_report_the_bug_is_still_reported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rightsdesk.crash_reports.tempfile.mkdtemp", Mock(side_effect=OSError))
    bug = crash_reports.bug(tmp_path / "nowhere", ValueError("x"), "It failed.")
    assert str(bug) == "It failed. Please tell the makers of RightsDesk."
