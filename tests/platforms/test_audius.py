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
from rightsdesk.practice.faults import Fault, FaultKind
from tests.fake_clock import FakeClock
from tests.platforms.connected import ARTIST, FREE_PORT, OTHER, raises
from tests.platforms.rigs import AudiusRig
from tests.platforms.test_every_platform import NO_AI

LIST = "GET /v1/users/u1P5n/tracks"
OPEN = Declaration(Consent(dict.fromkeys(Use, Permission.ALLOWED)))
platform = Audius()


@pytest.fixture
def rig(fake_clock: FakeClock, no_thread_is_left: None) -> Iterator[AudiusRig]:
    rig = AudiusRig(fake_clock)
    yield rig
    rig.close()


@pytest.fixture
def client(rig: AudiusRig) -> Client:
    return rig.client()


def named(client: Client, title: str) -> RemoteItem:
    return next(item for item in platform.items(client) if item.title == title)


def account(client: Client) -> RemoteItem:
    return next(platform.items(client))


def sent(rig: AudiusRig) -> list[Any]:
    bodies: list[Any] = []
    rig.server.watch = lambda request, reply: (
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


def test_each_switch_is_sent_only_where_it_belongs(rig: AudiusRig, client: Client) -> None:
    bodies = sent(rig)
    for item in list(platform.items(client)):
        edit = platform.suite.edit(item.fields, NO_AI)
        platform.write(client, item.remote_id, item, edit)
    assert sorted(bodies, key=str) == [
        ("/v1/tracks/t1Xq?user_id=u1P5n", {"no_ai_use": True}),
        ("/v1/tracks/t2Xq?user_id=u1P5n", {"no_ai_use": True}),
        ("/v1/users/u1P5n?user_id=u1P5n", {"allow_ai_attribution": False}),
    ]


def test_no_consent_ever_turns_attribution_on(rig: AudiusRig, client: Client) -> None:
    """Attribution accepts an unlimited contract, so only the artist may turn it on."""
    rig.server.edit("u1P5n", allow_ai_attribution=False)
    for item in platform.items(client):
        edit = platform.suite.edit(item.fields, OPEN)
        assert "allow_ai_attribution" not in edit
    assert platform.suite.edit({}, OPEN) == {}


def test_an_undo_restores_a_switch_that_was_on(rig: AudiusRig, client: Client) -> None:
    before = account(client)
    platform.write(client, before.remote_id, before, {"allow_ai_attribution": ("false",)})
    after = account(client)
    platform.write(client, before.remote_id, after, {"allow_ai_attribution": ("true",)})
    assert rig.server.user(ARTIST)["allow_ai_attribution"] is True


def test_a_slow_index_is_waited_for(rig: AudiusRig, client: Client) -> None:
    rig.server.shown_after = 2
    item = named(client, "Salt")
    platform.write(client, item.remote_id, item, {"no_ai_use": ("true",)})
    assert platform.item(client, item.remote_id).fields["no_ai_use"] == ("true",)
    assert sum(rig.fake_clock.slept) < sum(PATIENCE) + 2


def test_a_change_that_is_accepted_but_not_made_is_reported(rig: AudiusRig, client: Client) -> None:
    rig.server.ignores_tracks = True
    item = named(client, "Salt")
    with raises(Ignored, rig.secrets) as caught:
        platform.write(client, item.remote_id, item, {"no_ai_use": ("true",)})
    assert "does not show it" in caught.value.sentence
    assert not caught.value.stops
    assert platform.item(client, item.remote_id).fields == item.fields
    owner = account(client)
    platform.write(client, owner.remote_id, owner, {"allow_ai_attribution": ("false",)})


def test_a_switch_that_audius_does_not_show_is_not_planned(rig: AudiusRig, client: Client) -> None:
    rig.server.hides_tracks = True
    item = named(client, "Salt")
    assert item.fields == {}
    assert platform.suite.edit(item.fields, NO_AI) == {}
    assert not platform.suite.read(item.fields).consent


def test_a_switch_that_is_neither_on_nor_off_is_not_read(rig: AudiusRig, client: Client) -> None:
    rig.server.edit("t1Xq", no_ai_use="no")
    with raises(BadAnswer, rig.secrets):
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
def test_a_switch_in_the_wrong_place_is_a_bug_of_ours(
    rig: AudiusRig, client: Client, remote_id: str, fields: dict[str, tuple[str, ...]]
) -> None:
    item = RemoteItem(remote_id, "", "", "", None, "", {}, "")
    with pytest.raises(ValueError, match=r"not to be written|either true or false|not the name"):
        platform.write(client, remote_id, item, fields)
    assert rig.server.count("PUT") == 0


def test_a_long_list_is_read_in_hundreds_until_it_is_empty(fake_clock: FakeClock) -> None:
    class Many(AudiusRig):
        def practice(self) -> PracticeAudius:
            return PracticeAudius({ARTIST: [{} for _ in range(250)]}, now=self.now)

    rig = Many(fake_clock)
    items = platform.items(rig.client())
    next(items)
    next(items)
    assert rig.server.count(LIST) == 1
    assert len({item.remote_id for item in items}) == 249
    assert rig.server.count(LIST) == 4
    assert all(
        request.query["user_id"] == "u1P5n"
        for request in rig.server.seen
        if "tracks" in request.path
    )
    rig.close()


def test_an_endless_list_is_abandoned(rig: AudiusRig, client: Client) -> None:
    rig.server.faults.add(Fault(FaultKind.PAGING_LOOP, on=LIST, times=0))
    with raises(BadAnswer, rig.secrets):
        list(platform.items(client))
    assert rig.server.count(LIST) < 8


def test_calls_keep_the_distance_that_the_plan_requires(rig: AudiusRig, client: Client) -> None:
    for _ in range(21):
        platform.whoami(client)
    assert 1.9 < sum(rig.fake_clock.slept) < 2.1


def test_another_artists_track_is_out_of_reach(rig: AudiusRig, client: Client) -> None:
    [foreign] = rig.server.tracks(OTHER)
    item = platform.item(client, f"users/u2P5n/tracks/{foreign['id']}")
    with raises(Refused, rig.secrets):
        platform.write(client, item.remote_id, item, {"no_ai_use": ("true",)})
    with raises(PlatformError, rig.secrets):  # as if the track were ours
        platform.item(client, f"users/u1P5n/tracks/{foreign['id']}")
    assert rig.server.tracks(OTHER) == [foreign]


def test_a_missing_track_is_reported(rig: AudiusRig, client: Client) -> None:
    with raises(ItemGone, rig.secrets):
        platform.item(client, "users/u1P5n/tracks/nothing")


def test_a_page_leads_only_to_audius(rig: AudiusRig, client: Client) -> None:
    rig.server.edit("t1Xq", permalink="/@evil.example/x?y")
    assert named(client, "Low Tide").url == ""
    rig.server.edit("t1Xq", permalink="https://evil.example/")
    assert named(client, "Low Tide").url == ""


def test_a_sign_in_sends_what_the_sdk_of_audius_sends(rig: AudiusRig) -> None:
    asked: list[Any] = []
    rig.server.watch = lambda request, reply: (
        asked.append(json.loads(request.body)) if request.path.endswith("/token") else None
    )
    browser = PracticeBrowser(ARTIST)
    with browser_sign_in.sign_in(
        platform,
        rig.endpoints,
        App(CLIENT_ID, FREE_PORT),
        limits=rig.limits,
        clock=rig.fake_clock.clock,
    ) as sign_in:
        assert f"api_key={CLIENT_ID}" in sign_in.url
        assert "response_mode=query" in sign_in.url
        assert "scope=write" in sign_in.url
        browser(sign_in.url)
        tokens = sign_in.wait(clock=rig.fake_clock.clock)
    browser.close()
    assert tokens.refresh_token
    [body] = asked
    assert set(body) == {"grant_type", "redirect_uri", "code_verifier", "code", "client_id"}


def test_signing_out_revokes_the_refresh_token(rig: AudiusRig, client: Client) -> None:
    asked: list[Any] = []
    rig.server.watch = lambda request, reply: asked.append((request.path, request.body))
    refresh = client.tokens.refresh_token  # type: ignore[attr-defined]  # an AccountClient
    platform.sign_out(client)
    [(path, body)] = asked
    assert path == "/v1/oauth/revoke"
    assert json.loads(body) == {"token": refresh, "client_id": CLIENT_ID}
    with pytest.raises(PlatformError):
        platform.whoami(client)
