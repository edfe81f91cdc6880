"""A session on an AT Protocol server: opened by an app password, renewed by its refresh token.

Sources: lexicons com.atproto.server.createSession, refreshSession and deleteSession
(github.com/bluesky-social/atproto). An app password is asked for rather than the password
itself: it can't delete the account, and can be taken back by itself. A session whose refresh
token has ended is opened anew with the app password, so nobody has to sign in again for it.
"""

import base64
import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from rightsdesk.platforms.access import Access
from rightsdesk.platforms.account_client import AccountClient
from rightsdesk.platforms.answer import Answer, cleaned, cleaned_details, read_json
from rightsdesk.platforms.clock import Clock
from rightsdesk.platforms.credentials import Credentials
from rightsdesk.platforms.errors import BadAnswer, NeedsReconnect, Refused, SignInOver
from rightsdesk.platforms.http import Client
from rightsdesk.platforms.limits import Limiter
from rightsdesk.platforms.tokens import NO_SESSION, TokenSet, TokenSource, is_token, needs_reconnect

CREATE = "/xrpc/com.atproto.server.createSession"
REFRESH = "/xrpc/com.atproto.server.refreshSession"
DELETE = "/xrpc/com.atproto.server.deleteSession"


def session_client(access: Access, service: str) -> AccountClient:
    """A client for the account that `identifier` and `secret` (an app password) open.

    Raises `NeedsReconnect` where they are missing.
    """
    credentials, clock = access.credentials, access.clock
    if not (credentials.identifier and credentials.secret):
        raise needs_reconnect(service)
    # Servers count by account, not by app.
    limiter = access.limiter(service, credentials.identifier.lower())
    door = _Door(access.endpoints.api, limiter, service, clock)

    def renew(refresh_token: str) -> TokenSet:
        tokens = (
            door.refreshed(refresh_token) if refresh_token != NO_SESSION.refresh_token else None
        )
        return tokens or door.opened(credentials)

    source = TokenSource(
        credentials.tokens or NO_SESSION,
        save=lambda tokens: access.save(replace(credentials, tokens=tokens)),
        renew=renew,
        service=service,
        clock=clock,
    )
    return AccountClient(
        access.endpoints.api,
        limiter=limiter,
        service=service,
        source=source,
        rejected=is_over,
        clock=clock,
    )


def end_session(client: AccountClient) -> None:
    """Delete the session: it takes the refresh token, not the access token."""
    tokens = client.tokens
    if tokens != NO_SESSION:
        door = _Door(client.base_url, client.limiter, client.service, client.clock)
        door.ask(DELETE, tokens.refresh_token)


def is_over(answer: Answer) -> bool:
    """Whether an answer says that the token no longer holds: by 401, or by a word under 400."""
    if answer.status == 400:
        return cleaned_details(answer, ()).get("error") in ("ExpiredToken", "InvalidToken")
    return answer.status == 401


class _Door:
    """The calls by which sessions begin, go on and end; none of them is ever repeated."""

    def __init__(self, base_url: str, limiter: Limiter, service: str, clock: Clock) -> None:
        self._base_url = base_url
        self._limiter = limiter
        self._service = service
        self._clock = clock

    def opened(self, credentials: Credentials) -> TokenSet:
        """A new session. Raises `NeedsReconnect` where the password is not accepted."""
        who = credentials.identifier.strip().removeprefix("@")
        body = {"identifier": who, "password": credentials.secret}
        answer = self.ask(CREATE, body=body)
        if answer.status < 400:
            return self._tokens(answer)
        details = cleaned_details(answer, body.values())
        match details.get("error"):
            case "AccountTakedown":
                raise Refused(f"{self._service} has closed this account.", details=details)
            case "AuthFactorTokenRequired":
                raise NeedsReconnect(
                    f"{self._service} asks for a code that was sent by mail.",
                    advice="Use an app password: it works without one.",
                )
            case "InvalidRequest":
                said = cleaned(details.get("message", ""))
                raise Refused(f"{self._service} refused the sign-in: “{said}”", details=details)
        # Only the password's own refusal is for good; a guard in front may answer 401, too.
        over = details.get("error") == "AuthenticationRequired"
        raise (SignInOver if over else NeedsReconnect)(
            f"{self._service} doesn't accept this handle with this app password.",
            advice="Make a new app password in the account's settings, and connect again.",
        )

    def refreshed(self, refresh_token: str) -> TokenSet | None:
        """The session with new tokens; None where it is over."""
        answer = self.ask(REFRESH, refresh_token)
        return self._tokens(answer) if answer.status < 400 else None

    def ask(self, path: str, token: str = "", body: Any = None) -> Answer:
        """One call with its own token (or none); refusals are for the caller to read."""
        with Client(
            self._base_url,
            limiter=self._limiter,
            service=self._service,
            authorize=_Fixed(token, self._service) if token else None,
            clock=self._clock,
        ) as client:
            return client.request("POST", path, json=body, expect=(400, 401, 403))

    def _tokens(self, answer: Answer) -> TokenSet:
        data = read_json(answer, self._service)
        access, refresh = (
            (data.get("accessJwt"), data.get("refreshJwt")) if isinstance(data, dict) else ("", "")
        )
        if not (is_token(access) and is_token(refresh)):
            raise BadAnswer(f"{self._service} sent no usable sign-in.", advice="Try again later.")
        now = self._clock.now()
        return TokenSet(access, refresh, now, _end(access, now))


class _Fixed:
    """Shows one token, come what may."""

    def __init__(self, token: str, service: str) -> None:
        self._token = token
        self._service = service

    def header(self) -> str:
        """The header for it."""
        return f"Bearer {self._token}"

    def renew(self, rejected: str) -> str:
        """The same."""
        return rejected

    def give_up(self) -> NeedsReconnect:
        """What there is to say then."""
        return needs_reconnect(self._service)


def _end(token: str, now: datetime) -> datetime | None:
    """When a token ends by its own account (RFC 7519, section 4.1.4); None if it doesn't say.

    Only used to renew in time: whether it holds is for the server to judge.
    """
    payload = token.split(".")[1] if token.count(".") == 2 else ""
    try:
        values = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
        life = int(values["exp"]) - int(values["iat"])
    except (ValueError, TypeError, KeyError, OverflowError, RecursionError):
        return None
    return datetime.fromtimestamp(now.timestamp() + life, UTC) if 0 < life < 10**8 else None
