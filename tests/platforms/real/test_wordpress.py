"""A real WordPress, with an application password: read, reserve, read back, undo."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from rightsdesk.consent import PRESETS, Declaration, Preset
from rightsdesk.consent.dialects.files.sentence import standard_sentence
from rightsdesk.consent.dialects.platforms.wordpress import POST
from rightsdesk.platforms.http.errors import ItemGone, NeedsReconnect, Refused
from rightsdesk.platforms.interface import RemoteItem
from rightsdesk.platforms.wordpress import WordPress
from tests.platforms.connected import raises
from tests.platforms.real.wordpress_server import SAID_IN_POSTS, Site, wordpress
from tests.platforms.sites.changes import Place, place

NO_AI = Declaration(PRESETS[Preset.NO_AI], terms_url="https://mara.example/ai?a=1&b=2")


@pytest.fixture(scope="module", params=["plain", "pretty"])
def server(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    work: Path = tmp_path_factory.mktemp("wp")
    with wordpress(work, permalinks=request.param) as site:
        yield site


def account(server: Site, user: str, password: str = "") -> Place:
    secret = password or server.passwords[user]
    return place(WordPress(), server.url, identifier=user, secret=secret)


@pytest.fixture
def mara(server: Site) -> Iterator[Place]:
    found = account(server, "mara")
    yield found
    found.client.close()


def named(site: Place, title: str) -> RemoteItem:
    return next(item for item in site.platform.items(site.client) if item.title == title)


def test_the_audio_files_are_listed_unchanged(mara: Place) -> None:
    assert mara.platform.whoami(mara.client).name == "mara"
    tide, salt = mara.platform.items(mara.client)
    assert (tide.title, tide.fields, tide.duration_ms) == ("Low Tide", {}, 201_000)
    assert salt.fields["caption"] == ("Live at <em>sea</em>",)
    assert salt.fields["description"] == ("At sea &amp; salt.\n\nWith Ada.",)
    assert mara.platform.item(mara.client, salt.remote_id) == salt


def test_a_reservation_is_written_and_undone(mara: Place) -> None:
    salt = named(mara, "Salt")
    done = mara.declare(NO_AI, salt.remote_id)
    assert done.after.fields["caption"] == salt.fields["caption"]
    text = done.after.fields["description"][0]
    assert text.startswith("At sea &amp; salt.\n\nWith Ada.\n\nAI rights reserved:")
    assert mara.platform.suite.read(done.after.fields).consent
    assert mara.undo(done).fields == salt.fields


def test_posts_that_play_a_file_are_read_with_it_and_never_changed(
    mara: Place, server: Site
) -> None:
    def posts() -> list[str]:
        found = []
        for kind in ("posts", "pages"):
            query = {"rest_route": f"/wp/v2/{kind}", "context": "edit", "search": "audio"}
            keys = ("mara", server.passwords["mara"])
            listed = requests.get(f"{server.url}/", query, auth=keys, timeout=20).json()
            found += [post["content"]["raw"] + post["modified_gmt"] for post in listed]
        return found

    before = posts()
    salt = named(mara, "Salt")
    post, page = salt.fields[POST]
    assert post.partition("\n")[2] == page.partition("\n")[2] == SAID_IN_POSTS
    assert POST not in named(mara, "Low Tide").fields
    assert mara.undo(mara.declare(NO_AI, salt.remote_id)).fields == salt.fields
    assert len(before) == 3
    assert posts() == before


def test_an_author_without_html_rights_gets_the_same_text(server: Site) -> None:
    """WordPress filters what authors write, and changes how characters are written."""
    ada = account(server, "ada")
    tide = named(ada, "Low Tide")
    done = ada.declare(NO_AI, tide.remote_id)
    assert done.after.fields["description"] == (standard_sentence(NO_AI).replace("&", "&amp;"),)
    assert ada.undo(done).fields == {}
    ada.client.close()


def test_visitors_see_the_sentence(mara: Place, server: Site) -> None:
    salt = named(mara, "Salt")
    done = mara.declare(NO_AI, salt.remote_id)
    route = {"rest_route": f"/wp/v2/media/{salt.remote_id}"}
    shown = requests.get(f"{server.url}/", route, timeout=20).json()["description"]
    assert "raw" not in shown
    assert "AI rights reserved" in shown["rendered"]
    mara.undo(done)


def test_a_file_of_another_user_is_refused(server: Site) -> None:
    ada = account(server, "ada")
    own = account(server, "mara")
    salt = named(own, "Salt")
    with raises(Refused, set(server.passwords.values())):
        ada.platform.write(ada.client, salt.remote_id, salt, {"description": ("mine",)})
    assert named(own, "Salt") == salt
    for site in (ada, own):
        site.client.close()


def test_a_missing_file_is_reported(mara: Place) -> None:
    with raises(ItemGone, set()):
        mara.platform.item(mara.client, "999999")


def test_a_wrong_password_is_reported(server: Site) -> None:
    site = account(server, "mara", "abcd efgh ijkl mnop qrst uvwx")
    with raises(NeedsReconnect, {"abcd efgh ijkl mnop qrst uvwx"}):
        site.platform.whoami(site.client)
    site.client.close()


def test_signing_out_revokes_the_password(server: Site) -> None:
    ivo = account(server, "ivo")
    ivo.platform.sign_out(ivo.client)
    with raises(NeedsReconnect, set(server.passwords.values())):
        ivo.platform.whoami(ivo.client)
    ivo.client.close()
