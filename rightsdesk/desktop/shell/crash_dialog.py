"""When RightsDesk itself is wrong: say so, plainly, with what a maintainer needs."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QObject, Signal, qVersion
from PySide6.QtGui import QFontDatabase, QGuiApplication
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QPlainTextEdit, QWidget

from rightsdesk import crash_reports
from rightsdesk.desktop.parts.texts import path_text, tr
from rightsdesk.desktop.parts.theme import Accent, resize_to_ems
from rightsdesk.desktop.parts.widgets import (
    button,
    heading,
    plain_label,
    primary,
    vertical,
    with_icon,
)


def report(details: str) -> str:
    """What a maintainer needs, and nothing of the person's."""
    return crash_reports.report(details, f"Qt {qVersion()}")


class CrashDialog(QDialog):
    """Owns up, shows the details, and offers to copy them; they are in a file, too.

    `save_wanted`: the person wants them in one file with the log. Nothing is sent anywhere.
    """

    save_wanted = Signal()

    def __init__(
        self, details: str, parent: QWidget | None = None, *, data_dir: Path | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("fault")
        self.setWindowTitle(tr("This is a fault of RightsDesk"))
        self.text = QPlainTextEdit(report(details))
        self.text.setReadOnly(True)
        self.text.setTabChangesFocus(True)
        self.text.setAccessibleName(tr("Details"))
        self.text.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.text.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        layout = vertical(spacing=0.6, margin=1.0)
        self.setLayout(layout)
        layout.addWidget(
            with_icon(
                "conflicts",
                Accent.BAD,
                heading(tr("This is a fault of RightsDesk, not yours."), factor=1.15),
            )
        )
        layout.addWidget(
            plain_label(
                tr(
                    "What was under way has stopped; no file is left half written. Please send "
                    "these details to the makers of RightsDesk. Passwords and keys are never "
                    "part of them."
                )
            )
        )
        layout.addWidget(self.text, 1)
        self.path = crash_reports.keep(data_dir, details, f"Qt {qVersion()}")
        if self.path is not None:
            where = tr("They are also in {path}").format(path=path_text(str(self.path)))
            layout.addWidget(plain_label(where))
        box = QDialogButtonBox()
        copy = button(tr("&Copy the details"), self._copy)
        close = primary(button(tr("Close"), self.accept))
        box.addButton(copy, QDialogButtonBox.ButtonRole.ActionRole)
        if data_dir is not None:
            save = button(tr("&Save with the log…"), self._save, name="save-log")
            box.addButton(save, QDialogButtonBox.ButtonRole.ActionRole)
        box.addButton(close, QDialogButtonBox.ButtonRole.AcceptRole)
        layout.addWidget(box)
        resize_to_ems(self, 40, 22)

    def _save(self) -> None:
        self.accept()  # no dialog on top of a dialog
        self.save_wanted.emit()

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.text.toPlainText())


class FaultWatch(QObject):
    """Catches uncaught exceptions of the main thread. `caught` gives the traceback's text."""

    caught = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._before: Callable[..., object] = sys.excepthook

    def start(self) -> None:
        """Take over from the interpreter."""
        sys.excepthook = self._catch

    def stop(self) -> None:
        """Hand back."""
        sys.excepthook = self._before

    def _catch(
        self, kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        self._before(kind, error, trace)
        if not issubclass(kind, KeyboardInterrupt):
            self.caught.emit("".join(traceback.format_exception(kind, error, trace)))
