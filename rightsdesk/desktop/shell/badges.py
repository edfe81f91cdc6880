"""The numbers in the side bar: how much there is on pages that nobody has opened yet."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer

from rightsdesk.consent.licences.words import SOON
from rightsdesk.desktop.pages.places import PagePlace
from rightsdesk.desktop.state.view_state import ViewState


class Badges(QObject):
    """Counts once all that a person waits for has arrived, and again when something changed.

    `show` takes a page's key and its number. A page that is open counts for itself: `opened` says
    of a key whether it is.
    """

    def __init__(
        self,
        view_state: ViewState,
        show: Callable[[str, int], object],
        opened: Callable[[str], bool],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._view_state, self._show, self._opened = view_state, show, opened
        self._soon = QTimer(self, singleShot=True)
        self._soon.setInterval(0)  # several changes at once are counted once
        self._soon.timeout.connect(self._count)
        view_state.artist_changed.connect(lambda _artist: self._soon.start())
        view_state.facts_changed.connect(self._soon.start)

    def _count(self) -> None:
        if not self._view_state.loaded:
            return
        workspace, wanted = self._view_state.workspace, self._view_state.filter
        artist_id = wanted.artist_id

        def problems() -> int:
            return len(workspace.catalogue.problems(wanted, waiting=False))

        def licences() -> int:
            from rightsdesk.workspace.licences.views import LicenceFilter

            chosen = LicenceFilter(ends_within=SOON, artist_id=artist_id)
            return len(workspace.licences.all(chosen))

        def platforms() -> int:
            from rightsdesk.desktop.pages.platforms.counting import needing

            return needing(workspace, artist_id)

        for place, count in (
            (PagePlace.PLATFORMS, platforms),
            (PagePlace.LICENCES, licences),
            (PagePlace.PROBLEMS, problems),
        ):
            if not self._opened(place.key):
                self._read(place.key, count)

    def _read(self, key: str, count: Callable[[], int]) -> None:
        def arrived(number: int) -> None:
            if not self._opened(key):
                self._show(key, number)

        self._view_state.read(f"count-{key}", count, arrived, later=True)
