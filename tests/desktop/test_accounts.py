"""Accounts and SoundCloud through the widgets, against a practice server in this process."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox

from rightsdesk.desktop import accounts as accounts_module
from rightsdesk.desktop.accounts import AccountsDialog
from rightsdesk.practice.browser import PracticeBrowser
from rightsdesk.practice.catalogue import KOVAL
from rightsdesk.practice.soundcloud import CLIENT_ID, PracticeSoundCloud
from rightsdesk.workspace.types import Filter
from tests.desktop.conftest import Scene

LEFT = Qt.MouseButton.LeftButton
SOUNDCLOUD = 6


@pytest.fixture
def accounts(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> Callable[..., AccountsDialog]:
    """Opens the accounts dialog with another browser, on a port that is free."""
    monkeypatch.setattr(accounts_module, "PORT", 0)

    def open_it(open_url: Callable[[str], object]) -> AccountsDialog:
        artist = scene.workspace.real.artists()[0]
        dialog = AccountsDialog(scene.window.desk, artist, open_url=open_url, parent=scene.window)
        dialog.account_ready.connect(scene.window.actions_._account_ready)
        dialog.open()
        scene.settle()
        return dialog

    return open_it


def sign_in(scene: Scene, practice: PracticeSoundCloud, dialog: AccountsDialog) -> None:
    add = dialog.findChild(type(dialog.check), "add-soundcloud")
    assert add is not None
    scene.qtbot.mouseClick(add, LEFT)
    form = scene.dialog("sign-in")
    assert not form.go.isEnabled()
    scene.qtbot.keyClicks(form.client_id, CLIENT_ID)
    form.base_url.setText(practice.base_url)
    scene.qtbot.mouseClick(form.go, LEFT)


@pytest.fixture
def signed_in(
    scene: Scene, practice: PracticeSoundCloud, accounts: Callable[..., AccountsDialog]
) -> AccountsDialog:
    browser = PracticeBrowser(KOVAL)
    dialog = accounts(browser)
    sign_in(scene, practice, dialog)
    scene.qtbot.waitUntil(lambda: dialog.list.count() == 1, timeout=15_000)
    browser.close()
    scene.settle()
    return dialog


def test_signing_in_reads_what_the_tracks_say(scene: Scene, signed_in: AccountsDialog) -> None:
    assert signed_in.list.item(0).text() == f"SoundCloud: {KOVAL}   signed in"
    assert "5 tracks known there" in signed_in.facts.text()
    assert {word for word in scene.words(SOUNDCLOUD) if word != "Not there"} == {
        "Silent",
        "Conflicts",
    }
    assert scene.window.actions_.update_online.text() == "&Update SoundCloud (4)…"
    assert not scene.workspace.called_on_main_thread
    signed_in.accept()


def test_soundcloud_is_brought_up_to_date_and_back(
    scene: Scene, signed_in: AccountsDialog, practice: PracticeSoundCloud
) -> None:
    signed_in.accept()
    scene.window.actions_.update_online.trigger()
    preview = scene.dialog("preview")
    assert preview.go.text() == "&Update 4 tracks"
    scene.qtbot.mouseClick(preview.go, LEFT)
    scene.qtbot.waitUntil(lambda: "Done" in scene.window.notice.text.text(), timeout=15_000)
    assert {word for word in scene.words(SOUNDCLOUD) if word != "Not there"} == {"Agrees"}
    scene.window.actions_.undo.trigger()
    scene.qtbot.mouseClick(scene.dialog("preview").go, LEFT)
    scene.qtbot.waitUntil(lambda: "Undo" in scene.window.notice.text.text(), timeout=15_000)
    assert "Silent" in scene.words(SOUNDCLOUD)


def test_an_uncertain_track_is_a_question(scene: Scene, signed_in: AccountsDialog) -> None:
    signed_in.accept()
    assert scene.window.actions_.questions.text() == "1 open &question…"
    scene.window.actions_.questions.trigger()
    dialog = scene.dialog("questions")
    scene.qtbot.waitUntil(lambda: bool(dialog.groups))
    (group,) = dialog.groups.values()
    assert not dialog.save.isEnabled()
    answers = [button.text() for button in group.buttons()]
    assert answers[-1] == "None of these"
    group.buttons()[0].click()
    scene.qtbot.mouseClick(dialog.save, LEFT)
    scene.settle()
    assert scene.workspace.questions() == []
    assert not scene.window.actions_.questions.isVisible()
    assert answers[0].startswith("Lantern (Harbour Version)")


def test_waiting_for_the_browser_can_be_given_up(
    scene: Scene, practice: PracticeSoundCloud, accounts: Callable[..., AccountsDialog]
) -> None:
    opened: list[str] = []
    dialog = accounts(opened.append)
    sign_in(scene, practice, dialog)
    form = scene.dialog("sign-in")
    scene.qtbot.waitUntil(lambda: form.waiting.isVisible() and bool(opened), timeout=15_000)
    assert opened[0].startswith(practice.base_url)
    scene.qtbot.mouseClick(form.cancel, LEFT)
    scene.settle()
    assert scene.workspace.accounts() == []
    dialog.accept()


def test_a_no_in_the_browser_is_told_in_place(
    scene: Scene, practice: PracticeSoundCloud, accounts: Callable[..., AccountsDialog]
) -> None:
    browser = PracticeBrowser(KOVAL, answer="deny")
    dialog = accounts(browser)
    sign_in(scene, practice, dialog)
    form = scene.dialog("sign-in")
    scene.qtbot.waitUntil(lambda: form.problem.isVisible(), timeout=15_000)
    browser.close()
    assert form.go.text() == "&Try again"
    assert form.go.isEnabled()
    form.reject()
    dialog.accept()


def test_removing_says_what_it_deletes_and_keeping_is_the_default(
    scene: Scene, signed_in: AccountsDialog
) -> None:
    scene.qtbot.mouseClick(signed_in.remove, LEFT)
    question = signed_in.findChild(QMessageBox, "remove-account")
    assert question is not None
    assert "Nothing changes on SoundCloud itself" in question.informativeText()
    assert question.defaultButton().text() == "&Keep"
    yes = next(b for b in question.buttons() if b.text() == "&Remove")
    scene.qtbot.mouseClick(yes, LEFT)
    scene.qtbot.waitUntil(lambda: signed_in.list.count() == 0, timeout=15_000)
    scene.settle()
    assert scene.workspace.accounts() == []
    signed_in.accept()


def test_without_an_account_the_way_to_one_is_offered(scene: Scene) -> None:
    scene.window.actions_.look_online.trigger()
    scene.qtbot.waitUntil(lambda: scene.window.notice.isVisible(), timeout=15_000)
    scene.settle()
    assert scene.window.notice.text.text().startswith("There is no account yet.")
    assert scene.workspace.recordings(Filter())
    scene.window.notice.buttons[0].click()
    scene.dialog("accounts").accept()
