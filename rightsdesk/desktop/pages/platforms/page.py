"""Platforms: those that a person must visit, with the steps, and what was said of each."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from rightsdesk.desktop.design.header import PageHeader
from rightsdesk.desktop.guided.page import GuidedPage
from rightsdesk.desktop.pages.page import Page
from rightsdesk.desktop.parts.texts import counted, tr
from rightsdesk.desktop.state.status_bar import NoticeBar
from rightsdesk.desktop.state.view_state import ViewState


class PlatformsPage(Page):
    """The guided page, with how many platforms want attention in the heading."""

    key = "platforms"
    icon_name = "platforms"

    def __init__(self, desk: ViewState, notice: NoticeBar, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.header = PageHeader(tr("Platforms"))
        self.guided = GuidedPage(desk, notice)
        self.guided.opened.connect(self._opened)
        self.header.primary.setText(tr("Connect an account…"))
        self.header.primary.show()
        self.header.primary.clicked.connect(lambda: self.guided.account_wanted.emit())
        self.column.addWidget(self.header)
        self.column.addWidget(self.guided, 1)

    @property
    def title(self) -> str:
        return tr("Platforms")

    def refresh(self) -> None:
        self.guided.look()

    def first_focus(self) -> QWidget | None:
        return self.guided.list

    def go_to(self, artist_id: int, platform: str) -> None:
        """Show one platform of an artist."""
        self.guided.go_to(artist_id, platform)

    def _opened(self, number: int) -> None:
        words = counted("%n to do", "%n to do", number) if number else tr("Nothing to do")
        self.header.show_words(tr("Platforms"), words)
        self.counted.emit(number, True)
