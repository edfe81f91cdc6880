"""What a person says is set on a platform; if they like with another day, a reminder, a note."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from PySide6.QtCore import QDate
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QDateEdit, QFormLayout, QLineEdit, QWidget

from rightsdesk.desktop.parts.texts import tr

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


class NoteFields(QWidget):
    """The day when the person checked, the day of the reminder, and a note."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._remind_touched = False
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
        form = QFormLayout(self)
        form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        form.addRow(tr("I checked on:"), self.day)
        form.addRow(tr("Remind me on:"), self.remind)
        form.addRow(tr("Note:"), self.note)

    def said(self, control: str, value: str) -> Said:
        """What the person says, with what these fields add."""
        day = self.day.date()
        today = day == QDate.currentDate()
        usual = today and not self._remind_touched
        return Said(
            control=control,
            value=value,
            note=self.note.text().strip(),
            on=None if today else _python(day),
            remind_on=None if usual else _python(self.remind.date()),
        )

    def _day_changed(self, day: QDate) -> None:
        if not self._remind_touched:
            later = max(day.addDays(LOOK_AGAIN_DAYS), self.remind.minimumDate())
            self.remind.blockSignals(True)
            self.remind.setDate(later)
            self.remind.blockSignals(False)

    def _remind_changed(self, _day: QDate) -> None:
        self._remind_touched = True


def _python(day: QDate) -> datetime.date:
    return datetime.date(day.year(), day.month(), day.day())
