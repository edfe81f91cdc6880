"""Audius: two kinds of switches, a slow index, and a 200 that may have no effect."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from rightsdesk.consent import Consent, Declaration, Permission, Use
from rightsdesk.platforms import browser_sign_in
from rightsdesk.platforms.audius import PATIENCE, Audius
from rightsdesk.platforms.http.client import Client
from rightsdesk.platforms.http.errors import BadAnswer, Ignored, ItemGone, PlatformError, Refused
from rightsdesk.platforms.interface import Reach, RemoteItem
from rightsdesk.platforms.sign_in.oauth import App
from rightsdesk.practice.audius import CLIENT_ID, PracticeAudius
from rightsdesk.practice.browser import PracticeBrowser
from rightsdesk.practice.faults import Fault, Kind
from tests.platforms.desk import ARTIST, FREE_PORT, OTHER, Hands, raises
from tests.platforms.stands import AudiusStand
from tests.platforms.test_every_platform import NO_AI

LIST = "GET /v1/users/u1P5n/tracks"
OPEN = Declaration(Consent(dict.fromkeys(Use, Permission.ALLOWED)))
platform = Audius()


@pytest.fixture
def stand(hands: Hands, no_thread_is_left: None) -> Iterator[AudiusStand]:
    stand = AudiusStand(hands)
    yield stand
    stand.close()


@pytest.fixture
def client(stand: AudiusStand) -> Client:
    return stand.client()


def named(client: Client, title: str) -> RemoteItem:
    return next(item for item in platform.items(client) if item.title == title)


def account(client: Client) -> RemoteItem:
    return next(platform.items(client))


def sent(stand: AudiusStand) -> list[Any]:
    bodies: list[Any] = []
    stand.server.watch = lambda request, reply: (
        bodies.append((request.target, json.loads(request.body)))
        if request.method == "PUT"
        else None
    )
    return bodies


def test_the_account_and_its_tracks_are_listed(client: Client) -> None:
    first, *tracks = platform.items(client)
    assert (first.remote_id, first.reach) == ("users/u1P5n", Reach.ACCOUNT)
    assert first.fields == {"allow_ai_attribution": ("true",)}
    assert {track.reach for track in tracks} == {Reach.ITEM}
    by_title = {track.title: track for track in tracks}
    tide = by_title["Low Tide"]
    assert (tide.isrc, tide.duration_ms, tide.artist) == ("DEA232600001", 201_000, ARTIST)
    assert tide.url == "https://audius.co/maralinde/low-tide"
    assert [by_title[title].fields["no_ai_use"] for title in ("Low Tide", "Salt", "Reserved")] == [
        ("false",),
        ("false",),
        ("true",),
    ]


def test_each_is_sent_its_own_switch_and_nothing_else(stand: AudiusStand, client: Client) -> None:
    bodies = sent(stand)
    for item in list(platform.items(client)):
        edit = platform.suite.edit(item.fields, NO_AI)
        platform.write(client, item.remote_id, item, edit)
    assert sorted(bodies, key=str) == [
        ("/v1/tracks/t1Xq?user_id=u1P5n", {"no_ai_use": True}),
        ("/v1/tracks/t2Xq?user_id=u1P5n", {"no_ai_use": True}),
        ("/v1/users/u1P5n?user_id=u1P5n", {"allow_ai_attribution": False}),
    ]


def test_no_choice_ever_switches_attribution_on(stand: AudiusStand, client: Client) -> None:
    """It accepts a contract without end: that is for the artist to do."""
    stand.server.edit("u1P5n", allow_ai_attribution=False)
    for item in platform.items(client):
        edit = platform.suite.edit(item.fields, OPEN)
        assert "allow_ai_attribution" not in edit
    assert platform.suite.edit({}, OPEN) == {}


def test_what_was_on_comes_back_when_it_is_asked_for(stand: AudiusStand, client: Client) -> None:
    before = account(client)
    platform.write(client, before.remote_id, before, {"allow_ai_attribution": ("false",)})
    after = account(client)
    platform.write(client, before.remote_id, after, {"allow_ai_attribution": ("true",)})
    assert stand.server.user(ARTIST)["allow_ai_attribution"] is True


def test_an_index_that_lags_is_waited_for(stand: AudiusStand, client: Client) -> None:
    stand.server.shown_after = 2
    item = named(client, "Salt")
    platform.write(client, item.remote_id, item, {"no_ai_use": ("true",)})
    assert platform.item(client, item.remote_id).fields["no_ai_use"] == ("true",)
    assert sum(stand.hands.slept) < sum(PATIENCE) + 2


def test_a_change_that_is_taken_and_not_made_is_told_plainly(
    stand: AudiusStand, client: Client
) -> None:
    stand.server.ignores_tracks = True
    item = named(client, "Salt")
    with raises(Ignored, stand.secrets) as caught:
        platform.write(client, item.remote_id, item, {"no_ai_use": ("true",)})
    assert "does not show it" in caught.value.sentence
    assert not caught.value.stops
    assert platform.item(client, item.remote_id).fields == item.fields
    owner = account(client)
    platform.write(client, owner.remote_id, owner, {"allow_ai_attribution": ("false",)})


def test_where_audius_does_not_tell_there_is_nothing_to_plan(
    stand: AudiusStand, client: Client
) -> None:
    stand.server.hides_tracks = True
    item = named(client, "Salt")
    assert item.fields == {}
    assert platform.suite.edit(item.fields, NO_AI) == {}
    assert not platform.suite.read(item.fields).consent


def test_a_switch_that_is_neither_on_nor_off_is_not_read(
    stand: AudiusStand, client: Client
) -> None:
    stand.server.edit("t1Xq", no_ai_use="no")
    with raises(BadAnswer, stand.secrets):
        platform.item(client, "users/u1P5n/tracks/t1Xq")


@pytest.mark.parametrize(
    ("remote_id", "fields"),
    [
        ("users/u1P5n", {"no_ai_use": ("true",)}),
        ("users/u1P5n/tracks/t1Xq", {"allow_ai_attribution": ("true",)}),
        ("users/u1P5n/tracks/t1Xq", {"no_ai_use": ("perhaps",)}),
        ("users/u1P5n/tracks/t1Xq", {"no_ai_use": ("true", "false")}),
        ("users/../tracks/t1Xq", {"no_ai_use": ("true",)}),
    ],
)
def test_a_switch_in_the_wrong_place_is_a_mistake_of_ours(
    stand: AudiusStand, client: Client, remote_id: str, fields: dict[str, tuple[str, ...]]
) -> None:
    item = RemoteItem(remote_id, "", "", "", None, "", {}, "")
    with pytest.raises(ValueError, match=r"not to be written|either true or false|not the name"):
        platform.write(client, remote_id, item, fields)
    assert stand.server.count("PUT") == 0


def test_a_long_list_comes_in_hundreds_until_it_is_empty(hands: Hands) -> None:
    class Many(AudiusStand):
        def practice(self) -> PracticeAudius:
            return PracticeAudius({ARTIST: [{} for _ in range(250)]}, now=self.now)

    stand = Many(hands)
    items = platform.items(stand.client())
    next(items)
    next(items)
    assert stand.server.count(LIST) == 1
    assert len({item.remote_id for item in items}) == 249
    assert stand.server.count(LIST) == 4
    assert all(
        seen.query["user_id"] == "u1P5n" for seen in stand.server.seen if "tracks" in seen.path
    )
    stand.close()


def test_a_list_without_an_end_is_left(stand: AudiusStand, client: Client) -> None:
    stand.server.faults.add(Fault(Kind.PAGING_LOOP, on=LIST, times=0))
    with raises(BadAnswer, stand.secrets):
        list(platform.items(client))
    assert stand.server.count(LIST) < 8


def test_calls_are_spaced_as_the_plan_allows(stand: AudiusStand, client: Client) -> None:
    for _ in range(21):
        platform.whoami(client)
    assert 1.9 < sum(stand.hands.slept) < 2.1


def test_another_artists_track_is_out_of_reach(stand: AudiusStand, client: Client) -> None:
    [foreign] = stand.server.tracks(OTHER)
    item = platform.item(client, f"users/u2P5n/tracks/{foreign['id']}")
    with raises(Refused, stand.secrets):
        platform.write(client, item.remote_id, item, {"no_ai_use": ("true",)})
    with raises(PlatformError, stand.secrets):  # as if it were ours
        platform.item(client, f"users/u1P5n/tracks/{foreign['id']}")
    assert stand.server.tracks(OTHER) == [foreign]


def test_what_is_gone_is_told(stand: AudiusStand, client: Client) -> None:
    with raises(ItemGone, stand.secrets):
        platform.item(client, "users/u1P5n/tracks/nothing")


def test_a_page_leads_to_audius_or_nowhere(stand: AudiusStand, client: Client) -> None:
    stand.server.edit("t1Xq", permalink="/@evil.example/x?y")
    assert named(client, "Low Tide").url == ""
    stand.server.edit("t1Xq", permalink="https://evil.example/")
    assert named(client, "Low Tide").url == ""


def test_a_sign_in_speaks_as_audius_own_kit_does(stand: AudiusStand) -> None:
    asked: list[Any] = []
    stand.server.watch = lambda request, reply: (
        asked.append(json.loads(request.body)) if request.path.endswith("/token") else None
    )
    browser = PracticeBrowser(ARTIST)
    with browser_sign_in.sign_in(
        platform,
        stand.endpoints,
        App(CLIENT_ID, FREE_PORT),
        limits=stand.limits,
        clock=stand.hands.clock,
    ) as sign_in:
        assert f"api_key={CLIENT_ID}" in sign_in.url
        assert "response_mode=query" in sign_in.url
        assert "scope=write" in sign_in.url
        browser(sign_in.url)
        tokens = sign_in.wait(clock=stand.hands.clock)
    browser.close()
    assert tokens.refresh_token
    [body] = asked
    assert set(body) == {"grant_type", "redirect_uri", "code_verifier", "code", "client_id"}


def test_signing_out_revokes_the_refresh_token(stand: AudiusStand, client: Client) -> None:
    asked: list[Any] = []
    stand.server.watch = lambda request, reply: asked.append((request.path, request.body))
    refresh = client.tokens.refresh_token  # type: ignore[attr-defined]  # an AccountClient
    platform.sign_out(client)
    [(path, body)] = asked
    assert path == "/v1/oauth/revoke"
    assert json.loads(body) == {"token": refresh, "client_id": CLIENT_ID}
    with pytest.raises(PlatformError):
        platform.whoami(client)
