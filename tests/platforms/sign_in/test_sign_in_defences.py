"""The source of a sign-in's answer, granted scopes, and refusals before the page opens."""

import base64
from dataclasses import replace
from urllib.parse import parse_qs, quote, urlsplit

import pytest
import requests

from rightsdesk.platforms import browser_sign_in
from rightsdesk.platforms.http.address import Endpoints
from rightsdesk.platforms.http.answer import Answer
from rightsdesk.platforms.http.errors import (
    AppRefused,
    RedirectRefused,
    SignInRefused,
    SignInTimedOut,
)
from rightsdesk.platforms.interface import SignInBy
from rightsdesk.platforms.registry import all_platforms
from rightsdesk.platforms.sign_in.oauth import App, AuthServer, begin, missing
from rightsdesk.platforms.sign_in.preflight import check_app, refusal
from rightsdesk.platforms.youtube import YouTube
from rightsdesk.practice.browser import PracticeBrowser
from rightsdesk.practice.faults import Fault, FaultKind
from rightsdesk.resources.facts import platform_facts
from tests.platforms.connected import ARTIST, ConnectedAccount, raises

SERVER = AuthServer(
    service="The server",
    authorize_url="https://auth.example/authorize",
    token_url="https://auth.example/token",
    apps_url="https://auth.example/apps",
)
REDIRECT = "http://127.0.0.1:8765/callback"
URL = f"https://auth.example/authorize?client_id=abc&redirect_uri={quote(REDIRECT, safe='')}"


def visit(url: str) -> requests.Response:
    with requests.Session() as session:
        session.trust_env = False
        return session.get(url, timeout=10)


def state_of(url: str) -> str:
    return parse_qs(urlsplit(url).query)["state"][0]


# --- mix-up: RFC 9207, and RFC 9700, section 4.4 ----------------------------------------------


@pytest.mark.parametrize(
    ("issuer", "sends", "answered", "right"),
    [
        ("", False, None, True),
        ("", True, None, False),
        ("ours", True, "ours", True),
        ("ours", False, "ours/", False),
        ("ours", False, "https://evil.example", False),
        ("", False, "ours", True),
        ("", False, "ours/tenant/7", True),
        ("", False, "https://evil.example", False),
        ("", False, "no address", False),
        ("", False, "", False),
    ],
)
def test_the_answer_of_another_server_is_not_exchanged(
    connected: ConnectedAccount, issuer: str, sends: bool, answered: str | None, right: bool
) -> None:
    base = connected.practice.base_url
    server = browser_sign_in.auth_server(connected.platform, connected.endpoints)
    server = replace(server, issuer=issuer.replace("ours", base), sends_issuer=sends)
    if answered is not None:
        connected.practice.oauth.issuer = answered.replace("ours", base)
    browser = PracticeBrowser(ARTIST)
    with begin(
        server, connected.app, limits=connected.limits, clock=connected.fake_clock.clock
    ) as sign_in:
        if answered == "":  # the practice server would leave out an empty parameter
            visit(f"{sign_in.redirect_uri}?code=c&iss=&state={state_of(sign_in.url)}")
        else:
            browser(sign_in.url)
            browser.close()
        if right:
            assert sign_in.wait(clock=connected.fake_clock.clock).access_token
        else:
            with pytest.raises(SignInRefused, match="did not come from SoundCloud"):
                sign_in.wait(clock=connected.fake_clock.clock)
    assert connected.practice.count("POST /oauth/token") == int(right)


def test_if_any_redirect_address_is_accepted_each_sign_in_has_its_own(
    connected: ConnectedAccount,
) -> None:
    youtube = YouTube()
    app = App("client", youtube.redirect_uri.replace(":8765", ":0"))
    begun = [
        browser_sign_in.sign_in(youtube, youtube.endpoints, app, limits=connected.limits)
        for _ in range(2)
    ]
    try:
        path, other_path = (urlsplit(sign_in.redirect_uri).path for sign_in in begun)
        assert path != other_path
        assert min(len(path), len(other_path)) > 20
        for sign_in in begun:
            query = parse_qs(urlsplit(sign_in.url).query)
            assert query["redirect_uri"] == [sign_in.redirect_uri]
        wrong = begun[0].redirect_uri.replace(path, other_path)
        assert visit(f"{wrong}?code=c&state={state_of(begun[0].url)}").status_code == 404
    finally:
        for sign_in in begun:
            sign_in.close()


def test_each_platform_names_the_redirect_addresses_it_accepts() -> None:
    for platform in all_platforms():
        in_browser = platform.sign_in is SignInBy.BROWSER
        facts = platform_facts(platform.id).sign_in
        assert bool(facts.redirect) == in_browser, platform.id
        if in_browser and facts.redirect == "exact":
            assert any(platform.redirect_uri in step for step in facts.steps)  # type: ignore[attr-defined]
        asked = platform.auth_server(platform.endpoints).scope if in_browser else ""  # type: ignore[attr-defined]
        assert {scope.id for scope in facts.scopes} == set(asked.split()), platform.id


# --- fewer scopes than requested: RFC 6749, section 5.1 ---------------------------------------


@pytest.mark.parametrize(
    ("granted", "lacks"),
    [
        ("", ()),
        ("read write", ()),
        ("write read more", ()),
        ("read", ("write",)),
        ("read,write", ()),
        ("other", ("read", "write")),
        ("all", ()),
    ],
)
def test_missing_scopes_are_known(granted: str, lacks: tuple[str, ...]) -> None:
    server = replace(SERVER, scope="read write", whole_scope="all")
    assert missing(server, granted) == lacks


# --- before the browser opens -----------------------------------------------------------------


def test_an_unknown_client_id_is_reported_before_the_browser_opens(
    connected: ConnectedAccount,
) -> None:
    connected.practice.oauth.client_id = "another"
    with connected.sign_in() as sign_in, pytest.raises(AppRefused) as caught:
        check_app(sign_in, connected.app, limits=connected.limits, clock=connected.fake_clock.clock)
    assert "doesn't accept the client id" in str(caught.value)
    assert sign_in.redirect_uri in str(caught.value)


def test_an_unregistered_redirect_address_is_named_before_the_browser_opens(
    connected: ConnectedAccount,
) -> None:
    connected.practice.oauth.redirect_uris = (REDIRECT,)
    with connected.sign_in() as sign_in, pytest.raises(RedirectRefused) as caught:
        check_app(sign_in, connected.app, limits=connected.limits, clock=connected.fake_clock.clock)
    assert f"Register exactly {sign_in.redirect_uri} " in str(caught.value)


def test_the_check_before_uses_up_nothing_of_the_sign_in(connected: ConnectedAccount) -> None:
    connected.practice.oauth.auto_approve = True
    with connected.sign_in() as sign_in:
        check_app(sign_in, connected.app, limits=connected.limits, clock=connected.fake_clock.clock)
        [asked] = connected.practice.seen
        assert state_of(sign_in.url) not in str(asked)
        visit(sign_in.url)
        assert sign_in.wait(clock=connected.fake_clock.clock).access_token


@pytest.mark.parametrize(
    "kind", [FaultKind.ERROR, FaultKind.HANG_UP, FaultKind.TOO_MANY, FaultKind.OVERSIZED]
)
def test_a_failed_check_before_decides_nothing(
    connected: ConnectedAccount, kind: FaultKind
) -> None:
    connected.practice.faults.add(Fault(kind))
    with connected.sign_in() as sign_in:
        check_app(sign_in, connected.app, limits=connected.limits, clock=connected.fake_clock.clock)
    assert len(connected.practice.seen) == 1


def authError(error: str) -> str:
    packed = (
        b"\x0a" + bytes([len(error)]) + error.encode() + b"\x12\x1fwhat is wrong in other words"
    )
    return base64.urlsafe_b64encode(packed).rstrip(b"=").decode()


@pytest.mark.parametrize(
    ("status", "location", "body", "expected"),
    [
        # Keycloak, Ory Hydra, oidc-provider, Spotify and Google, in their own words
        (400, "", "<p>Invalid parameter: redirect_uri</p>", RedirectRefused),
        (400, "", "<p>Client not found: invalid_client</p>", AppRefused),
        (400, "", "<strong>error</strong>: invalid_redirect_uri", RedirectRefused),
        (400, "", "INVALID_CLIENT: Invalid client", AppRefused),
        (400, "", "Error 400: redirect&#95;uri&#95;mismatch", RedirectRefused),
        (302, f"/signin/oauth/error?authError={authError('invalid_client')}", "", AppRefused),
        (
            *(302, f"/signin/oauth/error/v2?authError={authError('redirect_uri_mismatch')}", ""),
            RedirectRefused,
        ),
        (302, f"{REDIRECT}?error=unauthorized_client&state=x", "", AppRefused),
        # nothing that is clearly about the app
        (302, f"{REDIRECT}?error=login_required&state=x", "", None),
        (302, f"{REDIRECT}?code=c&state=x", "", None),
        (302, f"/login?continue={quote(URL, safe='')}", "", None),
        (200, "", "<input name=redirect_uri><input name=client_id>", None),
        (400, "", f"Bad request: {URL}", None),
        (400, "", f"Bad request: {quote(URL, safe='')}", None),
        (403, "", "Your request with an invalid redirect_uri was blocked", None),
        (503, "", "client id service is down", None),
        (400, "", "", None),
    ],
)
def test_only_a_clear_message_about_the_app_counts(
    status: int, location: str, body: str, expected: type[Exception] | None
) -> None:
    headers = {"Location": location} if location else {}
    found = refusal(SERVER, Answer(status, headers, body.encode()), URL, REDIRECT)
    assert (None if found is None else type(found)) is expected


def test_an_error_from_the_browser_names_what_to_register(connected: ConnectedAccount) -> None:
    for error, expected in (
        ("invalid_request", SignInRefused),
        ("unauthorized_client", AppRefused),
    ):
        with connected.sign_in() as sign_in:
            query = f"error={error}&error_description=No%20%1b[2J&state={state_of(sign_in.url)}"
            visit(f"{sign_in.redirect_uri}?{query}")
            with raises(expected, set()) as caught:
                sign_in.wait(clock=connected.fake_clock.clock)
        assert sign_in.redirect_uri in str(caught.value)
        assert "\x1b" not in str(caught.value)


def test_a_timeout_names_what_to_register(connected: ConnectedAccount) -> None:
    with connected.sign_in() as sign_in, pytest.raises(SignInTimedOut) as caught:
        sign_in.wait(timeout=0, clock=connected.fake_clock.clock)
    assert f"register exactly {sign_in.redirect_uri} " in str(caught.value)


# --- a browser on another computer ------------------------------------------------------------


def test_an_address_pasted_from_another_computers_browser_is_accepted(
    connected: ConnectedAccount,
) -> None:
    with connected.sign_in() as sign_in:
        page = requests.get(
            f"{sign_in.url}&account={quote(ARTIST)}", allow_redirects=False, timeout=10
        )
        ended = page.headers["Location"]
        right, state = f"{sign_in.redirect_uri}?", state_of(sign_in.url)
        for wrong in (
            *("", "hello", sign_in.url, f"{right}code=c", f"{right}code=c&state=guess"),
            f"http://evil.example/callback?code=c&state={state}",
            f"{right.replace('callback', 'other')}code=c&state={state}",
        ):
            assert not sign_in.take(wrong)
        assert sign_in.take(f"  {ended}\r\n")
        assert not sign_in.take(ended), "an answer counts once"
        assert sign_in.wait(clock=connected.fake_clock.clock).access_token


def test_the_google_issuer_matches_googles_documents() -> None:
    server = YouTube().auth_server(YouTube().endpoints)
    assert server.issuer == "https://accounts.google.com"
    elsewhere = YouTube().auth_server(Endpoints("https://a.example", "https://b.example/"))
    assert elsewhere.issuer == "https://b.example"
