"""A bare window, and the appearance of the application, given back afterwards."""

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from rightsdesk.desktop.design.appearance import Appearance, AppearanceOptions, Scheme, appearance

Place = Callable[..., QWidget]


@pytest.fixture
def look(qapp: QApplication) -> Iterator[Appearance]:
    """The appearance, light; System again afterwards."""
    made = appearance(qapp)
    made.choose(AppearanceOptions(Scheme.LIGHT))
    yield made
    made.choose(AppearanceOptions())


@pytest.fixture
def place(qtbot: QtBot, look: Appearance) -> Place:
    """Shows widgets under each other in a window of their own, and returns it."""

    kept: list[QWidget] = []

    def show(*widgets: QWidget) -> QWidget:
        window = QWidget()
        kept.append(window)
        qtbot.addWidget(window)
        column = QVBoxLayout(window)
        for widget in widgets:
            column.addWidget(widget)
        window.show()
        return window

    return show
