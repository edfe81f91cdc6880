"""Problems: what disagrees or could not be read, also long after the job that met it."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from rightsdesk.desktop.catalogue.problems import ProblemsPanel
from rightsdesk.desktop.design.header import PageHeader
from rightsdesk.desktop.pages.page import Page
from rightsdesk.desktop.parts.texts import tr
from rightsdesk.desktop.state.view_state import ViewState


class ProblemsPage(Page):
    """The problems of the artist in view, or of all, with how many in the heading."""

    key = "problems"
    icon_name = "problems"

    def __init__(self, desk: ViewState, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.header = PageHeader(tr("Problems"))
        self.panel = ProblemsPanel(desk)
        self.panel.found.connect(self._found)
        self.column.addWidget(self.header)
        self.column.addWidget(self.panel, 1)

    @property
    def title(self) -> str:
        return tr("Problems")

    def refresh(self) -> None:
        self.panel.look()

    def first_focus(self) -> QWidget | None:
        return self.panel.tree

    def _found(self, number: int, words: str) -> None:
        self.header.show_words(self.panel.title, words)
        self.counted.emit(number, True)
