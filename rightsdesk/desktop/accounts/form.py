"""The form by which an account is connected: made from the platform's facts, one row for each
thing it asks for, with what is wrong said beside it."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from rightsdesk.desktop.accounts.texts import offers_text
from rightsdesk.desktop.parts.opening import OpenUrl, tell_where
from rightsdesk.desktop.parts.texts import plain_tip, tr
from rightsdesk.desktop.parts.theme import Accent, em
from rightsdesk.desktop.parts.widgets import (
    Expander,
    PlainLabel,
    button,
    described,
    dim_label,
    heading,
    plain_label,
    separator,
    vertical,
)
from rightsdesk.workspace.sign_in.form import Part, SignInField, SignInForm


class Row(QWidget):
    """One field, with a line below for what is wrong with it. Secrets are never shown."""

    def __init__(self, asked: SignInField) -> None:
        super().__init__()
        self.asked = asked
        self.edit = QLineEdit()
        self.edit.setObjectName(asked.part.value.replace("_", "-"))
        self.edit.setPlaceholderText(tr(asked.hint) if asked.hint else "")
        if asked.part.is_secret:
            self.edit.setEchoMode(QLineEdit.EchoMode.Password)
        self.edit.textEdited.connect(lambda _text: self.tell(""))
        self.setFocusProxy(self.edit)
        self.flaw = plain_label()
        self.flaw.set_tone(Accent.BAD)
        line = QHBoxLayout()
        line.addWidget(self.edit, 1)
        if asked.folder:
            line.addWidget(button(tr("Choose &folder…"), self._choose, name="choose-folder"))
        lines = QVBoxLayout(self)
        lines.setContentsMargins(0, 0, 0, 0)
        lines.setSpacing(em(self, 0.15))
        lines.addLayout(line)
        lines.addWidget(self.flaw)
        self.tell("")

    def tell(self, sentence: str) -> None:
        """Say what is wrong here; nothing takes it back."""
        self.flaw.setText(sentence)
        self.flaw.setVisible(bool(sentence))
        described(self.edit, tr(self.asked.label), sentence)

    def _choose(self) -> None:
        dialog = QFileDialog(self, tr("Where are the files of the site?"))
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.fileSelected.connect(self.edit.setText)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()


class AccountForm(QWidget):
    """What a platform offers, how to get what it wants, and the fields for that."""

    def __init__(self, form: SignInForm, open_url: OpenUrl) -> None:
        super().__init__()
        self.form = form
        self._open_url = open_url
        self.rows: dict[Part, Row] = {}
        layout = vertical(spacing=0.45)
        self.setLayout(layout)
        layout.addWidget(heading(form.name, factor=1.15))
        layout.addWidget(dim_label(offers_text(form)))
        for number, step in enumerate(form.facts.steps, start=1):
            layout.addLayout(_numbered(number, tr(step)))
        helpers = self._helpers()
        if helpers is not None:
            layout.addLayout(helpers)
        layout.addWidget(separator())
        layout.addLayout(self._fields(form.asks))
        layout.addWidget(dim_label(tr("Kept encrypted on this computer, and sent only there.")))
        if form.elsewhere:
            other = QWidget()
            other.setLayout(self._fields(form.elsewhere))
            leave = tr("leave empty for {name}").format(name=form.name)
            for asked in form.elsewhere:
                self.rows[asked.part].edit.setPlaceholderText(leave)
            self.other = Expander(tr("Another server…"), other)
            layout.addWidget(self.other)
        layout.addStretch(1)

    @property
    def values(self) -> dict[str, str]:
        """What was typed, by the names of the fields; secrets among it."""
        return {part.value: row.edit.text().strip() for part, row in self.rows.items()}

    def fill(self, values: Mapping[Part, str]) -> None:
        """Put in what is known already."""
        for part, text in values.items():
            if part in self.rows:
                self.rows[part].edit.setText(text)

    def show_flaws(self, flaws: Mapping[str, str]) -> None:
        """Say beside each field what is wrong with it, and go to the first."""
        wrong = [row for part, row in self.rows.items() if flaws.get(part.value)]
        for part, row in self.rows.items():
            row.tell(flaws.get(part.value, ""))
        if wrong:
            if any(row.asked in self.form.elsewhere for row in wrong):
                self.other.toggle.setChecked(True)
            wrong[0].edit.setFocus()

    def _open(self, address: str) -> None:
        if self._open_url(address) is False:
            tell_where(self, address)

    def forget_secrets(self) -> None:
        """Secrets stay in a field no longer than they are needed."""
        for part, row in self.rows.items():
            if part.is_secret:
                row.edit.setText("")

    def focus_first(self) -> None:
        """Where typing begins."""
        rows = list(self.rows.values())
        next((row for row in rows if not row.asked.optional), rows[0]).edit.setFocus()

    def _fields(self, asks: tuple[SignInField, ...]) -> QFormLayout:
        fields = QFormLayout()
        fields.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        fields.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        for asked in asks:
            row = self.rows[asked.part] = Row(asked)
            fields.addRow(tr(asked.label), row)
        return fields

    def _helpers(self) -> QHBoxLayout | None:
        facts, line = self.form.facts, QHBoxLayout()
        if facts.apps_url:
            there = tr("Open the &page for that")
            page = button(there, lambda: self._open(facts.apps_url), name="apps-page")
            page.setToolTip(plain_tip(facts.apps_url))
            line.addWidget(page)
        if self.form.redirect:
            copy = button(tr("Cop&y the redirect address"), self._copy, name="copy-redirect")
            copy.setToolTip(plain_tip(self.form.redirect))
            line.addWidget(copy)
        if not line.count():
            return None
        line.addStretch(1)
        return line

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.form.redirect)


def _numbered(number: int, text: str) -> QHBoxLayout:
    """A step whose lines stand below each other, beside its number."""
    line = QHBoxLayout()
    line.setSpacing(em(count=0.4))
    sign = PlainLabel(f"{number}.")
    sign.setAlignment(sign.alignment().AlignTop | sign.alignment().AlignRight)
    sign.setFixedWidth(em(count=1.1))
    line.addWidget(sign)
    line.addWidget(plain_label(text), 1)
    return line
