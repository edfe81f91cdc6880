"""Help: the languages in which a choice is said, who reads them, and what they are good for."""

from __future__ import annotations

from PySide6.QtWidgets import QDialog, QDialogButtonBox, QFrame, QWidget

from rightsdesk.desktop.parts.texts import tr
from rightsdesk.desktop.parts.theme import em, resize_to_ems
from rightsdesk.desktop.parts.widgets import (
    button,
    dim_label,
    heading,
    plain_label,
    primary,
    scrolled,
    separator,
    vertical,
)
from rightsdesk.resources.signals import HONESTY, Signal, all_signals


class SignalsDialog(QDialog):
    """All signals, to read through. It knows nothing of anybody's music."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("signals")
        self.setWindowTitle(tr("Who reads this?"))
        content = QWidget()
        lines = vertical(spacing=0.35)
        content.setLayout(lines)
        lines.setContentsMargins(0, 0, em(self, 0.6), 0)
        for number, signal in enumerate(all_signals()):
            if number:
                lines.addWidget(separator())
            for label in _labels(signal):
                lines.addWidget(label)
        lines.addStretch(1)
        self.list = scrolled(content)
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        layout = vertical(spacing=0.6, margin=1.0)
        self.setLayout(layout)
        layout.addWidget(heading(tr("Who reads what RightsDesk writes"), factor=1.15))
        layout.addWidget(plain_label(tr(HONESTY)))
        layout.addWidget(self.list, 1)
        box = QDialogButtonBox()
        close = primary(button(tr("Close"), self.accept))
        box.addButton(close, QDialogButtonBox.ButtonRole.RejectRole)
        layout.addWidget(box)
        resize_to_ems(self, 44, 36)


def _labels(signal: Signal) -> list[QWidget]:
    looked = tr("Source: {source}. Looked up {when}.")
    return [
        heading(tr(signal.name), factor=1.0),
        plain_label(tr(signal.where), selectable=True),
        plain_label(tr("Read by: {readers}").format(readers=tr(signal.readers)), selectable=True),
        plain_label(tr("Good for: {use}").format(use=tr(signal.good_for)), selectable=True),
        dim_label(looked.format(source=signal.source, when=signal.last_checked)),
    ]
