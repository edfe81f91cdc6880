"""A session on a PeerTube server: opened once with a password, renewed by refresh token.

Source: PeerTube's REST API reference, `/oauth-clients/local` and `/users/token` (and its code:
server/core/lib/auth/oauth.ts). Every server has a public client id and secret of its own. The
password is not kept: once there is a session, only its tokens are stored. A refresh token (two
weeks, unless the server configures otherwise) can be used once.
"""

from collections.abc import Callable
from dataclasses import replace

from rightsdesk.platforms.http.answer import Answer, cleaned_details, read_json
from rightsdesk.platforms.http.client import Client
from rightsdesk.platforms.http.errors import BadAnswer, NeedsReconnect, PlatformError
from rightsdesk.platforms.sign_in.access import Access
from rightsdesk.platforms.sign_in.account_client import AccountClient
from rightsdesk.platforms.sign_in.tokens import (
    NO_SESSION,
    TokenSet,
    TokenSource,
    needs_reconnect,
    sign_in_over,
)
from rightsdesk.sentences import worded

LOCAL_CLIENT = "/api/v1/oauth-clients/local"
TOKEN = "/api/v1/users/token"

PER_SECOND = 5.0
"""PeerTube's own default: 50 calls in 10 seconds from one address."""


def session_client(access: Access, service: str) -> AccountClient:
    """Return a client for the account of `identifier` and `secret` (its password).

    Once there is a session, no password is saved. Raises `NeedsReconnect` if there is neither a
    session nor a password.
    """
    base_url, credentials, clock = access.endpoints.api, access.credentials, access.clock
    if credentials.tokens is None and not (credentials.identifier and credentials.secret):
        raise needs_reconnect(service)
    limiter = access.limiter(service, "", per_second=PER_SECOND)

    def renew(refresh_token: str) -> TokenSet:
        with Client(base_url, limiter=limiter, service=service, clock=clock) as client:
            if refresh_token == NO_SESSION.refresh_token:
                latest = access.latest
                login = {"username": latest.identifier, "password": latest.secret}
                return _request_tokens(client, {"grant_type": "password", **login}, _not_opened)
            form = {"grant_type": "refresh_token", "refresh_token": refresh_token}
            return _request_tokens(client, form, _not_renewed)

    source = TokenSource(
        credentials.tokens or NO_SESSION,
        save=lambda tokens: access.save(replace(access.latest, secret="", tokens=tokens)),
        renew=renew,
        service=service,
        clock=clock,
        alone=access.renewal.alone,
        stored=access.latest_tokens,
    )
    return AccountClient(base_url, limiter=limiter, service=service, source=source, clock=clock)


def _request_tokens(
    client: Client, form: dict[str, str], refused: Callable[[str, str], PlatformError]
) -> TokenSet:
    """Request tokens with the server's own client. Never retried."""
    # Other kinds of servers answer 401, 403 or 404.
    local_answer = client.request("GET", LOCAL_CLIENT, expect=(401, 403, 404))
    local = read_json(local_answer, client.service) if local_answer.status < 400 else {}
    names = ("client_id", "client_secret")
    values = {name: local.get(name) for name in names} if isinstance(local, dict) else {}
    texts = {name: text for name, text in values.items() if isinstance(text, str) and text}
    if len(texts) < len(names):
        raise BadAnswer(
            worded(
                "The server at this address does not answer like {service}.", service=client.service
            ),
            advice="Check the server's address: it is the part before /videos.",
        )
    answer = client.request("POST", TOKEN, form={**texts, **form}, expect=(400, 401))
    if answer.status >= 400:
        raise refused(client.service, _error_names(answer, form))
    tokens = read_json(answer, client.service)
    return TokenSet.from_answer(tokens, service=client.service, now=client.clock.now())


def _error_names(answer: Answer, form: dict[str, str]) -> str:
    """Return an error's names: `type` is an address that ends in the name, `code` is the name."""
    details = cleaned_details(answer, form.values())
    return f"{details.get('type', '')} {details.get('code', '')} {details.get('error', '')}"


def _not_opened(service: str, error: str) -> PlatformError:
    if "missing_two_factor" in error:
        return NeedsReconnect(
            worded(
                "This {service} account asks for a code at sign-in, which RightsDesk can't enter.",
                service=service,
            ),
            advice="Use a separate account without two-factor sign-in for this.",
        )
    if "account_waiting_for_approval" in error or "account_approval_rejected" in error:
        return NeedsReconnect(
            worded("The {service} server has not approved this account.", service=service)
        )
    return NeedsReconnect(
        worded("{service} doesn't accept this user name with this password.", service=service),
        advice="Enter both again, and connect the account once more.",
    )


def _not_renewed(service: str, error: str) -> PlatformError:
    return sign_in_over(service) if "invalid_grant" in error else needs_reconnect(service)
