"""Connecting accounts through the page, against a practice SoundCloud in this process."""

from collections.abc import Callable
from contextlib import closing

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QPushButton, QWidget

from rightsdesk.desktop.accounts.flow import ConnectFlow
from rightsdesk.desktop.accounts.panel import AccountPanel
from rightsdesk.practice.browser import PracticeBrowser
from rightsdesk.practice.catalogue import KOVAL, SIGNAL
from rightsdesk.practice.faults import Fault, FaultKind
from rightsdesk.practice.soundcloud import CLIENT_ID, PracticeSoundCloud
from rightsdesk.roster.passphrase_prompts import PromptReason
from rightsdesk.roster.vault import Cost
from rightsdesk.workspace.sign_in.form import FieldPart
from rightsdesk.workspace.types.scopes import Filter
from tests.conftest import MemoryKeyring
from tests.desktop.conftest import Scene, shows

LEFT = Qt.MouseButton.LeftButton
OpenFlow = Callable[..., ConnectFlow]


@pytest.fixture
def open_flow(scene: Scene) -> OpenFlow:
    """Opens the page for connecting, with another browser, on a port that is free."""

    def open_it(open_url: Callable[[str], object] = lambda _url: None) -> ConnectFlow:
        flow = scene.window.platforms.flow
        flow.open_url, flow.port = open_url, 0
        scene.window.actions_.accounts.trigger()
        scene.settle()
        assert flow.isVisible()
        return flow

    return open_it


def choose(scene: Scene, flow: ConnectFlow, platform: str = "soundcloud") -> None:
    """Press a platform's tile."""
    assert shows(flow, flow.platform)
    scene.qtbot.mouseClick(flow.platform.tiles[platform], LEFT)
    scene.settle()
    assert shows(flow, flow.form)


def sign_in(
    scene: Scene, practice: PracticeSoundCloud, flow: ConnectFlow, client_id: str = CLIENT_ID
) -> None:
    choose(scene, flow)
    scene.qtbot.keyClicks(flow.form.rows[FieldPart.CLIENT_ID].edit, client_id)
    scene.qtbot.mouseClick(flow.form.other.toggle, LEFT)
    scene.qtbot.keyClicks(flow.form.rows[FieldPart.BASE_URL].edit, practice.base_url)
    scene.qtbot.mouseClick(flow.form.go, LEFT)


def press(scene: Scene, owner: QWidget, name: str) -> None:
    found = next(b for b in owner.findChildren(QPushButton, name) if b.isVisible())
    scene.qtbot.mouseClick(found, LEFT)


def panel(scene: Scene) -> AccountPanel:
    """The only account, on its platform's page."""
    page = scene.window.platforms
    if not page.details.isVisible():
        page._open_details("soundcloud")
        scene.settle()
    [found] = page.details.panels
    return found


@pytest.fixture
def signed_in(scene: Scene, practice: PracticeSoundCloud, open_flow: OpenFlow) -> AccountPanel:
    with closing(PracticeBrowser(KOVAL)) as browser:
        flow = open_flow(browser)
        sign_in(scene, practice, flow)
        scene.qtbot.waitUntil(lambda: shows(flow, flow.done_step))
    assert flow.header.title.text() == f"Connected: {KOVAL} on SoundCloud"
    scene.qtbot.keyClick(flow.done_step.done, Qt.Key.Key_Space)
    scene.settle()
    return panel(scene)


def again(scene: Scene, browser: Callable[[str], object]) -> ConnectFlow:
    """Sign in again, from the account's panel."""
    flow = scene.window.platforms.flow
    flow.open_url = browser
    press(scene, panel(scene), "again")
    scene.settle()
    return flow


def test_signing_in_reads_what_the_tracks_say(scene: Scene, signed_in: AccountPanel) -> None:
    assert signed_in.title.text() == KOVAL
    assert signed_in.state.text() == "Connected"
    assert "5 tracks, checked today" in signed_in.facts.text()
    assert "1 track needs matching." in signed_in.facts.text()
    assert {"To write", "Silent", "Says otherwise"} & set(scene.words("soundcloud"))
    assert scene.window.actions_.update_online.text() == "Write &to SoundCloud (4)…"
    assert not scene.workspace.called_on_main_thread


def test_one_platform_is_written_from_its_account(
    scene: Scene, signed_in: AccountPanel, practice: PracticeSoundCloud
) -> None:
    press(scene, signed_in, "write")
    preview = scene.dialog("review")
    assert preview.go.text() == "&Write to 4 tracks"
    scene.qtbot.mouseClick(preview.go, LEFT)
    scene.qtbot.waitUntil(lambda: "Done" in scene.window.notice.text.text())
    scene.window.go_to("catalogue")
    assert "Says No AI" in scene.words("soundcloud")
    scene.window.actions_.undo.trigger()
    back = scene.dialog("review")
    scene.qtbot.mouseClick(back.go, LEFT)
    scene.qtbot.waitUntil(lambda: "Undo" in scene.window.notice.text.text())
    assert "Says No AI" not in scene.words("soundcloud")


def test_an_account_whose_first_look_failed_is_told_as_connected(
    scene: Scene, practice: PracticeSoundCloud, open_flow: OpenFlow
) -> None:
    practice.faults.add(Fault(FaultKind.ERROR, on="GET /me/tracks", status=403, times=0))
    with closing(PracticeBrowser(KOVAL)) as browser:
        flow = open_flow(browser)
        sign_in(scene, practice, flow)
        scene.qtbot.waitUntil(lambda: shows(flow, flow.done_step))
    scene.qtbot.mouseClick(flow.done_step.done, LEFT)
    scene.qtbot.waitUntil(lambda: "could not be read yet" in scene.window.notice.text.text())
    assert f"{KOVAL} is connected on SoundCloud." in scene.window.notice.text.text()
    scene.settle()
    assert [one.state for one in scene.workspace.accounts.all()] == ["connected"]


def test_a_check_says_what_it_found(scene: Scene, signed_in: AccountPanel) -> None:
    press(scene, signed_in, "check")
    scene.settle()
    assert panel(scene).told.text() == "Checked. The sign-in works."
    page = scene.window.platforms
    page.show_front()
    scene.settle()
    card = page.board.cards["soundcloud"]
    card.wanted.emit("check")
    assert not card.check_words.isHidden()
    scene.settle()
    assert scene.window.notice.text.text() == "SoundCloud: Checked. The sign-in works."
    assert page.board.cards["soundcloud"].check_words.isHidden()


def test_an_outage_is_dated_and_calm(
    scene: Scene, practice: PracticeSoundCloud, signed_in: AccountPanel
) -> None:
    practice.faults.add(Fault(FaultKind.HANG_UP, times=0))
    press(scene, signed_in, "check")
    scene.qtbot.waitUntil(lambda: panel(scene).state.text() == "Not readable since today")
    scene.settle()
    assert panel(scene).outage.text().startswith("It could not be read since today")
    assert "What you see is from before." in panel(scene).outage.text()
    practice.faults.clear()
    press(scene, panel(scene), "check")
    scene.qtbot.waitUntil(lambda: panel(scene).state.text() == "Connected")
    assert not panel(scene).outage.isVisible()


def test_a_sign_in_that_ended_asks_for_another(
    scene: Scene, practice: PracticeSoundCloud, signed_in: AccountPanel
) -> None:
    practice.revoke(KOVAL)
    press(scene, signed_in, "check")
    scene.settle()
    (problem,) = (account.problem for account in scene.workspace.accounts.all())
    assert panel(scene).facts.text().count(problem) == 1
    assert problem not in panel(scene).told.text()
    assert panel(scene).state.text() == "Sign in again"
    scene.window.platforms.show_front()
    scene.settle()
    card = scene.window.platforms.board.cards["soundcloud"]
    assert (card.chip.text(), card.main.text()) == ("Sign in again", "Sign in again…")
    with closing(PracticeBrowser(KOVAL)) as browser:
        flow = scene.window.platforms.flow
        flow.open_url = browser
        scene.qtbot.mouseClick(card.main, LEFT)
        assert flow.header.above.text() == f"For {KOVAL}"
        assert flow.form.place.text() == f"This account is at {practice.base_url}."
        assert flow.form.rows[FieldPart.CLIENT_ID].edit.text() == CLIENT_ID
        scene.qtbot.mouseClick(flow.form.go, LEFT)
        scene.qtbot.waitUntil(lambda: not flow.isVisible())
    scene.settle()
    assert len(scene.workspace.accounts.all()) == 1
    assert problem not in panel(scene).facts.text()


@pytest.mark.parametrize(
    ("typed", "told"),
    [("", "is missing"), ("https://soundcloud.com/you/apps", "This is an address.")],
)
def test_what_can_be_no_client_id_opens_no_browser(
    scene: Scene, open_flow: OpenFlow, typed: str, told: str
) -> None:
    opened: list[str] = []
    flow = open_flow(opened.append)
    choose(scene, flow)
    row = flow.form.rows[FieldPart.CLIENT_ID]
    scene.qtbot.keyClicks(row.edit, typed)
    scene.qtbot.keyClick(row.edit, Qt.Key.Key_Return)
    assert told in row.flaw.text()
    assert told in row.edit.accessibleDescription()
    assert row.edit.hasFocus()
    assert opened == []
    scene.qtbot.keyClicks(row.edit, "x")
    assert not row.flaw.isVisible(), "it is gone once something is typed"


def test_where_no_browser_opens_it_says_so(
    scene: Scene, practice: PracticeSoundCloud, open_flow: OpenFlow
) -> None:
    flow = open_flow(lambda _url: False)
    sign_in(scene, practice, flow)
    scene.qtbot.waitUntil(lambda: "No browser" in flow.wait.text.text())
    flow.go_back()
    scene.settle()


def test_what_to_register_is_said_while_waiting_and_where_it_is_refused(
    scene: Scene, practice: PracticeSoundCloud, open_flow: OpenFlow
) -> None:
    flow = open_flow()
    sign_in(scene, practice, flow)
    scene.qtbot.waitUntil(lambda: flow.wait.to_register.isVisible())
    assert "register exactly http://127.0.0.1:" in flow.wait.to_register.text()
    assert flow.back_button.text() == "Stop waiting"
    scene.qtbot.mouseClick(flow.back_button, LEFT)
    practice.oauth.redirect_uris = ("http://127.0.0.1:1/callback",)
    scene.qtbot.mouseClick(flow.form.go, LEFT)
    scene.qtbot.waitUntil(lambda: flow.form.problem_row.isVisible())
    assert "doesn't accept the redirect address http://127.0.0.1:" in flow.form.problem.text()


def test_waiting_for_the_browser_can_be_stopped_and_taken_up_again(
    scene: Scene, practice: PracticeSoundCloud, open_flow: OpenFlow
) -> None:
    opened: list[str] = []
    flow = open_flow(opened.append)
    sign_in(scene, practice, flow)
    scene.qtbot.waitUntil(lambda: flow.wait.helpers.isVisible() and bool(opened))
    assert opened[0].startswith(practice.base_url)
    assert f"it has to be {KOVAL}'s" in flow.wait.care.text()
    press(scene, flow, "copy-address")
    assert QGuiApplication.clipboard().text() == opened[0]
    press(scene, flow, "open-again")
    assert opened == [opened[0]] * 2
    scene.qtbot.keyClick(flow, Qt.Key.Key_Escape)
    scene.settle()
    assert shows(flow, flow.form)
    assert flow.form.rows[FieldPart.CLIENT_ID].edit.text() == CLIENT_ID
    assert not flow.form.problem_row.isVisible()
    assert scene.workspace.accounts.all() == []
    scene.qtbot.keyClick(flow, Qt.Key.Key_Escape)
    assert shows(flow, flow.platform)
    scene.qtbot.keyClick(flow, Qt.Key.Key_Escape)
    assert not flow.isVisible()


def test_a_no_in_the_browser_is_told_in_place(
    scene: Scene, practice: PracticeSoundCloud, open_flow: OpenFlow
) -> None:
    with closing(PracticeBrowser(KOVAL, answer="deny")) as browser:
        flow = open_flow(browser)
        sign_in(scene, practice, flow)
        scene.qtbot.waitUntil(lambda: flow.form.problem_row.isVisible())
    assert flow.form.problem.text().startswith("You chose not to allow it.")
    assert flow.form.go.isVisible()


def test_a_client_id_that_is_not_known_there_is_told_beside_it(
    scene: Scene, practice: PracticeSoundCloud, open_flow: OpenFlow
) -> None:
    with closing(PracticeBrowser(KOVAL)) as browser:
        flow = open_flow(browser)
        choose(scene, flow)
        scene.qtbot.keyClicks(flow.form.rows[FieldPart.CLIENT_ID].edit, CLIENT_ID)
        scene.qtbot.keyClicks(flow.form.rows[FieldPart.CLIENT_SECRET].edit, "wrong-secret")
        flow.form.rows[FieldPart.BASE_URL].edit.setText(practice.base_url)
        practice.oauth.client_secret = "another"
        scene.qtbot.mouseClick(flow.form.go, LEFT)
        row = flow.form.rows[FieldPart.CLIENT_ID]
        scene.qtbot.waitUntil(lambda: row.flaw.isVisible())
    assert "client id or the client secret" in row.flaw.text()
    assert "wrong-secret" not in row.flaw.text()


@pytest.mark.parametrize("answer", ["yes", "no", "escape", "another page"])
def test_the_login_of_another_is_asked_about(
    scene: Scene, practice: PracticeSoundCloud, open_flow: OpenFlow, answer: str
) -> None:
    with closing(PracticeBrowser(SIGNAL)) as browser:
        flow = open_flow(browser)
        sign_in(scene, practice, flow)
        scene.qtbot.waitUntil(lambda: shows(flow, flow.question))
    assert flow.header.title.text() == f"Is “{SIGNAL}” {KOVAL}'s?"
    assert "what Mira Koval wants would be written there" in flow.question.sentence.text()
    assert flow.question.no.hasFocus(), "Enter must not be a yes"
    scene.settle()
    assert [a.state for a in scene.workspace.accounts.all()] == ["unconfirmed"]
    if answer == "yes":
        scene.qtbot.mouseClick(flow.question.yes, LEFT)
    elif answer == "no":
        scene.qtbot.keyClick(flow.question.no, Qt.Key.Key_Space)
    elif answer == "escape":
        scene.qtbot.keyClick(flow, Qt.Key.Key_Escape)
    else:
        scene.window.platforms.connect_account()
    scene.settle()
    left = [(a.name, a.state) for a in scene.workspace.accounts.all()]
    assert left == ([(SIGNAL, "connected")] if answer == "yes" else [])
    if answer == "no":
        assert flow.form.problem.text() == "It was removed. Nothing of it is kept."


def test_a_question_that_a_kill_left_open_is_asked_again(
    scene: Scene, practice: PracticeSoundCloud
) -> None:
    workspace = scene.workspace.real
    server = {"client_id": CLIENT_ID, "base_url": practice.base_url}
    (artist,) = workspace.artists.all()
    pending = workspace.accounts.begin_sign_in(artist.id, "soundcloud", port=0, **server)
    with closing(PracticeBrowser(SIGNAL)) as browser:
        browser(pending.url)
        pending.finish()
    scene.window.view_state.something_changed()
    scene.window.go_to("platforms")
    scene.settle()
    card = scene.window.platforms.board.cards["soundcloud"]
    assert card.chip.text() == "Whose is it?"
    flow = scene.window.platforms.flow
    with closing(PracticeBrowser(SIGNAL)) as other:
        flow.open_url = other
        scene.qtbot.mouseClick(card.main, LEFT)
        scene.qtbot.mouseClick(flow.form.go, LEFT)
        scene.qtbot.waitUntil(lambda: shows(flow, flow.question))
    scene.qtbot.mouseClick(flow.question.yes, LEFT)
    scene.settle()
    assert [a.state for a in scene.workspace.accounts.all()] == ["connected"]


def test_disconnecting_says_what_ends_and_keeping_is_the_default(
    scene: Scene, practice: PracticeSoundCloud, signed_in: AccountPanel
) -> None:
    press(scene, signed_in, "disconnect")
    flow = scene.window.platforms.flow
    assert flow.header.title.text() == f"Disconnect {KOVAL} on SoundCloud?"
    assert "What RightsDesk knows of 5 tracks is deleted" in flow.question.details.text()
    assert flow.question.no.hasFocus()
    scene.qtbot.keyClick(flow.question.no, Qt.Key.Key_Space)
    scene.settle()
    assert len(scene.workspace.accounts.all()) == 1
    practice.faults.add(Fault(FaultKind.ERROR, on="POST /sign-out", times=0))
    press(scene, panel(scene), "disconnect")
    scene.qtbot.mouseClick(flow.question.yes, LEFT)
    notice = scene.window.notice.text
    scene.qtbot.waitUntil(lambda: "could not end the sign-in" in notice.text())
    assert f"{KOVAL} on SoundCloud is disconnected." in notice.text()
    scene.settle()
    assert scene.workspace.accounts.all() == []
    assert not scene.window.findChildren(QDialog), "no window lies on top of the page"


def test_without_an_account_the_way_to_one_is_offered(scene: Scene) -> None:
    scene.window.actions_.check_platforms.trigger()
    scene.qtbot.waitUntil(lambda: scene.window.notice.isVisible())
    scene.settle()
    assert scene.window.notice.text.text().startswith("There is no account yet.")
    assert scene.workspace.catalogue.recordings(Filter())
    scene.window.notice.buttons[0].click()
    scene.settle()
    assert scene.window.platforms.flow.isVisible()
    tiles = list(scene.window.platforms.flow.platform.tiles)
    assert scene.window.platforms.flow.platform.tiles[tiles[0]].hasFocus()
    assert tiles.index("bluesky") < tiles.index("soundcloud"), "easy ones first"


def test_a_lost_key_is_made_anew_while_signing_in_again(
    scene: Scene,
    signed_in: AccountPanel,
    practice: PracticeSoundCloud,
    memory_keyring: MemoryKeyring,
) -> None:
    memory_keyring.entries.clear()
    scene.workspace._connections._vault.lock()
    scene.workspace._connections.close()
    press(scene, signed_in, "check")
    scene.qtbot.waitUntil(lambda: "no longer in the keyring" in panel(scene).facts.text())
    scene.settle()
    with closing(PracticeBrowser(KOVAL)) as browser:
        flow = again(scene, browser)
        scene.qtbot.mouseClick(flow.form.go, LEFT)
        scene.qtbot.waitUntil(lambda: shows(flow, flow.question))
        assert flow.header.title.text() == "Make a new key?"
        assert f"SoundCloud: {KOVAL} ({KOVAL})" in flow.question.details.text()
        scene.qtbot.mouseClick(flow.question.yes, LEFT)
        scene.qtbot.waitUntil(lambda: not flow.isVisible())
    scene.settle()
    assert panel(scene).state.text() == "Connected"


def test_a_passphrase_is_set_from_the_page(
    scene: Scene, signed_in: AccountPanel, monkeypatch: pytest.MonkeyPatch
) -> None:
    vault = scene.workspace._connections._vault
    monkeypatch.setattr(vault, "_cost", Cost(n=2, r=1, p=1))
    scene.window.platforms.show_front()
    scene.settle()
    press(scene, scene.window.platforms.board, "set-passphrase")
    step = scene.window.platforms.flow.passphrase
    assert step.form is not None
    for field in (step.form.entry, step.form.again):
        scene.qtbot.keyClicks(field, "kelp under the harbour wall")
    scene.qtbot.keyClick(step.form.again, Qt.Key.Key_Return)
    scene.qtbot.waitUntil(lambda: "opens your sign-ins now" in scene.window.notice.text.text())
    scene.settle()
    assert vault.kept_by == "keyring and passphrase"
    assert scene.window.platforms.flow.passphrase.form is None, "nothing that was typed is kept"
    assert not scene.window.platforms.flow.isVisible()


def test_a_passphrase_is_a_step_while_an_account_is_connected(
    scene: Scene, practice: PracticeSoundCloud, open_flow: OpenFlow
) -> None:
    from rightsdesk.desktop.accounts.asker import Asker, PassphraseRefused

    flow, asker = open_flow(), Asker()
    refused: list[PassphraseRefused] = []

    def begin(*_args: object, **_more: object) -> None:
        try:
            asker(PromptReason.WRONG)
        except PassphraseRefused as error:
            refused.append(error)
            raise

    scene.workspace.instead["accounts.begin_sign_in"] = begin
    sign_in(scene, practice, flow)
    scene.qtbot.waitUntil(lambda: shows(flow, flow.passphrase))
    assert flow.passphrase.form is not None
    assert flow.passphrase.form.entry.hasFocus()
    assert not scene.window.findChildren(QDialog)
    scene.qtbot.keyClick(flow, Qt.Key.Key_Escape)
    scene.qtbot.waitUntil(lambda: shows(flow, flow.question))
    assert refused
    assert flow.header.title.text() == "Make a new key?"
    scene.qtbot.mouseClick(flow.question.no, LEFT)
    assert shows(flow, flow.form)
