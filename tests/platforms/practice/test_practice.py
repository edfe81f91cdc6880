"""The practice server is as strict as the real server; otherwise other tests would prove little."""

import html
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from rightsdesk.practice.faults import Fault, FaultKind, FaultQueue
from rightsdesk.practice.soundcloud import CLIENT_ID, PracticeSoundCloud
from tests.platforms.connected import ARTIST, OTHER, ConnectedAccount

REDIRECT = "http://127.0.0.1:8765/callback"
# RFC 7636, appendix B: a verifier and its challenge.
VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
ASKED = {
    "client_id": CLIENT_ID,
    "redirect_uri": REDIRECT,
    "response_type": "code",
    "code_challenge": CHALLENGE,
    "code_challenge_method": "S256",
    "state": "s",
    "account": ARTIST,
}


@pytest.fixture
def session() -> Iterator[requests.Session]:
    with requests.Session() as session:
        session.trust_env = False
        yield session


def authorize(
    practice: PracticeSoundCloud, session: requests.Session, **changed: str
) -> dict[str, list[str]]:
    """The parameters of the redirect; empty if there is none."""
    url = f"{practice.base_url}/authorize"
    answer = session.get(url, params=ASKED | changed, allow_redirects=False, timeout=10)
    return parse_qs(urlsplit(answer.headers.get("Location", "")).query)


def token(
    practice: PracticeSoundCloud, session: requests.Session, **form: str
) -> requests.Response:
    return session.post(f"{practice.base_url}/oauth/token", data=form, timeout=10)


def exchange(
    practice: PracticeSoundCloud, session: requests.Session, code: str, **changed: str
) -> requests.Response:
    form = {
        "grant_type": "authorization_code",
        "client_id": CLIENT_ID,
        "redirect_uri": REDIRECT,
        "code_verifier": VERIFIER,
        "code": code,
    }
    return token(practice, session, **(form | changed))


def test_a_code_works_once_and_only_with_its_verifier(
    practice: PracticeSoundCloud, session: requests.Session
) -> None:
    code = authorize(practice, session)["code"][0]
    assert exchange(practice, session, code).status_code == 200
    assert exchange(practice, session, code).json()["message"] == "invalid_grant"
    for wrong in ({"code_verifier": "guess"}, {"redirect_uri": REDIRECT + "/"}):
        code = authorize(practice, session)["code"][0]
        assert exchange(practice, session, code, **wrong).status_code == 400


def test_a_refresh_token_works_once(
    practice: PracticeSoundCloud, session: requests.Session
) -> None:
    first = str(practice.oauth.sign_in(ARTIST)["refresh_token"])
    form = {"grant_type": "refresh_token", "client_id": CLIENT_ID, "refresh_token": first}
    second = token(practice, session, **form)
    assert second.json()["refresh_token"] != first
    assert token(practice, session, **form).status_code == 400


def test_pkce_is_required_and_every_parameter_is_checked(
    practice: PracticeSoundCloud, session: requests.Session
) -> None:
    practice.oauth.redirect_uris = (REDIRECT,)
    assert authorize(practice, session, code_challenge_method="plain")["error"]
    assert authorize(practice, session, code_challenge="")["error"] == ["invalid_request"]
    assert authorize(practice, session, response_type="token")["error"]
    assert authorize(practice, session, answer="deny") == {
        "error": ["access_denied"],
        "error_description": ["They said no"],
        "state": ["s"],
    }
    assert authorize(practice, session, client_id="unknown") == {}
    assert authorize(practice, session, redirect_uri="http://127.0.0.1:8766/callback") == {}


@pytest.mark.parametrize("scheme", ["Bearer", "oauth", "Token"])
def test_only_the_scheme_oauth_is_accepted(
    practice: PracticeSoundCloud, session: requests.Session, scheme: str
) -> None:
    header = f"{scheme} {practice.oauth.sign_in(ARTIST)['access_token']}"
    answer = session.get(f"{practice.base_url}/me", headers={"Authorization": header}, timeout=10)
    assert answer.status_code == 401
    assert set(answer.json()) == {"code", "message", "link"}


def test_a_person_can_click_through_the_page(
    connected: ConnectedAccount, session: requests.Session
) -> None:
    with connected.sign_in() as sign_in:
        page = session.get(sign_in.url, timeout=10).text
        links = {text: html.unescape(to) for to, text in re.findall(r'"(/.*?)">(.*?)<', page)}
        session.get(connected.practice.base_url + links[f"Allow, as {OTHER}"], timeout=10)
        client = connected.client(connected.source(sign_in.wait(clock=connected.fake_clock.clock)))
    assert connected.platform.whoami(client).name == OTHER


def test_a_refused_change_leaves_the_track_unchanged(
    practice: PracticeSoundCloud, session: requests.Session
) -> None:
    track = practice.tracks(ARTIST)[0]
    header = {"Authorization": f"OAuth {practice.oauth.sign_in(ARTIST)['access_token']}"}
    url = f"{practice.base_url}/tracks/{track['urn'].replace(':', '%3A')}"
    bodies: tuple[Any, ...] = (
        {"track": {"tag_list": None}},
        {"track": {"title": "New", "license": "mine"}},
        {"track": {"playback_count": 9}},
        {"tag_list": "noai"},
        [],
    )
    for body in bodies:
        assert session.put(url, json=body, headers=header, timeout=10).status_code == 400
    assert practice.tracks(ARTIST)[0] == track
    assert session.get(url, headers=header, timeout=10).json()["urn"] == track["urn"]
    assert session.delete(url, headers=header, timeout=10).status_code == 200
    assert session.get(url, headers=header, timeout=10).status_code == 404


def test_the_log_holds_no_secret(
    practice: PracticeSoundCloud, session: requests.Session, secrets: set[str]
) -> None:
    exchange(practice, session, authorize(practice, session)["code"][0])
    assert practice.count("GET /authorize") == 1
    assert secrets
    assert not [secret for secret in secrets if secret in repr(practice.seen)]


def test_faults_occur_in_order_at_their_place_and_as_often_as_set() -> None:
    queue = FaultQueue()
    queue.script(
        [
            {"kind": "error", "on": "PUT /tracks", "times": 2, "status": 503},
            {"kind": "too-many", "retry_after": "30"},
        ]
    )
    assert queue.take("GET /me") == Fault(FaultKind.TOO_MANY, retry_after="30")
    assert queue.take("GET /me") is None
    kinds = [fault and fault.kind for fault in map(queue.take, ["PUT /tracks/1"] * 3)]
    assert kinds == [FaultKind.ERROR, FaultKind.ERROR, None]
    queue.add(Fault(FaultKind.SLOW, times=0))
    assert all(queue.take("GET /") for _ in range(5))
    queue.clear()
    assert queue.take("GET /") is None
    with pytest.raises(ValueError, match="earthquake"):
        queue.script([{"kind": "earthquake"}])
