"""Browser sign-in of an account: from stored tokens to a client.

All clients of an account share one `TokenSource` and one `Limits`. This module makes sure of that.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from typing import Protocol

from rightsdesk.clock import SYSTEM, Clock
from rightsdesk.platforms.http.address import Endpoints
from rightsdesk.platforms.http.answer import Answer
from rightsdesk.platforms.http.client import is_401
from rightsdesk.platforms.http.limits import Limits
from rightsdesk.platforms.http.quota import Quota
from rightsdesk.platforms.interface import BrowserPlatform
from rightsdesk.platforms.sign_in.access import Access, ByAccess
from rightsdesk.platforms.sign_in.account_client import AccountClient
from rightsdesk.platforms.sign_in.oauth import App, AuthServer, SignIn, begin, refresh
from rightsdesk.platforms.sign_in.tokens import TokenSet, TokenSource, needs_reconnect


def sign_in(
    platform: BrowserPlatform,
    endpoints: Endpoints,
    app: App,
    *,
    limits: Limits,
    clock: Clock = SYSTEM,
) -> SignIn:
    """Begin a sign-in.

    The caller opens its `url`, calls `wait` for the tokens, stores them, and then makes a client.
    """
    return begin(auth_server(platform, endpoints), app, limits=limits, clock=clock)


def auth_server(platform: BrowserPlatform, endpoints: Endpoints) -> AuthServer:
    """Return the platform's server, completed with the platform's facts about sign-in."""
    from rightsdesk.resources.facts import platform_facts

    facts = platform_facts(platform.id).sign_in
    return replace(
        platform.auth_server(endpoints),
        any_path=facts.redirect == "loopback",
        apps_url=facts.apps_url if endpoints.auth == platform.endpoints.auth else "",
    )


def token_source(
    platform: BrowserPlatform,
    endpoints: Endpoints,
    app: App,
    tokens: TokenSet,
    *,
    save: Callable[[TokenSet], None],
    limits: Limits,
    clock: Clock = SYSTEM,
    alone: Callable[[], AbstractContextManager[None]] = nullcontext,
    stored: Callable[[], TokenSet | None] = lambda: None,
) -> TokenSource:
    """Return an account's tokens, renewed when due.

    `save` stores a renewed set durably; for `alone` and `stored` see `TokenSource`. Keep one per
    account while the program runs: two would invalidate each other's refresh token.
    """
    server = platform.auth_server(endpoints)
    return TokenSource(
        tokens,
        save=save,
        renew=lambda token: refresh(server, app, token, limits=limits, clock=clock),
        service=platform.name,
        scheme=server.scheme,
        clock=clock,
        alone=alone,
        stored=stored,
    )


class _InBrowser(BrowserPlatform, Protocol):
    """What `BrowserSignIn` needs from the class it is mixed into."""

    @property
    def calls_a_second(self) -> float | None: ...

    @property
    def quota(self) -> Quota | None: ...

    def revoked_at(self, endpoints: Endpoints) -> str: ...

    def is_rejected(self, answer: Answer) -> bool: ...


class BrowserSignIn(ByAccess):
    """`Platform.client` for platforms with a browser sign-in.

    Requests without a sign-in have their own limiter: a wait there does not delay the account's
    requests.
    """

    calls_a_second: float | None = None
    """The platform's limit for one client id; None if it names none."""

    quota: Quota | None = None
    """The daily quota, if the platform has one."""

    def revoked_at(self, endpoints: Endpoints) -> str:
        """Return the base address for revoking tokens."""
        return endpoints.auth

    def is_rejected(self, answer: Answer) -> bool:
        """Whether an answer says that a token is no longer valid."""
        return is_401(answer)

    def connected(self: _InBrowser, access: Access) -> AccountClient:
        """Return a client with tokens from the browser, renewed as needed.

        Raises `NeedsReconnect` if the account has no tokens.
        """
        credentials = access.credentials
        if credentials.tokens is None:
            raise needs_reconnect(self.name)
        source = token_source(
            self,
            access.endpoints,
            App(access.client_id, self.redirect_uri, credentials.client_secret),
            credentials.tokens,
            save=lambda tokens: access.save(replace(access.latest, tokens=tokens)),
            limits=access.limits,
            clock=access.clock,
            alone=access.renewal.alone,
            stored=access.latest_tokens,
        )
        pace = self.calls_a_second
        return AccountClient(
            access.endpoints.api,
            limiter=access.limiter(self.name, access.client_id, per_second=pace, quota=self.quota),
            public_limiter=access.limiter(self.name, f"{access.client_id} public", per_second=pace),
            service=self.name,
            source=source,
            client_id=access.client_id,
            auth_url=self.revoked_at(access.endpoints),
            rejected=self.is_rejected,
            clock=access.clock,
        )
