"""A session on a PeerTube server: opened by a password once, renewed by its refresh token.

Source: PeerTube's REST API reference, `/oauth-clients/local` and `/users/token` (and its
code: server/core/lib/auth/oauth.ts). Every server has one client id and secret of its own,
which it tells anybody. The password is not kept: once there is a session, only its tokens
are, and a refresh token (two weeks, unless the server says otherwise) is used up by renewing.
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

LOCAL_CLIENT = "/api/v1/oauth-clients/local"
TOKEN = "/api/v1/users/token"

PER_SECOND = 5.0
"""PeerTube's own default: 50 calls in 10 seconds from one address."""


def session_client(access: Access, service: str) -> AccountClient:
    """A client for the account that `identifier` and `secret` (its password) open.

    What is saved once there is a session has no password. Raises `NeedsReconnect` where
    there is neither a session nor a password.
    """
    base_url, credentials, clock = access.endpoints.api, access.credentials, access.clock
    if credentials.tokens is None and not (credentials.identifier and credentials.secret):
        raise needs_reconnect(service)
    limiter = access.limiter(service, "", per_second=PER_SECOND)

    def renew(refresh_token: str) -> TokenSet:
        with Client(base_url, limiter=limiter, service=service, clock=clock) as door:
            if refresh_token == NO_SESSION.refresh_token:
                latest = access.latest
                words = {"username": latest.identifier, "password": latest.secret}
                return _asked(door, {"grant_type": "password", **words}, _not_opened)
            form = {"grant_type": "refresh_token", "refresh_token": refresh_token}
            return _asked(door, form, _not_renewed)

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


def _asked(
    door: Client, form: dict[str, str], refused: Callable[[str, str], PlatformError]
) -> TokenSet:
    """Ask the token endpoint, with the server's own client; never repeated."""
    told = door.request("GET", LOCAL_CLIENT, expect=(401, 403, 404))  # another kind of server
    local = read_json(told, door.service) if told.status < 400 else {}
    names = ("client_id", "client_secret")
    known = {name: local.get(name) for name in names} if isinstance(local, dict) else {}
    texts = {name: text for name, text in known.items() if isinstance(text, str) and text}
    if len(texts) < len(names):
        raise BadAnswer(
            f"This address is no {door.service} server, or an odd one.",
            advice="Check the server's address: it is what stands before /videos.",
        )
    answer = door.request("POST", TOKEN, form={**texts, **form}, expect=(400, 401))
    if answer.status >= 400:
        raise refused(door.service, _word(answer, form))
    tokens = read_json(answer, door.service)
    return TokenSet.from_answer(tokens, service=door.service, now=door.clock.now())


def _word(answer: Answer, form: dict[str, str]) -> str:
    """What a problem says of its cause: `type` is an address that ends in the word, `code` it."""
    details = cleaned_details(answer, form.values())
    return f"{details.get('type', '')} {details.get('code', '')} {details.get('error', '')}"


def _not_opened(service: str, word: str) -> PlatformError:
    if "missing_two_factor" in word:
        return NeedsReconnect(
            f"This {service} account asks for a code at sign-in, which RightsDesk can't give.",
            advice="Use an account of its own for this, without the second step.",
        )
    if "account_waiting_for_approval" in word or "account_approval_rejected" in word:
        return NeedsReconnect(f"The {service} server has not approved this account.")
    return NeedsReconnect(
        f"{service} doesn't accept this user name with this password.",
        advice="Type both again, and connect the account once more.",
    )


def _not_renewed(service: str, word: str) -> PlatformError:
    return sign_in_over(service) if "invalid_grant" in word else needs_reconnect(service)
