"""The artist's own site, end to end: connect, read, plan, apply, undo."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from rightsdesk.changes.names import job_name
from rightsdesk.changes.types import Confirmation, Outcome
from rightsdesk.consent import PRESETS, Preset, Use
from rightsdesk.practice.faults import Fault, FaultKind
from rightsdesk.practice.website import PracticeWebsite
from rightsdesk.roster.accounts import AccountTaken
from rightsdesk.workspace import Workspace
from rightsdesk.workspace.planning.plan import NoConsentSet
from rightsdesk.workspace.types.scopes import Filter, Scope, ScopeKind
from tests.workspace.conftest import choose

EVERYTHING = Filter()
ROBOTS = "User-agent: *\nDisallow: /private/\n"


@pytest.fixture
def site(tmp_path: Path) -> Iterator[PracticeWebsite]:
    root = tmp_path / "html"
    root.mkdir()
    (root / "robots.txt").write_text(ROBOTS)
    with PracticeWebsite(root) as server:
        yield server


def test_connect_check_plan_apply_and_undo(workspace: Workspace, site: PracticeWebsite) -> None:
    artist = workspace.artists.add("Mara Linde")
    account = workspace.accounts.confirm(
        workspace.accounts.add(
            artist.id, "own_site", identifier=str(site.root), secret="", base_url=site.base_url
        ).id
    )
    assert account.name == site.base_url.removeprefix("http://")
    choose(workspace, artist)
    plan = workspace.jobs.plan_sync(Filter(artist_id=artist.id))
    assert job_name(plan).endswith("on 1 own site")
    [change] = plan.changes
    assert change.after[Use.GENERATIVE_TRAINING] is PRESETS[Preset.NO_AI][Use.GENERATIVE_TRAINING]
    report = workspace.jobs.apply(plan)
    assert [result.outcome for result in report.results] == [Outcome.DONE]
    assert "BEGIN RightsDesk" in (site.root / "robots.txt").read_text()
    assert workspace.jobs.plan_sync(Filter(artist_id=artist.id)).changes == ()
    back = workspace.jobs.plan_undo()
    assert back.changes[0].widens
    report = workspace.jobs.apply(back)
    assert [result.outcome for result in report.results] == [Outcome.DONE]
    assert [p.name for p in site.root.rglob("*") if p.is_file()] == ["robots.txt"]
    assert (site.root / "robots.txt").read_text() == ROBOTS


def test_a_write_hidden_by_a_cache_is_not_done(workspace: Workspace, site: PracticeWebsite) -> None:
    artist = workspace.artists.add("Mara Linde")
    where = {"identifier": str(site.root), "secret": "", "base_url": site.base_url}
    workspace.accounts.confirm(workspace.accounts.add(artist.id, "own_site", **where).id)
    choose(workspace, artist)
    site.freeze()
    report = workspace.jobs.apply(workspace.jobs.plan_sync(Filter(artist_id=artist.id)))
    [result] = report.results
    assert result.outcome is Outcome.UNCONFIRMED
    assert "still shows the old version" in result.problem
    site.thaw()
    assert workspace.jobs.plan_sync(Filter(artist_id=artist.id)).changes == ()


@pytest.fixture
def cached(workspace: Workspace, site: PracticeWebsite) -> Workspace:
    """A published reservation, with a cache that still shows the old site."""
    artist = workspace.artists.add("Mara Linde")
    where = {"identifier": str(site.root), "secret": "", "base_url": site.base_url}
    workspace.accounts.confirm(workspace.accounts.add(artist.id, "own_site", **where).id)
    choose(workspace, artist)
    site.freeze()
    workspace.jobs.apply(workspace.jobs.plan_sync(EVERYTHING))
    return workspace


def kinds(workspace: Workspace) -> set[str]:
    return {problem.kind for problem in workspace.catalogue.problems(EVERYTHING)}


def counts(workspace: Workspace) -> dict[str, int]:
    return dict(workspace.jobs.all()[-1].counts)


def stops_answering(site: PracticeWebsite) -> None:
    """The site stops answering as soon as it would show a new file."""

    def refuses(path: str, body: bytes | None) -> int:
        if body is None or path == "/robots.txt":
            return 0
        site.faults.add(Fault(FaultKind.HANG_UP, times=0))
        return 503

    site.habits.refuses = refuses


def test_a_site_that_stops_answering_after_the_write_is_no_failure(
    workspace: Workspace, site: PracticeWebsite
) -> None:
    artist = workspace.artists.add("Mara Linde")
    where = {"identifier": str(site.root), "secret": "", "base_url": site.base_url}
    workspace.accounts.confirm(workspace.accounts.add(artist.id, "own_site", **where).id)
    choose(workspace, artist)
    stops_answering(site)
    [result] = workspace.jobs.apply(workspace.jobs.plan_sync(EVERYTHING)).results
    assert result.outcome is Outcome.UNCONFIRMED
    assert "could not be read back" in result.problem
    plan = workspace.jobs.plan_sync(EVERYTHING)
    assert (plan.changes, len(plan.unconfirmed)) == ((), 1), "the last read was before that"
    site.habits.refuses = None
    site.faults.clear()
    workspace.accounts.check_all()
    assert counts(workspace) == {"done": 1}
    assert not kinds(workspace) & {"drift", "failed", "unconfirmed"}
    workspace.jobs.apply(workspace.jobs.plan_undo())
    assert (site.root / "robots.txt").read_text() == ROBOTS


LINES = "\nSitemap: https://mira.example/sitemap.xml\n"


def test_lines_added_by_the_artist_meanwhile_are_no_failure(
    cached: Workspace, site: PracticeWebsite
) -> None:
    """Our lines are still there: the write was not lost."""
    robots = site.root / "robots.txt"
    robots.write_text(robots.read_text() + LINES)
    cached.accounts.check_all()
    assert counts(cached) == {"unconfirmed": 1}
    assert not kinds(cached) & {"failed", "drift"}
    again = cached.jobs.plan_sync(EVERYTHING)
    assert (again.changes, len(again.unconfirmed)) == ((), 1)
    site.thaw()
    cached.accounts.check_all()
    assert counts(cached) == {"done": 1}
    assert not kinds(cached) & {"failed", "drift", "unconfirmed"}
    assert cached.jobs.plan_sync(EVERYTHING).changes == ()
    cached.jobs.apply(cached.jobs.plan_undo())
    assert robots.read_text().endswith(LINES)


def test_an_unconfirmed_write_is_not_advised_again(cached: Workspace) -> None:
    cached.accounts.check_all()
    assert kinds(cached) == {"unconfirmed"}


def test_a_file_replaced_meanwhile_is_written_again(
    cached: Workspace, site: PracticeWebsite
) -> None:
    robots = site.root / "robots.txt"
    robots.write_text(LINES)
    cached.accounts.check_all()
    plan = cached.jobs.plan_sync(EVERYTHING)
    assert {"robots.txt", "file:robots.txt"} <= plan.planned[0].edit.keys()
    assert cached.jobs.apply(plan).counts == {"unconfirmed": 1}
    assert robots.read_text().startswith(LINES)
    assert "BEGIN RightsDesk" in robots.read_text()


def test_a_restored_file_is_reported_as_drift(cached: Workspace, site: PracticeWebsite) -> None:
    for path in site.root.rglob("*.*"):
        if path.is_file() and path.name != "robots.txt":
            path.unlink()
    (site.root / "robots.txt").write_text(ROBOTS)
    cached.accounts.check_all()
    assert counts(cached) == {"failed": 1}
    assert any(
        "no longer there" in problem.advice for problem in cached.catalogue.problems(EVERYTHING)
    )
    assert cached.jobs.plan_sync(EVERYTHING).planned


MINE = "# mine\nUser-agent: Bingbot\nDisallow: /drafts/\n\n"


@pytest.fixture
def published(workspace: Workspace, site: PracticeWebsite) -> Workspace:
    """A published reservation that the site shows."""
    artist = workspace.artists.add("Mara Linde")
    where = {"identifier": str(site.root), "secret": "", "base_url": site.base_url}
    workspace.accounts.confirm(workspace.accounts.add(artist.id, "own_site", **where).id)
    choose(workspace, artist, Preset.ASK_FIRST)
    workspace.jobs.apply(workspace.jobs.plan_sync(EVERYTHING))
    return workspace


def files_of(site: PracticeWebsite) -> set[str]:
    return {str(p.relative_to(site.root)) for p in site.root.rglob("*") if p.is_file()}


def test_an_undo_removes_only_our_block_from_an_edited_file(
    published: Workspace, site: PracticeWebsite
) -> None:
    robots = site.root / "robots.txt"
    robots.write_text(MINE + robots.read_text() + LINES)
    back = published.jobs.plan_undo()
    assert (back.changes[0].problem, bool(back.changes[0].widens)) == ("", True)
    assert published.jobs.apply(back).counts == {"done": 1}
    assert robots.read_text() == MINE + ROBOTS + LINES
    assert files_of(site) == {"robots.txt"}


def test_an_undo_that_removed_a_block_can_be_undone(
    published: Workspace, site: PracticeWebsite
) -> None:
    robots = site.root / "robots.txt"
    robots.write_text(edited := "# mine\n" + robots.read_text() + LINES)
    published.jobs.apply(published.jobs.plan_undo())
    assert robots.read_text() == "# mine\n" + ROBOTS + LINES
    again = published.jobs.plan_undo(published.jobs.all()[0].id)
    published.jobs.apply(again, confirmed=again.confirmation())
    assert robots.read_text() == edited


GROUP = "\nUser-agent: GPTBot\nAllow: /\n"


def test_a_redo_over_a_group_added_by_an_editor_names_the_change(
    published: Workspace, site: PracticeWebsite
) -> None:
    robots = site.root / "robots.txt"
    choose(published, published.artists.all()[0], Preset.OPEN)
    plan = published.jobs.plan_sync(EVERYTHING)
    published.jobs.apply(plan, confirmed=plan.confirmation())
    published.jobs.apply(published.jobs.plan_undo())
    robots.write_text(theirs := robots.read_text() + GROUP)
    again = published.jobs.plan_undo(published.jobs.all()[0].id)
    [change] = again.changes
    assert "changed this since" in change.problem, change
    assert "You have changed" not in change.problem
    published.jobs.apply(again, confirmed=again.confirmation())
    assert robots.read_text() == theirs


def test_an_undo_restores_an_older_block_between_an_editors_lines(
    published: Workspace, site: PracticeWebsite
) -> None:
    robots = site.root / "robots.txt"
    older = robots.read_text()
    choose(published, published.artists.all()[0], Preset.OPEN)
    plan = published.jobs.plan_sync(EVERYTHING)
    published.jobs.apply(plan, confirmed=plan.confirmation())
    assert robots.read_text() != older
    robots.write_text(MINE + robots.read_text() + LINES)
    assert published.jobs.apply(published.jobs.plan_undo()).counts == {"done": 1}
    assert robots.read_text() == MINE + older + LINES


def with_rule_behind(text: str) -> str:
    """robots.txt with a rule after our block, which joins the last group of the block."""
    return f"{text}Disallow: /shop/\n"


def with_rule_inside(text: str) -> str:
    return text.replace("# END RightsDesk", "Disallow: /shop/\n# END RightsDesk")


@pytest.mark.parametrize("change", [with_rule_behind, with_rule_inside])
def test_a_file_that_cannot_be_separated_stays_with_all_it_refers_to(
    published: Workspace, site: PracticeWebsite, change: Callable[[str], str]
) -> None:
    robots = site.root / "robots.txt"
    robots.write_text(edited := change(robots.read_text()))
    back = published.jobs.plan_undo()
    assert "file:" not in back.changes[0].problem
    assert "Changed since, and left in place: robots.txt." in back.changes[0].problem
    assert "still needed there: rightsdesk/rsl.xml." in back.changes[0].problem
    published.jobs.apply(back)
    assert robots.read_text() == edited
    assert "rightsdesk/rsl.xml" in files_of(site)
    assert ".well-known/tdmrep.json" not in files_of(site), "nothing edited this file"


def test_an_undo_removes_only_our_rule_from_an_edited_tdmrep_file(
    published: Workspace, site: PracticeWebsite
) -> None:
    rules = site.root / ".well-known" / "tdmrep.json"
    theirs = {"location": "/press/", "tdm-reservation": 0}
    rules.write_text(json.dumps([theirs, *json.loads(rules.read_text())]))
    assert published.jobs.apply(published.jobs.plan_undo()).counts == {"done": 1}
    assert json.loads(rules.read_text()) == [theirs]
    assert files_of(site) == {"robots.txt", ".well-known/tdmrep.json"}


def test_a_policy_stays_while_an_edited_rule_refers_to_it(
    published: Workspace, site: PracticeWebsite
) -> None:
    rules = site.root / ".well-known" / "tdmrep.json"
    [ours] = json.loads(rules.read_text())
    rules.write_text(json.dumps([{**ours, "tdm-reservation": 1, "note": "mine"}]))
    back = published.jobs.plan_undo()
    assert "left in place: .well-known/tdmrep.json." in back.changes[0].problem
    published.jobs.apply(back)
    assert {".well-known/tdmrep.json", "rightsdesk/tdm-policy.json"} <= files_of(site)
    assert (site.root / "robots.txt").read_text() == ROBOTS


def test_widening_on_a_site_needs_a_confirmation(
    workspace: Workspace, site: PracticeWebsite
) -> None:
    artist = workspace.artists.add("Mara Linde")
    where = {"identifier": str(site.root), "secret": "", "base_url": site.base_url}
    workspace.accounts.confirm(workspace.accounts.add(artist.id, "own_site", **where).id)
    choose(workspace, artist)
    workspace.jobs.apply(workspace.jobs.plan_sync(Filter(artist_id=artist.id)))
    choose(workspace, artist, Preset.OPEN)
    plan = workspace.jobs.plan_sync(Filter(artist_id=artist.id))
    [refused] = workspace.jobs.apply(plan).results
    assert refused.outcome is Outcome.SKIPPED
    [change] = plan.changes
    target = change.target
    named = frozenset((target.carrier, target.id, use) for use in change.widens)
    [done] = workspace.jobs.apply(plan, confirmed=Confirmation(named)).results
    assert done.outcome is Outcome.DONE


def test_a_site_belongs_to_one_artist(workspace: Workspace, site: PracticeWebsite) -> None:
    where = {"identifier": str(site.root), "secret": "", "base_url": site.base_url}
    workspace.accounts.confirm(
        workspace.accounts.add(workspace.artists.add("Mara Linde").id, "own_site", **where).id
    )
    with pytest.raises(AccountTaken):
        workspace.accounts.add(workspace.artists.add("Duo Kessel").id, "own_site", **where)


def test_headers_name_the_licence_of_the_connected_site(
    workspace: Workspace, site: PracticeWebsite
) -> None:
    artist = workspace.artists.add("Mara Linde")
    scope = Scope(ScopeKind.ARTIST, artist.id)
    with pytest.raises(NoConsentSet):
        workspace.exports.make("headers-nginx", scope)
    choose(workspace, artist)
    shown = workspace.exports.make("headers-nginx", scope)
    assert "rsl.xml" not in shown.text
    assert any("address is not known" in note for note in shown.notes)
    where = {"identifier": str(site.root), "secret": "", "base_url": site.base_url}
    workspace.accounts.confirm(workspace.accounts.add(artist.id, "own_site", **where).id)
    shown = workspace.exports.make("headers-nginx", scope)
    assert f"{site.base_url}/rightsdesk/rsl.xml" in shown.text
    assert not any("address is not known" in note for note in shown.notes)
