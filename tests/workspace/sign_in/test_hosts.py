"""Accounts on different hosts are read and written in parallel; a failure stops only its host."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from rightsdesk.changes.types import Outcome
from rightsdesk.practice import catalogue
from rightsdesk.practice.browser import PracticeBrowser
from rightsdesk.practice.http import Reply, Request
from rightsdesk.practice.soundcloud import CLIENT_ID, PracticeSoundCloud
from rightsdesk.roster.accounts import all_accounts
from rightsdesk.workspace import Workspace
from rightsdesk.workspace.sign_in.hosts import by_host
from rightsdesk.workspace.types.artists import Artist
from rightsdesk.workspace.types.scopes import Filter
from tests.workspace.conftest import choose

EVERYTHING = Filter()
PATIENCE = 30


class BarrierSoundCloud(PracticeSoundCloud):
    """Delays one kind of call until another host receives the same call."""

    together: threading.Barrier
    meets_at: str = ""
    met = False

    def handle(self, request: Request) -> Reply:
        meets = self.meets_at and f"{request.method} {request.path}".startswith(self.meets_at)
        if meets and not self.met:
            self.met = True
            self.together.wait()
        return super().handle(request)


@pytest.fixture
def servers() -> Iterator[tuple[BarrierSoundCloud, BarrierSoundCloud]]:
    tracks = catalogue.soundcloud()
    both = tuple(BarrierSoundCloud(tracks, redirect_uris=None) for _ in range(2))
    together = threading.Barrier(2, timeout=PATIENCE)
    for server in both:
        server.together = together
        server.start()
    yield both[0], both[1]
    for server in both:
        server.close()


def connect(workspace: Workspace, artist: Artist, server: PracticeSoundCloud) -> int:
    pending = workspace.accounts.begin_sign_in(
        artist.id, "soundcloud", client_id=CLIENT_ID, base_url=server.base_url, port=0
    )
    browser = PracticeBrowser(artist.name)
    browser(pending.url)
    try:
        return pending.finish()
    finally:
        browser.close()


@pytest.fixture
def on_two_hosts(
    workspace: Workspace,
    koval: Artist,
    signal: Artist,
    servers: tuple[BarrierSoundCloud, BarrierSoundCloud],
) -> Workspace:
    for artist, server in zip((koval, signal), servers, strict=True):
        connect(workspace, artist, server)
        choose(workspace, artist)
    return workspace


@pytest.mark.parametrize("call", ["GET /me/tracks", "GET /tracks/", "PUT /tracks/"])
def test_two_hosts_are_called_at_the_same_time(
    on_two_hosts: Workspace, servers: tuple[BarrierSoundCloud, BarrierSoundCloud], call: str
) -> None:
    for server in servers:
        server.meets_at = call
    plan = on_two_hosts.jobs.plan_sync(EVERYTHING)
    assert plan.notes == ()
    report = on_two_hosts.jobs.apply(plan)
    assert report.counts == {"done": len(plan.planned)}
    assert on_two_hosts.jobs.plan_sync(EVERYTHING).changes == ()


def test_a_revoked_token_stops_only_its_own_account(
    on_two_hosts: Workspace,
    koval: Artist,
    signal: Artist,
    servers: tuple[BarrierSoundCloud, BarrierSoundCloud],
) -> None:
    plan = on_two_hosts.jobs.plan_sync(EVERYTHING)
    servers[0].revoke(koval.name)
    report = on_two_hosts.jobs.apply(plan)
    hers = {track["title"] for track in servers[0].tracks(koval.name)}
    done = {r.change.target.label for r in report.results if r.outcome is Outcome.DONE}
    assert done == {change.target.label for change in plan.planned} - hers
    states = {account.artist_id: account.state for account in on_two_hosts.accounts.all()}
    assert states == {koval.id: "reconnect", signal.id: "connected"}


def test_an_unreadable_account_is_named_and_stops_no_other(
    on_two_hosts: Workspace, koval: Artist, servers: tuple[BarrierSoundCloud, BarrierSoundCloud]
) -> None:
    servers[0].revoke(koval.name)
    plan = on_two_hosts.jobs.plan_sync(EVERYTHING)
    [note] = plan.notes
    assert koval.name in note
    hers = {track["title"] for track in servers[0].tracks(koval.name)}
    assert plan.planned
    assert not hers & {change.target.label for change in plan.planned}


def test_accounts_of_one_host_and_client_id_take_turns(
    workspace: Workspace,
    koval: Artist,
    signal: Artist,
    servers: tuple[BarrierSoundCloud, BarrierSoundCloud],
) -> None:
    for artist in (koval, signal):
        connect(workspace, artist, servers[0])
    connect(workspace, koval, servers[1])
    groups = by_host(all_accounts(workspace._database))
    assert sorted(len(group) for group in groups) == [1, 2]
