"""Cloudflare: one zone, only changed settings, and settings that a plan lacks."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from rightsdesk.consent import PRESETS, Consent, Declaration, Permission, Preset, Use
from rightsdesk.consent.dialects import DialectError
from rightsdesk.consent.dialects.platforms.cloudflare import CloudflareZone
from rightsdesk.consent.fields import Fields
from rightsdesk.platforms.cloudflare import Cloudflare
from rightsdesk.platforms.http.client import Client
from rightsdesk.platforms.http.errors import AddressRefused, BadAnswer, NeedsReconnect, Refused
from rightsdesk.platforms.sign_in.credentials import Credentials
from tests.fake_clock import FakeClock
from tests.platforms.connected import raises
from tests.platforms.site_rigs import CloudflareRig

NO_AI = Declaration(PRESETS[Preset.NO_AI])
ZONE = CloudflareRig.zone
TRAINING = (Use.GENERATIVE_TRAINING, Use.OTHER_TRAINING)
NO, YES = Permission.PROHIBITED, Permission.ALLOWED
platform = Cloudflare()


@pytest.fixture
def rig(fake_clock: FakeClock, no_thread_is_left: None) -> Iterator[CloudflareRig]:
    rig = CloudflareRig(fake_clock)
    yield rig
    rig.close()


@pytest.fixture
def client(rig: CloudflareRig) -> Client:
    return rig.client()


def test_the_zone_is_shown_by_its_domain(client: Client) -> None:
    who = platform.whoami(client)
    assert (who.remote_id, who.name, who.url) == (ZONE, "mara.example", "https://mara.example/")
    [item] = platform.items(client)
    assert item.fields["ai_training"] == ("disabled",)
    assert item.fields["is_robots_txt_managed"] == ("false",)
    assert "fight_mode" not in item.fields


def test_a_token_without_access_to_the_name_is_enough(rig: CloudflareRig, client: Client) -> None:
    rig.server.nameless.add(rig.token)
    assert platform.whoami(client).name == ZONE
    [item] = platform.items(client)
    assert (item.title, item.url) == (ZONE, "")


def test_only_changes_are_sent(rig: CloudflareRig, client: Client) -> None:
    sent: list[Any] = []
    rig.server.watch = lambda request, reply: (
        sent.append(json.loads(request.body)) if request.method == "PUT" else None
    )
    [item] = platform.items(client)
    edit = platform.suite.edit(item.fields, NO_AI)
    platform.write(client, ZONE, item, edit)
    assert sent == [{"ai_training": "disallow", "ai_user": "block"}]


def test_a_setting_that_the_plan_lacks_is_named(rig: CloudflareRig, client: Client) -> None:
    rig.server.zones[ZONE].locked = frozenset({"ai_user"})
    [item] = platform.items(client)
    with raises(Refused, rig.secrets) as caught:
        platform.write(client, ZONE, item, platform.suite.edit(item.fields, NO_AI))
    assert "ai_user is not available on your current plan" in caught.value.sentence
    assert "larger plan" in caught.value.advice
    assert platform.item(client, ZONE).fields == item.fields


def test_a_read_only_token_is_reported(rig: CloudflareRig, client: Client) -> None:
    rig.server.readers.add(rig.token)
    [item] = platform.items(client)
    with raises(Refused, rig.secrets) as caught:
        platform.write(client, ZONE, item, {"ai_training": ("block",)})
    assert "Bot Management: Edit" in caught.value.advice


def test_a_token_of_another_zone_reaches_nothing(rig: CloudflareRig) -> None:
    token = rig.server.new_token(rig.other)
    other = rig.client(Credentials(identifier=ZONE, secret=token))
    with raises(Refused, rig.secrets):
        platform.whoami(other)
    with pytest.raises(ValueError, match="not the zone"):
        platform.item(other, rig.other)


def test_settings_that_a_zone_lacks_are_not_requested(rig: CloudflareRig, client: Client) -> None:
    rig.server.zones[ZONE].settings = {"ai_bots_protection": "disabled", "ai_user": None}
    [item] = platform.items(client)
    edit = platform.suite.edit(item.fields, NO_AI)
    assert edit == {"ai_bots_protection": ("block",)}
    platform.write(client, ZONE, item, edit)
    assert platform.item(client, ZONE).fields["ai_bots_protection"] == ("block",)


@pytest.mark.parametrize("zone", ["", "mara.example", "0" * 31, "../" + "0" * 29, "g" * 32])
def test_only_a_zone_id_is_put_into_an_address(rig: CloudflareRig, zone: str) -> None:
    with raises(AddressRefused, rig.secrets):
        rig.client(Credentials(identifier=zone, secret=rig.token))


def test_an_account_needs_a_token(rig: CloudflareRig) -> None:
    with raises(NeedsReconnect, rig.secrets):
        rig.client(Credentials(identifier=ZONE))


def test_an_unknown_value_is_a_bad_answer(rig: CloudflareRig, client: Client) -> None:
    rig.server.zones[ZONE].settings["ai_training"] = ["block"]
    with raises(BadAnswer, rig.secrets):
        platform.item(client, ZONE)


def test_a_stronger_block_stays() -> None:
    held = {"ai_training": ("block",), "ai_user": ("block",), "ai_bots_protection": ("block",)}
    assert CloudflareZone().edit(held, NO_AI) == {}


def test_a_block_ends_only_if_everything_it_covers_is_allowed() -> None:
    dialect = CloudflareZone()
    held = {"ai_training": ("disallow",), "ai_bots_protection": ("block",)}
    generative = Consent({Use.GENERATIVE_TRAINING: YES})
    assert dialect.edit(held, Declaration(generative)) == {}
    both = Consent({Use.GENERATIVE_TRAINING: YES, Use.OTHER_TRAINING: YES})
    assert dialect.edit(held, Declaration(both)) == dict.fromkeys(held, ("disabled",))


def test_no_rule_grants_anything_and_a_partial_rule_is_reported() -> None:
    dialect = CloudflareZone()
    assert not dialect.decode({"ai_training": ("disabled",), "ai_user": ("only_on_ad_pages",)})
    assert "advertisements" in dialect.notes_on({"ai_user": ("only_on_ad_pages",)})[0]
    decoded = dialect.decode({"ai_training": ("disallow",)})
    assert decoded == Consent(dict.fromkeys((Use.GENERATIVE_TRAINING, Use.OTHER_TRAINING), NO))


@pytest.mark.parametrize(
    ("held", "prohibited"),
    [
        ({"ai_search": ("block",)}, {Use.SEARCH}),
        ({"ai_search": ("disabled",)}, set()),
        ({"ai_search": ("only_on_ad_pages",)}, set()),
        # A block judges Googlebot, Applebot and BingBot by their strictest purpose.
        ({"ai_training": ("block",)}, {*TRAINING, Use.SEARCH}),
        ({"ai_bots_protection": ("block",)}, {*TRAINING, Use.SEARCH}),
        ({"ai_user": ("block",)}, {Use.AI_INPUT}),
    ],
)
def test_a_block_is_read(held: Fields, prohibited: set[Use]) -> None:
    assert CloudflareZone().decode(held) == Consent(dict.fromkeys(prohibited, NO))


def test_an_unknown_word_for_search_is_refused() -> None:
    with pytest.raises(DialectError):
        CloudflareZone().decode({"ai_search": ("allow",)})


def test_search_is_never_blocked() -> None:
    no_search = Declaration(Consent(dict.fromkeys(Use, NO)))
    held = dict.fromkeys(("ai_training", "ai_user", "ai_search"), ("disabled",))
    assert "ai_search" not in CloudflareZone().edit(held, no_search)
    assert "ai_search" not in CloudflareZone().encode(no_search)
    assert "search away" in CloudflareZone().notes_on({"ai_search": ("block",)})[0]
    assert CloudflareZone().notes_on({"ai_search": ("disabled",)}) == ()


def test_a_note_says_that_a_block_hides_the_site() -> None:
    dialect = CloudflareZone()
    assert any("Googlebot" in note for note in dialect.notes(NO_AI))
    assert not dialect.notes(Declaration(Consent({Use.SEARCH: NO})))
    old_zone = {"ai_bots_protection": ("disabled",)}
    assert any("vanish from search" in note for note in dialect.on_replacing(old_zone))
    assert not dialect.on_replacing({"ai_training": ("disabled",), "ai_user": ("disabled",)})
    assert not dialect.on_replacing({"ai_bots_protection": ("block",)})
    for name in ("ai_training", "ai_bots_protection"):
        assert any("Googlebot" in note for note in dialect.notes_on({name: ("block",)}))
