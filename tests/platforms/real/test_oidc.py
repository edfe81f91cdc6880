"""A certified OAuth server for our sign-in: a server that this project did not write."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from threading import Thread
from urllib.parse import urljoin

import pytest
import requests

from rightsdesk.platforms.http.client import Client
from rightsdesk.platforms.http.errors import (
    AppRefused,
    NeedsReconnect,
    RedirectRefused,
    SignInRefused,
)
from rightsdesk.platforms.http.limits import Limits
from rightsdesk.platforms.sign_in.oauth import App, AuthServer, SignIn, begin, refresh
from rightsdesk.platforms.sign_in.preflight import check_app
from rightsdesk.platforms.sign_in.tokens import TokenSet, TokenSource
from tests.platforms.connected import FREE_PORT, raises
from tests.platforms.real.npm_server import npm_server

pytestmark = pytest.mark.slow

APP = App("rightsdesk-test", FREE_PORT, "a-secret-of-the-app")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AuthServer]:
    log = tmp_path_factory.mktemp("oidc") / "log.txt"
    # RFC 8252, section 7.3: an app on this computer registers no port.
    arguments = (APP.client_id, APP.client_secret, "http://127.0.0.1/callback")
    with npm_server("oidc", log, *arguments) as addresses:
        issuer = addresses["issuer"]
        yield AuthServer(
            service="The server",
            authorize_url=f"{issuer}/auth",
            token_url=f"{issuer}/token",
            scope="openid tracks",
        )


class Visitor:
    """A person on the server's pages: signs in as `name`, then allows or cancels."""

    def __init__(self, name: str, *, allows: bool = True) -> None:
        self._name = name
        self._allows = allows

    def open(self, url: str) -> Thread:
        thread = Thread(target=self._visit, args=(url,), name="visitor")
        thread.start()
        return thread

    def _visit(self, url: str) -> None:
        with requests.Session() as session:
            session.trust_env = False
            page = session.get(url, timeout=30)
            while "/interaction/" in page.url:
                if not self._allows:
                    link = re.search(r'href="([^"]+/abort)"', page.text)
                    assert link
                    page = session.get(urljoin(page.url, link[1]), timeout=30)
                    continue
                action = re.search(r'action="([^"]+)"', page.text)
                prompt = re.search(r'name="prompt" value="(\w+)"', page.text)
                assert action
                assert prompt
                form = {"prompt": prompt[1], "login": self._name, "password": "any"}
                page = session.post(urljoin(page.url, action[1]), data=form, timeout=30)


def signed_in(server: AuthServer, app: App = APP, *, allows: bool = True) -> TokenSet:
    with begin(server, app, limits=Limits()) as sign_in:
        visitor = Visitor("mara", allows=allows).open(sign_in.url)
        try:
            return sign_in.wait(30)
        finally:
            visitor.join()


def who(server: AuthServer, source: TokenSource) -> str:
    base = server.token_url.removesuffix("/token")
    limiter = Limits().of(service="The server", host=base, client_id=APP.client_id)
    with Client(base, limiter=limiter, service="The server", authorize=source) as client:
        return str(client.get("/me")["sub"])


def source(server: AuthServer, tokens: TokenSet, saved: list[TokenSet]) -> TokenSource:
    return TokenSource(
        tokens,
        save=saved.append,
        renew=lambda token: refresh(server, APP, token, limits=Limits()),
        service="The server",
    )


def test_a_sign_in_gives_tokens_that_open_the_account(server: AuthServer) -> None:
    tokens = signed_in(server)
    assert tokens.expires_at is not None
    assert tokens.issued_at is not None
    assert tokens.expires_at - tokens.issued_at == timedelta(hours=1)
    assert who(server, source(server, tokens, [])) == "mara"


def test_a_refresh_replaces_both_tokens_and_ends_the_old_token(server: AuthServer) -> None:
    first = signed_in(server)
    second = refresh(server, APP, first.refresh_token, limits=Limits())
    assert second.refresh_token not in ("", first.refresh_token)
    assert second.access_token != first.access_token
    secrets = {first.refresh_token, second.refresh_token, APP.client_secret}
    with raises(NeedsReconnect, secrets):
        refresh(server, APP, first.refresh_token, limits=Limits())
    # RFC 9700, section 4.14.2: a refresh token used twice counts as stolen, and the whole grant
    # ends.
    with raises(NeedsReconnect, secrets):
        refresh(server, APP, second.refresh_token, limits=Limits())


def test_a_token_about_to_end_is_renewed_and_saved_before_it_is_used(server: AuthServer) -> None:
    tokens = signed_in(server)
    assert tokens.issued_at is not None
    saved: list[TokenSet] = []
    due = replace(tokens, access_token="ended", expires_at=tokens.issued_at)
    account = source(server, due, saved)
    assert who(server, account) == "mara"
    assert [kept.access_token for kept in saved] == [account.tokens.access_token]


def test_a_rejected_token_is_renewed_once(server: AuthServer) -> None:
    tokens = signed_in(server)
    saved: list[TokenSet] = []
    assert who(server, source(server, replace(tokens, access_token="made-up"), saved)) == "mara"
    assert len(saved) == 1


def test_a_revoked_sign_in_needs_a_person(server: AuthServer) -> None:
    tokens = signed_in(server)
    with requests.Session() as session:
        session.trust_env = False
        form = {"token": tokens.refresh_token, "client_id": APP.client_id}
        form["client_secret"] = APP.client_secret
        session.post(f"{server.token_url}/revocation", data=form, timeout=30).raise_for_status()
    account = source(server, replace(tokens, access_token="ended"), [])
    for _ in range(2):
        with raises(NeedsReconnect, {tokens.refresh_token}):
            account.renew("Bearer ended")


def test_a_refusal_is_reported_as_a_refusal(server: AuthServer) -> None:
    with pytest.raises(SignInRefused, match="chose not to"):
        signed_in(server, allows=False)


def test_a_wrong_client_secret_has_its_own_error(server: AuthServer) -> None:
    wrong = replace(APP, client_secret="another-secret")
    with raises(AppRefused, {"another-secret"}):
        signed_in(server, wrong)


def test_a_code_without_its_verifier_is_useless(server: AuthServer) -> None:
    """The purpose of PKCE: a stolen code can't be used."""
    codes: list[str] = []

    def catch(code: str) -> TokenSet:
        codes.append(code)
        raise SignInRefused("caught")

    with begin(server, APP, limits=Limits()) as real:
        caught = SignIn(server, real.url, real._receiver, catch)
        visitor = Visitor("mara").open(real.url)
        with pytest.raises(SignInRefused, match="caught"):
            caught.wait(30)
        visitor.join()
    form = {
        "grant_type": "authorization_code",
        "code": codes[0],
        "redirect_uri": real.redirect_uri,
        "client_id": APP.client_id,
        "client_secret": APP.client_secret,
        "code_verifier": "v" * 64,
    }
    with requests.Session() as session:
        session.trust_env = False
        answer = session.post(server.token_url, data=form, timeout=30)
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_grant")


def test_only_the_servers_own_issuer_name_is_accepted(server: AuthServer) -> None:
    """RFC 9207, with the answers of a server that is not ours."""
    issuer = server.token_url.removesuffix("/token")
    assert signed_in(replace(server, issuer=issuer, sends_issuer=True)).access_token
    assert signed_in(server).access_token, "the host is known, but the issuer name is not"
    with pytest.raises(SignInRefused, match="did not come from"):
        signed_in(replace(server, issuer="https://another.example"))


@pytest.mark.parametrize(
    ("app", "expected"),
    [
        (replace(APP, client_id="unknown-app"), AppRefused),
        (replace(APP, redirect_uri="http://127.0.0.1:0/elsewhere"), RedirectRefused),
        (APP, None),
    ],
    ids=["client id", "redirect address", "right"],
)
def test_a_request_that_the_page_would_refuse_is_reported_before(
    server: AuthServer, app: App, expected: type[Exception] | None
) -> None:
    with begin(server, app, limits=Limits()) as sign_in:
        if expected is None:
            check_app(sign_in, app, limits=Limits())
        else:
            with pytest.raises(expected):
                check_app(sign_in, app, limits=Limits())


def test_missing_scopes_are_noticed(server: AuthServer) -> None:
    more = replace(server, scope="openid tracks publishing")
    with begin(more, APP, limits=Limits()) as sign_in:
        visitor = Visitor("mara").open(sign_in.url)
        tokens = sign_in.wait(30)
        visitor.join()
    assert sign_in.lacks(tokens) == ("publishing",)
