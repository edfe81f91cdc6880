"""WordPress.com: sites, a switch, and the public robots.txt."""

import json
from collections.abc import Iterator

import pytest

from rightsdesk.consent import PRESETS, Consent, Declaration, Permission, Preset, Use
from rightsdesk.consent.dialects.platforms.wordpress_com import WordPressComOption
from rightsdesk.platforms import browser_sign_in
from rightsdesk.platforms.http.client import Client
from rightsdesk.platforms.http.errors import BadAnswer, NeedsReconnect, Refused
from rightsdesk.platforms.sign_in.oauth import App
from rightsdesk.platforms.wordpress_com import WordPressCom
from rightsdesk.practice.browser import PracticeBrowser
from rightsdesk.practice.faults import Fault, FaultKind
from rightsdesk.practice.http import Reply
from rightsdesk.practice.wordpress_com import SWITCH
from tests.fake_clock import FakeClock
from tests.platforms.connected import ARTIST, FREE_PORT, raises
from tests.platforms.site_rigs import WordPressComRig

NO_AI = Declaration(PRESETS[Preset.NO_AI])
FIRST = str(WordPressComRig.first)
platform = WordPressCom()


@pytest.fixture
def rig(fake_clock: FakeClock, no_thread_is_left: None) -> Iterator[WordPressComRig]:
    rig = WordPressComRig(fake_clock)
    yield rig
    rig.close()


@pytest.fixture
def client(rig: WordPressComRig) -> Client:
    return rig.client()


def test_a_sign_in_through_the_browser(rig: WordPressComRig) -> None:
    app = App(rig.client_id, FREE_PORT)
    sign_in = browser_sign_in.sign_in(platform, rig.endpoints, app, limits=rig.limits)
    assert "scope=auth+sites" in sign_in.url
    browser = PracticeBrowser(ARTIST)
    browser(sign_in.url)
    tokens = sign_in.wait()
    browser.close()
    assert tokens.access_token in rig.secrets
    assert rig.server.seen[-1].path == "/oauth2-1/token"


def test_only_sites_that_the_account_manages_are_listed(client: Client) -> None:
    assert [item.title for item in platform.items(client)] == ["Mara Linde", "Private", "Done"]


def test_an_unreadable_site_hides_no_other_site(rig: WordPressComRig, client: Client) -> None:
    rig.server.faults.add(Fault(FaultKind.ERROR, f"GET /rest/v1.4/sites/{FIRST}/settings", times=0))
    first, *rest = platform.items(client)
    assert (first.remote_id, bool(first.problem)) == (FIRST, True)
    assert [item.title for item in rest] == ["Private", "Done"]


def test_the_switch_and_its_effect_on_the_site(rig: WordPressComRig, client: Client) -> None:
    before = platform.item(client, FIRST)
    assert before.fields[SWITCH] == ("false",)
    assert before.fields["blog_public"] == ("1",)
    assert "GPTBot" not in before.fields["robots.txt"][0]
    edit = platform.suite.edit(before.fields, NO_AI)
    sent: list[object] = []
    rig.server.watch = lambda request, reply: (
        sent.append(json.loads(request.body)) if request.method == "POST" else None
    )
    platform.write(client, FIRST, before, edit)
    assert sent == [{SWITCH: True}]
    after = platform.item(client, FIRST)
    assert "GPTBot" in after.fields["robots.txt"][0]
    assert WordPressComOption().notes_on(after.fields) == ()


def test_a_site_is_read_without_a_sign_in(rig: WordPressComRig, client: Client) -> None:
    platform.item(client, FIRST)
    assert {request.scheme for request in rig.server.front(rig.first).seen} == {""}


def test_a_switch_without_effect_on_the_site_is_reported(
    rig: WordPressComRig, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = Reply(200, b"User-agent: *\nDisallow:\n", {"Content-Type": "text/plain"})
    monkeypatch.setattr(rig.server.front(rig.off), "handle", lambda request: plain)
    fields = platform.item(client, str(rig.off)).fields
    assert fields[SWITCH] == ("true",)
    assert "does not show it" in WordPressComOption().notes_on(fields)[0]


def test_an_unreachable_site_still_has_its_switch(rig: WordPressComRig, client: Client) -> None:
    managed = platform.item(client, FIRST)
    rig.server.front(rig.first).close()
    listed = {"ID": rig.first, "name": "Mara Linde", "URL": "http://127.0.0.1:1"}
    rig.server._shown = lambda number: listed  # type: ignore[method-assign]
    item = platform.item(client, FIRST)
    assert "robots.txt" not in item.fields
    assert item.stamp == managed.stamp


def test_a_site_address_cannot_lead_into_this_computer(
    rig: WordPressComRig, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The practice server is an exception, because it runs on this computer: see `_robots`."""
    for address in ("http://intranet/", "javascript:alert(1)", "https://user@x.example/", 7):
        listed = {"ID": rig.first, "name": "Mara Linde", "URL": address}
        monkeypatch.setattr(rig.server, "_shown", lambda *_, listed=listed: listed)
        item = platform.item(client, FIRST)
        assert item.url == ""
        assert "robots.txt" not in item.fields


def test_a_write_without_effect_is_noticed(rig: WordPressComRig, client: Client) -> None:
    rig.server.ignores_writes = True
    before = platform.item(client, FIRST)
    platform.write(client, FIRST, before, {SWITCH: ("true",)})
    assert platform.item(client, FIRST).fields[SWITCH] == ("false",)


@pytest.mark.parametrize("status", [400, 403])
def test_an_invalid_token_is_recognised_by_its_error_code_too(
    rig: WordPressComRig, client: Client, status: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    refusal = rig.server.error(status, "invalid_token")
    monkeypatch.setattr(rig.server, "handle", lambda request: refusal)
    with raises(NeedsReconnect, rig.secrets):
        platform.whoami(client)
    assert rig.server.count("POST /oauth2-1/token") == 1, "a renewal was tried"


def test_settings_without_access_are_refused(rig: WordPressComRig, client: Client) -> None:
    with raises(Refused, rig.secrets):
        platform.item(client, "100004")


@pytest.mark.parametrize("switch", ["yes", 2, [], {}])
def test_a_switch_of_another_shape_is_a_bad_answer(
    rig: WordPressComRig, client: Client, switch: object
) -> None:
    rig.server.edit(rig.first, **{SWITCH: switch})
    with raises(BadAnswer, rig.secrets):
        platform.item(client, FIRST)


@pytest.mark.parametrize("remote_id", ["", "me", "1/settings", "../me", "-1", "١"])
def test_only_numbers_are_put_into_an_address(client: Client, remote_id: str) -> None:
    with pytest.raises(ValueError, match="not the number"):
        platform.item(client, remote_id)


def test_signing_out_revokes_the_token(rig: WordPressComRig, client: Client) -> None:
    platform.sign_out(client)
    assert rig.server.seen[-1].path == "/oauth2-1/revoke"
    with raises(NeedsReconnect, rig.secrets):
        platform.whoami(client)


def test_the_switch_is_turned_off_only_if_training_is_allowed() -> None:
    dialect, on = WordPressComOption(), {SWITCH: ("true",)}
    allowed = Declaration(Consent({Use.GENERATIVE_TRAINING: Permission.ALLOWED}))
    silent = Declaration(Consent({Use.SEARCH: Permission.ALLOWED}))
    assert dialect.edit(on, allowed) == {SWITCH: ("false",)}
    assert dialect.edit(on, silent) == {}
    assert dialect.edit({}, allowed) == {}
