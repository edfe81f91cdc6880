"""Where some of a plan opens something up, the rest of it can be done alone."""

from __future__ import annotations

from PySide6.QtWidgets import QDialogButtonBox, QPushButton

from rightsdesk.changes.types import NO_CONFIRMATION
from rightsdesk.desktop.jobs.preview import PreviewDialog
from rightsdesk.desktop.jobs.preview_model import Digest
from rightsdesk.desktop.parts.texts import counted
from rightsdesk.desktop.parts.widgets import button


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
