"""A self-hosted WordPress: finding its API, raw texts, and edits of one paragraph only."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from rightsdesk.consent import PRESETS, Declaration, Preset
from rightsdesk.consent.dialects.files.sentence import standard_sentence
from rightsdesk.consent.dialects.platforms.wordpress import WordPressMedia
from rightsdesk.platforms.http.address import Endpoints
from rightsdesk.platforms.http.client import Client
from rightsdesk.platforms.http.errors import (
    AddressRefused,
    BadAnswer,
    ItemGone,
    NeedsReconnect,
    Refused,
)
from rightsdesk.platforms.sign_in.credentials import Credentials
from rightsdesk.platforms.wordpress import WordPress
from rightsdesk.practice.http import Reply
from rightsdesk.practice.wordpress import PracticeWordPress
from tests.fake_clock import FakeClock
from tests.platforms.connected import raises
from tests.platforms.site_rigs import WordPressRig
from tests.platforms.sites.changes import place

NO_AI = Declaration(PRESETS[Preset.NO_AI], terms_url="https://mara.example/ai?a=1&b=2")
platform = WordPress()


@pytest.fixture
def rig(fake_clock: FakeClock, no_thread_is_left: None) -> Iterator[WordPressRig]:
    rig = WordPressRig(fake_clock)
    yield rig
    rig.close()


@pytest.fixture
def client(rig: WordPressRig) -> Client:
    return rig.client()


def test_an_item_is_a_file_with_its_raw_texts(client: Client) -> None:
    tide, salt = platform.items(client)
    assert (tide.title, tide.artist, tide.duration_ms) == ("Low Tide", "mara", 201_000)
    assert tide.fields == {}
    assert salt.fields == {
        "description": ("At <b>sea</b> &amp; salt.",),
        "caption": ("Live at sea",),
    }
    assert salt.url.endswith("?attachment_id=12")


@pytest.mark.parametrize("count", [0, 99, 100, 101, 200])
def test_a_library_ends_after_any_number_of_files(fake_clock: FakeClock, count: int) -> None:
    songs = {"mara": [{"title": f"Study {number}"} for number in range(count)]}
    with PracticeWordPress(songs) as server:
        secret = server.passwords["mara"]
        site = place(
            platform, server.base_url, identifier="mara", secret=secret, fake_clock=fake_clock
        )
        with site.client as client:
            assert len(list(platform.items(client))) == count


def test_only_one_added_paragraph_is_sent(rig: WordPressRig, client: Client) -> None:
    sent: list[Any] = []
    rig.server.watch = lambda request, reply: (
        sent.append(json.loads(request.body)) if request.method == "POST" else None
    )
    _, salt = platform.items(client)
    platform.write(client, salt.remote_id, salt, platform.suite.edit(salt.fields, NO_AI))
    [values] = sent
    assert list(values) == ["description"]
    before, paragraph = values["description"].split("\n\n")
    assert before == "At <b>sea</b> &amp; salt."
    assert paragraph == standard_sentence(NO_AI).replace("&", "&amp;")
    after = platform.item(client, salt.remote_id)
    assert platform.suite.edit(after.fields, NO_AI) == {}
    assert not platform.suite.read(after.fields).problems


def test_a_sentence_in_the_caption_is_updated(client: Client) -> None:
    old = standard_sentence(Declaration(PRESETS[Preset.NO_GENERATIVE]))
    fields = {"caption": (f"Live\n\n{old}",), "description": ("At sea",)}
    edit = platform.suite.edit(fields, NO_AI)
    assert edit["caption"][0].startswith("Live\n\nAI rights reserved: no training")
    assert old not in edit["caption"][0]


def test_an_own_sentence_with_markup_is_restored_unchanged() -> None:
    own = Declaration(PRESETS[Preset.NO_AI], sentence='No AI & no "mining" <ever>.')
    dialect = WordPressMedia()
    [text] = dialect.encode(own)["description"]
    assert text == 'No AI &amp; no "mining" &lt;ever&gt;.'
    once = {"description": (f"At sea\n\n{text}",)}
    assert dialect.edit(once, own) == {}
    later = Declaration(
        PRESETS[Preset.NO_AI], sentence="No.", former_sentences=(str(own.sentence),)
    )
    assert dialect.edit(once, later) == {"description": ("At sea\n\nNo.",)}


def test_a_page_of_a_hundred_is_not_the_last_page(fake_clock: FakeClock) -> None:
    with PracticeWordPress({"mara": [{} for _ in range(250)]}) as server:
        site = place(
            platform,
            server.base_url,
            identifier="mara",
            secret=server.passwords["mara"],
            fake_clock=fake_clock,
        )
        assert len({item.remote_id for item in platform.items(site.client)}) == 250
        assert server.count("GET /wp-json/wp/v2/media") == 3
        site.client.close()


def test_a_site_with_plain_permalinks_is_called_with_a_parameter(fake_clock: FakeClock) -> None:
    with PracticeWordPress({"mara": [{"title": "Salt"}]}, plain_permalinks=True) as server:
        secret = server.passwords["mara"]
        site = place(
            platform, server.base_url, identifier="mara", secret=secret, fake_clock=fake_clock
        )
        done = site.declare(NO_AI)
        site.undo(done)
        assert server.media()[0]["description"] == ""
        assert platform.whoami(site.client).name == "mara"
        site.client.close()


def test_the_password_is_sent_only_to_the_api(rig: WordPressRig, client: Client) -> None:
    platform.whoami(client)
    shown = {request.path: request.scheme for request in rig.server.seen}
    assert shown == {"/": "", "/wp-json/wp/v2/users/me": "Basic"}


@pytest.mark.parametrize(
    "root", ["https://elsewhere.example/wp-json/", "http://127.0.0.1:1/wp-json/"]
)
def test_an_api_on_another_host_never_gets_the_password(
    rig: WordPressRig, client: Client, root: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = Reply(200, b"", {"Link": f'<{root}>; rel="https://api.w.org/"'})
    monkeypatch.setattr(rig.server, "handle", lambda request: page)
    with raises(AddressRefused, rig.secrets):
        platform.whoami(client)
    assert {request.scheme for request in rig.server.seen} == {""}


def test_a_site_without_wordpress_is_reported(fake_clock: FakeClock) -> None:
    from rightsdesk.practice.wordpress_com import _Front, _site

    with _Front(_site(1, {})) as server:
        site = place(
            platform, server.base_url, identifier="m", secret="x" * 24, fake_clock=fake_clock
        )
        with pytest.raises((Refused, BadAnswer)):
            platform.whoami(site.client)
        site.client.close()


def test_a_file_of_another_user_may_be_refused(rig: WordPressRig, client: Client) -> None:
    secret = rig.server.passwords["kessel"]
    other = rig.client(Credentials(identifier="kessel", secret=secret))
    item = platform.item(other, "11")
    with raises(Refused, rig.secrets):
        platform.write(other, "11", item, {"description": ("mine",)})
    assert rig.server.media()[0]["description"] == ""


def test_a_missing_file_is_reported(rig: WordPressRig, client: Client) -> None:
    with raises(ItemGone, rig.secrets):
        platform.item(client, "999")


def test_a_file_without_edit_rights_is_not_guessed(
    rig: WordPressRig, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = rig.server._shown
    monkeypatch.setattr(rig.server, "_shown", lambda media, query: shown(media, {}))
    with raises(BadAnswer, rig.secrets):
        platform.item(client, "11")


def test_an_account_needs_an_address_and_a_password(rig: WordPressRig) -> None:
    for endpoints, credentials, error in (
        (Endpoints("", ""), rig.credentials(), AddressRefused),
        (Endpoints("http://mara.example", ""), rig.credentials(), AddressRefused),
        (rig.endpoints, Credentials(), NeedsReconnect),
    ):
        with raises(error, rig.secrets):
            platform.client(endpoints, "", credentials, save=rig.saved.append, limits=rig.limits)


def test_signing_out_revokes_the_application_password(rig: WordPressRig, client: Client) -> None:
    platform.sign_out(client)
    with raises(NeedsReconnect, rig.secrets):
        platform.whoami(client)


@pytest.mark.parametrize(
    ("tells_by", "plain"),
    [("header", False), ("header", True), ("link", False), ("link", True), ("nothing", True)],
)
@pytest.mark.parametrize("typed", ["", "/", "/wp-admin/", "/wp-login.php", "/wp-json/"])
def test_a_wordpress_in_a_subfolder_is_found(
    fake_clock: FakeClock, typed: str, tells_by: str, *, plain: bool
) -> None:
    users = {"mara": [{"title": "Salt"}]}
    with PracticeWordPress(users, plain_permalinks=plain, folder="/blog") as server:
        server.tells_by = tells_by
        secret, address = server.passwords["mara"], f"{server.base_url}/blog{typed}"
        site = place(platform, address, identifier="mara", secret=secret, fake_clock=fake_clock)
        done = site.declare(NO_AI)
        assert "AI" in server.media()[0]["description"]
        site.undo(done)
        site.client.close()
        assert all(request.path.startswith("/blog") for request in server.seen)


def test_a_site_with_wordpress_at_another_address_names_that_address(fake_clock: FakeClock) -> None:
    with PracticeWordPress({"mara": []}, folder="/blog") as server:
        secret = server.passwords["mara"]
        site = place(
            platform, server.base_url, identifier="mara", secret=secret, fake_clock=fake_clock
        )
        with raises(Refused, server.issued) as caught:
            platform.whoami(site.client)
        assert "No WordPress API answers at" in caught.value.sentence
        assert "/blog" in caught.value.advice
        site.client.close()
        assert {request.scheme for request in server.seen} == {""}


def test_a_password_in_front_of_wordpress_is_reported(
    rig: WordPressRig, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed = Reply(401, b"", {"WWW-Authenticate": 'Basic realm="staging"'})
    monkeypatch.setattr(rig.server, "handle", lambda request: closed)
    with raises(Refused, rig.secrets) as caught:
        platform.whoami(client)
    assert "before WordPress answers" in caught.value.sentence


def test_a_firewall_in_front_of_wordpress_is_reported(
    rig: WordPressRig, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    platform.whoami(client)
    page = Reply.of_html("<html><body>Wordfence</body></html>", 403)
    monkeypatch.setattr(rig.server, "handle", lambda request: page)
    with raises(Refused, rig.secrets) as caught:
        platform.whoami(client)
    assert "a web page instead of an answer" in caught.value.sentence
    assert "firewall" in caught.value.advice
