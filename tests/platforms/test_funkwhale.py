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
from rightsdesk.practice.faults import Fault, Kind
from rightsdesk.practice.funkwhale import PracticeFunkwhale
from tests.platforms.desk import Hands, raises
from tests.platforms.stands import FunkwhaleStand

NO_AI = Declaration(PRESETS[Preset.NO_AI])
LIST = "GET /api/v1/tracks/"


@pytest.fixture
def stand(hands: Hands, no_thread_is_left: None) -> Iterator[FunkwhaleStand]:
    stand = FunkwhaleStand(hands)
    yield stand
    stand.close()


@pytest.fixture
def client(stand: FunkwhaleStand) -> Client:
    return stand.client()


def named(stand: FunkwhaleStand, client: Client, title: str) -> tuple[RemoteItem, Fields]:
    """A track, and the edit that says no to AI there."""
    item = next(candidate for candidate in stand.platform.items(client) if candidate.title == title)
    return item, stand.platform.suite.edit(item.fields, NO_AI)


def test_the_account_is_known_as_others_see_it(stand: FunkwhaleStand, client: Client) -> None:
    me = stand.platform.whoami(client)
    assert (me.remote_id, me.name) == ("mara@audio.example", "Mara")


@pytest.mark.parametrize("token", ["", "two words", "line\r\nX-Evil: 1"])
def test_what_cannot_be_a_token_is_never_sent(stand: FunkwhaleStand, token: str) -> None:
    with raises(NeedsReconnect, stand.secrets) as caught:
        stand.client(Credentials(secret=token))
    assert "write:edits" in caught.value.advice
    assert stand.server.seen == []


def test_a_server_has_to_be_named(stand: FunkwhaleStand) -> None:
    with raises(AddressRefused, stand.secrets):
        stand.platform.client(
            Endpoints("", ""), "", stand.credentials(), save=print, limits=stand.limits
        )


def test_only_the_accounts_own_tracks_are_listed(stand: FunkwhaleStand, client: Client) -> None:
    titles = [item.title for item in stand.platform.items(client)]
    assert titles == ["Low Tide", "Salt", "Web"]


def test_a_track_is_read_as_it_is(stand: FunkwhaleStand, client: Client) -> None:
    tide, _ = named(stand, client, "Low Tide")
    assert tide.fields == {"licence": ("cc-by-4.0",)}
    assert (tide.duration_ms, tide.artist) == (120_000, "Mara")
    assert tide.url == f"{stand.server.base_url}/library/tracks/1"
    salt, _ = named(stand, client, "Salt")
    assert salt.fields == {
        "tags": ("Ambient",),
        "description": ("Recorded at sea.",),
        "description_type": ("text/markdown",),
    }


def test_several_artists_are_named_together(stand: FunkwhaleStand, client: Client) -> None:
    credits = [{"credit": "Mara"}, {"credit": "Kessel"}]
    stand.server.edit(1, artist=None, artist_credit=credits)
    assert stand.platform.item(client, "1").artist == "Mara, Kessel"


def test_an_edit_says_only_what_differs_and_keeps_the_texts_kind(
    stand: FunkwhaleStand, client: Client
) -> None:
    item, edit = named(stand, client, "Web")
    stand.platform.write(client, item.remote_id, item, edit)
    [sent] = stand.server.edits
    assert sent["is_approved"] is True
    assert set(sent["payload"]) == {"tags", "description"}
    assert sent["payload"]["tags"] == ["noai"]
    assert sent["payload"]["description"]["content_type"] == "text/html"
    stand.platform.write(client, item.remote_id, item, {"tags": ("noai",)})
    assert stand.server.edits[-1]["payload"] == {"tags": ["noai"]}
    for name in ("licence", "description_type"):
        with pytest.raises(ValueError, match=name):
            stand.platform.write(client, item.remote_id, item, {name: ()})


def test_an_edit_that_is_carried_out_a_little_later_is_waited_for(
    stand: FunkwhaleStand, client: Client
) -> None:
    item, edit = named(stand, client, "Salt")
    stand.server.late = 2
    stand.platform.write(client, item.remote_id, item, edit)
    says = stand.platform.suite.read(stand.platform.item(client, item.remote_id).fields)
    assert says.consent[Use.GENERATIVE_TRAINING] is Permission.PROHIBITED
    assert sum(stand.hands.slept) <= sum(PAUSES)


def test_an_edit_that_is_not_carried_out_is_not_done(stand: FunkwhaleStand, client: Client) -> None:
    item, edit = named(stand, client, "Salt")
    stand.server.late = 50
    with raises(NotShownYet, stand.secrets):
        stand.platform.write(client, item.remote_id, item, edit)
    assert len(stand.server.edits) == 1


def test_a_server_that_keeps_the_last_text_is_found_out(
    stand: FunkwhaleStand, client: Client
) -> None:
    item, _ = named(stand, client, "Salt")
    stand.server.keeps_texts = True
    with raises(NotShownYet, stand.secrets):
        stand.platform.write(client, item.remote_id, item, {"description": ()})


def test_a_track_of_somebody_else_and_a_weak_token_are_told(
    stand: FunkwhaleStand, client: Client
) -> None:
    item, edit = named(stand, client, "Salt")
    stand.server.edit(2, attributed_to={"preferred_username": "kessel", "domain": "x"})
    with raises(Refused, stand.secrets) as caught:
        stand.platform.write(client, item.remote_id, item, edit)
    assert "attributed to you" in caught.value.advice
    weak = stand.client(Credentials(secret=stand.server.new_token("mara", frozenset())))
    with raises(Refused, stand.secrets):
        stand.platform.write(weak, item.remote_id, item, edit)
    assert stand.server.edits == []


def test_a_description_that_would_be_too_long_is_not_sent(
    stand: FunkwhaleStand, client: Client
) -> None:
    item, _ = named(stand, client, "Salt")
    with raises(DoesNotFit, stand.secrets):
        stand.platform.write(client, item.remote_id, item, {"description": ("x" * 5001,)})
    assert stand.server.edits == []


def test_the_thirty_first_tag_is_never_sent(hands: Hands) -> None:
    tags = [f"tag{number:02}" for number in range(30)]

    class FullStand(FunkwhaleStand):
        def practice(self) -> PracticeFunkwhale:
            return PracticeFunkwhale({"mara": [{"title": "Full", "tags": tags}]})

    stand = FullStand(hands)
    client = stand.client()
    item, edit = named(stand, client, "Full")
    assert set(edit) == {"description"}
    stand.platform.write(client, item.remote_id, item, edit)
    assert list(stand.platform.item(client, item.remote_id).fields["tags"]) == tags
    stand.close()


def test_pages_are_counted_and_their_addresses_not_followed(hands: Hands) -> None:
    channel = {"id": 2, "name": "Mara's channel", "channel": "abc"}

    class LongStand(FunkwhaleStand):
        def practice(self) -> PracticeFunkwhale:
            return PracticeFunkwhale({"mara": [{"artist": channel}, *[{}] * 119]})

    stand = LongStand(hands)
    assert len({item.remote_id for item in stand.platform.items(stand.client())}) == 120
    assert sum(seen.path == "/api/v1/tracks/" for seen in stand.server.seen) == 3
    stand.close()


def test_a_list_that_leads_in_a_circle_is_left(stand: FunkwhaleStand, client: Client) -> None:
    stand.server.faults.add(Fault(Kind.PAGING_LOOP, on=LIST, times=0))
    with raises(BadAnswer, stand.secrets):
        list(stand.platform.items(client))
    assert sum(seen.path == "/api/v1/tracks/" for seen in stand.server.seen) == 2


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
def test_what_carries_a_declaration_is_never_guessed_at(
    stand: FunkwhaleStand, client: Client, values: dict[str, object]
) -> None:
    stand.server.edit(2, **values)
    with raises(BadAnswer, stand.secrets):
        stand.platform.item(client, "2")


@pytest.mark.parametrize("name", ["", "0", "1/mutations", "../users/me", "٣"])
def test_only_numbers_become_paths(stand: FunkwhaleStand, client: Client, name: str) -> None:
    with pytest.raises(ValueError, match="number"):
        stand.platform.item(client, name)


def test_a_track_that_is_gone_is_said(stand: FunkwhaleStand, client: Client) -> None:
    with raises(ItemGone, stand.secrets):
        stand.platform.item(client, "404")


def test_signing_out_says_that_the_token_lives_on(stand: FunkwhaleStand, client: Client) -> None:
    with raises(Refused, stand.secrets) as caught:
        stand.platform.sign_out(client)
    assert "application" in caught.value.sentence
