"""What a person has to know of a plan as a whole: how far it gets today, and what it left out."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from rightsdesk.desktop.design.cards import Panel
from rightsdesk.desktop.parts.texts import counted, tr
from rightsdesk.desktop.parts.theme import Accent, em
from rightsdesk.desktop.parts.widgets import (
    button,
    heading,
    plain_label,
    scrolled,
    vertical,
    with_icon,
)

LINES = 9
"""So high a box is at most, in lines of text; more scrolls."""


def forecast_box(forecast: Sequence[str]) -> QWidget:
    """How far today's allowance goes, for each platform that counts."""
    title = heading(tr("How much fits today"), factor=1.0)
    return _box("forecast", with_icon("info", Accent.TOLD, title), forecast, Accent.TOLD)


def notes_box(notes: Sequence[str]) -> QWidget:
    """What could not be read: it is not in the list below, whatever it says."""
    title = heading(
        counted(
            "%n account could not be read. The list leaves it out.",
            "%n accounts could not be read. The list leaves them out.",
            len(notes),
        ),
        factor=1.0,
    )
    return _box("notes", with_icon("conflicts", Accent.OPEN, title), notes, Accent.OPEN)


def signed_box(number: int, agree: Callable[[], object]) -> QWidget:
    """Signed files: they are left alone until a person says otherwise."""
    sentence = counted(
        "%n file carries Content Credentials. Any change breaks them, so it is left as it is.",
        "%n files carry Content Credentials. Any change breaks them, so they are left as they are.",
        number,
    )
    title = with_icon("info", Accent.OPEN, plain_label(sentence))
    box = _box("signed", title, (), Accent.OPEN)
    change = counted("&Change it all the same…", "&Change them all the same…", number)
    layout = box.layout()
    assert isinstance(layout, QVBoxLayout)  # as `_box` gave it one
    layout.addWidget(
        button(change, agree, name="even-signed"), alignment=Qt.AlignmentFlag.AlignLeft
    )
    return box


def _box(name: str, title: QWidget, sentences: Sequence[str], colour: Accent) -> QWidget:
    frame = Panel(colour)
    frame.setObjectName(name)
    layout = vertical(spacing=0.3, margin=0.5)
    frame.setLayout(layout)
    layout.addWidget(title)
    for sentence in sentences:
        layout.addWidget(plain_label(sentence))
    if len(sentences) <= LINES // 3:
        return frame
    area = scrolled(frame)
    area.setFixedHeight(em(frame, LINES))
    return area
