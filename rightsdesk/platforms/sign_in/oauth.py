"""Sign in through the browser: OAuth 2 authorization code with PKCE (RFC 7636, RFC 8252).

RightsDesk never sees a password. The person allows access on the platform's page. The browser
brings a code to `receiver`, and the code is exchanged for tokens here. Authlib makes the random
values; our own client sends the requests, within its limits.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from rightsdesk.clock import SYSTEM, Clock
from rightsdesk.platforms.http.address import origin_of
from rightsdesk.platforms.http.answer import cleaned, cleaned_details, read_json
from rightsdesk.platforms.http.client import Client
from rightsdesk.platforms.http.errors import (
    AppRefused,
    PlatformError,
    RedirectRefused,
    ServerTrouble,
    SignInCancelled,
    SignInRefused,
    SignInTimedOut,
)
from rightsdesk.platforms.http.limits import Limits
from rightsdesk.platforms.sign_in.tokens import TokenSet, needs_reconnect, sign_in_over
from rightsdesk.sentences import together, worded

if TYPE_CHECKING:
    from rightsdesk.platforms.sign_in.receiver import Receiver

PATIENCE = 300.0
"""Seconds a person has for the sign-in page."""

OK = 200
_POLL_SECONDS = 0.1  # seconds between two checks whether the person cancelled


@dataclass(frozen=True, slots=True)
class AuthServer:
    """A platform's authorization server: its addresses, its header, its peculiarities.

    `also` are additional parameters for the page, `client_id_names` additional names for the client
    id. With `takes_json` the token endpoint takes JSON instead of a form. `whole_scope` is a scope
    that includes all others.

    `issuer` is its name in answers (RFC 9207), "" if only its host is known. With `sends_issuer` an
    answer without it is refused. With `any_path` it accepts any redirect address on this computer,
    otherwise only the registered one. `apps_url` is where a person registers an app.
    """

    service: str
    authorize_url: str
    token_url: str
    scheme: str = "Bearer"
    scope: str = ""
    also: tuple[tuple[str, str], ...] = ()
    client_id_names: tuple[str, ...] = ()
    takes_json: bool = False
    whole_scope: str = ""
    issuer: str = ""
    sends_issuer: bool = False
    any_path: bool = False
    apps_url: str = ""


@dataclass(frozen=True, slots=True)
class App:
    """The application that an artist registered at the platform.

    SoundCloud gives each person their own. `client_secret` is "" if there is none.
    """

    client_id: str
    redirect_uri: str
    client_secret: str = field(default="", repr=False)


class SignIn:
    """A sign-in in progress: open `url` in the browser, then `wait`. Always close it."""

    def __init__(
        self,
        server: AuthServer,
        url: str,
        receiver: Receiver,
        exchange: Callable[[str], TokenSet],
    ) -> None:
        self.server = server
        self.url = url
        self.redirect_uri = receiver.redirect_uri
        self._receiver = receiver
        self._exchange = exchange
        self._cancelled = False

    def __enter__(self) -> SignIn:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Stop listening for the browser. May be called twice."""
        self._receiver.close()

    def cancel(self) -> None:
        """End a `wait` in another thread with `SignInCancelled`."""
        self._cancelled = True
        self._receiver.arrived.set()

    def wait(
        self,
        timeout: float = PATIENCE,
        cancelled: Callable[[], bool] = lambda: False,
        clock: Clock = SYSTEM,
    ) -> TokenSet:
        """Wait for the person. Return the account's tokens, which are not stored yet.

        Raises `SignInRefused`, `SignInTimedOut`, `SignInCancelled`, `AppRefused`, or a request's
        errors. Afterwards the sign-in is closed.
        """
        try:
            answer = self._answer(clock.monotonic() + timeout, cancelled, clock)
            self._check_issuer(answer)
            if not answer.get("code"):
                raise _refusal(answer, self.server, self.redirect_uri)
            return self._exchange(answer["code"])
        finally:
            self.close()

    @property
    def to_register(self) -> str:
        """What to register at the platform, for a person who sees an error there."""
        return to_register(self.server, self.redirect_uri)

    def lacks(self, tokens: TokenSet) -> tuple[str, ...]:
        """Return the requested scopes that were not granted (RFC 6749, section 3.3)."""
        return missing(self.server, tokens.scope)

    def take(self, address: str) -> bool:
        """Take the answer from the address in a browser on another computer.

        Returns whether the address belongs to this sign-in.
        """
        parts = urlsplit(address.strip())
        target = parts._replace(scheme="", netloc="", fragment="").geturl()
        status, _ = self._receiver.take(target, parts.netloc)
        if status == OK:
            self._receiver.arrived.set()
        return status == OK

    def _check_issuer(self, answer: Mapping[str, str]) -> None:
        """Check that the answer comes from this server (RFC 9207, section 2.4).

        If its issuer is not known, the host has to match: the mix-up attack needs another host.
        """
        server, named = self.server, answer.get("iss")
        if named is None:
            matches = not server.sends_issuer
        elif server.issuer:
            matches = named == server.issuer
        else:
            matches = _same_host(named, server.authorize_url)
        if not matches:
            raise SignInRefused(
                worded(
                    "The answer in the browser did not come from {service}.", service=server.service
                ),
                advice="Close the page, and start the sign-in again from RightsDesk. If it "
                "happens again, check the address of the service.",
                untouched="Nothing was sent there, and nothing changed.",
            )

    def _answer(self, end: float, cancelled: Callable[[], bool], clock: Clock) -> Mapping[str, str]:
        arrived = False
        while True:
            answer = self._receiver.answer if arrived else None
            if self._cancelled or cancelled() or (arrived and answer is None):
                raise SignInCancelled("The sign-in was cancelled.", untouched="Nothing changed.")
            if answer is not None:
                return answer
            left = end - clock.monotonic()
            if left <= 0:
                raise SignInTimedOut(
                    "The sign-in page was not answered in time.",
                    advice=together(
                        (worded("Start again when you have time for it."), self.to_register)
                    ),
                    untouched="Nothing changed.",
                )
            arrived = self._receiver.arrived.wait(min(left, _POLL_SECONDS))


def begin(server: AuthServer, app: App, *, limits: Limits, clock: Clock = SYSTEM) -> SignIn:
    """Start listening for the browser. Return the sign-in with the address to open.

    Raises `PortTaken` if the redirect address's port is in use, `AddressRefused` for an address
    that can't be used.
    """
    # Slow to import, and only needed for a sign-in.
    from authlib.common.security import generate_token
    from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
    from authlib.oauth2.rfc7636 import create_s256_code_challenge

    origin_of(server.authorize_url)
    verifier, state = generate_token(64), generate_token(32)
    redirect_uri = app.redirect_uri
    if server.any_path:
        # RFC 9700, section 4.4.2: an answer for another sign-in then has a wrong path.
        redirect_uri = f"{redirect_uri.rstrip('/')}/{generate_token(24)}"
    from rightsdesk.platforms.sign_in.receiver import Receiver

    receiver = Receiver(redirect_uri, state=state, service=server.service)

    def exchange(code: str) -> TokenSet:
        form = {
            "grant_type": "authorization_code",
            "redirect_uri": receiver.redirect_uri,
            "code_verifier": verifier,
            "code": code,
        }
        return _ask(server, app, form, _code_refused, limits, clock)

    url = prepare_grant_uri(
        server.authorize_url,
        app.client_id,
        "code",
        redirect_uri=receiver.redirect_uri,
        scope=server.scope or None,
        state=state,
        code_challenge=create_s256_code_challenge(verifier),
        code_challenge_method="S256",
        **dict(server.also),
        **dict.fromkeys(server.client_id_names, app.client_id),
    )
    return SignIn(server, url, receiver, exchange)


def refresh(
    server: AuthServer, app: App, refresh_token: str, *, limits: Limits, clock: Clock = SYSTEM
) -> TokenSet:
    """Exchange a refresh token, which can be used once, for new tokens. Never retried.

    Raises `NeedsReconnect` if the platform no longer accepts it.
    """
    form = {
        "grant_type": "refresh_token",
        "redirect_uri": app.redirect_uri,
        "refresh_token": refresh_token,
    }
    return _ask(server, app, form, _refresh_refused, limits, clock)


def _ask(
    server: AuthServer,
    app: App,
    form: dict[str, str],
    refused: Callable[[AuthServer, str], PlatformError],
    limits: Limits,
    clock: Clock,
) -> TokenSet:
    """Request tokens from the token endpoint (RFC 6749, section 3.2)."""
    form |= {"client_id": app.client_id}
    if app.client_secret:
        form |= {"client_secret": app.client_secret}
    origin = origin_of(server.token_url)
    limiter = limits.of(service=server.service, host=str(origin), client_id=app.client_id)
    path = urlsplit(server.token_url)._replace(scheme="", netloc="").geturl()
    with Client(str(origin), limiter=limiter, service=server.service, clock=clock) as client:
        body: dict[str, Any] = {"json" if server.takes_json else "form": form}
        answer = client.request("POST", path, **body, expect=(400, 401, 403))
        now = clock.now()
    if answer.status >= 400:
        details = cleaned_details(answer, form.values())
        # SoundCloud puts the error name into `message`, the standard (RFC 6749, 5.2) into `error`.
        error = f"{details.get('error', '')} {details.get('message', '')}"
        raise refused(server, error)
    return TokenSet.from_answer(read_json(answer, server.service), service=server.service, now=now)


def missing(server: AuthServer, granted: str) -> tuple[str, ...]:
    """Return the server's scopes that were not granted; `granted` "" means all were."""
    given = set(granted.replace(",", " ").split())
    if not given or server.whole_scope in given:
        return ()
    return tuple(scope for scope in server.scope.split() if scope not in given)


def to_register(server: AuthServer, redirect_uri: str) -> str:
    """Return what to register at the platform, for a person who sees an error there."""
    what = worded(
        "If the page shows an error, check the client id, and that your app is of the kind "
        "named in the steps. It then accepts any address on this computer."
        if server.any_path
        else "If the page shows an error, check the client id, and register exactly "
        "{redirect_uri} as the redirect address of your app.",
        redirect_uri=redirect_uri,
    )
    return together((what, _where_apps_are(server)))


def _where_apps_are(server: AuthServer) -> str:
    return worded("Your apps are at {url}.", url=server.apps_url) if server.apps_url else ""


def _refusal(answer: Mapping[str, Any], server: AuthServer, redirect_uri: str) -> PlatformError:
    """Return the error for an answer without a code (RFC 6749, section 4.1.2.1)."""
    error = str(answer.get("error", ""))
    if error == "access_denied":
        return SignInRefused("You chose not to allow it.", untouched="Nothing changed.")
    if error in ("unauthorized_client", "invalid_client"):
        return client_id_refused(server, redirect_uri)
    if error in ("server_error", "temporarily_unavailable"):
        return ServerTrouble(
            worded(
                "{service} has a problem on its side and did not finish the sign-in.",
                service=server.service,
            ),
            advice="Try again later.",
            untouched="Nothing changed.",
        )
    reason = cleaned(str(answer.get("error_description") or error))
    return SignInRefused(
        worded(
            "{service} did not allow the sign-in: “{reason}”."
            if reason
            else "{service} did not allow the sign-in.",
            service=server.service,
            reason=reason,
        ),
        advice=to_register(server, redirect_uri),
        untouched="Nothing changed.",
    )


def client_id_refused(server: AuthServer, redirect_uri: str) -> AppRefused:
    """Return the error for a client id that the platform doesn't know."""
    compare = worded("Compare it with the one on your app's page there.")
    redirect = worded("Its redirect address has to be {redirect_uri}.", redirect_uri=redirect_uri)
    return AppRefused(
        worded("{service} doesn't accept the client id.", service=server.service),
        advice=together((compare, "" if server.any_path else redirect, _where_apps_are(server))),
        untouched="Nothing changed.",
    )


def redirect_refused(server: AuthServer, redirect_uri: str) -> RedirectRefused:
    """Return the error for a redirect address that is not registered."""
    what = worded(
        "Make an app of the kind named in the steps: it accepts any address on this computer. "
        "Then try again."
        if server.any_path
        else "Register exactly {redirect_uri} as the redirect address of your app. Then try again.",
        redirect_uri=redirect_uri,
    )
    return RedirectRefused(
        worded(
            "{service} doesn't accept the redirect address {redirect_uri}.",
            service=server.service,
            redirect_uri=redirect_uri,
        ),
        advice=together((what, _where_apps_are(server))),
        untouched="Nothing changed.",
    )


def _same_host(issuer: str, address: str) -> bool:
    try:
        return origin_of(issuer) == origin_of(address)
    except PlatformError:
        return False


def _is_about_app(error: str) -> bool:
    return "invalid_client" in error or "unauthorized_client" in error


def _app_refused(server: AuthServer) -> AppRefused:
    return AppRefused(
        worded(
            "{service} doesn't accept the client id or the client secret.", service=server.service
        ),
        advice=worded(
            "Compare them with those on your app's page at {service}.", service=server.service
        ),
    )


def _code_refused(server: AuthServer, error: str) -> PlatformError:
    if _is_about_app(error):
        return _app_refused(server)
    return SignInRefused(
        worded("{service} did not accept the answer from the browser.", service=server.service),
        advice="Start the sign-in again.",
        untouched="Nothing changed.",
    )


def _refresh_refused(server: AuthServer, error: str) -> PlatformError:
    if _is_about_app(error):
        return _app_refused(server)
    if not error.strip():
        # The page of a firewall or a proxy: it says nothing about the token.
        return ServerTrouble(
            worded(
                "{service} did not renew the sign-in, and did not say why.", service=server.service
            ),
            advice="Try again later. If it happens again, connect the account again.",
        )
    over = "invalid_grant" in error
    return sign_in_over(server.service) if over else needs_reconnect(server.service)
