"""Two programs on one data folder renew the same sign-in, and neither ends it."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path

import pytest

from rightsdesk.platforms.http.errors import NeedsReconnect
from rightsdesk.practice import catalogue
from rightsdesk.practice.browser import PracticeBrowser
from rightsdesk.practice.faults import Fault
from rightsdesk.practice.http import Reply, Request
from rightsdesk.practice.soundcloud import CLIENT_ID, PracticeSoundCloud
from rightsdesk.workspace import Workspace
from rightsdesk.workspace.types.artists import Account, Artist

PATIENCE = 60.0


class BarrierSoundCloud(PracticeSoundCloud):
    """Holds calls with an expired token until all expected programs have called.

    So each program has the same refresh token when it renews.
    """

    def __init__(self) -> None:
        super().__init__(catalogue.soundcloud(), redirect_uris=None)
        self.gate: threading.Barrier | None = None

    def answer(self, request: Request) -> tuple[Reply, Fault | None]:
        reply, fault = super().answer(request)
        if reply.status == 401 and request.path == "/me" and self.gate is not None:
            self.gate.wait(PATIENCE)
        return reply, fault


@pytest.fixture
def meeting() -> Iterator[BarrierSoundCloud]:
    with BarrierSoundCloud() as server:
        yield server


@pytest.fixture
def account(
    isolated: Path, meeting: BarrierSoundCloud, no_keyring: None, monkeypatch: pytest.MonkeyPatch
) -> Account:
    """Mira Koval's account, behind a shared passphrase, with an expired token."""
    monkeypatch.setenv("RIGHTSDESK_PASSPHRASE", "kelp and tin")
    with Workspace.open(isolated) as workspace:
        artist = workspace.artists.add(catalogue.KOVAL)
        pending = workspace.accounts.begin_sign_in(
            artist.id, "soundcloud", client_id=CLIENT_ID, base_url=meeting.base_url, port=0
        )
        browser = PracticeBrowser(catalogue.KOVAL)
        browser(pending.url)
        account = workspace.accounts.by_id(pending.finish())
        browser.close()
    meeting.oauth.expire(catalogue.KOVAL)
    return account


def test_two_runs_at_once_keep_the_sign_in(
    account: Account, isolated: Path, meeting: BarrierSoundCloud
) -> None:
    meeting.gate = threading.Barrier(2)
    command = [sys.executable, "-m", "rightsdesk", "--data-dir", str(isolated)]
    runs = [
        subprocess.Popen(
            [*command, "account", "check", "soundcloud"],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        for _ in range(2)
    ]
    said = [run.communicate(timeout=PATIENCE)[0] for run in runs]
    assert [run.returncode for run in runs] == [0, 0], said
    assert meeting.count("POST /oauth/token") == 2  # the sign-in, and one renewal
    with Workspace.open(isolated) as later:
        assert later.accounts.read_items(account.id)
        assert later.accounts.by_id(account.id).state == "connected"


def test_tokens_stored_by_another_program_are_tried_before_giving_up(
    workspace: Workspace,
    koval: Artist,
    soundcloud: PracticeSoundCloud,
    isolated: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A program that ignores the lock was faster: its tokens are used."""
    pending = workspace.accounts.begin_sign_in(
        koval.id, "soundcloud", client_id=CLIENT_ID, base_url=soundcloud.base_url, port=0
    )
    browser = PracticeBrowser(koval.name)
    browser(pending.url)
    number = pending.finish()
    browser.close()
    workspace.accounts.read_items(number)
    soundcloud.oauth.expire(koval.name)
    answer = soundcloud.answer

    def renewed_elsewhere(request: Request) -> tuple[Reply, Fault | None]:
        """Just before our renewal arrives, another program has used the same refresh token."""
        if request.path == "/oauth/token":
            monkeypatch.undo()
            with Workspace.open(isolated) as other:
                assert other.accounts.read_items(number)
        return answer(request)

    monkeypatch.setattr(soundcloud, "answer", renewed_elsewhere)
    monkeypatch.setattr(
        "rightsdesk.workspace.sign_in.connections.renewing", lambda *_: nullcontext()
    )
    workspace._connections.close()  # its next client is created without the lock
    assert workspace.accounts.read_items(number)
    assert workspace.accounts.by_id(number).state == "connected"


def test_an_ended_sign_in_is_ended_for_both(
    account: Account, isolated: Path, meeting: BarrierSoundCloud
) -> None:
    meeting.revoke(catalogue.KOVAL)
    with Workspace.open(isolated) as first, Workspace.open(isolated) as second:
        for workspace in (first, second):
            with pytest.raises(NeedsReconnect):
                workspace.accounts.read_items(account.id)
    assert meeting.count("POST /oauth/token") == 2  # the refused token was not sent again
