"""Settings: what RightsDesk does by itself: checks, notifications, starting at login."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QRadioButton, QWidget

from rightsdesk.desktop.design.tokens import Tone, space
from rightsdesk.desktop.pages.settings.rows import SettingsSection
from rightsdesk.desktop.parts.texts import tr
from rightsdesk.desktop.state.window_settings import WindowSettings
from rightsdesk.errors import KnownError


class BackgroundSection(SettingsSection):
    """`notifications_changed` says whether a person wants them now."""

    notifications_changed = Signal(bool)

    def __init__(
        self,
        memory: WindowSettings,
        *,
        starts: Callable[[], bool],
        set_start: Callable[[bool], object],
        tray: Callable[[], bool],
    ) -> None:
        """`starts` and `set_start` read and change whether the window opens at login; `tray` says
        whether this desktop shows icons of programs without a window."""
        super().__init__("background")
        self._memory, self._starts, self._set_start, self._tray = memory, starts, set_start, tray
        self.checks: dict[str, QRadioButton] = {}
        self._intervals = QWidget()
        line = QHBoxLayout(self._intervals)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(space(4))
        self.notify = QCheckBox(tr("Notify me"))
        self.notify.setObjectName("notify")
        self.notify.clicked.connect(self._notify)
        self.start = QCheckBox(tr("Start at login"))
        self.start.setObjectName("start-at-login")
        self.start.clicked.connect(self._start)
        words = tr(
            "How often to see whether platforms still say what you chose. Writes nothing, "
            "except to take out partners after their licence has ended."
        )
        self.add(words, self._intervals)
        self.notify_row = self.add("", self.notify)
        self.start_row = self.add("", self.start)

    def add_checks(self, actions: Sequence[QAction]) -> None:
        """Offer how often platforms are checked: one of these checkable actions."""
        line = self._intervals.layout()
        assert line is not None  # as it was made
        for action in actions:
            made = QRadioButton(action.text().replace("&", ""))
            made.setObjectName(f"check-{action.data()}")
            made.setChecked(action.isChecked())
            made.clicked.connect(lambda _on=False, one=action: one.trigger())
            action.toggled.connect(made.setChecked)
            self.checks[str(action.data())] = made
            line.addWidget(made)

    def refresh(self) -> None:
        """Show what is chosen, and what this desktop has."""
        there = self._tray()
        self.notify.setEnabled(there)
        self.notify.setChecked(there and self._memory.notifications)
        self.notify_row.show_help(
            tr(
                "When a check finds a change, a platform wants you to sign in again, or work ended "
                "while the window was hidden. Off until you ask for it."
            )
            if there
            else tr("This desktop shows no program icons, so there is none.")
        )
        self.start.setChecked(self._starts())
        self._say_start("", Tone.DIM)

    def _notify(self, on: bool) -> None:
        self._memory.keep_notifications(on)
        self.notifications_changed.emit(on)

    def _start(self, on: bool) -> None:
        try:
            self._set_start(on)
        except KnownError as error:
            self.start.setChecked(not on)
            self._say_start(str(error), Tone.BAD)
        else:
            self._say_start("", Tone.DIM)

    def _say_start(self, trouble: str, tone: Tone) -> None:
        self.start_row.help.set_tone(tone)
        plain = tr("Opens RightsDesk when you log in, so that automatic checks happen.")
        self.start_row.show_help(trouble or plain)
