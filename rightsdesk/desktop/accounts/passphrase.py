"""The question for the passphrase that protects the keys to accounts where no keyring does."""

from __future__ import annotations

import queue
import threading

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLineEdit,
    QWidget,
)

from rightsdesk.desktop.parts.texts import tr
from rightsdesk.desktop.parts.theme import Accent, em, em_across
from rightsdesk.desktop.parts.widgets import (
    button,
    dim_label,
    fit_height,
    plain_label,
    primary,
    vertical,
    with_icon,
)
from rightsdesk.errors import KnownError
from rightsdesk.roster import passphrases
from rightsdesk.roster.passphrase_prompts import IF_LOST, PromptReason


class PassphraseRefused(KnownError):
    """The person closed the question for the passphrase."""

    cause = "passphrase-refused"
    lost = False
    """Whether it was closed after a wrong answer: the passphrase may be lost."""


class Asker(QObject):
    """Asks for the vault's passphrase on the main thread, for a worker that waits for it."""

    _asked = Signal(object, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._asked.connect(self._ask, Qt.ConnectionType.QueuedConnection)

    def __call__(self, why: PromptReason) -> str:
        """Called in a worker; blocks it, never the window. Raises PassphraseRefused."""
        assert threading.current_thread() is not threading.main_thread(), "it would wait for ever"
        answer: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._asked.emit(why, answer)
        given = answer.get()
        if not given:
            refused = PassphraseRefused(
                "Without the passphrase the keys to your accounts stay locked.",
                untouched="Nothing was read or changed there.",
            )
            refused.lost = why is PromptReason.WRONG
            raise refused
        return given

    def _ask(self, why: PromptReason, answer: queue.SimpleQueue[str]) -> None:
        dialog = PassphraseDialog(why, QApplication.activeWindow())
        dialog.finished.connect(lambda code: answer.put(dialog.given() if code else ""))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()


class PassphraseDialog(QDialog):
    """Asks for the passphrase, or for a new one: that twice, as nobody sees what is typed.

    `about` says what a new one is for, where that is not the missing keyring.
    """

    def __init__(
        self, why: PromptReason, parent: QWidget | None = None, *, about: str = ""
    ) -> None:
        super().__init__(parent)
        self.setObjectName("passphrase")
        new = why is PromptReason.NEW
        self.setWindowTitle(tr("A new passphrase") if new else tr("Passphrase"))
        self.entry, self.again = _hidden(tr("Passphrase")), _hidden(tr("Repeat passphrase"))
        self.entry.setObjectName("passphrase-entry")
        self.again.setObjectName("passphrase-again")
        layout = vertical(spacing=0.6, margin=1.0)
        self.setLayout(layout)
        if why is PromptReason.WRONG:
            wrong = plain_label(tr("That was not the right passphrase."))
            layout.addWidget(with_icon("conflicts", Accent.BAD, wrong))
        if about:
            first = about
        elif new:
            first = tr(
                "This computer has no keyring that could keep the keys to your accounts. Make up "
                "a passphrase to protect them with. RightsDesk asks for it when it first needs "
                "an account after a start."
            )
        else:
            first = tr("It opens the keys to your accounts.")
        layout.addWidget(plain_label(first))
        form = QFormLayout()
        form.setVerticalSpacing(em(self, 0.5))
        form.addRow(tr("&Passphrase"), self.entry)
        if new:
            form.addRow(tr("The same &once more"), self.again)
        layout.addLayout(form)
        self.strength, self.differ = dim_label(" "), dim_label(" ")
        if new:
            layout.addWidget(self.strength)
            layout.addWidget(self.differ)
        if why is not PromptReason.KNOWN:
            layout.addWidget(dim_label(tr(IF_LOST)))
        self._new = new
        self.go = primary(button(tr("&Keep it") if new else tr("&Open"), self.accept))
        layout.addStretch(1)
        box = QDialogButtonBox()
        box.addButton(button(tr("Cancel"), self.reject), QDialogButtonBox.ButtonRole.RejectRole)
        box.addButton(self.go, QDialogButtonBox.ButtonRole.AcceptRole)
        layout.addWidget(box)
        for field in (self.entry, self.again):
            field.textChanged.connect(self._typed)
        self._typed()
        fit_height(self, em_across(self, 30))

    def given(self) -> str:
        """What was typed."""
        return self.entry.text()

    def _typed(self) -> None:
        first, second = self.entry.text(), self.again.text()
        good = first == second and not passphrases.flaw(first)
        self.go.setEnabled(bool(first) and (not self._new or good))
        self.strength.setText(tr(passphrases.hint(first)) or " ")
        differs = bool(second) and not first.startswith(second)
        self.differ.setText(tr("They don't match.") if differs else " ")


def _hidden(name: str) -> QLineEdit:
    entry = QLineEdit()
    entry.setEchoMode(QLineEdit.EchoMode.Password)
    entry.setAccessibleName(name)
    return entry
