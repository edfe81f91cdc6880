"""The icon in the tray, and notifications of the desktop. There is none before a person asks."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QMenu, QSystemTrayIcon, QWidget

from rightsdesk.desktop.parts.texts import plain_tip, tr
from rightsdesk.desktop.parts.theme import app_icon
from rightsdesk.shown import shown

_LONGEST = 250
"""Desktops cut longer notifications, each in its own way."""


class Tray(QObject):
    """One icon for all that wants it: it `stays` while notifications are wanted, and is lent to
    work that goes on without the window.

    `opened` asks for the window. `there` tells whether this desktop has a tray: tests say so
    themselves.
    """

    opened = Signal()

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self.there: Callable[[], bool] = QSystemTrayIcon.isSystemTrayAvailable
        self.icon: QSystemTrayIcon | None = None
        self.stays = False
        self.menu = QMenu(window)
        self.menu.setObjectName("tray-menu")
        self._lent = False

    def offer(self, *actions: QAction | None) -> None:
        """Put these actions into the menu, below the one that opens the window."""
        self.menu.addAction(tr("&Open RightsDesk")).triggered.connect(self.opened)
        for action in actions:
            if action is None:
                self.menu.addSeparator()
            else:
                self.menu.addAction(action)

    def stay(self, wanted: bool) -> None:
        """Keep the icon, or let it go; there is none where the desktop has no tray."""
        self.stays = wanted and self.there()
        self._settle()

    def lend(self, menu: QMenu) -> QSystemTrayIcon:
        """The icon with another menu, until `give_back`."""
        self._lent = True
        self._settle()
        assert self.icon is not None  # it was just made
        self.icon.setContextMenu(menu)
        return self.icon

    def give_back(self) -> None:
        """The work that wanted the icon ended."""
        self._lent = False
        if self.icon is not None:
            self.icon.setContextMenu(self.menu)
        self._settle()

    def notify(self, title: str, text: str) -> bool:
        """Show a notification, if they are wanted and the window is not in front of the person;
        whether it was shown."""
        in_front = self._window.isVisible() and self._window.isActiveWindow()
        if not self.stays or self.icon is None or in_front:
            return False
        # Some desktops take what looks like mark-up for that, and none lets it be escaped.
        plain = [shown(each).replace("<", "‹").replace(">", "›") for each in (title, text)]
        self.icon.showMessage(plain[0], plain[1][:_LONGEST], app_icon())
        return True

    def _settle(self) -> None:
        wanted = self.stays or self._lent
        if wanted and self.icon is None:
            self.icon = QSystemTrayIcon(app_icon(), self)
            self.icon.setToolTip(plain_tip("RightsDesk"))
            self.icon.setContextMenu(self.menu)
            self.icon.activated.connect(self._pressed)
            self.icon.messageClicked.connect(self.opened)
            self.icon.show()
        elif not wanted and self.icon is not None:
            self.icon.hide()
            self.icon.deleteLater()
            self.icon = None
        QApplication.setQuitOnLastWindowClosed(not wanted)

    def _pressed(self, reason: QSystemTrayIcon.ActivationReason) -> None:
        if reason is not QSystemTrayIcon.ActivationReason.Context:
            self.opened.emit()
