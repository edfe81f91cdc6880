"""Every other platform, connected through the widgets as a musician would, key by key."""

import threading
from collections.abc import Callable, Iterator
from operator import attrgetter
from pathlib import Path
from threading import Event
from typing import Any

import paramiko
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QLineEdit

from rightsdesk.desktop.accounts import dialog as accounts_module
from rightsdesk.desktop.accounts.dialog import AccountsDialog
from rightsdesk.desktop.accounts.sign_in import SignInDialog
from rightsdesk.practice import audius as practice_audius
from rightsdesk.practice import wordpress_com as practice_wordpress_com
from rightsdesk.practice import youtube as practice_youtube
from rightsdesk.practice.audius import PracticeAudius
from rightsdesk.practice.bluesky import PracticeBluesky
from rightsdesk.practice.browser import PracticeBrowser
from rightsdesk.practice.catalogue import KOVAL, SIGNAL
from rightsdesk.practice.cloudflare import PracticeCloudflare, Zone
from rightsdesk.practice.funkwhale import PracticeFunkwhale
from rightsdesk.practice.http import PracticeServer
from rightsdesk.practice.internet_archive import PracticeInternetArchive
from rightsdesk.practice.peertube import PracticePeerTube
from rightsdesk.practice.website import PracticeWebsite
from rightsdesk.practice.wordpress import PracticeWordPress
from rightsdesk.practice.wordpress_com import PracticeWordPressCom
from rightsdesk.practice.youtube import PracticeYouTube
from rightsdesk.workspace.sign_in.form import Part
from tests.desktop.conftest import LONG, Scene, Watched
from tests.platforms.sftp_server import sftp_server

LEFT = Qt.MouseButton.LeftButton
ZONE = "ab" * 16
USER = "mirakoval"
Given = dict[str, str]


def bluesky(_root: Path) -> tuple[PracticeServer, Given]:
    server = PracticeBluesky({"mirakoval.test": {}})
    return server, {
        "identifier": "mirakoval.test",
        "secret": server.app_password("mirakoval.test"),
    }


def internet_archive(_root: Path) -> tuple[PracticeServer, Given]:
    user = "mirakoval@label.example"
    server = PracticeInternetArchive({user: [{"identifier": "low-tide", "title": "Low Tide"}]})
    return server, {"identifier": server.keys[user].access, "secret": server.keys[user].secret}


def peertube(_root: Path) -> tuple[PracticeServer, Given]:
    server = PracticePeerTube({USER: [{"name": "Low Tide"}]})
    return server, {"identifier": USER, "secret": server.passwords[USER]}


def funkwhale(_root: Path) -> tuple[PracticeServer, Given]:
    server = PracticeFunkwhale({USER: [{"title": "Low Tide"}]})
    return server, {"secret": server.tokens[USER]}


def wordpress(_root: Path) -> tuple[PracticeServer, Given]:
    server = PracticeWordPress({USER: [{"title": "Low Tide"}]})
    return server, {"identifier": USER, "secret": server.passwords[USER]}


def cloudflare(_root: Path) -> tuple[PracticeServer, Given]:
    server = PracticeCloudflare({ZONE: Zone("mirakoval.example", {"ai_training": "disabled"})})
    return server, {"identifier": ZONE, "secret": server.new_token(ZONE)}


def own_site(root: Path) -> tuple[PracticeServer, Given]:
    (root / "index.html").write_text("<title>Mira Koval</title>")
    return PracticeWebsite(root, title=KOVAL), {"identifier": str(root)}


def youtube(_root: Path) -> tuple[PracticeServer, Given]:
    server = PracticeYouTube({KOVAL: [{"title": "Low Tide"}]})
    secret = practice_youtube.CLIENT_SECRET
    return server, {"client_id": practice_youtube.CLIENT_ID, "client_secret": secret}


def audius(_root: Path) -> tuple[PracticeServer, Given]:
    return PracticeAudius({KOVAL: [{"title": "Low Tide"}]}), {
        "client_id": practice_audius.CLIENT_ID
    }


def wordpress_com(_root: Path) -> tuple[PracticeServer, Given]:
    server = PracticeWordPressCom({KOVAL: []}, redirect_uris=None)
    return server, {"client_id": practice_wordpress_com.CLIENT_ID}


Stand = Callable[[Path], tuple[PracticeServer, Given]]
STANDS: dict[str, Stand] = {
    "Bluesky": bluesky,
    "Internet Archive": internet_archive,
    "PeerTube": peertube,
    "Funkwhale": funkwhale,
    "WordPress": wordpress,
    "Cloudflare": cloudflare,
    "Own site": own_site,
    "YouTube": youtube,
    "Audius": audius,
    "WordPress.com": wordpress_com,
}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "www").mkdir()
    return tmp_path / "www"


@pytest.fixture
def dialog(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> Iterator[AccountsDialog]:
    monkeypatch.setattr(accounts_module, "PORT", 0)
    browser = PracticeBrowser(KOVAL)
    artist = scene.window.desk.one_artist
    made = AccountsDialog(scene.window.desk, artist, open_url=browser, parent=scene.window)
    made.open()
    scene.settle()
    yield made
    browser.close()


def fill(scene: Scene, form: SignInDialog, given: Given, base_url: str) -> None:
    values = {"base_url": base_url, **given}
    if any(asked.part == "base_url" for asked in form.form.form.elsewhere):
        scene.qtbot.mouseClick(form.form.other.toggle, LEFT)
    for name, text in values.items():
        edit = form.form.rows[Part(name)].edit
        edit.clear()
        scene.qtbot.keyClicks(edit, text)


def open_form(scene: Scene, dialog: AccountsDialog, name: str) -> SignInDialog:
    scene.qtbot.mouseClick(dialog.add, LEFT)
    form: SignInDialog = scene.dialog("sign-in")
    (found,) = form.list.findItems(name, Qt.MatchFlag.MatchExactly)
    scene.qtbot.mouseClick(form.list.viewport(), LEFT, pos=form.list.visualItemRect(found).center())
    assert form.form.form.name == name
    return form


@pytest.mark.parametrize("name", STANDS)
def test_it_is_connected_as_its_form_asks(
    scene: Scene, dialog: AccountsDialog, root: Path, name: str
) -> None:
    server, given = STANDS[name](root)
    with server:
        form = open_form(scene, dialog, name)
        fill(scene, form, given, server.base_url)
        for part, row in form.form.rows.items():
            assert (row.edit.echoMode() is QLineEdit.EchoMode.Password) == part.is_secret
        scene.qtbot.mouseClick(form.go, LEFT)
        scene.qtbot.waitUntil(lambda: form.yes.isVisible())
        secrets = [row.edit for part, row in form.form.rows.items() if part.is_secret]
        assert [edit.text() for edit in secrets] == [""] * len(secrets), "kept no longer"
        scene.qtbot.mouseClick(form.yes, LEFT)
        scene.settle()
        (account,) = scene.workspace.accounts.all()
        assert (account.platform_name, account.artist, account.state) == (name, KOVAL, "connected")
        scene.qtbot.mouseClick(dialog.pane.check, LEFT)
        scene.settle()
        assert "Checked: the sign-in holds." in dialog.pane.facts.text()
        dialog.accept()


@pytest.mark.parametrize("name", ["Bluesky", "PeerTube", "Funkwhale", "WordPress", "Cloudflare"])
def test_a_secret_that_is_wrong_is_told_beside_it(
    scene: Scene, dialog: AccountsDialog, root: Path, name: str
) -> None:
    server, given = STANDS[name](root)
    with server:
        form = open_form(scene, dialog, name)
        fill(scene, form, given | {"secret": "not-the-secret"}, server.base_url)
        scene.qtbot.mouseClick(form.go, LEFT)
        row = form.form.rows[Part.SECRET]
        scene.qtbot.waitUntil(lambda: row.flaw.isVisible())
        assert row.flaw.text()
        assert "not-the-secret" not in row.flaw.text()
        assert scene.workspace.accounts.all() == []
        form.reject()
        assert row.edit.text() == ""
        dialog.accept()


def test_tab_goes_through_the_form_from_top_to_bottom(scene: Scene, dialog: AccountsDialog) -> None:
    form = open_form(scene, dialog, "Bluesky")
    form.list.setFocus()
    stops = []
    for _ in range(6):
        scene.qtbot.keyClick(form.focusWidget(), Qt.Key.Key_Tab)
        stops.append(form.focusWidget().objectName())
    assert stops == ["apps-page", "identifier", "secret", "base-url", "cancel", "go"]
    form.reject()


def test_a_server_that_is_not_there_is_told_of_the_whole(
    scene: Scene, dialog: AccountsDialog
) -> None:
    form = open_form(scene, dialog, "PeerTube")
    fill(scene, form, {"identifier": USER, "secret": "x"}, "http://127.0.0.1:9")
    scene.qtbot.mouseClick(form.go, LEFT)
    scene.qtbot.waitUntil(lambda: form.problem_row.isVisible())
    assert form.problem.text()
    assert form.form.rows[Part.IDENTIFIER].edit.text() == USER
    form.reject()


def test_the_folder_of_a_site_can_be_picked(
    scene: Scene, dialog: AccountsDialog, root: Path
) -> None:
    form = open_form(scene, dialog, "Own site")
    row: Any = form.form.rows[Part.IDENTIFIER]
    picker_button = next(b for b in row.findChildren(type(form.go)))
    scene.qtbot.mouseClick(picker_button, LEFT)
    picker = row.findChild(QFileDialog)
    picker.fileSelected.emit(str(root))
    assert row.edit.text() == str(root)
    picker.reject()
    form.reject()


def test_changing_the_platform_forgets_what_was_typed_in_secret(
    scene: Scene, dialog: AccountsDialog
) -> None:
    form = open_form(scene, dialog, "Bluesky")
    edit = form.form.rows[Part.SECRET].edit
    scene.qtbot.keyClicks(edit, "abcd-efgh")
    form.list.setFocus()
    before = form.form
    texts: list[str] = []
    edit.textChanged.connect(texts.append)
    scene.qtbot.keyClick(form.list, Qt.Key.Key_Down)
    assert form.form is not before
    assert texts == [""]
    form.reject()


# --- several artists -----------------------------------------------------------------------


@pytest.fixture
def two_artists(open_window: Callable[[], Scene], workspace: Watched, music: Path) -> Scene:
    for name in (KOVAL, SIGNAL):
        artist = workspace.artists.add(name)
        workspace.catalogue.scan(artist.id, [str(music / name)])
    return open_window()


def test_with_all_artists_in_view_one_says_whose_it_is(two_artists: Scene, root: Path) -> None:
    scene = two_artists
    server, given = bluesky(root)
    with server:
        assert scene.window.actions_.accounts.isEnabled()
        scene.window.actions_.accounts.trigger()
        dialog = scene.dialog("accounts")
        assert dialog.whose.currentText() == "All artists"
        form = open_form(scene, dialog, "Bluesky")
        fill(scene, form, given, server.base_url)
        scene.qtbot.mouseClick(form.go, LEFT)
        assert form.whose.flaw.text() == "First choose the artist whose account this is."
        assert form.go.isVisible(), "nothing was sent"
        scene.qtbot.keyClicks(form.whose.box, SIGNAL[:3])
        assert form.whose.flaw.text() == f"It acts for {SIGNAL}, and for nobody else."
        scene.qtbot.mouseClick(form.go, LEFT)
        scene.qtbot.waitUntil(lambda: form.yes.isVisible())
        assert form.whose.title.text() == f"For {SIGNAL}"
        assert not form.whose.box.isVisible(), "whose it is stays as it is"
        assert SIGNAL in form.done_page.words.text()
        scene.qtbot.mouseClick(form.yes, LEFT)
        scene.settle()
        assert dialog.list.topLevelItem(0).text(0) == SIGNAL
        dialog.accept()


def test_a_login_of_one_artist_is_never_another_s(two_artists: Scene, root: Path) -> None:
    scene = two_artists
    server, given = bluesky(root)
    with server:
        ids = [artist.id for artist in scene.window.desk.artists]
        scene.workspace.real.accounts.add(ids[0], "bluesky", base_url=server.base_url, **given)
        scene.window.desk.something_changed()
        scene.settle()
        scene.window.actions_.accounts.trigger()
        form = open_form(scene, scene.dialog("accounts"), "Bluesky")
        fill(scene, form, given, server.base_url)
        form.whose.box.setCurrentIndex(1)
        scene.qtbot.mouseClick(form.go, LEFT)
        scene.qtbot.waitUntil(lambda: form.problem_row.isVisible())
        assert "connected for Mira Koval already" in form.problem.text()
        assert [a.artist_id for a in scene.workspace.accounts.all()] == ids[:1]
        form.reject()


# --- giving up in the last moment ----------------------------------------------------------


@pytest.fixture
def held_up(scene: Scene) -> Iterator[Callable[[str], Event]]:
    """Holds up what the workspace does, until it is told to go on."""
    gates: list[Event] = []

    def hold(name: str) -> Event:
        gate, real = Event(), attrgetter(name)(scene.workspace.real)
        gates.append(gate)

        def late(*args: Any, **more: Any) -> Any:
            gate.wait(LONG)
            return real(*args, **more)

        scene.workspace.instead[name] = late
        return gate

    yield hold
    for gate in gates:
        gate.set()


def test_an_account_that_nobody_waits_for_any_more_is_taken_back(
    scene: Scene, dialog: AccountsDialog, root: Path, held_up: Callable[[str], Event]
) -> None:
    server, given = bluesky(root)
    with server:
        gate = held_up("accounts.add")
        form = open_form(scene, dialog, "Bluesky")
        fill(scene, form, given, server.base_url)
        scene.qtbot.mouseClick(form.go, LEFT)
        scene.qtbot.keyClick(form, Qt.Key.Key_Escape)
        gate.set()
        scene.settle()
        assert "accounts.remove" in {name for name, _ in scene.workspace.calls}
        assert scene.workspace.accounts.all() == []


def test_one_that_was_there_before_is_not(
    scene: Scene, dialog: AccountsDialog, root: Path, held_up: Callable[[str], Event]
) -> None:
    server, given = bluesky(root)
    with server:
        artist = scene.window.desk.one_artist
        assert artist is not None
        scene.workspace.real.accounts.add(artist.id, "bluesky", base_url=server.base_url, **given)
        gate = held_up("accounts.add")
        form = open_form(scene, dialog, "Bluesky")
        fill(scene, form, given, server.base_url)
        scene.qtbot.mouseClick(form.go, LEFT)
        scene.qtbot.mouseClick(form.stop, LEFT)
        gate.set()
        scene.settle()
        assert len(scene.workspace.accounts.all()) == 1
        form.reject()


def test_a_sign_in_that_begins_after_the_window_was_closed_is_ended(
    scene: Scene, dialog: AccountsDialog, root: Path, held_up: Callable[[str], Event]
) -> None:
    server, given = audius(root)
    with server:
        gate = held_up("accounts.begin_sign_in")
        form = open_form(scene, dialog, "Audius")
        fill(scene, form, given, server.base_url)
        before = listening()
        scene.qtbot.mouseClick(form.go, LEFT)
        scene.qtbot.keyClick(form, Qt.Key.Key_Escape)
        gate.set()
        scene.settle()
        assert listening() == before
        assert scene.workspace.accounts.all() == []


def listening() -> set[str]:
    return {thread.name for thread in threading.enumerate() if "loopback" in thread.name}


@pytest.mark.parametrize("same", [True, False])
def test_a_new_sftp_server_is_connected_after_a_yes_to_its_fingerprint(
    scene: Scene,
    dialog: AccountsDialog,
    root: Path,
    monkeypatch: pytest.MonkeyPatch,
    same: bool,
) -> None:
    monkeypatch.setenv("HOME", str(root))  # no known hosts of a person
    key = paramiko.ECDSAKey.generate()
    with PracticeWebsite(root, title=KOVAL) as web, sftp_server(root, "a-password", key) as port:
        form = open_form(scene, dialog, "Own site")
        given = {"identifier": f"sftp://mara@127.0.0.1:{port}/", "secret": "a-password"}
        fill(scene, form, given, web.base_url)
        scene.qtbot.mouseClick(form.go, LEFT)
        box = scene.dialog("unknown-host")
        assert key.fingerprint in box.text()
        assert box.textFormat() is Qt.TextFormat.PlainText
        buttons = {button.text(): button for button in box.buttons()}
        scene.qtbot.mouseClick(buttons["&It is the same" if same else "Do &not connect"], LEFT)
        if same:
            scene.qtbot.waitUntil(lambda: form.yes.isVisible())
            scene.qtbot.mouseClick(form.yes, LEFT)
        scene.settle()
        assert len(scene.workspace.accounts.all()) == same
        if not same:
            form.reject()
        dialog.accept()
        scene.settle()
        for account in scene.workspace.accounts.all():  # its connection ends with the server
            scene.workspace.accounts.remove(account.id)
