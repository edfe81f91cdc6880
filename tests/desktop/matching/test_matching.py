"""Matching tracks in the window: the reasons of each doubt, keys, all clear ones at once, undo."""

from contextlib import closing

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from rightsdesk.desktop.matching.page import MatchPage
from rightsdesk.practice.browser import PracticeBrowser
from rightsdesk.practice.catalogue import KOVAL
from rightsdesk.practice.soundcloud import CLIENT_ID, PracticeSoundCloud
from tests.desktop.conftest import Scene

LEFT = Qt.MouseButton.LeftButton
TRACK = "Lantern (Harbour)"


@pytest.fixture
def page(scene: Scene, practice: PracticeSoundCloud) -> MatchPage:
    """The page with the one track that needs matching."""
    workspace = scene.workspace.real
    (artist,) = workspace.artists.all()
    server = {"client_id": CLIENT_ID, "base_url": practice.base_url}
    pending = workspace.accounts.begin_sign_in(artist.id, "soundcloud", port=0, **server)
    with closing(PracticeBrowser(KOVAL)) as browser:
        browser(pending.url)
        workspace.accounts.read_items(pending.finish())
    scene.window.view_state.something_changed()
    scene.settle()
    assert scene.window.actions_.questions.text() == "&Match 1 track…"
    scene.window.actions_.questions.trigger()
    scene.settle()
    scene.workspace.calls.clear()
    return scene.window.platforms.matching


def undo(scene: Scene) -> None:
    [button] = [b for b in scene.window.notice.buttons if b.text() == "Undo"]
    scene.qtbot.mouseClick(button, LEFT)
    scene.settle()


def test_each_candidate_says_why_it_is_not_certain(scene: Scene, page: MatchPage) -> None:
    assert page.isVisible()
    assert page.header.title.text() == "1 track needs matching"
    assert page.list.hasFocus()
    assert page.model.index(0).data() == TRACK
    first = page.candidates[0]
    said = [label.text() for label in first.findChildren(QLabel)]
    assert f"Title differs: “{TRACK}” there, “Lantern (Harbour Version)” in your catalogue" in said
    assert "best match" in said
    assert "Title differs" in first.accessibleName()


def test_a_key_answers_and_undo_asks_again(scene: Scene, page: MatchPage) -> None:
    scene.qtbot.keyClick(page.list, Qt.Key.Key_2)
    scene.settle()
    assert scene.workspace.real.accounts.questions() == []
    assert scene.window.notice.text.text() == f"Saved: “{TRACK}” is “Lantern”."
    assert page.header.title.text() == "Every track is matched"
    assert not page.parts.isVisible()
    assert page.none.button.text() == "Back to Platforms"
    assert scene.window.focusWidget() is page.none.button, "the keyboard is not on what is hidden"
    assert not scene.window.actions_.questions.isVisible()
    undo(scene)
    assert page.header.title.text() == "1 track needs matching"
    assert not scene.workspace.called_on_main_thread - {"platforms.connectable"}


def test_a_platform_with_an_account_stays_chosen(scene: Scene, page: MatchPage) -> None:
    platforms = scene.window.platforms
    platforms.show_front()
    scene.settle()
    platforms.board.choosing.emit()
    tile = platforms.chooser.tiles["soundcloud"]
    assert tile.isChecked()
    scene.qtbot.mouseClick(tile, LEFT)
    assert tile.isChecked()
    told = platforms.chooser.count.text()
    assert told == "SoundCloud is connected. Disconnect the account first."


def test_none_of_these_is_an_answer_too(scene: Scene, page: MatchPage) -> None:
    scene.qtbot.keyClick(page.list, Qt.Key.Key_N)
    scene.settle()
    assert scene.window.notice.text.text() == f"Saved: “{TRACK}” is a recording of its own."
    undo(scene)
    [question] = scene.workspace.real.accounts.questions()
    assert question.title == TRACK


def test_the_clear_ones_are_accepted_at_once_and_undone_at_once(
    scene: Scene, page: MatchPage
) -> None:
    assert page.header.primary.text() == "Accept 1 best match"
    scene.qtbot.mouseClick(page.header.primary, LEFT)
    scene.settle()
    assert scene.window.notice.text.text() == "1 track matched."
    assert scene.workspace.real.accounts.questions() == []
    undo(scene)
    assert len(scene.workspace.real.accounts.questions()) == 1


def test_a_search_narrows_the_list_and_escape_clears_it(scene: Scene, page: MatchPage) -> None:
    assert scene.window.platforms.search_here()
    scene.qtbot.keyClicks(page.search, "no such")
    assert page.model.rowCount() == 0
    assert page.candidates == []
    scene.qtbot.keyClick(page.search, Qt.Key.Key_Escape)
    assert page.model.rowCount() == 1
    assert page.isVisible()
    scene.qtbot.keyClicks(page.search, "LANTÉRN")
    assert page.model.rowCount() == 1, "accents and case do not matter"
    scene.qtbot.keyClick(page.search, Qt.Key.Key_Down)
    assert page.list.hasFocus()
    scene.qtbot.keyClick(page.list, Qt.Key.Key_Escape)
    scene.settle()
    assert not page.isVisible()
