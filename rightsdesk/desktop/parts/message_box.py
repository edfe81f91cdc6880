"""Message boxes. All are made here, so that none takes a name for markup."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialogButtonBox,
    QInputDialog,
    QLabel,
    QMessageBox,
    QPushButton,
    QWidget,
)

from rightsdesk.desktop.parts.theme import em_across
from rightsdesk.desktop.parts.widgets import primary
from rightsdesk.shown import shown


def message_box(
    parent: QWidget | None,
    text: str,
    *,
    details: str = "",
    title: str = "",
    name: str = "",
    icon: QMessageBox.Icon = QMessageBox.Icon.NoIcon,
) -> QMessageBox:
    """A box with texts as they are: markup is not rendered, invisible characters are shown.

    `details` is the smaller text below, `name` the object name. It is deleted when it closes.
    """
    box = QMessageBox(parent)
    box.setObjectName(name)
    box.setIcon(icon)
    box.setWindowTitle(title)
    box.setText(shown(text, keep="\n"))
    box.setInformativeText(shown(details, keep="\n"))
    box.setTextFormat(Qt.TextFormat.PlainText)
    for label in box.findChildren(QLabel):  # older Qt forgets the informative text
        label.setTextFormat(Qt.TextFormat.PlainText)
    box.finished.connect(box.deleteLater)
    return box


def ask_name(
    parent: QWidget, title: str, label: str, text: str, yes: str, named: Callable[[str], object]
) -> QInputDialog:
    """Ask for a name and call `named` with it, without spaces around it; an empty one is none.

    `yes` is the main button: a verb.
    """
    dialog = QInputDialog(parent)
    dialog.setWindowTitle(title)
    dialog.setLabelText("")  # Qt would take a text with mark-up for a page
    for made in dialog.findChildren(QLabel):
        made.setTextFormat(Qt.TextFormat.PlainText)
        made.setText(label)
    dialog.setTextValue(text)
    dialog.setOkButtonText(yes)
    [box] = dialog.findChildren(QDialogButtonBox)
    primary(box.button(QDialogButtonBox.StandardButton.Ok))
    dialog.resize(em_across(dialog, 24), dialog.height())
    dialog.textValueSelected.connect(lambda text: named(text.strip()) if text.strip() else None)
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()
    return dialog


def tell(parent: QWidget, text: str, *, details: str = "", title: str = "", name: str = "") -> None:
    """Show a text, with a button to close it."""
    message_box(parent, text, details=details, title=title, name=name).open()


def ask(
    parent: QWidget,
    text: str,
    yes: str,
    no: str,
    agreed: Callable[[], object],
    *,
    details: str = "",
    title: str = "",
    name: str = "",
    destructive: bool = False,
) -> None:
    """Ask a question and call `agreed` if the button `yes` was chosen. Enter and Escape mean no."""
    box = message_box(
        *(parent, text),
        details=details,
        title=title,
        name=name,
        icon=QMessageBox.Icon.Question,
    )
    role = QMessageBox.ButtonRole
    to_do = box.addButton(yes, role.DestructiveRole if destructive else role.AcceptRole)
    keep: QPushButton = box.addButton(no, role.RejectRole)
    box.setDefaultButton(keep)
    box.setEscapeButton(keep)
    box.finished.connect(lambda _code: agreed() if box.clickedButton() is to_do else None)
    box.open()
