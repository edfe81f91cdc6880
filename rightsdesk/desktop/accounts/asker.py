"""Asks for the vault's passphrase where a worker needs it. Fields are loaded with a question."""

from __future__ import annotations

import queue
import threading

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QApplication

from rightsdesk.enums.causes import Cause
from rightsdesk.errors import KnownError
from rightsdesk.roster.passphrase_prompts import PromptReason


class PassphraseRefused(KnownError):
    """The person closed the question for the passphrase."""

    cause = Cause.PASSPHRASE_REFUSED
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
                "Without the passphrase, the keys to your accounts stay locked.",
                untouched="Nothing was read or changed there.",
            )
            refused.lost = why is PromptReason.WRONG
            raise refused
        return given

    def _ask(self, why: PromptReason, answer: queue.SimpleQueue[str]) -> None:
        from rightsdesk.desktop.accounts.passphrase import PassphraseDialog, PassphraseStep

        for window in QApplication.topLevelWidgets():
            for step in window.findChildren(PassphraseStep):
                if window.isVisible() and step.takes_questions():
                    step.show_question(why, answer.put)
                    step.asking.emit()
                    return
        dialog = PassphraseDialog(why, QApplication.activeWindow())
        dialog.finished.connect(lambda code: answer.put(dialog.form.given() if code else ""))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()
