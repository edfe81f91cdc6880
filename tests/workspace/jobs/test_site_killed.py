"""A kill while the live robots.txt is being published: the artist's own lines are restored."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import update

from rightsdesk.changes.types import Outcome
from rightsdesk.consent import PRESETS, Preset
from rightsdesk.platforms.sign_in.access import Access
from rightsdesk.practice.website import PracticeWebsite
from rightsdesk.store.schema import changes
from rightsdesk.workspace import Workspace
from rightsdesk.workspace.types.scopes import Filter, Scope, ScopeKind
from tests.platforms.sites.scripted import LIVE, Dead, Disk, ScriptedSftp

OWN = b"# mine\nUser-agent: *\nDisallow: /private/\n"
EVERYTHING = Filter()
STEPS = {"plain-rename": "plain", "only-write": ""}


class Served(PracticeWebsite):
    """A practice web site that serves a folder on disk."""

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        self.disk = Disk()

    def _file(self, path: str) -> bytes | None:
        return self.disk.files.get(f"/site{path}")


@dataclass
class PublishedSite:
    """A site, and a data folder that is opened again after each kill."""

    site: Served
    data: Path

    @property
    def robots(self) -> bytes | None:
        return self.site.disk.files.get(LIVE)

    def revive(self) -> None:
        self.site.disk = self.site.disk.revived()

    def open(self) -> Workspace:
        return Workspace.open(self.data)


@pytest.fixture(params=STEPS)
def site_run(
    request: pytest.FixtureRequest,
    isolated: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[PublishedSite]:
    moves = STEPS[request.param]
    with Served(tmp_path) as site:

        def folder(_: Access) -> ScriptedSftp:
            return ScriptedSftp(site.disk, moves)

        monkeypatch.setattr("rightsdesk.platforms.own_site.folder_at", folder)
        site.disk.put(LIVE, OWN)
        site_run = PublishedSite(site, isolated)
        with site_run.open() as workspace:
            artist = workspace.artists.add("Mara Linde")
            where = {"identifier": "sftp://mara@sftp.example/site", "secret": "x"}
            account = workspace.accounts.add(artist.id, "own_site", base_url=site.base_url, **where)
            workspace.accounts.confirm(account.id)
            workspace.consents.set(Scope(ScopeKind.ARTIST, artist.id), PRESETS[Preset.NO_AI])
        yield site_run


def kill_half_written(site_run: PublishedSite, act: Callable[[Workspace], object]) -> None:
    """Kill the program while robots.txt is neither old nor new."""
    disk, whole = site_run.site.disk, site_run.robots
    block = b"# END RightsDesk"

    def in_part(now: bytes | None) -> bool:
        return now != whole and (now is None or (now != OWN and block not in now))

    disk.fatal = in_part
    with site_run.open() as workspace, pytest.raises(Dead):
        act(workspace)
    site_run.revive()
    assert in_part(site_run.robots)


def publish(workspace: Workspace) -> None:
    workspace.jobs.apply(workspace.jobs.plan_sync(EVERYTHING))


def take_back(workspace: Workspace) -> None:
    workspace.jobs.apply(workspace.jobs.plan_undo())


def test_a_file_that_was_not_checked_is_not_called_undamaged(site_run: PublishedSite) -> None:
    kill_half_written(site_run, publish)
    with site_run.open() as workspace:
        assert "checked with the platform" in workspace.recovery.sentence
        assert "nothing is damaged" not in workspace.recovery.sentence


def test_an_undo_restores_the_artists_own_lines(site_run: PublishedSite) -> None:
    kill_half_written(site_run, publish)
    with site_run.open() as workspace:
        take_back(workspace)
    assert site_run.site.disk.files == {LIVE: OWN}
    assert "/site/.well-known" not in site_run.site.disk.folders


def test_resuming_publishes_below_the_artists_own_lines(site_run: PublishedSite) -> None:
    kill_half_written(site_run, publish)
    with site_run.open() as workspace:
        [job] = workspace.jobs.all()
        report = workspace.jobs.apply(workspace.jobs.plan_resume(job.id))
        assert [result.outcome for result in report.results] == [Outcome.DONE]
    assert site_run.robots is not None
    assert site_run.robots.startswith(OWN)
    assert b"# END RightsDesk" in site_run.robots
    assert not site_run.site.disk.left


def test_another_sync_publishes_below_the_artists_own_lines_and_can_be_undone(
    site_run: PublishedSite,
) -> None:
    kill_half_written(site_run, publish)
    with site_run.open() as workspace:
        publish(workspace)
        assert site_run.robots is not None
        assert site_run.robots.startswith(OWN)
        assert "drift" not in {problem.kind for problem in workspace.catalogue.problems(EVERYTHING)}
        while workspace.jobs.last_undoable() and workspace.jobs.plan_undo().planned:
            take_back(workspace)
    assert site_run.robots == OWN


def test_a_check_restores_the_lines_and_reports_no_drift(site_run: PublishedSite) -> None:
    kill_half_written(site_run, publish)
    with site_run.open() as workspace:
        found = workspace.accounts.check_all()
        assert not found.changed
        assert not found.notes
    assert site_run.robots == OWN
    assert not site_run.site.disk.left


def test_a_killed_undo_is_repaired_too(site_run: PublishedSite) -> None:
    with site_run.open() as workspace:
        publish(workspace)
    if site_run.robots is None:
        raise AssertionError("nothing was published")
    with site_run.open() as workspace:
        disk, published = site_run.site.disk, site_run.robots
        disk.fatal = lambda now: now not in (OWN, published)
        try:
            take_back(workspace)
        except Dead:
            site_run.revive()
            assert site_run.robots not in (OWN, published)
        else:  # the file is shortened in one step
            disk.fatal = None
    with site_run.open() as workspace:
        while workspace.jobs.last_undoable() and workspace.jobs.plan_undo().planned:
            take_back(workspace)
    assert site_run.robots == OWN
    assert not site_run.site.disk.left


def test_a_server_that_fails_during_the_repair_leaves_it_open(site_run: PublishedSite) -> None:
    with site_run.open() as workspace:
        plan = workspace.jobs.plan_sync(EVERYTHING)
        disk = site_run.site.disk
        disk.fatal = lambda now: now != OWN
        disk.lose, disk.away = (lambda: ConnectionResetError("lost")), True
        [result] = workspace.jobs.apply(plan).results
        assert "published only in part" in result.problem
        assert site_run.robots != OWN
        disk.lost, disk.fatal = False, None
        [job] = workspace.jobs.all()
        assert job.undoable
        take_back(workspace)
    assert site_run.site.disk.files == {LIVE: OWN}


def test_a_damaged_image_is_not_restored(site_run: PublishedSite) -> None:
    kill_half_written(site_run, publish)
    found = site_run.robots
    forged = {"before": ["User-agent: *\n"], "edit": [(found or b"").decode() + "x"]}
    image = json.dumps({name: {"file:robots.txt": texts} for name, texts in forged.items()})
    with site_run.open() as workspace:
        with workspace._database.write() as connection:
            connection.execute(update(changes).values(before_image=image.encode()))
        workspace.accounts.check_all()
    assert site_run.robots == found
