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
from rightsdesk.practice.faults import Fault, Kind
from tests.platforms import bluesky_story
from tests.platforms.bluesky_story import NO_AI, declare
from tests.platforms.desk import Hands, raises
from tests.platforms.stands import BlueskyStand

CREATE = "POST /xrpc/com.atproto.server.createSession"
REFRESH = "POST /xrpc/com.atproto.server.refreshSession"
SELF = f"{LEXICON}/self"
platform = Bluesky()


@pytest.fixture
def stand(hands: Hands, no_thread_is_left: None) -> Iterator[BlueskyStand]:
    stand = BlueskyStand(hands)
    yield stand
    stand.close()


@pytest.fixture
def client(stand: BlueskyStand) -> Client:
    return stand.client()


def test_the_whole_story(stand: BlueskyStand, client: Client) -> None:
    bluesky_story.tell(client, lambda record: stand.server.edit(stand.handle, SELF, record))


def test_reading_shows_no_sign_in_and_writing_does(stand: BlueskyStand, client: Client) -> None:
    [item] = platform.items(client)
    declare(client, item, NO_AI)
    shown = {(seen.method, seen.path.rpartition(".")[2]): seen.scheme for seen in stand.server.seen}
    assert shown["GET", "getRecord"] == ""
    assert shown["POST", "putRecord"] == "Bearer"


def test_the_proposals_record_is_shown_and_never_written(
    stand: BlueskyStand, client: Client
) -> None:
    [item] = platform.items(client)
    reading = platform.suite.read(item.fields)
    assert [statement.dialect for statement in reading.statements] == ["bluesky-intents"]
    assert reading.consent == Consent({Use.DATA_MINING: Permission.PROHIBITED})
    with pytest.raises(ValueError, match=INTENTS):
        platform.write(client, item.remote_id, item, {INTENTS: ()})


def test_a_record_for_one_reader_is_not_taken_for_ours(stand: BlueskyStand, client: Client) -> None:
    stand.server.edit(stand.handle, SELF, stand.override)
    [item] = platform.items(client)
    with raises(Refused, stand.secrets):
        declare(client, item, NO_AI)
    assert stand.server.records(stand.handle)[SELF] == stand.override


def test_a_record_that_cannot_be_read_is_replaced_and_comes_back(
    stand: BlueskyStand, client: Client
) -> None:
    broken = {"$type": LEXICON, "preferences": 7}
    stand.server.edit(stand.handle, SELF, broken)
    [item] = platform.items(client)
    assert platform.suite.read(item.fields).problems
    after = declare(client, item, NO_AI)
    platform.write(client, after.remote_id, after, {LEXICON: item.fields[LEXICON]})
    assert stand.server.records(stand.handle)[SELF] == broken


def test_the_date_is_the_moment_of_writing(stand: BlueskyStand, client: Client) -> None:
    [item] = platform.items(client)
    declare(client, item, NO_AI)
    assert stand.server.records(stand.handle)[SELF]["updatedAt"] == "2026-11-22T12:00:00.000Z"


def test_a_session_is_opened_once_and_kept(stand: BlueskyStand, client: Client) -> None:
    for _ in range(3):
        platform.whoami(client)
    with stand.client(stand.saved[-1]) as later:
        platform.whoami(later)
    assert stand.server.count(CREATE) == 1


def test_a_session_is_renewed_before_it_ends(stand: BlueskyStand, client: Client) -> None:
    platform.whoami(client)
    stand.hands.move(seconds=LIFE - 30)
    platform.whoami(client)
    assert stand.server.count(REFRESH) == 1
    assert stand.server.count(CREATE) == 1
    assert all(seen.status == 200 for seen in stand.server.seen)


def test_the_renewed_session_is_saved_before_it_is_used(stand: BlueskyStand) -> None:
    order: list[str] = []
    stand.server.watch = lambda request, reply: order.append(request.path.rpartition(".")[2])
    client = platform.client(
        stand.endpoints,
        "",
        stand.credentials(),
        save=lambda credentials: order.append("saved"),
        limits=stand.limits,
        clock=stand.hands.clock,
    )
    with client:
        platform.whoami(client)
        stand.expire()
        platform.whoami(client)
    assert order == [
        *("createSession", "saved", "getSession"),
        *("getSession", "refreshSession", "saved", "getSession"),
    ]


def test_a_session_that_ended_for_good_is_opened_anew(stand: BlueskyStand, client: Client) -> None:
    """After months the refresh token is over too: the app password still opens the door."""
    platform.whoami(client)
    stand.server.end_sessions(stand.handle)
    platform.whoami(client)
    assert stand.server.count(CREATE) == 2


def test_a_wrong_app_password_is_tried_once(stand: BlueskyStand) -> None:
    wrong = Credentials(identifier=stand.handle, secret="wron-gpas-swor-dddd")
    client = stand.client(wrong)
    for _ in range(3):
        with raises(NeedsReconnect, {wrong.secret}) as caught:
            platform.whoami(client)
    assert "app password" in str(caught.value)
    assert stand.server.count(CREATE) == 1
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
def test_each_refusal_of_a_sign_in_has_its_sentence(
    stand: BlueskyStand,
    client: Client,
    monkeypatch: pytest.MonkeyPatch,
    code: str,
    error: type[Exception],
    says: str,
) -> None:
    reply = stand.server.error(401, "Something about it", error=code)
    monkeypatch.setattr(stand.server, "handle", lambda request: reply)
    with pytest.raises(error, match=says):
        platform.whoami(client)


def test_without_a_password_there_is_nothing_to_try(stand: BlueskyStand) -> None:
    with pytest.raises(NeedsReconnect):
        stand.client(Credentials(identifier=stand.handle))


def client_by_did(stand: BlueskyStand, credentials: Credentials | None = None) -> Client:
    """A client of an account whose DID is known from its first sign-in."""
    return platform.client(
        stand.endpoints,
        "",
        credentials or stand.credentials(),
        save=stand.saved.append,
        limits=stand.limits,
        clock=stand.hands.clock,
        remote_id=stand.server.did(stand.handle),
    )


def test_a_changed_handle_does_not_matter(stand: BlueskyStand) -> None:
    with client_by_did(stand) as client:
        stand.server.rename(stand.handle, "mara.example")
        assert platform.whoami(client).name == "mara.example"


def test_an_app_password_is_refused_for_good_only_where_the_server_has_the_account(
    stand: BlueskyStand,
) -> None:
    wrong = Credentials(identifier=stand.handle, secret="wron-gpas-swor-dddd")
    with client_by_did(stand, wrong) as client, raises(SignInOver, {wrong.secret}):
        platform.whoami(client)
    by_handle = stand.client(wrong)
    with raises(NeedsReconnect, {wrong.secret}) as caught:
        platform.whoami(by_handle)
    assert not isinstance(caught.value, SignInOver)
    assert "handle may have changed" in str(caught.value)


def test_an_account_that_left_the_server_keeps_its_app_password(stand: BlueskyStand) -> None:
    client = client_by_did(stand)
    stand.server.drop(stand.handle)
    with client, raises(AccountAway, stand.secrets) as caught:
        platform.whoami(client)
    assert "does not have this account" in str(caught.value)


@pytest.mark.parametrize("after_a_session", [False, True])
@pytest.mark.parametrize("moved_to", ["", "https://pds.elsewhere.example"])
def test_a_moved_or_deactivated_account_is_told_as_that(
    stand: BlueskyStand, moved_to: str, after_a_session: bool
) -> None:
    with client_by_did(stand) as client:
        if after_a_session:
            platform.whoami(client)
        stand.server.deactivate(stand.handle, moved_to)
        with raises(AccountAway, stand.secrets) as caught:
            list(platform.items(client))
        with raises(AccountAway, stand.secrets):
            platform.item(client, stand.server.did(stand.handle))
    if moved_to:
        assert f"moved to another server ({moved_to})." in str(caught.value)
    else:
        assert "deactivated" in str(caught.value)


def test_a_guard_that_answers_for_the_server_ends_nothing(
    stand: BlueskyStand, monkeypatch: pytest.MonkeyPatch
) -> None:
    with client_by_did(stand) as client:
        reply = stand.server.error(401, "Who are you?")
        monkeypatch.setattr(stand.server, "handle", lambda request: reply)
        with raises(PlatformError, stand.secrets) as caught:
            platform.whoami(client)
    assert not isinstance(caught.value, SignInOver)


def test_a_limit_ends_when_the_server_says(stand: BlueskyStand, client: Client) -> None:
    """AT Protocol servers name the moment in RateLimit-Reset, not in Retry-After."""
    stand.server.faults.add(Fault(Kind.TOO_MANY, on=CREATE))
    with raises(RateLimited, stand.secrets) as caught:
        platform.whoami(client)
    assert caught.value.until - stand.hands.wall == timedelta(seconds=300)
    assert stand.server.count(CREATE) == 1


def test_a_password_is_never_sent_twice_by_itself(stand: BlueskyStand, client: Client) -> None:
    stand.server.faults.add(Fault(Kind.LOST_ANSWER, on=CREATE))
    with raises(PlatformError, stand.secrets):
        platform.whoami(client)
    assert len([s for s in stand.server.seen if s.path.endswith("createSession")]) == 1


def test_signing_out_ends_the_session_there(stand: BlueskyStand, client: Client) -> None:
    platform.whoami(client)
    platform.sign_out(client)
    assert stand.server.seen[-1].path.endswith("deleteSession")
    stand.expire()
    platform.whoami(client)
    assert stand.server.count(CREATE) == 2, "the refresh token no longer held"


def test_signing_out_without_a_session_asks_nothing(stand: BlueskyStand, client: Client) -> None:
    platform.sign_out(client)
    assert stand.server.seen == []


def test_one_account_never_writes_into_another(stand: BlueskyStand, client: Client) -> None:
    other = platform.item(client, stand.server.did("kessel.test"))
    with raises(PlatformError, stand.secrets):
        declare(client, other, NO_AI)
    assert stand.server.records("kessel.test") == {}


def test_an_account_that_is_gone_is_told(stand: BlueskyStand, client: Client) -> None:
    with raises(ItemGone, stand.secrets):
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
def test_a_record_in_another_shape_is_not_read(
    stand: BlueskyStand, client: Client, change: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    [item] = platform.items(client)
    good = {"uri": f"at://{item.remote_id}/{SELF}", "cid": "bafyrei", "value": {}}
    reply = stand.server.error(200, "")
    body = json.dumps(good | change).encode()
    monkeypatch.setattr(stand.server, "handle", lambda _: type(reply)(200, body, reply.headers))
    with pytest.raises(Exception, match="Bluesky sent"):
        platform.item(client, item.remote_id)


@pytest.mark.parametrize("name", ["../x", "did:plc:a/b", "did:plc:a?b", "artist.test", ""])
def test_only_a_did_names_an_account(stand: BlueskyStand, client: Client, name: str) -> None:
    with pytest.raises(ValueError, match="DID"):
        platform.item(client, name)


def test_records_are_the_same_in_any_order_but_not_with_other_words() -> None:
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
def test_a_token_that_says_nonsense_about_its_end_is_taken_as_it_is(hands: Hands, exp: str) -> None:
    payload = base64.urlsafe_b64encode(b'{"iat": 0, "exp": %s}' % exp.encode()).decode()
    assert _end(f"a.{payload.rstrip('=')}.c", hands.wall) is None
