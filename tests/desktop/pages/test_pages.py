"""The side bar and its pages: reached by key and by click, remembered, and fresh when shown."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QDialogButtonBox,
    QPushButton,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)
from pytestqt.qtbot import QtBot

from rightsdesk.consent import Use
from rightsdesk.consent.licences.agreement import Agreement
from rightsdesk.consent.licences.period import Period
from rightsdesk.desktop.design.appearance import AppearanceOptions, Scheme, appearance
from rightsdesk.desktop.design.buttons import Button
from rightsdesk.desktop.design.chips import Chip, FilterChip
from rightsdesk.desktop.design.header import PageHeader
from rightsdesk.desktop.design.text import Text
from rightsdesk.desktop.design.tokens import DARK, is_dark
from rightsdesk.desktop.pages.places import PagePlace
from rightsdesk.desktop.pages.settings.page import SettingsPage
from rightsdesk.desktop.pages.settings.rows import SettingsSection
from rightsdesk.desktop.pages.settings.titles import titles
from rightsdesk.desktop.parts.widgets import Flow, fit_height
from rightsdesk.desktop.shell.main_window import MainWindow
from rightsdesk.desktop.shell.picture import NoPicture, save_picture
from rightsdesk.desktop.state.tasks import TaskRunner
from rightsdesk.desktop.state.window_settings import WindowSettings
from rightsdesk.workspace.types.scopes import Filter, Scope, ScopeKind
from tests.desktop.conftest import Scene, ShownWindows, Watched, delete_now

LEFT = Qt.MouseButton.LeftButton
KEYS = (
    "home",
    "catalogue",
    "platforms",
    "licences",
    "activity",
    "problems",
    "evidence",
    "settings",
)


@pytest.fixture
def look(qapp: QApplication) -> Iterator[None]:
    """The appearance is the application's: it is given back."""
    yield
    appearance(qapp).choose(AppearanceOptions())


def press(scene: Scene, number: int) -> None:
    scene.window.activateWindow()
    scene.qtbot.waitUntil(scene.window.isActiveWindow)
    focused: QWidget | None = scene.window.focusWidget()
    key = Qt.Key(Qt.Key.Key_0.value + number)
    scene.qtbot.keyClick(focused or scene.window, key, Qt.KeyboardModifier.ControlModifier)
    scene.settle()


def test_every_page_has_a_key_and_a_place_in_the_side_bar(scene: Scene) -> None:
    window = scene.window
    assert tuple(page.key for page in window.pages) == KEYS
    for number, key in enumerate(KEYS, start=1):
        press(scene, number)
        assert window.page.key == key
        assert window.page.isVisible()
        assert window.actions_.pages[key].isChecked()
        items = {**window.side_bar.pages.items, **window.side_bar.below.items}
        assert [name for name, item in items.items() if item.isChecked()] == [key]
    for key in ("catalogue", "home"):
        scene.qtbot.mouseClick(window.side_bar.pages.items[key], LEFT)
        assert window.page.key == key
    assert not scene.workspace.called_on_main_thread


def test_a_page_is_built_when_needed_and_no_part_of_it_flashes_up(
    qapp: QApplication, scene: Scene
) -> None:
    assert not {"platforms", "problems", "settings"} & set(vars(scene.window))
    windows = ShownWindows(qapp)
    qapp.installEventFilter(windows)
    try:
        assert len(scene.window.pages) == len(PagePlace)
        assert not scene.window.start.isVisible()
    finally:
        qapp.removeEventFilter(windows)
    assert not windows.found


def test_the_step_for_an_account_opens_the_page_for_it(scene: Scene) -> None:
    scene.window.go_to("home")
    scene.window.go_to("accounts")
    scene.settle()
    assert scene.window.page.key == "platforms"
    assert scene.window.platforms.flow.isVisible()
    scene.qtbot.keyClick(scene.window.platforms.flow, Qt.Key.Key_Escape)
    scene.settle()
    assert not scene.window.platforms.flow.isVisible()


def test_the_search_is_found_from_every_page(scene: Scene) -> None:
    scene.window.go_to("settings")
    scene.window.actions_.find.trigger()
    assert scene.window.focusWidget() is scene.window.settings.field
    scene.window.go_to("home")
    scene.window.actions_.find.trigger()
    assert scene.window.page.key == "catalogue"
    assert scene.window.focusWidget() is scene.window.catalogue.filters.field


def test_a_page_looks_when_it_is_shown_and_not_before(scene: Scene) -> None:
    window, calls = scene.window, scene.workspace.calls
    calls.clear()
    window.view_state.something_changed()
    scene.settle()
    assert "history.entries" not in [name for name, _ in calls]
    window.go_to("activity")
    scene.settle()
    assert [name for name, _ in calls].count("history.entries") == 1
    window.go_to("home")
    window.go_to("activity")
    scene.settle()
    assert [name for name, _ in calls].count("history.entries") == 1, "nothing changed meanwhile"
    window.view_state.something_changed()
    scene.settle()
    assert [name for name, _ in calls].count("history.entries") > 1, "it is in front"


def test_theme_and_text_size_switch_at_once_and_stay(
    scene: Scene, qapp: QApplication, look: None
) -> None:
    window = scene.window
    window.go_to("settings")
    settings = window.settings
    height = settings.look.sizes.fontMetrics().height()
    scene.qtbot.mouseClick(settings.look.schemes[Scheme.DARK], LEFT)
    qapp.processEvents()
    assert appearance(qapp).theme == DARK
    assert is_dark(settings.palette())
    settings.look.sizes.setCurrentIndex(settings.look.sizes.findData(150))
    settings.look.sizes.activated.emit(settings.look.sizes.currentIndex())
    qapp.processEvents()
    assert settings.look.sizes.fontMetrics().height() > height * 1.3
    kept = WindowSettings(scene.workspace.data_dir).look
    assert kept == AppearanceOptions(Scheme.DARK, 150)


@pytest.mark.parametrize("text", ["[look]\nscheme=pink\n", "[look]\ntext=x\n", "[look]\ntext=7\n"])
def test_a_damaged_look_is_the_usual_one(tmp_path: Path, text: str) -> None:
    (tmp_path / "window.ini").write_text(text)
    assert WindowSettings(tmp_path).look == AppearanceOptions()


def test_automatic_checks_are_set_on_the_settings_page(scene: Scene) -> None:
    scene.window.go_to("settings")
    scene.settle()
    week = scene.window.settings.findChild(QRadioButton, "check-week")
    assert isinstance(week, QRadioButton)
    scene.qtbot.mouseClick(week, LEFT)
    scene.settle()
    assert scene.workspace.real.accounts.check_interval().value == "week"
    assert week.isChecked()


def test_the_page_and_the_artist_in_front_are_remembered(
    scene: Scene, workspace: Watched, work: TaskRunner
) -> None:
    other = workspace.real.artists.add("Aaa")
    scene.window.view_state.something_changed()
    scene.settle()
    scene.window.view_state.choose_artist(other.id)
    scene.window.go_to("problems")
    scene.settle()
    scene.window.close()
    second = MainWindow(workspace, work)  # type: ignore[arg-type]  # it stands in for one
    second.as_it_was()
    second.show()
    Scene(scene.qtbot, workspace, work, second, scene.music).settle()
    assert second.page.key == "problems"
    assert second.view_state.artist is not None
    assert second.view_state.artist.id == other.id
    second.close()
    second.deleteLater()
    delete_now()


def test_artists_are_found_without_their_accents(
    open_window: Callable[[], Scene], workspace: Watched
) -> None:
    for number in range(14):
        workspace.real.artists.add(f"Artist {number}")
    workspace.real.artists.add("Sól")
    scene = open_window()
    bar = scene.window.side_bar
    scene.qtbot.mouseClick(bar.switcher, LEFT)
    scene.qtbot.waitUntil(bar.menu.search.isVisible)
    scene.qtbot.keyClicks(bar.menu.search, "sol")
    assert bar.menu.list.model().rowCount() == 1
    spoken = bar.menu.list.model().index(0, 0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert spoken == "Sól, 0 recordings · No choice", "in the words of the button above"
    scene.qtbot.keyClick(bar.menu.search, Qt.Key.Key_Return)
    scene.settle()
    assert scene.window.view_state.artist is not None
    assert scene.window.view_state.artist.name == "Sól"
    assert bar.switcher.accessibleName() == "Artist: Sól"


def test_a_page_shows_its_buttons_as_menus_have_them(scene: Scene) -> None:
    scene.window.go_to("home")
    verify = scene.window.home.findChild(QPushButton, "home-verify")
    assert isinstance(verify, QPushButton)
    assert verify.text() == "Verify audio"
    scene.window.actions_.verify.setEnabled(False)
    assert not verify.isEnabled()


def test_pictures_of_pages(scene: Scene, tmp_path: Path, look: None) -> None:
    artist = scene.workspace.real.artists.all()[0]
    assert scene.workspace.real.consents.of(Scope(ScopeKind.ARTIST, artist.id))
    for page in KEYS:
        path = tmp_path / f"{page}.png"
        save_picture(scene.workspace, path, page=page, artist=artist.name, size=(640, 400))
        assert QImage(str(path)).size().toTuple() == (640, 400)
    with pytest.raises(NoPicture, match="evidence, settings"):
        save_picture(scene.workspace, tmp_path / "none.png", page="nowhere")
    with pytest.raises(NoPicture, match="Nobody"):
        save_picture(scene.workspace, tmp_path / "none.png", artist="Nobody")


def test_settings_are_built_one_section_in_a_turn_and_in_order(scene: Scene) -> None:
    window = scene.window
    window.go_to("settings")
    page = window.settings
    seen = [len(shown_sections(page))]
    while len(shown_sections(page)) < len(titles()):
        before = len(shown_sections(page))
        page._build_next()
        seen.append(len(shown_sections(page)) - before)
    assert seen == [1] * len(titles())
    assert [section.key for section in shown_sections(page)] == list(titles())
    for section in page.sections:
        name, *rows = titles()[section.key]
        assert (section.name, [row.title for row in section.rows]) == (name, rows)
    scene.settle()
    assert page.sections == tuple(shown_sections(page)), "none is built twice"
    assert not scene.workspace.called_on_main_thread


def test_a_section_that_is_wanted_early_is_built_at_its_place(scene: Scene) -> None:
    window = scene.window
    window.go_to("settings")
    page = window.settings
    assert page.proof.rows
    page.show_part("network/0")
    scene.settle()
    assert [section.key for section in shown_sections(page)] == list(titles())


def shown_sections(page: SettingsPage) -> list[SettingsSection]:
    """The sections in the column of the page, from top to bottom."""
    items = (page._cards.itemAt(place) for place in range(page._cards.count()))
    widgets = (item.widget() for item in items if item is not None)
    return [widget for widget in widgets if isinstance(widget, SettingsSection)]


def test_pages_on_top_of_platforms_are_built_when_they_are_opened(scene: Scene) -> None:
    window = scene.window
    window.go_to("platforms")
    scene.settle()
    window.platforms.first_focus()
    window.platforms.search_here()
    window.platforms.give_up()
    later = {"details", "flow", "matching", "directory"}
    assert not later & vars(window.platforms).keys()
    window.platforms.connect_account()
    assert later & vars(window.platforms).keys() == {"flow"}
    window.platforms.give_up()


def test_the_side_bar_counts_pages_that_were_never_opened(scene: Scene) -> None:
    real, window = scene.workspace.real, scene.window
    artist = real.artists.all()[0]
    items = window.side_bar.pages.items
    today = real.now().date()
    agreement = Agreement(
        "Klay",
        frozenset({Use.GENERATIVE_TRAINING}),
        period=Period(None, today + timedelta(days=9), "UTC"),
    )
    scope = Scope(ScopeKind.ARTIST, artist.id)
    real.licences.add(agreement, [scope], confirmed=agreement.uses)
    later = replace(agreement, partner="Vale", period=Period(None, None, "UTC"))
    real.licences.add(later, [scope], confirmed=later.uses)
    real.platforms.place(artist.id, "x", here=True)
    window.view_state.something_changed()
    scene.settle()
    assert items["licences"].count == 1, "only what ends soon needs a look"
    assert items["platforms"].count == 1
    found = real.catalogue.problems(Filter(artist_id=artist.id), waiting=False)
    assert items["problems"].count == len(found) > 0
    assert {"licences", "platforms", "problems"}.isdisjoint(page.key for page in window._built)
    window.go_to("platforms")
    scene.settle()
    assert items["platforms"].count == 1, "the page counts as the side bar did"
    real.platforms.place(artist.id, "x", here=False)
    window.go_to("home")
    window.view_state.something_changed()
    scene.settle()
    assert items["platforms"].count == 0, "out of sight it is counted still"
    assert not scene.workspace.called_on_main_thread


@pytest.mark.parametrize("in_view", ["one artist", "all artists"])
def test_in_a_small_window_with_large_text_no_word_is_cut(
    in_view: str, scene: Scene, qapp: QApplication
) -> None:
    if in_view == "all artists":
        scene.workspace.real.artists.add("Another")
        scene.window.view_state.something_changed()
        scene.settle()
        scene.window.view_state.choose_artist(None)
    appearance(qapp).choose(AppearanceOptions(text=150))
    scene.window.resize(640, 400)
    try:
        for place in PagePlace:
            scene.window.go_to(place.key)
            scene.settle()
            page = scene.window.page
            there = [one for one in page.findChildren(QWidget) if one.isVisible()]
            for one in there:
                if isinstance(one, PageHeader):
                    assert one.height() >= one.heightForWidth(one.width()), place
                if isinstance(one, (Chip, FilterChip, Button)) and one.text():
                    wanted = min(one.sizeHint().width(), page.width() // 2)
                    assert one.width() >= wanted, (place, one.text())
                    end = one.mapTo(page, QPoint(one.width(), 0)).x()
                    assert end <= page.width(), (place, one.text())
    finally:
        appearance(qapp).choose(AppearanceOptions())


@pytest.mark.parametrize("fixed", [False, True])
def test_a_dialog_is_as_wide_as_its_buttons(qtbot: QtBot, fixed: bool) -> None:
    """Their words are longer in some languages, and with some numbers."""
    dialog = QDialog()
    qtbot.addWidget(dialog)
    layout, box = QVBoxLayout(dialog), QDialogButtonBox()
    layout.addWidget(box)
    buttons = [Button("Undo it, and let AI do more with all of these"), Button("Keep it")]
    for made in buttons:
        box.addButton(made, QDialogButtonBox.ButtonRole.AcceptRole)
    fit_height(dialog, buttons[0].sizeHint().width(), fixed=fixed)
    dialog.show()
    assert all(made.width() >= made.sizeHint().width() for made in buttons)


@pytest.mark.parametrize("direction", [*Qt.LayoutDirection][:2])
def test_what_is_in_a_line_of_a_flow_is_level(qtbot: QtBot, direction: Qt.LayoutDirection) -> None:
    whole, flow = QWidget(), Flow(spacing=5)
    whole.setLayoutDirection(direction)
    qtbot.addWidget(whole)
    flow.setParent(whole)
    flow.resize(1000, 100)
    made = [Chip("No AI"), Text("since today"), Button("Change")]
    flow.arrange(made)
    whole.show()
    assert len({one.height() for one in made}) > 1
    middles = [2 * one.y() + one.height() for one in made]
    assert max(middles) - min(middles) <= 1
    left_to_right = direction is Qt.LayoutDirection.LeftToRight
    assert (made[0].x() < made[1].x() < made[2].x()) is left_to_right
    assert (made[0].x() == 0) is left_to_right


def test_what_is_hidden_leaves_no_gap_in_a_flow(qtbot: QtBot) -> None:
    whole, flow = QWidget(), Flow(spacing=5)
    qtbot.addWidget(whole)
    flow.setParent(whole)
    flow.resize(1000, 100)
    made = [Button(text) for text in ("First", "Second", "Third")]
    flow.arrange(made)
    whole.show()
    made[1].hide()
    assert made[2].x() == made[0].width() + 5
    made[1].show()
    assert made[2].x() > made[1].x() > made[0].x()
