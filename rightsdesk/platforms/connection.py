"""From an account's stored parts to something that can make calls: the usual way in.

One `TokenSource` and one `Limits` serve all clients of an account, whatever their number:
this is where it is easy to get that right.
"""

from collections.abc import Callable
from dataclasses import replace

from rightsdesk.platforms.account_client import AccountClient
from rightsdesk.platforms.address import origin_of
from rightsdesk.platforms.answer import Answer
from rightsdesk.platforms.clock import SYSTEM, Clock
from rightsdesk.platforms.credentials import Credentials
from rightsdesk.platforms.http import Client, is_401
from rightsdesk.platforms.interface import BrowserPlatform, Endpoints, Platform
from rightsdesk.platforms.limits import Limits
from rightsdesk.platforms.oauth import App, SignIn, begin, refresh
from rightsdesk.platforms.quota import Quota
from rightsdesk.platforms.tokens import TokenSet, TokenSource, needs_reconnect


def sign_in(
    platform: BrowserPlatform,
    endpoints: Endpoints,
    app: App,
    *,
    limits: Limits,
    clock: Clock = SYSTEM,
) -> SignIn:
    """Begin a sign-in: open its `url`, `wait` for the tokens, store them, then `connect`."""
    return begin(platform.auth_server(endpoints), app, limits=limits, clock=clock)


def token_source(
    platform: BrowserPlatform,
    endpoints: Endpoints,
    app: App,
    tokens: TokenSet,
    *,
    save: Callable[[TokenSet], None],
    limits: Limits,
    clock: Clock = SYSTEM,
) -> TokenSource:
    """An account's tokens, renewed when due. `save` stores a renewed set durably.

    Keep one for each account while the program runs: two would use up each other's
    refresh token.
    """
    server = platform.auth_server(endpoints)
    return TokenSource(
        tokens,
        save=save,
        renew=lambda token: refresh(server, app, token, limits=limits, clock=clock),
        service=platform.name,
        scheme=server.scheme,
        clock=clock,
    )


def connect(
    platform: Platform,
    endpoints: Endpoints,
    app: App,
    source: TokenSource,
    *,
    limits: Limits,
    clock: Clock = SYSTEM,
) -> Client:
    """A client that acts for the account; close it at the end."""
    limiter = limits.of(
        service=platform.name, host=str(origin_of(endpoints.api)), client_id=app.client_id
    )
    return Client(
        endpoints.api,
        limiter=limiter,
        service=platform.name,
        authorize=source,
        auth_url=endpoints.auth,
        clock=clock,
    )


def oauth_client(
    platform: BrowserPlatform,
    endpoints: Endpoints,
    client_id: str,
    credentials: Credentials,
    *,
    save: Callable[[Credentials], None],
    limits: Limits,
    clock: Clock = SYSTEM,
) -> Client:
    """What `Platform.client` is for platforms with a sign-in through the browser.

    Raises `NeedsReconnect` where the account has no tokens.
    """
    if credentials.tokens is None:
        raise needs_reconnect(platform.name)
    app = App(client_id, platform.redirect_uri, credentials.client_secret)
    source = token_source(
        platform,
        endpoints,
        app,
        credentials.tokens,
        save=lambda tokens: save(replace(credentials, tokens=tokens)),
        limits=limits,
        clock=clock,
    )
    return connect(platform, endpoints, app, source, limits=limits, clock=clock)


def account_oauth_client(
    platform: BrowserPlatform,
    endpoints: Endpoints,
    client_id: str,
    credentials: Credentials,
    *,
    save: Callable[[Credentials], None],
    limits: Limits,
    clock: Clock = SYSTEM,
    auth_url: str = "",
    per_second: float | None = None,
    quota: Quota | None = None,
    rejected: Callable[[Answer], bool] = is_401,
) -> AccountClient:
    """The same, for a platform that also asks without a sign-in, or revokes its tokens itself.

    `auth_url` is where tokens are revoked; `rejected` as for `Client`. What is asked without a
    sign-in has a limiter of its own: trouble there is no reason to hold back the account's calls.
    """
    if credentials.tokens is None:
        raise needs_reconnect(platform.name)
    app = App(client_id, platform.redirect_uri, credentials.client_secret)
    source = token_source(
        platform,
        endpoints,
        app,
        credentials.tokens,
        save=lambda tokens: save(replace(credentials, tokens=tokens)),
        limits=limits,
        clock=clock,
    )
    service, host = platform.name, str(origin_of(endpoints.api))
    return AccountClient(
        endpoints.api,
        limiter=limits.of(
            service=service, host=host, client_id=client_id, per_second=per_second, quota=quota
        ),
        public_limiter=limits.of(
            service=service, host=host, client_id=f"{client_id} public", per_second=per_second
        ),
        service=service,
        source=source,
        client_id=client_id,
        auth_url=auth_url or endpoints.auth,
        rejected=rejected,
        clock=clock,
    )
