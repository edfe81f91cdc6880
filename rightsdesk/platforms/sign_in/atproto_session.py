"""A session on an AT Protocol server: opened with an app password, renewed by refresh token.

Sources: lexicons com.atproto.server.createSession, refreshSession and deleteSession
(github.com/bluesky-social/atproto). We ask for an app password, not for the main password: it can't
delete the account and can be revoked alone. When a refresh token ends, the app password opens a new
session without the person. Once the DID is known, it is used to sign in: handles change. An app
password is deleted only if the server has the account and refuses the password.
"""

import base64
import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from rightsdesk.clock import Clock
from rightsdesk.platforms.http.address import origin_of, shareable
from rightsdesk.platforms.http.answer import Answer, cleaned, cleaned_details, read_json
from rightsdesk.platforms.http.client import Client
from rightsdesk.platforms.http.errors import (
    AccountAway,
    BadAnswer,
    NeedsReconnect,
    Refused,
    SignInOver,
)
from rightsdesk.platforms.http.limits import Limiter
from rightsdesk.platforms.sign_in.access import Access
from rightsdesk.platforms.sign_in.account_client import AccountClient
from rightsdesk.platforms.sign_in.credentials import Credentials
from rightsdesk.platforms.sign_in.tokens import (
    NO_SESSION,
    TokenSet,
    TokenSource,
    is_token,
    needs_reconnect,
)
from rightsdesk.sentences import worded

CREATE = "/xrpc/com.atproto.server.createSession"
REFRESH = "/xrpc/com.atproto.server.refreshSession"
DELETE = "/xrpc/com.atproto.server.deleteSession"
DESCRIBE = "/xrpc/com.atproto.repo.describeRepo"


def session_client(access: Access, service: str) -> AccountClient:
    """Return a client for the account of `identifier` and `secret` (an app password).

    Raises `NeedsReconnect` if they are missing.
    """
    credentials, clock = access.credentials, access.clock
    did = access.remote_id if access.remote_id.startswith("did:") else ""
    if not ((credentials.identifier or did) and credentials.secret):
        raise needs_reconnect(service)
    # Servers count by account, not by app.
    limiter = access.limiter(service, did or credentials.identifier.lower())
    sessions = _SessionCalls(access.endpoints.api, limiter, service, clock)

    def renew(refresh_token: str) -> TokenSet:
        tokens = (
            sessions.refreshed(refresh_token) if refresh_token != NO_SESSION.refresh_token else None
        )
        return tokens or sessions.opened(access.latest, did)

    source = TokenSource(
        credentials.tokens or NO_SESSION,
        save=lambda tokens: access.save(replace(access.latest, tokens=tokens)),
        renew=renew,
        service=service,
        clock=clock,
        alone=access.renewal.alone,
        stored=access.latest_tokens,
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
    """Delete the session. This takes the refresh token, not the access token."""
    tokens = client.tokens
    if tokens != NO_SESSION:
        sessions = _SessionCalls(client.base_url, client.limiter, client.service, client.clock)
        sessions.ask(DELETE, tokens.refresh_token)


def is_over(answer: Answer) -> bool:
    """Whether an answer says that the token expired: 401, or an error name with status 400."""
    if answer.status == 400:
        return cleaned_details(answer, ()).get("error") in ("ExpiredToken", "InvalidToken")
    return answer.status == 401


def check_active(session: Any, service: str, server: str) -> None:
    """Raise `AccountAway` if a session's account is not active on this server.

    Source: com.atproto.server.getSession (`active`, `status`, `didDoc`).
    """
    if not isinstance(session, dict) or session.get("active", True) is not False:
        return
    status = session.get("status")
    home = _home(session.get("didDoc"))
    if status == "deactivated" and home and origin_of(home) != origin_of(server):
        raise AccountAway(
            worded(
                "This {service} account has moved to another server ({home}).",
                service=service,
                home=home,
            ),
            advice=worded(
                "Connect it there: add it with the address {home} and an app password that "
                "was made there. Then remove this one.",
                home=home,
            ),
            untouched="The app password was kept.",
        )
    errors = {"takendown": "AccountTakedown", "suspended": "AccountSuspended"}
    error = errors.get(str(status), "AccountDeactivated")
    raise away_by(error, service) or not_here(service)


def away_by(error: str, service: str) -> AccountAway | None:
    """Return the error for a server's error name about an inactive account; None for others."""
    match error:
        case "AccountTakedown" | "RepoTakendown":
            sentence, advice = (
                worded("{service} has closed this account.", service=service),
                worded("Ask {service} for the reason.", service=service),
            )
        case "AccountSuspended" | "RepoSuspended":
            sentence, advice = (
                worded("{service} has suspended this account.", service=service),
                worded("Ask {service} for how long.", service=service),
            )
        case "AccountDeactivated" | "RepoDeactivated":
            sentence = worded(
                "This account is deactivated on its {service} server.", service=service
            )
            advice = (
                "If it was moved to another server, add it with that server's address. Otherwise "
                "reactivate it in the account's settings, then check it again."
            )
        case "RepoNotFound" | "AccountNotFound":
            return not_here(service)
        case _:
            return None
    return AccountAway(sentence, advice=advice, untouched="The app password was kept.")


def not_here(service: str) -> AccountAway:
    """Return the error for an account that a server does not have."""
    return AccountAway(
        worded("This {service} server does not have this account any more.", service=service),
        advice="If it was moved to another server, add it with that server's address.",
        untouched="The app password was kept.",
    )


def _home(document: Any) -> str:
    """Return the server named in a DID document (atproto.com/specs/did); "" if none."""
    services = document.get("service") if isinstance(document, dict) else None
    for entry in services if isinstance(services, list) else []:
        if isinstance(entry, dict) and str(entry.get("id", "")).endswith("#atproto_pds"):
            return shareable(entry.get("serviceEndpoint"))
    return ""


class _SessionCalls:
    """The calls that open, renew and delete sessions. None is ever retried."""

    def __init__(self, base_url: str, limiter: Limiter, service: str, clock: Clock) -> None:
        self._base_url = base_url
        self._limiter = limiter
        self._service = service
        self._clock = clock

    def opened(self, credentials: Credentials, did: str) -> TokenSet:
        """Open a new session, by the DID if it is known.

        - Raises `SignInOver` if the server has this account and refuses the password.
        - Raises `AccountAway` if the account is not active there.
        - Raises `NeedsReconnect` if the handle may be wrong, too.
        """
        name = did or credentials.identifier.strip().removeprefix("@")
        body = {"identifier": name, "password": credentials.secret}
        answer = self.ask(CREATE, body=body)
        if answer.status < 400:
            check_active(read_json(answer, self._service), self._service, self._base_url)
            return self._tokens(answer)
        details = cleaned_details(answer, [credentials.secret])
        error = details.get("error", "")
        if away := away_by(error, self._service):
            raise away
        if error == "AuthFactorTokenRequired":
            raise NeedsReconnect(
                worded("{service} asks for a code that was sent by mail.", service=self._service),
                advice="Use an app password: it works without one.",
            )
        if error == "InvalidRequest":
            reason = cleaned(details.get("message", ""))
            raise Refused(
                worded(
                    "{service} refused the sign-in: “{reason}”",
                    service=self._service,
                    reason=reason,
                ),
                details=details,
            )
        # Only the server's own refusal is final. A proxy in front of it may answer 401, too.
        if error == "AuthenticationRequired" and did and self._has(did):
            raise SignInOver(
                worded(
                    "{service} doesn't accept the app password of this account any more.",
                    service=self._service,
                ),
                advice="Make a new app password in the account's settings, and connect again.",
            )
        raise NeedsReconnect(
            worded(
                "{service} doesn't accept this handle with this app password.",
                service=self._service,
            ),
            advice="The handle may have changed: check the account's settings. If it is "
            "right, make a new app password there, and connect again.",
        )

    def _has(self, did: str) -> bool:
        """Whether the server has this account and it is active. Raises `AccountAway`."""
        with self._client("") as client:
            answer = client.request("GET", DESCRIBE, params={"repo": did}, expect=(400, 404))
        if answer.status < 400:
            found = read_json(answer, self._service)
            return isinstance(found, dict) and found.get("did") == did
        details = cleaned_details(answer, ())
        if away := away_by(details.get("error", ""), self._service):
            raise away
        # The reference server has no error name for this.
        if "could not find" in details.get("message", "").lower():
            raise not_here(self._service)
        return False

    def refreshed(self, refresh_token: str) -> TokenSet | None:
        """Return the session with new tokens; None if it has ended. Raises `AccountAway`."""
        answer = self.ask(REFRESH, refresh_token)
        if answer.status < 400:
            return self._tokens(answer)
        if away := away_by(cleaned_details(answer, ()).get("error", ""), self._service):
            raise away
        return None

    def ask(self, path: str, token: str = "", body: Any = None) -> Answer:
        """Send one request with its own token (or none). The caller reads refusals."""
        with self._client(token) as client:
            return client.request("POST", path, json=body, expect=(400, 401, 403))

    def _client(self, token: str) -> Client:
        return Client(
            self._base_url,
            limiter=self._limiter,
            service=self._service,
            authorize=_Fixed(token, self._service) if token else None,
            clock=self._clock,
        )

    def _tokens(self, answer: Answer) -> TokenSet:
        data = read_json(answer, self._service)
        access, refresh = (
            (data.get("accessJwt"), data.get("refreshJwt")) if isinstance(data, dict) else ("", "")
        )
        if not (is_token(access) and is_token(refresh)):
            raise BadAnswer(
                worded("{service} sent no usable sign-in.", service=self._service),
                advice="Try again later.",
            )
        now = self._clock.now()
        return TokenSet(access, refresh, now, _end(access, now))


class _Fixed:
    """An authorizer that always sends the same token."""

    def __init__(self, token: str, service: str) -> None:
        self._token = token
        self._service = service

    def header(self) -> str:
        """Return the header with the token."""
        return f"Bearer {self._token}"

    def renew(self, rejected: str) -> str:
        """Return the same header: there is nothing to renew."""
        return rejected

    def give_up(self) -> NeedsReconnect:
        """Return the error to raise."""
        return needs_reconnect(self._service)


def _end(token: str, now: datetime) -> datetime | None:
    """Return when a token expires by its own claim (RFC 7519, section 4.1.4), or None.

    It is only used to renew in time; the server decides whether the token is valid.
    """
    payload = token.split(".")[1] if token.count(".") == 2 else ""
    try:
        values = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
        life = int(values["exp"]) - int(values["iat"])
    except (ValueError, TypeError, KeyError, OverflowError, RecursionError):
        return None
    return datetime.fromtimestamp(now.timestamp() + life, UTC) if 0 < life < 10**8 else None
