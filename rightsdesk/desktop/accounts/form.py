"""The form by which an account is connected: made from the platform's facts, one row for each
thing it asks for, with what is wrong said beside it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from rightsdesk.desktop.accounts.steps import ConnectStep
from rightsdesk.desktop.accounts.texts import offers_text
from rightsdesk.desktop.design.buttons import Button, ButtonKind
from rightsdesk.desktop.design.cards import Card
from rightsdesk.desktop.design.icons import Sign
from rightsdesk.desktop.design.text import Text
from rightsdesk.desktop.design.tokens import Size, Tone, space
from rightsdesk.desktop.parts.opening import OpenUrl, tell_where
from rightsdesk.desktop.parts.texts import plain_tip, tr
from rightsdesk.desktop.parts.widgets import Expander, described
from rightsdesk.workspace.sign_in.form import FieldPart, SignInField, SignInForm
from rightsdesk.workspace.types.artists import Account


class FieldRow(QWidget):
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
        self.flaw = Text(tone=Tone.BAD, wrap=True)
        line = QHBoxLayout()
        line.addWidget(self.edit, 1)
        if asked.folder:
            line.addWidget(Button(tr("Choose folder…"), self._choose, name="choose-folder"))
        lines = QVBoxLayout(self)
        lines.setContentsMargins(0, 0, 0, 0)
        lines.setSpacing(space(0.5))
        lines.addLayout(line)
        lines.addWidget(self.flaw)
        self.tell("")

    def tell(self, sentence: str) -> None:
        """Say what is wrong here; "" takes it away."""
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


class FormStep(ConnectStep):
    """What a platform offers, how to get what it asks for, the fields, and Connect."""

    def __init__(
        self, send: Callable[[], object], open_url: OpenUrl, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._open_url = open_url
        self.rows: dict[FieldPart, FieldRow] = {}
        self._made: QWidget | None = None
        self.place = Text(tone=Tone.OPEN, wrap=True)
        self.problem = Text(tone=Tone.BAD, wrap=True)
        self.problem_row = QWidget()
        line = QHBoxLayout(self.problem_row)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(space(2))
        line.addWidget(Sign("conflicts", Tone.BAD), 0, Qt.AlignmentFlag.AlignTop)
        line.addWidget(self.problem, 1)
        self.go = Button("", send, kind=ButtonKind.PRIMARY, name="go")
        self._room = QVBoxLayout()
        end = QHBoxLayout()
        end.addWidget(self.go)
        end.addStretch(1)
        self.lines.addWidget(self.place)
        self.lines.addLayout(self._room)
        self.lines.addWidget(self.problem_row)
        self.lines.addLayout(end)
        self.lines.addStretch(1)

    def show_form(
        self,
        form: SignInForm,
        *,
        again: Account | None,
        place: str,
        app: Account | None = None,
    ) -> None:
        """Ask for what a platform wants; of a known account what is known is filled in. `app` is
        another account whose app serves this one, too."""
        self.forget_secrets()
        self.form, self.rows = form, {}
        self.title = form.name if again is None else tr("Sign in again: {name}")
        self.title = self.title.format(name=form.name)
        self.under = offers_text(form)
        self.place.setText(place)
        self.place.setVisible(bool(place))
        if self._made is not None:
            self._made.hide()
            self._made.deleteLater()
        self._made = self._card()
        self._room.addWidget(self._made)
        self.go.setText(tr("Sign in in your browser") if form.in_browser else tr("Connect"))
        self.show_problem("")
        known = again or app
        if known is not None and FieldPart.CLIENT_ID in self.rows:
            self.rows[FieldPart.CLIENT_ID].edit.setText(known.client_id)
        for row in self.rows.values():
            row.edit.returnPressed.connect(self.go.click)

    def show_problem(self, text: str) -> None:
        """Say what went wrong with the whole; "" takes it away."""
        self.problem.setText(text)
        self.problem_row.setVisible(bool(text))

    def _card(self) -> QWidget:
        form, card = self.form, Card()
        card.setObjectName(f"form-{form.platform}")
        layout = card.body
        for number, step in enumerate(form.facts.steps, start=1):
            layout.addLayout(_numbered(number, tr(step)))
        helpers = self._helpers()
        if helpers is not None:
            layout.addLayout(helpers)
        layout.addSpacing(space(2))
        layout.addLayout(self._fields(form.asks))
        kept = tr("Kept encrypted on this computer, and sent only there.")
        layout.addWidget(Text(kept, size=Size.SMALL, tone=Tone.DIM, wrap=True))
        if form.elsewhere:
            other = QWidget()
            other.setLayout(self._fields(form.elsewhere))
            leave = tr("leave empty for {name}").format(name=form.name)
            for asked in form.elsewhere:
                self.rows[asked.part].edit.setPlaceholderText(leave)
            self.other = Expander(tr("Another server…"), other)
            layout.addWidget(self.other)
        return card

    @property
    def values(self) -> dict[str, str]:
        """What was typed, by the names of the fields; secrets among it."""
        return {part.value: row.edit.text().strip() for part, row in self.rows.items()}

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
        wanted = (row for row in rows if not row.asked.optional and not row.edit.text())
        next(wanted, rows[0]).edit.setFocus()

    def _fields(self, asks: tuple[SignInField, ...]) -> QFormLayout:
        fields = QFormLayout()
        fields.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        fields.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        for asked in asks:
            row = self.rows[asked.part] = FieldRow(asked)
            fields.addRow(tr(asked.label), row)
        return fields

    def _helpers(self) -> QHBoxLayout | None:
        facts, line = self.form.facts, QHBoxLayout()
        if facts.apps_url:
            there = tr("Open page")
            page = Button(there, lambda: self._open(facts.apps_url), name="apps-page")
            page.setToolTip(plain_tip(facts.apps_url))
            line.addWidget(page)
        if self.form.redirect:
            copy = Button(tr("Copy redirect address"), self._copy, name="copy-redirect")
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
    line.setSpacing(space(2))
    sign = Text(f"{number}.", tone=Tone.DIM)
    sign.setFixedWidth(space(5))
    line.addWidget(sign, 0, Qt.AlignmentFlag.AlignTop)
    line.addWidget(Text(text, wrap=True), 1)
    return line
