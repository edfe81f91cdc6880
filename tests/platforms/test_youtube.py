"""YouTube: whole parts are sent back, trainability, pages of fifty, a daily quota."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from rightsdesk.consent import Permission, Use
from rightsdesk.platforms import browser_sign_in
from rightsdesk.platforms.http.client import Client
from rightsdesk.platforms.http.errors import (
    BadAnswer,
    ChangedThere,
    DoesNotFit,
    ItemGone,
    NeedsReconnect,
    PlatformError,
    RateLimited,
    Refused,
)
from rightsdesk.platforms.http.limits import Limits
from rightsdesk.platforms.interface import RemoteItem
from rightsdesk.platforms.sign_in.oauth import App
from rightsdesk.platforms.youtube import YouTube, _milliseconds
from rightsdesk.platforms.youtube_quota import UNITS_A_DAY
from rightsdesk.practice.browser import PracticeBrowser
from rightsdesk.practice.faults import Fault, FaultKind
from rightsdesk.practice.youtube import CLIENT_ID, CLIENT_SECRET, PracticeYouTube
from tests.fake_clock import FakeClock
from tests.platforms.connected import ARTIST, FREE_PORT, OTHER, raises
from tests.platforms.rigs import YouTubeRig
from tests.platforms.test_every_platform import NO_AI

PUT = "PUT /youtube/v3/videos"
LOOK_UP = "GET /youtube/v3/videoTrainability"
platform = YouTube()


@pytest.fixture
def rig(fake_clock: FakeClock, no_thread_is_left: None) -> Iterator[YouTubeRig]:
    rig = YouTubeRig(fake_clock)
    yield rig
    rig.close()


@pytest.fixture
def client(rig: YouTubeRig) -> Client:
    return rig.client()


def named(client: Client, title: str) -> RemoteItem:
    return next(item for item in platform.items(client) if item.title == title)


def sent(rig: YouTubeRig) -> list[Any]:
    """The bodies that updates will send from now on, with the parts that they name."""
    updates: list[Any] = []
    rig.server.watch = lambda request, reply: (
        updates.append((request.query["part"], json.loads(request.body)))
        if request.method == "PUT"
        else None
    )
    return updates


class Many(YouTubeRig):
    """A channel with as many videos as `count` says."""

    count = 120
    units: int | None = None

    def practice(self) -> PracticeYouTube:
        videos = [{"title": f"Study {number}", "duration": "PT2M"} for number in range(self.count)]
        return PracticeYouTube({ARTIST: videos}, units=self.units, now=self.now)


# Reading


def test_a_video_is_read_unchanged(rig: YouTubeRig, client: Client) -> None:
    salt = named(client, "Salt")
    assert salt.fields == {
        "tags": ("ambient", "deep house"),
        "description": ("At sea.\n\nhttps://label.example",),
        "permitted": ("all",),
        "licence": ("youtube",),
    }
    assert (salt.artist, salt.duration_ms, salt.isrc) == (ARTIST, 201_000, "")
    assert salt.url == "https://www.youtube.com/watch?v=video000002"


def test_the_channel_is_the_account(client: Client) -> None:
    me = platform.whoami(client)
    assert me.remote_id == "UC0000000000000000000001"
    assert me.name == ARTIST


def test_trainability_is_read_without_a_sign_in_and_only_for_public_videos(
    rig: YouTubeRig, client: Client
) -> None:
    by_title = {item.title: item for item in platform.items(client)}
    assert by_title["Low Tide"].fields["permitted"] == ("Adobe", "Cohere")
    assert "permitted" not in by_title["Rough cut"].fields
    lookups = [request for request in rig.server.seen if request.path.endswith("videoTrainability")]
    assert [request.scheme for request in lookups] == ["", ""]
    assert {request.query["id"] for request in lookups} == {"video000001", "video000002"}


def test_the_switch_and_our_signal_are_separate_statements(rig: YouTubeRig, client: Client) -> None:
    before = named(client, "Salt")
    edit = platform.suite.edit(before.fields, NO_AI)
    assert "permitted" not in edit
    platform.write(client, before.remote_id, before, edit)
    says = platform.suite.read(platform.item(client, before.remote_id).fields)
    by_dialect = {
        statement.dialect: statement.says[Use.GENERATIVE_TRAINING] for statement in says.statements
    }
    assert by_dialect == {
        "youtube-video": Permission.PROHIBITED,
        "youtube-trainability": Permission.ALLOWED,
    }
    assert Use.GENERATIVE_TRAINING in says.conflicts


def test_the_switch_is_never_sent(rig: YouTubeRig, client: Client) -> None:
    salt = named(client, "Salt")
    with pytest.raises(ValueError, match="permitted"):
        platform.write(client, salt.remote_id, salt, {"permitted": ("none",)})


@pytest.mark.parametrize(
    "kind", [FaultKind.ERROR, FaultKind.TRUNCATED, FaultKind.NOT_JSON, FaultKind.TOO_MANY]
)
def test_a_failed_lookup_claims_nothing_and_delays_nothing(
    rig: YouTubeRig, client: Client, kind: FaultKind
) -> None:
    rig.server.faults.add(Fault(kind, on=LOOK_UP, times=0))
    items = list(platform.items(client))
    assert len(items) == 3
    assert not [item for item in items if "permitted" in item.fields]
    platform.whoami(client)


def test_lookups_that_keep_failing_are_abandoned(fake_clock: FakeClock) -> None:
    rig = Many(fake_clock)
    rig.server.faults.add(Fault(FaultKind.NOT_JSON, on=LOOK_UP, times=0))
    assert len(list(platform.items(rig.client()))) == 120
    assert rig.server.count(LOOK_UP) == 3
    rig.close()


@pytest.mark.parametrize(
    "answer",
    [
        {"videoId": "another", "permitted": ["all"]},
        {"permitted": ["none"]},
        {"videoId": "video000002", "permitted": "none"},
        {"videoId": "video000002", "permitted": [7]},
        {"videoId": "video000002", "permitted": ["x" * 300]},
        {"videoId": "video000002", "permitted": ["x"] * 300},
        {"videoId": "video000002"},
        [],
    ],
    ids=lambda value: json.dumps(value)[:40],
)
def test_an_answer_about_another_video_claims_nothing(
    client: Client, answer: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    public = client.public  # type: ignore[attr-defined]  # an AccountClient
    monkeypatch.setattr(public, "get", lambda *_: answer)
    assert "permitted" not in platform.item(client, "video000002").fields


def test_a_change_of_the_switch_does_not_affect_our_fields(rig: YouTubeRig, client: Client) -> None:
    before = named(client, "Salt")
    rig.server.edit(before.remote_id, permitted=["none"])
    after = platform.item(client, before.remote_id)
    assert after.fields["permitted"] == ("none",)
    assert after.stamp == before.stamp


def test_a_long_list_is_read_in_fifties_and_only_as_far_as_needed(fake_clock: FakeClock) -> None:
    rig = Many(fake_clock)
    items = platform.items(rig.client())
    next(items)
    assert rig.server.count("GET /youtube/v3/playlistItems") == 1
    assert len({item.remote_id for item in items}) == 119
    assert rig.server.count("GET /youtube/v3/playlistItems") == 3
    assert rig.server.count("GET /youtube/v3/videos?") == 0
    assert rig.server.count("GET /youtube/v3/videos") == 3
    rig.close()


def test_an_endless_list_is_abandoned(rig: YouTubeRig, client: Client) -> None:
    rig.server.faults.add(Fault(FaultKind.PAGING_LOOP, on="GET /youtube/v3/playlistItems", times=0))
    with raises(BadAnswer, rig.secrets):
        list(platform.items(client))
    assert rig.server.count("GET /youtube/v3/playlistItems") < 5


def test_a_video_deleted_after_listing_is_left_out(rig: YouTubeRig, client: Client) -> None:
    rig.server.watch = lambda request, reply: (
        rig.server.delete("video000001") if request.path.endswith("playlistItems") else None
    )
    assert {item.title for item in platform.items(client)} == {"Salt", "Rough cut"}
    with raises(ItemGone, rig.secrets):
        platform.item(client, "video000001")


def test_a_channel_without_videos_has_none(fake_clock: FakeClock) -> None:
    class Empty(Many):
        count = 0

    rig = Empty(fake_clock)
    assert list(platform.items(rig.client())) == []
    rig.close()


def test_an_account_without_a_channel_is_reported(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "get", lambda *_: {"kind": "youtube#channelListResponse"})
    with pytest.raises(Refused, match="no YouTube channel"):
        platform.whoami(client)


@pytest.mark.parametrize(
    ("duration", "milliseconds"),
    [
        ("PT3M21S", 201_000),
        ("PT1H", 3_600_000),
        ("P1DT2H3M4S", 93_784_000),
        ("PT59S", 59_000),
        ("P0D", None),
        ("PT", None),
        ("", None),
        ("three minutes", None),
    ],
)
def test_a_duration_is_read_or_unknown(duration: str, milliseconds: int | None) -> None:
    assert _milliseconds(duration) == milliseconds


# Writing


def test_an_update_sends_the_whole_snippet_back_and_no_other_part(
    rig: YouTubeRig, client: Client
) -> None:
    updates = sent(rig)
    before = named(client, "Rough cut")
    platform.write(client, before.remote_id, before, {"tags": ("noai",)})
    assert updates == [
        (
            "snippet",
            {
                "id": before.remote_id,
                "snippet": {
                    "title": "Rough cut",
                    "description": "",
                    "tags": ["noai"],
                    "categoryId": "10",
                    "defaultLanguage": "de",
                    "defaultAudioLanguage": "de",
                },
            },
        )
    ]


def test_setting_one_of_the_two_fields_keeps_the_other(rig: YouTubeRig, client: Client) -> None:
    before = named(client, "Salt")
    platform.write(client, before.remote_id, before, {"description": ("No.",)})
    after = platform.item(client, before.remote_id)
    assert after.fields["tags"] == before.fields["tags"]
    platform.write(client, before.remote_id, after, {"tags": ()})
    assert platform.item(client, before.remote_id).fields["description"] == ("No.",)


def test_a_changed_title_is_kept_and_a_changed_text_stops_the_update(
    rig: YouTubeRig, client: Client
) -> None:
    before = named(client, "Salt")
    rig.server.edit(before.remote_id, title="Salt (live)")
    platform.write(client, before.remote_id, before, {"tags": ("noai",)})
    assert rig.server.videos(ARTIST)[1]["snippet"]["title"] == "Salt (live)"
    rig.server.edit(before.remote_id, description="New words")
    later = platform.item(client, before.remote_id)
    rig.server.edit(before.remote_id, description="Newer words")
    with raises(ChangedThere, rig.secrets) as caught:
        platform.write(client, before.remote_id, later, {"tags": ("noai", "ambient")})
    assert caught.value.skips
    assert rig.server.videos(ARTIST)[1]["snippet"]["description"] == "Newer words"


def test_an_update_that_would_lose_the_title_is_not_sent(rig: YouTubeRig, client: Client) -> None:
    before = named(client, "Salt")
    rig.server.edit(before.remote_id, categoryId=None)
    with raises(BadAnswer, rig.secrets):
        platform.write(client, before.remote_id, before, {"tags": ("noai",)})
    assert rig.server.count(PUT) == 0


@pytest.mark.parametrize(
    "fields",
    [
        {"description": ("é" * 2501,)},
        {"tags": tuple(f"tag number {n:02}" for n in range(40))},
        {"description": ("All rights reserved <3",)},
        {"description": ("Mira -> me",)},
    ],
    ids=["less than", "greater than", "less than", "greater than"],
)
def test_a_text_that_is_too_long_is_not_sent(
    rig: YouTubeRig, client: Client, fields: dict[str, tuple[str, ...]]
) -> None:
    before = named(client, "Salt")
    asked = len(rig.server.seen)
    with raises(DoesNotFit, rig.secrets) as caught:
        platform.write(client, before.remote_id, before, fields)
    assert "left unchanged" in str(caught.value)
    assert not caught.value.stops
    assert len(rig.server.seen) == asked


def test_a_text_of_exactly_the_maximum_length_is_accepted(rig: YouTubeRig, client: Client) -> None:
    """5,000 bytes, and 500 characters with the comma; a space would need two more for quotes."""
    before = named(client, "Salt")
    fits = {"description": ("é" * 2500,), "tags": ("a" * 200, "b" * 299)}
    platform.write(client, before.remote_id, before, fits)
    after = platform.item(client, before.remote_id)
    assert after.fields["description"] == fits["description"]
    with pytest.raises(DoesNotFit):
        platform.write(client, before.remote_id, after, {"tags": ("a " * 100, "b" * 299)})
    assert platform.item(client, before.remote_id).fields == after.fields


def test_another_artists_video_is_out_of_reach(rig: YouTubeRig, client: Client) -> None:
    foreign = rig.server.videos(OTHER)[0]["id"]
    item = platform.item(client, foreign)  # public, so every user can read it
    with raises(Refused, rig.secrets):
        platform.write(client, foreign, item, {"tags": ("noai",)})
    assert "tags" not in rig.server.videos(OTHER)[0]["snippet"]


@pytest.mark.parametrize("number", ["../videos", "a,b", "a&part=status", ""])
def test_only_an_id_identifies_a_video(client: Client, number: str) -> None:
    with pytest.raises(ValueError, match="not the id"):
        platform.item(client, number)


# The quota


def test_calls_are_counted_before_they_are_sent(rig: YouTubeRig, client: Client) -> None:
    rig.server.units = UNITS_A_DAY
    before = named(client, "Salt")
    platform.write(client, before.remote_id, before, {"tags": ("noai",)})
    platform.item(client, before.remote_id)
    assert client.units_left == rig.server.units
    assert client.units_left == UNITS_A_DAY - (3 + 1 + 50 + 1)


def test_the_last_units_are_reserved_for_reading_back(rig: YouTubeRig) -> None:
    used = {"day": "2026-11-22", "units": UNITS_A_DAY - 54}
    key = f"{rig.server.base_url} {CLIENT_ID} units"
    rig.limits = Limits({key: used}, clock=rig.fake_clock.clock)
    client = rig.client()
    before = named(client, "Salt")
    assert client.units_left == 51
    with raises(RateLimited, rig.secrets):  # 1 to read, 50 to write, and none to read back
        platform.write(client, before.remote_id, before, {"tags": ("noai",)})
    assert rig.server.count(PUT) == 0
    assert platform.item(client, before.remote_id).fields == before.fields


def test_a_quota_used_up_by_other_programs_lasts_until_midnight_in_california(
    rig: YouTubeRig, client: Client
) -> None:
    rig.server.units = 55
    before = named(client, "Salt")
    platform.write(client, before.remote_id, before, {"tags": ("noai",)})
    with raises(RateLimited, rig.secrets) as caught:
        platform.item(client, before.remote_id)
        platform.item(client, before.remote_id)
    assert caught.value.stops
    assert caught.value.until == datetime(2026, 11, 23, 8, tzinfo=UTC)
    assert client.units_left == 0
    asked = len(rig.server.seen)
    with raises(RateLimited, rig.secrets):
        platform.whoami(client)
    assert len(rig.server.seen) == asked, "nothing is sent before the quota is renewed"
    rig.server.units = UNITS_A_DAY
    rig.fake_clock.move(hours=20)
    platform.whoami(client)
    assert client.units_left == UNITS_A_DAY - 1


def test_the_used_units_are_known_after_a_restart(rig: YouTubeRig) -> None:
    stored: dict[str, Any] = {}
    rig.limits = Limits(changed=stored.__setitem__, clock=rig.fake_clock.clock)
    platform.whoami(rig.client())
    platform.whoami(rig.client())
    rig.limits = Limits(
        {key: state for key, state in stored.items() if state}, clock=rig.fake_clock.clock
    )
    later = rig.client()
    assert later.units_left == UNITS_A_DAY - 2
    rig.fake_clock.move(days=1)
    assert later.units_left == UNITS_A_DAY


def test_a_limiter_created_at_sign_in_applies_the_quota(rig: YouTubeRig) -> None:
    """If one server is used for all hosts, both share the same limiter."""
    rig.limits.of(service="YouTube", host=rig.server.base_url, client_id=CLIENT_ID)
    assert rig.client().units_left == UNITS_A_DAY


def test_calls_that_come_too_fast_cause_a_short_wait(rig: YouTubeRig, client: Client) -> None:
    rig.server.faults.add(Fault(FaultKind.TOO_MANY, on="GET /youtube/v3/channels"))
    with raises(RateLimited, rig.secrets) as caught:
        platform.whoami(client)
    assert caught.value.until - rig.fake_clock.wall < timedelta(minutes=2)


# Signing in and out


def test_a_sign_in_through_googles_page(rig: YouTubeRig) -> None:
    app = App(CLIENT_ID, FREE_PORT.replace("/callback", "/"), CLIENT_SECRET)
    browser = PracticeBrowser(ARTIST)
    with browser_sign_in.sign_in(
        platform, rig.endpoints, app, limits=rig.limits, clock=rig.fake_clock.clock
    ) as sign_in:
        assert "youtube.force-ssl" in sign_in.url
        browser(sign_in.url)
        tokens = sign_in.wait(clock=rig.fake_clock.clock)
    browser.close()
    assert tokens.refresh_token


def test_a_refresh_token_that_is_not_replaced_is_kept(rig: YouTubeRig, client: Client) -> None:
    for _ in range(2):
        rig.expire()
        platform.whoami(client)
    saved = [credentials.tokens for credentials in rig.saved]
    assert len({tokens.refresh_token for tokens in saved if tokens}) == 1
    assert len({tokens.access_token for tokens in saved if tokens}) == 2


def test_signing_out_revokes_the_tokens(rig: YouTubeRig, client: Client) -> None:
    platform.sign_out(client)
    assert rig.server.seen[-1].path == "/revoke"
    assert rig.server.seen[-1].scheme == ""
    with raises(NeedsReconnect, rig.secrets):
        platform.whoami(client)
    platform.sign_out(client)  # a token that is already invalid is fine too


def test_google_issues_tokens_on_a_separate_host() -> None:
    server = platform.auth_server(platform.endpoints)
    assert server.authorize_url == "https://accounts.google.com/o/oauth2/v2/auth"
    assert server.token_url == "https://oauth2.googleapis.com/token"


def test_an_error_contains_googles_message(rig: YouTubeRig, client: Client) -> None:
    item = platform.item(client, rig.server.videos(OTHER)[0]["id"])
    with pytest.raises(PlatformError, match="not properly authorized"):
        platform.write(client, item.remote_id, item, {"tags": ("noai",)})
