"""Newer facts about platforms, looked for once a day where a person has given an address."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from rightsdesk.desktop.parts.texts import counted, tr
from rightsdesk.desktop.state.question_timer import QuestionTimer
from rightsdesk.desktop.state.status_bar import NoticeBar
from rightsdesk.desktop.state.tasks import Lane
from rightsdesk.desktop.state.view_state import ViewState

if TYPE_CHECKING:
    from rightsdesk.workspace.guided.facts_updates import FactsUpdate

FIRST_MS, EVERY_MS = 20_000, 600_000
"""The first question comes once the window has settled, the others every ten minutes."""


class FactsUpdates(QObject):
    """Asks whether it is time, from `start` on. A failure is tried again in an hour, and says
    nothing: the facts in use stay, and Settings show their version."""

    def __init__(self, view_state: ViewState, notice: NoticeBar, parent: QObject) -> None:
        super().__init__(parent)
        self._view_state, self._notice = view_state, notice
        self._timer = QuestionTimer(self.ask, self, first_ms=FIRST_MS, every_ms=EVERY_MS)

    def start(self) -> None:
        """Begin to ask."""
        self._timer.begin()

    def ask(self) -> None:
        """Look for newer facts if it is time."""
        facts = self._view_state.workspace.facts
        self._view_state.work.run(
            Lane.WAIT,
            lambda _task: facts.update_if_due(),
            self._updated,
            failed=lambda _error: None,
            owner=self,
        )

    def _updated(self, done: FactsUpdate | None) -> None:
        if done is None:
            return
        platforms = counted("%n platform", "%n platforms", len(done.changed))
        form = tr("There are new facts about {platforms}.")
        self._notice.tell(form.format(platforms=platforms))
        self._view_state.something_changed()
