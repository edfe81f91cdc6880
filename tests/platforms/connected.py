"""Shared by platform tests: a connected account of an artist, and errors without secrets."""

import threading
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from rightsdesk.platforms import browser_sign_in
from rightsdesk.platforms.http.address import Endpoints, origin_of
from rightsdesk.platforms.http.client import Client
from rightsdesk.platforms.http.errors import PlatformError
from rightsdesk.platforms.http.limits import Limits
from rightsdesk.platforms.http.watchdog import WATCHDOG
from rightsdesk.platforms.sign_in.oauth import App, SignIn
from rightsdesk.platforms.sign_in.tokens import TokenSet, TokenSource
from rightsdesk.platforms.soundcloud import SoundCloud
from rightsdesk.practice.soundcloud import CLIENT_ID, PracticeSoundCloud
from tests.fake_clock import FakeClock

ARTIST, OTHER = "Mara Linde", "Duo Kessel"
FREE_PORT = "http://127.0.0.1:0/callback"


class ConnectedAccount:
    """One artist's SoundCloud account on one computer, as the workspace would hold it."""

    platform = SoundCloud()

    def __init__(self, practice: PracticeSoundCloud, fake_clock: FakeClock, **app: str) -> None:
        self.practice = practice
        self.fake_clock = fake_clock
        self.limits = Limits(clock=fake_clock.clock)
        self.endpoints = Endpoints(api=practice.base_url, auth=practice.base_url)
        self.app = App(**{"client_id": CLIENT_ID, "redirect_uri": FREE_PORT, **app})
        self.saved: list[TokenSet] = []
        self._clients: list[Client] = []

    def sign_in(self) -> SignIn:
        return browser_sign_in.sign_in(
            self.platform, self.endpoints, self.app, limits=self.limits, clock=self.fake_clock.clock
        )

    def tokens(self, account: str = ARTIST) -> TokenSet:
        """Return tokens without a sign-in page."""
        answer = self.practice.oauth.sign_in(account)
        return TokenSet.from_answer(answer, service="SoundCloud", now=self.fake_clock.wall)

    def source(self, tokens: TokenSet | None = None, save: Any = None) -> TokenSource:
        return browser_sign_in.token_source(
            self.platform,
            self.endpoints,
            self.app,
            tokens or self.tokens(),
            save=save or self.saved.append,
            limits=self.limits,
            clock=self.fake_clock.clock,
        )

    def client(self, source: TokenSource | None = None) -> Client:
        base = self.endpoints.api
        limiter = self.limits.of(
            service=self.platform.name, host=str(origin_of(base)), client_id=self.app.client_id
        )
        client = Client(
            base,
            limiter=limiter,
            service=self.platform.name,
            authorize=source or self.source(),
            auth_url=self.endpoints.auth,
            clock=self.fake_clock.clock,
        )
        self._clients.append(client)
        return client

    def close(self) -> None:
        for client in self._clients:
            client.close()


@contextmanager
def raises(error: type[PlatformError], secrets: set[str]) -> Iterator[pytest.ExceptionInfo[Any]]:
    """`pytest.raises`, which also checks that the error has a text and the traceback no secret."""
    with pytest.raises(error) as caught:
        yield caught
    text = "".join(traceback.format_exception(caught.value)) + repr(vars(caught.value))
    assert not [secret for secret in secrets if secret in text]
    assert str(caught.value).endswith((".", "”"))


def other_threads() -> set[threading.Thread]:
    kept = threading.main_thread(), WATCHDOG.thread  # the watchdog's thread ends with the program
    return {thread for thread in threading.enumerate() if thread not in kept}
