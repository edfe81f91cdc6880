"""The page that leads through platforms without an API: list, facts, form, undo, overview."""

import datetime
from collections.abc import Callable

import pytest
from PySide6.QtCore import QDate, Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QLabel, QPushButton, QTableWidget

from rightsdesk import phrases
from rightsdesk.consent import Standing
from rightsdesk.desktop.guided.card import GuidedCard
from rightsdesk.desktop.guided.page import PLATFORM, GuidedPage
from rightsdesk.desktop.guided.texts import offer_texts
from rightsdesk.desktop.parts.opening import open_page
from rightsdesk.practice.catalogue import KOVAL
from rightsdesk.resources.facts import platform_facts
from rightsdesk.workspace.types import Filter, Group
from tests.desktop.conftest import Scene, Watched


@pytest.fixture
def page(scene: Scene) -> GuidedPage:
    """The page in view, for one artist who wants no AI."""
    scene.window.go_to("platforms")
    scene.settle()
    return scene.window.platforms.guided


def mira(workspace: Watched) -> int:
    return workspace.real.artists.named(KOVAL).id


def rows(page: GuidedPage) -> list[str]:
    """The list as it reads: headings, and platforms by their id."""
    items = (page.list.item(n) for n in range(page.list.count()))
    return [item.data(PLATFORM) or item.text() for item in items]


def show(scene: Scene, page: GuidedPage, platform: str) -> GuidedCard:
    page.choose(platform)
    scene.settle()
    assert page.card is not None
    assert page.card.view.platform == platform
    return page.card


def texts(card: GuidedCard) -> str:
    return "\n".join(label.text() for label in card.findChildren(QLabel))


def press(scene: Scene, card: GuidedCard, name: str) -> None:
    button = card.findChild(QPushButton, name)
    assert button is not None
    assert button.isVisible()
    scene.qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    scene.settle()


def cell_text(table: QTableWidget, row: int, column: int) -> str:
    item = table.item(row, column)
    assert item is not None
    return item.text()


def undo(scene: Scene) -> None:
    [button] = [b for b in scene.window.notice.buttons if b.text() == "Undo"]
    button.click()
    scene.settle()


# --- the list ------------------------------------------------------------------------------


def test_what_is_on_by_default_comes_first_and_is_in_view(scene: Scene, page: GuidedPage) -> None:
    shown = rows(page)
    assert shown[0].startswith("To do (")
    assert shown[1:4] == ["linkedin", "meta", "x"]
    assert page.card is not None
    assert page.card.view.platform == "linkedin"
    number = sum(view.group is Group.TO_DO for view in page.views)
    assert scene.window.side_bar.pages.items["platforms"].count == number
    assert scene.window.platforms.header.sub.text() == f"{number} to do"
    assert not scene.workspace.called_on_main_thread


def test_headings_are_passed_over_by_the_keyboard(scene: Scene, page: GuidedPage) -> None:
    to_do = [view.platform for view in page.views if view.group is Group.TO_DO]
    show(scene, page, to_do[-1])
    scene.qtbot.keyClick(page.list, Qt.Key.Key_Down)
    scene.settle()
    assert page.card is not None
    assert page.card.view.group is not Group.TO_DO


# --- the facts -----------------------------------------------------------------------------


def test_setting_terms_and_signal_stand_apart_with_how_each_is_known(
    scene: Scene, page: GuidedPage
) -> None:
    said = texts(show(scene, page, "x"))
    assert "“Grok & Third-party Collaborators”: on unless you switch it off" in said
    assert "What its terms say\nThe licence that you give X covers training" in said
    assert "Terms of 11 Apr 2026. Looked up in November 2026. Source: Open Terms" in said
    assert "What RightsDesk wrote there\nRightsDesk cannot write or read anything there." in said
    assert "Nobody has checked this link yet" in said
    assert "Written from memory and not checked yet" in texts(show(scene, page, "soundexchange"))
    said = texts(show(scene, page, "soundcloud"))
    assert "no account is connected" in said
    assert "Opt-in: since 21 May 2025 SoundCloud says" in said


def test_an_offer_says_who_is_certified_as_far_as_the_list_goes() -> None:
    [said] = offer_texts(platform_facts("tunecore").offers[0])
    assert said.startswith("Not on the Fairly Trained list that we have (as of January 2024, ")
    assert "and not complete): ElevenLabs, Udio." in said


def test_links_open_in_the_browser_and_only_over_https(
    scene: Scene, page: GuidedPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(url.toString()))
    press(scene, show(scene, page, "x"), "open-page")
    press(scene, show(scene, page, "x"), "read-terms")
    assert opened == ["https://x.com/settings/grok_settings", "https://x.com/tos"]
    for address in ("http://x.com", "file:///etc/passwd", "javascript:alert(1)", "https://", "x"):
        open_page(address)
    assert len(opened) == 2
    assert QUrl(opened[0]).scheme() == "https"


# --- noting --------------------------------------------------------------------------------


def test_one_press_notes_what_was_set_and_goes_on(scene: Scene, page: GuidedPage) -> None:
    card = show(scene, page, "linkedin")
    form = card.forms["generative_ai"]
    assert not form.note_it.isEnabled()
    assert form.values["off"].text() == "Off – fits what you want"
    scene.qtbot.keyClick(form.values["off"], Qt.Key.Key_Space)
    press(scene, card, "note-it")
    [told] = scene.workspace.real.platforms.attestations()
    assert (told.platform, told.value) == ("linkedin", "off")
    assert page.card is not None
    assert page.card.view.platform == "meta", "the next one that is open"
    assert scene.window.notice.text.text() == "Noted: LinkedIn, Off."
    said = texts(show(scene, page, "linkedin"))
    assert "You told us\nYou said today: Off." in said
    assert not scene.workspace.called_on_main_thread - {"platforms.connectable"}


def test_another_day_a_reminder_and_a_note(scene: Scene, page: GuidedPage) -> None:
    card = show(scene, page, "x")
    form = card.forms["grok_training"]
    form.more.toggle.click()
    form.values["on"].click()
    form.day.setDate(QDate.currentDate().addDays(-3))
    form.remind.setDate(QDate.currentDate().addDays(30))
    scene.qtbot.keyClicks(form.note, "the <b>band's</b> account")
    form.note_it.click()
    scene.settle()
    [told] = scene.workspace.real.platforms.attestations()
    today = datetime.date.today()
    assert phrases.iso_day(told.attested_at) == (today - datetime.timedelta(days=3)).isoformat()
    assert phrases.iso_day(told.remind_at) == (today + datetime.timedelta(days=30)).isoformat()
    card = show(scene, page, "x")
    assert card.view.group is Group.TO_DO
    assert "(the <b>band's</b> account) That allows more than you want" in texts(card)
    loud = [label for label in card.findChildren(QLabel) if "<b>" in label.text()]
    assert {label.textFormat() for label in loud} == {Qt.TextFormat.PlainText}


def test_what_was_noted_can_be_undone(scene: Scene, page: GuidedPage) -> None:
    card = show(scene, page, "x")
    card.forms["grok_training"].choose("off")
    press(scene, card, "note-it")
    undo(scene)
    assert show(scene, page, "x").view.controls[0].attestation is None


def test_taking_back_can_be_undone_too(scene: Scene, page: GuidedPage, workspace: Watched) -> None:
    workspace.real.platforms.attest(mira(workspace), "x", "", "off", "by phone")
    page.look()
    scene.settle()
    press(scene, show(scene, page, "x"), "take-back")
    assert show(scene, page, "x").view.controls[0].attestation is None
    undo(scene)
    told = show(scene, page, "x").view.controls[0].attestation
    assert told is not None
    assert told.note == "by phone"


def test_a_due_one_is_first_and_one_press_renews_it(
    scene: Scene, page: GuidedPage, workspace: Watched
) -> None:
    workspace.real.platforms.attest(mira(workspace), "x", "", "off", on=datetime.date(2026, 1, 5))
    page.look()
    scene.settle()
    assert rows(page)[:2] == ["Check again (1)", "x"]
    card = show(scene, page, "x")
    assert "terms changed on 2026-04-11" in texts(card)
    press(scene, card, "still-so")
    assert show(scene, page, "x").view.group is Group.DONE
    assert len(workspace.real.platforms.attestations()) == 2


def test_not_there_goes_out_of_the_way_and_back(scene: Scene, page: GuidedPage) -> None:
    press(scene, show(scene, page, "linkedin"), "not-here")
    assert page.card is not None
    assert page.card.view.platform == "meta"
    assert rows(page)[-2:] == ["Not yours (1)", "linkedin"]
    undo(scene)
    assert show(scene, page, "linkedin").view.group is Group.TO_DO


# --- beside the tracks -----------------------------------------------------------------------


def test_a_word_gets_a_column_that_looks_told(
    scene: Scene, page: GuidedPage, workspace: Watched
) -> None:
    artist = mira(workspace)
    workspace.real.platforms.attest(artist, "x", "", "off", on=datetime.date(2026, 5, 3))
    workspace.real.platforms.attest(artist, "meta", "", "not_objected")
    workspace.real.platforms.place(artist, "spotify", here=True)
    scene.window.desk.something_changed()
    scene.settle()
    scene.window.go_to("catalogue")
    told = scene.words("x")
    assert {text.removesuffix(" 2026") for text in told} == {"You told us 3 May"}
    assert set(scene.words("meta")) == {"You told us: says otherwise"}
    assert set(scene.words("spotify")) == {"Terms only"}
    assert not scene.window.actions_.update_online.isVisible(), "there is no account"
    counts = workspace.real.catalogue.counts(Filter())
    assert counts["meta"] == {Standing.CONFLICTS: 6}
    scene.window.catalogue.open_details()
    scene.settle()
    said = [label.text() for label in scene.window.catalogue.details.findChildren(QLabel)]
    assert any(text.startswith("You told us on 3 May") for text in said)
    assert any(text.startswith("You said: No: training AI") for text in said)
    assert any(text.startswith("Known only from Spotify's terms") for text in said)


def test_from_a_recording_one_press_leads_to_the_steps(
    scene: Scene, page: GuidedPage, workspace: Watched
) -> None:
    workspace.real.platforms.attest(mira(workspace), "x", "", "on")
    scene.window.go_to("catalogue")
    scene.window.catalogue.open_details()
    scene.window.desk.choose_artist(None)
    scene.window.desk.something_changed()
    scene.settle()
    scene.select(0)
    scene.settle()
    button = scene.window.catalogue.details.findChild(QPushButton, "to-platform")
    scene.qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    scene.settle()
    assert page.isVisible()
    assert page.card is not None
    assert page.card.view.platform == "x"
    assert scene.window.desk.artist is not None


# --- for everybody ---------------------------------------------------------------------------


def test_for_all_artists_it_shows_how_much_is_open(
    open_window: Callable[[], Scene], workspace: Watched
) -> None:
    for name in (KOVAL, "Salt & Signal"):
        workspace.real.artists.add(name)
    workspace.real.platforms.attest(mira(workspace), "x", "", "off")
    scene = open_window()
    page = scene.window.platforms.guided
    scene.window.go_to("platforms")
    scene.settle()
    table = page.overview.table
    assert table.isVisible()
    assert [cell_text(table, row, 0) for row in (0, 1)] == ["Salt & Signal", KOVAL]
    assert cell_text(table, 1, 3) == "1"
    table.setCurrentCell(1, 0)
    table.setFocus()
    scene.qtbot.keyClick(table, Qt.Key.Key_Return)
    scene.settle()
    assert scene.window.desk.artist is not None
    assert scene.window.desk.artist.name == KOVAL
    assert page.list.isVisible()
