"""What a screen reader and a keyboard find on every page, measured from the live window."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QAccessible, QAccessibleInterface, QImage
from PySide6.QtWidgets import (
    QAbstractScrollArea,
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QScrollBar,
    QWidget,
)

from rightsdesk.consent import PRESETS, Preset
from rightsdesk.desktop.design import banner
from rightsdesk.desktop.shell.picture import grab
from rightsdesk.practice import catalogue
from rightsdesk.practice.catalogue import KOVAL
from rightsdesk.workspace.types.scopes import Scope, ScopeKind
from tests.desktop.conftest import Scene, Watched

PAGES = ("home", "catalogue", "platforms", "activity", "problems", "evidence", "settings")
TAB = Qt.Key.Key_Tab
ROLE = QAccessible.Role
SPOKEN = frozenset(
    (
        *(ROLE.Button, ROLE.CheckBox, ROLE.RadioButton, ROLE.ComboBox, ROLE.EditableText),
        *(ROLE.List, ROLE.Table, ROLE.Tree, ROLE.Slider, ROLE.SpinBox, ROLE.PageTab, ROLE.Link),
    )
)
"""What a person acts on: each needs a name."""
FOCUS_EDGE = 4
"""A ring may be painted so many pixels around the widget that has the focus."""


@pytest.fixture(params=["one artist", "all artists", "first start"])
def window(
    request: pytest.FixtureRequest,
    open_window: Callable[..., Scene],
    workspace: Watched,
    music: object,
) -> Scene:
    """The window with one artist, with several in view, and before there is any."""
    real = workspace.real
    names = {"one artist": [KOVAL], "all artists": catalogue.artists(), "first start": []}
    for name in names[request.param]:
        artist = real.artists.add(name)
        real.catalogue.scan(artist.id, [f"{music}/{name}"])
        real.consents.set(Scope(ScopeKind.ARTIST, artist.id), PRESETS[Preset.NO_AI])
    return open_window(page="home")


def interfaces(root: QAccessibleInterface) -> Iterator[QAccessibleInterface]:
    """All that is shown below an interface. Rows of tables are left to the tables' own tests."""
    for number in range(root.childCount()):
        child = root.child(number)
        if not child.isValid() or child.state().invisible:
            continue
        yield child
        if child.role() not in (ROLE.Table, ROLE.Tree, ROLE.List):
            yield from interfaces(child)


def of(widget: QWidget) -> QAccessibleInterface:
    found = QAccessible.queryAccessibleInterface(widget)
    assert found is not None
    return found


def pages(scene: Scene) -> Iterator[str]:
    """Every page in turn, at rest; of the first start only that."""
    if scene.window.whole.currentWidget() is scene.window.start:
        yield "start"
        return
    for key in PAGES:
        scene.window.go_to(key)
        scene.settle()
        yield key


def front(scene: Scene) -> QWidget:
    window = scene.window
    started = window.whole.currentWidget() is not window.start
    return window.page if started else window.start


def focusable(root: QWidget) -> list[QWidget]:
    """What can be reached by Tab, as it is now."""
    found = [
        each
        for each in root.findChildren(QWidget)
        if each.isVisibleTo(root)
        and each.isEnabledTo(root)
        and each.focusPolicy() & Qt.FocusPolicy.TabFocus
        and each.focusProxy() is None
        and not isinstance(each, QScrollBar)
    ]
    # Of radio buttons that belong together one is a stop; an empty scroll area is none.
    return [each for each in found if each.width() > 1 and each.height() > 1]


def walk(
    scene: Scene, root: QWidget, moved: Callable[[QWidget, QWidget], None] = lambda _b, _a: None
) -> list[QWidget]:
    """The stops of Tab below a widget, in order, from where Tab comes to it.

    `moved` is called after each step between two of them: later the page may have scrolled.
    """
    switcher = scene.window.side_bar.switcher
    start = switcher if switcher.isVisible() else next(iter(focusable(root)), None)
    if start is None:
        return []
    scene.window.activateWindow()
    scene.qtbot.waitUntil(scene.window.isActiveWindow)
    start.setFocus(Qt.FocusReason.TabFocusReason)
    stops: list[QWidget] = []
    for _ in range(200):
        now = scene.window.focusWidget()
        if now in stops:
            break
        if stops and root.isAncestorOf(stops[-1]) and root.isAncestorOf(now):
            moved(stops[-1], now)
        stops.append(now)
        scene.qtbot.keyClick(now, TAB)
    return [stop for stop in stops if root.isAncestorOf(stop)]


def named(widget: QWidget) -> str:
    return (
        f"{type(widget).__name__} “{widget.objectName() or of(widget).text(QAccessible.Text.Name)}”"
    )


def test_everything_that_can_be_used_has_a_name_without_mark_up(window: Scene) -> None:
    wrong: list[str] = []
    for key in pages(window):
        for one in interfaces(of(window.window)):
            name = one.text(QAccessible.Text.Name)
            told = one.text(QAccessible.Text.Description)
            if one.role() in SPOKEN and not name.strip():
                where = f"{type(one.object()).__name__} {one.object().objectName()}"
                wrong.append(f"{key}: {where} ({one.role().name}) has no name")
            if any(mark in name + told for mark in ("<qt", "<b>", "<br", "</", "&nbsp;", "&amp;")):
                wrong.append(f"{key}: mark-up in {name!r} / {told!r}")
    assert not wrong, "\n".join(dict.fromkeys(wrong))


def test_tab_reaches_everything_in_the_order_of_reading(window: Scene) -> None:
    wrong: list[str] = []
    for key in pages(window):
        root = front(window)

        def moved(before: QWidget, after: QWidget, key: str = key, root: QWidget = root) -> None:
            first, second = place(before, root), place(after, root)
            if second.bottom() < first.top() and second.left() <= first.right():
                wrong.append(f"{key}: from {named(before)} back up to {named(after)}")

        walk(window, root, moved)
    assert not wrong, "\n".join(dict.fromkeys(wrong))


def place(widget: QWidget, root: QWidget) -> QRect:
    return QRect(widget.mapTo(root, QPoint()), widget.size())


def test_the_focus_is_seen_wherever_it_is(window: Scene) -> None:
    """The pixels in and around a widget differ when Tab brings the keyboard there."""
    wrong: list[str] = []
    for key in pages(window):
        root = front(window)
        for stop in walk(window, root):
            other = window.window.side_bar.switcher
            if root is window.window.start:
                other = window.window.menuBar()  # type: ignore[assignment]  # any other widget
            stop.setFocus(Qt.FocusReason.TabFocusReason)
            assert stop.hasFocus()
            show_in_area(stop)
            # As a real Tab leaves it: a ring is for those who use the keyboard.
            window.window.setAttribute(Qt.WidgetAttribute.WA_KeyboardFocusChange)
            with_focus = around(window, stop)
            other.setFocus(Qt.FocusReason.TabFocusReason)
            if around(window, stop) == with_focus:
                wrong.append(f"{key}: {named(stop)}")
    assert not wrong, "\n".join(dict.fromkeys(wrong))


def show_in_area(widget: QWidget) -> None:
    """Scroll to a widget, as Tab does."""
    above = widget.parentWidget()
    while above is not None:
        if isinstance(above, QScrollArea):
            above.ensureWidgetVisible(widget)
        above = above.parentWidget()


def around(scene: Scene, widget: QWidget) -> QImage:
    QApplication.processEvents()
    rect = QRect(widget.mapTo(scene.window, QPoint()), widget.size())
    rect = rect.adjusted(-FOCUS_EDGE, -FOCUS_EDGE, FOCUS_EDGE, FOCUS_EDGE)
    return scene.window.grab(rect).toImage()  # only this part: pages can have many stops


def test_a_small_window_shows_everything_that_it_has_to(window: Scene) -> None:
    """At 640×400 nothing scrolls sideways, and the button that matters is in sight."""
    scene = window
    scene.window.resize(640, 400)
    wrong: list[str] = []
    for key in pages(scene):
        root = front(scene)
        QApplication.processEvents()
        for area in root.findChildren(QAbstractScrollArea):
            bar = area.horizontalScrollBar()
            if area.isVisibleTo(root) and bar.isVisible() and bar.maximum() > 0:
                wrong.append(f"{key}: {named(area)} scrolls sideways by {bar.maximum()}")
        header = getattr(root, "header", None)
        if header is not None and header.primary.isVisible():
            right = header.primary.mapTo(scene.window, header.primary.rect().bottomRight())
            if not scene.window.rect().contains(right):
                wrong.append(f"{key}: {header.primary.text()!r} is cut off")
    assert scene.window.width() == 640
    assert scene.window.height() == 400
    assert not wrong, "\n".join(dict.fromkeys(wrong))


@pytest.mark.parametrize("size", [(1280, 800), (900, 600)])
def test_nothing_is_squeezed(window: Scene, size: tuple[int, int]) -> None:
    """Fields, buttons and texts have the height that they ask for at their width."""
    scene = window
    scene.window.resize(*size)
    wrong: list[str] = []
    for key in pages(scene):
        root = front(scene)
        QApplication.processEvents()
        for each in root.findChildren(QWidget):
            if not each.isVisibleTo(root) or each.width() < 2:
                continue
            if isinstance(each, QLabel) and each.wordWrap() and each.text():
                wanted = each.heightForWidth(each.width())
            elif isinstance(each, QLineEdit | QPushButton | QComboBox):
                wanted = each.sizeHint().height()
            else:
                continue
            if each.height() < wanted:
                wrong.append(f"{key}: {named(each)} is {each.height()} high, not {wanted}")
    assert not wrong, "\n".join(dict.fromkeys(wrong))


def test_the_window_is_mirrored_where_text_runs_from_right_to_left(
    window: Scene, qapp: QApplication
) -> None:
    scene = window
    qapp.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    try:
        for key in pages(scene):
            QApplication.processEvents()
            grab(scene.window)
            if key == "start":
                continue
            bar, page = scene.window.side_bar, scene.window.page
            assert bar.mapTo(scene.window, QPoint()).x() > page.mapTo(scene.window, QPoint()).x()
    finally:
        qapp.setLayoutDirection(Qt.LayoutDirection.LeftToRight)


def test_results_are_announced(window: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the bar at the bottom says is said aloud, too, without the focus going there."""
    said: list[str] = []
    monkeypatch.setattr(banner, "announce", lambda _widget, text: said.append(text))
    window.window.notice.tell("Done: 6 files.")
    assert said == ["Done: 6 files."]


def test_a_button_that_can_t_be_pressed_says_why(window: Scene) -> None:
    for page in pages(window):
        mute = [
            named(each)
            for each in front(window).findChildren(QPushButton)
            if each.isVisible() and not each.isEnabled() and not each.accessibleDescription()
        ]
        assert not mute, page
