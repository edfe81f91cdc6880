"""The question for the passphrase that protects the keys to accounts where no keyring does.

While an account is being connected it is a step of that; else a small window of its own.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QFormLayout,
    QHBoxLayout,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from rightsdesk.desktop.accounts.steps import ConnectStep
from rightsdesk.desktop.design.buttons import Button, ButtonKind, allow
from rightsdesk.desktop.design.icons import Sign
from rightsdesk.desktop.design.text import Text
from rightsdesk.desktop.design.tokens import Size, Tone, space
from rightsdesk.desktop.parts.texts import tr
from rightsdesk.desktop.parts.theme import em_across
from rightsdesk.desktop.parts.widgets import fit_height
from rightsdesk.roster import passphrases
from rightsdesk.roster.passphrase_prompts import IF_LOST, PromptReason


class PassphraseForm(QWidget):
    """The fields: one, or for a new passphrase two, as it is hidden while it is typed.

    `about` says what a new one is for, where that is not the missing keyring. `given_` once the
    button was pressed.
    """

    agreed = Signal()

    def __init__(
        self, why: PromptReason, parent: QWidget | None = None, *, about: str = ""
    ) -> None:
        super().__init__(parent)
        self.new = why is PromptReason.NEW
        self.entry, self.again = _hidden(tr("Passphrase")), _hidden(tr("Repeat passphrase"))
        self.entry.setObjectName("passphrase-entry")
        self.again.setObjectName("passphrase-again")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(space(3))
        if why is PromptReason.WRONG:
            row = QHBoxLayout()
            row.setSpacing(space(2))
            row.addWidget(Sign("conflicts", Tone.BAD))
            row.addWidget(Text(tr("That was not the right passphrase."), wrap=True), 1)
            column.addLayout(row)
        first = tr("It opens the keys to your accounts.")
        if self.new:
            first = about or tr(
                "This computer has no keyring that could keep the keys to your accounts. Choose "
                "a passphrase to protect them. RightsDesk asks for it when it first needs an "
                "account after a start."
            )
        column.addWidget(Text(first, wrap=True))
        fields = QFormLayout()
        fields.setVerticalSpacing(space(2))
        fields.addRow(tr("Passphrase"), self.entry)
        if self.new:
            fields.addRow(tr("Repeat passphrase"), self.again)
        column.addLayout(fields)
        self.strength = Text(" ", size=Size.SMALL, tone=Tone.DIM, wrap=True)
        self.differ = Text(" ", size=Size.SMALL, tone=Tone.BAD, wrap=True)
        if self.new:
            column.addWidget(self.strength)
            column.addWidget(self.differ)
        if why is not PromptReason.KNOWN:
            column.addWidget(Text(tr(IF_LOST), size=Size.SMALL, tone=Tone.DIM, wrap=True))
        words = tr("Save passphrase") if self.new else tr("Unlock")
        self.go = Button(words, self.agreed.emit, kind=ButtonKind.PRIMARY, name="passphrase-go")
        for field in (self.entry, self.again):
            field.textChanged.connect(self._typed)
            field.returnPressed.connect(self.go.click)
        self._typed()

    def given(self) -> str:
        """What was typed."""
        return self.entry.text()

    def forget(self) -> None:
        """Let nothing that was typed stay in the fields."""
        self.entry.clear()
        self.again.clear()

    def _typed(self) -> None:
        first, second = self.entry.text(), self.again.text()
        reason = "" if first else tr("Type the passphrase first.")
        if self.new and first:
            reason = tr(passphrases.flaw(first))
            if not reason and first != second:
                reason = tr("Repeat the passphrase first.")
        allow(self.go, unless=reason)
        self.strength.setText(tr(passphrases.hint(first)) or " ")
        differs = bool(second) and not first.startswith(second)
        self.differ.setText(tr("They don't match.") if differs else " ")


class PassphraseStep(ConnectStep):
    """The question as a step. `asking` once there is one to show, `answered` after it."""

    asking = Signal()
    answered = Signal()

    def __init__(self, takes: Callable[[], bool], parent: QWidget | None = None) -> None:
        """`takes` tells whether a worker's question belongs here now."""
        super().__init__(parent)
        self._takes = takes
        self._given: Callable[[str], object] | None = None
        self.form: PassphraseForm | None = None
        self.lines.addStretch(1)

    def takes_questions(self) -> bool:
        """Whether a worker's question belongs here now."""
        return self._takes() and self._given is None

    def show_question(
        self, why: PromptReason, given: Callable[[str], object], *, about: str = ""
    ) -> None:
        """Ask; `given` gets the passphrase, or "" where the person refuses."""
        self._drop()
        self.title = tr("A new passphrase") if why is PromptReason.NEW else tr("Passphrase")
        self._given = given
        self.form = PassphraseForm(why, about=about)
        self.form.agreed.connect(lambda: self._answer(self._typed()))
        self.lines.insertWidget(0, self.form)
        self.lines.insertWidget(1, self.form.go, 0, Qt.AlignmentFlag.AlignLeft)

    def _typed(self) -> str:
        return "" if self.form is None else self.form.given()

    def refuse(self) -> None:
        """The person does not answer."""
        self._answer("")

    def focus_first(self) -> None:
        if self.form is not None:
            self.form.entry.setFocus(Qt.FocusReason.OtherFocusReason)

    def _answer(self, text: str) -> None:
        given, self._given = self._given, None
        self._drop()
        if given is not None:
            given(text)
            self.answered.emit()

    def _drop(self) -> None:
        if self.form is not None:
            self.form.forget()
            for each in (self.form.go, self.form):
                each.hide()
                each.deleteLater()
            self.form = None


class PassphraseDialog(QDialog):
    """The question as a window, for work that runs on its own."""

    def __init__(self, why: PromptReason, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("passphrase")
        self.form = PassphraseForm(why)
        self.setWindowTitle(tr("A new passphrase") if self.form.new else tr("Passphrase"))
        self.form.agreed.connect(self.accept)
        column = QVBoxLayout(self)
        edge = space(5)
        column.setContentsMargins(edge, edge, edge, edge)
        column.setSpacing(space(3))
        column.addWidget(self.form)
        column.addStretch(1)
        line = QHBoxLayout()
        line.addStretch(1)
        line.addWidget(Button(tr("Cancel"), self.reject, name="cancel"))
        line.addWidget(self.form.go)
        column.addLayout(line)
        fit_height(self, em_across(self, 30))

    def done(self, result: int) -> None:
        """However it ends, nothing that was typed stays in a field."""
        super().done(result)
        self.form.forget()


def _hidden(name: str) -> QLineEdit:
    entry = QLineEdit()
    entry.setEchoMode(QLineEdit.EchoMode.Password)
    entry.setAccessibleName(name)
    return entry
