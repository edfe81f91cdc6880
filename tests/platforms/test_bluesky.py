"""Bluesky: sessions by app password, versions, records of other apps."""

import base64
import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from rightsdesk.consent import Consent, Permission, Use
from rightsdesk.consent.dialects.platforms.bluesky import INTENTS, LEXICON
from rightsdesk.platforms.bluesky import Bluesky
from rightsdesk.platforms.http.client import Client
from rightsdesk.platforms.http.errors import (
    AccountAway,
    ItemGone,
    NeedsReconnect,
    PlatformError,
    RateLimited,
    Refused,
    SignInOver,
)
from rightsdesk.platforms.sign_in.atproto_session import _end
from rightsdesk.platforms.sign_in.credentials import Credentials
from rightsdesk.practice.bluesky import LIFE
from rightsdesk.practice.faults import Fault, FaultKind
from tests.fake_clock import FakeClock
from tests.platforms import bluesky_sequence
from tests.platforms.bluesky_sequence import NO_AI, declare
from tests.platforms.connected import raises
from tests.platforms.rigs import BlueskyRig

CREATE = "POST /xrpc/com.atproto.server.createSession"
REFRESH = "POST /xrpc/com.atproto.server.refreshSession"
SELF = f"{LEXICON}/self"
platform = Bluesky()


@pytest.fixture
def rig(fake_clock: FakeClock, no_thread_is_left: None) -> Iterator[BlueskyRig]:
    rig = BlueskyRig(fake_clock)
    yield rig
    rig.close()


@pytest.fixture
def client(rig: BlueskyRig) -> Client:
    return rig.client()


def test_the_whole_sequence(rig: BlueskyRig, client: Client) -> None:
    bluesky_sequence.run_sequence(client, lambda record: rig.server.edit(rig.handle, SELF, record))
    written = [request.path for request in rig.server.seen if request.path.endswith("putRecord")]
    assert written


def test_reading_sends_no_sign_in_and_writing_does(rig: BlueskyRig, client: Client) -> None:
    [item] = platform.items(client)
    declare(client, item, NO_AI)
    shown = {
        (request.method, request.path.rpartition(".")[2]): request.scheme
        for request in rig.server.seen
    }
    assert shown["GET", "getRecord"] == ""
    assert shown["POST", "putRecord"] == "Bearer"


def test_a_record_of_the_proposal_is_read_and_never_written(
    rig: BlueskyRig, client: Client
) -> None:
    [item] = platform.items(client)
    reading = platform.suite.read(item.fields)
    assert [statement.dialect for statement in reading.statements] == ["bluesky-intents"]
    assert reading.consent == Consent({Use.DATA_MINING: Permission.PROHIBITED})
    with pytest.raises(ValueError, match=INTENTS):
        platform.write(client, item.remote_id, item, {INTENTS: ()})


def test_a_record_for_a_single_reader_is_not_treated_as_ours(
    rig: BlueskyRig, client: Client
) -> None:
    rig.server.edit(rig.handle, SELF, rig.override)
    [item] = platform.items(client)
    with raises(Refused, rig.secrets):
        declare(client, item, NO_AI)
    assert rig.server.records(rig.handle)[SELF] == rig.override


def test_an_unreadable_record_is_replaced_and_restored(rig: BlueskyRig, client: Client) -> None:
    broken = {"$type": LEXICON, "preferences": 7}
    rig.server.edit(rig.handle, SELF, broken)
    [item] = platform.items(client)
    assert platform.suite.read(item.fields).problems
    after = declare(client, item, NO_AI)
    platform.write(client, after.remote_id, after, {LEXICON: item.fields[LEXICON]})
    assert rig.server.records(rig.handle)[SELF] == broken


def test_the_date_is_the_moment_of_writing(rig: BlueskyRig, client: Client) -> None:
    [item] = platform.items(client)
    declare(client, item, NO_AI)
    assert rig.server.records(rig.handle)[SELF]["updatedAt"] == "2026-11-22T12:00:00.000Z"


def test_a_session_is_opened_once_and_kept(rig: BlueskyRig, client: Client) -> None:
    for _ in range(3):
        platform.whoami(client)
    with rig.client(rig.saved[-1]) as later:
        platform.whoami(later)
    assert rig.server.count(CREATE) == 1


def test_a_session_is_renewed_before_it_ends(rig: BlueskyRig, client: Client) -> None:
    platform.whoami(client)
    rig.fake_clock.move(seconds=LIFE - 30)
    platform.whoami(client)
    assert rig.server.count(REFRESH) == 1
    assert rig.server.count(CREATE) == 1
    assert all(request.status == 200 for request in rig.server.seen)


def test_the_renewed_session_is_saved_before_it_is_used(rig: BlueskyRig) -> None:
    order: list[str] = []
    rig.server.watch = lambda request, reply: order.append(request.path.rpartition(".")[2])
    client = platform.client(
        rig.endpoints,
        "",
        rig.credentials(),
        save=lambda credentials: order.append("saved"),
        limits=rig.limits,
        clock=rig.fake_clock.clock,
    )
    with client:
        platform.whoami(client)
        rig.expire()
        platform.whoami(client)
    assert order == [
        *("createSession", "saved", "getSession"),
        *("getSession", "refreshSession", "saved", "getSession"),
    ]


def test_an_ended_session_is_opened_again(rig: BlueskyRig, client: Client) -> None:
    """After months the refresh token has ended too. Then the app password opens a new session."""
    platform.whoami(client)
    rig.server.end_sessions(rig.handle)
    platform.whoami(client)
    assert rig.server.count(CREATE) == 2


def test_a_wrong_app_password_is_tried_once(rig: BlueskyRig) -> None:
    wrong = Credentials(identifier=rig.handle, secret="wron-gpas-swor-dddd")
    client = rig.client(wrong)
    for _ in range(3):
        with raises(NeedsReconnect, {wrong.secret}) as caught:
            platform.whoami(client)
    assert "app password" in str(caught.value)
    assert rig.server.count(CREATE) == 1
    assert wrong.secret not in repr(wrong)


@pytest.mark.parametrize(
    ("code", "error", "says"),
    [
        ("AuthFactorTokenRequired", NeedsReconnect, "app password"),
        ("AccountTakedown", AccountAway, "closed"),
        ("AccountSuspended", AccountAway, "suspended"),
        ("AccountDeactivated", AccountAway, "deactivated"),
        ("InvalidRequest", Refused, "refused"),
    ],
)
def test_each_refusal_of_a_sign_in_has_its_own_message(
    rig: BlueskyRig,
    client: Client,
    monkeypatch: pytest.MonkeyPatch,
    code: str,
    error: type[Exception],
    says: str,
) -> None:
    reply = rig.server.error(401, "Something about it", error=code)
    monkeypatch.setattr(rig.server, "handle", lambda request: reply)
    with pytest.raises(error, match=says):
        platform.whoami(client)


def test_without_a_password_nothing_is_tried(rig: BlueskyRig) -> None:
    with pytest.raises(NeedsReconnect):
        rig.client(Credentials(identifier=rig.handle))


def client_by_did(rig: BlueskyRig, credentials: Credentials | None = None) -> Client:
    """A client for an account whose DID is known from its first sign-in."""
    return platform.client(
        rig.endpoints,
        "",
        credentials or rig.credentials(),
        save=rig.saved.append,
        limits=rig.limits,
        clock=rig.fake_clock.clock,
        remote_id=rig.server.did(rig.handle),
    )


def test_a_changed_handle_does_not_matter(rig: BlueskyRig) -> None:
    with client_by_did(rig) as client:
        rig.server.rename(rig.handle, "mara.example")
        assert platform.whoami(client).name == "mara.example"


def test_a_refused_app_password_is_final_only_if_the_server_has_the_account(
    rig: BlueskyRig,
) -> None:
    wrong = Credentials(identifier=rig.handle, secret="wron-gpas-swor-dddd")
    with client_by_did(rig, wrong) as client, raises(SignInOver, {wrong.secret}):
        platform.whoami(client)
    by_handle = rig.client(wrong)
    with raises(NeedsReconnect, {wrong.secret}) as caught:
        platform.whoami(by_handle)
    assert not isinstance(caught.value, SignInOver)
    assert "handle may have changed" in str(caught.value)


def test_an_account_that_left_the_server_keeps_its_app_password(rig: BlueskyRig) -> None:
    client = client_by_did(rig)
    rig.server.drop(rig.handle)
    with client, raises(AccountAway, rig.secrets) as caught:
        platform.whoami(client)
    assert "does not have this account" in str(caught.value)


@pytest.mark.parametrize("after_a_session", [False, True])
@pytest.mark.parametrize("moved_to", ["", "https://pds.elsewhere.example"])
def test_a_moved_or_deactivated_account_is_reported_as_such(
    rig: BlueskyRig, moved_to: str, after_a_session: bool
) -> None:
    with client_by_did(rig) as client:
        if after_a_session:
            platform.whoami(client)
        rig.server.deactivate(rig.handle, moved_to)
        with raises(AccountAway, rig.secrets) as caught:
            list(platform.items(client))
        with raises(AccountAway, rig.secrets):
            platform.item(client, rig.server.did(rig.handle))
    if moved_to:
        assert f"moved to another server ({moved_to})." in str(caught.value)
    else:
        assert "deactivated" in str(caught.value)


def test_a_firewall_that_answers_for_the_server_ends_nothing(
    rig: BlueskyRig, monkeypatch: pytest.MonkeyPatch
) -> None:
    with client_by_did(rig) as client:
        reply = rig.server.error(401, "Who are you?")
        monkeypatch.setattr(rig.server, "handle", lambda request: reply)
        with raises(PlatformError, rig.secrets) as caught:
            platform.whoami(client)
    assert not isinstance(caught.value, SignInOver)


def test_a_limit_ends_when_the_server_says(rig: BlueskyRig, client: Client) -> None:
    """AT Protocol servers name the time in RateLimit-Reset, not in Retry-After."""
    rig.server.faults.add(Fault(FaultKind.TOO_MANY, on=CREATE))
    with raises(RateLimited, rig.secrets) as caught:
        platform.whoami(client)
    assert caught.value.until - rig.fake_clock.wall == timedelta(seconds=300)
    assert rig.server.count(CREATE) == 1


def test_a_password_is_never_sent_again_automatically(rig: BlueskyRig, client: Client) -> None:
    rig.server.faults.add(Fault(FaultKind.LOST_ANSWER, on=CREATE))
    with raises(PlatformError, rig.secrets):
        platform.whoami(client)
    assert len([s for s in rig.server.seen if s.path.endswith("createSession")]) == 1


def test_signing_out_ends_the_session_on_the_server(rig: BlueskyRig, client: Client) -> None:
    platform.whoami(client)
    platform.sign_out(client)
    assert rig.server.seen[-1].path.endswith("deleteSession")
    rig.expire()
    platform.whoami(client)
    assert rig.server.count(CREATE) == 2, "the refresh token was no longer valid"


def test_signing_out_without_a_session_sends_nothing(rig: BlueskyRig, client: Client) -> None:
    platform.sign_out(client)
    assert rig.server.seen == []


def test_an_account_never_writes_into_another_account(rig: BlueskyRig, client: Client) -> None:
    other = platform.item(client, rig.server.did("kessel.test"))
    with raises(PlatformError, rig.secrets):
        declare(client, other, NO_AI)
    assert rig.server.records("kessel.test") == {}


def test_a_missing_account_is_reported(rig: BlueskyRig, client: Client) -> None:
    with raises(ItemGone, rig.secrets):
        platform.item(client, "did:plc:aaaaaaaaaaaaaaaaaaaaaaaa")


@pytest.mark.parametrize(
    "change",
    [
        {"value": None},
        {"value": [1]},
        {"cid": 7},
        {"cid": "not an identifier"},
        {"uri": "at://did:plc:somebodyelse/community.lexicon.preference.ai/self"},
    ],
    ids=str,
)
def test_a_record_of_another_shape_is_not_read(
    rig: BlueskyRig, client: Client, change: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    [item] = platform.items(client)
    good = {"uri": f"at://{item.remote_id}/{SELF}", "cid": "bafyrei", "value": {}}
    reply = rig.server.error(200, "")
    body = json.dumps(good | change).encode()
    monkeypatch.setattr(rig.server, "handle", lambda _: type(reply)(200, body, reply.headers))
    with pytest.raises(Exception, match="Bluesky sent"):
        platform.item(client, item.remote_id)


@pytest.mark.parametrize("name", ["../x", "did:plc:a/b", "did:plc:a?b", "artist.test", ""])
def test_only_a_did_identifies_an_account(rig: BlueskyRig, client: Client, name: str) -> None:
    with pytest.raises(ValueError, match="DID"):
        platform.item(client, name)


def test_records_are_equal_in_any_order_but_not_with_other_values() -> None:
    first = json.dumps({"a": 1, "b": {"updatedAt": "2026-11-22T12:00:00.000Z", "c": [True]}})
    two = json.dumps({"b": {"c": [True], "updatedAt": "2026-11-22T12:00:00.000Z"}, "a": 1})
    later = two.replace("12:00", "13:00")
    assert platform.same(LEXICON, (first,), (two,))
    assert not platform.same(LEXICON, (first,), (later,))
    assert not platform.same(LEXICON, (first,), (two.replace("true", "1"),))
    assert not platform.same(LEXICON, (first,), ())
    deep = '{"a":' * 600 + "1" + "}" * 600
    assert platform.same(LEXICON, (deep,), (deep,))


@pytest.mark.parametrize("exp", ["1e999", "-1e999", "[]", '"soon"', "1" * 400])
def test_a_token_with_a_nonsensical_end_is_used(fake_clock: FakeClock, exp: str) -> None:
    payload = base64.urlsafe_b64encode(b'{"iat": 0, "exp": %s}' % exp.encode()).decode()
    assert _end(f"a.{payload.rstrip('=')}.c", fake_clock.wall) is None
