"""The window follows what another RightsDesk, on the command line say, does with the same data."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer

from rightsdesk.desktop.jobs.main_job import MainJob
from rightsdesk.desktop.state.view_state import ViewState

EVERY_MS = 3_000


class ExternalChanges(QObject):
    """Asks from `start` on, in a worker, whether another process has written, and reads again."""

    def __init__(self, view_state: ViewState, job: MainJob, parent: QObject) -> None:
        super().__init__(parent)
        self._view_state = view_state
        self._job = job
        self._timer = QTimer(self)
        self._timer.setInterval(EVERY_MS)
        self._timer.timeout.connect(self.ask)

    def start(self) -> None:
        """Begin to ask."""
        self.ask()
        self._timer.start()

    def ask(self) -> None:
        """Find out; while a job of our own runs its end is waited for."""
        if not self._job.busy:
            changed = self._view_state.workspace.changed_elsewhere
            self._view_state.read("elsewhere", changed, self._answered, later=True)

    def _answered(self, changed: bool) -> None:
        if changed:
            self._view_state.something_changed()
