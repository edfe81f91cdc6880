"""SoundCloud's tracks: listed, read, changed, read back, against the practice server."""

import json
from typing import Any

import pytest

from rightsdesk.consent import PRESETS, Consent, Declaration, Permission, Preset
from rightsdesk.consent.dialects.platforms.soundcloud import SoundCloudTrack
from rightsdesk.consent.fields import edited
from rightsdesk.enums.carriers import CarrierId
from rightsdesk.platforms.http.client import Client
from rightsdesk.platforms.http.errors import (
    BadAnswer,
    ItemGone,
    NeedsReconnect,
    RateLimited,
    SpamWarning,
)
from rightsdesk.platforms.interface import RemoteItem
from rightsdesk.platforms.registry import NAMES, all_platforms, platform_by_id
from rightsdesk.platforms.soundcloud import SoundCloud, _item
from rightsdesk.practice.faults import Fault, FaultKind
from rightsdesk.practice.soundcloud import PracticeSoundCloud
from tests.fake_clock import FakeClock
from tests.platforms.connected import ARTIST, OTHER, ConnectedAccount, raises

LIST = "GET /me/tracks"
PUT = "PUT /tracks/"


@pytest.fixture
def client(connected: ConnectedAccount) -> Client:
    return connected.client()


def named(connected: ConnectedAccount, client: Client, title: str) -> RemoteItem:
    return next(item for item in connected.platform.items(client) if item.title == title)


def numbered(count: int) -> list[dict[str, Any]]:
    return [{"title": f"Study {number}"} for number in range(count)]


def test_the_account_is_known_by_its_urn(connected: ConnectedAccount, client: Client) -> None:
    me = connected.platform.whoami(client)
    assert me.remote_id == "soundcloud:users:1001"
    assert me.url == "https://soundcloud.com/mara-linde"


def test_a_track_is_read_unchanged(connected: ConnectedAccount, client: Client) -> None:
    salt, tide = named(connected, client, "Salt"), named(connected, client, "Low Tide")
    assert salt.fields == {
        "tag_list": ('ambient "deep house"',),
        "description": ("Recorded at sea.",),
        "licence": ("all-rights-reserved",),
    }
    assert tide.fields == {"licence": ("all-rights-reserved",)}
    assert (tide.isrc, tide.duration_ms, tide.artist) == ("DEA232600001", 201_000, ARTIST)
    assert connected.platform.item(client, salt.remote_id) == salt


def test_a_long_list_is_read_by_page_and_only_as_far_as_needed(fake_clock: FakeClock) -> None:
    with PracticeSoundCloud({ARTIST: numbered(450)}, redirect_uris=None) as practice:
        connected = ConnectedAccount(practice, fake_clock)
        items = connected.platform.items(connected.client())
        next(items)
        assert practice.count(LIST) == 1
        assert len({item.remote_id for item in items}) == 449
        assert practice.count(LIST) == 3
        assert practice.seen[-1].query["limit"] == "200"
        connected.close()


def test_a_track_that_moves_to_the_next_page_is_listed_once(
    client: Client, connected: ConnectedAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second, third = connected.practice.tracks(ARTIST)
    pages = [
        {"collection": [first, second, second], "next_href": "/me/tracks?cursor=2"},
        {"collection": [second, third], "next_href": None},
    ]
    monkeypatch.setattr(client, "get", lambda *_: pages.pop(0))
    titles = [item.title for item in connected.platform.items(client)]
    assert titles == ["Harbour Lights", "Salt", "Low Tide"]


def test_the_older_bare_list_is_read_too(
    connected: ConnectedAccount, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = client.get("/me/tracks")
    assert isinstance(whole, list)
    monkeypatch.setattr(client, "get", lambda *_: whole)
    assert len(list(connected.platform.items(client))) == 3


def test_an_empty_page_with_a_next_page_is_not_the_end(
    connected: ConnectedAccount, client: Client
) -> None:
    connected.practice.faults.add(Fault(FaultKind.EMPTY_PAGE, times=3))
    assert len(list(connected.platform.items(client))) == 3


@pytest.mark.parametrize("kind", [FaultKind.PAGING_LOOP, FaultKind.EMPTY_PAGE])
def test_an_endless_list_is_abandoned(
    connected: ConnectedAccount, client: Client, secrets: set[str], kind: FaultKind
) -> None:
    connected.practice.faults.add(Fault(kind, times=0))
    with raises(BadAnswer, secrets):
        list(connected.platform.items(client))
    assert connected.practice.count(LIST) < 30


def test_null_tags_are_no_tags(connected: ConnectedAccount, client: Client) -> None:
    connected.practice.faults.add(Fault(FaultKind.NULL_TAGS))
    assert [item.fields.get("tag_list") for item in connected.platform.items(client)] == [None] * 3


def test_a_token_that_expires_during_a_list_is_renewed(fake_clock: FakeClock) -> None:
    with PracticeSoundCloud({ARTIST: numbered(450)}, redirect_uris=None) as practice:
        connected = ConnectedAccount(practice, fake_clock)
        items = connected.platform.items(connected.client())
        next(items)
        practice.oauth.expire(ARTIST)
        assert len(list(items)) == 449
        assert practice.count("POST /oauth/token") == 1
        connected.close()


def test_access_revoked_during_a_list_is_reported(
    fake_clock: FakeClock,
) -> None:
    with PracticeSoundCloud({ARTIST: numbered(250)}, redirect_uris=None) as practice:
        connected = ConnectedAccount(practice, fake_clock)
        items = connected.platform.items(connected.client())
        next(items)
        practice.revoke(ARTIST)
        with raises(NeedsReconnect, practice.oauth.issued):
            list(items)
        connected.close()


def test_a_reservation_is_written_and_read_back(
    connected: ConnectedAccount, client: Client
) -> None:
    dialect = SoundCloudTrack()
    before = named(connected, client, "Salt")
    edit = dialect.edit(before.fields, Declaration(PRESETS[Preset.NO_AI]))
    connected.platform.write(client, before.remote_id, before, edit)
    after = connected.platform.item(client, before.remote_id)
    assert after.fields == edited(before.fields, edit)
    reserved = {u: p for u, p in PRESETS[Preset.NO_AI].items() if p is not Permission.ALLOWED}
    assert dialect.decode(after.fields) == Consent(reserved)
    assert after.fields["tag_list"][0].startswith('ambient "deep house" noai')
    assert after.stamp != before.stamp


def test_only_differences_are_sent_and_never_the_licence(
    connected: ConnectedAccount, client: Client
) -> None:
    sent: list[Any] = []
    connected.practice.watch = lambda request, reply: (
        sent.append(json.loads(request.body)) if request.method == "PUT" else None
    )
    before = named(connected, client, "Harbour Lights")
    same = {"tag_list": ("piano",), "description": ()}
    connected.platform.write(client, before.remote_id, before, same)
    assert sent == []
    connected.platform.write(client, before.remote_id, before, same | {"tag_list": ("piano noai",)})
    assert sent == [{"track": {"tag_list": "piano noai"}}]
    assert connected.practice.tracks(ARTIST)[0]["license"] == "cc-by"


def test_an_empty_tuple_clears_a_field(connected: ConnectedAccount, client: Client) -> None:
    before = named(connected, client, "Salt")
    connected.platform.write(client, before.remote_id, before, {"description": ()})
    after = connected.platform.item(client, before.remote_id)
    assert "description" not in after.fields
    assert after.fields["tag_list"] == before.fields["tag_list"]


def test_a_change_on_the_web_site_changes_the_stamp(
    connected: ConnectedAccount, client: Client
) -> None:
    before = named(connected, client, "Salt")
    connected.practice.edit(before.remote_id, playback_count=99)
    assert connected.platform.item(client, before.remote_id).stamp == before.stamp
    connected.practice.edit(before.remote_id, tag_list="ambient")
    assert connected.platform.item(client, before.remote_id).stamp != before.stamp


def test_a_write_with_a_lost_answer_is_repeated_and_done_once(
    connected: ConnectedAccount, client: Client
) -> None:
    before = named(connected, client, "Salt")
    connected.practice.faults.add(Fault(FaultKind.LOST_ANSWER, on=PUT))
    connected.platform.write(client, before.remote_id, before, {"tag_list": ("noai",)})
    assert connected.platform.item(client, before.remote_id).fields["tag_list"] == ("noai",)


def test_a_spam_warning_is_more_than_a_wait(
    connected: ConnectedAccount, client: Client, secrets: set[str]
) -> None:
    before = named(connected, client, "Salt")
    connected.practice.faults.add(Fault(FaultKind.SPAM_WARNING, on=PUT))
    with raises(SpamWarning, secrets) as caught:
        connected.platform.write(client, before.remote_id, before, {"tag_list": ("noai",)})
    assert caught.value.stops
    with raises(RateLimited, secrets):
        connected.platform.write(client, before.remote_id, before, {"tag_list": ("noai",)})
    assert connected.practice.count(PUT) == 1
    assert connected.practice.tracks(ARTIST)[1]["tag_list"] == before.fields["tag_list"][0]


def test_a_plain_429_on_a_write_is_a_wait(
    connected: ConnectedAccount, client: Client, secrets: set[str]
) -> None:
    before = named(connected, client, "Salt")
    connected.practice.faults.add(Fault(FaultKind.TOO_MANY, on=PUT))
    with raises(RateLimited, secrets) as caught:
        connected.platform.write(client, before.remote_id, before, {"tag_list": ("noai",)})
    assert not isinstance(caught.value, SpamWarning)


def test_another_artists_track_is_out_of_reach(
    connected: ConnectedAccount, client: Client, secrets: set[str]
) -> None:
    foreign = connected.practice.tracks(OTHER)[0]["urn"]
    with raises(ItemGone, secrets):
        connected.platform.item(client, foreign)
    item = RemoteItem(foreign, "Kessel Run", OTHER, "", None, "", {}, "")
    with raises(ItemGone, secrets):
        connected.platform.write(client, foreign, item, {"tag_list": ("noai",)})
    assert connected.practice.tracks(OTHER)[0]["tag_list"] == ""


def test_signing_out_ends_the_session(
    connected: ConnectedAccount, client: Client, secrets: set[str]
) -> None:
    connected.platform.sign_out(client)
    with raises(NeedsReconnect, secrets):
        connected.platform.whoami(client)


@pytest.mark.parametrize("remote_id", ["", "1", "soundcloud:tracks:../me", "soundcloud:users:1"])
def test_only_a_track_urn_is_put_into_a_path(
    connected: ConnectedAccount, client: Client, remote_id: str
) -> None:
    with pytest.raises(ValueError, match="URN"):
        connected.platform.item(client, remote_id)


def test_unknown_fields_and_several_values_are_bugs(
    connected: ConnectedAccount, client: Client
) -> None:
    before = named(connected, client, "Salt")
    for fields in ({"license": ("cc-by",)}, {"tag_list": ("a", "b")}):
        with pytest.raises(ValueError, match=r"field|value"):
            connected.platform.write(client, before.remote_id, before, fields)
    assert connected.practice.count(PUT) == 0


@pytest.mark.parametrize(
    "track",
    [
        None,
        [],
        "track",
        {},
        {"urn": None},
        {"urn": 7},
        {"urn": "soundcloud:tracks:1/../../me"},
        {"urn": "soundcloud:tracks:1", "tag_list": ["noai"]},
        {"urn": "soundcloud:tracks:1", "description": {"text": "no"}},
    ],
)
def test_an_ambiguous_track_is_refused(track: Any) -> None:
    with pytest.raises(BadAnswer):
        _item(track)


def test_an_unreadable_track_hides_no_other_track(
    client: Client, connected: ConnectedAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second, third = connected.practice.tracks(ARTIST)
    page = {"collection": [first, second | {"tag_list": 5}, third], "next_href": None}
    monkeypatch.setattr(client, "get", lambda *_: page)
    items = list(connected.platform.items(client))
    assert [item.remote_id for item in items] == [first["urn"], second["urn"], third["urn"]]
    assert [bool(item.problem) for item in items] == [False, True, False]
    assert "tag_list" in items[1].problem


@pytest.mark.parametrize("duration", [10**30, -5, 0, 1.5, True, "long", None])
def test_an_invalid_length_is_unknown(duration: Any) -> None:
    assert _item({"urn": "soundcloud:tracks:1", "duration": duration}).duration_ms is None


def test_values_for_display_may_be_missing_or_odd() -> None:
    item = _item(
        {
            "urn": "soundcloud:tracks:1",
            "title": None,
            "duration": "long",
            "isrc": 5,
            "user": [],
            "permalink_url": "javascript:alert(1)",
        }
    )
    assert (item.title, item.artist, item.isrc, item.duration_ms, item.url) == (
        "",
        "",
        "",
        None,
        "",
    )


def test_the_artist_of_a_track_can_differ_from_the_account() -> None:
    track = {"urn": "soundcloud:tracks:1", "user": {"username": "Label"}}
    assert _item(track).artist == "Label"
    assert _item(track | {"metadata_artist": "Mara Linde"}).artist == "Mara Linde"


def test_platforms_are_found_by_their_id() -> None:
    assert {platform.id: platform.name for platform in all_platforms()} == dict(NAMES)
    assert isinstance(platform_by_id(CarrierId.SOUNDCLOUD), SoundCloud)
    with pytest.raises(LookupError):
        platform_by_id(CarrierId("myspace"))
