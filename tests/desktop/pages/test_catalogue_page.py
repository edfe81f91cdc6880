"""The catalogue by real keys and clicks: choose, narrow, group, save filters, menus, drops."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, QRect, Qt, QUrl
from PySide6.QtGui import (
    QAccessible,
    QColor,
    QContextMenuEvent,
    QDragEnterEvent,
    QDropEvent,
    QGuiApplication,
    QImage,
    QPalette,
)
from PySide6.QtWidgets import QApplication, QInputDialog, QMenu, QPushButton, QWidget

from rightsdesk.consent import PRESETS, Preset, Use
from rightsdesk.desktop.design.appearance import AppearanceOptions, Scheme, appearance
from rightsdesk.desktop.design.style import KIND, PRIMARY
from rightsdesk.desktop.design.tokens import DARK, LIGHT, Theme
from rightsdesk.desktop.pages.catalogue.covers import MOST_PIXELS, PIXELS, as_png, thumbnail
from rightsdesk.desktop.pages.catalogue.table import CatalogueTable
from rightsdesk.desktop.parts.segments import NOTHING_SIGN, SIGNS
from rightsdesk.desktop.state.window_settings import SavedFilter, WindowSettings
from rightsdesk.enums.carriers import CarrierId
from rightsdesk.practice.catalogue import KOVAL, SIGNAL
from rightsdesk.roster.accounts import keep_account
from rightsdesk.workspace.overview.values import CatalogueGroup, GroupBy
from rightsdesk.workspace.types.scopes import Filter, Scope, ScopeKind, State
from tests.desktop.conftest import Scene, Watched
from tests.desktop.design.pixels import contrast

LEFT = Qt.MouseButton.LeftButton
Reason = QContextMenuEvent.Reason
NONE, CTRL, SHIFT = (
    Qt.KeyboardModifier.NoModifier,
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.ShiftModifier,
)


@pytest.fixture
def table(scene: Scene) -> CatalogueTable:
    scene.words()
    found: CatalogueTable = scene.window.catalogue.table
    found.setFocus()
    return found


@pytest.fixture
def both(open_window: Callable[[], Scene], workspace: Watched, music: Path) -> Scene:
    """Two artists, both in view; only one has music so far."""
    workspace.artists.add(SIGNAL)
    workspace.catalogue.scan(workspace.artists.add(KOVAL).id, [str(music / KOVAL)])
    return open_window()


def test_a_button_shows_the_details_of_the_current_track(
    scene: Scene, table: CatalogueTable
) -> None:
    page = scene.window.catalogue
    click(scene, table, 1)
    assert not page.side.isVisible(), "a click selects, as in a mail program"
    scene.qtbot.mouseClick(page.side_button, LEFT)
    scene.settle()
    assert page.details.isVisible()
    assert page.details.view is not None
    assert page.details.view.row.recording_id == scene.window.view_state.recording_id
    scene.qtbot.mouseClick(page.side_button, LEFT)
    assert not page.side.isVisible()


def click(scene: Scene, table: CatalogueTable, row: int, keys: Qt.KeyboardModifier = NONE) -> None:
    place = table.visualRect(table.model().index(row, 0)).center()
    scene.qtbot.mouseClick(table.viewport(), LEFT, keys, place)


def header_rows(scene: Scene) -> list[int]:
    return list(scene.window.view_state.model.listing.grouped.header_rows)


def open_menu(menu: QMenu, text: str) -> QMenu:
    """The submenu of a menu, filled."""
    action = next(one for one in menu.actions() if one.text().replace("&", "") == text)
    found = action.menu()
    assert isinstance(found, QMenu)
    found.aboutToShow.emit()
    return found


def texts(menu: QMenu) -> list[str]:
    return [one.text().replace("&", "") for one in menu.actions() if not one.isSeparator()]


def trigger(menu: QMenu, text: str) -> None:
    next(one for one in menu.actions() if one.text().replace("&", "") == text).trigger()


# --- choosing --------------------------------------------------------------------------------


def test_a_click_on_a_release_chooses_its_tracks(scene: Scene, table: CatalogueTable) -> None:
    first, second = header_rows(scene)
    click(scene, table, second)
    assert table.selected_ranges == [(second, table.model().rowCount() - 1)]
    assert table.selected_count == 3
    click(scene, table, second + 1, CTRL)
    assert table.selected_count == 2
    assert not table.is_row_selected(second), "the release is not wholly chosen any more"
    click(scene, table, first + 1)
    click(scene, table, first + 3, SHIFT)
    assert table.selected_count == 3
    assert [row.title for row in scene.workspace.real.catalogue.rows(table.selected_recordings())]


def test_keys_choose_rows_and_all_of_them(scene: Scene, table: CatalogueTable) -> None:
    qtbot = scene.qtbot
    click(scene, table, 1)
    qtbot.keyClick(table, Qt.Key.Key_Down, SHIFT)
    assert table.selected_count == 2
    bar = scene.window.catalogue.selection
    assert bar.isVisible()
    assert bar.count.accessibleName() == "2 selected"
    qtbot.keyClick(table, Qt.Key.Key_A, CTRL)
    assert table.selected_count == 6
    assert bar.under.accessibleName() == "everything in this list"
    assert bar.write.text() == "Write to these tracks…", "it promises no number unread"
    scene.settle()
    assert bar.write.text() == "Write to 6 tracks…"
    qtbot.keyClick(table, Qt.Key.Key_Escape)
    assert table.selected_count == 0
    assert not bar.isVisible()
    qtbot.keyClick(table, Qt.Key.Key_End)
    assert table.currentIndex().row() == table.model().rowCount() - 1
    qtbot.keyClick(table, Qt.Key.Key_Left)
    assert table.currentIndex().row() == header_rows(scene)[-1], "Left goes to the release"
    qtbot.keyClick(table, Qt.Key.Key_Home)
    assert table.currentIndex().row() == 0
    qtbot.keyClick(table, Qt.Key.Key_PageDown)
    assert table.currentIndex().row() > 3


def test_a_notice_does_not_move_what_can_be_done_with_the_selection(
    scene: Scene, table: CatalogueTable
) -> None:
    """A second click at the same place would meet another button."""
    window, bar = scene.window, scene.window.catalogue.selection

    def place() -> QRect:
        scene.settle()
        return QRect(bar.change.mapTo(window, QPoint()), bar.change.size())

    click(scene, table, 1)
    click(scene, table, 2, CTRL)
    before = place()
    window.notice.tell("Saved.", offers=[("Undo", window.notice.clear)])
    assert window.notice.isVisible()
    assert place() == before
    window.go_to("home")
    assert not bar.isVisible()
    window.go_to("catalogue")
    assert place() == before


def test_a_platform_is_checked_only_where_the_artist_in_view_has_an_account(both: Scene) -> None:
    view_state, action = both.window.view_state, both.window.actions_.check_platforms
    owner, other = (
        next(a for a in view_state.artists if a.name == name) for name in (KOVAL, SIGNAL)
    )
    login = {"remote_id": "7", "base_url": "", "url": "", "name": "koval"}
    database = both.workspace.real._database
    keep_account(database, artist_id=owner.id, platform=CarrierId.SOUNDCLOUD, **login)
    view_state.something_changed()
    both.settle()
    seen = {}
    for artist_id in (None, owner.id, other.id):
        view_state.choose_artist(artist_id)
        both.settle()
        seen[artist_id] = action.isVisible()
    assert seen == {None: True, owner.id: True, other.id: False}


def test_only_the_chosen_tracks_are_planned(scene: Scene, table: CatalogueTable) -> None:
    click(scene, table, 1)
    click(scene, table, 2, CTRL)
    scene.settle()
    scene.qtbot.mouseClick(scene.window.catalogue.selection.write, LEFT)
    review = scene.dialog("review")
    assert len(review.digest.groups) == 1
    titles = {review.digest.title_of(change) for change in review.digest.changes}
    assert titles == {"Lantern", "Lantern (Harbour Version)"}
    review.reject()


def test_the_button_counts_what_will_be_written_and_not_what_is_selected(
    scene: Scene, table: CatalogueTable
) -> None:
    jobs, bar = scene.workspace.real.jobs, scene.window.catalogue.selection
    click(scene, table, 1)
    scene.settle()
    first = Filter(among=tuple(table.selected_recordings()))
    plan = jobs.plan_tag(first)
    jobs.apply(plan)
    scene.window.view_state.something_changed()
    scene.settle()
    scene.qtbot.keyClick(table, Qt.Key.Key_A, CTRL)
    scene.settle()
    assert bar.count.accessibleName() == "6 selected"
    assert bar.write.text() == "Write to 5 tracks…"
    jobs.apply(jobs.plan_tag(Filter()))
    scene.window.view_state.something_changed()
    scene.settle()
    assert bar.write.text() == "Nothing to write"
    assert not bar.write.isEnabled()


def test_a_release_says_how_many_of_its_tracks_a_search_shows(scene: Scene) -> None:
    model = scene.window.view_state.list.model
    assert " 3 tracks" in model.index(0, 0).data(Qt.ItemDataRole.AccessibleTextRole)
    scene.window.view_state.list.search("small hours")
    scene.settle()
    line = model.index(0, 0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert line.startswith("Lantern Songs. ")
    assert " 1 of 3 tracks" in line


def test_what_is_selected_stays_so_while_music_is_added(
    scene: Scene, table: CatalogueTable, music: Path
) -> None:
    """Another list, from a search, begins with nothing selected."""
    titles = scene.words()
    meant = {scene.select(titles[0]), scene.select(titles[-1])}
    table.select_recordings(sorted(meant))
    [new] = (music / "Salt & Signal").rglob("*Static*")
    artist = scene.window.view_state.artists[0]
    scene.workspace.real.catalogue.scan(artist.id, [str(new)])
    scene.window.view_state.something_changed()
    scene.settle()
    assert len(scene.words()) == len(titles) + 1
    assert set(table.selected_recordings()) == meant
    scene.window.view_state.list.search(titles[0])
    scene.settle()
    assert table.selected_count == 0


def test_releases_with_a_choice_of_their_own_can_be_written_without_one_for_the_artist(
    open_window: Callable[..., Scene], workspace: Watched, music: Path
) -> None:
    artist = workspace.artists.add(KOVAL)
    workspace.catalogue.scan(artist.id, [str(music / KOVAL)])
    (release, _), *_ = workspace.catalogue.releases(artist.id)
    workspace.consents.set(Scope(ScopeKind.RELEASE, release), PRESETS[Preset.NO_AI])
    write = open_window().window.catalogue.write
    assert write.isVisible()
    assert write.text() == "Write to 3 tracks…"


def test_a_choice_for_the_selected_tracks(scene: Scene, table: CatalogueTable) -> None:
    click(scene, table, header_rows(scene)[1])
    menu = scene.window.catalogue.selection.change.menu()
    trigger(menu, "Ask me first")
    scene.settle()
    assert sorted(scene.words("consent")) == 3 * ["Ask me first (release)"] + 3 * ["No AI"]
    assert scene.window.notice.text.text() == "Saved for 3 tracks: Ask me first."
    assert table.selected_count == 3, "they stay chosen"
    undo = scene.window.notice.buttons[1]
    assert isinstance(undo, QPushButton)
    scene.qtbot.mouseClick(undo, LEFT)
    scene.settle()
    assert scene.words("consent") == 6 * ["No AI"]
    assert scene.window.notice.text.text() == "Undone: choice for Night Ferry."
    trigger(menu, "As the artist chose")
    scene.settle()
    assert scene.window.notice.text.text().startswith("Nothing to change")
    assert not scene.workspace.called_on_main_thread


def test_a_right_click_opens_what_can_be_done(scene: Scene, table: CatalogueTable) -> None:
    catalogue, menu = scene.window.catalogue, QMenu()
    asked: list[QPoint] = []
    table.menu_wanted.connect(asked.append)
    table.menu_wanted.disconnect(catalogue.menus.open_rows)
    place = table.visualRect(table.model().index(2, 0)).center()
    scene.qtbot.mouseClick(table.viewport(), Qt.MouseButton.RightButton, NONE, place)
    scene.settle()
    click(scene, table, 2)
    catalogue.menus.fill_rows(menu)
    assert texts(menu) == [
        *("Write to this track…", "Change choice", "Details", "Show in folder"),
        *("Copy title", "Select all"),
    ]
    trigger(menu, "Copy title")
    assert QGuiApplication.clipboard().text() == scene.words()[1]
    trigger(menu, "Details")
    assert catalogue.details.isVisible()
    trigger(menu, "Select all")
    assert table.selected_count == 6
    several = QMenu()
    catalogue.menus.fill_rows(several)
    assert "Write to these tracks…" in texts(several)
    assert "Copy title" not in texts(several)


def asked_for(scene: Scene, widget: QWidget, place: QPoint, reason: Reason) -> QMenu:
    """The menu that a request for one opens."""
    event = QContextMenuEvent(reason, place, widget.mapToGlobal(place))
    QApplication.sendEvent(widget, event)
    scene.settle()
    opened = QApplication.activePopupWidget()
    assert isinstance(opened, QMenu)
    return opened


def test_menus_open_by_mouse_and_by_key(scene: Scene, table: CatalogueTable) -> None:
    click(scene, table, 1)
    place = table.visualRect(table.model().index(2, 0)).center()
    menu = asked_for(scene, table.viewport(), place, Reason.Mouse)
    assert menu.objectName() == "rows-menu"
    assert table.selected_ranges == [(2, 2)], "the row below the pointer is meant"
    menu.close()
    scene.qtbot.keyClick(table, Qt.Key.Key_Down)
    menu = asked_for(scene, table.viewport(), QPoint(), Reason.Keyboard)
    assert table.selected_ranges == [(3, 3)]
    menu.close()
    head = table.horizontalHeader()
    place = QPoint(head.width() - 9, 9)
    menu = asked_for(scene, head.viewport(), place, Reason.Mouse)
    assert (menu.objectName(), "Hide Files" in texts(menu)) == ("columns-menu", True)
    menu.close()
    scene.settle()


# --- narrowing -------------------------------------------------------------------------------


def test_typing_in_the_list_searches_and_escape_clears(scene: Scene, table: CatalogueTable) -> None:
    field = scene.window.catalogue.filters.field
    scene.qtbot.keyClicks(table, "f")
    assert field.hasFocus()
    scene.qtbot.keyClicks(field, "erry")
    scene.qtbot.waitUntil(lambda: len(scene.window.view_state.model.listing.grouped.ids) == 3)
    assert scene.window.catalogue.header.sub.text() == "3 of 6 recordings · 1 release"
    scene.qtbot.keyClick(field, Qt.Key.Key_Down)
    assert table.hasFocus()
    scene.qtbot.keyClick(table, Qt.Key.Key_Escape)
    scene.qtbot.waitUntil(lambda: len(scene.window.view_state.model.listing.grouped.ids) == 6)
    assert field.text() == ""
    field.setFocus()
    scene.qtbot.keyClicks(field, "ferry")
    scene.qtbot.waitUntil(lambda: len(scene.window.view_state.model.listing.grouped.ids) == 3)
    scene.qtbot.keyClick(field, Qt.Key.Key_Escape)
    assert field.text() == ""
    scene.qtbot.waitUntil(lambda: len(scene.window.view_state.model.listing.grouped.ids) == 6)


@pytest.mark.parametrize("text", ["ljubav", "ЉУБАВ", "Night Ferry", "01 Night Ferry.wav"])
def test_titles_releases_and_file_names_are_found(scene: Scene, text: str) -> None:
    wanted = len(scene.workspace.real.catalogue.recordings(Filter(text=text)))
    scene.window.catalogue.filters.field.setText(text)
    scene.qtbot.keyClick(scene.window.catalogue.filters.field, Qt.Key.Key_Return)
    scene.settle()
    assert len(scene.window.view_state.model.listing.grouped.ids) == wanted


def test_the_search_shows_its_words_at_every_width(scene: Scene, table: CatalogueTable) -> None:
    field = scene.window.catalogue.filters.field
    needed = field.fontMetrics().horizontalAdvance(field.placeholderText())
    together = set()
    for width in (640, 900, 1200, 1600, 3200):
        scene.window.resize(width, 800)
        scene.settle()
        assert field.width() > needed
        chip = scene.window.catalogue.filters.chips[None]
        middle = chip.mapTo(scene.window, chip.rect().center()).y()
        together.add(abs(field.mapTo(scene.window, field.rect().center()).y() - middle) < 3)
    assert together == {False, True}  # on lines of their own, and on one


def test_filters_are_saved_used_and_deleted(scene: Scene) -> None:
    page, listed = scene.window.catalogue, scene.window.view_state.list
    menu = page.filters.saved.menu()
    page.filters.field.setText("lantern")
    scene.qtbot.keyClick(page.filters.field, Qt.Key.Key_Return)
    scene.qtbot.mouseClick(page.filters.chips[State.NEEDS_WORK], LEFT)
    scene.settle()
    menu.aboutToShow.emit()
    trigger(menu, "Save this filter…")
    dialog = scene.dialog("save-filter")
    assert isinstance(dialog, QInputDialog)
    assert dialog.textValue() == "lantern · Needs work"
    main = [one.text() for one in dialog.findChildren(QPushButton) if one.property(KIND) == PRIMARY]
    assert main == ["Save"]
    dialog.setTextValue("Lanterns & co.")
    dialog.accept()
    kept = SavedFilter("lantern", "needs_work")
    assert WindowSettings(scene.workspace.data_dir).saved_filters == {"Lanterns & co.": kept}
    page.filters.clear()
    scene.qtbot.mouseClick(page.filters.chips[None], LEFT)
    scene.settle()
    assert not listed.narrowing
    menu.aboutToShow.emit()
    first = menu.actions()[0]
    assert first.text() == "Lanterns && co."
    first.trigger()
    scene.settle()
    assert (listed.narrowing.text, listed.narrowing.state) == ("lantern", State.NEEDS_WORK)
    assert page.filters.field.text() == "lantern"
    assert page.filters.chips[State.NEEDS_WORK].isChecked()
    menu.aboutToShow.emit()
    assert menu.actions()[0].isChecked()
    delete = open_menu(menu, "Delete")
    delete.actions()[0].trigger()
    assert scene.window.memory.saved_filters == {}


def test_the_menu_of_a_column_sorts_narrows_and_hides(scene: Scene, table: CatalogueTable) -> None:
    catalogue, model = scene.window.catalogue, scene.window.view_state.model
    column = model.column_keys.index(CarrierId.FILES)
    menu = QMenu()
    catalogue.menus.fill_header(menu, column)
    assert texts(menu)[:4] == ["Sort: worst first", "Sort: best first", "Show only", "Hide Files"]
    only = open_menu(menu, "Show only")
    trigger(only, "Files: says otherwise")
    scene.settle()
    assert catalogue.empty_list.title.text() == "Nothing says otherwise."
    chip = catalogue.filters.carrier_chip
    assert chip.isVisible()
    assert chip.accessibleName() == "Files: says otherwise ✕"
    scene.qtbot.mouseClick(chip, LEFT)
    scene.settle()
    assert len(scene.words()) == 6
    trigger(menu, "Hide Files")
    assert table.isColumnHidden(column)
    columns = QMenu()
    catalogue.menus.fill_columns(columns)
    trigger(columns, "Files")
    assert not table.isColumnHidden(column)
    assert not next(
        one for one in columns.actions() if one.text() == "Release and track"
    ).isEnabled()


def test_a_platform_without_an_account_is_no_column(scene: Scene) -> None:
    assert [key for key, _ in scene.window.view_state.model.carriers] == [CarrierId.FILES]
    assert not scene.window.actions_.update_online.isVisible()
    assert not scene.window.actions_.check_platforms.isVisible()


@pytest.mark.parametrize("by", list(GroupBy))
def test_each_grouping_shows_everything_once(scene: Scene, by: GroupBy) -> None:
    menu = scene.window.catalogue.filters.group.menu()
    menu.aboutToShow.emit()
    trigger(menu, by.value.title())
    scene.settle()
    model = scene.window.view_state.model
    rows = [model.at(row) for row in range(model.rowCount())]
    assert len([row for row in rows if not isinstance(row, CatalogueGroup)]) == 6
    assert bool(header_rows(scene)) is (by is not GroupBy.NONE)
    assert scene.window.catalogue.filters.group.accessibleName() == f"Group: {by.value.title()}"


def test_sorting_holds_within_releases_and_a_third_click_ends_it(
    scene: Scene, table: CatalogueTable
) -> None:
    usual = scene.words()
    header = table.horizontalHeader()
    place = QPoint(header.sectionViewportPosition(0) + 30, header.height() // 2)
    for wanted in (sorted(usual), sorted(usual, reverse=True), usual):
        scene.qtbot.mouseClick(header.viewport(), LEFT, NONE, place)
        scene.settle()
        titles = scene.words()
        if wanted is usual:
            assert titles == usual
        else:
            assert titles[0] == wanted[0]
        assert len(header_rows(scene)) == 2


# --- drops -----------------------------------------------------------------------------------


def drop(scene: Scene, folder: Path) -> bool:
    """Drop a folder onto the window; whether it was taken."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(folder))])
    copy = Qt.DropAction.CopyAction
    enter = QDragEnterEvent(QPoint(9, 9), copy, data, LEFT, NONE)
    scene.window.dragEnterEvent(enter)
    if not enter.isAccepted():
        return False
    scene.window.dropEvent(QDropEvent(QPointF(9, 9), copy, data, LEFT, NONE))
    return True


def test_a_drop_asks_whose_it_is_and_the_tags_suggest_it(both: Scene) -> None:
    assert drop(both, both.music / SIGNAL)
    dialog = both.dialog("whose-folders")
    both.qtbot.waitUntil(lambda: dialog.name.currentText() == SIGNAL)
    assert dialog.add.text() == "&Add to Salt && Signal"
    both.qtbot.mouseClick(dialog.add, LEFT)
    both.settle()
    artist = both.workspace.real.artists.named(SIGNAL)
    assert (artist.recordings, artist.folders) == (5, (str(both.music / SIGNAL),))
    assert both.window.notice.text.text().startswith(f"{SIGNAL}: ")


def test_what_a_drop_offers_to_write_is_of_its_artist(both: Scene) -> None:
    """Also with all artists in view, and whoever is in view by then."""
    real = both.workspace.real
    for one in real.artists.all():
        real.consents.set(Scope(ScopeKind.ARTIST, one.id), PRESETS[Preset.NO_AI])
    both.window.view_state.something_changed()
    both.settle()
    assert drop(both, both.music / SIGNAL)
    dialog = both.dialog("whose-folders")
    both.qtbot.waitUntil(lambda: dialog.name.currentText() == SIGNAL)
    both.qtbot.mouseClick(dialog.add, LEFT)
    both.settle()
    write = both.window.notice.buttons[0]
    assert write.text() == "Write to files…"
    both.qtbot.mouseClick(write, LEFT)
    review = both.dialog("review")
    assert review.digest.whose == (SIGNAL,)
    review.reject()


def test_a_drop_can_be_for_someone_new(both: Scene) -> None:
    assert drop(both, both.music / SIGNAL)
    dialog = both.dialog("whose-folders")
    field = dialog.name.lineEdit()
    field.clear()
    both.qtbot.keyClicks(field, "Someone New")
    both.settle()
    assert dialog.name.currentText() == "Someone New", "a suggestion does not replace what is typed"
    both.qtbot.mouseClick(dialog.add, LEFT)
    both.settle()
    assert both.workspace.real.artists.named("Someone New").recordings == 5


def test_with_one_artist_in_view_a_drop_is_theirs(both: Scene) -> None:
    artist = both.workspace.real.artists.named(SIGNAL)
    both.window.view_state.choose_artist(artist.id)
    both.settle()
    assert drop(both, both.music / SIGNAL)
    both.settle()
    assert both.workspace.real.artists.named(SIGNAL).recordings == 5


# --- how it looks and sounds -----------------------------------------------------------------


def test_a_row_is_one_sentence_and_results_are_announced(
    scene: Scene, table: CatalogueTable, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = QAccessible.queryAccessibleInterface(table)
    assert found.role() is QAccessible.Role.Table
    row, model = 1, scene.window.view_state.model
    click(scene, table, row)
    spoken = str(model.index(row, 0).data(Qt.ItemDataRole.AccessibleTextRole))
    assert spoken.startswith("Lantern, track 1, Lantern Songs, 0:02, No AI. Files: ")
    said: list[str] = []
    page = "rightsdesk.desktop.pages.catalogue.page.announce"
    monkeypatch.setattr(page, lambda _widget, text: said.append(text))
    scene.qtbot.keyClick(table, Qt.Key.Key_A, CTRL)
    scene.window.catalogue.filters.field.setText("ferry")
    scene.qtbot.waitUntil(lambda: "3 recordings" in said)
    assert "6 selected" in said


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_signs_and_words_have_contrast_on_every_ground_of_a_row(theme: Theme) -> None:
    for ground in (theme.card, theme.hover, theme.selection):
        for _, tone in (*SIGNS.values(), NOTHING_SIGN):
            assert contrast(theme.colour(tone), QColor(ground)) >= 3
        for text in (theme.text, theme.dim):
            assert contrast(QColor(text), QColor(ground)) >= 4.5


def colours(image: QImage) -> set[str]:
    return {
        image.pixelColor(x, y).name()
        for x in range(0, image.width(), 2)
        for y in range(0, image.height(), 2)
    }


def test_selection_and_focus_are_seen_in_both_themes(
    scene: Scene, table: CatalogueTable, qapp: QApplication
) -> None:
    click(scene, table, 2)
    try:
        for scheme, theme in ((Scheme.LIGHT, LIGHT), (Scheme.DARK, DARK)):
            appearance(qapp).choose(AppearanceOptions(scheme))
            qapp.processEvents()
            table.activateWindow()
            scene.qtbot.waitUntil(table.hasFocus)
            rect = table.visualRect(table.model().index(2, 0))
            row = table.viewport().grab().toImage().copy(rect)
            assert {theme.selection, theme.accent} <= colours(row)
            assert table.palette().color(QPalette.ColorRole.Base) == QColor(theme.card)
    finally:
        appearance(qapp).choose(AppearanceOptions())


def test_rows_grow_with_the_text(scene: Scene, table: CatalogueTable, qapp: QApplication) -> None:
    before = table.places.row_height
    try:
        appearance(qapp).choose(AppearanceOptions(text=150))
        qapp.processEvents()
        assert table.places.row_height > before * 1.3
        assert table.verticalScrollBar().maximum() >= 0
    finally:
        appearance(qapp).choose(AppearanceOptions())
    assert table.places.row_height == before


def test_it_is_mirrored_from_right_to_left(scene: Scene, table: CatalogueTable) -> None:
    table.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    scene.settle()
    header, keys = table.horizontalHeader(), scene.window.view_state.model.column_keys
    title, files = (
        header.sectionViewportPosition(keys.index(key)) for key in ("title", CarrierId.FILES)
    )
    assert files < title
    image = table.viewport().grab().toImage()
    side = table.places.header_height
    cover = image.copy(image.width() - side, 0, side, side)
    empty = image.copy(side * 3, 0, side, side)
    assert len(colours(cover)) > len(colours(empty)), "covers are at the right"


def test_covers_come_from_files_and_odd_ones_are_none(scene: Scene) -> None:
    covers = scene.window.catalogue.table._covers
    group = scene.window.view_state.model.at(0)
    assert isinstance(group, CatalogueGroup)
    assert group.release_id is not None
    release = group.release_id
    scene.qtbot.waitUntil(lambda: covers.thumbnail(release) is not None)
    wide = QImage(400, 200, QImage.Format.Format_RGB32)
    wide.fill(QColor("#336699"))
    small = thumbnail(as_png(wide))
    assert small is not None
    assert (small.width(), small.height()) == (PIXELS, PIXELS)
    assert thumbnail(b"no picture") is None
    svg = b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'
    assert thumbnail(svg) is None, "its reader connects signals: it can stop the window"
    long = QImage(MOST_PIXELS + 1, 1, QImage.Format.Format_RGB32)
    assert thumbnail(as_png(long)) is None
    assert thumbnail(as_png(wide)[:60]) is None


def test_without_music_the_page_leads_to_some(both: Scene) -> None:
    both.window.view_state.choose_artist(both.workspace.real.artists.named(SIGNAL).id)
    both.settle()
    page = both.window.catalogue
    assert page.empty_list.title.text() == "No music of Salt & Signal yet"
    assert not page.filters.isVisible()
    assert page.header.sub.text() == ""
    assert page.first_focus() is page.empty_list.folder
    both.window.view_state.choose_artist(None)
    both.settle()
    assert page.filters.isVisible()
    assert page.table.isVisible()


def test_an_own_choice_stands_out_in_the_list(scene: Scene, table: CatalogueTable) -> None:
    chosen = scene.select(0)
    scope = Scope(ScopeKind.RECORDING, chosen)
    scene.workspace.real.consents.set(scope, PRESETS[Preset.OPEN], confirmed=tuple(Use))
    scene.window.view_state.something_changed()
    scene.settle()
    model = scene.window.view_state.model
    assert model.index(0, 0).data(Qt.ItemDataRole.AccessibleTextRole).split(". ")[2] == "Differs"
    row = model.row_of(chosen)
    assert row is not None
    assert "Open" in model.index(row, 0).data(Qt.ItemDataRole.AccessibleTextRole)


def test_the_sorted_column_stays_marked_when_others_come(
    scene: Scene, table: CatalogueTable
) -> None:
    header, model = table.horizontalHeader(), scene.window.view_state.model
    files = model.column_keys.index(CarrierId.FILES)
    table.sortByColumn(files, Qt.SortOrder.AscendingOrder)
    scene.settle()
    artist = scene.workspace.real.artists.all()[0]
    scene.workspace.real.platforms.attest(artist.id, "x", "", "off")
    scene.window.view_state.something_changed()
    scene.settle()
    assert "x" in model.column_keys
    assert header.sortIndicatorSection() == model.column_keys.index(CarrierId.FILES)
    table.sortByColumn(model.column_keys.index("x"), Qt.SortOrder.AscendingOrder)
    scene.settle()
    scene.workspace.real.platforms.withdraw(artist.id, "x")
    scene.window.view_state.something_changed()
    scene.settle()
    assert "x" not in model.column_keys
    assert header.sortIndicatorSection() == -1


def test_a_double_click_on_an_edge_fits_the_head(scene: Scene, table: CatalogueTable) -> None:
    table.show_column("isrc", wanted=True)
    header, column = (
        table.horizontalHeader(),
        scene.window.view_state.model.column_keys.index("isrc"),
    )
    edge = header.sectionViewportPosition(column) + header.sectionSize(column) - 1
    scene.qtbot.mouseDClick(header.viewport(), LEFT, NONE, QPoint(edge, header.height() // 2))
    assert table.columnWidth(column) >= header.sectionSizeHint(column)
    assert table.columns.widths["isrc"] == table.columnWidth(column)
