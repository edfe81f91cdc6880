"""A sign-in that the platform ended: noticed once, remembered, and solved by a new sign-in."""

from __future__ import annotations

from pathlib import Path

import pytest

from rightsdesk.platforms.http.errors import NeedsReconnect, PlatformError
from rightsdesk.practice.browser import PracticeBrowser
from rightsdesk.practice.faults import Fault, FaultKind
from rightsdesk.practice.http import Reply, Request
from rightsdesk.practice.soundcloud import PracticeSoundCloud
from rightsdesk.workspace import Workspace
from rightsdesk.workspace.types.artists import Account, Artist
from rightsdesk.workspace.types.scopes import Filter
from tests.workspace.conftest import SignIn, choose


@pytest.fixture
def ended(
    workspace: Workspace, koval: Artist, soundcloud: PracticeSoundCloud, sign_in: SignIn
) -> Account:
    """Mira Koval's account, revoked at the platform and noticed by a check."""
    account = sign_in(koval)
    workspace.accounts.read_items(account.id)
    choose(workspace, koval)
    soundcloud.revoke(koval.name)
    with pytest.raises(NeedsReconnect):
        workspace.accounts.read_items(account.id)
    return account


def test_a_refused_refresh_token_is_never_sent_again_even_by_a_new_run(
    workspace: Workspace, ended: Account, isolated: Path, soundcloud: PracticeSoundCloud
) -> None:
    before = len(soundcloud.seen)
    workspace.close()
    with Workspace.open(isolated) as later:
        notes = later.jobs.plan_sync(Filter()).notes
        with pytest.raises(NeedsReconnect):
            later.accounts.check(ended.id)
        state = later.accounts.by_id(ended.id).state
    assert soundcloud.seen[before:] == []
    assert state == "reconnect"
    assert any("Connect the account again" in note for note in notes)


def test_a_new_sign_in_clears_the_state(
    workspace: Workspace, ended: Account, koval: Artist, soundcloud: PracticeSoundCloud
) -> None:
    pending = workspace.accounts.reconnect(ended.id)
    browser = PracticeBrowser(koval.name)
    browser(pending.url)
    assert pending.finish() == ended.id
    browser.close()
    assert workspace.accounts.read_items(ended.id)
    assert workspace.accounts.by_id(ended.id).state == "connected"
    assert not [p for p in workspace.catalogue.problems(Filter()) if p.kind == "account"]


def test_tokens_renewed_by_another_program_are_kept(
    workspace: Workspace,
    koval: Artist,
    isolated: Path,
    soundcloud: PracticeSoundCloud,
    sign_in: SignIn,
) -> None:
    account = sign_in(koval)
    workspace.accounts.read_items(account.id)
    with Workspace.open(isolated) as other:
        soundcloud.oauth.expire(koval.name)
        assert other.accounts.read_items(
            account.id
        )  # has used up the refresh token that we still hold
    renewed = soundcloud.count("POST /oauth/token")
    assert workspace.accounts.read_items(
        account.id
    )  # with the tokens of the other program, which are all unused
    assert soundcloud.count("POST /oauth/token") == renewed
    soundcloud.oauth.expire(koval.name)
    assert workspace.accounts.read_items(account.id)
    assert workspace.accounts.by_id(account.id).state == "connected"


@pytest.mark.parametrize("status", [403, 500])
def test_trouble_at_the_token_endpoint_ends_no_sign_in(
    workspace: Workspace,
    koval: Artist,
    soundcloud: PracticeSoundCloud,
    sign_in: SignIn,
    isolated: Path,
    status: int,
) -> None:
    account = sign_in(koval)
    soundcloud.oauth.expire(koval.name)
    soundcloud.faults.add(Fault(FaultKind.ERROR, on="POST /oauth/token", status=status))
    with pytest.raises(PlatformError):
        workspace.accounts.read_items(account.id)
    workspace.close()
    with Workspace.open(isolated) as later:
        assert later.accounts.read_items(account.id)
        assert later.accounts.by_id(account.id).state == "connected"


def test_a_login_page_of_the_network_ends_no_sign_in(
    workspace: Workspace,
    koval: Artist,
    soundcloud: PracticeSoundCloud,
    sign_in: SignIn,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    account = sign_in(koval)
    soundcloud.oauth.expire(koval.name)

    handle = soundcloud.handle

    def guarded(request: Request) -> Reply:
        if request.path == "/oauth/token":
            return Reply.of_html("<h1>Who are you?</h1>", 403)
        return handle(request)

    with monkeypatch.context() as patched:
        patched.setattr(soundcloud, "handle", guarded)
        with pytest.raises(PlatformError) as raised:
            workspace.accounts.read_items(account.id)
    assert workspace.accounts.by_id(account.id).state == "connected", raised.value
