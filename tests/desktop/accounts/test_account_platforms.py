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
from PySide6.QtWidgets import QApplication, QFileDialog, QLineEdit, QPushButton

from rightsdesk.desktop.accounts.flow import ConnectFlow
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
from rightsdesk.workspace.sign_in.form import FieldPart
from tests.desktop.conftest import LONG, Scene, Watched, shows
from tests.platforms.sites.sftp_server import sftp_server

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
def flow(scene: Scene) -> Iterator[ConnectFlow]:
    """The page for connecting an account of the only artist."""
    browser = PracticeBrowser(KOVAL)
    made = scene.window.platforms.flow
    made.open_url, made.port = browser, 0
    scene.window.actions_.accounts.trigger()
    scene.settle()
    yield made
    browser.close()


def fill(scene: Scene, flow: ConnectFlow, given: Given, base_url: str) -> None:
    values = {"base_url": base_url, **given}
    if any(asked.part == "base_url" for asked in flow.form.form.elsewhere):
        scene.qtbot.mouseClick(flow.form.other.toggle, LEFT)
    for name, text in values.items():
        edit = flow.form.rows[FieldPart(name)].edit
        edit.clear()
        scene.qtbot.keyClicks(edit, text)


def open_form(scene: Scene, flow: ConnectFlow, name: str) -> None:
    tile = next(tile for tile in flow.platform.tiles.values() if tile.title == name)
    scene.qtbot.mouseClick(tile, LEFT)
    scene.settle()
    assert flow.header.title.text() == name


@pytest.mark.parametrize("name", STANDS)
def test_it_is_connected_as_its_form_asks(
    scene: Scene, flow: ConnectFlow, root: Path, name: str
) -> None:
    server, given = STANDS[name](root)
    with server:
        open_form(scene, flow, name)
        fill(scene, flow, given, server.base_url)
        for part, row in flow.form.rows.items():
            assert (row.edit.echoMode() is QLineEdit.EchoMode.Password) == part.is_secret
        scene.qtbot.mouseClick(flow.form.go, LEFT)
        scene.qtbot.waitUntil(lambda: flow.step in (flow.done_step, flow.question))
        secrets = [row.edit for part, row in flow.form.rows.items() if part.is_secret]
        assert [edit.text() for edit in secrets] == [""] * len(secrets), "kept no longer"
        done = flow.done_step.done if shows(flow, flow.done_step) else flow.question.yes
        scene.qtbot.mouseClick(done, LEFT)
        scene.settle()
        (account,) = scene.workspace.accounts.all()
        assert (account.platform_name, account.artist, account.state) == (name, KOVAL, "connected")
        page = scene.window.platforms
        page._open_details(account.platform)
        [panel] = page.details.panels
        scene.qtbot.mouseClick(panel.check, LEFT)
        scene.settle()
        assert page.details.panels[0].told.text() == "Checked. The sign-in works."


@pytest.mark.parametrize("name", ["Bluesky", "PeerTube", "Funkwhale", "WordPress", "Cloudflare"])
def test_a_secret_that_is_wrong_is_told_beside_it(
    scene: Scene, flow: ConnectFlow, root: Path, name: str
) -> None:
    server, given = STANDS[name](root)
    with server:
        open_form(scene, flow, name)
        fill(scene, flow, given | {"secret": "not-the-secret"}, server.base_url)
        scene.qtbot.mouseClick(flow.form.go, LEFT)
        row = flow.form.rows[FieldPart.SECRET]
        scene.qtbot.waitUntil(lambda: row.flaw.isVisible())
        assert row.flaw.text()
        assert "not-the-secret" not in row.flaw.text()
        assert scene.workspace.accounts.all() == []
        scene.qtbot.keyClick(flow, Qt.Key.Key_Escape)
        assert row.edit.text() == ""


def test_tab_goes_through_the_form_from_top_to_bottom(scene: Scene, flow: ConnectFlow) -> None:
    open_form(scene, flow, "Bluesky")
    pages = flow.form.findChild(QPushButton, "apps-page")
    assert pages is not None
    pages.setFocus()
    stops = ["apps-page"]
    for _ in range(4):
        focus = QApplication.focusWidget()
        assert focus is not None
        scene.qtbot.keyClick(focus, Qt.Key.Key_Tab)
        stops.append(scene.window.focusWidget().objectName())
    assert stops == ["apps-page", "identifier", "secret", "base-url", "go"]


def test_the_arrow_keys_and_enter_choose_a_tile(scene: Scene, flow: ConnectFlow) -> None:
    tiles = list(flow.platform.tiles.values())
    assert tiles[0].hasFocus()
    scene.qtbot.keyClick(tiles[0], Qt.Key.Key_Right)
    assert tiles[1].hasFocus()
    scene.qtbot.keyClick(tiles[1], Qt.Key.Key_Return)
    assert flow.header.title.text() == tiles[1].title


def test_a_server_that_is_not_there_is_told_of_the_whole(scene: Scene, flow: ConnectFlow) -> None:
    open_form(scene, flow, "PeerTube")
    fill(scene, flow, {"identifier": USER, "secret": "x"}, "http://127.0.0.1:9")
    scene.qtbot.mouseClick(flow.form.go, LEFT)
    scene.qtbot.waitUntil(lambda: flow.form.problem_row.isVisible())
    assert flow.form.problem.text()
    assert flow.form.rows[FieldPart.IDENTIFIER].edit.text() == USER


def test_the_folder_of_a_site_can_be_picked(scene: Scene, flow: ConnectFlow, root: Path) -> None:
    open_form(scene, flow, "Own site")
    row: Any = flow.form.rows[FieldPart.IDENTIFIER]
    picker_button = next(b for b in row.findChildren(QPushButton))
    scene.qtbot.mouseClick(picker_button, LEFT)
    picker = row.findChild(QFileDialog)
    picker.fileSelected.emit(str(root))
    assert row.edit.text() == str(root)
    picker.reject()


def test_another_platform_forgets_what_was_typed_in_secret(scene: Scene, flow: ConnectFlow) -> None:
    open_form(scene, flow, "Bluesky")
    edit = flow.form.rows[FieldPart.SECRET].edit
    scene.qtbot.keyClicks(edit, "abcd-efgh")
    scene.qtbot.mouseClick(flow.back_button, LEFT)
    assert edit.text() == ""
    open_form(scene, flow, "PeerTube")
    assert flow.form.rows[FieldPart.SECRET].edit is not edit


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
        scene.window.actions_.accounts.trigger()
        scene.settle()
        flow = scene.window.platforms.flow
        assert shows(flow, flow.whose)
        assert flow.whose.search.hasFocus()
        scene.qtbot.keyClicks(flow.whose.search, SIGNAL[:3].upper())
        scene.qtbot.keyClick(flow.whose.search, Qt.Key.Key_Return)
        assert shows(flow, flow.platform)
        assert flow.header.above.text() == f"For {SIGNAL}"
        scene.qtbot.keyClick(flow, Qt.Key.Key_Escape)
        assert shows(flow, flow.whose)
        scene.qtbot.keyClick(flow.whose.search, Qt.Key.Key_Down)
        scene.qtbot.keyClick(flow.whose.list, Qt.Key.Key_Down)
        scene.qtbot.keyClick(flow.whose.list, Qt.Key.Key_Return)
        open_form(scene, flow, "Bluesky")
        fill(scene, flow, given, server.base_url)
        scene.qtbot.mouseClick(flow.form.go, LEFT)
        scene.qtbot.waitUntil(lambda: shows(flow, flow.question))
        assert flow.header.title.text() == f"Is “mirakoval.test” {SIGNAL}'s?"
        scene.qtbot.mouseClick(flow.question.yes, LEFT)
        scene.settle()
        assert [account.artist for account in scene.workspace.accounts.all()] == [SIGNAL]


def test_a_login_of_one_artist_is_never_another_s(two_artists: Scene, root: Path) -> None:
    scene = two_artists
    server, given = bluesky(root)
    with server:
        ids = [artist.id for artist in scene.window.view_state.artists]
        scene.workspace.real.accounts.add(ids[0], "bluesky", base_url=server.base_url, **given)
        scene.window.view_state.choose_artist(ids[1])
        scene.settle()
        scene.window.actions_.accounts.trigger()
        scene.settle()
        flow = scene.window.platforms.flow
        open_form(scene, flow, "Bluesky")
        fill(scene, flow, given, server.base_url)
        scene.qtbot.mouseClick(flow.form.go, LEFT)
        scene.qtbot.waitUntil(lambda: flow.form.problem_row.isVisible())
        assert "connected for Mira Koval already" in flow.form.problem.text()
        assert [a.artist_id for a in scene.workspace.accounts.all()] == ids[:1]


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


@pytest.mark.parametrize("how", ["escape", "another page", "close"])
def test_an_account_that_was_given_up_meanwhile_is_taken_back(
    scene: Scene, flow: ConnectFlow, root: Path, held_up: Callable[[str], Event], how: str
) -> None:
    server, given = bluesky(root)
    with server:
        gate = held_up("accounts.add")
        open_form(scene, flow, "Bluesky")
        fill(scene, flow, given, server.base_url)
        scene.qtbot.mouseClick(flow.form.go, LEFT)
        if how == "escape":
            scene.qtbot.keyClick(flow, Qt.Key.Key_Escape)
        elif how == "close":
            scene.window.close()
        else:
            scene.window.platforms.connect_account()
        gate.set()
        scene.settle()
        assert "accounts.remove" in {name for name, _ in scene.workspace.calls}
        assert scene.workspace.accounts.all() == []


def test_one_that_was_there_before_is_not(
    scene: Scene, flow: ConnectFlow, root: Path, held_up: Callable[[str], Event]
) -> None:
    server, given = bluesky(root)
    with server:
        artist = scene.window.view_state.one_artist
        assert artist is not None
        scene.workspace.real.accounts.add(artist.id, "bluesky", base_url=server.base_url, **given)
        gate = held_up("accounts.add")
        open_form(scene, flow, "Bluesky")
        fill(scene, flow, given, server.base_url)
        scene.qtbot.mouseClick(flow.form.go, LEFT)
        scene.qtbot.mouseClick(flow.back_button, LEFT)
        gate.set()
        scene.settle()
        assert len(scene.workspace.accounts.all()) == 1


def test_a_sign_in_that_begins_after_it_was_given_up_is_ended(
    scene: Scene, flow: ConnectFlow, root: Path, held_up: Callable[[str], Event]
) -> None:
    server, given = audius(root)
    with server:
        gate = held_up("accounts.begin_sign_in")
        open_form(scene, flow, "Audius")
        fill(scene, flow, given, server.base_url)
        before = listening()
        scene.qtbot.mouseClick(flow.form.go, LEFT)
        scene.qtbot.keyClick(flow, Qt.Key.Key_Escape)
        gate.set()
        scene.settle()
        assert listening() == before
        assert scene.workspace.accounts.all() == []


def listening() -> set[str]:
    return {thread.name for thread in threading.enumerate() if "loopback" in thread.name}


@pytest.mark.parametrize("same", [True, False])
def test_a_new_sftp_server_is_connected_after_a_yes_to_its_fingerprint(
    scene: Scene, flow: ConnectFlow, root: Path, monkeypatch: pytest.MonkeyPatch, same: bool
) -> None:
    monkeypatch.setenv("HOME", str(root))  # no known hosts of a person
    key = paramiko.ECDSAKey.generate()
    with PracticeWebsite(root, title=KOVAL) as web, sftp_server(root, "a-password", key) as port:
        open_form(scene, flow, "Own site")
        given = {"identifier": f"sftp://mara@127.0.0.1:{port}/", "secret": "a-password"}
        fill(scene, flow, given, web.base_url)
        scene.qtbot.mouseClick(flow.form.go, LEFT)
        scene.qtbot.waitUntil(lambda: shows(flow, flow.question))
        assert key.fingerprint in flow.question.sentence.text()
        assert flow.question.sentence.textFormat() is Qt.TextFormat.PlainText
        assert flow.question.no.hasFocus()
        scene.qtbot.mouseClick(flow.question.yes if same else flow.question.no, LEFT)
        if same:
            scene.qtbot.waitUntil(lambda: flow.header.title.text().startswith("Is “"))
            scene.qtbot.mouseClick(flow.question.yes, LEFT)
        scene.settle()
        assert len(scene.workspace.accounts.all()) == same
        if not same:
            assert shows(flow, flow.form)
        for account in scene.workspace.accounts.all():  # its connection ends with the server
            scene.workspace.accounts.remove(account.id)
