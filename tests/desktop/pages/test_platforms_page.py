"""The Platforms page: choosing, the board by urgency, how facts are known, guides, undo, all
artists."""

import datetime
from collections.abc import Callable

import pytest
from PySide6.QtCore import QDate, Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QLabel, QPushButton, QToolButton, QWidget

from rightsdesk import phrases
from rightsdesk.consent import PRESETS, Preset, Standing
from rightsdesk.desktop.guided.guide import Guide
from rightsdesk.desktop.guided.sources import SourcesButton, SourcesPanel
from rightsdesk.desktop.guided.texts import offer_texts
from rightsdesk.desktop.pages.platforms import roster
from rightsdesk.desktop.pages.platforms.page import PlatformsPage
from rightsdesk.desktop.pages.platforms.sections import BoardSection
from rightsdesk.desktop.parts.opening import open_page
from rightsdesk.enums.carriers import CarrierId
from rightsdesk.practice.catalogue import KOVAL, SIGNAL
from rightsdesk.resources.facts import PlatformPlace, platform_facts
from rightsdesk.workspace.overview.values import Action, RosterRow, Step
from rightsdesk.workspace.types.guided import Urgency
from rightsdesk.workspace.types.scopes import Filter, Scope, ScopeKind
from tests.desktop.conftest import Scene, Watched

LEFT = Qt.MouseButton.LeftButton
USED = ("linkedin", "x", "spotify", "landr")


def mira(workspace: Watched) -> int:
    return workspace.real.artists.named(KOVAL).id


def open_it(scene: Scene) -> PlatformsPage:
    scene.window.view_state.something_changed()
    scene.window.go_to("platforms")
    scene.settle()
    return scene.window.platforms


@pytest.fixture
def page(scene: Scene, workspace: Watched) -> PlatformsPage:
    """The page in view, for one artist who wants no AI and uses four platforms."""
    for platform in USED:
        workspace.real.platforms.place(mira(workspace), platform, here=True)
    opened = open_it(scene)
    workspace.calls.clear()
    return opened


def texts(widget: QWidget) -> str:
    return "\n".join(label.text() for label in widget.findChildren(QLabel))


def press(scene: Scene, owner: QWidget, name: str) -> None:
    found = next(b for b in owner.findChildren(QPushButton, name) if b.isVisible())
    scene.qtbot.mouseClick(found, LEFT)
    scene.settle()


def undo(scene: Scene) -> None:
    [button] = [b for b in scene.window.notice.buttons if b.text() == "Undo"]
    scene.qtbot.mouseClick(button, LEFT)
    scene.settle()


def sections(page: PlatformsPage) -> dict[str, list[str]]:
    """The platforms in each section of the board."""
    found: dict[str, list[str]] = {}
    for platform, card in page.board.cards.items():
        found.setdefault(card.one.section.value, []).append(platform)
    return found


def guide(scene: Scene, page: PlatformsPage, platform: str) -> Guide:
    scene.qtbot.mouseClick(page.board.cards[platform].main, LEFT)
    scene.settle()
    [found] = page.details.guides.values()
    return found


# --- which do you use? ---------------------------------------------------------------------


def test_first_it_asks_what_is_used(scene: Scene, workspace: Watched) -> None:
    page = open_it(scene)
    chooser = page.chooser
    assert chooser.isVisible()
    assert chooser.header.title.text() == "Which do you use?"
    assert "gema" not in chooser.tiles, "societies have a place of their own"
    assert "suno" not in chooser.tiles
    assert len(chooser.tiles) > 60
    assert chooser.tiles["x"].sentence == "On unless you switch it off"
    assert not chooser.save.isEnabled()
    scene.qtbot.mouseClick(chooser.tiles["x"], LEFT)
    scene.qtbot.keyClick(chooser.tiles["spotify"], Qt.Key.Key_Space)
    assert chooser.save.text() == "Show what to do on 2 platforms"
    scene.qtbot.mouseClick(chooser.save, LEFT)
    scene.settle()
    assert sections(page) == {"needs-you": ["x"], "terms": ["spotify"]}
    assert scene.window.notice.text.text() == "Saved: you use 2 platforms."
    assert not workspace.called_on_main_thread - {"platforms.connectable"}
    undo(scene)
    assert chooser.isVisible(), "nothing is used again"


def test_the_next_artist_can_use_the_same(scene: Scene) -> None:
    artists, platforms = scene.workspace.artists, scene.workspace.platforms
    platforms.place_all(artists.add("Salt and Signal").id, {"x": True, "meta": True})
    chooser = open_it(scene).chooser
    assert chooser.same.text().replace("&", "") == "Same as for Salt and Signal"
    scene.qtbot.mouseClick(chooser.same, LEFT)
    assert {name for name, tile in chooser.tiles.items() if tile.isChecked()} == {"x", "meta"}
    assert chooser.save.text() == "Show what to do on 2 platforms"


def test_the_search_finds_and_enter_marks_the_only_one(scene: Scene) -> None:
    chooser = open_it(scene).chooser
    scene.window.activateWindow()
    assert scene.window.platforms.search_here()
    scene.qtbot.keyClicks(chooser.search, "DÉEZ")
    assert [key for key, tile in chooser.tiles.items() if tile.isVisible()] == ["deezer"]
    scene.qtbot.keyClick(chooser.search, Qt.Key.Key_Return)
    assert chooser.tiles["deezer"].isChecked()
    chooser.search.clear()
    scene.qtbot.keyClicks(chooser.search, "instagr")
    found = [key for key, tile in chooser.tiles.items() if tile.isVisible()]
    assert found == ["meta"], "found by another name"
    scene.qtbot.keyClicks(chooser.search, "zzz")
    assert chooser.none.isVisible()
    scene.qtbot.keyClick(chooser.search, Qt.Key.Key_Escape)
    assert chooser.tiles["x"].isVisible()


def test_what_is_used_can_be_changed(scene: Scene, page: PlatformsPage) -> None:
    press(scene, page.board, "change-used")
    assert page.chooser.tiles["linkedin"].isChecked()
    scene.qtbot.mouseClick(page.chooser.tiles["linkedin"], LEFT)
    scene.qtbot.mouseClick(page.chooser.save, LEFT)
    scene.settle()
    assert "linkedin" not in page.board.cards
    undo(scene)
    assert "linkedin" in page.board.cards


# --- registries and societies, AI makers -----------------------------------------------------


@pytest.mark.parametrize(
    ("place", "shown"),
    [
        (PlatformPlace.REGISTRIES, ("gema", "sureel", "merlin")),
        (PlatformPlace.AI_MAKERS, ("suno", "openai")),
    ],
)
def test_what_is_no_platform_has_a_place_of_its_own(
    scene: Scene, page: PlatformsPage, place: PlatformPlace, shown: tuple[str, ...]
) -> None:
    press(scene, page.board, f"place-{place}")
    assert page.directory.isVisible()
    assert set(shown) <= page.directory.cards.keys()
    assert {card.one.view.facts.place for card in page.directory.cards.values()} == {place}
    card = page.directory.cards[shown[0]]
    scene.qtbot.mouseClick(card.main, LEFT)
    scene.settle()
    assert page.details.isVisible()
    scene.qtbot.keyClick(page.details, Qt.Key.Key_Escape)
    scene.settle()
    assert page.directory.isVisible(), "back to where it was opened"
    scene.qtbot.keyClick(page.directory, Qt.Key.Key_Escape)
    scene.settle()
    assert page.front.isVisible()


def test_a_society_that_one_belongs_to_is_on_the_board(scene: Scene, page: PlatformsPage) -> None:
    press(scene, page.board, "place-registries")
    scene.qtbot.mouseClick(page.directory.cards["gema"].main, LEFT)
    scene.settle()
    assert "Are you a member of GEMA?" in texts(page.details)
    press(scene, page.details, "here")
    page.show_front()
    scene.settle()
    assert page.board.cards["gema"].chip.text() == "says no for you"


def test_a_switch_that_is_not_confirmed_is_told_of_and_is_no_step(
    scene: Scene, page: PlatformsPage
) -> None:
    page._open_details("pinterest")
    scene.settle()
    assert "Said to exist, not confirmed" in texts(page.details)
    assert "Train Pinterest Canvas" in texts(page.details)
    assert page.details.guides == {}


def test_each_fact_has_its_age_and_its_source_behind_a_small_i(
    scene: Scene, page: PlatformsPage
) -> None:
    page._open_details("tiktok")
    scene.settle()
    said = texts(page.details)
    assert "US: Your content may be used" in said
    assert "EEA, UK, CH: No word on AI in the version of 23 Jul 2026." in said
    assert "months ago" in said
    buttons = page.details.findChildren(SourcesButton)
    assert len(buttons) == 3
    assert "vlopses-us-versions eff3343" in buttons[0].accessibleDescription()


# --- the board -----------------------------------------------------------------------------


def test_the_heading_says_where_to_act_and_what_is_on_comes_first(
    scene: Scene, page: PlatformsPage
) -> None:
    assert page.header.title.text() == "LinkedIn and X need you"
    assert page.header.sub.text() == "About 4 minutes · 2 known by their terms only"
    assert sections(page) == {"needs-you": ["linkedin", "x"], "terms": ["landr", "spotify"]}
    card = page.board.cards["linkedin"]
    assert card.chip.text() == "on by default"
    assert "If you do nothing, it stays on for the whole account." in texts(card)
    assert "2 minutes" in texts(card)
    assert card.main.text() == "Show me how"
    assert scene.window.side_bar.pages.items["platforms"].count == 2
    assert not scene.workspace.called_on_main_thread


def test_what_is_on_by_default_elsewhere_is_asked_about(scene: Scene, page: PlatformsPage) -> None:
    assert list(page.board.asks) == ["meta", "tumblr", "freesound"], "only the first few"
    ask = page.board.asks["meta"]
    assert ask.title.text() == "Do you use Meta?"
    press(scene, ask, "later")
    assert "meta" not in page.board.asks
    assert {view.platform: view.here for view in page.views}["meta"] is None
    page._later.clear()
    page.refresh()
    scene.settle()
    press(scene, page.board.asks["meta"], "yes")
    assert page.board.cards["meta"].one.section is BoardSection.NEEDS_YOU
    undo(scene)
    press(scene, page.board.asks["meta"], "no")
    assert "meta" not in page.board.asks


def test_how_a_fact_is_known_is_behind_a_small_i(scene: Scene, page: PlatformsPage) -> None:
    button = page.board.cards["x"].findChild(SourcesButton)
    assert button is not None
    assert "(Open Terms Archive, pga-versions" in button.accessibleDescription()
    scene.qtbot.mouseClick(button, LEFT)
    panel = button.findChild(SourcesPanel)
    assert panel is not None
    said = texts(panel)
    assert "The newest version held is of 11 Apr 2026" in said
    assert "Looked up in November 2026." in said
    assert "Strong: read in the document itself." in said
    assert "Fair: several sources report it" in said
    scene.qtbot.keyClick(panel, Qt.Key.Key_Escape)
    assert not panel.isVisible()


def test_nothing_that_was_not_checked_is_said(scene: Scene, page: PlatformsPage) -> None:
    for view in page.views:
        page._open_details(view.platform)
        said = texts(page.details)
        assert "memory" not in said
        assert "not checked" not in said


def test_a_menu_has_all_that_can_be_done(scene: Scene, page: PlatformsPage) -> None:
    card = page.board.cards["spotify"]
    more = card.findChild(QToolButton, "more")
    assert more is not None
    assert more.accessibleName() == "More for Spotify"
    actions = {action.objectName(): action for action in card.menu().actions()}
    assert list(actions) == ["menu-details", "menu-terms", "", "menu-not-used"]
    actions["menu-not-used"].trigger()
    scene.settle()
    assert "spotify" not in page.board.cards
    assert scene.window.notice.text.text() == "Saved: you don't use Spotify."


def test_an_offer_says_who_is_certified_as_far_as_the_list_goes() -> None:
    [said] = offer_texts(platform_facts("tunecore").offers[0])
    assert said.startswith("Not on the Fairly Trained list that we have (as of August 2024, ")
    assert "and not complete): ElevenLabs, Udio." in said


def test_links_open_in_the_browser_and_only_over_https(
    scene: Scene, page: PlatformsPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(url.toString()))
    steps = guide(scene, page, "x")
    [button] = steps.findChildren(QPushButton, "open-page")
    assert button.text() == "Open home page", "the page itself is not known for sure"
    press(scene, steps, "open-page")
    page._open_details("distrokid")
    scene.settle()
    press(scene, page.details, "read-terms")
    assert opened == ["https://x.com/", "https://distrokid.com/terms/"]
    for address in ("http://x.com", "file:///etc/passwd", "javascript:alert(1)", "https://", "x"):
        open_page(address)
    assert len(opened) == 2
    assert QUrl(opened[0]).scheme() == "https"


# --- a guide -------------------------------------------------------------------------------


def test_a_guide_goes_step_by_step_and_saves_at_its_end(scene: Scene, page: PlatformsPage) -> None:
    steps = guide(scene, page, "linkedin")
    assert steps.rows[0].deeds.isVisible()
    assert not steps.rows[1].deeds.isVisible(), "one at a time"
    scene.qtbot.keyClick(steps.rows[0].findChild(QPushButton, "next-1"), Qt.Key.Key_Space)
    assert steps.rows[0].sign.done
    assert steps.rows[0].accessibleName().startswith("Step 1, done: Open LinkedIn")
    press(scene, steps, "next-2")
    press(scene, steps, "step-back")
    press(scene, steps, "next-2")
    press(scene, steps, "next-3")
    assert steps.values["off"].text() == "It's off now"
    assert steps.values["off"].hasFocus(), "what fits comes first"
    scene.qtbot.keyClick(steps.values["off"], Qt.Key.Key_Space)
    scene.settle()
    [told] = [one for one in scene.workspace.real.platforms.attestations() if one.value == "off"]
    assert told.platform == "linkedin"
    assert scene.window.notice.text.text() == "Saved. LinkedIn: AI training is off."
    assert sections(page)["told"] == ["linkedin"]
    assert page.header.title.text() == "X needs you"
    assert not scene.workspace.called_on_main_thread - {"platforms.connectable"}
    undo(scene)
    assert sections(page)["needs-you"] == ["linkedin", "x"]


def test_a_guide_stays_at_its_step_while_the_page_looks_anew(
    scene: Scene, page: PlatformsPage
) -> None:
    guide(scene, page, "x").go_to(2)
    scene.window.view_state.something_changed()
    scene.settle()
    [steps] = page.details.guides.values()
    assert steps.at == 2


def test_another_day_a_reminder_and_a_note(scene: Scene, page: PlatformsPage) -> None:
    steps = guide(scene, page, "x")
    press(scene, steps, "skip-steps")
    steps.more.toggle.click()
    steps.fields.day.setDate(QDate.currentDate().addDays(-3))
    steps.fields.remind.setDate(QDate.currentDate().addDays(30))
    scene.qtbot.keyClicks(steps.fields.note, "the <b>band's</b> account")
    press(scene, steps, "value-on")
    [told] = [one for one in scene.workspace.real.platforms.attestations() if one.value == "on"]
    today = datetime.date.today()
    assert phrases.iso_day(told.attested_at) == (today - datetime.timedelta(days=3)).isoformat()
    assert phrases.iso_day(told.remind_at) == (today + datetime.timedelta(days=30)).isoformat()
    card = page.board.cards["x"]
    assert card.chip.text() == "allows more"
    assert "(the <b>band's</b> account) That allows more than you chose" in texts(card)
    loud = [label for label in card.findChildren(QLabel) if "<b>" in label.text()]
    assert {label.textFormat() for label in loud} == {Qt.TextFormat.PlainText}


def test_a_note_can_be_deleted_and_that_undone(
    scene: Scene, page: PlatformsPage, workspace: Watched
) -> None:
    workspace.real.platforms.attest(mira(workspace), "x", "", "off", "by phone")
    page.refresh()
    scene.settle()
    page._open_details("x")
    assert "You said today: Off. (by phone)" in texts(page.details)
    press(scene, page.details, "delete-note")
    assert scene.window.notice.text.text() == "Note on X deleted. It stays in the history."
    undo(scene)
    assert "(by phone)" in texts(page.details)


def test_a_due_one_is_renewed_by_one_press(
    scene: Scene, page: PlatformsPage, workspace: Watched
) -> None:
    workspace.real.platforms.attest(mira(workspace), "x", "", "off", on=datetime.date(2026, 1, 5))
    page.refresh()
    scene.settle()
    card = page.board.cards["x"]
    assert card.chip.text() == "check again"
    assert "terms changed on 2026-07-16" in texts(card)
    assert card.main.text() == "Still off"
    scene.qtbot.mouseClick(card.main, LEFT)
    scene.settle()
    assert sections(page)["told"] == ["x"]
    assert page.board.cards["x"].chip.text() == "Off · today"


def test_escape_leads_back_to_the_board(scene: Scene, page: PlatformsPage) -> None:
    guide(scene, page, "x")
    scene.qtbot.keyClick(page.details, Qt.Key.Key_Escape)
    scene.settle()
    assert page.front.isVisible()
    assert page.board.cards["linkedin"].main.hasFocus()


# --- beside the tracks -----------------------------------------------------------------------


def test_a_word_gets_a_column_that_looks_told(
    scene: Scene, page: PlatformsPage, workspace: Watched
) -> None:
    artist = mira(workspace)
    workspace.real.platforms.attest(artist, "x", "", "off", on=datetime.date(2026, 5, 3))
    workspace.real.platforms.attest(artist, "meta", "", "not_objected")
    scene.window.view_state.something_changed()
    scene.settle()
    scene.window.go_to("catalogue")
    told = scene.words("x")
    assert {text.removesuffix(" 2026") for text in told} == {"Noted by you 3 May"}
    assert set(scene.words("spotify")) == {"Terms only"}
    counts = workspace.real.catalogue.counts(Filter())
    assert counts["meta"] == {Standing.CONFLICTS: 6}


def test_from_a_recording_one_press_leads_to_the_platform(scene: Scene, workspace: Watched) -> None:
    page = scene.window.platforms
    workspace.real.platforms.attest(mira(workspace), "x", "", "on")
    scene.window.go_to("catalogue")
    scene.window.catalogue.open_details()
    scene.window.view_state.choose_artist(None)
    scene.window.view_state.something_changed()
    scene.settle()
    scene.select(0)
    scene.settle()
    button = scene.window.catalogue.details.findChild(QPushButton, "to-platform")
    scene.qtbot.mouseClick(button, LEFT)
    scene.settle()
    assert page.details.isVisible()
    assert page.details.one is not None
    assert page.details.one.view.platform == "x"
    assert scene.window.view_state.artist is not None


# --- all artists -----------------------------------------------------------------------------


def test_for_all_artists_it_says_who_needs_the_person(
    open_window: Callable[[], Scene], workspace: Watched
) -> None:
    for name in (KOVAL, SIGNAL):
        artist = workspace.real.artists.add(name)
        workspace.real.platforms.place(artist.id, "x", here=True)
        workspace.real.consents.set(Scope(ScopeKind.ARTIST, artist.id), PRESETS[Preset.NO_AI])
    workspace.real.platforms.attest(mira(workspace), "x", "", "off")
    scene = open_window()
    page = open_it(scene)
    rows = page.roster.list
    assert rows.isVisible()
    assert page.header.title.text() == "1 of 2 artists needs you"
    spoken = [
        page.roster.model.index(row).data(Qt.ItemDataRole.AccessibleTextRole) for row in (0, 1)
    ]
    assert spoken == [
        f"{SIGNAL}, 1 switch to set, no account connected",
        f"{KOVAL}, nothing to do, no account connected",
    ]
    rows.setFocus()
    scene.qtbot.keyClick(rows, Qt.Key.Key_Down)
    scene.qtbot.keyClick(rows, Qt.Key.Key_Return)
    scene.settle()
    assert scene.window.view_state.artist is not None
    assert scene.window.view_state.artist.name == KOVAL
    assert sections(page) == {"told": ["x"]}
    assert Urgency.DONE in {view.group for view in page.views}


def test_before_anybody_told_the_platforms_it_asks_which_they_are(
    open_window: Callable[[], Scene], workspace: Watched
) -> None:
    for name in (KOVAL, SIGNAL):
        workspace.real.artists.add(name)
    scene = open_window()
    page = open_it(scene)
    assert page.header.title.text() == "Which platforms do your artists use?"
    workspace.real.platforms.place(mira(workspace), "x", here=False)
    scene.window.view_state.something_changed()
    scene.settle()
    assert page.header.title.text() == "No artist needs you on a platform"
    spoken = [
        page.roster.model.index(row).data(Qt.ItemDataRole.AccessibleTextRole) for row in (0, 1)
    ]
    assert spoken == [
        f"{SIGNAL}, platforms to name, no account connected",
        f"{KOVAL}, nothing to do, no account connected",
    ]


def test_what_all_artists_need_is_read_and_seen_in_one_order() -> None:
    steps = (
        Step(Action.ANSWER, 1, "soundcloud", count=2),
        Step(Action.WRITE, 1, "soundcloud", count=4),
        Step(Action.WRITE, 1, CarrierId.FILES, count=9),
        Step(Action.SWITCH_OFF, 1, "x"),
        Step(Action.RECONNECT, 1, "soundcloud"),
    )
    one = RosterRow(1, KOVAL, 0, 0, {}, PRESETS[Preset.NO_AI], steps, (), False)
    words = ["1 sign-in ended", "1 switch to set", "4 to write", "2 to match"]
    assert [chip for chip, _ in roster.chips_of(one)] == words
