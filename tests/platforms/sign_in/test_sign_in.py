"""Signing in through the browser, against a server that enforces every rule."""

import socket
import threading
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from rightsdesk.platforms.http.errors import (
    AddressRefused,
    AppRefused,
    PortTaken,
    ServerTrouble,
    SignInCancelled,
    SignInRefused,
    SignInTimedOut,
)
from rightsdesk.practice.browser import PracticeBrowser
from rightsdesk.practice.faults import Fault, FaultKind
from rightsdesk.practice.soundcloud import PracticeSoundCloud
from tests.fake_clock import FakeClock
from tests.platforms.connected import ARTIST, OTHER, ConnectedAccount, raises


def visit(url: str) -> requests.Response:
    with requests.Session() as session:
        session.trust_env = False
        return session.get(url, timeout=10)


def state_of(url: str) -> str:
    return parse_qs(urlsplit(url).query)["state"][0]


def test_agreeing_in_the_browser_gives_working_tokens(connected: ConnectedAccount) -> None:
    browser = PracticeBrowser(OTHER)
    with connected.sign_in() as sign_in:
        browser(sign_in.url)
        tokens = sign_in.wait(clock=connected.fake_clock.clock)
    browser.close()
    client = connected.client(connected.source(tokens))
    assert connected.platform.whoami(client).name == OTHER
    assert tokens.expires_at is not None
    assert tokens.access_token not in repr(tokens)


def test_each_sign_in_has_its_own_state_and_challenge(connected: ConnectedAccount) -> None:
    with connected.sign_in() as sign_in_1, connected.sign_in() as sign_in_2:
        first, second = (parse_qs(urlsplit(s.url).query) for s in (sign_in_1, sign_in_2))
    assert first["state"] != second["state"]
    assert first["code_challenge"] != second["code_challenge"]
    assert first["code_challenge_method"] == ["S256"]
    assert first["response_type"] == ["code"]
    assert "scope" not in first


def test_refusing_in_the_browser_is_a_refusal(
    connected: ConnectedAccount, secrets: set[str]
) -> None:
    browser = PracticeBrowser(ARTIST, answer="deny")
    with connected.sign_in() as sign_in, raises(SignInRefused, secrets):
        browser(sign_in.url)
        sign_in.wait(clock=connected.fake_clock.clock)
    browser.close()
    assert connected.practice.count("POST /oauth/token") == 0


def test_an_answer_with_a_wrong_state_changes_nothing(connected: ConnectedAccount) -> None:
    browser = PracticeBrowser(ARTIST)
    with connected.sign_in() as sign_in:
        for query in ("code=stolen&state=guess", "code=stolen", "error=access_denied"):
            assert visit(f"{sign_in.redirect_uri}?{query}").status_code == 400
        browser(sign_in.url)
        assert sign_in.wait(clock=connected.fake_clock.clock).access_token
    browser.close()


def test_an_answer_counts_once(connected: ConnectedAccount) -> None:
    with connected.sign_in() as sign_in:
        answer = f"{sign_in.redirect_uri}?error=access_denied&state={state_of(sign_in.url)}"
        replay = f"{sign_in.redirect_uri}?code=stolen&state={state_of(sign_in.url)}"
        assert visit(answer).status_code == 200
        assert visit(replay).status_code == 400
        with pytest.raises(SignInRefused):
            sign_in.wait(clock=connected.fake_clock.clock)
    assert connected.practice.count("POST /oauth/token") == 0


def test_other_paths_and_host_names_are_rejected(connected: ConnectedAccount) -> None:
    with connected.sign_in() as sign_in:
        right = f"{sign_in.redirect_uri}?code=c&state={state_of(sign_in.url)}"
        assert visit(right.replace("/callback", "/favicon.ico")).status_code == 404
        # A web page can point its own host name at this computer.
        rebound = requests.get(right, headers={"Host": "evil.example"}, timeout=10)
        assert rebound.status_code == 404


def test_an_idle_browser_connection_blocks_nothing(connected: ConnectedAccount) -> None:
    browser = PracticeBrowser(ARTIST)
    with connected.sign_in() as sign_in:
        port = urlsplit(sign_in.redirect_uri).port
        with socket.create_connection(("127.0.0.1", port or 0)):
            browser(sign_in.url)
            assert sign_in.wait(clock=connected.fake_clock.clock).access_token
    browser.close()


def test_a_sign_in_without_an_answer_times_out(
    connected: ConnectedAccount, secrets: set[str]
) -> None:
    with connected.sign_in() as sign_in, raises(SignInTimedOut, secrets):
        sign_in.wait(timeout=0, clock=connected.fake_clock.clock)


def test_a_sign_in_can_be_cancelled_by_a_callback_or_a_call(connected: ConnectedAccount) -> None:
    with connected.sign_in() as sign_in, pytest.raises(SignInCancelled):
        sign_in.wait(cancelled=lambda: True, clock=connected.fake_clock.clock)
    with connected.sign_in() as sign_in:
        teller = threading.Thread(target=sign_in.cancel)
        teller.start()
        with pytest.raises(SignInCancelled):
            sign_in.wait(clock=connected.fake_clock.clock)
        teller.join()


def test_closing_a_sign_in_ends_the_wait(connected: ConnectedAccount) -> None:
    sign_in = connected.sign_in()
    closer = threading.Thread(target=sign_in.close)
    closer.start()
    with pytest.raises(SignInCancelled):
        sign_in.wait(clock=connected.fake_clock.clock)
    closer.join()


def test_the_registered_port_is_used_and_an_occupied_port_is_reported(
    practice: PracticeSoundCloud, fake_clock: FakeClock, secrets: set[str]
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        connected = ConnectedAccount(
            practice, fake_clock, redirect_uri=f"http://127.0.0.1:{port}/callback"
        )
        with raises(PortTaken, secrets) as caught:
            connected.sign_in()
    assert f"Port {port}" in caught.value.sentence
    with connected.sign_in() as sign_in:
        assert sign_in.redirect_uri == f"http://127.0.0.1:{port}/callback"


@pytest.mark.parametrize(
    "redirect_uri",
    ["https://127.0.0.1:1/x", "http://example.org:80/x", "http://127.0.0.1/x", "callback", ""],
)
def test_only_an_address_of_this_computer_can_receive_the_answer(
    practice: PracticeSoundCloud, fake_clock: FakeClock, redirect_uri: str
) -> None:
    with pytest.raises(AddressRefused):
        ConnectedAccount(practice, fake_clock, redirect_uri=redirect_uri).sign_in()


def test_an_unregistered_redirect_address_stays_on_the_platforms_page(
    connected: ConnectedAccount,
) -> None:
    connected.practice.oauth.redirect_uris = ("http://127.0.0.1:8765/callback",)
    with connected.sign_in() as sign_in:
        page = visit(sign_in.url + "&account=" + ARTIST)
        assert page.status_code == 400
        assert "not registered" in page.text


def test_the_page_for_people_offers_each_artist_and_a_refusal(connected: ConnectedAccount) -> None:
    with connected.sign_in() as sign_in:
        page = visit(sign_in.url).text
    assert f"Allow, as {ARTIST}" in page
    assert f"Allow, as {OTHER}" in page
    assert "No, thanks" in page


def test_with_auto_approve_there_is_no_page(connected: ConnectedAccount) -> None:
    connected.practice.oauth.auto_approve = True
    connected.practice.oauth.signed_in_as = OTHER
    with connected.sign_in() as sign_in:
        page = visit(sign_in.url)
        assert "Your sign-in has arrived" in page.text
        assert "connected" not in page.text, "the account is checked later"
        assert "default-src 'none'" in page.headers["Content-Security-Policy"]
        client = connected.client(connected.source(sign_in.wait(clock=connected.fake_clock.clock)))
    assert connected.platform.whoami(client).name == OTHER


def test_a_wrong_client_secret_has_its_own_error(
    practice: PracticeSoundCloud, fake_clock: FakeClock, secrets: set[str]
) -> None:
    practice.oauth.client_secret = "the-right-secret"
    connected = ConnectedAccount(practice, fake_clock, client_secret="the-wrong-secret")
    browser = PracticeBrowser(ARTIST)
    with connected.sign_in() as sign_in, raises(AppRefused, secrets | {"the-wrong-secret"}):
        browser(sign_in.url)
        sign_in.wait(clock=fake_clock.clock)
    browser.close()
    assert "the-wrong-secret" not in repr(connected.app)


def test_a_made_up_code_is_refused(connected: ConnectedAccount, secrets: set[str]) -> None:
    with connected.sign_in() as sign_in:
        visit(f"{sign_in.redirect_uri}?code=made-up-code&state={state_of(sign_in.url)}")
        with raises(SignInRefused, secrets | {"made-up-code"}):
            sign_in.wait(clock=connected.fake_clock.clock)


def test_the_exchange_is_tried_once_even_if_it_fails(
    connected: ConnectedAccount, secrets: set[str]
) -> None:
    connected.practice.faults.add(Fault(FaultKind.ERROR, on="POST /oauth/token"))
    browser = PracticeBrowser(ARTIST)
    with connected.sign_in() as sign_in, raises(ServerTrouble, secrets):
        browser(sign_in.url)
        sign_in.wait(clock=connected.fake_clock.clock)
    browser.close()
    assert connected.practice.count("POST /oauth/token") == 1
    assert connected.fake_clock.slept == []
