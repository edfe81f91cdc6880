"""Funkwhale's tracks: listed, read, edited, read back, against the practice server."""

from collections.abc import Iterator

import pytest

from rightsdesk.consent import PRESETS, Declaration, Permission, Preset, Use
from rightsdesk.consent.fields import Fields
from rightsdesk.platforms.http.address import Endpoints
from rightsdesk.platforms.http.client import Client
from rightsdesk.platforms.http.errors import (
    AddressRefused,
    BadAnswer,
    DoesNotFit,
    ItemGone,
    NeedsReconnect,
    Refused,
)
from rightsdesk.platforms.interface import RemoteItem
from rightsdesk.platforms.read_after_write import PAUSES, NotShownYet
from rightsdesk.platforms.sign_in.credentials import Credentials
from rightsdesk.practice.faults import Fault, FaultKind
from rightsdesk.practice.funkwhale import PracticeFunkwhale
from tests.fake_clock import FakeClock
from tests.platforms.connected import raises
from tests.platforms.rigs import FunkwhaleRig

NO_AI = Declaration(PRESETS[Preset.NO_AI])
LIST = "GET /api/v1/tracks/"


@pytest.fixture
def rig(fake_clock: FakeClock, no_thread_is_left: None) -> Iterator[FunkwhaleRig]:
    rig = FunkwhaleRig(fake_clock)
    yield rig
    rig.close()


@pytest.fixture
def client(rig: FunkwhaleRig) -> Client:
    return rig.client()


def named(rig: FunkwhaleRig, client: Client, title: str) -> tuple[RemoteItem, Fields]:
    """A track, and the edit that says no to AI there."""
    item = next(candidate for candidate in rig.platform.items(client) if candidate.title == title)
    return item, rig.platform.suite.edit(item.fields, NO_AI)


def test_the_account_is_known_by_its_public_name(rig: FunkwhaleRig, client: Client) -> None:
    me = rig.platform.whoami(client)
    assert (me.remote_id, me.name) == ("mara@audio.example", "Mara")


@pytest.mark.parametrize("token", ["", "two words", "line\r\nX-Evil: 1"])
def test_text_that_cannot_be_a_token_is_never_sent(rig: FunkwhaleRig, token: str) -> None:
    with raises(NeedsReconnect, rig.secrets) as caught:
        rig.client(Credentials(secret=token))
    assert "write:edits" in caught.value.advice
    assert rig.server.seen == []


def test_a_server_has_to_be_named(rig: FunkwhaleRig) -> None:
    with raises(AddressRefused, rig.secrets):
        rig.platform.client(Endpoints("", ""), "", rig.credentials(), save=print, limits=rig.limits)


def test_only_the_accounts_own_tracks_are_listed(rig: FunkwhaleRig, client: Client) -> None:
    titles = [item.title for item in rig.platform.items(client)]
    assert titles == ["Low Tide", "Salt", "Web"]


def test_a_track_is_read_unchanged(rig: FunkwhaleRig, client: Client) -> None:
    tide, _ = named(rig, client, "Low Tide")
    assert tide.fields == {"licence": ("cc-by-4.0",)}
    assert (tide.duration_ms, tide.artist) == (120_000, "Mara")
    assert tide.url == f"{rig.server.base_url}/library/tracks/1"
    salt, _ = named(rig, client, "Salt")
    assert salt.fields == {
        "tags": ("Ambient",),
        "description": ("Recorded at sea.",),
        "description_type": ("text/markdown",),
    }


def test_several_artists_are_named_together(rig: FunkwhaleRig, client: Client) -> None:
    credits = [{"credit": "Mara"}, {"credit": "Kessel"}]
    rig.server.edit(1, artist=None, artist_credit=credits)
    assert rig.platform.item(client, "1").artist == "Mara, Kessel"


def test_an_edit_sends_only_differences_and_keeps_the_type_of_the_text(
    rig: FunkwhaleRig, client: Client
) -> None:
    item, edit = named(rig, client, "Web")
    rig.platform.write(client, item.remote_id, item, edit)
    [sent] = rig.server.edits
    assert sent["is_approved"] is True
    assert set(sent["payload"]) == {"tags", "description"}
    assert sent["payload"]["tags"] == ["noai"]
    assert sent["payload"]["description"]["content_type"] == "text/html"
    rig.platform.write(client, item.remote_id, item, {"tags": ("noai",)})
    assert rig.server.edits[-1]["payload"] == {"tags": ["noai"]}
    for name in ("licence", "description_type"):
        with pytest.raises(ValueError, match=name):
            rig.platform.write(client, item.remote_id, item, {name: ()})


def test_a_delayed_edit_is_waited_for(rig: FunkwhaleRig, client: Client) -> None:
    item, edit = named(rig, client, "Salt")
    rig.server.late = 2
    rig.platform.write(client, item.remote_id, item, edit)
    says = rig.platform.suite.read(rig.platform.item(client, item.remote_id).fields)
    assert says.consent[Use.GENERATIVE_TRAINING] is Permission.PROHIBITED
    assert sum(rig.fake_clock.slept) <= sum(PAUSES)


def test_an_edit_that_is_not_carried_out_is_not_done(rig: FunkwhaleRig, client: Client) -> None:
    item, edit = named(rig, client, "Salt")
    rig.server.late = 50
    with raises(NotShownYet, rig.secrets):
        rig.platform.write(client, item.remote_id, item, edit)
    assert len(rig.server.edits) == 1


def test_a_server_that_keeps_the_old_text_is_noticed(rig: FunkwhaleRig, client: Client) -> None:
    item, _ = named(rig, client, "Salt")
    rig.server.keeps_texts = True
    with raises(NotShownYet, rig.secrets):
        rig.platform.write(client, item.remote_id, item, {"description": ()})


def test_a_foreign_track_and_a_weak_token_are_reported(rig: FunkwhaleRig, client: Client) -> None:
    item, edit = named(rig, client, "Salt")
    rig.server.edit(2, attributed_to={"preferred_username": "kessel", "domain": "x"})
    with raises(Refused, rig.secrets) as caught:
        rig.platform.write(client, item.remote_id, item, edit)
    assert "attributed to you" in caught.value.advice
    weak = rig.client(Credentials(secret=rig.server.new_token("mara", frozenset())))
    with raises(Refused, rig.secrets):
        rig.platform.write(weak, item.remote_id, item, edit)
    assert rig.server.edits == []


def test_a_description_that_would_be_too_long_is_not_sent(
    rig: FunkwhaleRig, client: Client
) -> None:
    item, _ = named(rig, client, "Salt")
    with raises(DoesNotFit, rig.secrets):
        rig.platform.write(client, item.remote_id, item, {"description": ("x" * 5001,)})
    assert rig.server.edits == []


def test_a_thirty_first_tag_is_never_sent(fake_clock: FakeClock) -> None:
    tags = [f"tag{number:02}" for number in range(30)]

    class FullRig(FunkwhaleRig):
        def practice(self) -> PracticeFunkwhale:
            return PracticeFunkwhale({"mara": [{"title": "Full", "tags": tags}]})

    rig = FullRig(fake_clock)
    client = rig.client()
    item, edit = named(rig, client, "Full")
    assert set(edit) == {"description"}
    rig.platform.write(client, item.remote_id, item, edit)
    assert list(rig.platform.item(client, item.remote_id).fields["tags"]) == tags
    rig.close()


def test_pages_are_counted_and_their_links_not_followed(fake_clock: FakeClock) -> None:
    channel = {"id": 2, "name": "Mara's channel", "channel": "abc"}

    class LongRig(FunkwhaleRig):
        def practice(self) -> PracticeFunkwhale:
            return PracticeFunkwhale({"mara": [{"artist": channel}, *[{}] * 119]})

    rig = LongRig(fake_clock)
    assert len({item.remote_id for item in rig.platform.items(rig.client())}) == 120
    assert sum(request.path == "/api/v1/tracks/" for request in rig.server.seen) == 3
    rig.close()


def test_a_circular_list_is_abandoned(rig: FunkwhaleRig, client: Client) -> None:
    rig.server.faults.add(Fault(FaultKind.PAGING_LOOP, on=LIST, times=0))
    with raises(BadAnswer, rig.secrets):
        list(rig.platform.items(client))
    assert sum(request.path == "/api/v1/tracks/" for request in rig.server.seen) == 2


@pytest.mark.parametrize(
    "values",
    [
        {"description": "a bare text"},
        {"description": {"text": 7, "content_type": "text/plain"}},
        {"description": {"text": "x", "content_type": "text/x-evil"}},
        {"tags": "noai"},
        {"tags": [None]},
    ],
)
def test_a_field_with_a_declaration_is_never_guessed(
    rig: FunkwhaleRig, client: Client, values: dict[str, object]
) -> None:
    rig.server.edit(2, **values)
    with raises(BadAnswer, rig.secrets):
        rig.platform.item(client, "2")


@pytest.mark.parametrize("name", ["", "0", "1/mutations", "../users/me", "٣"])
def test_only_numbers_become_paths(rig: FunkwhaleRig, client: Client, name: str) -> None:
    with pytest.raises(ValueError, match="number"):
        rig.platform.item(client, name)


def test_a_missing_track_is_reported(rig: FunkwhaleRig, client: Client) -> None:
    with raises(ItemGone, rig.secrets):
        rig.platform.item(client, "404")


def test_signing_out_says_that_the_token_stays_valid(rig: FunkwhaleRig, client: Client) -> None:
    with raises(Refused, rig.secrets) as caught:
        rig.platform.sign_out(client)
    assert "application" in caught.value.sentence
