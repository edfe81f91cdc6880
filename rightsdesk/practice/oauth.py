"""An authorization server with the platforms' rules: PKCE, single-use codes and tokens.

RFC 6749, 7636 and 8252. Single-use refresh tokens are SoundCloud's own rule.
"""

import base64
import hashlib
import hmac
import secrets
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from html import escape
from urllib.parse import parse_qsl, urlencode, urlsplit

from rightsdesk.practice.http import Reply, Request

LIFE = 3599
"""Lifetime of an access token in seconds, as in SoundCloud."""

_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{title}</title>
<meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark">
</head><body style="font-family: system-ui, sans-serif; max-width: 32em; margin: 4em auto">
<h1>{title}</h1>{body}</body></html>
"""


@dataclass(frozen=True, slots=True)
class _Grant:
    """The sign-in behind a code until it is exchanged."""

    account: str
    redirect_uri: str
    challenge: str


@dataclass(slots=True)
class AuthorizationServer:
    """Signs accounts in and knows the account of each token.

    `redirect_uris` are the registered ones, compared exactly; None accepts any on this computer.
    With `auto_approve` there is no page: the account `signed_in_as` (the first one if "") agrees at
    once.
    """

    service: str
    accounts: Sequence[str]
    client_id: str
    client_secret: str = ""
    redirect_uris: Sequence[str] | None = None
    auto_approve: bool = False
    signed_in_as: str = ""
    now: Callable[[], float] = time.time
    token_prefix: str = "practice"
    rotates: bool = True
    """Whether a refresh token works once and is replaced (not so at Google)."""
    scope: str = ""
    issuer: str = ""
    """Its name, which answers in the browser then carry (RFC 9207)."""
    revokes_all: bool = False
    """Whether a revoked token ends all sessions of the account (so at Google)."""
    issued: set[str] = field(default_factory=set, repr=False)
    """Every secret issued, so that a test can search for one where it must not be."""
    _codes: dict[str, _Grant] = field(default_factory=dict, repr=False)
    _refreshable: dict[str, str] = field(default_factory=dict, repr=False)
    _sessions: dict[str, tuple[str, float]] = field(default_factory=dict, repr=False)
    _grants: dict[str, int] = field(default_factory=dict, repr=False)
    _grant_count: int = 0

    def authorize(self, request: Request) -> Reply:
        """The page that asks the artist; `account` and `answer` in the query are the click."""
        query = request.query
        if query.get("client_id") != self.client_id:
            return self._problem("This client id is not known here.")
        if not self._is_registered(query.get("redirect_uri", "")):
            return self._problem("This redirect address is not registered for the app.")
        if query.get("response_type") != "code":
            return self._back(query, error="unsupported_response_type")
        if query.get("code_challenge_method") != "S256" or not query.get("code_challenge"):
            return self._back(query, error="invalid_request", error_description="PKCE is needed")
        account = query.get("account", "")
        if not account and self.auto_approve:
            account = self.signed_in_as or self.accounts[0]
        if query.get("answer") == "deny":
            return self._back(query, error="access_denied", error_description="They said no")
        if account not in self.accounts:
            return Reply.of_html(self._question(request))
        code = self._secret("code")
        self._codes[code] = _Grant(account, query["redirect_uri"], query["code_challenge"])
        return self._back(query, code=code)

    def token(self, form: dict[str, str]) -> tuple[int, dict[str, str | int]]:
        """Status and answer of the token endpoint; `{"error": CODE}` if it refuses."""
        if form.get("client_id") != self.client_id or not hmac.compare_digest(
            form.get("client_secret", "").encode() if self.client_secret else b"",
            self.client_secret.encode(),
        ):
            return 401, {"error": "invalid_client"}
        match form.get("grant_type"):
            case "authorization_code":
                # Used up by the attempt, right or wrong (RFC 6749, section 4.1.2).
                grant = self._codes.pop(form.get("code", ""), None)
                if grant is None or not _fits(grant, form):
                    return 400, {"error": "invalid_grant"}
                return 200, self._tokens(grant.account)
            case "refresh_token":
                account = self._refreshable.get(form.get("refresh_token", ""))
                if account is None:
                    return 400, {"error": "invalid_grant"}
                if not self.rotates:
                    return 200, self._access(account, self._grants[form["refresh_token"]])
                del self._refreshable[form["refresh_token"]]
                return 200, self._tokens(account, self._grants[form["refresh_token"]])
            case _:
                return 400, {"error": "unsupported_grant"}

    def account_of(self, authorization: str, scheme: str) -> str | None:
        """The account of a header's valid token; None for any other header."""
        shown, _, token = authorization.partition(" ")
        account, end = self._sessions.get(token, ("", 0.0))
        return account if shown == scheme and self.now() < end else None

    def sign_in(self, account: str) -> dict[str, str | int]:
        """Tokens for an account without any page, in the format of the token endpoint."""
        return self._tokens(account)

    def sign_out(self, account: str) -> None:
        """End all sessions of an account, including refresh tokens."""
        self.expire(account)
        self._refreshable = {t: name for t, name in self._refreshable.items() if name != account}

    def expire(self, account: str) -> None:
        """Expire an account's access tokens now."""
        self._sessions = {t: s for t, s in self._sessions.items() if s[0] != account}

    def revoke(self, token: str) -> bool:
        """End the sign-in of a token (RFC 7009); returns whether there was one."""
        account = self._refreshable.get(token) or self._sessions.get(token, ("", 0.0))[0]
        if not account:
            return False
        if self.revokes_all:
            self.sign_out(account)
            return True
        of = self._grants
        ended = {token_of_grant for token_of_grant, grant in of.items() if grant == of[token]}
        self._refreshable = {t: name for t, name in self._refreshable.items() if t not in ended}
        self._sessions = {
            t: token_of_grant for t, token_of_grant in self._sessions.items() if t not in ended
        }
        return True

    def _tokens(self, account: str, grant: int = 0) -> dict[str, str | int]:
        if not grant:
            self._grant_count = grant = self._grant_count + 1
        renewal = self._secret("refresh")
        self._refreshable[renewal], self._grants[renewal] = account, grant
        return {**self._access(account, grant), "refresh_token": renewal}

    def _access(self, account: str, grant: int) -> dict[str, str | int]:
        access = self._secret("access")
        self._sessions[access] = (account, self.now() + LIFE)
        self._grants[access] = grant
        return {
            "access_token": access,
            "expires_in": LIFE,
            "scope": self.scope,
            "token_type": "bearer",
        }

    def _secret(self, kind: str) -> str:
        secret = f"{self.token_prefix}-{kind}-{secrets.token_urlsafe(24)}"
        self.issued.add(secret)
        return secret

    def _is_registered(self, redirect_uri: str) -> bool:
        if self.redirect_uris is not None:
            return redirect_uri in self.redirect_uris
        parts = urlsplit(redirect_uri)
        return parts.scheme == "http" and parts.hostname in ("127.0.0.1", "::1")

    def _back(self, query: dict[str, str], **values: str) -> Reply:
        """Redirect the browser back to the app."""
        if "state" in query:
            values["state"] = query["state"]
        if self.issuer:
            values["iss"] = self.issuer
        parts = urlsplit(query["redirect_uri"])
        pairs = [*parse_qsl(parts.query), *values.items()]
        return Reply.redirect(parts._replace(query=urlencode(pairs)).geturl())

    def _question(self, request: Request) -> str:
        def link(text: str, **more: str) -> str:
            target = f"{request.path}?{urlencode({**request.query, **more})}"
            return f'<p><a href="{escape(target)}">{escape(text)}</a></p>'

        question = "<p>RightsDesk wants to read your tracks and to change their tags and texts.</p>"
        allow = [link(f"Allow, as {name}", account=name, answer="allow") for name in self.accounts]
        note = "<p>This is a practice server on your own computer. Nothing leaves it.</p>"
        body = question + "".join(allow) + link("No, thanks", answer="deny") + note
        return _PAGE.format(title=escape(f"Practice {self.service}"), body=body)

    def _problem(self, text: str) -> Reply:
        body = f"<p>{escape(text)}</p>"
        return Reply.of_html(_PAGE.format(title=escape(self.service), body=body), 400)


def _fits(grant: _Grant, form: dict[str, str]) -> bool:
    """Whether the redirect address is the same and the verifier matches (RFC 7636, 4.6)."""
    digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
    challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
    return form.get("redirect_uri") == grant.redirect_uri and hmac.compare_digest(
        challenge, grant.challenge
    )
