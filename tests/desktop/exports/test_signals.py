"""The help that says who reads what RightsDesk writes."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton

from rightsdesk.resources.signals import all_signals
from tests.desktop.conftest import Scene


def test_the_help_names_every_signal_and_promises_nothing(scene: Scene) -> None:
    scene.window.actions_.signals.trigger()
    dialog = scene.dialog("signals")
    said = [label.text() for label in dialog.findChildren(QLabel)]
    assert any("not a lock" in text for text in said)
    for signal in all_signals():
        assert signal.name in said
        assert f"Read by: {signal.readers}" in said
    [close] = [one for one in dialog.findChildren(QPushButton) if one.text() == "Close"]
    scene.qtbot.mouseClick(close, Qt.MouseButton.LeftButton)
    assert not dialog.isVisible()
