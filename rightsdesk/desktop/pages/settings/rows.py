"""What the Settings page is built from: sections, and rows with a line of help."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from rightsdesk.desktop.design.buttons import Button
from rightsdesk.desktop.design.cards import Card, Hairline
from rightsdesk.desktop.design.text import Text
from rightsdesk.desktop.design.tokens import Size, Tone, space
from rightsdesk.desktop.pages.settings.titles import titles
from rightsdesk.desktop.parts.texts import tr
from rightsdesk.folding import unaccented

ACROSS, DOWN = QBoxLayout.Direction.LeftToRight, QBoxLayout.Direction.TopToBottom
GAP = 6
"""Between a setting and what sets it, in steps of the grid."""
LEAST_LETTERS = 24
"""How many letters of its name and help a line has room for beside what sets it."""


class SettingRow(QWidget):
    """A setting: its name, a line of help, and at the end what sets it.

    That is below it if it is `wide`, or where a line has no room for both.
    """

    def __init__(self, title: str, help_line: str, control: QWidget, *, wide: bool = False) -> None:
        super().__init__()
        self.title, self.control = title, control
        self._words = f"{title} {help_line}"
        words = QVBoxLayout()
        words.setSpacing(space(0.5))
        words.addWidget(Text(title))
        self.help = Text(help_line, size=Size.SMALL, tone=Tone.DIM, wrap=True)
        words.addWidget(self.help)
        self._wide = wide
        self._line = QBoxLayout(DOWN if wide else ACROSS, self)
        self._line.setContentsMargins(0, space(1), 0, space(1))
        self._line.setSpacing(space(2) if wide else space(GAP))
        self._line.addLayout(words, 1)
        self.help.setVisible(bool(help_line))  # it has a parent now: else it would be a window
        self._line.addWidget(control, 0, Qt.AlignmentFlag.AlignVCenter)
        if wide:
            self._line.setAlignment(control, Qt.AlignmentFlag(0))
        if not control.accessibleName():
            control.setAccessibleName(title)
        if not control.accessibleDescription():
            control.setAccessibleDescription(help_line)

    def minimumSizeHint(self) -> QSize:
        """As narrow as it is with one below the other."""
        hint = super().minimumSizeHint()
        if self._wide:
            return hint
        title = self.fontMetrics().averageCharWidth() * LEAST_LETTERS
        return QSize(max(title, self.control.minimumSizeHint().width()), hint.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._wide:
            return
        words = self.fontMetrics().averageCharWidth() * LEAST_LETTERS
        fits = words + space(GAP) + self.control.sizeHint().width() <= event.size().width()
        direction = ACROSS if fits else DOWN
        if direction is not self._line.direction():
            self._line.setDirection(direction)
            self._line.setSpacing(space(GAP) if fits else space(2))
            beside, below = Qt.AlignmentFlag.AlignVCenter, Qt.AlignmentFlag.AlignLeft
            self._line.setAlignment(self.control, beside if fits else below)

    def show_help(self, words: str) -> None:
        """Replace the line of help."""
        self.help.setText(words)
        self.help.setVisible(bool(words))
        self._words = f"{self.title} {words}"

    def matches(self, words: Sequence[str]) -> bool:
        """Whether all of these folded words are in its name or help."""
        hay = unaccented(self._words)
        return all(word in hay for word in words)


class SettingsSection(Card):
    """A card of rows. `key` names it for the palette; `titles` has its name and its rows'."""

    def __init__(self, key: str) -> None:
        name, *rows = titles()[key]
        super().__init__(name)
        self.key, self.name = key, name
        self._titles = iter(rows)
        self.rows: list[SettingRow] = []
        self._lines: list[Hairline] = []
        self.body.setSpacing(space(1.5))

    def refresh(self) -> None:
        """Show what is set now. Never waits: what is stored is read in a worker."""

    def add(self, help_line: str, control: QWidget, *, wide: bool = False) -> SettingRow:
        """Add the next row below the others."""
        row = SettingRow(next(self._titles), help_line, control, wide=wide)
        line = Hairline()
        self.body.addWidget(line)
        line.setVisible(bool(self.rows))
        self.rows.append(row)
        self._lines.append(line)
        self.body.addWidget(row)
        return row

    def narrow(self, words: Sequence[str]) -> bool:
        """Show the rows that match, or all if the section's own name does; whether any is left."""
        whole = all(word in unaccented(self.name) for word in words)
        first = True
        for row, line in zip(self.rows, self._lines, strict=True):
            on = whole or row.matches(words)
            row.setVisible(on)
            line.setVisible(on and not first)
            first = first and not on
        self.setVisible(not first)
        return not first


class AddressLine(QWidget):
    """A field for a web address with a button that keeps it; Enter does so, too."""

    def __init__(self, keep: Callable[[], None], *, field: str, button: str, spoken: str) -> None:
        """`field` and `button` are for tests and style, `spoken` for screen readers."""
        super().__init__()
        self.field = QLineEdit()
        self.field.setObjectName(field)
        self.field.setAccessibleName(spoken)
        self.field.setPlaceholderText("https://")
        self.field.returnPressed.connect(keep)
        self.keep = Button(tr("Save"), keep, name=button)
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(space(2))
        line.addWidget(self.field, 1)
        line.addWidget(self.keep)
