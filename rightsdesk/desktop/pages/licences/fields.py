"""The fields of the form: uses, days, and what is rarely filled in."""

from __future__ import annotations

from datetime import date
from zoneinfo import available_timezones

from PySide6.QtCore import QDate, Signal
from PySide6.QtWidgets import QCheckBox, QDateEdit, QFileDialog, QHBoxLayout, QLineEdit, QWidget

from rightsdesk.consent import Use
from rightsdesk.consent.licences.agreement import Certificate, Contract
from rightsdesk.consent.licences.period import Period
from rightsdesk.desktop.design.buttons import Button
from rightsdesk.desktop.design.text import ElidedText
from rightsdesk.desktop.design.tokens import Tone, space
from rightsdesk.desktop.pages.licences.words import UTC_ZONES, zone_name
from rightsdesk.desktop.parts.texts import capital, tr, use_name
from rightsdesk.desktop.parts.widgets import CalmComboBox, Flow

UNKNOWN, CERTIFIED, NOT_CERTIFIED = range(3)


class UsesField(Flow):
    """A box for each use."""

    changed = Signal()

    def __init__(self, uses: frozenset[Use], parent: QWidget) -> None:
        super().__init__(parent, spacing=space(4), between=space(1))
        self.boxes = {use: QCheckBox(capital(use_name(use)).replace("&", "&&")) for use in Use}
        for use, box in self.boxes.items():
            box.setObjectName(f"licence-{use.token}")
            box.setChecked(use in uses)
            box.toggled.connect(lambda _on: self.changed.emit())
        self.show_widgets(list(self.boxes.values()))

    @property
    def uses(self) -> frozenset[Use]:
        """The uses whose box is checked."""
        return frozenset(use for use, box in self.boxes.items() if box.isChecked())


class DayField(QWidget):
    """A box, and a day that counts while it is checked."""

    changed = Signal()

    def __init__(self, words: str, name: str, day: date | None, today: date) -> None:
        super().__init__()
        shown = day or today
        self.box = QCheckBox(words)
        self.box.setObjectName(f"{name}-box")
        self.box.setChecked(day is not None)
        self.day = QDateEdit(QDate(shown.year, shown.month, shown.day))
        self.day.setObjectName(name)
        self.day.setAccessibleName(words.replace("&", ""))
        self.day.setCalendarPopup(True)
        self.day.setEnabled(day is not None)
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(space(2))
        line.addWidget(self.box)
        line.addWidget(self.day)
        self.box.toggled.connect(self.day.setEnabled)
        self.box.toggled.connect(lambda _on: self.changed.emit())
        self.day.dateChanged.connect(lambda _day: self.changed.emit())

    @property
    def value(self) -> date | None:
        """The day; None while the box is not checked."""
        day = self.day.date()
        return date(day.year(), day.month(), day.day()) if self.box.isChecked() else None


class PeriodField(QWidget):
    """The first and the last day, and the time zone whose days they are."""

    changed = Signal()

    def __init__(self, period: Period, today: date) -> None:
        super().__init__()
        end_of_year = today.replace(month=12, day=31)
        self.first = DayField(tr("&From"), "licence-from", period.first, today)
        self.last = DayField(tr("&Until the end of"), "licence-until", period.last, end_of_year)
        self.zone = CalmComboBox()
        self.zone.setObjectName("licence-zone")
        self.zone.setAccessibleName(tr("Time zone of these days"))
        zones = {
            zone for zone in available_timezones() if "/" in zone and not zone.startswith("Etc/")
        }
        zones = {*zones, period.zone} if period.zone in UTC_ZONES else {*zones, period.zone, "UTC"}
        for zone in sorted(zones, key=lambda zone: (zone not in UTC_ZONES, zone_name(zone), zone)):
            area = "" if zone in UTC_ZONES else zone.rpartition("/")[0].replace("_", " ")
            self.zone.addItem(f"{zone_name(zone)} ({area})" if area else zone_name(zone), zone)
        self.zone.setCurrentIndex(self.zone.findData(period.zone))
        flow = Flow(self, spacing=space(4))
        flow.show_widgets([self.first, self.last, self.zone])
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.addWidget(flow)
        for field in (self.first, self.last):
            field.changed.connect(self.changed.emit)
        self.zone.activated.connect(lambda _n: self.changed.emit())

    @property
    def period(self) -> Period:
        """What stands in the fields."""
        return Period(self.first.value, self.last.value, self.zone.currentData())


class DocumentField(QWidget):
    """The contract: chosen as a file, whose digest is kept, and a copy if wanted."""

    changed = Signal()

    def __init__(self, document: Contract | None) -> None:
        super().__init__()
        self.document, self.path = document, ""
        self.name = ElidedText(tone=Tone.DIM)
        self.choose = Button(tr("Choose a file…"), self._choose, name="licence-document")
        self.drop = Button(tr("Remove"), self._drop, name="licence-no-document")
        self.keep = QCheckBox(tr("Keep a copy in RightsDesk's data folder"))
        self.keep.setObjectName("licence-keep")
        self.keep.setChecked(bool(document and document.kept))
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(space(2))
        line.addWidget(self.choose)
        line.addWidget(self.name, 1)
        line.addWidget(self.drop)
        line.addWidget(self.keep)
        self._show()

    def _choose(self) -> None:
        dialog = QFileDialog(self, tr("The contract"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(self.take)
        dialog.open()

    def take(self, path: str) -> None:
        """Take a file; it is read when the licence is stored."""
        self.path = path
        self._show()
        self.changed.emit()

    def _drop(self) -> None:
        self.path, self.document = "", None
        self._show()
        self.changed.emit()

    def _show(self) -> None:
        held = self.document.name if self.document else ""
        name = self.path.replace("\\", "/").rpartition("/")[2] or held
        self.name.show_text(name or tr("none"))
        self.drop.setVisible(bool(name))
        self.keep.setVisible(bool(self.path))


class CertificateField(QWidget):
    """Whether Fairly Trained has certified the partner, and who says so."""

    changed = Signal()

    def __init__(self, certificate: Certificate | None, today: date) -> None:
        super().__init__()
        self._before, self._today = certificate, today
        self.kind = CalmComboBox()
        self.kind.setObjectName("licence-certified")
        self.kind.setAccessibleName(tr("Certified by Fairly Trained"))
        self.kind.addItems([tr("Not known"), tr("Certified"), tr("Not certified")])
        self.source = QLineEdit(certificate.source if certificate else "")
        self.source.setObjectName("licence-source")
        self.source.setPlaceholderText(tr("who says so"))
        self.source.setAccessibleName(tr("Who says so"))
        if certificate is not None:
            self.kind.setCurrentIndex(CERTIFIED if certificate.certified else NOT_CERTIFIED)
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(space(2))
        line.addWidget(self.kind)
        line.addWidget(self.source, 1)
        self.kind.activated.connect(lambda _n: self._edited())
        self.source.textEdited.connect(lambda _t: self.changed.emit())
        self._edited()

    def _edited(self) -> None:
        self.source.setEnabled(self.kind.currentIndex() != UNKNOWN)
        self.changed.emit()

    @property
    def certificate(self) -> Certificate | None:
        """What stands in the fields; one that was not edited keeps its day."""
        kind, source = self.kind.currentIndex(), self.source.text().strip()
        if kind == UNKNOWN:
            return None
        before = self._before
        certified = kind == CERTIFIED
        if before and (before.certified, before.source) == (certified, source):
            return before
        return Certificate(certified, source, self._today)
