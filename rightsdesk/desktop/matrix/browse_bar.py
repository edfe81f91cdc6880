"""The line above the matrix: find, what to show, and counters that can be clicked."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QLineEdit, QToolButton, QWidget

from rightsdesk.changes.types import FILES
from rightsdesk.consent import Standing
from rightsdesk.desktop.parts.texts import (
    counter_text,
    plain_tip,
    standing_meaning,
    standing_title,
    tr,
)
from rightsdesk.desktop.parts.theme import STANDING_ACCENTS, Accent, em, icon, standing_icon
from rightsdesk.desktop.parts.widgets import Flow, PlainLabel, plain_label, vertical
from rightsdesk.desktop.state.view_state import NEEDS_ATTENTION, Attention, Counts, ViewState

TYPING_PAUSE_MS = 200
COUNTED = (
    Standing.CONFLICTS,
    Standing.SILENT,
    Standing.UNKNOWN,
    Standing.ATTESTED,
    Standing.TERMS_ONLY,
    Standing.UNCHOSEN,
    Standing.AGREES,
)


class BrowseBar(QWidget):
    """Narrows what the matrix shows."""

    def __init__(self, desk: ViewState, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.field = QLineEdit()
        self.field.setObjectName("find")
        self.field.setPlaceholderText(tr("Find title, release, artist or ISRC (Ctrl+F)"))
        self.field.setAccessibleName(tr("Find"))
        self.field.setClearButtonEnabled(True)
        self.field.addAction(
            icon("search", self, Accent.DIM), QLineEdit.ActionPosition.LeadingPosition
        )
        self._pause = QTimer(self, singleShot=True)
        self._pause.setInterval(TYPING_PAUSE_MS)
        self._pause.timeout.connect(lambda: desk.search(self.field.text()))
        self.field.textChanged.connect(self._pause.start)
        self.show_box = QComboBox()
        self.show_box.setObjectName("show")
        for title, attention in self._choices():
            self.show_box.addItem(title, attention)
        self.show_box.activated.connect(lambda n: desk.attend(self.show_box.itemData(n)))
        show_label = PlainLabel(tr("Sho&w:"))
        show_label.setBuddy(self.show_box)
        line = QHBoxLayout()
        line.addWidget(self.field, 1)
        line.addSpacing(em(self, 0.5))
        line.addWidget(show_label)
        line.addWidget(self.show_box)
        self._counters = Flow(spacing=em(self, 0.25))
        layout = vertical(spacing=0.35)
        self.setLayout(layout)
        layout.addLayout(line)
        layout.addWidget(self._counters)
        self._counts: Counts = {}
        desk.counted.connect(self._show_counts)
        desk.attention_changed.connect(self._show_attention)

    def _choices(self) -> list[tuple[str, Attention]]:
        choices = [
            (tr("Everything"), Attention()),
            (tr("What needs attention"), Attention(NEEDS_ATTENTION)),
        ]
        return choices + [(standing_title(s), Attention((s,))) for s in COUNTED]

    def _show_counts(self, counts: Counts) -> None:
        self._counts = counts
        shown: list[QWidget] = []
        for key, name in self._desk.carriers:
            stands = {s: n for s, n in counts.get(key, {}).items() if n}
            if stands:
                shown.append(self._name(name, first=not shown))
            shown += [
                self._counter(key, name, standing, stands[standing])
                for standing in COUNTED
                if standing in stands
            ]
        self._counters.show_widgets(shown)

    def _name(self, name: str, *, first: bool) -> QLabel:
        label = plain_label(f"{name}:", wrap=False)
        label.setContentsMargins(em(self, 0.1 if first else 1.0), 0, 0, 0)
        label.setMinimumHeight(em(self, 1.7))
        return label

    def _counter(self, carrier: str, name: str, standing: Standing, count: int) -> QToolButton:
        made = QToolButton()
        made.setObjectName(f"count-{carrier}-{standing.value}")
        made.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        made.setIconSize(QSize(em(self), em(self)))
        made.setAutoRaise(True)
        made.setCheckable(True)
        made.setIcon(standing_icon(standing, self))
        made.setText(counter_text(standing, None if carrier in self._desk.for_all else count))
        reached = (FILES, *(key for key, _ in self._desk.workspace.platforms.connectable()))
        if carrier not in reached and standing in NEEDS_ATTENTION:
            # Nobody read it there: the sign and the word say so.
            made.setIcon(icon("attested", self, STANDING_ACCENTS[standing]))
            made.setText(tr("{standing} (told)").format(standing=made.text()))
        made.setToolTip(
            plain_tip(f"{standing_meaning(standing)} {tr('Click to show only these.')}")
        )
        made.setAccessibleName(f"{name}: {made.text()}")
        attention = Attention((standing,), carrier)
        made.setChecked(self._desk.attention == attention)
        made.clicked.connect(lambda on: self._desk.attend(attention if on else Attention()))
        return made

    def _show_attention(self, attention: Attention) -> None:
        index = next(
            (n for n, (_, a) in enumerate(self._choices()) if a == attention),
            self.show_box.findText(standing_title(attention.standings[0]))
            if len(attention.standings) == 1
            else 0,
        )
        self.show_box.setCurrentIndex(index)
        self._show_counts(self._counts)
