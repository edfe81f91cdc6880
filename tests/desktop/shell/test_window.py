"""The window as a whole: it can be drawn anywhere, fits small screens, and ends cleanly."""

from collections.abc import Callable
from pathlib import Path
from threading import Event

import pytest
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QColor, QImage, QPalette
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QHeaderView,
    QLabel,
    QLineEdit,
    QListView,
    QMenuBar,
    QPlainTextEdit,
    QTabBar,
    QTableView,
    QToolBar,
    QWidget,
)
from pytestqt.qtbot import QtBot

from rightsdesk.changes.recover import Recovery
from rightsdesk.desktop.design.tokens import DARK, palette_of
from rightsdesk.desktop.pages.places import PagePlace
from rightsdesk.desktop.parts.texts import breakable
from rightsdesk.desktop.parts.theme import Accent, accent, em, em_across, mixed
from rightsdesk.desktop.shell.picture import save_picture
from rightsdesk.desktop.state.status_bar import ElidedLabel
from rightsdesk.practice.catalogue import SIGNAL
from rightsdesk.workspace.types.scopes import Filter
from tests.desktop.conftest import Scene, Watched


def test_a_picture_without_a_screen(scene: Scene, tmp_path: Path) -> None:
    for name, dark, scale in (("light", False, 1.0), ("dark", True, 2.0)):
        path = tmp_path / f"{name}.png"
        save_picture(scene.workspace, path, dark=dark, size=(900, 600), scale=scale)
        image = QImage(str(path))
        assert (image.width(), image.height()) == (900 * scale, 600 * scale)
        assert (image.pixelColor(5, image.height() - 5).lightness() < 128) is dark


class LayoutRequests(QObject):
    """Counts what asks for a layout."""

    number = 0

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        self.number += event.type() is QEvent.Type.LayoutRequest
        return False


@pytest.mark.parametrize("place", list(PagePlace))
def test_a_page_at_rest_is_not_laid_out_again_and_again(
    scene: Scene, qapp: QApplication, place: PagePlace
) -> None:
    scene.window.go_to(place.key)
    scene.settle()
    requests = LayoutRequests()
    qapp.installEventFilter(requests)
    for _ in range(20):  # each turn would answer the request of the turn before
        QApplication.processEvents()
    qapp.removeEventFilter(requests)
    assert requests.number < 20


@pytest.mark.parametrize("size", [(640, 400), (900, 600), (1280, 800)])
def test_the_window_is_as_small_as_it_was_asked_to_be(
    open_window: Callable[..., Scene], workspace: Watched, music: Path, size: tuple[int, int]
) -> None:
    """In pixels, as screens have them, and in any font."""
    for name in ("Mira Koval", SIGNAL):
        workspace.catalogue.scan(workspace.artists.add(name).id, [str(music / name)])
    scene = open_window(size)
    assert (scene.window.width(), scene.window.height()) == size
    scene.resize(100, 57)
    scene.settle()
    scene.window.resize(*size)
    scene.settle()
    assert (scene.window.width(), scene.window.height()) == size


def luminance(colour: QColor) -> float:
    """Relative luminance, as WCAG 2.2 defines it."""

    def linear(part: float) -> float:
        return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4

    red, green, blue = (linear(c) for c in (colour.redF(), colour.greenF(), colour.blueF()))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: QColor, other: QColor) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("which", list(Accent))
def test_every_accent_reads_well(qapp: QApplication, which: Accent, dark: bool) -> None:
    palette = palette_of(DARK) if dark else qapp.style().standardPalette()
    for ground in (QPalette.ColorRole.Base, QPalette.ColorRole.Window):
        assert contrast(accent(palette, which), palette.color(ground)) >= 4.5
    base, text = palette.color(QPalette.ColorRole.Base), palette.color(QPalette.ColorRole.Text)
    assert contrast(mixed(base, text, 0.62), base) >= 4.5, "what fades still reads"


def test_a_small_window_shrinks_the_side_bar_and_keeps_all_that_is_in_it(
    open_window: Callable[[], Scene], workspace: Watched
) -> None:
    workspace.artists.add("Mira Koval")
    workspace.artists.add(SIGNAL)
    scene = open_window()
    bar = scene.window.side_bar
    wide = bar.width()
    scene.resize(60, 40)
    width = scene.window.width()
    assert bar.narrow
    assert bar.width() < wide / 2
    assert scene.window.width() == width == em_across(scene.window, 60), (
        "nothing makes it wider than asked"
    )
    scene.qtbot.mouseClick(bar.switcher, Qt.MouseButton.LeftButton)
    scene.qtbot.waitUntil(bar.menu.isVisible)
    assert bar.menu.list.width() > 100
    bar.menu.list.setCurrentIndex(bar.menu.list.model().index(2, 0))
    scene.qtbot.keyClick(bar.menu, Qt.Key.Key_Return)
    scene.settle()
    assert not bar.menu.isVisible()
    assert scene.window.view_state.artist is not None
    assert scene.window.view_state.artist.name == SIGNAL
    scene.resize(100, 57)
    assert bar.width() == wide


def test_a_tiny_window_shows_one_thing_at_a_time_and_the_whole_of_it(scene: Scene) -> None:
    """As much as 1280x800 pixels at a scale of 200 % hold in an ordinary font."""
    window, page = scene.window, scene.window.catalogue
    scene.resize(45, 28)
    scene.settle()
    assert (window.width(), window.height()) == (em_across(window, 45), em(window, 28))
    assert page.table.isVisible()
    assert not page.table.horizontalScrollBar().isVisible()
    header = page.table.horizontalHeader()
    last = header.logicalIndex(header.count() - 1 - header.hiddenSectionCount())
    assert header.sectionViewportPosition(last) + header.sectionSize(last) <= header.width()
    scene.select(2)
    scene.qtbot.keyClick(page.table, Qt.Key.Key_F4)
    scene.settle()
    assert page.side.isVisible()
    assert not page.table.isVisible(), "there is room for one"
    assert page.side.width() > page.width() - em_across(window, 3)
    page.details.setFocus()
    scene.qtbot.keyClick(page.side, Qt.Key.Key_Escape)
    assert page.table.isVisible()
    assert page.table.selected_count == 1
    scene.qtbot.keyClick(page.table, Qt.Key.Key_F4)
    scene.resize(62, 40)
    scene.settle()
    assert page.table.isVisible()
    assert page.side.isVisible()


def test_choosing_an_artist_narrows_the_matrix(
    open_window: Callable[[], Scene], workspace: Watched, music: Path
) -> None:
    for name in ("Mira Koval", SIGNAL):
        workspace.catalogue.scan(workspace.artists.add(name).id, [str(music / name)])
    scene = open_window()
    assert set(scene.window.view_state.model.listing.grouped.ids) == set(
        workspace.catalogue.recordings(Filter())
    )
    menu = scene.window.side_bar.menu
    scene.qtbot.mouseClick(scene.window.side_bar.switcher, Qt.MouseButton.LeftButton)
    scene.qtbot.waitUntil(menu.isVisible)
    scene.qtbot.mouseClick(
        menu.list.viewport(),
        Qt.MouseButton.LeftButton,
        pos=menu.list.visualRect(menu.list.model().index(2, 0)).center(),
    )
    scene.settle()
    assert scene.window.side_bar.switcher.name == SIGNAL
    assert scene.window.view_state.model.rowCount() == 5 + 2
    assert not workspace.called_on_main_thread - {
        "artists.add",
        "catalogue.scan",
        "catalogue.recordings",
    }


def test_every_button_has_a_name_for_those_who_listen(scene: Scene) -> None:
    nameless = [
        button.objectName() or type(button).__name__
        for button in scene.window.findChildren(QAbstractButton)
        if button.isVisible()
        and not (button.text() or button.accessibleName() or button.toolTip())
        and not button.objectName().startswith("qt_")
        and type(button).__name__ not in ("QToolButton", "QAbstractButton")
    ]
    assert nameless == []


def test_everything_is_reached_by_tab_and_has_a_name(scene: Scene) -> None:
    window = scene.window
    window.catalogue.consent.expander.toggle.setChecked(True)
    window.catalogue.consent.details_expander.toggle.setChecked(True)
    labelled = [label.buddy() for label in window.findChildren(QLabel)]
    controls = (QAbstractButton, QLineEdit, QComboBox, QPlainTextEdit, QTableView, QListView)
    inner = (QToolBar, QTabBar, QMenuBar, QLineEdit, QComboBox, QTableView, QHeaderView)
    window.catalogue.open_details()
    for tab in (window.catalogue.consent, window.catalogue.details):
        window.catalogue.side.setCurrentWidget(tab)
        scene.settle()
        for control in window.findChildren(QWidget):
            if not isinstance(control, controls) or not control.isVisible():
                continue
            if isinstance(control.parentWidget(), inner):
                continue  # a part of another control, or in the menus too
            text = control.text() if isinstance(control, QAbstractButton) else ""
            named = control.accessibleName() or text or control in labelled
            assert named, control
            assert control.focusPolicy() & Qt.FocusPolicy.TabFocus, control


def test_enter_opens_what_is_said_about_a_track(scene: Scene) -> None:
    page = scene.window.catalogue
    assert not page.side.isVisible()
    page.table.setFocus()
    scene.qtbot.keyClick(page.table, Qt.Key.Key_Down)
    scene.qtbot.keyClick(page.table, Qt.Key.Key_Return)
    scene.settle()
    assert page.details.isVisible()
    assert page.details.view is not None
    assert page.details.view.row.title == "Lantern (Harbour Version)"


@pytest.mark.parametrize("key", [Qt.Key.Key_E, Qt.Key.Key_K, Qt.Key.Key_J])
def test_keys_of_the_menus_work_while_something_is_typed(scene: Scene, key: Qt.Key) -> None:
    field = scene.window.catalogue.filters.field
    field.setText("ferry")
    field.setFocus()
    scene.settle()
    scene.qtbot.keyClick(field, key, Qt.KeyboardModifier.ControlModifier)
    scene.settle()
    if key == Qt.Key.Key_E:
        opened = scene.dialog("export")
    elif key == Qt.Key.Key_K:
        opened = scene.window.findChild(QWidget, "palette")
    else:
        opened = scene.window.activity
    assert opened.isVisible()
    assert field.text() == "ferry"


def test_an_empty_list_says_why_and_what_to_do(scene: Scene) -> None:
    window = scene.window
    window.catalogue.filters.field.setText("nothing is called so")
    scene.qtbot.waitUntil(window.catalogue.empty_list.isVisible)
    assert window.catalogue.empty_list.title.text() == "No track with “nothing is called so”"
    assert not window.catalogue.empty_list.folder.isVisible()
    window.catalogue.empty_list.clear.click()
    scene.qtbot.waitUntil(window.catalogue.table.isVisible)
    scene.workspace.artists.add("Somebody new")
    window.view_state.reload()
    scene.settle()
    window.view_state.choose_artist(scene.workspace.artists.named("Somebody new").id)
    scene.qtbot.waitUntil(window.catalogue.empty_list.isVisible)
    assert window.catalogue.empty_list.title.text() == "No music of Somebody new yet"
    assert window.catalogue.empty_list.folder.isVisible()
    assert not window.catalogue.empty_list.clear.isVisible()


def test_what_is_cut_short_is_told_in_full(qtbot: QtBot) -> None:
    name = "Some <b>very</b> long name of an orchestra"
    label = ElidedLabel(mode=Qt.TextElideMode.ElideRight)
    qtbot.addWidget(label)
    letter = label.fontMetrics().horizontalAdvance("m")
    label.resize(letter * 8, label.fontMetrics().height())
    label.show_text(name)
    assert label.text().endswith("…")
    assert label.toolTip() == "Some <\u200bb>very<\u200b/b> long name of an orchestra"
    assert label.accessibleName() == name
    label.resize(letter * 80, label.fontMetrics().height())
    label.show_text(name)
    assert label.text() == name
    assert label.toolTip() == ""
    long = breakable("01_a_name-without.any" + "x" * 30)
    assert max(len(part) for part in long.split("\u200b")) <= 21
    assert long.replace("\u200b", "") == "01_a_name-without.any" + "x" * 30


def test_recovery_is_told_at_the_start_with_the_way_on(
    open_window: Callable[[], Scene], workspace: Watched, scene: Scene
) -> None:
    stop = Event()
    stop.set()
    workspace.real.jobs.apply(workspace.real.jobs.plan_tag(Filter()), cancel=stop)
    [job] = workspace.real.jobs.all()
    assert job.open_changes
    workspace.real.recovery = Recovery("It was interrupted.", job.id, "Nothing is damaged.")
    again = open_window()
    notice = again.window.notice
    told = "Stopped at 0 of 9: No AI on 9 files. Nothing is damaged."
    assert notice.text.text() == told
    assert notice.isVisible()
    [go_on] = notice.buttons
    assert go_on.text() == "Continue"
    assert isinstance(go_on, QAbstractButton)
    go_on.click()
    assert again.dialog("review").plan.resumes == job.id


def test_a_bug_opens_the_dialog_that_owns_up(scene: Scene) -> None:
    scene.window.show_fault("Traceback: ValueError")
    fault = scene.dialog("fault")
    assert "ValueError" in fault.text.toPlainText()
    fault.accept()


def has_buddy(label: QLabel) -> bool:
    buddy: QWidget | None = label.buddy()  # Qt's stubs leave None out
    return buddy is not None


def test_no_two_things_answer_to_the_same_key(scene: Scene) -> None:
    keys: dict[str, list[str]] = {}
    menus = [action.text() for action in scene.window.menuBar().actions()]
    buttons = [b.text() for b in scene.window.findChildren(QAbstractButton) if b.isVisible()]
    named = [x for x in scene.window.findChildren(QLabel) if has_buddy(x) and x.isVisible()]
    labels = [label.text() for label in named]
    scene.window.catalogue.open_details()
    side = scene.window.catalogue.side
    tabs = [side.tabText(n) for n in range(side.count())]
    for text in {*menus, *buttons, *labels, *tabs}:
        at = text.replace("&&", "").find("&")
        if at >= 0:
            keys.setdefault(text[at + 1].lower(), []).append(text)
    assert {key: texts for key, texts in keys.items() if len(texts) > 1} == {}
