"""Activity: what was done, newest first, with a way back for each."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from rightsdesk.desktop.design.header import PageHeader
from rightsdesk.desktop.jobs.job_list import JobList
from rightsdesk.desktop.pages.page import Page
from rightsdesk.desktop.parts.texts import tr
from rightsdesk.desktop.state.view_state import ViewState


class ActivityPage(Page):
    """The list of jobs."""

    key = "activity"
    icon_name = "activity"

    def __init__(self, desk: ViewState, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        sub = tr("Everything RightsDesk wrote. All of it can be undone, also later.")
        self.header = PageHeader(tr("Activity"), sub)
        self.jobs = JobList(desk)
        self.column.addWidget(self.header)
        self.column.addWidget(self.jobs, 1)

    @property
    def title(self) -> str:
        return tr("Activity")

    def refresh(self) -> None:
        self.jobs.look()

    def first_focus(self) -> QWidget | None:
        return self.jobs.table
