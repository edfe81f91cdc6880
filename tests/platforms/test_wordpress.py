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
from tests.platforms.desk import Hands, raises
from tests.platforms.site_stands import WordPressStand
from tests.platforms.sites import place

NO_AI = Declaration(PRESETS[Preset.NO_AI], terms_url="https://mara.example/ai?a=1&b=2")
platform = WordPress()


@pytest.fixture
def stand(hands: Hands, no_thread_is_left: None) -> Iterator[WordPressStand]:
    stand = WordPressStand(hands)
    yield stand
    stand.close()


@pytest.fixture
def client(stand: WordPressStand) -> Client:
    return stand.client()


def test_an_item_is_a_file_with_its_texts_as_they_are_edited(client: Client) -> None:
    tide, salt = platform.items(client)
    assert (tide.title, tide.artist, tide.duration_ms) == ("Low Tide", "mara", 201_000)
    assert tide.fields == {}
    assert salt.fields == {
        "description": ("At <b>sea</b> &amp; salt.",),
        "caption": ("Live at sea",),
    }
    assert salt.url.endswith("?attachment_id=12")


@pytest.mark.parametrize("count", [0, 99, 100, 101, 200])
def test_a_library_ends_after_any_number_of_files(hands: Hands, count: int) -> None:
    songs = {"mara": [{"title": f"Study {number}"} for number in range(count)]}
    with PracticeWordPress(songs) as server:
        secret = server.passwords["mara"]
        site = place(platform, server.base_url, identifier="mara", secret=secret, hands=hands)
        with site.client as client:
            assert len(list(platform.items(client))) == count


def test_one_paragraph_is_added_and_only_that_is_sent(
    stand: WordPressStand, client: Client
) -> None:
    sent: list[Any] = []
    stand.server.watch = lambda request, reply: (
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


def test_a_sentence_that_stands_in_the_caption_is_kept_true(client: Client) -> None:
    old = standard_sentence(Declaration(PRESETS[Preset.NO_GENERATIVE]))
    fields = {"caption": (f"Live\n\n{old}",), "description": ("At sea",)}
    edit = platform.suite.edit(fields, NO_AI)
    assert edit["caption"][0].startswith("Live\n\nAI rights reserved: no training")
    assert old not in edit["caption"][0]


def test_own_words_with_marks_come_back_as_they_are() -> None:
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


def test_a_page_of_a_hundred_is_not_the_last(hands: Hands) -> None:
    with PracticeWordPress({"mara": [{} for _ in range(250)]}) as server:
        site = place(
            platform,
            server.base_url,
            identifier="mara",
            secret=server.passwords["mara"],
            hands=hands,
        )
        assert len({item.remote_id for item in platform.items(site.client)}) == 250
        assert server.count("GET /wp-json/wp/v2/media") == 3
        site.client.close()


def test_a_site_with_plain_permalinks_is_spoken_to_by_a_parameter(hands: Hands) -> None:
    with PracticeWordPress({"mara": [{"title": "Salt"}]}, plain_permalinks=True) as server:
        secret = server.passwords["mara"]
        site = place(platform, server.base_url, identifier="mara", secret=secret, hands=hands)
        done = site.declare(NO_AI)
        site.undo(done)
        assert server.media()[0]["description"] == ""
        assert platform.whoami(site.client).name == "mara"
        site.client.close()


def test_the_password_is_shown_to_the_api_alone(stand: WordPressStand, client: Client) -> None:
    platform.whoami(client)
    shown = {seen.path: seen.scheme for seen in stand.server.seen}
    assert shown == {"/": "", "/wp-json/wp/v2/users/me": "Basic"}


@pytest.mark.parametrize(
    "root", ["https://elsewhere.example/wp-json/", "http://127.0.0.1:1/wp-json/"]
)
def test_an_api_elsewhere_never_sees_the_password(
    stand: WordPressStand, client: Client, root: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = Reply(200, b"", {"Link": f'<{root}>; rel="https://api.w.org/"'})
    monkeypatch.setattr(stand.server, "handle", lambda request: page)
    with raises(AddressRefused, stand.secrets):
        platform.whoami(client)
    assert {seen.scheme for seen in stand.server.seen} == {""}


def test_a_site_without_wordpress_is_said(hands: Hands) -> None:
    from rightsdesk.practice.wordpress_com import _Front, _site

    with _Front(_site(1, {})) as server:
        site = place(platform, server.base_url, identifier="m", secret="x" * 24, hands=hands)
        with pytest.raises((Refused, BadAnswer)):
            platform.whoami(site.client)
        site.client.close()


def test_a_file_of_somebody_else_may_be_refused(stand: WordPressStand, client: Client) -> None:
    secret = stand.server.passwords["kessel"]
    other = stand.client(Credentials(identifier="kessel", secret=secret))
    item = platform.item(other, "11")
    with raises(Refused, stand.secrets):
        platform.write(other, "11", item, {"description": ("mine",)})
    assert stand.server.media()[0]["description"] == ""


def test_a_file_that_is_gone_is_said(stand: WordPressStand, client: Client) -> None:
    with raises(ItemGone, stand.secrets):
        platform.item(client, "999")


def test_a_file_that_may_not_be_edited_is_not_guessed_at(
    stand: WordPressStand, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = stand.server._shown
    monkeypatch.setattr(stand.server, "_shown", lambda media, query: shown(media, {}))
    with raises(BadAnswer, stand.secrets):
        platform.item(client, "11")


def test_an_account_needs_an_address_and_a_password(stand: WordPressStand) -> None:
    for endpoints, credentials, error in (
        (Endpoints("", ""), stand.credentials(), AddressRefused),
        (Endpoints("http://mara.example", ""), stand.credentials(), AddressRefused),
        (stand.endpoints, Credentials(), NeedsReconnect),
    ):
        with raises(error, stand.secrets):
            platform.client(
                endpoints, "", credentials, save=stand.saved.append, limits=stand.limits
            )


def test_signing_out_takes_the_application_password_back(
    stand: WordPressStand, client: Client
) -> None:
    platform.sign_out(client)
    with raises(NeedsReconnect, stand.secrets):
        platform.whoami(client)


@pytest.mark.parametrize(
    ("tells_by", "plain"),
    [("header", False), ("header", True), ("link", False), ("link", True), ("nothing", True)],
)
@pytest.mark.parametrize("typed", ["", "/", "/wp-admin/", "/wp-login.php", "/wp-json/"])
def test_a_wordpress_in_a_folder_is_found(
    hands: Hands, typed: str, tells_by: str, *, plain: bool
) -> None:
    users = {"mara": [{"title": "Salt"}]}
    with PracticeWordPress(users, plain_permalinks=plain, folder="/blog") as server:
        server.tells_by = tells_by
        secret, address = server.passwords["mara"], f"{server.base_url}/blog{typed}"
        site = place(platform, address, identifier="mara", secret=secret, hands=hands)
        done = site.declare(NO_AI)
        assert "AI" in server.media()[0]["description"]
        site.undo(done)
        site.client.close()
        assert all(request.path.startswith("/blog") for request in server.seen)


def test_a_site_with_wordpress_elsewhere_says_where_to_look(hands: Hands) -> None:
    with PracticeWordPress({"mara": []}, folder="/blog") as server:
        secret = server.passwords["mara"]
        site = place(platform, server.base_url, identifier="mara", secret=secret, hands=hands)
        with raises(Refused, server.issued) as caught:
            platform.whoami(site.client)
        assert "No WordPress API answers at" in caught.value.sentence
        assert "/blog" in caught.value.advice
        site.client.close()
        assert {seen.scheme for seen in server.seen} == {""}


def test_a_password_in_front_of_wordpress_is_told(
    stand: WordPressStand, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed = Reply(401, b"", {"WWW-Authenticate": 'Basic realm="staging"'})
    monkeypatch.setattr(stand.server, "handle", lambda request: closed)
    with raises(Refused, stand.secrets) as caught:
        platform.whoami(client)
    assert "before WordPress answers" in caught.value.sentence


def test_a_firewall_in_front_of_wordpress_is_told(
    stand: WordPressStand, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    platform.whoami(client)
    page = Reply.of_html("<html><body>Wordfence</body></html>", 403)
    monkeypatch.setattr(stand.server, "handle", lambda request: page)
    with raises(Refused, stand.secrets) as caught:
        platform.whoami(client)
    assert "a web page instead of an answer" in caught.value.sentence
    assert "firewall" in caught.value.advice
