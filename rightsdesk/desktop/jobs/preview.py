"""The preview: nothing is changed before a person has seen all of it and said yes."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import (
    QAbstractItemView,
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QHeaderView,
    QPlainTextEdit,
    QPushButton,
    QSplitter,
    QTableView,
    QWidget,
)

from rightsdesk.changes.names import job_name
from rightsdesk.changes.types import NO_CONFIRMATION, JobKind
from rightsdesk.desktop.design.cards import Panel
from rightsdesk.desktop.jobs.preview_model import ChangesModel, Digest, fields_text
from rightsdesk.desktop.jobs.preview_notes import forecast_box, notes_box, signed_box
from rightsdesk.desktop.parts.names_list import NamesList
from rightsdesk.desktop.parts.texts import counted, number_text, tr
from rightsdesk.desktop.parts.theme import Accent, em, em_across
from rightsdesk.desktop.parts.widgets import (
    Expander,
    button,
    dim_label,
    heading,
    plain_label,
    primary,
    scrolled,
    vertical,
    with_icon,
)

NAMED = 12
"""Names of what opens up that stand in the text; more have a list of their own to scroll."""


class PreviewDialog(QDialog):
    """Shows a plan. `agreed` gives the plan and the confirmation that the person gave,
    `even_signed` asks for a plan that spares no file which somebody signed."""

    agreed = Signal(object, object)
    even_signed = Signal()

    def __init__(self, digest: Digest, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("preview")
        plan = digest.plan
        self.plan, self.digest = plan, digest
        self.setWindowTitle(tr("Preview"))
        self.agree: QCheckBox | None = None
        layout = vertical(spacing=0.5, margin=1.0)
        self.setLayout(layout)
        layout.addWidget(heading(headline(digest)))
        layout.addWidget(dim_label(summary(digest)))
        if digest.forecast:
            layout.addWidget(forecast_box(digest.forecast))
        if plan.notes:
            layout.addWidget(notes_box(plan.notes))
        if signed := sum(change.agreeable for change in plan.changes):
            layout.addWidget(signed_box(signed, self._even_signed))
        if digest.widening:
            layout.addWidget(self._widenings())
        self.changes = ChangesModel(digest.changes, digest.names, self, whose=digest.whose)
        self.table = self._table()
        self.fields = QPlainTextEdit()
        self.fields.setReadOnly(True)
        self.fields.setTabChangesFocus(True)
        self.fields.setAccessibleName(tr("Fields of the chosen change"))
        self.fields.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.fields.setPlaceholderText(tr("Choose a line to see it field by field."))
        if plan.changes:
            splitter = QSplitter(Qt.Orientation.Vertical)
            splitter.addWidget(self.table)
            splitter.addWidget(self.fields)
            splitter.setStretchFactor(0, 3)
            splitter.setStretchFactor(1, 1)
            splitter.setChildrenCollapsible(False)
            self.fields.setMinimumHeight(em(self, 3))
            self.table.setMinimumHeight(em(self, 5))
            splitter.setSizes([em(self, 14), em(self, 5)])
            layout.addWidget(splitter, 1)
        if digest.losses:
            layout.addWidget(self._losses(digest.losses))
        layout.addWidget(self._buttons())
        width, height = (
            em_across(self, 56),
            em(self, 36) if plan.changes else self.sizeHint().height(),
        )
        room = self.screen().availableGeometry()
        self.resize(min(width, round(room.width() * 0.94)), min(height, round(room.height() * 0.9)))

    def _table(self) -> QTableView:
        table = QTableView()
        table.setObjectName("changes")
        table.setAccessibleName(tr("Changes"))
        table.setModel(self.changes)
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        table.setShowGrid(False)
        table.setWordWrap(False)
        table.setTabKeyNavigation(False)
        table.verticalHeader().hide()
        table.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        table.verticalHeader().setDefaultSectionSize(em(self, 1.6))
        header = table.horizontalHeader()
        header.setStretchLastSection(True)
        header.setHighlightSections(False)
        widths = (9, 12, 8, 8, 7.5) if self.digest.whose else (14, 11, 9, 8)
        for column, width in enumerate(widths):
            table.setColumnWidth(column, em_across(self, width))
        table.selectionModel().currentRowChanged.connect(
            lambda now, _before: self._show_fields(now.row())
        )
        return table

    def _show_fields(self, place: int) -> None:
        self.fields.setPlainText(fields_text(self.changes.changes[place]) if place >= 0 else "")

    def _widenings(self) -> QWidget:
        frame = Panel(Accent.BAD)
        frame.setObjectName("widenings")
        layout = vertical(spacing=0.4, margin=0.6)
        frame.setLayout(layout)
        title = self._widening_title()
        layout.addWidget(with_icon("conflicts", Accent.BAD, heading(title, factor=1.0)))
        for uses, names in self.digest.opens_up:
            opened = f"•  {uses[:1].upper()}{uses[1:]}"
            if len(names) > NAMED:
                layout.addWidget(plain_label(f"{opened} ({number_text(len(names))})"))
                layout.addWidget(NamesList(names))
            else:
                shown = "\n".join(f"    {name}" for name in names)
                layout.addWidget(plain_label(f"{opened}\n{shown}"))
        layout.addStretch(1)
        content = scrolled(frame)
        content.setMaximumHeight(em(self, 11))
        content.setMinimumHeight(min(em(self, 11), frame.sizeHint().height() + em(self, 0.3)))
        both = QWidget()
        lines = vertical(spacing=0.4)
        both.setLayout(lines)
        lines.addWidget(content)
        if not self.plan.kind.asked_is_agreed:
            self.agree = QCheckBox(tr("I &agree that this opens up what is listed here."))
            self.agree.setObjectName("agree")
            self.agree.toggled.connect(self._agreement_changed)
            lines.addWidget(self.agree)
        return both

    def _widening_title(self) -> str:
        number = self.digest.widening
        if self.plan.kind is JobKind.UNDO:
            # Asking for an undo is the yes to it; what it reopens is still named.
            return counted(
                "This takes back what you said on %n track or file. AI may do more again.",
                "This takes back what you said on %n tracks or files. AI may do more again.",
                number,
            )
        if self.plan.kind is JobKind.REDO:
            return counted(
                "This opens up %n track or file again: AI may then do more with it.",
                "This opens up %n tracks or files again: AI may then do more with them.",
                number,
            )
        return counted(
            "This opens up %n track or file: AI may then do more with it.",
            "This opens up %n tracks or files: AI may then do more with them.",
            number,
        )

    def _losses(self, losses: list[str]) -> QWidget:
        content = QWidget()
        lines = vertical(spacing=0.15)
        content.setLayout(lines)
        for loss in losses:
            lines.addWidget(plain_label(f"•  {loss}"))
        area = scrolled(content)
        area.setMinimumHeight(min(em(self, 7), content.sizeHint().height() + em(self, 0.5)))
        area.setMaximumHeight(em(self, 8))
        title = counted(
            "%n thing these tags can't express",
            "%n things these tags can't express",
            len(losses),
        )
        return Expander(title, area)

    def _buttons(self) -> QDialogButtonBox:
        box = QDialogButtonBox()
        self.go = button(action_text(self.digest), self._agreed, name="go")
        if self.digest.planned:
            self.cancel = button(tr("Cancel"), self.reject, name="cancel")
            box.addButton(self.cancel, QDialogButtonBox.ButtonRole.RejectRole)
            box.addButton(self.go, QDialogButtonBox.ButtonRole.AcceptRole)
            primary(self.cancel if self.digest.widening else self.go)
        else:
            self.cancel = primary(button(tr("Close"), self.reject, name="cancel"))
            box.addButton(self.cancel, QDialogButtonBox.ButtonRole.RejectRole)
        self._agreement_changed()
        return box

    def _even_signed(self) -> None:
        self.even_signed.emit()
        self.reject()

    def _agreement_changed(self) -> None:
        if hasattr(self, "go"):
            self.go.setEnabled(self.agree is None or self.agree.isChecked())

    def _agreed(self) -> None:
        given = self.agree is not None and self.agree.isChecked()
        self.agreed.emit(self.plan, self.digest.confirmation if given else NO_CONFIRMATION)
        self.accept()


def headline(digest: Digest) -> str:
    """What would be done, in a line."""
    return job_name(digest.plan) if digest.planned else tr("Nothing to do")


def action_text(digest: Digest) -> str:
    """The button that does it names what it does and to how many."""
    number = digest.planned
    if digest.plan.kind is JobKind.TAG:
        return counted("&Write to %n file", "&Write to %n files", number)
    if digest.plan.kind is JobKind.SYNC:
        one, many = digest.nouns
        what = tr(one if number == 1 else many)
        return counted("&Update %n {what}", "&Update %n {what}", number).format(what=what)
    if digest.plan.kind is JobKind.REDO:
        return counted("&Redo in %n place", "&Redo in %n places", number)
    return counted("&Undo in %n place", "&Undo in %n places", number)


def _nothing(digest: Digest) -> str:
    if digest.plan.notes:  # what nobody could look at may say anything
        return tr("There is nothing to change in what could be read.")
    if digest.plan.unchanged and digest.plan.waiting:
        return tr("What is matched already says what you want.")
    if digest.plan.unchanged:
        return tr("Everything already says what you want.")
    if digest.plan.waiting or digest.plan.unconfirmed:
        return tr("There is nothing to change yet.")
    return tr("Nothing is there to change, or no choice has been made yet.")


def summary(digest: Digest) -> str:
    """How much stays as it is, and how much cannot be done."""
    plan, parts = digest.plan, []
    if not plan.changes:
        parts.append(_nothing(digest))
    if plan.unchanged:
        forms = (
            # Some of them may be where nobody could look just now.
            ("%n said it already when last read.", "%n said it already when last read.")
            if plan.notes
            else (
                "%n says it already and stays untouched.",
                "%n say it already and stay untouched.",
            )
        )
        parts.append(counted(*forms, plan.unchanged))
    if plan.waiting:
        parts.append(
            counted(
                "%n waits until you say which recording it is (Artist › Open questions).",
                "%n wait until you say which recordings they are (Artist › Open questions).",
                plan.waiting,
            )
        )
    parts += plan.unconfirmed
    ruled_out = len(plan.changes) - digest.planned
    if ruled_out:
        form = "%n cannot be changed; the list says why."
        parts.append(counted(form, form, ruled_out))
    if digest.planned:
        parts.append(tr("You can undo all of it afterwards."))
    return " ".join(parts)


def harmless(digest: Digest) -> int:
    """How many changes open nothing up, where others do and need a yes.

    None of an undo: asking for it is the yes to all of it.
    """
    if digest.plan.kind.asked_is_agreed or not digest.widening:
        return 0
    return digest.planned - digest.widening


def offer_the_rest(preview: PreviewDialog) -> QPushButton | None:
    """A button that does what opens nothing up; the engine leaves the other changes alone."""
    number = harmless(preview.digest)
    box = preview.findChild(QDialogButtonBox)
    if not number or box is None:
        return None

    def do_it() -> None:
        preview.agreed.emit(preview.plan, NO_CONFIRMATION)
        preview.accept()

    one, many = "&Only the other %n, which opens nothing", "&Only the other %n, which open nothing"
    made = button(counted(one, many, number), do_it, name="only-the-rest")
    box.addButton(made, QDialogButtonBox.ButtonRole.ActionRole)
    return made
