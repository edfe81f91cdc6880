"""Signing in through the browser: OAuth 2 authorization code with PKCE (RFC 7636, RFC 8252).

RightsDesk never sees a password. The person says yes on the platform's own page, the browser
brings a code to `receiver`, and the code is exchanged for tokens, here. Authlib makes the
values that a sign-in rests on; our own client carries them, with its limits.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from rightsdesk.platforms.address import origin_of
from rightsdesk.platforms.answer import cleaned_details, read_json
from rightsdesk.platforms.clock import SYSTEM, Clock
from rightsdesk.platforms.errors import (
    AppRefused,
    PlatformError,
    ServerTrouble,
    SignInCancelled,
    SignInRefused,
    SignInTimedOut,
)
from rightsdesk.platforms.http import Client
from rightsdesk.platforms.limits import Limits
from rightsdesk.platforms.receiver import Receiver
from rightsdesk.platforms.tokens import TokenSet, needs_reconnect, sign_in_over

PATIENCE = 300.0
"""Seconds that a person has for the sign-in page."""

_GLANCE = 0.1  # seconds between two looks at whether the person cancelled


@dataclass(frozen=True, slots=True)
class AuthServer:
    """A platform's authorization server: where to ask, and how it wants its header.

    Some keep to the standard in their own way: `also` are further values for the page,
    `client_id_names` further names under which it wants the client id, and with
    `takes_json` the token endpoint reads JSON rather than a form.
    """

    service: str
    authorize_url: str
    token_url: str
    scheme: str = "Bearer"
    scope: str = ""
    also: tuple[tuple[str, str], ...] = ()
    client_id_names: tuple[str, ...] = ()
    takes_json: bool = False


@dataclass(frozen=True, slots=True)
class App:
    """The application that an artist registered at the platform.

    SoundCloud gives each person their own. `client_secret` is "" where there is none.
    """

    client_id: str
    redirect_uri: str
    client_secret: str = field(default="", repr=False)


class SignIn:
    """One sign-in under way: open `url` in the browser, then `wait`. Close it in any case."""

    def __init__(self, url: str, receiver: Receiver, exchange: Callable[[str], TokenSet]) -> None:
        self.url = url
        self.redirect_uri = receiver.redirect_uri
        self._receiver = receiver
        self._exchange = exchange
        self._cancelled = False

    def __enter__(self) -> "SignIn":
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
        """The account's tokens, once the person said yes; not stored anywhere yet.

        Raises `SignInRefused`, `SignInTimedOut`, `SignInCancelled`, `AppRefused`, or what a
        request can raise. Afterwards the sign-in is closed.
        """
        try:
            answer = self._answer(clock.monotonic() + timeout, cancelled, clock)
            if "code" not in answer:
                raise _refusal(answer)
            return self._exchange(answer["code"])
        finally:
            self.close()

    def _answer(self, end: float, cancelled: Callable[[], bool], clock: Clock) -> Mapping[str, str]:
        arrived = False
        while True:
            answer = self._receiver.answer if arrived else None
            if self._cancelled or cancelled() or (arrived and answer is None):
                raise SignInCancelled("The sign-in was stopped.", untouched="Nothing changed.")
            if answer is not None:
                return answer
            left = end - clock.monotonic()
            if left <= 0:
                raise SignInTimedOut(
                    "Nobody answered the sign-in page in time.",
                    advice="Start again when you have a minute for it.",
                    untouched="Nothing changed.",
                )
            arrived = self._receiver.arrived.wait(min(left, _GLANCE))


def begin(server: AuthServer, app: App, *, limits: Limits, clock: Clock = SYSTEM) -> SignIn:
    """Start to listen for the browser and return the sign-in with the address to open.

    Raises `PortTaken` where the redirect address's port is in use, `AddressRefused` for an
    address that can't be used.
    """
    # Slow to import, and only needed where somebody signs in.
    from authlib.common.security import generate_token
    from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
    from authlib.oauth2.rfc7636 import create_s256_code_challenge

    origin_of(server.authorize_url)
    verifier, state = generate_token(64), generate_token(32)
    receiver = Receiver(app.redirect_uri, state=state, service=server.service)

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
    return SignIn(url, receiver, exchange)


def refresh(
    server: AuthServer, app: App, refresh_token: str, *, limits: Limits, clock: Clock = SYSTEM
) -> TokenSet:
    """New tokens for a refresh token, which is used up by this. Asked once, never retried.

    Raises `NeedsReconnect` where the platform no longer accepts it.
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
    """Ask the token endpoint (RFC 6749, section 3.2)."""
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
        # SoundCloud puts the word into `message`, the standard (RFC 6749, 5.2) into `error`.
        word = f"{details.get('error', '')} {details.get('message', '')}"
        raise refused(server, word)
    return TokenSet.from_answer(read_json(answer, server.service), service=server.service, now=now)


def _refusal(answer: Mapping[str, Any]) -> PlatformError:
    """The error for an answer without a code (RFC 6749, section 4.1.2.1)."""
    if answer.get("error") == "access_denied":
        return SignInRefused("You chose not to allow it.", untouched="Nothing changed.")
    return SignInRefused(
        "The platform did not allow the sign-in.",
        advice="Check the client id and the redirect address, then try again.",
        untouched="Nothing changed.",
    )


def _is_about_app(word: str) -> bool:
    return "invalid_client" in word or "unauthorized_client" in word


def _app_refused(server: AuthServer) -> AppRefused:
    return AppRefused(
        f"{server.service} doesn't accept the client id or the client secret.",
        advice=f"Compare them with those on your app's page at {server.service}.",
    )


def _code_refused(server: AuthServer, word: str) -> PlatformError:
    if _is_about_app(word):
        return _app_refused(server)
    return SignInRefused(
        f"{server.service} did not accept the answer from the browser.",
        advice="Start the sign-in again.",
        untouched="Nothing changed.",
    )


def _refresh_refused(server: AuthServer, word: str) -> PlatformError:
    if _is_about_app(word):
        return _app_refused(server)
    if not word.strip():
        # A page of a guard or a proxy: it says nothing about the token.
        return ServerTrouble(
            f"{server.service} did not renew the sign-in, and did not say why.",
            advice="Try again later. If it stays, connect the account again.",
        )
    over = "invalid_grant" in word
    return sign_in_over(server.service) if over else needs_reconnect(server.service)
