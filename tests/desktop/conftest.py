"""The real window on a real workspace, with real files and a practice SoundCloud."""

import itertools
import os
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QLocale, QObject
from PySide6.QtGui import QFont, QFontDatabase
from PySide6.QtWidgets import QApplication, QDialog, QMainWindow, QMenu, QWidget
from pytestqt.qtbot import QtBot

from rightsdesk.consent import PRESETS, Preset
from rightsdesk.desktop.accounts.flow import ConnectFlow
from rightsdesk.desktop.accounts.steps import ConnectStep
from rightsdesk.desktop.design.appearance import appearance
from rightsdesk.desktop.pages.settings.page import SettingsPage
from rightsdesk.desktop.parts.theme import em, em_across
from rightsdesk.desktop.shell.main_window import MainWindow
from rightsdesk.desktop.state.garbage import Collector, collect_all
from rightsdesk.desktop.state.tasks import TaskRunner
from rightsdesk.practice import catalogue
from rightsdesk.practice.catalogue import KOVAL
from rightsdesk.practice.soundcloud import PracticeSoundCloud
from rightsdesk.workspace import Workspace
from rightsdesk.workspace.types.scopes import Scope, ScopeKind
from tests.desktop import fonts

PATIENCE = 120_000
"""Milliseconds after which a state will not come any more, however slow the machine is."""
LONG = PATIENCE / 1000
"""The same in seconds, for what a worker waits for."""
CONSTANTS = {"platforms.connectable"}
"""What the workspace knows without looking: the main thread may ask for these."""


COLLECTED_EVERY = 10
"""Windows, after which the cycles of all of them are collected: each takes some megabytes."""
_WINDOWS = itertools.count(1)


class PatientBot(QtBot):
    """Waits for states, and gives up only when they will not come."""

    def waitUntil(self, callback: Callable[[], Any], *, timeout: int = PATIENCE) -> None:
        super().waitUntil(callback, timeout=timeout)

    def waitSignal(self, signal: Any, *, timeout: int = PATIENCE, **more: Any) -> Any:
        return super().waitSignal(signal, timeout=timeout, **more)


@pytest.fixture
def qtbot(qapp: QApplication, request: pytest.FixtureRequest) -> QtBot:
    """pytest-qt's robot, with patience."""
    return PatientBot(request)


@pytest.fixture(scope="session", autouse=True)
def own_font(qapp: QApplication) -> fonts.Shape:
    """The font of all these tests. RIGHTSDESK_TEST_FONT names another one of `fonts.SHAPES`."""
    shape = fonts.SHAPES[os.environ.get("RIGHTSDESK_TEST_FONT", "plain")]
    number = QFontDatabase.addApplicationFontFromData(fonts.build(shape))
    assert QFontDatabase.applicationFontFamilies(number) == [shape.family]
    appearance(qapp).use_font(QFont(shape.family, 9))
    return shape


@pytest.fixture(scope="session", autouse=True)
def collector(qapp: QApplication) -> Iterator[None]:
    """Cycles with Qt objects are collected in the main thread, as in the program."""
    made = Collector(qapp)
    yield
    made.stop()


class Watched:
    """A workspace that notes which thread called what, and can be held up or made to fail.

    Methods are named with the part of the workspace that has them: `jobs.apply`.
    """

    def __init__(self, workspace: Workspace) -> None:
        self.real = workspace
        self.calls: list[tuple[str, int]] = []
        self.instead: dict[str, Callable[..., Any]] = {}

    def __getattr__(self, name: str) -> Any:
        return self._watched(name, getattr(self.real, name))

    def _watched(self, name: str, found: Any) -> Any:
        if type(found).__module__.startswith("rightsdesk.workspace.use_cases."):
            return Part(self, name, found)
        if not callable(found) or name in CONSTANTS:
            return found

        def call(*args: Any, **more: Any) -> Any:
            self.calls.append((name, threading.get_ident()))
            return self.instead.get(name, found)(*args, **more)

        return call

    @property
    def called_on_main_thread(self) -> set[str]:
        main = threading.main_thread().ident
        return {name for name, thread in self.calls if thread == main}


@dataclass(frozen=True)
class Part:
    """A part of a watched workspace."""

    watched: Watched
    name: str
    real: Any

    def __getattr__(self, name: str) -> Any:
        return self.watched._watched(f"{self.name}.{name}", getattr(self.real, name))


@dataclass
class Scene:
    """The window and what a test needs to drive it."""

    qtbot: QtBot
    workspace: Any
    work: TaskRunner
    window: MainWindow
    music: Path
    dialogs: list[str] = field(default_factory=list)

    def resize(self, across: float, down: float) -> None:
        """Make the window so many lines of text wide and high."""
        self.window.resize(em_across(self.window, across), em(self.window, down))

    def settle(self) -> None:
        """Wait until nothing is under way and everything was shown."""
        quiet = 0

        def calm() -> bool:
            nonlocal quiet
            page = self.window.stack.currentWidget()
            built = not isinstance(page, SettingsPage) or page.whole
            quiet = quiet + 1 if built and self.work.idle and not self.window.job.busy else 0
            return quiet > 3

        self.qtbot.waitUntil(calm)

    def dialog(self, name: str) -> Any:
        """The open dialog of that name, as soon as it is there."""

        def shown() -> bool:
            return bool(self._dialogs(name))

        self.qtbot.waitUntil(shown)
        return self._dialogs(name)[0]

    def _dialogs(self, name: str) -> list[QDialog]:
        found = self.window.findChildren(QDialog, name)
        return [dialog for dialog in found if dialog.isVisible()]

    def words(self, key: str = "title") -> list[str]:
        """What a column of the catalogue shows of each recording, once it is all there."""
        model = self.window.view_state.model

        def rows() -> list[int]:
            return [n for n in range(model.rowCount()) if model.id_at(n) is not None]

        def all_there() -> bool:
            missing = [n for n in rows() if model.row_at(n) is None]  # asks for all of them
            return not missing

        self.qtbot.waitUntil(all_there)
        self.settle()
        column = model.column_keys.index(key)
        return [str(model.index(n, column).data()) for n in rows()]

    def select(self, place: int | str) -> int:
        """Select one recording, by its place in the list or by its title; its id."""
        titles = self.words()
        table, model = self.window.catalogue.table, self.window.view_state.model
        chosen = model.listing.grouped.ids[place if isinstance(place, int) else titles.index(place)]
        table.select_recordings([chosen])
        self.settle()
        return chosen


class ShownWindows(QObject):
    """Notes each window that is shown."""

    def __init__(self, app: QApplication) -> None:
        super().__init__(app)
        self.found: list[QWidget] = []

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Show and isinstance(watched, QWidget) and watched.isWindow():
            self.found.append(watched)
        return False


@pytest.fixture
def no_flashes(qapp: QApplication) -> Iterator[None]:
    """No part of a page may become a window for a moment: it takes the keyboard away."""
    windows = ShownWindows(qapp)
    qapp.installEventFilter(windows)
    yield
    qapp.removeEventFilter(windows)
    meant = QDialog, QMenu, QMainWindow
    assert not [type(one).__name__ for one in windows.found if not isinstance(one, meant)]


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    """Numbers and dates are written the same way on every machine."""
    before = QLocale()
    QLocale.setDefault(QLocale(QLocale.Language.English))
    yield
    QLocale.setDefault(before)


@pytest.fixture
def music(tmp_path: Path) -> Path:
    """The sample catalogue: a folder for each artist."""
    catalogue.build(tmp_path / "music")
    return tmp_path / "music"


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Watched]:
    with Workspace.open(tmp_path / "data") as opened:
        yield Watched(opened)


@pytest.fixture
def work(qapp: object) -> Iterator[TaskRunner]:
    """The threads. Afterwards none of them is left."""
    made = TaskRunner()
    yield made
    made.close()
    left = [t.name for t in threading.enumerate() if t.name.startswith("rightsdesk-")]
    assert not left


@pytest.fixture
def open_window(
    qtbot: QtBot, workspace: Watched, work: TaskRunner, music: Path
) -> Iterator[Callable[..., Scene]]:
    """Opens the window on what the workspace holds by then. It takes all its widgets with it."""
    before = set(QApplication.topLevelWidgets())
    windows: list[MainWindow] = []
    faults: list[str] = []

    def open_it(size: tuple[int, int] | None = None, page: str = "catalogue") -> Scene:
        window = MainWindow(workspace, work)  # type: ignore[arg-type]  # it stands in for one
        if size:
            window.resize(*size)
        work.fault.connect(faults.append)
        windows.append(window)
        window.show()
        scene = Scene(qtbot, workspace, work, window, music)
        scene.settle()
        window.go_to(page)
        scene.settle()
        return scene

    yield open_it
    work.close()
    for window in windows:
        window.hide()
        window.deleteLater()
    delete_now()
    if next(_WINDOWS) % COLLECTED_EVERY == 0:  # what was set aside is not looked through again
        collect_all()
    assert not faults
    left = set(QApplication.topLevelWidgets()) - before
    assert not left, "widgets without a parent outlive the window, and keep all of it in memory"


@pytest.fixture
def empty(open_window: Callable[[], Scene]) -> Scene:
    """The window at its first start."""
    return open_window()


@pytest.fixture
def scene(open_window: Callable[[], Scene], workspace: Watched, music: Path) -> Scene:
    """The window with one artist, whose music was looked at, and who said “No AI”."""
    artist = workspace.artists.add(KOVAL)
    workspace.catalogue.scan(artist.id, [str(music / KOVAL)])
    workspace.consents.set(Scope(ScopeKind.ARTIST, artist.id), PRESETS[Preset.NO_AI])
    workspace.calls.clear()
    return open_window()


@pytest.fixture
def practice() -> Iterator[PracticeSoundCloud]:
    with PracticeSoundCloud(catalogue.soundcloud(), redirect_uris=None) as server:
        yield server


def delete_now(owner: QObject | None = None) -> None:
    """Carry out what was left for later."""
    QCoreApplication.sendPostedEvents(owner, QEvent.Type.DeferredDelete.value)


def shows(flow: ConnectFlow, step: ConnectStep) -> bool:
    """Whether a step of connecting is in front. Asked anew each time: clicks move on."""
    return flow.step is step
