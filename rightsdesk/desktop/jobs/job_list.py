"""The list of jobs: what was done when, with a way back for each and a way on for some."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QTableView,
    QWidget,
)

from rightsdesk.changes.names import job_name
from rightsdesk.changes.types import JobInfo, JobKind, Outcome
from rightsdesk.changes.words import artist_words, resume_words
from rightsdesk.desktop.parts.texts import number_text, outcome_text, plain_tip, tr, when_text
from rightsdesk.desktop.parts.theme import em, em_across
from rightsdesk.desktop.parts.widgets import button, vertical
from rightsdesk.desktop.state.view_state import ViewState
from rightsdesk.shown import shown

Index = QModelIndex | QPersistentModelIndex
ROLE = Qt.ItemDataRole
ARTIST = 2


class JobsModel(QAbstractTableModel):
    """One job a row, the latest first."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.jobs: list[JobInfo] = []

    def show_jobs(self, jobs: Sequence[JobInfo]) -> None:
        """Replace what is shown."""
        self.beginResetModel()
        self.jobs = sorted(jobs, key=lambda job: -job.id)
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  # as Qt has it
        return 0 if parent.isValid() else len(self.jobs)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  # as Qt has it
        return 0 if parent.isValid() else 5

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = ROLE.DisplayRole
    ) -> Any:
        if orientation is Qt.Orientation.Horizontal and role == ROLE.DisplayRole:
            return (tr("When"), tr("What"), tr("Artist"), tr("Result"), tr("State"))[section]
        if orientation is Qt.Orientation.Horizontal and role == ROLE.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        return None

    def data(self, index: Index, role: int = ROLE.DisplayRole) -> Any:
        if not index.isValid():
            return None
        job = self.jobs[index.row()]
        if role in (ROLE.DisplayRole, ROLE.ToolTipRole):
            if role == ROLE.ToolTipRole and index.column() == ARTIST:
                return plain_tip(", ".join(job.artists))
            text = _texts(job)[index.column()]
            return plain_tip(text) if role == ROLE.ToolTipRole else text
        if role == ROLE.AccessibleTextRole:
            when, *rest = _texts(job)
            return f"{when}: {', '.join(rest)}"
        return None


def _texts(job: JobInfo) -> tuple[str, ...]:
    """A job, column by column."""
    whose = artist_words(job.artists)
    return (
        when_text(job.started_at),
        shown(job_name(job)),
        shown(whose),
        counts_text(job),
        state_text(job),
    )


def counts_text(job: JobInfo) -> str:
    """`124 done, 2 failed`."""
    named = [(Outcome(key), number) for key, number in job.counts.items() if number]
    return ", ".join(f"{number_text(number)} {outcome_text(outcome)}" for outcome, number in named)


def state_text(job: JobInfo) -> str:
    """Whether it can go back or on."""
    if job.undone_by is not None and job.undo_open:
        return tr("undone in part, {n} left").format(n=number_text(job.undo_open))
    if job.undone_by is not None:
        return tr("undone")
    if job.open_changes and job.due_at:
        return tr("{n} wait, {goes_on}").format(
            n=number_text(job.open_changes),
            goes_on=resume_words(job.due_at, datetime.now(UTC)),
        )
    if job.open_changes:
        return tr("stopped, {n} still to do").format(n=number_text(job.open_changes))
    return tr("can be undone") if job.undoable else ""


class JobList(QWidget):
    """All jobs as a table. `undo_asked` and `resume_asked` give a job's id."""

    undo_asked = Signal(int)
    resume_asked = Signal(int)

    def __init__(self, desk: ViewState, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("jobs")
        self._desk = desk
        self.model = JobsModel(self)
        self.table = QTableView()
        self.table.setModel(self.model)
        self.table.setAccessibleName(tr("Jobs"))
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.table.setShowGrid(False)
        self.table.setWordWrap(False)
        self.table.setTabKeyNavigation(False)
        self.table.verticalHeader().hide()
        self.table.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.table.verticalHeader().setDefaultSectionSize(em(self, 1.7))
        self.table.horizontalHeader().setStretchLastSection(True)
        self.table.horizontalHeader().setHighlightSections(False)
        for column, width in enumerate((9, 17, 10, 10)):
            self.table.setColumnWidth(column, em_across(self, width))
        self.table.selectionModel().currentRowChanged.connect(self._chosen)
        self.undo = button(tr("&Undo…"), self._undo, name="undo-job")
        self.resume = button(tr("&Continue…"), self._resume, name="resume-job")
        layout = vertical(spacing=0.6)
        self.setLayout(layout)
        layout.addWidget(self.table, 1)
        line = QHBoxLayout()
        line.addWidget(self.undo)
        line.addWidget(self.resume)
        line.addStretch(1)
        layout.addLayout(line)
        self._chosen()

    def look(self) -> None:
        """Look at all jobs again."""
        workspace = self._desk.workspace
        self._desk.work_for(self, workspace.jobs.all, self._show)

    def _show(self, jobs: Sequence[JobInfo]) -> None:
        self.model.show_jobs(jobs)
        if jobs:
            self.table.selectRow(0)
        self._chosen()

    def _job(self) -> JobInfo | None:
        place = self.table.currentIndex().row()
        return self.model.jobs[place] if 0 <= place < len(self.model.jobs) else None

    def _chosen(self) -> None:
        job = self._job()
        self.undo.setEnabled(job is not None and job.undoable)
        again = job is not None and job.kind is JobKind.UNDO
        self.undo.setText(tr("&Redo…") if again else tr("&Undo…"))
        self.resume.setEnabled(job is not None and job.open_changes > 0)

    def _undo(self) -> None:
        if job := self._job():
            self.undo_asked.emit(job.id)

    def _resume(self) -> None:
        if job := self._job():
            self.resume_asked.emit(job.id)
