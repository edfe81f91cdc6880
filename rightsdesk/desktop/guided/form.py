"""Where a person notes what they set on a platform: what, and if they like when and why."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from PySide6.QtCore import QDate, Signal
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QDateEdit,
    QFormLayout,
    QHBoxLayout,
    QLineEdit,
    QRadioButton,
    QWidget,
)

from rightsdesk.desktop.parts.texts import plain_mnemonic, tr
from rightsdesk.desktop.parts.widgets import (
    Expander,
    button,
    dim_label,
    plain_label,
    primary,
    vertical,
)
from rightsdesk.resources.facts import By
from rightsdesk.workspace.types import ControlView

LOOK_AGAIN_DAYS = 180


@dataclass(frozen=True, slots=True)
class Said:
    """What a person says is set. `on` is None for today, `remind_on` for the usual half year."""

    control: str
    value: str
    note: str = ""
    on: datetime.date | None = None
    remind_on: datetime.date | None = None


class DayEdit(QDateEdit):
    """A day with a calendar, which the mouse wheel scrolls past."""

    def __init__(self, day: QDate, parent: QWidget | None = None) -> None:
        super().__init__(day, parent)
        self.setCalendarPopup(True)
        self.setDisplayFormat("d MMM yyyy")

    def wheelEvent(self, event: QWheelEvent) -> None:  # Qt's name
        """Leave the wheel to what scrolls around it."""
        event.ignore()


class GuidedForm(QWidget):
    """The values of one switch, and the button. `said` gives what the person notes."""

    said = Signal(object)

    def __init__(self, view: ControlView, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(f"form-{view.control.id}")
        self._view = view
        self._remind_touched = False
        layout = vertical(spacing=0.35)
        self.setLayout(layout)
        layout.addWidget(plain_label(tr("How is it set there now?")))
        self.group = QButtonGroup(self)
        self.values: dict[str, QRadioButton] = {}
        for value in view.control.values:
            fits = value.id == view.fitting
            text = tr("{value} – fits what you want").format(value=value.label)
            radio = QRadioButton(plain_mnemonic(text if fits else value.label))
            radio.setObjectName(f"value-{value.id}")
            self.group.addButton(radio)
            self.values[value.id] = radio
            layout.addWidget(radio)
        today = QDate.currentDate()
        self.day = DayEdit(today)
        self.day.setMaximumDate(today)
        self.remind = DayEdit(today.addDays(LOOK_AGAIN_DAYS))
        self.remind.setMinimumDate(today.addDays(1))
        self.note = QLineEdit()
        self.note.setPlaceholderText(tr("For example: on the label's account"))
        self.note.setMaxLength(500)
        self.day.dateChanged.connect(self._day_changed)
        self.remind.dateChanged.connect(self._remind_changed)
        layout.addWidget(self._more())
        self.note_it = primary(button(tr("&Note what I set"), self._note, name="note-it"))
        self.note_it.setEnabled(False)
        self.group.buttonClicked.connect(lambda _b: self.note_it.setEnabled(True))
        line = QHBoxLayout()
        line.addWidget(self.note_it)
        line.addStretch(1)
        layout.addLayout(line)
        layout.addWidget(dim_label(self._what_it_is()))

    def _what_it_is(self) -> str:
        kept = tr("This keeps what you say, with its date.")
        if self._view.read:
            return f"{kept} {tr('What RightsDesk reads there stands beside it.')}"
        if self._view.control.read_by is By.API:
            return f"{kept} {tr('RightsDesk reads it too, once the account is connected.')}"
        return f"{kept} {tr('RightsDesk cannot read it there.')}"

    def _more(self) -> Expander:
        content = QWidget()
        form = QFormLayout(content)
        form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        form.addRow(tr("I looked on:"), self.day)
        form.addRow(tr("Remind me on:"), self.remind)
        form.addRow(tr("Note:"), self.note)
        self.more = Expander(tr("Another day, a reminder, a note…"), content)
        return self.more

    def choose(self, value: str) -> None:
        """Mark a value, as if the person had."""
        if value in self.values:
            self.values[value].setChecked(True)
            self.note_it.setEnabled(True)

    def _day_changed(self, day: QDate) -> None:
        if not self._remind_touched:
            later = max(day.addDays(LOOK_AGAIN_DAYS), self.remind.minimumDate())
            self.remind.blockSignals(True)
            self.remind.setDate(later)
            self.remind.blockSignals(False)

    def _remind_changed(self, _day: QDate) -> None:
        self._remind_touched = True

    def _note(self) -> None:
        chosen = next((k for k, radio in self.values.items() if radio.isChecked()), "")
        if not chosen:
            return
        day = self.day.date()
        today = day == QDate.currentDate()
        usual = today and not self._remind_touched
        self.said.emit(
            Said(
                control=self._view.control.id,
                value=chosen,
                note=self.note.text().strip(),
                on=None if today else _python(day),
                remind_on=None if usual else _python(self.remind.date()),
            )
        )


def _python(day: QDate) -> datetime.date:
    return datetime.date(day.year(), day.month(), day.day())
