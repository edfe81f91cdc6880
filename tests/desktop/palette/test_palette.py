"""The palette: a few letters and Enter lead anywhere, by keyboard alone."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication

from rightsdesk.desktop.design.icons import icon
from rightsdesk.desktop.pages.settings.titles import parts, titles
from rightsdesk.desktop.palette.finding import MOST, PaletteEntry, SearchIndex, found
from rightsdesk.desktop.palette.view import Palette
from rightsdesk.practice.catalogue import KOVAL
from tests.desktop.conftest import Scene

KEY = Qt.Key
CONTROL = Qt.KeyboardModifier.ControlModifier


def entry(title: str, whose: str = "", key: str = "") -> PaletteEntry:
    return PaletteEntry(key or title, title, "Release", "dot", lambda: None, whose)


def names(entries: Sequence[PaletteEntry]) -> list[str]:
    return [one.title for one in entries]


INDEX = SearchIndex.of(
    [
        entry("Write to files"),
        entry("Sól"),
        entry("Kitchen Tapes", "Mira Koval"),
        entry("Problems"),
        entry("The Sun Rises"),
    ]
)


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("sol", "Sól"),
        ("SÓL", "Sól"),
        ("kit mira", "Kitchen Tapes"),
        ("prblm", "Problems"),
        ("sun", "The Sun Rises"),
        ("files write", "Write to files"),
    ],
)
def test_a_few_letters_find_it(text: str, first: str) -> None:
    assert names(found(INDEX, text, []))[0] == first


def test_beginnings_come_before_letters_in_between_and_nothing_else_is_found() -> None:
    index = SearchIndex.of([entry("Outlook"), entry("A look back"), entry("Look")])
    assert names(found(index, "look", [])) == ["Look", "A look back", "Outlook"]
    assert found(INDEX, "zzz", []) == []


def test_what_was_used_last_comes_first() -> None:
    assert names(found(INDEX, "", ["Problems", "Sól"]))[:2] == ["Problems", "Sól"]
    index = SearchIndex.of([entry("Night Ferry", key="a"), entry("Night Train", key="b")])
    assert names(found(index, "night", ["b"])) == ["Night Train", "Night Ferry"]


def test_of_very_many_the_best_are_shown() -> None:
    index = SearchIndex.of([entry(f"Release {n}") for n in range(20_000)])
    assert len(found(index, "rel", [])) == MOST
    assert names(found(index, "release 19999", [])) == ["Release 19999"]


def opened(scene: Scene) -> Palette:
    scene.window.activateWindow()
    scene.qtbot.waitUntil(scene.window.isActiveWindow)
    scene.qtbot.keyClick(scene.window, KEY.Key_K, CONTROL)
    finder = scene.window.finder
    assert finder.isVisible()
    scene.settle()
    return finder


def type_in(scene: Scene, finder: Palette, text: str, title: str) -> None:
    scene.qtbot.keyClicks(finder.field, text)
    scene.qtbot.waitUntil(lambda: names(finder.model.entries)[:1] == [title])


def test_it_leads_to_a_page_and_gives_the_keyboard_away(scene: Scene) -> None:
    finder = opened(scene)
    type_in(scene, finder, "activ", "Activity")
    scene.qtbot.keyClick(finder.field, KEY.Key_Return)
    scene.settle()
    assert not finder.isVisible()
    assert scene.window.activity.isVisible()


def test_what_has_no_entry_is_searched_in_the_catalogue(scene: Scene) -> None:
    """Recordings may be too many to list: the last entry leads to those of this name."""
    scene.window.go_to("home")
    finder = opened(scene)
    scene.qtbot.keyClicks(finder.field, "Paper Moons")
    wanted = "Search the recordings for “Paper Moons”"
    scene.qtbot.waitUntil(lambda: names(finder.model.entries) == [wanted])
    scene.qtbot.keyClick(finder.field, KEY.Key_Return)
    scene.settle()
    assert scene.window.catalogue.isVisible()
    assert len(scene.window.view_state.list.model.listing.grouped.ids) == 1


def test_escape_gives_the_keyboard_back(scene: Scene) -> None:
    scene.window.catalogue.table.setFocus()
    finder = opened(scene)
    assert QApplication.focusWidget() is finder.field
    scene.qtbot.keyClick(finder.field, KEY.Key_Escape)
    assert not finder.isVisible()
    assert QApplication.focusWidget() is scene.window.catalogue.table


def test_arrows_walk_the_list_while_one_types(scene: Scene) -> None:
    finder = opened(scene)
    assert len(finder.model.entries) > 5
    scene.qtbot.keyClick(finder.field, KEY.Key_Down)
    scene.qtbot.keyClick(finder.field, KEY.Key_Down)
    scene.qtbot.keyClick(finder.field, KEY.Key_Up)
    assert finder.list.currentIndex().row() == 1
    assert QApplication.focusWidget() is finder.field
    scene.qtbot.keyClick(finder.field, KEY.Key_Escape)


def test_a_click_beside_it_closes_it(scene: Scene) -> None:
    finder = opened(scene)
    page = scene.window.side_bar
    scene.qtbot.mouseClick(page, Qt.MouseButton.LeftButton, pos=QPoint(5, page.height() - 5))
    assert not finder.isVisible()


def test_releases_artists_platforms_and_settings_are_found(scene: Scene) -> None:
    finder = opened(scene)
    type_in(scene, finder, "night ferry", "Night Ferry")
    assert finder.model.entries[0].under == f"Release · {KOVAL}"
    scene.qtbot.keyClick(finder.field, KEY.Key_Return)
    scene.settle()
    assert scene.window.view_state.list.narrowing.text == "Night Ferry"
    finder = opened(scene)
    assert finder.model.entries[0].title == "Night Ferry", "used last, so it is first"
    type_in(scene, finder, "soundcl", "SoundCloud")
    scene.qtbot.keyClick(finder.field, KEY.Key_Return)
    scene.settle()
    assert scene.window.platforms.isVisible()
    finder = opened(scene)
    type_in(scene, finder, "appear", "Appearance")
    scene.qtbot.keyClick(finder.field, KEY.Key_Return)
    scene.settle()
    assert scene.window.settings.isVisible()
    assert not scene.workspace.called_on_main_thread


def test_every_entry_has_the_sign_of_where_it_leads(scene: Scene) -> None:
    finder = opened(scene)
    assert not [one.title for one in finder.model.entries if icon(one.sign).isNull()]
    type_in(scene, finder, "activ", "Activity")
    assert finder.model.entries[0].sign == "activity"
    finder.field.clear()
    type_in(scene, finder, "night ferry", "Night Ferry")
    assert finder.model.entries[0].sign == "catalogue"
    finder.field.clear()
    type_in(scene, finder, "appear", "Appearance")
    assert finder.model.entries[0].sign == "settings"
    scene.qtbot.keyClick(finder.field, KEY.Key_Escape)


def test_accounts_have_another_key(scene: Scene) -> None:
    assert scene.window.actions_.accounts.shortcut().toString() == "Ctrl+Shift+K"


def test_it_knows_all_settings_before_their_page_is_built(scene: Scene) -> None:
    scene.window.finder.open()
    scene.settle()
    assert "settings" not in vars(scene.window)
    found = [one.key for one in scene.window.finder._gather() if one.key.startswith("setting:")]
    assert len(found) > len(titles())
    scene.window.finder.leave()
    for key, _title in parts():
        scene.window._show_setting(key)
    assert [f"setting:{key}" for key, _title in parts()] == found
