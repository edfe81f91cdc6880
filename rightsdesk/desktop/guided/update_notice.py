"""A notice about a newer version of RightsDesk, where a person has asked for it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from rightsdesk.desktop.parts.opening import OpenUrl, open_page, tell_where
from rightsdesk.desktop.parts.texts import sentence, tr
from rightsdesk.desktop.state.question_timer import QuestionTimer
from rightsdesk.desktop.state.status_bar import NoticeBar
from rightsdesk.desktop.state.tasks import Lane, Task
from rightsdesk.desktop.state.view_state import ViewState
from rightsdesk.shown import shown

if TYPE_CHECKING:
    from rightsdesk.workspace.updates.types import NewestRelease

FIRST_MS, EVERY_MS = 30_000, 600_000
"""The first question comes once the window has settled, the others every ten minutes: the feed is
read once a day at most."""
MOST_CHANGES = 2
"""So many lines on what is new stand in the notice; the page has all."""


class UpdateNotice(QObject):
    """Asks from `start` on, and tells of each newer version once in a run, until a person says
    “not this version”. A failure says nothing: Settings have a button that does."""

    def __init__(
        self,
        view_state: ViewState,
        notice: NoticeBar,
        window: QWidget,
        *,
        open_url: OpenUrl = open_page,
    ) -> None:
        super().__init__(window)
        self._view_state, self._notice, self._window = view_state, notice, window
        self._open_url = open_url
        self._told = ""
        self._timer = QuestionTimer(self.ask, self, first_ms=FIRST_MS, every_ms=EVERY_MS)

    def start(self) -> None:
        """Begin to ask."""
        self._timer.begin()

    def ask(self) -> None:
        """Look for a newer version if it is time, and tell of the one that is known."""
        updates = self._view_state.workspace.updates

        def read(_task: Task) -> NewestRelease | None:
            found = updates.check_if_due()
            return found or (updates.state().newest if updates.is_on() else None)

        self._view_state.work.run(
            Lane.WAIT, read, self._found, failed=lambda _error: None, owner=self
        )

    def _found(self, newest: NewestRelease | None) -> None:
        if newest is None or not newest.newer or newest.dismissed:
            return
        if newest.version == self._told or self._notice.isVisible():
            return  # what is said already is not pushed away: it is asked again later
        self._told = newest.version
        offers: list[tuple[str, Callable[[], object]]] = [
            (tr("Open the page"), lambda: self._open(newest.page)),
            (tr("Not this version"), lambda: self._dismiss(newest.version)),
        ]
        self._notice.tell(notice_text(newest), offers=offers)

    def _open(self, page: str) -> None:
        if self._open_url(page) is False:
            tell_where(self._window, page)

    def _dismiss(self, version: str) -> None:
        updates = self._view_state.workspace.updates
        self._view_state.work.run(
            Lane.SHORT,
            lambda _task: updates.dismiss(version),
            lambda _none: self._notice.clear(),
            owner=self,
        )


def notice_text(newest: NewestRelease) -> str:
    """`RightsDesk 1.2.0 is available.`, what is new, and how this copy is updated."""
    form = tr("RightsDesk {version} is available.")
    changes = [shown(change) for change in newest.changes[:MOST_CHANGES]]
    return " ".join([form.format(version=newest.version), *changes, sentence(newest.how)])
