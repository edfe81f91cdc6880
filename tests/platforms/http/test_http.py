"""Requests and answers under failures. The servers are real, and so are the faults."""

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rightsdesk.clock import Clock
from rightsdesk.platforms.http.answer import Answer, cleaned, cleaned_details, read_json
from rightsdesk.platforms.http.client import ATTEMPTS, Client
from rightsdesk.platforms.http.errors import (
    AddressRefused,
    BadAnswer,
    ItemGone,
    NeedsReconnect,
    Offline,
    RateLimited,
    Refused,
    ServerTrouble,
)
from rightsdesk.platforms.http.limits import LONGEST_PAUSE, Limiter
from rightsdesk.practice.faults import Fault, FaultKind
from rightsdesk.practice.http import PracticeServer, Reply, Request
from tests.fake_clock import NOON
from tests.platforms.connected import ARTIST, ConnectedAccount, raises


class OtherServer(PracticeServer):
    """Some other server, which echoes the request."""

    def __init__(self) -> None:
        super().__init__()
        self.shown: list[str] = []

    def handle(self, request: Request) -> Reply:
        self.shown.append(request.headers.get("Authorization", ""))
        return Reply.of_json({"urn": "soundcloud:users:666", "username": "OtherServer"})

    def error(self, status: int, message: str, **more: str) -> Reply:
        return Reply.of_json({"error": message}, status)


@pytest.fixture
def elsewhere() -> Iterator[OtherServer]:
    with OtherServer() as server:
        yield server


def test_a_short_burst_of_server_errors_is_retried(connected: ConnectedAccount) -> None:
    connected.practice.faults.add(Fault(FaultKind.ERROR, times=ATTEMPTS - 1, status=502))
    assert connected.platform.whoami(connected.client()).name == ARTIST
    assert len(connected.fake_clock.slept) == ATTEMPTS - 1
    assert 0 < sum(connected.fake_clock.slept) < 2 * LONGEST_PAUSE


def test_lasting_server_errors_are_retried_up_to_three_times(
    connected: ConnectedAccount, secrets: set[str]
) -> None:
    connected.practice.faults.add(Fault(FaultKind.ERROR, times=0))
    with raises(ServerTrouble, secrets) as caught:
        connected.platform.whoami(connected.client())
    assert connected.practice.count("GET /me") == ATTEMPTS
    assert "Something went wrong here" in caught.value.sentence


def test_only_repeatable_requests_are_repeated(connected: ConnectedAccount) -> None:
    connected.practice.faults.add(Fault(FaultKind.ERROR, times=0))
    with pytest.raises(ServerTrouble):
        connected.platform.sign_out(connected.client())
    assert connected.practice.count("POST /sign-out") == 1


@pytest.mark.parametrize(
    ("retry_after", "seconds"),
    [("3600", 3600), ("Sun, 22 Nov 2026 12:05:00 GMT", 300), ("", 30), ("86400", 86_400)],
)
def test_a_429_is_raised_with_its_end_without_sleeping(
    connected: ConnectedAccount, secrets: set[str], retry_after: str, seconds: int
) -> None:
    connected.practice.faults.add(Fault(FaultKind.TOO_MANY, retry_after=retry_after))
    client = connected.client()
    for _ in range(3):
        with raises(RateLimited, secrets) as caught:
            connected.platform.whoami(client)
        assert caught.value.until == NOON + timedelta(seconds=seconds)
    assert connected.practice.count("GET") == 1
    assert connected.fake_clock.slept == []
    connected.fake_clock.wall = caught.value.until
    assert connected.platform.whoami(client).name == ARTIST


def test_a_503_with_a_long_wait_is_a_limit_too(
    connected: ConnectedAccount, secrets: set[str]
) -> None:
    reply = Reply(503, b"{}", {"Retry-After": "600"})
    with Answering(reply) as server, server.client(connected) as client:
        with raises(RateLimited, secrets):
            client.get("/me")
        assert server.count("GET") == 1


@pytest.mark.parametrize("kind", [FaultKind.HANG_UP, FaultKind.LOST_ANSWER])
def test_a_dropped_connection_is_retried(connected: ConnectedAccount, kind: FaultKind) -> None:
    connected.practice.faults.add(Fault(kind, times=2))
    assert connected.platform.whoami(connected.client()).name == ARTIST


def test_an_unreachable_server_is_offline(connected: ConnectedAccount, secrets: set[str]) -> None:
    client = connected.client()
    connected.practice.close()
    with raises(Offline, secrets) as caught:
        connected.platform.whoami(client)
    assert "internet" in caught.value.advice
    assert len(connected.fake_clock.slept) == ATTEMPTS - 1


def test_a_truncated_answer_is_never_read_in_part(
    connected: ConnectedAccount, secrets: set[str]
) -> None:
    connected.practice.faults.add(Fault(FaultKind.CUT_OFF))
    assert connected.platform.whoami(connected.client()).name == ARTIST
    connected.practice.faults.add(Fault(FaultKind.CUT_OFF, times=0))
    with raises(BadAnswer, secrets):
        connected.platform.whoami(connected.client())


@pytest.mark.parametrize("kind", [FaultKind.TRUNCATED, FaultKind.NOT_JSON, FaultKind.OVERSIZED])
def test_an_answer_that_is_no_json_is_a_bad_answer(
    connected: ConnectedAccount, secrets: set[str], kind: FaultKind
) -> None:
    connected.practice.faults.add(Fault(kind))
    with raises(BadAnswer, secrets):
        connected.platform.whoami(connected.client())
    assert connected.practice.count("GET") == 1


def test_a_silent_server_is_abandoned(connected: ConnectedAccount, secrets: set[str]) -> None:
    connected.practice.faults.add(Fault(FaultKind.SLOW, times=0, seconds=60))
    limiter = Limiter(service="SoundCloud", clock=connected.fake_clock.clock)
    with (
        Client(
            connected.practice.base_url,
            limiter=limiter,
            service="SoundCloud",
            clock=connected.fake_clock.clock,
            timeouts=(0.05, 0.05, 1),
        ) as client,
        raises(Offline, secrets) as caught,
    ):
        client.get("/me")
    assert "too long" in caught.value.sentence


def test_a_silent_server_is_not_waited_for_repeatedly(
    connected: ConnectedAccount, secrets: set[str]
) -> None:
    connected.practice.faults.add(Fault(FaultKind.SLOW, times=0, seconds=60))
    limiter = Limiter(service="SoundCloud")
    patience = (1.0, 0.2, 1.0)
    with (
        Client(
            connected.practice.base_url, limiter=limiter, service="SoundCloud", timeouts=patience
        ) as client,
        raises(Offline, secrets),
    ):
        client.get("/me")
    assert connected.practice.count("GET") == 1


def test_a_dripping_server_is_abandoned(connected: ConnectedAccount, secrets: set[str]) -> None:
    """Each piece arrives in time, but all together would take forever."""
    with Answering(Reply(200, b"{}" * 100_000)) as server:
        ticking = Clock(monotonic=_ticking(), sleep=connected.fake_clock.sleep)
        with server.client(connected, clock=ticking) as client, raises(Offline, secrets):
            client.get("/me")


def test_a_redirect_takes_no_token_to_another_server(
    connected: ConnectedAccount, elsewhere: OtherServer
) -> None:
    connected.practice.faults.add(Fault(FaultKind.REDIRECT, to=f"{elsewhere.base_url}/me"))
    assert connected.platform.whoami(connected.client()).name == "OtherServer"
    assert elsewhere.shown == [""]


def test_a_401_from_another_server_says_nothing_about_our_token(
    connected: ConnectedAccount, elsewhere: OtherServer, secrets: set[str]
) -> None:
    client = connected.client()
    connected.practice.faults.add(Fault(FaultKind.REDIRECT, to=f"{elsewhere.base_url}/me"))
    elsewhere.faults.add(Fault(FaultKind.EXPIRED))
    with raises(BadAnswer, secrets):
        connected.platform.whoami(client)
    assert connected.platform.whoami(client).name == ARTIST
    assert connected.practice.count("POST /oauth/token") == 0


def test_a_redirect_on_the_same_server_keeps_the_token(connected: ConnectedAccount) -> None:
    connected.practice.faults.add(Fault(FaultKind.REDIRECT, to="/me"))
    assert connected.platform.whoami(connected.client()).name == ARTIST


@pytest.mark.parametrize(
    "to", ["http://evil.example/", "ftp://evil.example/", "https://a@evil.example", "http://["]
)
def test_a_redirect_to_an_address_we_do_not_use_is_refused(
    connected: ConnectedAccount, secrets: set[str], to: str
) -> None:
    connected.practice.faults.add(Fault(FaultKind.REDIRECT, to=to))
    with raises(AddressRefused, secrets):
        connected.platform.whoami(connected.client())


def _percent(token: str) -> str:
    return "".join(f"%{ord(char):02x}" for char in token)


@pytest.mark.parametrize("spell", [str, _percent])
def test_a_redirect_that_would_take_the_token_along_is_not_followed(
    connected: ConnectedAccount,
    elsewhere: OtherServer,
    secrets: set[str],
    spell: Callable[[str], str],
) -> None:
    tokens = connected.tokens()
    client = connected.client(connected.source(tokens))
    to = f"{elsewhere.base_url}/?token={spell(tokens.access_token)}"
    connected.practice.faults.add(Fault(FaultKind.REDIRECT, to=to))
    with raises(AddressRefused, secrets):
        connected.platform.whoami(client)
    assert elsewhere.seen == []


def test_circular_redirects_end(connected: ConnectedAccount, secrets: set[str]) -> None:
    connected.practice.faults.add(Fault(FaultKind.REDIRECT, times=0, to="/me"))
    with raises(BadAnswer, secrets):
        connected.platform.whoami(connected.client())
    assert connected.practice.count("GET") < 10


def test_a_change_is_never_redirected(
    connected: ConnectedAccount, elsewhere: OtherServer, secrets: set[str]
) -> None:
    connected.practice.faults.add(Fault(FaultKind.REDIRECT, to=elsewhere.base_url))
    with raises(BadAnswer, secrets):
        connected.platform.sign_out(connected.client())
    assert elsewhere.seen == []


def test_a_next_page_on_another_server_is_not_requested(
    connected: ConnectedAccount, elsewhere: OtherServer, secrets: set[str]
) -> None:
    connected.practice.faults.add(Fault(FaultKind.FOREIGN_NEXT, to=f"{elsewhere.base_url}/more"))
    with raises(AddressRefused, secrets):
        list(connected.platform.items(connected.client()))
    assert elsewhere.seen == []


def test_plain_http_is_refused_before_anything_is_sent(connected: ConnectedAccount) -> None:
    limiter = Limiter(service="SoundCloud", clock=connected.fake_clock.clock)
    with pytest.raises(AddressRefused, match="not be encrypted"):
        Client("http://api.soundcloud.com", limiter=limiter, service="SoundCloud")


def test_a_password_in_netrc_never_replaces_the_token(
    connected: ConnectedAccount,
    elsewhere: OtherServer,
    tmp_path: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (tmp_path / "netrc").write_text("default login me password mine\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    limiter = Limiter(service="OtherServer", clock=connected.fake_clock.clock)
    with Client(elsewhere.base_url, limiter=limiter, service="OtherServer") as client:
        client._session.trust_env = True
        client.get("/me")
    assert elsewhere.shown == [""]


def test_a_token_echoed_by_the_server_is_not_in_the_error(connected: ConnectedAccount) -> None:
    tokens = connected.tokens()
    token = tokens.access_token
    body = json.dumps({"code": 400, "message": f"bad\u202e {token}\n!", token: token}).encode()
    with Answering(Reply(400, body)) as server:
        source = connected.source(tokens)
        with (
            server.client(connected, authorize=source) as client,
            raises(Refused, {token}) as caught,
        ):
            client.get("/me")
    assert caught.value.sentence == "SoundCloud refused this: “bad … !”"


@pytest.mark.parametrize(
    ("error", "statuses"),
    [
        (Refused, (400, 403, 409, 422)),
        (ItemGone, (404, 410)),
        (NeedsReconnect, (401,)),
        (ServerTrouble, (501,)),
        (BadAnswer, (300, 304)),
    ],
)
def test_each_status_has_its_meaning(
    connected: ConnectedAccount, error: Any, statuses: tuple[int, ...]
) -> None:
    for status in statuses:
        with Answering(Reply(status, b"<html>no json</html>")) as server:
            with server.client(connected) as client, raises(error, set()):
                client.get("/me")
            assert server.count("GET") == 1


@given(st.binary())
def test_any_bytes_are_json_or_a_bad_answer(body: bytes) -> None:
    try:
        read = read_json(Answer(200, {}, body), "SoundCloud")
    except BadAnswer:
        return
    assert read == json.loads(body)


@pytest.mark.parametrize("number", [b"1e999", b"-1e999", b"NaN", b"-Infinity", b"1" * 21, b"1e400"])
def test_an_invalid_number_is_a_bad_answer(number: bytes) -> None:
    body = b'{"message": "no", "collection": [{"duration": ' + number + b"}]}"
    with pytest.raises(BadAnswer):
        read_json(Answer(200, {}, body), "SoundCloud")
    assert cleaned_details(Answer(400, {}, body), ()) == {}


def test_large_numbers_are_read() -> None:
    body = b"[18446744073709551615, -9223372036854775808, 1e300]"
    assert read_json(Answer(200, {}, body), "X") == [2**64 - 1, -(2**63), 1e300]


@pytest.mark.parametrize(
    "body",
    [b"[" * 200_000, b'"\\ud800"', b"NaN", b"9" * 10_000, b"\xff\xfe{", b"", b'{"a":1}{"b":2}'],
)
def test_hostile_json_is_a_bad_answer(body: bytes) -> None:
    with pytest.raises(BadAnswer):
        read_json(Answer(200, {}, body), "SoundCloud")


@given(st.text())
def test_a_servers_message_becomes_one_plain_line(text: str) -> None:
    line = cleaned(text)
    assert line.isprintable()
    assert len(line) <= 200


@given(st.dictionaries(st.text(), st.text() | st.integers() | st.none() | st.lists(st.text())))
def test_details_are_plain_text_whatever_the_server_sends(data: dict[str, object]) -> None:
    details = cleaned_details(Answer(400, {}, json.dumps(data).encode()), ["", "secret"])
    assert all(type(value) is str and "secret" not in value for value in details.values())


class Answering(PracticeServer):
    """A server with the same answer to every request."""

    def __init__(self, reply: Reply) -> None:
        super().__init__()
        self._reply = reply

    def handle(self, request: Request) -> Reply:
        return self._reply

    def error(self, status: int, message: str, **more: str) -> Reply:
        return self._reply

    def client(self, connected: ConnectedAccount, **options: Any) -> Client:
        limiter = Limiter(service="SoundCloud", clock=connected.fake_clock.clock)
        options = {"service": "SoundCloud", "clock": connected.fake_clock.clock, **options}
        return Client(self.base_url, limiter=limiter, **options)


def _ticking() -> Any:
    """A clock on which a minute passes with each reading."""
    minutes = iter(range(10_000))
    return lambda: next(minutes) * 60.0
