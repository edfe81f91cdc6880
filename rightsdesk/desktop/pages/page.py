"""What every page is: a widget that knows its name, and reads again when it has to."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from rightsdesk.desktop.design.tokens import space
from rightsdesk.desktop.pages.places import PagePlace

SMALL_STEPS = 175
"""Pages that are less wide than this, in steps of the grid, have smaller margins."""


class Page(QWidget):
    """One page of the window.

    A page sets its `place`, and may override `refresh` (read again),
    `first_focus` (who gets the keyboard) and `search_here` (Ctrl+F). The window calls `shown`
    when it comes to the front, and `outdated` when files, consents or accounts changed: then a
    page in front reads again at once, and any other when it is shown next.
    """

    counted = Signal(int, bool)
    """How many there are, for the side bar; whether they want attention."""
    place: PagePlace
    foot: QWidget | None = None
    """What stays at the bottom of the window while the page is in front. Notices appear above it,
    so that they never move what a person is about to press."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(f"page-{self.key}")
        self.setAccessibleName(self.title)
        self.column = QVBoxLayout(self)
        """What is on the page, from top to bottom, with the margins that all pages have."""
        self.column.setSpacing(space(4))
        self._stale = True
        self.restyle()

    @property
    def key(self) -> str:
        """The key of its place."""
        return self.place.key

    @property
    def title(self) -> str:
        """The name of its place."""
        return self.place.title

    def restyle(self) -> None:
        """Set the margins again: small pages need their room."""
        small = self.width() < space(SMALL_STEPS)
        across, down = (space(3), space(3)) if small else (space(7), space(5))
        self.column.setContentsMargins(across, down, across, space(3))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.restyle()

    def refresh(self) -> None:
        """Read again what is shown. Never waits: it asks the view state, which answers later."""

    def first_focus(self) -> QWidget | None:
        """What has the keyboard when the page comes to the front; none leaves it where it is."""
        return None

    def search_here(self) -> bool:
        """Put the keyboard into the page's search, if it has one; whether it has."""
        return False

    def shown(self) -> None:
        """The page came to the front."""
        if self._stale:
            self._stale = False
            self.refresh()

    def outdated(self) -> None:
        """What the page shows may have changed."""
        self._stale = True
        if self.isVisible():
            self.shown()
