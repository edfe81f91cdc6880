"""Buttons: quiet ones, the one primary button of a page, and links."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum

from PySide6.QtCore import QObject, QSize, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QPushButton, QWidget

from rightsdesk.desktop.design.icons import icon
from rightsdesk.desktop.design.style import KIND, LINK, PRIMARY
from rightsdesk.desktop.design.text import plain_tip
from rightsdesk.desktop.design.tokens import Size, font_of, space


class ButtonKind(StrEnum):
    """How much a button asks for attention. A page has one primary button at most."""

    QUIET = "quiet"
    PRIMARY = PRIMARY
    LINK = LINK


class Button(QPushButton):
    """A push button that is never a dialog's default by accident."""

    def __init__(
        self,
        text: str = "",
        clicked: Callable[[], object] | None = None,
        *,
        kind: ButtonKind = ButtonKind.QUIET,
        icon_name: str = "",
        name: str = "",
        parent: QWidget | None = None,
    ) -> None:
        """`name` is the object name. `text` may have a `&` before the letter of its key."""
        super().__init__(text, parent)
        self.setAutoDefault(False)
        self.setObjectName(name)
        self._handed: QWidget | None = None
        if icon_name:
            self.setIcon(icon(icon_name))
        if clicked is not None:
            self.clicked.connect(lambda: clicked())
        self.set_kind(kind)

    def setEnabled(self, enabled: bool) -> None:
        """Qt hands the keyboard on from a button that is disabled. It comes back afterwards, unless
        a person took it elsewhere."""
        had = self.window().focusWidget() is self
        super().setEnabled(enabled)
        if had and not enabled:
            self._handed = self.window().focusWidget()
        elif enabled and self._handed is not None:
            if self.window().focusWidget() is self._handed:
                self.setFocus(Qt.FocusReason.OtherFocusReason)
            self._handed = None

    def set_kind(self, kind: ButtonKind) -> None:
        """Paint it as another kind."""
        self.setProperty(KIND, kind.value)
        if kind is ButtonKind.LINK:
            self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.restyle()
        self.updateGeometry()
        self.update()

    def restyle(self) -> None:
        """Set font and icon size again."""
        if self.property(KIND) == PRIMARY:
            self.setFont(font_of(Size.BODY, strong=True))
        side = space(4.5)
        self.setIconSize(QSize(side, side))


class LinkButton(Button):
    """A button that looks like a link, for a small way on within a sentence or a row."""

    def __init__(
        self,
        text: str = "",
        clicked: Callable[[], object] | None = None,
        *,
        name: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(text, clicked, kind=ButtonKind.LINK, name=name, parent=parent)


OWN_WORDS = "own-words"
"""Property: tooltip and description that a control has while nothing hinders it."""


def allow(control: QWidget | QAction, unless: str = "") -> None:
    """Enable a control; or disable it because of `unless`, the reason in a sentence.

    The reason is its tooltip, and what a screen reader adds to its name.
    """
    kept = control.property(OWN_WORDS)
    own = _words(control) if kept is None else (str(kept[0]), str(kept[1]))
    control.setProperty(OWN_WORDS, list(own) if unless else None)
    if unless:
        control.setToolTip(plain_tip(unless))
    else:
        control.setProperty("toolTip", own[0])  # as it was: plain already
    if isinstance(control, QWidget):
        control.setAccessibleDescription(unless or own[1])
    control.setEnabled(not unless)


def _words(control: QWidget | QAction) -> tuple[str, str]:
    """A control's own tooltip and description. An action without a tooltip shows its text."""
    if isinstance(control, QWidget):
        return control.toolTip(), control.accessibleDescription()
    return "" if control.toolTip() == control.iconText() else control.toolTip(), ""


def mark_primary(button: QPushButton) -> None:
    """Paint any push button as the primary one."""
    button.setProperty(KIND, PRIMARY)
    button.setFont(font_of(Size.BODY, strong=True))


def action_button(
    action: QAction, *, kind: ButtonKind = ButtonKind.QUIET, name: str = ""
) -> Button:
    """A button for an action of a menu: its text, tooltip and state, without its key."""

    def follow() -> None:
        show()
        made.setVisible(action.isVisible())

    def show() -> None:
        made.setText(action.iconText().replace("&", "&&"))
        made.setToolTip(plain_tip(action.toolTip()) if action.toolTip() else "")
        made.setAccessibleDescription("" if action.isEnabled() else _words(action)[0])
        made.setEnabled(action.isEnabled())

    made = Button("", action.trigger, kind=kind, name=name)
    show()
    if not action.isVisible():
        made.hide()
    watcher = action.changed.connect(follow)
    made.destroyed.connect(lambda: QObject.disconnect(watcher))
    return made
