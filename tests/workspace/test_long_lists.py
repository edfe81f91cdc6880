"""Lists that change, or end early, while they are read."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from rightsdesk.platforms.http import Client
from rightsdesk.platforms.interface import RemoteItem
from rightsdesk.platforms.soundcloud import SoundCloud
from rightsdesk.practice.faults import Fault, Kind
from rightsdesk.practice.soundcloud import PracticeSoundCloud
from rightsdesk.workspace import Workspace, syncing
from rightsdesk.workspace.types import Account, Artist, Filter
from tests.workspace.conftest import choose

EVERYTHING = Filter()
LEFT_OUT = {"Night Ferry", "Paper Moons"}


@pytest.fixture
def account(koval: Artist, workspace: Workspace, sign_in: Callable[..., Account]) -> Account:
    account = sign_in(koval)
    choose(workspace, koval)
    workspace.read_items(account.id)
    return account


@pytest.fixture
def leaves_out(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    """A track was deleted between two pages: the next one is on neither of them."""
    whole = SoundCloud.items

    def items(self: SoundCloud, client: Client) -> Iterator[RemoteItem]:
        return (one for one in whole(self, client) if one.title not in LEFT_OUT)

    monkeypatch.setattr(SoundCloud, "items", items)


def unread(workspace: Workspace) -> list[str]:
    return [one.advice for one in workspace.problems(EVERYTHING) if one.kind == "item"]


@pytest.mark.usefixtures("leaves_out")
def test_what_a_list_leaves_out_is_asked_for(
    workspace: Workspace, soundcloud: PracticeSoundCloud
) -> None:
    asked = soundcloud.count("GET /tracks/")
    assert workspace.look_around().gone == ()
    assert soundcloud.count("GET /tracks/") == asked + len(LEFT_OUT)
    assert unread(workspace) == []


@pytest.mark.usefixtures("leaves_out")
def test_what_is_really_gone_is_gone(
    workspace: Workspace, koval: Artist, soundcloud: PracticeSoundCloud
) -> None:
    [urn] = [t["urn"] for t in soundcloud.tracks(koval.name) if t["title"] == "Paper Moons"]
    del soundcloud._tracks[urn]
    assert workspace.look_around().gone == ("Paper Moons",)
    assert workspace.look_around().gone == ()


@pytest.mark.usefixtures("leaves_out")
def test_what_cannot_be_asked_for_is_unknown_and_not_gone(
    workspace: Workspace, soundcloud: PracticeSoundCloud
) -> None:
    soundcloud.faults.add(Fault(Kind.ERROR, on="GET /tracks/", status=400, times=0))
    assert workspace.look_around().gone == ()
    assert unread(workspace) == [syncing.NOT_LISTED]
    soundcloud.faults.clear()
    workspace.look_around()
    assert unread(workspace) == []


@pytest.mark.usefixtures("leaves_out")
def test_so_many_are_asked_for_and_no_more(
    workspace: Workspace, soundcloud: PracticeSoundCloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(syncing, "MOST_ASKED", 1)
    asked = soundcloud.count("GET /tracks/")
    assert workspace.look_around().gone == ()
    assert soundcloud.count("GET /tracks/") == asked + 1
    assert unread(workspace) == [syncing.NOT_LISTED]


def test_a_refused_sign_in_leaves_the_changes_open(
    workspace: Workspace, account: Account, koval: Artist, soundcloud: PracticeSoundCloud
) -> None:
    plan = workspace.plan_sync(EVERYTHING)
    soundcloud.revoke(koval.name)
    report = workspace.apply(plan, confirmed=plan.confirmation())
    assert report.counts["planned"] == len(plan.planned)
    assert "failed" not in report.counts
    [job] = workspace.jobs()
    assert job.open_changes == len(plan.planned)
    assert {one.cause for one in report.results} == {"needs-reconnect", "stopped"}
