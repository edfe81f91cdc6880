"""Signing in through the browser: OAuth 2 authorization code with PKCE (RFC 7636, RFC 8252).

RightsDesk never sees a password. The person says yes on the platform's own page, the browser
brings a code to `receiver`, and the code is exchanged for tokens, here. Authlib makes the
values that a sign-in rests on; our own client carries them, with its limits.
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

if TYPE_CHECKING:
    from rightsdesk.platforms.sign_in.receiver import Receiver

PATIENCE = 300.0
"""Seconds that a person has for the sign-in page."""

OK = 200
_GLANCE = 0.1  # seconds between two looks at whether the person cancelled


@dataclass(frozen=True, slots=True)
class AuthServer:
    """A platform's authorization server: where to ask, and how it wants its header.

    Some keep to the standard in their own way: `also` are further values for the page,
    `client_id_names` further names under which it wants the client id, and with
    `takes_json` the token endpoint reads JSON rather than a form. `whole_scope` is a scope that
    stands for all others.

    `issuer` is its name in answers (RFC 9207), "" where only its host is known; with
    `sends_issuer` an answer without it is refused. With `any_path` it takes any address on this
    computer, else the registered one only. `apps_url` is where a person registers an app.
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

    SoundCloud gives each person their own. `client_secret` is "" where there is none.
    """

    client_id: str
    redirect_uri: str
    client_secret: str = field(default="", repr=False)


class SignIn:
    """One sign-in under way: open `url` in the browser, then `wait`. Close it in any case."""

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
        """The account's tokens, once the person said yes; not stored anywhere yet.

        Raises `SignInRefused`, `SignInTimedOut`, `SignInCancelled`, `AppRefused`, or what a
        request can raise. Afterwards the sign-in is closed.
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
        """What has to be registered at the platform, for somebody who sees an error there."""
        return to_register(self.server, self.redirect_uri)

    def lacks(self, tokens: TokenSet) -> tuple[str, ...]:
        """The scopes that were asked for and not given (RFC 6749, section 3.3)."""
        return missing(self.server, tokens.scope)

    def take(self, address: str) -> bool:
        """Take the answer from the address that the browser was sent to, where that browser is
        on another computer; whether it is one of this sign-in."""
        parts = urlsplit(address.strip())
        target = parts._replace(scheme="", netloc="", fragment="").geturl()
        status, _ = self._receiver.take(target, parts.netloc)
        if status == OK:
            self._receiver.arrived.set()
        return status == OK

    def _check_issuer(self, answer: Mapping[str, str]) -> None:
        """RFC 9207, section 2.4: the answer has to come from the server that was asked.

        Where its name is not known, its host is (the mix-up attack needs another one).
        """
        server, named = self.server, answer.get("iss")
        if named is None:
            right = not server.sends_issuer
        elif server.issuer:
            right = named == server.issuer
        else:
            right = _same_host(named, server.authorize_url)
        if not right:
            raise SignInRefused(
                f"The answer in the browser did not come from {server.service}.",
                advice="Close the page, and start the sign-in again from RightsDesk. If it "
                "stays, check the address of the service.",
                untouched="Nothing was sent there, and nothing changed.",
            )

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
                    advice=f"Start again when you have a minute for it. {self.to_register}",
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
    redirect_uri = app.redirect_uri
    if server.any_path:
        # RFC 9700, section 4.4.2: an answer meant for another sign-in finds nobody here.
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


def missing(server: AuthServer, granted: str) -> tuple[str, ...]:
    """The scopes of a server that are not among the granted ones; "": all were given."""
    given = set(granted.replace(",", " ").split())
    if not given or server.whole_scope in given:
        return ()
    return tuple(scope for scope in server.scope.split() if scope not in given)


def to_register(server: AuthServer, redirect_uri: str) -> str:
    """What has to be registered at the platform, for somebody whom its page shows an error."""
    where = f" at {server.apps_url}" if server.apps_url else ""
    if server.any_path:
        return (
            f"If the page shows an error, check the client id, and that your app{where} is of "
            "the kind that the steps name: it then takes any address on this computer."
        )
    return (
        f"If the page shows an error, check the client id, and register exactly {redirect_uri} "
        f"as the redirect address of your app{where}."
    )


def _refusal(answer: Mapping[str, Any], server: AuthServer, redirect_uri: str) -> PlatformError:
    """The error for an answer without a code (RFC 6749, section 4.1.2.1)."""
    error = str(answer.get("error", ""))
    if error == "access_denied":
        return SignInRefused("You chose not to allow it.", untouched="Nothing changed.")
    if error in ("unauthorized_client", "invalid_client"):
        return client_id_refused(server, redirect_uri)
    if error in ("server_error", "temporarily_unavailable"):
        return ServerTrouble(
            f"{server.service} has a problem on its side and did not finish the sign-in.",
            advice="Try again later.",
            untouched="Nothing changed.",
        )
    said = cleaned(str(answer.get("error_description") or error))
    return SignInRefused(
        f"{server.service} did not allow the sign-in" + (f": “{said}”." if said else "."),
        advice=to_register(server, redirect_uri),
        untouched="Nothing changed.",
    )


def client_id_refused(server: AuthServer, redirect_uri: str) -> AppRefused:
    """The error for a client id that the platform doesn't know."""
    where = f" ({server.apps_url})" if server.apps_url else ""
    also = "" if server.any_path else f" Its redirect address has to be {redirect_uri}."
    return AppRefused(
        f"{server.service} doesn't accept the client id.",
        advice=f"Compare it with the one on your app's page there{where}.{also}",
        untouched="Nothing changed.",
    )


def redirect_refused(server: AuthServer, redirect_uri: str) -> RedirectRefused:
    """The error for a redirect address that is not registered."""
    where = f" at {server.apps_url}" if server.apps_url else ""
    advice = f"Register exactly {redirect_uri} as the redirect address of your app{where}."
    if server.any_path:
        advice = (
            f"Make an app{where} of the kind that the steps name: it takes any address on this "
            "computer."
        )
    return RedirectRefused(
        f"{server.service} doesn't accept the redirect address {redirect_uri}.",
        advice=f"{advice} Then try again.",
        untouched="Nothing changed.",
    )


def _same_host(issuer: str, address: str) -> bool:
    try:
        return origin_of(issuer) == origin_of(address)
    except PlatformError:
        return False


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
