"""Accounts and SoundCloud through the widgets, against a practice server in this process."""

from collections.abc import Callable
from contextlib import closing

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMessageBox, QPushButton

from rightsdesk.desktop.accounts import dialog as accounts_module
from rightsdesk.desktop.accounts.dialog import AccountsDialog
from rightsdesk.desktop.accounts.sign_in import SignInDialog
from rightsdesk.practice.browser import PracticeBrowser
from rightsdesk.practice.catalogue import KOVAL, SIGNAL
from rightsdesk.practice.faults import Fault, Kind
from rightsdesk.practice.soundcloud import CLIENT_ID, PracticeSoundCloud
from rightsdesk.roster.vault import Cost
from rightsdesk.workspace.sign_in.form import Part
from rightsdesk.workspace.types import Filter
from tests.conftest import MemoryKeyring
from tests.desktop.conftest import Scene

LEFT = Qt.MouseButton.LeftButton
Accounts = Callable[..., AccountsDialog]


@pytest.fixture
def accounts(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> Accounts:
    """Opens the accounts dialog with another browser, on a port that is free."""
    monkeypatch.setattr(accounts_module, "PORT", 0)

    def open_it(open_url: Callable[[str], object] = lambda _url: None) -> AccountsDialog:
        artist = scene.window.desk.one_artist
        dialog = AccountsDialog(scene.window.desk, artist, open_url=open_url, parent=scene.window)
        dialog.account_ready.connect(scene.window.actions_._account_ready)
        dialog.open()
        scene.settle()
        return dialog

    return open_it


def form_of(scene: Scene, dialog: AccountsDialog, platform: str = "SoundCloud") -> SignInDialog:
    """The form of a platform, chosen by typing its name."""
    scene.qtbot.mouseClick(dialog.add, LEFT)
    form: SignInDialog = scene.dialog("sign-in")
    scene.qtbot.keyClicks(form.list, platform)
    assert form.form.form.name == platform
    return form


def sign_in(scene: Scene, practice: PracticeSoundCloud, dialog: AccountsDialog) -> SignInDialog:
    form = form_of(scene, dialog)
    scene.qtbot.keyClicks(form.form.rows[Part.CLIENT_ID].edit, CLIENT_ID)
    scene.qtbot.mouseClick(form.form.other.toggle, LEFT)
    scene.qtbot.keyClicks(form.form.rows[Part.BASE_URL].edit, practice.base_url)
    scene.qtbot.mouseClick(form.go, LEFT)
    return form


def press(scene: Scene, owner: object, name: str) -> None:
    found = owner.findChild(QPushButton, name)  # type: ignore[attr-defined]  # any widget
    assert found is not None
    assert found.isVisible()
    scene.qtbot.mouseClick(found, LEFT)


@pytest.fixture
def signed_in(scene: Scene, practice: PracticeSoundCloud, accounts: Accounts) -> AccountsDialog:
    browser = PracticeBrowser(KOVAL)
    dialog = accounts(browser)
    form = sign_in(scene, practice, dialog)
    scene.qtbot.waitUntil(lambda: form.yes.isVisible())
    browser.close()
    assert form.yes.hasFocus()
    scene.qtbot.keyClick(form.yes, Qt.Key.Key_Return)
    scene.qtbot.waitUntil(lambda: dialog.account is not None)
    scene.settle()
    return dialog


def line(dialog: AccountsDialog, number: int = 0) -> list[str]:
    item = dialog.list.topLevelItem(number)
    assert item is not None
    return [item.text(column) for column in range(5)]


def test_signing_in_reads_what_the_tracks_say(scene: Scene, signed_in: AccountsDialog) -> None:
    assert line(signed_in) == [KOVAL, "SoundCloud", KOVAL, "Signed in", "5 tracks, 1 question"]
    assert "5 tracks found there; last looked today" in signed_in.pane.facts.text()
    assert {"To write", "Silent", "Says otherwise"} & set(scene.words("soundcloud"))
    assert scene.window.actions_.update_online.text() == "Write &to SoundCloud (4)…"
    assert not scene.workspace.called_on_main_thread
    signed_in.accept()


def test_soundcloud_is_brought_up_to_date_and_back(
    scene: Scene, signed_in: AccountsDialog, practice: PracticeSoundCloud
) -> None:
    signed_in.accept()
    scene.window.actions_.update_online.trigger()
    preview = scene.dialog("review")
    assert preview.go.text() == "&Write 4 tracks"
    scene.qtbot.mouseClick(preview.go, LEFT)
    scene.qtbot.waitUntil(lambda: "Done" in scene.window.notice.text.text())
    assert "Says No AI" in scene.words("soundcloud")
    assert not {"To write", "Silent", "Says otherwise"} & set(scene.words("soundcloud"))
    scene.window.actions_.undo.trigger()
    back = scene.dialog("review")
    back.agree.click()
    scene.qtbot.mouseClick(back.go, LEFT)
    scene.qtbot.waitUntil(lambda: "Undo" in scene.window.notice.text.text())
    assert "Says No AI" not in scene.words("soundcloud")


def test_an_uncertain_track_is_a_question(scene: Scene, signed_in: AccountsDialog) -> None:
    assert scene.window.actions_.questions.text() == "1 open &question…"
    assert "1 track needs matching." in signed_in.pane.facts.text()
    press(scene, signed_in.pane, "account-questions")
    dialog = scene.dialog("questions")
    scene.qtbot.waitUntil(lambda: bool(dialog.groups))
    (group,) = dialog.groups.values()
    assert not dialog.save.isEnabled()
    answers = [button.text() for button in group.buttons()]
    assert answers[-1] == "None of these"
    group.buttons()[0].click()
    scene.qtbot.mouseClick(dialog.save, LEFT)
    scene.settle()
    assert scene.workspace.accounts.questions() == []
    assert not scene.window.actions_.questions.isVisible()
    assert not signed_in.pane.questions.isVisible()
    assert answers[0].startswith("Lantern (Harbour Version)")


def test_an_account_whose_first_look_failed_is_told_as_connected(
    scene: Scene, practice: PracticeSoundCloud, accounts: Accounts
) -> None:
    practice.faults.add(Fault(Kind.ERROR, on="GET /me/tracks", status=403, times=0))
    browser = PracticeBrowser(KOVAL)
    dialog = accounts(browser)
    form = sign_in(scene, practice, dialog)
    scene.qtbot.waitUntil(lambda: form.yes.isVisible())
    browser.close()
    scene.qtbot.keyClick(form.yes, Qt.Key.Key_Return)
    scene.qtbot.waitUntil(lambda: "could not be read yet" in scene.window.notice.text.text())
    assert f"{KOVAL} is connected on SoundCloud." in scene.window.notice.text.text()
    scene.settle()
    assert [one.state for one in scene.workspace.accounts.all()] == ["connected"]
    dialog.accept()


def test_a_check_says_what_it_found(scene: Scene, signed_in: AccountsDialog) -> None:
    scene.qtbot.mouseClick(signed_in.pane.check, LEFT)
    scene.settle()
    assert "Checked: the sign-in holds." in signed_in.pane.facts.text()


def test_an_outage_is_dated_and_no_good_sign(
    scene: Scene, practice: PracticeSoundCloud, signed_in: AccountsDialog
) -> None:
    practice.faults.add(Fault(Kind.HANG_UP, times=0))
    press(scene, signed_in, "check")
    scene.qtbot.waitUntil(lambda: "Not readable since today" in line(signed_in))
    scene.settle()
    assert "It could not be read since today" in signed_in.pane.facts.text()
    practice.faults.clear()
    press(scene, signed_in, "check")
    scene.qtbot.waitUntil(lambda: "Signed in" in line(signed_in))
    signed_in.accept()


def test_a_sign_in_that_ended_asks_for_another(
    scene: Scene, practice: PracticeSoundCloud, signed_in: AccountsDialog
) -> None:
    practice.revoke(KOVAL)
    scene.qtbot.mouseClick(signed_in.pane.check, LEFT)
    scene.settle()
    (problem,) = (account.problem for account in scene.workspace.accounts.all())
    assert signed_in.pane.facts.text().count(problem) == 1
    assert line(signed_in)[3] == "Sign in again"
    assert signed_in.about.text().startswith("1 account needs a new sign-in.")
    browser = PracticeBrowser(KOVAL)
    signed_in._open_url = browser
    scene.qtbot.mouseClick(signed_in.pane.again, LEFT)
    form = scene.dialog("sign-in")
    assert form.whose.title.text() == f"For {KOVAL}"
    assert form.place.isVisible()
    assert form.place.text() == f"This account is at {practice.base_url}."
    assert form.form.rows[Part.CLIENT_ID].edit.text() == CLIENT_ID
    scene.qtbot.mouseClick(form.go, LEFT)
    scene.qtbot.waitUntil(lambda: line(signed_in)[3] == "Signed in")
    browser.close()
    scene.settle()
    assert len(scene.workspace.accounts.all()) == 1
    assert problem not in signed_in.pane.facts.text()


@pytest.mark.parametrize(
    ("typed", "told"),
    [("", "is missing"), ("https://soundcloud.com/you/apps", "This is an address.")],
)
def test_what_can_be_no_client_id_opens_no_browser(
    scene: Scene, accounts: Accounts, typed: str, told: str
) -> None:
    opened: list[str] = []
    form = form_of(scene, accounts(opened.append))
    row = form.form.rows[Part.CLIENT_ID]
    scene.qtbot.keyClicks(row.edit, typed)
    scene.qtbot.keyClick(row.edit, Qt.Key.Key_Return)
    assert told in row.flaw.text()
    assert told in row.edit.accessibleDescription()
    assert form.focusWidget() is row.edit, form.focusWidget()
    assert opened == []
    scene.qtbot.keyClicks(row.edit, "x")
    assert not row.flaw.isVisible(), "it is gone once something is typed"
    form.reject()


def test_where_no_browser_opens_it_says_so(
    scene: Scene, practice: PracticeSoundCloud, accounts: Accounts
) -> None:
    form = sign_in(scene, practice, accounts(lambda _url: False))
    scene.qtbot.waitUntil(lambda: "No browser" in form.wait.text.text())
    form.reject()


def test_what_to_register_is_said_while_waiting_and_where_it_is_refused(
    scene: Scene, practice: PracticeSoundCloud, accounts: Accounts
) -> None:
    dialog = accounts()
    form = sign_in(scene, practice, dialog)
    scene.qtbot.waitUntil(lambda: form.wait.to_register.isVisible())
    assert "register exactly http://127.0.0.1:" in form.wait.to_register.text()
    press(scene, form, "stop")
    practice.oauth.redirect_uris = ("http://127.0.0.1:1/callback",)
    scene.qtbot.mouseClick(form.go, LEFT)
    scene.qtbot.waitUntil(lambda: form.problem_row.isVisible())
    assert "doesn't accept the redirect address http://127.0.0.1:" in form.problem.text()
    form.reject()
    dialog.accept()


def test_waiting_for_the_browser_can_be_stopped_and_taken_up_again(
    scene: Scene, practice: PracticeSoundCloud, accounts: Accounts
) -> None:
    opened: list[str] = []
    form = sign_in(scene, practice, accounts(opened.append))
    scene.qtbot.waitUntil(lambda: form.wait.helpers.isVisible() and bool(opened))
    assert opened[0].startswith(practice.base_url)
    assert f"it has to be {KOVAL}'s" in form.wait.care.text()
    press(scene, form, "copy-address")
    assert QGuiApplication.clipboard().text() == opened[0]
    press(scene, form, "open-again")
    assert opened == [opened[0]] * 2
    scene.qtbot.mouseClick(form.stop, LEFT)
    scene.settle()
    assert form.form.rows[Part.CLIENT_ID].edit.text() == CLIENT_ID
    assert form.go.isVisible()
    assert not form.problem_row.isVisible()
    assert scene.workspace.accounts.all() == []
    form.reject()


def test_closing_while_waiting_keeps_nothing(
    scene: Scene, practice: PracticeSoundCloud, accounts: Accounts
) -> None:
    opened: list[str] = []
    form = sign_in(scene, practice, accounts(opened.append))
    scene.qtbot.waitUntil(lambda: bool(opened))
    scene.qtbot.keyClick(form, Qt.Key.Key_Escape)
    scene.settle()
    assert scene.workspace.accounts.all() == []


def test_a_no_in_the_browser_is_told_in_place(
    scene: Scene, practice: PracticeSoundCloud, accounts: Accounts
) -> None:
    browser = PracticeBrowser(KOVAL, answer="deny")
    form = sign_in(scene, practice, accounts(browser))
    scene.qtbot.waitUntil(lambda: form.problem_row.isVisible())
    browser.close()
    assert form.problem.text().startswith("You chose not to allow it.")
    assert form.go.isVisible()
    form.reject()


def test_a_client_id_that_is_not_known_there_is_told_beside_it(
    scene: Scene, practice: PracticeSoundCloud, accounts: Accounts
) -> None:
    browser = PracticeBrowser(KOVAL)
    dialog = accounts(browser)
    form = form_of(scene, dialog)
    scene.qtbot.keyClicks(form.form.rows[Part.CLIENT_ID].edit, CLIENT_ID)
    scene.qtbot.keyClicks(form.form.rows[Part.CLIENT_SECRET].edit, "wrong-secret")
    form.form.rows[Part.BASE_URL].edit.setText(practice.base_url)
    practice.oauth.client_secret = "another"
    scene.qtbot.mouseClick(form.go, LEFT)
    row = form.form.rows[Part.CLIENT_ID]
    scene.qtbot.waitUntil(lambda: row.flaw.isVisible())
    browser.close()
    assert "client id or the client secret" in row.flaw.text()
    assert "wrong-secret" not in row.flaw.text()
    form.reject()


@pytest.mark.parametrize("answer", ["yes", "no", "close"])
def test_the_login_of_somebody_else_is_asked_about(
    scene: Scene, practice: PracticeSoundCloud, accounts: Accounts, answer: str
) -> None:
    browser = PracticeBrowser(SIGNAL)
    dialog = accounts(browser)
    form = sign_in(scene, practice, dialog)
    scene.qtbot.waitUntil(lambda: form.yes.isVisible())
    browser.close()
    assert "what Mira Koval wants would be written there" in form.done_page.words.text()
    assert form.not_theirs.hasFocus(), "Enter must not be a yes"
    scene.settle()
    assert [a.state for a in scene.workspace.accounts.all()] == ["unconfirmed"]
    assert line(dialog)[3] == "Whose is it?"
    if answer == "yes":
        scene.qtbot.mouseClick(form.yes, LEFT)
    elif answer == "no":
        scene.qtbot.keyClick(form.not_theirs, Qt.Key.Key_Space)
    else:
        scene.qtbot.keyClick(form, Qt.Key.Key_Escape)
    scene.settle()
    left = [(a.name, a.state) for a in scene.workspace.accounts.all()]
    assert left == ([(SIGNAL, "connected")] if answer == "yes" else [])
    if answer == "no":
        assert form.problem.text() == "It was removed again. Nothing of it is kept."
        form.reject()
    dialog.accept()


def test_a_question_that_a_kill_left_open_is_asked_again(
    scene: Scene, practice: PracticeSoundCloud, accounts: Accounts
) -> None:
    workspace = scene.workspace.real
    server = {"client_id": CLIENT_ID, "base_url": practice.base_url}
    (artist,) = workspace.artists.all()
    pending = workspace.accounts.begin_sign_in(artist.id, "soundcloud", port=0, **server)
    with closing(PracticeBrowser(SIGNAL)) as browser:
        browser(pending.url)
        pending.finish()
    again = PracticeBrowser(SIGNAL)
    dialog = accounts(again)
    assert "Nobody has confirmed yet" in dialog.pane.facts.text()
    scene.qtbot.mouseClick(dialog.pane.again, LEFT)
    form = scene.dialog("sign-in")
    scene.qtbot.mouseClick(form.go, LEFT)
    scene.qtbot.waitUntil(lambda: form.yes.isVisible())
    again.close()
    scene.qtbot.mouseClick(form.yes, LEFT)
    scene.settle()
    assert [a.state for a in scene.workspace.accounts.all()] == ["connected"]
    dialog.accept()


def test_removing_says_what_it_deletes_and_keeping_is_the_default(
    scene: Scene, practice: PracticeSoundCloud, signed_in: AccountsDialog
) -> None:
    scene.qtbot.mouseClick(signed_in.pane.remove, LEFT)
    question = signed_in.findChild(QMessageBox, "remove-account")
    assert question is not None
    assert KOVAL in question.text()
    assert "What was noted of 5 tracks is deleted" in question.informativeText()
    assert question.defaultButton().text() == "&Keep"
    practice.faults.add(Fault(Kind.ERROR, on="POST /sign-out", times=0))
    yes = next(b for b in question.buttons() if b.text() == "&Remove")
    scene.qtbot.mouseClick(yes, LEFT)
    scene.qtbot.waitUntil(lambda: signed_in.account is None)
    scene.qtbot.waitUntil(lambda: "could not be told to end" in signed_in.about.text())
    scene.settle()
    assert scene.workspace.accounts.all() == []
    assert signed_in.none.text().startswith(f"{KOVAL} has no account yet.")
    signed_in.accept()


def test_without_an_account_the_way_to_one_is_offered(scene: Scene) -> None:
    scene.window.actions_.look_online.trigger()
    scene.qtbot.waitUntil(lambda: scene.window.notice.isVisible())
    scene.settle()
    assert scene.window.notice.text.text().startswith("There is no account yet.")
    assert scene.workspace.catalogue.recordings(Filter())
    scene.window.notice.buttons[0].click()
    scene.dialog("accounts").accept()


def test_a_lost_key_is_made_anew_while_signing_in_again(
    scene: Scene,
    signed_in: AccountsDialog,
    practice: PracticeSoundCloud,
    memory_keyring: MemoryKeyring,
) -> None:
    memory_keyring.entries.clear()
    scene.workspace._connections._vault.lock()
    scene.workspace._connections.close()
    press(scene, signed_in.pane, "check")
    scene.qtbot.waitUntil(lambda: "no longer in the keyring" in signed_in.pane.facts.text())
    scene.settle()
    assert line(signed_in)[3] == "Sign in again"
    browser = PracticeBrowser(KOVAL)
    signed_in._open_url = browser
    press(scene, signed_in.pane, "again")
    form = scene.dialog("sign-in")
    scene.qtbot.mouseClick(form.go, LEFT)
    question = scene.dialog("new-key")
    assert f"SoundCloud: {KOVAL} ({KOVAL})" in question.informativeText()
    yes = next(b for b in question.buttons() if "new key" in b.text())
    scene.qtbot.mouseClick(yes, LEFT)
    scene.qtbot.waitUntil(lambda: line(signed_in)[3] == "Signed in")
    browser.close()
    scene.settle()


def test_a_passphrase_is_set_from_the_accounts(
    scene: Scene, signed_in: AccountsDialog, monkeypatch: pytest.MonkeyPatch
) -> None:
    vault = scene.workspace._connections._vault
    monkeypatch.setattr(vault, "_cost", Cost(n=2, r=1, p=1))
    press(scene, signed_in, "set-passphrase")
    dialog = scene.dialog("passphrase")
    for field in (dialog.entry, dialog.again):
        field.setText("kelp under the harbour wall")
    scene.qtbot.mouseClick(dialog.go, LEFT)
    told = scene.dialog("key-told")
    assert "opens your sign-ins now" in told.text()
    told.accept()
    assert vault.kept_by == "keyring and passphrase"
