"""Sign-in forms: each platform has its own, and wrong answers are found at once."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from rightsdesk.loopback import LoopbackServer, QuietHandler
from rightsdesk.platforms.http.errors import (
    AccountAway,
    AddressRefused,
    AppRefused,
    BadAnswer,
    NeedsReconnect,
    Offline,
)
from rightsdesk.platforms.registry import NAMES
from rightsdesk.practice.bluesky import PracticeBluesky
from rightsdesk.practice.browser import PracticeBrowser
from rightsdesk.practice.soundcloud import CLIENT_ID, PracticeSoundCloud
from rightsdesk.practice.website import PracticeWebsite
from rightsdesk.roster.accounts import account_with_place
from rightsdesk.workspace import Workspace
from rightsdesk.workspace.sign_in.form import FormFlawed, concerned, flaws, form_of, forms
from rightsdesk.workspace.sign_in.login import AnotherLogin
from rightsdesk.workspace.types.artists import Artist
from rightsdesk.workspace.types.scopes import Filter
from tests.workspace.conftest import KOVAL

SERVER = {"base_url": "https://video.example"}
HANDLE = "koval.test"


@pytest.fixture
def bluesky() -> Iterator[PracticeBluesky]:
    with PracticeBluesky({HANDLE: {}, "signal.test": {}}) as server:
        yield server


def test_every_form_names_its_fields_and_their_purpose() -> None:
    assert {form.platform for form in forms()} == set(NAMES)
    for form in forms():
        assert form.facts.steps, form.platform
        assert form.facts.reads, form.platform
        assert form.facts.writes, form.platform
        assert form.in_browser == any(asked.part == "client_id" for asked in form.asks)


def test_a_redirect_address_names_the_place_to_register_it() -> None:
    assert form_of("soundcloud").redirect == "http://127.0.0.1:8765/callback"
    assert form_of("youtube").redirect == form_of("bluesky").redirect == ""


@pytest.mark.parametrize(
    ("client_id", "message"),
    [
        ("", "is missing"),
        ("   ", "is missing"),
        ("https://soundcloud.com/you/apps/", "an address"),
        ("127.0.0.1:8765/callback", "an address"),
        ("mira@koval.example", "a mail address"),
        ("abc def", "a space"),
        ("abc\u200bdef", "an invisible letter"),
        ("абв123", "letters like these"),
    ],
)
def test_an_invalid_client_id_is_reported_before_the_browser_opens(
    workspace: Workspace, koval: Artist, client_id: str, message: str
) -> None:
    with pytest.raises(FormFlawed) as caught:
        workspace.accounts.begin_sign_in(koval.id, "soundcloud", client_id=client_id)
    assert message in caught.value.flaws["client_id"]
    assert workspace.accounts.all() == []


def test_a_client_id_in_the_platforms_own_format() -> None:
    youtube = form_of("youtube")
    given = {"client_id": "123-abc.apps.googleusercontent.com", "client_secret": "x"}
    assert flaws(youtube, given) == {}
    assert flaws(youtube, given | {"client_id": "123-abc"})["client_id"].startswith("Google's")
    assert flaws(youtube, given | {"client_id": "123-abc"} | SERVER) == {}, (
        "not Google's own client id"
    )


def test_an_account_password_is_never_sent_to_bluesky() -> None:
    bluesky, given = form_of("bluesky"), {"identifier": "koval.bsky.social"}
    assert flaws(bluesky, given | {"secret": "abcd-ef12-gh34-ij56"}) == {}
    assert "stays with you" in flaws(bluesky, given | {"secret": "Lighthouse7"})["secret"]
    assert flaws(bluesky, given | {"secret": "Lighthouse7"} | SERVER) == {}, (
        "another server decides this itself"
    )


@pytest.mark.parametrize(
    ("address", "message"),
    [
        ("video.example", "Begin with https://: https://video.example"),
        ("http://video.example", "would not be encrypted"),
        ("ftp://video.example", "begins with https://"),
        ("", "“Server” is missing."),
    ],
)
def test_addresses_are_checked_before_a_password_is_sent(address: str, message: str) -> None:
    given = {"base_url": address, "identifier": "koval", "secret": "x"}
    assert message in flaws(form_of("peertube"), given)["base_url"]


def test_a_handle_is_distinguished_from_a_name() -> None:
    given = {"secret": "abcd-ef12-gh34-ij56"}
    assert flaws(form_of("bluesky"), given | {"identifier": "@koval.bsky.social"}) == {}
    assert flaws(form_of("bluesky"), given | {"identifier": "did:plc:abc234"}) == {}
    assert "dots" in flaws(form_of("bluesky"), given | {"identifier": "Mira Koval"})["identifier"]


def test_a_private_key_may_have_several_lines() -> None:
    key = (
        "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNz\r\naC1r\n-----END OPENSSH PRIVATE KEY-----\n"
    )
    given = {"base_url": "https://koval.example", "identifier": "sftp://koval@koval.example/www"}
    assert flaws(form_of("own_site"), given | {"secret": key}) == {}
    assert "line break" in flaws(form_of("own_site"), given | {"secret": f"{key}\nX"})["secret"]
    assert "line break" in flaws(form_of("peertube"), SERVER | {"secret": key})["secret"]


def test_an_error_is_shown_at_its_field() -> None:
    peertube, cloudflare = form_of("peertube"), form_of("cloudflare")
    given = {**SERVER, "identifier": "koval", "secret": "x"}
    refused = AddressRefused("Not this one.")
    assert concerned(peertube, given, NeedsReconnect("No.")) == {"secret": "No."}
    assert concerned(peertube, given, Offline("Nobody there.")) == {}
    assert concerned(cloudflare, {"identifier": "7"}, refused) == {"identifier": "Not this one."}
    assert concerned(peertube, given, refused) == {}, "either of the two fields"
    form = form_of("soundcloud")
    assert concerned(form, {"client_id": "x"}, AppRefused("No.")) == {"client_id": "No."}


def test_a_new_password_opens_the_existing_account(
    workspace: Workspace, koval: Artist, bluesky: PracticeBluesky
) -> None:
    first = bluesky.app_password(HANDLE)
    account = workspace.accounts.confirm(
        workspace.accounts.add(
            koval.id, "bluesky", identifier=HANDLE, secret=first, base_url=bluesky.base_url
        ).id
    )
    renewed = workspace.accounts.renew(account.id, secret=bluesky.app_password(HANDLE))
    assert (renewed.id, renewed.state) == (account.id, "connected")
    with pytest.raises(FormFlawed):
        workspace.accounts.renew(account.id, secret="")


def test_a_handle_is_accepted_in_common_spellings(
    workspace: Workspace, koval: Artist, bluesky: PracticeBluesky
) -> None:
    account = workspace.accounts.confirm(
        workspace.accounts.add(
            koval.id,
            "bluesky",
            identifier=f"@{HANDLE}",
            secret=bluesky.app_password(HANDLE),
            base_url=bluesky.base_url,
        ).id
    )
    assert account.name == HANDLE


def koval_on(workspace: Workspace, koval: Artist, bluesky: PracticeBluesky) -> int:
    words = {"identifier": HANDLE, "secret": bluesky.app_password(HANDLE)}
    account = workspace.accounts.add(koval.id, "bluesky", base_url=bluesky.base_url, **words)
    return workspace.accounts.confirm(account.id).id


def test_a_check_notices_a_changed_handle(
    workspace: Workspace, koval: Artist, bluesky: PracticeBluesky
) -> None:
    number = koval_on(workspace, koval, bluesky)
    bluesky.rename(HANDLE, "mira.koval.test")
    bluesky.end_sessions("mira.koval.test")
    assert workspace.accounts.check(number).name == "mira.koval.test"
    assert bluesky.count("POST /xrpc/com.atproto.server.createSession") == 2


def test_a_deactivated_account_needs_no_new_sign_in_and_is_checked_again(
    workspace: Workspace, koval: Artist, bluesky: PracticeBluesky
) -> None:
    number = koval_on(workspace, koval, bluesky)
    bluesky.deactivate(HANDLE)
    with pytest.raises(AccountAway):
        workspace.accounts.check(number)
    away = workspace.accounts.by_id(number)
    assert (away.state, away.unread_since != "") == ("connected", True)
    assert "deactivated" in away.unread_why
    [problem] = [p for p in workspace.catalogue.problems(Filter()) if p.where == HANDLE]
    assert "deactivated" in problem.sentence
    assert "onnect the account again" not in problem.advice
    [note] = workspace.accounts.check_all().notes
    assert "deactivated" in note
    bluesky._named(HANDLE).active = True
    assert workspace.accounts.check_all().notes == ()
    assert workspace.accounts.by_id(number).unread_since == ""


def test_empty_fields_keep_their_values(
    workspace: Workspace, koval: Artist, tmp_path: Path
) -> None:
    (tmp_path / "www").mkdir()
    with PracticeWebsite(tmp_path / "www") as site:
        account = workspace.accounts.confirm(
            workspace.accounts.add(
                koval.id,
                "own_site",
                identifier=str(tmp_path / "www"),
                secret="only for elsewhere",
                base_url=site.base_url,
            ).id
        )
        connections = workspace._connections
        kept = connections.stored_credentials(account.id)
        kept = replace(kept, host_key="ssh-ed25519 AAAA", overwrites=True)
        _, place = account_with_place(workspace._database, account.id)
        connections._vault.put(account.id, kept.to_bytes(), place)
        workspace.accounts.renew(account.id, secret="")
        assert connections.stored_credentials(account.id) == kept
        (tmp_path / "other").mkdir()
        workspace.accounts.renew(account.id, secret="", identifier=str(tmp_path / "other"))
        assert connections.stored_credentials(account.id).host_key == "", (
            "another server has another key"
        )


def test_an_address_without_an_answer_is_questioned(workspace: Workspace, koval: Artist) -> None:
    with closing(LoopbackServer(QuietHandler)) as server:
        address = f"http://127.0.0.1:{server.port}"
    words = {"identifier": "mira", "secret": "long enough", "base_url": address}
    with pytest.raises(Offline) as caught:
        workspace.accounts.add(koval.id, "peertube", **words)
    assert f"Check the address ({address})" in str(caught.value)


def test_the_file_server_of_a_site_is_not_treated_as_the_site(
    workspace: Workspace, koval: Artist, tmp_path: Path
) -> None:
    with closing(LoopbackServer(QuietHandler)) as server:
        folder = f"webdav://mira@localhost:{server.port}/site"
    with PracticeWebsite(tmp_path) as site:
        words = {"identifier": folder, "secret": "long enough", "base_url": site.base_url}
        with pytest.raises(Offline) as caught:
            workspace.accounts.add(koval.id, "own_site", **words)
        assert site.base_url not in str(caught.value)
    assert "localhost can't be reached" in str(caught.value)


def test_a_server_of_another_kind_is_not_reported_as_an_ended_sign_in(
    workspace: Workspace, koval: Artist
) -> None:
    class AsksForASignIn(QuietHandler):
        def do_GET(self) -> None:
            self.send_response(401)
            self.send_header("Content-Length", "0")
            self.end_headers()

    with closing(LoopbackServer(AsksForASignIn)) as server:
        server.start()
        words = {"identifier": "mira", "secret": "long enough"}
        address = f"http://127.0.0.1:{server.port}"
        with pytest.raises(BadAnswer, match="does not answer like PeerTube"):
            workspace.accounts.add(koval.id, "peertube", base_url=address, **words)


def test_another_login_never_replaces_an_account(
    workspace: Workspace, koval: Artist, bluesky: PracticeBluesky
) -> None:
    account = workspace.accounts.confirm(
        workspace.accounts.add(
            koval.id,
            "bluesky",
            identifier=HANDLE,
            secret=bluesky.app_password(HANDLE),
            base_url=bluesky.base_url,
        ).id
    )
    with pytest.raises(AnotherLogin, match=r"login of signal\.test"):
        workspace.accounts.renew(
            account.id, identifier="signal.test", secret=bluesky.app_password("signal.test")
        )
    assert [a.name for a in workspace.accounts.all()] == [HANDLE]


def test_another_login_in_the_browser_never_replaces_an_account(
    workspace: Workspace, koval: Artist, soundcloud: PracticeSoundCloud
) -> None:
    app = {"client_id": CLIENT_ID, "base_url": soundcloud.base_url}
    pending = workspace.accounts.begin_sign_in(koval.id, "soundcloud", port=0, **app)
    with_browser(pending.url, KOVAL)
    number = pending.finish()
    again = workspace.accounts.reconnect(number)
    with_browser(again.url, "Salt & Signal")
    with pytest.raises(AnotherLogin):
        again.finish()
    (account,) = workspace.accounts.all()
    assert (account.id, account.name, account.state) == (number, KOVAL, "connected")


def test_an_account_shows_what_was_found(
    workspace: Workspace, koval: Artist, soundcloud: PracticeSoundCloud
) -> None:
    app = {"client_id": CLIENT_ID, "base_url": soundcloud.base_url}
    pending = workspace.accounts.begin_sign_in(koval.id, "soundcloud", port=0, **app)
    with_browser(pending.url, KOVAL)
    number = pending.finish()
    before = workspace.accounts.by_id(number)
    assert (before.items, before.looked_at, before.questions) == (0, "", 0)
    workspace.accounts.read_items(number)
    after = workspace.accounts.by_id(number)
    assert after.items == 5
    assert after.nouns == "tracks"
    assert after.looked_at
    assert after.questions == len(workspace.accounts.questions())


def with_browser(url: str, account: str) -> None:
    browser = PracticeBrowser(account)
    browser(url)
    browser.close()
